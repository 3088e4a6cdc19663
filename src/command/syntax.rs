//! `\h`: the syntax of PostgreSQL's commands, as its manual gives it, and `\copyright`.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::error::{Error, Result};
use crate::nearest::nearest;
use crate::session::Session;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\h", "\\help"],
            args: &[Arg {
                name: "COMMAND",
                kind: ArgKind::Other,
                required: false,
            }],
            section: Section::General,
            help: "the syntax of a command of SQL, * for all of them (PostgreSQL)",
        },
        run: help,
    },
    Command {
        spec: Spec {
            names: &["\\copyright"],
            args: &[],
            section: Section::General,
            help: "the terms of PostgreSQL, from whose manual \\h comes",
        },
        run: copyright,
    },
];

/// What may be done with `postgres.txt`, by whose it is.
const COPYRIGHT: &str = include_str!("syntax/COPYRIGHT");

/// Of PostgreSQL 18: for each command a line `== NAME|what it does|page of the manual`, then its
/// syntax.
const POSTGRES: &str = include_str!("syntax/postgres.txt");
const MANUAL: &str = "https://www.postgresql.org/docs/18";

/// One command of SQL.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    name: &'static str,
    what: &'static str,
    page: &'static str,
    syntax: &'static str,
}

fn entries() -> impl Iterator<Item = Entry> {
    POSTGRES[3..].split("\n== ").filter_map(|text| {
        let (head, syntax) = text.split_once('\n')?;
        let mut head = head.split('|');
        Some(Entry {
            name: head.next()?,
            what: head.next()?,
            page: head.next()?,
            syntax: syntax.trim_end_matches('\n'),
        })
    })
}

fn copyright<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { super::general::show(session, COPYRIGHT) }.boxed_local()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "every command has this shape"
)]
fn help<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        if session.dialect().name != "postgres" {
            let message = "\\h knows the syntax of PostgreSQL only";
            return Err(Error::usage(message).with_hint("\\? lists the commands of sqwire."));
        }
        let topic = args
            .raw
            .trim_end_matches(|c: char| c.is_ascii_whitespace() || c == ';');
        let text = match topic.trim_start() {
            "" => listing(super::general::columns(session).unwrap_or(80)),
            topic => found(topic),
        };
        super::general::show(session, &text)
    }
    .boxed_local()
}

/// The names of all commands, as many beside each other as have room.
fn listing(columns: usize) -> String {
    let names: Vec<&str> = entries().map(|e| e.name).collect();
    let widest = names.iter().map(|n| n.len()).max().unwrap_or_default() + 1;
    let across = (columns.saturating_sub(3) / widest).max(1);
    let down = names.len().div_ceil(across);
    let mut text = "Available help:\n".to_string();
    for row in 0..down {
        text.push_str("  ");
        for column in 0..across {
            let name = names.get(row + column * down).copied().unwrap_or_default();
            match column + 1 == across {
                true => text.push_str(name),
                false => text.push_str(&format!("{name:widest$}")),
            }
        }
        text.push('\n');
    }
    text
}

/// The commands that begin so; where there are none, that begin with its first two words, or one.
fn found(topic: &str) -> String {
    let all = topic == "*";
    let starts = std::iter::once(topic.len()).chain([2, 1].iter().map(|n| words_end(topic, *n)));
    for length in starts {
        let start = &topic[..length];
        let begins = |e: &Entry| {
            let head = e.name.get(..length);
            all || head.is_some_and(|head| head.eq_ignore_ascii_case(start))
        };
        let same = entries().find(|e| e.name.eq_ignore_ascii_case(topic));
        let shown: String = match same {
            Some(entry) => shown(&entry),
            None => entries().filter(begins).map(|e| shown(&e)).collect(),
        };
        if !shown.is_empty() {
            return shown;
        }
    }
    let near = nearest(&topic.to_ascii_uppercase(), entries().map(|e| e.name));
    let near = near.map_or(String::new(), |near| format!("Did you mean {near}? "));
    format!(
        "No help available for \"{topic}\".\n{near}Try \\h with no arguments to see available help.\n"
    )
}

/// Where the first `count` words of a topic end.
fn words_end(topic: &str, count: usize) -> usize {
    let mut blanks = topic.match_indices(' ').map(|(at, _)| at);
    blanks.nth(count - 1).unwrap_or(topic.len())
}

fn shown(entry: &Entry) -> String {
    let Entry {
        name,
        what,
        page,
        syntax,
    } = entry;
    format!(
        "Command:     {name}\nDescription: {what}\nSyntax:\n{syntax}\n\nURL: {MANUAL}/{page}.html\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_whole() {
        assert!(entries().count() > 180);
        for entry in entries() {
            assert_eq!(entry.name, entry.name.to_ascii_uppercase());
            assert!(entry.page.starts_with("sql-"), "{entry:?}");
            assert!(
                !entry.what.is_empty() && !entry.syntax.is_empty(),
                "{entry:?}"
            );
        }
    }

    #[test]
    fn a_topic_is_found_by_its_name_or_how_it_begins() {
        let names = |topic: &str| {
            let text = found(topic);
            let lines = text.lines().filter_map(|l| l.strip_prefix("Command:     "));
            lines.map(str::to_string).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(names("select"), "SELECT");
        assert_eq!(names("abo"), "ABORT");
        assert_eq!(names("drop ta"), "DROP TABLE, DROP TABLESPACE");
        assert_eq!(
            names("create table foo bar"),
            "CREATE TABLE, CREATE TABLE AS"
        );
        assert_eq!(names("listen to me"), "LISTEN");
        assert_eq!(names("*").split(", ").count(), entries().count());
        let nothing = found("selct");
        assert!(nothing.starts_with("No help available for \"selct\".\nDid you mean SELECT?"));
    }

    #[test]
    fn the_listing_fits_the_columns() {
        for columns in [10, 80, 200] {
            let text = listing(columns);
            let names = entries().filter(|e| text.contains(e.name)).count();
            assert_eq!(names, entries().count());
            assert!(
                columns < 40 || text.lines().all(|l| l.len() <= columns),
                "{columns}"
            );
        }
    }
}
