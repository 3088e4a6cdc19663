//! t

#[cfg(feature = "postgres")]
mod postgres;
