//! When overviews go out: at a local time, on chosen days.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::recipient::days::Days;
use crate::recipient::{DigestRhythm, Recipient};
use crate::schedule::holidays::is_public_holiday;

/// When overviews go out.
#[derive(Clone, Debug)]
pub struct DigestTimes {
    /// The local time.
    pub at: Time,
    /// The days, Monday first.
    pub days: Days,
    /// Whether also on public holidays.
    pub holidays: bool,
    /// What is local.
    pub zone: TimeZone,
}

/// How far it is looked for a day, from today on: a rhythm of one day in the week may meet public
/// holidays two weeks in a row (Christmas and New Year).
const LOOK: i64 = 23;

impl DigestTimes {
    /// The times of one recipient, who may have others than the rest.
    pub fn of(&self, recipient: &Recipient) -> DigestTimes {
        DigestTimes {
            at: recipient.at.unwrap_or(self.at),
            days: recipient.days.unwrap_or(self.days),
            ..self.clone()
        }
    }

    /// The last time at or before `now` at which an overview was to go out; `None` when none ever goes.
    pub fn latest(&self, rhythm: DigestRhythm, now: Timestamp) -> Option<Timestamp> {
        self.slots(rhythm, now, -1).find(|&slot| slot <= now)
    }

    /// The first time after `now` at which an overview goes out; `None` when none ever goes.
    pub fn next(&self, rhythm: DigestRhythm, now: Timestamp) -> Option<Timestamp> {
        self.slots(rhythm, now, 1).find(|&slot| slot > now)
    }

    /// The slots of the days that are looked at, from the local day of `now` on, in the given
    /// direction (1 or -1).
    fn slots(
        &self,
        rhythm: DigestRhythm,
        now: Timestamp,
        direction: i8,
    ) -> impl Iterator<Item = Timestamp> {
        let today = now.to_zoned(self.zone.clone());
        (0..LOOK).filter_map(move |distance| {
            let day = today
                .checked_add((i64::from(direction) * distance).days())
                .ok()?;
            self.takes(rhythm, day.date())
                .then(|| self.slot(&day))
                .flatten()
        })
    }

    /// Whether an overview of this rhythm goes out on this day. The weekly one goes out on the first
    /// day of a week, Monday to Sunday, that the daily one takes.
    fn takes(&self, rhythm: DigestRhythm, day: Date) -> bool {
        match rhythm {
            DigestRhythm::Daily => self.is_taken(day),
            DigestRhythm::Weekly => {
                let before = i64::from(day.weekday().to_monday_zero_offset());
                let mut earlier = (1..=before).map(|days| day.saturating_sub(days.days()));
                self.is_taken(day) && !earlier.any(|day| self.is_taken(day))
            }
            DigestRhythm::None => false,
        }
    }

    fn is_taken(&self, day: Date) -> bool {
        let index = usize::try_from(day.weekday().to_monday_zero_offset()).expect("0 to 6");
        self.days[index] && (self.holidays || !is_public_holiday(day))
    }

    /// The slot on one day. A local time that the clock skips is moved on by the length of the gap;
    /// of one that comes twice, the first is taken (jiff's "compatible" rule, RFC 5545).
    fn slot(&self, day: &Zoned) -> Option<Timestamp> {
        let local = day.date().to_datetime(self.at);
        Some(local.to_zoned(self.zone.clone()).ok()?.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn times(days: [bool; 7]) -> DigestTimes {
        DigestTimes {
            at: Time::constant(7, 30, 0, 0),
            days,
            holidays: false,
            zone: TimeZone::get("Europe/Amsterdam").unwrap(),
        }
    }

    const WEEKDAYS: [bool; 7] = [true, true, true, true, true, false, false];

    #[test]
    fn the_slot_before_and_after_a_moment_respect_days_and_rhythm() {
        // Tuesday 24 November 2026, 08:00 local time is 07:00 UTC.
        let now = at("2026-11-24T07:00:00Z");
        let times = times(WEEKDAYS);
        assert_eq!(
            times.latest(DigestRhythm::Daily, now),
            Some(at("2026-11-24T06:30:00Z"))
        );
        assert_eq!(
            times.next(DigestRhythm::Daily, now),
            Some(at("2026-11-25T06:30:00Z"))
        );
        assert_eq!(
            times.latest(DigestRhythm::Weekly, now),
            Some(at("2026-11-23T06:30:00Z"))
        );
        assert_eq!(
            times.next(DigestRhythm::Weekly, now),
            Some(at("2026-11-30T06:30:00Z"))
        );
        assert_eq!(times.next(DigestRhythm::None, now), None);
        // Friday evening: the next is on Monday.
        assert_eq!(
            times.next(DigestRhythm::Daily, at("2026-11-27T20:00:00Z")),
            Some(at("2026-11-30T06:30:00Z"))
        );
        // A minute before the slot, the last one is yesterday's; on the slot it is this one.
        assert_eq!(
            times.latest(DigestRhythm::Daily, at("2026-11-24T06:29:59Z")),
            Some(at("2026-11-23T06:30:00Z"))
        );
        assert_eq!(
            times.latest(DigestRhythm::Daily, at("2026-11-24T06:30:00Z")),
            Some(at("2026-11-24T06:30:00Z"))
        );
    }

    #[test]
    fn the_local_time_stays_through_both_clock_changes() {
        let times = times([true; 7]);
        assert_eq!(
            times.next(DigestRhythm::Daily, at("2026-03-28T12:00:00Z")),
            Some(at("2026-03-29T05:30:00Z"))
        );
        assert_eq!(
            times.next(DigestRhythm::Daily, at("2026-10-24T12:00:00Z")),
            Some(at("2026-10-25T06:30:00Z"))
        );
    }

    #[test]
    fn a_week_without_days_has_no_slot() {
        let never = times([false; 7]);
        assert_eq!(
            never.next(DigestRhythm::Daily, at("2026-11-24T07:00:00Z")),
            None
        );
        assert_eq!(
            never.latest(DigestRhythm::Weekly, at("2026-11-24T07:00:00Z")),
            None
        );
    }

    #[test]
    fn a_public_holiday_has_no_overview_unless_it_is_wanted() {
        // Good Friday 2026; Easter Monday is the 6th of April.
        let friday_evening = at("2026-04-03T18:00:00Z");
        let times = times(WEEKDAYS);
        let tuesday = Some(at("2026-04-07T05:30:00Z"));
        assert_eq!(times.next(DigestRhythm::Daily, friday_evening), tuesday);
        assert_eq!(times.next(DigestRhythm::Weekly, friday_evening), tuesday);
        let always = DigestTimes {
            holidays: true,
            ..times
        };
        let monday = Some(at("2026-04-06T05:30:00Z"));
        assert_eq!(always.next(DigestRhythm::Daily, friday_evening), monday);
    }

    #[test]
    fn a_rhythm_of_one_day_passes_over_two_holidays_in_a_row() {
        let mut days = [false; 7];
        days[3] = true;
        // 25 December 2025 and 1 January 2026 are Thursdays.
        let next = times(days).next(DigestRhythm::Daily, at("2025-12-19T12:00:00Z"));
        assert_eq!(next, Some(at("2026-01-08T06:30:00Z")));
    }
}
