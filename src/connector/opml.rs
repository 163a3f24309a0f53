//! Lists of feeds as other readers write and read them: OPML 2.0.
//!
//! Such a list is cut into the same tokens as a broken feed, so that bare `&`, a tag that is never
//! closed or a list that breaks off cost no more than the outline in which they stand. Entities of
//! a document's own are not expanded and nothing it points at is fetched: an outline with
//! `type="include"` is no feed.

use jiff::Zoned;
use url::Url;

use crate::connector::dialect::pairs;
use crate::connector::encoding;
use crate::connector::markup::{Token, tokens};
use crate::connector::references::escape;
use crate::text::html;

/// Largest list that is read, in bytes: some 20,000 feeds.
pub const MAX_LENGTH: usize = 5 * 1024 * 1024;

/// Most outlines that are looked at: nobody follows more, and each is shown.
pub const MAX_OUTLINES: usize = 20_000;

/// Most categories of one feed, from the outermost: what is nested deeper says no more.
const MAX_CATEGORIES: usize = 8;

/// A list of feeds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opml {
    /// The feeds, in the order of the list.
    pub feeds: Vec<ListedFeed>,
    /// Outlines that should be feeds and are not.
    pub refused: Vec<Refused>,
    /// Whether there are more than [`MAX_OUTLINES`]; the rest was not read.
    pub is_cut: bool,
}

/// A feed in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFeed {
    /// Line of its outline.
    pub line: u32,
    /// Its title, one line; empty when it has none.
    pub title: String,
    /// The outlines around it, from the outermost, else its own `category`.
    pub categories: Vec<String>,
    /// Its address: http or https, without a user name.
    pub url: Url,
}

