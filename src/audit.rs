//! The audit log: what the program did, in lines that hang together by hashes.
//!
//! Each line is `{"hash":"…","entry":{"n":7,"previous":"…","at":"…","event":"…",…}}`: a number that
//! rises by one, the hash of the line before, and what happened. The hash is the SHA-256 of the bytes
//! of the entry as they stand there, so that no other writing of the same values can pass. Who
//! changes a line breaks its own hash, or else the `previous` of the line after it.
//!
//! No line holds words of a message, an address of a person, or the link of a message. Keywords do
//! stand in it: they are published (R44), the lint refuses names among them, and a hash could not
//! tell what was searched for in a week that somebody asks about.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::mistake::{Location, Mistake};

pub mod configured; // What changed between two configurations.
pub mod verdict; // Whether a log is whole.

/// Something that was done; each has a sentence `audit.…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The daemon began to listen.
    Started {
        /// Version of the program.
        version: String,
    },
    /// Another configuration is in force.
    Configured(configured::Changes),
    /// The keywords or rules of a theme changed.
    Theme(configured::ThemeChanges),
    /// A configuration was refused.
    Refused {
        /// What is wrong, each as `file:line code`; never what was written there, because a refused
        /// keyword may be a name.
        mistakes: Vec<String>,
        /// How many more there are.
        more: usize,
    },
    /// A source refuses to be read: by robots.txt, by its maker, or by a login.
    RefusedBySource {
        /// Its id.
        source: String,
        /// The class of failure, such as `robots`.
        class: String,
    },
    /// Something was written for a person to take along.
    Exported {
        /// Which command: `report`, `register`, `access`.
        what: String,
        /// The number of the request, when there is one.
        request: Option<String>,
    },
    /// A mail was handed to the relay.
    Sent {
        /// Keyed hash of the address.
        recipient: String,
    },
    /// Messages were erased.
    Deleted {
        /// `retention`, `request`, `source` (it took them away), `recheck`, `restore`.
        why: String,
        /// Hits that went.
        hits: u64,
        /// Mails that waited for the relay and were withdrawn.
        withdrawn: u64,
    },
    /// Erasing did not reach every byte yet, because another program reads the database.
    NotErased {
        /// Hits that went from the tables.
        hits: u64,
    },
    /// Something is kept longer, for a legal request.
    Held {
        /// The number of the request.
        request: String,
        /// What it is about, such as `theme woninginbraak`; never a link.
        scope: String,
        /// The day on which it ends by itself.
        until: Date,
        /// Hits that it holds now.
        hits: u64,
    },
    /// It is no longer kept longer.
    Released {
        /// The number of the request.
        request: String,
    },
    /// A copy was made.
    BackedUp {
        /// The day on which it must be gone.
        expires: Date,
    },
    /// A copy was put in place of the database.
    Restored {
        /// When it was made.
        made: Timestamp,
        /// Hits that were past their retention and went before the first query.
        erased: u64,
    },
    /// A resident's request.
    Request {
        /// Its number.
        request: String,
        /// `access`, `erase`, `object`, or `answered`.
        kind: String,
        /// Messages that were found, erased or kept out.
        hits: u64,
    },
    /// The line before was not written to its end: the program or the machine stopped there.
    Torn {
        /// Its length in bytes.
        bytes: usize,
        /// Its SHA-256.
        sha256: String,
    },
    /// A damaged log was put aside, and this one begins.
    Renewed {
        /// Why, in the words of who decided.
        reason: String,
        /// The last hash that the database knew of the old one.
        before: String,
    },
}

/// Most mistakes that one entry lists.
const MOST_MISTAKES: usize = 50;

impl Event {
    /// Something was written for a person to take along, without a request.
    pub fn exported(what: &str) -> Event {
        Event::Exported {
            what: what.to_owned(),
            request: None,
        }
    }

    /// A configuration was refused, with the place and kind of each mistake. The words of a
    /// mistake stay out: a refused keyword may be a name.
    pub fn refused(mistakes: &[Mistake]) -> Event {
        let told = |mistake: &Mistake| {
            let code = mistake.fault.code();
            match &mistake.at {
                Location::File { file, line, .. } => {
                    let name = file.rsplit('/').next().unwrap_or(file);
                    format!("{name}:{line} {code}")
                }
                Location::Environment { variable } => format!("{variable} {code}"),
            }
        };
        Event::Refused {
            mistakes: mistakes.iter().take(MOST_MISTAKES).map(told).collect(),
            more: mistakes.len().saturating_sub(MOST_MISTAKES),
        }
    }
}

/// The last line of a log: enough to write the next, and to know later whether it is still there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its number; 0 before the first.
    pub n: u64,
    /// Its hash, 64 hexadecimal digits; zeros before the first.
    pub hash: String,
}

