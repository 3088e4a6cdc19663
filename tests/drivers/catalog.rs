//! The catalog, and the listings of the \d family.

use super::*;

/// Statements that make `parent`, `child`, the view `both` and, where there are any, a function.
fn schema(backend: &Backend) -> Vec<&'static str> {
    let mut statements = vec![
        backend.pick([
            "create type mood as enum ('sad', 'it''s ok')",
            "create function twice(n int) returns int deterministic return n * 2",
            "create table \"odd name\" (\"a column\" text, [another] int)",
        ]),
        "create table parent (id int primary key, name varchar(20) not null default 'x')",
        backend.pick([
            "create table child (id int primary key, parent_id int references parent (id), \
             kind text check (kind in ('a', 'b')), feeling mood)",
            "create table child (id int primary key, parent_id int, kind enum('a', 'b'), \
             foreign key (parent_id) references parent (id))",
            "create table child (id int primary key, parent_id int references parent, \
             kind text CHECK (KIND IN ('a', 'b')))",
        ]),
        "create unique index child_kind on child (parent_id, kind)",
        "create view both_tables as select p.name, c.kind from parent p, child c",
    ];
    if backend.driver == "postgres" {
        statements.push("create function twice(n int) returns int language sql as 'select n * 2'");
    }
    statements
}

async fn with_schema(backend: &Backend) -> (Box<dyn Connection>, Database) {
    let (mut connection, database) = backend.fresh().await;
    for statement in schema(backend) {
        execute(connection.as_mut(), statement).await;
    }
    (connection, database)
}

async fn catalog(connection: &mut dyn Connection, backend: &Backend) -> Catalog {
    let mut builder = CatalogBuilder::new(backend.driver().dialect());
    for stage in Stage::ALL {
        connection.catalog(stage, &mut builder).await.unwrap();
    }
    builder.snapshot(1)
}

/// The schema that a new table goes to.
fn home(catalog: &Catalog) -> &str {
    match catalog.dialect.name {
        "postgres" => "public",
        "mysql" => &catalog.database,
        _ => "main",
    }
}

fn relation<'a>(catalog: &'a Catalog, name: &str) -> Relation<'a> {
    catalog
        .relations()
        .find(|r| r.name == name && catalog.schemas[r.schema].name == home(catalog))
        .unwrap_or_else(|| panic!("no {name}"))
}

pub(super) async fn the_catalog_knows_tables_columns_and_keys(backend: &'static Backend) {
    let (mut connection, _database) = with_schema(backend).await;
    let catalog = catalog(connection.as_mut(), backend).await;
    assert!(!catalog.server_version.is_empty() && !catalog.database.is_empty());
    let parent = relation(&catalog, "parent");
    assert_eq!(parent.kind, RelationKind::Table);
    let shown: Vec<(&str, bool, bool)> = parent
        .columns()
        .iter()
        .map(|c| (c.name, c.nullable, c.primary_key))
        .collect();
    // SQLite lets a primary key that is no rowid be NULL.
    let id_nullable = backend.driver == "sqlite";
    assert_eq!(shown, [("id", id_nullable, true), ("name", false, false)]);
    assert!(
        parent
            .columns()
            .get(0)
            .unwrap()
            .type_name
            .to_lowercase()
            .contains("int"),
        "{:?}",
        parent.columns().iter().collect::<Vec<_>>()
    );
    assert!(
        parent
            .columns()
            .get(1)
            .unwrap()
            .default()
            .unwrap_or_default()
            .contains('x')
    );
    let view = relation(&catalog, "both_tables");
    assert_eq!(view.kind, RelationKind::View);
    let names: Vec<&str> = view.columns().iter().map(|c| c.name).collect();
    assert_eq!(names, ["name", "kind"]);
    let child = relation(&catalog, "child");
    assert!(
        child
            .indexes()
            .any(|i| { i.name == "child_kind" && i.unique && i.columns == ["parent_id", "kind"] })
    );
    let ours = |id: RelationId| {
        let schema = catalog.relation(id).schema;
        catalog.schemas[schema].name == home(&catalog)
    };
    let keys: Vec<String> = catalog
        .foreign_keys()
        .filter(|k| ours(k.from))
        .map(|k| {
            let name = |id: RelationId| catalog.relation(id).name;
            format!(
                "{}{:?} {}{:?}",
                name(k.from),
                k.from_columns,
                name(k.to),
                k.to_columns
            )
        })
        .collect();
    assert_eq!(keys, ["child[\"parent_id\"] parent[\"id\"]"]);
}

