//! `/grid`: a result that one moves about in. Keys change the state, the state gives the lines of the
//! screen; who reads the keys and writes the lines stands elsewhere.

mod cell;
mod find;
mod paint;
mod sort;
#[cfg(test)]
mod tests;

pub use paint::Look;

use crate::data::{Cell, CellKind, Column, Row, RowBatch, Summary};
use crate::format::width::display_width;
use crate::format::{self, FormatOptions};
use cell::Opened;
use std::sync::Arc;

/// Rows whose cells say how wide a column is.
const SAMPLED: usize = 1000;
/// Widest column, unless all of them fit or it was widened.
const WIDEST: usize = 32;
/// What is left for other columns beside those that stay.
const NARROWEST: usize = 8;
/// Columns of the screen between two columns of the result.
const GAP: usize = 3;
/// Lines of the screen that are not rows: names, rule, status, keys.
const FRAME: usize = 4;

/// The rows that are looked at.
#[derive(Debug, Default)]
pub struct Table {
    pub columns: Vec<Column>,
    pub batches: Vec<Arc<RowBatch>>,
    /// What is missing, in words: `the result is larger than …`; empty when nothing is.
    pub missing: String,
    /// What stands for NULL.
    pub null: String,
}

/// A key, as far as it means something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    /// The first and the last column.
    Home,
    End,
    /// The first and the last row.
    Top,
    Bottom,
    Enter,
    Escape,
    Backspace,
    /// Ctrl-C and what else wants out.
    Quit,
    Char(char),
}

/// What is to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Stay,
    Leave,
    /// These bytes to the clipboard.
    Copy(Vec<u8>),
}

/// What the keys go to.
#[derive(Debug, Default)]
enum Mode {
    #[default]
    Rows,
    /// The text that is searched for, while it is typed.
    Search(String),
    Cell(Opened),
}

