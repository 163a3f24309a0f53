//! Where residents are online, and what occupies them: what one report contains.
//!
//! It answers where, when and what, and never who. Online is not the population, and the report says
//! so.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::digest::rising::Rising;
use crate::place::{Gazetteer, PlaceKind};
use crate::source::Voice;
use crate::theme::ThemeId;

pub mod cells; // Which counts may be told.

use self::cells::{Count, FEWEST_IN_CELL};

/// Messages read without a hit before a source is proposed to be dropped: fewer prove nothing.
const ENOUGH_READ: u64 = 100;

/// Days that a report must cover before it proposes to drop a source.
const ENOUGH_DAYS: i32 = 14;

/// Most sources that are proposed of each sort.
const MOST_PROPOSED: usize = 5;

/// Most areas without a voice that are named.
const MOST_SILENT: usize = 40;

/// What is known of a source.
#[derive(Clone, Debug)]
pub struct SourceFacts {
    /// Its name for readers.
    pub name: String,
    /// Who speaks there.
    pub voice: Voice,
    /// How it fares, as a text key.
    pub health: &'static str,
    /// Messages read in the period.
    pub messages: u64,
    /// Messages read in a period of the same length before it; `None` when it was not yet visited.
    pub messages_before: Option<u64>,
    /// Hits by theme.
    pub hits: BTreeMap<ThemeId, u64>,
    /// Visits.
    pub visits: u64,
    /// Of the visits that are remembered one by one: all, and those that found something new.
    pub recent: (u64, u64),
}

/// Stories of residents and others of a theme that began in an area (`None`: in the municipality).
pub type Stories = BTreeMap<(ThemeId, Option<String>), u32>;

/// All that a report is made from.
#[derive(Debug)]
pub struct Gathered<'a> {
    /// Name of the municipality.
    pub municipality: String,
    /// First day of the period.
    pub from: Date,
    /// Last day of the period.
    pub last: Date,
    /// Last day whose stories are counted.
    pub counted: Date,
    /// The sources.
    pub sources: Vec<SourceFacts>,
    /// The themes, with their titles.
    pub themes: Vec<(ThemeId, String)>,
    /// Stories of residents.
    pub stories: Stories,
    /// What there is more of than usual.
    pub rising: Vec<Rising>,
    /// The places.
    pub gazetteer: &'a Gazetteer,
}

/// A report.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Name of the municipality.
    pub municipality: String,
    /// First day of the period.
    pub from: Date,
    /// Last day of the period.
    pub last: Date,
    /// Last day whose stories are counted: a day is counted when it has ended.
    pub counted: Date,
    /// How many days that is.
    pub days: i32,
    /// All messages read, and all hits.
    pub messages: u64,
    /// All hits.
    pub hits: u64,
    /// The sources, those with the most hits first.
    pub sources: Vec<SourceLine>,
    /// Sources of residents with many hits for what is read: where one might listen more often, and
    /// look for others like it.
    pub more: Vec<SourceLine>,
    /// Sources where much was read and nothing was a hit: where one might stop.
    pub stop: Vec<SourceLine>,
    /// Sources of residents with the most hits: where one might go and talk.
    pub talk: Vec<SourceLine>,
    /// Sources that are not heard.
    pub unheard: Vec<SourceLine>,
    /// Stories by theme and area.
    pub themes: Vec<ThemeLine>,
    /// The areas of the table, in the order of its columns.
    pub areas: Vec<String>,
    /// What there is more of than usual.
    pub rising: Vec<Rising>,
    /// Areas of the list of places from which nobody was heard.
    pub silent: Vec<String>,
    /// Areas without a voice that are not named.
    pub more_silent: usize,
    /// Whether there is a list of places at all.
    pub has_places: bool,
}

