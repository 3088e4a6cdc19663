//! Keywords, in the case that the person types.

use super::super::candidate::{Acc, Kind};
use super::super::context::Context;
use super::super::patterns::known;
use super::super::places::Row;
use super::super::rank::fit;
use crate::sql::TokenKind;
use crate::sql::keywords;
use crate::sql::scope::Clause;

/// From one row of a place to the next.
const STEP: i32 = 5;

/// The phrases of one place.
pub(super) fn words<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, rows: &'static [Row], first: i32) {
    let next = Next::of(cx);
    for (at, phrase) in known(rows, cx.dialect.name).enumerate() {
        let fit = first - STEP * i32::try_from(at).unwrap_or(0);
        offer(acc, cx, phrase, fit, &next);
    }
}

pub(super) fn word<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, phrase: &'static str, fit: i32) {
    offer(acc, cx, phrase, fit, &Next::of(cx));
}

/// Every keyword of the dialect, far below what fits.
pub(super) fn any<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    if acc.typed.is_empty() {
        return;
    }
    for keyword in cx.dialect.keywords {
        if cx.lacks(keyword.word) {
            continue;
        }
        let fit = fit::STRAY + 20 * i32::from(keyword.reserved);
        let word = cased(cx, keyword.word);
        acc.add_word(word, Kind::Keyword, fit);
    }
}

fn offer<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    phrase: &'static str,
    fit: i32,
    next: &Next<'_>,
) {
    let (phrase, joined) = next.cut(phrase);
    if phrase.is_empty() || cx.lacks(phrase) || phrase == "RETURNING" && is_query(cx) {
        return;
    }
    let fit = fit + joined + next.fits(phrase) + present(cx, phrase);
    let shown = cased(cx, phrase);
    acc.add_word(shown, Kind::Keyword, fit);
}

/// Whether the cursor stands in a query that is no part of a statement that changes rows.
fn is_query(cx: &Context<'_>) -> bool {
    let block = cx.scope.blocks.get(cx.scope.block);
    let start = block.map_or(0, |b| b.span.start);
    let before = start.checked_sub(1).and_then(|i| cx.scope.kind(i));
    cx.is(start, &["select"]) && matches!(before, None | Some(TokenKind::LeftParen))
}

/// Keywords follow the person's case; other words that a place offers stay as they are.
fn cased(cx: &Context<'_>, phrase: &'static str) -> std::borrow::Cow<'static, str> {
    if cx.capitals
        || !phrase
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b == b' ' || b == b'_')
    {
        phrase.into()
    } else {
        phrase.to_ascii_lowercase().into()
    }
}

/// Clauses that the query already has, or that come before what stands behind the cursor.
fn present(cx: &Context<'_>, phrase: &str) -> i32 {
    let clause = match phrase.split(' ').next().unwrap_or_default() {
        "FROM" => Clause::From,
        "WHERE" => Clause::Where,
        "GROUP" => Clause::Group,
        "HAVING" => Clause::Having,
        "ORDER" => Clause::Order,
        "LIMIT" => Clause::Limit,
        "RETURNING" => Clause::Returning,
        "SET" => Clause::Set,
        _ => return 0,
    };
    let Some(block) = cx.scope.blocks.get(cx.scope.block) else {
        return 0;
    };
    let inside = cx.paren().is_some();
    let hole = cx.scope.hole;
    let has = block.clauses.iter().any(|c| c.0 == clause && c.1 != hole);
    let missing = block.clauses.iter().any(|c| c.0 == clause && c.1 == hole);
    match () {
        () if missing => 250,
        () if has && !inside => -350,
        () if inside => 0,
        () => selected(cx, clause),
    }
}

/// GROUP BY is for a query that has aggregates beside columns.
fn selected(cx: &Context<'_>, clause: Clause) -> i32 {
    if !matches!(clause, Clause::Group | Clause::Order) || cx.scope.clause == Clause::Select {
        return 0;
    }
    let selected = cx.selected();
    match (clause, selected.aggregates, selected.plain) {
        (Clause::Group, true, true) => 12,
        (Clause::Group, _, true) => -9,
        (Clause::Order, true, false) => -9,
        _ => 0,
    }
}

/// What stands behind the cursor, when something does.
struct Next<'t> {
    /// In capitals.
    word: String,
    kind: Option<TokenKind>,
    is_keyword: bool,
    text: &'t str,
    at_end: bool,
}

