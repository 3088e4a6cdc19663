//! Colours for the text being typed.

use super::state::{Shared, State};
use crate::highlight::highlight;
use reedline::{AbbrExpandContext, Highlighter, StyledText};
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
        if let Some(painted) = last
            .as_ref()
            .filter(|p| p.text == line && p.cursor == cursor)
        {
            return painted.styled.clone();
        }
        let styled = styled(&mut self.shared.lock(), line, cursor);
        *last = Some(Painted {
            text: line.to_string(),
            cursor,
            styled: styled.clone(),
        });
        styled
    }

    /// `!!` and its like belong to shells; in SQL an exclamation mark is an operator.
    fn should_expand_abbr(&self, _: &str, _: usize, _: AbbrExpandContext) -> bool {
        false
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
    let mut out = StyledText::new();
    for (style, range) in spans {
        out.push((style, line[range].to_string()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::state;
    use super::*;
    use crate::theme::{Depth, THEMES, load};

    #[test]
    fn the_styled_text_is_the_text() {
        let mut state = state();
        state.styles = load(THEMES[0].1, Depth::True).unwrap();
        let highlighter = SqlHighlighter::new(Shared::new(state));
        for text in ["", "select 'a\n", "f((1)", "\\d x", "ß 'ü"] {
            assert_eq!(highlighter.highlight(text, 0).raw_string(), text);
            assert_eq!(highlighter.highlight(text, text.len()).raw_string(), text);
        }
        let coloured = highlighter.highlight("select 1", 0).render_simple();
        assert!(coloured.contains("\x1b["));
    }
}
