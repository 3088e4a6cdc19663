//! What differs between two schemas, and the statements that make one like the other, in an order in
//! which they can run. Pure: a driver tells what is there, as items.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

/// What an item is; in the order in which things are created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Extension,
    Schema,
    Type,
    Sequence,
    Table,
    Column,
    Routine,
    Key,
    Index,
    ForeignKey,
    View,
    Trigger,
    Policy,
    /// What a statement that makes something does not say: storage options, switches.
    Setting,
    /// A sequence's column.
    Owner,
    Grant,
    Comment,
}

impl Kind {
    /// What people call it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Extension => "extension",
            Kind::Schema => "schema",
            Kind::Type => "type",
            Kind::Sequence => "sequence",
            Kind::Table => "table",
            Kind::Column => "column",
            Kind::Routine => "routine",
            Kind::Key => "constraint",
            Kind::Index => "index",
            Kind::ForeignKey => "foreign key",
            Kind::View => "view",
            Kind::Trigger => "trigger",
            Kind::Policy => "policy",
            Kind::Setting => "setting",
            Kind::Owner => "owner",
            Kind::Grant => "grant",
            Kind::Comment => "comment",
        }
    }

    /// Whether it is lost with the thing that its name ends in.
    fn clings(self) -> bool {
        self >= Kind::Setting
    }

    /// What holds no rows is dropped before anything is made, because it may be in the way.
    fn goes_first(self) -> bool {
        self >= Kind::Key
    }
}

/// How one item becomes the other; nothing where it has to be dropped and made anew.
pub type Alter = fn(from: &Item, to: &Item) -> Option<Vec<String>>;

/// One thing of a schema, with the statements for it.
#[derive(Debug, Clone)]
pub struct Item {
    pub kind: Kind,
    /// The table that it belongs to, or nothing.
    pub table: String,
    pub name: String,
    /// Two items with the same name are the same where this is.
    pub definition: String,
    pub create: String,
    pub drop: String,
    pub alter: Option<Alter>,
    /// The statement for its table makes it too.
    pub inside: bool,
}

/// One difference, with the statements that end it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `add`, `drop`, `change`.
    pub what: &'static str,
    pub object: String,
    pub sql: Vec<String>,
}

type Key<'i> = (Kind, &'i str, &'i str);

fn key(item: &Item) -> Key<'_> {
    (item.kind, &item.table, &item.name)
}

/// The changes that make `from` like `to`.
pub fn diff(from: &[Item], to: &[Item]) -> Vec<Change> {
    let old: HashMap<Key<'_>, &Item> = from.iter().map(|i| (key(i), i)).collect();
    let new: HashMap<Key<'_>, &Item> = to.iter().map(|i| (key(i), i)).collect();
    let tables = |items: &[Item]| -> HashSet<String> {
        let tables = items.iter().filter(|i| i.kind == Kind::Table);
        tables.map(|i| i.name.clone()).collect()
    };
    let (old_tables, new_tables) = (tables(from), tables(to));
    let mut first = Vec::new();
    let mut made: Vec<(Kind, Change)> = Vec::new();
    let mut last: Vec<(Kind, Change)> = Vec::new();
    let anew: Vec<&Item> = to.iter().filter(|item| is_made_anew(item, &old)).collect();
    for item in from.iter().rev() {
        let with_table = !item.table.is_empty() && !new_tables.contains(&item.table);
        if new.contains_key(&key(item)) || (with_table && item.kind != Kind::ForeignKey) {
            continue;
        }
        let change = change("drop", item, vec![item.drop.clone()]);
        match item.kind.goes_first() {
            true => first.push((item.kind, change)),
            false => last.push((item.kind, change)),
        }
    }
    for item in to {
        let Some(before) = old.get(&key(item)) else {
            let with_table = item.inside && !old_tables.contains(&item.table);
            if !with_table {
                made.push((item.kind, change("add", item, vec![item.create.clone()])));
            }
            continue;
        };
        if before.definition == item.definition {
            if item.kind.clings() && anew.iter().any(|other| is_about(item, other)) {
                made.push((item.kind, change("add", item, vec![item.create.clone()])));
            }
            continue;
        }
        let altered = item.alter.and_then(|alter| alter(before, item));
        match altered {
            Some(sql) => made.push((item.kind, change("change", item, sql))),
            None if item.kind.goes_first() => {
                let drop = change("change", before, vec![before.drop.clone()]);
                first.push((item.kind, drop));
                made.push((item.kind, change("change", item, vec![item.create.clone()])));
            }
            None => {
                let sql = vec![before.drop.clone(), item.create.clone()];
                made.push((item.kind, change("change", item, sql)));
            }
        }
    }
    // Stable: within a kind the order of the server stays, in which one may need the one before.
    first.sort_by_key(|(kind, _)| std::cmp::Reverse(*kind));
    made.sort_by_key(|(kind, _)| *kind);
    last.sort_by_key(|(kind, _)| std::cmp::Reverse(*kind));
    let all = first.into_iter().chain(made).chain(last);
    all.map(|(_, change)| change).collect()
}

/// Whether the item is dropped and made again.
fn is_made_anew(item: &Item, old: &HashMap<Key<'_>, &Item>) -> bool {
    let Some(before) = old.get(&key(item)) else {
        return false;
    };
    let altered = || item.alter.and_then(|alter| alter(before, item));
    before.definition != item.definition && !item.kind.clings() && altered().is_none()
}

/// Whether a comment, grant or setting is on the other item.
fn is_about(item: &Item, other: &Item) -> bool {
    // A column is named behind its relation.
    let names = |text: &str| {
        let mut rests = item
            .name
            .split(' ')
            .filter_map(|word| word.strip_prefix(text));
        rests.any(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    names(&other.name)
        && (other.table.is_empty() || item.table == other.table || names(&other.table))
}

fn change(what: &'static str, item: &Item, sql: Vec<String>) -> Change {
    let object = match item.table.as_str() {
        "" => format!("{} {}", item.kind.word(), item.name),
        table => format!("{} {} of {table}", item.kind.word(), item.name),
    };
    Change { what, object, sql }
}

/// The changes as a script; what each does stands above it.
pub fn script(changes: &[Change]) -> String {
    let mut out = String::new();
    for change in changes {
        let object = change.object.replace(['\n', '\r'], " ");
        out.push_str(&format!("-- {} {object}\n", change.what));
        for sql in &change.sql {
            out.push_str(sql.trim_end().trim_end_matches(';'));
            out.push_str(";\n");
        }
    }
    out
}
