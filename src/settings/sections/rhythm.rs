//! The section `[digest]`.

use jiff::civil::time;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::form::field::Field;
use crate::form::nearest::nearest;
use crate::mistake::{Fault, shown};
use crate::schedule::DigestTimes;

/// Reads the section, each key with its default: 07:30 on working days in Dutch time.
pub(super) fn read(section: &Field<'_>) -> Option<DigestTimes> {
    let form = section.section()?;
    let at = form.field("at").or(time(7, 30, 0, 0), |field| field.time());
    let workdays = [true, true, true, true, true, false, false];
    let days = form.field("days");
    let days = days.or(workdays, |field| field.parse("days", parse_days));
    // The database in the program, so that a machine without one reads the same times.
    let zones = TimeZoneDatabase::bundled();
    let amsterdam = zones
        .get("Europe/Amsterdam")
        .expect("the bundled database has Europe/Amsterdam");
    let zone = form.field("timezone");
    let zone = zone.or(amsterdam, |field| read_zone(&zones, field));
    form.close();
    Some(DigestTimes {
        at: at?,
        days: days?,
        zone: zone?,
    })
}

fn read_zone(zones: &TimeZoneDatabase, field: &Field<'_>) -> Option<TimeZone> {
    let name = field.text()?;
    let zone = zones.get(&name).ok();
    if zone.is_none() {
        let names: Vec<String> = zones.available().map(|name| name.to_string()).collect();
        field.refuse::<()>(Fault::UnknownWord {
            found: shown(&name),
            nearest: nearest(&name, names.iter().map(String::as_str)),
            expected: Vec::new(),
        });
    }
    zone
}

/// `ma-vr`, `ma,wo,vr`, `ma-wo,za`, `elke dag`: the days, Monday first.
fn parse_days(text: &str) -> Option<[bool; 7]> {
    const NAMES: [&str; 7] = ["ma", "di", "wo", "do", "vr", "za", "zo"];
    let text = text.trim().to_lowercase();
    if text == "elke dag" {
        return Some([true; 7]);
    }
    let day = |name: &str| NAMES.iter().position(|known| *known == name.trim());
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let range = day(first)?..=day(last)?;
        if range.is_empty() {
            return None;
        }
        for day in range {
            days[day] = true;
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::parse_days;

    #[test]
    fn days_are_read_as_people_write_them() {
        let check = |text: &str, expected: Option<&str>| {
            let days = parse_days(text).map(|days| {
                let sign = |day| if day { 'x' } else { '.' };
                days.into_iter().map(sign).collect::<String>()
            });
            assert_eq!(days.as_deref(), expected, "{text}");
        };
        check("ma-vr", Some("xxxxx.."));
        check("ma,wo,vr", Some("x.x.x.."));
        check("Ma, wo , vr", Some("x.x.x.."));
        check("ma-zo", Some("xxxxxxx"));
        check("elke dag", Some("xxxxxxx"));
        check("ma-wo,za", Some("xxx..x."));
        check("zo", Some("......x"));
        check("vr-ma", None);
        check("", None);
        check("ma,", None);
        check("mon-fri", None);
        check("ma-wo-vr", None);
    }
}
