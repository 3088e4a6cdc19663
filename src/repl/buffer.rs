//! The text being typed and its tokens: lexed once per text, read by highlighter, validator,
//! completer and prompt.

use crate::sql::{Dialect, Open, Part, Token, lex_with, split};

/// The last text that was looked at.
pub(super) struct Buffer {
    pub(super) dialect: &'static Dialect,
    /// What ends a statement (DELIMITER).
    pub(super) delimiter: String,
    text: String,
    tokens: Vec<Token>,
    open: Option<Open>,
    statements: usize,
    /// What is open where the last line begins; for the continuation prompt.
    open_before_last_line: Option<Open>,
}

impl Buffer {
    pub(super) fn new(dialect: &'static Dialect) -> Self {
        Buffer {
            dialect,
            delimiter: ";".into(),
            text: String::new(),
            tokens: Vec::new(),
            open: None,
            statements: 0,
            open_before_last_line: None,
        }
    }

    /// The rules under which the next text is read; what was read before is forgotten.
    pub(super) fn set_rules(&mut self, dialect: &'static Dialect, delimiter: &str) {
        *self = Buffer {
            delimiter: delimiter.to_string(),
            ..Buffer::new(dialect)
        };
    }

    /// Lexes `text`, unless it is the one that was lexed last.
    pub(super) fn read(&mut self, text: &str) -> &[Token] {
        if text != self.text {
            self.tokens = lex_with(text, self.dialect, &self.delimiter);
            let split = split(text, &self.tokens, self.dialect);
            let is_statement = |part: &&Part<'_>| matches!(part, Part::Sql(_));
            self.statements = split.parts.iter().filter(is_statement).count();
            self.open = split.open;
            self.open_before_last_line = text
                .rfind('\n')
                .and_then(|end| self.open_at_end(&text[..=end]));
            self.text.clear();
            self.text.push_str(text);
        }
        &self.tokens
    }

    /// What is open at the end of `text`, with which the text of the tokens begins.
    fn open_at_end(&self, text: &str) -> Option<Open> {
        let whole = self
            .tokens
            .partition_point(|t| t.end as usize <= text.len());
        let cut = self.tokens.get(whole);
        if cut.is_none_or(|t| t.start as usize == text.len()) {
            return split(text, &self.tokens[..whole], self.dialect).open;
        }
        let tokens = lex_with(text, self.dialect, &self.delimiter);
        split(text, &tokens, self.dialect).open
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// What the text still waits for.
    pub(super) fn open(&self) -> Option<Open> {
        self.open
    }

    /// How many statements there are.
    pub(super) fn statements(&self) -> usize {
        self.statements
    }

    pub(super) fn open_before_last_line(&self) -> Option<Open> {
        self.open_before_last_line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::{MYSQL, POSTGRES};

    #[test]
    fn a_text_is_read_under_the_delimiter_in_force() {
        let mut buffer = Buffer::new(&MYSQL);
        buffer.read("select 1;");
        assert_eq!(buffer.open(), None);
        buffer.set_rules(&MYSQL, "//");
        buffer.read("select 1;");
        assert_eq!(buffer.open(), Some(Open::Statement));
        buffer.read("select 1//");
        assert_eq!(buffer.open(), None);
    }

    #[test]
    fn what_is_open_is_known_for_the_end_and_for_the_last_line() {
        let mut buffer = Buffer::new(&POSTGRES);
        buffer.read("select 'a\nb'");
        assert_eq!(buffer.open(), Some(Open::Statement));
        assert_eq!(buffer.open_before_last_line(), Some(Open::SingleQuote));
        buffer.read("select (1,\n");
        assert_eq!(buffer.open_before_last_line(), Some(Open::Paren));
        buffer.read("select");
        assert_eq!(buffer.open_before_last_line(), None);
        assert_eq!(buffer.text(), "select");
        assert_eq!(buffer.tokens().len(), 1);
    }
}
