//! The one integration binary.

mod settings;
