//! Colours for the text being typed.

use super::colours::Colours;
use super::prompt::next_line;
use super::sight::{Room, Runs, Sight, make_room};
use super::state::{Shared, State};
use super::text::lay;
use crate::catalog::semantic::{Meaning, meanings};
use crate::edit::pairs;
use crate::highlight::highlight_part;
use crate::output::{is_watched, steer};
use crate::theme::{Class, Depth};
use nu_ansi_term::Style;
use reedline::{AbbrExpandContext, AutoPairAction, AutoPairContext, Highlighter, StyledText};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// reedline paints the whole text on each key, also when only the cursor moved; the spans of the
/// last text and cursor are kept.
pub(super) struct SqlHighlighter {
    shared: Shared,
    last: Mutex<Option<Painted>>,
}

struct Painted {
    text: String,
    cursor: usize,
    room: Room,
    /// The catalog's version, and whether it is being read.
    names: (u64, bool),
    colours: Colours,
    styled: StyledText,
}

impl SqlHighlighter {
    pub(super) fn new(shared: Shared) -> Self {
        SqlHighlighter {
            shared,
            last: Mutex::new(None),
        }
    }
}

impl Highlighter for SqlHighlighter {
    fn highlight(&self, line: &str, cursor: usize) -> StyledText {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.shared.lock();
        let names = (
            state.sources.catalog.load().version,
            state.server.is_refreshing(),
        );
        let room = state.room(line, cursor);
        let is_same = |p: &&Painted| {
            (p.text == line && p.cursor == cursor && p.room == room)
                && (p.names == names && p.colours == state.colours)
        };
        if let Some(painted) = last.as_ref().filter(is_same) {
            return painted.styled.clone();
        }
        let styled = in_sight(&mut state, line, cursor, &room);
        *last = Some(Painted {
            text: line.to_string(),
            cursor,
            room,
            names,
            colours: state.colours.clone(),
            styled: styled.clone(),
        });
        styled
    }

    /// `!!` and its like belong to shells; in SQL an exclamation mark is an operator.
    fn should_expand_abbr(&self, _: &str, _: usize, _: AbbrExpandContext) -> bool {
        false
    }

    fn should_auto_pair(&self, context: &AutoPairContext<'_>) -> bool {
        let mut state = self.shared.lock();
        let (text, cursor, pair) = (context.buffer(), context.insertion_point(), context.pair());
        let tokens = state.buffer.read(text);
        match context.action() {
            AutoPairAction::Open if context.selection().is_some() => true,
            AutoPairAction::Open => pairs::opens(text, tokens, cursor, pair),
            AutoPairAction::SkipExistingCloser => pairs::skips(text, tokens, cursor, pair),
            _ => true,
        }
    }
}

/// What the screen has room for, in its colours. What reedline would not paint of that is left in
/// the state for the hinter.
fn in_sight(state: &mut State, line: &str, cursor: usize, room: &Room) -> StyledText {
    let sight = Sight::of(line, cursor, room);
    let mut out = StyledText::new();
    if let Some(above) = &sight.above {
        let style = state.styles.ghost;
        out.buffer.extend(above.stand_in(room, style));
    }
    let runs = coloured(state, line, cursor, sight.seen.clone());
    state.painted.rows_after = match &sight.above {
        Some(above) => {
            let below = behind(&runs, sight.below.start.saturating_sub(sight.seen.start));
            lines_below(state, &below, above.cursor_row + above.rest_rows, room)
        }
        None => Vec::new(),
    };
    out.buffer.extend(runs);
    if sight.above.is_some() && state.painted.sight.above.is_none() && is_watched() {
        // reedline begins such a text at the top of the screen, and over what stands there.
        let rows_up = state.painted.sight.row.unwrap_or(0);
        steer(&make_room(rows_up, room.rows));
    }
    state.painted.sight = sight;
    out
}

/// What stands behind so many bytes.
fn behind(runs: &[(Style, String)], mut bytes: usize) -> Vec<(Style, &str)> {
    let mut out = Vec::new();
    for (style, run) in runs {
        let from = bytes.min(run.len());
        bytes -= from;
        let piece = run.get(from..).filter(|piece| !piece.is_empty());
        out.extend(piece.map(|piece| (*style, piece)));
    }
    out
}

