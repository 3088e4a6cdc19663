//! The flags of `sqwire my`: mysql's.

mod spelling;
#[cfg(test)]
mod tests;

pub(super) use spelling::canonical;

use super::common::{Common, LongScript};
use super::way::Way;
use crate::command::prompt_of_mysql;
use crate::driver::Target;
use crate::driver::target::{Host, Secret, patience};
use crate::error::{Error, Result};
use crate::output::screen;
use crate::script::Action;
use crate::session::{MysqlRules, Passwords};
use clap::{ArgAction, ArgMatches, Args};
use std::io::IsTerminal;

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of mysql's")]
pub(super) struct My {
    /// Server's name
    #[arg(short = 'h', long, value_name = "HOST")]
    host: Option<String>,
    /// Server's port
    #[arg(short = 'P', long, value_name = "PORT")]
    port: Option<String>,
    /// User name
    #[arg(short, long, value_name = "USER")]
    user: Option<String>,
    /// Password; without a value it is asked for
    #[arg(short, long, value_name = "PASSWORD", num_args = 0..=1, require_equals = true)]
    #[allow(clippy::option_option)]
    password: Option<Option<String>>,
    /// Database
    #[arg(short = 'D', long, value_name = "DATABASE")]
    database: Option<String>,
    /// Run SQL and leave
    #[arg(short, long, value_name = "SQL")]
    execute: Vec<String>,
    /// Not interactive: tab-separated output
    #[arg(short = 'B', long)]
    batch: bool,
    /// No header
    #[arg(short = 'N', long, overrides_with = "column_names")]
    skip_column_names: bool,
    /// A header; the default
    #[arg(long, hide = true)]
    column_names: bool,
    /// Tables also in a pipe
    #[arg(short = 't', long)]
    table: bool,
    /// One line a column
    #[arg(short = 'E', long)]
    vertical: bool,
    /// HTML output
    #[arg(short = 'H', long)]
    html: bool,
    /// XML output
    #[arg(short = 'X', long)]
    xml: bool,
    /// Tab-separated output without escapes
    #[arg(short = 'r', long)]
    raw: bool,
    /// Less output; twice for no header
    #[arg(short = 's', long, action = ArgAction::Count)]
    silent: u8,
    /// Show statements; twice what they did; three times how long it took
    #[arg(short = 'v', long, action = ArgAction::Count)]
    verbose: u8,
    /// Go on after an error
    #[arg(short = 'f', long)]
    force: bool,
    /// Rows are always streamed; an empty result shows its header
    #[arg(short = 'q', long)]
    quick: bool,
    /// Show warnings after each statement
    #[arg(long)]
    show_warnings: bool,
    /// Errors do not tell their line
    #[arg(short = 'L', long)]
    skip_line_numbers: bool,
    /// Errors do not show the statement
    #[arg(long)]
    skip_print_query_on_error: bool,
    /// An error ends the script that source runs
    #[arg(long)]
    abort_source_on_error: bool,
    /// Tables say first what the server knows of their columns
    #[arg(long)]
    column_type_info: bool,
    /// Pass over what follows the USE of another database
    #[arg(short = 'o', long)]
    one_database: bool,
    /// Send comments to the server
    #[arg(short = 'c', long)]
    comments: bool,
    /// Leave line ends inside of values as they are
    #[arg(long)]
    binary_mode: bool,
    /// Binary values as hexadecimal digits; always so at the prompt
    #[arg(long)]
    binary_as_hex: bool,
    /// Only changes that use a key, only so many rows
    #[arg(short = 'U', long, visible_alias = "i-am-a-dummy")]
    safe_updates: bool,
    /// Rows of a SELECT with --safe-updates
    #[arg(long, value_name = "ROWS", default_value_t = 1000)]
    select_limit: u64,
    /// Rows that a join may look at with --safe-updates
    #[arg(long, value_name = "ROWS", default_value_t = 1_000_000)]
    max_join_size: u64,
    /// Refuse commands that reach files and programs
    #[arg(long)]
    sandbox: bool,
    /// SQL to run after connecting
    #[arg(long, value_name = "SQL")]
    init_command: Option<String>,
    /// What ends a statement
    #[arg(long, value_name = "TEXT")]
    delimiter: Option<String>,
    /// The prompt, with mysql's escapes and those of /set prompt
    #[arg(long, value_name = "TEXT")]
    prompt: Option<String>,
    /// What is shown at the prompt goes to a file too
    #[arg(long, value_name = "FILE")]
    tee: Option<String>,
    /// Show results one line a column where they are too wide
    #[arg(long)]
    auto_vertical_output: bool,
    /// The character set of the connection
    #[arg(long, value_name = "NAME")]
    default_character_set: Option<String>,
    #[command(flatten)]
    way: Way,
    /// Show what the option files say and leave
    #[arg(long)]
    pub(super) print_defaults: bool,
    /// Seconds until connecting is given up
    #[arg(long, value_name = "SECONDS")]
    connect_timeout: Option<i32>,
    /// Write results as FORMAT
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Refuse statements that write
    #[arg(long)]
    read_only: bool,
    /// Run a script and leave; - is standard input
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    #[command(flatten)]
    long: LongScript,
    #[command(flatten)]
    accepted: Accepted,
    /// Database
    #[arg(value_name = "DATABASE")]
    database_argument: Option<String>,
    /// Show this help
    #[arg(short = '?', long, action = ArgAction::Help)]
    help: Option<bool>,
}

