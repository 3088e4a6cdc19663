//! An older catalog with some relations read anew: after DDL only what changed is asked for.

use super::build::{End, Owned};
use super::strings::Interner;
use super::*;
use crate::sql::Fold;

impl Catalog {
    /// This catalog, in which every relation called one of `names`, in whichever schema, is as
    /// `part` has it, or gone. Others that `part` has are left alone.
    pub fn patched(&self, names: &[String], part: &CatalogBuilder, version: u64) -> Catalog {
        let mut builder = self.without(names);
        builder.absorb(names, part);
        builder.drop_orphans();
        builder.finish(version)
    }

    /// This catalog with the routines, types, roles and settings that `rest` has read.
    pub fn with_rest(&self, rest: &CatalogBuilder, version: u64) -> Catalog {
        let mut builder = self.without(&[]);
        for schema in &mut builder.schemas {
            let name = std::mem::take(&mut schema.name);
            *schema = Schema {
                name,
                ..Schema::default()
            };
        }
        for schema in &rest.schemas {
            let id = builder.schema_id(&schema.name) as usize;
            builder.schemas[id] = schema.clone();
        }
        for (into, from) in [
            (&mut builder.databases, &rest.databases),
            (&mut builder.roles, &rest.roles),
            (&mut builder.settings, &rest.settings),
            (&mut builder.charsets, &rest.charsets),
            (&mut builder.collations, &rest.collations),
        ] {
            if !from.is_empty() {
                into.clone_from(from);
            }
        }
        builder.take_objects(rest);
        if !rest.setting_values.is_empty() {
            builder.setting_values.clone_from(&rest.setting_values);
        }
        builder.finish(version)
    }

    /// A builder that has everything but the relations of these names.
    fn without(&self, names: &[String]) -> CatalogBuilder {
        let mut builder = CatalogBuilder::like(self);
        builder.server_version.clone_from(&self.server_version);
        builder.database.clone_from(&self.database);
        builder.user.clone_from(&self.user);
        builder.search_path.clone_from(&self.search_path);
        builder.databases.clone_from(&self.databases);
        builder.roles.clone_from(&self.roles);
        builder.settings.clone_from(&self.settings);
        builder.setting_values.clone_from(&self.setting_values);
        builder.charsets.clone_from(&self.charsets);
        builder.collations.clone_from(&self.collations);
        builder.missing.clone_from(&self.missing);
        builder.names = Interner::with(Strings::clone(&self.strings));
        builder.lists.clone_from(&self.lists);
        builder.extras.clone_from(&self.extras);
        builder.objects.clone_from(&self.objects);
        for schema in &self.schemas {
            let id = builder.schema_id(&schema.name) as usize;
            builder.schemas[id].clone_from(schema);
        }
        let kept = self.keep(names, &mut builder);
        for key in self.foreign_keys.iter() {
            let [from, to] = [key.from, key.to].map(|id| kept[id.0 as usize]);
            if let (Some(from), Some(to)) = (from, to) {
                let end = |relation, columns| End { relation, columns };
                builder
                    .foreign_keys
                    .push([end(from, key.from_columns), end(to, key.to_columns)]);
            }
        }
        builder
    }

    /// Puts the other relations into the builder; gives the new place of each.
    fn keep(&self, names: &[String], builder: &mut CatalogBuilder) -> Vec<Option<u32>> {
        let mut kept = Vec::with_capacity(self.relations.len());
        for relation in self.relations.iter() {
            let name = self.strings.get(relation.name);
            if is_one_of(name, names, self.dialect) {
                kept.push(None);
                continue;
            }
            let id = builder.add_relation(RelationData {
                columns: Span::default(),
                indexes: Span::default(),
                ..*relation
            });
            add_all(&mut builder.columns, id, relation.columns.of(&self.columns));
            add_all(&mut builder.indexes, id, relation.indexes.of(&self.indexes));
            kept.push(Some(id));
        }
        kept
    }
}

fn is_one_of(name: &str, names: &[String], dialect: &Dialect) -> bool {
    names.iter().any(|other| match dialect.fold {
        Fold::Lower => name == other,
        Fold::Ignore => name.eq_ignore_ascii_case(other),
    })
}

fn add_all<T: Copy>(into: &mut Owned<T>, owner: u32, items: &[T]) {
    items.iter().for_each(|item| into.push(owner, *item));
}

