//! The limits that a server counts for us in its headers, obeyed before they are hit.
//!
//! Each platform writes them in its own way: Mastodon a time in ISO 8601, Bluesky and X seconds since
//! 1970, Discourse, Reddit and the draft standard seconds from now. They count for the whole host, so
//! the host rests, whichever source asked.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderMap;

/// Longest rest that is obeyed, as for `Retry-After`.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// Seconds above this are a time since 1970 (September 2001), below it a time from now.
const SINCE_1970: f64 = 1e9;

/// How long to leave the host alone and until when, when nothing is left of what it allows.
pub(crate) fn spent(headers: &HeaderMap, now: Timestamp) -> Option<(Duration, Timestamp)> {
    let left = first(
        headers,
        [
            "x-ratelimit-remaining",
            "ratelimit-remaining",
            "x-rate-limit-remaining",
        ],
    )?;
    let left: f64 = left.parse().ok()?;
    (left < 1.0).then(|| reset(headers, now)).flatten()
}

/// When the host begins to count anew.
pub(crate) fn reset(headers: &HeaderMap, now: Timestamp) -> Option<(Duration, Timestamp)> {
    let value = first(
        headers,
        ["x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"],
    )?;
    let wait = match value.parse::<f64>() {
        Ok(seconds) if seconds > SINCE_1970 => {
            SignedDuration::try_from_secs_f64(seconds).ok()? - now.as_duration()
        }
        Ok(seconds) => SignedDuration::try_from_secs_f64(seconds).ok()?,
        Err(_) => value.parse::<Timestamp>().ok()?.duration_since(now),
    };
    let wait = wait.clamp(SignedDuration::ZERO, LONGEST);
    Some((wait.unsigned_abs(), now.saturating_add(wait).ok()?))
}

fn first<'h, const N: usize>(headers: &'h HeaderMap, names: [&str; N]) -> Option<&'h str> {
    let value = names.iter().find_map(|name| headers.get(*name))?;
    Some(value.to_str().ok()?.trim())
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn every_unit_of_a_reset_is_read_and_a_host_with_room_is_asked_on() {
        let now: Timestamp = "2026-03-14T10:10:00Z".parse().unwrap();
        let check = |pairs: &[(&'static str, &'static str)], expected: Option<&str>| {
            let pair = |(name, value): &(&'static str, &'static str)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            };
            let found = spent(&pairs.iter().map(pair).collect(), now);
            assert_eq!(
                found.map(|(_, at)| at),
                expected.map(|at| at.parse().unwrap()),
                "{pairs:?}"
            );
        };
        let five_past = Some("2026-03-14T10:15:00Z");
        check(
            &[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "2026-03-14T10:15:00.000000Z"),
            ],
            five_past,
        );
        check(
            &[
                ("ratelimit-remaining", "0"),
                ("ratelimit-reset", "1773483300"),
            ],
            five_past,
        );
        check(
            &[
                ("x-ratelimit-remaining", "0.0"),
                ("x-ratelimit-reset", "300"),
            ],
            five_past,
        );
        check(
            &[
                ("x-rate-limit-remaining", "0"),
                ("x-rate-limit-reset", "1773483300"),
            ],
            five_past,
        );
        check(
            &[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "300")],
            None,
        );
        check(
            &[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "binnenkort"),
            ],
            None,
        );
        check(
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "-5")],
            Some("2026-03-14T10:10:00Z"),
        );
        check(
            &[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "9e99"),
            ],
            None,
        );
        check(&[("x-ratelimit-remaining", "0")], None);
    }
}
