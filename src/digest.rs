//! What one overview contains.
//!
//! [`compose`] puts what was gathered in the order in which a person reads it, and counts. It
//! chooses no words: those stand in the templates of [`crate::render`].

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::Serialize;

use crate::item::{Excerpt, KeptHit};
use crate::source::SourceId;
use crate::theme::ThemeId;

pub mod hearing; // Which sources were listened to.
pub mod told; // One hit as it is told.

use hearing::{Hearing, SourceState};
use told::{Told, Untold, clean};

/// Most hits that are told with their excerpt, in all themes together: the HTML part stays below
/// the 100 kB at which mail programs cut a message. A team reads about as many in one sitting.
pub const FULL: usize = 50;

/// Most hits that are told on one line each, after those in full. What is left is counted: a mail
/// with thousands of lines is refused by relays and read by nobody.
pub const LINES: usize = 100;

/// All that an overview is made from.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// Name of the municipality.
    pub municipality: String,
    /// Name of the recipient for readers.
    pub recipient: String,
    /// Start of the period: the previous overview.
    pub from: Timestamp,
    /// End of the period: when this overview is composed.
    pub to: Timestamp,
    /// What is local time.
    pub zone: TimeZone,
    /// The hits that were not yet told to this recipient.
    pub hits: Vec<KeptHit>,
    /// The themes that the recipient takes, with their titles, in the order of the files.
    pub themes: Vec<(ThemeId, String)>,
    /// All sources that are listened to.
    pub sources: Vec<SourceState>,
    /// How many messages were read in the period.
    pub read: u64,
    /// How many hits went past their retention before they could be told.
    pub lost: u64,
    /// When the next overview comes; `None` when none is planned.
    pub next: Option<Timestamp>,
    /// What else the reader must know.
    pub notes: Vec<Note>,
}

/// What else the reader of an overview must know; each has a sentence `note.…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Note {
    /// A theme is not listened for any more, because nobody looked at it again in time.
    ThemeExpired {
        /// The theme's title.
        title: String,
        /// The last day on which it was listened for.
        review_by: Date,
    },
}

/// One overview: one recipient, one period.
#[derive(Clone, Debug, Serialize)]
pub struct Digest {
    /// Name of the municipality.
    pub municipality: String,
    /// Name of the recipient for readers.
    pub recipient: String,
    /// Start of the period, local.
    pub from: Zoned,
    /// End of the period, local.
    pub to: Zoned,
    /// The figures of the overview as a whole.
    pub totals: Totals,
    /// The themes with hits, the most hits first, then by title.
    pub sections: Vec<Section>,
    /// Which sources were listened to.
    pub hearing: Hearing,
    /// How many messages were read in the period.
    pub read: u64,
    /// How many hits went past their retention before they could be told.
    pub lost: u64,
    /// When the next overview comes, local.
    pub next: Option<Zoned>,
    /// What else the reader must know.
    pub notes: Vec<Note>,
    /// The earliest end of retention of a hit in this overview, local: the mail is a copy, and
    /// must be gone before.
    pub destroy_before: Option<Zoned>,
}

/// The figures of an overview as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All hits, those without words included. A message with two themes is two hits.
    pub hits: usize,
    /// Themes with a hit.
    pub themes: usize,
    /// Hits of which no words are kept.
    pub withheld: usize,
    /// Hits that are only counted, because there are too many.
    pub only_counted: usize,
}

/// The hits of one theme.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// The theme's title.
    pub title: String,
    /// All its hits.
    pub hits: usize,
    /// Hits told in full, newest first.
    pub full: Vec<Told>,
    /// Further hits, on one line each, newest first.
    pub lines: Vec<Told>,
    /// Hits that are only counted.
    pub more: usize,
    /// Hits of which no words are kept, by reason, source and place.
    pub withheld: Vec<Untold>,
}

