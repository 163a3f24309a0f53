//! RSS, Atom and JSON Feed.

use std::panic::AssertUnwindSafe;

use feed_rs::model::{Content, Entry, Feed, FeedType, Link, Text};
use feed_rs::parser::ParseFeedError;
use jiff::Timestamp;
use scraper::Selector;
use url::Url;

use crate::connector::sniff::{Form, sniff};
use crate::connector::{
    ConnectorError, Document, Format, MAX_ITEMS, Reading, authors, base64, dates, encoding,
    identity, json, links, pacing, repair, spare, survey,
};
use crate::item::Item;
use crate::outcome::{Hints, Repair, Repairs};
use crate::text::html;

/// Reads a feed; what matches `drop` is left out of each item's HTML.
///
/// # Errors
///
/// When the document is no feed, or is broken beyond repair.
pub fn read(document: &Document<'_>, drop: &[Selector]) -> Result<Reading, ConnectorError> {
    let decoded = encoding::decode_cut(document.bytes, document.content_type, document.cut);
    let mut repaired = Repairs::default();
    if decoded.repaired {
        repaired.insert(Repair::Encoding);
    }
    let text = decoded.text.trim_start();
    if text.contains(is_forbidden) {
        repaired.insert(Repair::Characters);
    }
    let parsed = match sniff(document.bytes, text) {
        Form::XmlFeed => parse_xml(text, document.url)?,
        Form::JsonFeed => parse_json(text, document.url)?,
        Form::Other(instead) => return Err(ConnectorError::NotAFeed { instead }),
    };
    // A document that was cut ends too early by our own doing.
    let ours = |repair: &Repair| document.cut && *repair == Repair::Truncated;
    repaired.extend(
        parsed
            .repaired
            .iter()
            .filter(|repair| !ours(repair))
            .collect(),
    );

    let reader = EntryReader {
        base: document.url,
        kind: parsed.feed.feed_type.clone(),
        drop,
    };
    let entries = parsed.feed.entries.into_iter().take(MAX_ITEMS);
    let mut items: Vec<Item> = entries.map(|entry| reader.item(entry)).collect();
    // After an item that was lost the others stand at other places.
    if parsed.lost == 0 && reader.kind != FeedType::JSON {
        reader.fill(&mut items, text);
    }
    let over = parsed.total.saturating_sub(MAX_ITEMS);
    let identified = identity::identify(items, document.url);
    let title = parsed.feed.title.map(|title| reader.title(&title));
    if identified.shared {
        repaired.insert(Repair::DoubledIds);
    }
    Ok(Reading {
        title: title.filter(|title| !title.is_empty()),
        format: Some(reader.format()),
        items: identified.items,
        next: None,
        hints: Hints {
            ttl: parsed.feed.ttl.map(|minutes| minutes.saturating_mul(60)),
            ..pacing::hints(text)
        },
        repaired,
        doubled: identified.doubled,
        lost: parsed.lost,
        over,
        cut: document.cut || over > 0,
    })
}

/// A feed as feed-rs understood it, and what that took.
struct Parsed {
    feed: Feed,
    repaired: Repairs,
    /// Items that could not be read.
    lost: usize,
    /// Items in the document.
    total: usize,
}

fn parse_xml(text: &str, base: &Url) -> Result<Parsed, ConnectorError> {
    // The text is UTF-8 by now, whatever its declaration says; feed-rs would believe that.
    let text = match text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
    {
        Some((_, rest)) => rest,
        None => text,
    };
    let text = base64::decoded(text);
    let text = authors::without_authors(&text);
    let survey = survey::survey(&text);
    let mut repaired = Repairs::default();
    if survey.undeclared {
        repaired.insert(Repair::Namespaces);
    }
    if survey.reasonable
        && !survey.naked_markup
        && let Ok(feed) = parse(&text, base)
        && feed.entries.len() >= survey.items
    {
        return Ok(Parsed {
            total: feed.entries.len(),
            feed,
            repaired,
            lost: 0,
        });
    }
    let mended = mend_xml(&text, base)?;
    repaired.extend(mended.repaired);
    Ok(Parsed {
        total: survey.items,
        repaired,
        ..mended
    })
}

