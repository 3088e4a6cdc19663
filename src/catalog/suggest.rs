//! What an error message leaves unsaid: the names nearest to one that is unknown, and what the
//! violated key is on.

#[cfg(test)]
mod tests;

use super::{Catalog, Relation, RelationId};
use crate::nearest::nearest_few;
use crate::sql::names::{Name, quote, same, unquote};
use crate::sql::scope::{Scope, Source, SourceKind};
use crate::sql::{Dialect, Token, TokenKind, lex};
use std::ops::Range;

/// At most so many names are suggested.
const MOST: usize = 3;

/// What a message says is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Missing {
    Relation(Name),
    Column(Name),
    Function(Name),
    /// The alias or the relation before a dot.
    Source(Name),
}

/// A sentence for the error `message` of the statement `sql`: the names nearest to the unknown one.
pub fn did_you_mean(
    catalog: &Catalog,
    sql: &str,
    message: &str,
    position: Option<usize>,
) -> Option<String> {
    let missing = missing(message)?;
    let (Missing::Relation(name)
    | Missing::Column(name)
    | Missing::Function(name)
    | Missing::Source(name)) = &missing;
    let tokens = lex(sql, catalog.dialect);
    let sources = sources(catalog, sql, &tokens, name, position);
    let near = match &missing {
        Missing::Relation(name) => relations(catalog, name),
        Missing::Function(name) => functions(catalog, name.last()),
        Missing::Source(name) => aliases(&sources, name.last()),
        Missing::Column(name) => match columns(catalog, &sources, name) {
            near if near.is_empty() => return elsewhere(catalog, name.last()),
            near => near,
        },
    };
    or_list(&near).map(|list| format!("Did you mean {list}?"))
}

/// `a`, `a or b`, `a, b or c`
fn or_list(names: &[String]) -> Option<String> {
    let (last, before) = names.split_last()?;
    Some(match before {
        [] => last.clone(),
        before => format!("{} or {last}", before.join(", ")),
    })
}

/// Reads the messages of the three servers, in English.
fn missing(message: &str) -> Option<Missing> {
    let between = |before: &str, after: &str| {
        let rest = &message[message.find(before)? + before.len()..];
        Some(&rest[..rest.find(after)?])
    };
    let behind = |before: &str| message.strip_prefix(before);
    let parts = |text: &str| Name {
        parts: text
            .split('.')
            .map(|part| part.trim_matches('"').to_string())
            .collect(),
    };
    let not_there = message.ends_with("does not exist");
    // PostgreSQL.
    if let Some(alias) = between("FROM-clause entry for table \"", "\"") {
        return Some(Missing::Source(parts(alias)));
    }
    if not_there && message.starts_with("column ") {
        let name = between("column ", " of relation").or_else(|| between("column ", " does not"));
        return name.map(parts).map(Missing::Column);
    }
    for kind in ["relation \"", "table \"", "view \""] {
        if not_there && message.starts_with(kind) {
            return between(kind, "\"").map(parts).map(Missing::Relation);
        }
    }
    if not_there && message.starts_with("function ") {
        return between("function ", "(").map(parts).map(Missing::Function);
    }
    // MySQL.
    if message.starts_with("Unknown column '") {
        return between("'", "'").map(parts).map(Missing::Column);
    }
    if message.starts_with("Table '") && message.ends_with("doesn't exist") {
        return between("'", "'").map(parts).map(Missing::Relation);
    }
    if message.starts_with("Unknown table '") {
        return between("'", "'").map(parts).map(Missing::Source);
    }
    if not_there && message.starts_with("FUNCTION ") {
        let name = between("FUNCTION ", " does not").map(parts);
        return name.map(Missing::Function);
    }
    // SQLite.
    if let Some(name) = behind("no such table: ") {
        return Some(Missing::Relation(parts(name)));
    }
    if let Some(name) = behind("no such column: ") {
        return Some(Missing::Column(parts(name)));
    }
    if let Some(name) = behind("no such function: ") {
        return Some(Missing::Function(parts(name)));
    }
    let column = message.split_once(" has no column named ");
    column
        .filter(|(table, _)| table.starts_with("table "))
        .map(|(_, name)| Missing::Column(parts(name)))
}

/// A relation that the statement reads or writes, and what it calls it.
struct Read {
    shown: String,
    /// `None` for a CTE or a subquery, or a relation that the catalog does not know.
    id: Option<RelationId>,
}

