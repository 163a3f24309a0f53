//! How Dutch words are formed, and how they fall apart in a sentence.
//!
//! Everything here is a pure function of a written word and of the tables beside it. A keyword is
//! expanded once, when its file is loaded; matching only looks the forms up.

pub mod refusal; // Why a word or an expression is not expanded.
pub mod short; // Short ways of writing a word.
pub mod noun; // Plural, diminutive, adjective -e.
pub mod compound; // Two words written together, apart or with a hyphen.
pub mod typo; // One typing error, never onto another word.
pub mod names; // What people are called.
pub mod verb; // Every form of a verb, and the particle that stands apart from it.
