//! The one integration binary: flows and edges through the public API.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stop the test that cannot go on"
)]

mod corpus_feeds;
mod fetch;
mod fuzzing;
mod mail;
mod settings;
mod store;
mod trying;
mod web; // A local web server whose answers a test writes.
