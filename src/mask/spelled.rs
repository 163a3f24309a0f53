//! Numbers written so that machines do not read them: as words (*nul zes*), with letters that look
//! like digits (`O6-I2`), with letters and digits of other scripts.
//!
//! What comes out is a third reading of the text, beside the folded one and the one as given, in which
//! all that stands as plain letters and digits. The other patterns then find in it what they know.

use crate::mask::signs::Signs;
use crate::span::Span;

/// The fewest digits that a row with words in it must have: nine, as the shortest number that is
/// looked for. *Een, twee, drie* stays.
const FEWEST_DIGITS: usize = 9;

/// How many characters may stand between two parts of a row.
const MAX_GAP: usize = 3;

/// Numbers to twenty, by their value.
const SMALL: [&str; 20] = [
    "nul",
    "een",
    "twee",
    "drie",
    "vier",
    "vijf",
    "zes",
    "zeven",
    "acht",
    "negen",
    "tien",
    "elf",
    "twaalf",
    "dertien",
    "veertien",
    "vijftien",
    "zestien",
    "zeventien",
    "achttien",
    "negentien",
];

/// Tens, from twenty.
const TENS: [&str; 8] = [
    "twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig",
];

/// A text in plain letters and digits, with the way back.
#[derive(Debug)]
pub(super) struct Spelled {
    /// The text.
    pub(super) text: String,
    /// What was replaced: where it stood, and where its replacement stands; in order.
    pieces: Vec<(Span, Span)>,
}

/// Something that may be a part of a number.
struct Part {
    span: Span,
    digits: String,
    /// Whether it was written as words.
    word: bool,
}

impl Spelled {
    /// The third reading of a folded text; `None` when it would be the same.
    pub(super) fn new(folded: &str, signs: Signs) -> Option<Self> {
        if folded.is_ascii() && !signs.may_hold_numeral() {
            return None;
        }
        let mut changes = lookalikes(folded);
        if may_hold_numerals(folded, signs) {
            numerals(folded, &mut changes);
        }
        if changes.is_empty() {
            return None;
        }
        changes.sort_by_key(|(span, _)| span.start);
        let mut spelled = Spelled {
            text: String::with_capacity(folded.len()),
            pieces: Vec::with_capacity(changes.len()),
        };
        let mut at = 0;
        for (span, by) in changes {
            if span.start < at {
                continue; // a lookalike inside a row of numerals
            }
            spelled.text.push_str(&folded[at..span.start]);
            let start = spelled.text.len();
            spelled.text.push_str(&by);
            let end = spelled.text.len();
            spelled.pieces.push((span, Span { start, end }));
            at = span.end;
        }
        spelled.text.push_str(&folded[at..]);
        Some(spelled)
    }

    /// Where a span of this reading stands in the folded text. What was replaced is taken whole.
    pub(super) fn folded(&self, span: Span) -> Span {
        let piece = |at: usize| {
            let next = self.pieces.partition_point(|(_, new)| new.start <= at);
            next.checked_sub(1).map(|last| self.pieces[last])
        };
        let start = match piece(span.start) {
            Some((old, new)) if span.start < new.end => old.start,
            Some((old, new)) => old.end + (span.start - new.end),
            None => span.start,
        };
        let last = span.end.saturating_sub(1).max(span.start);
        let end = match piece(last) {
            Some((old, new)) if last < new.end => old.end,
            Some((old, new)) => old.end + (span.end - new.end),
            None => span.end,
        };
        Span { start, end }
    }
}

