//! When the next message of a source is to be expected, from when the last ones appeared.
//!
//! Each source has a small memory ([`Rhythm`]): how many messages appeared in each hour of the day,
//! over how many hours of listening, and what appeared just now. From these follows how many
//! messages are to be expected until any moment, and the source is visited when enough of one is:
//! often while a forum is busy, at breakfast for a blog that appears at breakfast, rarely at night
//! where nobody writes at night, once a day where nothing ever appears.
//!
//! What was seen before guards the estimate: when less than a third of what a visit shows was seen
//! before, messages went by faster than thought, and the next visit comes sooner whatever was
//! expected. When more than two thirds were, it may come later.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::outcome::rhythm::{Rhythm, Sight};
use crate::schedule::{AUTO, Bounds};

/// A visit is worth its while when so many messages are to be expected. A visit for each half
/// message is in vain three times out of five (e^-½), and the message waits for a quarter of the
/// time between two: the simulated week in `tests/it/week.rs` shows what other values give.
const WORTH: f64 = 0.5;

/// How much of an hour's counter is left after this time is one half: long enough for a weekly
/// source to be told from a dead one, short enough to notice that the holidays are over.
const FADING: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The same for what is going on now: a quarrel in a thread, the evening of a fire.
const FADING_NOW: SignedDuration = SignedDuration::from_hours(2);

/// How many further messages each one lately draws after it, on average: more than that and every
/// message of a quiet source would be followed by visits in vain.
const DRAWN: f64 = 0.4;

/// A source with so many messages a day or more is visited at least once in the interval [`AUTO`]; with
/// half as many, in twice that.
const LIVELY: f64 = 4.0;

/// Hours that a message weighs in what is going on now, all together: the integral of [`FADING_NOW`].
const LASTING: f64 = 2.0 / std::f64::consts::LN_2;

/// The part of what a source shows that may go by between two visits at its fastest pace.
const HALF_THE_WINDOW: f64 = 0.5;

/// How long a source is taken for one that is worth a visit an hour ([`AUTO`]) before it is known.
const DOUBT: f64 = 3.0;

/// Messages that every hour of the day is credited with, so that no hour counts as dead for ever.
const ANY_HOUR: f64 = 0.25;

/// Dated messages of a first reading count this far back.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(28 * 24);

/// A silence of at least this many hours is remembered: shorter ones are the normal pause between
/// two messages of a lively source.
const SILENCE: i64 = 6;

/// Silences remembered: a month of nights.
const SILENCES: usize = 32;

/// The step in which the future is looked at.
const STEP: SignedDuration = SignedDuration::from_mins(15);

/// What is known after a visit that was read or unmodified.
///
/// `before` is the visit before it; `None` at the first, whose dated messages are history to learn
/// from.
pub fn learn(
    mut rhythm: Rhythm,
    sight: &Sight,
    before: Option<Timestamp>,
    now: Timestamp,
) -> Rhythm {
    let mut arrivals: Vec<Timestamp> = sight.arrivals.iter().map(|at| (*at).min(now)).collect();
    arrivals.sort_unstable();
    // What is new at this visit was not there at the one before, whatever date it bears.
    let counted = |at: Timestamp| match (rhythm.at, before) {
        (Some(_), Some(before)) => at.max(before),
        _ => at,
    };
    let arrivals: Vec<Timestamp> = arrivals.into_iter().map(counted).collect();

    let since = rhythm.at.unwrap_or_else(|| {
        let oldest = arrivals.first().copied().unwrap_or(now);
        oldest.max(now - LOOK_BACK)
    });
    let passed = hours_between(since, now);
    let left = fading(FADING, passed);
    for counter in &mut rhythm.hours {
        *counter = faded(*counter, left);
    }
    // What fades while the hours pass: their integral.
    let fading_hours = FADING.as_secs_f64() / 3600.0 / std::f64::consts::LN_2;
    rhythm.observed = rounded(f64::from(rhythm.observed) * left + fading_hours * (1.0 - left));
    rhythm.recent = faded(rhythm.recent, fading(FADING_NOW, passed));
    for at in &arrivals {
        let ago = hours_between(*at, now);
        rhythm.recent = rounded(f64::from(rhythm.recent) + fading(FADING_NOW, ago));
        if *at >= since {
            let counter = &mut rhythm.hours[hour(*at)];
            *counter = rounded(f64::from(*counter) + fading(FADING, ago));
        }
        note_silence(&mut rhythm, *at);
    }
    rhythm.peak = faded(rhythm.peak, left).max(rhythm.recent);
    if sight.shown > 0 {
        rhythm.window = sight.shown;
    }
    rhythm.at = Some(now);
    rhythm
}

