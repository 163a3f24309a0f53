//! The one integration binary: flows and edges through the public API.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stop the test that cannot go on"
)]

mod mail;
