//! What the names of a text mean in this database: for the colours at the prompt.
//!
//! A name is called unknown only where the catalog can know it: not in schemas that it has nothing
//! of, not for CTEs, functions and subqueries, not for what servers hide.

#[cfg(test)]
mod tests;

use super::{Catalog, RelationId};
use crate::sql::names::{same, unquote};
use crate::sql::scope::{Block, Clause, Output, Scope, Source, SourceKind};
use crate::sql::{Fold, Token, TokenKind, keywords};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Relation,
    /// What a query calls a relation, before a dot.
    Alias,
    Column,
    /// No relation, or no column of what it could be one of.
    Unknown,
}

/// Longer texts are not worth the time on each key.
const MOST_BYTES: usize = 64 * 1024;

/// Columns that no catalog lists.
const HIDDEN: &[&str] = &[
    "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid", "rowid", "_rowid_",
];

/// Schemas of the servers themselves.
const OF_SERVERS: &[&str] = &[
    "information_schema",
    "mysql",
    "performance_schema",
    "pg_catalog",
    "pg_toast",
    "sys",
];

/// The names whose meaning is known, or known to be none, in the statements of `text` that `part`
/// touches, in order.
pub fn meanings(
    catalog: &Catalog,
    text: &str,
    tokens: &[Token],
    part: &Range<usize>,
) -> Vec<(Range<usize>, Meaning)> {
    let mut found = Vec::new();
    if text.len() > MOST_BYTES || catalog.relations.is_empty() {
        return found;
    }
    let has_body = tokens.iter().any(|t| is_any(t.text(text), BEFORE_BODY));
    for statement in tokens.split(|t| t.kind == TokenKind::Semicolon) {
        let is_command = |t: &Token| matches!(t.kind, TokenKind::Command | TokenKind::Delimiter);
        let (Some(first), Some(last)) = (statement.first(), statement.last()) else {
            continue;
        };
        let is_near = (first.start as usize) < part.end && part.start < last.end as usize;
        if is_near && !statement.iter().any(is_command) {
            if !has_body {
                found.extend(mistyped_verb(catalog, text, statement));
            }
            in_statement(catalog, text, statement, part, &mut found);
        }
    }
    found
}

/// Where one of these words is, what stands between semicolons may be no statement.
const BEFORE_BODY: &[&str] = &["begin", "create", "declare", "do", "alter"];
/// What clients understand without a backslash.
const OF_CLIENTS: &[&str] = &[
    "connect",
    "delimiter",
    "edit",
    "ego",
    "exit",
    "go",
    "help",
    "nopager",
    "notee",
    "nowarning",
    "pager",
    "print",
    "prompt",
    "quit",
    "rehash",
    "source",
    "status",
    "system",
    "tee",
    "use",
    "warnings",
];

fn is_any(word: &str, words: &[&str]) -> bool {
    words.iter().any(|w| word.eq_ignore_ascii_case(w))
}

/// The word that a statement begins with, where no statement begins so: `selct`.
fn mistyped_verb(
    catalog: &Catalog,
    text: &str,
    statement: &[Token],
) -> Option<(Range<usize>, Meaning)> {
    let mut solid = statement.iter().filter(|t| !t.is_trivia());
    let verb = solid.next().filter(|t| t.kind == TokenKind::Word)?;
    // Something else may be meant by `name:` and `name := 1`.
    let next = solid.next()?;
    let goes_on = matches!(
        next.kind,
        TokenKind::Word | TokenKind::QuotedName | TokenKind::String | TokenKind::Number
    ) || next.text(text) == "*";
    let word = verb.text(text);
    let known =
        keywords::find(catalog.dialect.keywords, word).is_some() || is_any(word, OF_CLIENTS);
    (goes_on && !known).then(|| (verb.range(), Meaning::Unknown))
}

/// The relations of a statement and all that is asked of them, looked up once.
#[derive(Default)]
struct Named<'c> {
    /// By what the statement calls them; `None` where columns are not known.
    ids: HashMap<String, Vec<Option<RelationId>>>,
    /// The columns of any of them.
    columns: HashSet<Cow<'c, str>>,
    of: HashMap<RelationId, HashSet<Cow<'c, str>>>,
}