/// The relations in sight at the place of the unknown name.
fn sources(
    catalog: &Catalog,
    sql: &str,
    tokens: &[Token],
    name: &Name,
    position: Option<usize>,
) -> Vec<Read> {
    let place = place(catalog, sql, tokens, name.last(), position);
    // The statement among several that holds the place.
    let ends = |t: &&Token| t.kind == TokenKind::Semicolon;
    let (mut start, mut end) = (0, sql.len());
    for token in tokens.iter().filter(ends) {
        match (token.end as usize) <= place.start {
            true => start = token.end as usize,
            false => {
                end = token.start as usize;
                break;
            }
        }
    }
    let own = |t: &&Token| t.start as usize >= start && t.end as usize <= end;
    let scope = Scope::new(sql, tokens.iter().filter(own), place, catalog.dialect);
    let path = catalog.effective_path();
    let read = |source: &Source| Read {
        shown: source.shown().to_string(),
        id: (source.kind == SourceKind::Name)
            .then(|| catalog.find(source.schema.as_deref(), &source.name, &path))
            .flatten(),
    };
    scope
        .visible_blocks()
        .flat_map(|block| block.relations.iter().map(read))
        .collect()
}

/// The name's token: at the server's place or behind it, else the first of that name.
fn place(
    catalog: &Catalog,
    sql: &str,
    tokens: &[Token],
    name: &str,
    position: Option<usize>,
) -> Range<usize> {
    let is = |t: &&Token| {
        matches!(t.kind, TokenKind::Word | TokenKind::QuotedName)
            && same(
                &unquote(t.text(sql), catalog.dialect),
                name,
                catalog.dialect,
            )
    };
    let from = position.unwrap_or_default();
    let mut named = tokens.iter().filter(is);
    let found = named
        .clone()
        .find(|t| t.start as usize >= from)
        .or_else(|| named.next());
    found.map_or(sql.len()..sql.len(), Token::range)
}

fn relations(catalog: &Catalog, name: &Name) -> Vec<String> {
    let path = catalog.effective_path();
    let named_schema = name.qualifier().and_then(|s| catalog.schema_id(s));
    let shown = |relation: &Relation<'_>| {
        let own = quote(relation.name, catalog.dialect);
        let bare = named_schema.is_none() && path.contains(&relation.schema);
        match bare {
            true => own.into_owned(),
            false => {
                let schema = &catalog.schemas[relation.schema].name;
                format!("{}.{own}", quote(schema, catalog.dialect))
            }
        }
    };
    let wanted = name.last();
    // MySQL names the database of every table, so that one is where to look first.
    let in_schema = |r: &Relation<'_>| named_schema.is_none_or(|schema| schema == r.schema);
    let near = nearest_few(
        wanted,
        catalog.relations().filter(in_schema).map(|r| r.name),
        MOST,
    );
    let mut found: Vec<String> = Vec::new();
    for name in near {
        let of_name = catalog.named(name).map(|id| catalog.relation(id));
        found.extend(
            of_name
                .filter(|r| r.name == name && in_schema(r))
                .map(|r| shown(&r)),
        );
    }
    let elsewhere = catalog.named(wanted).map(|id| catalog.relation(id));
    found.extend(elsewhere.filter(|r| !in_schema(r)).map(|r| shown(&r)));
    found.dedup();
    found.truncate(MOST);
    found
}

fn functions(catalog: &Catalog, wanted: &str) -> Vec<String> {
    let own = catalog.schemas.iter().flat_map(|s| &s.routines);
    let built_in = catalog.dialect.functions.iter().map(|f| f.name);
    let names = own.map(|r| r.name.as_str()).chain(built_in);
    // A function of that name with other arguments is another trouble.
    if names.clone().any(|name| name.eq_ignore_ascii_case(wanted)) {
        return Vec::new();
    }
    let near = nearest_few(wanted, names, MOST);
    near.iter().map(|name| format!("{name}()")).collect()
}

fn aliases(sources: &[Read], wanted: &str) -> Vec<String> {
    let names = sources.iter().map(|s| s.shown.as_str());
    let near = nearest_few(wanted, names, MOST);
    near.into_iter().map(str::to_string).collect()
}