/// Letters and digits that look like plain ones: of other scripts, and `O` and `l` among digits.
fn lookalikes(folded: &str) -> Vec<(Span, String)> {
    let mut changes = Vec::new();
    if !folded.is_ascii() {
        for (start, c) in folded.char_indices().filter(|(_, c)| !c.is_ascii()) {
            if let Some(plain) = plain(c) {
                let end = start + c.len_utf8();
                changes.push((Span { start, end }, plain.to_string()));
            }
        }
    }
    let bytes = folded.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let digit = at + found;
        let start = digit
            - bytes[at..digit]
                .iter()
                .rev()
                .take_while(|b| as_digit(**b).is_some())
                .count();
        let end = digit
            + bytes[digit..]
                .iter()
                .take_while(|b| as_digit(**b).is_some())
                .count();
        at = end;
        let row = &bytes[start..end];
        let letters = row.iter().filter(|byte| !byte.is_ascii_digit()).count();
        let apart =
            |at: Option<&u8>| at.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x80);
        let alone = apart(start.checked_sub(1).map(|at| &bytes[at])) && apart(bytes.get(end));
        if letters == 0 || letters * 2 > row.len() || !alone {
            continue;
        }
        for (offset, byte) in row
            .iter()
            .enumerate()
            .filter(|(_, byte)| !byte.is_ascii_digit())
        {
            let start = start + offset;
            let digit = as_digit(*byte).expect("the row holds nothing else");
            changes.push((
                Span {
                    start,
                    end: start + 1,
                },
                digit.to_string(),
            ));
        }
    }
    changes
}

/// The digit that a sign is or looks like.
fn as_digit(byte: u8) -> Option<char> {
    match byte {
        b'0'..=b'9' => Some(byte as char),
        b'o' => Some('0'),
        b'l' | b'i' | b'|' => Some('1'),
        b's' => Some('5'),
        _ => None,
    }
}

/// Letters and digits of other scripts that look like those of ours (Unicode TR 39, the ones that look
/// the same in small letters and the capitals that do).
fn plain(c: char) -> Option<char> {
    // What lies outside is an accent, a sign of print or a picture.
    if !matches!(c, '\u{261}'..='\u{1FFF}') {
        return None;
    }
    const SETS: [u32; 5] = [0x660, 0x6F0, 0x966, 0x9E6, 0x7C0];
    let digit = |zero: &u32| (*zero..zero + 10).contains(&(c as u32));
    if let Some(zero) = SETS.iter().find(|zero| digit(zero)) {
        return char::from_digit(c as u32 - zero, 10);
    }
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'β' | 'ь' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' | 'є' => 'e',
        'ɡ' => 'g',
        'н' | 'η' | 'һ' => 'h',
        'і' | 'ι' | 'ӏ' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'п' => 'n',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' | 'ѵ' => 'v',
        'ѡ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ζ' => 'z',
        _ => return None,
    })
}

/// A quick look: a word begins a number, or words go on from a digit.
fn may_hold_numerals(folded: &str, signs: Signs) -> bool {
    let bytes = folded.as_bytes();
    let goes_on = |at: usize| {
        bytes[at].is_ascii_digit()
            && bytes.get(at + 1) == Some(&b' ')
            && folded.get(at + 2..).and_then(first_numeral).is_some()
    };
    signs.holds_numeral() || (0..bytes.len()).any(goes_on)
}

/// Rows of number words, with the digits among them, as digits.
fn numerals(folded: &str, changes: &mut Vec<(Span, String)>) {
    let parts = parts(folded);
    let mut from = 0;
    while from < parts.len() {
        let joins = |at: &usize| {
            let gap = &folded[parts[at - 1].span.end..parts[*at].span.start];
            gap.len() <= MAX_GAP
                && gap
                    .chars()
                    .all(|c| c.is_whitespace() || ",.-/:;|_*()+".contains(c))
        };
        let to = from + 1 + (from + 1..parts.len()).take_while(joins).count();
        let row = &parts[from..to];
        from = to;
        let words = row.iter().filter(|part| part.word).count();
        let digits: usize = row.iter().map(|part| part.digits.len()).sum();
        let zero = row
            .iter()
            .any(|part| part.word && part.digits.starts_with('0'));
        if digits < FEWEST_DIGITS || !(words > 1 || zero) {
            continue;
        }
        for (at, part) in row.iter().enumerate() {
            if at > 0 {
                let gap = Span {
                    start: row[at - 1].span.end,
                    end: part.span.start,
                };
                changes.push((gap, " ".to_owned()));
            }
            if part.word {
                changes.push((part.span, part.digits.clone()));
            }
        }
    }
}

