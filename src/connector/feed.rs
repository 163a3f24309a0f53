//! RSS, Atom and JSON Feed.

use std::panic::AssertUnwindSafe;

use feed_rs::model::{Content, Entry, Feed, FeedType, Link, Text};
use jiff::Timestamp;
use scraper::Selector;
use url::Url;

use crate::connector::sniff::{Form, sniff};
use crate::connector::{
    ConnectorError, Document, MAX_ITEMS, Reading, Repair, authors, dates, encoding, identity, json, links,
    repair,
};
use crate::item::Item;
use crate::outcome::Hints;
use crate::text::html;

/// Reads a feed; what matches `drop` is left out of each item's HTML.
///
/// # Errors
///
/// When the document is no feed, or is broken beyond repair.
pub fn read(document: &Document<'_>, drop: &[Selector]) -> Result<Reading, ConnectorError> {
    let decoded = encoding::decode(document.bytes, document.content_type);
    let mut repaired = Vec::new();
    if decoded.repaired {
        repaired.push(Repair::Encoding);
    }
    let text = decoded.text.trim_start();
    let parsed = match sniff(document.bytes, text) {
        Form::XmlFeed => parse_xml(text, document.url)?,
        Form::JsonFeed => parse_json(text, document.url)?,
        Form::Other(instead) => return Err(ConnectorError::NotAFeed { instead }),
    };
    repaired.extend(parsed.repaired);

    let reader = EntryReader { base: document.url, kind: parsed.feed.feed_type.clone(), drop };
    let total = parsed.feed.entries.len();
    let entries = parsed.feed.entries.into_iter().take(MAX_ITEMS);
    let items: Vec<Item> = entries.map(|entry| reader.item(entry)).collect();
    let over = total - items.len();
    let identified = identity::identify(items);
    Ok(Reading {
        items: identified.items,
        next: None,
        hints: Hints { max_age: None, ttl: parsed.feed.ttl.map(|minutes| minutes.saturating_mul(60)) },
        repaired,
        doubled: identified.doubled,
        lost: parsed.lost,
        over,
    })
}

/// A feed as feed-rs understood it, and what that took.
struct Parsed {
    feed: Feed,
    repaired: Vec<Repair>,
    /// Items that could not be read.
    lost: usize,
}

fn parse_xml(text: &str, base: &Url) -> Result<Parsed, ConnectorError> {
    // The text is UTF-8 by now, whatever its declaration says; feed-rs would believe that.
    let text = match text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((_, rest)) => rest,
        None => text,
    };
    let text = authors::without_authors(text);
    let survey = repair::survey(&text);
    if survey.reasonable
        && let Ok(feed) = parse(&text, base)
        && feed.entries.len() >= survey.items
    {
        return Ok(Parsed { feed, repaired: Vec::new(), lost: 0 });
    }
    mend_xml(&text, base)
}

/// Mends a document and reads it whole, or else item by item.
fn mend_xml(text: &str, base: &Url) -> Result<Parsed, ConnectorError> {
    let mended = repair::mend(text).ok_or_else(|| broken("it has no root"))?;
    let mut repaired = vec![Repair::Markup];
    if mended.preamble {
        repaired.push(Repair::Preamble);
    }
    if mended.truncated {
        repaired.push(Repair::Truncated);
    }
    match parse(&mended.text, base) {
        Ok(feed) if feed.entries.len() >= mended.items.len() => {
            return Ok(Parsed { feed, repaired, lost: 0 });
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
        Some(feed) => Ok(Parsed { feed, repaired, lost }),
        None => Err(broken("none of its items can be read")),
    }
}

fn parse_json(text: &str, base: &Url) -> Result<Parsed, ConnectorError> {
    let mended = json::mend(text).ok_or_else(|| broken("it is not JSON"))?;
    let feed = parse(&mended.text, base).map_err(|reason| broken(&reason))?;
    let mut repaired = Vec::new();
    if mended.changed {
        repaired.push(Repair::Markup);
    }
    if mended.truncated {
        repaired.push(Repair::Truncated);
    }
    Ok(Parsed { feed, repaired, lost: 0 })
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
        Ok(parsed) => parsed.map_err(|error| error.to_string()),
        Err(_) => Err("the parser gave up".to_owned()),
    }
}

fn broken(reason: &str) -> ConnectorError {
    ConnectorError::Broken { reason: reason.to_owned() }
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
            title: entry.title.as_ref().map(|title| self.title(title)).unwrap_or_default(),
            text: self.text(&entry),
            // feed-rs copies the one date of RSS to the other.
            updated: updated.filter(|_| !self.is_rss() || updated != published),
            published,
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
        let first = alternates.clone().find(is_html).or_else(|| alternates.next())?;
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
            let described = entry.media.iter().find_map(|media| media.description.as_ref());
            described.map(|description| self.body(description)).unwrap_or_default()
        };
        let content = content.unwrap_or_default();
        let summary = summary.unwrap_or_default();
        let text = if summary.len() > content.len() { summary } else { content };
        if text.is_empty() { media() } else { text }
    }

    fn content(&self, content: &Content) -> String {
        let Some(body) = &content.body else { return String::new() };
        let kind = (content.content_type.ty().as_str(), content.content_type.subty().as_str());
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

/// An instant of feed-rs's date library as one of ours.
fn instant(at: impl ToString) -> Option<Timestamp> {
    at.to_string().replace(" UTC", "Z").parse().ok()
}
