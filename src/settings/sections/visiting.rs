//! The section `[rhythm]`.

use std::ops::RangeInclusive;

use jiff::SignedDuration;

use crate::form::field::Field;
use crate::schedule::{Bounds, LONGEST};

/// More often than every five minutes is asked of no ordinary site; a day is the promise that every
/// source is tried.
const INTERVAL: RangeInclusive<SignedDuration> = SignedDuration::from_mins(5)..=LONGEST;

/// Reads the section, each key with its default.
pub(super) fn read(section: &Field<'_>) -> Option<Bounds> {
    let form = section.section()?;
    let usual = Bounds::default();
    let shortest = form.field("shortest");
    let shortest = shortest.or(usual.shortest, |field| field.duration(INTERVAL));
    let longest = form.field("longest");
    let longest = longest.or(usual.longest, |field| {
        let least = shortest.unwrap_or(*INTERVAL.start());
        field.duration(least..=*INTERVAL.end())
    });
    form.close();
    Some(Bounds {
        shortest: shortest?,
        longest: longest?,
    })
}
