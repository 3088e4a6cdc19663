//! What the stage of keys brings for relations that are known: keys, indexes, checks.

use super::*;

impl CatalogBuilder {
    /// The column is part of its relation's primary key.
    pub fn primary_key(&mut self, schema: &str, relation: &str, column: &str) {
        if let (Some(id), Some(name)) = (self.find(schema, relation), self.names.find(column)) {
            self.primary_keys.push((id, name));
        }
    }

    /// As `primary_key`, for a relation that was given a number.
    pub fn primary_key_of(&mut self, number: u64, columns: &[u16]) {
        if let Some(&id) = self.numbers.get(&number)
            && let Some(names) = self.by_number(id, columns)
        {
            let keys = names.into_iter().map(|name| (id, name));
            self.primary_keys.extend(keys);
        }
    }

    /// As `foreign_key`, for relations that were given numbers.
    pub fn foreign_key_of(&mut self, [from, to]: [u64; 2], columns: [&[u16]; 2]) {
        let (Some(&from), Some(&to)) = (self.numbers.get(&from), self.numbers.get(&to)) else {
            return;
        };
        let names = (
            self.by_number(from, columns[0]),
            self.by_number(to, columns[1]),
        );
        if let (Some(from_names), Some(to_names)) = names {
            let mut end = |relation, names: &[Symbol]| End {
                relation,
                columns: self.list_of(names),
            };
            let key = [end(from, &from_names), end(to, &to_names)];
            self.foreign_keys.push(key);
        }
    }

    /// As `index`, for a relation that was given a number.
    pub fn index_of(&mut self, number: u64, name: &str, columns: &[u16], unique: bool) {
        if let Some(&id) = self.numbers.get(&number)
            && let Some(names) = self.by_number(id, columns)
        {
            let index = IndexData {
                name: self.names.intern(name),
                columns: self.list_of(&names),
                unique,
            };
            self.indexes.push(id, index);
        }
    }

    /// As `index_of`, with columns that may be expressions.
    pub fn index_on(&mut self, number: u64, name: &str, columns: &[String], unique: bool) {
        if let Some(&id) = self.numbers.get(&number) {
            self.add_index(id, name, columns, unique);
        }
    }

    /// The values that an IN check allows, for a relation that was given a number.
    pub fn check_values_of(&mut self, number: u64, column: &str, values: &[String]) {
        if let (Some(&id), Some(name)) = (self.numbers.get(&number), self.names.find(column)) {
            let values = self.list(values);
            self.checks.push((id, name, values));
        }
    }

    /// The values that an IN check allows.
    pub fn check_values(&mut self, schema: &str, relation: &str, column: &str, values: &[String]) {
        if let (Some(id), Some(name)) = (self.find(schema, relation), self.names.find(column)) {
            let values = self.list(values);
            self.checks.push((id, name, values));
        }
    }

    pub fn index(&mut self, row: &IndexRow<'_>) {
        if let Some(id) = self.find(row.schema, row.relation) {
            self.add_index(id, row.name, &row.columns, row.unique);
        }
    }

    pub(super) fn add_index<T: AsRef<str>>(
        &mut self,
        relation: u32,
        name: &str,
        columns: &[T],
        unique: bool,
    ) {
        let index = IndexData {
            name: self.names.intern(name),
            columns: self.list(columns),
            unique,
        };
        self.indexes.push(relation, index);
    }

    pub fn foreign_key(&mut self, row: &ForeignKeyRow<'_>) {
        let from = self.end(row.schema, row.relation);
        let to = self.end(row.to_schema, row.to_relation);
        if let (Some(from), Some(to)) = (from, to) {
            let from_columns = self.list(&row.columns);
            let to_columns = match row.to_columns == row.columns {
                true => from_columns,
                false => self.list(&row.to_columns),
            };
            let end = |relation, columns| End { relation, columns };
            self.foreign_keys
                .push([end(from, from_columns), end(to, to_columns)]);
        }
    }

    fn end(&mut self, schema: &str, name: &str) -> Option<u32> {
        let known = self.find(schema, name);
        if known.is_some() || self.only.is_none() {
            return known;
        }
        self.relation(RelationRow {
            schema,
            name,
            ..RelationRow::default()
        });
        let stub = self.find(schema, name);
        self.stubs.extend(stub);
        stub
    }
}
