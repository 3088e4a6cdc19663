//! What a statement would destroy, read from its tokens: the prompt asks before it sends such a
//! one. It only ever asks; what the server does is the server's word.

#[cfg(test)]
mod tests;
mod words;

use super::names::Name;
use super::{Dialect, TokenKind};
use words::{KINDS, Word, closing, collect, names};

/// How much the prompt asks about. Each level asks about all that the one before it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caution {
    Off,
    /// What empties a table: DELETE and UPDATE without WHERE, TRUNCATE.
    Unconditional,
    /// And what takes things away: DROP, RENAME, REPLACE, EXPLAIN ANALYZE of a write.
    Moderate,
    /// And every DELETE, UPDATE, MERGE, ALTER and KILL.
    All,
}

impl Caution {
    /// The names that the setting takes, in the order of the levels.
    pub const NAMES: [&'static str; 4] = ["off", "unconditional", "moderate", "all"];

    /// The level of that name; an unknown one is the most careful.
    pub fn named(name: &str) -> Caution {
        match name {
            "off" => Caution::Off,
            "unconditional" => Caution::Unconditional,
            "moderate" => Caution::Moderate,
            _ => Caution::All,
        }
    }
}

/// One thing that a statement would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// `DELETE`, `DROP TABLE`, `ALTER TABLE … DROP`.
    pub what: String,
    /// What it does that to, as the server reads the names.
    pub names: Vec<Name>,
    /// Beside each name its arguments, where a routine is dropped: `( int , text )`.
    pub arguments: Vec<String>,
    /// What ALTER … DROP takes away of the name: `COLUMN` or `CONSTRAINT`, and which.
    pub part: Option<(&'static str, Name)>,
    /// No WHERE, or one that is always true: every row.
    pub every_row: bool,
    pub cascade: bool,
    /// EXPLAIN ANALYZE does not only explain.
    pub explained: bool,
    /// The first level that asks about it.
    pub from: Caution,
}

impl Danger {
    /// Whether it is about the rows of relations, and no definitions.
    pub fn is_about_rows(&self) -> bool {
        let definitions = ["DROP", "ALTER", "RENAME", "CREATE", "TRUNCATE"];
        !definitions.iter().any(|word| self.what.starts_with(word))
    }
}

/// What the statements in `text` would destroy, as far as `caution` asks about it.
pub fn dangers(text: &str, dialect: &Dialect, caution: Caution) -> Vec<Danger> {
    if caution == Caution::Off {
        return Vec::new();
    }
    let mut words = Vec::new();
    collect(text, dialect, &mut words);
    let mut found = Vec::new();
    // The body of a routine does nothing yet.
    let is_body = words.first().is_some_and(|w| w.is("create"));
    let ends = |w: &Word| matches!(w.kind, TokenKind::Semicolon | TokenKind::Escaped);
    for statement in words.split(|w| ends(w)) {
        found.extend(in_statement(statement, dialect));
        if is_body {
            break;
        }
    }
    found.retain(|danger| danger.from <= caution);
    found
}

/// Statements whose rows EXPLAIN ANALYZE really writes.
const WRITES: &[&str] = &["insert", "update", "delete", "merge", "replace"];

fn in_statement(words: &[Word], dialect: &Dialect) -> Vec<Danger> {
    let Some(first) = words.first() else {
        return Vec::new();
    };
    if first.is_any(&["explain", "analyze", "describe", "desc"]) {
        return in_explained(words, dialect);
    }
    if first.is("with") {
        return in_with(words, dialect);
    }
    in_block(words, dialect).into_iter().collect()
}

/// `EXPLAIN (ANALYZE, …) DELETE …`, and MariaDB's `ANALYZE FORMAT=JSON DELETE …`.
fn in_explained(words: &[Word], dialect: &Dialect) -> Vec<Danger> {
    let begins = |w: &Word| w.is_any(WRITES) || w.is_any(&["with", "select"]);
    let Some(start) = words.iter().position(begins) else {
        return Vec::new();
    };
    let options = &words[..start];
    let executes = options.iter().enumerate().any(|(i, w)| {
        let off = options.get(i + 1).is_some_and(|next| {
            next.is_any(&["false", "off"]) || (next.kind == TokenKind::Number && next.text == "0")
        });
        w.is("analyze") && !off
    });
    if !executes {
        return Vec::new();
    }
    let statement = &words[start..];
    let mut found = in_statement(statement, dialect);
    if found.is_empty() && statement[0].is_any(&["insert"]) {
        found.push(row_danger("INSERT", statement, dialect, Caution::Moderate));
    }
    for danger in &mut found {
        danger.explained = true;
        danger.from = danger.from.min(Caution::Moderate);
    }
    found
}

/// The writes in and behind common table expressions.
fn in_with(words: &[Word], dialect: &Dialect) -> Vec<Danger> {
    let mut found = Vec::new();
    for (i, pair) in words.windows(2).enumerate() {
        let opens = pair[0].kind == TokenKind::LeftParen;
        let closes = pair[0].kind == TokenKind::RightParen;
        if (opens || closes) && pair[1].is_any(WRITES) {
            let rest = &words[i + 1..];
            found.extend(in_block(&rest[..closing(rest)], dialect));
        }
    }
    found
}

fn in_block(words: &[Word], dialect: &Dialect) -> Option<Danger> {
    let first = words.first()?.text.to_ascii_lowercase();
    let rows = |what: &str, from| row_danger(what, words, dialect, from);
    let by_where = match is_unconditional(words) {
        true => Caution::Unconditional,
        false => Caution::All,
    };
    Some(match first.as_str() {
        "delete" => rows("DELETE", by_where),
        "update" => rows("UPDATE", by_where),
        "merge" => rows("MERGE", Caution::All),
        "replace" => rows("REPLACE", Caution::Moderate),
        "insert" if words.get(1)?.is("or") && words.get(2)?.is("replace") => {
            rows("INSERT OR REPLACE", Caution::Moderate)
        }
        "truncate" => rows("TRUNCATE", Caution::Unconditional),
        "drop" if !words.get(1)?.is("prepare") => definition("DROP", words, dialect),
        "rename" => definition("RENAME", words, dialect),
        "alter" => alter(words, dialect),
        "create" if words.get(1)?.is("or") && words.get(3)?.is("table") => {
            definition("CREATE OR REPLACE", &words[2..], dialect)
        }
        "shutdown" => Danger {
            from: Caution::Moderate,
            ..definition("SHUTDOWN", &[], dialect)
        },
        "kill" => Danger {
            from: Caution::All,
            ..definition("KILL", &[], dialect)
        },
        _ => return None,
    })
}

fn row_danger(what: &str, words: &[Word], dialect: &Dialect, from: Caution) -> Danger {
    let names = names(words.get(1..).unwrap_or_default(), dialect);
    Danger {
        what: what.into(),
        names: names.into_iter().map(|(name, _)| name).collect(),
        arguments: Vec::new(),
        part: None,
        every_row: what == "TRUNCATE" || from == Caution::Unconditional,
        cascade: has_cascade(words),
        explained: false,
        from,
    }
}

/// No WHERE on the statement's own level, and no LIMIT either; or a WHERE that is always true.
fn is_unconditional(words: &[Word]) -> bool {
    let mut depth = 0usize;
    for (i, word) in words.iter().enumerate() {
        match word.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            TokenKind::Word if depth > 0 => {}
            TokenKind::Word if word.is("where") => return is_always_true(&words[i + 1..]),
            TokenKind::Word if word.is("limit") => return false,
            _ => {}
        }
    }
    true
}

