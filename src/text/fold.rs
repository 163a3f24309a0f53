//! Folding: what is left of a text when case, accents and typographic tricks do not matter.
//!
//! Every byte of the folded text knows where it came from, so that evidence points into the text
//! as it was given.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::span::Span;

/// Stands in the folded text for a masked passage. It is no letter and it never comes from the
/// original, so no keyword can hold it.
pub const MASKED: char = '\u{FFFC}';

/// A short text folded, without the way back.
pub fn folded(text: &str) -> String {
    // Nearly all words of a list are folded as they stand.
    if text
        .bytes()
        .all(|b| b.is_ascii() && !b.is_ascii_uppercase())
    {
        return text.to_owned();
    }
    Folded::new(text).text().to_owned()
}

/// A folded text with the way back to the original.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    text: String,
    /// Where the pieces of `text` came from, in order. Most posts are one piece.
    pieces: Vec<Piece>,
    original_len: usize,
}

/// A stretch of the folded text, up to where the next one begins.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// First byte in the folded text.
    folded: u32,
    /// Where it came from: the byte in the original.
    origin: u32,
    extent: Extent,
}

/// How a piece leads back to the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// A run of ASCII: byte for byte.
    Run,
    /// One character (or one masked passage) of any length.
    Whole,
}

impl Folded {
    /// Folds a text: compatibility forms (full-width, superscript, ligatures) become plain letters,
    /// letters become small, accents and invisible characters go, curly quotes and long dashes
    /// become `'` and `-`.
    pub fn new(original: &str) -> Self {
        let mut folded = Folded {
            text: String::with_capacity(original.len()),
            ..Folded::default()
        };
        folded.refill(original);
        folded
    }

    /// Does the same, reusing the memory of an earlier text.
    pub fn refill(&mut self, original: &str) {
        self.refill_masked(original, &[]);
    }

    /// Does the same, with [`MASKED`] in the place of each masked span. Spans that overlap, lie
    /// outside the text or cut a character are widened or cut to what they can mean.
    pub fn refill_masked(&mut self, original: &str, masked: &[Span]) {
        self.text.clear();
        self.pieces.clear();
        self.original_len = original.len();
        let mut at = 0;
        let mut sorted;
        let mut spans = masked;
        if !masked.is_sorted_by_key(|span| span.start) {
            sorted = masked.to_vec();
            sorted.sort_unstable();
            spans = &sorted;
        }
        for span in spans {
            let start = original.floor_char_boundary(span.start).max(at);
            let end = original.ceil_char_boundary(span.end);
            if end <= start {
                continue;
            }
            self.fold(&original[at..start], at);
            self.begin(start, Extent::Whole);
            self.text.push(MASKED);
            at = end;
        }
        self.fold(&original[at..], at);
    }

    /// Folds a stretch that begins at byte `base` of the original.
    fn fold(&mut self, stretch: &str, base: usize) {
        let mut rest = stretch;
        while !rest.is_empty() {
            let at = base + stretch.len() - rest.len();
            let run = rest
                .bytes()
                .position(|b| !b.is_ascii())
                .unwrap_or(rest.len());
            if run > 0 {
                let from = self.text.len();
                self.begin(at, Extent::Run);
                self.text.push_str(&rest[..run]);
                self.text[from..].make_ascii_lowercase();
                rest = &rest[run..];
            } else if let Some(c) = rest.chars().next() {
                self.fold_character(c, at);
                rest = &rest[c.len_utf8()..];
            }
        }
    }

    fn fold_character(&mut self, c: char, at: usize) {
        if is_invisible(c) {
            return;
        }
        let from = self.text.len();
        if let Some(letter) = latin(c) {
            self.text.push(letter);
        } else if let Some(letters) = plain(c) {
            self.text.push_str(letters);
        } else {
            for part in std::iter::once(c).nfkd() {
                if is_combining_mark(part) || is_invisible(part) {
                    continue;
                }
                for small in part.to_lowercase() {
                    match plain(small) {
                        Some(letters) => self.text.push_str(letters),
                        None if !is_combining_mark(small) => self.text.push(small),
                        None => {}
                    }
                }
            }
        }
        if self.text.len() > from {
            self.pieces.push(Piece {
                folded: offset(from),
                origin: offset(at),
                extent: Extent::Whole,
            });
        }
    }

