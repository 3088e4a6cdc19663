//! The editor: on the query buffer, on a file, on the definition of a function or view.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::driver::Request;
use crate::error::{Error, Result};
use crate::session::Session;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// What the editor is opened on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    pub text: String,
    /// The file that is edited itself, in place of the text.
    pub file: Option<String>,
    /// The line that the editor is asked to show.
    pub line: Option<usize>,
    /// Without a change nothing is left of the text.
    pub discard: bool,
    /// It is said when nothing was changed.
    pub tells: bool,
}

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\e", "\\edit"],
            args: &[
                Arg::optional("FILE", ArgKind::Path),
                Arg::optional("LINE", ArgKind::Text),
            ],
            section: Section::Buffer,
            help: "edit the statement, or a file, in $EDITOR",
        },
        run: edit,
    },
    Command {
        spec: Spec {
            names: &["\\ef"],
            args: &[
                Arg::optional("FUNCTION", ArgKind::Function),
                Arg::optional("LINE", ArgKind::Words),
            ],
            section: Section::Buffer,
            help: "edit a function's definition in $EDITOR; with a number behind it at that line \
                   (PostgreSQL)",
        },
        run: edit_function,
    },
    Command {
        spec: Spec {
            names: &["\\ev"],
            args: &[
                Arg::optional("VIEW", ArgKind::View),
                Arg::optional("LINE", ArgKind::Words),
            ],
            section: Section::Buffer,
            help: "edit a view's definition in $EDITOR; with a number behind it at that line \
                   (PostgreSQL)",
        },
        run: edit_view,
    },
];

fn edit<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let (file, line) = match (args.get(0), args.get(1)) {
            (Some(only), None) if only.bytes().all(|b| b.is_ascii_digit()) => (None, Some(only)),
            given => given,
        };
        let line = line.map(line_number).transpose()?;
        if let Some(name) = file {
            let text = match session.interactive {
                true => std::fs::read_to_string(name)
                    .map_err(|e| Error::file(format!("read file \"{name}\""), name, &e))?,
                false => String::new(),
            };
            return Ok(Next::Edit(Edit {
                text,
                file: Some(name.to_string()),
                line,
                discard: true,
                tells: false,
            }));
        }
        let recalls = session.query.buffer.is_empty();
        Ok(Next::Edit(Edit {
            text: match recalls {
                true => session.query.last.clone(),
                false => std::mem::take(&mut session.query.buffer),
            },
            line,
            discard: recalls,
            ..Edit::default()
        }))
    }
    .boxed_local()
}

fn line_number(text: &str) -> Result<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text[..digits].parse().unwrap_or(0);
    match number {
        0 => Err(Error::usage(format!("invalid line number: {text}"))),
        number => Ok(number),
    }
}

const NEW_FUNCTION: &str = "CREATE FUNCTION ( )\n RETURNS \n LANGUAGE \n \
     -- common options:  IMMUTABLE  STABLE  STRICT  SECURITY DEFINER\nAS $function$\n\n$function$\n";
const NEW_VIEW: &str = "CREATE VIEW  AS\n SELECT \n  -- something...\n";

#[expect(
    clippy::needless_pass_by_value,
    reason = "every command has this shape"
)]
fn edit_function<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { definition(session, args.raw, "sf", NEW_FUNCTION).await }.boxed_local()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "every command has this shape"
)]
fn edit_view<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { definition(session, args.raw, "sv", NEW_VIEW).await }.boxed_local()
}

/// The definition that `word` shows of `NAME [LINE]`; without a name what a new one looks like.
async fn definition(session: &mut Session, given: &str, word: &str, new: &str) -> Result<Next> {
    if session.dialect().name != "postgres" {
        let message = "only PostgreSQL shows the definition as it can be sent again";
        return Err(Error::usage(message));
    }
    let (name, line) = name_and_line(given.trim());
    let line = line.map(line_number).transpose()?;
    let text = match name {
        "" => new.to_string(),
        name => {
            let request = Request {
                word: word.to_string(),
                patterns: vec![name.to_string()],
                ..Request::default()
            };
            session.explore_text(&request).await?
        }
    };
    // Lines of a function count from the first one of its body.
    let before = match word {
        "sf" => lines_before_body(&text),
        _ => 0,
    };
    session.query.buffer.clear();
    Ok(Next::Edit(Edit {
        line: line.map(|line| line + before),
        text,
        file: None,
        discard: true,
        tells: true,
    }))
}

/// The number behind a name, with a blank or a parenthesis between the two.
fn name_and_line(given: &str) -> (&str, Option<&str>) {
    let name = given.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &given[name.len()..];
    match name.ends_with(|c: char| c == ')' || c.is_ascii_whitespace()) && !number.is_empty() {
        true => (name.trim_end(), Some(number)),
        false => (given, None),
    }
}

fn lines_before_body(text: &str) -> usize {
    let begins = |line: &str| {
        ["AS ", "BEGIN ", "RETURN "]
            .iter()
            .any(|w| line.starts_with(w))
    };
    text.lines().take_while(|line| !begins(line)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_behind_the_name_is_a_line() {
        for (given, expected) in [
            ("f", ("f", None)),
            ("f 3", ("f", Some("3"))),
            ("f(int)3", ("f(int)", Some("3"))),
            ("f(int) 12", ("f(int)", Some("12"))),
            ("f3", ("f3", None)),
            ("12", ("12", None)),
            ("", ("", None)),
        ] {
            assert_eq!(name_and_line(given), expected, "{given}");
        }
    }

    #[test]
    fn lines_count_from_the_body() {
        let text = "CREATE OR REPLACE FUNCTION f()\n RETURNS int\nAS $$\nx\n$$\n";
        assert_eq!(lines_before_body(text), 2);
        assert!(line_number("0").is_err());
        assert_eq!(line_number("12x").ok(), Some(12));
    }
}
