//! Folding: what is left of a text when case, accents and typographic tricks do not matter.
//!
//! Every byte of the folded text knows where it came from, so that evidence points into the text
//! as it was given.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::item::Span;

/// A folded text with the way back to the original.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    text: String,
    /// For each byte of `text`, and one past its end: where the character it came from starts in
    /// the original.
    origin: Vec<u32>,
    original_len: usize,
}

impl Folded {
    /// Folds a text: compatibility forms (full-width, superscript, ligatures) become plain letters,
    /// letters become small, accents and invisible characters go, curly quotes and long dashes
    /// become `'` and `-`.
    pub fn new(original: &str) -> Self {
        let mut folded = Folded::default();
        folded.refill(original);
        folded
    }

    /// Does the same, reusing the memory of an earlier text.
    pub fn refill(&mut self, original: &str) {
        self.text.clear();
        self.origin.clear();
        self.original_len = original.len();
        for (at, c) in original.char_indices() {
            if c.is_ascii() {
                self.push(c.to_ascii_lowercase(), at);
            } else if !is_invisible(c) {
                for part in std::iter::once(c).nfkd() {
                    if is_combining_mark(part) || is_invisible(part) {
                        continue;
                    }
                    for small in part.to_lowercase() {
                        match plain(small) {
                            Some(letters) => {
                                letters.chars().for_each(|letter| self.push(letter, at))
                            }
                            None if !is_combining_mark(small) => self.push(small, at),
                            None => {}
                        }
                    }
                }
            }
        }
        self.origin.push(offset(original.len()));
    }

    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.origin.resize(self.text.len(), offset(at));
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a span of the folded text lies in the original; it always covers whole characters.
    pub fn original(&self, span: Span) -> Span {
        let start = self.origin[span.start] as usize;
        let end = self.origin[span.end] as usize;
        if end > start || span.start >= span.end {
            return Span {
                start,
                end: end.max(start),
            };
        }
        // The span ends inside the letters of one original character, such as `ĳ` or `½`.
        let next = self.origin[span.end..]
            .iter()
            .find(|&&origin| origin as usize > start);
        Span {
            start,
            end: next.map_or(self.original_len, |&origin| origin as usize),
        }
    }
}

/// Texts are capped far below 4 GiB before they come here; a longer one loses its offsets, not its words.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Characters without a width of their own: soft hyphen, zero-width signs, direction marks,
/// variation selectors, byte-order mark (Unicode's `Default_Ignorable_Code_Point`, the ones in use).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
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
}
