//! `/history`: what was typed, as a result.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::data::{Align, CellKind, Column, RowBatch};
use crate::error::{Error, Result};
use crate::history::{self, Entry, Outcome, Query};
use crate::nearest::nearest;
use crate::output::local_time_at;
use crate::session::Session;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

pub(super) static COMMANDS: &[Command] = &[Command {
    spec: Spec {
        names: &["/history"],
        args: &[
            Arg::optional(
                "--here|--session|--project|--ok|--failed",
                ArgKind::Word(&FLAGS),
            ),
            Arg::optional("TEXT", ArgKind::Rest),
        ],
        section: Section::General,
        help: "what was typed, oldest first, with its time, rows and outcome: that holds all words \
               of TEXT, on this database, in this session, in this project's folder, successful, failed",
    },
    run: history,
}];

static FLAGS: [&str; 5] = ["--here", "--session", "--project", "--ok", "--failed"];

fn history<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let args = args;
        Ok(Next::History(args.raw.trim().to_string()))
    }
    .boxed_local()
}

/// Shows what `/history` asks for, as a result. `number` is that of the session that types.
pub fn show_history(session: &mut Session, asked: &str, number: Option<i64>) -> Result<()> {
    let query = query(asked, &session.history_place().key, number)?;
    let found = match history::path().filter(|_| session.settings.history_size > 0) {
        Some(path) => history::entries(&path, &query)?,
        None => Vec::new(),
    };
    let names = [
        "When",
        "Database",
        "User",
        "Time",
        "Rows",
        "Outcome",
        "Statement",
    ];
    let columns = names.map(|name| Column {
        name: name.into(),
        align: match name {
            "Time" | "Rows" => Align::Right,
            _ => Align::Left,
        },
        ..Column::default()
    });
    let mut rows = RowBatch::new(columns.len());
    for entry in &found {
        push(&mut rows, entry);
    }
    session.show_rows(&columns, &rows)
}

fn push(rows: &mut RowBatch, entry: &Entry) {
    let text = |rows: &mut RowBatch, text: Option<String>| match text {
        Some(text) => rows.push(CellKind::Text, text.as_bytes()),
        None => rows.push_null(),
    };
    let known = |text: &str| Some(text.to_string()).filter(|t| !t.is_empty());
    let when = (entry.time > 0).then(|| local_time_at(entry.time, "%Y-%m-%d %H:%M:%S"));
    text(rows, when);
    text(rows, known(&entry.place.database));
    text(rows, known(&entry.place.user));
    let took = entry
        .ending
        .took
        .map(|took| format!("{:.3}s", took.as_secs_f64()));
    text(rows, took);
    match entry.ending.rows {
        Some(count) => rows.push(CellKind::Number, count.to_string().as_bytes()),
        None => rows.push_null(),
    }
    text(rows, known(entry.ending.outcome.word()));
    text(rows, Some(entry.text.clone()));
    rows.end_row();
}

fn query(asked: &str, place: &str, number: Option<i64>) -> Result<Query> {
    let mut words = asked.split_whitespace().peekable();
    let mut query = Query::default();
    while let Some(flag) = words.next_if(|w| w.starts_with("--")) {
        match flag {
            "--here" => query.place = Some(place.to_string()),
            "--session" => query.session = Some(number.unwrap_or(-1)),
            "--project" => query.folder = Some(history::project()),
            "--ok" => query.outcome = Some(Outcome::Done),
            "--failed" => query.outcome = Some(Outcome::Failed),
            other => {
                let error = Error::usage(format!("/history: unknown option \"{other}\""));
                return Err(match nearest(other, FLAGS) {
                    Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
                    None => error.with_hint(format!("It has {}.", FLAGS.join(", "))),
                });
            }
        }
    }
    query.words = words.map(str::to_lowercase).collect();
    Ok(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_come_before_the_words() {
        let found = query("--here --ok Select  --x", "p", Some(3)).expect("good options");
        assert_eq!(
            found,
            Query {
                words: vec!["select".into(), "--x".into()],
                place: Some("p".into()),
                session: None,
                folder: None,
                outcome: Some(Outcome::Done),
            }
        );
        let error = query("--faild", "p", None).expect_err("no such option");
        assert_eq!(error.hint.as_deref(), Some("Did you mean \"--failed\"?"));
    }
}
