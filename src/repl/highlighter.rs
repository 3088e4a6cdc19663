//! Colours for the text being typed.

use super::state::{Colours, Shared, State};
use crate::catalog::semantic::{Meaning, meanings};
use crate::edit::pairs;
use crate::highlight::highlight;
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

fn styled(state: &mut State, line: &str, cursor: usize) -> StyledText {
    state.buffer.read(line);
    let tokens = state.buffer.tokens();
    let spans = highlight(
        line,
        tokens,
        state.buffer.dialect,
        &state.styles,
        Some(cursor),
    );
    let known = meanings(&state.catalog.load(), line, tokens);
    let mut known = known.into_iter().peekable();
    let near = in_sight(line, cursor, screen_rows());
    let mut out = StyledText::new();
    out.push((Style::default(), line[..near.start].to_string()));
    for (style, range) in spans {
        let range = range.start.max(near.start)..range.end.min(near.end);
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
        out.push((style, line[range].to_string()));
    }
    out.push((Style::default(), line[near.end..].to_string()));
    out.buffer.retain(|(_, text)| !text.is_empty());
    out
}

/// The lines that can be on a screen of `rows` together with the cursor. reedline measures every
/// escape sequence of the text on each key, also of what is not to be seen.
fn in_sight(text: &str, cursor: usize, rows: usize) -> Range<usize> {
    let (Some(before), Some(behind)) = (text.get(..cursor), text.get(cursor..)) else {
        return 0..text.len();
    };
    let start = before
        .rmatch_indices('\n')
        .nth(rows)
        .map_or(0, |(at, _)| at);
    let end = behind.match_indices('\n').nth(rows);
    start..end.map_or(text.len(), |(at, _)| cursor + at)
}

fn screen_rows() -> usize {
    crossterm::terminal::size().map_or(100, |(_, rows)| rows.max(1).into())
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
    fn what_no_screen_shows_with_the_cursor_is_not_coloured() {
        let text = "a\nb\nc\nd\ne";
        for (cursor, rows, expected) in [
            (9, 2, "\nc\nd\ne"),
            (0, 1, "a\nb"),
            (4, 1, "\nb\nc\nd"),
            (4, 9, text),
            (99, 1, text),
        ] {
            assert_eq!(
                &text[in_sight(text, cursor, rows)],
                expected,
                "{cursor} {rows}"
            );
        }
    }

    #[test]
    fn the_styled_text_is_the_text() {
        let mut state = state();
        state.styles = load(THEMES[0].1, Depth::True).unwrap();
        let highlighter = SqlHighlighter::new(Shared::new(state));
        let long = "select 1,\n".repeat(900);
        for text in ["", &long, "select 'a\n", "f((1)", "\\d x", "ß 'ü"] {
            assert_eq!(highlighter.highlight(text, 0).raw_string(), text);
            assert_eq!(highlighter.highlight(text, text.len()).raw_string(), text);
        }
        let coloured = highlighter.highlight("select 1", 0).render_simple();
        assert!(coloured.contains("\x1b["));
    }
}
