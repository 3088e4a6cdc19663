//! The mysql client's own commands in the text of a script, and what that client makes of a
//! statement before the server sees it.

use super::{Dialect, Token, TokenKind};
use std::borrow::Cow;

/// Which backslash commands a text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientCommands {
    /// psql's: `\name`, to the end of the line or the next backslash.
    Psql,
    /// mysql's, as scripts have them: one character behind the backslash, wherever it stands, and
    /// words at the beginning of a statement.
    Mysql,
    /// Of mysql's only `\C` and DELIMITER: scripts whose values may hold anything.
    Binary,
    /// mysql's where one character stands alone behind the backslash, else psql's: at the prompt.
    Both,
}

/// What follows the name of a client command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    /// Text up to the delimiter or the end of the line.
    Text,
    /// The whole line, whatever it holds.
    Line,
}

/// A command of the mysql client, as far as reading a text needs it.
#[derive(Debug, PartialEq, Eq)]
pub struct ClientCommand {
    pub name: &'static str,
    /// Behind a backslash.
    pub short: char,
    pub takes: Takes,
}

const fn row(name: &'static str, short: char, takes: Takes) -> ClientCommand {
    ClientCommand { name, short, takes }
}

/// Every command of the mysql client.
pub const CLIENT_COMMANDS: &[ClientCommand] = &[
    row("?", '?', Takes::Text),
    row("charset", 'C', Takes::Text),
    row("clear", 'c', Takes::Nothing),
    row("connect", 'r', Takes::Text),
    row("delimiter", 'd', Takes::Text),
    row("edit", 'e', Takes::Nothing),
    row("ego", 'G', Takes::Nothing),
    row("exit", 'q', Takes::Nothing),
    row("go", 'g', Takes::Nothing),
    row("help", 'h', Takes::Text),
    row("nopager", 'n', Takes::Nothing),
    row("notee", 't', Takes::Nothing),
    row("nowarning", 'w', Takes::Nothing),
    row("pager", 'P', Takes::Text),
    row("print", 'p', Takes::Nothing),
    row("prompt", 'R', Takes::Text),
    row("quit", 'q', Takes::Nothing),
    row("rehash", '#', Takes::Nothing),
    row("resetconnection", 'x', Takes::Nothing),
    row("sandbox", '-', Takes::Nothing),
    row("source", '.', Takes::Text),
    row("status", 's', Takes::Nothing),
    row("system", '!', Takes::Line),
    row("tee", 'T', Takes::Text),
    row("use", 'u', Takes::Text),
    row("warnings", 'W', Takes::Nothing),
];

/// The command that a backslash begins here, at the start of `text`.
pub fn short_command(text: &str, dialect: &Dialect) -> Option<&'static ClientCommand> {
    let mut chars = text.strip_prefix('\\')?.chars();
    let short = chars.next()?;
    let alone = !chars
        .next()
        .is_some_and(|c| c.is_alphanumeric() || c == '_');
    let named = CLIENT_COMMANDS.iter().find(|c| c.short == short);
    match dialect.client_commands {
        ClientCommands::Psql => None,
        ClientCommands::Mysql => named,
        ClientCommands::Binary => named.filter(|c| c.name == "charset"),
        // Expanded output is worth more at a prompt than a reset connection.
        ClientCommands::Both => named.filter(|c| alone && c.name != "resetconnection"),
    }
}

/// The command that a line, or a statement without what ends it, is. What takes nothing is no
/// command with something behind it.
pub(super) fn named_command(text: &str) -> Option<&'static ClientCommand> {
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let command = CLIENT_COMMANDS
        .iter()
        .find(|c| c.name.eq_ignore_ascii_case(name.trim_end()))?;
    (rest.trim().is_empty() || command.takes != Takes::Nothing).then_some(command)
}

/// What a DELIMITER command, `delimiter //` or `\d //`, makes the delimiter.
pub fn delimiter_argument(text: &str) -> Option<&str> {
    let rest = match text.strip_prefix("\\d") {
        Some(rest) => rest,
        None => &text["delimiter".len()..],
    };
    let word = rest.trim_start();
    let quote = word
        .chars()
        .next()
        .filter(|c| matches!(c, '\'' | '"' | '`'));
    let word = match quote {
        Some(quote) => word[1..].split(quote).next(),
        None => word.split_whitespace().next(),
    };
    word.filter(|w| !w.is_empty())
}

/// A statement as the mysql client sends it: without comments, unless they are kept, and without
/// white space at the beginning. `tokens` are those from the end of the statement before.
pub fn sent<'t>(text: &'t str, tokens: &[Token], begins: bool, comments: bool) -> Cow<'t, str> {
    let first = tokens
        .iter()
        .position(|t| !(begins && t.kind == TokenKind::Space || is_dropped(t, text)));
    let Some(first) = first else {
        return Cow::Borrowed("");
    };
    let first = match comments && begins {
        true => tokens
            .iter()
            .position(is_block)
            .map_or(first, |n| n.min(first)),
        false => first,
    };
    let comment = tokens[..first]
        .iter()
        .rfind(|t| is_block(t) && is_dropped(t, text));
    let between = comment.map(|t| &text[t.end as usize..tokens[first].start as usize]);
    let dropped_before = !comments && between.is_some_and(|b| !b.contains('\n'));
    let body = &tokens[first..];
    let Some(last) = body.last() else {
        return Cow::Borrowed("");
    };
    let is_whole = !body.iter().any(|t| is_dropped(t, text));
    if is_whole && !dropped_before {
        return Cow::Borrowed(&text[body[0].start as usize..last.end as usize]);
    }
    Cow::Owned(without_comments(text, body, dropped_before, comments))
}

/// A block comment leaves a space where none stands behind it on its line.
fn without_comments(text: &str, tokens: &[Token], mut needs_space: bool, comments: bool) -> String {
    let mut out = String::new();
    for token in tokens {
        if is_dropped(token, text) {
            needs_space |= is_block(token);
            out.push_str(if comments { token.text(text) } else { "" });
            continue;
        }
        let part = token.text(text);
        if std::mem::take(&mut needs_space) && !part.starts_with(char::is_whitespace) {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

fn is_block(token: &Token) -> bool {
    token.kind == TokenKind::BlockComment
}

/// Comments that the server has no use for. Optimizer hints are no such.
fn is_dropped(token: &Token, text: &str) -> bool {
    match token.kind {
        _ if token.open => false,
        TokenKind::LineComment => true,
        TokenKind::BlockComment => !token.text(text).starts_with("/*+"),
        _ => false,
    }
}
