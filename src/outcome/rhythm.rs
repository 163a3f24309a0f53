//! What is remembered of the rhythm of a source.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a visit showed about the rhythm of its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sight {
    /// Messages in its window; none when it was unmodified or asked only for what is new.
    pub shown: u32,
    /// Of these, those that were seen before.
    pub known: u32,
    /// When the new ones appeared: as they say themselves, else somewhere between the visits.
    pub arrivals: Vec<Timestamp>,
    /// Whether something was probably missed: the oldest that it shows is newer than the newest it
    /// showed last time.
    pub gap: bool,
}

/// What is remembered of the rhythm of a source: counters that fade, no messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rhythm {
    /// Up to when the counters are kept; `None` before the first reading.
    pub at: Option<Timestamp>,
    /// New messages by hour of the day in UTC. They fade over weeks.
    pub hours: [f32; 24],
    /// Hours listened to, fading like the counters.
    pub observed: f32,
    /// New messages that fade within hours: what is going on now.
    pub recent: f32,
    /// The most that was ever going on at one time, as `recent`; it fades over weeks.
    pub peak: f32,
    /// Messages in its window at the last reading; 0 when nothing goes by unread, as behind an API.
    pub window: u32,
    /// The interval that followed, in seconds; 0 before the first visit.
    pub interval_s: u32,
    /// New messages ever counted.
    pub messages: u32,
    /// When the first of them appeared.
    pub first: Option<Timestamp>,
    /// When the newest of them appeared.
    pub newest: Option<Timestamp>,
    /// The latest silences between two messages of a quarter of a day or more, in hours.
    pub silences: Vec<u16>,
}