impl<'c> Named<'c> {
    fn add(&mut self, catalog: &'c Catalog, shown: &str, id: Option<RelationId>) {
        let shown = key(shown, catalog).into_owned();
        let ids = self.ids.entry(shown).or_default();
        if ids.contains(&id) {
            return;
        }
        ids.push(id);
        if let Some(id) = id.filter(|id| !self.of.contains_key(id)) {
            let names = catalog.columns(id).iter().map(|c| key(c.name, catalog));
            let names: HashSet<Cow<'c, str>> = names.collect();
            self.columns.extend(names.iter().cloned());
            self.of.insert(id, names);
        }
    }
}

impl Named<'_> {
    /// Whether every column that the statement can name without a qualifier is in `columns`.
    fn all_known(&self) -> bool {
        let known = |id: &Option<RelationId>| {
            let columns = id.and_then(|id| self.of.get(&id));
            columns.is_some_and(|c| !c.is_empty())
        };
        !self.ids.is_empty() && self.ids.values().flatten().all(known)
    }
}

/// Words before a column's name.
#[rustfmt::skip]
const BEFORE_COLUMN: &[&str] = &[
    "all", "and", "between", "by", "case", "distinct", "else", "having", "like", "not", "on", "or",
    "returning", "select", "set", "then", "when", "where",
];

/// Names without a qualifier that are no column of any relation of the statement, where nothing
/// else can stand: not behind a name, where they are aliases, and not where words of a function's
/// own grammar can be.
fn unknown_columns(
    catalog: &Catalog,
    text: &str,
    scope: &Scope,
    part: &Range<usize>,
    named: &Named<'_>,
    places: &mut Vec<(Range<usize>, Meaning)>,
) {
    let dialect = catalog.dialect;
    let mut outputs = HashSet::new();
    for block in 0..scope.blocks.len() {
        for output in scope.outputs(block, text, dialect) {
            let Output::Named(name, items) = output else {
                continue;
            };
            // A column that keeps its name explains nothing, nor is `a + b` an `a` called `b`.
            let last = items.end.saturating_sub(1);
            let operator = scope.kind(last) == Some(TokenKind::Operator);
            if !operator && unquote(scope.text(last, text), dialect) != name {
                outputs.insert(key(&name, catalog).into_owned());
            }
        }
    }
    for (i, item) in scope.items.iter().enumerate() {
        let before = i.checked_sub(1);
        let is_seen = item.start < part.end && part.start < item.end;
        if !is_seen || item.hole || item.kind != TokenKind::Word || !column_clause(scope, i) {
            continue;
        }
        let word = &text[item.start..item.end];
        let name = unquote(word, dialect);
        let name = key(&name, catalog);
        let known = named.columns.contains(&name)
            || named.ids.contains_key(name.as_ref())
            || outputs.contains(name.as_ref())
            || HIDDEN.contains(&name.as_ref())
            || keywords::find(dialect.keywords, word).is_some();
        let follows = match scope.kind(i + 1) {
            Some(TokenKind::Word | TokenKind::Comma | TokenKind::RightParen | TokenKind::Cast)
            | None => true,
            Some(TokenKind::Operator) => !matches!(scope.text(i + 1, text), "=>" | ":="),
            _ => false,
        };
        let stands = before.is_some_and(|at| match scope.kind(at) {
            Some(TokenKind::Comma | TokenKind::Operator) => true,
            Some(TokenKind::LeftParen) => !at
                .checked_sub(1)
                .is_some_and(|f| scope.is_any(f, text, &["extract", "as", "using", "partition"])),
            _ => scope.is_any(at, text, BEFORE_COLUMN),
        });
        if !known && follows && stands {
            places.push((item.start..item.end, Meaning::Unknown));
        }
    }
}

/// Whether item `i` stands in a clause that names columns.
fn column_clause(scope: &Scope, i: usize) -> bool {
    let around = scope.blocks.iter().filter(|b| b.span.contains(&i));
    let Some(block) = around.max_by_key(|b| b.span.start) else {
        return false;
    };
    let clause = block.clauses.iter().rev().find(|(_, at)| *at < i);
    clause.is_some_and(|(clause, _)| {
        matches!(
            clause,
            Clause::Select
                | Clause::On
                | Clause::Where
                | Clause::Group
                | Clause::Having
                | Clause::Order
                | Clause::Set
                | Clause::Columns
                | Clause::Returning
        )
    })
}

