//! The one test binary: a line for each area.
#![allow(clippy::unwrap_used)]

mod errors; // bad input of every kind: one line that says what to do, and the right status
mod formats; // what each format writes
mod generated; // man page and completions are up to date
mod harness; // runs the program and compares all it prints
mod layering; // who may import whom
mod pty; // a terminal: send keys, wait for what should appear
mod repl; // what only a terminal shows
mod mysql; // the MySQL driver against a private MariaDB
mod script; // -c, -f, standard input, output, exit statuses
