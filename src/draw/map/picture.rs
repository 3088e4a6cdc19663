//! A layout as characters, and as SVG.

use super::layout::{Frame, Layout, field, layout, more};
use super::{Entity, Map};
use crate::draw::canvas::Canvas;
use crate::draw::svg::{self, CELL_HEIGHT, CELL_WIDTH};
use crate::draw::{fit, width};

pub(super) fn draw(map: &Map, columns: usize) -> String {
    let layout = layout(map);
    let mut canvas = Canvas::default();
    // Lines end at the frames, which they must not change.
    for piece in &layout.pieces {
        match piece.y1 == piece.y2 {
            true => canvas.across(piece.x1, piece.x2, piece.y1),
            false => canvas.down(piece.x1, piece.y1, piece.y2),
        }
    }
    for frame in &layout.frames {
        canvas.frame(frame.x, frame.y, frame.width, frame.height);
        for (x, y, text) in texts(frame, &map.entities[frame.entity]) {
            canvas.text(x, y, &text);
        }
    }
    for (x, y, left) in &layout.tips {
        canvas.text(*x, *y, if *left { "◄" } else { "►" });
    }
    let mut out = canvas.finish();
    out.push_str(&notes(map, columns));
    out
}

/// What stands in a box: its name in the frame, then its fields.
fn texts(frame: &Frame, entity: &Entity) -> Vec<(usize, usize, String)> {
    let inside = frame.width - 4;
    let name = format!(" {} ", fit(&entity.name, inside));
    let mut out = vec![(frame.x + 1, frame.y, name)];
    let fields = entity.fields.iter().map(|f| field(f, inside));
    let lines = fields.chain(Some(more(entity)).filter(|line| !line.is_empty()));
    for (at, line) in lines.enumerate() {
        out.push((frame.x + 2, frame.y + 1 + at, line));
    }
    out
}

/// What the picture has no place for: keys from a relation to itself, relations without keys.
fn notes(map: &Map, columns: usize) -> String {
    let name = |at: usize| map.entities[at].name.as_str();
    let own: Vec<String> = map
        .links
        .iter()
        .filter(|l| l.from == l.to)
        .map(|l| format!("{} ({})", name(l.from), l.from_columns.join(", ")))
        .collect();
    let linked = map.linked();
    let alone: Vec<String> = (0..map.entities.len())
        .filter(|at| !linked.contains(at))
        .map(|at| name(at).to_string())
        .collect();
    let mut out = String::new();
    for (title, names) in [
        ("Point at themselves: ", own),
        ("Without keys to others: ", alone),
    ] {
        if !names.is_empty() {
            if !out.is_empty() || !linked.is_empty() {
                out.push('\n');
            }
            out.push_str(&wrapped(title, &names, columns));
        }
    }
    out
}

fn wrapped(title: &str, names: &[String], columns: usize) -> String {
    let mut out = title.to_string();
    let mut used = width(title);
    for (at, name) in names.iter().enumerate() {
        let part = match at + 1 == names.len() {
            true => name.clone(),
            false => format!("{name}, "),
        };
        if used + width(part.trim_end()) > columns.max(20) && at > 0 {
            out.truncate(out.trim_end().len());
            out.push_str("\n  ");
            used = 2;
        }
        used += width(&part);
        out.push_str(&part);
    }
    out.push('\n');
    out
}

/// Pixels around the picture.
const BORDER: usize = 16;

pub(super) fn svg(map: &Map) -> String {
    let layout = layout(map);
    let mut body = String::new();
    let x = |cell: usize| BORDER + cell * CELL_WIDTH + CELL_WIDTH / 2;
    let y = |cell: usize| BORDER + cell * CELL_HEIGHT + CELL_HEIGHT / 2;
    for piece in &layout.pieces {
        body.push_str(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"#4a6fa5\"/>\n",
            x(piece.x1),
            y(piece.y1),
            x(piece.x2),
            y(piece.y2)
        ));
    }
    for (tip_x, tip_y, left) in &layout.tips {
        let (px, py) = (x(*tip_x), y(*tip_y));
        let back = if *left { px + 8 } else { px - 8 };
        body.push_str(&format!(
            "<path d=\"M{px} {py} L{back} {} L{back} {} Z\" fill=\"#4a6fa5\"/>\n",
            py - 4,
            py + 4
        ));
    }
    for frame in &layout.frames {
        body.push_str(&frame_svg(
            frame,
            &map.entities[frame.entity],
            x(frame.x),
            y(frame.y),
        ));
    }
    let mut height = BORDER * 2 + layout.height * CELL_HEIGHT;
    for line in notes(map, layout.width.max(60)).lines() {
        body.push_str(&svg::text(BORDER, height, "", line));
        height += CELL_HEIGHT;
    }
    let width = BORDER * 2 + layout.width.max(60) * CELL_WIDTH;
    svg::document(width, height, &body)
}

fn frame_svg(frame: &Frame, entity: &Entity, x: usize, y: usize) -> String {
    let (wide, high) = (
        (frame.width - 1) * CELL_WIDTH,
        (frame.height - 1) * CELL_HEIGHT,
    );
    let mut out = format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" rx=\"3\" fill=\"#f7f9fc\" \
         stroke=\"#33415c\"/>\n\
         <rect x=\"{x}\" y=\"{}\" width=\"{wide}\" height=\"{CELL_HEIGHT}\" rx=\"3\" \
         fill=\"#33415c\"/>\n",
        y - CELL_HEIGHT / 2
    );
    for (at, (_, _, text)) in texts(frame, entity).iter().enumerate() {
        let more = match at {
            0 => " fill=\"#ffffff\" font-weight=\"bold\"",
            _ => " fill=\"#1b2430\"",
        };
        out.push_str(&svg::text(
            x + CELL_WIDTH,
            y + at * CELL_HEIGHT + 4,
            more,
            text.trim_matches(' '),
        ));
    }
    out
}

impl Layout {
    /// Whether no two boxes and no box and a line share a character.
    #[cfg(test)]
    pub(super) fn overlaps(&self) -> bool {
        let inside = |f: &Frame, x: usize, y: usize| {
            (f.x..f.x + f.width).contains(&x) && (f.y..f.y + f.height).contains(&y)
        };
        let boxes = self.frames.iter().enumerate().any(|(at, a)| {
            self.frames[at + 1..].iter().any(|b| {
                (b.x..b.x + b.width).any(|x| (b.y..b.y + b.height).any(|y| inside(a, x, y)))
            })
        });
        boxes
            || self.pieces.iter().any(|p| {
                let (top, bottom) = (p.y1.min(p.y2), p.y1.max(p.y2));
                (top..=bottom).any(|y| {
                    (p.x1..=p.x2).any(|x| {
                        self.frames
                            .iter()
                            .any(|f| inside(f, x, y) && x != f.x && x != f.x + f.width - 1)
                    })
                })
            })
    }
}
