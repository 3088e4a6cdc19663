//! sqwire: a terminal database client for PostgreSQL, MySQL/MariaDB and SQLite.

pub mod catalog;
pub mod complete;
pub mod data;
pub mod driver;
pub mod error;
pub mod format;
pub mod sql;
pub mod visible;
pub mod command {
    //! x
    pub mod spec;
}
