//! The SQL behind `\l \dn \dt \dv \di \df \d` on SQLite.

use crate::driver::{Listing, Pattern, Titled};
use crate::sql::dialect::SQLITE;
use crate::sql::names::literal;

/// The queries of a listing.
pub(super) fn queries(what: Listing, pattern: &Pattern) -> Option<Vec<Titled>> {
    let one = |title: &str, sql: String| Some(vec![titled(title, sql, false)]);
    match what {
        Listing::Databases | Listing::Schemas => one("", databases(pattern)),
        Listing::Tables => one("List of tables", relations(pattern, "'table', 'virtual', 'shadow'")),
        Listing::Views => one("List of views", relations(pattern, "'view'")),
        Listing::Relations => one("List of relations", relations(pattern, "'table', 'virtual', 'view'")),
        Listing::Indexes => one("List of indexes", indexes(pattern)),
        Listing::Functions => one("List of functions", functions(pattern)),
        Listing::Describe => Some(describe(pattern)),
    }
}

fn titled(title: &str, sql: String, quiet_when_empty: bool) -> Titled {
    Titled { title: title.to_string(), sql, quiet_when_empty }
}

/// A condition on a column that a pattern part stands for: GLOB knows `*` and `?`, and lower case
/// on both sides makes it blind to case as SQLite's names are.
fn like(column: &str, part: Option<&str>) -> String {
    match part {
        None => "1".to_string(),
        Some(part) => {
            let escaped = part.replace('[', "[[]").to_lowercase();
            format!("lower({column}) glob {}", literal(&escaped, &SQLITE))
        }
    }
}

fn databases(pattern: &Pattern) -> String {
    format!(
        "select name as \"Name\", file as \"File\" from pragma_database_list where {} order by seq",
        like("name", pattern.name.as_deref())
    )
}

fn relations(pattern: &Pattern, types: &str) -> String {
    let own = match pattern.system || pattern.name.is_some() {
        true => "1",
        false => "name not like 'sqlite\\_%' escape '\\' and type <> 'shadow'",
    };
    format!(
        "select schema as \"Schema\", name as \"Name\", type as \"Type\", ncol as \"Columns\", \
         case when wr then 'without rowid' when strict then 'strict' end as \"Options\" \
         from pragma_table_list where type in ({types}) and {own} and {} and {} order by 1, 2",
        like("schema", pattern.schema.as_deref()),
        like("name", pattern.name.as_deref())
    )
}

fn indexes(pattern: &Pattern) -> String {
    format!(
        "select t.schema as \"Schema\", i.name as \"Name\", t.name as \"Table\", \
         case i.\"unique\" when 1 then 'yes' else 'no' end as \"Unique\", \
         (select group_concat(coalesce(c.name, '(expression)'), ', ') \
          from pragma_index_info(i.name, t.schema) c) as \"Columns\" \
         from pragma_table_list t join pragma_index_list(t.name, t.schema) i \
         where t.type = 'table' and {} and {} order by 1, 2",
        like("t.schema", pattern.schema.as_deref()),
        like("i.name", pattern.name.as_deref())
    )
}

fn functions(pattern: &Pattern) -> String {
    format!(
        "select name as \"Name\", case when narg < 0 then 'any' else narg end as \"Arguments\", \
         case type when 's' then 'scalar' when 'a' then 'aggregate' when 'w' then 'window' end \
         as \"Type\", case builtin when 1 then 'yes' else 'no' end as \"Built in\" \
         from pragma_function_list where {} group by name, narg, type order by 1, 2",
        like("name", pattern.name.as_deref())
    )
}

fn describe(pattern: &Pattern) -> Vec<Titled> {
    let these = format!(
        "pragma_table_list t {{}} where t.type <> 'shadow' and {} and {}",
        like("t.schema", pattern.schema.as_deref()),
        like("t.name", pattern.name.as_deref())
    );
    let from = |join: &str| these.replace("{}", join);
    let columns = format!(
        "select t.name as \"Table\", c.name as \"Column\", c.type as \"Type\", \
         case when c.\"notnull\" then 'not null' end as \"Nullable\", c.dflt_value as \"Default\", \
         case when c.pk then 'primary key' end as \"Key\" \
         from {} and c.hidden <> 1 order by t.schema, t.name, c.cid",
        from("join pragma_table_xinfo(t.name, t.schema) c")
    );
    let indexes = format!(
        "select i.name as \"Index\", case i.\"unique\" when 1 then 'unique' end as \"Unique\", \
         (select group_concat(coalesce(c.name, '(expression)'), ', ') \
          from pragma_index_info(i.name, t.schema) c) as \"Columns\" from {} order by 1",
        from("join pragma_index_list(t.name, t.schema) i")
    );
    let foreign = format!(
        "select group_concat(f.\"from\", ', ') as \"Columns\", f.\"table\" as \"References\", \
         group_concat(f.\"to\", ', ') as \"Key\", f.on_delete as \"On delete\" \
         from {} group by t.schema, t.name, f.id order by t.name, f.id desc",
        from("join pragma_foreign_key_list(t.name, t.schema) f")
    );
    let referenced = format!(
        "select o.name as \"Table\", group_concat(f.\"from\", ', ') as \"Columns\" from {} \
         group by o.schema, o.name, f.id order by 1",
        from(
            "join pragma_table_list o on o.schema = t.schema and o.type = 'table' \
             join pragma_foreign_key_list(o.name, o.schema) f on lower(f.\"table\") = lower(t.name)"
        )
    );
    let triggers = format!(
        "select m.name as \"Trigger\", m.sql as \"Definition\" from {} order by 1",
        from("join sqlite_master m on m.type = 'trigger' and lower(m.tbl_name) = lower(t.name)")
    );
    let views = format!(
        "select m.sql as \"Definition\" from {} order by m.name",
        from("join sqlite_master m on m.type = 'view' and m.name = t.name")
    );
    let title = pattern.name.as_deref().unwrap_or("*");
    vec![
        titled(&format!("Columns of {title}"), columns, false),
        titled("Indexes", indexes, true),
        titled("Foreign keys", foreign, true),
        titled("Referenced by", referenced, true),
        titled("Triggers", triggers, true),
        titled("View", views, true),
    ]
}
