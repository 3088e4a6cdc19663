//! What a statement may have changed of the catalog, as far as its words tell.

#[cfg(test)]
mod tests;

use crate::sql::names::unquote;
use crate::sql::{Dialect, Fold, Token, TokenKind, lex};

/// What is to be read again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Relations of these names, in whichever schema.
    pub relations: Vec<String>,
    /// Routines, types, sequences, roles, settings, databases.
    pub rest: bool,
    /// The search path or the current database.
    pub path: bool,
    /// Perhaps only this session sees it: temporary relations.
    pub private: bool,
    /// Everything.
    pub whole: bool,
}

/// With more names than this everything is read instead.
const MOST_NAMES: usize = 100;

impl Change {
    pub fn everything() -> Change {
        Change {
            whole: true,
            ..Change::default()
        }
    }

    pub fn is_nothing(&self) -> bool {
        *self == Change::default()
    }

    /// This change and another one.
    pub fn merge(&mut self, other: Change) {
        for name in other.relations {
            if !self.relations.contains(&name) {
                self.relations.push(name);
            }
        }
        self.rest |= other.rest;
        self.path |= other.path;
        self.private |= other.private;
        self.whole |= other.whole || self.relations.len() > MOST_NAMES;
    }

    /// What the statement changes. One that is not understood changes everything.
    pub fn of(statement: &str, dialect: &Dialect) -> Change {
        let tokens = lex(statement, dialect);
        let reader = Reader {
            text: statement,
            tokens: tokens.into_iter().filter(|t| !t.is_trivia()).collect(),
            at: 0,
            dialect,
        };
        reader.change()
    }
}

struct Reader<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    dialect: &'t Dialect,
}

/// What is named by the words before its name.
const OBJECTS: &[&str] = &[
    "table",
    "view",
    "index",
    "function",
    "procedure",
    "routine",
    "aggregate",
    "type",
    "domain",
    "sequence",
    "role",
    "user",
    "group",
    "database",
    "schema",
    "extension",
    "trigger",
    "event",
    "policy",
    "rule",
    "statistics",
    "publication",
    "subscription",
    "collation",
    "operator",
    "cast",
    "server",
    "wrapper",
    "tablespace",
    "conversion",
    "language",
    "method",
    "configuration",
    "dictionary",
    "parser",
    "template",
    "column",
];

/// How far behind the first word the object may be named: `CREATE OR REPLACE ALGORITHM = MERGE
/// DEFINER = a@b SQL SECURITY INVOKER VIEW`.
const FAR: usize = 24;

