//! Definitions of columns and tables, which no pattern can follow; column lists of DDL.

use super::super::context::{Context, Want};
use super::super::kin::Told;
use super::super::places::{self, A, M, P};
use super::{FIRST, Object};
use crate::sql::TokenKind;

/// Inside the parentheses of CREATE TABLE, and behind ADD COLUMN.
pub(super) fn definition(context: &mut Context<'_>) -> bool {
    let open = context.scope.opener(context.scope.hole);
    let creates = context.is(0, &["create"]) && (1..5).any(|i| context.is(i, &["table"]));
    let alters = context.is(0, &["alter"]) && context.is(1, &["table"]);
    if alters && open.is_none() {
        let adds = (2..context.scope.hole)
            .rev()
            .find(|&i| context.is(i, &["add", "column", "modify", "change"]));
        let add = adds.filter(|&i| {
            !context.is(
                i + 1,
                &[
                    "constraint",
                    "primary",
                    "foreign",
                    "unique",
                    "check",
                    "index",
                    "key",
                    "column",
                ],
            )
        });
        let commas = |i: usize| {
            (i..context.scope.hole).any(|j| context.scope.kind(j) == Some(TokenKind::Comma))
        };
        return match add {
            Some(add)
                if context.scope.hole > add + 1
                    && !commas(add)
                    && !context.is(add - 1, &["drop", "alter", "rename"])
                    && !context.prev(&["references", "after", "if", "not", "exists", "column"]) =>
            {
                let skip = usize::from(context.is(add - 1, &["change"]))
                    + usize::from(context.is(add, &["change"]));
                column_definition(context, add + skip)
            }
            _ => false,
        };
    }
    let Some(open) = open.filter(|_| creates) else {
        // A foreign table has options of its own.
        return creates && !context.is(1, &["foreign"]) && table_options(context);
    };
    if context.scope.opener(open).is_some() {
        return inner_definition(context, open);
    }
    let start = (open..context.scope.hole).rev().find(|&i| {
        i == open
            || context.scope.kind(i) == Some(TokenKind::Comma)
                && context.scope.opener(i) == Some(open)
    });
    column_definition(context, start.unwrap_or(open))
}

/// Behind the parentheses of CREATE TABLE.
fn table_options(context: &mut Context<'_>) -> bool {
    let closed =
        (0..context.scope.hole).any(|i| context.scope.kind(i) == Some(TokenKind::RightParen));
    if !closed {
        return false;
    }
    let value = context.before(1).is_some_and(|i| context.item(i) == "=");
    if value && context.prev_at(2, &["engine"]) {
        context.words(
            &[
                ("InnoDB", M),
                ("MyISAM", M),
                ("MEMORY", M),
                ("Aria", M),
                ("CSV", M),
                ("ARCHIVE", M),
            ],
            FIRST,
        );
    } else if (value && context.prev_at(2, &["charset", "set"])) || context.prev(&["charset"]) {
        context.wants.push(Want::Object(Object::Charsets, 0));
    } else if value && context.prev_at(2, &["collate"]) {
        context.wants.push(Want::Object(Object::Collations, 0));
    } else if context.prev(&["by"]) && context.prev_at(2, &["partition"]) {
        context.words(places::PARTITION_KINDS, FIRST);
    } else if context.prev(&["partition"]) {
        context.words(places::BY, FIRST);
    } else if context.prev(&["default"]) {
        context.words(
            &[("CHARSET", M), ("CHARACTER SET", M), ("COLLATE", M)],
            FIRST,
        );
    } else if !value {
        context.words(places::TABLE_OPTIONS, FIRST);
    }
    true
}

/// Words that begin the definition of something else than a column.
const OTHERS: &[&str] = &[
    "primary",
    "foreign",
    "constraint",
    "unique",
    "check",
    "key",
    "index",
    "like",
    "exclude",
    "fulltext",
];

/// `at` is the parenthesis, the comma or the ADD before a column's definition.
fn column_definition(context: &mut Context<'_>, at: usize) -> bool {
    let other = context.is(at + 1, OTHERS);
    match context.scope.hole - at {
        1 => context.words(places::DEFINITION, FIRST - 400),
        2 if !other => context.wants.push(Want::Types),
        _ if behind_word(context) => {}
        3 if context.is(at + 1, &["constraint"]) => context.words(places::DEFINITION, FIRST),
        _ if other && context.prev(&["key", "unique"]) => {}
        _ if other => context.words(places::CONSTRAINT_RULE, FIRST),
        _ => column_rule(context, at),
    }
    true
}

