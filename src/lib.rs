//! sqwire: a terminal database client for PostgreSQL, MySQL/MariaDB and SQLite.
//!
//! This is the map. Read the modules in the order in which they are declared below: values first,
//! then the text of the user, then what happens to it.
//!
//! # Layers
//!
//! Imports point down; `tests/layering.rs` holds the same table and fails on any other import.
//!
//! ```text
//!  6   cli  main                        the only place that knows flags
//!  5   repl   script                    the only place that knows reedline: repl/
//!  4   run → command                    what the user asked for
//!  3   session → refresh, output        one connection and its surroundings
//!  2   driver   history → files         async, sockets, the disk; each client crate named in one folder
//! ─── everything below this line is pure: no files, sockets, clock, environment, printing, async ───
//!  1   complete   edit   highlight   format → grid   load   plan   draw   diff   settings   driver::target
//!  0   catalog → sql, nearest   data   calendar   theme   error → visible   command::spec
//! ```
//!
//! # Invariants
//!
//! 1. Below the line nothing does IO, waits, reads a clock or prints; the same input gives the same
//!    output.
//! 2. `lex`, `split`, `scope`, `complete` and `highlight` take any text and return values, never
//!    `Result`, never a panic.
//! 3. There is one lexer and one splitter. Nobody else looks for quotes or semicolons.
//! 4. A [`catalog::Catalog`] never changes; a refresh publishes a new one. No prompt and no query
//!    waits for a refresh.
//! 5. Rows stream: nobody collects a result. The table writer looks at a bounded first part for its
//!    widths.
//! 6. The server says what a statement returned. [`sql::Effect`], read from the leading keywords,
//!    only ever warns or asks for a refresh.
//! 7. stdout carries rows and what was asked for; everything else goes to stderr.
//! 8. No global mutable state. What a function needs is among its parameters.
//! 9. Each thing that a user can name stands in exactly one table: commands in
//!    [`command::commands`], the prompt's keys in [`edit::keys::ACTIONS`], formats in [`format::FORMATS`], settings in [`settings::SETTINGS`],
//!    drivers in [`driver::DRIVERS`], flags in `cli::args`.
//! 10. An error that reaches the user went through [`error::report`]; only `cli` and `script` choose
//!     an exit status.
//! 11. Text from a server reaches a terminal only through [`mod@visible`].
//! 12. What sqwire keeps or replaces on the disk goes through [`files`]: for the user alone, and whole
//!     or not at all.
//!
//! # A query, from key press to printed rows
//!
//! 1. reedline hands a key to the buffer; `repl::buffer` lexes its text once, and highlighter,
//!    validator and completer share the tokens.
//! 2. Enter: the validator asks [`sql::split()`] whether anything is open, and accepts the text or
//!    begins a new line.
//! 3. [`run::run_text`] cuts the text into statements and commands, in order, fills in variables
//!    ([`sql::vars`]) and hands each statement to `Session::execute`.
//! 4. `Connection::run` streams [`driver::Event`]s; the session's printer chooses the writer of the
//!    format ([`format::RowWriter`]) and [`output::Output`] decides between screen, pager, file.
//! 5. Ctrl-C, a time limit, or a reader that went away cancel the statement at the server, and the
//!    stream is read to its end.
//! 6. The server's error becomes an [`error::Error`] and goes through [`error::report`].
//! 7. A statement that changed the schema asks for a refresh, at once or when its transaction ends.
//!
//! # A refresh, from server to menu
//!
//! 1. At the start `refresh` publishes what it kept on the disk of this database, if anything.
//! 2. It merges the requests that wait and reads over a connection of its own what the statements
//!    changed ([`catalog::Change`]): single relations by name, or everything, in the stages of
//!    [`driver::Stage`], a fixed handful of set queries, never one a table.
//! 3. Each stage is published through an atomic pointer; readers keep what they have until they next
//!    look. Where no second connection can see the data (`:memory:`) the session reads it between
//!    two statements.
//! 4. What only the session's own connection sees (tables of an open transaction, temporary ones)
//!    it reads itself and lays over the rest ([`refresh::Board`]), behind a savepoint.
//! 5. A failure leaves the old catalog; `\refresh` shows the error.
//!
//! # Threads
//!
//! The main thread has reedline and the session, whose runtime runs while a statement does. One
//! thread refreshes the catalog, one counts the names that were used, one keeps the history; a SQLite
//! connection has one of its own, because its library blocks.

pub mod error;
pub mod visible;
pub mod nearest;
pub mod data;
pub mod calendar;
pub mod theme;
pub mod sql;
pub mod catalog;
pub mod complete;
pub mod edit;
pub mod highlight;
pub mod format;
pub mod load;
pub mod plan;
pub mod draw;
pub mod diff;
pub mod grid;
pub mod settings;

pub mod driver;
pub mod files;
pub mod output;
pub mod history;
pub mod refresh;
pub mod session;
pub mod command;
pub mod run;
pub mod script;
pub mod repl;
pub mod cli;
