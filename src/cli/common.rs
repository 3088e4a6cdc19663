//! The options that every way of calling the program has.

use super::my::Shape;
use crate::error::{Error, Result};
use crate::script::Action;
use crate::session::batch::BatchPlan;
use crate::session::{MysqlRules, Passwords};
use crate::settings::Auto;
use clap::{ArgMatches, Args};
use std::path::PathBuf;
use std::time::Duration;

/// Flags of long scripts.
#[derive(Args, Default)]
pub(super) struct LongScript {
    /// Show statements, bytes, rate and the time left of a script on standard error
    #[arg(long)]
    progress: bool,
    /// Write to FILE how far a script is, after each statement
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Go on behind the last statement of the checkpoint
    #[arg(long, requires = "checkpoint")]
    resume: bool,
    /// Wait so many seconds between two statements of a script
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    throttle: Option<Duration>,
}

impl LongScript {
    /// What of it was asked for, if anything was.
    pub(super) fn plan(self) -> Option<BatchPlan> {
        let asked = self.progress || self.checkpoint.is_some() || self.throttle.is_some();
        asked.then(|| BatchPlan {
            progress: self.progress,
            checkpoint: self.checkpoint,
            resume: self.resume,
            pause: self.throttle.unwrap_or_default(),
        })
    }
}

fn seconds(text: &str) -> std::result::Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "write a number of seconds")?;
    Duration::try_from_secs_f64(number).map_err(|_| "write a number of seconds".into())
}

/// Options common to all.
#[derive(Args, Default)]
pub(super) struct Flags {
    /// Run SQL or a backslash command and leave; may repeat
    #[arg(short, long, value_name = "SQL", allow_hyphen_values = true)]
    command: Vec<String>,
    /// Run a script and leave; - is standard input
    #[arg(short, long, value_name = "FILE")]
    file: Vec<String>,
    /// Results to a file, or to a program: '|COMMAND'
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
    /// Write results as FORMAT
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Unaligned output
    #[arg(short = 'A', long)]
    no_align: bool,
    /// Rows only: no header, no footer
    #[arg(short = 't', long)]
    tuples_only: bool,
    /// One line a column instead of one line a row
    #[arg(short = 'x', long)]
    expanded: bool,
    /// CSV output
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// JSON output
    #[arg(long)]
    json: bool,
    /// Change an output setting, as \pset does
    #[arg(short = 'P', long, value_name = "NAME=VALUE")]
    pset: Vec<String>,
    /// No banner, no command tags
    #[arg(short, long)]
    quiet: bool,
    /// Read no configuration
    #[arg(short = 'X', long = "no-config", visible_alias = "no-psqlrc")]
    no_config: bool,
    /// Set a variable
    #[arg(
        short = 'v',
        long = "variable",
        visible_alias = "set",
        value_name = "NAME=VALUE"
    )]
    variable: Vec<String>,
    /// Everything in one transaction
    #[arg(short = '1', long)]
    single_transaction: bool,
    /// What an error does to a script
    #[arg(long, value_name = "WHAT", value_parser = ["stop", "continue"])]
    on_error: Option<String>,
    /// Refuse statements that write
    #[arg(long)]
    read_only: bool,
    /// Give up on a statement after this long: 500ms, 30s, 5m; 0 for never
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,
    /// Give up on connecting after this long
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    connect_timeout: Option<Duration>,
    /// How to use TLS: disable, prefer, require, verify-ca, verify-full
    #[arg(long, value_name = "MODE")]
    ssl_mode: Option<String>,
    /// Go through this machine with ssh
    #[arg(long, value_name = "MACHINE")]
    ssh: Option<String>,
    /// Write every statement with its time and outcome to FILE, without passwords
    #[arg(long, value_name = "FILE")]
    log_file: Option<PathBuf>,
    /// Keep nothing in the history
    #[arg(long)]
    no_history: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_parser = ["auto", "always", "never"])]
    color: Option<String>,
    /// The same as --color never
    #[arg(long)]
    no_color: bool,
    #[command(flatten)]
    long: LongScript,
}

/// What was asked for: validated, but nothing has been done yet.
#[derive(Default)]
pub(super) struct Common {
    pub(super) actions: Vec<Action>,
    pub(super) output: Option<String>,
    pub(super) format: Option<String>,
    pub(super) pset: Vec<String>,
    pub(super) tuples_only: bool,
    pub(super) expanded: bool,
    pub(super) quiet: bool,
    pub(super) no_config: bool,
    pub(super) variables: Vec<(String, Option<String>)>,
    pub(super) single_transaction: bool,
    pub(super) stop_on_error: Option<bool>,
    pub(super) read_only: bool,
    pub(super) timeout: Option<Duration>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) ssl_mode: Option<String>,
    pub(super) ssh: Option<String>,
    pub(super) log_file: Option<PathBuf>,
    pub(super) no_history: bool,
    pub(super) color: Option<Auto>,
    pub(super) passwords: Passwords,
    /// Run after connecting; what they return is not shown.
    pub(super) first: Vec<String>,
    pub(super) delimiter: Option<String>,
    /// Not interactive, even on a terminal.
    pub(super) batch: bool,
    pub(super) mysql: MysqlRules,
    pub(super) shape: Shape,
    pub(super) tee: Option<String>,
    /// Statements and results of psql's `-L`.
    pub(super) query_log: Option<String>,
    pub(super) long: Option<BatchPlan>,
}

