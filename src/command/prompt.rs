//! The prompt's own commands: `/private`, `/keys`.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::edit::keys;
use crate::error::{Error, Result};
use crate::output::tell;
use crate::session::Session;
use crate::visible::visible_line;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["/private"],
            args: &[Arg::optional("on|off", ArgKind::Word(&["on", "off"]))],
            section: Section::General,
            help: "keep nothing of what is typed in the history, and back",
        },
        run: private,
    },
    Command {
        spec: Spec {
            names: &["/undo"],
            args: &[Arg::optional("COUNT", ArgKind::Text)],
            section: Section::General,
            help: "take back the last statement of the open transaction, or so many; also one that \
                   failed (needs the setting undo)",
        },
        run: undo,
    },
    Command {
        spec: Spec {
            names: &["/keys"],
            args: &[Arg::optional("TEXT", ArgKind::Rest)],
            section: Section::General,
            help: "the prompt's keys, what they do, and the abbreviations; with TEXT what holds it",
        },
        run: list_keys,
    },
];

fn undo<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let count = match args.get(0) {
            None => 1,
            Some(count) => count.parse().map_err(|_| {
                Error::usage(format!("/undo: \"{}\" is no number", visible_line(count)))
            })?,
        };
        for statement in session.undo(count).await? {
            let words: Vec<&str> = statement.split_whitespace().collect();
            told(
                session,
                &format!("undone: {}\n", visible_line(&words.join(" "))),
            );
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn private<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let flipped = if session.settings.private {
            "off"
        } else {
            "on"
        };
        session
            .settings
            .set("private", args.get(0).unwrap_or(flipped))?;
        told(
            session,
            match session.settings.private {
                true => "What is typed from here on is not kept.\n",
                false => "What is typed is kept again.\n",
            },
        );
        Ok(Next::Continue)
    }
    .boxed_local()
}

pub(super) fn told(session: &Session, text: &str) {
    if session.interactive && !session.settings.quiet {
        tell(text);
    }
}

fn list_keys<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let args = args;
        let part = args.raw.trim().to_lowercase();
        let mut rows = keys::listed(&session.config.keys);
        for (word, text) in &session.config.abbreviations {
            rows.push((
                format!("{word} "),
                "abbreviation".into(),
                text.replace('\n', " "),
            ));
        }
        let holds = |(key, name, help): &(String, String, String)| {
            [key, name, help]
                .iter()
                .any(|t| t.to_lowercase().contains(&part))
        };
        rows.retain(holds);
        let width = |part: fn(&(String, String, String)) -> &str| {
            rows.iter()
                .map(|row| part(row).chars().count())
                .max()
                .unwrap_or(0)
        };
        let (first, second) = (width(|r| &r.0), width(|r| &r.1));
        let mut text = String::new();
        for (key, name, help) in &rows {
            text.push_str(&format!("{key:first$}  {name:second$}  {help}\n"));
        }
        super::general::show(session, &crate::visible::visible_text(&text))
    }
    .boxed_local()
}