/// A name as the server compares it.
fn key<'n>(name: &'n str, catalog: &Catalog) -> Cow<'n, str> {
    match catalog.dialect.fold {
        Fold::Ignore if name.bytes().any(|b| b.is_ascii_uppercase()) => {
            Cow::Owned(name.to_ascii_lowercase())
        }
        _ => Cow::Borrowed(name),
    }
}

fn in_statement(
    catalog: &Catalog,
    text: &str,
    tokens: &[Token],
    part: &Range<usize>,
    found: &mut Vec<(Range<usize>, Meaning)>,
) {
    let Some(end) = tokens.last().map(|t| t.end as usize) else {
        return;
    };
    let scope = Scope::new(text, tokens, end..end, catalog.dialect);
    let reads = reads_relations(&scope, text);
    let path = catalog.effective_path();
    let mut named = Named::default();
    let mut places = Vec::new();
    // What is named there belongs to the queries there, or to those around them.
    let is_near = |block: &&Block| {
        let items = scope.items.get(block.span.clone()).unwrap_or(&scope.items);
        let (first, last) = (items.first(), items.last());
        first.is_some_and(|i| i.start < part.end) && last.is_some_and(|i| part.start < i.end)
    };
    let blocks = scope.blocks.iter().filter(is_near);
    for source in blocks.flat_map(|block| &block.relations) {
        let is_cte = source.schema.is_none() && is_cte(&scope, source, catalog);
        let id = (source.kind == SourceKind::Name && !is_cte)
            .then(|| catalog.find(source.schema.as_deref(), &source.name, &path))
            .flatten();
        let is_name = source.kind == SourceKind::Name && !is_cte;
        if let Some(range) = name_of(&scope, source, text, catalog).filter(|_| is_name) {
            match id {
                Some(_) => places.push((range, Meaning::Relation)),
                None if reads && can_be_known(catalog, source) => {
                    places.push((range, Meaning::Unknown));
                }
                None => {}
            }
        }
        named.add(catalog, source.shown(), id);
    }
    words(catalog, text, tokens, part, &named, &mut places);
    if reads && named.all_known() {
        unknown_columns(catalog, text, &scope, part, &named, &mut places);
    }
    places.sort_by_key(|(range, _)| range.start);
    places.dedup_by_key(|(range, _)| range.start);
    found.append(&mut places);
}

/// Whether the statement is one whose relations must be there already.
fn reads_relations(scope: &Scope, text: &str) -> bool {
    let firsts = [
        "select", "with", "insert", "update", "delete", "explain", "table", "merge",
    ];
    scope.is_any(0, text, &firsts)
}

fn is_cte(scope: &Scope, source: &Source, catalog: &Catalog) -> bool {
    let mut ctes = scope.blocks.iter().flat_map(|block| &block.ctes);
    ctes.any(|cte| same(&cte.name, &source.name, catalog.dialect))
}

/// Where the relation's own name stands.
fn name_of(scope: &Scope, source: &Source, text: &str, catalog: &Catalog) -> Option<Range<usize>> {
    let item = |at: usize| scope.items.get(at).filter(|i| !i.hole);
    let mut at = source.place;
    // Behind the schema, and in MySQL's and SQLite's longer names behind more.
    while item(at + 1).is_some_and(|i| i.kind == TokenKind::Dot) && item(at + 2).is_some() {
        at += 2;
    }
    let item = item(at)?;
    let own = unquote(&text[item.start..item.end], catalog.dialect);
    same(&own, &source.name, catalog.dialect).then_some(item.start..item.end)
}

fn can_be_known(catalog: &Catalog, source: &Source) -> bool {
    let hidden = ["pg_", "sqlite_", "dual"];
    let name = source.name.to_ascii_lowercase();
    if name.is_empty() || hidden.iter().any(|start| name.starts_with(start)) {
        return false;
    }
    match &source.schema {
        None => true,
        // Of what is the server's own nobody is told everything.
        Some(schema) if OF_SERVERS.iter().any(|s| s.eq_ignore_ascii_case(schema)) => false,
        Some(schema) => catalog
            .schema_id(schema)
            .is_some_and(|id| catalog.relations_in(id).next().is_some()),
    }
}

