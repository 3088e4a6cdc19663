//! Favourites: statements with a name, kept in a file of their own that people can share.
//!
//! The file is TOML, `name = "statements"`, beside the configuration. It is read each time, so what
//! somebody else changed counts at once.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, configuration_file};
use crate::error::{Error, Kind, Result};
use crate::nearest::nearest;
use crate::output::tell;
use crate::session::Session;
use crate::sql::vars::interpolate;
use crate::visible::visible_text;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Value};

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\n"],
            args: &[
                Arg::optional("NAME", ArgKind::Favourite),
                Arg::optional("VALUE or --NAME=VALUE", ArgKind::Words),
            ],
            section: Section::Buffer,
            help: "run a favourite: its $1, $2, $* are the values, its :name is --name; without \
                   NAME list them",
        },
        run,
    },
    Command {
        spec: Spec {
            names: &["\\ns"],
            args: &[
                Arg::required("NAME", ArgKind::Favourite),
                Arg::optional("STATEMENTS", ArgKind::Query(&[])),
            ],
            section: Section::Buffer,
            help: "save a favourite; without STATEMENTS what was sent last",
        },
        run: save,
    },
    Command {
        spec: Spec {
            names: &["\\nd"],
            args: &[Arg::required("NAME", ArgKind::Favourite)],
            section: Section::Buffer,
            help: "delete a favourite",
        },
        run: delete,
    },
    Command {
        spec: Spec {
            names: &["\\np"],
            args: &[Arg::optional("NAME", ArgKind::Favourite)],
            section: Section::Buffer,
            help: "print the favourites whose names hold NAME",
        },
        run: print,
    },
];

pub fn favourites_file() -> Result<PathBuf> {
    let beside = configuration_file().map(|file| file.with_file_name("favourites.toml"));
    beside.ok_or_else(|| Error::new(Kind::Config, "there is no folder for favourites"))
}

/// The names that there are, for Tab. A file that cannot be read has none; the command says why.
pub fn favourite_names() -> Vec<String> {
    let names = read().map(|kept| {
        let texts = kept.iter().filter(|(_, item)| item.is_str());
        texts.map(|(name, _)| name.to_string()).collect()
    });
    names.unwrap_or_default()
}

fn read() -> Result<DocumentMut> {
    let path = favourites_file()?;
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(Error::io(format!("read \"{}\"", path.display()), &e)),
    };
    parsed(&text, &path)
}

fn parsed(text: &str, path: &Path) -> Result<DocumentMut> {
    text.parse().map_err(|e: toml_edit::TomlError| {
        let at = e.span().map_or(0, |s| s.start).min(text.len());
        let line = text.as_bytes()[..at]
            .iter()
            .filter(|b| **b == b'\n')
            .count()
            + 1;
        let message = e.message().lines().next().unwrap_or_default().to_string();
        Error::new(
            Kind::Config,
            format!("{}:{line}: {message}", path.display()),
        )
    })
}

/// Changes the file; what is around the change stays as it is.
fn change<T>(change: impl FnOnce(&mut DocumentMut) -> Result<T>) -> Result<T> {
    let path = favourites_file()?;
    super::set::rewrite(&path, |text| {
        let mut document = parsed(text, &path)?;
        let said = change(&mut document)?;
        Ok((document.to_string(), said))
    })
}

/// A name as it is kept: without the quotes that spaces in it need.
fn name(word: &str) -> &str {
    let inside = word.strip_prefix('"').and_then(|w| w.strip_suffix('"'));
    inside.unwrap_or(word)
}

fn unknown(name: &str, document: &DocumentMut) -> Error {
    if document.contains_key(name) {
        return Error::usage(format!("\"{name}\" is no text in the file of favourites"))
            .with_hint("A favourite is a line NAME = \"STATEMENTS\".");
    }
    let error = Error::usage(format!("there is no favourite \"{name}\""));
    match nearest(name, document.iter().map(|(name, _)| name)) {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
        None => error.with_hint("\\n lists the favourites, \\ns saves one."),
    }
}

fn run<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let Some(name) = args.get(0).map(name) else {
            return listed(session, "");
        };
        let document = read()?;
        let text = document.get(name).and_then(Item::as_str);
        let text = text.ok_or_else(|| unknown(name, &document))?;
        let filled = fill(text, &args.words[1..], session)?;
        if session.interactive && !session.settings.quiet {
            tell(&format!("> {}\n", visible_text(&filled)));
        }
        Ok(Next::Text(filled))
    }
    .boxed_local()
}

/// The favourite's text with its parameters: `$1`, `$*` and, by name, `:name`.
fn fill(text: &str, words: &[String], session: &Session) -> Result<String> {
    let named = |word: &String| {
        let (name, value) = word.strip_prefix("--")?.split_once('=')?;
        Some((name.to_string(), value.to_string()))
    };
    let by_name: Vec<(String, String)> = words.iter().filter_map(named).collect();
    let by_place: Vec<&str> = words
        .iter()
        .filter(|w| named(w).is_none())
        .map(String::as_str)
        .collect();
    let text = positional(text, &by_place).map_err(Error::usage)?;
    for (name, _) in &by_name {
        if !text.contains(&format!(":{name}"))
            && !text.contains(&format!(":'{name}"))
            && !text.contains(&format!(":\"{name}"))
        {
            return Err(Error::usage(format!(
                "the favourite has no parameter :{name}"
            )));
        }
    }
    let value = |wanted: &str| {
        let found = by_name.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone())
    };
    Ok(interpolate(&text, session.dialect(), value).into_owned())
}