/// Where one is in a result, and how it is shown.
#[derive(Debug, Default)]
pub struct Grid {
    table: Table,
    /// The number of the first row of each batch, and behind them the number of rows.
    starts: Vec<usize>,
    /// The rows in the order in which they are shown.
    order: Vec<u32>,
    /// Widths that the columns would like to have.
    natural: Vec<usize>,
    /// Columns that have them.
    wide: Vec<bool>,
    row: usize,
    column: usize,
    /// The first row, and the first column behind those that stay, on the screen.
    top: usize,
    left: usize,
    /// Columns that stay.
    frozen: usize,
    sorted: Option<(usize, Direction)>,
    search: String,
    mode: Mode,
    /// What the last key has to say.
    message: String,
    rows: usize,
    columns: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

impl Grid {
    pub fn new(table: Table) -> Grid {
        let mut starts = vec![0];
        for batch in &table.batches {
            starts.push(starts[starts.len() - 1] + batch.len());
        }
        let rows = starts[starts.len() - 1];
        // More rows than fit into 32 bits do not fit into the memory that a result may have.
        let order = (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect();
        let sample = table.batches.iter().flat_map(|b| b.rows()).take(SAMPLED);
        // A mark of the order may stand behind the name.
        let names = table.columns.iter();
        let mut natural: Vec<usize> = names.map(|c| cell::name(c).1 + 2).collect();
        for row in sample {
            for (width, cell) in natural.iter_mut().zip(row.cells()) {
                *width = (*width).max(display_width(&cell::line(&cell, &table.null)));
            }
        }
        Grid {
            wide: vec![false; natural.len()],
            natural,
            starts,
            order,
            table,
            rows: 24,
            columns: 80,
            ..Grid::default()
        }
    }

    /// The screen has this size now.
    pub fn resize(&mut self, rows: usize, columns: usize) {
        self.rows = rows.max(1);
        self.columns = columns.max(1);
        if let Mode::Cell(opened) = &mut self.mode {
            opened.wrap(self.columns, self.rows);
        }
        self.settle();
    }

    /// What a key does.
    pub fn key(&mut self, key: Key) -> Act {
        self.message.clear();
        let act = match std::mem::take(&mut self.mode) {
            Mode::Rows => self.key_in_rows(key),
            Mode::Search(text) => self.key_in_search(key, text),
            Mode::Cell(opened) => self.key_in_cell(key, opened),
        };
        self.settle();
        act
    }

    /// Text that came at once: what is searched for, or nothing.
    pub fn paste(&mut self, text: &str) {
        if let Mode::Search(typed) = &mut self.mode {
            typed.extend(text.chars().filter(|c| !c.is_control()));
        }
    }

    /// What was asked for was done outside; that is said until the next key.
    pub fn say(&mut self, message: String) {
        self.message = message;
    }

    fn key_in_rows(&mut self, key: Key) -> Act {
        let page = self.page();
        match key {
            Key::Up | Key::Char('k') => self.row = self.row.saturating_sub(1),
            Key::Down | Key::Char('j') => self.row += 1,
            Key::PageUp | Key::Char('b') => self.row = self.row.saturating_sub(page),
            Key::PageDown | Key::Char(' ') => self.row += page,
            Key::Top | Key::Char('g') => self.row = 0,
            Key::Bottom | Key::Char('G') => self.row = usize::MAX,
            Key::Left | Key::Char('h') => self.column = self.column.saturating_sub(1),
            Key::Right | Key::Char('l') => self.column += 1,
            Key::Home | Key::Char('^') => self.column = 0,
            Key::End | Key::Char('$') => self.column = usize::MAX,
            Key::Enter => self.open(),
            Key::Char('f') => self.freeze(),
            Key::Char('s') => self.sort(),
            Key::Char('w') => self.widen(),
            Key::Char('/') => self.mode = Mode::Search(String::new()),
            Key::Char('n') => self.find_next(true),
            Key::Char('N') => self.find_next(false),
            Key::Char('y') => return self.copy_cell(),
            Key::Char('Y') => return self.copy_row(),
            Key::Char('q') | Key::Escape | Key::Quit => return Act::Leave,
            Key::Char(_) | Key::Backspace => {}
        }
        Act::Stay
    }

    fn key_in_search(&mut self, key: Key, mut text: String) -> Act {
        match key {
            Key::Enter if text.is_empty() => return Act::Stay,
            Key::Enter => {
                self.search = text;
                self.find_here();
                return Act::Stay;
            }
            // What marks the hits goes too.
            Key::Escape | Key::Quit => {
                self.search.clear();
                return Act::Stay;
            }
            Key::Backspace if text.pop().is_none() => return Act::Stay,
            Key::Char(c) => text.push(c),
            _ => {}
        }
        self.mode = Mode::Search(text);
        Act::Stay
    }

    fn key_in_cell(&mut self, key: Key, mut opened: Opened) -> Act {
        let mut act = Act::Stay;
        match key {
            Key::Char('q') | Key::Escape | Key::Enter | Key::Quit => return Act::Stay,
            Key::Char('y') => act = self.copy_cell(),
            key => opened.scroll(key),
        }
        self.mode = Mode::Cell(opened);
        act
    }

    /// Rows of the result that the screen has room for.
    fn page(&self) -> usize {
        self.rows.saturating_sub(FRAME).max(1)
    }

    /// Nothing is pointed at that is not there, and what is pointed at is on the screen.
    fn settle(&mut self) {
        self.row = self.row.min(self.order.len().saturating_sub(1));
        self.column = self.column.min(self.natural.len().saturating_sub(1));
        let page = self.page();
        self.top = self
            .top
            .clamp((self.row + 1).saturating_sub(page), self.row);
        // A window that has grown is filled again.
        self.top = self.top.min(self.order.len().saturating_sub(page));
        self.measure(page);
        if !self.leaves_room() || self.frozen > self.natural.len() {
            self.frozen = 0;
        }
        self.left = self.left.max(self.frozen);
        if self.column >= self.frozen {
            self.left = self.left.min(self.column);
            while self.left < self.column && !self.is_whole(self.column) {
                self.left += 1;
            }
        }
    }

    /// Makes columns as wide as the rows on the screen want them; they never get narrower again.
    fn measure(&mut self, page: usize) {
        let mut natural = std::mem::take(&mut self.natural);
        for place in self.top..self.top + page {
            let Some(row) = self.row_at(place) else {
                break;
            };
            for (width, cell) in natural.iter_mut().zip(row.cells()) {
                *width = (*width).max(display_width(&cell::line(&cell, &self.table.null)));
            }
        }
        self.natural = natural;
    }

    /// The width of a column, where there is room.
    fn width(&self, column: usize) -> usize {
        let gaps = GAP * self.natural.len().saturating_sub(1) + 1;
        let natural = self.natural[column];
        let fits = self.natural.iter().sum::<usize>() + gaps <= self.columns;
        match fits || self.wide[column] {
            true => natural.min(self.columns.saturating_sub(1)).max(1),
            false => natural.clamp(1, WIDEST),
        }
    }

    /// The columns on the screen, and how wide each is there. The last one may be cut.
    fn layout(&self) -> Vec<(usize, usize)> {
        let mut shown = Vec::new();
        let mut room = self.columns.saturating_sub(1);
        let moving = self.left.max(self.frozen)..self.natural.len();
        for column in (0..self.frozen).chain(moving) {
            let width = self.width(column).min(room);
            if width == 0 {
                break;
            }
            shown.push((column, width));
            room = room.saturating_sub(width + GAP);
        }
        shown
    }

    fn is_whole(&self, column: usize) -> bool {
        let width = self.width(column);
        self.layout().contains(&(column, width))
    }

    /// The row that is shown at `place`.
    fn row_at(&self, place: usize) -> Option<Row<'_>> {
        let number = *self.order.get(place)? as usize;
        let batch = self.starts.partition_point(|start| *start <= number) - 1;
        Some(self.table.batches[batch].row(number - self.starts[batch]))
    }

