//! The flags: one clap definition, from which help, man page and shell completions come.

use super::common::{Common, Flags};
use super::flavour::Flavour;
use super::import::Client;
use super::my::{self, My};
use super::overrides::Overrides;
use super::pg::Pg;
use super::target;
use crate::driver::Target;
use crate::driver::target::FOREVER;
use crate::error::{Error, Result};
use crate::settings::Config;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

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
    #[command(flatten)]
    overrides: Overrides,
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
        /// What the script asks: what can stand at the end of the words on standard input
        #[arg(long, hide = true)]
        words: bool,
    },
    /// The manual page
    Man,
}

/// What to connect to, as far as the flags say.
pub(super) enum Chosen {
    /// TARGET, or none, and what counts before it.
    Text(Option<String>, Overrides),
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
    /// What option files say.
    Defaults(Box<Target>),
    Completions {
        shell: clap_complete::Shell,
        words: bool,
    },
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
        .mut_subcommand("pg", taking_anything)
        .mut_subcommand("my", taking_anything)
}

/// As in psql and mysql, what stands behind a flag that takes a value is its value, also where it
/// begins with a hyphen: `-c '-- a comment …'`.
fn taking_anything(command: clap::Command) -> clap::Command {
    command.mut_args(|argument| {
        let may_lack = argument.get_num_args().is_some_and(|n| n.min_values() == 0);
        let takes = argument.get_action().takes_values() && !argument.is_positional();
        match takes && !may_lack {
            true => argument.allow_hyphen_values(true),
            false => argument,
        }
    })
}

/// Reads the command line.
pub(super) fn parse(arguments: Vec<OsString>) -> Result<Parsed> {
    let definition = definition();
    let arguments = my::canonical(arguments, &definition);
    let matches = match definition.try_get_matches_from(arguments) {
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
    let program = program(&text);
    let help = match elsewhere(error).filter(|_| program == "sqwire") {
        Some(client) => format!("sqwire {client} takes it; sqwire --help lists the options."),
        None => format!("{program} --help lists the options."),
    };
    Error::usage(message).with_hint(tip.map_or(help.clone(), |tip| format!("{tip}; {help}")))
}

/// The program or subcommand whose usage clap tells: `Usage: sqwire import [OPTIONS] <CLIENT>`.
fn program(text: &str) -> String {
    let usage = text.lines().find_map(|l| l.trim().strip_prefix("Usage: "));
    let words = usage.unwrap_or("sqwire").split_whitespace();
    let plain = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase());
    let words: Vec<&str> = words.take_while(plain).take(2).collect();
    words.join(" ")
}

/// The subcommand in the place of another client that has the flag.
fn elsewhere(error: &clap::Error) -> Option<&'static str> {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let definition = Cli::command();
    let has = |client: &&str| {
        let command = definition.find_subcommand(client);
        command.is_some_and(|c| {
            c.get_arguments().any(|a| match flag.strip_prefix("--") {
                Some(long) => a.get_long() == Some(long),
                None => flag.strip_prefix('-').and_then(|f| f.chars().next()) == a.get_short(),
            })
        })
    };
    ["pg", "my"].into_iter().find(has)
}

fn job(cli: Cli, matches: &ArgMatches) -> Result<Job> {
    let sub = matches.subcommand().map(|(_, m)| m);
    if let (Some(target), true) = (&cli.target, cli.command.is_some()) {
        return Err(Error::usage(format!(
            "unexpected argument \"{target}\" before a subcommand"
        )));
    }
    if !cli.overrides.is_empty() && cli.command.is_some() {
        let message = "--host, --port, --user and --dbname stand behind a subcommand";
        return Err(Error::usage(message).with_hint("sqwire pg and sqwire my have their own."));
    }
    let outer = cli.common.read(matches)?;
    let sub = sub.unwrap_or(matches);
    let session = |common: Common, chosen, dialect| Job::Session {
        common: Box::new(outer.with(common)),
        chosen,
        dialect,
    };
    Ok(match cli.command {
        None => session(
            Common::default(),
            Chosen::Text(cli.target, cli.overrides),
            Flavour::Sqwire,
        ),
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
            let shown = my.print_defaults;
            let (common, target) = my.read(sub)?;
            if shown {
                return Ok(Job::Defaults(Box::new(target)));
            }
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
        Some(Sub::Completions { shell, words }) => Job::Completions { shell, words },
        Some(Sub::Man) => Job::Man,
    })
}

impl Chosen {
    /// The target, and a word to a user who named none.
    pub(super) fn resolve(
        self,
        common: &Common,
        config: &Config,
    ) -> Result<(Target, Option<&'static str>)> {
        let (mut target, hint) = match self {
            Chosen::Text(text, overrides) => {
                let choice = target::choose(text.as_deref(), config, !overrides.is_empty())?;
                let mut target = choice.target;
                overrides.apply(&mut target)?;
                (target, choice.hint)
            }
            Chosen::Ready(target) => (*target, None),
            Chosen::Base(text, flags) => {
                // As in psql what stands in the connection string counts before the flags.
                let mut target = Target::parse(&text)?;
                // As psql has one of its own, which counts before that of the string.
                let others = |(name, _): &(String, String)| name != "fallback_application_name";
                target.parameters.retain(others);
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
