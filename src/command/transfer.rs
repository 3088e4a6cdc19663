//! `/import` and `/copy`: rows into tables, from files and from other databases.

use super::spec::{Arg, ArgKind, CopyWords, Section, Spec};
use super::{Args, Command, Next};
use crate::error::{Error, Result};
use crate::session::{Import, Session, Transfer};
use crate::sql::{Dialect, TokenKind, lex};
use futures::FutureExt;
use futures::future::LocalBoxFuture;

const IMPORT: Spec = Spec {
    names: &["/import"],
    args: &[
        Arg::required("FILE", ArgKind::Path),
        Arg::required("TABLE", ArgKind::Relation),
        Arg::optional(
            "OPTIONS",
            ArgKind::Options(&[
                "--create",
                "--keep-going",
                "--format",
                "--delimiter",
                "--null",
                "--columns",
                "--header",
                "--no-header",
            ]),
        ),
    ],
    section: Section::Output,
    help: "load a file (csv, tsv, jsonl; - is standard input) into a table: --create makes it, \
           --keep-going leaves bad rows out, --format, --delimiter, --null, --columns A,B, --header, --no-header",
};

const COPY: Spec = Spec {
    names: &["/copy"],
    args: &[Arg::required(
        "TABLE-or-(QUERY) TO TARGET [TABLE] [--keep-going]",
        ArgKind::Copy(&WORDS),
    )],
    section: Section::Output,
    help: "copy rows into a table of another database, which is made when it is missing",
};

static WORDS: CopyWords = CopyWords {
    from: &[],
    to: &[],
    options: &["--keep-going"],
};

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: IMPORT,
        run: import,
    },
    Command {
        spec: COPY,
        run: copy,
    },
];

fn import<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let import = read_import(&args.words)?;
        session.import(&import).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

#[expect(clippy::needless_pass_by_value, reason = "every command has this type")]
fn copy<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let transfer = read_copy(args.raw, session.dialect())?;
        session.copy_to(&transfer).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn usage(spec: &Spec, message: String) -> Error {
    Error::usage(message).with_hint(format!("Usage: {}", spec.synopsis()))
}

/// Takes the words of `/import` apart.
fn read_import(words: &[String]) -> Result<Import> {
    let mut import = Import::default();
    let mut places = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix("--") else {
            places.push(word.clone());
            continue;
        };
        let (name, given) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value.to_string())),
            None => (option, None),
        };
        let mut value = || {
            let next = given.clone().or_else(|| words.next().cloned());
            next.ok_or_else(|| usage(&IMPORT, format!("/import: --{name} wants a value")))
        };
        match name {
            "create" => import.create = true,
            "keep-going" => import.keep_going = true,
            "header" => import.header = Some(true),
            "no-header" => import.header = Some(false),
            "format" => import.format = Some(value()?.to_lowercase()),
            "null" => import.null = Some(value()?),
            "delimiter" => import.delimiter = Some(delimiter(&value()?)?),
            "columns" => {
                let columns = value()?;
                let columns = columns.split(',').map(|c| c.trim().to_string());
                import.columns = Some(columns.collect());
            }
            _ => return Err(usage(&IMPORT, format!("/import: unknown option --{name}"))),
        }
    }
    let mut places = places.into_iter();
    let (Some(file), Some(table), None) = (places.next(), places.next(), places.next()) else {
        return Err(usage(&IMPORT, "/import: wants a file and a table".into()));
    };
    (import.file, import.table) = (file, table);
    Ok(import)
}

/// One byte; `\t` and `tab` are the tab.
pub(super) fn delimiter(text: &str) -> Result<u8> {
    match text.as_bytes() {
        b"\\t" | b"tab" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err(Error::usage(format!(
            "a delimiter is one character, not \"{text}\""
        ))),
    }
}

/// Takes `TABLE-or-(QUERY) TO TARGET [TABLE] [--keep-going]` apart.
fn read_copy(line: &str, dialect: &'static Dialect) -> Result<Transfer> {
    let line = line.trim().trim_end_matches(';').trim_end();
    let mut depth = 0usize;
    let to = lex(line, dialect).into_iter().find(|t| {
        match t.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && t.kind == TokenKind::Word && t.text(line).eq_ignore_ascii_case("to")
    });
    let Some(to) = to.filter(|t| t.start > 0) else {
        return Err(usage(
            &COPY,
            "/copy: a table or (query), then \"to\", is missing".into(),
        ));
    };
    let from = line[..to.start as usize].trim();
    let split = super::args::split(&line[to.end as usize..], usize::MAX, &super::UNREAD);
    if let Some(error) = split.error {
        return Err(error);
    }
    let rest = split.words;
    let mut transfer = Transfer::default();
    let query = from.strip_prefix('(').and_then(|f| f.strip_suffix(')'));
    transfer.query = query.is_some();
    transfer.from = query.unwrap_or(from).trim().to_string();
    let mut places = Vec::new();
    for word in rest {
        match word.as_str() {
            "--keep-going" => transfer.keep_going = true,
            option if option.starts_with("--") => {
                return Err(usage(&COPY, format!("/copy: unknown option {option}")));
            }
            _ => places.push(word),
        }
    }
    let mut places = places.into_iter();
    transfer.target = places
        .next()
        .ok_or_else(|| usage(&COPY, "/copy: the target is missing".into()))?;
    transfer.table = places.next();
    match places.next() {
        Some(extra) => Err(usage(&COPY, format!("/copy: extra argument \"{extra}\""))),
        None => Ok(transfer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;

    #[test]
    fn a_copy_is_taken_apart() {
        let copy = |from: &str, query, target: &str, table: Option<&str>, keep_going| Transfer {
            from: from.into(),
            query,
            target: target.into(),
            table: table.map(Into::into),
            keep_going,
        };
        for (line, expected) in [
            ("t to x.db", copy("t", false, "x.db", None, false)),
            (
                "(select 'a to b' from t) TO mysql://h/d u --keep-going",
                copy(
                    "select 'a to b' from t",
                    true,
                    "mysql://h/d",
                    Some("u"),
                    true,
                ),
            ),
            (
                "s.\"to\" to @n t;",
                copy("s.\"to\"", false, "@n", Some("t"), false),
            ),
        ] {
            assert_eq!(read_copy(line, &POSTGRES).expect(line), expected, "{line}");
        }
        for line in ["", "to x", "t", "t to", "t to x y z", "t to x --what"] {
            assert!(read_copy(line, &POSTGRES).is_err(), "{line}");
        }
    }

    #[test]
    fn an_import_is_taken_apart() {
        let words = |line: &str| line.split(' ').map(str::to_string).collect::<Vec<_>>();
        let import = read_import(&words(
            "a.csv t --null=x --columns a,b --delimiter ; --create",
        ));
        let import = import.expect("an import");
        assert_eq!(
            (import.file.as_str(), import.table.as_str()),
            ("a.csv", "t")
        );
        assert_eq!(import.null.as_deref(), Some("x"));
        assert_eq!(import.columns, Some(words("a b")));
        assert_eq!(
            (import.delimiter, import.create, import.header),
            (Some(b';'), true, None)
        );
        for line in [
            "a.csv",
            "a b c",
            "a b --what",
            "a b --null",
            "a b --delimiter=xx",
        ] {
            assert!(read_import(&words(line)).is_err(), "{line}");
        }
    }
}
