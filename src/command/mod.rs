//! Backslash commands: one table, one function each. A command returns what should happen next and
//! the loop in `run.rs` does it, so no command ever calls the loop that called it.

mod args;
mod conditional;
mod buffer;
mod connection;
mod copy;
mod describe;
mod dot;
mod edit;
mod favourites;
mod general;
mod history;
mod large_objects;
mod last;
mod mysql;
mod output;
mod redirect;
mod prepared;
mod prompt;
mod restrict;
mod set;
mod results;
pub mod spec;
mod system;
mod themes;
mod transfer;
mod variables;

pub use args::Args;
pub use conditional::always_runs;
pub use connection::may_leave;
pub use copy::{CopyCommand, CopyPlace};
pub use edit::Edit;
pub use favourites::{favourite_names, favourites_file};
pub use history::show_history;
pub use mysql::prompt_of_mysql;
pub use output::to_stdout;
pub use results::{row_to_variables, watch_of};
pub use set::{configuration_file, with_setting};
pub use themes::{choose_theme, own_theme, theme_names, unknown_theme};

use crate::error::voice::Voice;
use crate::error::{Error, Result};
use crate::session::{SendOptions, Session};
use crate::sql::CommandLine;
use futures::future::LocalBoxFuture;
use spec::{Section, Spec};

/// One command: what it is called, and what it does.
pub struct Command {
    pub spec: Spec,
    pub run: for<'a> fn(&'a mut Session, Args<'a>) -> LocalBoxFuture<'a, Result<Next>>,
}

/// What should happen after a command.
#[derive(Debug)]
pub enum Next {
    Continue,
    /// Run the query buffer.
    Send(Send),
    /// Run a script.
    Run(Script),
    /// Run the query buffer and take its result.
    Take(Take),
    /// Go on with the pipeline.
    Pipeline(Step),
    /// Run these statements and commands.
    Text(String),
    /// Copy between a table and the client's side.
    Copy(CopyCommand),
    /// A script wants to know the value of a variable (psql's `\prompt`).
    Ask(Question),
    /// Put this text into the editor (`\e`); run what comes back if it is complete.
    Edit(Edit),
    /// Let the user move about in the result of this query, or in the last one if it is empty.
    Grid(String),
    /// Show what `/history` with these arguments asks for.
    History(String),
    /// Let the user choose a theme.
    Themes,
    Quit,
}

/// The question of `\prompt`, and the variable for its answer.
#[derive(Debug)]
pub struct Question {
    pub text: String,
    pub variable: String,
}

/// How `\g`, `\gx` and `\G` send the buffer.
#[derive(Debug, Default)]
pub struct Send {
    pub options: SendOptions,
    /// `(format=csv tuples_only=on)`: settings for this one result.
    pub settings: Vec<(String, Option<String>)>,
    /// `FILE` or `|command`, for this one result.
    pub output: Option<String>,
    /// At the end of the file.
    pub append: bool,
    /// The format of this one result.
    pub formats: Option<&'static str>,
}

/// What the commands of pipelines ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Start,
    /// The statement that was bound goes into it.
    Send,
    Sync,
    Flush,
    FlushRequest,
    /// So many results are wanted; 0 for all that are ready.
    Results(usize),
    End,
}

/// What becomes of a result that is not shown.
#[derive(Debug)]
pub enum Take {
    /// `\gset`: its one row becomes variables whose names begin so.
    Variables(String),
    /// `\gexec`: its cells are statements.
    Statements,
    /// `\gdesc`: what columns it would have.
    Description,
    /// `\crosstabview`: vertical header, horizontal header, data, order of the horizontal header.
    Crosstab([Option<String>; 4]),
    /// `\watch`: again and again.
    Repeated(Watch),
}

/// How `\watch` repeats.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    pub seconds: f64,
    /// Rounds; 0 for no end.
    pub rounds: u64,
    /// Fewer rows end it.
    pub least: u64,
    pub until: Option<Until>,
}

/// What ends `\watch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The result is another one than in the round before.
    Change,
    /// There are rows.
    Rows,
    /// There are none.
    Empty,
}

/// A script to run, already read.
#[derive(Debug)]
pub struct Script {
    pub name: String,
    pub path: std::path::PathBuf,
}

/// Every command, in the order of the help.
pub fn commands() -> impl Iterator<Item = &'static Command> {
    [
        general::COMMANDS,
        variables::COMMANDS,
        conditional::COMMANDS,
        restrict::COMMANDS,
        buffer::COMMANDS,
        edit::COMMANDS,
        results::COMMANDS,
        favourites::COMMANDS,
        prepared::COMMANDS,
        output::COMMANDS,
        set::COMMANDS,
        themes::COMMANDS,
        prompt::COMMANDS,
        history::COMMANDS,
        last::COMMANDS,
        copy::COMMANDS,
        transfer::COMMANDS,
        describe::COMMANDS,
        connection::COMMANDS,
        system::COMMANDS,
        large_objects::COMMANDS,
        dot::COMMANDS,
    ]
    .into_iter()
    .flatten()
}