impl Default for Head {
    fn default() -> Self {
        Head {
            n: 0,
            hash: "0".repeat(64),
        }
    }
}

#[derive(Serialize)]
struct Entry<'e> {
    n: u64,
    previous: &'e str,
    at: Timestamp,
    #[serde(flatten)]
    event: &'e Event,
}

/// The line after `head`, its line end included, and the head that it makes.
pub fn line(head: &Head, event: &Event, at: Timestamp) -> (String, Head) {
    let n = head.n + 1;
    let entry = serde_json::to_string(&Entry {
        n,
        previous: &head.hash,
        at,
        event,
    })
    .expect("plain data can be written as JSON");
    let hash = hash(entry.as_bytes());
    (
        format!("{{\"hash\":\"{hash}\",\"entry\":{entry}}}\n"),
        Head { n, hash },
    )
}

/// SHA-256 in hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A line that can be read.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its number.
    pub n: u64,
    /// The hash that it says it has.
    pub hash: String,
    /// The hash that it says the line before has.
    pub previous: String,
    /// Whether its hash is that of its entry.
    pub sound: bool,
    /// What happened, with its number and moment.
    pub entry: serde_json::Value,
}

impl Line {
    /// Reads a line without its line end; `None` when it is none of ours.
    pub fn parse(line: &[u8]) -> Option<Line> {
        let rest = line.strip_prefix(b"{\"hash\":\"")?;
        let (written, rest) = rest.split_at_checked(64)?;
        let entry = rest.strip_prefix(b"\",\"entry\":")?.strip_suffix(b"}")?;
        let value: serde_json::Value = serde_json::from_slice(entry).ok()?;
        let written = std::str::from_utf8(written).ok()?.to_owned();
        Some(Line {
            n: value.get("n")?.as_u64()?,
            previous: value.get("previous")?.as_str()?.to_owned(),
            sound: hash(entry) == written,
            hash: written,
            entry: value,
        })
    }

    /// The head that it makes.
    pub fn head(&self) -> Head {
        Head {
            n: self.n,
            hash: self.hash.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::verdict::Flaw;
    use crate::render::Texts;

    /// One of each kind.
    fn events() -> Vec<Event> {
        let text = || "x".to_owned();
        let date = jiff::civil::date(2026, 11, 24);
        vec![
            Event::Started { version: text() },
            Event::Configured(configured::Changes::default()),
            Event::Theme(configured::ThemeChanges::default()),
            Event::Refused {
                mistakes: vec![text()],
                more: 1,
            },
            Event::RefusedBySource {
                source: text(),
                class: text(),
            },
            Event::exported("report"),
            Event::Sent { recipient: text() },
            Event::Deleted {
                why: text(),
                hits: 1,
                withdrawn: 1,
            },
            Event::NotErased { hits: 1 },
            Event::Held {
                request: text(),
                scope: text(),
                until: date,
                hits: 1,
            },
            Event::Released { request: text() },
            Event::BackedUp { expires: date },
            Event::Restored {
                made: Timestamp::UNIX_EPOCH,
                erased: 1,
            },
            Event::Request {
                request: text(),
                kind: text(),
                hits: 1,
            },
            Event::Torn {
                bytes: 1,
                sha256: text(),
            },
            Event::Renewed {
                reason: text(),
                before: text(),
            },
        ]
    }

    #[test]
    fn every_event_and_every_flaw_has_its_sentence() {
        let texts = Texts::new();
        let told: std::collections::BTreeSet<String> = events()
            .iter()
            .map(|event| {
                let (written, _) = line(&Head::default(), event, Timestamp::UNIX_EPOCH);
                let entry = Line::parse(written.trim_end().as_bytes()).unwrap().entry;
                let name = entry["event"].as_str().unwrap().to_owned();
                let sentence = texts.sentence(&format!("audit.{name}"), &entry);
                assert!(sentence.unwrap().len() > 10, "{name}");
                name
            })
            .collect();
        let written: toml::Table = include_str!("render/texts/audit.nl.toml").parse().unwrap();
        let written = written["audit"].as_table().unwrap();
        assert_eq!(told, written.keys().cloned().collect());
        for flaw in [
            Flaw::Unreadable { line: 1 },
            Flaw::Changed { line: 1, n: 1 },
            Flaw::Replaced { line: 1, n: 1 },
            Flaw::Missing { from: 1, to: 2 },
            Flaw::CutOff { from: 1, to: 2 },
            Flaw::OutOfOrder { line: 1, n: 1 },
            Flaw::Doubled { line: 1, n: 1 },
        ] {
            texts.say("audit_shown.flaw", serde_json::json!({ "flaw": flaw }));
        }
    }
}
