//! Which messages tell the same event.
//!
//! Two burglaries in one street are two stories, so a doubt keeps messages apart. What brings two
//! together can be said: a copy, or the same place and time with the same details.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::civil::DateTime;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::place::Map;
use crate::source::{SourceId, Voice};
use crate::span::Span;

mod content;
mod likeness;
mod moment;

pub use likeness::Reason;
use likeness::{COPY_WITHIN, Likeness, Read, compare, minutes_between};

/// One message, as far as it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// The source it was read from.
    pub source: &'a SourceId,
    /// Who speaks there.
    pub voice: Voice,
    /// When it was published, or else fetched; local.
    pub at: DateTime,
    /// Names of places, the most precise first.
    pub places: &'a [String],
    /// The excerpt; empty when none is kept.
    pub text: &'a str,
    /// The words in it by which the theme was recognised.
    pub marks: &'a [Span],
}

/// What is asked of a theme.
#[derive(Clone, Copy, Debug, Default)]
pub struct Theme {
    /// Whether many see or hear one event at once, as with a fire or a bang: then one spot within
    /// hours is one event.
    pub seen_by_many: bool,
}

impl From<&crate::theme::Theme> for Theme {
    fn from(theme: &crate::theme::Theme) -> Self {
        Theme {
            seen_by_many: theme.seen_by_many,
        }
    }
}

/// Messages that tell the same event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Which messages, as places in the list that was given, in order of time.
    pub tellings: Vec<usize>,
    /// For each message after the first: which earlier one it goes with, and why.
    pub reasons: Vec<(usize, Reason)>,
}

/// How many voices tell a story.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Voices {
    /// Messages of residents, copies not counted.
    pub residents: usize,
    /// Messages of press and authorities, and copies: an echo.
    pub echoes: usize,
}

/// The words of an excerpt, folded, without what was masked and without the marked ones.
pub(crate) fn words_of(text: &str, marks: &[Span]) -> Vec<String> {
    content::words(text)
        .filter(|(_, at)| !marks.iter().any(|mark| mark.overlaps(*at)))
        .map(|(word, _)| word)
        .collect()
}

/// Most messages with a word in common that are compared with a new one: a word that more have says
/// nothing about one event.
const MOST_COMPARED: usize = 200;