/// Mends a document and reads it whole, or else item by item.
fn mend_xml(text: &str, base: &Url) -> Result<Parsed, ConnectorError> {
    let mended = repair::mend(text).ok_or_else(|| broken("it has no root"))?;
    let mut repaired: Repairs = [
        (mended.references, Repair::References),
        (mended.markup, Repair::Markup),
        (mended.preamble, Repair::Preamble),
        (mended.truncated, Repair::Truncated),
    ]
    .into_iter()
    .filter_map(|(needed, repair)| needed.then_some(repair))
    .collect();
    if repaired.is_empty() {
        // Written in a way that a parser of today refuses.
        repaired.insert(Repair::Markup);
    }
    match parse(&mended.text, base) {
        Ok(feed) if feed.entries.len() >= mended.items.len() => {
            return Ok(Parsed {
                total: mended.items.len(),
                feed,
                repaired,
                lost: 0,
            });
        }
        Err(reason) if mended.items.is_empty() => return Err(broken(&reason)),
        _ => {}
    }
    let mut lost = 0;
    let mut feed: Option<Feed> = None;
    for item in mended.items.iter().take(MAX_ITEMS) {
        match (parse(&mended.with_only(item), base), &mut feed) {
            (Ok(one), _) if one.entries.is_empty() => lost += 1,
            (Ok(one), None) => feed = Some(one),
            (Ok(one), Some(feed)) => feed.entries.extend(one.entries),
            (Err(_), _) => lost += 1,
        }
    }
    match feed {
        Some(feed) => Ok(Parsed {
            total: mended.items.len(),
            feed,
            repaired,
            lost,
        }),
        None => Err(broken("none of its items can be read")),
    }
}

fn parse_json(text: &str, base: &Url) -> Result<Parsed, ConnectorError> {
    let mended = json::mend(text).ok_or_else(|| broken("it is no JSON with items"))?;
    let feed = parse(&mended.text, base).map_err(|reason| broken(&reason))?;
    let mut repaired = Repairs::default();
    if mended.changed {
        repaired.insert(Repair::Types);
    }
    if mended.truncated {
        repaired.insert(Repair::Truncated);
    }
    Ok(Parsed {
        total: feed.entries.len(),
        feed,
        repaired,
        lost: 0,
    })
}

/// Parses with feed-rs, with our own dates and without ids of its making, which differ at every visit.
///
/// feed-rs panics on some documents, such as one with a duration of more seconds than fit 64 bits.
/// That is a document that cannot be parsed, no reason to lose the visit. Every document gets a
/// parser of its own: one that failed is not fit for the next.
fn parse(text: &str, base: &Url) -> Result<Feed, String> {
    let parser = feed_rs::parser::Builder::new()
        .base_uri(Some(base.as_str()))
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(|raw| dates::parse(raw)?.to_string().parse().ok())
        .build();
    let parsed = std::panic::catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes())));
    match parsed {
        Ok(parsed) => parsed.map_err(|error| without_words(&error)),
        Err(_) => Err("the parser gave up".to_owned()),
    }
}

/// What the parser met. Its own message may repeat words of the document.
fn without_words(error: &ParseFeedError) -> String {
    match error {
        ParseFeedError::ParseError(_) => "its elements are not those of a feed".to_owned(),
        ParseFeedError::IoError(_) => "it cannot be read to its end".to_owned(),
        ParseFeedError::JsonSerde(error) => {
            let (line, column) = (error.line(), error.column());
            format!("not the JSON of a feed at line {line}, column {column}")
        }
        ParseFeedError::JsonUnsupportedVersion(_) => "an unknown version of JSON Feed".to_owned(),
        ParseFeedError::XmlReader(_) => "it is no well-formed XML".to_owned(),
    }
}

fn broken(reason: &str) -> ConnectorError {
    ConnectorError::Broken {
        reason: reason.to_owned(),
    }
}

/// Makes items of the entries of one feed.
struct EntryReader<'a> {
    base: &'a Url,
    kind: FeedType,
    drop: &'a [Selector],
}