/// A relation that was made, changed or dropped is read alone: the catalog must then be the one that
/// a whole refresh would have given.
pub(super) async fn a_relation_read_alone_is_as_in_the_whole_catalog(backend: &'static Backend) {
    let (mut connection, _database) = with_schema(backend).await;
    for (statement, names) in [
        (
            "create table grandchild (id int primary key, child_id int not null, foreign key (child_id) references child (id))",
            &["grandchild"][..],
        ),
        (
            "alter table child add column extra varchar(9) default 'e'",
            &["child"],
        ),
        ("create index child_extra on child (extra)", &["child"]),
        ("drop view both_tables", &["both_tables"]),
        ("alter table parent rename to elder", &["parent", "elder"]),
        ("drop table grandchild", &["grandchild", "never"]),
    ] {
        let before = catalog(connection.as_mut(), backend).await;
        execute(connection.as_mut(), statement).await;
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let part = sqwire::refresh::relations(backend.driver(), connection.as_mut(), names.clone());
        let patched = before.patched(&names, &part.await.unwrap(), 0);
        let whole = catalog(connection.as_mut(), backend).await;
        assert_eq!(known(&patched), known(&whole), "{statement}");
    }
}

/// What a catalog says of relations and their keys, without estimates, which move by themselves.
fn known(catalog: &Catalog) -> Vec<String> {
    let relation = |r: Relation<'_>| {
        let columns: Vec<String> = (r.columns().iter())
            .map(|c| format!("{c:?} {} {} {:?}", c.nullable, c.primary_key, c.default()))
            .collect();
        let mut indexes: Vec<String> = (r.indexes())
            .map(|i| format!("{} {:?} {}", i.name, i.columns, i.unique))
            .collect();
        indexes.sort();
        let schema = &catalog.schemas[r.schema].name;
        format!("{schema}.{} {:?} {columns:?} {indexes:?}", r.name, r.kind)
    };
    let home = |r: &Relation<'_>| catalog.schemas[r.schema].name == home(catalog);
    let ours = catalog
        .foreign_keys()
        .filter(|k| home(&catalog.relation(k.from)));
    let keys = ours.map(|k| {
        let (from, to) = (catalog.relation(k.from), catalog.relation(k.to));
        format!(
            "{}{:?} {}{:?}",
            from.name, k.from_columns, to.name, k.to_columns
        )
    });
    let mut keys: Vec<String> = keys.collect();
    keys.sort();
    catalog
        .relations()
        .filter(home)
        .map(relation)
        .chain(keys)
        .collect()
}

