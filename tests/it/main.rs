//! The one integration binary: flows and edges through the public API.

mod mail;
