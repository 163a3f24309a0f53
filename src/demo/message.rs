//! What the residents, papers and authorities of Lindemeer write in a week.
//!
//! The messages stand in `town.toml`. Their times are relative, so that the week always ends now.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::Deserialize;

/// One invented message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Tells it from the others.
    pub id: String,
    /// Id of the source that carries it.
    pub source: String,
    /// How many days before the [`last_day`] of the town, 0 to 6.
    pub days_ago: u8,
    /// Local time of day.
    pub at: Time,
    /// Title; empty when there is none.
    #[serde(default)]
    pub title: String,
    /// Plain text; an empty line divides paragraphs.
    pub text: String,
    /// A post that this one quotes.
    pub quote: Option<String>,
    /// The visit from which on it is there.
    #[serde(default = "first_round")]
    pub round: u8,
    /// Id of the message whose text this one replaces.
    pub edits: Option<String>,
    /// Ids of the themes it must be recognised for; empty when it is rightly left alone.
    pub expected: Vec<String>,
}

fn first_round() -> u8 {
    1
}

impl Message {
    /// When it was published, in a town whose last day is `last_day`.
    pub fn published(&self, last_day: Date, zone: &TimeZone) -> Timestamp {
        last_day
            .saturating_sub(Span::new().days(i64::from(self.days_ago)))
            .to_datetime(self.at)
            .to_zoned(zone.clone())
            .expect("a date of this era has an instant in every zone")
            .timestamp()
    }

    /// Its text as HTML, the quoted post first.
    pub fn html(&self) -> String {
        let quote = self
            .quote
            .iter()
            .map(|quote| format!("<blockquote><p>{}</p></blockquote>", escape_html(quote)));
        let paragraphs = self
            .text
            .split("\n\n")
            .map(|paragraph| format!("<p>{}</p>", escape_html(paragraph)));
        quote.chain(paragraphs).collect()
    }
}

/// Makes plain text safe between HTML tags.
fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The day on which the newest messages were written: today, or yesterday while the clock has not
/// come as far as the latest of them. All days shift together, so that no reply precedes its question.
pub fn last_day(messages: &[Message], now: Timestamp, zone: &TimeZone) -> Date {
    let now = now.to_zoned(zone.clone());
    let newest = messages.iter().filter(|message| message.days_ago == 0);
    match newest.map(|message| message.at).max() {
        Some(latest) if now.time() < latest => now.date().saturating_sub(Span::new().days(1)),
        _ => now.date(),
    }
}

