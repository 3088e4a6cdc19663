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

/// Rows of the tables below: a keyword that may serve as a name.
const fn k(word: &'static str) -> Keyword {
    let reserved = false;
    Keyword { word, reserved }
}

/// A reserved keyword.
const fn r(word: &'static str) -> Keyword {
    let reserved = true;
    Keyword { word, reserved }
}

/// A function of one row.
const fn f(name: &'static str, arguments: &'static str, returns: &'static str) -> Builtin {
    let aggregate = false;
    Builtin {
        name,
        arguments,
        returns,
        aggregate,
    }
}

/// A function of many rows.
const fn agg(name: &'static str, arguments: &'static str, returns: &'static str) -> Builtin {
    let aggregate = true;
    Builtin {
        name,
        arguments,
        returns,
        aggregate,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_without_repeats() {
        for (keywords, functions) in [
            (postgres::KEYWORDS, postgres::FUNCTIONS),
            (mysql::KEYWORDS, mysql::FUNCTIONS),
            (sqlite::KEYWORDS, sqlite::FUNCTIONS),
        ] {
            assert!(keywords.is_sorted_by(|a, b| a.word < b.word));
            assert!(functions.is_sorted_by(|a, b| a.name < b.name));
            assert!(
                keywords
                    .iter()
                    .all(|k| k.word == k.word.to_ascii_uppercase())
            );
        }
        assert_eq!(sqlite::KEYWORDS.len(), 147);
    }

    #[test]
    fn keywords_are_found_in_any_case() {
        assert!(find(postgres::KEYWORDS, "sElect").is_some_and(|k| k.reserved));
        assert!(find(mysql::KEYWORDS, "engine").is_some_and(|k| !k.reserved));
        assert!(find(sqlite::KEYWORDS, "nope").is_none());
    }
}
