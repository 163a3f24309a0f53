//! What the own test message came to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What came of the latest own test: a message for each theme, sent through the whole chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canary {
    /// When it was done.
    pub at: Timestamp,
    /// How many themes had a message.
    pub tested: usize,
    /// Titles of the themes whose message was not recognised.
    pub missed: Vec<String>,
    /// Where the chain broke; `None` when it did not.
    pub broke: Option<Step>,
}

/// A step of the chain; each has a Dutch text of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// To show the messages on this machine, and to make a place for what is kept of them.
    Prepare,
    /// To visit and read them.
    Visit,
    /// To make an overview of what was kept.
    Tell,
}

impl Canary {
    /// Whether every message came through.
    pub fn is_well(&self) -> bool {
        self.broke.is_none() && self.missed.is_empty()
    }
}