/// Tokens around a name that say what it is.
const CONTEXT: usize = 16;

/// Aliases and columns.
fn words(
    catalog: &Catalog,
    text: &str,
    tokens: &[Token],
    part: &Range<usize>,
    named: &Named<'_>,
    places: &mut Vec<(Range<usize>, Meaning)>,
) {
    let first = tokens.partition_point(|t| (t.end as usize) <= part.start);
    let last = tokens.partition_point(|t| (t.start as usize) < part.end);
    // The names before a dot, and what follows the last.
    let tokens = &tokens[first.saturating_sub(CONTEXT)..(last + CONTEXT).min(tokens.len())];
    let relations: HashSet<u32> = places.iter().map(|(r, _)| r.start as u32).collect();
    let solid: Vec<&Token> = tokens.iter().filter(|t| !t.is_trivia()).collect();
    let is_name = |t: &Token| matches!(t.kind, TokenKind::Word | TokenKind::QuotedName) && !t.open;
    let kind = |at: Option<usize>| at.and_then(|at| solid.get(at)).map(|t| t.kind);
    // Right behind the name of a relation, or behind AS.
    let defines = |at: usize| {
        let behind = |steps: usize| at.checked_sub(steps).map(|at| solid[at]);
        let is_relation = |t: Option<&Token>| t.is_some_and(|t| relations.contains(&t.start));
        let is_as = |t: &Token| t.text(text).eq_ignore_ascii_case("as");
        is_relation(behind(1)) || behind(1).is_some_and(is_as) && is_relation(behind(2))
    };
    for (at, token) in solid.iter().enumerate().filter(|(_, t)| is_name(t)) {
        let before = kind(at.checked_sub(1));
        let next = kind(Some(at + 1));
        if next == Some(TokenKind::LeftParen) || before == Some(TokenKind::Cast) {
            continue;
        }
        let name = unquote(token.text(text), catalog.dialect);
        if relations.contains(&token.start) {
            continue;
        }
        let meaning = match (before, next) {
            (Some(TokenKind::Dot), Some(TokenKind::Dot)) => None,
            (Some(TokenKind::Dot), _) => {
                let qualifier = at.checked_sub(2).map(|at| solid[at]);
                // In `a.b.c` nothing says what `a` is.
                let long = kind(at.checked_sub(3)) == Some(TokenKind::Dot);
                let qualifier = qualifier.filter(|q| is_name(q) && !long);
                qualifier.and_then(|q| {
                    let qualifier = unquote(q.text(text), catalog.dialect);
                    behind_dot(catalog, named, &qualifier, &name)
                })
            }
            (_, Some(TokenKind::Dot)) => {
                let is_called = named.ids.contains_key(key(&name, catalog).as_ref());
                is_called.then_some(Meaning::Alias)
            }
            _ if defines(at) && named.ids.contains_key(key(&name, catalog).as_ref()) => {
                Some(Meaning::Alias)
            }
            _ => {
                let word = token.text(text);
                let reserved = token.kind == TokenKind::Word
                    && keywords::find(catalog.dialect.keywords, word).is_some_and(|k| {
                        k.reserved || word.bytes().all(|b| b.is_ascii_uppercase())
                    });
                let is_column = named.columns.contains(&key(&name, catalog));
                (!reserved && is_column).then_some(Meaning::Column)
            }
        };
        places.extend(meaning.map(|meaning| (token.range(), meaning)));
    }
}

/// A name behind the dot of a relation: its column, or none.
fn behind_dot(
    catalog: &Catalog,
    named: &Named<'_>,
    qualifier: &str,
    name: &str,
) -> Option<Meaning> {
    let meant = named.ids.get(key(qualifier, catalog).as_ref())?;
    let name = key(name, catalog);
    let columns = |id: &Option<RelationId>| named.of.get(id.as_ref()?);
    if meant.iter().filter_map(columns).any(|c| c.contains(&name)) {
        return Some(Meaning::Column);
    }
    let all_known = meant
        .iter()
        .all(|id| columns(id).is_some_and(|c| !c.is_empty()));
    let hidden = HIDDEN.iter().any(|h| h.eq_ignore_ascii_case(&name));
    (all_known && !hidden).then_some(Meaning::Unknown)
}
