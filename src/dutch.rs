//! The forms a Dutch word may take, as pure functions with tables: same word, same forms.
//! A keyword is expanded once, when its file is loaded; matching only looks the forms up.

pub mod refusal; // Why a word or an expression is not expanded.
pub mod spelling; // Folding, and the spelling noise of short messages.
pub mod noun; // Plural, diminutive, adjective -e.
pub mod compound; // Two words written together, apart or with a hyphen.
pub mod typo; // One typing error, never onto another word.
