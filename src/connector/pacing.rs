//! What the head of a feed says about when to come back, beside `ttl`.
//!
//! `sy:updatePeriod` and `sy:updateFrequency` are of the RSS 1.0 module Syndication, also used in
//! RSS 2.0; `skipHours` and `skipDays` are of RSS 2.0. `sy:updateBase` is not read: a start date
//! without meaning for who comes by on his own time.

use crate::connector::dialect::is_item;
use crate::connector::markup::{Token, tokens};
use crate::outcome::Hints;

/// Most tokens that the head of a feed is searched for: real heads have some fifty.
const MAX_TOKENS: usize = 2_000;

/// Reads the hints that stand before the first item.
pub fn hints(text: &str) -> Hints {
    let mut hints = Hints::default();
    let mut period = None;
    let mut frequency = 1;
    let mut inside = "";
    for token in tokens(text).take(MAX_TOKENS) {
        match token {
            Token::Open { name, .. } if is_item(name) => break,
            Token::Open { name, empty, .. } => inside = if empty { "" } else { local(name) },
            Token::Close { .. } => inside = "",
            Token::Text(text) | Token::Literal { text, .. } => {
                let text = text.trim();
                match inside {
                    "updatePeriod" => period = seconds(text),
                    // More than one update a minute is no plan but a slip.
                    "updateFrequency" => frequency = text.parse().unwrap_or(1).clamp(1, 1440),
                    "hour" => hints.skip_hours |= hour(text),
                    "day" => hints.skip_days |= day(text),
                    _ => {}
                }
            }
            Token::Aside(_) => {}
        }
    }
    hints.update = period.map(|period: u32| period / frequency);
    hints
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn seconds(period: &str) -> Option<u32> {
    const HOUR: u32 = 3600;
    match period.to_ascii_lowercase().as_str() {
        "hourly" => Some(HOUR),
        "daily" => Some(24 * HOUR),
        "weekly" => Some(7 * 24 * HOUR),
        "monthly" => Some(30 * 24 * HOUR),
        "yearly" => Some(365 * 24 * HOUR),
        _ => None,
    }
}

/// The bit of an hour; some write 24 for midnight.
fn hour(text: &str) -> u32 {
    match text.parse::<u32>() {
        Ok(hour) if hour <= 24 => 1 << (hour % 24),
        _ => 0,
    }
}

fn day(text: &str) -> u8 {
    const DAYS: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let text = text.to_ascii_lowercase();
    DAYS.iter()
        .position(|day| *day == text)
        .map_or(0, |day| 1 << day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_says_how_often_and_when_not() {
        let head = "<rss><channel><title>x</title><sy:updatePeriod> daily </sy:updatePeriod>\
                    <sy:updateFrequency>4</sy:updateFrequency>\
                    <skipHours><hour>0</hour><hour>3</hour><hour>24</hour><hour>99</hour></skipHours>\
                    <skipDays><day>Saturday</day><day>sunday</day><day>zondag</day></skipDays>";
        let expected = Hints {
            update: Some(6 * 3600),
            skip_hours: 0b1001,
            skip_days: 0b110_0000,
            ..Hints::default()
        };
        assert_eq!(hints(head), expected);
        let item = format!("<rss><channel><item>{head}</item></channel></rss>");
        assert_eq!(hints(&item), Hints::default());
        for odd in ["0", "-1", "veel", "99999999999"] {
            let text = format!(
                "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>{odd}</sy:updateFrequency>"
            );
            assert_eq!(hints(&text).update, Some(3600), "{odd}");
        }
    }
}
