//! How Dutch words are formed, and how they fall apart in a sentence.
//!
//! Everything here is a pure function of a written word and of the tables beside it.

pub mod verb; // Every form of a verb, and the particle that stands apart from it.
