//! When overviews go out: at a local time, on chosen days.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::recipient::DigestRhythm;

/// When overviews go out.
#[derive(Clone, Debug)]
pub struct DigestTimes {
    /// The local time.
    pub at: Time,
    /// The days, Monday first.
    pub days: [bool; 7],
    /// What is local.
    pub zone: TimeZone,
}

impl DigestTimes {
    /// The last time at or before `now` at which an overview was to go out; `None` when none ever goes.
    pub fn latest(&self, rhythm: DigestRhythm, now: Timestamp) -> Option<Timestamp> {
        self.slots(rhythm, now, -1).find(|&slot| slot <= now)
    }

    /// The first time after `now` at which an overview goes out; `None` when none ever goes.
    pub fn next(&self, rhythm: DigestRhythm, now: Timestamp) -> Option<Timestamp> {
        self.slots(rhythm, now, 1).find(|&slot| slot > now)
    }

    /// The slots of nine days, from the local day of `now` on, in the given direction (1 or -1):
    /// one more than a week, so that a slot of every rhythm is among them on either side of `now`.
    fn slots(
        &self,
        rhythm: DigestRhythm,
        now: Timestamp,
        direction: i8,
    ) -> impl Iterator<Item = Timestamp> {
        let today = now.to_zoned(self.zone.clone());
        (0..9_i64).filter_map(move |distance| {
            let day = today
                .checked_add((i64::from(direction) * distance).days())
                .ok()?;
            self.takes(rhythm, day.weekday())
                .then(|| self.slot(&day))
                .flatten()
        })
    }

    /// Whether an overview of this rhythm goes out on this day of the week.
    fn takes(&self, rhythm: DigestRhythm, day: Weekday) -> bool {
        let index = usize::try_from(day.to_monday_zero_offset()).expect("0 to 6");
        match rhythm {
            DigestRhythm::Daily => self.days[index],
            DigestRhythm::Weekly => self.days.iter().position(|&taken| taken) == Some(index),
            DigestRhythm::None => false,
        }
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
}
