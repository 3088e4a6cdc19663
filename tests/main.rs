//! The one test binary: a line for each area.
#![allow(clippy::unwrap_used)]

#[cfg(all(feature = "postgres", feature = "mysql"))]
mod clusters; // pgpool, primary and standby, Galera, Spider
#[cfg(all(feature = "postgres", feature = "mysql", feature = "sqlite"))]
mod alike; // schemas changed at random, and made alike again
mod daemon; // poolers and sshd for tests
mod config; // the configuration file, imports, the log
mod drivers; // one contract for every driver, on private servers
mod errors; // bad input of every kind: one line that says what to do, and the right status
#[cfg(all(feature = "postgres", feature = "mysql", feature = "sqlite"))]
mod explore; // the commands that explore a database, over sample schemas
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod faults; // a network that cuts, or freezes
mod favourites; // statements with a name
mod follow; // the catalog follows what sessions change, and outlives them
mod formats; // what each format writes, beside psql's own output
mod generated; // man page and completions are up to date
mod harness; // runs the program and compares all it prints
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod hostile; // servers that lie, flood, or never answer
#[cfg(all(feature = "postgres", feature = "mysql", feature = "sqlite"))]
mod import; // files and other databases into tables
mod layering; // who may import whom
mod long_scripts; // --checkpoint, --resume, --progress, --throttle
#[cfg(feature = "mysql")]
mod mysql; // the MySQL driver against a private MariaDB
#[cfg(all(feature = "mysql", feature = "postgres"))]
mod dumps; // mariadb-dump and pg_dump restored by us and by the native clients
#[cfg(feature = "mysql")]
mod mysql_prompt; // mysql's commands and mycli's operators at a terminal
#[cfg(all(feature = "mysql", feature = "postgres"))]
mod mysql_random; // options and scripts at random, beside mariadb
#[cfg(feature = "mysql")]
mod mysql_scripts; // scripts through mariadb and through sqwire: the same output
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod lost; // a connection that breaks
#[cfg(feature = "mysql")]
mod mysql_ways; // option files, login paths, TLS beside the mariadb client
#[cfg(feature = "postgres")]
mod postgres; // the PostgreSQL driver against a private server
#[cfg(feature = "postgres")]
mod postgres_connect; // TLS, passwords, several hosts
#[cfg(feature = "postgres")]
mod old_servers; // PostgreSQL 9.6, Redshift and CockroachDB as far as a relay can be them
#[cfg(feature = "postgres")]
mod psql_copy; // COPY with data from scripts, files and programs, beside psql
#[cfg(feature = "postgres")]
mod psql_describe; // every \d command, beside psql
#[cfg(feature = "postgres")]
mod psql_formats; // every format of psql against psql itself
#[cfg(feature = "postgres")]
mod psql_mixed; // scripts that mix everything at random, beside psql
#[cfg(feature = "postgres")]
mod psql_edges; // what scripts do at the edges, beside psql
mod psql_random; // settings and data at random, beside psql
mod psql_scripts; // scripts, beside psql
#[cfg(feature = "postgres")]
mod prompt_errors; // near names, constraints, the place of an error
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod prompt_grid; // a result on a screen of its own
mod prompt_editing; // indentation, layout, comments, abbreviations, pairs, keys
#[cfg(feature = "postgres")]
mod prompt_help; // the pane of a candidate, the arguments of a call
mod prompt_history; // /history, /private, /theme
#[cfg(feature = "postgres")]
mod prompt_news; // what the server says while a line is typed
#[cfg(feature = "postgres")]
mod prompt_safety; // names, messages and plans do not steer the terminal
mod prompt_settings; // /set, the escapes of the prompt, production
mod prompt_state; // what prompt, status line, title and marks tell
#[cfg(feature = "postgres")]
mod prompt_typed; // lines that commands ask for, scripts run from the prompt
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod protection; // what is asked before something is destroyed
mod pty; // a terminal: send keys, wait for what should appear
mod repl; // what only a terminal shows
#[cfg(feature = "sqlite")]
mod screens; // the pictures of the README
mod script; // -c, -f, standard input, output, exit statuses
mod servers; // private PostgreSQL and MariaDB servers
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod soak; // a long session and many short ones
#[cfg(feature = "sqlite")]
mod svg; // a terminal's screen as a picture
#[cfg(feature = "postgres")]
mod terminal_safety; // no format lets a control character through
mod tls_verdicts; // every sslmode against every kind of certificate, beside psql
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod ways; // saved connections, ssh, poolers, and where passwords must never be
