//! Citizen service numbers (burgerservicenummer).

use crate::mask::digits::{Group, Number, is_date, number};
use crate::mask::view::{Cues, View, masked};
use crate::mask::{MaskKind, Masked};

/// Words that say that the number behind them is one, whatever its digits.
const CUES: [&str; 5] = [
    "bsn",
    "burgerservicenummer",
    "sofinummer",
    "sofi",
    "servicenummer",
];

/// How nine digits are commonly grouped.
const GROUPINGS: [&[usize]; 3] = [&[9], &[3, 3, 3], &[4, 2, 3]];

/// Finds citizen service numbers: nine digits that pass the test, or eight whose zero was left out.
pub(super) fn find(view: &View<'_>, groups: &[Group<'_>], found: &mut Vec<Masked>) {
    let cues = Cues::new(view, &CUES);
    for (at, group) in groups.iter().enumerate() {
        // Wanted at most nine groups on; a longer slice is never looked at.
        let rest = &groups[at..groups.len().min(at + 10)];
        let after_cue = cues.before(view, group.span.start);
        if !after_cue && !is_first_group(group) {
            continue;
        }
        let number = [9, 8]
            .into_iter()
            .filter_map(|digits| number(rest, digits))
            .find(|number| {
                if after_cue {
                    return !is_date(rest);
                }
                is_bsn(&number.digits) && is_grouped(rest, number) && !is_amount(view, rest, number)
            });
        if let Some(number) = number {
            let last = rest[number.groups - 1].span;
            found.push(masked(MaskKind::Bsn, group.span.start, last.end));
        }
    }
}

/// Whether a number without a cue may start with this group: see [`GROUPINGS`], or eight at once.
fn is_first_group(group: &Group<'_>) -> bool {
    matches!(group.digits.len(), 3 | 4 | 8 | 9)
}

/// The *elfproef*: weights 9 to 2, and the last digit counts negative.
fn is_bsn(digits: &str) -> bool {
    let padded = format!("{digits:0>9}");
    let sum: i32 = padded
        .bytes()
        .zip([9, 8, 7, 6, 5, 4, 3, 2, -1])
        .map(|(digit, weight)| i32::from(digit - b'0') * weight)
        .sum();
    sum % 11 == 0 && padded.bytes().any(|digit| digit != b'0')
}

/// Whether the number is written as one, and not a part of a longer row or a day.
fn is_grouped(groups: &[Group<'_>], number: &Number) -> bool {
    let own = &groups[..number.groups];
    if number.digits.len() == 8 {
        return own.len() == 1 && !is_compact_date(&number.digits);
    }
    let lengths: Vec<usize> = own.iter().map(|group| group.digits.len()).collect();
    let gaps: Vec<_> = own[1..].iter().map(|group| group.gap).collect();
    let alike = gaps.windows(2).all(|pair| pair[0] == pair[1]);
    let ends = groups
        .get(number.groups)
        .is_none_or(|next| gaps.is_empty() || next.gap != gaps[0]);
    let starts = gaps.is_empty() || own[0].gap != gaps[0];
    GROUPINGS.contains(&lengths.as_slice()) && alike && starts && ends
}

/// `20260611` and `11062026` are days.
fn is_compact_date(digits: &str) -> bool {
    let part = |from: usize, to: usize| digits[from..to].parse::<u32>().unwrap_or(u32::MAX);
    let day = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    let year = |year: u32| (1900..2100).contains(&year);
    (year(part(0, 4)) && day(part(6, 8), part(4, 6)))
        || (year(part(4, 8)) && day(part(0, 2), part(2, 4)))
}

fn is_amount(view: &View<'_>, groups: &[Group<'_>], number: &Number) -> bool {
    let before = view.text[..groups[0].span.start].trim_end_matches(' ');
    let after = view.text[groups[number.groups - 1].span.end..].trim_start_matches(' ');
    before.ends_with(['€', '$', '£']) || before.ends_with("eur") || after.starts_with("eur")
}
