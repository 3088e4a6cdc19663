//! Sqlite.
