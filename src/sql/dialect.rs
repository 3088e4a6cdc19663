//! The textual differences between servers, as data: one constant a server.

use super::keywords::{self, Builtin, Keyword};
use super::mysql::ClientCommands;

/// What happens to the case of a name that is not quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// PostgreSQL: folded to lower case, and compared exactly.
    Lower,
    /// MySQL and SQLite: kept, and compared without case.
    Ignore,
}

/// How one server's text is to be read.
#[derive(Debug)]
pub struct Dialect {
    /// `postgres`, `mysql` or `sqlite`, as in the completion protocol.
    pub name: &'static str,
    /// The character that sqwire quotes names with.
    pub quote: char,
    pub fold: Fold,
    /// `"…"` is a name; in MySQL it is a string.
    pub double_quoted_names: bool,
    /// `` `…` `` is a name.
    pub backticks: bool,
    /// `[…]` is a name.
    pub brackets: bool,
    /// `$tag$ … $tag$` is a string.
    pub dollar_strings: bool,
    /// `$` may stand inside a name, `$1` is a parameter.
    pub dollar_parameters: bool,
    /// `\` escapes in every string; without it only in `E'…'`.
    pub backslash_escapes: bool,
    /// `E'…'` has escapes.
    pub escape_strings: bool,
    /// `#` begins a comment.
    pub hash_comments: bool,
    /// `--` begins a comment only before white space.
    pub dashes_need_space: bool,
    pub nested_comments: bool,
    /// `?` is a parameter (in PostgreSQL it is an operator).
    pub question_parameters: bool,
    /// `@name` is a variable of the session.
    pub at_variables: bool,
    /// `DELIMITER //` changes what ends a statement.
    pub delimiter_command: bool,
    /// A semicolon inside parentheses ends no statement (psql's rule).
    pub semicolon_in_parens: bool,
    /// `/*! … */` and `/*M! … */` are sent to the server, which executes them.
    pub executable_comments: bool,
    /// Whose commands stand between the statements.
    pub client_commands: ClientCommands,
    pub keywords: &'static [Keyword],
    pub functions: &'static [Builtin],
}

impl Dialect {
    /// The same text where the server's settings turn round what `\` in a string is.
    pub fn with_escapes(&'static self, other: bool) -> &'static Self {
        match (self.name, self.client_commands) {
            _ if !other => self,
            ("postgres", _) => &POSTGRES_ESCAPES,
            ("mysql", ClientCommands::Psql) => &MYSQL_PLAIN[0],
            ("mysql", ClientCommands::Mysql) => &MYSQL_PLAIN[1],
            ("mysql", ClientCommands::Binary) => &MYSQL_PLAIN[2],
            ("mysql", ClientCommands::Both) => &MYSQL_PLAIN[3],
            _ => self,
        }
    }
}

impl PartialEq for Dialect {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

pub static POSTGRES: Dialect = postgres(false);
/// With `standard_conforming_strings` off.
static POSTGRES_ESCAPES: Dialect = postgres(true);

const fn postgres(backslash_escapes: bool) -> Dialect {
    Dialect {
        name: "postgres",
        quote: '"',
        fold: Fold::Lower,
        double_quoted_names: true,
        backticks: false,
        brackets: false,
        dollar_strings: true,
        dollar_parameters: true,
        backslash_escapes,
        escape_strings: true,
        hash_comments: false,
        dashes_need_space: false,
        nested_comments: true,
        question_parameters: false,
        at_variables: false,
        delimiter_command: false,
        semicolon_in_parens: true,
        executable_comments: false,
        client_commands: ClientCommands::Psql,
        keywords: keywords::postgres::KEYWORDS,
        functions: keywords::postgres::FUNCTIONS,
    }
}

pub static MYSQL: Dialect = mysql(ClientCommands::Psql, true);
/// A script of the mysql client.
pub static MYSQL_SCRIPT: Dialect = mysql(ClientCommands::Mysql, true);
/// The same with `--binary-mode`.
pub static MYSQL_BINARY: Dialect = mysql(ClientCommands::Binary, true);
/// What is typed by somebody who is used to the mysql client.
pub static MYSQL_PROMPT: Dialect = mysql(ClientCommands::Both, true);
/// With NO_BACKSLASH_ESCAPES.
static MYSQL_PLAIN: [Dialect; 4] = [
    mysql(ClientCommands::Psql, false),
    mysql(ClientCommands::Mysql, false),
    mysql(ClientCommands::Binary, false),
    mysql(ClientCommands::Both, false),
];

const fn mysql(client_commands: ClientCommands, backslash_escapes: bool) -> Dialect {
    Dialect {
        name: "mysql",
        quote: '`',
        fold: Fold::Ignore,
        double_quoted_names: false,
        backticks: true,
        brackets: false,
        dollar_strings: false,
        dollar_parameters: false,
        backslash_escapes,
        escape_strings: false,
        hash_comments: true,
        dashes_need_space: true,
        nested_comments: false,
        question_parameters: true,
        at_variables: true,
        delimiter_command: true,
        semicolon_in_parens: false,
        executable_comments: true,
        client_commands,
        keywords: keywords::mysql::KEYWORDS,
        functions: keywords::mysql::FUNCTIONS,
    }
}

pub static SQLITE: Dialect = Dialect {
    name: "sqlite",
    quote: '"',
    fold: Fold::Ignore,
    double_quoted_names: true,
    backticks: true,
    brackets: true,
    dollar_strings: false,
    dollar_parameters: false,
    backslash_escapes: false,
    escape_strings: false,
    hash_comments: false,
    dashes_need_space: false,
    nested_comments: false,
    question_parameters: true,
    at_variables: false,
    delimiter_command: false,
    semicolon_in_parens: false,
    executable_comments: false,
    client_commands: ClientCommands::Psql,
    keywords: keywords::sqlite::KEYWORDS,
    functions: keywords::sqlite::FUNCTIONS,
};

pub static DIALECTS: &[&Dialect] = &[&POSTGRES, &MYSQL, &SQLITE];

/// The dialect of that name.
pub fn by_name(name: &str) -> Option<&'static Dialect> {
    DIALECTS.iter().copied().find(|d| d.name == name)
}
