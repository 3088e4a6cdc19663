//! What a statement would destroy, read from its tokens: the prompt asks before it sends such a
//! one. It only ever asks; what the server does is the server's word.

use super::names::{Name, unquote};
use super::{Dialect, TokenKind, lex};

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

/// A token that is no white space; those of comments that the server executes are among them.
#[derive(Debug, Clone, Copy)]
struct Word<'t> {
    kind: TokenKind,
    text: &'t str,
}

impl Word<'_> {
    fn is(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.is(w))
    }

    fn is_name(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::QuotedName)
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

fn collect<'t>(text: &'t str, dialect: &Dialect, words: &mut Vec<Word<'t>>) {
    for token in lex(text, dialect) {
        let body = token.text(text);
        if token.is_executable_comment(text, dialect) {
            let inner = body.trim_start_matches("/*").trim_end_matches("*/");
            let inner = inner.trim_start_matches(['M', '!']);
            let inner = inner.trim_start_matches(|c: char| c.is_ascii_digit());
            collect(inner, dialect, words);
        } else if !token.is_trivia() {
            words.push(Word {
                kind: token.kind,
                text: body,
            });
        }
    }
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

/// Where the parenthesis closes that was open before `words`, or their end.
fn closing(words: &[Word]) -> usize {
    let mut depth = 0usize;
    for (i, word) in words.iter().enumerate() {
        match word.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen if depth == 0 => return i,
            TokenKind::RightParen => depth -= 1,
            _ => {}
        }
    }
    words.len()
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

/// Words between the verb and the name of the relation.
const MODIFIERS: &[&str] = &[
    "from",
    "into",
    "only",
    "table",
    "low_priority",
    "quick",
    "ignore",
    "delayed",
    "or",
    "rollback",
    "abort",
    "replace",
    "fail",
    "if",
    "exists",
    "temporary",
    "concurrently",
    "online",
    "offline",
    "high_priority",
];

