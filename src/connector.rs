//! Per kind of source: what to ask, and what the bytes mean.

pub mod dates;
pub mod links;
