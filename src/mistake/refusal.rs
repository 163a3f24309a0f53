//! A place where nobody may listen, as it is told to a person.

use serde::{Deserialize, Serialize};

use crate::mistake::{Fault, note};

/// A place where nobody may listen, with the reason; all of it Dutch, from
/// `render/texts/refused.nl.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What it is called.
    pub name: String,
    /// Why, as a sentence.
    pub why: String,
    /// The lawful alternative, as a sentence.
    pub instead: String,
}

impl Fault {
    /// Its name, which is that of its sentence: `unknown_key`.
    pub fn code(&self) -> String {
        note::tag(self, "code")
    }
}