pub(super) async fn the_catalog_knows_values_routines_and_settings(backend: &'static Backend) {
    let (mut connection, _database) = with_schema(backend).await;
    let catalog = catalog(connection.as_mut(), backend).await;
    let child = relation(&catalog, "child");
    let kind = child.columns().iter().find(|c| c.name == "kind").unwrap();
    assert_eq!(kind.check_values(), ["a", "b"]);
    assert!(!catalog.settings.is_empty());
    let takes = |setting: &str| catalog.setting_values.get(setting).cloned();
    match backend.driver {
        "postgres" => {
            assert_eq!(takes("bytea_output").unwrap(), ["escape", "hex"]);
            assert_eq!(takes("enable_seqscan").unwrap(), ["on", "off"]);
            assert!(takes("work_mem").unwrap().is_empty());
        }
        "mysql" => {
            assert_eq!(takes("autocommit").unwrap(), ["ON", "OFF"]);
            assert!(takes("max_connections").unwrap().is_empty());
            assert!(takes("binlog_format").unwrap().contains(&"ROW".to_string()));
        }
        _ => assert!(catalog.setting_values.is_empty()),
    }
    if backend.driver == "sqlite" {
        return;
    }
    assert!(
        catalog
            .schemas
            .iter()
            .any(|s| s.routines.iter().any(|r| r.name == "twice"))
    );
    assert!(catalog.databases.contains(&catalog.database));
    if backend.driver == "postgres" {
        let mut types = catalog.schemas.iter().flat_map(|s| &s.types);
        let mood = types.find(|t| t.name == "mood").unwrap();
        assert_eq!(mood.labels, ["sad", "it's ok"]);
    }
}

/// Statements that make an object of each kind that anybody may make.
fn named_objects(backend: &Backend) -> &'static [&'static str] {
    backend.pick([
        &[
            "create function touch() returns trigger language plpgsql as 'begin return new; end'",
            "create trigger stamp before update on parent for each row execute procedure touch()",
            "create policy own on child using (true)",
            "create rule keep as on delete to parent do instead nothing",
            "create publication feed for table parent",
            "create subscription inbound connection 'dbname=nowhere' publication p \
             with (connect = false)",
            "create foreign data wrapper wrap",
            "create server remote foreign data wrapper wrap",
            "create statistics together on id, name from parent",
            "create collation mine (locale = 'C')",
            "create conversion conv for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1",
            "create text search configuration conf (copy = english)",
            "create text search dictionary dict (template = simple)",
        ],
        &[
            "create trigger stamp before update on parent for each row set new.name = 'x'",
            "create event nightly on schedule every 1 day do select 1",
        ],
        &["create trigger stamp after update on parent begin select 1; end"],
    ] as [&[&str]; 3])
}

/// `kind name relation` of what is in the schema that new tables go to.
fn objects(catalog: &Catalog) -> Vec<String> {
    let own = catalog.objects().filter(|o| o.schema == home(catalog));
    let mut shown: Vec<String> = own
        .map(|o| format!("{} {} {}", o.kind.words(), o.name, o.relation))
        .collect();
    shown.sort();
    shown
}

pub(super) async fn the_catalog_knows_what_has_only_a_name(backend: &'static Backend) {
    let (mut connection, _database) = with_schema(backend).await;
    for statement in named_objects(backend) {
        execute(connection.as_mut(), statement).await;
    }
    let mut catalog = catalog(connection.as_mut(), backend).await;
    let expected: &[&str] = backend.pick([
        &[
            "COLLATION mine ",
            "CONVERSION conv ",
            "POLICY own child",
            "RULE keep parent",
            "STATISTICS together ",
            "TEXT SEARCH CONFIGURATION conf ",
            "TEXT SEARCH DICTIONARY dict ",
            "TRIGGER stamp parent",
        ],
        &["EVENT nightly ", "TRIGGER stamp parent"],
        &["TRIGGER stamp parent"],
    ] as [&[&str]; 3]);
    assert_eq!(objects(&catalog), expected);
    if backend.driver == "postgres" {
        for (kind, name) in [
            (ObjectKind::Publication, "feed"),
            (ObjectKind::Subscription, "inbound"),
            (ObjectKind::ForeignDataWrapper, "wrap"),
            (ObjectKind::Server, "remote"),
            (ObjectKind::Tablespace, "pg_default"),
            (ObjectKind::Language, "plpgsql"),
            (ObjectKind::AccessMethod, "btree"),
            (ObjectKind::SearchParser, "default"),
            (ObjectKind::SearchTemplate, "snowball"),
        ] {
            assert!(catalog.objects_of(kind).any(|o| o.name == name), "{name}");
        }
        execute(
            connection.as_mut(),
            "alter subscription inbound set (slot_name = none)",
        )
        .await;
        execute(connection.as_mut(), "drop subscription inbound").await;
    }
    execute(
        connection.as_mut(),
        backend.pick(["drop table parent cascade", "drop table child", "select 1"]),
    )
    .await;
    let gone = ["parent".to_string()];
    let part = sqwire::refresh::relations(backend.driver(), connection.as_mut(), gone.to_vec());
    let part = part.await.unwrap();
    let before = objects(&catalog).len();
    catalog = catalog.patched(&gone, &part, 0);
    let lost = backend.pick([2, 0, 0]);
    assert_eq!(
        objects(&catalog).len(),
        before - lost,
        "{:?}",
        objects(&catalog)
    );
}

