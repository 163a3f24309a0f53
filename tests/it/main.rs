//! The one integration binary. (`cfg(test)` tells clippy that helpers beside the tests are tests.)

#[cfg(test)]
mod store;
