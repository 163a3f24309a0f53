//! Which counts of an area may be told, and what may be said of their sum.
//!
//! A small count in a small area may point at somebody. It is therefore kept back, and the sum of
//! the row is told only as far as it gives no kept count away (statistical disclosure control:
//! primary and secondary suppression).

use std::fmt;

use serde::Serialize;

/// Counts of one area below this are not told: with fewer, a reader may guess who it was. The
/// statistics office uses the same bound for neighbourhoods.
pub const FEWEST_IN_CELL: u32 = 5;

/// The most that a count which is kept back can be.
const MOST_HIDDEN: u32 = FEWEST_IN_CELL - 1;

/// A count as far as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "code", content = "count", rename_all = "snake_case")]
pub enum Count {
    /// None at all.
    None,
    /// At least one and fewer than [`FEWEST_IN_CELL`].
    Few,
    /// At least so many; only of a sum.
    AtLeast(u32),
    /// So many.
    Told(u32),
}

impl Count {
    /// The least that it can be.
    pub fn least(self) -> u32 {
        match self {
            Count::None => 0,
            Count::Few => 1,
            Count::AtLeast(count) | Count::Told(count) => count,
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Count::None => f.write_str("0"),
            Count::Few => write!(f, "<{FEWEST_IN_CELL}"),
            Count::AtLeast(count) => write!(f, ">={count}"),
            Count::Told(count) => count.fmt(f),
        }
    }
}

/// The counts of one theme by area, and their sum with what lies in no area.
///
/// A reader who adds and subtracts, and who also knows this rule, must not learn more of a count
/// that is kept back than that it is small. With `kept` such counts their sum lies between `kept`
/// and `4 × kept`; near either end it would tell each of them, so there, and for one or two of them
/// everywhere, the total becomes a lower bound that the rest of the row implies by itself.
pub fn row(total: u32, areas: &[u32]) -> (Count, Vec<Count>) {
    let cells: Vec<Count> = areas.iter().map(|count| cell(*count)).collect();
    let kept = cells.iter().filter(|cell| **cell == Count::Few).count() as u32;
    if kept == 0 {
        return (Count::Told(total), cells);
    }
    let told: u32 = (areas.iter())
        .filter(|count| **count >= FEWEST_IN_CELL)
        .sum();
    let hidden = total.saturating_sub(told);
    // Each of them keeps its whole range of 1 to 4, whatever the others are.
    let is_open = hidden >= kept + MOST_HIDDEN - 1 && hidden <= MOST_HIDDEN * (kept - 1) + 1;
    if kept > 2 && is_open {
        return (Count::Told(total), cells);
    }
    let least = (told + kept) / FEWEST_IN_CELL * FEWEST_IN_CELL;
    let sum = match least {
        0 => Count::Few,
        least => Count::AtLeast(least),
    };
    (sum, cells)
}

fn cell(count: u32) -> Count {
    match count {
        0 => Count::None,
        1..=MOST_HIDDEN => Count::Few,
        _ => Count::Told(count),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::Count::{AtLeast, Few, None, Told};
    use super::*;

    /// All rows of this many areas with counts from 0 to 7, and up to 3 stories without an area.
    fn all_rows(areas: u32) -> impl Iterator<Item = (u32, Vec<u32>)> {
        (0..8_u32.pow(areas)).flat_map(move |number| {
            let counts: Vec<u32> = (0..areas).map(|at| number / 8_u32.pow(at) % 8).collect();
            (0..4).map(move |elsewhere| (counts.iter().sum::<u32>() + elsewhere, counts.clone()))
        })
    }

    /// The reader of this test knows every row that could exist, and the rule. It looks up which of
    /// them are published as this one is, also when it knows that every story lies in an area.
    #[test]
    fn who_adds_and_subtracts_finds_no_count_that_is_kept_back() {
        for everywhere_in_an_area in [false, true] {
            for areas in 1..=4 {
                let mut could_be: BTreeMap<(Count, Vec<Count>), Vec<BTreeSet<u32>>> =
                    BTreeMap::new();
                for (total, counts) in all_rows(areas) {
                    if everywhere_in_an_area && total > counts.iter().sum() {
                        continue;
                    }
                    let seen = could_be.entry(row(total, &counts)).or_default();
                    seen.resize(counts.len(), BTreeSet::new());
                    for (values, count) in seen.iter_mut().zip(&counts) {
                        values.insert(*count);
                    }
                }
                for (published, values) in could_be {
                    for (cell, values) in published.1.iter().zip(values) {
                        if *cell == Few {
                            assert_eq!(values, BTreeSet::from([1, 2, 3, 4]), "{published:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_total_is_told_where_it_gives_nothing_away() {
        assert_eq!(
            row(14, &[0, 5, 9]),
            (Told(14), vec![None, Told(5), Told(9)])
        );
        assert_eq!(row(8, &[2, 3, 3]), (Told(8), vec![Few, Few, Few]));
        assert_eq!(row(11, &[1, 1, 9]), (AtLeast(10), vec![Few, Few, Told(9)]));
        assert_eq!(row(3, &[3, 0, 0]), (Few, vec![Few, None, None]));
        assert_eq!(row(3, &[]), (Told(3), vec![]));
    }
}
