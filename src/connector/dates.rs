//! Dates as feeds and pages write them: RFC 822 and 2822, RFC 3339 and W3C, and Dutch.
//!
//! The weekday is never believed, since writers get it wrong more often than the date. Relative
//! dates ("gisteren 14:18") are not read: there is no clock here to relate them to.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use regex::{Captures, Regex};

/// Longest date that is read, in bytes: the longest Dutch one with day, month, time and zone has 60.
const MAX_LENGTH: usize = 100;

/// Reads a date; `None` when it is not one.
///
/// Without a zone it is local time in the Netherlands. A time that a clock change skips is read an
/// hour later; a time that a clock change brings twice is the first of the two. A date without a
/// time is the start of that day, a month without a day its first day.
pub fn parse(raw: &str) -> Option<Timestamp> {
    let raw = raw.trim();
    if raw.len() > MAX_LENGTH {
        return None;
    }
    let found = FORMS.iter().find_map(|form| form.captures(raw))?;
    let moment = DateTime::from_parts(date(&found)?, Time::midnight());
    let (time, next_day) = time(&found)?;
    let moment = moment.with().time(time).build().ok()?;
    let moment = if next_day {
        moment.tomorrow().ok()?
    } else {
        moment
    };
    let zone = match found.name("zone") {
        Some(zone) => zone_of(zone.as_str())?,
        None => NETHERLANDS.clone(),
    };
    zone.to_ambiguous_zoned(moment)
        .compatible()
        .ok()
        .map(|moment| moment.timestamp())
}

/// What is local to the sources of a Dutch municipality.
static NETHERLANDS: LazyLock<TimeZone> = LazyLock::new(|| {
    TimeZone::get("Europe/Amsterdam").expect("the time zones are bundled with the program")
});

/// The forms of a date, the strictest first; each names what it finds.
static FORMS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let time =
        r"(?<hour>\d{1,2})[:.](?<minute>\d{2})(?:[:.](?<second>\d{2})(?:[.,]\d+)?)?\s*(?:u|uur)?\b";
    let zone = r"\s*(?<zone>[+-]\d{1,2}:?\d{0,2}|(?:GMT|UTC)?[+-]\d{2}:?\d{2}|[A-Z]{1,5})?(?:\s*\([A-Z ]+\))?";
    let time_zone = format!(r"(?:,?\s*(?:\bom\b|\bat\b|[-–T•]|&raquo;)?\s*{time}{zone})?");
    // Words before a date, as forums write them: a weekday, "Geplaatst op".
    let before = r"[^\d+-]{0,40}?";
    [
        // 2026-11-22T14:18:00+01:00, 2026-11-22 14:18, 2026-11, 2026
        format!(r"(?<year>\d{{4}})(?:-(?<month>\d{{1,2}})(?:-(?<day>\d{{1,2}}){time_zone})?)?"),
        // 20261122T141800Z and what mixes the two
        format!(
            r"(?<year>\d{{4}})-?(?<month>\d{{2}})-?(?<day>\d{{2}})(?:T(?<hour>\d{{2}}):?(?<minute>\d{{2}})(?::?(?<second>\d{{2}})(?:[.,]\d+)?)?{zone})?"
        ),
        // 22-11-2026 14:18
        format!(r"{before}(?<day>\d{{1,2}})[-/.](?<month>\d{{1,2}})[-/.](?<year>\d{{4}}){time_zone}"),
        // Sun, 22 Nov 2026 14:18:00 +0100; zondag 22 november 2026 om 14.18 uur
        format!(
            r"{before}(?<day>\d{{1,2}})[\s./-]*(?<name>\p{{L}}{{3,}})[.,]?[\s./-]*(?<year>\d{{2,4}}){time_zone}"
        ),
        // Nov 22, 2026 14:18
        format!(
            r"(?:\p{{L}}+[.,]?\s+)?(?<name>\p{{L}}{{3,}})\.?\s+(?<day>\d{{1,2}}),?\s+(?<year>\d{{4}}){time_zone}"
        ),
        // Sun Nov 22 14:18:00 +0100 2026
        format!(
            r"(?:\p{{L}}+[.,]?\s+)?(?<name>\p{{L}}{{3,}})\.?\s+(?<day>\d{{1,2}})\s+{time}{zone}\s+(?<year>\d{{4}})"
        ),
    ]
    .iter()
    .map(|form| Regex::new(&format!("^(?i:{form})$")).expect("the forms are regular expressions"))
    .collect()
});

