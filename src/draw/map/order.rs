//! Which layer each entity stands in, and in what order: relations that others point at on the left,
//! lines as short and as straight as may be.

use super::Map;
use std::collections::HashMap;

/// Lines that end at one place, seen from left to right: one end on the left, one or more on the
/// right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Net {
    /// Entity and row of its box.
    pub left: (usize, usize),
    pub right: Vec<(usize, usize)>,
    /// The key points to the left, as it does except in circles.
    pub points_left: bool,
}

/// What stands in a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Item {
    Entity(usize),
    /// The line of a net on its way to a layer farther right.
    Passing(usize),
}

#[derive(Debug, Default)]
pub(super) struct Order {
    pub layers: Vec<Vec<Item>>,
    pub nets: Vec<Net>,
}

/// Orders the entities of one connected part.
pub(super) fn order(map: &Map, entities: &[usize]) -> Order {
    let ranks = ranks(map, entities);
    let nets = nets(map, entities, &ranks);
    let deepest = ranks.values().copied().max().unwrap_or(0);
    let mut layers: Vec<Vec<Item>> = vec![Vec::new(); deepest + 1];
    for entity in entities {
        layers[ranks[entity]].push(Item::Entity(*entity));
    }
    for (at, net) in nets.iter().enumerate() {
        let last = net.right.iter().map(|end| ranks[&end.0]).max();
        let (first, last) = (ranks[&net.left.0] + 1, last.unwrap_or(0));
        let between = last.saturating_sub(first);
        for layer in layers.iter_mut().skip(first).take(between) {
            layer.push(Item::Passing(at));
        }
    }
    straighten(&mut layers, &nets);
    Order { layers, nets }
}

/// The layer of each entity: right of all that it points at. Keys that close a circle do not count.
fn ranks(map: &Map, entities: &[usize]) -> HashMap<usize, usize> {
    let mut ranks = HashMap::new();
    let mut open = Vec::new();
    for entity in entities {
        rank(map, *entity, &mut ranks, &mut open);
    }
    // What points at nothing moves to the right, next to what points at it.
    for entity in entities {
        let points = map
            .links
            .iter()
            .any(|l| l.from == *entity && l.to != *entity);
        let pointing = map
            .links
            .iter()
            .filter(|l| l.to == *entity && l.from != *entity);
        let nearest = pointing.map(|l| ranks[&l.from]).min();
        if let Some(nearest) = nearest.filter(|n| !points && *n > 0) {
            ranks.insert(*entity, nearest - 1);
        }
    }
    ranks
}

fn rank(
    map: &Map,
    entity: usize,
    ranks: &mut HashMap<usize, usize>,
    open: &mut Vec<usize>,
) -> usize {
    if let Some(known) = ranks.get(&entity) {
        return *known;
    }
    open.push(entity);
    let mut found = 0;
    for link in map.links.iter().filter(|l| l.from == entity) {
        if !open.contains(&link.to) {
            found = found.max(rank(map, link.to, ranks, open) + 1);
        }
    }
    open.pop();
    ranks.insert(entity, found);
    found
}

/// The row of a column in the box of its entity; the name stands in row 0.
fn row(map: &Map, entity: usize, columns: &[String]) -> usize {
    let fields = &map.entities[entity].fields;
    let first = columns.first();
    let at = fields.iter().position(|f| Some(&f.name) == first);
    at.map_or(0, |at| at + 1)
}

fn nets(map: &Map, entities: &[usize], ranks: &HashMap<usize, usize>) -> Vec<Net> {
    let mut nets: Vec<Net> = Vec::new();
    let links = map
        .links
        .iter()
        .filter(|l| l.from != l.to && entities.contains(&l.from));
    for link in links {
        let from = (link.from, row(map, link.from, &link.from_columns));
        let to = (link.to, row(map, link.to, &link.to_columns));
        if ranks[&link.to] >= ranks[&link.from] {
            nets.push(Net {
                left: from,
                right: vec![to],
                points_left: false,
            });
            continue;
        }
        match nets.iter_mut().find(|n| n.points_left && n.left == to) {
            Some(net) if net.right.contains(&from) => {}
            Some(net) => net.right.push(from),
            None => nets.push(Net {
                left: to,
                right: vec![from],
                points_left: true,
            }),
        }
    }
    // A key between two of the same layer would have no way to go.
    nets.retain(|n| n.right.iter().all(|r| ranks[&r.0] > ranks[&n.left.0]));
    nets
}

/// Sorts each layer by where the neighbours of its items stand, to the left and to the right in turn.
fn straighten(layers: &mut [Vec<Item>], nets: &[Net]) {
    for round in 0..4 {
        let places: Vec<usize> = match round % 2 {
            0 => (1..layers.len()).collect(),
            _ => (0..layers.len().saturating_sub(1)).rev().collect(),
        };
        for at in places {
            let beside = if round % 2 == 0 { at - 1 } else { at + 1 };
            let places: HashMap<Item, usize> = layers[beside]
                .iter()
                .enumerate()
                .map(|(place, item)| (*item, place))
                .collect();
            let mut keyed: Vec<(f64, Item)> = Vec::new();
            for (place, item) in layers[at].iter().enumerate() {
                let found: Vec<usize> = neighbours(*item, nets)
                    .iter()
                    .filter_map(|n| places.get(n).copied())
                    .collect();
                #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
                let key = match found.len() {
                    0 => place as f64,
                    n => found.iter().sum::<usize>() as f64 / n as f64,
                };
                keyed.push((key, *item));
            }
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            layers[at] = keyed.into_iter().map(|k| k.1).collect();
        }
    }
}

/// What a line joins an item to, in any layer.
fn neighbours(item: Item, nets: &[Net]) -> Vec<Item> {
    let mut out = Vec::new();
    for (at, net) in nets.iter().enumerate() {
        let ends = || std::iter::once(net.left.0).chain(net.right.iter().map(|r| r.0));
        let is_here = match item {
            Item::Entity(entity) => ends().any(|e| e == entity),
            Item::Passing(passing) => passing == at,
        };
        if is_here {
            out.push(Item::Passing(at));
            out.extend(ends().map(Item::Entity).filter(|i| *i != item));
        }
    }
    out
}
