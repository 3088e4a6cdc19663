//! `/find TEXT`: every object whose name is like the text, and every comment, default and enum label
//! with the text in it. Pure, so that a database of any size answers at once.

use super::{Catalog, Relation, RelationId, RelationKind, RoutineKind};
use crate::nearest::distance;
use crate::sql::Fold;
use std::collections::HashSet;

/// How a name is like the text, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    Same,
    Begins,
    Holds,
    /// Its words begin with the letters of the text, in order: `ol`, `order_lines`.
    Initials,
    /// One letter is another, missing, too much, or changed places with its neighbour.
    Slip,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// In lower case.
    text: String,
    words: Vec<String>,
}

impl Wanted {
    pub fn new(text: &str) -> Wanted {
        let text = text.trim().to_lowercase();
        Wanted {
            words: text.split_whitespace().map(str::to_string).collect(),
            text,
        }
    }

    /// How a name is like the text, if it is at all.
    pub fn like(&self, name: &str) -> Option<Likeness> {
        // Names are plain with few exceptions, and there are a million of them.
        let lower = match name.is_ascii() {
            true => name.to_ascii_lowercase(),
            false => name.to_lowercase(),
        };
        if lower == self.text {
            return Some(Likeness::Same);
        }
        if lower.starts_with(&self.text) {
            return Some(Likeness::Begins);
        }
        let holds = |word: &String| lower.contains(word.as_str());
        if lower.contains(&self.text) || (self.words.len() > 1 && self.words.iter().all(holds)) {
            return Some(Likeness::Holds);
        }
        if self.words.len() != 1 {
            return None;
        }
        if self.is_initials(name) {
            return Some(Likeness::Initials);
        }
        self.is_slip(&lower).then_some(Likeness::Slip)
    }

    /// In lower case.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Patterns for `LIKE`, `!` before what is meant as it is: a name that is like the text fits one of
    /// them, and others do too. For a server that is to leave most names out.
    pub fn patterns(&self) -> Vec<String> {
        let letters: Vec<char> = self.text.chars().collect();
        let escaped = |part: &[char]| -> String {
            let each = |c: &char| match c {
                '%' | '_' | '!' => format!("!{c}"),
                c => c.to_string(),
            };
            part.iter().map(each).collect()
        };
        let mut out = match self.words.len() {
            0 | 1 => vec![format!("%{}%", escaped(&letters))],
            _ => {
                let words = self.words.iter().map(|w| w.chars().collect::<Vec<char>>());
                words.map(|w| format!("%{}%", escaped(&w))).collect()
            }
        };
        if self.words.len() == 1 && (2..=6).contains(&letters.len()) {
            let initials = letters.iter().map(|c| escaped(&[*c]));
            out.push(format!("%{}%", initials.collect::<Vec<_>>().join("%")));
        }
        // One slip touches two neighbours at the most, so that one part of three is whole.
        if self.words.len() == 1 && letters.len() >= 4 {
            let third = letters.len() / 3;
            let parts = [
                &letters[..third],
                &letters[third..2 * third],
                &letters[2 * third..],
            ];
            out.extend(parts.map(|part| format!("%{}%", escaped(part))));
        }
        out
    }

    pub fn is_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.text)
    }

    fn is_initials(&self, name: &str) -> bool {
        let length = self.text.chars().count();
        (2..=6).contains(&length) && initials(name).eq(self.text.chars())
    }

    /// Short words have too many neighbours.
    fn is_slip(&self, lower: &str) -> bool {
        let length = self.text.len();
        let near = |word: &str| {
            word.len() + 1 >= length && word.len() <= length + 1 && distance(word, &self.text) == 1
        };
        length >= 4 && (near(lower) || lower.split(['_', '-', ' ', '.']).any(near))
    }
}

/// The first letters of the words of a name: `order_lines`, `OrderLines`, `order2lines`.
fn initials(name: &str) -> impl Iterator<Item = char> + '_ {
    let mut before = '_';
    name.chars()
        .filter(move |c| {
            let c = *c;
            let begins = c.is_alphanumeric()
                && (!before.is_alphanumeric()
                    || (c.is_uppercase() && before.is_lowercase())
                    || (c.is_alphabetic() && before.is_numeric()));
            before = c;
            begins
        })
        .flat_map(char::to_lowercase)
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Names before contents, better names first; then what the eye looks for first.
    pub order: (u8, u8),
    pub kind: String,
    pub name: String,
    /// Where the text stands: `name`, `comment`, `default`, `enum label`.
    pub place: String,
}

/// Names that are like the text come before everything else.
const CONTENT: u8 = 10;

impl Found {
    /// Something that has the name.
    pub fn named(kind: &str, name: String, likeness: Likeness, rank: u8) -> Found {
        let (order, place) = match likeness {
            Likeness::Same => (0, "name"),
            Likeness::Begins => (1, "name"),
            Likeness::Holds => (2, "name"),
            Likeness::Initials => (3, "name, by its initials"),
            Likeness::Slip => (4, "name, nearly"),
        };
        Found {
            order: (order, rank),
            kind: kind.into(),
            name,
            place: place.into(),
        }
    }

