//! Per kind of source: what to ask, and what the bytes mean.

pub mod dates;
pub mod encoding;
pub mod links;
pub mod markup;
pub mod sniff;
