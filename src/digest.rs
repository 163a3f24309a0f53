//! What one overview contains.
//!
//! [`compose`] puts what was gathered in the order in which a person reads it, and counts. It
//! chooses no words: those stand in the templates of [`crate::render`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::Serialize;

use crate::accountability::OpenPoint;
use crate::answer;
use crate::hold;
use crate::item::{Excerpt, HitId, KeptHit, StoredHit};
use crate::outcome::canary::Canary;
use crate::place::Map;
use crate::source::SourceId;
use crate::story;
use crate::theme::ThemeId;

pub mod rising; // What there is more of than usual, as it is told.
pub mod hearing; // Which sources were listened to.
pub mod week; // What a weekly overview tells besides.
pub mod told_story; // One story as it is told.
pub mod told; // One hit as it is told.

use hearing::{Hearing, SourceState};
use rising::{Activity, Bar, Rising};
use told::{Untold, clean};
use told_story::{StoryHits, ToldStory};
use week::Week;

/// Most stories that are told with their excerpt, in all themes together: the HTML part stays below
/// the 100 kB at which mail programs cut a message. A team reads about as many in one sitting.
pub const FULL: usize = 30;

/// Most stories of one theme that are told with their excerpt: an overview is read in three minutes.
pub const FULL_OF_THEME: usize = 5;

/// Most stories that are told on one line each, after those in full. What is left is counted: a mail
/// with thousands of lines is refused by relays and read by nobody.
pub const LINES: usize = 80;

/// How many themes, the first, show their days as bars.
pub const BARS: usize = 6;

/// Most messages that are listed as telling a story too, in all stories together.
pub const ALSO: usize = 50;

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
    pub hits: Vec<StoredHit>,
    /// Where answers go; `None` when the mail only shows what it would be.
    pub answers: Option<answer::Desk>,
    /// Which of them stood in an alert to it.
    pub alerted: BTreeSet<HitId>,
    /// The themes that the recipient takes, in the order of the files.
    pub themes: Vec<ThemeTold>,
    /// How places lie to each other.
    pub places: Map,
    /// What is known of the themes.
    pub activity: Activity,
    /// All sources that are listened to.
    pub sources: Vec<SourceState>,
    /// What the latest own test came to.
    pub canary: Option<Canary>,
    /// For a weekly overview.
    pub week: Option<week::Gathered>,
    /// How many messages were read in the period.
    pub read: u64,
    /// How many hits went past their retention before they could be told.
    pub lost: u64,
    /// When the next overview comes; `None` when none is planned.
    pub next: Option<Timestamp>,
    /// What else the reader must know.
    pub notes: Vec<Note>,
    /// What the organisation has not yet decided or written down.
    pub open_points: Vec<OpenPoint>,
    /// What is kept beyond its retention for a request by law.
    pub holds: Vec<hold::Told>,
}

/// A theme, as far as an overview needs it.
#[derive(Clone, Debug)]
pub struct ThemeTold {
    /// Which theme.
    pub id: ThemeId,
    /// Its name for readers.
    pub title: String,
    /// How its messages become stories.
    pub stories: story::Theme,
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
    /// A theme is not listened for any more, because the decision behind it has ended.
    DecisionOver {
        /// The theme's title.
        title: String,
        /// The last day of the decision.
        until: Date,
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
    /// What there is more of than usual.
    pub rising: Vec<Rising>,
    /// The themes with hits, the most hits first, then by title.
    pub sections: Vec<Section>,
    /// Which sources were listened to.
    pub hearing: Hearing,
    /// What a weekly overview tells besides.
    pub week: Option<Week>,
    /// How many messages were read in the period.
    pub read: u64,
    /// How many hits went past their retention before they could be told.
    pub lost: u64,
    /// When the next overview comes, local.
    pub next: Option<Zoned>,
    /// What else the reader must know.
    pub notes: Vec<Note>,
    /// What the organisation has not yet decided or written down.
    pub open_points: Vec<OpenPoint>,
    /// What is kept beyond its retention for a request by law.
    pub holds: Vec<hold::Told>,
    /// The earliest end of retention of a hit in this overview, local: the mail is a copy, and
    /// must be gone before.
    pub destroy_before: Option<Zoned>,
}

/// The figures of an overview as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All hits, those without words included. A message with two themes is two hits.
    pub hits: usize,
    /// What these hits tell; several may tell the same. Those without words are not counted.
    pub stories: usize,
    /// Themes with a hit.
    pub themes: usize,
    /// Hits of which no words are kept.
    pub withheld: usize,
    /// Stories that are only counted, because there are too many.
    pub only_counted: usize,
}

