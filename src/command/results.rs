//! What is done with a result instead of showing it.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, Take, Until, Watch};
use crate::data::CellKind;
use crate::error::voice::{Verbosity, Voice};
use crate::error::{Error, Place, Result, report};
use crate::session::Session;
use crate::settings::variables::Variables;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\gset"],
            args: &[Arg::optional("PREFIX", ArgKind::Text)],
            section: Section::Buffer,
            help: "run the statement, its one row becomes variables",
        },
        run: gset,
    },
    Command {
        spec: Spec {
            names: &["\\gexec"],
            args: &[],
            section: Section::Buffer,
            help: "run the statement, then each of its cells as a statement",
        },
        run: gexec,
    },
    Command {
        spec: Spec {
            names: &["\\gdesc"],
            args: &[],
            section: Section::Buffer,
            help: "what columns the statement would return",
        },
        run: gdesc,
    },
    Command {
        spec: Spec {
            names: &["\\crosstabview"],
            args: &[
                Arg::optional("ROWS", ArgKind::Output),
                Arg::optional("COLUMNS", ArgKind::Output),
                Arg::optional("DATA", ArgKind::Output),
                Arg::optional("SORT", ArgKind::Output),
            ],
            section: Section::Buffer,
            help: "run the statement, show its result as a cross table",
        },
        run: crosstabview,
    },
    Command {
        spec: Spec {
            names: &["\\watch"],
            args: &[Arg::optional(
                "SECONDS",
                ArgKind::Options(&["i=", "c=", "m=", "u=change", "u=rows", "u=empty"]),
            )],
            section: Section::Buffer,
            help: "run the statement again and again, changed cells marked; i=SECONDS, c=ROUNDS, until \
                   fewer than m=ROWS, or u=change, rows or empty",
        },
        run: watch,
    },
    Command {
        spec: Spec {
            names: &["\\errverbose"],
            args: &[],
            section: Section::Buffer,
            help: "all that the server said of the last error",
        },
        run: errverbose,
    },
];

#[expect(
    clippy::needless_pass_by_value,
    reason = "every command has this shape"
)]
fn gset<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    let prefix = args.get(0).unwrap_or_default().to_string();
    async { Ok(Next::Take(Take::Variables(prefix))) }.boxed_local()
}

fn gexec<'a>(_: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async { Ok(Next::Take(Take::Statements)) }.boxed_local()
}

fn gdesc<'a>(_: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async { Ok(Next::Take(Take::Description)) }.boxed_local()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "every command has this shape"
)]
fn crosstabview<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    let names = [0, 1, 2, 3].map(|n| args.get(n).map(str::to_string));
    async { Ok(Next::Take(Take::Crosstab(names))) }.boxed_local()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "every command has this shape"
)]
fn watch<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    let usual = session.variables.get("WATCH_INTERVAL");
    let watch = read_watch(&args.words, usual.and_then(interval).unwrap_or(2.0));
    if watch.is_err() && session.voice == Voice::Psql {
        session.query.buffer.clear();
    }
    async { Ok(Next::Take(Take::Repeated(watch?))) }.boxed_local()
}

/// What `\watch` with these words means.
pub fn watch_of(session: &Session, words: &str) -> Result<Watch> {
    let words: Vec<String> = words.split_whitespace().map(str::to_string).collect();
    let usual = session.variables.get("WATCH_INTERVAL");
    read_watch(&words, usual.and_then(interval).unwrap_or(2.0))
}

/// Seconds, as C reads them.
fn interval(text: &str) -> Option<f64> {
    let seconds: f64 = text.parse().ok()?;
    (0.0..=1e9).contains(&seconds).then_some(seconds)
}