/// What follows the word before the cursor, whatever is defined; whether that is known.
fn behind_word(context: &mut Context<'_>) -> bool {
    let fixed = places::IN_DEFINITIONS;
    if let Some((_, words)) = fixed.iter().find(|(word, _)| context.prev(word)) {
        context.words(words, FIRST);
    } else if context.prev(&["delete", "update"]) && context.prev_at(2, &["on"]) {
        context.words(places::DATA_CHANGES, FIRST);
    } else if context.prev(&["references"]) {
        context.wants.push(Want::Object(Object::Tables, 0));
        context.wants.push(Want::Object(Object::Schemas, -100));
    } else if context.prev(&["like"]) {
        context.wants.push(Want::Object(Object::Relations, 0));
    } else if context.prev(&["default"]) {
        context.words(places::DEFAULTS, FIRST);
        context.wants.push(Want::Functions(0));
    } else if context.prev(&["timestamp"]) {
        context.words(places::COLUMN_RULE, FIRST);
        context.words(places::TIME_ZONES, FIRST - 12);
    } else {
        return context.prev(&["constraint"]);
    }
    true
}

/// Behind the type of a column, and behind its other rules.
fn column_rule(context: &mut Context<'_>, at: usize) {
    if context.before(1).is_some_and(|i| generates(context, i)) {
        return context.words(places::GENERATED, FIRST);
    }
    if context.prev(&["key"]) {
        context.words(places::COUNTS_UP, FIRST + 20);
    }
    let is_key = (at..context.scope.hole).any(|i| context.is(i, &["primary"]));
    let words = match is_key {
        true => places::COLUMN_RULE_OF_KEY,
        false => places::COLUMN_RULE,
    };
    context.words(words, FIRST);
}

/// Whether the parenthesis that closes at `at` holds what a column is computed from.
fn generates(context: &Context<'_>, at: usize) -> bool {
    let scope = context.scope;
    let opens = |o: &usize| scope.kind(*o) == Some(TokenKind::LeftParen) && scope.close(*o) == at;
    scope.kind(at) == Some(TokenKind::RightParen)
        && (1..at)
            .rev()
            .find(opens)
            .is_some_and(|o| context.is(o - 1, &["as"]))
}

/// What a key over a period has beside its columns: WITHOUT OVERLAPS, PERIOD.
fn temporal(context: &mut Context<'_>, open: usize) -> bool {
    let key = context.is(open - 1, &["key", "unique"]) || context.prev(&["without"]);
    let foreign = open > 1 && context.is(open - 2, &["foreign"]);
    let later = (open..context.scope.hole).any(|i| context.scope.kind(i) == Some(TokenKind::Comma));
    if context.prev(&["without"]) {
        context.words(&[("OVERLAPS", P)], FIRST);
        return true;
    }
    let named = matches!(
        context.scope.kind(context.scope.hole - 1),
        Some(TokenKind::Word | TokenKind::QuotedName)
    ) && !context.prev(&["period"]);
    if named && key {
        context.words(&[("WITHOUT OVERLAPS", P)], FIRST);
        return later && !foreign;
    }
    if foreign && later && !named {
        context.words(&[("PERIOD", P)], FIRST - 200);
    }
    false
}

/// Inside parentheses of a definition: the columns of a key, or of the table referred to.
fn inner_definition(context: &mut Context<'_>, open: usize) -> bool {
    let refers = (0..open)
        .rev()
        .take(4)
        .any(|i| context.is(i, &["references"]));
    if refers {
        let later =
            (open..context.scope.hole).any(|i| context.scope.kind(i) == Some(TokenKind::Comma));
        if later && !context.prev(&["period"]) {
            context.words(&[("PERIOD", P)], FIRST - 300);
        }
        let name = context.named_after(&["references"]).unwrap_or_default();
        let schema = name.qualifier().map(str::to_string);
        context
            .wants
            .push(Want::Target(schema, name.last().to_string()));
        return true;
    }
    if temporal(context, open) {
        return true;
    }
    for name in defined_columns(context) {
        context.wants.push(Want::Defined(name));
    }
    if context.is(open - 1, &["check", "as"]) {
        context.wants.push(Want::Functions(0));
        context.words(
            if context.operand_wanted() {
                places::CONDITION
            } else {
                places::COMPARE
            },
            FIRST - 200,
        );
    }
    true
}

/// The columns that the statement defines itself.
fn defined_columns(context: &Context<'_>) -> Vec<String> {
    let scope = context.scope;
    let Some(open) = (0..scope.items.len()).find(|&i| scope.kind(i) == Some(TokenKind::LeftParen))
    else {
        return Vec::new();
    };
    scope
        .list(open + 1..scope.close(open))
        .into_iter()
        .filter(|part| scope.is_name(part.start, context.text, context.dialect))
        .filter(|part| {
            !context.is(
                part.start,
                &["key", "index", "constraint", "check", "exclude"],
            )
        })
        .map(|part| {
            crate::sql::names::unquote(context.item(part.start), context.dialect).into_owned()
        })
        .collect()
}

