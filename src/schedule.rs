//! When to visit, when to mail.
//!
//! Nothing here remembers anything: what is due is worked out from what the store remembers, so a
//! restart neither forgets nor floods.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::{SignedDuration, Timestamp};

use crate::outcome::{Hints, PollOutcome};
use crate::source::{Every, Source};

pub mod back_off; // How long to leave a source alone that could not be heard.
pub mod digest_times; // When overviews go out.
pub mod holidays; // The Dutch public holidays.
pub mod rhythm; // When the next message of a source is to be expected.
pub mod wishes; // What a source asks about when to come back.

pub use digest_times::DigestTimes;

/// The interval of a source with `every = "auto"` of which nothing is known yet: one conditional
/// request an hour is welcome nearly everywhere.
pub const AUTO: SignedDuration = SignedDuration::from_hours(1);

/// The longest interval, whatever a source asks or however long it has failed: a source that nobody
/// hears is tried at least once a day.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// Jitter as a part of the interval, so that sources with one rhythm do not stay in step.
const JITTER: f64 = 0.1;

/// The same after a failure. Sources that fail together, because the connection of this machine was
/// down, must not all come back together.
const JITTER_FAILED: f64 = 0.5;

/// How many visits a second are begun when many are due at once, as after an outage.
const SPREAD_PER_SECOND: u32 = 4;

/// The longest time over which such visits are spread: the shortest usual interval.
const LONGEST_SPREAD: SignedDuration = SignedDuration::from_mins(15);

/// The limits of the rhythm of sources with `every = "auto"` (`[rhythm]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The shortest interval.
    pub shortest: SignedDuration,
    /// The longest interval.
    pub longest: SignedDuration,
}

impl Default for Bounds {
    /// A quarter of an hour is what a busy forum is worth; a day is the promise that every source
    /// is tried.
    fn default() -> Self {
        Bounds {
            shortest: SignedDuration::from_mins(15),
            longest: LONGEST,
        }
    }
}

impl Bounds {
    fn clamp(self, interval: SignedDuration) -> SignedDuration {
        interval.min(self.longest).max(self.shortest)
    }
}

/// A visit that has just ended, as far as the next one depends on it.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// The source.
    pub source: &'a Source,
    /// What the visit came to.
    pub outcome: &'a PollOutcome,
    /// The interval that its rhythm gives ([`rhythm::interval`]), for `every = "auto"`.
    pub usual: SignedDuration,
    /// What all failures in a row weigh together, this one included, in quarters.
    pub burden: u32,
    /// What the source asks.
    pub hints: Hints,
}

/// When to visit a source again.
///
/// What the source asks ([`wishes`], `Retry-After`) is a lower bound, up to [`LONGEST`].
pub fn next_visit(now: Timestamp, ended: &Ended<'_>) -> Timestamp {
    let usual = match ended.source.every {
        Every::Auto => ended.usual,
        Every::Fixed(interval) => interval,
    };
    let seed = (ended.source.id.as_str(), now.as_second());
    match ended.outcome {
        PollOutcome::Unmodified | PollOutcome::Read(_) => {
            let interval = usual.max(ended.hints.interval());
            ended
                .hints
                .not_skipped(now + jittered(interval, JITTER, seed))
        }
        PollOutcome::Failed(failure) => {
            let wait = back_off::wait(usual, failure.class, ended.burden);
            let due = now + jittered(wait, JITTER_FAILED, seed).min(LONGEST);
            match failure.retry_at {
                Some(asked) => due.max(asked.min(now + LONGEST)),
                None => due,
            }
        }
    }
}

/// New due times for so many sources that are due at once, in the order of the sources: as after a
/// start, an outage, a night in which the machine slept.
pub fn spread(now: Timestamp, many: usize) -> impl Iterator<Item = Timestamp> {
    let many = u32::try_from(many).unwrap_or(u32::MAX).max(1);
    let over = SignedDuration::from_secs(i64::from(many / SPREAD_PER_SECOND)).min(LONGEST_SPREAD);
    (0..many).map(move |place| now + over.mul_f64(f64::from(place) / f64::from(many)))
}