/// The commands of the mysql client, under `sqwire my`.
pub fn mysql_commands() -> impl Iterator<Item = &'static Command> {
    mysql::COMMANDS.iter().chain(redirect::COMMANDS)
}

/// Every command's spec, for Tab.
pub fn specs() -> Vec<&'static Spec> {
    commands().map(|c| &c.spec).collect()
}

/// Refuses what cannot be a command, also where it would not be run: as psql does.
pub fn check(session: &Session, line: &CommandLine<'_>) -> Result<()> {
    restrict::check(session, line.name)?;
    let (command, _) = find(line.name).ok_or_else(|| unknown(line.name))?;
    let spec = &command.spec;
    // psql reads the arguments all the same.
    if !(spec.takes_line() || spec.takes_raw() || spec.takes_place())
        && let Some(error) = args::split(line.arguments, usize::MAX, &UNREAD).error
    {
        session.complain(&error);
    }
    Ok(())
}

/// Runs one command line.
pub async fn dispatch(session: &mut Session, line: &CommandLine<'_>) -> Result<Next> {
    if let Some(command) = mysql::find(session, line) {
        let args = Args {
            name: line.name,
            words: Vec::new(),
            raw: line.arguments,
            suffix: "",
        };
        return (command.run)(session, args).await;
    }
    if let Some(error) = mysql::unknown(session, line.name) {
        return Err(error);
    }
    if session.voice == Voice::Psql && psql_refuses(line.name) {
        return Err(unknown(line.name));
    }
    let (command, suffix) = find(line.name).ok_or_else(|| unknown(line.name))?;
    let most = match command.spec.takes_rest() {
        true => usize::MAX,
        false => command.spec.args.len(),
    };
    restrict::check(session, line.name)?;
    let (arguments, extra) = match command.spec.takes_line() {
        true => (Vec::new(), ""),
        false if command.spec.takes_raw() => {
            let split = args::split(line.arguments, most, &UNREAD);
            (split.words, split.rest)
        }
        false if command.spec.takes_place() => places(session, line.arguments)?,
        false => words(session, line.arguments, most)?,
    };
    if !extra.is_empty() && session.words().voice != Voice::Psql {
        return Err(
            Error::usage(format!("{}: extra argument \"{extra}\"", shown(line.name)))
                .with_hint(format!("Usage: {}", command.spec.synopsis())),
        );
    }
    let args = Args {
        name: line.name,
        words: arguments,
        raw: line.arguments,
        suffix,
    };
    let next = (command.run)(session, args).await?;
    // psql warns behind what has succeeded; the answer to a question may not come.
    if !session.script.conditions.active() || matches!(next, Next::Ask(_)) {
        return Ok(next);
    }
    // What is not used is not filled in either.
    for word in args::split(extra, usize::MAX, &UNREAD).words {
        session.warn(&format!(
            "\\{}: extra argument \"{word}\" ignored",
            line.name
        ));
    }
    Ok(next)
}

/// The command as it is typed.
fn shown(name: &str) -> String {
    // `\.` ends the data of a COPY, and is no command elsewhere.
    match name.len() > 1 && name.starts_with(['/', '.', '$']) {
        true => name.to_string(),
        false => format!("\\{name}"),
    }
}

/// Whether it is one of the commands that explore a database.
pub fn explores(name: &str) -> bool {
    find(name).is_some_and(|(command, _)| command.spec.section == Section::Describe)
}

/// Fills nothing in and runs nothing.
const UNREAD: args::Fill<'_> = args::Fill {
    variable: &|_| None,
    shell: &|command| Ok(command.to_string()),
};

/// The arguments in a text, with variables and back quotes filled in: at most so many, and what is
/// left. As in psql, where a quote is open a script goes on with the arguments before it.
fn words<'t>(session: &mut Session, text: &'t str, most: usize) -> Result<(Vec<String>, &'t str)> {
    let ended = std::cell::Cell::new(None);
    let split = args::split(
        text,
        most,
        &args::Fill {
            variable: &|name| session.variables.get(name).map(str::to_string),
            shell: &|command| {
                let (printed, status) = system::output_of(session, command)?;
                ended.set(Some(status));
                Ok(printed)
            },
        },
    );
    if let Some(status) = ended.get() {
        session.tell_shell(status);
    }
    match split.error {
        Some(error) if session.voice == Voice::Psql => session.complain(&error),
        Some(error) => return Err(error),
        None => {}
    }
    Ok((split.words, split.rest))
}

/// The same, of a command that takes a file, or a program to the end of the line; settings in
/// parentheses can stand before it.
fn places<'t>(session: &mut Session, text: &'t str) -> Result<(Vec<String>, &'t str)> {
    let mut all = Vec::new();
    let mut rest = text;
    if text.starts_with('(') {
        while !rest.is_empty() {
            let (words, after) = words(session, rest, 1)?;
            rest = after;
            let last = words.iter().any(|w| w.ends_with(')'));
            all.extend(words);
            if last {
                break;
            }
        }
    }
    if rest.starts_with('|') {
        all.push(rest.to_string());
        return Ok((all, ""));
    }
    // `>> FILE` are two words.
    let most = 1 + usize::from(rest.starts_with(">> "));
    let (place, extra) = words(session, rest, most)?;
    all.extend(place);
    Ok((all, extra))
}

