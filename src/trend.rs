//! Whether there is more of something than usual.
//!
//! Counts are small: a theme has two stories a week, or none. So a count is compared with what its
//! own history lets one expect, by a test that is made for small numbers, and said with its numbers.
//!
//! Expected is a negative binomial count: a Poisson count whose mean is not known exactly and varies
//! from week to week (Gelman and others, *Bayesian Data Analysis*, 2.6: Poisson with a gamma prior).

use serde::Serialize;

/// Fewest weeks of history. With fewer, nobody knows what is usual.
pub const FEWEST_WEEKS: usize = 4;
/// Most weeks of history: a town changes, and so do its sources.
pub const MOST_WEEKS: usize = 12;
/// Fewest stories that are called many.
pub const FEWEST: u32 = 3;

/// Days in a week.
const WEEK: usize = 7;

/// How much its counts vary beyond chance before history shows it (variance over mean), and for how
/// many weeks of history that guess counts.
const VARIATION: (f64, f64) = (1.5, 4.0);

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// The last day with the same day of earlier weeks.
    Day,
    /// The last seven days with earlier weeks.
    Week,
}

/// More than usual.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rise {
    /// What is compared.
    pub window: Window,
    /// How many there are.
    pub count: u32,
    /// How many there are usually in such a window.
    pub usual: f64,
    /// How many weeks that is known from.
    pub weeks: usize,
    /// Whether it was already so a day earlier.
    pub goes_on: bool,
}

/// How rare a count must be to be told: the chance that a series in which nothing happens gives it
/// on one day.
#[derive(Clone, Copy, Debug)]
pub struct Rarity(f64);

impl Rarity {
    /// Of a theme in the whole municipality.
    pub const THEME: Rarity = Rarity(4e-3);
    /// Of a theme in one place: there are many more of these.
    pub const PLACE: Rarity = Rarity(1e-3);
}

/// Whether the latest of these days, or the latest week of them, has more than usual.
///
/// `days` has one count for each day up to the latest, without gaps; `None` is a day on which nothing
/// was listened to. The week is told before the day when both are rare: it says more.
pub fn rise(days: &[Option<u32>], rarity: Rarity) -> Option<Rise> {
    let before = days.split_last().map_or(&[][..], |(_, before)| before);
    [Window::Week, Window::Day].into_iter().find_map(|window| {
        let rise = in_window(days, window, rarity)?;
        Some(Rise {
            goes_on: in_window(before, window, rarity).is_some(),
            ..rise
        })
    })
}

fn in_window(days: &[Option<u32>], window: Window, rarity: Rarity) -> Option<Rise> {
    let of_week = |week: &[Option<u32>]| match window {
        Window::Day => week.last().copied().flatten(),
        Window::Week => week.iter().copied().sum(),
    };
    let mut weeks = days.rchunks_exact(WEEK).map(of_week);
    let count = weeks.next()??;
    let history: Vec<f64> = weeks.take(MOST_WEEKS).flatten().map(f64::from).collect();
    if count < FEWEST || history.len() < FEWEST_WEEKS {
        return None;
    }
    let expected = Expected::from(&history);
    (expected.chance_of_at_least(count) < rarity.0).then(|| Rise {
        window,
        count,
        usual: history.iter().sum::<f64>() / history.len() as f64,
        weeks: history.len(),
        goes_on: false,
    })
}

/// What history lets one expect.
struct Expected {
    mean: f64,
    variance: f64,
}

impl Expected {
    fn from(history: &[f64]) -> Self {
        let weeks = history.len() as f64;
        // Half a story more than was seen: nothing was ever seen of what happens once a year.
        let mean = (history.iter().sum::<f64>() + 0.5) / weeks;
        let squares: f64 = history.iter().map(|count| (count - mean).powi(2)).sum();
        let (guess, counts_for) = VARIATION;
        let variation = (squares / mean + guess * counts_for) / (weeks - 1.0 + counts_for);
        // The mean itself is known from so many weeks only.
        let variance = mean * f64::max(variation, 1.1) * (1.0 + 1.0 / weeks);
        Expected { mean, variance }
    }

