//! `shop=> `, as psql has it: the database, `*` in a transaction, `!` in a failed one.

use super::escapes::{expand, without_colours};
use super::state::{Shared, State};
use super::text::{fit, width};
use crate::driver::Transaction;
use crate::sql::Open;
use crate::theme::{Depth, PromptColor, Styles};
use crate::visible::visible_line;
use reedline::{
    Color, Prompt, PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus, StyledText,
};
use std::borrow::Cow;

/// Columns that a database's name may take.
const LONGEST_NAME: usize = 30;
/// Before the prompt of a connection so marked.
const PRODUCTION: &str = "PRODUCTION ";

pub(super) struct SqlPrompt {
    shared: Shared,
    left: String,
    /// Columns of its last line.
    columns: usize,
    color: Color,
}

impl SqlPrompt {
    pub(super) fn new(shared: &Shared) -> Self {
        let mut state = shared.lock();
        let left = match state.prompt.left.is_empty() {
            true => text(
                &state.server.status.database,
                state
                    .server
                    .connected
                    .then_some(state.server.status.transaction),
                state.pending,
                state.prompt.production,
            ),
            false => state.prompt.left.clone(),
        };
        let alarm = state.prompt.production.then_some(PromptColor::Red);
        let color = color(&state.styles, state.server.color.or(alarm));
        let last_line = left.rsplit('\n').next().unwrap_or_default();
        let columns = width(&without_colours(last_line));
        state.painted.text_column = columns;
        state.painted.prompt_rows = left.matches('\n').count();
        state.painted.prompt_color = color;
        drop(state);
        SqlPrompt {
            shared: shared.clone(),
            left,
            columns,
            color,
        }
    }

    /// The one that stands before the line once it is sent.
    pub(super) fn transient(shared: &Shared) -> Self {
        let mut prompt = SqlPrompt::new(shared);
        let state = shared.lock();
        if !state.prompt.transient.is_empty() {
            prompt.left.clone_from(&state.prompt.transient);
            prompt.columns = width(&without_colours(&prompt.left));
        }
        drop(state);
        prompt
    }

    /// The prompt, and a text with what stands before each of its following lines.
    pub(super) fn before_each_line(&self, text: &StyledText) -> (String, String) {
        let next = self.color.paint(continuation(None, self.columns));
        let next = format!("\n{next}");
        let mut lines = String::new();
        for (style, piece) in &text.buffer {
            for (at, line) in piece.split('\n').enumerate() {
                if at > 0 {
                    lines.push_str(&next);
                }
                if !line.is_empty() {
                    lines.push_str(&style.paint(line).to_string());
                }
            }
        }
        (self.color.paint(self.left.as_str()).to_string(), lines)
    }
}

fn color(styles: &Styles, own: Option<PromptColor>) -> Color {
    let own = own.and_then(|color| color.on(styles.depth));
    own.or(styles.prompt.foreground).unwrap_or(Color::Default)
}

/// The first line's prompt. Colours are not everywhere to be seen, so production says so in a word,
/// too. `transaction` is `None` where no connection is.
fn text(
    database: &str,
    transaction: Option<Transaction>,
    pending: bool,
    production: bool,
) -> String {
    let alarm = if production { PRODUCTION } else { "" };
    let name = fit(&visible_line(database), LONGEST_NAME);
    let kind = match (transaction, pending) {
        (None, _) => '!',
        (_, true) => '-',
        (_, false) => '=',
    };
    let mark = match transaction {
        Some(Transaction::Open) => "*",
        Some(Transaction::Failed) => "!",
        Some(Transaction::None) => "",
        None => "?",
    };
    format!("{alarm}{name}{kind}{mark}> ")
}

/// What stands before the following lines: what is still open, under the first line's prompt.
fn continuation(open: Option<Open>, columns: usize) -> String {
    let mark = match open {
        Some(Open::SingleQuote) => '\'',
        Some(Open::DoubleQuote) => '"',
        Some(Open::Dollar) => '$',
        Some(Open::Comment) => '*',
        Some(Open::Paren) => '(',
        Some(Open::Statement) | None => '-',
    };
    format!("{:>columns$}", format!("{mark}> "))
}

/// What the following lines tell. reedline has one text for all of them; once the statement is
/// complete, and then in the scrollback, none of them claims that anything is open.
fn open(state: &State) -> Option<Open> {
    let buffer = &state.buffer;
    buffer.open().and(buffer.open_before_last_line())
}

/// What stands before the following lines where reedline does not paint them.
pub(super) fn next_line(state: &State) -> String {
    let text = continuation(open(state), state.painted.text_column);
    state.painted.prompt_color.paint(text).to_string()
}

/// What reedline paints between prompt and text: nothing that shows. Empty it must not be, because
/// reedline takes its lines for one at least, and computes nonsense where a text is longer than the
/// screen and the cursor at its start.
pub(super) const INDICATOR: &str = "\x1b[0m";

impl Prompt for SqlPrompt {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.left)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        let state = self.shared.lock();
        let Some(facts) = &state.server.facts else {
            return Cow::Borrowed("");
        };
        let text = expand(&state.prompt.right, facts);
        let text = match state.styles.depth {
            Depth::None => without_colours(&text),
            _ => text,
        };
        // A gap to the text, which may come close.
        Cow::Owned(match text.is_empty() {
            true => text,
            false => format!(" {text}"),
        })
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed(INDICATOR)
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        let open = open(&self.shared.lock());
        Cow::Owned(continuation(open, self.columns))
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let failing = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "nothing ",
        };
        Cow::Owned(format!("({failing}found by \"{}\") ", search.term))
    }

    fn get_prompt_color(&self) -> Color {
        self.color
    }

    fn get_prompt_multiline_color(&self) -> Color {
        self.color
    }

    fn get_indicator_color(&self) -> Color {
        self.color
    }

    fn get_prompt_right_color(&self) -> Color {
        let state = self.shared.lock();
        state.styles.ghost.foreground.unwrap_or(Color::Default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prompt_tells_database_and_transaction() {
        for (database, transaction, pending, expected) in [
            ("shop", Some(Transaction::None), false, "shop=> "),
            ("shop", Some(Transaction::Open), false, "shop=*> "),
            ("shop", Some(Transaction::Failed), false, "shop=!> "),
            ("shop", Some(Transaction::None), true, "shop-> "),
            ("shop", None, false, "shop!?> "),
            ("", Some(Transaction::None), false, "=> "),
            ("a\x1bb", Some(Transaction::None), false, "a\\x1Bb=> "),
        ] {
            assert_eq!(text(database, transaction, pending, false), expected);
        }
        let none = Some(Transaction::None);
        assert_eq!(text("shop", none, false, true), "PRODUCTION shop=> ");
        assert!(width(&text(&"x".repeat(99), none, false, false)) < 40);
    }

    #[test]
    fn the_following_lines_are_aligned_and_show_what_is_open() {
        for (open, expected) in [
            (None, "    -> "),
            (Some(Open::Statement), "    -> "),
            (Some(Open::SingleQuote), "    '> "),
            (Some(Open::DoubleQuote), "    \"> "),
            (Some(Open::Dollar), "    $> "),
            (Some(Open::Comment), "    *> "),
            (Some(Open::Paren), "    (> "),
        ] {
            assert_eq!(continuation(open, 7), expected);
        }
        assert_eq!(continuation(None, 1), "-> ");
    }
}
