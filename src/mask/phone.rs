//! Telephone numbers, Dutch and foreign. Numbers of services stay: nobody is found through them.

use crate::mask::digits::{Group, is_date, number};
use crate::mask::view::{View, masked};
use crate::mask::{MaskKind, Masked};
use crate::span::Span;

/// Dutch numbers have ten digits with the leading zero (Nummerplan telefoon- en ISDN-diensten).
const NATIONAL: usize = 10;

/// The longest and shortest foreign number that we believe, with country code and without `+`.
/// E.164 allows at most 15; under 10 stand mostly amounts.
const FOREIGN: std::ops::RangeInclusive<usize> = 10..=15;

/// First digits of numbers of services, free and paid; they are printed on posters.
const SERVICES: [&str; 5] = ["0800", "0900", "0906", "0909", "0676"];

/// Finds telephone numbers.
pub(super) fn find(view: &View<'_>, groups: &[Group<'_>], found: &mut Vec<Masked>) {
    let mut first = 0;
    while first < groups.len() {
        let taken = number_at(view, &groups[first..]);
        if let Some(taken) = taken {
            let span = whole(view, groups[first].span, groups[first + taken - 1].span);
            found.push(masked(MaskKind::Phone, span.start, span.end));
        }
        first += taken.unwrap_or(1);
    }
}

/// From the opening bracket or plus sign to the last digit.
fn whole(view: &View<'_>, first: Span, last: Span) -> Span {
    let closes = view.text[first.end..last.end].contains(')');
    let mut start = first.start;
    while view
        .before(start)
        .is_some_and(|c| c == '+' || (c == '(' && closes))
    {
        start -= 1;
    }
    Span {
        start,
        end: last.end,
    }
}

/// How many groups the number takes that starts with the first of these.
fn number_at(view: &View<'_>, groups: &[Group<'_>]) -> Option<usize> {
    let first = groups.first()?;
    if view.before(first.span.start) == Some('+') {
        return dutch_abroad(groups, "31").or_else(|| foreign(groups, 0));
    }
    if first.digits.starts_with("00") {
        // The minutes of `09.00-17.00 12.00-13.00` open no number.
        let opens = first
            .gap
            .is_none_or(|gap| gap.contains(char::is_whitespace));
        return dutch_abroad(groups, "0031")
            .or_else(|| foreign(groups, 2))
            .filter(|taken| opens && is_written_as_number(&groups[..*taken]));
    }
    if first.digits.len() == 11 && first.digits.starts_with("316") {
        return Some(1); // as in an address of a messenger: wa.me/31612345678
    }
    national(groups)
}

fn national(groups: &[Group<'_>]) -> Option<usize> {
    if !groups[0].digits.starts_with('0') {
        return None;
    }
    let number = number(groups, NATIONAL)?;
    let digits = number.digits.as_str();
    let possible = !digits.starts_with("00")
        && !digits.starts_with("060")
        && !SERVICES.iter().any(|service| digits.starts_with(service));
    (possible && is_written_as_number(&groups[..number.groups])).then_some(number.groups)
}

/// Tells a number from dates, times, scores and decimals that happen to have ten digits together.
fn is_written_as_number(groups: &[Group<'_>]) -> bool {
    let gaps: Vec<&str> = groups[1..].iter().filter_map(|group| group.gap).collect();
    let alike = |gaps: &[&str]| gaps.windows(2).all(|pair| pair[0] == pair[1]);
    let longest = groups.iter().map(|group| group.digits.len()).max();
    match longest {
        Some(1) => alike(&gaps), // 0 6 1 2 …, but not 0-1 2-1 3-2
        // 06-12 34 56 78, but not 06-11-24 12.30 and not 06.15-07.45 20
        Some(2) => alike(&gaps[1..]),
        _ => {
            let decimal = groups[0].digits == "0" && gaps.first() == Some(&".");
            !decimal && !is_date(groups)
        }
    }
}

/// `+31 6 …`, `0031 (0)6 …`: nine digits behind the country code, with or without the zero.
fn dutch_abroad(groups: &[Group<'_>], code: &str) -> Option<usize> {
    [code.len() + 9, code.len() + 10]
        .into_iter()
        .filter_map(|digits| number(groups, digits))
        .find(|number| {
            number.digits.strip_prefix(code).is_some_and(|rest| {
                let rest = if rest.len() == 10 {
                    rest.strip_prefix('0')
                } else {
                    Some(rest)
                };
                rest.is_some_and(|rest| !rest.starts_with('0'))
            })
        })
        .map(|number| number.groups)
}

/// Any country; `prefix` digits stand before its code.
fn foreign(groups: &[Group<'_>], prefix: usize) -> Option<usize> {
    let thousands = groups.len() > 1
        && groups[1..]
            .iter()
            .take_while(|group| group.gap == Some("."))
            .filter(|group| group.digits.len() == 3)
            .count()
            > 1;
    FOREIGN
        .rev()
        .filter_map(|digits| number(groups, prefix + digits))
        .find(|number| !thousands && !number.digits[prefix..].starts_with('0'))
        .map(|number| number.groups)
}
