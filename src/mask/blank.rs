//! The masked text for storing: each passage replaced by a short word for what stood there.

use crate::mask::{MaskKind, Masked};
use crate::span::Span;

/// The longest token, in characters: more would crowd out the message.
pub const MAX_TOKEN: usize = 24;

/// What stands in the place of each kind, such as `[telefoonnummer]`: section `[mask]` of the texts.
#[derive(Clone, Debug)]
pub struct Tokens([String; MaskKind::ALL.len()]);

/// A token that cannot stand in a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token for {0} must be one to 22 letters, hyphens or spaces between [ and ]")]
pub struct BadToken(pub &'static str);

impl Tokens {
    /// Takes the token of each kind; `word` gets [`MaskKind::as_str`]. A token stands in square
    /// brackets and holds no digits, so that it never becomes a part of something else to mask.
    pub fn new(mut word: impl FnMut(&'static str) -> String) -> Result<Self, BadToken> {
        Tokens::of_kinds(|kind| word(kind.as_str()))
    }

    /// The same, by kind.
    pub fn of_kinds(mut word: impl FnMut(MaskKind) -> String) -> Result<Self, BadToken> {
        let mut tokens: [String; MaskKind::ALL.len()] = Default::default();
        for (token, kind) in tokens.iter_mut().zip(MaskKind::ALL) {
            *token = word(kind);
            let inside = token
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
                .unwrap_or_default();
            let good = !inside.is_empty()
                && token.chars().count() <= MAX_TOKEN
                && inside
                    .chars()
                    .all(|c| c.is_alphabetic() || matches!(c, '-' | ' '));
            if !good {
                return Err(BadToken(kind.as_str()));
            }
        }
        Ok(Tokens(tokens))
    }

    /// The token of a kind.
    pub fn of(&self, kind: MaskKind) -> &str {
        &self.0[kind as usize]
    }
}

/// A text in which nothing stands that must not be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blanked {
    /// The text.
    pub text: String,
    /// Each passage in the original, and its token in `text`.
    tokens: Vec<(Span, Span)>,
}

/// Puts tokens in the place of the passages, which are sorted, apart and on character borders as
/// [`crate::mask::Masker::find`] hands them out.
pub fn blank(text: &str, masked: &[Masked], tokens: &Tokens) -> Blanked {
    let mut blanked = Blanked {
        text: String::with_capacity(text.len()),
        tokens: Vec::with_capacity(masked.len()),
    };
    let mut at = 0;
    for Masked { span, kind } in masked {
        blanked.text.push_str(&text[at..span.start]);
        let start = blanked.text.len();
        blanked.text.push_str(tokens.of(*kind));
        let token = Span {
            start,
            end: blanked.text.len(),
        };
        blanked.tokens.push((*span, token));
        at = span.end;
    }
    blanked.text.push_str(&text[at..]);
    blanked
}

impl Blanked {
    /// Where a span of the original lies in the blanked text; `None` when it touches a passage that
    /// is gone.
    pub fn moved(&self, span: Span) -> Option<Span> {
        let before = self
            .tokens
            .partition_point(|(gone, _)| gone.end <= span.start);
        if self
            .tokens
            .get(before)
            .is_some_and(|(gone, _)| gone.start < span.end)
        {
            return None;
        }
        let (original, blanked) = match before.checked_sub(1) {
            Some(last) => (self.tokens[last].0.end, self.tokens[last].1.end),
            None => (0, 0),
        };
        Some(Span {
            start: span.start - original + blanked,
            end: span.end - original + blanked,
        })
    }

    /// Where the tokens stand in the blanked text, in order.
    pub fn tokens(&self) -> impl Iterator<Item = Span> {
        self.tokens.iter().map(|(_, token)| *token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(of_phone: &str) -> Result<Tokens, BadToken> {
        Tokens::new(|kind| if kind == "phone" { of_phone } else { "[x]" }.to_owned())
    }

    fn phone(start: usize, end: usize) -> Masked {
        Masked {
            span: Span { start, end },
            kind: MaskKind::Phone,
        }
    }

    #[test]
    fn spans_move_with_the_text_and_end_where_a_passage_is_gone() {
        let text = "één 12 twee 345 drie";
        let blanked = blank(
            text,
            &[phone(6, 8), phone(14, 17)],
            &tokens("[nr]").unwrap(),
        );
        assert_eq!(blanked.text, "één [nr] twee [nr] drie");
        for word in ["één", "twee", "drie", " ", "ie"] {
            let start = text.find(word).unwrap();
            let end = start + word.len();
            let moved = blanked.moved(Span { start, end }).unwrap();
            assert_eq!(&blanked.text[moved.start..moved.end], word);
        }
        for [start, end] in [[6, 8], [5, 7], [7, 9], [6, 7], [0, 20], [16, 18]] {
            assert_eq!(blanked.moved(Span { start, end }), None, "{start}..{end}");
        }
        let tokens: Vec<_> = blanked
            .tokens()
            .map(|token| &blanked.text[token.start..token.end])
            .collect();
        assert_eq!(tokens, ["[nr]", "[nr]"]);
    }

    #[test]
    fn a_token_that_could_be_taken_for_data_is_refused() {
        assert_eq!(
            tokens("[telefoonnummer]").unwrap().of(MaskKind::Phone),
            "[telefoonnummer]"
        );
        let long = format!("[{}]", "x".repeat(23));
        for bad in ["", "[]", "nummer", "[06]", "[a]b]", "[a", "[@jan]", &long] {
            assert_eq!(tokens(bad).unwrap_err(), BadToken("phone"), "{bad}");
        }
    }
}
