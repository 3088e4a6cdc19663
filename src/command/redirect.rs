//! mycli's operators behind a statement: `select … $> file`, `$>> file`, `$| program`.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, Send};
use crate::error::{Error, Result};
use crate::session::Session;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

const fn row(names: &'static [&'static str], args: &'static [Arg], help: &'static str) -> Command {
    Command {
        spec: Spec {
            names,
            args,
            section: Section::Mysql,
            help,
        },
        run,
    }
}

const FILE: &[Arg] = &[Arg::required("FILE", ArgKind::Rest)];
const PROGRAM: &[Arg] = &[Arg::required("COMMAND", ArgKind::Rest)];

pub(super) static COMMANDS: &[Command] = &[
    row(&["$>"], FILE, "send the statement, its result to a file"),
    row(
        &["$>>"],
        FILE,
        "send the statement, its result to the end of a file",
    ),
    row(
        &["$|"],
        PROGRAM,
        "send the statement, its result to a program; may repeat, $> FILE last",
    ),
];

/// What the name of a file says of its format; csv where it says nothing.
const ENDINGS: &[(&str, &str)] = &[
    (".tsv", "tsv"),
    (".json", "json"),
    (".jsonl", "jsonl"),
    (".md", "markdown"),
    (".html", "html"),
    (".xml", "xml"),
    (".sql", "sql-insert"),
    (".txt", "table"),
];

#[expect(
    clippy::needless_pass_by_value,
    reason = "every command has this shape"
)]
fn run<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    let next = place(args.name, args.raw).map(|(output, append)| {
        let ending = |(ending, _): &&(&str, &str)| output.ends_with(ending);
        let format = ENDINGS.iter().find(ending).map_or("csv", |(_, name)| name);
        Next::Send(Send {
            formats: Some(format),
            output: Some(output),
            append,
            ..Send::default()
        })
    });
    async { next }.boxed_local()
}

/// Where the result goes, and whether it goes to the end of what is there.
fn place(name: &str, raw: &str) -> Result<(String, bool)> {
    let raw = raw.trim().trim_end_matches(';').trim_end();
    if raw.is_empty() {
        let what = if name == "$|" { "a program" } else { "a file" };
        return Err(Error::usage(format!("{name} needs {what}")));
    }
    if name != "$|" {
        return match raw.contains("$>") || raw.contains("$|") {
            true => Err(Error::usage(format!("{name} FILE must be the last"))),
            false => Ok((unquoted(raw).to_string(), name == "$>>")),
        };
    }
    // The shell has the same operators, without the dollar.
    let (programs, file) = match raw.find("$>") {
        Some(at) => (&raw[..at], raw[at + 1..].to_string()),
        None => (raw, String::new()),
    };
    let programs: Vec<&str> = programs.split("$|").map(str::trim).collect();
    if programs.iter().any(|p| p.is_empty()) {
        return Err(Error::usage("$| needs a program"));
    }
    let line = format!("|{} {file}", programs.join(" | "));
    Ok((line.trim_end().to_string(), false))
}

fn unquoted(name: &str) -> &str {
    let quoted = |quote| name.strip_prefix(quote)?.strip_suffix(quote);
    quoted('\'').or_else(|| quoted('"')).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_name_a_file_or_a_pipeline() {
        for (name, raw, expected) in [
            ("$>", " out.csv ;", Some(("out.csv", false))),
            ("$>>", "'my file'", Some(("my file", true))),
            (
                "$|",
                "sort $| uniq -c $> 'a b'",
                Some(("|sort | uniq -c > 'a b'", false)),
            ),
            ("$|", "cat $>> x", Some(("|cat >> x", false))),
            ("$|", "wc -l;", Some(("|wc -l", false))),
            ("$|", "$| wc", None),
            ("$>", "", None),
            ("$>", "a $| b", None),
        ] {
            let place = place(name, raw).ok();
            let expected = expected.map(|(place, append)| (place.to_string(), append));
            assert_eq!(place, expected, "{name} {raw}");
        }
    }
}