/// All messages, in the order of the file.
pub fn messages() -> Vec<Message> {
    #[derive(Deserialize)]
    struct File {
        message: Vec<Message>,
    }
    toml::from_str::<File>(include_str!("town.toml"))
        .expect("town.toml is part of the program and tested")
        .message
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use jiff::SignedDuration;

    use super::*;
    use crate::demo::files;

    fn amsterdam() -> TimeZone {
        TimeZone::get("Europe/Amsterdam").unwrap()
    }

    fn table(text: &str) -> toml::Table {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn the_town_has_about_a_hundred_messages_with_ids_of_their_own() {
        let messages = messages();
        let ids: BTreeSet<_> = messages.iter().map(|message| &message.id).collect();
        assert_eq!(ids.len(), messages.len());
        assert!((100..=110).contains(&messages.len()), "{}", messages.len());
    }

    #[test]
    fn every_theme_that_is_on_is_met_twice_and_half_of_the_messages_are_rightly_left_alone() {
        let messages = messages();
        let mut met: BTreeMap<&str, usize> = BTreeMap::new();
        for theme in messages.iter().flat_map(|message| &message.expected) {
            *met.entry(theme).or_default() += 1;
        }
        let enabled: BTreeSet<_> = files::THEMES
            .iter()
            .filter(|(_, text)| table(text)["enabled"].as_bool().unwrap())
            .map(|(path, _)| path.strip_prefix("keywords/").unwrap())
            .map(|file| file.strip_suffix(".toml").unwrap())
            .collect();
        assert_eq!(met.keys().copied().collect::<BTreeSet<_>>(), enabled);
        assert!(met.values().all(|&times| times >= 2), "{met:?}");
        let hits = messages
            .iter()
            .filter(|message| !message.expected.is_empty())
            .count();
        assert!(hits >= 50, "{hits} hits");
        assert!(messages.len() - hits >= hits, "{hits} hits");
    }

    #[test]
    fn every_message_stands_in_a_source_of_the_demo() {
        let demo = files::demo(8080, jiff::civil::date(2026, 11, 24));
        let (_, sources) = demo
            .iter()
            .find(|(path, _)| *path == "config/sources.toml")
            .unwrap();
        let sources = table(sources);
        let known: BTreeSet<_> = sources["source"]
            .as_array()
            .unwrap()
            .iter()
            .map(|source| source["id"].as_str().unwrap())
            .collect();
        for message in messages() {
            assert!(known.contains(message.source.as_str()), "{}", message.id);
        }
    }

    #[test]
    fn an_edit_names_an_earlier_message_of_the_same_source() {
        let messages = messages();
        let edits: Vec<_> = messages
            .iter()
            .filter_map(|message| Some((message, message.edits.as_ref()?)))
            .collect();
        assert_eq!(edits.len(), 1);
        for (edit, original) in edits {
            let original = messages
                .iter()
                .find(|message| message.id == *original)
                .unwrap();
            assert_eq!(edit.source, original.source);
            assert_eq!((edit.days_ago, edit.at), (original.days_ago, original.at));
            assert!(edit.round > original.round);
            assert_ne!(edit.text, original.text);
        }
    }

    #[test]
    fn a_message_is_never_in_the_future_nor_older_than_a_week() {
        let messages = messages();
        let check = |now: &str| {
            let now: Timestamp = now.parse().unwrap();
            let last_day = last_day(&messages, now, &amsterdam());
            for message in &messages {
                let published = message.published(last_day, &amsterdam());
                let age = now.duration_since(published);
                assert!(!age.is_negative(), "{} at {now}", message.id);
                assert!(
                    age < SignedDuration::from_hours(168),
                    "{} at {now}",
                    message.id
                );
            }
        };
        for hour in 0..24 {
            check(&format!("2026-11-24T{hour:02}:10:00+01:00"));
            check(&format!("2026-10-25T{hour:02}:12:00+01:00"));
            check(&format!("2026-10-26T{hour:02}:12:00+01:00"));
            check(&format!("2026-03-29T{hour:02}:12:00+02:00"));
        }
    }

    #[test]
    fn the_last_day_is_yesterday_until_everything_of_it_can_have_been_written() {
        let messages = messages();
        let latest = messages.iter().filter(|message| message.days_ago == 0);
        let latest = latest.map(|message| message.at).max().unwrap();
        assert_eq!(latest, Time::constant(8, 11, 0, 0));
        let check = |now: &str, expected: &str| {
            let found = last_day(&messages, now.parse().unwrap(), &amsterdam());
            assert_eq!(found.to_string(), expected, "{now}");
        };
        check("2026-11-24T08:10:59+01:00", "2026-11-23");
        check("2026-11-24T08:11:00+01:00", "2026-11-24");
        check("2026-11-24T23:59:59+01:00", "2026-11-24");
        check("2026-01-01T00:00:00+01:00", "2025-12-31");
    }

    #[test]
    fn the_thread_is_written_in_the_order_of_the_file() {
        let day = jiff::civil::date(2026, 11, 24);
        let times: Vec<_> = messages()
            .iter()
            .filter(|message| message.source == "forum-wonen")
            .map(|message| message.published(day, &amsterdam()))
            .collect();
        assert!(times.is_sorted());
    }

    #[test]
    fn html_holds_the_quote_apart_and_no_raw_signs() {
        let mut message = messages().remove(0);
        message.quote = Some("a < b".to_owned());
        message.text = "c & d\n\ne > f".to_owned();
        assert_eq!(
            message.html(),
            "<blockquote><p>a &lt; b</p></blockquote><p>c &amp; d</p><p>e &gt; f</p>"
        );
    }
}