    /// The chance of so many or more: the tail of the negative binomial distribution.
    fn chance_of_at_least(&self, count: u32) -> f64 {
        let size = self.mean * self.mean / (self.variance - self.mean);
        let success = self.mean / self.variance;
        let mut chance = success.powf(size);
        let mut below = 0.0;
        for number in 0..count {
            below += chance;
            let number = f64::from(number);
            chance *= (number + size) / (number + 1.0) * (1.0 - success);
        }
        f64::max(1.0 - below, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chance that repeats itself: `SplitMix64`.
    struct Chance(u64);

    impl Chance {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        }

        fn poisson(&mut self, mean: f64) -> u32 {
            let (mut product, mut count) = (self.next(), 0);
            while product > (-mean).exp() {
                product *= self.next();
                count += 1;
            }
            count
        }
    }

    /// Stories a week of eighteen themes, from rare to daily.
    const USUAL: [f64; 18] = [
        0.1, 0.2, 0.3, 0.5, 0.5, 0.8, 1.0, 1.0, 1.5, 2.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 14.0, 25.0,
    ];

    /// How often a rise begins in `years` in which nothing happens, for all themes and, at a tenth of
    /// their counts, in ten places each. Weekends are busier and weeks differ.
    fn false_alarms(years: usize) -> (usize, usize) {
        let mut chance = Chance(1);
        let (mut of_themes, mut of_places) = (0, 0);
        for usual in USUAL {
            for (series, share, rarity) in [(1, 1.0, Rarity::THEME), (10, 0.1, Rarity::PLACE)] {
                for _ in 0..series {
                    let mut days = Vec::new();
                    for day in 0..365 * years {
                        let week = if day % 7 == 0 {
                            0.7 + 0.6 * chance.next()
                        } else {
                            1.0
                        };
                        let weekend = if day % 7 > 4 { 1.5 } else { 0.8 };
                        let mean = usual * share / 7.0 * weekend * week;
                        days.push(Some(chance.poisson(mean)));
                        let from = days.len().saturating_sub(7 * (MOST_WEEKS + 2));
                        let found = rise(&days[from..], rarity);
                        let begins = usize::from(found.is_some_and(|rise| !rise.goes_on));
                        match series {
                            1 => of_themes += begins,
                            _ => of_places += begins,
                        }
                    }
                }
            }
        }
        (of_themes, of_places)
    }

    #[test]
    fn when_nothing_happens_at_most_one_alarm_a_month_is_false() {
        let years = 4;
        let (themes, places) = false_alarms(years);
        let months = 12.0 * years as f64;
        println!(
            "false alarms a month, eighteen themes: {:.2}; in ten places each: {:.2}",
            themes as f64 / months,
            places as f64 / months
        );
        assert!((themes + places) as f64 / months <= 1.0);
    }

    #[test]
    fn what_is_plainly_more_is_told_with_its_numbers() {
        let mut days = vec![Some(0); 7 * 8];
        for week in 0..8 {
            days[week * 7 + 2] = Some(1);
            days[week * 7 + 5] = Some(1);
        }
        assert_eq!(rise(&days, Rarity::THEME), None);
        for day in [1, 2, 0, 2, 1, 2, 2] {
            days.push(Some(day));
        }
        let found = rise(&days, Rarity::THEME).unwrap();
        assert_eq!(
            (found.window, found.count, found.weeks),
            (Window::Week, 10, 8)
        );
        assert!((found.usual - 2.0).abs() < 1e-9);
        // One bad night among quiet weeks.
        let mut days = vec![Some(0); 7 * 8];
        days.push(Some(6));
        let found = rise(&days, Rarity::THEME).unwrap();
        assert_eq!((found.count, found.goes_on), (6, false));
        days.push(Some(0));
        assert!(rise(&days, Rarity::THEME).unwrap().goes_on);
    }

    #[test]
    fn without_history_or_with_few_nothing_is_told() {
        assert_eq!(rise(&[], Rarity::THEME), None);
        assert_eq!(rise(&[Some(50)], Rarity::THEME), None);
        let mut days = vec![Some(0); 7 * 4 - 1];
        days.push(Some(50));
        assert_eq!(rise(&days, Rarity::THEME), None, "three weeks before it");
        let mut days = vec![Some(0); 7 * 8];
        days.push(Some(2));
        assert_eq!(rise(&days, Rarity::THEME), None, "two");
        // The daemon was down for the weeks before: they are no history.
        let mut days = vec![None; 7 * 8];
        days.push(Some(50));
        assert_eq!(rise(&days, Rarity::THEME), None);
    }
}
