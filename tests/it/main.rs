//! The one integration binary.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests may unwrap, as tests may"
)]

mod settings;
