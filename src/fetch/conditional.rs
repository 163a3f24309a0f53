//! The headers that say whether, and when, to ask again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{
    CACHE_CONTROL, DATE, ETAG, EXPIRES, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER,
};

use crate::outcome::{Hints, Validators};

/// Longest validator that is kept. Real ones stay under 100 bytes; this one is stored and sent back at every
/// visit, so a server must not make it a burden.
const MAX_VALIDATOR: usize = 1024;

/// Longest `Retry-After` that is obeyed: a source is tried at least once a day, whatever it says.
const MAX_RETRY_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Makes a request conditional.
pub(crate) fn add_conditions(headers: &mut HeaderMap, validators: &Validators) {
    let mut add = |name: HeaderName, value: &Option<Vec<u8>>| {
        // Only bytes that came out of a header get here; others cannot be sent, and then are not.
        if let Some(value) = value
            .as_deref()
            .and_then(|bytes| HeaderValue::from_bytes(bytes).ok())
        {
            headers.insert(name, value);
        }
    };
    add(IF_NONE_MATCH, &validators.etag);
    add(IF_MODIFIED_SINCE, &validators.last_modified);
}

/// The validators of an answer, byte for byte.
pub(crate) fn validators(headers: &HeaderMap) -> Validators {
    let read = |name: HeaderName| {
        let bytes = headers.get(name)?.as_bytes();
        (!bytes.is_empty() && bytes.len() <= MAX_VALIDATOR).then(|| bytes.to_vec())
    };
    Validators {
        etag: read(ETAG),
        last_modified: read(LAST_MODIFIED),
    }
}

/// The validators after a 304: what it carries is newer, what it leaves out stays as it was.
pub(crate) fn refreshed(sent: &Validators, headers: &HeaderMap) -> Validators {
    let new = validators(headers);
    Validators {
        etag: new.etag.or_else(|| sent.etag.clone()),
        last_modified: new.last_modified.or_else(|| sent.last_modified.clone()),
    }
}

/// What the headers say about when to come back: `max-age` (RFC 9111 section 5.2.2.1), else
/// `Expires` (section 5.3).
pub(crate) fn hints(headers: &HeaderMap) -> Hints {
    let max_age = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(|directive| {
            let (name, seconds) = directive.split_once('=')?;
            let seconds = seconds.trim().trim_matches('"');
            let digits = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
            // A number too large for the type is still a number: as long as can be said.
            (name.trim().eq_ignore_ascii_case("max-age") && digits)
                .then(|| seconds.parse().unwrap_or(u32::MAX))
        });
    Hints {
        max_age: max_age.or_else(|| until_expires(headers)),
        ..Hints::default()
    }
}

/// Seconds from `Date` to `Expires`: the clock of the other side compared with itself. Without a
/// `Date`, or when it lies in the past as many servers write to forbid caching, nothing is asked.
fn until_expires(headers: &HeaderMap) -> Option<u32> {
    let date = |name: HeaderName| {
        let value = headers.get(name)?.to_str().ok()?;
        httpdate::parse_http_date(value.trim()).ok()
    };
    let left = date(EXPIRES)?.duration_since(date(DATE)?).ok()?;
    (!left.is_zero()).then(|| u32::try_from(left.as_secs()).unwrap_or(u32::MAX))
}

/// How long to stay away, and until when (RFC 9110 section 10.2.3: seconds or a date).
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<(Duration, Timestamp)> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        value
            .parse()
            .map_or(MAX_RETRY_AFTER, SignedDuration::from_secs)
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        Timestamp::try_from(date).ok()?.duration_since(now)
    };
    let wait = wait.clamp(SignedDuration::ZERO, MAX_RETRY_AFTER);
    Some((wait.unsigned_abs(), now.saturating_add(wait).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &[u8])]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_bytes(value).unwrap()))
            .collect()
    }

    #[test]
    fn validators_go_and_come_back_byte_for_byte() {
        let etag = b"W/\"caf\xe9  1\"".to_vec();
        let last_modified = b"tue, 24 nov 2026 08:00:00 gmt".to_vec();
        let received = validators(&headers(&[(ETAG, &etag), (LAST_MODIFIED, &last_modified)]));
        let mut sent = HeaderMap::new();
        add_conditions(&mut sent, &received);
        assert_eq!(sent[IF_NONE_MATCH].as_bytes(), etag);
        assert_eq!(sent[IF_MODIFIED_SINCE].as_bytes(), last_modified);
    }

    #[test]
    fn a_validator_that_is_empty_or_huge_is_none() {
        let read = validators(&headers(&[(ETAG, b""), (LAST_MODIFIED, &[b'x'; 1025])]));
        assert_eq!(read, Validators::default());
    }

    #[test]
    fn max_age_is_found_in_any_spelling() {
        let check = |value: &str, expected: Option<u32>| {
            assert_eq!(
                hints(&headers(&[(CACHE_CONTROL, value.as_bytes())])).max_age,
                expected,
                "{value}"
            );
        };
        check("max-age=300", Some(300));
        check("public, Max-Age = \"300\" , must-revalidate", Some(300));
        check("max-age=99999999999", Some(u32::MAX));
        check("s-maxage=300", None);
        check("max-age=-1", None);
        check("max-age=", None);
        check("no-cache", None);
    }

    #[test]
    fn expires_counts_from_the_date_of_the_same_answer_and_only_without_max_age() {
        let check = |cache: &str, date: &str, expires: &str, expected: Option<u32>| {
            let pairs = [(CACHE_CONTROL, cache), (DATE, date), (EXPIRES, expires)];
            let pairs = pairs.map(|(name, value)| (name, value.as_bytes()));
            assert_eq!(
                hints(&headers(&pairs)).max_age,
                expected,
                "{cache} {expires}"
            );
        };
        let (eight, nine) = (
            "Tue, 24 Nov 1998 08:00:00 GMT",
            "Tue, 24 Nov 1998 09:00:00 GMT",
        );
        check("public", eight, nine, Some(3600));
        check("max-age=60", eight, nine, Some(60));
        check("", nine, eight, None);
        check("", "", nine, None);
        check("", eight, "0", None);
    }

    #[test]
    fn retry_after_is_read_and_capped() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let check = |value: &str, expected: Option<&str>| {
            let found = retry_after(&headers(&[(RETRY_AFTER, value.as_bytes())]), now);
            assert_eq!(
                found.map(|(_, at)| at),
                expected.map(|at| at.parse().unwrap()),
                "{value}"
            );
            if let Some((wait, at)) = found {
                assert_eq!(
                    SignedDuration::try_from(wait).unwrap(),
                    at.duration_since(now),
                    "{value}"
                );
            }
        };
        check("120", Some("2026-11-24T10:02:00Z"));
        check("0", Some("2026-11-24T10:00:00Z"));
        check("99999999999999999999", Some("2026-11-25T10:00:00Z"));
        check("999999", Some("2026-11-25T10:00:00Z"));
        check(
            "Tue, 24 Nov 2026 11:00:00 GMT",
            Some("2026-11-24T11:00:00Z"),
        );
        check(
            "Tue, 24 Nov 2020 11:00:00 GMT",
            Some("2026-11-24T10:00:00Z"),
        );
        check(
            "Tue, 24 Nov 2099 11:00:00 GMT",
            Some("2026-11-25T10:00:00Z"),
        );
        check("-5", None);
        check("soon", None);
        check("", None);
    }
}
