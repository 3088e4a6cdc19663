//! `sqwire pg`: psql's flags.

use super::args::Chosen;
use super::common::{Common, Flags};
use crate::driver::Target;
use crate::driver::target::{Host, is_url};
use crate::error::{Error, Kind, Result};
use crate::output::tell;
use crate::script::Action;
use crate::session::Passwords;
use crate::visible::visible_line;
use clap::{ArgAction, ArgMatches, Args};

#[derive(Args)]
pub(super) struct Pg {
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
    /// Write statements and their results to FILE too
    #[arg(short = 'L', long, value_name = "FILE")]
    query_log: Option<String>,
    /// Ask before each statement of a script
    #[arg(short = 's', long)]
    single_step: bool,
    /// The end of a line ends a statement
    #[arg(short = 'S', long)]
    single_line: bool,
    /// Accepted for scripts: there is no readline to turn off
    #[arg(short = 'n', long)]
    no_readline: bool,
    /// Database
    #[arg(value_name = "DATABASE")]
    dbname_argument: Option<String>,
    /// User name
    #[arg(value_name = "USER")]
    user_argument: Option<String>,
    #[arg(hide = true)]
    more_arguments: Vec<String>,
    /// Show this help
    #[arg(short = '?', long, action = ArgAction::Help)]
    help: Option<bool>,
}

fn passwords(first: bool, never: bool) -> Passwords {
    match (first, never) {
        (_, true) => Passwords::Never,
        (true, _) => Passwords::First,
        _ => Passwords::Ask,
    }
}

/// Each host with its port; one port is the port of all.
pub(super) fn hosts(names: &str, ports: &str) -> Result<Vec<Host>> {
    let refused = |message: String| Error::new(Kind::Connect, message);
    let number = |text: &str| match text.trim() {
        "" => Ok(None),
        digits => match digits.parse::<i64>() {
            Ok(number) => match u16::try_from(number) {
                Ok(port) if port > 0 => Ok(Some(port)),
                _ => Err(refused(format!("invalid port number: \"{text}\""))),
            },
            Err(_) => Err(refused(format!(
                "invalid integer value \"{text}\" for connection option \"port\""
            ))),
        },
    };
    let ports = ports.split(',').map(number).collect::<Result<Vec<_>>>()?;
    let names: Vec<&str> = names.split(',').collect();
    if ports.len() != 1 && ports.len() != names.len() {
        return Err(refused(format!(
            "could not match {} port numbers to {} hosts",
            ports.len(),
            names.len()
        )));
    }
    let host = |(at, name): (usize, &&str)| Host {
        name: (*name).to_string(),
        port: ports[if ports.len() == 1 { 0 } else { at }],
    };
    Ok(names.iter().enumerate().map(host).collect())
}

impl Pg {
    pub(super) fn read(self, matches: &ArgMatches) -> Result<(Common, Chosen)> {
        let variables = self.variables();
        let pset = self.pset();
        let mut common = self.flags.read(matches)?;
        common.passwords = passwords(self.password, self.no_password);
        common.variables.extend(variables);
        common.pset.extend(pset);
        common.query_log = self.query_log;
        if self.html {
            common.format = common.format.or(Some("html".into()));
        }
        if common.quiet {
            common.variables.push(("QUIET".into(), Some("on".into())));
        }
        if self.list {
            common.actions.push(Action::Command("\\l".into()));
        }
        // Where the database has an option of its own, the first word is the user.
        let mut words = [self.dbname_argument, self.user_argument]
            .into_iter()
            .flatten()
            .chain(self.more_arguments);
        let database = self.dbname.or_else(|| words.next());
        let user = self.username.or_else(|| words.next());
        for extra in words {
            tell(&format!(
                "psql: warning: extra command-line argument \"{}\" ignored\n",
                visible_line(&extra)
            ));
        }
        let mut target = Target::new("postgres");
        target.user = user;
        if self.host.is_some() || self.port.is_some() {
            target.hosts = hosts(
                &self.host.unwrap_or_default(),
                &self.port.unwrap_or_default(),
            )?;
        }
        Ok((common, chosen(database, target)))
    }

    /// The variables that switches set.
    fn variables(&self) -> Vec<(String, Option<String>)> {
        let echo = [
            (self.echo_all, "all"),
            (self.echo_queries, "queries"),
            (self.echo_errors, "errors"),
        ];
        let echo = echo.iter().find(|(given, _)| *given);
        let switches = [
            (self.echo_hidden, "ECHO_HIDDEN"),
            (self.single_step, "SINGLESTEP"),
            (self.single_line, "SINGLELINE"),
        ];
        let on = switches.iter().filter(|(given, _)| *given);
        on.map(|(_, name)| (*name, "on"))
            .chain(echo.map(|(_, what)| ("ECHO", *what)))
            .map(|(name, value)| (name.to_string(), Some(value.to_string())))
            .collect()
    }

    /// What flags have `\pset` set.
    fn pset(&self) -> Vec<String> {
        let texts = [
            (&self.field_separator, "fieldsep"),
            (&self.record_separator, "recordsep"),
            (&self.table_attr, "tableattr"),
        ];
        let texts = texts
            .iter()
            .filter_map(|(text, name)| Some(format!("{name}={}", text.as_ref()?)));
        let zeros = [
            (self.field_separator_zero, "fieldsep_zero"),
            (self.record_separator_zero, "recordsep_zero"),
        ];
        let zeros = zeros.iter().filter(|(given, _)| *given);
        texts
            .chain(zeros.map(|(_, name)| format!("{name}=on")))
            .collect()
    }
}

/// An empty name of a database is none, as with psql; one can be a URL or a connection string.
fn chosen(database: Option<String>, mut target: Target) -> Chosen {
    match database.filter(|name| !name.is_empty()) {
        Some(text) if is_url(&text) || text.contains('=') => Chosen::Base(text, Box::new(target)),
        database => {
            target.database = database;
            Chosen::Ready(Box::new(target))
        }
    }
}
