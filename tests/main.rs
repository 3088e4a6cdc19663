//! t

mod formats;
