//! What a source asks about when to come back; never sooner than that.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::outcome::Hints;
use crate::schedule::LONGEST;

/// How far hours and days without news (`skipHours`, `skipDays`) may put a visit off: a long
/// weekend. A feed that skips six days of the week is visited on the third.
const LONGEST_SKIP: SignedDuration = SignedDuration::from_hours(72);

const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Hints {
    /// The longest interval that any voice asks, up to [`LONGEST`]: many programs write values that
    /// nobody chose, and a source must not vanish for a year.
    pub fn interval(&self) -> SignedDuration {
        let asked = self.max_age.max(self.ttl).max(self.update).unwrap_or(0);
        SignedDuration::from_secs(i64::from(asked)).min(LONGEST)
    }

    /// The first instant from `due` on that does not lie in an hour or on a day without news.
    ///
    /// Hours and days that are skipped altogether say nothing, and are not obeyed.
    pub fn not_skipped(&self, due: Timestamp) -> Timestamp {
        let hours = if self.skip_hours == ALL_HOURS {
            0
        } else {
            self.skip_hours
        };
        let days = if self.skip_days == ALL_DAYS {
            0
        } else {
            self.skip_days
        };
        let skipped = |at: Timestamp| {
            let at = at.to_zoned(TimeZone::UTC);
            let day = at.weekday().to_monday_zero_offset();
            hours >> at.hour() & 1 == 1 || days >> day & 1 == 1
        };
        if !skipped(due) {
            return due;
        }
        let mut next = due;
        // From hour to hour, keeping the minute: sources that skip the same night do not all wake
        // at the same moment.
        while skipped(next) && next.duration_since(due) < LONGEST_SKIP {
            next += HOUR;
        }
        next
    }
}

/// Every hour of the day.
const ALL_HOURS: u32 = (1 << 24) - 1;

/// Every day of the week.
const ALL_DAYS: u8 = (1 << 7) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_longest_wish_counts_up_to_a_day() {
        let hints = Hints {
            max_age: Some(60),
            ttl: Some(7200),
            update: Some(3600),
            ..Hints::default()
        };
        assert_eq!(hints.interval(), HOUR * 2);
        let hints = Hints {
            update: Some(31_536_000),
            ..hints
        };
        assert_eq!(hints.interval(), LONGEST);
        assert_eq!(Hints::default().interval(), SignedDuration::ZERO);
    }

    #[test]
    fn a_visit_moves_behind_hours_and_days_without_news_and_keeps_its_minute() {
        let night = Hints {
            skip_hours: 0b0111_1111,
            ..Hints::default()
        };
        let due = |hints: Hints, text| hints.not_skipped(at(text)).to_string();
        assert_eq!(due(night, "2026-11-24T02:17:00Z"), "2026-11-24T07:17:00Z");
        assert_eq!(due(night, "2026-11-24T07:00:00Z"), "2026-11-24T07:00:00Z");
        // Friday 27 November 2026, late: Saturday and Sunday are skipped.
        let weekend = Hints {
            skip_days: 0b110_0000,
            ..Hints::default()
        };
        assert_eq!(due(weekend, "2026-11-28T00:30:00Z"), "2026-11-30T00:30:00Z");
        let never = Hints {
            skip_hours: ALL_HOURS,
            skip_days: ALL_DAYS,
            ..Hints::default()
        };
        assert_eq!(due(never, "2026-11-24T02:17:00Z"), "2026-11-24T02:17:00Z");
        // All days but Sunday: it is tried on the third.
        let mostly = Hints {
            skip_days: 0b011_1111,
            ..Hints::default()
        };
        assert_eq!(due(mostly, "2026-11-23T10:00:00Z"), "2026-11-26T10:00:00Z");
    }
}
