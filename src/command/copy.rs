//! `\\copy`: PostgreSQL's COPY with a file, a program or a stream of the client's side.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::error::{Error, Result};
use crate::session::Session;
use crate::sql::dialect::POSTGRES;
use crate::sql::{Token, TokenKind, lex};
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// A `\\copy`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyCommand {
    /// The statement for the server, which copies from or to the client.
    pub sql: String,
    /// The data go to the server.
    pub inwards: bool,
    pub place: CopyPlace,
}

/// Where the data are on the client's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyPlace {
    File(String),
    /// For `sh -c`.
    Program(String),
    /// The script that the command stands in, or the current output.
    Here,
    /// Our own standard input or output, wherever scripts and results are.
    Process,
}

pub(super) static COMMANDS: &[Command] = &[Command {
    spec: Spec {
        names: &["\\copy"],
        args: &[Arg {
            name: "TABLE-or-(QUERY) from|to FILE [OPTIONS]",
            kind: ArgKind::Rest,
            required: true,
        }],
        section: Section::Output,
        help: "copy between a table and a file, \"program 'COMMAND'\", stdin or stdout (PostgreSQL)",
    },
    run: copy,
}];

#[expect(clippy::needless_pass_by_value, reason = "every command has this type")]
fn copy<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        if session.dialect().name != POSTGRES.name {
            return Err(Error::usage("\\copy: only PostgreSQL has COPY"));
        }
        let parsed = parse(args.raw);
        match session.is_psql() {
            true => parsed.map_err(|_| parse_error(args.raw)).map(Next::Copy),
            false => parsed.map(Next::Copy),
        }
    }
    .boxed_local()
}

/// What psql says of a line that it cannot take apart.
fn parse_error(line: &str) -> Error {
    let line = line.trim();
    Error::usage(match line {
        "" => "\\copy: arguments required".to_string(),
        _ => "\\copy: parse error at end of line".to_string(),
    })
}

/// Takes `TABLE [(COLUMNS)] from|to PLACE [OPTIONS]` apart.
fn parse(line: &str) -> Result<CopyCommand> {
    let line = line.trim().trim_end_matches(';').trim_end();
    let tokens: Vec<Token> = lex(line, &POSTGRES)
        .into_iter()
        .filter(|t| !t.is_trivia())
        .collect();
    let mut depth = 0usize;
    let way = tokens.iter().position(|t| {
        match t.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (is(t, line, "from") || is(t, line, "to"))
    });
    let Some(way) = way.filter(|at| *at > 0) else {
        return Err(usage(
            "\\copy: a table or (query), then \"from\" or \"to\", is missing",
        ));
    };
    let inwards = is(&tokens[way], line, "from");
    let mut rest = tokens[way + 1..].iter();
    let missing = || usage("\\copy: the file is missing");
    let first = rest.next().ok_or_else(missing)?;
    let (place, end) = if is(first, line, "program") {
        let command = rest
            .next()
            .filter(|t| t.kind == TokenKind::String)
            .ok_or_else(|| usage("\\copy: program wants a command in quotes"))?;
        (
            CopyPlace::Program(unquote(command.text(line))),
            command.end as usize,
        )
    } else if is(first, line, "stdin") || is(first, line, "stdout") {
        (CopyPlace::Here, first.end as usize)
    } else if is(first, line, "pstdin") || is(first, line, "pstdout") {
        (CopyPlace::Process, first.end as usize)
    } else if first.kind == TokenKind::String {
        (
            CopyPlace::File(unquote(first.text(line))),
            first.end as usize,
        )
    } else {
        // A bare file name may hold whatever a shell word may.
        let from = first.start as usize;
        let length = line[from..].find(char::is_whitespace);
        let end = length.map_or(line.len(), |l| from + l);
        (CopyPlace::File(line[from..end].to_string()), end)
    };
    let client = if inwards { "FROM STDIN" } else { "TO STDOUT" };
    let what = line[..tokens[way].start as usize].trim_end();
    let sql = format!("COPY {what} {client}{}", &line[end..]);
    Ok(CopyCommand {
        sql,
        inwards,
        place,
    })
}

fn is(token: &Token, text: &str, word: &str) -> bool {
    token.kind == TokenKind::Word && token.text(text).eq_ignore_ascii_case(word)
}

fn unquote(literal: &str) -> String {
    let inner = literal.strip_prefix('\'').unwrap_or(literal);
    inner.strip_suffix('\'').unwrap_or(inner).replace("''", "'")
}

fn usage(message: &str) -> Error {
    Error::usage(message).with_hint("Usage: \\copy TABLE-or-(QUERY) from|to FILE [OPTIONS]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use CopyPlace::*;

    #[test]
    fn a_line_is_taken_apart() {
        let file = |name: &str| File(name.into());
        for (line, sql, place) in [
            (
                "t from 'a b.csv' csv header",
                "COPY t FROM STDIN csv header",
                file("a b.csv"),
            ),
            (
                "t from /tmp/x-1.csv with (format csv);",
                "COPY t FROM STDIN with (format csv)",
                file("/tmp/x-1.csv"),
            ),
            (
                "t(a, \"to\") to 'it''s'",
                "COPY t(a, \"to\") TO STDOUT",
                file("it's"),
            ),
            (
                "(select 1 from t) to stdout",
                "COPY (select 1 from t) TO STDOUT",
                Here,
            ),
            (
                "s.t FROM PROGRAM 'zcat x | head' csv",
                "COPY s.t FROM STDIN csv",
                Program("zcat x | head".into()),
            ),
            ("t from pstdin", "COPY t FROM STDIN", Process),
        ] {
            let parsed = parse(line).expect(line);
            assert_eq!(
                (parsed.sql.as_str(), &parsed.place),
                (sql, &place),
                "{line}"
            );
            assert_eq!(parsed.inwards, sql.contains("FROM STDIN"), "{line}");
        }
        for line in ["", "t", "from x", "t from", "t to program cat"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
