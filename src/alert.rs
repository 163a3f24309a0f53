//! What cannot wait for the overview.
//!
//! Only what residents tell in their own words sets off an alert: a press release, and what repeats
//! it, is known already. An alert holds all that is new of its themes, so that one event gives one
//! mail.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::Serialize;

use crate::answer;
use crate::digest::told;
use crate::digest::told_story::{StoryHits, ToldStory};
use crate::item::{Excerpt, HitId, StoredHit};
use crate::place::Map;
use crate::source::{SourceId, Voice};
use crate::story;
use crate::theme::{Theme, ThemeId};

/// Settings of `[alerts]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRules {
    /// No alerts from this time to that, local; what came meanwhile is told after.
    pub quiet: Option<(Time, Time)>,
    /// How long a theme is silent after an alert of it.
    pub cool_down: SignedDuration,
    /// Most alerts in 24 hours for one recipient; what comes then stands in the overview.
    pub most_a_day: u32,
    /// So many stories of residents …
    pub stories: u32,
    /// … within so long set off an alert, of a theme or of one area of it.
    pub within: SignedDuration,
}

impl Default for AlertRules {
    fn default() -> Self {
        AlertRules {
            quiet: None,
            cool_down: SignedDuration::from_hours(1),
            most_a_day: 6,
            stories: 5,
            within: SignedDuration::from_hours(6),
        }
    }
}

/// What is older does not set off an alert any more: a night of quiet hours and some more.
const FRESH: SignedDuration = SignedDuration::from_hours(14);

/// How far back messages are looked at, to know which tell what was told before.
pub const LOOK_BACK: SignedDuration = SignedDuration::from_hours(72);

/// An alert that a recipient had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastAlert {
    /// When it was composed.
    pub at: Timestamp,
    /// The themes in it, of the hits that are still kept.
    pub themes: Vec<ThemeId>,
}

/// What is known when it is decided.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The hits of the last days ([`LOOK_BACK`]), of all themes.
    pub hits: &'a [StoredHit],
    /// Which of them stood in an alert to this recipient.
    pub told: &'a BTreeSet<HitId>,
    /// The alerts that this recipient had in the last 24 hours.
    pub past: &'a [PastAlert],
    /// How places lie to each other.
    pub places: &'a Map,
    /// What is local time.
    pub zone: &'a TimeZone,
    /// The present.
    pub now: Timestamp,
}

/// Why a theme stands in an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Why {
    /// A word of the list `urgent`.
    Urgent,
    /// Many stories at once.
    Many {
        /// How many.
        stories: usize,
        /// Within how many hours.
        hours: i64,
        /// Where; `None` is the municipality.
        place: Option<String>,
    },
}

/// What is new of one theme.
pub(crate) struct Alarm<'a> {
    pub(crate) theme: &'a Theme,
    pub(crate) why: Why,
    pub(crate) stories: Vec<StoryHits<'a>>,
}

/// What an alert to this recipient would tell now; nothing when it can wait.
pub(crate) fn alarms<'a>(
    rules: &AlertRules,
    themes: impl Iterator<Item = &'a Theme>,
    situation: Situation<'a>,
) -> Vec<Alarm<'a>> {
    let local = situation.now.to_zoned(situation.zone.clone());
    let quiet = rules.quiet.is_some_and(|quiet| is_in(quiet, local.time()));
    if quiet || situation.past.len() >= rules.most_a_day as usize {
        return Vec::new();
    }
    let cools = |theme: &Theme| {
        let of_theme = |past: &&PastAlert| past.themes.contains(&theme.id);
        let past = situation.past.iter().filter(of_theme);
        past.map(|past| situation.now.duration_since(past.at))
            .any(|since| since < rules.cool_down)
    };
    themes
        .filter(|theme| !cools(theme))
        .filter_map(|theme| alarm(rules, theme, situation))
        .collect()
}

