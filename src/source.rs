//! A public address that is listened to.

pub mod api; // Sources behind an API.
pub mod draft; // A source that was found, before a person takes it.
pub mod drop; // A folder in which files arrive.
pub mod reading;
pub mod refused; // Where nobody may listen.

use std::fmt;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use url::Url;

use crate::source::api::Api;
use crate::source::drop::DropFolder;
use crate::theme::{ThemeChoice, is_identifier};

/// A public address that is listened to, as a person described it in `sources.toml`.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name in the database and in commands.
    pub id: SourceId,
    /// Its name for readers of the digest.
    pub name: String,
    /// How its documents are read.
    pub kind: SourceKind,
    /// Where it is fetched.
    pub url: Url,
    /// Who speaks there.
    pub voice: Voice,
    /// Whether everything there concerns us.
    pub scope: Scope,
    /// How often it is visited.
    pub every: Every,
    /// How much of a message may be kept and mailed.
    pub excerpt: ExcerptPolicy,
    /// When a person last checked that it is public and what its terms say.
    pub reviewed: Option<Date>,
    /// The themes that are listened for.
    pub themes: ThemeChoice,
    /// Line of its `[[source]]` in the file.
    pub line: u32,
}

impl Source {
    /// Tells this block from another or an earlier one, wherever it stands in the file: whether a
    /// person changed it. In hexadecimal.
    pub fn fingerprint(&self) -> String {
        let block = Source {
            line: 0,
            ..self.clone()
        };
        Sha256::digest(format!("{block:?}"))
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Identifies a source: lower-case ASCII letters, digits and hyphens, starting with a letter or digit, at most 64.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(Arc<str>);

impl SourceId {
    /// Checks and wraps an id; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        is_identifier(text).then(|| SourceId(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the documents of a source are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// RSS, Atom or JSON Feed.
    Feed {
        /// CSS selectors of what is left out of each message's HTML.
        drop: Vec<String>,
    },
    /// A page in HTML, read with CSS selectors.
    Page(Select),
    /// What the public API of a platform gives.
    Api(Api),
    /// Files that arrive in a folder.
    Drop(DropFolder),
}

impl SourceKind {
    /// All words, in the order of the manual.
    pub const WORDS: &'static [&'static str] = &[
        "feed",
        "page",
        "mastodon-tag",
        "mastodon-account",
        "bluesky-account",
        "lemmy",
        "discourse",
        "wordpress",
        "drop",
    ];

    /// The word for this kind.
    pub fn as_str(&self) -> &'static str {
        match self {
            SourceKind::Feed { .. } => "feed",
            SourceKind::Page(_) => "page",
            SourceKind::Api(api) => api.kind.as_str(),
            SourceKind::Drop(_) => "drop",
        }
    }
}

/// Where things stand in a page: CSS selectors, checked when the file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// Each message.
    pub item: String,
    /// In a message: the link to the message itself (`href`). Without it a message has no link.
    pub link: Option<String>,
    /// In a message: its title.
    pub title: Option<String>,
    /// In a message: its text.
    pub text: String,
    /// In a message: its date (`datetime` attribute, else text).
    pub date: Option<String>,
    /// In the page: the link to the next page (`href`).
    pub next: Option<String>,
    /// In a message: what is left out, by default `blockquote`.
    pub drop: Vec<String>,
}

/// Who speaks in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Voice {
    /// Residents.
    Residents,
    /// Press.
    Press,
    /// An authority: municipality, police, fire service.
    Authority,
}

/// Which messages of a source concern us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything there concerns us.
    Local,
    /// Only what names a place of ours.
    Wide,
}

/// How often a source is visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// By what the source shows.
    Auto,
    /// At this interval.
    Fixed(SignedDuration),
}

/// How much of a message may be kept and mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExcerptPolicy {
    /// The words around the evidence.
    Fragment,
    /// The title only.
    Title,
    /// Nothing: the hit is counted with theme, place, time, source and keyword line.
    None,
}

/// The words used for these choices in files, templates and the database.
macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// All words, in the order of the manual.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word for this choice.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The choice for a word; `None` when it is not one of [`Self::WORDS`].
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(Voice { Residents = "residents", Press = "press", Authority = "authority" });
words!(Scope { Local = "local", Wide = "wide" });
words!(ExcerptPolicy { Fragment = "fragment", Title = "title", None = "none" });
