//! Per kind of source: what to ask, and what the bytes mean.
//!
//! A connector does no input or output: it gets the bytes that were fetched and says which
//! messages stand in them and which page to ask for next. It never reads an author.

pub mod api;
pub mod authors;
pub mod base64;
pub mod canonical;
pub mod dates;
pub mod dialect;
pub mod discover;
pub mod drop;
pub mod encoding;
pub mod feed;
pub mod identity;
pub mod json;
pub mod links;
pub mod markup;
pub mod opml;
pub mod pacing;
pub mod page;
pub mod references;
pub mod repair;
mod reserved;
pub mod selector;
pub mod sniff;
pub mod spare;
pub mod survey;

pub use selector::check_selector;

use scraper::Selector;
use serde::Serialize;
use url::Url;

use crate::connector::sniff::Instead;
use crate::item::Item;
use crate::outcome::{FailureClass, Hints, Repairs};
use crate::source::SourceKind;

/// Most pages of a source that are visited at one time, the first included. New replies stand on
/// the last page; who has more than three new pages between two visits should be visited more often.
pub const MAX_PAGES: usize = 4;

/// Most items read from one document. Feeds show 10 to 100; one that shows its whole history
/// shows the newest first.
pub const MAX_ITEMS: usize = 5_000;

/// A document as it was fetched.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The body, decompressed and otherwise as sent.
    pub bytes: &'a [u8],
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The address it came from, after redirects.
    pub url: &'a Url,
    /// Whether it was longer than may be read and ends at that limit.
    pub cut: bool,
}

/// What a document says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What a feed calls itself, on one line; none for a page.
    pub title: Option<String>,
    /// How a feed is written; none for a page.
    pub format: Option<Format>,
    /// Its messages, in its own order, each id once.
    pub items: Vec<Item>,
    /// The next page, on the same host; only for pages.
    pub next: Option<Url>,
    /// What it says about when to come back.
    pub hints: Hints,
    /// What had to be repaired before it could be read; nothing for a healthy document.
    pub repaired: Repairs,
    /// Items left out because an earlier one has the same id and the same words.
    pub doubled: usize,
    /// Items left out because they could not be read, even after repair.
    pub lost: usize,
    /// Items left out because there were more than [`MAX_ITEMS`].
    pub over: usize,
    /// Whether it is not the whole document: it was cut before it came here, or had more items than
    /// are read.
    pub cut: bool,
}

/// How a feed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// RSS 0.9 to 2.0.
    Rss,
    /// Atom.
    Atom,
    /// JSON Feed.
    Json,
}

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectorError {
    /// It is no feed: perhaps the address changed, or a login stands before it.
    #[error("not a feed but {}", instead.as_str())]
    NotAFeed {
        /// What it is.
        instead: Instead,
    },
    /// It is broken beyond repair: perhaps the next visit finds it whole.
    #[error("broken: {reason}")]
    Broken {
        /// What is wrong; no words of the document.
        reason: String,
    },
    /// Its maker does not want it to be read by programs like this one.
    #[error("reserved by its maker: {said}")]
    Reserved {
        /// The element that says so.
        said: String,
    },
    /// It is only for those who have an account or a token.
    #[error("not for everybody: {said}")]
    Closed {
        /// What says so.
        said: String,
    },
    /// The page is not as the selectors of the source expect: someone must look.
    #[error("nothing found by {} = `{selector}`", part.as_str())]
    NothingSelected {
        /// Which selector.
        part: Part,
        /// The selector as written.
        selector: String,
        /// The page's title, which tells a login or a challenge from a new layout. Only for a
        /// person who looks at this document: on a thread's page it is what people talk about, so
        /// it is not part of the message.
        title: Option<String>,
    },
}

impl ConnectorError {
    /// The class by which the next visit is planned.
    pub fn class(&self) -> FailureClass {
        match self {
            Self::NotAFeed { .. } => FailureClass::NotAFeed,
            Self::Broken { .. } => FailureClass::Broken,
            Self::Reserved { .. } => FailureClass::Reserved,
            Self::Closed { .. } => FailureClass::Denied,
            Self::NothingSelected { .. } => FailureClass::NothingSelected,
        }
    }

    /// The title of the page, where that helps a person to see what page it is.
    pub fn page_title(&self) -> Option<&str> {
        match self {
            Self::NothingSelected { title, .. } => title.as_deref(),
            _ => None,
        }
    }
}

/// A selector that must find something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// `select.item`.
    Item,
    /// `select.link`.
    Link,
    /// `select.text`.
    Text,
}

impl Part {
    /// Its key in `sources.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Item => "select.item",
            Self::Link => "select.link",
            Self::Text => "select.text",
        }
    }
}

/// Reads a document of a source.
///
/// The work is bounded by the size of the document, but may take a second for 5 MiB of malice:
/// call it where blocking is allowed.
///
/// # Errors
///
/// When the document is not what the kind of source says, or is broken beyond repair.
pub fn read(kind: &SourceKind, document: &Document<'_>) -> Result<Reading, ConnectorError> {
    match kind {
        SourceKind::Feed { drop } => {
            let drop = drop
                .iter()
                .map(|drop| compile(drop))
                .collect::<Result<Vec<_>, _>>()?;
            feed::read(document, &drop)
        }
        SourceKind::Page(select) => page::read(document, select),
        SourceKind::Drop(folder) => Ok(Reading {
            items: drop::sniffed(&folder.columns, document).items,
            ..Reading::default()
        }),
        SourceKind::Api(api) => Ok(Reading {
            items: api::items(api, document)?,
            ..Reading::default()
        }),
    }
}

/// Compiles a selector, which was checked when the settings were read.
fn compile(selector: &str) -> Result<Selector, ConnectorError> {
    Selector::parse(selector).map_err(|_| ConnectorError::Broken {
        reason: format!("`{selector}` is not a selector"),
    })
}