/// A source in the report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceLine {
    /// Its name for readers.
    pub name: String,
    /// Who speaks there, as a text key.
    pub voice: &'static str,
    /// How it fares, as a text key.
    pub health: &'static str,
    /// Messages read.
    pub messages: u64,
    /// How much that is of the period before: 1 is the same; `None` when nothing was read then.
    pub growth: Option<f64>,
    /// Hits.
    pub hits: u64,
    /// Hits of a hundred messages.
    pub hits_of_100: f64,
    /// Visits.
    pub visits: u64,
    /// Share of the visits that found something new, 0 to 100; `None` when none is remembered.
    pub useful: Option<u64>,
    /// Width of a bar, 0 to 100: the most hits are 100.
    pub bar: u64,
}

/// A theme in the report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThemeLine {
    /// Its title.
    pub title: String,
    /// Stories of residents in the municipality.
    pub stories: Count,
    /// Stories by area, in the order of [`Report::areas`].
    pub cells: Vec<Count>,
}

/// Composes the report.
pub fn compose(gathered: Gathered<'_>) -> Report {
    let days = (gathered.last - gathered.from).get_days() + 1;
    let most = gathered
        .sources
        .iter()
        .map(|source| source.hits.values().sum::<u64>())
        .max();
    let most = most.unwrap_or_default().max(1);
    let mut sources: Vec<SourceLine> = gathered
        .sources
        .iter()
        .map(|source| SourceLine::of(source, most))
        .collect();
    sources.sort_by(|a, b| {
        let busiest = b
            .hits
            .cmp(&a.hits)
            .then_with(|| b.messages.cmp(&a.messages));
        busiest.then_with(|| a.name.cmp(&b.name))
    });
    let chosen = |is_one: &dyn Fn(&SourceLine) -> bool| -> Vec<SourceLine> {
        let found = sources.iter().filter(|source| is_one(source));
        found.take(MOST_PROPOSED).cloned().collect()
    };
    let is_resident = |source: &SourceLine| source.voice == Voice::Residents.as_str();
    let unheard = |source: &SourceLine| matches!(source.health, "failing" | "stopped" | "quiet");
    let all_messages: u64 = sources.iter().map(|source| source.messages).sum();
    let all_hits: u64 = sources.iter().map(|source| source.hits).sum();
    let usual = all_hits as f64 * 100.0 / all_messages.max(1) as f64;
    let mut more = chosen(&|source| {
        is_resident(source) && source.hits >= 3 && source.hits_of_100 >= 2.0 * usual
    });
    more.sort_by(|a, b| b.hits_of_100.total_cmp(&a.hits_of_100));
    let (areas, themes) = table(&gathered);
    let heard: BTreeSet<&str> = (gathered.stories.keys())
        .filter_map(|(_, area)| area.as_deref())
        .collect();
    let is_area = |kind: PlaceKind| kind > PlaceKind::Municipality && kind < PlaceKind::Street;
    let places = gathered.gazetteer.places.iter();
    let mut silent: Vec<String> = places
        .filter(|place| is_area(place.kind) && !heard.contains(place.name.as_str()))
        .map(|place| place.name.clone())
        .collect();
    silent.sort();
    let more_silent = silent.len().saturating_sub(MOST_SILENT);
    silent.truncate(MOST_SILENT);
    Report {
        days,
        messages: all_messages,
        hits: all_hits,
        more,
        stop: chosen(&|source| {
            days >= ENOUGH_DAYS && source.hits == 0 && source.messages >= ENOUGH_READ
        }),
        talk: chosen(&|source| is_resident(source) && source.hits > 0),
        unheard: sources
            .iter()
            .filter(|source| unheard(source))
            .cloned()
            .collect(),
        sources,
        themes,
        areas,
        rising: (gathered.rising.into_iter())
            .filter(|rising| rising.place.is_none() || rising.rise.count >= FEWEST_IN_CELL)
            .collect(),
        silent,
        more_silent,
        has_places: gathered
            .gazetteer
            .places
            .iter()
            .any(|place| is_area(place.kind)),
        municipality: gathered.municipality,
        from: gathered.from,
        last: gathered.last,
        counted: gathered.counted,
    }
}