    /// A piece begins at the end of the text so far.
    fn begin(&mut self, origin: usize, extent: Extent) {
        self.pieces.push(Piece {
            folded: offset(self.text.len()),
            origin: offset(origin),
            extent,
        });
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a span of the folded text lies in the original; it always covers whole characters.
    pub fn original(&self, span: Span) -> Span {
        let start = self.origin(span.start);
        if span.start >= span.end || span.end >= self.text.len() {
            let end = match span.start >= span.end {
                true => start,
                false => self.original_len,
            };
            return Span { start, end };
        }
        let next = self
            .pieces
            .partition_point(|piece| piece.folded as usize <= span.end);
        let piece = self.pieces[next - 1];
        let end = match piece.extent {
            // The span ends inside the letters of one original character, such as `ĳ` or `½`.
            Extent::Whole if span.end > piece.folded as usize => self
                .pieces
                .get(next)
                .map_or(self.original_len, |piece| piece.origin as usize),
            _ => piece.origin as usize + (span.end - piece.folded as usize),
        };
        Span { start, end }
    }

    /// Where the character at this byte of the folded text starts in the original.
    fn origin(&self, at: usize) -> usize {
        if at >= self.text.len() {
            return self.original_len;
        }
        let next = self
            .pieces
            .partition_point(|piece| piece.folded as usize <= at);
        let piece = self.pieces[next - 1];
        match piece.extent {
            Extent::Whole => piece.origin as usize,
            Extent::Run => piece.origin as usize + (at - piece.folded as usize),
        }
    }
}

/// The letters of Latin-1 that lose an accent or a capital, from U+00C0; `_` for those that do not
/// become one letter. A short way for what nearly all accents in Dutch texts are.
const LATIN: &[u8; 64] = b"aaaaaa_ceeeeiiii_nooooo_ouuuuy__aaaaaa_ceeeeiiii_nooooo_ouuuuy_y";

fn latin(c: char) -> Option<char> {
    let letter = *LATIN.get((c as usize).checked_sub(0xC0)?)?;
    (letter != b'_').then_some(letter as char)
}

/// Texts are capped far below 4 GiB before they come here; a longer one loses its offsets, not its words.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Characters without a width of their own: soft hyphen, zero-width signs, direction marks,
/// variation selectors, byte-order mark (Unicode's `Default_Ignorable_Code_Point`, the ones in use);
/// and the sign that is ours, [`MASKED`].
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | MASKED | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Letters and signs that compatibility decomposition leaves alone although people use them for these.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        '‘' | '’' | '‛' | '`' | '´' | 'ʼ' | '′' => "'",
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => "\"",
        '‐' | '‑' | '‒' | '–' | '—' | '−' => "-",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' => "d",
        'ł' => "l",
        'ı' => "i",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(original: &str, folded: &str) {
        assert_eq!(Folded::new(original).text(), folded, "{original:?}");
    }

    #[test]
    fn folds_case_accents_and_tricks() {
        check("Één CAFÉ", "een cafe");
        check("wo\u{ad}ning\u{200b}inbraak", "woninginbraak");
        check("ＩＮＢＲＡＡＫ ᴵⁿ", "inbraak in");
        check("Ĳsselkade", "ijsselkade");
        check("auto’s – ‘nu’", "auto's - 'nu'");
        check("e\u{301}e\u{301}n", "een");
        check("İstanbul", "istanbul");
        check("Straße 🚲", "strasse 🚲");
    }

    #[test]
    fn spans_lead_back_to_whole_characters() {
        let original = "Bij de Ĳsselkade: Één";
        let folded = Folded::new(original);
        let at = folded.text().find("ijsselkade").unwrap();
        let span = folded.original(Span {
            start: at,
            end: at + "ijsselkade".len(),
        });
        assert_eq!(&original[span.start..span.end], "Ĳsselkade");
        let span = folded.original(Span {
            start: at,
            end: at + 1,
        });
        assert_eq!(&original[span.start..span.end], "Ĳ");
        let at = folded.text().rfind("een").unwrap();
        let span = folded.original(Span {
            start: at,
            end: at + 3,
        });
        assert_eq!(&original[span.start..span.end], "Één");
    }

    #[test]
    fn the_short_way_for_latin_letters_gives_what_the_long_way_gives() {
        for c in '\u{C0}'..='\u{FF}' {
            let Some(letter) = latin(c) else { continue };
            let long: String = match plain(c) {
                Some(letters) => letters.to_owned(),
                None => c
                    .nfkd()
                    .filter(|part| !is_combining_mark(*part))
                    .flat_map(char::to_lowercase)
                    .map(|small| plain(small).map_or(small.to_string(), str::to_owned))
                    .collect(),
            };
            assert_eq!(letter.to_string(), long, "{c}");
        }
    }

    #[test]
    fn a_masked_passage_becomes_one_sign_whatever_the_spans() {
        let original = "bel 06 12345678 nu, é \u{FFFC}";
        let span = |start, end| Span { start, end };
        let mut folded = Folded::default();
        folded.refill_masked(original, &[span(4, 15)]);
        assert_eq!(folded.text(), "bel \u{FFFC} nu, e ");
        let after = folded.text().find("nu").unwrap();
        assert_eq!(folded.original(span(after, after + 2)), span(16, 18));
        folded.refill_masked(
            original,
            &[span(21, 90), span(6, 9), span(4, 15), span(9, 9)],
        );
        assert_eq!(folded.text(), "bel \u{FFFC} nu, \u{FFFC}");
    }

    proptest::proptest! {
        #[test]
        fn every_span_leads_back_to_whole_characters(
            original in "\\PC{0,30}", a in 0_usize..120, b in 0_usize..120,
        ) {
            let folded = Folded::new(&original);
            let text = folded.text();
            let start = text.floor_char_boundary(a.min(b));
            let end = text.floor_char_boundary(a.max(b));
            let span = folded.original(Span { start, end });
            proptest::prop_assert!(original.get(span.start..span.end).is_some());
        }
    }
}
