//! The Dutch public holidays on which a town hall is closed.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// Whether it is one: those of the *Algemene termijnenwet*, article 3, with Liberation Day only in
/// the years in which staff of municipalities have it off, every fifth (*cao Gemeenten*). Good
/// Friday is a working day.
pub fn is_public_holiday(day: Date) -> bool {
    let year = day.year();
    let easter = easter_sunday(year);
    let after_easter = |days: i64| easter.saturating_add(days.days());
    let movable = [1, 39, 50].map(after_easter); // Easter Monday, Ascension, Whit Monday
    let fixed = [(1, 1), (12, 25), (12, 26)];
    movable.contains(&day)
        || [easter, after_easter(49)].contains(&day)
        || fixed.contains(&(day.month(), day.day()))
        || day == kings_day(year)
        || (year % 5 == 0 && (day.month(), day.day()) == (5, 5))
}

/// 27 April, or the day before when that is a Sunday.
fn kings_day(year: i16) -> Date {
    let day = date(year, 4, 27);
    match day.weekday() {
        Weekday::Sunday => date(year, 4, 26),
        _ => day,
    }
}

/// Easter Sunday of the Gregorian calendar, by the method of Meeus, Jones and Butcher
/// (*Astronomical Algorithms*, chapter 8).
fn easter_sunday(year: i16) -> Date {
    let year_number = i32::from(year);
    let (golden, century, rest) = (year_number % 19, year_number / 100, year_number % 100);
    let (leap_centuries, century_rest) = (century / 4, century % 4);
    let moon = (century + 8) / 25;
    let lunar = (century - moon + 1) / 3;
    let epact = (19 * golden + century - leap_centuries - lunar + 15) % 30;
    let weekday = (32 + 2 * century_rest + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    let (month, day) = (days / 31, days % 31 + 1);
    let small = |number: i32| i8::try_from(number).expect("a month or a day");
    date(year, small(month), small(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_the_calendar_says() {
        for day in [
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2038-04-25",
            "2285-03-22",
        ] {
            let day: Date = day.parse().unwrap();
            assert_eq!(easter_sunday(day.year()), day);
        }
    }

    #[test]
    fn the_town_hall_is_closed_on_these_days_of_two_years_and_no_others() {
        let closed = |year: i16| -> Vec<String> {
            let days = date(year, 1, 1).series(1.day()).take(365);
            days.filter(|day| is_public_holiday(*day))
                .map(|day| day.to_string()[5..].to_owned())
                .collect()
        };
        let expected = [
            "01-01", "04-05", "04-06", "04-27", "05-14", "05-24", "05-25", "12-25", "12-26",
        ];
        assert_eq!(closed(2026), expected);
        // King's Day on a Saturday because the 27th is a Sunday; Liberation Day in a fifth year.
        let expected = [
            "01-01", "04-20", "04-21", "04-26", "05-05", "05-29", "06-08", "06-09", "12-25",
            "12-26",
        ];
        assert_eq!(closed(2025), expected);
    }
}
