//! The one test binary, a line for each area. It wants every driver: `cargo test --lib` tests the rest.
#![allow(clippy::unwrap_used)]

// How tests run things
mod harness; // runs the program and compares all it prints
mod servers; // private PostgreSQL and MariaDB servers
mod daemon; // poolers and sshd for tests
mod pty; // a terminal: send keys, wait for what should appear
mod svg; // a terminal's screen as a picture

// The repository itself
mod layering; // who may import whom
mod generated; // man page and completions are up to date
mod screens; // the pictures of the README

// Scripts and options, on every database
mod script; // -c, -f, standard input, output, exit statuses
mod errors; // bad input of every kind: one line that says what to do, and the right status
mod config; // the configuration file, imports, the log
mod formats; // what each format writes, beside psql's own output
mod long_scripts; // --checkpoint, --resume, --progress, --throttle
mod import; // files and other databases into tables
mod dumps; // mariadb-dump and pg_dump restored by us and by the native clients
mod recreated; // /ddl and /diff-schema make a schema again, as pg_dump sees it
mod soak; // a long session and many short ones

// The drivers, and ways to a server
mod drivers; // one contract for every driver, on private servers
mod postgres; // the PostgreSQL driver against a private server
mod mysql; // the MySQL driver against a private MariaDB
mod follow; // the catalog follows what sessions change, and outlives them
mod postgres_connect; // TLS, passwords, several hosts
mod option_files; // MySQL's option files at random, beside the mariadb client
mod mysql_ways; // option files, login paths, TLS beside the mariadb client
mod tls_verdicts; // every sslmode against every kind of certificate, beside psql
mod sqlite_files; // what a SQLite database can be, and what is said of it
mod passwords; // the question for a password, keyrings, and what else could keep one
mod ways; // saved connections, ssh, poolers, and where passwords must never be
mod old_servers; // PostgreSQL 9.6, Redshift and CockroachDB as far as a relay can be them
mod clusters; // pgpool, primary and standby, Galera, Spider
mod lost; // a connection that breaks
mod faults; // a network that cuts, or freezes
mod hostile_strings; // every string and length of the protocols, with hostile contents
mod oauth; // tokens from an authorization server
mod hostile; // servers that lie, flood, or never answer

// Beside psql and mariadb, whole outputs
mod psql_scripts; // scripts, beside psql
mod psql_edges; // what scripts do at the edges, beside psql
mod psql_copy; // COPY with data from scripts, files and programs, beside psql
mod psql_formats; // every format of psql against psql itself
mod psql_describe; // every \d command, beside psql
mod psql_mixed; // scripts that mix everything at random, beside psql
mod psql_random; // settings and data at random, beside psql
mod mysql_scripts; // scripts through mariadb and through sqwire: the same output
mod mysql_random; // options and scripts at random, beside mariadb
mod sqlite_scripts; // dot commands of sqlite3, and dumps

// Exploring
mod explore; // the commands that explore a database, over sample schemas
mod alike; // schemas changed at random, and made alike again
mod unasked; // no command that explores reads a table unasked

// The prompt, in a terminal
mod repl; // what only a terminal shows
mod prompt_editing; // indentation, layout, comments, abbreviations, pairs, keys
mod prompt_typed; // lines that commands ask for, scripts run from the prompt
mod prompt_help; // the pane of a candidate, the arguments of a call
mod prompt_colours; // what the text being typed looks like
mod prompt_errors; // near names, constraints, the place of an error
mod prompt_history; // /history, /private, /theme
mod prompt_keys; // keys that hands know from elsewhere
mod prompt_news; // what the server says while a line is typed
mod prompt_settings; // /set, the escapes of the prompt, production
mod prompt_state; // what prompt, status line, title and marks tell
mod prompt_terminals; // terminals of all kinds, and slow ones
mod prompt_grid; // a result on a screen of its own
mod protection; // what is asked before something is destroyed
mod questions; // what the question before a destructive statement says
mod favourites; // statements with a name
mod mysql_prompt; // mysql's commands and mycli's operators at a terminal
mod prompt_safety; // names, messages and plans do not steer the terminal
mod terminal_safety; // no format lets a control character through