/// What has no use here and harms nobody.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of mysql's")]
struct Accepted {
    #[arg(short = 'A', long, hide = true)]
    no_auto_rehash: bool,
    #[arg(long, hide = true)]
    auto_rehash: bool,
    #[arg(short = 'n', long, hide = true)]
    unbuffered: bool,
    #[arg(short = 'b', long, hide = true)]
    no_beep: bool,
    #[arg(short = 'G', long, hide = true)]
    named_commands: bool,
    #[arg(short = 'i', long, hide = true)]
    ignore_spaces: bool,
    #[arg(short = 'w', long, hide = true)]
    wait: bool,
    #[arg(short = 'T', long, hide = true)]
    debug_info: bool,
    #[arg(long, hide = true)]
    line_numbers: bool,
    #[arg(long, hide = true)]
    print_query_on_error: bool,
    #[arg(long, hide = true)]
    progress_reports: bool,
    #[arg(long, hide = true)]
    reconnect: bool,
    #[arg(long, hide = true)]
    secure_auth: bool,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    pager: Option<String>,
    #[arg(long, hide = true)]
    max_allowed_packet: Option<String>,
    #[arg(long, hide = true)]
    net_buffer_length: Option<String>,
    #[arg(long, hide = true)]
    connect_expired_password: bool,
    #[arg(long, hide = true)]
    quick_max_column_width: Option<String>,
    #[arg(long, hide = true)]
    character_sets_dir: Option<String>,
    #[arg(long, hide = true)]
    histignore: Option<String>,
    /// The file that a statement names is sent, and no other, whatever is asked for here
    #[arg(long, hide = true)]
    local_infile: bool,
}

/// How a script's results look.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of mysql's")]
pub(super) struct Shape {
    table: bool,
    vertical: bool,
    html: bool,
    xml: bool,
    raw: bool,
    pub(super) no_names: bool,
    silent: u8,
    batch: bool,
    verbose: u8,
}

impl Shape {
    /// The format, and whether it has no header.
    pub(super) fn format(self) -> (&'static str, bool) {
        let piped = !std::io::stdin().is_terminal() || screen().is_none();
        let silent = (self.silent + u8::from(piped)).max(u8::from(self.batch));
        let name = match self {
            Shape { html: true, .. } => "html-mysql",
            Shape { xml: true, .. } => "xml",
            Shape { vertical: true, .. } => "vertical",
            _ if silent == 0 || self.table || self.verbose > 2 => "table-mysql",
            Shape { raw: true, .. } => "tsv-raw",
            _ => "tsv",
        };
        (name, self.no_names || silent > 1 && name.starts_with("tsv"))
    }
}

fn port(text: &str) -> Result<u16> {
    text.parse().ok().filter(|p| *p > 0).ok_or_else(|| {
        Error::usage(format!("invalid port number: \"{text}\""))
            .with_hint("A port is a number from 1 to 65535.")
    })
}