/// The words behind `\\watch`; each of them at most once.
fn read_watch(words: &[String], seconds: f64) -> Result<Watch> {
    let mut watch = Watch {
        seconds,
        rounds: 0,
        least: 0,
        until: None,
    };
    let mut seen = Vec::new();
    for word in words {
        let (what, value) = match word.split_once('=') {
            Some(("i" | "interval", value)) => ("interval value", value),
            Some(("c" | "count", value)) => ("iteration count", value),
            Some(("m" | "min_rows", value)) => ("minimum row count", value),
            Some(("u" | "until", value)) => ("condition", value),
            Some(_) => {
                let message = format!("\\watch: unrecognized parameter \"{word}\"");
                return Err(Error::usage(message).with_hint(
                    "It knows i=SECONDS, c=ROUNDS, m=ROWS and u=change, rows or empty.",
                ));
            }
            None => ("interval value", word.as_str()),
        };
        if seen.contains(&what) {
            // psql leaves one word out here.
            let verb = if what == "minimum row count" {
                ""
            } else {
                "is "
            };
            let message = format!("\\watch: {what} {verb}specified more than once");
            return Err(Error::usage(message));
        }
        seen.push(what);
        let incorrect = || Error::usage(format!("\\watch: incorrect {what} \"{value}\""));
        let number = || value.parse().ok().filter(|n| *n > 0).ok_or_else(incorrect);
        match what {
            "iteration count" => watch.rounds = number()?,
            "minimum row count" => watch.least = number()?,
            "condition" => {
                watch.until = Some(match value {
                    "change" => Until::Change,
                    "rows" => Until::Rows,
                    "empty" => Until::Empty,
                    _ => return Err(incorrect()),
                });
            }
            _ => watch.seconds = interval(value).ok_or_else(incorrect)?,
        }
    }
    Ok(watch)
}

fn errverbose<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let Some((error, statement)) = &session.record.last_error else {
            return super::general::show(session, "There is no previous error.\n");
        };
        let mut words = session.words();
        words.voice = Voice::Psql;
        words.verbosity = Verbosity::Verbose;
        let text = report(
            error,
            &Place {
                statement: Some(statement),
                words,
                ..Place::default()
            },
        );
        session.complain(&Error::usage(text.trim_end()));
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Makes the one row that `\gset` wants into variables.
pub fn row_to_variables(session: &mut Session, prefix: &str) -> Result<()> {
    let Some(held) = session.held.take().filter(|h| !h.columns.is_empty()) else {
        return Ok(());
    };
    let mut rows = held.rows();
    let Some(row) = rows.next() else {
        return Err(Error::usage("no rows returned for \\gset"));
    };
    if rows.next().is_some() {
        return Err(Error::usage("more than one row returned for \\gset"));
    }
    for (column, cell) in held.columns.iter().zip(row.cells()) {
        let name = format!("{prefix}{}", column.name);
        // The server chooses these names, so they must not steer us.
        if Variables::is_special(&name) {
            session.warn(&format!(
                "attempt to \\gset into specially treated variable \"{name}\" ignored"
            ));
            continue;
        }
        match cell.kind {
            CellKind::Null => session.variables.unset(&name),
            _ => {
                let value = String::from_utf8_lossy(cell.text);
                let set = session.variables.set(&name, &value);
                set.map_err(Error::usage)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watch_takes_each_word_once_and_refuses_as_psql() {
        let read = |text: &str| {
            let words: Vec<String> = text.split_whitespace().map(str::to_string).collect();
            let watch = read_watch(&words, 2.0).map_err(|e| e.message)?;
            Ok::<_, String>((watch.seconds, watch.rounds, watch.least))
        };
        let refused = |text: &str| Err(format!("\\watch: {text}"));
        for (text, expected) in [
            ("", Ok((2.0, 0, 0))),
            ("0.5 c=3", Ok((0.5, 3, 0))),
            ("count=2 interval=1 min_rows=4", Ok((1.0, 2, 4))),
            ("1x", refused("incorrect interval value \"1x\"")),
            ("i=-1", refused("incorrect interval value \"-1\"")),
            ("c=0", refused("incorrect iteration count \"0\"")),
            ("m=x", refused("incorrect minimum row count \"x\"")),
            (
                "1 i=2",
                refused("interval value is specified more than once"),
            ),
            (
                "c=1 c=1",
                refused("iteration count is specified more than once"),
            ),
            (
                "m=1 m=1",
                refused("minimum row count specified more than once"),
            ),
            ("foo=1", refused("unrecognized parameter \"foo=1\"")),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