    /// The cell that the keys point at.
    fn here(&self) -> Option<Cell<'_>> {
        let row = self.row_at(self.row)?;
        (self.column < row.len()).then(|| row.cell(self.column))
    }

    fn open(&mut self) {
        let Some(column) = self.table.columns.get(self.column) else {
            return;
        };
        let Some(mut opened) = self
            .here()
            .map(|cell| Opened::new(&cell, column, &self.table.null))
        else {
            return;
        };
        opened.wrap(self.columns, self.rows);
        self.mode = Mode::Cell(opened);
    }

    /// The columns up to this one stay; the same again lets them go.
    fn freeze(&mut self) {
        let wanted = self.column + 1;
        self.frozen = if self.frozen == wanted { 0 } else { wanted };
        if !self.leaves_room() {
            self.message = "the columns up to here leave no room for others".into();
        }
        self.left = self.frozen;
    }

    /// Whether something is left for the columns that move.
    fn leaves_room(&self) -> bool {
        let frozen = self.frozen.min(self.natural.len());
        let kept: usize = (0..frozen).map(|c| self.width(c) + GAP).sum();
        frozen == 0 || kept + NARROWEST <= self.columns
    }

    fn widen(&mut self) {
        if let Some(wide) = self.wide.get_mut(self.column) {
            *wide = !*wide;
        }
    }

    /// By this column, then the other way round, then as the rows came.
    fn sort(&mut self) {
        let column = self.column;
        if column >= self.natural.len() {
            return;
        }
        self.sorted = match self.sorted {
            Some((of, Direction::Up)) if of == column => Some((column, Direction::Down)),
            Some((of, Direction::Down)) if of == column => None,
            _ => Some((column, Direction::Up)),
        };
        let mut order = std::mem::take(&mut self.order);
        let here = order.get(self.row).copied();
        order.sort_unstable();
        self.order = order;
        if let Some((column, direction)) = self.sorted {
            let mut places: Vec<usize> = (0..self.order.len()).collect();
            let cells: Vec<Option<Cell<'_>>> = places
                .iter()
                .map(|at| self.row_at(*at).map(|r| r.cell(column)))
                .collect();
            places
                .sort_by(|a, b| sort::compare(cells[*a], cells[*b], direction == Direction::Down));
            self.order = places.into_iter().map(|at| at as u32).collect();
        }
        // The row stays under the eyes.
        let found = self.order.iter().position(|row| Some(*row) == here);
        self.row = found.unwrap_or_default();
    }

    fn copy_cell(&mut self) -> Act {
        match self.here() {
            None => Act::Stay,
            Some(cell) if cell.kind == CellKind::Null => {
                self.message = "NULL has no text that could be copied".into();
                Act::Stay
            }
            Some(cell) => Act::Copy(cell.text.to_vec()),
        }
    }

    /// The row as `tsv` has it.
    fn copy_row(&self) -> Act {
        let (Some(row), Some(tsv)) = (self.row_at(self.row), format::by_name("tsv")) else {
            return Act::Stay;
        };
        let mut batch = RowBatch::new(row.len());
        batch.push_row(row);
        let mut writer = (tsv.new)(&FormatOptions {
            tuples_only: true,
            ..FormatOptions::default()
        });
        let mut out = Vec::new();
        // Writing to memory cannot fail.
        let _ = writer
            .begin(&self.table.columns, &mut out)
            .and_then(|()| writer.rows(&batch, &mut out))
            .and_then(|()| writer.end(&Summary::default(), &mut out));
        out.pop_if(|last| *last == b'\n');
        Act::Copy(out)
    }
}