impl CatalogBuilder {
    /// Adds what another builder has of the relations of these names.
    fn absorb(&mut self, names: &[String], part: &CatalogBuilder) {
        let symbols: Vec<Symbol> = (0..part.names.strings.len() as u32)
            .map(|n| self.names.intern(part.names.strings.get(Symbol(n))))
            .collect();
        let symbol = |s: Symbol| symbols[s.0 as usize];
        let places = self.absorb_relations(names, part, &symbol);
        let taken = |relation: u32| match places[relation as usize] {
            Place::Taken(at) => Some(at),
            _ => None,
        };
        let list = |lists: &mut Vec<Symbol>, span: Span| {
            let start = lists.len() as u32;
            lists.extend(span.of(&part.lists).iter().map(|s| symbol(*s)));
            Span { start, ..span }
        };
        for (column, owner) in part.columns.items.iter().zip(&part.columns.owners) {
            let Some(owner) = taken(*owner) else { continue };
            let extra = column
                .extra
                .checked_sub(1)
                .map(|at| part.extras[at as usize]);
            let extra = extra.map(|e| Extra {
                comment: symbol(e.comment),
                check_values: list(&mut self.lists, e.check_values),
                common_values: list(&mut self.lists, e.common_values),
            });
            let column = ColumnData {
                name: symbol(column.name),
                type_name: symbol(column.type_name),
                default: symbol(column.default),
                extra: self.extra(extra.unwrap_or_default()),
                ..*column
            };
            self.columns.push(owner, column);
        }
        for (index, owner) in part.indexes.items.iter().zip(&part.indexes.owners) {
            if let Some(owner) = taken(*owner) {
                let index = IndexData {
                    name: symbol(index.name),
                    columns: list(&mut self.lists, index.columns),
                    unique: index.unique,
                };
                self.indexes.push(owner, index);
            }
        }
        for [from, to] in &part.foreign_keys {
            let ours = taken(from.relation).or(taken(to.relation)).is_some();
            let at = |end: &End| places[end.relation as usize].at();
            if let (Some(a), Some(b), true) = (at(from), at(to), ours) {
                let mut end = |relation, columns| End {
                    relation,
                    columns: list(&mut self.lists, columns),
                };
                let key = [end(a, from.columns), end(b, to.columns)];
                self.foreign_keys.push(key);
            }
        }
        for (relation, name) in &part.primary_keys {
            let relation = taken(*relation);
            self.primary_keys
                .extend(relation.map(|relation| (relation, symbol(*name))));
        }
        for (relation, name, values) in &part.checks {
            if let Some(relation) = taken(*relation) {
                let values = list(&mut self.lists, *values);
                self.checks.push((relation, symbol(*name), values));
            }
        }
    }

    /// Adds the relations; tells where each of them is here.
    fn absorb_relations(
        &mut self,
        names: &[String],
        part: &CatalogBuilder,
        symbol: &dyn Fn(Symbol) -> Symbol,
    ) -> Vec<Place> {
        let mut places = Vec::with_capacity(part.relations.len());
        for (relation, at) in part.relations.iter().zip(0u32..) {
            let schema = &part.schemas[relation.schema as usize].name;
            let name = part.names.strings.get(relation.name);
            if part.stubs.contains(&at) || !is_one_of(name, names, self.dialect) {
                let known = self.find(schema, name);
                places.push(known.map_or(Place::Unknown, Place::Known));
                continue;
            }
            let data = RelationData {
                schema: self.schema_id(schema),
                name: symbol(relation.name),
                comment: symbol(relation.comment),
                extension: symbol(relation.extension),
                partition_of: symbol(relation.partition_of),
                ..*relation
            };
            places.push(Place::Taken(self.add_relation(data)));
        }
        places
    }
}

/// Where a relation of another builder is.
#[derive(Clone, Copy)]
enum Place {
    Taken(u32),
    /// It was here already, and stays as it is.
    Known(u32),
    Unknown,
}

impl Place {
    fn at(self) -> Option<u32> {
        match self {
            Place::Taken(at) | Place::Known(at) => Some(at),
            Place::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;

    fn part(names: &[&str]) -> CatalogBuilder {
        CatalogBuilder::partial(&POSTGRES, names.iter().map(ToString::to_string).collect())
    }

    fn table(builder: &mut CatalogBuilder, name: &str, columns: &[&str]) {
        builder.relation(RelationRow {
            schema: "public",
            name,
            ..RelationRow::default()
        });
        for column in columns {
            builder.column(ColumnRow {
                schema: "public",
                relation: name,
                name: column,
                type_name: "int",
                ..ColumnRow::default()
            });
        }
    }

    fn key<'a>(from: &'a str, column: &str, to: &'a str) -> ForeignKeyRow<'a> {
        ForeignKeyRow {
            schema: "public",
            relation: from,
            columns: vec![column.into()],
            to_schema: "public",
            to_relation: to,
            to_columns: vec!["id".into()],
        }
    }

    /// `name(columns)`, then `from>to` for each key.
    fn shown(catalog: &Catalog) -> Vec<String> {
        let relation = |r: Relation<'_>| {
            let columns: Vec<&str> = r.columns().iter().map(|c| c.name).collect();
            format!("{}({})", r.name, columns.join(","))
        };
        let key = |k: ForeignKey<'_>| {
            let (from, to) = (catalog.relation(k.from), catalog.relation(k.to));
            format!("{}.{}>{}", from.name, k.from_columns.join(","), to.name)
        };
        let mut all: Vec<String> = catalog.relations().map(relation).collect();
        let mut keys: Vec<String> = catalog.foreign_keys().map(key).collect();
        keys.sort();
        all.extend(keys);
        all
    }

