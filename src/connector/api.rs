//! Sources behind an API: what to ask next, and what the answer means.
//!
//! An API gives what is new since a *cursor*: a small text that a kind writes and reads itself, kept
//! with the source from visit to visit. From the cursor follows the next request, from its answer
//! the messages and the next cursor. Whoever is asked in vain changes no cursor, so nothing is
//! skipped; whoever loses a cursor reads a page again, and the seen window knows it.

pub mod bluesky;
pub mod descent;
pub mod discourse;
pub mod lemmy;
pub mod loose;
pub mod mastodon;
pub mod wordpress;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::connector::sniff::{Form, Instead, sniff};
use crate::connector::{ConnectorError, Document, dates};
use crate::item::Item;
use crate::source::api::{Api, ApiKind};

/// What an answer came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its messages.
    pub items: Vec<Item>,
    /// Where to go on, now or at the next visit.
    pub cursor: String,
    /// Whether to go on now.
    pub more: bool,
    /// Everything that was published between these two times stands in this page: what was there
    /// before and is not now has been taken away.
    pub complete: Option<(Timestamp, Timestamp)>,
}

/// What to ask, given what is remembered: `None` at the first visit.
pub fn ask(api: &Api, source: &Url, cursor: Option<&str>) -> Url {
    match api.kind {
        ApiKind::MastodonTag | ApiKind::MastodonAccount => {
            mastodon::ask(api.kind, source, &recalled(cursor))
        }
        ApiKind::BlueskyAccount => bluesky::ask(source, &recalled(cursor)),
        ApiKind::Lemmy => lemmy::ask(source, &recalled(cursor)),
        ApiKind::Discourse => discourse::ask(source, &recalled(cursor)),
        ApiKind::Wordpress => wordpress::ask(source, &recalled(cursor)),
    }
}

/// What the answer to [`ask`] with the same cursor means.
///
/// # Errors
///
/// When it is not what the API gives, repeats itself, or says that nobody may read this.
pub fn answer(
    api: &Api,
    source: &Url,
    cursor: Option<&str>,
    document: &Document<'_>,
) -> Result<Page, ConnectorError> {
    match api.kind {
        ApiKind::MastodonTag | ApiKind::MastodonAccount => {
            mastodon::answer(api, recalled(cursor), document)
        }
        ApiKind::BlueskyAccount => bluesky::answer(recalled(cursor), document),
        ApiKind::Lemmy => lemmy::answer(recalled(cursor), document),
        ApiKind::Discourse => discourse::answer(source, recalled(cursor), document),
        ApiKind::Wordpress => wordpress::answer(recalled(cursor), document),
    }
}

/// The messages in a document of this API, without a visit.
///
/// # Errors
///
/// When it is not such a document.
pub fn items(api: &Api, document: &Document<'_>) -> Result<Vec<Item>, ConnectorError> {
    match api.kind {
        ApiKind::MastodonTag | ApiKind::MastodonAccount => mastodon::items(api.kind, document),
        ApiKind::BlueskyAccount => bluesky::items(document),
        ApiKind::Lemmy => lemmy::items(document),
        ApiKind::Discourse => discourse::items(document),
        ApiKind::Wordpress => wordpress::items(document),
    }
}

/// How to go on when what was asked is not there or not for us (401, 403, 404): only for what an API
/// may well lack.
pub fn without(api: &Api, cursor: Option<&str>) -> Option<Page> {
    match api.kind {
        ApiKind::MastodonTag => mastodon::without_probe(recalled(cursor)),
        ApiKind::Wordpress => wordpress::without_comments(recalled(cursor)),
        _ => None,
    }
}

/// An address below that of a source, which may be a directory written without its slash.
fn base(source: &Url, path: &str) -> Url {
    let mut url = source.clone();
    url.set_fragment(None);
    url.set_query(None);
    let directory = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{directory}/{path}"));
    url
}