/// The names of a definition that tell of those to come: what an index, a trigger or a constraint is
/// called; the columns that refer to something.
pub(in super::super) fn told(context: &Context<'_>) -> Told {
    let hole = context.scope.hole;
    if !context.is(0, &["create", "alter"]) {
        return Told::new([]);
    }
    let refers = context.prev(&["references"]);
    let name = |i: usize| {
        let named = context.scope.is_name(i, context.text, context.dialect);
        named.then(|| context.item(i))
    };
    if refers {
        return Told::new(referring(context, hole - 1).filter_map(name));
    }
    let behind = [
        "index",
        "trigger",
        "policy",
        "constraint",
        "exists",
        "concurrently",
        "key",
    ];
    let made = (1..hole).filter(|&i| context.is(i, &behind));
    Told::new(made.map(|i| i + 1).filter(|&i| i < hole).filter_map(name))
}

/// The items of the columns that the REFERENCES at `at` is about: those of FOREIGN KEY, or the one
/// that is being defined.
pub(in super::super) fn referring(context: &Context<'_>, at: usize) -> std::ops::Range<usize> {
    let scope = context.scope;
    if at > 0 && scope.kind(at - 1) == Some(TokenKind::RightParen) {
        let opens =
            |o: &usize| scope.kind(*o) == Some(TokenKind::LeftParen) && scope.close(*o) == at - 1;
        let open = (0..at).rev().find(opens).unwrap_or(at);
        if open > 0 && context.is(open - 1, &["key"]) {
            return open + 1..at - 1;
        }
    }
    let mut depth = 0usize;
    let begins = |i: &usize| {
        match scope.kind(*i) {
            Some(TokenKind::RightParen) => depth += 1,
            Some(TokenKind::LeftParen) if depth == 0 => return true,
            Some(TokenKind::LeftParen) => depth -= 1,
            _ => {}
        }
        let adds = context.is(*i, &["add"]) && !context.is(*i + 1, &["column"]);
        let starts = scope.kind(*i) == Some(TokenKind::Comma) || context.is(*i, &["column"]);
        depth == 0 && (starts || adds)
    };
    let start = (0..at).rev().find(begins);
    start.map_or(at..at, |s| s + 1..s + 2)
}

/// `GRANT SELECT (|) ON t`: the relation stands behind the cursor.
fn granted(context: &Context<'_>) -> Option<crate::sql::names::Name> {
    let rights = context.is(0, &["grant", "revoke"]);
    let end = context.items().len();
    rights.then(|| context.named_within(context.scope.hole..end, &["on"]))?
}

/// `CREATE INDEX … ON t (`, `COPY t (`, `ANALYZE t (`, `REFERENCES t (`: the columns of `t`.
pub(super) fn columns_of_named(context: &mut Context<'_>) -> bool {
    let Some(open) = context.scope.opener(context.scope.hole) else {
        return false;
    };
    if context.is(0, &["create"]) && context.is(1, &["view", "function", "procedure", "type"])
        || context.is(0, &["explain", "call", "do", "execute"])
    {
        return false;
    }
    let words: &[&str] = match () {
        () if (0..open)
            .rev()
            .take(4)
            .any(|i| context.is(i, &["references"])) =>
        {
            &["references"]
        }
        () if context.is(0, &["create"]) && (1..4).any(|i| context.is(i, &["index"])) => &["on"],
        () if context.is(0, &["alter"]) && context.is(1, &["table"]) => &["table"],
        () if context.is(0, &["copy"]) && context.is(open - 1, &["with", "stdin", "stdout"]) => {
            return false;
        }
        () if context.is(0, &["copy", "analyze", "vacuum"]) => &["copy", "analyze", "vacuum"],
        () if context.is(0, &["create", "alter"]) && context.is(1, &["policy"]) => &["on"],
        () if context.is(0, &["load"]) => &["table"],
        () if context.is(0, &["grant", "revoke"]) => &["on"],
        () => return false,
    };
    let Some(name) = context.named_after(words).or_else(|| granted(context)) else {
        return false;
    };
    if context.operand_wanted() {
        let schema = name.qualifier().map(str::to_string);
        context
            .wants
            .push(Want::Target(schema, name.last().to_string()));
        context.wants.push(Want::Functions(-100));
    } else {
        context.words(
            &[
                ("DESC", A),
                ("ASC", A),
                ("NULLS LAST", P),
                ("NULLS FIRST", P),
                ("COLLATE", A),
            ],
            FIRST,
        );
    }
    true
}
