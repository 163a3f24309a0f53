//! Why a word or an expression is not expanded; the Dutch sentence with the advice is made elsewhere.

use serde::Serialize;

/// A reason to refuse an expansion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// `~word` on a short word: too many real words lie at one typing error from it. Advice: leave
    /// the `~` out and write the misspellings that occur as lines of their own.
    #[error("`~{word}` has {letters} letters; one typing error needs at least {least}")]
    TooShortForTypo {
        /// The word as written.
        word: String,
        /// Its letters.
        letters: usize,
        /// Fewest letters allowed.
        least: usize,
    },
    /// What stands here is not one word of letters. Advice: one word, without spaces or signs.
    #[error("`{word}` is not one word")]
    NotAWord {
        /// The text as written.
        word: String,
    },
    /// The expression would become more forms than allowed. Advice: fewer alternatives in one line,
    /// or two lines.
    #[error("more than {most} forms")]
    TooManyForms {
        /// Most forms allowed.
        most: usize,
    },
}