fn alarm<'a>(rules: &AlertRules, theme: &'a Theme, situation: Situation<'a>) -> Option<Alarm<'a>> {
    let shown = |stored: &&StoredHit| matches!(stored.hit.excerpt, Excerpt::Shown { .. });
    let of_theme = situation.hits.iter().filter(|s| s.hit.theme == theme.id);
    let mut hits: Vec<&StoredHit> = of_theme.filter(shown).collect();
    hits.sort_by_key(|stored| (told::instant(&stored.hit), &stored.hit.source, stored.id));
    let tellings = hits.iter().map(|s| told::telling(&s.hit, situation.zone));
    let tellings: Vec<_> = tellings.collect();
    let since = |at: usize| situation.now.duration_since(told::instant(&hits[at].hit));

    let mut urgent = false;
    let mut new = Vec::new();
    let mut recent: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for story in story::group(&tellings, theme.into(), situation.places) {
        let known = |at: &usize| situation.told.contains(&hits[*at].id);
        let of_resident = |at: &usize| tellings[*at].voice == Voice::Residents;
        let mut residents = story.witnesses().filter(of_resident);
        let Some(first) = residents.next() else {
            continue;
        };
        let is_fresh = |at: usize| {
            let fetched = situation.now.duration_since(hits[at].hit.fetched_at);
            fetched < FRESH && since(at) < FRESH
        };
        let fresh = std::iter::once(first)
            .chain(residents)
            .find(|at| is_fresh(*at));
        let Some(fresh) = fresh.filter(|_| !story.tellings.iter().any(known)) else {
            continue;
        };
        urgent |= story.tellings.iter().any(|at| hits[*at].hit.urgent);
        if since(fresh) < rules.within {
            *recent.entry(None).or_default() += 1;
            if let Some(area) = tellings[fresh]
                .places
                .iter()
                .find(|place| !situation.places.spots.contains(*place))
            {
                *recent.entry(Some(area)).or_default() += 1;
            }
        }
        new.push(StoryHits::new(story, &hits, &tellings));
    }
    // The smallest place that has enough says most.
    let many = recent
        .iter()
        .rev()
        .find(|(_, count)| **count >= rules.stories as usize);
    let why = match (urgent, many) {
        (true, _) => Why::Urgent,
        (false, Some((place, stories))) => Why::Many {
            stories: *stories,
            hours: rules.within.as_hours(),
            place: place.map(str::to_owned),
        },
        (false, None) => return None,
    };
    new.reverse();
    Some(Alarm {
        theme,
        why,
        stories: new,
    })
}

/// Whether a time lies in a stretch that may go over midnight.
fn is_in((from, until): (Time, Time), time: Time) -> bool {
    match from <= until {
        true => from <= time && time < until,
        false => from <= time || time < until,
    }
}

/// Most stories of one theme that an alert tells.
pub const MOST_STORIES: usize = 10;

/// An alert, to be told.
#[derive(Clone, Debug, Serialize)]
pub struct Alert {
    /// Name of the municipality.
    pub municipality: String,
    /// Name of the recipient for readers.
    pub recipient: String,
    /// When it is composed, local.
    pub at: Zoned,
    /// The themes with something that cannot wait.
    pub sections: Vec<Section>,
    /// Whether this recipient gets no other alert today.
    pub last_of_day: bool,
    /// The earliest end of retention of a hit in it, local.
    pub destroy_before: Option<Zoned>,
}

/// What cannot wait of one theme.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// The theme's title.
    pub title: String,
    /// Why it cannot wait.
    pub why: Why,
    /// The stories, the newest first.
    pub stories: Vec<ToldStory>,
    /// Stories that are only counted.
    pub more: usize,
}

/// What is set above an alert.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// Name of the municipality.
    pub municipality: &'a str,
    /// Name of the recipient for readers.
    pub recipient: &'a str,
    /// Names of the sources.
    pub sources: &'a BTreeMap<SourceId, String>,
    /// Where answers go.
    pub answers: &'a answer::Desk,
}

/// Composes the alert that this recipient should have now, with the hits in it; `None` when all can
/// wait.
pub fn compose<'a>(
    rules: &AlertRules,
    themes: impl Iterator<Item = &'a Theme>,
    heading: Heading<'_>,
    situation: Situation<'a>,
) -> Option<(Alert, Vec<HitId>)> {
    let alarms = alarms(rules, themes, situation);
    if alarms.is_empty() {
        return None;
    }
    let names = heading.sources.iter();
    let names: BTreeMap<&SourceId, String> = names
        .map(|(source, name)| (source, told::clean(name)))
        .collect();
    let hits = || {
        alarms
            .iter()
            .flat_map(|alarm| &alarm.stories)
            .flat_map(StoryHits::hits)
    };
    let ids: Vec<HitId> = hits().map(|stored| stored.id).collect();
    let expires = hits().map(|stored| stored.hit.expires_at).min();
    let local = |instant: Timestamp| instant.to_zoned(situation.zone.clone());
    let mut number = 0;
    let sections = alarms.iter().map(|alarm| Section {
        title: told::clean(&alarm.theme.title),
        why: alarm.why.clone(),
        stories: (alarm.stories.iter().take(MOST_STORIES))
            .map(|story| {
                number += 1;
                let told = ToldStory::new(number, story, MOST_STORIES, &names, situation.zone);
                ToldStory {
                    answers: Some(heading.answers.links(story.lead().id)),
                    ..told
                }
            })
            .collect(),
        more: alarm.stories.len().saturating_sub(MOST_STORIES),
    });
    let alert = Alert {
        sections: sections.collect(),
        municipality: told::clean(heading.municipality),
        recipient: told::clean(heading.recipient),
        at: local(situation.now),
        last_of_day: situation.past.len() + 1 >= rules.most_a_day as usize,
        destroy_before: expires.map(local),
    };
    Some((alert, ids))
}
