//! `\?`, `\q`, and the settings.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, commands};
use crate::error::{Error, Result};
use crate::format::page::page;
use crate::output::tell;
use crate::session::Session;
use crate::settings::{SETTINGS, Setting};
use crate::visible::visible_text;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::io::Write;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\?", "/help"],
            args: &[Arg::optional("COMMAND", ArgKind::Command)],
            section: Section::General,
            help: "this help, or what one command does",
        },
        run: help,
    },
    Command {
        spec: Spec {
            names: &["\\h", "\\help"],
            args: &[
                Arg::optional("STATEMENT", ArgKind::Keyword),
                Arg::optional("", ArgKind::Rest),
            ],
            section: Section::General,
            help: "the syntax of a statement in the server's version; * shows all, none the list",
        },
        run: syntax,
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
    Command {
        spec: Spec {
            names: &["\\q", "\\quit", "\\exit"],
            args: &[],
            section: Section::General,
            help: "leave sqwire",
        },
        run: quit,
    },
    Command {
        spec: Spec {
            names: &["\\s"],
            args: &[Arg::optional("FILE", ArgKind::Path)],
            section: Section::General,
            help: "what was typed",
        },
        run: history,
    },
    Command {
        spec: Spec {
            names: &["\\refresh"],
            args: &[],
            section: Section::General,
            help: "read the names for completion again",
        },
        run: refresh,
    },
];

/// psql's own history, which a script has none of.
fn history<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        match (session.interactive, args.get(0)) {
            (false, None) => super::output::to_stdout("\n"),
            (false, Some(_)) => Ok(Next::Continue),
            (true, None) => Ok(Next::History(String::new())),
            (true, Some(_)) => Err(Error::usage("\\s writes to no file")
                .with_hint("/history TEXT shows what was typed.")),
        }
    }
    .boxed_local()
}

/// What may be done with what comes from PostgreSQL, by whose it is.
const COPYRIGHT: &str = include_str!("copyright.txt");

fn copyright<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { show(session, COPYRIGHT) }.boxed_local()
}

fn quit<'a>(_: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async { Ok(Next::Quit) }.boxed_local()
}

fn help<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let text = match args.get(0) {
            Some(name) => help_of(session, name)?,
            None => overview(columns(session)),
        };
        show(session, &text)
    }
    .boxed_local()
}

fn syntax<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let args = args;
        let topic = args
            .raw
            .trim_end_matches(|c: char| c.is_ascii_whitespace() || c == ';');
        let text = session.syntax_help(topic.trim_start()).await?;
        show(session, &visible_text(&text))
    }
    .boxed_local()
}

/// Prints a page of text where results go.
pub(super) fn show(session: &mut Session, text: &str) -> Result<Next> {
    // A variable can hold what came from a server.
    let text = match session.output.screen() {
        Some(_) => visible_text(text),
        None => text.into(),
    };
    session.output.begin_page(session.settings.pager);
    let written = session.output.write_all(text.as_bytes());
    let shown = written.and(session.output.end_page());
    shown.map_err(|e| Error::io("write the output", &e))?;
    Ok(Next::Continue)
}

/// The width that pages may take: the screen's, where results go to one.
pub(super) fn columns(session: &Session) -> Option<usize> {
    session.output.screen().map(|screen| screen.columns)
}

fn help_of(session: &Session, name: &str) -> Result<String> {
    let wanted = name.trim_start_matches('\\');
    let (command, _) = super::find(wanted).ok_or_else(|| super::unknown(wanted))?;
    let mut text = format!("{}\n    {}\n", command.spec.synopsis(), command.spec.help);
    if command.spec.names.len() > 1 {
        text.push_str(&format!(
            "    also: {}\n",
            command.spec.names[1..].join(", ")
        ));
    }
    if command.spec.names[0] == "\\pset" {
        let row = |s: &Setting| vec![format!("{} {}", s.name, s.takes), s.help.to_string()];
        let rows: Vec<_> = SETTINGS.iter().map(row).collect();
        text.push_str(&page(&rows, &[30], columns(session)));
    }
    Ok(text)
}

/// One part of the overview.
pub(super) fn section<'c>(
    title: Section,
    commands: impl Iterator<Item = &'c Command>,
    columns: Option<usize>,
) -> String {
    let own = commands.filter(|c| c.spec.section == title);
    let row = |c: &Command| vec![c.spec.synopsis(), c.spec.help.to_string()];
    let rows: Vec<_> = own.map(row).collect();
    format!("{}\n{}\n", title.title(), page(&rows, &[26], columns))
}

pub(super) fn overview(columns: Option<usize>) -> String {
    let mut text = String::new();
    for title in Section::ALL {
        text.push_str(&section(title, commands(), columns));
    }
    text.push_str(
        "A statement ends with a semicolon; \\g sends it too. Ctrl-C stops a running statement,\n\
         Ctrl-D leaves. \\? \\pset shows every setting.\n",
    );
    text
}

fn refresh<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        if let Some(failure) = session.refresh_failure() {
            let text = crate::visible::visible_line(&failure.message).into_owned();
            tell(&format!("The last refresh failed: {text}\n"));
        }
        for line in &session.catalog().load().missing {
            tell(&format!("{}\n", crate::visible::visible_line(line)));
        }
        session.refresh_catalog().await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}
