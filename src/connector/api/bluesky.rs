//! Bluesky: the public posts of an organisation.
//!
//! Source: bluesky-social/atproto `lexicons/app/bsky/feed/getAuthorFeed.json`, which "does not require
//! auth". Who labels the profile `!no-unauthenticated` asks not to be shown to readers without an
//! account.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use url::Url;

use crate::connector::api::descent::{Descent, Stretch};
use crate::connector::api::{Page, loose, parse, remembered};
use crate::connector::{ConnectorError, Document, dates, links};
use crate::item::Item;
use crate::source::api::below;
use crate::text::html::tidy;

/// Where everybody may read; the website itself has no API.
const PUBLIC: &str = "https://public.api.bsky.app";

/// Where people read.
fn home() -> Url {
    Url::parse("https://bsky.app/").expect("a constant address")
}

/// Posts in one page, of at most a hundred: an organisation writes a few a day.
const LIMIT: &str = "50";

/// What is remembered: posts are in order of when they were indexed.
pub(crate) type Progress = Descent<Timestamp>;

/// What to ask.
pub(crate) fn ask(source: &Url, progress: &Progress) -> Url {
    let home = source.host_str() == Some("bsky.app");
    let mut url = match home {
        true => Url::parse(PUBLIC).expect("a constant address"),
        false => source.clone(),
    };
    url.set_fragment(None);
    url.set_path("/xrpc/app.bsky.feed.getAuthorFeed");
    url.set_query(None);
    let actor = below(source, &["profile"]).unwrap_or_default();
    let mut query = url.query_pairs_mut();
    query.append_pair("actor", actor);
    query.append_pair("filter", "posts_no_replies");
    query.append_pair("limit", LIMIT);
    if let Some(cursor) = progress.next() {
        query.append_pair("cursor", cursor);
    }
    drop(query);
    url
}

/// What the answer means.
pub(crate) fn answer(
    mut progress: Progress,
    document: &Document<'_>,
) -> Result<Page, ConnectorError> {
    let feed: Feed = parse(document)?;
    let times = || {
        feed.feed
            .iter()
            .filter(|entry| entry.is_own())
            .filter_map(Entry::time)
    };
    let stretch = Stretch {
        top: times().max(),
        bottom: times().min(),
        next: feed.cursor.clone().filter(|cursor| !cursor.is_empty()),
    };
    let more = progress.take(stretch, |time| *time)?;
    Ok(Page {
        items: told(feed)?,
        cursor: remembered(&progress),
        more,
        complete: None,
    })
}

/// The messages of a feed.
pub(crate) fn items(document: &Document<'_>) -> Result<Vec<Item>, ConnectorError> {
    told(parse(document)?)
}

fn told(feed: Feed) -> Result<Vec<Item>, ConnectorError> {
    let mut items = Vec::new();
    for entry in feed.feed.into_iter().filter(Entry::is_own) {
        let Some(post) = entry.post else { continue };
        if post.author.as_ref().is_some_and(Author::is_closed) {
            return Err(ConnectorError::Reserved {
                said: "!no-unauthenticated of the account".to_owned(),
            });
        }
        items.extend(post.item());
    }
    Ok(items)
}

#[derive(Deserialize)]
struct Feed {
    #[serde(deserialize_with = "loose::list")]
    feed: Vec<Entry>,
    #[serde(default, deserialize_with = "loose::text")]
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    post: Option<Post>,
    /// Why it stands here although the account did not just write it: passed on, or pinned.
    #[serde(default)]
    reason: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Post {
    #[serde(default, deserialize_with = "loose::text")]
    uri: Option<String>,
    #[serde(default, rename = "indexedAt", deserialize_with = "loose::text")]
    indexed_at: Option<String>,
    #[serde(default)]
    author: Option<Author>,
    #[serde(default)]
    record: Option<Record>,
}

/// What its writer allows; nothing of it is kept.
#[derive(Deserialize)]
struct Author {
    #[serde(default, deserialize_with = "loose::list")]
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    #[serde(default, deserialize_with = "loose::text")]
    val: Option<String>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(default, deserialize_with = "loose::text")]
    text: Option<String>,
    #[serde(default, rename = "createdAt", deserialize_with = "loose::text")]
    created_at: Option<String>,
}

impl Entry {
    fn is_own(&self) -> bool {
        self.reason.is_none()
    }

    fn time(&self) -> Option<Timestamp> {
        self.post
            .as_ref()?
            .indexed_at
            .as_deref()
            .and_then(dates::parse)
    }
}

impl Author {
    fn is_closed(&self) -> bool {
        let closed = |label: &Label| label.val.as_deref() == Some("!no-unauthenticated");
        self.labels.iter().any(closed)
    }
}

impl Post {
    /// A message, when it has words: a post may be a picture only.
    fn item(self) -> Option<Item> {
        let uri = self.uri?;
        let record = self.record?;
        let mut parts = uri.strip_prefix("at://")?.split('/');
        let (did, _collection, key) = (parts.next()?, parts.next()?, parts.next()?);
        let written = record.created_at.or(self.indexed_at);
        Some(Item {
            link: links::clean(&format!("/profile/{did}/post/{key}"), &home()),
            title: String::new(),
            text: tidy(&record.text?),
            published: written.as_deref().and_then(dates::parse),
            updated: None,
            id: uri,
        })
    }
}
