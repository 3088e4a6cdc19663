//! Colours for the text being typed.

use super::colours::Colours;
use super::sight::{Runs, Sight, stand_in};
use super::state::{Shared, State};
use crate::catalog::semantic::{Meaning, meanings};
use crate::edit::pairs;
use crate::highlight::highlight_part;
use crate::theme::{Class, Depth};
use nu_ansi_term::Style;
use reedline::{AbbrExpandContext, AutoPairAction, AutoPairContext, Highlighter, StyledText};
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
        let names = (state.catalog.load().version, state.is_refreshing());
        let is_same = |p: &&Painted| {
            p.text == line && p.cursor == cursor && p.names == names && p.colours == state.colours
        };
        if let Some(painted) = last.as_ref().filter(is_same) {
            return painted.styled.clone();
        }
        let styled = styled(&mut state, line, cursor);
        *last = Some(Painted {
            text: line.to_string(),
            cursor,
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

/// A text in its colours.
pub(super) fn styled(state: &mut State, line: &str, cursor: usize) -> StyledText {
    state.buffer.read(line);
    let tokens = state.buffer.tokens();
    let sight = Sight::of(line, cursor, screen());
    let seen = &sight.coloured;
    let (dialect, styles) = (state.buffer.dialect, &state.styles);
    let spans = highlight_part(line, seen.clone(), tokens, dialect, styles, Some(cursor));
    let known = meanings(&state.catalog.load(), line, tokens, seen);
    let mut known = known.into_iter().peekable();
    let mut runs = Runs::default();
    runs.push(Style::default(), &line[sight.kept..seen.start]);
    for (style, range) in spans {
        let range = range.start.max(seen.start)..range.end.min(seen.end);
        if range.is_empty() {
            continue;
        }
        while known
            .next_if(|(place, _)| place.start < range.start)
            .is_some()
        {}
        let meaning = known.next_if(|(place, _)| *place == range);
        let style = match meaning {
            Some((place, meaning)) => named(state, style, meaning, place.end == cursor),
            None => style,
        };
        runs.push(style, &line[range]);
    }
    runs.push(Style::default(), &line[seen.end..]);
    let mut out = StyledText::new();
    if sight.kept > 0 {
        out.push((Style::default(), stand_in(sight.kept)));
    }
    out.buffer.extend(runs.done());
    out
}

/// Rows and columns of the terminal.
pub(super) fn screen() -> (usize, usize) {
    crossterm::terminal::size().map_or((100, 80), |(columns, rows)| {
        (rows.max(1).into(), columns.max(1).into())
    })
}

/// The colour of a name. What is not there is underlined, once the cursor has left it and where the
/// catalog is not just being read.
fn named(state: &State, usual: Style, meaning: Meaning, being_typed: bool) -> Style {
    match meaning {
        Meaning::Relation => state.styles.of(Class::Relation),
        Meaning::Alias => state.styles.of(Class::Alias),
        Meaning::Column => state.styles.of(Class::Column),
        Meaning::Unknown if being_typed || state.is_refreshing() => usual,
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
        let long = "select 1,\n".repeat(900);
        for text in ["", &long, "select 'a\n", "f((1)", "\\d x", "ß 'ü"] {
            assert_eq!(highlighter.highlight(text, 0).raw_string(), text);
            let at_end = highlighter.highlight(text, text.len()).raw_string();
            assert_eq!(at_end.len(), text.len());
            let seen = at_end.trim_start_matches(|c| c != '\n');
            assert!(text.ends_with(seen), "{text}");
        }
        let coloured = highlighter.highlight("select 1", 0).render_simple();
        assert!(coloured.contains("\x1b["));
    }
}
