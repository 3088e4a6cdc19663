//! The flags: one clap definition, from which help, man page and shell completions come.

use super::import::Client;
use super::my::{self, My, Shape};
use super::{Flavour, target};
use crate::driver::Target;
use crate::driver::target::{FOREVER, Host, is_url};
use crate::error::{Error, Result};
use crate::script::Action;
use crate::session::batch::BatchPlan;
use crate::session::{MysqlRules, Passwords};
use crate::settings::{Auto, Config};
use clap::{ArgAction, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Parser)]
#[command(
    name = "sqwire",
    version,
    about = "A terminal client for PostgreSQL, MySQL/MariaDB and SQLite",
    after_help = "TARGET: postgres://USER@HOST/DB, mysql://USER@HOST/DB, sqlite:PATH, a SQLite file, \
                  @NAME for a saved connection, or a PostgreSQL database's name."
)]
struct Cli {
    #[command(flatten)]
    common: Flags,
    /// What to connect to
    target: Option<String>,
    #[command(subcommand)]
    command: Option<Sub>,
}

#[derive(Subcommand)]
enum Sub {
    /// PostgreSQL with psql's connection flags
    #[command(
        disable_help_flag = true,
        version,
        infer_long_args = true,
        args_override_self = true
    )]
    Pg(Box<Pg>),
    /// MySQL or MariaDB with mysql's connection flags
    #[command(
        disable_help_flag = true,
        version,
        infer_long_args = true,
        args_override_self = true
    )]
    My(Box<My>),
    /// A sample shop in an in-memory SQLite database
    Demo(Box<Flags>),
    /// The completer as JSON lines on standard input and output
    Complete {
        /// The catalog, as `sqwire catalog` prints it
        #[arg(long, value_name = "FILE")]
        catalog: String,
        /// Read the text as this dialect's
        #[arg(long, value_name = "DIALECT", value_parser = ["postgres", "mysql", "sqlite"])]
        dialect: Option<String>,
    },
    /// The saved connections
    List {
        /// Only their names
        #[arg(long)]
        names: bool,
    },
    /// A configuration file with every key, commented out
    Config {
        /// Write it to its place, where there is none
        #[arg(long)]
        write: bool,
    },
    /// Take over connections, favourites, settings and history of another client
    Import {
        /// Whose
        #[arg(value_enum)]
        client: Client,
        /// Its configuration file, where it is not at the usual place
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// Say what would be taken over, and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Allow what a project's .sqwire.toml asks for, as it is now
    Trust {
        /// The file; that of this folder when left out
        file: Option<String>,
    },
    /// The database's metadata as JSON
    Catalog {
        /// What to connect to
        target: Option<String>,
    },
    /// A shell's completion script
    Completions {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// The manual page
    Man,
}

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
struct Flags {
    /// Run SQL or a backslash command and leave; may repeat
    #[arg(short, long, value_name = "SQL")]
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
    #[arg(long)]
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

#[derive(Args)]
struct Pg {
    #[command(flatten)]
    flags: Flags,
    /// Server's name, or the folder of its socket
    #[arg(short = 'h', long, value_name = "HOST")]
    host: Option<String>,
    /// Server's port
    #[arg(short, long, value_name = "PORT")]
    port: Option<String>,
    /// User name
    #[arg(short = 'U', long, value_name = "USER")]
    username: Option<String>,
    /// Database, connection string or URL
    #[arg(short = 'd', long, value_name = "DATABASE")]
    dbname: Option<String>,
    /// Ask for the password before connecting
    #[arg(short = 'W', long)]
    password: bool,
    /// Never ask for a password
    #[arg(short = 'w', long)]
    no_password: bool,
    /// Show the queries behind \d commands
    #[arg(short = 'E', long)]
    echo_hidden: bool,
    /// Between the values of unaligned output
    #[arg(short = 'F', long, value_name = "TEXT")]
    field_separator: Option<String>,
    /// Between the rows of unaligned output
    #[arg(short = 'R', long, value_name = "TEXT")]
    record_separator: Option<String>,
    /// NUL between the values of unaligned output
    #[arg(short = 'z', long)]
    field_separator_zero: bool,
    /// NUL between the rows of unaligned output
    #[arg(short = '0', long)]
    record_separator_zero: bool,
    /// HTML output
    #[arg(short = 'H', long)]
    html: bool,
    /// Attributes of HTML tables
    #[arg(short = 'T', long, value_name = "TEXT")]
    table_attr: Option<String>,
    /// List the databases and leave
    #[arg(short, long)]
    list: bool,
    /// Show every line of a script as it is read
    #[arg(short = 'a', long)]
    echo_all: bool,
    /// Show statements that failed
    #[arg(short = 'b', long)]
    echo_errors: bool,
    /// Show statements as they are sent
    #[arg(short = 'e', long)]
    echo_queries: bool,
    /// Accepted for scripts: there is no readline to turn off
    #[arg(short = 'n', long)]
    no_readline: bool,
    /// Database
    dbname_argument: Option<String>,
    /// User name
    user_argument: Option<String>,
    /// Show this help
    #[arg(short = '?', long, action = ArgAction::Help)]
    help: Option<bool>,
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
    pub(super) long: Option<BatchPlan>,
}

/// What to connect to, as far as the flags say.
pub(super) enum Chosen {
    /// TARGET, or none.
    Text(Option<String>),
    Ready(Box<Target>),
    /// `sqwire pg -d` with a URL or connection string, on top of which the flags count.
    Base(String, Box<Target>),
}

pub(super) enum Job {
    Session {
        common: Box<Common>,
        chosen: Chosen,
        dialect: Flavour,
    },
    Complete {
        catalog: String,
        dialect: Option<String>,
    },
    List {
        names: bool,
    },
    Config {
        write: bool,
    },
    Import {
        client: Client,
        from: Option<PathBuf>,
        dry_run: bool,
    },
    Trust {
        file: Option<String>,
    },
    Catalog {
        target: Option<String>,
    },
    Completions(clap_complete::Shell),
    Man,
}

pub(super) enum Parsed {
    /// `--help`, `--version`
    Shown(String),
    Job(Box<Job>),
}

/// The definition, for man page and shell completions.
pub(super) fn definition() -> clap::Command {
    Cli::command()
}

/// Reads the command line.
pub(super) fn parse(arguments: Vec<OsString>) -> Result<Parsed> {
    let matches = match Cli::command().try_get_matches_from(my::canonical(arguments)) {
        Ok(matches) => matches,
        Err(e) if !e.use_stderr() => return Ok(Parsed::Shown(e.to_string())),
        Err(e) => return Err(usage(&e)),
    };
    let cli = Cli::from_arg_matches(&matches).map_err(|e| usage(&e))?;
    job(cli, &matches).map(|job| Parsed::Job(Box::new(job)))
}

/// clap's error on one line, with its tip as the hint.
fn usage(error: &clap::Error) -> Error {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let first = lines.next().unwrap_or_default();
    let message = first
        .strip_prefix("error: ")
        .unwrap_or(first)
        .trim_end_matches(':');
    let missing: Vec<&str> = text
        .lines()
        .skip(1)
        .take_while(|l| l.starts_with("  "))
        .collect();
    let message = match missing.is_empty() || text.contains("tip:") {
        true => message.to_string(),
        false => format!("{message} {}", missing.join(" ").trim()),
    };
    let tips = text.lines().filter_map(|l| l.trim().strip_prefix("tip: "));
    // That an unknown flag could be a value after `--` helps nobody here.
    let tip = tips.into_iter().find(|tip| !tip.starts_with("to pass"));
    let help = "sqwire --help lists the options.";
    Error::usage(message).with_hint(tip.map_or(help.to_string(), |tip| format!("{tip}; {help}")))
}

fn job(cli: Cli, matches: &ArgMatches) -> Result<Job> {
    let sub = matches.subcommand().map(|(_, m)| m);
    if let (Some(target), true) = (&cli.target, cli.command.is_some()) {
        return Err(Error::usage(format!(
            "unexpected argument \"{target}\" before a subcommand"
        )));
    }
    let outer = cli.common.read(matches)?;
    let sub = sub.unwrap_or(matches);
    let session = |common: Common, chosen, dialect| Job::Session {
        common: Box::new(outer.with(common)),
        chosen,
        dialect,
    };
    Ok(match cli.command {
        None => session(Common::default(), Chosen::Text(cli.target), Flavour::Sqwire),
        Some(Sub::Demo(flags)) => session(
            flags.read(sub)?,
            Chosen::Ready(Box::new(target::demo())),
            Flavour::Sqwire,
        ),
        Some(Sub::Pg(pg)) => {
            let (common, chosen) = pg.read(sub)?;
            session(common, chosen, Flavour::Psql)
        }
        Some(Sub::My(my)) => {
            let (common, target) = my.read(sub)?;
            session(common, Chosen::Ready(Box::new(target)), Flavour::Mysql)
        }
        Some(Sub::Complete { catalog, dialect }) => Job::Complete { catalog, dialect },
        Some(Sub::List { names }) => Job::List { names },
        Some(Sub::Config { write }) => Job::Config { write },
        Some(Sub::Import {
            client,
            from,
            dry_run,
        }) => Job::Import {
            client,
            from,
            dry_run,
        },
        Some(Sub::Trust { file }) => Job::Trust { file },
        Some(Sub::Catalog { target }) => Job::Catalog { target },
        Some(Sub::Completions { shell }) => Job::Completions(shell),
        Some(Sub::Man) => Job::Man,
    })
}

impl Flags {
    fn read(self, matches: &ArgMatches) -> Result<Common> {
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
    fn with(self, inner: Common) -> Common {
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
            long: inner.long.or(self.long),
        }
    }
}

fn passwords(first: bool, never: bool) -> Passwords {
    match (first, never) {
        (_, true) => Passwords::Never,
        (true, _) => Passwords::First,
        _ => Passwords::Ask,
    }
}

pub(super) fn port(text: &str) -> Result<u16> {
    text.parse().ok().filter(|p| *p > 0).ok_or_else(|| {
        Error::usage(format!("invalid port number: \"{text}\""))
            .with_hint("A port is a number from 1 to 65535.")
    })
}

impl Pg {
    fn read(self, matches: &ArgMatches) -> Result<(Common, Chosen)> {
        let mut common = self.flags.read(matches)?;
        common.passwords = passwords(self.password, self.no_password);
        if self.echo_hidden {
            common
                .variables
                .push(("ECHO_HIDDEN".into(), Some("on".into())));
        }
        common
            .pset
            .extend(self.field_separator.map(|t| format!("fieldsep={t}")));
        common
            .pset
            .extend(self.record_separator.map(|t| format!("recordsep={t}")));
        common
            .pset
            .extend(self.table_attr.map(|t| format!("tableattr={t}")));
        if self.html {
            common.format = common.format.or(Some("html".into()));
        }
        let zeros = [
            (self.field_separator_zero, "fieldsep_zero"),
            (self.record_separator_zero, "recordsep_zero"),
        ];
        let zeros = zeros.iter().filter(|(given, _)| *given);
        common
            .pset
            .extend(zeros.map(|(_, name)| format!("{name}=on")));
        let echo = [
            (self.echo_all, "all"),
            (self.echo_queries, "queries"),
            (self.echo_errors, "errors"),
        ];
        let echo = echo.iter().find(|(given, _)| *given);
        common
            .variables
            .extend(echo.map(|(_, what)| ("ECHO".to_string(), Some((*what).to_string()))));
        if common.quiet {
            common.variables.push(("QUIET".into(), Some("on".into())));
        }
        if self.list {
            common.actions.push(Action::Command("\\l".into()));
        }
        // An empty name is none, as with psql.
        let database = self.dbname.or(self.dbname_argument);
        let database = database.filter(|name| !name.is_empty());
        let mut target = Target::new("postgres");
        target.user = self.username.or(self.user_argument);
        let number = self.port.as_deref().map(port).transpose()?;
        if self.host.is_some() || number.is_some() {
            let names = self.host.unwrap_or_default();
            let host = |name: &str| Host {
                name: name.to_string(),
                port: number,
            };
            target.hosts = names.split(',').map(host).collect();
        }
        Ok(match database {
            Some(text) if is_url(&text) || text.contains('=') => {
                (common, Chosen::Base(text, Box::new(target)))
            }
            database => {
                target.database = database;
                (common, Chosen::Ready(Box::new(target)))
            }
        })
    }
}

impl Chosen {
    /// The target, and a word to a user who named none.
    pub(super) fn resolve(
        self,
        common: &Common,
        config: &Config,
    ) -> Result<(Target, Option<&'static str>)> {
        let (mut target, hint) = match self {
            Chosen::Text(text) => {
                let choice = target::choose(text.as_deref(), config)?;
                (choice.target, choice.hint)
            }
            Chosen::Ready(target) => (*target, None),
            Chosen::Base(text, flags) => {
                // As in psql what stands in the connection string counts before the flags.
                let mut target = Target::parse(&text)?;
                target.user = target.user.or(flags.user);
                let names = target.hosts.iter().any(|h| !h.name.is_empty());
                if !names && !flags.hosts.is_empty() {
                    let port = target.hosts.first().and_then(|h| h.port);
                    target.hosts = flags.hosts;
                    let ports = target.hosts.iter_mut().map(|h| &mut h.port);
                    ports.for_each(|p| *p = port.or(*p));
                } else if let Some(port) = flags.hosts.first().and_then(|h| h.port) {
                    for host in &mut target.hosts {
                        host.port.get_or_insert(port);
                    }
                }
                (target, None)
            }
        };
        super::hide::give(&mut target);
        target.read_only |= common.read_only;
        target.ssh = common.ssh.clone().or(target.ssh);
        // As with connect_timeout, nothing is for ever.
        let patience = common.connect_timeout;
        let patience = patience.map(|t| if t.is_zero() { FOREVER } else { t });
        target.connect_timeout = patience.or(target.connect_timeout);
        if let (Some(mode), true) = (&common.ssl_mode, target.driver != "sqlite") {
            target.parameters.push(("sslmode".into(), mode.clone()));
        }
        Ok((target, hint))
    }
}
