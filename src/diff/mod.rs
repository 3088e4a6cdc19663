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
    Server,
    UserMapping,
    AccessMethod,
    Collation,
    Conversion,
    Type,
    Sequence,
    Table,
    Column,
    ForeignTable,
    /// What a table is a partition of, or inherits from.
    Parent,
    Routine,
    Language,
    Aggregate,
    Operator,
    OperatorClass,
    Cast,
    TextSearch,
    Key,
    Index,
    ForeignKey,
    Statistics,
    View,
    Rule,
    Trigger,
    EventTrigger,
    Policy,
    Publication,
    Subscription,
    /// What a statement that makes something does not say: storage options, switches.
    Setting,
    /// A sequence's column.
    Owner,
    Grant,
    /// What is granted on things when they are made.
    DefaultGrant,
    Comment,
}

impl Kind {
    /// What people call it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Extension => "extension",
            Kind::Schema => "schema",
            Kind::Server => "foreign server",
            Kind::UserMapping => "foreign server",
            Kind::AccessMethod => "access method",
            Kind::Conversion => "conversion",
            Kind::Language => "language",
            Kind::OperatorClass => "operator",
            Kind::Subscription => "subscription",
            Kind::Collation => "collation",
            Kind::Type => "type",
            Kind::Sequence => "sequence",
            Kind::Table => "table",
            Kind::Column => "column",
            Kind::ForeignTable => "foreign table",
            Kind::Parent => "parent",
            Kind::Routine => "routine",
            Kind::Aggregate => "aggregate",
            Kind::Operator => "operator",
            Kind::Cast => "cast",
            Kind::TextSearch => "text search",
            Kind::Key => "constraint",
            Kind::Index => "index",
            Kind::ForeignKey => "foreign key",
            Kind::Statistics => "statistics",
            Kind::View => "view",
            Kind::Rule => "rule",
            Kind::Trigger => "trigger",
            Kind::EventTrigger => "event trigger",
            Kind::Policy => "policy",
            Kind::Publication => "publication",
            Kind::Setting => "setting",
            Kind::Owner => "owner",
            Kind::Grant => "grant",
            Kind::DefaultGrant => "default grant",
            Kind::Comment => "comment",
        }
    }

    /// Whether it is lost with the thing that its name ends in.
    fn clings(self) -> bool {
        self >= Kind::Setting
    }

    /// What holds no rows is dropped before anything is made, because it may be in the way.
    fn goes_first(self) -> bool {
        self >= Kind::Key || self == Kind::Parent
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
    /// Of a type: the tables with columns of it, and the statement that gives the column a new type of
    /// that name.
    pub uses: Vec<(String, String)>,
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
    let (old_relations, new_relations) = (relations(from), relations(to));
    let waiting = of_replaced_types(to, &old);
    let mut anew = made_anew(to, &old, &lost_columns(from, to, &old, &new));
    anew.extend(waiting.iter().copied());
    let is_anew = |item: &Item| anew.contains(&key(item));
    // What is of a type that gives way is gone before that does.
    let goes_first = |item: &Item| item.kind.goes_first() || waiting.contains(&key(item));
    // Its name is free only when it is gone, which is before its table is. MySQL's are names within
    // a table, and in backticks.
    let is_index = |i: &Item| matches!(i.kind, Kind::Key | Kind::Index);
    let is_in_the_way = |item: &Item| {
        let takes = |i: &Item| is_index(i) && i.name == item.name && i.table != item.table;
        is_index(item) && !item.table.starts_with('`') && to.iter().any(takes)
    };
    let mut first = Vec::new();
    let mut made: Vec<(Kind, Change)> = Vec::new();
    let mut last: Vec<(Kind, Change)> = Vec::new();
    for item in in_order(from).into_iter().rev() {
        let kept = new.get(&key(item));
        let with_table = !item.table.is_empty() && !new_relations.contains_key(item.table.as_str());
        let what = match kept {
            Some(_) if is_anew(item) && goes_first(item) => "change",
            Some(_) => continue,
            None if with_table && !(item.kind == Kind::ForeignKey || is_in_the_way(item)) => {
                continue;
            }
            None => "drop",
        };
        if is_gone_with_another(item, &anew) {
            continue;
        }
        let change = change(what, item, vec![item.drop.clone()]);
        match goes_first(item) {
            true => first.push((place(item, &old_relations), change)),
            false => last.push((item.kind, change)),
        }
    }
    let mut rebuilt: HashSet<&str> = HashSet::new();
    for item in in_order(to) {
        let Some(before) = old.get(&key(item)) else {
            let with_table = item.inside && !old_relations.contains_key(item.table.as_str());
            if !with_table {
                made.push((
                    place(item, &new_relations),
                    change("add", item, vec![item.create.clone()]),
                ));
            }
            continue;
        };
        let altered = item.alter.and_then(|alter| alter(before, item));
        let sql = match altered {
            _ if waiting.contains(&key(item)) => vec![item.create.clone()],
            Some(sql) if item.kind == Kind::Type => sql,
            _ if is_anew(item) && goes_first(item) => vec![item.create.clone()],
            _ if is_anew(item) => vec![before.drop.clone(), item.create.clone()],
            _ if is_lost_with_another(item, &anew, to) => vec![item.create.clone()],
            _ if rebuilt.contains(item.table.as_str()) => vec![item.create.clone()],
            _ if before.definition == item.definition => continue,
            Some(sql) => sql,
            None => vec![before.drop.clone(), item.create.clone()],
        };
        if item.kind == Kind::Table && sql.iter().any(|sql| sql.starts_with("DROP TABLE ")) {
            rebuilt.insert(&item.name);
        }
        made.push((place(item, &new_relations), change("change", item, sql)));
    }
    // Stable: within a kind the order of the server stays, in which one may need the one before.
    first.sort_by_key(|(kind, _)| std::cmp::Reverse(*kind));
    made.sort_by_key(|(kind, _)| *kind);
    last.sort_by_key(|(kind, _)| std::cmp::Reverse(*kind));
    let all = first.into_iter().chain(made).chain(last);
    let changes = all.map(|(_, change)| change);
    changes.filter(|change| !change.sql.is_empty()).collect()
}

