//! Lines that do nothing, or more than was meant.

use crate::mistake::Note;
use crate::theme::Theme;

/// What is allowed in the lists and yet worth a look.
pub fn doubts(themes: &[Theme]) -> Vec<Note> {
    let _ = themes;
    Vec::new()
}
