//! What the catalog knows of a candidate: for the pane beside the menu.

use super::candidate::{Candidate, Kind};
use super::context::{self, Context};
use super::signature::{self, Parameters};
use super::word::{self, Word};
use super::{MAX_BODIES, Request, within};
use crate::catalog::{Catalog, Column, ForeignKey, RelationId};
use crate::sql::names::{Name, same};
use std::fmt::Write;

/// So many names of a list are told.
const MOST_NAMES: usize = 12;
/// So many overloads, indexes and keys.
const MOST_LINES: usize = 8;

/// Lines about a candidate for the cursor of `request`, the most telling first; none where there is
/// nothing to say that the menu does not.
pub fn document(request: &Request<'_>, candidate: &Candidate) -> Vec<String> {
    at_level(request, candidate, 0)
}

fn at_level(request: &Request<'_>, candidate: &Candidate, level: usize) -> Vec<String> {
    let mut request = *request;
    request.cursor = word::boundary(request.text, request.cursor);
    if level < MAX_BODIES
        && let Some(body) = word::body(&request)
    {
        return within(&request, &body.span, |inner| {
            at_level(inner, candidate, level + 1)
        });
    }
    let catalog = request.catalog;
    match candidate.kind {
        Kind::Table | Kind::View | Kind::MaterializedView | Kind::ForeignTable => {
            let name = full_name(&request, &candidate.label);
            find(catalog, &name).map_or_else(Vec::new, |id| of_relation(catalog, id))
        }
        Kind::Column => of_columns(&request, &candidate.label),
        Kind::Alias => of_alias(&request, &candidate.label),
        Kind::Function | Kind::Aggregate | Kind::Procedure => {
            of_routines(&request, &candidate.label)
        }
        Kind::Type => of_type(catalog, &candidate.label),
        Kind::Command => of_command(&request, &candidate.label),
        Kind::Setting => of_setting(&request, &candidate.label),
        Kind::Join | Kind::JoinCondition | Kind::Star | Kind::Snippet => {
            vec![candidate.insert.clone()]
        }
        _ => Vec::new(),
    }
}

/// The label with what stands before the cursor's word: `public.` or an alias.
fn full_name(request: &Request<'_>, label: &str) -> Name {
    let dialect = request.catalog.dialect;
    let label = label.trim_end_matches(['(', ')']);
    let word = Word::at(request);
    let before = request.text.get(..word.replace.start).unwrap_or_default();
    let qualifier = before.strip_suffix('.').map(|before| {
        let start = before.rfind(|c: char| c.is_whitespace() || "(,=<>+-*/".contains(c));
        Name::parse(&before[start.map_or(0, |at| at + 1)..], dialect)
    });
    let mut parts = qualifier.map(|name| name.parts).unwrap_or_default();
    match label.split_once('.') {
        Some((schema, name)) => parts.extend([schema.to_string(), name.to_string()]),
        None => parts.push(label.to_string()),
    }
    Name { parts }
}

/// One of the client's: what it means, and the words it takes.
fn of_setting(request: &Request<'_>, name: &str) -> Vec<String> {
    let Some(setting) = request.settings.iter().find(|s| s.name == name) else {
        return Vec::new();
    };
    let mut lines = vec![setting.help.to_string()];
    let words: Vec<&str> = setting
        .values
        .iter()
        .map(|(word, _)| word.as_str())
        .collect();
    if !words.is_empty() {
        lines.push(words.join(", "));
    }
    lines
}

fn find(catalog: &Catalog, name: &Name) -> Option<RelationId> {
    let path = catalog.effective_path();
    // A dot may be part of the name itself.
    let whole = || catalog.find(None, &name.parts.join("."), &path);
    (catalog.find(name.qualifier(), name.last(), &path))
        .or_else(whole)
        .or_else(|| catalog.named(name.last()).next())
}