/// What others belong to.
fn relations(items: &[Item]) -> HashMap<&str, Kind> {
    let is_relation = |i: &&Item| matches!(i.kind, Kind::Table | Kind::View | Kind::ForeignTable);
    let relations = items.iter().filter(is_relation);
    relations.map(|i| (i.name.as_str(), i.kind)).collect()
}

/// Among what an item is made: the index of a view behind it.
fn place(item: &Item, relations: &HashMap<&str, Kind>) -> Kind {
    match relations.get(item.table.as_str()) {
        Some(Kind::View) => item.kind.max(Kind::Rule),
        _ => item.kind,
    }
}

/// Relations of which a column goes, or gets another type: what looks at them is in the way.
fn lost_columns<'i>(
    from: &'i [Item],
    to: &'i [Item],
    old: &HashMap<Key<'i>, &'i Item>,
    new: &HashMap<Key<'_>, &Item>,
) -> HashSet<&'i str> {
    let is_column = |i: &&Item| i.kind == Kind::Column;
    let type_of = |item: &Item| item.definition.split([' ', '(']).next().map(str::to_string);
    let gone = from.iter().filter(is_column);
    let gone = gone.filter(|i| !new.contains_key(&key(i)));
    let changed = to.iter().filter(is_column).filter(|i| {
        let before = old.get(&key(i));
        before.is_some_and(|before| {
            let altered = i.alter.and_then(|alter| alter(before, i));
            before.definition != i.definition
                && altered.is_none_or(|sql| !sql.is_empty())
                && (type_of(before) != type_of(i) || i.definition.contains('('))
        })
    });
    // A type that is made anew takes its columns with it.
    let retyped = to.iter().filter(|i| i.kind == Kind::Type).flat_map(|i| {
        let before = old.get(&key(i)).filter(|b| b.definition != i.definition);
        let sql = before.and_then(|b| i.alter?(b, i)).unwrap_or_default();
        let uses = before.map(|b| b.uses.as_slice()).unwrap_or_default();
        let uses = uses
            .iter()
            .filter(move |(_, statement)| sql.contains(statement));
        uses.map(|(table, _)| table.as_str())
    });
    let columns = gone.chain(changed).map(|i| i.table.as_str());
    columns.chain(retyped).collect()
}

/// What is dropped and made again, with the views that look at it or at what loses a column.
fn made_anew<'i>(
    to: &'i [Item],
    old: &HashMap<Key<'_>, &Item>,
    touched: &HashSet<&'i str>,
) -> HashSet<Key<'i>> {
    let itself = |item: &&Item| {
        let before = old.get(&key(item));
        before.is_some_and(|before| {
            let altered = || item.alter.and_then(|alter| alter(before, item));
            before.definition != item.definition && !item.kind.clings() && altered().is_none()
        })
    };
    // What is said of it goes with it.
    let anew = to.iter().filter(|i| itself(i) || is_replaced(i, old));
    let mut anew: HashSet<Key<'_>> = anew.map(key).collect();
    let mut reasons: Vec<&str> = touched.iter().copied().collect();
    reasons.extend(anew.iter().filter(|k| k.0 == Kind::View).map(|k| k.2));
    while let Some(reason) = reasons.pop() {
        for view in to.iter().filter(|i| i.kind == Kind::View) {
            let is_old = old.contains_key(&key(view));
            if is_old && mentions(view, reason) && anew.insert(key(view)) {
                reasons.push(&view.name);
            }
        }
    }
    // What is made meanwhile would get them too.
    let makes = |i: &Item| !i.kind.clings() && !i.create.is_empty() && !old.contains_key(&key(i));
    if !anew.is_empty() || to.iter().any(makes) {
        let defaults = to.iter().filter(|i| i.kind == Kind::DefaultGrant);
        anew.extend(defaults.map(key).filter(|key| old.contains_key(key)));
    }
    anew
}

