//! A catalog from a short text, for tests:
//! `users(id int pk, name text); orders(id, user_id -> users.id); enum mood(sad, ok); fn f(a int) text`.
//!
//! A name may have its schema (`custom.products(…)`); `view`, `matview`, `system` before it say
//! what it is; a column may have `check(a, b)`.

use super::*;
use crate::sql::dialect;

/// Reads the text; a mistake in it is a mistake in the test.
pub(crate) fn catalog(dialect: &'static Dialect, text: &str) -> Catalog {
    let mut builder = CatalogBuilder::new(dialect);
    let home = match dialect.name {
        "postgres" => "public",
        "mysql" => "shop",
        _ => "main",
    };
    builder.search_path = vec![home.to_string()];
    builder.database = "shop".into();
    builder.databases = vec!["shop".into(), "other".into()];
    builder.roles = vec!["alice".into(), "bob".into()];
    builder.settings = vec![
        "work_mem".into(),
        "search_path".into(),
        "statement_timeout".into(),
    ];
    builder.charsets = vec!["utf8mb4".into()];
    builder.collations = vec!["utf8mb4_bin".into()];
    builder.schema(home);
    let mut keys = Vec::new();
    for line in text.split(';').map(str::trim).filter(|l| !l.is_empty()) {
        statement(&mut builder, home, line, &mut keys);
    }
    for (from, column, to) in &keys {
        let (to_relation, to_column) = to.rsplit_once('.').expect("-> relation.column");
        let (schema, relation) = split_name(home, from);
        let (to_schema, to_relation) = split_name(home, to_relation);
        builder.foreign_key(&ForeignKeyRow {
            schema,
            relation,
            columns: vec![column.clone()],
            to_schema,
            to_relation,
            to_columns: vec![to_column.to_string()],
        });
    }
    builder.snapshot(1)
}

/// The schema that most tests use.
pub(crate) fn shop(name: &str) -> Catalog {
    let dialect = dialect::by_name(name).expect("a dialect");
    catalog(dialect, SHOP)
}

const SHOP: &str = "users(id int pk, parentid int -> users.id, email text, first_name text, last_name text, status mood);
    orders(id int pk, ordered_date date, status text check(new, paid), user_id int -> users.id);
    order_items(id int pk, order_id int -> orders.id, qty int, price numeric);
    Mixed(Odd Name int);
    view user_emails(id int, email text);
    matview totals(day date, total numeric);
    custom.products(id int pk, name text, price numeric);
    custom.shipments(id int, user_id int -> users.id);
    enum mood(sad, ok, happy);
    fn custom_fun() text;
    fn set_returning(x int, out a int, out b text) setof;
    proc do_it(x int);
    trigger audit_users(users); trigger touch_orders(orders); trigger custom.touch_products(products);
    policy own_orders(orders); rule keep_users(users); event nightly();
    event_trigger watch_ddl(*); publication feed(*); subscription inbound(*); server remote(*);
    foreign_data_wrapper dblink_fdw(*); tablespace fast(*); language plperl(*); access_method pax(*);
    statistics orders_stats(); collation german_ci(); conversion to_win();
    text_search_configuration hungarian_hun(); text_search_dictionary hun_stem();
    text_search_parser wparser(); text_search_template snowball2()";

fn split_name<'t>(home: &'t str, name: &'t str) -> (&'t str, &'t str) {
    name.split_once('.').unwrap_or((home, name))
}

type Keys = Vec<(String, String, String)>;

fn statement(builder: &mut CatalogBuilder, home: &str, line: &str, keys: &mut Keys) {
    let open = line.find('(').expect("(");
    let close = line.rfind(')').expect(")");
    let (head, inside, tail) = (
        &line[..open],
        &line[open + 1..close],
        line[close + 1..].trim(),
    );
    let (word, name) = head
        .trim()
        .split_once(' ')
        .unwrap_or(("table", head.trim()));
    let (schema, bare) = split_name(home, name);
    let kind = match word {
        "table" => RelationKind::Table,
        "view" => RelationKind::View,
        "matview" => RelationKind::MaterializedView,
        "system" => RelationKind::SystemTable,
        "enum" => {
            let labels = inside.split(',').map(|l| l.trim().to_string()).collect();
            return builder.type_def(TypeRow {
                schema,
                name: bare,
                labels,
                ..TypeRow::default()
            });
        }
        _ if let Some(kind) = ObjectKind::named(&word.replace('_', " ").to_uppercase()) => {
            // `*` is for what is in no schema.
            let (schema, relation) = match inside {
                "*" => ("", ""),
                relation => (schema, relation),
            };
            return builder.object(Object {
                kind,
                schema,
                name: bare,
                relation,
            });
        }
        _ => return routine(builder, (schema, bare), word, inside, tail),
    };
    builder.relation(RelationRow {
        schema,
        name: bare,
        kind,
        ..RelationRow::default()
    });
    for column in columns(inside) {
        add_column(builder, (schema, bare, name), column.trim(), keys);
    }
}

/// The parts between the commas that stand in no parenthesis.
fn columns(inside: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (i, c) in inside.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[start..]);
    parts
}

fn add_column(
    builder: &mut CatalogBuilder,
    (schema, relation, full): (&str, &str, &str),
    text: &str,
    keys: &mut Keys,
) {
    let (text, target) = match text.split_once("->") {
        Some((text, target)) => (text.trim(), Some(target.trim())),
        None => (text, None),
    };
    let (text, check) = match text.split_once("check(") {
        Some((text, values)) => (text.trim(), values.trim_end_matches(')')),
        None => (text, ""),
    };
    let (text, primary_key) = match text.strip_suffix(" pk") {
        Some(text) => (text.trim(), true),
        None => (text, false),
    };
    let (name, type_name) = text.rsplit_once(' ').unwrap_or((text, ""));
    if let Some(target) = target {
        keys.push((full.to_string(), name.to_string(), target.to_string()));
    }
    let values = check.split(',').map(|v| v.trim().to_string());
    let column = CatalogColumn {
        name: name.to_string(),
        type_name: type_name.to_string(),
        primary_key,
        check_values: values.filter(|v| !v.is_empty()).collect(),
        ..CatalogColumn::default()
    };
    builder.column_with(schema, relation, &column);
}

fn routine(builder: &mut CatalogBuilder, name: (&str, &str), word: &str, inside: &str, tail: &str) {
    let arguments = inside
        .split(',')
        .map(str::trim)
        .filter(|a| !a.is_empty())
        .map(|a| {
            let (mode, a) = match a.strip_prefix("out ") {
                Some(rest) => (ArgumentMode::Out, rest),
                None => (ArgumentMode::In, a),
            };
            let (name, type_name) = a.split_once(' ').unwrap_or((a, ""));
            Argument {
                name: name.to_string(),
                type_name: type_name.to_string(),
                mode,
                default: None,
            }
        });
    let kind = match word {
        "proc" => RoutineKind::Procedure,
        "agg" => RoutineKind::Aggregate,
        _ => RoutineKind::Function,
    };
    builder.routine(RoutineRow {
        schema: name.0,
        name: name.1,
        kind,
        returns: if tail == "setof" { "record" } else { tail },
        returns_set: tail == "setof",
        arguments: arguments.collect(),
        extension: None,
        comment: None,
    });
}
