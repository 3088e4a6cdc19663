//! `/theme`, and the themes there are: the program's own and the user's files.

use super::prompt::told;
use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, configuration_file};
use crate::error::{Error, Kind, Result};
use crate::nearest::nearest;
use crate::session::Session;
use crate::theme;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::path::PathBuf;

pub(super) static COMMANDS: &[Command] = &[Command {
    spec: Spec {
        names: &["/theme"],
        args: &[Arg::optional("NAME", ArgKind::Theme)],
        section: Section::General,
        help: "colours of the prompt, at once; without NAME a list to choose from and see them",
    },
    run: theme_command,
}];

fn theme_command<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        match args.get(0) {
            Some(wanted) => choose_theme(session, wanted)?,
            None if session.interactive => return Ok(Next::Themes),
            None => return listed(session),
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Takes a theme, and says so.
pub fn choose_theme(session: &mut Session, name: &str) -> Result<()> {
    change(session, "theme", name)?;
    let text = format!("theme is {name}. \"/set theme --save\" keeps it.\n");
    told(session, &text);
    Ok(())
}

/// Changes a setting. The name of a theme is looked for among the user's files too, which the table
/// of settings knows nothing about.
pub(super) fn change(session: &mut Session, name: &str, value: &str) -> Result<()> {
    if name == "theme" && !value.is_empty() && !theme_names().iter().any(|n| n == value) {
        return Err(unknown_theme(value));
    }
    session.settings.set(name, value)
}

pub fn unknown_theme(name: &str) -> Error {
    let error = Error::new(Kind::Config, format!("there is no theme \"{name}\""));
    match nearest(name, theme_names().iter().map(String::as_str)) {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
        None => error.with_hint("/theme shows them."),
    }
}

fn listed(session: &mut Session) -> Result<Next> {
    let current = session.settings.theme.clone();
    let mut text = String::new();
    for name in theme_names() {
        let mark = if name == current { "* " } else { "  " };
        text.push_str(&format!("{mark}{name}\n"));
    }
    super::general::show(session, &crate::visible::visible_text(&text))
}

/// The program's own themes, then the user's.
pub fn theme_names() -> Vec<String> {
    let entries = themes_folder().and_then(|folder| std::fs::read_dir(folder).ok());
    let mut own: Vec<String> = entries
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            name.strip_suffix(".tmTheme").map(str::to_string)
        })
        .collect();
    own.sort();
    let mut names: Vec<String> = theme::NAMES
        .iter()
        .map(|name| (*name).to_string())
        .collect();
    own.retain(|name| !names.contains(name));
    names.append(&mut own);
    names
}

/// The user's theme of that name, which goes before one of the program's.
pub fn own_theme(name: &str) -> Option<Vec<u8>> {
    if name.is_empty() || name.contains('/') {
        return None;
    }
    std::fs::read(themes_folder()?.join(format!("{name}.tmTheme"))).ok()
}

/// `themes` beside the configuration.
fn themes_folder() -> Option<PathBuf> {
    configuration_file().map(|file| file.with_file_name("themes"))
}