fn of_relation(catalog: &Catalog, id: RelationId) -> Vec<String> {
    let relation = catalog.relation(id);
    let schema = &catalog.schema_of(id).name;
    let mut first = format!("{} {schema}.{}", relation.kind.word(), relation.name);
    if let Some(rows) = relation.rows {
        let _ = write!(first, ", about {} rows", thousands(rows));
    }
    let mut lines = vec![first];
    lines.extend(relation.comment().map(str::to_string));
    lines.extend(relation.partition_of().map(|p| format!("partition of {p}")));
    lines.extend(
        relation
            .extension()
            .map(|e| format!("of the extension {e}")),
    );
    let columns = relation.columns();
    let keys: Vec<&str> = columns
        .iter()
        .filter(|c| c.primary_key)
        .map(|c| c.name)
        .collect();
    if !keys.is_empty() {
        lines.push(format!("primary key {}", keys.join(", ")));
    }
    let mut names: Vec<String> = columns
        .iter()
        .take(MOST_NAMES)
        .map(|c| format!("{} {}", c.name, c.type_name))
        .collect();
    if columns.len() > MOST_NAMES {
        names.push(format!("{} more", columns.len() - MOST_NAMES));
    }
    lines.push(format!("columns: {}", names.join(", ")));
    for index in relation.indexes().take(MOST_LINES) {
        lines.push(index_line(&index, true));
    }
    let keys = || catalog.keys_of(id);
    lines.extend(
        keys()
            .filter(|k| k.from == id)
            .take(MOST_LINES)
            .map(|k| format!("{} → {}", k.from_columns.join(", "), target(catalog, &k))),
    );
    let mut users: Vec<&str> = keys()
        .filter(|k| k.to == id && k.from != id)
        .map(|k| catalog.relation(k.from).name)
        .collect();
    users.dedup();
    if !users.is_empty() {
        let more = users.len() > MOST_NAMES;
        users.truncate(MOST_NAMES);
        let tail = if more { " …" } else { "" };
        lines.push(format!("referenced by {}{tail}", users.join(", ")));
    }
    lines
}

fn index_line(index: &crate::catalog::Index<'_>, columns: bool) -> String {
    let unique = if index.unique { "unique " } else { "" };
    match columns {
        true => format!(
            "{unique}index {} ({})",
            index.name,
            index.columns.join(", ")
        ),
        false => format!("{unique}index {}", index.name),
    }
}

fn target(catalog: &Catalog, key: &ForeignKey<'_>) -> String {
    let relation = catalog.relation(key.to).name;
    format!("{relation}({})", key.to_columns.join(", "))
}

/// 1234567 as `1 234 567`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// The relations in sight by what the statement calls them.
/// The relations in sight; the one that a definition names where there is no query.
fn in_sight(request: &Request<'_>) -> Vec<(String, RelationId)> {
    let word = Word::at(request);
    let tokens = word::around(request, &word);
    let scope = context::scope(request, &tokens, &word);
    let context = Context::new(request, &tokens, &scope, &word);
    let visible = context.visible.iter();
    let mut found: Vec<(String, RelationId)> = visible
        .filter_map(|v| Some((v.source.shown().to_string(), v.relation?)))
        .collect();
    let named = context.named_after(&["table", "references", "on", "copy", "analyze"]);
    let defines = context.is(
        0,
        &["alter", "create", "copy", "analyze", "grant", "revoke"],
    );
    if let Some(name) = named.filter(|_| found.is_empty() && defines) {
        let id = find(request.catalog, &name);
        found.extend(id.map(|id| (name.last().to_string(), id)));
    }
    found
}

