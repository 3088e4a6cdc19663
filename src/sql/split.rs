//! Tokens to statements and backslash commands, and what is still open at the end.

use super::mysql::{ClientCommands, delimiter_argument, short_command};
use super::{Dialect, Token, TokenKind};

/// The parts of a text, in order.
#[derive(Debug, Default)]
pub struct Split<'a> {
    pub parts: Vec<Part<'a>>,
    /// What the text still waits for; `None` when it can be run as it is.
    pub open: Option<Open>,
    /// What ends statements after this text (DELIMITER), for the text that follows it.
    pub delimiter: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'a> {
    Sql(Statement<'a>),
    Command(CommandLine<'a>),
}

/// What is missing; also picks the continuation prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    Statement,
    SingleQuote,
    DoubleQuote,
    Dollar,
    Comment,
    Paren,
}

/// One statement without what ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'a> {
    pub text: &'a str,
    /// Byte offset of `text` in the whole text.
    pub offset: usize,
    pub effect: Effect,
    pub end: Terminator,
    /// Where it is over in the whole text: behind its semicolon, before the command.
    pub stop: usize,
}

/// What the leading keywords promise. It only ever warns or asks for a refresh; the server decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Read,
    Write,
    Schema,
    Transaction,
    Session,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminator {
    Semicolon,
    /// A command follows: `\g` sends the text, `\x` leaves it waiting.
    Command,
    /// The text ended.
    End,
}

impl<'a> Statement<'a> {
    /// A semicolon that ends what commands have left waiting.
    fn empty(text: &'a str, semicolon: &Token) -> Self {
        let offset = semicolon.start as usize;
        Statement {
            text: &text[offset..offset],
            offset,
            effect: Effect::Unknown,
            end: Terminator::Semicolon,
            stop: semicolon.end as usize,
        }
    }
}

/// `\d users`: the name without its backslash (with its slash for `/locks`), and the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandLine<'a> {
    pub name: &'a str,
    pub arguments: &'a str,
    /// Byte offset of the backslash in the whole text.
    pub offset: usize,
    /// Where it is over in the whole text.
    pub stop: usize,
}

/// Cuts `text` at its statement ends and commands. `tokens` are those of `text`.
pub fn split<'a>(text: &'a str, tokens: &[Token], dialect: &Dialect) -> Split<'a> {
    let mut out = Split::default();
    let mut pending = Pending::default();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Semicolon if pending.can_end(dialect) => {
                let at = (Terminator::Semicolon, token.end as usize);
                if pending.first.is_none()
                    && (dialect.client_commands == ClientCommands::Psql
                        || matches!(out.parts.last(), None | Some(Part::Command(_))))
                {
                    out.parts.push(Part::Sql(Statement::empty(text, token)));
                }
                pending.flush(&mut out, text, tokens, at, dialect);
            }
            TokenKind::Command => {
                let at = (Terminator::Command, token.start as usize);
                pending.flush(&mut out, text, tokens, at, dialect);
                out.parts
                    .push(Part::Command(command_line(text, token, dialect)));
            }
            TokenKind::Delimiter => {
                let at = (Terminator::Command, token.start as usize);
                pending.flush(&mut out, text, tokens, at, dialect);
                let argument = delimiter_argument(token.text(text));
                out.delimiter = argument.map(str::to_string).or(out.delimiter.take());
            }
            _ => pending.add(index, token, text, dialect),
        }
    }
    out.open = pending.open(tokens);
    pending.flush(
        &mut out,
        text,
        tokens,
        (Terminator::End, text.len()),
        dialect,
    );
    out
}

/// The statement being collected.
#[derive(Default)]
struct Pending {
    first: Option<usize>,
    last: usize,
    parens: usize,
    words: u32,
    /// `CREATE … FUNCTION | PROCEDURE | TRIGGER` has been seen at the statement's start.
    routine: bool,
    create: bool,
    blocks: u32,
}

impl Pending {
    fn can_end(&self, dialect: &Dialect) -> bool {
        self.blocks == 0 && (self.parens == 0 || !dialect.semicolon_in_parens)
    }

    fn add(&mut self, index: usize, token: &Token, text: &str, dialect: &Dialect) {
        // A comment that never ends is for the server to complain of: what it swallows was meant.
        let content =
            !token.is_trivia() || token.open || token.is_executable_comment(text, dialect);
        if !content {
            return;
        }
        self.first.get_or_insert(index);
        self.last = index;
        match token.kind {
            TokenKind::LeftParen => self.parens += 1,
            TokenKind::RightParen => self.parens = self.parens.saturating_sub(1),
            TokenKind::Word => self.word(token.text(text), dialect),
            _ => {}
        }
    }

    /// Follows `BEGIN … END` in the bodies of SQL-standard functions (PostgreSQL 14) and SQLite's
    /// triggers, as psql and sqlite3 do. In MySQL the user says DELIMITER.
    fn word(&mut self, word: &str, dialect: &Dialect) {
        self.words += 1;
        if dialect.delimiter_command {
            return;
        }
        let is = |k: &str| word.eq_ignore_ascii_case(k);
        if self.words == 1 {
            self.create = is("create");
        } else if self.create && self.words <= 5 {
            self.routine |= is("function") || is("procedure") || is("trigger");
        }
        if self.routine && self.parens == 0 {
            if is("begin") || (is("case") && self.blocks > 0) {
                self.blocks += 1;
            } else if is("end") {
                self.blocks = self.blocks.saturating_sub(1);
            }
        }
    }

