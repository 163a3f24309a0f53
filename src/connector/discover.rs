//! What a page offers to those who want to follow it: the addresses of its feeds.
//!
//! Nothing is fetched here, and what is offered may turn out to be no feed. Feeds of one person's
//! account are not looked for: persons are not followed.

use scraper::{Html, Selector};
use serde::Serialize;
use url::Url;

use crate::connector::page::{base_of, title_of};
use crate::connector::sniff::{Form, sniff};
use crate::connector::{Document, encoding, links};
use crate::text::html;

/// Most addresses that are taken from one page.
const MAX_OFFERED: usize = 50;

/// Most addresses that are tried because feeds often stand there.
pub const MAX_GUESSES: usize = 6;

/// Where feeds often stand, seen from the root of a host.
const WELL_KNOWN: [&str; 6] = [
    "/feed/",
    "/rss",
    "/rss.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
];

/// What a document offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It is itself a feed.
    Feed,
    /// It is a page, or something else that may point at feeds.
    Page {
        /// Its title.
        title: Option<String>,
        /// Feeds that it names, the main one first and those with reactions last.
        named: Vec<Candidate>,
        /// Addresses at which there may be one, the likeliest first.
        guessed: Vec<Candidate>,
    },
}

/// An address that may be a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The address.
    pub url: Url,
    /// What it is called by the page.
    pub title: Option<String>,
    /// How it was found.
    pub found_by: FoundBy,
    /// Whether it seems to hold reactions only.
    pub comments: bool,
}

/// How a feed was found; each has a Dutch text of the same name in `render/texts/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// The address that was asked about is a feed.
    Body,
    /// The server named it in a header `Link`.
    Header,
    /// The page named it in a `<link>`.
    Link,
    /// Software of this kind has it there.
    Platform,
    /// Feeds often stand there.
    WellKnown,
}

impl FoundBy {
    /// The word used in templates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Header => "header",
            Self::Link => "link",
            Self::Platform => "platform",
            Self::WellKnown => "well_known",
        }
    }
}

/// Looks what a document offers; `headers` are the values of its headers `Link` (RFC 8288).
pub fn offers(document: &Document<'_>, headers: &[String]) -> Offer {
    let decoded = encoding::decode(document.bytes, document.content_type);
    let text = decoded.text.trim_start();
    if !matches!(sniff(document.bytes, text), Form::Other(_)) {
        return Offer::Feed;
    }
    let page = html::parse(text);
    let mut finds = Finds::default();
    for value in headers {
        finds.header(value, document.url);
    }
    if let Some(page) = &page {
        finds.page(page, document.url);
    }
    let mut named = finds.sure;
    if named.is_empty() {
        named = finds.unsure;
    }
    named.sort_by_key(|candidate| candidate.comments);
    let known = |candidate: &Candidate| named.iter().any(|named| named.url == candidate.url);
    let platform = page.as_ref().map(|page| platform(page, document.url));
    let well_known = WELL_KNOWN
        .iter()
        .filter_map(|path| document.url.join(path).ok())
        .map(|url| guess(url, FoundBy::WellKnown));
    let mut guessed: Vec<Candidate> = platform.into_iter().flatten().chain(well_known).collect();
    guessed.retain(|candidate| !known(candidate) && candidate.url != *document.url);
    guessed.truncate(MAX_GUESSES);
    Offer::Page {
        title: page.as_ref().and_then(title_of),
        named,
        guessed,
    }
}

#[derive(Default)]
struct Finds {
    sure: Vec<Candidate>,
    /// Of a type that many other documents have too.
    unsure: Vec<Candidate>,
}

impl Finds {
    fn add(&mut self, kind: Kind, href: &str, base: &Url, title: Option<&str>, found_by: FoundBy) {
        let Some(url) = links::clean(href, base).and_then(|url| Url::parse(&url).ok()) else {
            return;
        };
        let list = match kind {
            Kind::Feed => &mut self.sure,
            Kind::Perhaps => &mut self.unsure,
            Kind::Other => return,
        };
        if list.len() >= MAX_OFFERED || list.iter().any(|known| known.url == url) {
            return;
        }
        let title = title
            .map(html::text_to_line)
            .filter(|title| !title.is_empty());
        list.push(Candidate {
            comments: is_comments(title.as_deref(), &url),
            url,
            title,
            found_by,
        });
    }

