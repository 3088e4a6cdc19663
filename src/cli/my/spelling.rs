//! mysql's ways to write options: on the command line, and in option files, where they stand before
//! the arguments.

use crate::driver::{self, Target};
use clap::Command;
use std::ffi::{OsStr, OsString};

/// mysql's switches, which can also be switched off: `--skip-NAME`, `--disable-NAME`, `--NAME=0`.
const SWITCHES: &[&str] = &[
    "abort-source-on-error",
    "auto-rehash",
    "auto-vertical-output",
    "batch",
    "binary-as-hex",
    "binary-mode",
    "column-names",
    "column-type-info",
    "comments",
    "compress",
    "force",
    "html",
    "ignore-spaces",
    "local-infile",
    "line-numbers",
    "one-database",
    "named-commands",
    "pager",
    "print-query-on-error",
    "progress-reports",
    "quick",
    "raw",
    "reconnect",
    "safe-updates",
    "sandbox",
    "secure-auth",
    "show-warnings",
    "silent",
    "ssl",
    "ssl-verify-server-cert",
    "table",
    "tee",
    "unbuffered",
    "verbose",
    "vertical",
    "xml",
];

/// Switches that are on unless they are switched off.
const USUALLY_ON: &[&str] = &[
    "column-names",
    "line-numbers",
    "print-query-on-error",
    "ssl",
];

/// Options of the files that the driver reads itself, or that make no sense in one.
const NOT_FROM_FILES: &[&str] = &[
    "user",
    "host",
    "port",
    "password",
    "database",
    "init-command",
    "connect-timeout",
    "socket",
    "protocol",
    "no-defaults",
    "login-path",
    "no-login-paths",
    "compress",
    "enable-cleartext-plugin",
    "get-server-public-key",
    "server-public-key-path",
    "print-defaults",
    "help",
];

/// An option of `sqwire my`.
struct Name {
    long: String,
    /// Another argument would be taken for its value.
    wants_value: bool,
    is_switch: bool,
}

fn names(command: &Command) -> Vec<Name> {
    let my = command.find_subcommand("my");
    let all = my.into_iter().flat_map(Command::get_arguments);
    all.flat_map(|argument| {
        let takes = argument.get_action().takes_values();
        let least = argument.get_num_args().map_or(1, |n| n.min_values());
        let longs = argument.get_long().into_iter();
        longs
            .chain(argument.get_all_aliases().unwrap_or_default())
            .map(move |long| Name {
                long: long.to_string(),
                wants_value: takes && least > 0,
                is_switch: !takes,
            })
            .collect::<Vec<_>>()
    })
    .collect()
}

/// mysql's spellings in clap's: an attached password, underscores, beginnings of names, switches that
/// are switched off; and before them what the option files say of other things than the connection.
pub(in super::super) fn canonical(arguments: Vec<OsString>, command: &Command) -> Vec<OsString> {
    if arguments.get(1).and_then(|a| a.to_str()) != Some("my") {
        return arguments;
    }
    let names = names(command);
    let mut out: Vec<OsString> = Vec::with_capacity(arguments.len());
    let mut arguments = arguments.into_iter();
    out.extend(arguments.by_ref().take(2));
    let mut own = Vec::new();
    let mut over = false;
    let mut is_sql = false;
    for argument in arguments {
        over |= argument == "--";
        let taken = std::mem::replace(&mut is_sql, takes_sql(&argument));
        match argument.to_str() {
            _ if taken => {
                is_sql = false;
                own.push(Written::AsIs(argument));
            }
            Some(text) if !over && text.starts_with("--") && text.len() > 2 => {
                own.push(Written::Long(text[2..].to_string()));
            }
            Some(text) if !over && text.starts_with("-p") && text.len() > 2 => {
                own.push(Written::AsIs(format!("--password={}", &text[2..]).into()));
            }
            _ => own.push(Written::AsIs(argument)),
        }
    }
    for text in from_files(&own) {
        push_from_file(&mut out, &text, &names);
    }
    for written in own {
        match written {
            Written::Long(text) => push_long(&mut out, &text, &names),
            Written::AsIs(argument) => out.push(argument),
        }
    }
    out
}

/// An argument.
enum Written {
    /// Without its dashes.
    Long(String),
    AsIs(OsString),
}

