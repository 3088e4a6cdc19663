//! What the mysql client reads otherwise: its own commands, and comments that the server executes.

use super::{Lexer, TokenKind};
use crate::sql::mysql::{ClientCommands, Takes, delimiter_argument, named_command, short_command};

impl Lexer<'_> {
    /// Pushes a token where the mysql client has rules of its own; false where it has none.
    pub(super) fn client_token(&mut self) -> bool {
        match self.peek(0) {
            b'\\' => self.short_command(),
            b'/' => self.executable_comment(),
            b'$' if matches!(self.peek(1), b'>' | b'|') => self.redirection(),
            // Old test scripts have comments without a space.
            b'-' if self.peek(1) == b'-' && self.at_start => {
                self.line_comment();
                true
            }
            b if self.at_start && (b.is_ascii_alphabetic() || b == b'?') => self.named_command(),
            _ => false,
        }
    }

    /// mycli's `$> file`, to the end of the line.
    fn redirection(&mut self) -> bool {
        let prompt = self.dialect.client_commands == ClientCommands::Both;
        if prompt {
            let rest = &self.text[self.at..];
            let length = rest.find('\n').unwrap_or(rest.len());
            self.push(TokenKind::Command, self.at + length, false);
            self.at_start = true;
        }
        prompt
    }

    /// `/*!50003` or `/*M!100100`: what follows is text like any other.
    fn executable_comment(&mut self) -> bool {
        let length = match self.rest() {
            [b'/', b'*', b'!', ..] => 3,
            [b'/', b'*', b'M', b'!', ..] => 4,
            _ => return false,
        };
        self.push(TokenKind::Operator, self.at + length, false);
        true
    }

    fn short_command(&mut self) -> bool {
        let text = &self.text[self.at..];
        if text.starts_with("\\N") {
            self.push(TokenKind::Word, self.at + 2, false);
            return true;
        }
        let Some(command) = short_command(text, self.dialect) else {
            let script = self.dialect.client_commands != ClientCommands::Both;
            if script {
                let length = text.chars().take(2).map(char::len_utf8).sum::<usize>();
                self.push(TokenKind::Command, self.at + length, false);
            }
            return script;
        };
        let line = &text[..text.find('\n').unwrap_or(text.len())];
        let length = match command.takes {
            Takes::Nothing => 2,
            Takes::Text => line.find(self.delimiter).unwrap_or(line.len()),
            Takes::Line => line.len(),
        };
        if command.name == "delimiter" && delimiter_argument(line).is_some() {
            self.delimiter_command(self.at + 2);
            return true;
        }
        self.push(TokenKind::Command, self.at + length, false);
        self.at_start |= matches!(command.name, "go" | "ego" | "clear");
        true
    }

    /// `use shop`: on a line of its own, or as a statement.
    fn named_command(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let before = &self.text[..self.at];
        let begins_line = before.trim_end_matches([' ', '\t']).ends_with('\n')
            || before.trim_matches([' ', '\t']).is_empty();
        if line
            .get(..9)
            .is_some_and(|w| w.eq_ignore_ascii_case("delimiter"))
        {
            return self.named_delimiter(line);
        }
        let alone = begins_line && !line.contains(self.delimiter);
        let text = match alone {
            true => line,
            // Behind another statement it goes on to the delimiter, wherever that is.
            false => &rest[..rest.find(self.delimiter).unwrap_or(0)],
        };
        let command = match self.dialect.client_commands {
            ClientCommands::Binary => None,
            _ if alone && line.contains("\\g") => None,
            _ => named_command(text),
        };
        let Some(command) = command else { return false };
        let length = match command.takes {
            Takes::Line => line.len(),
            Takes::Nothing | Takes::Text => text.len(),
        };
        self.push(TokenKind::Command, self.at + length, false);
        self.at_start = true;
        true
    }

    fn named_delimiter(&mut self, line: &str) -> bool {
        match line.as_bytes().get(9) {
            None | Some(b' ' | b'\t' | b'\r') if delimiter_argument(line).is_some() => {
                self.delimiter_command(self.at + 9);
            }
            None | Some(b' ' | b'\t' | b'\r') => {
                self.push(TokenKind::Command, self.at + line.len(), false);
            }
            _ => return false,
        }
        true
    }
}
