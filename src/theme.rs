//! A safety theme: purpose, retention, keyword lists.

mod built_in;
pub mod reading;

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::keyword::{Keyword, WordLists};

/// Who may be answerable for a theme: the mayor for public order, the executive for the rest.
pub const CONTROLLERS: [&str; 2] = ["burgemeester", "college"];

/// A safety phenomenon that is listened for, as a person described it in `keywords/<id>.toml`.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Its file name without `.toml`.
    pub id: ThemeId,
    /// The file as the person gave it, such as `keywords/woninginbraak.toml`.
    pub file: Arc<str>,
    /// Hash of the file's text and that of `common.toml`, in hexadecimal: which version found a hit.
    pub version: String,
    /// Its name for readers.
    pub title: String,
    /// Why it is listened for.
    pub purpose: String,
    /// The legal task it serves.
    pub legal_task: String,
    /// Who is answerable: `burgemeester` or `college`.
    pub controller: String,
    /// How many days text is kept, 1 to 90, from the day it was fetched.
    pub retention_days: u8,
    /// After this date the theme stops until a person has looked at it again.
    pub review_by: Date,
    /// Whether it is listened for.
    pub enabled: bool,
    /// Why it may listen for a time only; `ordeverstoring` is not enabled without.
    pub occasion: Option<Occasion>,
    /// Police codes, for reference.
    pub police_codes: Vec<String>,
    /// Whether many see or hear one event of it at once, as with a fire: then messages about one spot
    /// within hours tell one story.
    pub seen_by_many: bool,
    /// Its word lists with those of `common.toml`.
    pub words: WordLists,
    /// Any of these is enough.
    pub strong: Arc<[Keyword]>,
    /// Any of these is enough, and it cannot wait for the overview.
    pub urgent: Arc<[Keyword]>,
    /// Two of these, from different lines and with words that do not overlap, are enough.
    pub cues: Arc<[Keyword]>,
    /// Takes away each hit whose words all lie between the veto's first and last word.
    pub vetoes: Arc<[Keyword]>,
    /// Silences the theme for the whole message, unless an incident cue stands in it.
    pub post_vetoes: Arc<[Keyword]>,
    /// Other themes that a message goes to when a condition holds.
    pub routes: Vec<Route>,
    /// Tests of this list.
    pub examples: Vec<Example>,
}

impl Theme {
    /// Whether it is listened for on this day: enabled, not past its review, and within the
    /// decision when it listens for a time only.
    pub fn listens_on(&self, day: Date) -> bool {
        self.enabled && self.standstill(day).is_none()
    }

    /// Why it is not listened for on this day, although a person switched it on.
    pub fn standstill(&self, day: Date) -> Option<Standstill> {
        if day > self.review_by {
            return Some(Standstill::Expired {
                review_by: self.review_by,
            });
        }
        let Occasion { from, until, .. } = *self.occasion.as_ref()?;
        if day > until {
            return Some(Standstill::DecisionOver { until });
        }
        (day < from).then_some(Standstill::DecisionAhead { from })
    }
}

/// Why a theme that is switched on is not listened for; each has a sentence `standstill.…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Standstill {
    /// Nobody looked at it again in time.
    Expired {
        /// The last day on which it was listened for.
        review_by: Date,
    },
    /// The decision behind it has ended.
    DecisionOver {
        /// Its last day.
        until: Date,
    },
    /// The decision behind it has not begun.
    DecisionAhead {
        /// Its first day.
        from: Date,
    },
}

/// Identifies a theme: lower-case ASCII letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThemeId(Arc<str>);

impl ThemeId {
    /// Checks and wraps an id; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        is_identifier(text).then(|| ThemeId(text.into()))
    }

    /// The id that a keyword file gives: its name without directory and `.toml`.
    pub fn of_file(file: &str) -> Option<Self> {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        ThemeId::parse(name.strip_suffix(".toml").unwrap_or(name))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text may be an id in a file that people write.
pub(crate) fn is_identifier(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=64).contains(&text.len()) && text.chars().all(legal) && !text.starts_with('-')
}

impl fmt::Display for ThemeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for ThemeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// When a message belongs to another theme instead.
#[derive(Clone, Debug)]
pub struct Route {
    /// The condition.
    pub when: Keyword,
    /// The theme it goes to.
    pub to: ThemeId,
    /// Whether the message stays where it is when that theme is off, instead of being no hit.
    pub stays_when_off: bool,
}

/// Why a theme may listen for a time only: a decision of the authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// What happens.
    pub occasion: String,
    /// Who decided.
    pub decided_by: String,
    /// The first day.
    pub from: Date,
    /// The last day, at most 28 days counted from the first.
    pub until: Date,
}

/// A sentence that must be a hit, or must not be.
#[derive(Clone, Debug)]
pub struct Example {
    /// The sentence.
    pub text: String,
    /// Whether it must be a hit for this theme.
    pub hit: bool,
    /// The line it stands on.
    pub line: u32,
}

/// What holds for all themes, from `keywords/common.toml`.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// Hash of the file's text, which is part of the version of every theme; empty when there is no
    /// such file.
    pub hash: Vec<u8>,
    /// Word lists that every theme may name.
    pub words: WordLists,
    /// Words of an incident: with one of these a post veto does not silence.
    pub incident_cues: Vec<Keyword>,
    /// Silence every theme for the whole message, unless an incident cue stands in it.
    pub post_vetoes: Vec<Keyword>,
    /// Words that deny what follows: *geen*, *loos alarm*.
    pub negations: Vec<Keyword>,
    /// Words that are not denied: *poging*, *geforceerd*.
    pub not_negated: Vec<Keyword>,
}

/// Which themes a source or a recipient takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThemeChoice {
    /// Every enabled theme.
    All,
    /// These.
    Only(Vec<ThemeId>),
}

impl ThemeChoice {
    /// Whether this theme is among them.
    pub fn takes(&self, theme: &ThemeId) -> bool {
        match self {
            ThemeChoice::All => true,
            ThemeChoice::Only(themes) => themes.contains(theme),
        }
    }
}
