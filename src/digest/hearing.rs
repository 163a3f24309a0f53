//! Which sources were listened to: without this, "nothing found" means nothing.

use jiff::{Timestamp, Zoned};
use serde::Serialize;

use crate::digest::Gathered;
use crate::digest::told::clean;
use crate::outcome::FailureClass;
use crate::source::SourceId;

/// What is known about one source when an overview is composed.
#[derive(Clone, Debug)]
pub struct SourceState {
    /// The source.
    pub source: SourceId,
    /// Its name for readers.
    pub name: String,
    /// When it was last heard (read or unmodified); `None` when never.
    pub last_heard: Option<Timestamp>,
    /// Since when every visit failed, and how the last one did.
    pub failing: Option<(Timestamp, FailureClass)>,
    /// Since when it is silent, when it became quiet in the period.
    pub fell_quiet: Option<Timestamp>,
}

/// Which sources were listened to.
#[derive(Clone, Debug, Serialize)]
pub struct Hearing {
    /// What this says about the overview as a whole.
    pub verdict: Verdict,
    /// How many sources there are.
    pub sources: usize,
    /// Names of the sources that were heard in the period and are not failing.
    pub heard: Vec<String>,
    /// The others.
    pub unheard: Vec<Unheard>,
    /// Sources that were heard, and became quiet beyond their own rhythm in the period.
    pub quiet: Vec<Quiet>,
}

/// A source that answers and says nothing for longer than is usual for it.
#[derive(Clone, Debug, Serialize)]
pub struct Quiet {
    /// Its name for readers.
    pub name: String,
    /// When its newest message appeared, local.
    pub since: Zoned,
}

/// What the hearing says about an overview as a whole; each has a sentence `verdict.…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All sources were heard: *nothing found* means nothing was there.
    AllHeard,
    /// Some sources were not heard, or are failing now.
    PartlyHeard,
    /// No source was heard in the whole period.
    NothingHeard,
    /// There are no sources.
    NoSources,
}

/// A source that was not heard, or is failing now.
#[derive(Clone, Debug, Serialize)]
pub struct Unheard {
    /// Its name for readers.
    pub name: String,
    /// When it was last heard, local; `None` when never.
    pub last_heard: Option<Zoned>,
    /// Why it is not heard.
    pub why: Why,
}

/// Why a source is not heard.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Why {
    /// Every visit fails.
    Failing {
        /// How the last visit failed, as a text key.
        class: &'static str,
        /// Since when, local.
        since: Zoned,
        /// How long that is, in whole hours.
        hours: i64,
    },
    /// It was not visited in the period.
    NotVisited,
}

impl Hearing {
    /// Judges what was heard.
    pub fn new(gathered: &Gathered) -> Self {
        let in_period =
            |source: &SourceState| source.last_heard.is_some_and(|t| t >= gathered.from);
        let mut heard = Vec::new();
        let mut unheard = Vec::new();
        for source in &gathered.sources {
            match judge(source, gathered) {
                Some(why) => unheard.push(Unheard {
                    name: clean(&source.name),
                    last_heard: source.last_heard.map(|t| t.to_zoned(gathered.zone.clone())),
                    why,
                }),
                None => heard.push(clean(&source.name)),
            }
        }
        let quiet = |source: &SourceState| {
            Some(Quiet {
                name: clean(&source.name),
                since: source.fell_quiet?.to_zoned(gathered.zone.clone()),
            })
        };
        let quiet = gathered.sources.iter().filter_map(quiet).collect();
        let verdict = if gathered.sources.is_empty() {
            Verdict::NoSources
        } else if !gathered.sources.iter().any(in_period) {
            Verdict::NothingHeard
        } else if unheard.is_empty() {
            Verdict::AllHeard
        } else {
            Verdict::PartlyHeard
        };
        Hearing {
            verdict,
            sources: gathered.sources.len(),
            heard,
            unheard,
            quiet,
        }
    }
}

/// Why the source is not heard; `None` when it is.
fn judge(source: &SourceState, gathered: &Gathered) -> Option<Why> {
    if let Some((since, class)) = source.failing {
        return Some(Why::Failing {
            class: class.as_str(),
            since: since.to_zoned(gathered.zone.clone()),
            hours: gathered.to.duration_since(since).as_hours().max(0),
        });
    }
    match source.last_heard {
        Some(last) if last >= gathered.from => None,
        _ => Some(Why::NotVisited),
    }
}