impl My {
    pub(super) fn read(mut self, matches: &ArgMatches) -> Result<(Common, Target)> {
        let force = self.force && !self.stops_again(matches);
        let statements = std::mem::take(&mut self.execute);
        let mut common = Common {
            actions: match statements.is_empty() {
                true => self.file.take().map(Action::File).into_iter().collect(),
                // The client reads them as one text.
                false => vec![Action::Command(statements.join(" "))],
            },
            format: self.format.take(),
            tuples_only: self.skip_column_names,
            expanded: self.vertical,
            pset: self.settings(),
            quiet: self.silent > 0,
            stop_on_error: force.then_some(false),
            read_only: self.read_only,
            connect_timeout: self.connect_timeout.map(patience),
            first: self.first(),
            delimiter: self.delimiter.take(),
            batch: self.batch,
            mysql: self.rules(),
            shape: self.shape(),
            tee: self.tee.take(),
            long: std::mem::take(&mut self.long).plan(),
            ..Common::default()
        };
        if let Some(None) = &self.password {
            common.passwords = Passwords::First;
        }
        Ok((common, self.target()?))
    }

    fn settings(&mut self) -> Vec<String> {
        let mut settings = Vec::new();
        if self.auto_vertical_output {
            settings.push("expanded=auto".to_string());
        }
        let usual = || std::env::var("MYSQL_PS1").ok();
        if let Some(prompt) = self.prompt.take().or_else(usual) {
            settings.push(format!("prompt={}", prompt_of_mysql(&prompt)));
        }
        settings
    }

    /// `-e` takes back the `-f` before it.
    fn stops_again(&self, matches: &ArgMatches) -> bool {
        let last = |name: &str| matches.indices_of(name).and_then(Iterator::max);
        last("execute").filter(|_| !self.execute.is_empty()) > last("force")
    }

    fn first(&mut self) -> Vec<String> {
        let mut first = Vec::new();
        if let Some(name) = &self.default_character_set
            && name != "auto"
        {
            first.push(format!("SET NAMES '{}'", name.replace(['\'', '\\'], "")));
        }
        if self.safe_updates {
            first.push(format!(
                "SET sql_safe_updates=1, sql_select_limit={}, max_join_size={}",
                self.select_limit, self.max_join_size
            ));
        }
        first.extend(self.init_command.clone());
        first
    }

    fn rules(&self) -> MysqlRules {
        MysqlRules {
            verbose: self.verbose,
            warnings: self.show_warnings,
            comments: self.comments,
            binary: self.binary_mode,
            quick: self.quick,
            sandbox: self.sandbox,
            hide_lines: self.skip_line_numbers,
            hide_statements: self.skip_print_query_on_error,
            abort_source: self.abort_source_on_error,
            one_database: self.one_database,
            column_types: self.column_type_info,
            no_names: self.skip_column_names,
            // As in mysql: from the start where the one is an argument, with -D from its USE on.
            ignores: self.one_database && self.database_argument.is_none(),
        }
    }

    fn shape(&self) -> Shape {
        Shape {
            table: self.table,
            vertical: self.vertical,
            html: self.html,
            xml: self.xml,
            raw: self.raw,
            no_names: self.skip_column_names,
            silent: self.silent,
            batch: self.batch,
            verbose: self.verbose,
        }
    }

    fn target(self) -> Result<Target> {
        let mut target = Target::new("mysql");
        target.user = self.user;
        // An argument counts more than -D, as in mysql.
        target.database = self.database_argument.or(self.database);
        target.password = self.password.flatten().map(Secret::new);
        let number = self.port.as_deref().map(port).transpose()?;
        let number = number.filter(|_| !self.way.is_by("socket"));
        if self.host.is_some() || number.is_some() {
            target.hosts = vec![Host {
                name: self.host.unwrap_or_default(),
                port: number,
            }];
        }
        target.parameters.extend(self.way.parameters());
        if self.init_command.is_some() {
            // It stands for the one of the option files, and runs later.
            let none = ("init-command".to_string(), String::new());
            target.parameters.push(none);
        }
        if self.binary_as_hex {
            let hex = ("binary-as-hex".to_string(), "on".to_string());
            target.parameters.push(hex);
        }
        if self.column_type_info {
            let whole = ("column-type-info".to_string(), "on".to_string());
            target.parameters.push(whole);
        }
        Ok(target)
    }
}