impl SourceLine {
    fn of(source: &SourceFacts, most: u64) -> Self {
        let hits = source.hits.values().sum::<u64>();
        let before = source.messages_before.filter(|before| *before > 0);
        let (recent, useful) = source.recent;
        SourceLine {
            name: source.name.clone(),
            voice: source.voice.as_str(),
            health: source.health,
            messages: source.messages,
            growth: before.map(|before| source.messages as f64 / before as f64),
            hits,
            hits_of_100: hits as f64 * 100.0 / source.messages.max(1) as f64,
            visits: source.visits,
            useful: (recent > 0).then(|| useful * 100 / recent),
            bar: hits * 100 / most,
        }
    }
}

/// The stories of residents by theme and area, with what must not be told kept back.
fn table(gathered: &Gathered<'_>) -> (Vec<String>, Vec<ThemeLine>) {
    let areas: BTreeSet<&String> = (gathered.stories.keys())
        .filter_map(|(_, area)| area.as_ref())
        .collect();
    let areas: Vec<String> = areas.into_iter().cloned().collect();
    let count = |theme: &ThemeId, area: Option<&String>| {
        let key = (theme.clone(), area.cloned());
        gathered.stories.get(&key).copied().unwrap_or_default()
    };
    let mut themes: Vec<ThemeLine> = (gathered.themes.iter())
        .filter(|(id, _)| count(id, None) > 0)
        .map(|(id, title)| {
            let counts: Vec<u32> = areas.iter().map(|area| count(id, Some(area))).collect();
            let (stories, cells) = cells::row(count(id, None), &counts);
            ThemeLine {
                title: title.clone(),
                stories,
                cells,
            }
        })
        .collect();
    // By what is told: the order would give away what is not.
    themes.sort_by(|a, b| {
        let most = b.stories.least().cmp(&a.stories.least());
        most.then_with(|| a.title.cmp(&b.title))
    });
    (areas, themes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, voice: Voice, messages: u64, hits: u64) -> SourceFacts {
        SourceFacts {
            name: name.to_owned(),
            voice,
            health: "healthy",
            messages,
            messages_before: Some(messages * 2),
            hits: BTreeMap::from([(ThemeId::parse("brand").unwrap(), hits)]),
            visits: 300,
            recent: (100, 40),
        }
    }

    #[test]
    fn the_report_says_where_to_listen_where_to_stop_and_where_to_talk() {
        let gazetteer = Gazetteer { places: Vec::new() };
        let report = compose(Gathered {
            municipality: "Lindemeer".to_owned(),
            from: "2026-11-01".parse().unwrap(),
            last: "2026-11-30".parse().unwrap(),
            counted: "2026-11-29".parse().unwrap(),
            sources: vec![
                source("Krant", Voice::Press, 3_000, 30),
                source("Buurtforum", Voice::Residents, 100, 12),
                source("Groot forum", Voice::Residents, 4_000, 20),
                source("Recepten", Voice::Residents, 900, 0),
                source("Nieuw", Voice::Residents, 10, 0),
            ],
            themes: vec![(ThemeId::parse("brand").unwrap(), "Brand".to_owned())],
            stories: BTreeMap::new(),
            rising: Vec::new(),
            gazetteer: &gazetteer,
        });
        let names = |lines: &[SourceLine]| -> Vec<String> {
            lines.iter().map(|line| line.name.clone()).collect()
        };
        assert_eq!(names(&report.more), ["Buurtforum"]);
        assert_eq!(names(&report.stop), ["Recepten"]);
        assert_eq!(names(&report.talk), ["Groot forum", "Buurtforum"]);
        assert_eq!(names(&report.sources)[0], "Krant");
        assert_eq!(report.sources[0].growth, Some(0.5));
        assert_eq!((report.days, report.hits), (30, 62));
    }
}
