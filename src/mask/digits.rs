//! Digits in groups, as people write numbers: `06-12 34 56 78`, `(0570) 12.34.56`.

use crate::span::Span;

/// How many characters may stand between two groups of one number: `) - ` and the like.
const MAX_GAP: usize = 4;

/// A run of ASCII digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group<'a> {
    /// Where it stands.
    pub(super) span: Span,
    /// The digits.
    pub(super) digits: &'a str,
    /// What stands between the group before and this one, when both may belong to one number.
    pub(super) gap: Option<&'a str>,
}

/// A number of so many digits, made of whole groups.
#[derive(Clone, Debug)]
pub(super) struct Number {
    /// All digits.
    pub(super) digits: String,
    /// How many groups it takes.
    pub(super) groups: usize,
}

/// All groups of a text, in order.
pub(super) fn groups(text: &str) -> Vec<Group<'_>> {
    let bytes = text.as_bytes();
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + found;
        let len = bytes[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let gap = groups
            .last()
            .map(|last| &text[last.span.end..start])
            .filter(|gap| joins(gap));
        at = start + len;
        groups.push(Group {
            span: Span { start, end: at },
            digits: &text[start..at],
            gap,
        });
    }
    groups
}

fn joins(gap: &str) -> bool {
    gap.chars().count() <= MAX_GAP
        && gap.chars().all(|c| {
            c.is_whitespace() || matches!(c, '.' | '-' | '/' | '(' | ')' | '_' | '·' | '•' | '*')
        })
}

/// The number that starts with the first of these groups and has exactly so many digits.
pub(super) fn number(groups: &[Group<'_>], digits: usize) -> Option<Number> {
    let mut number = Number {
        digits: String::with_capacity(digits),
        groups: 0,
    };
    for group in groups {
        let joined = number.groups == 0 || group.gap.is_some();
        if !joined || number.digits.len() + group.digits.len() > digits {
            return None;
        }
        number.digits.push_str(group.digits);
        number.groups += 1;
        if number.digits.len() == digits {
            return Some(number);
        }
    }
    None
}

/// Whether the groups start with a day, a month and a year.
pub(super) fn is_date(groups: &[Group<'_>]) -> bool {
    let [day, month, year, ..] = groups else {
        return false;
    };
    let value = |group: &Group<'_>| group.digits.parse::<u32>().unwrap_or(u32::MAX);
    day.digits.len() <= 2
        && (1..=31).contains(&value(day))
        && month.digits.len() <= 2
        && (1..=12).contains(&value(month))
        && (1900..2100).contains(&value(year))
}