    fn page(&mut self, page: &Html, url: &Url) {
        let base = base_of(page, url);
        let selector = Selector::parse("link[rel][href]").expect("a selector of our own");
        for link in page.select(&selector) {
            let (rel, href) = (link.attr("rel"), link.attr("href"));
            let kind = kind_of(rel.unwrap_or_default(), link.attr("type"));
            self.add(
                kind,
                href.unwrap_or_default(),
                &base,
                link.attr("title"),
                FoundBy::Link,
            );
        }
    }

    /// Reads one header: `<address>; rel="alternate"; type="…", <address>; …`.
    fn header(&mut self, value: &str, url: &Url) {
        let mut rest = value;
        while let Some((_, after)) = rest.split_once('<') {
            let Some((href, after)) = after.split_once('>') else {
                return;
            };
            let (parameters, next) = parameters(after);
            rest = next;
            let of = |name: &str| {
                let mut all = parameters.iter();
                all.find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.as_str())
            };
            // With an anchor it is about another page.
            if of("anchor").is_none() {
                let kind = kind_of(of("rel").unwrap_or_default(), of("type"));
                self.add(kind, href, url, of("title"), FoundBy::Header);
            }
        }
    }
}

/// The parameters after an address in a `Link`, and what follows the comma behind them.
fn parameters(text: &str) -> (Vec<(String, String)>, &str) {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut end = text.len();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => {
                escaped = true;
                continue;
            }
            '"' => {
                quoted = !quoted;
                continue;
            }
            ';' if !quoted => {
                parts.push(String::new());
                continue;
            }
            ',' if !quoted => {
                end = at + 1;
                break;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    let pair = |part: &String| {
        let (key, value) = part.split_once('=')?;
        Some((key.trim().to_owned(), value.trim().to_owned()))
    };
    (parts.iter().filter_map(pair).collect(), &text[end..])
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Feed,
    Perhaps,
    Other,
}

/// What a link is by its `rel`, a list of words, and its `type`, whose parameters say nothing.
fn kind_of(rel: &str, media_type: Option<&str>) -> Kind {
    let mut words = rel.split_ascii_whitespace();
    let has = |word: &str| words.clone().any(|rel| rel.eq_ignore_ascii_case(word));
    let media_type = media_type.unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let kind = match media_type.to_ascii_lowercase().as_str() {
        "application/rss+xml" | "application/atom+xml" | "application/feed+json" => Kind::Feed,
        "application/json" | "text/xml" | "application/xml" | "application/rdf+xml" => {
            Kind::Perhaps
        }
        _ => Kind::Other,
    };
    if has("feed") {
        return Kind::Feed;
    }
    match words.any(|rel| rel.eq_ignore_ascii_case("alternate")) {
        true => kind,
        false => Kind::Other,
    }
}

/// Whether a feed holds reactions only, by its title or address.
fn is_comments(title: Option<&str>, url: &Url) -> bool {
    let says = |text: &str| {
        let text = text.to_lowercase();
        ["comments", "reacties", "reactie op"]
            .iter()
            .any(|word| text.contains(word))
    };
    title.is_some_and(says) || says(url.path())
}

fn guess(url: Url, found_by: FoundBy) -> Candidate {
    Candidate {
        comments: is_comments(None, &url),
        url,
        title: None,
        found_by,
    }
}

/// Where known software has its feeds, told by the traces that it leaves in a page.
fn platform(page: &Html, url: &Url) -> Vec<Candidate> {
    let has = |selector: &str| {
        let selector = Selector::parse(selector).expect("a selector of our own");
        page.select(&selector).next().is_some()
    };
    let path = url.path().trim_end_matches('/');
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let paths: Vec<String> = if has("meta[name=generator][content^='Discourse']") {
        vec!["/posts.rss".to_owned(), "/latest.rss".to_owned()]
    } else if has("body#phpbb") {
        vec!["app.php/feed".to_owned()]
    } else if has("html#XF") {
        match segments[..] {
            ["forums", forum, ..] => vec![format!("/forums/{forum}/index.rss")],
            _ => vec!["/forums/-/index.rss".to_owned()],
        }
    } else if has("meta[name=generator][content^='vBulletin']") {
        vec!["external.php?type=RSS2".to_owned()]
    } else {
        match segments[..] {
            ["tags", tag] if has("#mastodon") => vec![format!("/tags/{tag}.rss")],
            // Lemmy leaves no trace of its own; its communities stand at this path.
            ["c", community] => vec![format!("/feeds/c/{community}.xml?sort=New")],
            _ => Vec::new(),
        }
    };
    let urls = paths.iter().filter_map(|path| url.join(path).ok());
    urls.map(|url| guess(url, FoundBy::Platform)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(html: &str, headers: &[&str], url: &str) -> (Vec<Candidate>, Vec<String>) {
        let url = Url::parse(url).unwrap();
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let document = Document {
            bytes: html.as_bytes(),
            content_type: None,
            url: &url,
            cut: false,
        };
        match offers(&document, &headers) {
            Offer::Page { named, guessed, .. } => (
                named,
                guessed.iter().map(|guess| guess.url.to_string()).collect(),
            ),
            Offer::Feed => panic!("a feed"),
        }
    }

    #[test]
    fn links_and_headers_name_feeds_and_reactions_come_last() {
        let (named, _) = look(
            "<!doctype html><base href='/wijk/'><title>x</title>
             <link rel=alternate type='application/rss+xml' title='Reacties' href='/reacties/feed'>
             <link rel='ALTERNATE x' type='application/atom+xml; charset=utf-8' title='Nieuws' href='atom'>
             <link rel=feed href=//b.example/feed.json><link rel=alternate hreflang=en href=/en>
             <link rel=alternate type=application/json href=/wp-json/1>
             <link rel=alternate type=application/rss+xml href='javascript:x'><a rel=feed href=/no>",
            &["</hub>; rel=hub, <h>; rel=\"x alternate\"; title=\"a, \\\"b\\\"; c\"; type=\"application/feed+json\", <", "<y>; rel=alternate; type=application/rss+xml; anchor=\"/z\""],
            "https://krant.example/a/b",
        );
        let found: Vec<_> = named
            .iter()
            .map(|c| (c.url.as_str(), c.title.as_deref(), c.found_by))
            .collect();
        assert_eq!(
            found,
            [
                (
                    "https://krant.example/a/h",
                    Some("a, \"b\"; c"),
                    FoundBy::Header
                ),
                (
                    "https://krant.example/wijk/atom",
                    Some("Nieuws"),
                    FoundBy::Link
                ),
                ("https://b.example/feed.json", None, FoundBy::Link),
                (
                    "https://krant.example/reacties/feed",
                    Some("Reacties"),
                    FoundBy::Link
                ),
            ]
        );
        let (named, _) = look(
            "<p><link rel=alternate type=text/xml href=x>",
            &[],
            "https://a.example/",
        );
        assert_eq!(
            named.len(),
            1,
            "a doubtful type counts when nothing else is there"
        );
    }

    #[test]
    fn software_is_known_by_its_traces() {
        let first = |html: &str, url: &str| look(html, &[], url).1[0].clone();
        let check = |html: &str, url: &str, expected: &str| assert_eq!(first(html, url), expected);
        check(
            "<meta name=generator content='Discourse 3.4'>",
            "https://f.example/c/wijk/5",
            "https://f.example/posts.rss",
        );
        check(
            "<body id=phpbb>",
            "https://f.example/bord/viewforum.php?f=3",
            "https://f.example/bord/app.php/feed",
        );
        check(
            "<html id=XF><p>",
            "https://f.example/forums/regio.4/",
            "https://f.example/forums/regio.4/index.rss",
        );
        check(
            "<html id=XF><p>",
            "https://f.example/",
            "https://f.example/forums/-/index.rss",
        );
        check(
            "<div id=mastodon>",
            "https://f.example/tags/wijk",
            "https://f.example/tags/wijk.rss",
        );
        check(
            "<p>",
            "https://f.example/c/wijk",
            "https://f.example/feeds/c/wijk.xml?sort=New",
        );
        check(
            "<div id=mastodon>",
            "https://f.example/@jan",
            "https://f.example/feed/",
        );
        let (_, guessed) = look("", &[], "https://f.example/rss");
        assert_eq!(guessed.len(), 5, "what was asked is not asked again");
    }

    proptest::proptest! {
        #[test]
        fn strange_headers_do_no_harm(header in "[<>;,=\"\\\\ a:/é]{0,40}(; rel=alternate; type=text/xml)?") {
            let (named, _) = look("", &[&header], "https://krant.example/");
            for found in named {
                proptest::prop_assert!(matches!(found.url.scheme(), "http" | "https"));
            }
        }
    }
}
