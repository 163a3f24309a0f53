//! HTML to text, folding with an offset map, words and sentences.

pub mod fold;
pub mod html;
pub mod stretch;
pub mod words;