fn row_danger(what: &str, words: &[Word], dialect: &Dialect, from: Caution) -> Danger {
    Danger {
        what: what.into(),
        names: names(words.get(1..).unwrap_or_default(), dialect),
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

/// The names in the list that `words` begins with, behind its modifiers.
fn names(words: &[Word], dialect: &Dialect) -> Vec<Name> {
    let skipped = words.iter().take_while(|w| w.is_any(MODIFIERS)).count();
    let mut words = &words[skipped..];
    let mut names = Vec::new();
    while words.first().is_some_and(Word::is_name) {
        let mut name = Name::default();
        let mut length = 1;
        name.parts
            .push(unquote(words[0].text, dialect).into_owned());
        while let [dot, part, ..] = &words[length..]
            && dot.kind == TokenKind::Dot
            && part.is_name()
        {
            name.parts.push(unquote(part.text, dialect).into_owned());
            length += 2;
        }
        names.push(name);
        match words.get(length) {
            Some(comma) if comma.kind == TokenKind::Comma => words = &words[length + 1..],
            _ => break,
        }
    }
    names
}

/// Words that say what kind of thing is dropped.
const KINDS: &[&str] = &[
    "table",
    "view",
    "materialized",
    "foreign",
    "temporary",
    "schema",
    "database",
    "index",
    "sequence",
    "function",
    "procedure",
    "routine",
    "aggregate",
    "trigger",
    "event",
    "type",
    "domain",
    "role",
    "user",
    "group",
    "extension",
    "owned",
    "by",
    "policy",
    "rule",
    "server",
    "tablespace",
    "publication",
    "subscription",
    "column",
    "tables",
    "statistics",
    "collation",
    "language",
    "operator",
    "class",
    "family",
    "cast",
    "access",
    "method",
    "conversion",
    "system",
    "or",
    "replace",
    "package",
];

fn definition(verb: &str, words: &[Word], dialect: &Dialect) -> Danger {
    let rest = words.get(1..).unwrap_or_default();
    let kinds = rest.iter().take_while(|w| w.is_any(KINDS)).count();
    let mut what = verb.to_string();
    for kind in &rest[..kinds] {
        what.push(' ');
        what.push_str(&kind.text.to_ascii_uppercase());
    }
    Danger {
        what,
        names: names(&rest[kinds..], dialect),
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
    for pair in words.windows(2) {
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
        break;
    }
    danger
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::{MYSQL, POSTGRES, SQLITE};

    /// In short: what, its names, and its marks.
    fn short(danger: &Danger) -> String {
        let names: Vec<String> = danger.names.iter().map(|n| n.parts.join(".")).collect();
        let mut out = format!("{} {}", danger.what, names.join(" "));
        for (mark, is) in [
            (" every", danger.every_row),
            (" cascade", danger.cascade),
            (" explained", danger.explained),
        ] {
            out.push_str(if is { mark } else { "" });
        }
        out
    }

    #[track_caller]
    fn check(dialect: &Dialect, caution: Caution, table: &[(&str, &str)]) {
        for (sql, expected) in table {
            let got: Vec<String> = dangers(sql, dialect, caution).iter().map(short).collect();
            assert_eq!(got.join("; "), *expected, "{sql}");
        }
    }

    #[test]
    fn what_empties_a_table_is_seen_at_the_lowest_level() {
        check(
            &POSTGRES,
            Caution::Unconditional,
            &[
                ("delete from a.\"B c\"", "DELETE a.B c every"),
                ("delete from t where id = 1", ""),
                ("DELETE FROM ONLY T WHERE true", "DELETE t every"),
                ("delete from t where 1 = 1 returning *", "DELETE t every"),
                ("delete from t where 1 = 2", ""),
                ("delete from t /* where x */", "DELETE t every"),
                ("update t set a = 1", "UPDATE t every"),
                ("update t set a = (select 1 where true)", "UPDATE t every"),
                ("update t set a = 1 from x", "UPDATE t every"),
                ("update t set a = 'where'", "UPDATE t every"),
                ("update t set a = 1 where b in (select 2)", ""),
                ("truncate a, b cascade", "TRUNCATE a b every cascade"),
                ("truncate table only a", "TRUNCATE a every"),
                ("drop table t", ""),
                ("select * from t for update", ""),
                ("insert into t values (1)", ""),
                ("", ""),
                ("delete", "DELETE  every"),
            ],
        );
    }

    #[test]
    fn writes_in_common_table_expressions_and_behind_explain_analyze_are_seen() {
        check(
            &POSTGRES,
            Caution::Moderate,
            &[
                (
                    "with x as (delete from t returning *) select * from x",
                    "DELETE t every",
                ),
                (
                    "with x as (delete from t where a) insert into u select * from x",
                    "",
                ),
                (
                    "with x as (select 1 where true) update t set a = 1",
                    "UPDATE t every",
                ),
                (
                    "with x as (delete from a), y as (update b set c = 1) select 1",
                    "DELETE a every; UPDATE b every",
                ),
                ("explain delete from t", ""),
                ("explain (analyze false) delete from t", ""),
                ("explain (analyze off, verbose) delete from t", ""),
                (
                    "explain (analyze, verbose) delete from t",
                    "DELETE t every explained",
                ),
                (
                    "explain analyze update t set a = 1 where b",
                    "UPDATE t explained",
                ),
                (
                    "explain analyze insert into t values (1)",
                    "INSERT t explained",
                ),
                ("explain analyze select 1", ""),
                (
                    "explain analyze with x as (delete from t) select 1",
                    "DELETE t every explained",
                ),
            ],
        );
        check(
            &MYSQL,
            Caution::Moderate,
            &[
                ("analyze delete from t where a = 1", "DELETE t explained"),
                ("analyze table t", ""),
                (
                    "analyze format=json update t set a = 1",
                    "UPDATE t every explained",
                ),
            ],
        );
    }

    #[test]
    fn what_takes_definitions_away_is_seen_with_kind_names_and_cascade() {
        check(
            &POSTGRES,
            Caution::Moderate,
            &[
                (
                    "drop table if exists a.b, c cascade",
                    "DROP TABLE a.b c cascade",
                ),
                ("drop materialized view v", "DROP MATERIALIZED VIEW v"),
                ("drop index concurrently if exists i", "DROP INDEX i"),
                ("drop function f(int)", "DROP FUNCTION f"),
                ("drop owned by joe", "DROP OWNED BY joe"),
                ("alter table t drop column c", "ALTER TABLE … DROP t"),
                (
                    "alter table if exists t rename to u",
                    "ALTER TABLE … RENAME t",
                ),
                ("alter table t alter c drop not null", ""),
                ("alter table t add c int", ""),
                ("select 1 \\; drop table t", "DROP TABLE t"),
                ("select 1; update t set a = 2; select 3", "UPDATE t every"),
                (
                    "create function f() returns void begin atomic delete from t; end",
                    "",
                ),
                ("create or replace view v as select 1", ""),
            ],
        );
        check(
            &MYSQL,
            Caution::Moderate,
            &[
                ("rename table a to b", "RENAME TABLE a"),
                ("replace into t values (1)", "REPLACE t"),
                ("/*!40000 drop table `a b` */", "DROP TABLE a b"),
                ("delete from t limit 5", ""),
                ("delete a, b from a join b", "DELETE a b every"),
                ("update low_priority ignore t set a = 1", "UPDATE t every"),
                ("update t set a = 1 where 1", "UPDATE t every"),
                (
                    "create or replace table t (a int)",
                    "CREATE OR REPLACE TABLE t",
                ),
                (
                    "alter table t truncate partition p",
                    "ALTER TABLE … TRUNCATE t",
                ),
                ("shutdown", "SHUTDOWN "),
                ("drop prepare p", ""),
            ],
        );
        check(
            &SQLITE,
            Caution::Moderate,
            &[
                ("insert or replace into t values (1)", "INSERT OR REPLACE t"),
                ("insert or ignore into t values (1)", ""),
                ("update or rollback t set a = 1", "UPDATE t every"),
            ],
        );
    }

    #[test]
    fn the_highest_level_asks_about_every_change_and_off_about_none() {
        for (sql, expected) in [
            ("delete from t where id = 1", "DELETE t"),
            ("update t set a = 1 where id = 1", "UPDATE t"),
            ("alter table t add c int", "ALTER TABLE t"),
            ("alter table t alter c drop default", "ALTER TABLE t"),
            ("insert into t values (1)", ""),
        ] {
            check(&POSTGRES, Caution::All, &[(sql, expected)]);
            check(&POSTGRES, Caution::Moderate, &[(sql, "")]);
        }
        check(
            &POSTGRES,
            Caution::Off,
            &[("drop table t; delete from t", "")],
        );
        for (name, level) in Caution::NAMES.iter().zip([
            Caution::Off,
            Caution::Unconditional,
            Caution::Moderate,
            Caution::All,
        ]) {
            assert_eq!(Caution::named(name), level);
        }
    }
}
