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

    /// For a server that is to leave most names out: a name that is like the text, by more than a slip,
    /// fits all patterns of one of these lists, whatever its case; others do too.
    pub fn names(&self, escape: char) -> Vec<Vec<String>> {
        let letters: Vec<char> = self.text.chars().collect();
        let pattern = |word: &String| {
            let letters: Vec<char> = word.chars().collect();
            holding([literally(&letters, escape)].into_iter())
        };
        match self.words.len() {
            // Initials stand in order, as all the letters do.
            1 if (2..=6).contains(&letters.len()) => {
                let parts = letters.chunks(1).map(|part| literally(part, escape));
                vec![vec![holding(parts)]]
            }
            0 => vec![vec![pattern(&self.text)]],
            _ => vec![self.words.iter().map(pattern).collect()],
        }
    }

    /// The same of names that are nearly the text. One slip leaves one half of it whole, or changes the
    /// places of the letters between the halves.
    pub fn slips(&self, escape: char) -> Vec<Vec<String>> {
        let mut letters: Vec<char> = self.text.chars().collect();
        if self.words.len() != 1 || self.text.len() < SHORTEST_SLIP {
            return Vec::new();
        }
        let half = letters.len() / 2;
        let [left, right] = [&letters[..half], &letters[half..]]
            .map(|part| vec![holding([literally(part, escape)].into_iter())]);
        if half == 0 {
            return vec![right];
        }
        letters.swap(half - 1, half);
        let swapped = holding([literally(&letters, escape)].into_iter());
        vec![left, right, vec![swapped]]
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
        length >= SHORTEST_SLIP && (near(lower) || lower.split(['_', '-', ' ', '.']).any(near))
    }
}

/// Shorter texts have too many neighbours.
const SHORTEST_SLIP: usize = 4;

/// Letters in a pattern of `LIKE`. Not every server knows the two cases of one that is not ASCII, which
/// may be anything.
fn literally(letters: &[char], escape: char) -> String {
    let mut out = String::new();
    for c in letters {
        match c {
            c if !c.is_ascii() => out.push('%'),
            '%' | '_' => out.extend([escape, *c]),
            c if *c == escape => out.extend([escape, *c]),
            c => out.push(*c),
        }
    }
    out
}

/// The pattern for what holds the parts in their order.
fn holding(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    format!("%{}%", parts.join("%"))
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

/// What the eye looks for first.
fn rank(kind: &str) -> u8 {
    match kind {
        "column" | "role" | "database" => 1,
        "index" | "constraint" | "trigger" | "policy" | "event" => 2,
        "setting" | "pragma" => 3,
        _ => 0,
    }
}

impl Found {
    /// Something that has the name.
    pub fn named(kind: &str, name: String, likeness: Likeness) -> Found {
        let (order, place) = match likeness {
            Likeness::Same => (0, "name"),
            Likeness::Begins => (1, "name"),
            Likeness::Holds => (2, "name"),
            Likeness::Initials => (3, "name, by its initials"),
            Likeness::Slip => (4, "name, nearly"),
        };
        Found {
            order: (order, rank(kind)),
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
    for (kind, names) in [("role", &catalog.roles), (setting, &catalog.settings)] {
        for name in names {
            search.name(kind, name, || name.clone());
        }
    }
    // Elsewhere a database is a schema, or a file.
    if catalog.dialect.fold == Fold::Lower {
        for name in &catalog.databases {
            search.name("database", name, || name.clone());
        }
    }
    search.found
}

/// Whether something has the text in its name, so that what is nearly called so does not count.
pub fn has_names(found: &[Found]) -> bool {
    found.iter().any(|f| f.order.0 <= Likeness::Holds as u8)
}

/// Puts what was found into its order, each once. Names that are nearly the text count only where no
/// name has it.
pub fn arranged(mut found: Vec<Found>) -> Vec<Found> {
    let whole = has_names(&found);
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
    fn name(&mut self, kind: &str, name: &str, shown: impl Fn() -> String) {
        if let Some(likeness) = self.wanted.like(name) {
            self.found.push(Found::named(kind, shown(), likeness));
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

    /// Whether a schema is one of the server itself.
    fn is_system(&self, schema: usize) -> bool {
        let name = &self.catalog.schemas[schema].name;
        let of_mysql = ["information_schema", "mysql", "performance_schema", "sys"];
        match self.catalog.dialect.name {
            "mysql" => of_mysql.iter().any(|s| name.eq_ignore_ascii_case(s)),
            _ => name.starts_with("pg_") || name == "information_schema",
        }
    }

    fn is_own(&self, relation: &Relation<'_>) -> bool {
        relation.kind != RelationKind::SystemTable && !self.is_system(relation.schema)
    }

    fn relations(&mut self) {
        let catalog = self.catalog;
        for relation in catalog.relations() {
            if !self.is_own(&relation) {
                continue;
            }
            let shown = |s: &Self| s.qualified(relation.schema, relation.name);
            let (kind, whole) = (relation.kind.word(), shown(self));
            self.name(kind, relation.name, || whole.clone());
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
                self.name("index", index.name, || name.clone());
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
                    self.found.push(Found::named("column", shown, likeness));
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
            if self.is_system(at) {
                continue;
            }
            self.name("schema", &schema.name, || schema.name.clone());
            for routine in &schema.routines {
                let kind = match routine.kind {
                    RoutineKind::Procedure => "procedure",
                    RoutineKind::Aggregate => "aggregate",
                    RoutineKind::Function | RoutineKind::Window => "function",
                };
                let whole = self.qualified(at, &routine.name);
                self.name(kind, &routine.name, || whole.clone());
            }
            for of_type in &schema.types {
                let whole = self.qualified(at, &of_type.name);
                self.name("type", &of_type.name, || whole.clone());
                let labels = of_type.labels.iter();
                for label in labels {
                    self.inside("type", Some(label), "enum label", || whole.clone());
                }
            }
            for name in &schema.sequences {
                let whole = self.qualified(at, name);
                self.name("sequence", name, || whole.clone());
            }
            for name in &schema.extensions {
                self.name("extension", name, || name.clone());
            }
        }
    }
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
            "Übergabe",
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
            "ordre",
            "usres",
            "über",
            "ÜBERGABE",
            "übergaeb",
        ];
        for text in texts {
            let wanted = Wanted::new(text);
            for name in names {
                let lower = name.to_ascii_lowercase();
                let patterns = match wanted.like(name) {
                    None => continue,
                    Some(Likeness::Slip) => wanted.slips('!'),
                    Some(_) => wanted.names('!'),
                };
                let all = |list: &Vec<String>| {
                    let mut each = list.iter();
                    each.all(|p| fits(p.as_bytes(), lower.as_bytes()))
                };
                assert!(patterns.iter().any(all), "{text} {name} {patterns:?}");
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