    fn open(&self, tokens: &[Token]) -> Option<Open> {
        if let Some(last) = tokens.last().filter(|t| t.open) {
            return Some(match last.kind {
                TokenKind::BlockComment => Open::Comment,
                TokenKind::DollarString => Open::Dollar,
                TokenKind::QuotedName => Open::DoubleQuote,
                _ => Open::SingleQuote,
            });
        }
        self.first?;
        Some(if self.parens > 0 {
            Open::Paren
        } else {
            Open::Statement
        })
    }

    fn flush<'a>(
        &mut self,
        out: &mut Split<'a>,
        text: &'a str,
        tokens: &[Token],
        at: (Terminator, usize),
        dialect: &Dialect,
    ) {
        let (end, stop) = at;
        let done = std::mem::take(self);
        if let Some(first) = done.first {
            let span = tokens[first].start as usize..tokens[done.last].end as usize;
            let effect = effect(text, &tokens[first..=done.last], dialect);
            let offset = span.start;
            out.parts.push(Part::Sql(Statement {
                text: &text[span],
                offset,
                effect,
                end,
                stop,
            }));
        }
    }
}

fn command_line<'a>(text: &'a str, token: &Token, dialect: &Dialect) -> CommandLine<'a> {
    let whole = token.text(text);
    let body = whole.strip_prefix('\\').unwrap_or(whole);
    let script = matches!(
        dialect.client_commands,
        ClientCommands::Mysql | ClientCommands::Binary
    );
    let short = script && body.len() < whole.len() || short_command(whole, dialect).is_some();
    let cut = match body.as_bytes().first() {
        Some(b'!') => 1,
        Some(b'$') => body
            .find(|c| !matches!(c, '$' | '>' | '|'))
            .unwrap_or(body.len()),
        _ if short => body.chars().next().map_or(0, char::len_utf8),
        _ => body.find(char::is_whitespace).unwrap_or(body.len()),
    };
    let (name, arguments) = body.split_at(cut);
    CommandLine {
        name,
        // mysql keeps what follows the last word (`prompt x> `).
        arguments: match script {
            true => arguments.trim_start().trim_end_matches(['\r', '\n']),
            false => arguments.trim(),
        },
        offset: token.start as usize,
        stop: token.end as usize,
    }
}

/// Reads the leading keywords of one statement.
fn effect(text: &str, tokens: &[Token], dialect: &Dialect) -> Effect {
    let mut words = tokens
        .iter()
        .filter(|t| t.kind == TokenKind::Word)
        .map(|t| t.text(text).to_ascii_lowercase());
    let Some(first) = words.next() else {
        return Effect::Unknown;
    };
    match first.as_str() {
        "with" => with_effect(words),
        "explain" => match words.any(|w| w == "analyze") {
            true => Effect::Unknown,
            false => Effect::Read,
        },
        "pragma" if tokens.iter().any(|t| t.kind == TokenKind::Operator) => Effect::Session,
        "select" if words.any(|w| w == "into") && !dialect.delimiter_command => Effect::Schema,
        word => FIRST_WORDS
            .iter()
            .find(|(w, _)| *w == word)
            .map_or(Effect::Unknown, |(_, e)| *e),
    }
}

fn with_effect(mut words: impl Iterator<Item = String>) -> Effect {
    let writes = |w: &String| matches!(w.as_str(), "insert" | "update" | "delete" | "merge");
    if words.any(|w| writes(&w)) {
        Effect::Write
    } else {
        Effect::Read
    }
}

const FIRST_WORDS: &[(&str, Effect)] = &[
    ("select", Effect::Read),
    ("values", Effect::Read),
    ("table", Effect::Read),
    ("show", Effect::Read),
    ("describe", Effect::Read),
    ("desc", Effect::Read),
    ("pragma", Effect::Read),
    ("fetch", Effect::Read),
    ("insert", Effect::Write),
    ("update", Effect::Write),
    ("delete", Effect::Write),
    ("merge", Effect::Write),
    ("replace", Effect::Write),
    ("copy", Effect::Write),
    ("load", Effect::Write),
    ("create", Effect::Schema),
    ("alter", Effect::Schema),
    ("drop", Effect::Schema),
    ("truncate", Effect::Write),
    ("rename", Effect::Schema),
    ("comment", Effect::Schema),
    ("import", Effect::Schema),
    ("grant", Effect::Schema),
    ("revoke", Effect::Schema),
    ("attach", Effect::Schema),
    ("detach", Effect::Schema),
    ("begin", Effect::Transaction),
    ("start", Effect::Transaction),
    ("commit", Effect::Transaction),
    ("end", Effect::Transaction),
    ("rollback", Effect::Transaction),
    ("abort", Effect::Transaction),
    ("savepoint", Effect::Transaction),
    ("release", Effect::Transaction),
    ("set", Effect::Session),
    ("reset", Effect::Session),
    ("use", Effect::Session),
    ("discard", Effect::Session),
];
