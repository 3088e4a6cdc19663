//! A terminal's screen as an SVG picture.
//!
//! Letters are text, at places of their own so that no font shifts them; lines, blocks and braille
//! are drawn, because fonts leave gaps between theirs.

use std::fmt::Write;
use vt100::{Cell, Color, Screen};

/// A cell, in pixels, and the letters in it.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const FONT: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";
const FONT_SIZE: f32 = 14.0;
/// From the top of a cell to the line that letters stand on.
const BASE: f32 = 13.5;
const MARGIN: f32 = 16.0;
const HEAD: f32 = 34.0;

/// The colours of a terminal that says nothing of its own.
pub(crate) struct Paper {
    pub(crate) ink: String,
    pub(crate) ground: String,
}

impl Paper {
    /// Those that a theme file is made for.
    pub(crate) fn of(theme: &str) -> Paper {
        let colour = |key: &str| {
            let (_, rest) = theme.split_once(&format!("<key>{key}</key>")).unwrap();
            let (_, rest) = rest.split_once("<string>").unwrap();
            rest.split_once("</string>").unwrap().0.to_string()
        };
        Paper {
            ink: colour("foreground"),
            ground: colour("background"),
        }
    }
}

/// The screen in a window, without the empty rows at its end.
pub(crate) fn picture(screen: &Screen, title: &str, paper: &Paper) -> String {
    let columns = screen.size().1.get();
    let rows = u16::try_from(screen.contents().trim_end().lines().count()).unwrap();
    let (width, height) = (
        f32::from(columns) * WIDTH + 2.0 * MARGIN,
        f32::from(rows) * HEIGHT + HEAD + MARGIN,
    );
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"{FONT}\" font-size=\"{FONT_SIZE}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"9\" fill=\"{}\"/>\n",
        paper.ground
    );
    for (at, colour) in ["#ff5f57", "#febc2e", "#28c840"].iter().enumerate() {
        let x = MARGIN + 5.0 + 20.0 * at as f32;
        let _ = writeln!(
            out,
            "<circle cx=\"{x}\" cy=\"17\" r=\"6\" fill=\"{colour}\"/>"
        );
    }
    let _ = writeln!(
        out,
        "<text x=\"50%\" y=\"21.5\" text-anchor=\"middle\" font-size=\"13\" fill=\"{}\" \
         opacity=\"0.6\">{}</text>",
        paper.ink,
        escaped(title)
    );
    for row in 0..rows {
        draw_row(&mut out, screen, row, paper);
    }
    if !screen.hide_cursor() {
        let (row, column) = screen.cursor_position();
        let (x, y) = corner(row, column);
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y}\" width=\"2\" height=\"{HEIGHT}\" fill=\"{}\"/>",
            paper.ink
        );
    }
    out.push_str("</svg>\n");
    out
}

/// How a cell looks.
#[derive(Clone, PartialEq)]
struct Look {
    ink: String,
    ground: String,
    bold: bool,
    italic: bool,
    underline: bool,
}

impl Look {
    fn of(cell: &Cell, paper: &Paper) -> Look {
        let mut ink = colour(cell.fgcolor(), &paper.ink);
        let mut ground = colour(cell.bgcolor(), &paper.ground);
        if cell.inverse() {
            std::mem::swap(&mut ink, &mut ground);
        }
        Look {
            ink,
            ground,
            bold: cell.bold(),
            italic: cell.italic(),
            underline: cell.underline(),
        }
    }
}

fn draw_row(out: &mut String, screen: &Screen, row: u16, paper: &Paper) {
    let mut runs: Vec<(u16, u16, Look, String)> = Vec::new();
    for column in 0..screen.size().1.get() {
        let Some(cell) = screen.cell(row, column) else {
            continue;
        };
        if cell.is_wide_continuation() {
            if let Some(run) = runs.last_mut() {
                run.1 += 1;
            }
            continue;
        }
        let look = Look::of(cell, paper);
        let text = match cell.contents() {
            "" => " ",
            text => text,
        };
        // A blank has no ink.
        let goes_on = |last: &Look| {
            *last == look || (text == " " && last.ground == look.ground && !last.underline)
        };
        match runs.last_mut() {
            Some((_, length, last, run)) if goes_on(last) => {
                *length += 1;
                run.push_str(text);
            }
            _ => runs.push((column, 1, look, text.to_string())),
        }
    }
    for (column, length, look, _) in &runs {
        if look.ground != paper.ground {
            let (x, y) = corner(row, *column);
            let _ = writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y}\" width=\"{:.1}\" height=\"{HEIGHT}\" fill=\"{}\"/>",
                f32::from(*length) * WIDTH,
                look.ground
            );
        }
    }
    for (column, _, look, text) in &runs {
        draw_run(out, (row, *column), look, text);
    }
}

