//! What stands around one row along foreign keys: the rows that it points at, the rows that point at
//! it, and the queries that find them. Pure; which of them an index answers is told, so that nobody
//! scans a table unasked.

use super::path::source;
use super::{Catalog, RelationId};
use crate::sql::names::{literal, quote};

/// Columns and the values that they have, as the server wrote them.
pub type Key = Vec<(String, String)>;

/// A foreign key, seen from the relation of the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub relation: RelationId,
    /// Columns of the row's own relation, and of the other, in step.
    pub here: Vec<String>,
    pub there: Vec<String>,
    /// An index finds the other rows.
    pub indexed: bool,
}

/// What a relation points at.
pub fn parents(catalog: &Catalog, id: RelationId) -> Vec<Link> {
    let keys = catalog.keys_of(id).filter(|key| key.from == id);
    let link = |here: Vec<String>, there: Vec<String>, relation| Link {
        relation,
        // A foreign key points at a unique key.
        indexed: true,
        here,
        there,
    };
    keys.map(|key| link(key.from_columns.to_vec(), key.to_columns.to_vec(), key.to))
        .collect()
}

/// What points at a relation; the partitions of a table are read through it.
pub fn children(catalog: &Catalog, id: RelationId) -> Vec<Link> {
    let whole = |id| catalog.relation(id).partition_of().is_none();
    let keys = catalog
        .keys_of(id)
        .filter(|key| key.to == id && whole(key.from));
    keys.map(|key| {
        let there = key.from_columns.to_vec();
        Link {
            relation: key.from,
            here: key.to_columns.to_vec(),
            indexed: is_indexed(catalog, key.from, &there),
            there,
        }
    })
    .collect()
}

/// Whether an index begins with these columns, in any order.
pub fn is_indexed(catalog: &Catalog, id: RelationId, columns: &[String]) -> bool {
    let begins = |mut names: Vec<&str>| {
        names.truncate(columns.len());
        names.len() == columns.len() && columns.iter().all(|c| names.contains(&c.as_str()))
    };
    let relation = catalog.relation(id);
    let of_index = relation
        .indexes()
        .any(|index| begins(index.columns.iter().collect()));
    of_index || begins(primary_key(catalog, id))
}

/// The columns of the primary key, in the order of the table.
pub fn primary_key(catalog: &Catalog, id: RelationId) -> Vec<&str> {
    let columns = catalog.columns(id);
    columns
        .iter()
        .filter(|c| c.primary_key)
        .map(|c| c.name)
        .collect()
}

/// The key that the arguments of a command mean: `7`, `7 2`, `7,2` for the primary key, or
/// `email=x@y`.
pub fn key_of(catalog: &Catalog, id: RelationId, words: &[&str]) -> Result<Key, String> {
    let name = catalog.relation_name(id);
    let of_columns: Option<Key> = words
        .iter()
        .map(|word| {
            let (column, value) = word.split_once('=')?;
            let is_column = catalog.columns(id).iter().any(|c| c.name == column);
            is_column.then(|| (column.to_string(), value.to_string()))
        })
        .collect();
    if let Some(key) = of_columns.filter(|key| !key.is_empty()) {
        return Ok(key);
    }
    let columns = primary_key(catalog, id);
    if columns.is_empty() {
        return Err(format!(
            "{name} has no primary key: say which row by COLUMN=VALUE"
        ));
    }
    let values: Vec<&str> = match words {
        [one] if columns.len() > 1 => one.split(',').map(str::trim).collect(),
        words => words.to_vec(),
    };
    if values.len() != columns.len() {
        return Err(format!(
            "the key of {name} is ({}): give {} value{}",
            columns.join(", "),
            columns.len(),
            if columns.len() == 1 { "" } else { "s" }
        ));
    }
    let pairs = columns.iter().zip(values);
    Ok(pairs.map(|(c, v)| (c.to_string(), v.to_string())).collect())
}

/// The rows with a key, at most so many.
pub fn rows_query(catalog: &Catalog, id: RelationId, key: &Key, most: usize) -> String {
    let from = from(catalog, id);
    format!(
        "select * from {from} where {} limit {most}",
        condition(catalog, key)
    )
}

/// Counts the rows with a key, and stops behind `most`.
pub fn count_query(catalog: &Catalog, id: RelationId, key: &Key, most: usize) -> String {
    format!(
        "select count(*) from (select 1 as found from {} where {} limit {}) f",
        from(catalog, id),
        condition(catalog, key),
        most + 1
    )
}

fn from(catalog: &Catalog, id: RelationId) -> String {
    source(catalog, id, catalog.relation_name(id))
}

fn condition(catalog: &Catalog, key: &Key) -> String {
    let parts: Vec<String> = key
        .iter()
        .map(|(column, value)| {
            let column = quote(column, catalog.dialect);
            format!("{column} = {}", literal(value, catalog.dialect))
        })
        .collect();
    parts.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fixture::{catalog, shop};
    use crate::sql::dialect::POSTGRES;

    fn id(catalog: &Catalog, name: &str) -> RelationId {
        catalog
            .find(None, name, &catalog.effective_path())
            .expect("a relation of the fixture")
    }

    #[test]
    fn links_lead_both_ways() {
        let shop = shop("postgres");
        let orders = id(&shop, "orders");
        let shown = |links: Vec<Link>| -> Vec<String> {
            links
                .iter()
                .map(|l| {
                    let name = shop.relation_name(l.relation);
                    format!(
                        "{} = {name}.{} {}",
                        l.here.join(","),
                        l.there.join(","),
                        l.indexed
                    )
                })
                .collect()
        };
        assert_eq!(shown(parents(&shop, orders)), ["user_id = users.id true"]);
        assert_eq!(
            shown(children(&shop, orders)),
            ["id = order_items.order_id false"],
            "no index finds them"
        );
    }

    #[test]
    fn keys_are_read_from_words() {
        let shop = catalog(
            &POSTGRES,
            "a(id int pk, n int); b(x int pk, y int pk); c(z int)",
        );
        let read = |name: &str, words: &[&str]| {
            key_of(&shop, id(&shop, name), words).map(|key| {
                let pairs: Vec<String> = key.iter().map(|(c, v)| format!("{c}={v}")).collect();
                pairs.join(" ")
            })
        };
        for (name, words, expected) in [
            ("a", &["7"][..], Ok("id=7")),
            ("a", &["n=3"], Ok("n=3")),
            ("a", &["k=3"], Ok("id=k=3")),
            ("b", &["1,2"], Ok("x=1 y=2")),
            ("b", &["1", "2"], Ok("x=1 y=2")),
            ("b", &["1"], Err("the key of b is (x, y): give 2 values")),
            ("a", &["1", "2"], Err("the key of a is (id): give 1 value")),
            (
                "c",
                &["1"],
                Err("c has no primary key: say which row by COLUMN=VALUE"),
            ),
        ] {
            let expected = expected.map(str::to_string).map_err(str::to_string);
            assert_eq!(read(name, words), expected, "{name} {words:?}");
        }
    }

    #[test]
    fn values_stay_inside_their_literals() {
        let shop = shop("mysql");
        let key = vec![("id".to_string(), "1' or \\'x".to_string())];
        assert_eq!(
            rows_query(&shop, id(&shop, "users"), &key, 2),
            "select * from users where id = '1'' or \\\\''x' limit 2"
        );
        assert_eq!(
            count_query(&shop, id(&shop, "Mixed"), &key, 10),
            "select count(*) from (select 1 as found from Mixed where id = '1'' or \\\\''x' limit 11) f"
        );
    }
}