    fn base() -> Catalog {
        let mut builder = CatalogBuilder::new(&POSTGRES);
        for name in ["a", "b", "c"] {
            table(&mut builder, name, &["id", "a_id"]);
        }
        builder.foreign_key(&key("b", "a_id", "a"));
        builder.foreign_key(&key("c", "a_id", "a"));
        builder.finish(1)
    }

    #[test]
    fn a_relation_that_was_read_anew_takes_the_place_of_the_old_one() {
        let mut part = part(&["a"]);
        table(&mut part, "a", &["id", "new"]);
        part.foreign_key(&key("b", "a_id", "a"));
        part.primary_key("public", "a", "id");
        part.check_values("public", "a", "new", &["x".into()]);
        let catalog = base().patched(&["a".into()], &part, 2);
        assert_eq!(
            shown(&catalog),
            ["a(id,new)", "b(id,a_id)", "c(id,a_id)", "b.a_id>a"]
        );
        let a = catalog.relations().next().expect("a");
        assert!(a.columns().get(0).expect("id").primary_key);
        assert_eq!(a.columns().get(1).expect("new").check_values(), ["x"]);
    }

    #[test]
    fn a_relation_that_is_gone_goes_with_its_keys() {
        let catalog = base().patched(&["b".into()], &part(&["b"]), 2);
        assert_eq!(shown(&catalog), ["a(id,a_id)", "c(id,a_id)", "c.a_id>a"]);
    }

    #[test]
    fn a_new_relation_may_point_at_an_old_one_and_at_one_that_nobody_knows() {
        let mut part = part(&["d"]);
        table(&mut part, "d", &["id", "a_id"]);
        part.foreign_key(&key("d", "a_id", "a"));
        part.foreign_key(&key("d", "x_id", "hidden"));
        let catalog = base().patched(&["d".into()], &part, 2);
        assert_eq!(shown(&catalog)[3], "d(id,a_id)");
        assert_eq!(shown(&catalog)[4..], ["b.a_id>a", "c.a_id>a", "d.a_id>a"]);
    }

    #[test]
    fn what_is_on_a_relation_goes_with_it_and_the_rest_brings_what_is_new() {
        let mut builder = CatalogBuilder::new(&POSTGRES);
        table(&mut builder, "a", &["id"]);
        table(&mut builder, "b", &["id"]);
        let object = |kind, name, relation| Object {
            kind,
            schema: "public",
            name,
            relation,
        };
        builder.object(object(ObjectKind::Trigger, "on_a", "a"));
        builder.object(object(ObjectKind::Policy, "on_b", "b"));
        builder.object(object(ObjectKind::Statistics, "alone", ""));
        builder.object(object(ObjectKind::Rule, "", "b"));
        let names = |catalog: &Catalog| -> Vec<String> {
            catalog.objects().map(|o| o.name.to_string()).collect()
        };
        let catalog = builder.finish(1).patched(&["a".into()], &part(&["a"]), 2);
        assert_eq!(names(&catalog), ["on_b", "alone"]);
        let mut rest = CatalogBuilder::new(&POSTGRES);
        rest.object(object(ObjectKind::Trigger, "new", "b"));
        let catalog = catalog.with_rest(&rest, 3);
        let new: Vec<Object<'_>> = catalog.objects_of(ObjectKind::Trigger).collect();
        assert_eq!(new, [object(ObjectKind::Trigger, "new", "b")]);
        assert_eq!(names(&catalog), ["new"]);
    }

    #[test]
    fn the_rest_is_replaced_and_the_relations_stay() {
        let mut rest = CatalogBuilder::new(&POSTGRES);
        rest.routine(RoutineRow {
            schema: "public",
            name: "f",
            ..RoutineRow::default()
        });
        rest.roles.push("r".into());
        let catalog = base().with_rest(&rest, 2);
        assert_eq!(shown(&catalog), shown(&base()));
        assert_eq!(catalog.schemas[0].routines[0].name, "f");
        let gone = catalog.with_rest(&CatalogBuilder::new(&POSTGRES), 3);
        assert!(gone.schemas[0].routines.is_empty());
        assert_eq!(gone.roles, ["r"]);
    }
}