/// The command of that name; for `\d…` also with `+` and `S` behind it.
fn find(name: &str) -> Option<(&'static Command, &str)> {
    let named = |name: &str| {
        commands().find(|c| {
            c.spec
                .names
                .iter()
                .any(|n| n.strip_prefix('\\').unwrap_or(n) == name)
        })
    };
    if let Some(command) = named(name).or_else(|| named(dot::full_name(name)?)) {
        return Some((command, ""));
    }
    let describes = |stem: &str| named(stem).filter(|c| c.spec.section == Section::Describe);
    // `\dx+` is about extensions, and so is `\dxx`; `\dtx+` is `\dt` with two flags.
    let stem = name.trim_end_matches(['+', 'S', 'x']);
    let ends = (stem.len()..name.len()).rev();
    for (stem, flags) in ends.filter_map(|end| name.split_at_checked(end)) {
        if let Some(command) = describes(stem) {
            return Some((command, flags));
        }
    }
    let flags = &name[stem.len()..];
    // Letters of kinds: `\dtv`, `\dfnp`, `\dPi`.
    let first = stem.get(..2)?;
    let kinds = match first {
        "dt" | "dv" | "dm" | "di" | "ds" | "dE" => "tvmisE",
        "df" => "anptw",
        "dP" => "tin",
        _ => return None,
    };
    let known = stem[2..].chars().all(|c| kinds.contains(c));
    describes(first).filter(|_| known).map(|c| (c, flags))
}

/// Whether psql does not know a command with these flags, which others of its family have.
fn psql_refuses(name: &str) -> bool {
    let flags = |stem: &&str| name.strip_prefix(*stem);
    let mut families = ["dP", "dA", "dF"].iter().filter_map(flags);
    let mut lists = ["list", "l"].iter().filter_map(flags);
    families.any(|flags| flags.starts_with('S'))
        || lists.any(|flags| flags.contains('S') && flags.chars().all(|c| "+xS".contains(c)))
        || flags(&"z").is_some_and(|flags| flags.contains('+'))
}

fn unknown(name: &str) -> Error {
    let shown = shown(name);
    let names = commands().flat_map(|c| c.spec.names.iter().copied());
    let near = crate::nearest::nearest(&shown, names).filter(|_| name.chars().count() > 1);
    let error = Error::usage(format!("invalid command {shown}"));
    if let Some(hint) = dot::instead(name) {
        return error.with_hint(hint);
    }
    if let "\\fs" | "\\fd" | "/fs" | "/fd" | "/f" = shown.as_str() {
        return error
            .with_hint("\\n runs favourites and lists them, \\ns saves one, \\nd deletes one.");
    }
    match near {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"? \\? lists the commands.")),
        None => error.with_hint("\\? lists the commands."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_commands_share_a_name() {
        let mut seen = HashSet::new();
        for name in commands().flat_map(|c| c.spec.names) {
            assert!(seen.insert(name), "{name} stands twice");
        }
    }

    #[test]
    fn the_help_is_one_lower_case_line_without_full_stop() {
        for Command { spec, .. } in commands() {
            assert!(
                !spec.help.ends_with('.') && !spec.help.contains('\n'),
                "{}",
                spec.help
            );
            assert!(!spec.help.starts_with(char::is_uppercase), "{}", spec.help);
        }
    }

    #[test]
    fn describe_commands_take_plus_and_s_and_others_do_not() {
        let found =
            |name: &str| find(name).map(|(c, suffix)| (c.spec.names[0], suffix.to_string()));
        assert_eq!(found("dt+"), Some(("\\dt", "+".into())));
        assert_eq!(found("dS+"), Some(("\\d", "S+".into())));
        assert_eq!(found("dxx"), Some(("\\dx", "x".into())));
        assert_eq!(found("dx+x"), Some(("\\dx", "+x".into())));
        assert_eq!(found("dx+"), Some(("\\dx", "+".into())));
        assert_eq!(found("dtx+"), Some(("\\dt", "x+".into())));
        assert_eq!(found("x+"), None);
        for (name, refused) in [
            ("dPS", true),
            ("dPt+", false),
            ("dAS+", true),
            ("dAc+", false),
            ("dFS", true),
            ("lS", true),
            ("l+", false),
            ("lo_list", false),
            ("list+", false),
            ("z+", true),
            ("zS", false),
            ("dnS", false),
        ] {
            assert_eq!(psql_refuses(name), refused, "{name}");
        }
        assert_eq!(
            unknown("dtt").hint.as_deref(),
            Some("Did you mean \"\\dt\"? \\? lists the commands.")
        );
    }
}
