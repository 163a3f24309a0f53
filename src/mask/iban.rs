//! Bank account numbers (IBAN, ISO 13616), of any country, also in groups and in small letters.

use crate::mask::view::{View, masked};
use crate::mask::{MaskKind, Masked};

/// The shortest (Norway) and the longest that the standard allows.
const LENGTHS: std::ops::RangeInclusive<usize> = 15..=34;

/// Digits behind the check digits that every country has; words of a sentence have none.
const MIN_DIGITS: usize = 6;

/// Lengths of the countries whose accounts are seen most here. For these a number is tested at its own
/// length only, so that words behind it are never taken along.
const KNOWN: [(&str, usize); 20] = [
    ("nl", 18),
    ("be", 16),
    ("de", 22),
    ("fr", 27),
    ("gb", 22),
    ("lu", 20),
    ("es", 24),
    ("it", 27),
    ("pl", 28),
    ("at", 20),
    ("ch", 21),
    ("dk", 18),
    ("no", 15),
    ("se", 24),
    ("fi", 18),
    ("ie", 22),
    ("pt", 25),
    ("ro", 24),
    ("bg", 22),
    ("tr", 26),
];

/// Finds bank account numbers.
pub(super) fn find(view: &View<'_>, found: &mut Vec<Masked>) {
    let bytes = view.text.as_bytes();
    for start in 0..bytes.len().saturating_sub(*LENGTHS.start() - 1) {
        // An ASCII letter is always at a character border.
        let opens = bytes[start..start + 2].iter().all(u8::is_ascii_lowercase)
            && !view.before(start).is_some_and(char::is_alphanumeric);
        if opens && let Some(end) = account(view, start) {
            found.push(masked(MaskKind::Iban, start, end));
        }
    }
}

/// Where the account number that starts here ends.
fn account(view: &View<'_>, start: usize) -> Option<usize> {
    let bytes = view.text.as_bytes();
    let country = &view.text[start..start + 2];
    let known = KNOWN
        .iter()
        .find(|(code, _)| *code == country)
        .map(|(_, length)| *length);
    let mut head: Vec<u8> = Vec::with_capacity(4);
    let (mut remainder, mut digits, mut length) = (0, 0, 0);
    let mut at = start;
    let mut end = None;
    while length < *LENGTHS.end() {
        at += gap(&bytes[at..], length);
        let Some(&byte) = bytes.get(at).filter(|byte| byte.is_ascii_alphanumeric()) else {
            break;
        };
        if (2..4).contains(&length) && !byte.is_ascii_digit() {
            return None;
        }
        if length < 4 {
            head.push(byte);
        } else {
            remainder = append(remainder, byte);
            digits += usize::from(byte.is_ascii_digit());
        }
        at += 1;
        length += 1;
        let wanted = known.map_or(LENGTHS.contains(&length), |known| known == length);
        let closed = !view.at(at).is_some_and(char::is_alphanumeric);
        if wanted
            && closed
            && digits >= MIN_DIGITS
            && head
                .iter()
                .fold(remainder, |rest, &byte| append(rest, byte))
                == 1
        {
            end = Some(at);
        }
    }
    end
}

/// How many bytes stand between two characters of the number: one space, dot or hyphen.
fn gap(bytes: &[u8], length: usize) -> usize {
    usize::from(length > 0 && matches!(bytes.first(), Some(b' ' | b'.' | b'-' | b'\n')))
}

/// Modulo 97 with one character more: letters count as 10 to 35.
fn append(remainder: u32, byte: u8) -> u32 {
    if byte.is_ascii_digit() {
        (remainder * 10 + u32::from(byte - b'0')) % 97
    } else {
        (remainder * 100 + u32::from(byte - b'a') + 10) % 97
    }
}
