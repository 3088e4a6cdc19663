//! `\\copy`: PostgreSQL's COPY with a file, a program or a stream of the client's side, and the like
//! of it on other databases.

use super::spec::{Arg, ArgKind, CopyWords, Section, Spec};
use super::{Args, Command, Next, Send};
use crate::error::{Error, Result};
use crate::session::{Import, Session};
use crate::sql::copy::way;
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
        args: &[Arg::required(
            "TABLE-or-(QUERY) from|to FILE [OPTIONS]",
            ArgKind::Copy(&WORDS),
        )],
        section: Section::Output,
        help: "copy between a table and a file, \"program 'COMMAND'\", stdin or stdout",
    },
    run: copy,
}];

static WORDS: CopyWords = CopyWords {
    from: &["stdin", "pstdin", "program"],
    to: &["stdout", "pstdout", "program"],
    options: &[],
};

#[expect(clippy::needless_pass_by_value, reason = "every command has this type")]
fn copy<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        if session.dialect().name != POSTGRES.name {
            return elsewhere(session, args.raw).await;
        }
        let parsed = parse(args.raw);
        match session.is_psql() {
            true => {
                let parsed = parsed.map_err(|_| parse_error(args.raw))?;
                let sql = as_psql_sends(args.raw).unwrap_or(parsed.sql);
                Ok(Next::Copy(CopyCommand { sql, ..parsed }))
            }
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
        _ => match unexpected(line) {
            Some(word) => format!("\\copy: parse error at \"{word}\""),
            None => "\\copy: parse error at end of line".to_string(),
        },
    })
}

/// The first word that does not fit; none where something is missing at the end.
fn unexpected(line: &str) -> Option<&str> {
    let tokens: Vec<Token> = lex(line, &POSTGRES)
        .into_iter()
        .filter(|t| !t.is_trivia())
        .collect();
    let mut depth = 0usize;
    let mut rest = tokens.iter().skip_while(|t| {
        depth = match t.kind {
            TokenKind::LeftParen => depth + 1,
            TokenKind::RightParen => depth.saturating_sub(1),
            _ => depth,
        };
        let first = t.start == tokens[0].start;
        first || depth > 0 || t.kind == TokenKind::RightParen || t.text(line) == "."
    });
    let way = rest.next()?;
    if !is(way, line, "from") && !is(way, line, "to") {
        return Some(way.text(line));
    }
    let place = rest.next()?;
    match is(place, line, "program") {
        true => rest.next().map(|t| t.text(line)),
        false => Some(place.text(line)),
    }
}

/// A line, taken apart.
struct Line<'l> {
    /// `TABLE [(COLUMNS)]` or `(QUERY)`.
    what: &'l str,
    inwards: bool,
    place: CopyPlace,
    options: &'l str,
}

fn parse(line: &str) -> Result<CopyCommand> {
    let line = take_apart(line)?;
    let client = match line.inwards {
        true => "FROM STDIN",
        false => "TO STDOUT",
    };
    Ok(CopyCommand {
        sql: format!("COPY {} {client}{}", line.what, line.options),
        inwards: line.inwards,
        place: line.place,
    })
}

/// The statement in psql's spelling, which errors quote: its words, with a space between any two.
fn as_psql_sends(line: &str) -> Option<String> {
    let line = take_apart(line).ok()?;
    let client = match line.inwards {
        true => "FROM STDIN",
        false => "TO STDOUT",
    };
    let options = line.options.strip_prefix(char::is_whitespace);
    let options = options.unwrap_or(line.options);
    Some(format!("COPY  {} {client} {options}", spaced(line.what)))
}

/// Parentheses and what is quoted are words of their own, even where they touch another.
fn spaced(text: &str) -> String {
    let query = text.starts_with('(');
    let alone = |token: &Token| match token.kind {
        TokenKind::LeftParen | TokenKind::RightParen => true,
        // A prefix as in E'…' belongs to its quotes.
        TokenKind::String | TokenKind::QuotedName => query,
        _ => false,
    };
    let mut out = String::new();
    let mut before: Option<Token> = None;
    for token in lex(text, &POSTGRES) {
        if token.is_trivia() {
            continue;
        }
        let apart = |b: Token| b.end < token.start || alone(&b) || alone(&token);
        if before.is_some_and(apart) {
            out.push(' ');
        }
        out.push_str(token.text(text));
        before = Some(token);
    }
    out
}

/// Takes `TABLE [(COLUMNS)] from|to PLACE [OPTIONS]` apart.
fn take_apart(line: &str) -> Result<Line<'_>> {
    let line = line.trim().trim_end_matches(';').trim_end();
    let tokens: Vec<Token> = lex(line, &POSTGRES)
        .into_iter()
        .filter(|t| !t.is_trivia())
        .collect();
    let way = way(line, &tokens, &["from", "to"]);
    let Some(way) = way.ok().filter(|at| *at > 0) else {
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
            .filter(|t| t.kind == TokenKind::String && !t.open)
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
    Ok(Line {
        what: line[..tokens[way].start as usize].trim_end(),
        inwards,
        place,
        options: &line[end..],
    })
}