/// The hits of one theme.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// The theme's title.
    pub title: String,
    /// All its hits.
    pub hits: usize,
    /// Hits of which words are kept.
    pub shown: usize,
    /// What those tell.
    pub stories: usize,
    /// The stories of residents on each of the last fourteen days; empty when nothing is known.
    pub bars: Vec<Bar>,
    /// Stories told in full, newest first.
    pub full: Vec<ToldStory>,
    /// Further stories, on one line each, newest first.
    pub lines: Vec<ToldStory>,
    /// Stories that are only counted.
    pub more: usize,
    /// Hits of which no words are kept, by reason, source and place.
    pub withheld: Vec<Untold>,
}

/// Composes the overview.
pub fn compose(gathered: Gathered) -> Digest {
    let local = |instant: Timestamp| instant.to_zoned(gathered.zone.clone());
    let destroy_before = gathered
        .hits
        .iter()
        .map(|stored| stored.hit.expires_at)
        .min();
    let names: BTreeMap<&SourceId, String> = gathered
        .sources
        .iter()
        .map(|source| (&source.source, clean(&source.name)))
        .collect();
    let mut totals = Totals {
        hits: gathered.hits.len(),
        withheld: (gathered
            .hits
            .iter()
            .filter(|stored| is_withheld(&stored.hit)))
        .count(),
        ..Totals::default()
    };
    let drawers = by_theme(&gathered);
    totals.themes = drawers.len();
    totals.stories = drawers.iter().map(|drawer| drawer.stories.len()).sum();

    let telling: Vec<usize> = drawers.iter().map(|d| d.stories.len()).collect();
    let in_full: Vec<usize> = telling.iter().map(|n| *n.min(&FULL_OF_THEME)).collect();
    let full = shares(&in_full, FULL);
    let left: Vec<usize> = telling.iter().zip(&full).map(|(n, f)| n - f).collect();
    let lines = shares(&left, LINES);
    totals.only_counted = left.iter().sum::<usize>() - lines.iter().sum::<usize>();

    let mut number = 0;
    let mut room = ALSO;
    let mut tell = |hits: &StoryHits<'_>| {
        number += 1;
        let told = ToldStory::new(number, hits, room, &names, &gathered.zone);
        let told = ToldStory {
            alerted: hits
                .hits()
                .any(|stored| gathered.alerted.contains(&stored.id)),
            answers: (gathered.answers.as_ref()).map(|desk| desk.links(hits.lead().id)),
            ..told
        };
        room -= told.also.len();
        told
    };
    let sections = drawers
        .into_iter()
        .zip(full.into_iter().zip(lines))
        .enumerate()
        .map(|(at, (drawer, (full, lines)))| Section {
            title: drawer.title,
            hits: drawer.hits,
            shown: drawer.shown,
            stories: drawer.stories.len(),
            bars: match at < BARS {
                true => rising::bars(&gathered.activity, drawer.theme),
                false => Vec::new(),
            },
            full: drawer.stories.iter().take(full).map(&mut tell).collect(),
            lines: (drawer.stories.iter().skip(full).take(lines))
                .map(&mut tell)
                .collect(),
            more: drawer.stories.len() - full - lines,
            withheld: told::untold(&drawer.withheld, &names),
        })
        .collect();

    let takes = |theme: &ThemeId| gathered.themes.iter().any(|taken| taken.id == *theme);
    Digest {
        municipality: clean(&gathered.municipality),
        recipient: clean(&gathered.recipient),
        from: local(gathered.from),
        to: local(gathered.to),
        totals,
        rising: rising::told(&gathered.activity.rising),
        sections,
        hearing: Hearing::new(&gathered),
        week: gathered.week.as_ref().map(|week| Week::new(week, takes)),
        read: gathered.read,
        lost: gathered.lost,
        next: gathered.next.map(local),
        notes: gathered.notes.iter().map(tidy).collect(),
        open_points: gathered.open_points,
        holds: gathered.holds,
        destroy_before: destroy_before.map(local),
    }
}

