//! What psql makes of a script's text before the server sees it.

use super::{Dialect, Token, TokenKind, lex};
use std::borrow::Cow;

/// A piece of a script as psql sends it: without empty lines, but for those within quotes; at the
/// beginning of a statement also without white space and `--` comments, and where no semicolon ends
/// it without the last line's end.
pub fn sent<'t>(piece: &'t str, dialect: &Dialect, begins: bool, waits: bool) -> Cow<'t, str> {
    let piece = if begins { after_comments(piece) } else { piece };
    if !piece.contains("\n\n") {
        let end = usize::from(waits && piece.ends_with('\n'));
        return Cow::Borrowed(&piece[..piece.len() - end]);
    }
    let tokens = lex(piece, dialect);
    let mut out = String::with_capacity(piece.len());
    let mut copied = 0;
    for (at, _) in piece.match_indices('\n') {
        let next = at + 1;
        if piece.as_bytes().get(next) == Some(&b'\n') && !is_quoted(&tokens, next) {
            out.push_str(&piece[copied..at]);
            copied = next;
        }
    }
    out.push_str(&piece[copied..]);
    if waits && out.ends_with('\n') {
        out.pop();
    }
    Cow::Owned(out)
}

fn after_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with("--") {
        rest = rest.find('\n').map_or("", |end| &rest[end..]).trim_start();
    }
    rest
}

/// Whether byte `at` stands inside a token of the text, and not between two of them.
pub fn is_quoted(tokens: &[Token], at: usize) -> bool {
    let index = tokens.partition_point(|t| t.end as usize <= at);
    tokens
        .get(index)
        .is_some_and(|t| (t.start as usize) < at && t.kind != TokenKind::Space)
}

/// Whether psql takes a text for a query whose rows a cursor can give (FETCH_COUNT): `WITH`, `TABLE`
/// and what changes rows are none to it.
pub fn is_select(sql: &str, dialect: &Dialect) -> bool {
    let tokens = lex(sql, dialect);
    let mut told = tokens
        .iter()
        .filter(|t| !t.is_trivia() && t.kind != TokenKind::LeftParen);
    let word = told.next().map_or("", |first| first.text(sql));
    word.eq_ignore_ascii_case("select") || word.eq_ignore_ascii_case("values")
}

/// Whether a statement cannot run inside the transaction that AUTOCOMMIT off begins: it begins or
/// ends one itself, or works outside of transactions only.
pub fn needs_no_begin(sql: &str, dialect: &Dialect) -> bool {
    let words: Vec<String> = lex(sql, dialect)
        .iter()
        .filter(|t| t.kind == TokenKind::Word)
        .take(5)
        .map(|t| t.text(sql).to_ascii_lowercase())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if dialect.name != "postgres" {
        // There nothing but these is worth a transaction: the others end one, or want none.
        let rows = [
            "call", "delete", "do", "explain", "insert", "load", "merge", "replace", "select",
            "table", "update", "values", "with",
        ];
        let defines = ["alter", "analyze", "create", "drop"];
        return !words.first().is_some_and(|first| {
            rows.contains(first) || (dialect.name == "sqlite" && defines.contains(first))
        });
    }
    matches!(
        words.as_slice(),
        [
            "abort" | "begin" | "start" | "commit" | "end" | "rollback" | "vacuum",
            ..,
        ] | ["prepare", "transaction", ..]
            | ["cluster"]
            | ["create" | "drop", "database" | "tablespace", ..]
            | ["create", "index", "concurrently", ..]
            | ["create", "unique", "index", "concurrently", ..]
            | ["drop", "index", "concurrently", ..]
            | ["reindex", _, "concurrently", ..]
            | ["reindex", "database" | "system", ..]
            | ["alter", "system", ..]
            | ["discard", "all", ..]
    )
}

#[cfg(test)]
mod tests {
    use super::super::dialect::{MYSQL, POSTGRES, SQLITE};
    use super::*;

    #[test]
    fn empty_lines_and_leading_comments_are_not_sent() {
        for (piece, begins, expected) in [
            ("select 1;", true, "select 1;"),
            (
                "\n\n-- a\n  -- b\n select 1,\n\n\n  2;",
                true,
                "select 1,\n  2;",
            ),
            ("/* kept */ select 1;", true, "/* kept */ select 1;"),
            (
                "select 'a\n\nb',\n\n$$\n\n$$;",
                true,
                "select 'a\n\nb',\n$$\n\n$$;",
            ),
            ("\n\n  union select 2", false, "\n  union select 2"),
            ("select 1 -- kept\n\n;", true, "select 1 -- kept\n;"),
        ] {
            assert_eq!(sent(piece, &POSTGRES, begins, false), expected, "{piece:?}");
        }
    }

    #[test]
    fn some_statements_want_no_transaction_around_them() {
        for (sql, expected) in [
            ("select 1", false),
            ("/* x */ Commit and chain", true),
            ("create table t()", false),
            ("create unique index concurrently i on t(a)", true),
            ("cluster t", false),
            ("CLUSTER", true),
            ("discard all", true),
            ("discard temp", false),
        ] {
            assert_eq!(needs_no_begin(sql, &POSTGRES), expected, "{sql}");
        }
        for (dialect, sql, expected) in [
            (&MYSQL, "insert into t values (1)", false),
            (&MYSQL, "create table t (a int)", true),
            (&MYSQL, "set @a = 1", true),
            (&SQLITE, "create table t (a)", false),
            (&SQLITE, "pragma foreign_keys = on", true),
            (&SQLITE, "vacuum", true),
        ] {
            assert_eq!(needs_no_begin(sql, dialect), expected, "{sql}");
        }
    }
}
