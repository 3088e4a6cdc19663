//! Where boxes and lines stand, in characters.

use super::order::{Item, Net, Order, order};
use super::{Entity, Map};
use crate::draw::width;
use std::collections::HashMap;

/// A box; `x` and `y` are its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub entity: usize,
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
}

/// A straight piece of a line; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub x1: usize,
    pub y1: usize,
    pub x2: usize,
    pub y2: usize,
}

#[derive(Debug, Default)]
pub(super) struct Layout {
    pub frames: Vec<Frame>,
    pub pieces: Vec<Piece>,
    /// The tips of arrows; whether they point to the left.
    pub tips: Vec<(usize, usize, bool)>,
    pub height: usize,
    pub width: usize,
}

/// Characters beside the lines of a channel.
const MARGIN: usize = 2;

pub(super) fn frame_width(entity: &Entity) -> usize {
    let fields = entity.fields.iter().map(|f| width(&field(f, 0)));
    let widest = fields.chain([width(&entity.name) + 2]).max();
    widest.unwrap_or(0).max(width(&more(entity))) + 4
}

fn frame_height(entity: &Entity) -> usize {
    2 + entity.fields.len() + usize::from(entity.more > 0)
}

/// A field's line, its mark at the right end of `columns`.
pub(super) fn field(field: &super::Field, columns: usize) -> String {
    let mark = match (field.primary, field.foreign) {
        (true, true) => "PK FK",
        (true, false) => "PK",
        (false, true) => "FK",
        (false, false) => "",
    };
    let mut out = field.name.clone();
    if !field.type_name.is_empty() {
        out.push_str(&format!(" {}", field.type_name));
    }
    if !mark.is_empty() {
        let gap = columns.saturating_sub(width(&out) + mark.len());
        out.push_str(&" ".repeat(gap.max(2)));
        out.push_str(mark);
    }
    out
}

/// The line that stands for the columns that are not shown.
pub(super) fn more(entity: &Entity) -> String {
    match entity.more {
        0 => String::new(),
        n => format!("… {n} more"),
    }
}

/// The parts that keys hold together, one below the other, the largest first.
pub(super) fn layout(map: &Map) -> Layout {
    let mut parts = components(map);
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let mut whole = Layout::default();
    for part in parts {
        let one = place(map, &order(map, &part));
        let down = match whole.height {
            0 => 0,
            height => height + 1,
        };
        whole.frames.extend(one.frames.iter().map(|f| Frame {
            y: f.y + down,
            ..*f
        }));
        whole.pieces.extend(one.pieces.iter().map(|p| Piece {
            y1: p.y1 + down,
            y2: p.y2 + down,
            ..*p
        }));
        let tips = one.tips.iter().map(|t| (t.0, t.1 + down, t.2));
        whole.tips.extend(tips);
        whole.height = down + one.height;
        whole.width = whole.width.max(one.width);
    }
    whole
}

fn components(map: &Map) -> Vec<Vec<usize>> {
    let mut left = map.linked();
    let mut parts = Vec::new();
    while let Some(first) = left.first().copied() {
        let mut part = vec![first];
        let mut at = 0;
        while at < part.len() {
            let here = part[at];
            for link in map.links.iter().filter(|l| l.from == here || l.to == here) {
                for other in [link.from, link.to] {
                    if !part.contains(&other) {
                        part.push(other);
                    }
                }
            }
            at += 1;
        }
        left.retain(|e| !part.contains(e));
        part.sort_unstable();
        parts.push(part);
    }
    parts
}

/// Where the ends of lines are in one layer.
type Tops = HashMap<Item, usize>;

fn place(map: &Map, order: &Order) -> Layout {
    let tops = tops(map, order);
    let mut out = Layout::default();
    let mut x = 0;
    for (at, layer) in order.layers.iter().enumerate() {
        let entities = layer.iter().filter_map(|item| match item {
            Item::Entity(entity) => Some(&map.entities[*entity]),
            Item::Passing(_) => None,
        });
        let wide = entities.map(frame_width).max().unwrap_or(0);
        for item in layer {
            let y = tops[at][item];
            match item {
                Item::Entity(entity) => {
                    let height = frame_height(&map.entities[*entity]);
                    out.height = out.height.max(y + height);
                    out.frames.push(Frame {
                        entity: *entity,
                        x,
                        y,
                        width: wide,
                        height,
                    });
                }
                Item::Passing(_) => {
                    out.height = out.height.max(y + 1);
                    out.pieces.push(Piece {
                        x1: x,
                        y1: y,
                        x2: x + wide,
                        y2: y,
                    });
                }
            }
        }
        let end = x + wide;
        out.width = end;
        if let Some(next) = tops.get(at + 1) {
            x = end + channel(order, &tops[at], next, end, &mut out);
        }
    }
    out
}

/// The top row of every item: as near to what it is joined to on the left as its neighbours allow.
fn tops(map: &Map, order: &Order) -> Vec<Tops> {
    let mut all: Vec<Tops> = Vec::new();
    for layer in &order.layers {
        let mut down = 0;
        let tops = loop {
            let tops = layer_tops(map, order, layer, all.last(), down);
            let crossings = all.last().map(|before| crossings(order, before, &tops));
            let tangled = crossings.is_some_and(|found| {
                found.iter().any(|a| {
                    let both = |b: &Crossing| a.must_be_left_of(b) && b.must_be_left_of(a);
                    found.iter().any(both)
                })
            });
            // A row farther down two lines no longer want the same place.
            down += 1;
            if !tangled || down > 8 {
                break tops;
            }
        };
        all.push(tops);
    }
    all
}