fn columns(catalog: &Catalog, sources: &[Read], name: &Name) -> Vec<String> {
    let qualifier = name.qualifier();
    let quoted = |name: &str| quote(name, catalog.dialect).into_owned();
    let is_meant =
        |s: &&Read| qualifier.is_none_or(|wanted| same(&s.shown, wanted, catalog.dialect));
    let mut found = Vec::new();
    let mut of = |sources: &mut dyn Iterator<Item = &Read>, with_source: bool| {
        for source in sources {
            let Some(id) = source.id else { continue };
            let names = catalog.columns(id).iter().map(|c| c.name);
            for near in nearest_few(name.last(), names, MOST) {
                found.push(match with_source {
                    true => format!("{}.{}", quoted(&source.shown), quoted(near)),
                    false => quoted(near),
                });
            }
        }
    };
    let several = sources.len() > 1 || qualifier.is_some();
    of(&mut sources.iter().filter(is_meant), several);
    of(&mut sources.iter().filter(|s| !is_meant(s)), true);
    found.truncate(MOST);
    found
}

/// The relations that have the column, where the statement does not read them.
fn elsewhere(catalog: &Catalog, column: &str) -> Option<String> {
    let owners = catalog.owners_of(column);
    let names: Vec<String> = owners
        .iter()
        .map(|id| catalog.relation(*id))
        .filter(|r| {
            !matches!(
                catalog.schemas[r.schema].name.as_str(),
                "pg_catalog" | "information_schema"
            )
        })
        .take(MOST)
        .map(|r| quote(r.name, catalog.dialect).into_owned())
        .collect();
    let list = or_list(&names)?;
    let column = quote(column, catalog.dialect);
    Some(format!("{column} is a column of {list}."))
}

/// The relation that the statement writes.
pub fn target<'c>(catalog: &'c Catalog, sql: &str) -> Option<Relation<'c>> {
    target_id(catalog, sql).map(|id| catalog.relation(id))
}

fn target_id(catalog: &Catalog, sql: &str) -> Option<RelationId> {
    let tokens = lex(sql, catalog.dialect);
    let sources = sources(catalog, sql, &tokens, &Name::default(), None);
    sources.first()?.id
}

/// The words of the CHECK that `ddl`, a table's definition, calls `name`.
pub fn named_check(ddl: &str, name: &str, dialect: &Dialect) -> Option<String> {
    let tokens = lex(ddl, dialect);
    let solid: Vec<&Token> = tokens.iter().filter(|t| !t.is_trivia()).collect();
    let is = |at: usize, word: &str| {
        let token = solid.get(at);
        token.is_some_and(|t| t.text(ddl).eq_ignore_ascii_case(word))
    };
    let named = |at: &usize| {
        let token = solid.get(at + 1);
        token.is_some_and(|t| same(&unquote(t.text(ddl), dialect), name, dialect))
    };
    let mut found = (0..solid.len())
        .filter(|at| is(*at, "constraint"))
        .filter(named);
    let check = found.next().filter(|at| is(at + 2, "check"))? + 2;
    let mut depth = 0usize;
    for token in &solid[check + 1..] {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen if depth == 1 => {
                let start = solid[check + 1].start as usize;
                return Some(format!("CHECK {}", &ddl[start..token.end as usize]));
            }
            TokenKind::RightParen => depth -= 1,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// What the violated key of the statement is on, where the server only names it (MySQL) or not
/// even that (SQLite).
pub fn violated_key(catalog: &Catalog, sql: &str, message: &str) -> Option<String> {
    if let Some((_, key)) = message.split_once("' for key '") {
        let key = key.trim_end_matches('\'');
        let key = key.rsplit('.').next().unwrap_or(key);
        let relation = target(catalog, sql)?;
        let index = relation.indexes().find(|i| i.name == key)?;
        return Some(format!(
            "The key {key} is on ({}).",
            index.columns.join(", ")
        ));
    }
    if !message.eq_ignore_ascii_case("foreign key constraint failed") {
        return None;
    }
    let id = target_id(catalog, sql)?;
    let keys: Vec<String> = catalog
        .keys_of(id)
        .map(|key| {
            let name = |id| catalog.relation(id).name;
            let (from, to) = (name(key.from), name(key.to));
            let columns = (key.from_columns.join(", "), key.to_columns.join(", "));
            format!("{from} ({}) references {to} ({})", columns.0, columns.1)
        })
        .collect();
    (!keys.is_empty()).then(|| format!("Foreign keys here: {}.", keys.join("; ")))
}
