//! What a lost connection takes with it: settings, which are set again on the next one, and things
//! that are gone.

use crate::driver::Transaction;
use crate::sql::{Dialect, TokenKind, lex};
use std::collections::BTreeSet;

/// Statements kept; a session that sets more has a program behind it.
const MOST: usize = 200;

/// One change of the session's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    /// What is set, and the statement that does it.
    Set(String, String),
    Forget(String),
    ForgetAll,
}

/// What the session has changed since it began.
#[derive(Debug, Default)]
pub(super) struct Memory {
    settings: Vec<(String, String)>,
    /// Made in a transaction that is still open.
    pending: Vec<Change>,
    made: BTreeSet<&'static str>,
}

impl Memory {
    /// Takes note of a statement that succeeded with `tag`.
    pub(super) fn note(
        &mut self,
        sql: &str,
        dialect: &Dialect,
        tag: &str,
        before: Transaction,
        after: Transaction,
    ) {
        let words = first_words(sql, dialect);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.made.extend(made(&words));
        if let Some(change) = change(&words, sql, dialect) {
            self.pending.push(change);
        }
        let transactional = !dialect.at_variables;
        match (before, after) {
            // Only the server knows what going back to a savepoint has undone.
            (_, Transaction::Open | Transaction::Failed)
                if transactional && tag == "ROLLBACK" && !self.pending.is_empty() =>
            {
                self.pending.clear();
                self.made.insert("settings made before a ROLLBACK TO");
            }
            (_, Transaction::Open | Transaction::Failed) if transactional => {}
            (Transaction::None, _) => self.commit(),
            _ if transactional && tag == "ROLLBACK" => self.pending.clear(),
            _ => self.commit(),
        }
    }

    fn commit(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            match change {
                Change::Set(name, sql) => {
                    self.settings.retain(|(n, _)| *n != name);
                    if self.settings.len() < MOST {
                        self.settings.push((name, sql));
                    }
                }
                Change::Forget(name) => self.settings.retain(|(n, _)| *n != name),
                Change::ForgetAll => {
                    self.settings.clear();
                    self.made.clear();
                }
            }
        }
    }

    /// The connection is gone: what a transaction had set went with it. Gives the statements that
    /// set the rest again, and the names of what is gone.
    pub(super) fn after_loss(&mut self) -> (Vec<String>, Vec<&'static str>) {
        self.pending.clear();
        let again = self.settings.iter().map(|(_, sql)| sql.clone()).collect();
        let gone = std::mem::take(&mut self.made).into_iter().collect();
        (again, gone)
    }
}

/// The first words of a statement in lower case, its operators too.
fn first_words(sql: &str, dialect: &Dialect) -> Vec<String> {
    let tokens = lex(sql, dialect);
    let significant = tokens.iter().filter(|t| {
        !matches!(
            t.kind,
            TokenKind::Space
                | TokenKind::LineComment
                | TokenKind::BlockComment
                | TokenKind::Semicolon
        )
    });
    let text = |t: &crate::sql::Token| sql[t.start as usize..t.end as usize].to_ascii_lowercase();
    significant.take(6).map(text).collect()
}

fn made(words: &[&str]) -> Option<&'static str> {
    match words {
        ["create", "temp" | "temporary", ..]
        | ["create", "local" | "global", "temp" | "temporary", ..]
        | ["create", "or", "replace", "temp" | "temporary", ..] => Some("temporary tables"),
        ["prepare", ..] => Some("prepared statements"),
        ["declare", ..] => Some("cursors"),
        ["lock", "table" | "tables", ..] => Some("table locks"),
        ["set", word, ..] if word.starts_with('@') && !word.starts_with("@@") => {
            Some("user variables")
        }
        _ => None,
    }
}

