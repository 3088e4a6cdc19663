//! sqwire: a terminal database client for PostgreSQL, MySQL/MariaDB and SQLite.

pub mod catalog;
pub mod data;
pub mod driver;
pub mod error;
pub mod format;
pub mod highlight;
pub mod sql;
pub mod theme;
pub mod visible;
pub mod command {
    //! x
    pub mod spec;
}
