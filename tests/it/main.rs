//! Tests from outside, through the public interface.

mod corpus_feeds;
