//! When a message says that it happened: *vannacht*, *gisteravond*, *maandagmiddag*, *14:30 uur*.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Span, ToSpan};

/// A stretch of local time in which something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    from: DateTime,
    to: DateTime,
}

/// Parts of a day, with the hours from and to which they last; a night began the evening before.
const PARTS: [(&str, i8, i8); 5] = [
    ("nacht", -2, 7),
    ("ochtend", 5, 12),
    ("morgen", 5, 12),
    ("middag", 12, 18),
    ("avond", 17, 25),
];

/// Days of the week.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("maandag", Weekday::Monday),
    ("dinsdag", Weekday::Tuesday),
    ("woensdag", Weekday::Wednesday),
    ("donderdag", Weekday::Thursday),
    ("vrijdag", Weekday::Friday),
    ("zaterdag", Weekday::Saturday),
    ("zondag", Weekday::Sunday),
];

/// What people write for the last hour or two.
const JUST_NOW: [&str; 9] = [
    "net",
    "zojuist",
    "zonet",
    "daarnet",
    "nu",
    "momenteel",
    "just",
    "now",
    "zopas",
];

/// Minutes between two stretches that may still be one moment: people are not exact.
const INEXACT: i64 = 120;

impl Moment {
    /// Reads the first moment that folded words speak of, as seen from when they were written.
    pub(super) fn of(words: &[&str], written: DateTime) -> Option<Moment> {
        let clock = words.iter().find_map(|word| time_of(word));
        let said = (0..words.len()).find_map(|at| said(&words[at..], written));
        match (said, clock) {
            (Some(moment), Some(time)) => Some(moment.at(time).unwrap_or(moment)),
            (None, Some(time)) => {
                let today = written.date().to_datetime(time);
                let last = match today <= written {
                    true => today,
                    false => today.checked_sub(1.day()).ok()?,
                };
                Some(Moment {
                    from: last,
                    to: last,
                })
            }
            (said, None) => said,
        }
    }

    /// Whether both may speak of one moment.
    pub(super) fn may_be(&self, other: &Moment) -> bool {
        let minutes = |from: DateTime, to: DateTime| {
            let between = from.duration_until(to);
            between.as_secs() / 60
        };
        minutes(self.to, other.from) <= INEXACT && minutes(other.to, self.from) <= INEXACT
    }

    /// This clock time within it.
    fn at(&self, time: Time) -> Option<Moment> {
        let days = [self.from.date(), self.to.date()];
        let within = |at: &DateTime| self.from <= *at && *at <= self.to;
        let at = days.iter().map(|day| day.to_datetime(time)).find(within)?;
        Some(Moment { from: at, to: at })
    }
}

/// What the first of these words says of a moment.
fn said(words: &[&str], written: DateTime) -> Option<Moment> {
    let (word, next) = (words[0], words.get(1).copied().unwrap_or_default());
    let today = written.date();
    let back = |days: i64| today.checked_sub(days.days()).ok();
    if JUST_NOW.contains(&word) {
        return Some(Moment {
            from: written.checked_sub(2.hours()).ok()?,
            to: written,
        });
    }
    if let Some(part) = word
        .strip_prefix("van")
        .or_else(|| word.strip_prefix("van "))
    {
        return match part {
            "daag" => whole(today),
            _ => part_of(today, part),
        };
    }
    match (word, next) {
        ("afgelopen", part) if part_of(today, part).is_some() => return part_of(today, part),
        ("last", "night") => {
            let (evening, night) = (part_of(back(1)?, "avond")?, part_of(today, "nacht")?);
            return Some(Moment {
                from: evening.from,
                to: night.to,
            });
        }
        ("tonight", _) => return part_of(today, "avond"),
        ("yesterday", _) => return whole(back(1)?),
        ("today", _) => return whole(today),
        _ => {}
    }
    let (day, rest) = if let Some(rest) = word.strip_prefix("eergister") {
        (back(2)?, rest)
    } else if let Some(rest) = word.strip_prefix("gister") {
        (back(1)?, rest)
    } else {
        let (rest, weekday) = WEEKDAYS
            .iter()
            .find_map(|(name, day)| Some((word.strip_prefix(name)?, *day)))?;
        let days = i64::from(today.weekday().since(weekday));
        (back(days)?, rest)
    };
    let rest = rest.strip_prefix("en").unwrap_or(rest);
    match (rest, part_of(day, next)) {
        ("", Some(part)) => Some(part),
        ("", None) => whole(day),
        _ => part_of(day, rest),
    }
}

fn whole(day: Date) -> Option<Moment> {
    Some(Moment {
        from: day.at(0, 0, 0, 0),
        to: day.at(23, 59, 0, 0),
    })
}

fn part_of(day: Date, part: &str) -> Option<Moment> {
    let (_, from, to) = PARTS.iter().find(|(name, ..)| *name == part)?;
    let hour = |hour: i8| day.at(0, 0, 0, 0).checked_add(Span::new().hours(hour)).ok();
    Some(Moment {
        from: hour(*from)?,
        to: hour(*to)?,
    })
}

/// `14:30`, `14.30`.
fn time_of(word: &str) -> Option<Time> {
    let (hour, minute) = word.split_once([':', '.'])?;
    match (hour.len(), minute.len()) {
        (1 | 2, 2) => Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str, written: &str) -> Option<Moment> {
        let words: Vec<&str> = text.split(' ').collect();
        Moment::of(&words, written.parse().unwrap())
    }

    #[test]
    fn what_two_messages_say_may_or_may_not_be_one_moment() {
        // 23 November 2026 is a Monday.
        let check = |one: (&str, &str), other: (&str, &str), expected: bool| {
            let (first, second) = (moment(one.0, one.1), moment(other.0, other.1));
            let (first, second) = (first.unwrap(), second.unwrap());
            assert_eq!(first.may_be(&second), expected, "{one:?} {other:?}");
            assert_eq!(second.may_be(&first), expected, "{other:?} {one:?}");
        };
        let (monday, tuesday) = ("2026-11-23T08:10", "2026-11-24T19:00");
        check(("vannacht", monday), ("afgelopen nacht", monday), true);
        check(("vannacht", monday), ("vannacht", tuesday), false);
        check(("gisteravond", monday), ("vannacht", monday), true);
        check(("gisteravond", tuesday), ("maandagavond", tuesday), true);
        check(
            ("gisteren middag", tuesday),
            ("maandagavond", tuesday),
            true,
        );
        check(("gistermiddag", tuesday), ("vanavond", tuesday), false);
        check(
            ("vanmiddag rond 14:30 uur", tuesday),
            ("15.10 uur", tuesday),
            true,
        );
        check(
            ("vanmiddag rond 13:00 uur", tuesday),
            ("17:30", tuesday),
            false,
        );
        check(("net", monday), ("vanochtend", monday), true);
        check(("last night", monday), ("vannacht", monday), true);
        check(("zondag", monday), ("gisteren", monday), true);
    }

    #[test]
    fn what_says_no_moment_has_none() {
        for text in [
            "vandalen",
            "van alles",
            "inbraak in de straat",
            "1.500 euro",
            "",
        ] {
            assert_eq!(moment(text, "2026-11-23T08:10"), None, "{text}");
        }
    }
}
