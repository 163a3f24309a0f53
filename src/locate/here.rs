//! Whether a message says in so many words that it is about here: *hier*, *bij ons*, *onze straat*.

use crate::locate::mention::Telling;
use crate::locate::vocabulary::{AT, OWN};

/// What is here when it is one's own.
const NEAR: &[&str] = &[
    "straat",
    "buurt",
    "wijk",
    "dorp",
    "stad",
    "huis",
    "woning",
    "flat",
    "deur",
    "voordeur",
    "achterdeur",
    "tuin",
    "achtertuin",
    "voortuin",
    "portiek",
    "schuur",
    "schuurtje",
    "buren",
    "buurman",
    "buurvrouw",
    "buurjongen",
    "overburen",
    "bovenburen",
    "onderburen",
    "achterburen",
    "oprit",
    "berging",
    "balkon",
    "raam",
    "kelder",
    "garage",
    "brievenbus",
    "gemeente",
    "wijkagent",
    "street",
    "neighbourhood",
    "house",
    "neighbours",
    "door",
];

/// Words that mean the place of who writes.
const HERE: &[&str] = &[
    "hier",
    "hiernaast",
    "hierachter",
    "hierlangs",
    "thuis",
    "thuiskwam",
    "thuiskwamen",
    "thuiskomst",
    "thuiskomen",
    "thuiskom",
    "here",
];

/// *Lees hier meer* is no place.
const READ_ON: &[&str] = &[
    "lees", "klik", "kijk", "bekijk", "vind", "bestel", "meer", "verder",
];

/// What may stand between *hier* and that there is nothing.
const STILL: &[&str] = &["gelukkig", "nog", "ook", "dus"];

/// That there is nothing.
const NOTHING: &[&str] = &["niks", "niets", "nooit", "niet"];

/// What goes on after it: *nog niks van gehoord*, and not *nooit rust*.
const KNOWN: &[&str] = &["van", "gehoord", "gezien", "gemerkt", "gebeurd"];

impl Telling<'_> {
    /// Whether the message says in so many words that it is about here.
    pub(super) fn says_here(&self) -> bool {
        let count = u32::try_from(self.text.words.units().len()).unwrap_or(u32::MAX);
        (0..count).any(|unit| {
            let word = self.text.word(unit);
            let next = self.text.after(unit, 1);
            let last = if HERE.contains(&word) {
                let read_on = (1..=2).any(|steps| READ_ON.contains(&self.text.before(unit, steps)));
                if read_on || READ_ON.contains(&next) || self.denies(unit) {
                    return false;
                }
                unit
            } else if word == "bij" && ["ons", "mij", "me"].contains(&next)
                || OWN.contains(&word) && NEAR.contains(&next)
                || word == "om" && next == "de" && self.text.after(unit, 2) == "hoek"
            {
                unit + 1
            } else {
                return false;
            };
            // "Hier in Kransdijk".
            let names_it = AT.contains(&self.text.after(last, 1))
                && self.distant.iter().any(|mention| mention.first == last + 2);
            !names_it
        })
    }

    /// *Hier gelukkig nog niks van gehoord*: what comes after a word for here.
    fn denies(&self, here: u32) -> bool {
        let mut steps = 1;
        while STILL.contains(&self.text.after(here, steps)) {
            steps += 1;
        }
        let (denial, next) = (
            self.text.after(here, steps),
            self.text.after(here, steps + 1),
        );
        NOTHING.contains(&denial) && (next.is_empty() || KNOWN.contains(&next))
    }
}