/// The hits of one theme, before it is known how many can be told.
struct Drawer<'a> {
    theme: &'a ThemeId,
    title: String,
    hits: usize,
    shown: usize,
    stories: Vec<StoryHits<'a>>,
    withheld: Vec<&'a KeptHit>,
}

fn by_theme(gathered: &Gathered) -> Vec<Drawer<'_>> {
    let mut by_id: BTreeMap<&ThemeId, Vec<&StoredHit>> = BTreeMap::new();
    for stored in &gathered.hits {
        by_id.entry(&stored.hit.theme).or_default().push(stored);
    }
    let mut drawers: Vec<Drawer> = by_id
        .into_iter()
        .map(|(id, mut hits)| {
            // The number settles a tie, so that the hits in another order give the same mail.
            hits.sort_by_key(|stored| (told::instant(&stored.hit), &stored.hit.source, stored.id));
            let theme = gathered.themes.iter().find(|theme| theme.id == *id);
            let title = theme.map_or(id.as_str(), |theme| &theme.title);
            let rules = theme.map_or_else(story::Theme::default, |theme| theme.stories);
            let all = hits.len();
            let (withheld, shown): (Vec<&StoredHit>, _) =
                (hits.into_iter()).partition(|stored| is_withheld(&stored.hit));
            Drawer {
                theme: id,
                title: clean(title),
                hits: all,
                shown: shown.len(),
                stories: stories(&shown, rules, gathered),
                withheld: withheld.into_iter().map(|stored| &stored.hit).collect(),
            }
        })
        .collect();
    drawers.sort_by(|a, b| b.hits.cmp(&a.hits).then_with(|| a.title.cmp(&b.title)));
    drawers
}

