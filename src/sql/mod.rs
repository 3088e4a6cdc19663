//! The text of the user: one lexer, one splitter, one reading of names. Pure, total, no `Result`.

pub mod access;
pub mod block;
pub mod bytes;
pub mod copy;
pub mod danger;
pub mod dialect;
pub mod keywords;
pub mod lexer;
pub mod mysql;
pub mod names;
pub mod psql;
pub mod scope;
pub mod split;
pub mod syntax;
#[cfg(test)]
mod tests;
pub mod vars;

pub use dialect::{Dialect, Fold};
pub use lexer::{Token, TokenKind, lex, lex_with};
pub use split::{CommandLine, Effect, Open, Part, Split, Statement, Terminator, split};