/// The lines behind the cursor's, each with the row of the screen on which it begins.
fn lines_below(
    state: &State,
    runs: &[(Style, &str)],
    row: usize,
    room: &Room,
) -> Vec<(usize, String)> {
    let prompt = next_line(state);
    let mut lines: Vec<(usize, String)> = Vec::new();
    let (mut row, mut plain) = (row, String::new());
    for (style, run) in runs {
        for (at, piece) in run.split('\n').enumerate() {
            if at > 0 {
                if !lines.is_empty() {
                    row += lay(&plain, room.prompt, room.columns).rows;
                }
                row += 1;
                plain.clear();
                lines.push((row, prompt.clone()));
            }
            plain.push_str(piece);
            if let Some((_, line)) = lines.last_mut().filter(|_| !piece.is_empty()) {
                line.push_str(&style.paint(piece).to_string());
            }
        }
    }
    lines
}

/// A text in its colours.
pub(super) fn styled(state: &mut State, text: &str, cursor: usize) -> StyledText {
    StyledText {
        buffer: coloured(state, text, cursor, 0..text.len()),
    }
}

/// A part of a text in its colours.
fn coloured(
    state: &mut State,
    line: &str,
    cursor: usize,
    part: Range<usize>,
) -> Vec<(Style, String)> {
    state.buffer.read(line);
    let tokens = state.buffer.tokens();
    let (dialect, styles) = (state.buffer.dialect, &state.styles);
    let spans = highlight_part(line, part.clone(), tokens, dialect, styles, Some(cursor));
    let known = meanings(&state.sources.catalog.load(), line, tokens, &part);
    let mut known = known.into_iter().peekable();
    let mut runs = Runs::default();
    for (style, range) in spans {
        let meant = range.clone();
        let range = range.start.max(part.start)..range.end.min(part.end);
        if range.is_empty() {
            continue;
        }
        while known
            .next_if(|(place, _)| place.start < meant.start)
            .is_some()
        {}
        let meaning = known.next_if(|(place, _)| *place == meant);
        let style = match meaning {
            Some((place, meaning)) => named(state, style, meaning, place.end == cursor),
            None => style,
        };
        runs.push(style, &line[range]);
    }
    runs.done()
}

/// Rows and columns of the terminal.
pub(super) fn screen() -> (usize, usize) {
    crossterm::terminal::size().map_or((100, 80), |(columns, rows)| {
        (rows.max(1).into(), columns.max(1).into())
    })
}

impl State {
    /// The screen for a text, beside what stands around it.
    fn room(&mut self, text: &str, cursor: usize) -> Room {
        let (rows, columns) = screen();
        let signatures = self.signature_rows(text, cursor, columns).len();
        Room {
            rows,
            columns,
            prompt: self.painted.text_column,
            above: self.painted.prompt_rows,
            menu: self.menu_rows + 2,
            tail: signatures + usize::from(self.switches.status_line),
        }
    }
}

/// The colour of a name. What is not there is underlined, once the cursor has left it and where the
/// catalog is not just being read.
fn named(state: &State, usual: Style, meaning: Meaning, being_typed: bool) -> Style {
    match meaning {
        Meaning::Relation => state.styles.of(Class::Relation),
        Meaning::Alias => state.styles.of(Class::Alias),
        Meaning::Column => state.styles.of(Class::Column),
        Meaning::Unknown if being_typed || state.server.is_refreshing() => usual,
        Meaning::Unknown if state.styles.depth == Depth::None => usual,
        Meaning::Unknown => usual.underline(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::state;
    use super::*;
    use crate::theme::{THEMES, load};

    #[test]
    fn the_styled_text_is_the_text() {
        let mut state = state();
        state.styles = load(THEMES[0].1, Depth::True).unwrap();
        let highlighter = SqlHighlighter::new(Shared::new(state));
        for text in ["", "select 'a\n", "f((1)", "\\d x", "ß 'ü"] {
            assert_eq!(highlighter.highlight(text, 0).raw_string(), text);
            assert_eq!(highlighter.highlight(text, text.len()).raw_string(), text);
        }
        // Of a long one what is above the screen is replaced byte for byte.
        let long = "select 1,\n".repeat(900);
        let at_end = highlighter.highlight(&long, long.len()).raw_string();
        assert_eq!(at_end.len(), long.len());
        assert!(at_end.ends_with("select 1,\nselect 1,\n"));
        let coloured = highlighter.highlight("select 1", 0).render_simple();
        assert!(coloured.contains("\x1b["));
    }
}
