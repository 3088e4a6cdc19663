//! Rows on their way into a table: out of a file, or out of another database.
//!
//! `sniff` looks at the beginning of a file, `read` turns its bytes into rows and says where a bad
//! one stands, `infer` finds types for a table that is to be made, `types` carries types from one
//! server to another, and `fit` brings the cells into the form that the other server reads.

mod fields;
pub mod fit;
pub mod infer;
mod json;
pub mod lines;
pub mod read;
pub mod sniff;
pub mod types;

#[cfg(test)]
mod tests;
