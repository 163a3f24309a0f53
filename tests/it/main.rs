//! The one integration binary.
#![expect(
    clippy::unwrap_used,
    reason = "all of this is test code; the lint's exemption knows only functions marked as tests"
)]

mod fetch;
mod web;