/// Whether a type gives way to a new one of its name.
fn is_replaced(item: &Item, old: &HashMap<Key<'_>, &Item>) -> bool {
    let before = old.get(&key(item)).filter(|_| item.kind == Kind::Type);
    let altered = before.and_then(|before| item.alter?(before, item));
    altered.is_some_and(|sql| sql.contains(&item.create))
}

/// What is on both sides and made of types that give way: routines, other types, conditions.
fn of_replaced_types<'i>(to: &'i [Item], old: &HashMap<Key<'_>, &Item>) -> HashSet<Key<'i>> {
    let replaced: Vec<&Item> = to.iter().filter(|i| is_replaced(i, old)).collect();
    let is_of = |item: &&Item| {
        let text = match item.kind {
            // What its body names is looked for when it runs.
            Kind::Routine => item.definition.split("\nAS ").next(),
            Kind::Type
            | Kind::Aggregate
            | Kind::Operator
            | Kind::Cast
            | Kind::Key
            | Kind::Index
            | Kind::Statistics
            | Kind::Rule
            | Kind::Trigger
            | Kind::Policy => Some(item.definition.as_str()),
            _ => None,
        };
        let has = |of: &&Item| {
            names_whole(&item.name, &of.name)
                || text.is_some_and(|text| names_whole(text, &of.name))
        };
        let may = text.is_some() && old.contains_key(&key(item));
        may && !replaced.iter().any(|of| key(of) == key(item)) && replaced.iter().any(has)
    };
    to.iter().filter(is_of).map(key).collect()
}

/// Whether a name stands in a text, and not as a part of a longer one.
fn names_whole(text: &str, name: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '$');
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + name.len()..].chars().next();
        !before.is_some_and(|c| in_name(c) || c == '.') && !behind.is_some_and(in_name)
    })
}

/// Whether a view looks at a relation; by its text, so that it may also only seem so.
fn mentions(view: &Item, relation: &str) -> bool {
    view.name != relation && view.definition.contains(relation)
}

/// Items with each view behind those that it looks at.
fn in_order(items: &[Item]) -> Vec<&Item> {
    let (views, mut out): (Vec<&Item>, Vec<&Item>) =
        items.iter().partition(|i| i.kind == Kind::View);
    let mut left = views;
    while !left.is_empty() {
        let waits = |view: &&Item| left.iter().any(|other| mentions(view, &other.name));
        let (later, now): (Vec<&Item>, Vec<&Item>) = left.iter().partition(|view| waits(view));
        // Two that name each other only seem to.
        if now.is_empty() {
            out.extend(later);
            break;
        }
        out.extend(now);
        left = later;
    }
    out
}

/// Whether an item that is dropped or made again goes with a view that is.
fn is_gone_with_another(item: &Item, anew: &HashSet<Key<'_>>) -> bool {
    anew.contains(&(Kind::View, "", item.table.as_str()))
}

/// Whether it was on something that was dropped and made again.
fn is_lost_with_another(item: &Item, anew: &HashSet<Key<'_>>, to: &[Item]) -> bool {
    if is_gone_with_another(item, anew) {
        return true;
    }
    let about = |other: &Item| anew.contains(&key(other)) && is_about(item, other);
    item.kind.clings() && to.iter().any(about)
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
    // That of an operator has spaces in it.
    let ends = |text: &str| {
        let before = item.name.strip_suffix(text);
        before.is_some_and(|before| before.ends_with(' '))
    };
    (names(&other.name) || ends(&other.name))
        && (other.table.is_empty() || item.table == other.table || names(&other.table))
}

fn change(what: &'static str, item: &Item, sql: Vec<String>) -> Change {
    let object = match item.table.as_str() {
        "" => format!("{} {}", item.kind.word(), item.name),
        table => format!("{} {} of {table}", item.kind.word(), item.name),
    };
    let sql = sql.into_iter().filter(|sql| !sql.is_empty()).collect();
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
