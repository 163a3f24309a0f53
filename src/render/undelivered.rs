//! What the operator is told of mail that cannot be delivered.

use jiff::Zoned;
use serde::Serialize;

/// What the operator is told.
#[derive(Clone, Debug, Serialize)]
pub struct Undelivered {
    /// Name of the municipality.
    pub municipality: String,
    /// The messages that cannot be delivered, the oldest first.
    pub waiting: Vec<Waiting>,
}

/// A message that cannot be delivered.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    /// Name of the recipient for readers.
    pub recipient: String,
    /// Since when, local.
    pub since: Zoned,
    /// How often it was tried.
    pub attempts: u32,
}
