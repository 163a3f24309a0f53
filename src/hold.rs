//! What is kept beyond its retention because the law asks for it, and until when.
//!
//! Documents under a request (Woo) or a complaint may not be destroyed before it is settled. A hold
//! names what it is about, why, and when it ends; without an end it would be a way around retention.

use jiff::{Timestamp, Zoned};
use serde::Serialize;

use crate::source::SourceId;
use crate::theme::ThemeId;

/// The longest hold, in days: a request and an appeal fit in a year, and what takes longer is worth
/// that somebody looks again.
pub const MOST_DAYS: i32 = 366;

/// What a hold is about, as a person writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All hits of a theme.
    Theme(ThemeId),
    /// All hits of a source.
    Source(SourceId),
    /// The message at this address.
    Link(String),
}

impl Scope {
    /// Reads `theme:woninginbraak`, `source:wijkkrant-oost` or `link:https://…`.
    pub fn parse(text: &str) -> Option<Scope> {
        let (word, name) = text.split_once(':')?;
        match word {
            "theme" => ThemeId::parse(name).map(Scope::Theme),
            "source" => SourceId::parse(name).map(Scope::Source),
            "link" if !name.is_empty() => Some(Scope::Link(name.to_owned())),
            _ => None,
        }
    }
}

/// A hold that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// What people call it by; never used again.
    pub number: i64,
    /// What it is about.
    pub about: About,
    /// Why, in the words of who asked for it. Never logged.
    pub reason: String,
    /// The instant at which it ends by itself.
    pub until: Timestamp,
    /// How many hits it holds now.
    pub hits: u64,
    /// Of these, how many are past their retention.
    pub overdue: u64,
}

/// What a hold is about, as it is kept: the address of a message stands with the message only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// All hits of a theme.
    Theme(ThemeId),
    /// All hits of a source.
    Source(SourceId),
    /// One message.
    Message,
}

/// A hold, as an overview tells it: not the reason, which may be about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Its number.
    pub number: i64,
    /// `theme`, `source` or `message`.
    pub about: &'static str,
    /// The name of the theme or source for readers.
    pub name: Option<String>,
    /// Its last day, local.
    pub until: Zoned,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_a_word_and_a_name() {
        let theme = ThemeId::parse("woninginbraak").unwrap();
        let source = SourceId::parse("wijkkrant-oost").unwrap();
        let check = |text: &str, expected| assert_eq!(Scope::parse(text), expected, "{text}");
        check("theme:woninginbraak", Some(Scope::Theme(theme)));
        check("source:wijkkrant-oost", Some(Scope::Source(source)));
        let link = Scope::Link("https://forum.example/t/1".to_owned());
        check("link:https://forum.example/t/1", Some(link));
        for wrong in ["", "theme", "theme:", "link:", "person:jan", "theme:a b"] {
            check(wrong, None);
        }
    }
}