fn of_columns(request: &Request<'_>, label: &str) -> Vec<String> {
    let catalog = request.catalog;
    let name = full_name(request, label);
    let is = |a: &str, b: &str| same(a, b, catalog.dialect);
    let mut owners: Vec<RelationId> = in_sight(request)
        .into_iter()
        .filter(|(shown, _)| name.qualifier().is_none_or(|q| is(shown, q)))
        .map(|(_, id)| id)
        .collect();
    let has = |id: &RelationId| catalog.columns(*id).iter().any(|c| is(c.name, name.last()));
    owners.retain(has);
    owners.dedup();
    if owners.is_empty() {
        owners = catalog.owners_of(name.last()).to_vec();
    }
    if let [id] = owners[..] {
        let column = catalog.columns(id).iter().find(|c| is(c.name, name.last()));
        return column.map_or_else(Vec::new, |c| of_column(catalog, id, c));
    }
    // Several have it: one line each.
    let line = |id: &RelationId| {
        let column = catalog
            .columns(*id)
            .iter()
            .find(|c| is(c.name, name.last()))?;
        Some(format!(
            "{} {}",
            full(catalog, *id, column.name),
            typed(column)
        ))
    };
    let mut lines: Vec<String> = owners.iter().take(MOST_LINES).filter_map(line).collect();
    if owners.len() > MOST_LINES {
        lines.push(format!("and {} more", owners.len() - MOST_LINES));
    }
    lines
}

fn full(catalog: &Catalog, id: RelationId, column: &str) -> String {
    format!("{}.{column}", catalog.relation_name(id))
}

/// `integer, not null`
fn typed(column: Column<'_>) -> String {
    let null = if column.nullable { "" } else { ", not null" };
    format!("{}{null}", column.type_name)
}

fn of_column(catalog: &Catalog, id: RelationId, column: Column<'_>) -> Vec<String> {
    let key = if column.primary_key {
        ", primary key"
    } else {
        ""
    };
    let mut lines = vec![
        full(catalog, id, column.name),
        format!("{}{key}", typed(column)),
    ];
    lines.extend(column.comment().map(str::to_string));
    lines.extend(column.default().map(|d| format!("default {d}")));
    let keys = catalog.keys_of(id).filter(|k| k.from == id);
    let own = keys.filter(|k| k.from_columns.iter().any(|c| c == column.name));
    lines.extend(
        own.take(MOST_LINES)
            .map(|k| format!("→ {}", target(catalog, &k))),
    );
    let relation = catalog.relation(id);
    let indexes = relation.indexes();
    let own = indexes.filter(|i| i.columns.iter().any(|c| c == column.name));
    lines.extend(
        own.take(MOST_LINES)
            .map(|i| index_line(&i, i.columns.len() > 1)),
    );
    for (what, values) in [
        ("one of", column.check_values()),
        ("often", column.common_values()),
    ] {
        if !values.is_empty() {
            let few: Vec<&str> = values.iter().take(MOST_NAMES).collect();
            lines.push(format!("{what} {}", few.join(", ")));
        }
    }
    lines
}

fn of_alias(request: &Request<'_>, label: &str) -> Vec<String> {
    let catalog = request.catalog;
    let found = in_sight(request).into_iter();
    let mut meant = found.filter(|(shown, _)| same(shown, label, catalog.dialect));
    meant
        .next()
        .map_or_else(Vec::new, |(_, id)| of_relation(catalog, id))
}

fn of_routines(request: &Request<'_>, label: &str) -> Vec<String> {
    let name = full_name(request, label);
    let all: Vec<_> = signature::routines(request.catalog, &name).collect();
    let mut lines = Vec::new();
    for routine in all.iter().take(MOST_LINES) {
        lines.push(Parameters::of_routine(&name, routine).text);
        // Overloads mostly have one comment in common.
        let comment = routine.comment.as_deref().unwrap_or_default();
        if !comment.is_empty() && !lines.iter().any(|line| line == comment) {
            lines.push(comment.to_string());
        }
    }
    if all.len() > MOST_LINES {
        lines.push(format!("and {} more", all.len() - MOST_LINES));
    }
    if lines.is_empty() {
        let builtins = request.catalog.dialect.functions.iter();
        let own = builtins.filter(|b| b.name.eq_ignore_ascii_case(name.last()));
        lines = own.map(|b| Parameters::of_builtin(b).text).collect();
    }
    lines
}

