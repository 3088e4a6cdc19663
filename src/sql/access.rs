//! What takes a session's read-only mode away, read from the tokens. It is refused with a clear word
//! where the user asked for such a session; whatever gets by is for the server to refuse.

use super::{Dialect, Token, TokenKind, lex};

/// The words of a statement, small, without what stands between them; names and strings lose their
/// quotes, because `SET "transaction_read_only" = 'off'` is one too.
fn words(text: &str, tokens: &[Token], dialect: &Dialect) -> Vec<String> {
    let mut out = Vec::new();
    for token in tokens {
        let body = token.text(text);
        if token.is_executable_comment(text, dialect) {
            let inner = body.trim_start_matches("/*").trim_end_matches("*/");
            let inner = inner.trim_start_matches(['M', '!']);
            let inner = inner.trim_start_matches(|c: char| c.is_ascii_digit());
            out.extend(words(inner, &lex(inner, dialect), dialect));
            continue;
        }
        if token.is_trivia() || token.kind == TokenKind::Dot {
            continue;
        }
        let bare = body.trim_matches(['\'', '"', '`', '@']);
        // `@@session.tx_read_only` is one token.
        let name = bare.rsplit('.').next().unwrap_or(bare);
        out.push(name.to_ascii_lowercase());
    }
    out
}

/// The words that switch read-only mode on, beside numbers.
const ON: &[&str] = &["on", "true", "yes", "1", "t", "y"];

/// Whether one of the statements in `text` would let this session write.
pub fn allows_writes(text: &str, dialect: &Dialect) -> bool {
    let tokens = lex(text, dialect);
    let mut statements = tokens.split(|t| t.kind == TokenKind::Semicolon);
    statements.any(|tokens| {
        let words = words(text, tokens, dialect);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match dialect.name {
            "sqlite" => query_only(&words),
            _ => transaction_mode(&words),
        }
    })
}

/// `PRAGMA query_only = off`, with `(off)`, with a schema.
fn query_only(words: &[&str]) -> bool {
    words.first() == Some(&"pragma")
        && words
            .iter()
            .position(|w| *w == "query_only")
            .and_then(|at| words.get(at + 2))
            .is_some_and(|value| !ON.contains(value))
}

fn transaction_mode(words: &[&str]) -> bool {
    let has_pair = words.windows(2).any(|w| w == ["read", "write"]);
    match words.first() {
        Some(&("begin" | "start" | "commit" | "rollback" | "end" | "abort")) => has_pair,
        Some(&"set") => has_pair || sets_variable(words),
        // `select set_config('transaction_read_only', 'off', false)`
        _ => words
            .iter()
            .position(|w| *w == "set_config")
            .is_some_and(|at| sets_variable(&words[at..])),
    }
}

/// A variable of read-only mode, and behind it a value that does not switch it on.
fn sets_variable(words: &[&str]) -> bool {
    let is_mode = |w: &str| {
        matches!(
            w,
            "transaction_read_only" | "default_transaction_read_only" | "tx_read_only"
        )
    };
    words.iter().enumerate().any(|(at, word)| {
        let value = words[at + 1..]
            .iter()
            .find(|w| !matches!(**w, "=" | ":=" | "to" | ","));
        is_mode(word) && value.is_none_or(|value| !ON.contains(value))
    })
}

#[cfg(test)]
mod tests {
    use super::super::dialect::{MYSQL, POSTGRES, SQLITE};
    use super::*;

    #[test]
    fn what_lets_a_read_only_session_write_is_seen() {
        for (dialect, text, expected) in [
            (&POSTGRES, "select 1; set transaction read write", true),
            (
                &POSTGRES,
                "set transaction isolation level serializable, read only",
                false,
            ),
            (
                &POSTGRES,
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
                true,
            ),
            (&POSTGRES, "set default_transaction_read_only = off", true),
            (
                &POSTGRES,
                "set local \"transaction_read_only\" to 'false'",
                true,
            ),
            (
                &POSTGRES,
                "set default_transaction_read_only to default",
                true,
            ),
            (&POSTGRES, "set transaction_read_only = on", false),
            (
                &POSTGRES,
                "begin /* x */ isolation level serializable read write",
                true,
            ),
            (&POSTGRES, "start transaction read only", false),
            (
                &POSTGRES,
                "select set_config('default_transaction_read_only', 'off', false)",
                true,
            ),
            (
                &POSTGRES,
                "select current_setting('transaction_read_only')",
                false,
            ),
            (&POSTGRES, "select 'set transaction read write'", false),
            (&POSTGRES, "set search_path to read, write", false),
            (&MYSQL, "set session transaction read write", true),
            (&MYSQL, "set @@session.transaction_read_only = 0", true),
            (&MYSQL, "set tx_read_only=1", false),
            (
                &MYSQL,
                "/*!50003 set session transaction_read_only = off */",
                true,
            ),
            (
                &MYSQL,
                "start transaction with consistent snapshot, read write",
                true,
            ),
            (&SQLITE, "pragma query_only = off", true),
            (&SQLITE, "PRAGMA main.query_only(0)", true),
            (&SQLITE, "pragma query_only", false),
            (&SQLITE, "pragma query_only = 1", false),
        ] {
            assert_eq!(allows_writes(text, dialect), expected, "{text}");
        }
    }
}