    /// Something that has the text elsewhere.
    pub fn inside(kind: &str, name: String, place: &str) -> Found {
        let rank = match place {
            "comment" => 1,
            "enum label" => 0,
            _ => 2,
        };
        Found {
            order: (CONTENT, rank),
            kind: kind.into(),
            name,
            place: place.into(),
        }
    }
}

/// What the catalog has, without what belongs to the server itself; unordered, some of it twice.
pub fn find(catalog: &Catalog, wanted: &Wanted) -> Vec<Found> {
    let mut search = Search {
        catalog,
        wanted,
        found: Vec::new(),
    };
    search.relations();
    search.columns();
    search.schemas();
    let setting = match catalog.dialect.name {
        "sqlite" => "pragma",
        _ => "setting",
    };
    let plain = [("role", &catalog.roles, 1), (setting, &catalog.settings, 3)];
    for (kind, names, rank) in plain {
        for name in names {
            search.name(kind, name, rank, || name.clone());
        }
    }
    // Elsewhere a database is a schema, or a file.
    if catalog.dialect.fold == Fold::Lower {
        for name in &catalog.databases {
            search.name("database", name, 1, || name.clone());
        }
    }
    search.found
}

/// Puts what was found into its order, each once. Names that are nearly the text count only where no
/// name has it.
pub fn arranged(mut found: Vec<Found>) -> Vec<Found> {
    let whole = found.iter().any(|f| f.order.0 <= Likeness::Holds as u8);
    found.retain(|f| !whole || f.order.0 != Likeness::Slip as u8);
    found.sort();
    let mut seen = HashSet::new();
    found.retain(|f| seen.insert((f.kind.clone(), f.name.clone(), f.order.0 >= CONTENT)));
    found
}

struct Search<'c> {
    catalog: &'c Catalog,
    wanted: &'c Wanted,
    found: Vec<Found>,
}

impl Search<'_> {
    fn name(&mut self, kind: &str, name: &str, rank: u8, shown: impl Fn() -> String) {
        if let Some(likeness) = self.wanted.like(name) {
            self.found.push(Found::named(kind, shown(), likeness, rank));
        }
    }

    fn inside(&mut self, kind: &str, text: Option<&str>, place: &str, shown: impl Fn() -> String) {
        if text.is_some_and(|text| self.wanted.is_in(text)) {
            self.found.push(Found::inside(kind, shown(), place));
        }
    }

    /// With its schema, where one says it: not for the database that one is in.
    fn qualified(&self, schema: usize, name: &str) -> String {
        let schema = &self.catalog.schemas[schema].name;
        let home = match self.catalog.dialect.name {
            "mysql" => self.catalog.database == *schema,
            "sqlite" => schema == "main",
            _ => false,
        };
        match home {
            true => name.to_string(),
            false => format!("{schema}.{name}"),
        }
    }

    fn is_own(&self, relation: &Relation<'_>) -> bool {
        relation.kind != RelationKind::SystemTable
            && !is_system(&self.catalog.schemas[relation.schema].name)
    }

    fn relations(&mut self) {
        let catalog = self.catalog;
        for relation in catalog.relations() {
            if !self.is_own(&relation) {
                continue;
            }
            let shown = |s: &Self| s.qualified(relation.schema, relation.name);
            let (kind, whole) = (relation.kind.word(), shown(self));
            self.name(kind, relation.name, 0, || whole.clone());
            self.inside(kind, relation.comment(), "comment", || whole.clone());
            let table = catalog.dialect.name == "mysql";
            // Those that SQLite makes for keys are nobody's.
            for index in relation
                .indexes()
                .filter(|i| !i.name.starts_with("sqlite_"))
            {
                let name = match table {
                    true => format!("{whole}.{}", index.name),
                    false => self.qualified(relation.schema, index.name),
                };
                self.name("index", index.name, 2, || name.clone());
            }
        }
    }

    /// Names of columns are looked at once, however many tables have them.
    fn columns(&mut self) {
        let catalog = self.catalog;
        for name in catalog.column_names() {
            let column = catalog.named_column(name);
            let Some(likeness) = self.wanted.like(column.name) else {
                continue;
            };
            for id in catalog.owners(name) {
                if let Some(shown) = self.column(*id, column.name) {
                    self.found.push(Found::named("column", shown, likeness, 1));
                }
            }
        }
        for (at, relation) in catalog.relations().enumerate() {
            if !self.is_own(&relation) {
                continue;
            }
            for column in relation.columns().iter() {
                let labels = column.type_name.contains('(') && column.type_name.contains('\'');
                let texts = [
                    ("comment", column.comment()),
                    ("default", column.default()),
                    ("enum label", Some(column.type_name).filter(|_| labels)),
                ];
                for (place, text) in texts {
                    if text.is_some_and(|text| self.wanted.is_in(text))
                        && let Some(shown) = self.column(RelationId(at as u32), column.name)
                    {
                        self.found.push(Found::inside("column", shown, place));
                    }
                }
            }
        }
    }

    fn column(&self, id: RelationId, column: &str) -> Option<String> {
        let relation = self.catalog.relation(id);
        let table = self.qualified(relation.schema, relation.name);
        self.is_own(&relation).then(|| format!("{table}.{column}"))
    }

    fn schemas(&mut self) {
        let catalog = self.catalog;
        for (at, schema) in catalog.schemas.iter().enumerate() {
            if is_system(&schema.name) {
                continue;
            }
            self.name("schema", &schema.name, 0, || schema.name.clone());
            for routine in &schema.routines {
                let kind = match routine.kind {
                    RoutineKind::Procedure => "procedure",
                    RoutineKind::Aggregate => "aggregate",
                    RoutineKind::Function | RoutineKind::Window => "function",
                };
                let whole = self.qualified(at, &routine.name);
                self.name(kind, &routine.name, 0, || whole.clone());
            }
            for of_type in &schema.types {
                let whole = self.qualified(at, &of_type.name);
                self.name("type", &of_type.name, 0, || whole.clone());
                let labels = of_type.labels.iter();
                for label in labels {
                    self.inside("type", Some(label), "enum label", || whole.clone());
                }
            }
            for name in &schema.sequences {
                let whole = self.qualified(at, name);
                self.name("sequence", name, 0, || whole.clone());
            }
            for name in &schema.extensions {
                self.name("extension", name, 0, || name.clone());
            }
        }
    }
}

