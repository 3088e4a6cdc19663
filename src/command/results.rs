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
            args: &[Arg {
                name: "PREFIX",
                kind: ArgKind::Text,
                required: false,
            }],
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
                Arg {
                    name: "ROWS",
                    kind: ArgKind::Text,
                    required: false,
                },
                Arg {
                    name: "COLUMNS",
                    kind: ArgKind::Text,
                    required: false,
                },
                Arg {
                    name: "DATA",
                    kind: ArgKind::Text,
                    required: false,
                },
                Arg {
                    name: "SORT",
                    kind: ArgKind::Text,
                    required: false,
                },
            ],
            section: Section::Buffer,
            help: "run the statement, show its result as a cross table",
        },
        run: crosstabview,
    },
    Command {
        spec: Spec {
            names: &["\\watch"],
            args: &[Arg {
                name: "SECONDS",
                kind: ArgKind::Words,
                required: false,
            }],
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

fn watch<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let mut watch = Watch {
            seconds: 2.0,
            rounds: 0,
            least: 0,
            until: None,
        };
        for word in &args.words {
            let (name, value) = match word.split_once('=') {
                Some(("i" | "interval", value)) => ("interval", value),
                Some(("c" | "count", value)) => ("count", value),
                Some(("m" | "min_rows", value)) => ("minimum row", value),
                Some(("u" | "until", value)) => ("until", value),
                Some((name, _)) => {
                    let message = format!("\\watch: unrecognized parameter \"{name}\"");
                    return Err(Error::usage(message).with_hint(
                        "It knows i=SECONDS, c=ROUNDS, m=ROWS and u=change, rows or empty.",
                    ));
                }
                None => ("interval", word.as_str()),
            };
            let incorrect = || {
                let what = match name {
                    "count" => "iteration count",
                    "minimum row" => "minimum row count",
                    "until" => "condition",
                    _ => "interval value",
                };
                Error::usage(format!("\\watch: incorrect {what} \"{value}\""))
            };
            match name {
                "count" => watch.rounds = value.parse().map_err(|_| incorrect())?,
                "minimum row" => watch.least = value.parse().map_err(|_| incorrect())?,
                "until" => {
                    watch.until = Some(match value {
                        "change" => Until::Change,
                        "rows" => Until::Rows,
                        "empty" => Until::Empty,
                        _ => return Err(incorrect()),
                    });
                }
                _ => {
                    let seconds: f64 = value.parse().map_err(|_| incorrect())?;
                    if !(0.0..=1e9).contains(&seconds) {
                        return Err(incorrect());
                    }
                    watch.seconds = seconds;
                }
            }
        }
        Ok(Next::Take(Take::Repeated(watch)))
    }
    .boxed_local()
}

fn errverbose<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let Some((error, statement)) = &session.last_error else {
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
