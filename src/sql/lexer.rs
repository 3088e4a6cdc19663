//! Text to tokens. Total: every text has tokens, and their texts joined are the text.
//!
//! Rules are those of the servers' own manuals: PostgreSQL 4.1 "Lexical Structure", MySQL 9.1 to
//! 9.7 "Language Structure", SQLite "SQL As Understood By SQLite". Backslash commands are tokens
//! too, because where they end depends on the quotes around them, and nobody else looks for quotes.

mod client;
use super::Dialect;
use super::mysql::{ClientCommands, delimiter_argument};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Space,
    LineComment,
    /// Also MySQL's `/*! … */`; `Token::is_executable_comment` tells.
    BlockComment,
    /// A keyword or a name without quotes.
    Word,
    /// `"…"`, `` `…` `` or `[…]`, as the dialect has it.
    QuotedName,
    /// `'…'` with its prefix (`E'…'`), and MySQL's `"…"`.
    String,
    /// `$tag$ … $tag$`
    DollarString,
    Number,
    /// `$1`, `?`
    Parameter,
    /// psql's `:name`, `:'name'`, `:"name"`, `:{?name}`
    Variable,
    /// MySQL's `@name`, `@@global.name`
    SessionVariable,
    Dot,
    Comma,
    /// What ends a statement: `;`, or what DELIMITER made of it.
    Semicolon,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    /// `::`
    Cast,
    Operator,
    /// `\d users`, or `/locks` at the start of a statement: to the end of the line, or to the next
    /// backslash.
    Command,
    /// `\;` or `\:`: the second character, and no more than that.
    Escaped,
    /// `DELIMITER //` with its argument.
    Delimiter,
    /// A character that no dialect knows.
    Other,
}

/// A span of the text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: u32,
    pub end: u32,
    /// The closing quote or `*/` is missing.
    pub open: bool,
}

impl Token {
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.end as usize]
    }

    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// White space or a comment.
    pub fn is_trivia(&self) -> bool {
        matches!(
            self.kind,
            TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment
        )
    }

    /// Whether the server executes this comment (`/*! … */`, `/*M! … */`).
    pub fn is_executable_comment(&self, text: &str, dialect: &Dialect) -> bool {
        let body = self.text(text);
        dialect.executable_comments
            && self.kind == TokenKind::BlockComment
            && (body.starts_with("/*!") || body.starts_with("/*M!"))
    }
}

/// Texts above this many bytes would overflow a span; they are lexed as one token.
const MAX_BYTES: usize = u32::MAX as usize;

/// The tokens of `text`. The joined token texts are `text`.
pub fn lex(text: &str, dialect: &Dialect) -> Vec<Token> {
    lex_with(text, dialect, ";")
}

/// As `lex`, where statements end with `delimiter` until the text itself says otherwise.
pub fn lex_with(text: &str, dialect: &Dialect, delimiter: &str) -> Vec<Token> {
    if text.len() > MAX_BYTES {
        return vec![Token {
            kind: TokenKind::Other,
            start: 0,
            end: u32::MAX,
            open: true,
        }];
    }
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        dialect,
        delimiter: if delimiter.is_empty() { ";" } else { delimiter },
        at_start: true,
        tokens: Vec::with_capacity(text.len() / 4 + 4),
    };
    while lexer.at < lexer.bytes.len() {
        lexer.next();
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    dialect: &'a Dialect,
    delimiter: &'a str,
    /// Nothing but trivia since the last statement's end.
    at_start: bool,
    tokens: Vec<Token>,
}

/// Operators of more than one character, longest first. What is missing here lexes as several
/// tokens, which harms nobody.
const OPERATORS: &[&str] = &[
    "!~~*", "->>", "#>>", "<=>", "!~*", "!~~", "~~*", "-|-", "||/", "<<=", ">>=", "<->", "&<|",
    "|&>", "<<|", "|>>", "->", "#>", "||", "<=", ">=", "<>", "!=", ":=", "=>", "==", "@>", "<@",
    "&&", "!~", "~*", "~~", "<<", ">>", "?|", "?&", "##", "|/", "@@", "@?", "&<", "&>", "#-", "^@",
];

/// Commands whose argument is the rest of the line whatever it holds (psql's OT_WHOLE_LINE); what `\?`
/// is asked about can be a command.
const WHOLE_LINE: &[&str] = &[
    "!", "?", "copy", "ef", "ev", "sf", "sv", "sf+", "sv+", "h", "help", "ns",
];