/// What a statement does to the settings of the session, where that can be done again.
fn change(words: &[&str], sql: &str, dialect: &Dialect) -> Option<Change> {
    let set = |name: &str| Some(Change::Set(name.to_string(), sql.to_string()));
    match words {
        ["use", ..] if dialect.at_variables => set("use"),
        ["set", rest @ ..] => {
            let rest = match rest {
                ["session", "authorization" | "characteristics", ..] => rest,
                ["session", rest @ ..] => rest,
                rest => rest,
            };
            match rest {
                [
                    "local" | "transaction" | "constraints" | "global" | "persist" | "persist_only"
                    | "password" | "default" | "@" | "statement",
                    ..,
                ]
                | [] => None,
                // An expression could mean something else the next time.
                [name, ..] if name.starts_with('@') && !name.starts_with("@@") => None,
                _ if dialect.at_variables && sql.contains('(') => None,
                // Several at once: as one.
                _ if dialect.at_variables && sql.contains(',') => set(sql),
                ["time", "zone", ..] => set("timezone"),
                [name, ..] => set(name),
            }
        }
        ["reset", "all", ..] | ["discard", "all", ..] => Some(Change::ForgetAll),
        ["reset", "session", "authorization", ..] => Some(Change::Forget("session".into())),
        ["reset", name, ..] => Some(Change::Forget((*name).to_string())),
        ["listen", channel, ..] => set(&format!("listen {channel}")),
        ["unlisten", channel, ..] => Some(Change::Forget(format!("listen {channel}"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::{MYSQL, POSTGRES};

    /// Statements that succeed; the transaction is what BEGIN, COMMIT and ROLLBACK make of it.
    fn after(statements: &[&str], dialect: &Dialect) -> String {
        let mut memory = Memory::default();
        let mut now = Transaction::None;
        for sql in statements {
            let tag = sql.split_whitespace().next().unwrap_or_default();
            let next = match *sql {
                "BEGIN" => Transaction::Open,
                "COMMIT" | "ROLLBACK" => Transaction::None,
                _ => now,
            };
            memory.note(sql, dialect, tag, now, next);
            now = next;
        }
        let (again, gone) = memory.after_loss();
        format!("{} | {}", again.join("; "), gone.join(", "))
    }

    #[test]
    fn what_can_be_set_again_is_kept_in_order() {
        for (statements, expected) in [
            (
                &["SET a = 1", "SET b TO 2", "SET a = 3"][..],
                "SET b TO 2; SET a = 3 | ",
            ),
            (&["SET SESSION a = 1", "RESET a"], " | "),
            (&["SET a = 1", "RESET ALL"], " | "),
            (
                &["SET ROLE x", "SET LOCAL a = 1", "SET TRANSACTION READ ONLY"],
                "SET ROLE x | ",
            ),
            (&["BEGIN", "SET a = 1", "ROLLBACK"], " | "),
            (&["BEGIN", "SET a = 1", "COMMIT"], "SET a = 1 | "),
            (&["BEGIN", "SET a = 1"], " | "),
            (
                &["BEGIN", "SET a = 1", "ROLLBACK TO x", "COMMIT"],
                " | settings made before a ROLLBACK TO",
            ),
            (
                &["/* x */ set time zone 'UTC'", "SET timezone = 'x'"],
                "SET timezone = 'x' | ",
            ),
            (&["LISTEN x", "LISTEN y", "UNLISTEN x"], "LISTEN y | "),
            (
                &["CREATE TEMP TABLE t ()", "PREPARE p AS SELECT 1"],
                " | prepared statements, temporary tables",
            ),
            (&["PREPARE p AS SELECT 1", "DISCARD ALL"], " | "),
        ] {
            assert_eq!(after(statements, &POSTGRES), expected, "{statements:?}");
        }
    }

    #[test]
    fn in_mysql_a_setting_outlives_the_transaction_and_expressions_are_not_repeated() {
        for (statements, expected) in [
            (&["USE a", "USE b"][..], "USE b | "),
            (
                &["BEGIN", "SET sql_mode = ''", "ROLLBACK"],
                "SET sql_mode = '' | ",
            ),
            (&["SET @a = 1"], " | user variables"),
            (&["SET @@sql_mode = ''"], "SET @@sql_mode = '' | "),
            (
                &[
                    "SET sql_mode = (SELECT f())",
                    "SET GLOBAL x = 1",
                    "SET PASSWORD = 'x'",
                ],
                " | ",
            ),
        ] {
            assert_eq!(after(statements, &MYSQL), expected, "{statements:?}");
        }
    }
}