impl Reader<'_> {
    fn word(&self, at: usize) -> String {
        let token = self.tokens.get(at).filter(|t| t.kind == TokenKind::Word);
        token.map_or(String::new(), |t| t.text(self.text).to_ascii_lowercase())
    }

    fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.word(self.at).as_str())
    }

    /// Steps over the words, if they stand here.
    fn skip(&mut self, words: &[&str]) -> bool {
        let here = (self.at..).zip(words).all(|(at, w)| self.word(at) == *w);
        if here {
            self.at += words.len();
        }
        here
    }

    /// Steps behind the next place where one of the words stands.
    fn skip_to(&mut self, words: &[&str]) -> bool {
        let rest = self.at..self.tokens.len();
        let found = rest
            .into_iter()
            .find(|at| words.contains(&self.word(*at).as_str()));
        self.at = found.map_or(self.tokens.len(), |at| at + 1);
        found.is_some()
    }

    /// The parts of a name, as the server knows them.
    fn name(&mut self) -> Vec<String> {
        let mut parts = Vec::new();
        while let Some(token) = self.tokens.get(self.at) {
            let text = token.text(self.text);
            let name = unquote(text, self.dialect);
            parts.push(match (token.kind, self.dialect.fold) {
                (TokenKind::Word, Fold::Lower) => name.to_lowercase(),
                (TokenKind::Word | TokenKind::QuotedName, _) => name.into_owned(),
                // MySQL and SQLite take a string for a name here and there.
                (TokenKind::String, Fold::Ignore) => name.into_owned(),
                _ => break,
            });
            self.at += 1;
            let dot = self.tokens.get(self.at).map(|t| t.kind);
            if dot != Some(TokenKind::Dot) {
                break;
            }
            self.at += 1;
        }
        parts
    }

    /// The last part of the name that stands here.
    fn relation(&mut self) -> Option<String> {
        self.skip(&["if", "not", "exists"]);
        self.skip(&["if", "exists"]);
        self.skip(&["only"]);
        self.name().pop()
    }

    fn change(mut self) -> Change {
        self.at = 1;
        match self.word(0).as_str() {
            "create" => Change {
                private: self.is_temporary(),
                ..self.create()
            },
            "drop" => Change {
                private: self.is_temporary(),
                ..self.drop()
            },
            "alter" => self.alter(),
            "rename" => self.rename(),
            "comment" => self.comment(),
            "select" | "with" => self.select_into(),
            "grant" | "revoke" => Change::rest(),
            "set" | "reset" | "discard" | "use" => self.session(),
            _ => Change::everything(),
        }
    }

    fn is_temporary(&self) -> bool {
        (1..5).any(|at| matches!(self.word(at).as_str(), "temp" | "temporary"))
    }

    /// The kind of object that the statement is about.
    fn object(&mut self) -> String {
        let rest = self.at..self.tokens.len().min(self.at + FAR);
        for at in rest {
            let word = self.word(at);
            if OBJECTS.contains(&word.as_str()) {
                self.at = at + 1;
                return word;
            }
        }
        String::new()
    }

    fn create(&mut self) -> Change {
        let virtual_table = self.is(&["virtual"]);
        match self.object().as_str() {
            // The module of a virtual table makes tables of its own.
            "table" if virtual_table => Change::everything(),
            "table" => {
                let serial = &["serial", "bigserial", "smallserial", "identity"];
                let mut change = Change {
                    // They come with sequences.
                    rest: (self.at..self.tokens.len())
                        .any(|at| serial.contains(&self.word(at).as_str())),
                    ..Change::relations(self.relation())
                };
                if self.skip(&["partition", "of"]) {
                    change.relations.extend(self.relation());
                }
                change
            }
            "view" => Change::relations(self.relation()),
            "index" => match self.skip_to(&["on"]) {
                true => Change::relations(self.relation()),
                false => Change::everything(),
            },
            object => Change::of_object(object, self.dialect),
        }
    }

    fn drop(&mut self) -> Change {
        match self.object().as_str() {
            "table" | "view" => self.drop_relations(),
            "index" => match self.skip_to(&["on"]) {
                true => Change::relations(self.relation()),
                false => Change::everything(),
            },
            object => Change::of_object(object, self.dialect),
        }
    }

    fn drop_relations(&mut self) -> Change {
        let mut change = Change::default();
        loop {
            change.merge(Change::relations(self.relation()));
            let comma = self.tokens.get(self.at).map(|t| t.kind);
            if comma != Some(TokenKind::Comma) {
                break;
            }
            self.at += 1;
        }
        // What depends on them goes too.
        change.whole |= self.is(&["cascade"]);
        change
    }

    fn alter(&mut self) -> Change {
        match self.object().as_str() {
            "table" | "view" => {
                let mut change = Change::relations(self.relation());
                let start = self.at;
                while self.skip_to(&["rename", "partition"]) {
                    let part = self.word(self.at - 1) == "partition";
                    let renames = !part && (self.skip(&["to"]) || self.skip(&["as"]));
                    let behind = self.word(self.at.saturating_sub(2));
                    // What is on it is told by its name.
                    change.rest |= renames;
                    if renames || part && matches!(behind.as_str(), "attach" | "detach") {
                        change.relations.extend(self.relation());
                    }
                }
                self.at = start;
                change
            }
            "index" => Change::everything(),
            object => Change::of_object(object, self.dialect),
        }
    }

    /// MySQL's `RENAME TABLE a TO b, c TO d`.
    fn rename(&mut self) -> Change {
        if !self.skip(&["table"]) {
            return Change::rest();
        }
        let mut change = Change::rest();
        while self.at < self.tokens.len() {
            match self.relation() {
                Some(name) => change.merge(Change::relations(Some(name))),
                None => self.at += 1,
            }
            self.skip(&["to"]);
        }
        change
    }

    fn comment(&mut self) -> Change {
        match self.object().as_str() {
            "table" | "view" => Change::relations(self.relation()),
            "column" => {
                let mut name = self.name();
                name.pop();
                Change::relations(name.pop())
            }
            _ => Change::default(),
        }
    }

    /// PostgreSQL's `SELECT … INTO new_table`.
    fn select_into(&mut self) -> Change {
        if !self.skip_to(&["into"]) {
            return Change::default();
        }
        let private = self.is(&["temp", "temporary"]);
        while self.is(&["temp", "temporary", "unlogged", "table"]) {
            self.at += 1;
        }
        Change {
            private,
            ..Change::relations(self.relation())
        }
    }

    /// SET, RESET, DISCARD, USE: only what has to do with where names are looked for.
    fn session(&mut self) -> Change {
        let words = [
            "search_path",
            "schema",
            "role",
            "session",
            "authorization",
            "all",
        ];
        let path = match self.word(0).as_str() {
            "use" => true,
            "set" | "reset" | "discard" => self.skip_to(&words),
            _ => false,
        };
        Change {
            path,
            ..Change::default()
        }
    }
}

impl Change {
    fn rest() -> Change {
        Change {
            rest: true,
            ..Change::default()
        }
    }

    fn relations(name: Option<String>) -> Change {
        match name {
            Some(name) => Change {
                relations: vec![name],
                ..Change::default()
            },
            None => Change::everything(),
        }
    }

    fn of_object(object: &str, dialect: &Dialect) -> Change {
        match object {
            "function" | "procedure" | "routine" | "aggregate" | "type" | "domain" | "sequence"
            | "role" | "user" | "group" | "collation" | "trigger" | "event" | "policy" | "rule"
            | "statistics" | "publication" | "subscription" | "tablespace" | "conversion"
            | "language" | "method" | "configuration" | "dictionary" | "parser" | "template" => {
                Change::rest()
            }
            // Without what depends on them there are fewer tables.
            "server" | "wrapper" => Change::everything(),
            // In MySQL a database is a schema.
            "database" if dialect.fold == Fold::Lower => Change::rest(),
            "operator" | "cast" => Change::default(),
            _ => Change::everything(),
        }
    }
}
