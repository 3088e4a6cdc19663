//! Puts what a builder has collected in the order that readers want: a `Catalog`.

use super::build::Owned;
use super::lookup::Lookup;
use super::*;

impl CatalogBuilder {
    /// The catalog of everything added so far.
    pub fn snapshot(&self, version: u64) -> Catalog {
        self.clone().finish(version)
    }

    /// The catalog of everything added, without a copy.
    pub fn finish(mut self, version: u64) -> Catalog {
        let schemas = self.order_schemas();
        let new_id = self.order_relations();
        let columns = std::mem::take(&mut self.columns);
        let mut columns = self.by_relation(columns, &new_id, |r| &mut r.columns);
        let indexes = std::mem::take(&mut self.indexes);
        let indexes = self.by_relation(indexes, &new_id, |r| &mut r.indexes);
        let foreign_keys: Vec<KeyData> = (self.foreign_keys.iter())
            .map(|[from, to]| KeyData {
                from: RelationId(new_id[from.relation as usize]),
                to: RelationId(new_id[to.relation as usize]),
                from_columns: from.columns,
                to_columns: to.columns,
            })
            .collect();
        let mut strings = std::mem::take(&mut self.names).strings;
        strings.shrink();
        self.lists.shrink_to_fit();
        self.relations.shrink_to_fit();
        self.apply(&mut columns, &new_id);
        let mut catalog = Catalog {
            version,
            dialect: self.dialect,
            server_version: self.server_version,
            database: self.database,
            user: self.user,
            search_path: self.search_path,
            databases: self.databases,
            roles: self.roles,
            settings: self.settings,
            setting_values: self.setting_values,
            charsets: self.charsets,
            collations: self.collations,
            missing: self.missing,
            schemas,
            strings: Arc::new(strings),
            relations: Arc::new(self.relations),
            columns: Arc::new(columns),
            extras: Arc::new(self.extras),
            lists: Arc::new(self.lists),
            indexes: Arc::new(indexes),
            foreign_keys: Arc::new(foreign_keys),
            objects: Arc::new(self.objects),
            lookup: Arc::default(),
        };
        catalog.prepare();
        catalog
    }

    /// Sorts the schemas by name, and tells the relations.
    fn order_schemas(&mut self) -> Vec<Schema> {
        let mut schemas: Vec<(u32, Schema)> =
            (0..).zip(std::mem::take(&mut self.schemas)).collect();
        schemas.sort_by(|a, b| a.1.name.cmp(&b.1.name));
        let order: Vec<u32> = schemas.iter().map(|s| s.0).collect();
        let new = inverse(&order);
        for relation in &mut self.relations {
            relation.schema = new[relation.schema as usize];
        }
        let mut schemas: Vec<Schema> = schemas.into_iter().map(|s| s.1).collect();
        for schema in &mut schemas {
            schema.routines.sort_by(|a, b| a.name.cmp(&b.name));
        }
        schemas
    }

    /// Sorts the relations by schema and name; gives the new place of each.
    fn order_relations(&mut self) -> Vec<u32> {
        let strings = &self.names.strings;
        let key = |id: u32| {
            let relation = &self.relations[id as usize];
            (relation.schema, strings.get(relation.name))
        };
        let mut order: Vec<u32> = (0..self.relations.len() as u32).collect();
        order.sort_by(|&a, &b| key(a).cmp(&key(b)));
        self.relations = order
            .iter()
            .map(|&old| self.relations[old as usize])
            .collect();
        inverse(&order)
    }

    /// Puts `items` in the order of their relations, which learn where theirs are. Those of one
    /// relation stay in their order. A second list of half a million columns would never be given
    /// back to the system, so they change places within theirs.
    fn by_relation<T>(
        &mut self,
        items: Owned<T>,
        new_id: &[u32],
        span: impl Fn(&mut RelationData) -> &mut Span,
    ) -> Vec<T> {
        let Owned {
            mut items,
            owners: mut places,
        } = items;
        for relation in &mut places {
            *relation = new_id[*relation as usize];
            span(&mut self.relations[*relation as usize]).len += 1;
        }
        let mut start = 0;
        for relation in &mut self.relations {
            let span = span(relation);
            span.start = start;
            start += span.len;
            span.len = 0;
        }
        for place in &mut places {
            let span = span(&mut self.relations[*place as usize]);
            *place = span.start + span.len;
            span.len += 1;
        }
        for at in 0..items.len() {
            while places[at] as usize != at {
                let to = places[at] as usize;
                items.swap(at, to);
                places.swap(at, to);
            }
        }
        items.shrink_to_fit();
        items
    }

    /// Tells the columns what later stages have found.
    fn apply(&mut self, columns: &mut [ColumnData], new_id: &[u32]) {
        for (relation, name) in &self.primary_keys {
            let relation = &self.relations[new_id[*relation as usize] as usize];
            if let Some(column) = find(columns, relation, *name) {
                column.primary_key = true;
            }
        }
        for (relation, name, values) in &self.checks {
            let relation = &self.relations[new_id[*relation as usize] as usize];
            let Some(column) = find(columns, relation, *name) else {
                continue;
            };
            if column.extra == 0 {
                self.extras.push(Extra::default());
                column.extra = self.extras.len() as u32;
            }
            self.extras[column.extra as usize - 1].check_values = *values;
        }
    }
}

fn find<'c>(
    columns: &'c mut [ColumnData],
    relation: &RelationData,
    name: Symbol,
) -> Option<&'c mut ColumnData> {
    let start = relation.columns.start as usize;
    let own = columns.get_mut(start..start + relation.columns.len as usize)?;
    own.iter_mut().find(|c| c.name == name)
}

impl Catalog {
    /// Makes the orders that a key press wants ready.
    pub(super) fn prepare(&mut self) {
        self.lookup = Arc::new(Lookup::new(self));
    }
}

/// Where each old place went, for `order[new] = old`.
fn inverse(order: &[u32]) -> Vec<u32> {
    let mut new = vec![0; order.len()];
    for (at, &old) in (0..).zip(order) {
        new[old as usize] = at;
    }
    new
}