/// What the hits of one theme tell, the newest first.
fn stories<'a>(
    hits: &[&'a StoredHit],
    rules: story::Theme,
    gathered: &Gathered,
) -> Vec<StoryHits<'a>> {
    let tellings: Vec<_> = (hits.iter())
        .map(|stored| told::telling(&stored.hit, &gathered.zone))
        .collect();
    let mut stories: Vec<StoryHits> = story::group(&tellings, rules, &gathered.places)
        .into_iter()
        .map(|story| StoryHits::new(story, hits, &tellings))
        .collect();
    stories.reverse();
    stories.sort_by_key(|story| std::cmp::Reverse(told::instant(&story.lead().hit)));
    stories
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
        Note::DecisionOver { title, until } => Note::DecisionOver {
            title: clean(title),
            until: *until,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::hearing::{Verdict, Why};
    use crate::item::{HitId, KeptEvidence, Withheld};
    use crate::keyword::KeywordLine;
    use crate::outcome::FailureClass;
    use crate::source::Voice;
    use crate::span::Span;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + hour * 3600).unwrap()
    }

    fn source(id: &str, last_heard: Option<i64>, failing: Option<i64>) -> SourceState {
        SourceState {
            source: SourceId::parse(id).unwrap(),
            name: id.to_uppercase(),
            last_heard: last_heard.map(at),
            failing: failing.map(|since| (at(since), FailureClass::Timeout)),
            stopped: false,
            fell_quiet: None,
            recovered: None,
        }
    }

    /// A period from hour 0 to hour 24.
    fn gathered(kept: Vec<KeptHit>, sources: Vec<SourceState>) -> Gathered {
        Gathered {
            municipality: "Lindemeer".to_owned(),
            recipient: "Team".to_owned(),
            from: at(0),
            to: at(24),
            zone: TimeZone::UTC,
            hits: (1..)
                .zip(kept)
                .map(|(number, hit)| StoredHit {
                    id: HitId(number),
                    hit,
                })
                .collect(),
            themes: ["brand", "overlast", "inbraak"]
                .map(|id| ThemeTold {
                    id: ThemeId::parse(id).unwrap(),
                    title: id.to_uppercase(),
                    stories: story::Theme::default(),
                })
                .to_vec(),
            places: Map::default(),
            activity: Activity::default(),
            alerted: BTreeSet::new(),
            answers: None,
            sources,
            canary: None,
            week: None,
            read: 10,
            open_points: Vec::new(),
            holds: Vec::new(),
            lost: 0,
            next: None,
            notes: Vec::new(),
        }
    }

    fn hit(theme: &str, fetched: i64, published: Option<i64>) -> KeptHit {
        KeptHit {
            source: SourceId::parse("krant").unwrap(),
            voice: Voice::Residents,
            theme: ThemeId::parse(theme).unwrap(),
            theme_version: String::new(),
            fetched_at: at(fetched),
            published_at: published.map(at),
            expires_at: at(fetched + 100),
            link: None,
            excerpt: Excerpt::Shown {
                text: "er is brand".to_owned(),
                marks: vec![Span { start: 6, end: 11 }],
            },
            places: Vec::new(),
            evidence: vec![KeptEvidence {
                keyword: KeywordLine {
                    file: "keywords/brand.toml".to_owned(),
                    line: 3,
                    list: "strong".to_owned(),
                    text: "brand".to_owned(),
                },
                words: vec![Span { start: 6, end: 11 }],
            }],
            vetoes_tested: 0,
            urgent: false,
        }
    }

    fn withheld(theme: &str, reason: Withheld, place: &str) -> KeptHit {
        KeptHit {
            excerpt: Excerpt::Withheld { reason },
            places: vec![place.to_owned()],
            ..hit(theme, 1, None)
        }
    }

    #[test]
    fn themes_stand_in_order_of_hits_and_then_of_title() {
        let hits = ["overlast", "inbraak", "overlast", "brand"].map(|theme| hit(theme, 1, None));
        let digest = compose(gathered(hits.to_vec(), Vec::new()));
        let titles: Vec<_> = digest.sections.iter().map(|s| s.title.as_str()).collect();
        assert_eq!(titles, ["OVERLAST", "BRAND", "INBRAAK"]);
        assert_eq!((digest.totals.hits, digest.totals.themes), (4, 3));
    }

    #[test]
    fn a_theme_that_is_no_longer_there_is_told_by_its_id() {
        let digest = compose(gathered(vec![hit("weg", 1, None)], Vec::new()));
        assert_eq!(digest.sections[0].title, "weg");
        assert_eq!(digest.sections[0].full[0].lead.source, "krant");
    }

    #[test]
    fn hits_stand_newest_first_by_publication_or_else_by_fetching() {
        let hits = vec![
            hit("brand", 9, Some(2)),
            hit("brand", 8, None),
            hit("brand", 9, Some(5)),
        ];
        let digest = compose(gathered(hits, Vec::new()));
        let full = &digest.sections[0].full;
        let told: Vec<_> = full
            .iter()
            .map(|t| (t.lead.when.timestamp(), t.lead.published))
            .collect();
        assert_eq!(told, [(at(8), false), (at(5), true), (at(2), true)]);
        assert_eq!(
            full.iter().map(|t| t.lead.number).collect::<Vec<_>>(),
            [1, 2, 3]
        );
    }

    #[test]
    fn what_has_no_words_is_counted_by_reason_and_place() {
        let hits = vec![
            withheld("brand", Withheld::MaskingFailed, "Brink"),
            withheld("brand", Withheld::SourceSetting, "Brink"),
            withheld("brand", Withheld::SourceSetting, "Brink"),
            withheld("brand", Withheld::SourceSetting, "Molenbuurt"),
        ];
        let digest = compose(gathered(hits, Vec::new()));
        assert_eq!((digest.totals.hits, digest.totals.withheld), (4, 4));
        let section = &digest.sections[0];
        assert!(section.full.is_empty());
        let told: Vec<_> = (section.withheld.iter())
            .map(|group| {
                (
                    group.hits,
                    group.reason.unwrap(),
                    group.place.as_deref().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (2, "source_setting", "Brink"),
                (1, "source_setting", "Molenbuurt"),
                (1, "masking_failed", "Brink"),
            ]
        );
    }

    #[test]
    fn many_groups_without_words_end_in_one_rest() {
        let place = |n: usize| withheld("brand", Withheld::NoTitle, &format!("Straat {n:02}"));
        let digest = compose(gathered((0..40).map(place).collect(), Vec::new()));
        let groups = &digest.sections[0].withheld;
        assert_eq!(groups.len(), told::MOST_UNTOLD);
        assert_eq!(groups.iter().map(|group| group.hits).sum::<usize>(), 40);
        assert_eq!(groups.last().unwrap().reason, None);
    }

    #[test]
    fn a_theme_with_thousands_leaves_room_for_a_theme_with_two() {
        let mut hits = vec![hit("overlast", 1, None); 5_000];
        hits.extend(vec![hit("brand", 1, None); 2]);
        let digest = compose(gathered(hits, Vec::new()));
        let [large, small] = digest.sections.as_slice() else {
            panic!("two themes");
        };
        assert_eq!((small.full.len(), small.more), (2, 0));
        assert_eq!(
            (large.full.len(), large.lines.len()),
            (FULL_OF_THEME, LINES)
        );
        assert_eq!(large.more, 5_000 - FULL_OF_THEME - LINES);
        assert_eq!(digest.totals.only_counted, large.more);
        assert_eq!(digest.totals.hits, 5_002);
    }

    #[test]
    fn shares_are_given_in_turn() {
        assert_eq!(shares(&[9, 1, 3], 7), [3, 1, 3]);
        assert_eq!(shares(&[9, 9], 3), [2, 1]);
        assert_eq!(shares(&[1, 2], 100), [1, 2]);
        assert_eq!(shares(&[], 5), [0; 0]);
        assert_eq!(shares(&[0, 0], 5), [0, 0]);
    }

    #[test]
    fn the_mail_must_be_gone_before_its_first_hit() {
        let hits = vec![hit("brand", 9, None), hit("brand", 4, None)];
        let digest = compose(gathered(hits, Vec::new()));
        assert_eq!(digest.destroy_before.unwrap().timestamp(), at(104));
        assert_eq!(
            compose(gathered(Vec::new(), Vec::new())).destroy_before,
            None
        );
    }

    #[test]
    fn only_sources_heard_in_the_period_count_as_heard() {
        fn check(sources: Vec<SourceState>, verdict: Verdict, heard: usize) {
            let hearing = compose(gathered(Vec::new(), sources)).hearing;
            assert_eq!((hearing.verdict, hearing.heard.len()), (verdict, heard));
            assert_eq!(hearing.heard.len() + hearing.unheard.len(), hearing.sources);
        }
        let good = || source("goed", Some(23), None);
        check(vec![], Verdict::NoSources, 0);
        check(
            vec![good(), source("rand", Some(0), None)],
            Verdict::AllHeard,
            2,
        );
        check(
            vec![good(), source("oud", Some(-1), None)],
            Verdict::PartlyHeard,
            1,
        );
        check(
            vec![good(), source("nooit", None, None)],
            Verdict::PartlyHeard,
            1,
        );
        check(
            vec![good(), source("stuk", Some(-9), Some(-8))],
            Verdict::PartlyHeard,
            1,
        );
        // Heard in the morning, failing since noon: something was heard, not all.
        check(
            vec![source("half", Some(11), Some(12))],
            Verdict::PartlyHeard,
            0,
        );
        check(
            vec![
                source("stuk", Some(-9), Some(-8)),
                source("nooit", None, None),
            ],
            Verdict::NothingHeard,
            0,
        );
    }

    #[test]
    fn a_failing_source_tells_since_when_and_how_long() {
        let digest = compose(gathered(
            Vec::new(),
            vec![source("stuk", Some(-30), Some(-26))],
        ));
        let unheard = &digest.hearing.unheard[0];
        assert_eq!(unheard.last_heard.as_ref().unwrap().timestamp(), at(-30));
        let Why::Failing {
            class,
            since,
            hours,
        } = &unheard.why
        else {
            panic!("it is failing");
        };
        assert_eq!(
            (*class, since.timestamp(), *hours),
            ("timeout", at(-26), 50)
        );
    }
}