/// Groups messages of one theme into stories, in order of their first message.
///
/// The same messages in another order give the same stories, as long as no two have the same time,
/// source and text.
pub fn group(tellings: &[Telling<'_>], theme: Theme, places: &Map) -> Vec<Story> {
    let mut order: Vec<usize> = (0..tellings.len()).collect();
    order.sort_by_key(|&at| {
        let telling = &tellings[at];
        (telling.at, telling.source, telling.text, at)
    });
    let read: Vec<Read<'_>> = tellings
        .iter()
        .map(|telling| Read::new(telling, places))
        .collect();
    let mut grouping = Grouping {
        read: &read,
        theme,
        stories: Vec::new(),
        of: BTreeMap::new(),
        by_key: FxHashMap::default(),
    };
    for at in order {
        grouping.take(at);
    }
    grouping.stories
}

struct Grouping<'r, 'a> {
    read: &'r [Read<'a>],
    theme: Theme,
    stories: Vec<Story>,
    /// The story of each message so far.
    of: BTreeMap<usize, usize>,
    /// Messages so far by a spot or a word that they have, in order of time.
    by_key: FxHashMap<Key<'r>, VecDeque<usize>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'r> {
    Spot(&'r str),
    Word(&'r str),
}

impl<'r> Grouping<'r, '_> {
    fn take(&mut self, at: usize) {
        match self.best(at) {
            Some((story, earlier, reason)) => {
                self.stories[story].tellings.push(at);
                self.stories[story].reasons.push((earlier, reason));
                self.of.insert(at, story);
            }
            None => {
                self.of.insert(at, self.stories.len());
                self.stories.push(Story {
                    tellings: vec![at],
                    reasons: Vec::new(),
                });
            }
        }
        for key in keys(&self.read[at]) {
            let before = self.by_key.entry(key).or_default();
            before.push_back(at);
            // One more than is compared shows that there are too many.
            if before.len() > MOST_COMPARED + 1 {
                before.pop_front();
            }
        }
    }

    /// The story that a message belongs to: of the most alike message that it has something in common
    /// with, unless another message of that story contradicts.
    fn best(&mut self, at: usize) -> Option<(usize, usize, Reason)> {
        let mut candidates = BTreeSet::new();
        for key in keys(&self.read[at]) {
            let Some(before) = self.by_key.get_mut(&key) else {
                continue;
            };
            let late = |earlier: &usize| {
                minutes_between(&self.read[*earlier], &self.read[at]) > COPY_WITHIN
            };
            while before.front().is_some_and(late) {
                before.pop_front();
            }
            if before.len() <= MOST_COMPARED || matches!(key, Key::Spot(_)) {
                candidates.extend(before.iter().rev().take(MOST_COMPARED));
            }
        }
        let mut same: Vec<(usize, Reason)> = candidates
            .into_iter()
            .filter_map(|earlier| match self.compare(earlier, at) {
                Likeness::Same(reason) => Some((earlier, reason)),
                Likeness::Unknown | Likeness::Different => None,
            })
            .collect();
        same.sort_by_key(|(earlier, reason)| (reason.rank(), *earlier));
        let mut refused = BTreeSet::new();
        for (earlier, reason) in same {
            let story = self.of[&earlier];
            if refused.contains(&story) {
                continue;
            }
            let against = |other: usize| self.compare(other, at) == Likeness::Different;
            if !self.stories[story].witnesses().any(against) {
                return Some((story, earlier, reason));
            }
            refused.insert(story);
        }
        None
    }

    fn compare(&self, one: usize, other: usize) -> Likeness {
        compare(&self.read[one], &self.read[other], self.theme)
    }
}

/// By what a message is found again: the spots it names, and the words that tell something.
fn keys<'r>(read: &'r Read<'_>) -> impl Iterator<Item = Key<'r>> {
    let spots = read.spots.iter().map(|spot| Key::Spot(spot));
    let words = read.content.telling.keys().map(|word| Key::Word(word));
    spots.chain(words)
}

impl Story {
    /// The messages that are no copy of an earlier one.
    pub fn witnesses(&self) -> impl Iterator<Item = usize> {
        let reasons = std::iter::once(None).chain(self.reasons.iter().map(Some));
        let told = self.tellings.iter().zip(reasons);
        told.filter(|(_, reason)| !matches!(reason, Some((_, Reason::Copy))))
            .map(|(telling, _)| *telling)
    }

    /// How many voices tell it; a press release that twenty repeat is one event that one office told.
    pub fn voices(&self, tellings: &[Telling<'_>]) -> Voices {
        let residents = |at: &usize| tellings[*at].voice == Voice::Residents;
        let residents = self.witnesses().filter(residents).count();
        Voices {
            residents,
            echoes: self.tellings.len() - residents,
        }
    }
}

impl Reason {
    /// The surest first.
    fn rank(&self) -> (u8, std::cmp::Reverse<usize>) {
        match self {
            Reason::Copy => (0, std::cmp::Reverse(0)),
            Reason::Words(words) => (1, std::cmp::Reverse(words.len())),
            Reason::Seen => (2, std::cmp::Reverse(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPOTS: [&str; 4] = ["Hooiweg", "Brinkstraat", "Station Lindemeer", "Elzenlaan"];

    /// Messages as `voice|time|place|text`, grouped; each story as the numbers of its messages.
    fn stories(theme: Theme, messages: &[&str]) -> Vec<Vec<usize>> {
        let sources: Vec<SourceId> = (0..messages.len())
            .map(|number| SourceId::parse(&format!("bron-{number}")).unwrap())
            .collect();
        let parts: Vec<Vec<&str>> = messages.iter().map(|m| m.split('|').collect()).collect();
        let places: Vec<Vec<String>> = parts
            .iter()
            .map(|parts| parts[2].split(';').map(str::to_owned).collect())
            .collect();
        let tellings: Vec<Telling> = (parts.iter().zip(&places).zip(&sources))
            .map(|((parts, places), source)| Telling {
                source,
                voice: Voice::from_word(parts[0]).unwrap(),
                at: format!("2026-11-{}", parts[1]).parse().unwrap(),
                places,
                text: parts[3],
                marks: &[],
            })
            .collect();
        let map = Map {
            spots: SPOTS.map(str::to_owned).into(),
            ..Map::default()
        };
        let stories = group(&tellings, theme, &map);
        let mut reversed = tellings.clone();
        reversed.reverse();
        let mirror = group(&reversed, theme, &map);
        assert_eq!(stories.len(), mirror.len(), "order matters: {messages:?}");
        stories.into_iter().map(|story| story.tellings).collect()
    }

    #[test]
    fn one_event_is_one_story() {
        let check = |messages: &[&str]| {
            let found = stories(Theme::default(), messages);
            assert_eq!(found.len(), 1, "{messages:?}");
        };
        let release = "Inbraak aan de Hooiweg. In de nacht van zondag op maandag is ingebroken in een woning aan de Hooiweg. De politie zoekt getuigen van een donkere bestelbus.";
        check(&[
            &format!("authority|23T09:00|Hooiweg|{release}"),
            &format!("press|24T10:00|Hooiweg|LINDEMEER - {release}"),
            &format!("residents|24T12:00|Hooiweg|Gedeeld: {}", &release[..120]),
        ]);
        check(&[
            "residents|23T07:40|Brinkstraat|Vannacht bij de buren in de Brinkstraat ingebroken, achterdeur opengebroken en de schuur overhoop",
            "press|23T11:30|Brinkstraat|Inbrekers kwamen in de Brinkstraat binnen door de achterdeur, ook de schuur werd doorzocht",
        ]);
    }

    #[test]
    fn two_events_are_two_stories() {
        let check = |messages: &[&str]| {
            let found = stories(Theme::default(), messages);
            assert_eq!(found.len(), messages.len(), "{messages:?}");
        };
        check(&[
            "residents|23T07:40|Brinkstraat|Vannacht is bij mij ingebroken, achterdeur geforceerd, laptop weg",
            "residents|23T09:10|Brinkstraat|Bij ons ook ingebroken vannacht, achterdeur geforceerd en de tv weg",
        ]);
        check(&[
            "residents|23T18:00|Station Lindemeer|Fiets gestolen bij het station",
            "residents|23T19:00|Station Lindemeer|Fiets gestolen bij het station, een zwarte omafiets met krat",
        ]);
        check(&[
            "authority|23T09:00|Hooiweg|Vannacht is ingebroken in een woning aan de Hooiweg. Hebt u iets gezien? Bel de politie.",
            "authority|23T09:05|Elzenlaan|Vannacht is ingebroken in een woning aan de Elzenlaan. Hebt u iets gezien? Bel de politie.",
        ]);
        check(&[
            "residents|23T22:00|Hooiweg|Elke avond weer scooters op de Hooiweg, tot diep in de nacht",
            "residents|24T22:00|Hooiweg|Scooters op de Hooiweg, ze rijden altijd rondjes tot diep in de nacht",
        ]);
    }

    #[test]
    fn what_many_see_at_one_spot_within_hours_is_one_story() {
        let messages = [
            "residents|23T21:02|Hooiweg|Enorme vlammen hier op de Hooiweg!!",
            "residents|23T21:10|Hooiweg|wat een rook, ramen dicht mensen",
            "authority|23T22:00|Hooiweg|Brand in loods. De brandweer is ter plaatse.",
        ];
        let seen = Theme { seen_by_many: true };
        assert_eq!(stories(seen, &messages), [[0, 1, 2]]);
        assert_eq!(stories(Theme::default(), &messages).len(), 3);
    }

    #[test]
    fn a_press_release_is_one_echo_and_not_a_wave() {
        let source = SourceId::parse("krant").unwrap();
        let text = "Inbraak aan de Hooiweg. In de nacht is ingebroken in een woning. De politie zoekt getuigen.";
        let telling = |voice, minute| Telling {
            source: &source,
            voice,
            at: jiff::civil::date(2026, 11, 23).at(9, minute, 0, 0),
            places: &[],
            text,
            marks: &[],
        };
        let mut tellings = vec![telling(Voice::Authority, 0)];
        tellings.extend((1..20).map(|minute| telling(Voice::Residents, minute)));
        let stories = group(&tellings, Theme::default(), &Map::default());
        assert_eq!(stories.len(), 1);
        let voices = stories[0].voices(&tellings);
        assert_eq!((voices.residents, voices.echoes), (0, 20));
    }
}
