//! The sample shop of `sqwire demo`.

/// Makes the shop in an empty database.
pub const DEMO: &str = include_str!("demo.sql");