/// The interval after a visit that was read or unmodified; `elapsed` since the one before it.
pub fn interval(
    rhythm: &Rhythm,
    sight: &Sight,
    elapsed: Option<SignedDuration>,
    now: Timestamp,
    bounds: Bounds,
) -> SignedDuration {
    let longest = longest(rhythm, bounds);
    let expected = until_worth(rhythm, now, longest);
    let guarded = match elapsed {
        Some(_) if sight.gap => bounds.shortest,
        Some(elapsed) if sight.shown > 0 => {
            let (known, shown) = (u64::from(sight.known), u64::from(sight.shown));
            if known * 3 < shown {
                expected.min(elapsed / 2)
            } else if known * 3 <= shown * 2 {
                expected.min(elapsed)
            } else {
                expected
            }
        }
        _ => expected,
    };
    bounds.clamp(guarded)
}

/// The longest interval that a source is worth, whatever is expected of the coming hours.
///
/// Expectation fails where it matters: nobody sees the first message of a quarrel coming. So a source
/// that is lively on average is not left to sleep, and never for so long that at its fastest pace
/// half of what it shows went by.
fn longest(rhythm: &Rhythm, bounds: Bounds) -> SignedDuration {
    let pace = 24.0 * total(rhythm) / f64::from(rhythm.observed).max(1.0);
    let awake = AUTO.mul_f64((LIVELY / pace.max(0.01)).max(1.0));
    let fastest = f64::from(rhythm.peak) / LASTING;
    let window_hours = f64::from(rhythm.window) / fastest.max(0.01) * HALF_THE_WINDOW;
    let window = match rhythm.window {
        0 => bounds.longest,
        _ => SignedDuration::from_hours(1).mul_f64(window_hours),
    };
    bounds.clamp(awake.min(window))
}

fn total(rhythm: &Rhythm) -> f64 {
    rhythm.hours.iter().map(|count| f64::from(*count)).sum()
}

/// How long it takes until a visit is worth its while, up to `longest`.
fn until_worth(rhythm: &Rhythm, now: Timestamp, longest: SignedDuration) -> SignedDuration {
    let total = total(rhythm);
    let auto_hours = AUTO.as_secs_f64() / 3600.0;
    let base = (total + WORTH * DOUBT) / (f64::from(rhythm.observed) + DOUBT * auto_hours);
    let of_hour = |hour: usize| {
        // An hour and the two beside it: who writes at five to nine may write at five past.
        let near = |shift: usize| f64::from(rhythm.hours[(hour + shift) % 24]);
        let smooth = (near(23) + 2.0 * near(0) + near(1)) / 4.0;
        base * 24.0 * (smooth + ANY_HOUR) / (total + 24.0 * ANY_HOUR)
    };
    let step_hours = STEP.as_secs_f64() / 3600.0;
    let recent = DRAWN * f64::from(rhythm.recent);
    let mut expected = 0.0;
    let mut waited = SignedDuration::ZERO;
    while waited < longest {
        let usual = of_hour(hour(now + waited)) * step_hours;
        let passed = waited.as_secs_f64() / 3600.0;
        let drawn = recent * (fading(FADING_NOW, passed) - fading(FADING_NOW, passed + step_hours));
        let more = usual.max(drawn);
        if expected + more >= WORTH {
            return waited + STEP.mul_f64((WORTH - expected) / more);
        }
        expected += more;
        waited += STEP;
    }
    longest
}

fn note_silence(rhythm: &mut Rhythm, at: Timestamp) {
    if let Some(newest) = rhythm.newest {
        let silence = at.duration_since(newest).as_hours();
        if silence >= SILENCE {
            rhythm
                .silences
                .push(u16::try_from(silence).unwrap_or(u16::MAX));
            let over = rhythm.silences.len().saturating_sub(SILENCES);
            rhythm.silences.drain(..over);
        }
    }
    rhythm.messages = rhythm.messages.saturating_add(1);
    rhythm.first = Some(rhythm.first.map_or(at, |first| first.min(at)));
    rhythm.newest = Some(rhythm.newest.map_or(at, |newest| newest.max(at)));
}

/// What is left of one after so many hours.
fn fading(half: SignedDuration, hours: f64) -> f64 {
    (-hours * 3600.0 / half.as_secs_f64()).exp2()
}

fn faded(counter: f32, left: f64) -> f32 {
    rounded(f64::from(counter) * left)
}

/// Three decimals are enough, and short in the database.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a counter of messages within weeks, cut to three decimals"
)]
fn rounded(value: f64) -> f32 {
    ((value * 1000.0).round() / 1000.0) as f32
}

/// Hours from one instant to a later one; none when the clock was set back.
fn hours_between(from: Timestamp, to: Timestamp) -> f64 {
    (to.duration_since(from).as_secs_f64() / 3600.0).max(0.0)
}

fn hour(at: Timestamp) -> usize {
    usize::try_from(at.to_zoned(TimeZone::UTC).hour()).expect("0 to 23")
}
