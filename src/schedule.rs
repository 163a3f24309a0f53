//! When to visit, when to mail.

use jiff::civil::Time;
use jiff::tz::TimeZone;

/// When overviews go out.
#[derive(Clone, Debug)]
pub struct DigestTimes {
    /// The local time.
    pub at: Time,
    /// The days, Monday first.
    pub days: [bool; 7],
    /// What is local.
    pub zone: TimeZone,
}
