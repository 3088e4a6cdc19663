//! The prompt's own commands: `/theme`, `/private`, `/keys`.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, configuration_file};
use crate::edit::keys;
use crate::error::{Error, Result};
use crate::nearest::nearest;
use crate::output::tell;
use crate::session::Session;
use crate::theme;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::path::PathBuf;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["/theme"],
            args: &[Arg {
                name: "NAME",
                kind: ArgKind::Word(&theme::NAMES),
                required: false,
            }],
            section: Section::General,
            help: "colours of the prompt, at once; without NAME the themes there are",
        },
        run: choose_theme,
    },
    Command {
        spec: Spec {
            names: &["/private"],
            args: &[Arg {
                name: "on|off",
                kind: ArgKind::Word(&["on", "off"]),
                required: false,
            }],
            section: Section::General,
            help: "keep nothing of what is typed in the history, and back",
        },
        run: private,
    },
    Command {
        spec: Spec {
            names: &["/keys"],
            args: &[Arg {
                name: "TEXT",
                kind: ArgKind::Rest,
                required: false,
            }],
            section: Section::General,
            help: "the prompt's keys, what they do, and the abbreviations; with TEXT what holds it",
        },
        run: list_keys,
    },
];

fn choose_theme<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let own = own_themes();
        let names: Vec<&str> = theme::NAMES
            .iter()
            .copied()
            .chain(own.iter().map(String::as_str))
            .collect();
        let Some(wanted) = args.get(0) else {
            return listed(session, &names);
        };
        if !names.contains(&wanted) {
            let error = Error::usage(format!("there is no theme \"{wanted}\""));
            return Err(match nearest(wanted, names) {
                Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
                None => error.with_hint("/theme lists them."),
            });
        }
        session.settings.set("theme", wanted)?;
        told(
            session,
            &format!("theme is {wanted}. \"/set theme --save\" keeps it.\n"),
        );
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn listed(session: &mut Session, names: &[&str]) -> Result<Next> {
    let current = session.settings.theme.clone();
    let mut text = String::new();
    for name in names {
        let mark = if *name == current { "* " } else { "  " };
        text.push_str(&format!("{mark}{name}\n"));
    }
    super::general::show(session, &crate::visible::visible_text(&text))
}

/// The `.tmTheme` files in the folder `themes` beside the configuration.
fn own_themes() -> Vec<String> {
    let folder: Option<PathBuf> = configuration_file().map(|file| file.with_file_name("themes"));
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    let mut names: Vec<String> = entries
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            name.strip_suffix(".tmTheme").map(str::to_string)
        })
        .collect();
    names.sort();
    names
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

fn told(session: &Session, text: &str) {
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