/// `WHERE true`, `WHERE 1`, `WHERE 1 = 1`.
fn is_always_true(condition: &[Word]) -> bool {
    let end = condition
        .iter()
        .position(|w| w.is_any(&["returning", "order"]));
    let condition = &condition[..end.unwrap_or(condition.len())];
    match condition {
        [one] => one.is("true") || (one.kind == TokenKind::Number && one.text != "0"),
        [a, operator, b] => {
            let constant = matches!(a.kind, TokenKind::Number | TokenKind::String);
            constant && matches!(operator.text, "=" | "==") && a.text == b.text
        }
        _ => false,
    }
}

fn has_cascade(words: &[Word]) -> bool {
    words.last().is_some_and(|w| w.is("cascade"))
}

fn definition(verb: &str, words: &[Word], dialect: &Dialect) -> Danger {
    let rest = words.get(1..).unwrap_or_default();
    let kinds = rest.iter().take_while(|w| w.is_any(KINDS)).count();
    let mut what = verb.to_string();
    for kind in &rest[..kinds] {
        what.push(' ');
        what.push_str(&kind.text.to_ascii_uppercase());
    }
    let (names, arguments) = names(&rest[kinds..], dialect).into_iter().unzip();
    Danger {
        what,
        names,
        arguments,
        part: None,
        every_row: false,
        cascade: has_cascade(words),
        explained: false,
        from: Caution::Moderate,
    }
}

/// What `ALTER … DROP` may take away without a loss.
const HARMLESS_DROPS: &[&str] = &["not", "default", "identity", "expression"];

fn alter(words: &[Word], dialect: &Dialect) -> Danger {
    let mut danger = definition("ALTER", words, dialect);
    danger.from = Caution::All;
    for (at, pair) in words.windows(2).enumerate() {
        let lost = match pair[0].text.to_ascii_lowercase().as_str() {
            "drop" if !pair[1].is_any(HARMLESS_DROPS) => "DROP",
            "rename" => "RENAME",
            "truncate" => "TRUNCATE",
            "discard" => "DISCARD",
            _ => continue,
        };
        danger.what.push_str(" … ");
        danger.what.push_str(lost);
        danger.from = Caution::Moderate;
        if lost == "DROP" {
            danger.part = dropped_part(&words[at + 1..], dialect);
        }
        break;
    }
    danger
}

/// The column or the constraint behind `ALTER TABLE … DROP`.
fn dropped_part(words: &[Word], dialect: &Dialect) -> Option<(&'static str, Name)> {
    let kind = match words.first() {
        Some(word) if word.is("constraint") => "CONSTRAINT",
        _ => "COLUMN",
    };
    let rest = usize::from(words.first()?.is_any(&["constraint", "column"]));
    let (name, _) = names(&words[rest..], dialect).into_iter().next()?;
    Some((kind, name))
}
