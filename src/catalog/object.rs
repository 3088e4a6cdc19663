//! What is known by name alone, and maybe by the relation that it is on: triggers, policies,
//! publications, tablespaces …

use super::strings::Symbol;
use super::{Catalog, CatalogBuilder};

macro_rules! kinds {
    ($($kind:ident $words:literal,)*) => {
        /// A kind of object that has a name and nothing else that the catalog keeps.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ObjectKind {
            $($kind,)*
        }

        impl ObjectKind {
            pub const ALL: &[ObjectKind] = &[$(ObjectKind::$kind,)*];

            /// How statements call it: `TEXT SEARCH CONFIGURATION`.
            pub fn words(self) -> &'static str {
                match self {
                    $(ObjectKind::$kind => $words,)*
                }
            }
        }
    };
}

// A name that begins with another one's words comes before it.
kinds! {
    Trigger "TRIGGER",
    EventTrigger "EVENT TRIGGER",
    Event "EVENT",
    Policy "POLICY",
    Rule "RULE",
    Publication "PUBLICATION",
    Subscription "SUBSCRIPTION",
    Server "SERVER",
    ForeignDataWrapper "FOREIGN DATA WRAPPER",
    Tablespace "TABLESPACE",
    Statistics "STATISTICS",
    Collation "COLLATION",
    Conversion "CONVERSION",
    Language "LANGUAGE",
    AccessMethod "ACCESS METHOD",
    SearchConfiguration "TEXT SEARCH CONFIGURATION",
    SearchDictionary "TEXT SEARCH DICTIONARY",
    SearchParser "TEXT SEARCH PARSER",
    SearchTemplate "TEXT SEARCH TEMPLATE",
}

impl ObjectKind {
    /// The kind that these words call so.
    pub fn named(words: &str) -> Option<ObjectKind> {
        let mut all = ObjectKind::ALL.iter().copied();
        all.find(|kind| kind.words() == words)
    }

    /// Whether the statements of the dialect name it.
    pub fn is_known_to(self, dialect: &str) -> bool {
        match dialect {
            "postgres" => self != ObjectKind::Event,
            "mysql" => matches!(
                self,
                ObjectKind::Trigger | ObjectKind::Event | ObjectKind::Server
            ),
            _ => self == ObjectKind::Trigger,
        }
    }

    /// Whether its name only tells it together with the relation that it is on.
    pub fn is_of_relation(self, dialect: &str) -> bool {
        let own = matches!(
            self,
            ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule
        );
        own && dialect == "postgres"
    }
}

/// One object; texts are empty where there is nothing of the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<'c> {
    pub kind: ObjectKind,
    pub schema: &'c str,
    pub name: &'c str,
    /// What it is on, in the same schema.
    pub relation: &'c str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ObjectData {
    pub(super) kind: ObjectKind,
    pub(super) schema: Symbol,
    pub(super) name: Symbol,
    pub(super) relation: Symbol,
}

impl Catalog {
    /// The objects of a kind, in the order in which they were found.
    pub fn objects_of(&self, kind: ObjectKind) -> impl Iterator<Item = Object<'_>> {
        self.objects().filter(move |object| object.kind == kind)
    }

    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        self.objects.iter().map(|data| Object {
            kind: data.kind,
            schema: self.strings.get(data.schema),
            name: self.strings.get(data.name),
            relation: self.strings.get(data.relation),
        })
    }
}

impl CatalogBuilder {
    /// Adds an object; one without a name could not be written in a statement.
    pub fn object(&mut self, object: Object<'_>) {
        if object.name.is_empty() {
            return;
        }
        let data = ObjectData {
            kind: object.kind,
            schema: self.names.intern(object.schema),
            name: self.names.intern(object.name),
            relation: self.names.intern(object.relation),
        };
        self.objects.push(data);
    }

    /// Takes the objects of another builder in place of those that are here.
    pub(super) fn take_objects(&mut self, from: &CatalogBuilder) {
        self.objects.clear();
        let text = |symbol| from.names.strings.get(symbol);
        for data in &from.objects {
            self.object(Object {
                kind: data.kind,
                schema: text(data.schema),
                name: text(data.name),
                relation: text(data.relation),
            });
        }
    }

    /// Forgets what was on relations that are gone.
    pub(super) fn drop_orphans(&mut self) {
        let mut on: Vec<Symbol> = self.relations.iter().map(|r| r.name).collect();
        on.sort_unstable_by_key(|name| name.0);
        self.objects.retain(|object| {
            object.relation == Symbol::EMPTY
                || on.binary_search_by_key(&object.relation.0, |n| n.0).is_ok()
        });
        self.objects.shrink_to_fit();
    }
}