/// Number words and groups of digits, in order.
fn parts(folded: &str) -> Vec<Part> {
    let bytes = folded.as_bytes();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let is_digit = bytes[at].is_ascii_digit();
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        while bytes
            .get(at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() && byte.is_ascii_digit() == is_digit)
        {
            at += 1;
        }
        let span = Span { start, end: at };
        let written = &folded[start..at];
        let digits = match is_digit {
            true => Some(written.to_owned()),
            false => numeral(written),
        };
        parts.extend(digits.map(|digits| Part {
            span,
            digits,
            word: !is_digit,
        }));
    }
    parts
}

/// The digits of a number word, or of some written together: *nulzes*.
fn numeral(word: &str) -> Option<String> {
    if word == "zero" {
        return Some("0".to_owned());
    }
    let mut digits = String::new();
    let mut rest = word;
    while !rest.is_empty() {
        let (value, len) = first_numeral(rest)?;
        digits += &value.to_string();
        rest = &rest[len..];
    }
    (!digits.is_empty()).then_some(digits)
}

/// The longest numeral with which this begins: its value and its length.
fn first_numeral(text: &str) -> Option<(usize, usize)> {
    let tens = |rest: &str| {
        TENS.iter()
            .position(|tens| rest.starts_with(tens))
            .map(|at| (20 + 10 * at, TENS[at].len()))
    };
    let mut best = tens(text);
    for (value, small) in SMALL.iter().enumerate() {
        let Some(rest) = text.strip_prefix(small) else {
            continue;
        };
        let mut this = (value, small.len());
        // zesenvijftig
        if (1..10).contains(&value)
            && let Some((tens, len)) = rest.strip_prefix("en").and_then(tens)
        {
            this = (tens + value, small.len() + 2 + len);
        }
        if best.is_none_or(|(_, len)| this.1 > len) {
            best = Some(this);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mask::name::ANY;

    fn all() -> Signs {
        Signs::of("", ANY)
    }

    #[test]
    fn number_words_and_lookalikes_become_digits_with_the_way_back() {
        let check = |folded: &str, expected: &str, digits: &str, origin: &str| {
            let spelled = Spelled::new(folded, all()).unwrap();
            assert_eq!(spelled.text, expected);
            let start = spelled.text.find(digits).unwrap();
            let span = spelled.folded(Span {
                start,
                end: start + digits.len(),
            });
            assert_eq!(&folded[span.start..span.end], origin);
        };
        check(
            "bel nul zes, twaalf vierendertig zesenvijftig achtenzeventig na zessen",
            "bel 0 6 12 34 56 78 na zessen",
            "0 6 12 34 56 78",
            "nul zes, twaalf vierendertig zesenvijftig achtenzeventig",
        );
        check(
            "nulzes 12345678!",
            "06 12345678!",
            "06 12345678",
            "nulzes 12345678",
        );
        check(
            "op o6-l2345678.",
            "op 06-12345678.",
            "06-12345678",
            "o6-l2345678",
        );
        check("хв-12-кт", "xb-12-kt", "xb-12-kt", "хв-12-кт");
        check("٠٦ 12345678", "06 12345678", "06 12345678", "٠٦ 12345678");
    }

    #[test]
    fn what_holds_no_number_is_not_read_again() {
        for text in [
            "een twee drie hoedje van papier",
            "nul op rekest na zes keer bellen",
            "10l melk, 3 x",
        ] {
            let spelled = Spelled::new(text, all());
            let same = spelled.is_none_or(|spelled| !spelled.text.contains("0 6"));
            assert!(same, "{text}");
        }
    }
}