impl Flags {
    pub(super) fn read(self, matches: &ArgMatches) -> Result<Common> {
        let actions = self.actions(matches);
        let shorthand = [
            (self.no_align, "unaligned"),
            (self.csv, "csv"),
            (self.json, "json"),
        ];
        let shorthand = shorthand
            .iter()
            .find(|(given, _)| *given)
            .map(|(_, f)| f.to_string());
        let color = match self.color.as_deref() {
            _ if self.no_color => Some(Auto::Off),
            Some("always") => Some(Auto::On),
            Some("never") => Some(Auto::Off),
            Some(_) => Some(Auto::Auto),
            None => None,
        };
        Ok(Common {
            actions,
            output: self.output,
            format: self.format.or(shorthand),
            pset: self.pset,
            tuples_only: self.tuples_only,
            expanded: self.expanded,
            quiet: self.quiet,
            no_config: self.no_config,
            variables: self
                .variable
                .iter()
                .map(|v| variable(v))
                .collect::<Result<_>>()?,
            single_transaction: self.single_transaction,
            stop_on_error: self.on_error.map(|w| w == "stop"),
            read_only: self.read_only,
            // As PostgreSQL's own: 0 is no limit.
            timeout: self.timeout.filter(|limit| !limit.is_zero()),
            connect_timeout: self.connect_timeout,
            ssl_mode: self.ssl_mode,
            ssh: self.ssh,
            log_file: self.log_file,
            no_history: self.no_history,
            color,
            long: self.long.plan(),
            ..Common::default()
        })
    }

    /// `-c` and `-f` in the order given.
    fn actions(&self, matches: &ArgMatches) -> Vec<Action> {
        let at = |name: &str| {
            matches
                .indices_of(name)
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
        };
        let commands = at("command").into_iter().zip(&self.command);
        let files = at("file").into_iter().zip(&self.file);
        let mut all: Vec<(usize, Action)> = commands
            .map(|(i, c)| (i, Action::Command(c.clone())))
            .chain(files.map(|(i, f)| (i, Action::File(f.clone()))))
            .collect();
        all.sort_by_key(|(i, _)| *i);
        all.into_iter().map(|(_, action)| action).collect()
    }
}

/// `NAME=VALUE`, or `NAME` alone.
fn variable(text: &str) -> Result<(String, Option<String>)> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_string())),
        None => (text, None),
    };
    if name.is_empty() {
        return Err(
            Error::usage(format!("invalid variable \"{text}\"")).with_hint("Write NAME=VALUE.")
        );
    }
    Ok((name.to_string(), value))
}

/// `500ms`, `30s`, `5m`, `1h`, or seconds.
fn duration(text: &str) -> std::result::Result<Duration, String> {
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let scale = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("write a number with ms, s, m or h".into()),
    };
    let seconds: f64 = number
        .parse()
        .map_err(|_| "write a number with ms, s, m or h")?;
    Duration::try_from_secs_f64(seconds * scale).map_err(|_| "the time is too long".into())
}

impl Common {
    /// These flags, with those behind the subcommand on top.
    pub(super) fn with(self, inner: Common) -> Common {
        let mut actions = self.actions;
        actions.extend(inner.actions);
        Common {
            actions,
            output: inner.output.or(self.output),
            format: inner.format.or(self.format),
            pset: [self.pset, inner.pset].concat(),
            tuples_only: self.tuples_only | inner.tuples_only,
            expanded: self.expanded | inner.expanded,
            quiet: self.quiet | inner.quiet,
            no_config: self.no_config | inner.no_config,
            variables: [self.variables, inner.variables].concat(),
            single_transaction: self.single_transaction | inner.single_transaction,
            stop_on_error: inner.stop_on_error.or(self.stop_on_error),
            read_only: self.read_only | inner.read_only,
            timeout: inner.timeout.or(self.timeout),
            connect_timeout: inner.connect_timeout.or(self.connect_timeout),
            ssl_mode: inner.ssl_mode.or(self.ssl_mode),
            ssh: inner.ssh.or(self.ssh),
            log_file: inner.log_file.or(self.log_file),
            no_history: self.no_history | inner.no_history,
            color: inner.color.or(self.color),
            passwords: inner.passwords,
            first: inner.first,
            delimiter: inner.delimiter,
            batch: inner.batch,
            mysql: inner.mysql,
            shape: inner.shape,
            tee: inner.tee,
            query_log: inner.query_log,
            long: inner.long.or(self.long),
        }
    }
}
