//! The section `[alerts]`.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use jiff::civil::Time;

use crate::alert::AlertRules;
use crate::form::field::Field;

/// A theme that is silent for longer than this may miss what came at its beginning.
const COOL_DOWN: RangeInclusive<SignedDuration> =
    SignedDuration::ZERO..=SignedDuration::from_hours(12);

/// More mails a day are read by nobody.
const MOST_A_DAY: RangeInclusive<i64> = 1..=50;

/// One story is none; so many in some hours is a disaster that needs no mail.
const STORIES: RangeInclusive<i64> = 2..=1000;

/// Within which the stories come.
const WITHIN: RangeInclusive<SignedDuration> =
    SignedDuration::from_hours(1)..=SignedDuration::from_hours(12);

/// Reads the section, each key with its default.
pub(super) fn read(section: &Field<'_>) -> Option<AlertRules> {
    let usual = AlertRules::default();
    let form = section.section()?;
    let quiet = form.field("quiet");
    let quiet = quiet.or(usual.quiet, |field| {
        field.parse("hours", parse_hours).map(Some)
    });
    let cool_down = form.field("cool_down");
    let cool_down = cool_down.or(usual.cool_down, |field| field.duration(COOL_DOWN));
    let most = form.field("most_a_day");
    let most = most.or(i64::from(usual.most_a_day), |field| {
        field.integer(MOST_A_DAY)
    });
    let stories = form.field("stories");
    let stories = stories.or(i64::from(usual.stories), |field| field.integer(STORIES));
    let within = form.field("within");
    let within = within.or(usual.within, |field| field.duration(WITHIN));
    form.close();
    Some(AlertRules {
        quiet: quiet?,
        cool_down: cool_down?,
        most_a_day: u32::try_from(most?).expect("the range fits"),
        stories: u32::try_from(stories?).expect("the range fits"),
        within: within?,
    })
}

/// `22:00-07:00`.
fn parse_hours(text: &str) -> Option<(Time, Time)> {
    let (from, until) = text.split_once('-')?;
    let time = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    };
    let (from, until) = (time(from)?, time(until)?);
    (from != until).then_some((from, until))
}
