//! How a source fares, judged from what is remembered of it.

use jiff::{SignedDuration, Timestamp};

use crate::outcome::PollState;

/// A source that is silent for less than this is never called quiet: a weekend is no news.
const LEAST_SILENCE: SignedDuration = SignedDuration::from_hours(3 * 24);

/// A source of whose rhythm too little is known is called quiet after this.
const UNKNOWN_RHYTHM: SignedDuration = SignedDuration::from_hours(28 * 24);

/// So many silences between its messages must be known before one of them says what is usual.
const KNOWN_SILENCES: usize = 3;

/// A source is quiet when it is silent for more than so many times its longest usual silence.
const BEYOND: i32 = 2;

/// How a source fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Never visited.
    New,
    /// It answers, and its messages come as usual.
    Healthy,
    /// It answers, but no message has appeared for longer than is usual for it.
    Quiet {
        /// When its newest message appeared.
        since: Timestamp,
    },
    /// Every visit fails; it is tried again.
    Failing {
        /// Since when.
        since: Timestamp,
    },
    /// It is not visited until a person acts.
    Stopped {
        /// Since when.
        since: Timestamp,
    },
}

impl Health {
    /// Judges what is remembered of a source.
    pub fn of(state: &PollState, now: Timestamp) -> Health {
        if let Some(since) = state.stopped_since {
            return Health::Stopped { since };
        }
        if let Some(since) = state.failing_since {
            return Health::Failing { since };
        }
        if state.last_heard.is_none() {
            return Health::New;
        }
        match state.rhythm.newest {
            Some(since) if now.duration_since(since) > usual_silence(state) => {
                Health::Quiet { since }
            }
            _ => Health::Healthy,
        }
    }

    /// Since when a source is silent that became quiet within a period: told once, in the overview
    /// of that period, since a paper that stopped would stand in every overview after it.
    pub fn fell_quiet(state: &PollState, from: Timestamp, to: Timestamp) -> Option<Timestamp> {
        match (Health::of(state, from), Health::of(state, to)) {
            (Health::Quiet { .. }, _) => None,
            (_, Health::Quiet { since }) => Some(since),
            _ => None,
        }
    }

    /// The word used in templates and data.
    pub fn as_str(self) -> &'static str {
        match self {
            Health::New => "new",
            Health::Healthy => "healthy",
            Health::Quiet { .. } => "quiet",
            Health::Failing { .. } => "failing",
            Health::Stopped { .. } => "stopped",
        }
    }

    /// Since when it is no longer healthy; `None` when it is, or was never visited.
    pub fn since(self) -> Option<Timestamp> {
        match self {
            Health::New | Health::Healthy => None,
            Health::Quiet { since } | Health::Failing { since } | Health::Stopped { since } => {
                Some(since)
            }
        }
    }
}

/// The longest silence that is still usual for the source.
fn usual_silence(state: &PollState) -> SignedDuration {
    let silences = &state.rhythm.silences;
    match silences.iter().max() {
        Some(longest) if silences.len() >= KNOWN_SILENCES => {
            let longest = SignedDuration::from_hours(i64::from(*longest));
            (longest * BEYOND).max(LEAST_SILENCE)
        }
        _ => UNKNOWN_RHYTHM,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::rhythm::Rhythm;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    #[test]
    fn a_source_is_quiet_beyond_its_own_rhythm_and_not_before() {
        let newest: Timestamp = "2026-11-24T07:00:00Z".parse().unwrap();
        let told = |state: &PollState, day: i32| {
            Health::fell_quiet(state, newest + DAY * (day - 1), newest + DAY * day)
        };
        let check = |silences: &[u16], days: i32, expected: &str| {
            let state = PollState {
                last_heard: Some(newest + DAY * days),
                rhythm: Rhythm {
                    newest: Some(newest),
                    silences: silences.to_vec(),
                    ..Rhythm::default()
                },
                ..PollState::default()
            };
            let health = Health::of(&state, newest + DAY * days);
            assert_eq!(health.as_str(), expected, "{silences:?} {days}");
            let often = (1..60).filter(|day| told(&state, *day).is_some()).count();
            assert_eq!(often, 1, "it falls quiet once");
        };
        // A lively forum with its nights, a weekly paper, a source of which little is known.
        check(&[8, 9, 7], 2, "healthy");
        check(&[8, 9, 7], 4, "quiet");
        check(&[168, 170, 160], 13, "healthy");
        check(&[168, 170, 160], 15, "quiet");
        check(&[], 27, "healthy");
        check(&[], 29, "quiet");
    }

    #[test]
    fn what_stopped_is_not_called_failing_and_what_fails_not_quiet() {
        let now: Timestamp = "2026-11-24T07:00:00Z".parse().unwrap();
        let mut state = PollState::default();
        assert_eq!(Health::of(&state, now), Health::New);
        state.last_heard = Some(now - DAY * 90);
        state.rhythm.newest = Some(now - DAY * 90);
        assert_eq!(Health::of(&state, now).as_str(), "quiet");
        state.failing_since = Some(now - DAY);
        assert_eq!(Health::of(&state, now).since(), Some(now - DAY));
        assert_eq!(Health::of(&state, now).as_str(), "failing");
        state.stopped_since = Some(now);
        assert_eq!(Health::of(&state, now), Health::Stopped { since: now });
    }
}
