//! How a table of SQLite becomes like another, for `/diff-schema`: columns are added at its end; for
//! anything else it is made anew and the rows are copied.

use crate::diff::Item;
use crate::sql::dialect::SQLITE;
use crate::sql::names::quote_always;
use crate::sql::{Token, TokenKind, lex};

/// Between the parts of a definition; no statement has it.
const PART: char = '\u{1f}';
/// Before the columns that rows can be copied from and to.
const COPIED: char = '\u{1e}';

/// What the statement of a table says, without the way in which it is written: each column and
/// constraint, and what stands behind them. `copied` are the columns that a value can be given to.
pub(super) fn definition(sql: &str, copied: &[String]) -> String {
    let mut parts: Vec<String> = entries(sql).iter().map(|e| normal(e)).collect();
    parts.push(normal(tail(sql)));
    let copied: Vec<String> = copied.iter().map(|c| quote_always(c, &SQLITE)).collect();
    format!(
        "{}{COPIED}{}",
        parts.join(&PART.to_string()),
        copied.join(", ")
    )
}

/// The statements for one table; for a virtual one only a remark.
pub(super) fn alter(from: &Item, to: &Item) -> Option<Vec<String>> {
    let name = quote_always(&to.name, &SQLITE);
    if is_virtual(&from.create) || is_virtual(&to.create) {
        let wanted = to.create.replace('\n', "\n-- ");
        return Some(vec![format!(
            "-- table {} cannot be altered; it should be\n-- {wanted}",
            to.name
        )]);
    }
    if let Some(added) = added(from, to) {
        let add = |entry: &&str| format!("ALTER TABLE {name} ADD COLUMN {entry}");
        return Some(added.iter().map(add).collect());
    }
    Some(rebuilt(&name, from, to))
}

fn is_virtual(sql: &str) -> bool {
    let mut words = sql.split_whitespace().map(str::to_ascii_uppercase);
    words.next().as_deref() == Some("CREATE") && words.next().as_deref() == Some("VIRTUAL")
}

/// The columns that are new at the end, where nothing else differs and SQLite can add them.
fn added<'t>(from: &Item, to: &'t Item) -> Option<Vec<&'t str>> {
    let (old, new) = (entries(&from.create), entries(&to.create));
    let same = |(a, b): (&&str, &&str)| normal(a) == normal(b);
    let extends = old.len() < new.len()
        && old.iter().zip(&new).all(same)
        && normal(tail(&from.create)) == normal(tail(&to.create));
    let added = new.get(old.len()..).filter(|_| extends)?;
    added
        .iter()
        .all(|e| can_be_added(e))
        .then(|| added.to_vec())
}

fn can_be_added(entry: &str) -> bool {
    let text = format!(" {} ", normal(entry));
    let has = |word: &str| text.contains(&format!(" {word} "));
    let constraint = ["constraint", "primary", "unique", "check", "foreign"]
        .iter()
        .any(|word| text.starts_with(&format!(" {word} ")));
    let needs_value = has("not null") && !has("default");
    !constraint && !needs_value && !has("primary") && !has("unique") && !has("stored")
}

/// The rows move to a table of the new shape. Where one does not fit, the transaction is rolled back
/// at once and nothing is lost, even if the script goes on.
fn rebuilt(name: &str, from: &Item, to: &Item) -> Vec<String> {
    let before = quote_always(&format!("{} before", to.name), &SQLITE);
    let columns = |item: &Item| -> Vec<String> {
        let list = item.definition.rsplit(COPIED).next().unwrap_or_default();
        list.split(", ").map(str::to_string).collect()
    };
    let old = columns(from);
    let both: Vec<String> = columns(to)
        .into_iter()
        .filter(|c| old.contains(c))
        .collect();
    let both = both.join(", ");
    let mut out = vec![
        // Dropping a table would delete what points at it, and renaming it would take that along.
        "PRAGMA foreign_keys = off".to_string(),
        "PRAGMA legacy_alter_table = on".to_string(),
        "BEGIN".to_string(),
        format!("ALTER TABLE {name} RENAME TO {before}"),
        to.create.clone(),
    ];
    if !both.is_empty() {
        out.push(format!(
            "INSERT OR ROLLBACK INTO {name} ({both}) SELECT {both} FROM {before}"
        ));
    }
    out.extend([
        format!("DROP TABLE {before}"),
        "COMMIT".to_string(),
        "PRAGMA legacy_alter_table = off".to_string(),
    ]);
    out
}

