//! The sample shop of `sqwire demo`.

/// Makes the shop in an empty database; takes a few milliseconds.
pub const DEMO: &str = include_str!("demo.sql");