/// A time of an API that leaves the zone out and means UTC.
fn utc(raw: &str) -> Option<Timestamp> {
    match raw.parse::<DateTime>() {
        // A date with a zone parses as well, and loses it.
        Ok(_) if !raw.ends_with(['Z', 'z']) && !raw.contains('+') => {
            dates::parse(&format!("{raw}Z"))
        }
        _ => dates::parse(raw),
    }
}

/// What a kind remembered; the beginning when that cannot be read any more.
fn recalled<P: DeserializeOwned + Default>(cursor: Option<&str>) -> P {
    cursor
        .and_then(|cursor| serde_json::from_str(cursor).ok())
        .unwrap_or_default()
}

/// What a kind wants to remember.
fn remembered(progress: &impl Serialize) -> String {
    serde_json::to_string(progress).expect("plain data can be written as JSON")
}

/// Reads an answer in JSON.
fn parse<T: DeserializeOwned>(document: &Document<'_>) -> Result<T, ConnectorError> {
    let bytes = document.bytes;
    serde_json::from_slice(bytes).map_err(|error| {
        let text = String::from_utf8_lossy(bytes);
        match sniff(bytes, &text) {
            Form::Other(Instead::Json) | Form::JsonFeed => ConnectorError::Broken {
                // The parser's own words may hold words of a message.
                reason: format!(
                    "JSON that does not read as an answer of this API, from line {} column {} on",
                    error.line(),
                    error.column()
                ),
            },
            Form::XmlFeed => ConnectorError::NotAFeed {
                instead: Instead::Xml,
            },
            Form::Other(instead) => ConnectorError::NotAFeed { instead },
        }
    })
}

/// The error of a server that gives the same page again, whatever it is asked.
fn repeating() -> ConnectorError {
    ConnectorError::Broken {
        reason: "the API gives the same page again, so nothing after it can be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANSWERS: [&str; 6] = [
        r#"[{"id":"1","uri":"https://m.example/1","created_at":"2026-03-14T10:11:12Z","content":"<p>x</p>","visibility":"public","account":{"id":7,"note":null}}]"#,
        r#"{"configuration":{"timelines_access":{"hashtag_feeds":{"local":"public","remote":"public"}}}}"#,
        r#"{"feed":[{"post":{"uri":"at://d/c/k","author":{"labels":[{"val":"x"}]},"record":{"text":"x"},"indexedAt":"2026-03-14T09:00:00Z"}}],"cursor":"c"}"#,
        r#"{"posts":[{"post":{"name":"x","published":"2026-03-14T22:10:00","ap_id":"https://l.example/1"}}],"comments":[],"next_page":"P"}"#,
        r#"{"latest_posts":[{"id":9,"cooked":"<p>x</p>","post_number":7,"topic_id":5}]}"#,
        r#"[{"id":8,"date":"2026-03-14T09:00:00","modified":"9999-12-31T23:59:59","title":{"rendered":"x"},"content":{"rendered":"x"}}]"#,
    ];

    proptest! {
        #[test]
        fn whatever_a_platform_answers_or_a_cursor_says_nothing_breaks(
            which in 0..ANSWERS.len(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            cut in any::<prop::sample::Index>(),
            cursor in prop::option::of("\\{(\"(next|newest|top|read_to|from|posts|account|back)\":(\"-?[0-9]{1,20}\"|null|[0-9]{1,20}|true),?){0,3}\\}|.{0,20}"),
        ) {
            let mut bytes = ANSWERS[which].as_bytes().to_vec();
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            bytes.truncate(cut.index(4 * bytes.len()).max(1));
            for kind in ApiKind::ALL {
                let api = Api { kind, token_file: None };
                let source = Url::parse("https://site.example/c/lindemeer").unwrap();
                let mut cursor = cursor.clone();
                for _ in 0..3 {
                    let url = ask(&api, &source, cursor.as_deref());
                    prop_assert_eq!(url.host_str() == Some("site.example"), true);
                    let document = Document { bytes: &bytes, content_type: None, url: &url, cut: false };
                    let _ = items(&api, &document);
                    if let Ok(page) = answer(&api, &source, cursor.as_deref(), &document) {
                        cursor = Some(page.cursor);
                    }
                }
            }
        }
    }
}