/// The letters of one look: each word at its own place.
fn draw_run(out: &mut String, (row, column): (u16, u16), look: &Look, text: &str) {
    let (left, top) = corner(row, column);
    let mut shapes = Shapes::default();
    let mut words: Vec<(f32, u16, String)> = Vec::new();
    let mut x = left;
    let mut joined = false;
    for letter in text.chars() {
        let cells: u16 = unicode_width::UnicodeWidthChar::width(letter)
            .unwrap_or(0)
            .try_into()
            .unwrap();
        let drawn = letter == ' ' || shapes.draw(letter, x, top);
        match words.last_mut() {
            Some((_, length, word)) if joined && !drawn => {
                *length += cells;
                word.push(letter);
            }
            _ if !drawn => words.push((x, cells, letter.to_string())),
            _ => {}
        }
        joined = !drawn;
        x += f32::from(cells) * WIDTH;
    }
    let ink = &look.ink;
    if !shapes.lines.is_empty() {
        let lines = &shapes.lines;
        let _ = writeln!(
            out,
            "<path d=\"{lines}\" stroke=\"{ink}\" stroke-width=\"1.2\"/>"
        );
    }
    if !shapes.areas.is_empty() {
        let _ = writeln!(out, "<path d=\"{}\" fill=\"{ink}\"/>", shapes.areas);
    }
    if words.is_empty() {
        return;
    }
    let mut style = String::new();
    for (has, attribute) in [
        (look.bold, " font-weight=\"bold\""),
        (look.italic, " font-style=\"italic\""),
        (look.underline, " text-decoration=\"underline\""),
    ] {
        if has {
            style.push_str(attribute);
        }
    }
    let _ = write!(
        out,
        "<text y=\"{}\" fill=\"{}\"{style}>",
        top + BASE,
        look.ink
    );
    for (x, length, word) in words {
        let _ = write!(
            out,
            "<tspan x=\"{x:.1}\" textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\">{}</tspan>",
            f32::from(length) * WIDTH,
            escaped(&word)
        );
    }
    out.push_str("</text>\n");
}

/// Letters that are drawn, as the data of two paths.
#[derive(Default)]
struct Shapes {
    lines: String,
    areas: String,
}

impl Shapes {
    /// Draws a letter that is a shape; whether it is one.
    fn draw(&mut self, letter: char, x: f32, y: f32) -> bool {
        let code = u32::from(letter);
        match letter {
            '▁'..='█' => {
                let part = HEIGHT * (code - 0x2580) as f32 / 8.0;
                self.area(x, y + HEIGHT - part, WIDTH, part);
            }
            '▉'..='▏' => self.area(x, y, WIDTH * (0x2590 - code) as f32 / 8.0, HEIGHT),
            '\u{2800}'..='\u{28ff}' => self.dots(code - 0x2800, x, y),
            _ => return self.arms(letter, x, y),
        }
        true
    }

    /// Areas overlap a little, or light would fall through between them.
    fn area(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let width = width + 0.2;
        let _ = write!(
            self.areas,
            "M{x:.1} {y:.2}h{width:.1}v{height:.2}h-{width:.1}z"
        );
    }

    /// Braille: dots 1 to 3 and 7 stand in the left column, 4 to 6 and 8 in the right one.
    fn dots(&mut self, bits: u32, x: f32, y: f32) {
        let places = [
            (0, 0),
            (0, 1),
            (0, 2),
            (1, 0),
            (1, 1),
            (1, 2),
            (0, 3),
            (1, 3),
        ];
        for (bit, (column, row)) in places.iter().enumerate() {
            if bits & (1 << bit) != 0 {
                let left = x + WIDTH * (0.25 + 0.5 * *column as f32);
                let top = y + HEIGHT * (0.125 + 0.25 * *row as f32);
                self.area(left - 0.8, top - 0.8, 1.6, 1.6);
            }
        }
    }

    fn arms(&mut self, letter: char, x: f32, y: f32) -> bool {
        let (middle, centre) = (x + WIDTH / 2.0, y + HEIGHT / 2.0);
        let Some(arms) = arms(letter) else {
            return false;
        };
        for arm in arms.chars() {
            let (dx, dy) = match arm {
                'u' => (0.0, -HEIGHT / 2.0),
                'r' => (WIDTH / 2.0, 0.0),
                'd' => (0.0, HEIGHT / 2.0),
                _ => (-WIDTH / 2.0, 0.0),
            };
            let _ = write!(self.lines, "M{middle:.1} {centre:.1}l{dx:.1} {dy:.1}");
        }
        true
    }
}

/// Where the lines of a box character go: up, right, down, left.
fn arms(letter: char) -> Option<&'static str> {
    Some(match letter {
        '─' => "rl",
        '│' => "ud",
        '┌' => "rd",
        '┐' => "dl",
        '└' => "ur",
        '┘' => "ul",
        '├' => "urd",
        '┤' => "udl",
        '┬' => "rdl",
        '┴' => "url",
        '┼' => "urdl",
        _ => return None,
    })
}

fn corner(row: u16, column: u16) -> (f32, f32) {
    (
        MARGIN + f32::from(column) * WIDTH,
        HEAD + f32::from(row) * HEIGHT,
    )
}

/// `#rrggbb`
fn colour(colour: Color, default: &str) -> String {
    let (r, g, b) = match colour {
        Color::Default => return default.to_string(),
        Color::Rgb(r, g, b) => (r, g, b),
        // The terminals' own 16 are not used by themes at full depth.
        Color::Idx(i @ 0..16) => {
            let level = |bit: u8| match (i & bit != 0, i > 7) {
                (true, true) => 0xff,
                (true, false) => 0xcd,
                (false, true) => 0x7f * u8::from(i == 8),
                (false, false) => 0,
            };
            (level(1), level(2), level(4))
        }
        Color::Idx(i @ 16..232) => {
            let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let i = i - 16;
            (level(i / 36), level(i / 6 % 6), level(i % 6))
        }
        Color::Idx(i) => {
            let grey = 8 + 10 * (i - 232);
            (grey, grey, grey)
        }
    };
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;")
}
