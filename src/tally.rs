//! Counts the stories of the days that have ended, and compares them with what is usual.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::digest::rising::{Activity, Rising};
use crate::digest::told;
use crate::item::StoredHit;
use crate::place::Map;
use crate::source::Voice;
use crate::store::{Reader, Store, StoreError, StoryDay};
use crate::story;
use crate::theme::{Theme, ThemeChoice, ThemeId};
use crate::trend::{MOST_WEEKS, Rarity, rise};

/// How many days are counted anew each day: messages are often read days after they were published.
const DAYS_AGAIN: i64 = 7;

/// A story that began this many days before still takes in messages of the first day counted.
const DAYS_BEFORE: i64 = 3;

/// Days of history that a comparison needs.
const DAYS_BACK: i64 = 7 * (MOST_WEEKS as i64 + 1) + 1;

/// What stories are counted by.
#[derive(Clone, Copy, Debug)]
pub struct Counter<'a> {
    /// The themes.
    pub themes: &'a [Theme],
    /// How places lie to each other.
    pub places: &'a Map,
    /// The area that each place is or lies in.
    pub areas: &'a BTreeMap<String, String>,
    /// What is local time.
    pub zone: &'a TimeZone,
}

impl Counter<'_> {
    /// Counts the stories of the last days that have ended, in local time. Doing it twice changes
    /// nothing.
    pub async fn tally(self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let today = now.to_zoned(self.zone.clone()).date();
        let first = today.saturating_sub(DAYS_AGAIN.days());
        let from = self.start(first.saturating_sub(DAYS_BEFORE.days()));
        let reader = store.reader();
        let hits = reader.hits_between(from, self.start(today)).await?;
        let mut counted = BTreeMap::new();
        for theme in self.themes {
            let hits: Vec<&StoredHit> = hits.iter().filter(|s| s.hit.theme == theme.id).collect();
            self.count(&hits, theme, &mut counted);
        }
        let counted: Vec<StoryDay> = (counted.into_iter())
            .filter(|((day, ..), _)| *day >= first)
            .map(|((day, theme, place), [residents, others])| StoryDay {
                day,
                theme,
                place,
                residents,
                others,
            })
            .collect();
        match counted.is_empty() {
            true => Ok(()),
            false => store.count_stories(counted).await,
        }
    }

    fn count(self, hits: &[&StoredHit], theme: &Theme, counted: &mut Counted) {
        let tellings = hits.iter().map(|s| told::telling(&s.hit, self.zone));
        let tellings: Vec<_> = tellings.collect();
        for story in story::group(&tellings, theme.into(), self.places) {
            let is_resident = |at: &usize| tellings[*at].voice == Voice::Residents;
            let resident = story.witnesses().find(is_resident);
            let begins = &tellings[resident.unwrap_or(story.tellings[0])];
            let area = begins.places.iter().find_map(|place| self.areas.get(place));
            let places = std::iter::once(None).chain(area.map(|area| Some(area.clone())));
            for place in places {
                let key = (begins.at.date(), theme.id.clone(), place);
                counted.entry(key).or_default()[usize::from(resident.is_none())] += 1;
            }
        }
    }

    /// What is known of the themes that a recipient takes, on the last day that has ended.
    pub async fn activity(
        self,
        reader: &Reader,
        takes: ThemeChoice,
        now: Timestamp,
    ) -> Result<Activity, StoreError> {
        let last = now.to_zoned(self.zone.clone()).date();
        let last = last.saturating_sub(1.day());
        let from = last.saturating_sub(DAYS_BACK.days());
        let listened = reader.listened_days(from).await?;
        let mut series: BTreeMap<ThemeId, BTreeMap<Option<String>, BTreeMap<Date, u32>>> =
            BTreeMap::new();
        for counted in reader.story_days(from).await? {
            let places = series.entry(counted.theme).or_default();
            let days = places.entry(counted.place).or_default();
            days.insert(counted.day, counted.residents);
        }
        let mut activity = Activity::default();
        for theme in self.themes.iter().filter(|theme| takes.takes(&theme.id)) {
            let mut places = series.remove(&theme.id).unwrap_or_default();
            // Also a theme of which nothing was ever counted has a row of days.
            places.entry(None).or_default();
            for (place, counted) in places {
                let days = filled(&counted, &listened, last);
                let rarity = match place {
                    None => Rarity::THEME,
                    Some(_) => Rarity::PLACE,
                };
                if place.is_none() {
                    let days = last_two_weeks(&days, last);
                    activity.days.insert(theme.id.clone(), days);
                }
                activity
                    .rising
                    .extend(rise(&days, rarity).map(|rise| Rising {
                        theme: theme.id.clone(),
                        title: theme.title.clone(),
                        place,
                        rise,
                        day: last,
                    }));
            }
        }
        Ok(activity)
    }

    fn start(self, day: Date) -> Timestamp {
        let midnight = day.to_zoned(self.zone.clone());
        midnight.map_or(Timestamp::MIN, |midnight| midnight.timestamp())
    }
}

/// Stories that a resident tells, and others, by day, theme and place.
type Counted = BTreeMap<(Date, ThemeId, Option<String>), [u32; 2]>;

/// One number for each day from the first on which was listened up to the last: nothing counted on a
/// day on which was listened is none, and on another day it is not known.
fn filled(
    counted: &BTreeMap<Date, u32>,
    listened: &BTreeSet<Date>,
    last: Date,
) -> Vec<Option<u32>> {
    let Some(first) = listened.first() else {
        return Vec::new();
    };
    let days = first.series(1.day()).take_while(|day| *day <= last);
    days.map(|day| match counted.get(&day) {
        Some(count) => Some(*count),
        None => listened.contains(&day).then_some(0),
    })
    .collect()
}

fn last_two_weeks(days: &[Option<u32>], last: Date) -> Vec<(Date, Option<u32>)> {
    let back = days.iter().rev().take(14).zip(0..);
    let mut days: Vec<_> = back
        .map(|(count, back): (_, i64)| (last.saturating_sub(back.days()), *count))
        .collect();
    days.reverse();
    days
}
