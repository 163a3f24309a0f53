//! HTML to plain text.