impl<'t> Next<'t> {
    fn of(cx: &'t Context<'_>) -> Next<'t> {
        let at = cx.scope.hole + 1;
        let text = cx.item(at);
        let kind = cx.scope.kind(at);
        let is_word = kind == Some(TokenKind::Word);
        let reserved = keywords::find(cx.dialect.keywords, text).is_some_and(|k| k.reserved);
        Next {
            word: if is_word {
                text.to_ascii_uppercase()
            } else {
                String::new()
            },
            kind,
            is_keyword: is_word && (reserved || cx.is(at, &["by", "set", "values", "key", "to"])),
            text,
            at_end: at >= cx.scope.items.len(),
        }
    }

    /// The phrase without what already stands behind the cursor, and points for fitting it.
    fn cut(&self, phrase: &'static str) -> (&'static str, i32) {
        if self.word.is_empty() {
            return (phrase, 0);
        }
        let mut from = 0;
        while let Some(space) = phrase[from..].find(' ') {
            let rest = &phrase[from + space + 1..];
            let first = rest.split(' ').next().unwrap_or_default();
            if first == self.word {
                return (&phrase[..from + space], 300);
            }
            from += space + 1;
        }
        (phrase, 0)
    }

    /// Points for whether the phrase can stand before what follows.
    fn fits(&self, phrase: &str) -> i32 {
        if self.at_end {
            return 0;
        }
        if phrase.starts_with("IF ") {
            return 0;
        }
        let last = phrase.rsplit(' ').next().unwrap_or_default();
        let Some(takes) = FOLLOWERS.iter().find(|f| f.0.contains(&last)).map(|f| f.1) else {
            return 0;
        };
        let class = match self.kind {
            Some(TokenKind::LeftParen) => PAREN,
            Some(TokenKind::String | TokenKind::DollarString) => TEXT,
            Some(TokenKind::Number) => NUMBER,
            Some(TokenKind::Parameter | TokenKind::Variable | TokenKind::SessionVariable) => {
                TEXT | NUMBER
            }
            Some(TokenKind::Word) if self.is_operand_word() => OPERAND,
            Some(TokenKind::Word) if self.is_keyword => WORD,
            Some(TokenKind::Word | TokenKind::QuotedName) => NAME,
            Some(TokenKind::Operator) if self.text == "*" => NAME,
            Some(TokenKind::Operator) if self.text == "?" => TEXT | NUMBER | OPERATOR,
            Some(TokenKind::Operator) => OPERATOR,
            _ => CLOSER,
        };
        if takes & class != 0 { 60 } else { -200 }
    }

    fn is_operand_word(&self) -> bool {
        [
            "NULL",
            "TRUE",
            "FALSE",
            "CASE",
            "NOT",
            "EXISTS",
            "CAST",
            "INTERVAL",
            "ARRAY",
            "CURRENT_DATE",
            "CURRENT_TIMESTAMP",
            "CURRENT_USER",
            "DEFAULT",
            "DISTINCT",
        ]
        .contains(&self.word.as_str())
    }
}

const PAREN: u8 = 1;
const TEXT: u8 = 2;
const NUMBER: u8 = 4;
/// A keyword that goes on with the statement.
const WORD: u8 = 8;
const NAME: u8 = 16;
const CLOSER: u8 = 32;
const OPERATOR: u8 = 64;
/// A keyword that is a value or begins one.
const OPERAND: u8 = 128;
const VALUE: u8 = PAREN | TEXT | NUMBER | NAME | OPERAND;

/// What can follow a keyword; those that are not here can be followed by anything.
const FOLLOWERS: &[(&[&str], u8)] = &[
    (&["FROM", "JOIN"], NAME | PAREN),
    (
        &["INTO", "UPDATE", "TABLE", "VIEW", "REFERENCES"],
        NAME | WORD,
    ),
    (
        &[
            "WHERE", "HAVING", "ON", "AND", "OR", "WHEN", "THEN", "ELSE", "BY",
        ],
        VALUE,
    ),
    (
        &["SELECT", "RETURNING", "DISTINCT", "CASE", "BETWEEN", "NOT"],
        VALUE | WORD,
    ),
    (&["SET"], NAME | OPERAND),
    (
        &[
            "IN", "EXISTS", "OVER", "FILTER", "VALUES", "USING", "ANY", "KEY", "CHECK", "CONFLICT",
        ],
        PAREN | NAME,
    ),
    (
        &["LIKE", "ILIKE", "REGEXP", "RLIKE", "INTERVAL", "GLOB"],
        TEXT | NAME | PAREN,
    ),
    (
        &[
            "NULL",
            "DESC",
            "ASC",
            "END",
            "TRUE",
            "FALSE",
            "CURRENT_DATE",
            "CURRENT_TIMESTAMP",
            "LAST",
            "FIRST",
            "NOTHING",
            "CASCADE",
            "RESTRICT",
            "ROW",
            "PRECEDING",
            "FOLLOWING",
        ],
        WORD | CLOSER | OPERATOR,
    ),
    (&["LIMIT", "OFFSET"], NUMBER | TEXT | NAME),
    (&["AS"], NAME | PAREN | WORD | TEXT),
    (&["UNION", "EXCEPT", "INTERSECT", "ALL"], WORD | PAREN),
    (&["IS"], WORD | OPERAND),
    (&["COLLATE"], NAME | TEXT),
];