/// Composes the overview.
pub fn compose(gathered: Gathered) -> Digest {
    let local = |instant: Timestamp| instant.to_zoned(gathered.zone.clone());
    let destroy_before = gathered.hits.iter().map(|hit| hit.expires_at).min();
    let names: BTreeMap<&SourceId, String> = gathered
        .sources
        .iter()
        .map(|source| (&source.source, clean(&source.name)))
        .collect();
    let mut totals = Totals {
        hits: gathered.hits.len(),
        withheld: gathered.hits.iter().filter(|hit| is_withheld(hit)).count(),
        ..Totals::default()
    };
    let drawers = by_theme(&gathered.hits, &gathered.themes);
    totals.themes = drawers.len();

    let telling: Vec<usize> = drawers.iter().map(|d| d.shown.len()).collect();
    let full = shares(&telling, FULL);
    let left: Vec<usize> = telling.iter().zip(&full).map(|(n, f)| n - f).collect();
    let lines = shares(&left, LINES);
    totals.only_counted = left.iter().sum::<usize>() - lines.iter().sum::<usize>();

    let mut number = 0;
    let mut tell = |hit: &&KeptHit| {
        number += 1;
        Told::new(number, hit, &names, &gathered.zone)
    };
    let sections = drawers
        .into_iter()
        .zip(full.into_iter().zip(lines))
        .map(|(drawer, (full, lines))| Section {
            title: drawer.title,
            hits: drawer.shown.len() + drawer.withheld.len(),
            full: drawer.shown.iter().take(full).map(&mut tell).collect(),
            lines: (drawer.shown.iter().skip(full).take(lines))
                .map(&mut tell)
                .collect(),
            more: drawer.shown.len() - full - lines,
            withheld: told::untold(&drawer.withheld, &names),
        })
        .collect();

    Digest {
        municipality: clean(&gathered.municipality),
        recipient: clean(&gathered.recipient),
        from: local(gathered.from),
        to: local(gathered.to),
        totals,
        sections,
        hearing: Hearing::new(&gathered),
        read: gathered.read,
        lost: gathered.lost,
        next: gathered.next.map(local),
        notes: gathered.notes.iter().map(tidy).collect(),
        destroy_before: destroy_before.map(local),
    }
}

/// The hits of one theme, before it is known how many can be told.
struct Drawer<'a> {
    title: String,
    shown: Vec<&'a KeptHit>,
    withheld: Vec<&'a KeptHit>,
}

fn by_theme<'a>(hits: &'a [KeptHit], themes: &[(ThemeId, String)]) -> Vec<Drawer<'a>> {
    let mut by_id: BTreeMap<&ThemeId, Vec<&KeptHit>> = BTreeMap::new();
    for hit in hits {
        by_id.entry(&hit.theme).or_default().push(hit);
    }
    let mut drawers: Vec<Drawer> = by_id
        .into_iter()
        .map(|(id, mut hits)| {
            // Everything that is shown takes part, so that equal hits in another order give the same mail.
            hits.sort_by(|a, b| {
                let newest_first = told::instant(b).cmp(&told::instant(a));
                newest_first
                    .then_with(|| a.source.cmp(&b.source))
                    .then_with(|| a.link.cmp(&b.link))
                    .then_with(|| told::text(a).cmp(told::text(b)))
            });
            let title = themes.iter().find(|(theme, _)| theme == id);
            let title = title.map_or(id.as_str(), |(_, title)| title);
            let (withheld, shown) = hits.into_iter().partition(|hit| is_withheld(hit));
            Drawer {
                title: clean(title),
                shown,
                withheld,
            }
        })
        .collect();
    drawers.sort_by(|a, b| {
        let hits = |drawer: &Drawer| drawer.shown.len() + drawer.withheld.len();
        hits(b).cmp(&hits(a)).then_with(|| a.title.cmp(&b.title))
    });
    drawers
}

fn is_withheld(hit: &KeptHit) -> bool {
    matches!(hit.excerpt, Excerpt::Withheld { .. })
}

/// Divides `budget` over those who want, one at a time in turn, so that a theme with a thousand
/// hits leaves room for the theme with two.
fn shares(wanted: &[usize], mut budget: usize) -> Vec<usize> {
    let mut shares = vec![0; wanted.len()];
    while budget > 0 {
        let before = budget;
        for (share, &wanted) in shares.iter_mut().zip(wanted) {
            if *share < wanted && budget > 0 {
                *share += 1;
                budget -= 1;
            }
        }
        if budget == before {
            break;
        }
    }
    shares
}

fn tidy(note: &Note) -> Note {
    match note {
        Note::ThemeExpired { title, review_by } => Note::ThemeExpired {
            title: clean(title),
            review_by: *review_by,
        },
    }
}