fn date(found: &Captures<'_>) -> Option<Date> {
    let digits = &found["year"];
    let year: i16 = digits.parse().ok()?;
    let year = match digits.len() {
        // RFC 2822, section 4.3.
        2 if year < 50 => year + 2000,
        2 | 3 => year + 1900,
        _ => year,
    };
    let month = match (found.name("name"), number(found, "month")) {
        (Some(name), _) => month(name.as_str())?,
        (None, month) => month.unwrap_or(1),
    };
    Date::new(year, month, number(found, "day").unwrap_or(1)).ok()
}

/// The time of day, and whether it is the next day's: `24:00` is the end of a day.
fn time(found: &Captures<'_>) -> Option<(Time, bool)> {
    let hour = number(found, "hour").unwrap_or(0);
    let minute = number(found, "minute").unwrap_or(0);
    let second = number(found, "second").unwrap_or(0);
    if (hour, minute, second) == (24, 0, 0) {
        return Some((Time::midnight(), true));
    }
    // A leap second is its minute's last.
    let second = if second == 60 { 59 } else { second };
    Some((Time::new(hour, minute, second, 0).ok()?, false))
}

fn number(found: &Captures<'_>, name: &str) -> Option<i8> {
    found.name(name)?.as_str().parse().ok()
}

/// English and Dutch months, short and long.
fn month(name: &str) -> Option<i8> {
    Some(match name.to_lowercase().as_str() {
        "jan" | "january" | "januari" => 1,
        "feb" | "february" | "februari" => 2,
        "mar" | "march" | "mrt" | "maa" | "maart" => 3,
        "apr" | "april" => 4,
        "may" | "mei" => 5,
        "jun" | "june" | "juni" => 6,
        "jul" | "july" | "juli" => 7,
        "aug" | "august" | "augustus" => 8,
        "sep" | "sept" | "september" => 9,
        "oct" | "october" | "okt" | "oktober" => 10,
        "nov" | "november" => 11,
        "dec" | "december" => 12,
        _ => return None,
    })
}

