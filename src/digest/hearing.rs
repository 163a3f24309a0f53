//! Which sources were listened to: without this, "nothing found" means nothing.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::Serialize;

use crate::digest::Gathered;
use crate::digest::told::clean;
use crate::outcome::canary::{Canary, Step};
use crate::outcome::{FailureClass, Recovery};
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
    /// Whether it is not visited any more until a person acts.
    pub stopped: bool,
    /// Since when it is silent, when it became quiet in the period.
    pub fell_quiet: Option<Timestamp>,
    /// The last time that it was heard again after failing.
    pub recovered: Option<Recovery>,
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
    /// Sources that failed when the last overview was made, and are heard again.
    pub recovered: Vec<Recovered>,
    /// What the latest own test came to; `None` when there was none yet.
    pub canary: Option<CanaryTold>,
}

/// A source that is heard again.
#[derive(Clone, Debug, Serialize)]
pub struct Recovered {
    /// Its name for readers.
    pub name: String,
    /// Since when it had not been heard, local.
    pub from: Zoned,
    /// When it was heard again, local.
    pub at: Zoned,
}

/// The latest own test, as it is told.
#[derive(Clone, Debug, Serialize)]
pub struct CanaryTold {
    /// When, local.
    pub at: Zoned,
    /// How many themes had a message.
    pub tested: usize,
    /// Titles of the themes whose message was not recognised.
    pub missed: Vec<String>,
    /// Where the chain broke.
    pub broke: Option<Step>,
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
    /// Whether that began in the period.
    pub is_news: bool,
    /// Whether it is not visited any more until a person acts.
    pub stopped: bool,
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

impl CanaryTold {
    /// With local time.
    pub fn of(canary: &Canary, zone: &TimeZone) -> Self {
        CanaryTold {
            at: canary.at.to_zoned(zone.clone()),
            tested: canary.tested,
            missed: canary.missed.iter().map(|title| clean(title)).collect(),
            broke: canary.broke,
        }
    }
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
                    is_news: (source.failing).is_some_and(|(since, _)| since >= gathered.from),
                    stopped: source.stopped,
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
        let local = |instant: Timestamp| instant.to_zoned(gathered.zone.clone());
        let recovered = |source: &SourceState| {
            // What failed and was mended within the period was never told.
            let told = |recovery: &Recovery| {
                source.failing.is_none()
                    && recovery.from < gathered.from
                    && recovery.at >= gathered.from
            };
            let recovery = source.recovered.filter(told)?;
            Some(Recovered {
                name: clean(&source.name),
                from: local(recovery.from),
                at: local(recovery.at),
            })
        };
        let recovered = gathered.sources.iter().filter_map(recovered).collect();
        let canary = gathered.canary.as_ref();
        let canary = canary.map(|canary| CanaryTold::of(canary, &gathered.zone));
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
            recovered,
            canary,
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
