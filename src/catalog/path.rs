//! The shortest ways between two relations along foreign keys, as joins that can be run.

use super::{Catalog, ForeignKey, RelationId};
use crate::sql::names::quote;
use std::collections::{HashMap, HashSet};

/// A way: the relation it begins at, and each key with the relation that it leads to.
#[derive(Clone)]
pub struct Way<'c> {
    start: RelationId,
    steps: Vec<(ForeignKey<'c>, RelationId)>,
}

/// The shortest ways, at most so many, none longer than `longest` keys.
pub fn ways(
    catalog: &Catalog,
    from: RelationId,
    to: RelationId,
    longest: usize,
    most: usize,
) -> Vec<Way<'_>> {
    let mut around: HashMap<RelationId, Vec<(ForeignKey<'_>, RelationId)>> = HashMap::new();
    for key in catalog.foreign_keys() {
        around.entry(key.from).or_default().push((key, key.to));
        if key.from != key.to {
            around.entry(key.to).or_default().push((key, key.from));
        }
    }
    let mut front = vec![Way {
        start: from,
        steps: Vec::new(),
    }];
    let mut seen = HashSet::from([from]);
    for _ in 0..longest {
        let mut next = Vec::new();
        for way in &front {
            for (key, there) in around.get(&way.end()).into_iter().flatten() {
                if *there == to || !seen.contains(there) {
                    let mut steps = way.steps.clone();
                    steps.push((*key, *there));
                    next.push(Way { start: from, steps });
                }
            }
        }
        let mut found: Vec<Way<'_>> = next.iter().filter(|w| w.end() == to).cloned().collect();
        if !found.is_empty() {
            found.truncate(most);
            return found;
        }
        seen.extend(next.iter().map(Way::end));
        // Ways that part and meet again multiply; nobody reads thousands.
        next.truncate(10_000);
        front = next;
    }
    Vec::new()
}

impl Way<'_> {
    fn end(&self) -> RelationId {
        self.steps.last().map_or(self.start, |step| step.1)
    }

    pub fn len(&self) -> usize {
        self.steps.len()
    }

    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// `orders → users → countries`
    pub fn shown(&self, catalog: &Catalog) -> String {
        let names = self.relations().map(|id| catalog.relation_name(id));
        names.collect::<Vec<_>>().join(" → ")
    }

    fn relations(&self) -> impl Iterator<Item = RelationId> + '_ {
        std::iter::once(self.start).chain(self.steps.iter().map(|step| step.1))
    }

    /// The join, ready to run.
    pub fn sql(&self, catalog: &Catalog) -> String {
        let mut aliases: Vec<String> = Vec::new();
        for id in self.relations() {
            let name = catalog.relation_name(id);
            let alias = match aliases.iter().any(|a| a == name) {
                true => format!("{name}{}", aliases.len() + 1),
                false => name.to_string(),
            };
            aliases.push(alias);
        }
        let mut out = format!(
            "select *\nfrom {}",
            source(catalog, self.start, &aliases[0])
        );
        for (at, (key, there)) in self.steps.iter().enumerate() {
            let (here, new) = (&aliases[at], &aliases[at + 1]);
            // A key of a relation to itself is followed from the row to the one that it names.
            let forward = key.to == *there;
            let (of_here, of_new) = match forward {
                true => (key.from_columns, key.to_columns),
                false => (key.to_columns, key.from_columns),
            };
            let pairs = of_here.iter().zip(of_new.iter());
            let on: Vec<String> = pairs
                .map(|(a, b)| format!("{} = {}", column(catalog, new, b), column(catalog, here, a)))
                .collect();
            out.push_str(&format!(
                "\njoin {} on {}",
                source(catalog, *there, new),
                on.join(" and ")
            ));
        }
        out.push(';');
        out
    }
}

fn column(catalog: &Catalog, alias: &str, name: &str) -> String {
    let quoted = |name| quote(name, catalog.dialect);
    format!("{}.{}", quoted(alias), quoted(name))
}

/// The relation as FROM names it: with its schema where the bare name would mean another.
pub(super) fn source(catalog: &Catalog, id: RelationId, alias: &str) -> String {
    let name = catalog.relation_name(id);
    let quoted = |name| quote(name, catalog.dialect);
    let in_sight = catalog.find(None, name, &catalog.effective_path()) == Some(id);
    let mut out = match in_sight {
        true => quoted(name).into_owned(),
        false => format!("{}.{}", quoted(&catalog.schema_of(id).name), quoted(name)),
    };
    if alias != name {
        out.push_str(&format!(" as {}", quoted(alias)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fixture::shop;

    fn sql(from: &str, to: &str) -> Vec<String> {
        let catalog = shop("postgres");
        let id = |name| catalog.find(None, name, &catalog.effective_path()).unwrap();
        let found = ways(&catalog, id(from), id(to), 8, 5);
        found.iter().map(|way| way.sql(&catalog)).collect()
    }

    #[test]
    fn the_shortest_way_becomes_joins_in_both_directions() {
        assert_eq!(
            sql("order_items", "users"),
            [
                "select *\nfrom order_items\njoin orders on orders.id = order_items.order_id\n\
              join users on users.id = orders.user_id;"
            ]
        );
        assert_eq!(
            sql("users", "orders"),
            ["select *\nfrom users\njoin orders on orders.user_id = users.id;"]
        );
    }

    #[test]
    fn a_relation_that_refers_to_itself_has_an_alias() {
        assert_eq!(
            sql("users", "users"),
            ["select *\nfrom users\njoin users as users2 on users2.id = users.parentid;"]
        );
    }

    #[test]
    fn where_no_key_leads_there_is_no_way() {
        assert!(sql("users", "user_emails").is_empty());
    }
}