/// COPY where the server has none: rows in through `/import`, out as a result.
async fn elsewhere(session: &mut Session, line: &str) -> Result<Next> {
    let line = take_apart(line)?;
    let options = Options::read(line.options)?;
    let table = line
        .what
        .split_once('(')
        .map_or(line.what, |(t, _)| t)
        .trim();
    if line.inwards {
        let file = match line.place {
            CopyPlace::File(name) => name,
            CopyPlace::Here | CopyPlace::Process => "-".into(),
            CopyPlace::Program(_) => {
                let message = "\\copy: on this database a program cannot be read from";
                let hint = "PROGRAM | sqwire TARGET -c '/import - TABLE' does the same.";
                return Err(Error::usage(message).with_hint(hint));
            }
        };
        let columns = line.what.split_once('(').map(|(_, columns)| {
            let columns = columns.trim_end_matches(')').split(',');
            columns
                .map(|c| c.trim().trim_matches(['"', '`']).to_string())
                .collect()
        });
        let import = Import {
            file,
            table: table.to_string(),
            columns,
            ..options.import()
        };
        session.import(&import).await?;
        return Ok(Next::Continue);
    }
    let query = match line
        .what
        .strip_prefix('(')
        .and_then(|q| q.strip_suffix(')'))
    {
        Some(query) => query.to_string(),
        None => match line.what.split_once('(') {
            Some((table, columns)) => {
                format!("SELECT {} FROM {table}", columns.trim_end_matches(')'))
            }
            None => format!("SELECT * FROM {}", line.what),
        },
    };
    session.query.buffer = query;
    Ok(Next::Send(Send {
        settings: options.settings(),
        output: match line.place {
            CopyPlace::File(name) if name.starts_with('|') => Some(format!("./{name}")),
            CopyPlace::File(name) => Some(name),
            CopyPlace::Program(program) => Some(format!("|{program}")),
            CopyPlace::Here | CopyPlace::Process => None,
        },
        ..Send::default()
    }))
}

/// The options of COPY that other databases have too.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    csv: bool,
    header: bool,
    delimiter: Option<String>,
    null: Option<String>,
}

impl Options {
    fn read(text: &str) -> Result<Options> {
        let mut options = Options::default();
        let tokens = lex(text, &POSTGRES);
        let mut tokens = tokens
            .iter()
            .filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::String));
        while let Some(token) = tokens.next() {
            let mut value = || {
                let mut next = tokens.next();
                if next.is_some_and(|t| is(t, text, "as")) {
                    next = tokens.next();
                }
                let text = next.map(|t| unquote(t.text(text).trim_start_matches(['e', 'E'])));
                text.ok_or_else(|| usage("\\copy: an option's value is missing"))
            };
            match token.text(text).to_ascii_lowercase().as_str() {
                "with" | "format" | "text" | "true" | "on" => {}
                "csv" => options.csv = true,
                "header" => options.header = true,
                "delimiter" | "delimiters" => options.delimiter = Some(value()?),
                "null" => options.null = Some(value()?),
                other => {
                    let message = format!("\\copy: this database has no option {other}");
                    return Err(Error::usage(message));
                }
            }
        }
        if let Some(delimiter) = &options.delimiter {
            super::transfer::delimiter(delimiter)?;
        }
        Ok(options)
    }

    fn import(&self) -> Import {
        let delimiter = self.delimiter.as_deref();
        Import {
            format: Some(if self.csv { "csv" } else { "tsv" }.into()),
            delimiter: match (delimiter, self.csv) {
                (Some(delimiter), _) => super::transfer::delimiter(delimiter).ok(),
                (None, true) => Some(b','),
                (None, false) => None,
            },
            header: Some(self.header),
            by_position: true,
            null: self.null.clone(),
            ..Import::default()
        }
    }

    fn settings(&self) -> Vec<(String, Option<String>)> {
        let mut settings = Vec::new();
        let mut set = |name: &str, value: &str| settings.push((name.into(), Some(value.into())));
        set("format", if self.csv { "csv" } else { "tsv" });
        set("tuples_only", if self.header { "off" } else { "on" });
        set("expanded", "off");
        set("null", self.null.as_deref().unwrap_or_default());
        if let Some(delimiter) = &self.delimiter {
            set("csv_fieldsep", delimiter);
        }
        settings
    }
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
    fn the_words_of_a_line_are_spaced_as_psql_spaces_them() {
        for (line, expected) in [
            ("t to stdout", "COPY  t TO STDOUT "),
            (
                "s.\"T x\"(a,b) from 'f' csv",
                "COPY  s.\"T x\" ( a,b ) FROM STDIN csv",
            ),
            (
                "(select f(1,'a'),  E'b' from t) to stdout with (format csv);",
                "COPY  ( select f ( 1, 'a' ) , E'b' from t ) TO STDOUT with (format csv)",
            ),
        ] {
            assert_eq!(as_psql_sends(line).as_deref(), Some(expected));
        }
    }

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