fn of_type(catalog: &Catalog, label: &str) -> Vec<String> {
    let name = label.rsplit('.').next().unwrap_or(label);
    let types = catalog.schemas.iter().flat_map(|s| &s.types);
    let mut own = types.filter(|t| same(&t.name, name, catalog.dialect));
    let Some(found) = own.next() else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if !found.labels.is_empty() {
        lines.push(format!("one of {}", found.labels.join(", ")));
    }
    let fields = found.fields.iter();
    lines.extend(fields.map(|f| format!("{} {}", f.name, f.type_name)));
    lines.extend(
        found
            .extension
            .iter()
            .map(|e| format!("of the extension {e}")),
    );
    lines
}

fn of_command(request: &Request<'_>, label: &str) -> Vec<String> {
    let specs = request.commands.iter();
    let mut own = specs.filter(|s| s.names.contains(&label));
    own.next().map_or_else(Vec::new, |spec| {
        vec![spec.synopsis(), spec.help.to_string()]
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Body, Usage, complete};
    use super::*;
    use crate::catalog::fixture::shop;
    use crate::sql::lex;

    /// What is said of the candidate `label` at `|`.
    fn said(dialect: &str, text: &str, label: &str) -> String {
        let catalog = shop(dialect);
        let cursor = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        let tokens = lex(&text, catalog.dialect);
        let request = Request {
            text: &text,
            tokens: &tokens,
            cursor,
            catalog: &catalog,
            commands: &[],
            usage: &Usage::default(),
            variables: &[],
            favourites: &[],
            settings: &[],
            specials: &[],
            body: Body::default(),
            limit: 0,
        };
        let found = complete(&request).items;
        let candidate = found.iter().find(|c| c.label == label);
        let Some(candidate) = candidate else {
            let labels: Vec<&str> = found.iter().map(|c| c.label.as_str()).collect();
            return format!("not offered, but {}", labels.join(" "));
        };
        document(&request, candidate).join("\n")
    }

    #[test]
    fn a_candidate_is_described_as_the_catalog_knows_it() {
        for (text, label, expected) in [
            (
                "select * from ord|",
                "orders",
                "table public.orders\nprimary key id\ncolumns: id int, ordered_date date, \
                 status text, user_id int\nuser_id → users(id)\nreferenced by order_items",
            ),
            (
                "select * from public.ord|",
                "order_items",
                "table public.order_items\nprimary key id\ncolumns: id int, order_id int, \
                 qty int, price numeric\norder_id → orders(id)",
            ),
            (
                "select o.us| from orders o",
                "user_id",
                "orders.user_id\nint, not null\n→ users(id)",
            ),
            (
                "select stat| from orders",
                "status",
                "orders.status\ntext, not null\none of new, paid",
            ),
            (
                "select pri|",
                "price",
                "products.price numeric\norder_items.price numeric",
            ),
            (
                "select | from orders xyz",
                "xyz",
                "table public.orders\nprimary key id\ncolumns: id int, ordered_date date, \
                 status text, user_id int\nuser_id → users(id)\nreferenced by order_items",
            ),
            (
                "alter table orders drop column i|",
                "id",
                "orders.id\nint, not null, primary key",
            ),
            ("select custom_f|", "custom_fun", "custom_fun() text"),
            ("select null::moo|", "mood", "one of sad, ok, happy"),
            (
                "do $$ begin select o.us| from orders o; end $$",
                "user_id",
                "orders.user_id\nint, not null\n→ users(id)",
            ),
        ] {
            let found = said("postgres", text, label);
            if label == "price" {
                let mut lines: Vec<&str> = found.lines().collect();
                lines.sort_unstable();
                assert_eq!(
                    lines.join("\n"),
                    "order_items.price numeric, not null\nproducts.price numeric, not null"
                );
                continue;
            }
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(
            said("mysql", "select group_con|", "group_concat"),
            "group_concat([DISTINCT] expr [ORDER BY ...] [SEPARATOR str_val])"
        );
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1000, "1 000"),
            (1234567, "1 234 567"),
        ] {
            assert_eq!(thousands(number), expected);
        }
    }
}
