//! The section `[fetch]`.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use jiff::SignedDuration;

use crate::fetch;
use crate::form::field::Field;

/// Least gap between two requests to one host: none (for a demo) to an hour.
const MIN_GAP: RangeInclusive<SignedDuration> =
    SignedDuration::ZERO..=SignedDuration::from_hours(1);

/// Less than a second fails on any slow site; more than five minutes holds up a round.
const TIMEOUT: RangeInclusive<SignedDuration> =
    SignedDuration::from_secs(1)..=SignedDuration::from_mins(5);

/// Less than a kibibyte holds no feed; 64 MiB at a time is what a small machine can bear.
const MAX_BODY: RangeInclusive<u64> = (1 << 10)..=(64 << 20);

/// At least one, or nothing is ever fetched; 256 connections are within any system's limits.
const PARALLEL: RangeInclusive<i64> = 1..=256;

/// No text is kept longer than 90 days, so nothing older is of use at a first visit.
const FIRST_VISIT_DAYS: RangeInclusive<i64> = 0..=90;

/// How requests are made; the days of a first visit; the private ranges allowed, which are of use
/// even when the rest is wrong.
type Fetching = (Option<fetch::Config>, Option<u8>, Option<Vec<IpNet>>);

/// Reads the section, each key with its default.
pub(super) fn read(section: &Field<'_>, user_agent: Option<String>) -> Fetching {
    let Some(form) = section.section() else {
        return (None, None, None);
    };
    let min_gap = form.field("min_gap");
    let min_gap = min_gap.or(SignedDuration::from_secs(2), |field| {
        field.duration(MIN_GAP)
    });
    let timeout = form.field("timeout");
    let timeout = timeout.or(SignedDuration::from_secs(30), |field| {
        field.duration(TIMEOUT)
    });
    let max_body = form
        .field("max_body")
        .or(5 << 20, |field| field.size(MAX_BODY));
    let parallel = form
        .field("parallel")
        .or(32, |field| field.integer(PARALLEL));
    let first_visit = form.field("first_visit_days");
    let first_visit = first_visit.or(7, |field| field.integer(FIRST_VISIT_DAYS));
    let allow_private = form.field("allow_private").or(Vec::new(), |field| {
        let ranges = field.list()?;
        let range = |field: &Field<'_>| field.parse("network", network);
        ranges.iter().map(range).collect()
    });
    let proxy = form.field("proxy").or(None, |field| field.url().map(Some));
    let ca_file = form
        .field("ca_file")
        .or(None, |field| field.text().map(PathBuf::from).map(Some));
    form.close();

    let positive = |duration: SignedDuration| Duration::try_from(duration).ok();
    let config = || {
        Some(fetch::Config {
            user_agent: user_agent?,
            min_gap: positive(min_gap?)?,
            timeout: positive(timeout?)?,
            max_body: max_body?,
            parallel: usize::try_from(parallel?).ok()?,
            allow_private: allow_private.clone()?,
            proxy: proxy?,
            ca_file: ca_file?,
        })
    };
    let days = first_visit.and_then(|days| u8::try_from(days).ok());
    (config(), days, allow_private)
}

/// `127.0.0.0/8`, or one address.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let one = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse::<IpNet>().ok().or_else(one)
}