/// `$1` to `$99` and `$*` (all that no number names, with commas) filled in. As many values as
/// parameters, neither more nor fewer.
fn positional(text: &str, values: &[&str]) -> std::result::Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    let mut used = 0;
    let mut star = false;
    // `$*` is all values behind the highest number.
    let numbers = numbers(text);
    let highest = numbers.iter().copied().max().unwrap_or(0);
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix(['*', '@']) {
            star = true;
            out.push_str(&values.get(highest..).unwrap_or_default().join(", "));
            rest = behind;
            continue;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = rest[..digits].parse::<usize>().ok().filter(|n| *n > 0);
        match number {
            Some(number) => {
                let value = values.get(number - 1);
                out.push_str(
                    value.ok_or_else(|| format!("the favourite needs a value for ${number}"))?,
                );
                used = used.max(number);
                rest = &rest[digits..];
            }
            None => out.push('$'),
        }
    }
    out.push_str(rest);
    match values.len() > used && !star {
        true => Err(format!("the favourite has no parameter ${}", used + 1)),
        false => Ok(out),
    }
}

/// The numbers of the parameters in a text.
fn numbers(text: &str) -> Vec<usize> {
    text.split('$')
        .skip(1)
        .filter_map(|part| {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            part[..digits].parse().ok()
        })
        .collect()
}

fn save<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let args = args;
        let raw = args.raw.trim();
        let split = super::args::split(raw, 1, &super::UNREAD);
        let (kept, text) = match split.words.first() {
            Some(word) => (name(word), split.rest),
            // A quote that nothing closes is a letter like any other.
            None => raw.split_once(char::is_whitespace).unwrap_or((raw, "")),
        };
        let text = match text.trim() {
            "" => session.query.last.trim().to_string(),
            text => text.to_string(),
        };
        if kept.is_empty() || text.is_empty() {
            return Err(Error::usage("\\ns: a favourite has a name and a statement")
                .with_hint("Usage: \\ns NAME STATEMENTS"));
        }
        let known = change(|document| {
            let mut new = Value::from(text);
            let old = document.get(kept).and_then(Item::as_value);
            // A comment behind it stays.
            let known = old.map(|old| *new.decor_mut() = old.decor().clone());
            document[kept] = Item::Value(new);
            Ok(known.is_some())
        })?;
        told(session, kept, if known { "Changed" } else { "Saved" })
    }
    .boxed_local()
}

fn delete<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let name = name(args.need(0, "a name")?);
        change(|document| match document.remove(name) {
            Some(_) => Ok(()),
            None => Err(unknown(name, document)),
        })?;
        told(session, name, "Deleted")
    }
    .boxed_local()
}

fn told(session: &Session, name: &str, what: &str) -> Result<Next> {
    if session.interactive && !session.settings.quiet {
        tell(&format!("{what} \"{}\".\n", visible_text(name)));
    }
    Ok(Next::Continue)
}

fn print<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { listed(session, name(args.get(0).unwrap_or_default())) }.boxed_local()
}

/// The favourites whose names hold `part`, each with its statements.
fn listed(session: &mut Session, part: &str) -> Result<Next> {
    let document = read()?;
    let mut text = String::new();
    for (name, item) in document.iter().filter(|(name, _)| name.contains(part)) {
        let statements = item.as_str().unwrap_or("(no text)").trim();
        text.push_str(&format!("{name}\n"));
        for line in statements.lines() {
            text.push_str(&format!("    {line}\n"));
        }
    }
    if text.is_empty() {
        return Err(match part {
            "" => Error::usage("there are no favourites yet")
                .with_hint("\\ns NAME STATEMENTS saves one."),
            part => unknown(part, &document),
        });
    }
    super::general::show(session, &visible_text(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_filled_by_place_neither_more_nor_fewer() {
        for (text, values, expected) in [
            ("select 1", &[][..], Ok("select 1")),
            ("select $1 + '$2'", &["a", "b"], Ok("select a + 'b'")),
            ("select $2, $1, $1", &["a", "b"], Ok("select b, a, a")),
            ("in ($*)", &["1", "2"], Ok("in (1, 2)")),
            ("$1 in ($*)", &["x", "1", "2"], Ok("x in (1, 2)")),
            ("$1", &[], Err("the favourite needs a value for $1")),
            ("$1", &["a", "b"], Err("the favourite has no parameter $2")),
            ("select 1", &["a"], Err("the favourite has no parameter $1")),
            ("do $$ x $$", &[], Ok("do $$ x $$")),
            ("a$", &[], Ok("a$")),
            ("$0", &[], Ok("$0")),
        ] {
            let got = positional(text, values);
            assert_eq!(got.as_deref().map_err(String::as_str), expected, "{text}");
        }
    }
}