/// The statement without spaces, comments, quotes around names and the case of words.
fn normal(text: &str) -> String {
    let tokens = lex(text, &SQLITE);
    let words = tokens.iter().filter_map(|token| {
        let text = &text[token.start as usize..token.end as usize];
        match token.kind {
            TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment => None,
            TokenKind::QuotedName => {
                let inner = text.get(1..text.len() - 1).unwrap_or(text);
                Some(inner.to_lowercase())
            }
            TokenKind::String => Some(text.to_string()),
            _ => Some(text.to_lowercase()),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Where the list of columns begins and ends, between its brackets.
fn body(sql: &str, tokens: &[Token]) -> (usize, usize) {
    let mut depth = 0;
    let mut start = sql.len();
    for token in tokens {
        match token.kind {
            TokenKind::LeftParen => {
                depth += 1;
                if depth == 1 {
                    start = token.end as usize;
                }
            }
            TokenKind::RightParen => {
                depth -= 1;
                if depth == 0 {
                    return (start, token.start as usize);
                }
            }
            _ => {}
        }
    }
    (start, sql.len())
}

/// The columns and constraints of a table, as they are written.
fn entries(sql: &str) -> Vec<&str> {
    let tokens = lex(sql, &SQLITE);
    let (start, end) = body(sql, &tokens);
    let (mut depth, mut from) = (0, start);
    let mut out = Vec::new();
    let inside = |t: &&Token| t.start as usize >= start && t.end as usize <= end;
    for token in tokens.iter().filter(inside) {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth -= 1,
            TokenKind::Comma if depth == 0 => {
                out.push(sql[from..token.start as usize].trim());
                from = token.end as usize;
            }
            _ => {}
        }
    }
    out.push(sql.get(from..end).unwrap_or_default().trim());
    out
}

/// `STRICT`, `WITHOUT ROWID`
fn tail(sql: &str) -> &str {
    let (_, end) = body(sql, &lex(sql, &SQLITE));
    sql.get(end + 1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Kind;

    fn table(sql: &str, copied: &[&str]) -> Item {
        let copied: Vec<String> = copied.iter().map(|c| (*c).to_string()).collect();
        Item {
            kind: Kind::Table,
            table: String::new(),
            name: "t".into(),
            definition: definition(sql, &copied),
            create: sql.into(),
            drop: String::new(),
            alter: Some(alter),
            inside: false,
            uses: Vec::new(),
        }
    }

    #[test]
    fn how_it_is_written_makes_no_difference() {
        let one = definition("CREATE TABLE t (a INT, [b c] text /* x */)", &[]);
        assert_eq!(
            one,
            definition("create table \"t\"(A int,\n \"b c\" TEXT)", &[])
        );
        assert_ne!(
            one,
            definition("create table t (a int, \"b c\" text) strict", &[])
        );
        assert_ne!(
            definition("create table t (a default 'X')", &[]),
            definition("create table t (a default 'x')", &[])
        );
    }

    #[test]
    fn columns_are_added_and_for_all_else_the_rows_are_copied() {
        let from = table("CREATE TABLE t (a INT, CHECK (a > (1)))", &["a"]);
        let sql = |to: &str, copied: &[&str]| {
            alter(&from, &table(to, copied))
                .unwrap_or_default()
                .join("; ")
        };
        assert_eq!(
            sql(
                "CREATE TABLE t (a int, check (a > (1)), b TEXT DEFAULT 'x,')",
                &["a", "b"]
            ),
            "ALTER TABLE \"t\" ADD COLUMN b TEXT DEFAULT 'x,'"
        );
        let copied = sql("CREATE TABLE t (b INT NOT NULL, a TEXT)", &["b", "a"]);
        assert!(
            copied.contains("INSERT OR ROLLBACK INTO \"t\" (\"a\") SELECT \"a\" FROM \"t before\"; DROP TABLE \"t before\"; COMMIT"),
            "{copied}"
        );
        for to in [
            "CREATE TABLE t (a INT, CHECK (a > (1)), b INT UNIQUE)",
            "CREATE TABLE t (a INT, CHECK (a > (1)), b INT NOT NULL)",
            "CREATE TABLE t (a INT, CHECK (a > (1))) WITHOUT ROWID",
            "CREATE TABLE t (a INT)",
        ] {
            assert!(sql(to, &["a"]).contains("BEGIN"), "{to}");
        }
    }
}