/// Schemas of the server itself.
fn is_system(schema: &str) -> bool {
    schema.starts_with("pg_")
        || ["information_schema", "mysql", "performance_schema", "sys"]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(schema))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fixture::shop;

    #[test]
    fn names_are_alike_in_five_ways() {
        use Likeness::{Begins, Holds, Initials, Same, Slip};
        for (text, name, expected) in [
            ("orders", "Orders", Some(Same)),
            ("order", "orders", Some(Begins)),
            ("der", "orders", Some(Holds)),
            ("line order", "order_lines", Some(Holds)),
            ("ol", "order_lines", Some(Initials)),
            ("ol", "OrderLines", Some(Initials)),
            ("olx", "order_lines", None),
            ("o", "old", Some(Begins)),
            ("custmer", "customer", Some(Slip)),
            ("custoemr", "customer_orders", Some(Slip)),
            ("customre", "all_customers", None),
            ("cat", "car", None),
            ("éa", "ÉA", Some(Same)),
        ] {
            assert_eq!(Wanted::new(text).like(name), expected, "{text} {name}");
        }
    }

    #[test]
    fn what_is_alike_fits_a_pattern() {
        // `LIKE` for names of ASCII.
        fn fits(pattern: &[u8], name: &[u8]) -> bool {
            match pattern {
                [] => name.is_empty(),
                [b'%', rest @ ..] => (0..=name.len()).any(|at| fits(rest, &name[at..])),
                [b'!', c, rest @ ..] | [c, rest @ ..] => {
                    name.first() == Some(c) && fits(rest, &name[1..])
                }
            }
        }
        let names = [
            "orders",
            "order_lines",
            "customer_orders",
            "all_customers",
            "users",
            "50%_off",
            "a!b",
            "OrderLines",
            "x",
            "shipments",
            "order2lines",
        ];
        let texts = [
            "orders",
            "odrers",
            "ordesr",
            "orers",
            "orderss",
            "xrders",
            "ol",
            "co",
            "line order",
            "custmer",
            "customre",
            "50%",
            "a!b",
            "shpments",
            "x",
            "0%_of",
            "user",
            "suers",
        ];
        for text in texts {
            let wanted = Wanted::new(text);
            let patterns = wanted.patterns();
            for name in names.iter().filter(|name| wanted.like(name).is_some()) {
                let lower = name.to_ascii_lowercase();
                assert!(
                    patterns
                        .iter()
                        .any(|p| fits(p.as_bytes(), lower.as_bytes())),
                    "{text} {name} {patterns:?}"
                );
            }
        }
    }

    #[test]
    fn better_names_come_first_and_slips_only_where_there_is_nothing_else() {
        let catalog = shop("postgres");
        let shown = |text: &str| -> Vec<String> {
            let found = arranged(find(&catalog, &Wanted::new(text)));
            let line = |f: &Found| format!("{} {} ({})", f.kind, f.name, f.place);
            found.iter().map(line).collect()
        };
        let users = shown("users");
        assert_eq!(users[0], "table public.users (name)");
        assert!(
            shown("shpments").contains(&"table custom.shipments (name, nearly)".to_string()),
            "{:?}",
            shown("shpments")
        );
        assert!(shown("shipments").iter().all(|f| !f.contains("nearly")));
        assert_eq!(shown("ok"), ["type public.mood (enum label)"]);
        assert!(
            shown("ue").contains(&"view public.user_emails (name, by its initials)".to_string())
        );
        assert!(shown("nothing like it").is_empty());
    }
}
