//! What the organisation decided before it began to listen, and must be able to show.
//!
//! The program cannot judge a decision; it can only ask for it, and keep saying that it is open.
//! That is why a missing one is an open point in every overview and not a refusal to start: who
//! has no reference yet would write a made-up one.

use jiff::civil::Date;
use serde::Serialize;

use crate::recipient::Address;

/// What the organisation decided, from `[privacy]` in `luisterpost.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accountability {
    /// Where its data protection impact assessment can be found (GDPR art. 35).
    pub dpia: Option<String>,
    /// The day on which its data protection officer gave advice (GDPR art. 35(2) and 39(1)(c)).
    pub advice: Option<Date>,
    /// How that officer is reached.
    pub officer: Option<Address>,
}

/// What is not yet decided or not yet written down; each has a sentence `open_point.…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenPoint {
    /// No reference of an impact assessment.
    Dpia,
    /// No date of the officer's advice.
    Advice,
    /// No address of the officer.
    Officer,
}

impl Accountability {
    /// What is still open.
    pub fn open_points(&self) -> Vec<OpenPoint> {
        let open = [
            (self.dpia.is_none(), OpenPoint::Dpia),
            (self.advice.is_none(), OpenPoint::Advice),
            (self.officer.is_none(), OpenPoint::Officer),
        ];
        open.into_iter()
            .filter_map(|(open, point)| open.then_some(point))
            .collect()
    }
}
