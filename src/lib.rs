//! sqwire: a terminal database client for PostgreSQL, MySQL/MariaDB and SQLite.

pub mod catalog;
pub mod cli;
pub mod command;
pub mod complete;
pub mod data;
pub mod driver;
pub mod error;
pub mod format;
pub mod highlight;
pub mod nearest;
pub mod output;
pub mod refresh;
pub mod repl;
pub mod run;
pub mod script;
pub mod session;
pub mod settings;
pub mod sql;
pub mod theme;
pub mod visible;