/// The interval and up to a part of it more, the same for the same seed.
fn jittered(interval: SignedDuration, most: f64, seed: impl Hash) -> SignedDuration {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    let part = f64::from(u32::try_from(hasher.finish() >> 32).expect("the upper half fits"))
        / f64::from(u32::MAX);
    interval + interval.mul_f64(most * part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Counts, Failure, FailureClass};
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

    /// The interval after a visit to a source whose rhythm asks for an hour.
    fn interval(every: Every, outcome: &PollOutcome, burden: u32, hints: Hints) -> SignedDuration {
        let now = at("2026-11-24T10:00:00Z");
        let ended = Ended {
            source: &source(every),
            outcome,
            usual: HOUR,
            burden,
            hints,
        };
        next_visit(now, &ended).duration_since(now)
    }

    #[track_caller]
    fn check(every: Every, hints: Hints, expected: SignedDuration) {
        let chosen = interval(every, &PollOutcome::Read(Counts::default()), 0, hints);
        assert!(
            chosen >= expected && chosen <= expected.mul_f64(1.1),
            "{chosen:?} instead of {expected:?}"
        );
    }

    #[test]
    fn a_source_is_visited_on_its_rhythm_unless_it_asks_for_less() {
        let quarter = Every::Fixed(SignedDuration::from_mins(15));
        let hints = Hints::default();
        check(quarter, hints, SignedDuration::from_mins(15));
        check(Every::Auto, hints, HOUR);
        let asks = |seconds| Hints {
            max_age: Some(seconds),
            ..hints
        };
        check(quarter, asks(7200), HOUR * 2);
        check(Every::Auto, asks(60), HOUR);
        check(Every::Auto, asks(u32::MAX), LONGEST);
        let night = Hints {
            skip_hours: 0b1111 << 10,
            ..hints
        };
        check(Every::Auto, night, HOUR * 4);
    }

    #[test]
    fn a_failing_source_is_tried_less_and_less_but_once_a_day_whatever_it_asks() {
        let timeout = failed(FailureClass::Timeout, None);
        let waits = [1, 9, 40, 4000]
            .map(|burden| interval(Every::Auto, &timeout, burden, Hints::default()));
        assert!(
            waits[0] >= SignedDuration::from_mins(5) && waits[0] < SignedDuration::from_mins(8)
        );
        assert!(waits.is_sorted() && waits[1] > waits[0], "{waits:?}");
        assert_eq!(waits[3], LONGEST);
    }

    #[test]
    fn retry_after_is_obeyed_up_to_a_day() {
        let now = at("2026-11-24T10:00:00Z");
        let next = |asked| {
            let busy = failed(FailureClass::Busy, Some(asked));
            interval(Every::Auto, &busy, 1, Hints::default())
        };
        assert_eq!(next(now + HOUR * 3), HOUR * 3);
        assert_eq!(next(now + HOUR * 9999), LONGEST);
    }

    #[test]
    fn what_is_due_at_once_is_spread_in_its_order() {
        let now = at("2026-11-24T10:00:00Z");
        let few: Vec<Timestamp> = spread(now, 3).collect();
        assert_eq!(few, [now; 3]);
        let many: Vec<Timestamp> = spread(now, 50_000).collect();
        assert!(many.is_sorted() && many[0] == now);
        let last = many[49_999].duration_since(now);
        assert!(last < LONGEST_SPREAD && last > LONGEST_SPREAD.mul_f64(0.99));
        let within = |second: i64| {
            let from = now + SignedDuration::from_secs(second);
            let until = from + SignedDuration::from_secs(1);
            many.iter().filter(|at| (from..until).contains(at)).count()
        };
        assert!(within(0) <= 56 && within(600) <= 56);
    }
}