/// A zone by name or offset; `None` for a name that is not known, since a guess can be half a day off.
fn zone_of(zone: &str) -> Option<TimeZone> {
    let zone = zone.to_ascii_uppercase();
    let minutes = match zone.as_str() {
        "Z" | "UT" | "UTC" | "GMT" | "WET" => 0,
        "CET" | "MET" | "WEST" | "BST" => 60,
        "CEST" | "MEST" | "EET" => 120,
        "EEST" | "MSK" => 180,
        // RFC 2822 names these; MT and the like are what some writers make of them.
        "EDT" => -240,
        "EST" | "ET" | "CDT" => -300,
        "CST" | "CT" | "MDT" => -360,
        "MST" | "MT" | "PDT" => -420,
        "PST" | "PT" => -480,
        _ => {
            let offset = zone.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let sign = match offset.chars().next()? {
                '+' => 1,
                '-' => -1,
                _ => return None,
            };
            let digits = offset[1..].replace(':', "");
            let (hours, minutes) = digits.split_at(digits.len().min(2));
            let hours: i32 = hours.parse().ok()?;
            let minutes: i32 = if minutes.is_empty() {
                0
            } else {
                minutes.parse().ok()?
            };
            if minutes > 59 {
                return None;
            }
            sign * (hours * 60 + minutes)
        }
    };
    Offset::from_seconds(minutes * 60)
        .ok()
        .map(|offset| offset.to_time_zone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: &str) {
        let found = parse(raw).map(|at| at.to_string()).unwrap_or_default();
        assert_eq!(found, expected, "{raw:?}");
    }

    #[test]
    fn internet_dates() {
        check("Sun, 22 Nov 2026 14:18:00 +0100", "2026-11-22T13:18:00Z");
        check("Fri, 22 Nov 2026 14:18 CET", "2026-11-22T13:18:00Z");
        check("22 Jul 26 14:18:07 CEST", "2026-07-22T12:18:07Z");
        check("Sunday, 22-Nov-98 14:18:00 GMT", "1998-11-22T14:18:00Z");
        check(
            "Sun, 22 November 2026 14:18:00 -0000",
            "2026-11-22T14:18:00Z",
        );
        check("Sun, 22 Nov 2026 14:18:00 GMT+0100", "2026-11-22T13:18:00Z");
        check(
            "Sun, 22 Nov 2026 14:18:00 +0100 (CET)",
            "2026-11-22T13:18:00Z",
        );
        check("Nov 22, 2026 14:18", "2026-11-22T13:18:00Z");
        check("Sun Nov 22 14:18:00 +0000 2026", "2026-11-22T14:18:00Z");
        check("2026-11-22T14:18:00.123+01:00", "2026-11-22T13:18:00Z");
        check("2026-11-22t14:18:00z", "2026-11-22T14:18:00Z");
        check("2026-11-22T14:18+0100", "2026-11-22T13:18:00Z");
        check("20261122T141800Z", "2026-11-22T14:18:00Z");
        check("2026-11-22T24:00:00Z", "2026-11-23T00:00:00Z");
        check("2026-12-31T23:59:60Z", "2026-12-31T23:59:59Z");
        check("Thu, 01 Jan 2099 00:00:00 GMT", "2099-01-01T00:00:00Z");
    }

    #[test]
    fn dutch_dates() {
        check("zo, 22 nov 2026 14:18", "2026-11-22T13:18:00Z");
        check("za 14 mrt 2026, 20:05", "2026-03-14T19:05:00Z");
        check("22-11-2026 14:18", "2026-11-22T13:18:00Z");
        check("22/7/2026 14.18", "2026-07-22T12:18:00Z");
        check(
            "zondag 22 november 2026 om 14.18 uur",
            "2026-11-22T13:18:00Z",
        );
        check(
            "Geplaatst op zondag 22 november 2026 - 14:18u",
            "2026-11-22T13:18:00Z",
        );
        check("22 november 2026", "2026-11-21T23:00:00Z");
        check("1 mei 2026", "2026-04-30T22:00:00Z");
        check("2026-11-22", "2026-11-21T23:00:00Z");
    }

    #[test]
    fn clock_changes_have_a_rule() {
        check("29-03-2026 02:30", "2026-03-29T01:30:00Z");
        check("25-10-2026 02:30", "2026-10-25T00:30:00Z");
    }

    #[test]
    fn nonsense_is_no_date() {
        for raw in [
            "",
            "gisteren 14:18",
            "gisteren",
            "2 uur geleden",
            "14:18",
            "32 nov 2026",
            "31-02-2026",
            "22 xyz 2026 10:00",
            "2026-13-01",
            "2026-11-22T25:00:00Z",
            "2026-11-22T10:61:00Z",
            "Sun, 22 Nov 2026 14:18:00 XYZZY",
            "Sun, 22 Nov 2026 14:18:00 +zz:00",
            "22 nov",
            "Sun, 22 Nov 2026 1:2:3:4 GMT",
            "2026-11-22T14:18:00Z en meer",
            "+99:99",
        ] {
            check(raw, "");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(raw in "([0-9]{1,5}|[-/:.,+ TZ]|jan|om|uur|nov|mei|CET|\\PC){0,14}") {
            let _ = parse(&raw);
        }
    }
}