impl EntryReader<'_> {
    fn item(&self, entry: Entry) -> Item {
        let published = entry.published.and_then(instant);
        let updated = entry.updated.and_then(instant);
        let id = links::without_tracking(entry.id.trim());
        let link = self.link(&entry.links).or_else(|| self.link_of_id(&id));
        Item {
            link,
            id,
            title: entry
                .title
                .as_ref()
                .map(|title| self.title(title))
                .unwrap_or_default(),
            text: self.text(&entry),
            // feed-rs copies the one date of RSS to the other.
            updated: updated.filter(|_| !self.is_rss() || updated != published),
            published,
        }
    }

    fn format(&self) -> Format {
        match self.kind {
            FeedType::Atom => Format::Atom,
            FeedType::JSON => Format::Json,
            FeedType::RSS0 | FeedType::RSS1 | FeedType::RSS2 => Format::Rss,
        }
    }

    /// Fills in what the parser left empty and the document says in other elements.
    fn fill(&self, items: &mut [Item], text: &str) {
        let lacks = |item: &Item| {
            let undated = item.published.or(item.updated).is_none();
            undated || item.title.is_empty() || item.text.is_empty()
        };
        if !items.iter().any(lacks) {
            return;
        }
        let spares = spare::spares(text);
        if spares.len() < items.len() {
            return;
        }
        for (item, spare) in items.iter_mut().zip(spares) {
            if item.title.is_empty() {
                item.title = html::html_to_line(&spare.title);
            }
            if item.text.is_empty() {
                item.text = html::html_to_text(&spare.text, self.drop);
            }
            if item.published.or(item.updated).is_none() {
                item.published = spare.date;
            }
        }
    }

    fn is_rss(&self) -> bool {
        matches!(self.kind, FeedType::RSS0 | FeedType::RSS1 | FeedType::RSS2)
    }

    /// The link to the message itself: in Atom the first alternate one, HTML before others.
    fn link(&self, links: &[Link]) -> Option<String> {
        let alternate = |link: &&Link| {
            link.target.is_none() && matches!(link.rel.as_deref(), None | Some("alternate"))
        };
        let is_html = |link: &&Link| match link.media_type.as_deref() {
            // In JSON Feed a link with a type is an attachment.
            None => true,
            Some(kind) => self.kind == FeedType::Atom && kind.contains("html"),
        };
        let typed = |link: &&Link| self.kind == FeedType::Atom || link.media_type.is_none();
        let mut alternates = links.iter().filter(alternate).filter(typed);
        let first = alternates
            .clone()
            .find(is_html)
            .or_else(|| alternates.next())?;
        // An empty link resolves to the feed itself.
        links::clean(&first.href, self.base).filter(|link| link != self.base.as_str())
    }

    /// A `guid` is a link only when it is a whole address.
    fn link_of_id(&self, id: &str) -> Option<String> {
        let is_address = id.starts_with("http://") || id.starts_with("https://");
        (self.is_rss() && is_address).then(|| links::clean(id, self.base))?
    }

    fn title(&self, title: &Text) -> String {
        match self.is_rss() || title.content_type.subty() != "plain" {
            true => html::html_to_line(&title.content),
            false => html::text_to_line(&html::decode_entities(&title.content)),
        }
    }

    /// The longer of content and summary, since either may be the teaser of the other.
    fn text(&self, entry: &Entry) -> String {
        let content = entry.content.as_ref().map(|content| self.content(content));
        let summary = entry.summary.as_ref().map(|summary| self.body(summary));
        let media = || {
            let described = entry
                .media
                .iter()
                .find_map(|media| media.description.as_ref());
            described
                .map(|description| self.body(description))
                .unwrap_or_default()
        };
        let content = content.unwrap_or_default();
        let summary = summary.unwrap_or_default();
        let text = if summary.len() > content.len() {
            summary
        } else {
            content
        };
        if text.is_empty() { media() } else { text }
    }

    fn content(&self, content: &Content) -> String {
        let Some(body) = &content.body else {
            return String::new();
        };
        let kind = (
            content.content_type.ty().as_str(),
            content.content_type.subty().as_str(),
        );
        match kind {
            ("text", "plain") if !self.is_rss() => html::tidy(&html::decode_entities(body)),
            ("text", _) | ("application", "xhtml" | "xml") => html::html_to_text(body, self.drop),
            // Pictures and the like, in base 64.
            _ => String::new(),
        }
    }

    fn body(&self, text: &Text) -> String {
        match self.is_rss() || text.content_type.subty() != "plain" {
            true => html::html_to_text(&text.content, self.drop),
            false => html::tidy(&html::decode_entities(&text.content)),
        }
    }
}

