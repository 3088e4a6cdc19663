//! Keyword and built-in function tables, one file a server.

pub mod mysql;
pub mod postgres;
pub mod sqlite;

/// One keyword: upper case, and whether it must be quoted to serve as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    pub word: &'static str,
    pub reserved: bool,
}

/// One built-in function: its name in lower case, its arguments as shown, what it returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Builtin {
    pub name: &'static str,
    pub arguments: &'static str,
    pub returns: &'static str,
    pub aggregate: bool,
}

/// The keyword spelled `word` in any case, from a table sorted by `word`.
pub fn find<'k>(table: &'k [Keyword], word: &str) -> Option<&'k Keyword> {
    let cmp = |k: &Keyword| {
        k.word
            .bytes()
            .cmp(word.bytes().map(|b| b.to_ascii_uppercase()))
    };
    table.binary_search_by(cmp).ok().map(|i| &table[i])
}
