//! Dutch dates and times, as filters on local times.
//!
//! A [`jiff::Zoned`] reaches a template as text with its zone; the filters read it back, so that
//! a template decides how much of a date it shows.

use std::sync::Arc;

use jiff::Zoned;
use jiff::civil::Date;
use minijinja::{Environment, Error, ErrorKind};

/// The names of days and months.
#[derive(Debug)]
pub(crate) struct Calendar {
    weekdays: Vec<String>,
    weekdays_short: Vec<String>,
    months: Vec<String>,
    months_short: Vec<String>,
}

impl Calendar {
    /// Reads the names with `sentence(section, key)`.
    pub(crate) fn new(sentence: impl Fn(&str, &str) -> String) -> Self {
        let names = |key: &str| -> Vec<String> {
            let names = sentence("calendar", key);
            names.split_whitespace().map(str::to_owned).collect()
        };
        let calendar = Calendar {
            weekdays: names("weekdays"),
            weekdays_short: names("weekdays_short"),
            months: names("months"),
            months_short: names("months_short"),
        };
        assert_eq!(
            [
                calendar.weekdays.len(),
                calendar.weekdays_short.len(),
                calendar.months.len(),
                calendar.months_short.len(),
            ],
            [7, 7, 12, 12],
            "the shipped calendar is complete"
        );
        calendar
    }

    /// Adds the filters `day` (*di 24 nov*), `date` (*dinsdag 24 november 2026*), `time`
    /// (*07:30*) and `moment` (*di 24 nov, 07:30*).
    pub(crate) fn add_to(self, environment: &mut Environment<'static>) {
        let calendar = Arc::new(self);
        let names = Arc::clone(&calendar);
        environment.add_filter("day", move |when: &str| {
            read(when).map(|w| names.day(w.date()))
        });
        let names = Arc::clone(&calendar);
        environment.add_filter("date", move |when: &str| match when.parse::<Date>() {
            Ok(date) if !when.contains('T') => Ok(names.date(date)),
            _ => read(when).map(|w| names.date(w.date())),
        });
        environment.add_filter("time", |when: &str| read(when).map(|w| time(&w)));
        environment.add_filter("moment", move |when: &str| {
            read(when).map(|w| format!("{}, {}", calendar.day(w.date()), time(&w)))
        });
    }

    fn day(&self, date: Date) -> String {
        let (weekday, month) = places(date);
        format!(
            "{} {} {}",
            self.weekdays_short[weekday],
            date.day(),
            self.months_short[month]
        )
    }

    fn date(&self, date: Date) -> String {
        let (weekday, month) = places(date);
        format!(
            "{} {} {} {}",
            self.weekdays[weekday],
            date.day(),
            self.months[month],
            date.year()
        )
    }
}

fn read(when: &str) -> Result<Zoned, Error> {
    when.parse().map_err(|error: jiff::Error| {
        Error::new(ErrorKind::InvalidOperation, "not a local time").with_source(error)
    })
}

fn time(when: &Zoned) -> String {
    when.strftime("%H:%M").to_string()
}

/// Where the weekday and the month stand in their lists.
fn places(date: Date) -> (usize, usize) {
    let weekday = date.weekday().to_monday_zero_offset();
    (
        usize::try_from(weekday).expect("0 to 6"),
        usize::try_from(date.month() - 1).expect("0 to 11"),
    )
}

#[cfg(test)]
mod tests {
    use crate::render::Texts;

    fn check(filter: &str, when: &str, expected: &str) {
        let texts = Texts::new();
        let shown = texts
            .shipped
            .render_str(
                &format!("{{{{ when|{filter} }}}}"),
                minijinja::context! { when },
            )
            .unwrap();
        assert_eq!(shown, expected, "{filter} of {when}");
    }

    #[test]
    fn dates_are_written_as_dutch_readers_write_them() {
        let winter = "2026-11-24T07:30:00+01:00[Europe/Amsterdam]";
        check("day", winter, "di 24 nov");
        check("date", winter, "dinsdag 24 november 2026");
        check("time", winter, "07:30");
        check("moment", winter, "di 24 nov, 07:30");
        check(
            "day",
            "2026-03-01T00:00:00+01:00[Europe/Amsterdam]",
            "zo 1 mrt",
        );
        check("date", "2027-06-01", "dinsdag 1 juni 2027");
        check(
            "time",
            "2026-10-25T02:30:00+02:00[Europe/Amsterdam]",
            "02:30",
        );
        check(
            "time",
            "2026-10-25T02:30:00+01:00[Europe/Amsterdam]",
            "02:30",
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let texts = Texts::new();
        let shown = texts.shipped.render_str("{{ 'gisteren'|day }}", ());
        assert!(shown.is_err());
    }
}