/// What the option files say that these arguments choose. A file that cannot be read is told where
/// the connection is made.
fn from_files(own: &[Written]) -> Vec<String> {
    let Some(mysql) = driver::by_name("mysql") else {
        return Vec::new();
    };
    let mut target = Target::new("mysql");
    for (n, written) in own.iter().enumerate() {
        let Written::Long(text) = written else {
            continue;
        };
        let (name, value) = parts(text);
        let value = match (name.as_str(), value, own.get(n + 1)) {
            ("no-defaults" | "no-login-paths", ..) => "1".to_string(),
            ("print-defaults", ..) => return Vec::new(),
            (_, Some(value), _) => value.to_string(),
            (_, None, Some(Written::AsIs(next))) => next.to_string_lossy().into_owned(),
            _ => continue,
        };
        if name.starts_with("defaults-") || name.contains("login-path") || name == "no-defaults" {
            target.parameters.push((name, value));
        }
    }
    mysql.defaults(&target).unwrap_or_default()
}

/// What clap knows and can take is passed on; mysql warns of the rest, or ends.
fn push_from_file(out: &mut Vec<OsString>, argument: &str, names: &[Name]) {
    let text = argument.trim_start_matches("--");
    let (name, value) = parts(text);
    let Some(full) = full_name(&name, names) else {
        return;
    };
    let bare = ["skip-", "disable-", "enable-"]
        .iter()
        .find_map(|p| full.strip_prefix(p))
        .unwrap_or(&full);
    let is_way = bare.starts_with("ssl") || bare.starts_with("defaults-");
    if is_way || NOT_FROM_FILES.contains(&bare) {
        return;
    }
    let known = names.iter().find(|n| n.long == full);
    let fits = match (known, value) {
        (Some(name), None) => !name.wants_value,
        (Some(name), Some(value)) => !name.is_switch || is_on(value).is_some(),
        (None, value) => value.is_none_or(|value| is_on(value).is_some()),
    };
    if fits {
        push_long(out, text, names);
    }
}

/// Whether the next argument is SQL, which may begin with a comment: `-e`, `-Ne`.
fn takes_sql(argument: &OsStr) -> bool {
    argument
        .to_str()
        .is_some_and(|a| match a.strip_prefix("--") {
            Some(long) => long == "execute",
            None => a.starts_with('-') && !a.starts_with("-p") && a.ends_with('e'),
        })
}

/// The name with dashes, and the value.
fn parts(text: &str) -> (String, Option<&str>) {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    };
    let name = name.replace('_', "-");
    (name.strip_prefix("loose-").unwrap_or(&name).into(), value)
}

/// The name that this one is, or is the beginning of, alone.
fn full_name(name: &str, names: &[Name]) -> Option<String> {
    let switched = |prefix: &&str| {
        let bare = name.strip_prefix(*prefix)?;
        let known = SWITCHES.iter().map(|s| (*s).to_string());
        the_one(bare, known).map(|bare| format!("{prefix}{bare}"))
    };
    the_one(name, names.iter().map(|n| n.long.clone()))
        .or_else(|| ["skip-", "disable-", "enable-"].iter().find_map(switched))
}

fn the_one(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let mut found: Vec<String> = known.filter(|known| known.starts_with(name)).collect();
    match found.iter().position(|known| known == name) {
        Some(exact) => Some(found.swap_remove(exact)),
        None => found.pop().filter(|_| found.is_empty()),
    }
}

/// What the value of a switch means.
fn is_on(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "on" | "true" => Some(true),
        "0" | "off" | "false" => Some(false),
        _ => None,
    }
}

fn push_long(out: &mut Vec<OsString>, text: &str, names: &[Name]) {
    let (name, value) = parts(text);
    let name = match full_name(&name, names) {
        Some(name) => name,
        None if text.starts_with("loose") => return,
        // clap says what it thinks of a name that nobody knows.
        None => name,
    };
    let is_switch = |name: &str| SWITCHES.contains(&name);
    let off = ["skip-", "disable-"]
        .iter()
        .find_map(|p| name.strip_prefix(p));
    let on = name.strip_prefix("enable-").filter(|n| is_switch(n));
    let set = value.filter(|_| is_switch(&name)).and_then(is_on);
    let (name, on) = match (off.filter(|n| is_switch(n)), on, value, set) {
        (Some(name), ..) => (name, false),
        (_, Some(name), ..) => (name, true),
        (_, _, _, Some(on)) => (&*name, on),
        (_, _, Some(value), _) => return out.push(format!("--{name}={value}").into()),
        (_, _, None, _) => return out.push(format!("--{name}").into()),
    };
    let (flag, skip) = (format!("--{name}"), format!("--skip-{name}"));
    out.retain(|a| *a != *flag && *a != *skip);
    if on || USUALLY_ON.contains(&name) {
        out.push(if on { flag } else { skip }.into());
    }
}