async fn list(
    backend: &Backend,
    connection: &mut dyn Connection,
    what: Listing,
    pattern: &Pattern,
) -> Option<Vec<(Titled, Vec<Vec<String>>)>> {
    let mut out = Vec::new();
    for titled in backend.driver().listing(what, pattern)? {
        let found = rows(connection, &titled.sql).await;
        out.push((titled, found));
    }
    Some(out)
}

pub(super) async fn every_listing_runs(backend: &'static Backend) {
    // PostgreSQL answers in its own way: psql_describe compares all of it with psql.
    if backend.driver == "postgres" {
        return;
    }
    let (mut connection, _database) = with_schema(backend).await;
    let named = Pattern {
        name: Some("c*".into()),
        ..Pattern::default()
    };
    let everything = Pattern {
        system: true,
        verbose: true,
        ..named.clone()
    };
    let odd = Pattern {
        name: Some("\"it's\" \\ [odd]".into()),
        ..Pattern::default()
    };
    for what in [
        Listing::Databases,
        Listing::Schemas,
        Listing::Tables,
        Listing::Views,
        Listing::Indexes,
        Listing::Functions,
        Listing::Relations,
        Listing::Describe,
    ] {
        for pattern in [&Pattern::default(), &named, &everything, &odd] {
            list(backend, connection.as_mut(), what, pattern).await;
        }
    }
    for (what, name, expected) in [
        (Listing::Tables, None, Some("parent")),
        (Listing::Tables, Some("par*"), Some("parent")),
        (Listing::Tables, Some("both*"), None),
        (Listing::Views, None, Some("both_tables")),
        (Listing::Indexes, Some("child_k?nd"), Some("child_kind")),
        (Listing::Relations, Some("child"), Some("child")),
    ] {
        let pattern = Pattern {
            name: name.map(str::to_string),
            ..Pattern::default()
        };
        let found = list(backend, connection.as_mut(), what, &pattern)
            .await
            .unwrap();
        let has = |word: &str| found[0].1.iter().flatten().any(|cell| cell == word);
        match expected {
            Some(word) => assert!(has(word), "{what:?} {name:?}: {found:?}"),
            None => assert!(found[0].1.is_empty(), "{what:?} {name:?}: {found:?}"),
        }
    }
}

pub(super) async fn describing_a_table_names_its_columns(backend: &'static Backend) {
    // PostgreSQL answers in its own way: psql_describe compares all of it with psql.
    if backend.driver == "postgres" {
        return;
    }
    let (mut connection, _database) = with_schema(backend).await;
    for (name, words) in [
        ("child", &["id", "parent_id", "kind"][..]),
        ("both_tables", &["name", "kind"]),
    ] {
        let pattern = Pattern {
            name: Some(name.into()),
            ..Pattern::default()
        };
        let found = list(backend, connection.as_mut(), Listing::Describe, &pattern)
            .await
            .unwrap();
        let columns: Vec<&str> = found[0].1.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(&columns[..words.len()], words, "{found:?}");
        assert!(!found[0].0.title.is_empty());
        if name == "child" {
            let rest: String = format!("{found:?}");
            assert!(
                rest.contains("child_kind") && rest.contains("parent"),
                "{rest}"
            );
        }
    }
}