fn layer_tops(
    map: &Map,
    order: &Order,
    layer: &[Item],
    before: Option<&Tops>,
    down: usize,
) -> Tops {
    let mut tops = Tops::new();
    let mut free = 0;
    for item in layer {
        let wish = before.and_then(|before| wish(*item, &order.nets, before));
        let y = (wish.unwrap_or(free) + down).max(free);
        free = y + match item {
            Item::Entity(entity) => frame_height(&map.entities[*entity]) + 1,
            Item::Passing(_) => 1,
        };
        tops.insert(*item, y);
    }
    tops
}

/// The row at which the first line of an item would be straight.
fn wish(item: Item, nets: &[Net], before: &Tops) -> Option<usize> {
    match item {
        Item::Passing(net) => left_end(&nets[net], net, before),
        Item::Entity(entity) => nets.iter().enumerate().find_map(|(at, net)| {
            let row = net.right.iter().find(|end| end.0 == entity)?.1;
            Some(left_end(net, at, before)?.saturating_sub(row))
        }),
    }
}

/// The row of a net's left end, in the layer whose tops are given.
fn left_end(net: &Net, at: usize, tops: &Tops) -> Option<usize> {
    let own = tops.get(&Item::Entity(net.left.0)).map(|y| y + net.left.1);
    own.or_else(|| tops.get(&Item::Passing(at)).copied())
}

/// A net between two layers: the row of its left end and those of the right ones.
#[derive(Debug)]
struct Crossing {
    net: usize,
    left: usize,
    right: Vec<usize>,
}

impl Crossing {
    fn low(&self) -> usize {
        self.right.iter().copied().fold(self.left, usize::min)
    }

    fn high(&self) -> usize {
        self.right.iter().copied().fold(self.left, usize::max)
    }

    /// Its line on the left would run into the other's on the right.
    fn must_be_left_of(&self, other: &Crossing) -> bool {
        self.net != other.net && other.right.contains(&self.left)
    }
}

/// The nets between two layers, from top to bottom.
fn crossings(order: &Order, here: &Tops, next: &Tops) -> Vec<Crossing> {
    let mut found: Vec<Crossing> = Vec::new();
    for (net, lines) in order.nets.iter().enumerate() {
        let Some(left) = left_end(lines, net, here) else {
            continue;
        };
        let ends = lines
            .right
            .iter()
            .filter_map(|end| next.get(&Item::Entity(end.0)).map(|y| y + end.1));
        let mut right: Vec<usize> = ends.collect();
        right.extend(next.get(&Item::Passing(net)));
        if !right.is_empty() {
            found.push(Crossing { net, left, right });
        }
    }
    found.sort_by_key(|c| (c.low(), c.net));
    found
}

/// Draws the lines between a layer that ends at `x` and the next; gives the width between them.
fn channel(order: &Order, here: &Tops, next: &Tops, x: usize, out: &mut Layout) -> usize {
    let open = crossings(order, here, next);
    let (bent, straight): (Vec<Crossing>, Vec<Crossing>) =
        open.into_iter().partition(|c| c.low() != c.high());
    let lanes = lanes(bent);
    let wide = MARGIN * 2 + lanes.len().max(1) * 2 - 1;
    let end = x + wide;
    let mut draw = |crossing: &Crossing, lane: Option<usize>| {
        let net = &order.nets[crossing.net];
        let turn = lane.map_or(end, |lane| x + MARGIN + lane * 2);
        let mut across = |x1, x2, y| {
            out.pieces.push(Piece {
                x1,
                y1: y,
                x2,
                y2: y,
            });
        };
        // The frame of the box, or the line that passes, begins one before.
        across(x - 1, turn, crossing.left);
        for row in &crossing.right {
            across(turn, end, *row);
        }
        if lane.is_some() {
            out.pieces.push(Piece {
                x1: turn,
                y1: crossing.low(),
                x2: turn,
                y2: crossing.high(),
            });
        }
        if net.points_left && here.contains_key(&Item::Entity(net.left.0)) {
            out.tips.push((x, crossing.left, true));
        }
        if !net.points_left {
            let ends = net
                .right
                .iter()
                .filter_map(|r| next.get(&Item::Entity(r.0)).map(|y| y + r.1));
            out.tips.extend(ends.map(|y| (end - 1, y, false)));
        }
    };
    for crossing in &straight {
        draw(crossing, None);
    }
    for (lane, crossings) in lanes.iter().enumerate() {
        for crossing in crossings {
            draw(crossing, Some(lane));
        }
    }
    wide
}

/// Lines whose vertical parts do not touch share a lane; lanes from left to right.
fn lanes(mut open: Vec<Crossing>) -> Vec<Vec<Crossing>> {
    let mut lanes = Vec::new();
    while !open.is_empty() {
        let mut lane: Vec<Crossing> = Vec::new();
        let mut left: Vec<Crossing> = Vec::new();
        let mut free = 0;
        let blocked: Vec<bool> = open
            .iter()
            .map(|c| open.iter().any(|other| other.must_be_left_of(c)))
            .collect();
        // In a circle one has to be the first.
        let stuck = blocked.iter().all(|b| *b);
        for (crossing, blocked) in open.into_iter().zip(blocked) {
            let fits = lane.is_empty() || crossing.low() > free;
            if fits && (!blocked || (stuck && lane.is_empty())) {
                free = crossing.high();
                lane.push(crossing);
            } else {
                left.push(crossing);
            }
        }
        lanes.push(lane);
        open = left;
    }
    lanes
}
