//! The section `[digest]`.

use jiff::civil::time;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::form::field::Field;
use crate::form::nearest::nearest;
use crate::mistake::{Fault, shown};
use crate::recipient::days;
use crate::schedule::DigestTimes;

/// Reads the section, each key with its default: 07:30 on working days in Dutch time.
pub(super) fn read(section: &Field<'_>) -> Option<DigestTimes> {
    let form = section.section()?;
    let at = form.field("at").or(time(7, 30, 0, 0), |field| field.time());
    let workdays = [true, true, true, true, true, false, false];
    let taken = form.field("days");
    let taken = taken.or(workdays, |field| field.parse("days", days::parse));
    // The database in the program, so that a machine without one reads the same times.
    let zones = TimeZoneDatabase::bundled();
    let amsterdam = zones
        .get("Europe/Amsterdam")
        .expect("the bundled database has Europe/Amsterdam");
    let zone = form.field("timezone");
    let zone = zone.or(amsterdam, |field| read_zone(&zones, field));
    let holidays = form.field("holidays").or(false, |field| field.boolean());
    form.close();
    Some(DigestTimes {
        at: at?,
        days: taken?,
        holidays: holidays?,
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