/// Commands whose argument is the rest of the line if it begins with `|` (OT_FILEPIPE).
const PIPED: &[&str] = &["g", "gx", "G", "o", "out", "w", "write"];

fn starts_word(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

fn in_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

impl<'a> Lexer<'a> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    fn push(&mut self, kind: TokenKind, end: usize, open: bool) {
        debug_assert!(end > self.at);
        let token = Token {
            kind,
            start: self.at as u32,
            end: end as u32,
            open,
        };
        self.at_start = match kind {
            TokenKind::Semicolon | TokenKind::Delimiter => true,
            TokenKind::Command => self.at_start,
            _ if token.is_trivia() => self.at_start,
            _ => false,
        };
        self.tokens.push(token);
        self.at = end;
    }

    /// Pushes one token, at least one byte long.
    fn next(&mut self) {
        use TokenKind as T;
        let b = self.peek(0);
        let one = self.at + 1;
        if is_space(b) {
            let end = self.scan(self.at, is_space);
            return self.push(T::Space, end, false);
        }
        if self.rest().starts_with(self.delimiter.as_bytes()) {
            return self.push(T::Semicolon, self.at + self.delimiter.len(), false);
        }
        if self.dialect.client_commands != ClientCommands::Psql && self.client_token() {
            return;
        }
        match b {
            b'-' if self.peek(1) == b'-' && self.dashes_begin_comment() => self.line_comment(),
            b'#' if self.dialect.hash_comments => self.line_comment(),
            b'/' if self.peek(1) == b'*' => self.block_comment(),
            b'/' if self.at_start && self.peek(1).is_ascii_alphabetic() => self.command(),
            // sqlite3's `.tables`; no statement begins with a dot.
            b'.' if self.at_start
                && self.dialect.name == "sqlite"
                && self.peek(1).is_ascii_alphabetic() =>
            {
                self.command();
            }
            b'\\' => self.command(),
            b'\'' => self.string(self.at, self.dialect.backslash_escapes),
            b'"' if self.dialect.double_quoted_names => self.quoted(b'"', T::QuotedName, false),
            b'"' => self.quoted(b'"', T::String, self.dialect.backslash_escapes),
            b'`' if self.dialect.backticks => self.quoted(b'`', T::QuotedName, false),
            b'[' if self.dialect.brackets => self.quoted(b']', T::QuotedName, false),
            b'$' => self.dollar(),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() && !self.after_name() => self.number(),
            b'.' => self.push(T::Dot, one, false),
            b',' => self.push(T::Comma, one, false),
            b'(' => self.push(T::LeftParen, one, false),
            b')' => self.push(T::RightParen, one, false),
            b'[' => self.push(T::LeftBracket, one, false),
            b']' => self.push(T::RightBracket, one, false),
            b':' => self.colon(),
            b'?' if self.dialect.question_parameters => {
                let end = self.scan(one, |b| b.is_ascii_digit());
                self.push(T::Parameter, end, false);
            }
            b'@' if self.dialect.at_variables => self.session_variable(),
            _ if starts_word(b) => self.word(),
            _ => self.operator(),
        }
    }

    /// The first position from `from` on whose byte does not satisfy `test`.
    fn scan(&self, from: usize, test: impl Fn(u8) -> bool) -> usize {
        self.bytes[from..]
            .iter()
            .position(|&b| !test(b))
            .map_or(self.bytes.len(), |i| from + i)
    }

    fn after_name(&self) -> bool {
        self.tokens.last().is_some_and(|t| {
            matches!(t.kind, TokenKind::Word | TokenKind::QuotedName) && t.end as usize == self.at
        })
    }

    fn dashes_begin_comment(&self) -> bool {
        !self.dialect.dashes_need_space || self.at + 2 >= self.bytes.len() || self.peek(2) <= b' '
    }

    fn line_comment(&mut self) {
        let end = self.scan(self.at, |b| b != b'\n');
        self.push(TokenKind::LineComment, end, false);
    }

    fn block_comment(&mut self) {
        let (mut depth, mut at) = (1usize, self.at + 2);
        while at < self.bytes.len() {
            if self.bytes[at..].starts_with(b"*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return self.push(TokenKind::BlockComment, at, false);
                }
            } else if self.dialect.nested_comments && self.bytes[at..].starts_with(b"/*") {
                depth += 1;
                at += 2;
            } else {
                at += 1;
            }
        }
        self.push(TokenKind::BlockComment, self.bytes.len(), true);
    }

    /// A quoted thing whose opening quote stands at `self.at`; a doubled quote stays inside.
    fn quoted(&mut self, quote: u8, kind: TokenKind, escapes: bool) {
        let (end, open) = self.quoted_end(self.at + 1, quote, escapes);
        self.push(kind, end, open);
    }

    fn quoted_end(&self, from: usize, quote: u8, escapes: bool) -> (usize, bool) {
        let mut at = from;
        while at < self.bytes.len() {
            let b = self.bytes[at];
            if b == quote {
                if self.bytes.get(at + 1) != Some(&quote) || quote == b']' {
                    return (at + 1, false);
                }
                at += 2;
            } else if escapes && b == b'\\' {
                at += 2;
            } else {
                at += 1;
            }
        }
        (self.bytes.len(), true)
    }

    /// A string whose quote stands at `quote`, its prefix from `self.at`.
    fn string(&mut self, quote: usize, escapes: bool) {
        let (end, open) = self.quoted_end(quote + 1, b'\'', escapes);
        self.push(TokenKind::String, end, open);
    }

    fn dollar(&mut self) {
        if self.dialect.dollar_strings {
            let tag_end = self.scan(self.at + 1, |b| in_word(b) && b != b'$');
            let tagged = self.bytes.get(tag_end) == Some(&b'$') && !self.peek(1).is_ascii_digit();
            if tagged {
                let tag = &self.bytes[self.at..=tag_end];
                let body = tag_end + 1;
                let found = memchr::memmem::find(&self.bytes[body..], tag);
                let end = found.map_or(self.bytes.len(), |i| body + i + tag.len());
                return self.push(TokenKind::DollarString, end, found.is_none());
            }
        }
        let digits = self.scan(self.at + 1, |b| b.is_ascii_digit());
        if self.dialect.dollar_parameters && digits > self.at + 1 {
            return self.push(TokenKind::Parameter, digits, false);
        }
        let end = self.scan(self.at + 1, in_word);
        self.push(
            if end > self.at + 1 {
                TokenKind::Word
            } else {
                TokenKind::Other
            },
            end,
            false,
        );
    }

    fn number(&mut self) {
        let mut at = self.at;
        if self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'X' | b'b' | b'B' | b'o' | b'O') {
            let end = self.scan(at + 2, |b| b.is_ascii_hexdigit() || b == b'_');
            if end > at + 2 {
                return self.push(TokenKind::Number, end, false);
            }
        }
        at = self.scan(at, |b| b.is_ascii_digit() || b == b'_');
        if self.bytes.get(at) == Some(&b'.') && self.bytes.get(at + 1) != Some(&b'.') {
            at = self.scan(at + 1, |b| b.is_ascii_digit() || b == b'_');
        }
        if matches!(self.bytes.get(at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
            if self
                .bytes
                .get(at + 1 + sign)
                .is_some_and(u8::is_ascii_digit)
            {
                at = self.scan(at + 1 + sign, |b| b.is_ascii_digit());
            }
        }
        self.push(TokenKind::Number, at, false);
    }

    fn colon(&mut self) {
        match self.peek(1) {
            b':' => self.push(TokenKind::Cast, self.at + 2, false),
            quote @ (b'\'' | b'"') => {
                let end = self.scan(self.at + 2, |b| in_word(b) && b != b'$');
                let whole = end > self.at + 2 && self.bytes.get(end) == Some(&quote);
                let (kind, end) = match whole {
                    true => (TokenKind::Variable, end + 1),
                    false => (TokenKind::Operator, self.at + 1),
                };
                self.push(kind, end, false);
            }
            b'{' if self.peek(2) == b'?' => {
                let end = self.scan(self.at + 3, |b| in_word(b) && b != b'$');
                match self.bytes.get(end) {
                    Some(b'}') => self.push(TokenKind::Variable, end + 1, false),
                    _ => self.push(TokenKind::Operator, self.at + 1, false),
                }
            }
            b if starts_word(b) => {
                let end = self.scan(self.at + 1, |b| in_word(b) && b != b'$');
                self.push(TokenKind::Variable, end, false);
            }
            _ => self.operator(),
        }
    }

    fn session_variable(&mut self) {
        let mut at = self.at + 1;
        if self.bytes.get(at) == Some(&b'@') {
            at += 1;
        }
        match self.bytes.get(at) {
            Some(&quote @ (b'`' | b'\'' | b'"')) => {
                let (end, open) = self.quoted_end(at + 1, quote, false);
                self.push(TokenKind::SessionVariable, end, open);
            }
            _ => {
                let end = self.scan(at, |b| in_word(b) || b == b'.');
                self.push(TokenKind::SessionVariable, end, false);
            }
        }
    }

    fn word(&mut self) {
        let mut end = self.scan(self.at, in_word);
        if self.delimiter != ";" {
            // The mysql client finds its delimiter inside words too: `END$$`.
            let word = &self.text[self.at..end];
            if let Some(i) = word.find(self.delimiter).filter(|&i| i > 0) {
                end = self.at + i;
            }
        }
        let word = &self.text[self.at..end];
        if self.bytes.get(end) == Some(&b'\'') && word.len() == 1 {
            match word.as_bytes()[0].to_ascii_lowercase() {
                b'e' if self.dialect.escape_strings => return self.string(end, true),
                b'b' | b'x' | b'n' => return self.string(end, self.dialect.backslash_escapes),
                _ => {}
            }
        }
        if self.dialect.escape_strings && word.eq_ignore_ascii_case("u") && self.peek(1) == b'&' {
            match self.peek(2) {
                b'\'' => return self.string(self.at + 2, false),
                b'"' => {
                    let (end, open) = self.quoted_end(self.at + 3, b'"', false);
                    return self.push(TokenKind::QuotedName, end, open);
                }
                _ => {}
            }
        }
        if self.dialect.delimiter_command
            && self.at_start
            && word.eq_ignore_ascii_case("delimiter")
            && self.bytes.get(end).is_none_or(|&b| is_space(b))
        {
            return self.delimiter_command(end);
        }
        self.push(TokenKind::Word, end, false);
    }

    fn delimiter_command(&mut self, from: usize) {
        let end = self.scan(from, |b| b != b'\n');
        if let Some(argument) = delimiter_argument(&self.text[self.at..end]) {
            self.delimiter = argument;
        }
        self.push(TokenKind::Delimiter, end, false);
    }

    /// A backslash command ends with its line, or before the next backslash outside quotes.
    fn command(&mut self) {
        let name_end = self.scan(self.at + 1, |b| !is_space(b) && b != b'\\');
        let name_end = match self.peek(1) {
            b'!' => self.at + 2,
            b'\\' => return self.push(TokenKind::Command, self.at + 2, false),
            b';' | b':' if self.peek(0) == b'\\' => {
                return self.push(TokenKind::Escaped, self.at + 2, false);
            }
            _ => name_end,
        };
        let name = &self.text[self.at + 1..name_end];
        let blanks = |c: char| c != '\n' && c.is_whitespace();
        let piped = PIPED.contains(&name)
            && self.text[name_end..]
                .trim_start_matches(blanks)
                .starts_with('|');
        if matches!(self.peek(0), b'/' | b'.') || WHOLE_LINE.contains(&name) || piped {
            let line_end = self.scan(self.at, |b| b != b'\n');
            return self.push(TokenKind::Command, line_end, false);
        }
        let mut at = name_end;
        // Looks no further than it has to: a long line may be full of commands.
        while let Some(&b) = self.bytes.get(at) {
            match b {
                b'\\' | b'\n' => break,
                quote @ (b'\'' | b'"' | b'`') => {
                    let (end, open) = self.quoted_end(at + 1, quote, quote == b'\'');
                    if open || self.bytes[at..end].contains(&b'\n') {
                        at = self.scan(at, |b| b != b'\n');
                        break;
                    }
                    at = end;
                }
                _ => at += 1,
            }
        }
        self.push(TokenKind::Command, at.max(self.at + 1), false);
    }

    fn operator(&mut self) {
        let rest = self.rest();
        if let Some(op) = OPERATORS.iter().find(|op| rest.starts_with(op.as_bytes())) {
            return self.push(TokenKind::Operator, self.at + op.len(), false);
        }
        let b = self.peek(0);
        let known = b"+-*/<>=~!@#%^&|?:`{}".contains(&b);
        let kind = if known {
            TokenKind::Operator
        } else {
            TokenKind::Other
        };
        self.push(kind, self.at + 1, false);
    }
}
