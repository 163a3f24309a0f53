//! When to visit, when to mail.
//!
//! Nothing here remembers anything: what is due is worked out from what the store remembers, so a
//! restart neither forgets nor floods.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use crate::outcome::{FailureClass, Hints, PollOutcome};
use crate::recipient::DigestRhythm;
use crate::source::{Every, Source};

/// The interval of a source with `every = "auto"`: one conditional request an hour is welcome
/// nearly everywhere.
pub const AUTO: SignedDuration = SignedDuration::from_hours(1);

/// The longest interval, whatever a source asks or however long it has failed: a source that nobody
/// hears is tried at least once a day.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// The first wait after a failure: long enough for a restart at the other side, short enough to
/// miss nothing.
const FIRST_RETRY: SignedDuration = SignedDuration::from_mins(5);

/// Jitter as a part of the interval, so that sources with one rhythm do not stay in step.
const JITTER: f64 = 0.1;

/// When to visit a source again after a visit that came to `outcome`.
///
/// `failures` counts the failed visits in a row, this one included. What the source asks
/// (`Retry-After`, `Cache-Control: max-age`, `ttl`) is a lower bound, up to [`LONGEST`].
pub fn next_visit(
    now: Timestamp,
    source: &Source,
    outcome: &PollOutcome,
    failures: u32,
    hints: Hints,
) -> Timestamp {
    let usual = match source.every {
        Every::Auto => AUTO,
        Every::Fixed(interval) => interval,
    };
    let (interval, not_before) = match outcome {
        PollOutcome::Unmodified | PollOutcome::Read(_) => {
            let asked = hints
                .max_age
                .into_iter()
                .chain(hints.ttl)
                .max()
                .unwrap_or(0);
            let asked = SignedDuration::from_secs(i64::from(asked));
            (usual.max(asked.min(LONGEST)), None)
        }
        PollOutcome::Failed(failure) => {
            let wait = match failure.class {
                // It is gone, or not for us until a person does something: asking often is of no use.
                FailureClass::Gone | FailureClass::Denied => LONGEST,
                _ => back_off(usual, failures),
            };
            (wait, failure.retry_at)
        }
    };
    let due = now + jittered(interval, (source.id.as_str(), now.as_second()));
    match not_before {
        Some(asked) => due.max(asked.min(now + LONGEST)),
        None => due,
    }
}

/// From [`FIRST_RETRY`], doubling, never more often than usual and never more than [`LONGEST`].
fn back_off(usual: SignedDuration, failures: u32) -> SignedDuration {
    let doubled = FIRST_RETRY * 2_i32.pow(failures.saturating_sub(1).min(12));
    doubled.max(FIRST_RETRY.min(usual)).min(LONGEST.max(usual))
}

/// The interval and up to [`JITTER`] more, the same for the same seed.
fn jittered(interval: SignedDuration, seed: impl Hash) -> SignedDuration {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    let part = f64::from(u32::try_from(hasher.finish() >> 32).expect("the upper half fits"))
        / f64::from(u32::MAX);
    interval + interval.mul_f64(JITTER * part)
}

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
    use crate::outcome::{Counts, Failure};
    use crate::source::{ExcerptPolicy, Scope, SourceId, SourceKind, Voice};
    use crate::theme::ThemeChoice;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn source(every: Every) -> Source {
        Source {
            id: SourceId::parse("wijkkrant").unwrap(),
            name: "Wijkkrant".into(),
            kind: SourceKind::Feed { drop: vec![] },
            url: "https://wijkkrant.example/feed".parse().unwrap(),
            voice: Voice::Residents,
            scope: Scope::Local,
            every,
            excerpt: ExcerptPolicy::Fragment,
            reviewed: None,
            themes: ThemeChoice::All,
            line: 1,
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn failed(class: FailureClass, retry_at: Option<Timestamp>) -> PollOutcome {
        PollOutcome::Failed(Failure {
            class,
            detail: String::new(),
            retry_at,
        })
    }

    /// The interval chosen, which may be up to a tenth longer than `expected`.
    #[track_caller]
    fn check(
        every: Every,
        outcome: &PollOutcome,
        failures: u32,
        hints: Hints,
        expected: SignedDuration,
    ) {
        let now = at("2026-11-24T10:00:00Z");
        let chosen = next_visit(now, &source(every), outcome, failures, hints).duration_since(now);
        assert!(
            chosen >= expected && chosen <= expected.mul_f64(1.1),
            "{chosen:?} instead of {expected:?}"
        );
    }

    #[test]
    fn a_source_is_visited_on_its_rhythm_unless_it_asks_for_less() {
        let read = PollOutcome::Read(Counts::default());
        let quarter = Every::Fixed(SignedDuration::from_mins(15));
        check(
            quarter,
            &read,
            0,
            Hints::default(),
            SignedDuration::from_mins(15),
        );
        check(
            Every::Auto,
            &PollOutcome::Unmodified,
            0,
            Hints::default(),
            HOUR,
        );
        check(
            quarter,
            &read,
            0,
            Hints {
                max_age: Some(7200),
                ttl: Some(60),
            },
            HOUR * 2,
        );
        check(
            Every::Auto,
            &read,
            0,
            Hints {
                max_age: Some(60),
                ttl: None,
            },
            HOUR,
        );
        check(
            Every::Auto,
            &read,
            0,
            Hints {
                max_age: Some(u32::MAX),
                ttl: None,
            },
            LONGEST,
        );
    }

    #[test]
    fn a_failing_source_is_tried_less_and_less_but_once_a_day() {
        let timeout = failed(FailureClass::Timeout, None);
        check(
            Every::Auto,
            &timeout,
            1,
            Hints::default(),
            SignedDuration::from_mins(5),
        );
        check(
            Every::Auto,
            &timeout,
            3,
            Hints::default(),
            SignedDuration::from_mins(20),
        );
        check(Every::Auto, &timeout, 30, Hints::default(), LONGEST);
        check(
            Every::Auto,
            &failed(FailureClass::Gone, None),
            1,
            Hints::default(),
            LONGEST,
        );
    }

    #[test]
    fn retry_after_is_obeyed_up_to_a_day() {
        let now = at("2026-11-24T10:00:00Z");
        let next = |asked| {
            next_visit(
                now,
                &source(Every::Auto),
                &failed(FailureClass::Busy, Some(asked)),
                1,
                Hints::default(),
            )
        };
        assert_eq!(next(now + HOUR * 3), now + HOUR * 3);
        assert_eq!(next(now + HOUR * 9999), now + LONGEST);
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
