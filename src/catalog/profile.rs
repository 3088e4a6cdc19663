//! The queries of exact statistics: what is counted over the rows of a table, never more of them than
//! a bound. Pure text.

use super::path::source;
use super::{Catalog, Column, RelationId};
use crate::sql::names::quote;

/// Rows that are read.
pub const MOST_ROWS: usize = 1_000_000;
/// Columns that one query counts.
const COLUMNS: usize = 50;
/// Values that are shown as the most common ones.
const TOP: usize = 10;

/// Parts of a hundred that quantiles are told of.
pub const QUANTILES: [usize; 5] = [5, 25, 50, 75, 95];

/// For each column: values that are there, different ones, the lowest and the highest; in front of
/// all the number of rows. A query for so many columns.
pub fn overview(catalog: &Catalog, id: RelationId) -> Vec<String> {
    let columns: Vec<Column<'_>> = catalog.columns(id).iter().collect();
    columns
        .chunks(COLUMNS)
        .map(|columns| {
            let counted: Vec<String> = columns
                .iter()
                .map(|column| {
                    let value = value(catalog, column);
                    format!("count({value}), count(distinct {value}), min({value}), max({value})")
                })
                .collect();
            format!(
                "select count(*), {} from {}",
                counted.join(", "),
                rows(catalog, id)
            )
        })
        .collect()
}

/// The mean of a column of numbers.
pub fn mean(catalog: &Catalog, id: RelationId, column: &Column<'_>) -> String {
    let value = value(catalog, column);
    format!("select avg({value}) from {}", rows(catalog, id))
}

/// The values at the quantiles: the hundredth, and the value.
pub fn quantiles(catalog: &Catalog, id: RelationId, column: &Column<'_>) -> String {
    let value = value(catalog, column);
    let divided = if catalog.dialect.name == "mysql" {
        "div"
    } else {
        "/"
    };
    let places: Vec<String> = QUANTILES
        .iter()
        .map(|part| format!("select {part} as part"))
        .collect();
    format!(
        "select q.part, s.v from (select {value} as v, row_number() over (order by {value}) as place, \
         count(*) over () as total from {} where {value} is not null) s \
         join ({}) q on s.place = (s.total * q.part + 99) {divided} 100 order by q.part",
        rows(catalog, id),
        places.join(" union all ")
    )
}

/// The most common values, with the number of their rows.
pub fn common(catalog: &Catalog, id: RelationId, column: &Column<'_>) -> String {
    let value = value(catalog, column);
    format!(
        "select {value} as v, count(*) as n from {} where {value} is not null \
         group by {value} order by 2 desc, 1 limit {TOP}",
        rows(catalog, id)
    )
}

/// How many values are in each of the bins of a width that begin at `first`.
pub fn histogram(
    catalog: &Catalog,
    id: RelationId,
    column: &Column<'_>,
    first: f64,
    width: f64,
) -> String {
    let value = value(catalog, column);
    let bin = match catalog.dialect.name {
        "postgres" => format!("floor(({value}::float8 - ({first:e})) / {width:e})"),
        "mysql" => format!("floor(({value} - ({first:e})) / {width:e})"),
        _ => format!("cast(({value} - ({first:e})) / {width:e} as integer)"),
    };
    format!(
        "select {bin} as bin, count(*) as n from {} where {value} is not null group by 1 order by 1",
        rows(catalog, id)
    )
}

/// Whether a column holds numbers, as far as its type says.
pub fn is_numeric(column: &Column<'_>) -> bool {
    let name = column.type_name.to_ascii_lowercase();
    let words = [
        "int", "numeric", "decimal", "real", "double", "float", "serial", "money",
    ];
    !name.contains("interval")
        && !name.contains("point")
        && !name.contains('[')
        && words.iter().any(|word| name.contains(word))
        && !name.contains("money")
}

fn rows(catalog: &Catalog, id: RelationId) -> String {
    let from = source(catalog, id, catalog.relation_name(id));
    format!("(select * from {from} limit {MOST_ROWS}) t")
}

/// A column as what can be ordered and told apart.
fn value(catalog: &Catalog, column: &Column<'_>) -> String {
    let name = quote(column.name, catalog.dialect);
    let type_name = column.type_name.to_ascii_lowercase();
    let ordered = [
        "int", "numeric", "real", "double", "date", "time", "char", "text", "serial", "oid",
        "inet", "name", "float", "decimal", "interval",
    ];
    let is_ordered = !type_name.contains('[')
        && !type_name.contains("point")
        && ordered.iter().any(|word| type_name.contains(word));
    match catalog.dialect.name {
        "postgres" if !is_ordered => format!("{name}::text"),
        "mysql" if type_name.contains("json") => format!("cast({name} as char)"),
        "mysql" if type_name.starts_with("vector") => format!("hex({name})"),
        "mysql" if is_spatial(&type_name) => format!("st_astext({name})"),
        _ => name.into_owned(),
    }
}

/// Types of MySQL that have no order.
fn is_spatial(type_name: &str) -> bool {
    ["geom", "point", "linestring", "polygon"]
        .iter()
        .any(|word| type_name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fixture::catalog;
    use crate::sql::dialect::{MYSQL, POSTGRES};

    #[test]
    fn queries_are_bounded_and_know_their_types() {
        let text = "t(id int pk, doc jsonb, \"Odd\" text, n numeric)";
        let shop = catalog(&POSTGRES, &text.replace('"', ""));
        let id = shop.find(None, "t", &shop.effective_path()).expect("t");
        let queries = overview(&shop, id);
        assert_eq!(queries.len(), 1);
        assert!(
            queries[0].contains("count(distinct doc::text)"),
            "{}",
            queries[0]
        );
        assert!(queries[0].ends_with("from (select * from t limit 1000000) t"));
        let column = shop.columns(id).get(3).expect("n");
        assert!(is_numeric(&column));
        assert_eq!(
            histogram(&shop, id, &column, -0.5, 1e20),
            "select floor((n::float8 - (-5e-1)) / 1e20) as bin, count(*) as n \
             from (select * from t limit 1000000) t where n is not null group by 1 order by 1"
        );
        let shop = catalog(&MYSQL, "t(id int pk)");
        let id = shop.find(None, "t", &shop.effective_path()).expect("t");
        let column = shop.columns(id).get(0).expect("id");
        let spatial = catalog(&MYSQL, "t(place multipolygon, v vector, n int)");
        let of = spatial
            .find(None, "t", &spatial.effective_path())
            .expect("t");
        let query = &overview(&spatial, of)[0];
        assert!(
            query.contains("min(st_astext(place))") && query.contains("min(hex(v))"),
            "{query}"
        );
        assert!(query.contains("min(n)"), "{query}");
        assert!(quantiles(&shop, id, &column).contains("div 100"));
    }
}