/// Whether XML 1.0 does not allow a character (section 2.2).
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// An instant of feed-rs's date library as one of ours.
fn instant(at: impl ToString) -> Option<Timestamp> {
    at.to_string().replace(" UTC", "Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connector::sniff::Instead;

    const RSS: &str = include_str!("../../tests/fixtures/feeds/wijkkrant.rss");
    const ATOM: &str = include_str!("../../tests/fixtures/feeds/dorpsforum.atom");
    const JSON: &str = include_str!("../../tests/fixtures/feeds/dorpsraad.json");

    fn read_bytes(bytes: &[u8]) -> Result<Reading, ConnectorError> {
        let url = Url::parse("https://wijkkrant.example/feed").unwrap();
        let drop = [Selector::parse("blockquote").unwrap()];
        read(
            &Document {
                bytes,
                content_type: None,
                url: &url,
                cut: false,
            },
            &drop,
        )
    }

    fn read_text(text: &str) -> Reading {
        read_bytes(text.as_bytes()).unwrap()
    }

    fn titles(reading: &Reading) -> Vec<&str> {
        reading
            .items
            .iter()
            .map(|item| item.title.as_str())
            .collect()
    }

    fn at(date: &str) -> Option<Timestamp> {
        Some(date.parse().unwrap())
    }

    #[test]
    fn rss_is_read_as_text() {
        let reading = read_text(RSS);
        assert_eq!(reading.repaired, Repairs::from_iter([]));
        assert_eq!(reading.hints.ttl, Some(3600));
        let [bikes, school, bench] = &reading.items[..] else {
            panic!("three items")
        };
        assert_eq!(
            bikes,
            &Item {
                id: "wk-1042".to_owned(),
                link: Some("https://wijkkrant.example/2026/11/fietsen".to_owned()),
                title: "Weer fietsen weg bij café De Linde".to_owned(),
                text:
                    "In één weekend verdwenen zes fietsen.\nDe wijkagent kijkt uit naar getuigen."
                        .to_owned(),
                published: at("2026-11-22T13:18:00Z"),
                updated: None,
            }
        );
        assert_eq!(
            school.link.as_deref(),
            Some("https://wijkkrant.example/2026/11/schoolplein")
        );
        assert_eq!(Some(&school.id), school.link.as_ref());
        assert_eq!(school.text, "Tot laat lawaai & rommel.");
        assert_eq!(school.published, at("2026-11-22T08:05:00Z"));
        assert_eq!((bench.link.as_ref(), bench.published), (None, None));
    }

    #[test]
    fn atom_is_read_as_text() {
        let reading = read_text(ATOM);
        assert_eq!(reading.repaired, Repairs::from_iter([]));
        let [post, other] = &reading.items[..] else {
            panic!("two items")
        };
        let link = "https://forum.example/wonen/viewtopic.php?p=4711#p4711";
        assert_eq!((post.id.as_str(), post.link.as_deref()), (link, Some(link)));
        assert_eq!(post.title, "Wonen • Re: Zakkenrollers op de markt");
        assert_eq!(
            post.text,
            "Zaterdag weer drie mensen hun portemonnee kwijt.\nLet op!"
        );
        assert_eq!(post.published, at("2026-11-22T18:05:00Z"));
        assert_eq!(post.updated, at("2026-11-22T19:05:00Z"));
        assert_eq!(other.title, "Eén & al: 1 < 2");
        assert_eq!(other.text, "Hangjongeren\nbij de brug");
        assert_eq!(other.link, None);
    }

    #[test]
    fn json_is_read_as_text_with_numbers_for_ids() {
        let reading = read_text(JSON);
        assert_eq!(reading.repaired, Repairs::from_iter([Repair::Types]));
        let [fireworks, rats] = &reading.items[..] else {
            panic!("two items")
        };
        assert_eq!(fireworks.title, "Vuurwerk <overlast>");
        assert_eq!(fireworks.text, "Al weken knallen.\nOok <'s nachts>.");
        assert_eq!(
            (rats.id.as_str(), rats.text.as_str()),
            ("32", "Rattenoverlast")
        );
        assert_eq!(
            rats.link.as_deref(),
            Some("https://wijkkrant.example/2026-032")
        );
        let healthy = JSON.replace("\"id\": 32", "\"id\": \"32\"");
        assert!(read_text(&healthy).repaired.is_empty());
    }

    #[test]
    fn an_item_without_link_and_id_is_the_same_at_every_visit() {
        let first = read_text(RSS).items[2].id.clone();
        assert_eq!(first.len(), 64);
        assert_eq!(read_text(RSS).items[2].id, first);
        let repaired = read_text(&RSS.replace("</rss>", ""));
        assert_eq!(repaired.items[2].id, first, "also after repair");
    }

    #[test]
    fn a_page_with_status_200_is_no_feed_and_an_empty_feed_is_one() {
        let check = |text: &str, expected: Instead| {
            let error = read_bytes(text.as_bytes()).unwrap_err();
            assert_eq!(error, ConnectorError::NotAFeed { instead: expected });
        };
        check(
            include_str!("../../tests/fixtures/pages/login.html"),
            Instead::HtmlPage,
        );
        check("", Instead::Empty);
        check("{\"error\": \"rate_limit\"}", Instead::Json);
        check("Not found", Instead::Text);
        for empty in [
            "<rss version='2.0'><channel/></rss>",
            "<rss version='2.0'></rss>",
            "<feed xmlns='http://www.w3.org/2005/Atom'/>",
            r#"{"version":"https://jsonfeed.org/version/1","title":"x","items":[]}"#,
        ] {
            assert_eq!(read_text(empty).items, [], "{empty}");
        }
    }

    #[test]
    fn broken_feeds_keep_what_is_whole() {
        let check = |name: &str, broken: String, repaired: &[Repair], expected: &[&str]| {
            let reading = read_text(&broken);
            assert_eq!(titles(&reading), expected, "{name}");
            assert_eq!(
                reading.repaired,
                repaired.iter().copied().collect(),
                "{name}"
            );
        };
        let all = [
            "Weer fietsen weg bij café De Linde",
            "Jongeren op het schoolplein",
            "Bankje vernield",
        ];
        let (markup, truncated) = ([Repair::Markup], [Repair::Truncated]);
        check(
            "bare &",
            RSS.replace("Bankje vernield", "Q&A <3"),
            &[Repair::References],
            &[all[0], all[1], "Q&A <3"],
        );
        check(
            "entity",
            RSS.replace("Bankje", "B&aacute;nkje"),
            &[],
            &[all[0], all[1], "Bánkje vernield"],
        );
        check(
            "control",
            RSS.replace("Bankje", "Bank\u{8}je"),
            &[Repair::Characters],
            &all,
        );
        check(
            "wrong end tag",
            RSS.replace("vernield</title>", "vernield</titel>"),
            &markup,
            &all,
        );
        check(
            "end tag lost",
            RSS.replace("schoolplein</title>", "schoolplein"),
            &markup,
            &all,
        );
        check(
            "item not closed",
            RSS.replacen("</item>", "", 1),
            &markup,
            &all,
        );
        check(
            "text before",
            format!("Notice: x in y.php <br/>{RSS}"),
            &[Repair::Preamble],
            &all,
        );
        check("blank before", format!("\n \n{RSS}"), &[], &all);
        check(
            "old version",
            RSS.replace("version=\"2.0\"", "version=\"0.94\""),
            &markup,
            &all,
        );
        let cut = RSS.find("Bankje vernield").unwrap() + 6;
        check("truncated", RSS[..cut].to_owned(), &truncated, &all[..2]);
        let cut = JSON.find("Rattenoverlast").unwrap();
        check(
            "truncated JSON",
            JSON[..cut].to_owned(),
            &[Repair::Truncated],
            &["Vuurwerk <overlast>"],
        );
    }

    #[test]
    fn a_document_that_was_cut_is_read_to_its_last_whole_item() {
        let url = Url::parse("https://wijkkrant.example/feed").unwrap();
        for (whole, titles) in [(RSS, 3), (ATOM, 2), (JSON, 2)] {
            for end in whole.len() / 2..whole.len() - 30 {
                let document = Document {
                    bytes: &whole.as_bytes()[..end],
                    content_type: None,
                    url: &url,
                    cut: true,
                };
                // Of JSON nothing can be read before its first item is whole.
                let Ok(reading) = read(&document, &[]) else {
                    assert_eq!(whole, JSON);
                    continue;
                };
                assert!(reading.cut && reading.items.len() <= titles);
                for ours in [Repair::Truncated, Repair::Encoding, Repair::Markup] {
                    assert!(
                        !reading.repaired.iter().any(|repair| repair == ours),
                        "{end}"
                    );
                }
            }
        }
    }

    #[test]
    fn prefixes_that_were_never_declared_and_old_base_64_are_read() {
        let wrong = RSS
            .replace(
                "<title>Bankje vernield</title>",
                "<vreemd:title>Bankje vernield</vreemd:title>",
            )
            .replace("<description>Het bankje", "<vreemd:summary>Het bankje")
            .replace("vernield.</description>", "vernield.</vreemd:summary>");
        let reading = read_text(&wrong);
        assert_eq!(reading.items[2].title, "Bankje vernield");
        assert_eq!(reading.repaired, Repairs::from_iter([Repair::Namespaces]));
        let coded = "<feed xmlns='http://www.w3.org/2005/Atom'><entry>\
             <content type='application/octet-stream'>SGFuZ2pvbmdlcmVu</content></entry></feed>";
        assert!(
            read_text(coded)
                .items
                .iter()
                .any(|item| item.text == "Hangjongeren")
        );
    }

    #[test]
    fn html_that_was_not_escaped_is_kept() {
        let naked = RSS.replace("Het bankje in het", "<p>Het <b>bankje</b><br>in het</p>");
        assert_eq!(
            read_text(&naked).items[2].text,
            "Het bankje\nin het\nLindepark is vernield."
        );
    }

    #[test]
    fn latin_1_called_utf_8_comes_out_right() {
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(RSS);
        let reading = read_bytes(&latin).unwrap();
        assert_eq!(reading.repaired, Repairs::from_iter([Repair::Encoding]));
        assert_eq!(reading.items, read_text(RSS).items);
    }

    #[test]
    fn an_item_that_cannot_be_read_costs_only_itself() {
        // feed-rs panics on a duration that does not fit 64 bits; without it the item is read.
        let namespace = "xmlns:i=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" xmlns:dc";
        let duration = "<i:duration>99999999999999999999999</i:duration><title>Bankje";
        let broken = RSS
            .replace("xmlns:dc", namespace)
            .replace("<title>Bankje", duration);
        let reading = read_text(&broken);
        assert_eq!((reading.items.len(), reading.lost), (3, 0));
        assert_eq!(reading.repaired, Repairs::from_iter([Repair::Markup]));
        // It refuses content that is both linked and given.
        let atom = ATOM.replace(
            "<content type=\"xhtml\">",
            "<content type=\"audio/mpeg\" src=\"a\">x",
        );
        let reading = read_text(&atom);
        assert_eq!((reading.items.len(), reading.lost), (2, 0));
    }

    #[test]
    fn two_items_with_one_id_are_counted_and_more_than_the_limit_too() {
        let shared = RSS.replace("<title>Bankje", "<guid>wk-1042</guid><title>Bankje");
        let reading = read_text(&shared);
        assert_eq!((reading.items.len(), reading.doubled), (3, 0));
        assert_eq!(reading.repaired, Repairs::from_iter([Repair::DoubledIds]));
        assert!(!reading.cut);
        let many: String = (0..MAX_ITEMS + 7)
            .map(|n| format!("<item><guid>{n}</guid></item>"))
            .collect();
        let reading = read_text(&format!(
            "<rss version='2.0'><channel>{many}</channel></rss>"
        ));
        assert_eq!((reading.items.len(), reading.over), (MAX_ITEMS, 7));
        assert!(reading.cut);
    }

    #[test]
    fn entities_of_a_bomb_are_not_expanded() {
        let bomb = format!(
            "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]>{}",
            RSS.replace("Bankje vernield", "&b;&c;")
                .split_once("?>")
                .unwrap()
                .1
        );
        assert_eq!(read_text(&bomb).items[2].title, "&b;&c;");
    }

    #[test]
    fn malice_is_read_in_bounded_time() {
        let head = "<rss version='2.0'><channel><item><title>a</title></item>";
        let check = |piece: &str, size: usize| {
            let bomb = format!("{head}{}", piece.repeat(size / piece.len()));
            assert_eq!(read_text(&bomb).items[0].title, "a", "{piece}");
        };
        check("<a>", 5 * 1024 * 1024);
        // A tenth of that takes an unoptimised test long enough; time grows with size, not faster.
        for piece in [
            "<a b='",
            "<item>",
            "<item><title>",
            "</a>",
            "<![CDATA[",
            "<!--",
            "&",
            "<a xmlns:b='c'>",
            "<author>",
            "<item><description><p>",
            "<item><title></x>",
            "</z>",
        ] {
            check(piece, 512 * 1024);
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(128))]

        #[test]
        fn random_bytes_do_no_harm(bytes in proptest::collection::vec(0_u8.., 0..400)) {
            let _ = read_bytes(&bytes);
        }

        #[test]
        fn damaged_feeds_do_no_harm(
            which in 0_usize..3,
            cut in 0_usize..4000,
            damage in proptest::collection::vec((0_usize..4000, 0_u8..), 0..12),
        ) {
            let mut bytes = [RSS, ATOM, JSON][which].as_bytes().to_vec();
            let length = bytes.len();
            for (at, byte) in damage {
                bytes[at % length] = byte;
            }
            bytes.truncate(cut);
            if let Ok(reading) = read_bytes(&bytes) {
                for item in &reading.items {
                    proptest::prop_assert!(!item.id.is_empty() && !item.title.contains('\n'));
                }
            }
        }
    }
}