/// An outline that should be a feed and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its line.
    pub line: u32,
    /// Its title, one line; empty when it has none.
    pub title: String,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with an outline; each has a Dutch text of the same name in `render/texts/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It has no `xmlUrl`, or an empty one.
    Missing,
    /// Its `xmlUrl` is an address within a site that is not named.
    Relative,
    /// Its `xmlUrl` is no http address.
    Scheme,
    /// Its `xmlUrl` holds a user name or password.
    Userinfo,
    /// Its `xmlUrl` is no address at all.
    Invalid,
}

impl Reason {
    /// The word used in templates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Relative => "relative",
            Self::Scheme => "scheme",
            Self::Userinfo => "userinfo",
            Self::Invalid => "invalid",
        }
    }
}

/// Reads a list; `None` when there is no OPML in the bytes.
pub fn read(bytes: &[u8]) -> Option<Opml> {
    let decoded = encoding::decode(bytes, None);
    let mut list = List::default();
    let mut rest: &str = &decoded.text;
    let mut is_opml = false;
    while !rest.is_empty() && !list.opml.is_cut {
        let mut cutter = tokens(rest);
        let Some(token) = cutter.next() else { break };
        let mut length = rest.len() - cutter.rest().len();
        match token {
            Token::Open {
                name,
                attributes,
                empty,
            } if is_outline(name) => {
                is_opml = true;
                // A quote that is never closed reaches into the next outline. No `<` may stand in
                // an attribute, so the tag ended before it.
                let inner = rest[1..length].find("<outline").map(|at| at + 1);
                length = inner.unwrap_or(length);
                let attributes = match inner {
                    Some(inner) => &rest[1 + name.len()..inner],
                    None => attributes,
                };
                list.open(attributes, empty && inner.is_none());
            }
            Token::Open { name, .. } => is_opml |= name.eq_ignore_ascii_case("opml"),
            Token::Close { name } if is_outline(name) => {
                list.around.pop();
            }
            _ => {}
        }
        list.line += u32::try_from(rest[..length].matches('\n').count()).unwrap_or(u32::MAX);
        rest = &rest[length..];
    }
    is_opml.then_some(list.opml)
}

fn is_outline(name: &str) -> bool {
    name.eq_ignore_ascii_case("outline")
}

/// A list, as far as it was read.
#[derive(Default)]
struct List {
    opml: Opml,
    /// Line ends before the token that is read.
    line: u32,
    /// The open outlines, outermost first: the name of one that is a category.
    around: Vec<Option<String>>,
    outlines: usize,
}

impl List {
    fn open(&mut self, attributes: &str, empty: bool) {
        self.outlines += 1;
        if self.outlines > MAX_OUTLINES {
            self.opml.is_cut = true;
            return;
        }
        let value = |name: &str| {
            let mut all = pairs(attributes);
            let found = all.find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| resolved(value).trim().to_owned())
        };
        let title = ["title", "text"]
            .into_iter()
            .filter_map(value)
            .map(|title| html::html_to_line(&title))
            .find(|title| !title.is_empty())
            .unwrap_or_default();
        let line = self.line.saturating_add(1);
        let kind = value("type").unwrap_or_default().to_ascii_lowercase();
        let address = value("xmlUrl").filter(|address| !address.is_empty());
        let names_a_feed = matches!(kind.as_str(), "rss" | "atom" | "rdf" | "feed" | "json");
        let is_feed = address.is_some() || names_a_feed || value("htmlUrl").is_some();
        if is_feed {
            match address.as_deref().ok_or(Reason::Missing).and_then(parse) {
                Ok(url) => {
                    let mut categories: Vec<String> =
                        self.around.iter().flatten().cloned().collect();
                    categories.truncate(MAX_CATEGORIES);
                    if categories.is_empty() {
                        let own = value("category").map(|own| html::html_to_line(&own));
                        categories.extend(own.filter(|own| !own.is_empty()));
                    }
                    self.opml.feeds.push(ListedFeed {
                        line,
                        title: title.clone(),
                        categories,
                        url,
                    });
                }
                Err(reason) => self.opml.refused.push(Refused {
                    line,
                    title: title.clone(),
                    reason,
                }),
            }
        }
        if !empty {
            // A feed is no category of what stands in it: its end tag was forgotten.
            self.around
                .push(Some(title).filter(|title| !is_feed && !title.is_empty()));
        }
    }
}

/// An attribute's value with its references resolved. A bare `&` is one: `?a=1&copy=2` holds no ©.
fn resolved(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    escape(value, &mut escaped);
    html::decode_entities(&escaped)
}

fn parse(address: &str) -> Result<Url, Reason> {
    let url = match Url::parse(address) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => return Err(Reason::Relative),
        Err(_) => return Err(Reason::Invalid),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Reason::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Reason::Userinfo);
    }
    Ok(url)
}

/// Writes a list of feeds, each by its name and address, as OPML 2.0
/// (<http://opml.org/spec2.opml>).
pub fn write<'f>(
    title: &str,
    created: &Zoned,
    feeds: impl Iterator<Item = (&'f str, &'f Url)>,
) -> String {
    let date = jiff::fmt::rfc2822::to_string(created).unwrap_or_default();
    let mut xml =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n");
    xml.push_str(&format!(
        "  <head>\n    <title>{}</title>\n    <dateCreated>{date}</dateCreated>\n  </head>\n  <body>\n",
        quoted(title)
    ));
    for (name, url) in feeds {
        let (name, url) = (quoted(name), quoted(url.as_str()));
        xml.push_str(&format!(
            "    <outline type=\"rss\" text=\"{name}\" title=\"{name}\" xmlUrl=\"{url}\"/>\n"
        ));
    }
    xml.push_str("  </body>\n</opml>\n");
    xml
}

/// Text as it may stand in an attribute; what XML cannot hold is left out.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => quoted.push_str("&lt;"),
            '>' => quoted.push_str("&gt;"),
            '&' => quoted.push_str("&amp;"),
            '"' => quoted.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(xml: &str) -> Vec<(u32, String, String)> {
        let feeds = read(xml.as_bytes()).unwrap().feeds;
        let row = |feed: ListedFeed| (feed.line, feed.title, feed.url.to_string());
        feeds.into_iter().map(row).collect()
    }

    fn one(line: u32, title: &str, url: &str) -> (u32, String, String) {
        (line, title.to_owned(), url.to_owned())
    }

    #[test]
    fn feeds_are_read_with_the_outlines_around_them() {
        let xml = "<?xml version='1.0'?>\n<opml version='1.0'><head><title>Lijst</title></head><body>\n\
             <outline text='Nieuws &amp; meer'>\n<outline text='Regio'>\n\
             <outline text='A &lt;b&gt;' title='Krant &amp;eacute;&#233;n' xmlUrl='https://krant.example/feed?a=1&amp;b=2' htmlUrl='https://krant.example/'/>\n\
             </outline></outline>\n\
             <outline TEXT='Los' XMLURL=' http://los.example/ ' category='/Wijk'></outline>\n\
             <outline text='lege map'/><outline type='include' url='https://elders.example/l.opml'/></body></opml>";
        let opml = read(xml.as_bytes()).unwrap();
        let [krant, los] = &opml.feeds[..] else {
            panic!("{opml:?}")
        };
        assert_eq!((krant.title.as_str(), krant.line), ("Krant één", 5));
        assert_eq!(krant.url.as_str(), "https://krant.example/feed?a=1&b=2");
        assert_eq!(krant.categories, ["Nieuws & meer", "Regio"]);
        assert_eq!((los.title.as_str(), los.line), ("Los", 7));
        assert_eq!(los.categories, ["/Wijk"]);
        assert_eq!((opml.refused.len(), opml.is_cut), (0, false));
    }

    #[test]
    fn an_outline_without_a_usable_address_is_named_with_its_line() {
        let check = |attributes: &str, reason: Reason| {
            let xml = format!("<opml><body>\n\n<outline text='x' {attributes}/></body></opml>");
            let opml = read(xml.as_bytes()).unwrap();
            let refused = Refused {
                line: 3,
                title: "x".to_owned(),
                reason,
            };
            assert_eq!(opml.refused, [refused], "{attributes}");
            assert_eq!(opml.feeds, []);
        };
        check("type='rss'", Reason::Missing);
        check("htmlUrl='https://krant.example/'", Reason::Missing);
        check("type='rss' xmlUrl=' '", Reason::Missing);
        check("xmlUrl='/feed'", Reason::Relative);
        check("xmlUrl='krant.example/feed'", Reason::Relative);
        check("xmlUrl='feed://krant.example/'", Reason::Scheme);
        check("xmlUrl='javascript:alert(1)'", Reason::Scheme);
        check(
            "xmlUrl='https://jan:geheim@krant.example/'",
            Reason::Userinfo,
        );
        check("xmlUrl='https://:0x/'", Reason::Invalid);
    }

    #[test]
    fn a_broken_list_costs_no_more_than_the_outline_that_is_broken() {
        let a = one(1, "A & a", "https://a.example/?x=1&copy=2");
        let b = one(2, "B", "https://b.example/");
        for xml in [
            "<opml><outline text='A & a' xmlUrl='https://a.example/?x=1&copy=2'>\n<outline text='B' xmlUrl='https://b.example/'>",
            "PHP notice <opml><outline text='A & a' xmlUrl='https://a.example/?x=1&copy=2'/></body>\n<outline text='B' xmlUrl='https://b.example/'/><outline text='C' xml",
            "<outline text='A &amp; a' xmlUrl='https://a.example/?x=1&copy=2' title=''>\n<outline text='B' xmlUrl='https://b.example/'></opml>",
        ] {
            assert_eq!(found(xml), [a.clone(), b.clone()], "{xml}");
        }
        // A quote that is never closed.
        let xml = "<opml><outline text='A xmlUrl='https://a.example/'/>\n<outline text='B' xmlUrl='https://b.example/'/>\n<outline text='D' xmlUrl='https://d.example/'/>";
        assert_eq!(found(xml), [b, one(3, "D", "https://d.example/")]);
    }

    #[test]
    fn what_is_no_list_is_told_from_an_empty_one() {
        assert_eq!(read(b"<opml/>"), Some(Opml::default()));
        for other in [&b""[..], b"<rss><channel/></rss>", b"\x89PNG\r\n", b"{}"] {
            assert_eq!(read(other), None);
        }
    }

    #[test]
    fn malice_is_bounded() {
        let bomb = "<!DOCTYPE o [<!ENTITY a 'lol'><!ENTITY b '&a;&a;'>]><opml><outline text='&b;' xmlUrl='https://a.example/'/></opml>";
        assert_eq!(found(bomb)[0].1, "&b;");
        let deep = "<outline text='x'>".repeat(100_000) + "<outline xmlUrl='https://a.example/'/>";
        assert!(read(deep.as_bytes()).unwrap().is_cut);
        let deep = "<outline text='x'>".repeat(1_000) + "<outline xmlUrl='https://a.example/'/>";
        assert_eq!(
            read(deep.as_bytes()).unwrap().feeds[0].categories.len(),
            MAX_CATEGORIES
        );
    }

    #[test]
    fn what_is_written_is_well_formed_and_read_back() {
        let feeds = [
            (
                "Krant \"Oost\" <&> 'n",
                "https://krant.example/?a=1&b='2'\"<",
            ),
            ("]]> \u{1} é", "http://xn--caf-dma.example:8080/%20;x"),
        ];
        let feeds = feeds.map(|(name, url)| (name, Url::parse(url).unwrap()));
        let created = "2026-11-27T09:00:00+01:00[Europe/Amsterdam]"
            .parse()
            .unwrap();
        let xml = write(
            "Bronnen & <meer>",
            &created,
            feeds.iter().map(|(n, u)| (*n, u)),
        );
        assert!(xml.contains("<dateCreated>Fri, 27 Nov 2026 09:00:00 +0100</dateCreated>"));

        let mut reader = quick_xml::Reader::from_str(&xml);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(quick_xml::events::Event::Empty(tag)) => {
                    let attributes: Result<Vec<_>, _> = tag.attributes().collect();
                    assert_eq!(attributes.unwrap().len(), 4);
                }
                other => {
                    other.unwrap();
                }
            }
        }
        let read = read(xml.as_bytes()).unwrap().feeds;
        let urls: Vec<&Url> = read.iter().map(|feed| &feed.url).collect();
        assert_eq!(urls, [&feeds[0].1, &feeds[1].1]);
        assert_eq!(read[0].title, feeds[0].0);
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(128))]

        #[test]
        fn damaged_lists_do_no_harm(
            cut in 0_usize..400,
            damage in proptest::collection::vec((0_usize..400, " |<|>|\"|'|</outline>|<outline|&|é|="), 0..12),
        ) {
            let mut xml = "<opml><body>".to_owned() + &"<outline text=\"a\"><outline xmlUrl='https://a.example/'/></outline>\n".repeat(6);
            for (at, piece) in damage {
                let at = xml.floor_char_boundary(at);
                xml.insert_str(at, &piece);
            }
            xml.truncate(xml.floor_char_boundary(cut));
            let _ = read(xml.as_bytes());
        }
    }
}
