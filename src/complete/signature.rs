//! What is to be given at the cursor: the arguments of the call around it, with all overloads; the
//! columns of the row that INSERT inserts; the arguments of a backslash command.

mod parameters;

use super::{MAX_BODIES, Request, within, word};
use crate::catalog::{Catalog, Routine};
use crate::command::spec::{Arg, Spec};
use crate::sql::keywords;
use crate::sql::names::{Name, is_name, same, unquote};
use crate::sql::{Token, TokenKind};
pub(super) use parameters::Parameters;
use std::ops::Range;

/// One way to go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// `substr(string text, start int) text`
    pub text: String,
    /// The bytes of what is to be given now; empty where that is nothing.
    pub current: Range<usize>,
}

/// What fits at the cursor, what takes that many arguments first.
pub fn signatures(request: &Request<'_>) -> Vec<Signature> {
    at_level(request, 0)
}

fn at_level(request: &Request<'_>, level: usize) -> Vec<Signature> {
    let mut request = *request;
    request.cursor = word::boundary(request.text, request.cursor);
    if let Some(line) = super::line::line(request.text, request.tokens, request.cursor) {
        let spec = line.spec(request.commands).filter(|_| !line.in_name());
        return spec
            .map(|s| of_command(s, line.argument()))
            .into_iter()
            .collect();
    }
    if level < MAX_BODIES
        && let Some(body) = word::body(&request)
    {
        return within(&request, &body.span, |inner| at_level(inner, level + 1));
    }
    let call = Call::around(&request);
    call.map_or_else(Vec::new, |call| call.signatures(&request))
}

/// A parenthesis that is open at the cursor, and what stands in it before the cursor.
struct Call<'t> {
    /// The statement up to the cursor, without blanks and comments.
    items: Vec<&'t Token>,
    /// Index of the parenthesis.
    open: usize,
    /// Commas of its own before the cursor.
    position: usize,
    /// The name in `name => value`.
    named: Option<String>,
}

impl<'t> Call<'t> {
    fn around(request: &Request<'t>) -> Option<Call<'t>> {
        let until = request
            .tokens
            .partition_point(|t| (t.start as usize) < request.cursor);
        let before = &request.tokens[..until];
        let ends = |t: &Token| {
            matches!(
                t.kind,
                TokenKind::Semicolon | TokenKind::Command | TokenKind::Delimiter
            )
        };
        let start = before.iter().rposition(ends).map_or(0, |i| i + 1);
        let is_comment = |t: &&Token| match t.kind {
            TokenKind::LineComment => t.end as usize >= request.cursor,
            TokenKind::BlockComment => t.open || t.end as usize > request.cursor,
            _ => false,
        };
        if before.last().filter(is_comment).is_some() {
            return None;
        }
        let items: Vec<&Token> = before[start..].iter().filter(|t| !t.is_trivia()).collect();
        let (mut depth, mut position, mut last_comma) = (0usize, 0usize, None);
        for (i, item) in items.iter().enumerate().rev() {
            match item.kind {
                TokenKind::RightParen | TokenKind::RightBracket => depth += 1,
                TokenKind::LeftParen if depth == 0 => {
                    let first = last_comma.unwrap_or(i) + 1;
                    let named = named(request, items.get(first..).unwrap_or_default());
                    return Some(Call {
                        open: i,
                        position,
                        named,
                        items,
                    });
                }
                // In the brackets of an array commas are its own.
                TokenKind::LeftBracket if depth == 0 => (position, last_comma) = (0, None),
                TokenKind::LeftParen | TokenKind::LeftBracket => depth = depth.saturating_sub(1),
                TokenKind::Comma if depth == 0 => {
                    position += 1;
                    last_comma = last_comma.or(Some(i));
                }
                _ => {}
            }
        }
        None
    }

    fn signatures(&self, request: &Request<'_>) -> Vec<Signature> {
        if let Some(target) = self.inserted(request) {
            return vec![target];
        }
        let Some(name) = self.name(request) else {
            return Vec::new();
        };
        let mut lines: Vec<Parameters> = routines(request.catalog, &name)
            .map(|routine| Parameters::of_routine(&name, routine))
            .collect();
        if lines.is_empty() && name.parts.len() == 1 {
            let builtins = request.catalog.dialect.functions.iter();
            let same = builtins.filter(|b| b.name.eq_ignore_ascii_case(name.last()));
            lines = same.map(Parameters::of_builtin).collect();
        }
        let signature = |line: Parameters| Signature {
            current: line.at(self.position, self.named.as_deref(), request.catalog),
            text: line.text,
        };
        let (fitting, others): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .map(signature)
            .partition(|line| !line.current.is_empty());
        fitting.into_iter().chain(others).collect()
    }

    fn text<'r>(&self, i: usize, request: &Request<'r>) -> &'r str {
        self.items.get(i).map_or("", |t| t.text(request.text))
    }

    fn is(&self, i: usize, request: &Request<'_>, words: &[&str]) -> bool {
        let word = self.text(i, request);
        words.iter().any(|w| w.eq_ignore_ascii_case(word))
    }

    /// The function that the parenthesis calls; `None` where it calls nothing.
    fn name(&self, request: &Request<'_>) -> Option<Name> {
        let last = self.open.checked_sub(1)?;
        let mut first = last;
        while first >= 2 && self.items[first - 1].kind == TokenKind::Dot {
            first -= 2;
        }
        let dialect = request.catalog.dialect;
        let parts = (first..=last).step_by(2).map(|i| {
            let item = self.items[i];
            is_name(item).then(|| unquote(item.text(request.text), dialect).into_owned())
        });
        let name = Name {
            parts: parts.collect::<Option<_>>()?,
        };
        let before = first.checked_sub(1);
        (!before.is_some_and(|i| self.names_something(i, request))).then_some(name)
    }

    /// Whether what follows item `i` is the name of something that is made, or a type.
    fn names_something(&self, i: usize, request: &Request<'_>) -> bool {
        const MAKES: &[&str] = &[
            "into",
            "table",
            "exists",
            "references",
            "index",
            "view",
            "as",
            "update",
            "function",
            "procedure",
            "aggregate",
            "type",
            "cast",
        ];
        const LEADS: &[&str] = &["default", "and", "or", "not", "check", "using", "("];
        let item = self.items[i];
        let made = self.is(0, request, &["create", "alter"]) && !self.is(i, request, LEADS);
        match item.kind {
            TokenKind::Cast | TokenKind::QuotedName => true,
            TokenKind::Word if made || self.is(i, request, MAKES) => true,
            TokenKind::Word => {
                keywords::find(request.catalog.dialect.keywords, item.text(request.text)).is_none()
            }
            _ => made && item.kind == TokenKind::Comma,
        }
    }

    /// The row that is being given, where the parenthesis is one of the rows of INSERT.
    fn inserted(&self, request: &Request<'_>) -> Option<Signature> {
        let mut at = self.open.checked_sub(1)?;
        // Back over the rows that are complete.
        while self.items[at].kind == TokenKind::Comma {
            at = self.opener(at.checked_sub(1)?)?.checked_sub(1)?;
        }
        if !self.is(at, request, &["values", "value"]) {
            return None;
        }
        let into = (0..at).rev().find(|i| self.is(*i, request, &["into"]))?;
        let dialect = request.catalog.dialect;
        let name = |i: usize| unquote(self.text(i, request), dialect).into_owned();
        let mut last = into + 1;
        while self
            .items
            .get(last + 1)
            .is_some_and(|t| t.kind == TokenKind::Dot)
            && last + 2 < at
        {
            last += 2;
        }
        let target = Name {
            parts: (into + 1..=last).step_by(2).map(name).collect(),
        };
        let list = (last + 1..at).find(|i| self.items[*i].kind == TokenKind::LeftParen);
        let listed: Option<Vec<String>> = list.map(|open| {
            let inside =
                (open + 1..at).take_while(|i| self.items[*i].kind != TokenKind::RightParen);
            inside
                .filter(|i| is_name(self.items[*i]))
                .map(name)
                .collect()
        });
        let row = Parameters::of_row(request.catalog, &target, listed.as_deref())?;
        Some(Signature {
            current: row.at(self.position, None, request.catalog),
            text: row.text,
        })
    }

    /// The parenthesis that the one at `close` closes.
    fn opener(&self, close: usize) -> Option<usize> {
        let mut depth = 0usize;
        for i in (0..=close).rev() {
            match self.items[i].kind {
                TokenKind::RightParen => depth += 1,
                TokenKind::LeftParen if depth <= 1 => return Some(i),
                TokenKind::LeftParen => depth -= 1,
                _ => {}
            }
        }
        None
    }
}

/// The name before `=>`, or before PostgreSQL's older `:=`.
fn named(request: &Request<'_>, argument: &[&Token]) -> Option<String> {
    let [name, arrow, ..] = argument else {
        return None;
    };
    let is_arrow = matches!(arrow.text(request.text), "=>" | ":=");
    let text = || unquote(name.text(request.text), request.catalog.dialect).into_owned();
    (is_arrow && is_name(name)).then(text)
}

/// Every routine of that name that the server would choose from.
pub(super) fn routines<'c>(
    catalog: &'c Catalog,
    name: &Name,
) -> impl Iterator<Item = &'c Routine> + use<'c> {
    let path = match name.qualifier() {
        Some(schema) => catalog.schema_id(schema).into_iter().collect(),
        None => catalog.effective_path(),
    };
    let last = name.last().to_string();
    let in_schema = move |id: usize| {
        let last = last.clone();
        let routines = catalog.schemas[id].routines.iter();
        routines.filter(move |r| same(&r.name, &last, catalog.dialect))
    };
    path.into_iter().flat_map(in_schema)
}

fn of_command(spec: &Spec, argument: usize) -> Signature {
    let synopsis = spec.synopsis();
    // The words of the synopsis behind its names are its arguments, one each but for those without
    // a name.
    let is_shown = |arg: &&Arg| !arg.name.is_empty();
    let shown_args = spec.args.iter().filter(is_shown);
    let words = shown_args.clone().map(|a| shown(a).len() + 1).sum();
    let mut at = synopsis.len().saturating_sub(words);
    let mut places = Vec::new();
    for arg in shown_args {
        let end = at + 1 + shown(arg).len();
        places.push(at + 1..end);
        at = end;
    }
    let last = places.last().filter(|_| spec.takes_rest());
    Signature {
        current: places.get(argument).or(last).cloned().unwrap_or(0..0),
        text: format!("{synopsis}  {}", spec.help),
    }
}

fn shown(arg: &Arg) -> String {
    match arg.required {
        true => arg.name.to_string(),
        false => format!("[{}]", arg.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fixture::catalog;
    use crate::command::spec::{ArgKind, Section};
    use crate::complete::{Body, Usage};
    use crate::sql::{dialect, lex};

    const SHOP: &str = "users(id int pk, email text, Odd date);
        custom.products(id int pk, name text);
        fn add(a int, b int) int; fn add(a text, b text, c text) text;
        fn custom.tag(x text) text; fn date(x text) date";

    static CONNECT: Spec = Spec {
        names: &["\\c", "\\connect"],
        args: &[
            Arg::optional("DATABASE", ArgKind::Database),
            Arg::required("USER", ArgKind::Text),
            // What is not shown.
            Arg::optional("", ArgKind::Text),
            Arg::optional("", ArgKind::Text),
            Arg::optional("", ArgKind::Text),
            Arg::optional("", ArgKind::Text),
            Arg::optional("", ArgKind::Text),
            Arg::optional("", ArgKind::Text),
        ],
        section: Section::Connection,
        help: "connect",
    };

    /// The signatures at `|`, what is to be given now in `<>`.
    fn shown(dialect: &str, text: &str) -> Vec<String> {
        let catalog = catalog(dialect::by_name(dialect).unwrap(), SHOP);
        let cursor = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        let tokens = lex(&text, catalog.dialect);
        let found = signatures(&Request {
            text: &text,
            tokens: &tokens,
            cursor,
            catalog: &catalog,
            commands: &[&CONNECT],
            usage: &Usage::default(),
            variables: &[],
            favourites: &[],
            settings: &[],
            specials: &[],
            body: Body::default(),
            limit: 0,
        });
        let mark = |s: Signature| match s.current.is_empty() {
            true => s.text,
            false => format!(
                "{}<{}>{}",
                &s.text[..s.current.start],
                &s.text[s.current.clone()],
                &s.text[s.current.end..]
            ),
        };
        found.into_iter().map(mark).collect()
    }

    #[test]
    fn a_call_shows_its_overloads_and_the_current_argument() {
        let (two, three) = (
            "add(a int, <b int>) int",
            "add(a text, <b text>, c text) text",
        );
        for (text, expected) in [
            ("select add(1, |", vec![two, three]),
            ("select add(1, 2|) from users", vec![two, three]),
            ("select add(1, 'a, (b|", vec![two, three]),
            ("select add((1, 2), |", vec![two, three]),
            ("select add(array[1, 2], |", vec![two, three]),
            (
                "select add(1, 2, |",
                vec![
                    "add(a text, b text, <c text>) text",
                    "add(a int, b int) int",
                ],
            ),
            (
                "select add(b => |",
                vec![
                    "add(a int, <b int>) int",
                    "add(a text, <b text>, c text) text",
                ],
            ),
            ("select custom.tag(|", vec!["custom.tag(<x text>) text"]),
            (
                "select coalesce(1, 2, |",
                vec!["coalesce(<value>, ...) any"],
            ),
            ("select add(1, 2)|", vec![]),
            ("select add|(1, 2)", vec![]),
            ("select (1, |", vec![]),
            ("select nothing(1, |", vec![]),
            ("select add(1, -- |", vec![]),
            ("select add(1; select |", vec![]),
            ("create table t (d date(|", vec![]),
            ("create table add(|", vec![]),
            (
                "create table t (d date default date(|",
                vec!["date(<x text>) date"],
            ),
            ("select x::date(|", vec![]),
            ("insert into add (|", vec![]),
            ("|", vec![]),
        ] {
            assert_eq!(shown("postgres", text), expected, "{text}");
        }
        assert_eq!(
            shown("mysql", "select SUBSTR('a', 2, |"),
            ["substr(str, pos [, <len>])"]
        );
    }

    #[test]
    fn the_row_of_an_insert_shows_the_column_at_each_position() {
        for (text, expected) in [
            (
                "insert into users values (1, |",
                vec!["users(id int, <email text>, Odd date)"],
            ),
            (
                "insert into users values (1, 'a', null), (2, |)",
                vec!["users(id int, <email text>, Odd date)"],
            ),
            (
                "insert into users (\"Odd\", nope, id) values (now(), 1, |",
                vec!["users(Odd date, nope, <id int>)"],
            ),
            (
                "insert into custom.products as p values (|",
                vec!["products(<id int>, name text)"],
            ),
            (
                "with x as (select 1) insert into users (id) values (1, |",
                vec!["users(id int)"],
            ),
            (
                "insert into users values (1, add(|",
                vec![
                    "add(<a int>, b int) int",
                    "add(<a text>, b text, c text) text",
                ],
            ),
            ("insert into nothing values (|", vec![]),
            ("insert into users (|", vec![]),
            ("values (|", vec![]),
        ] {
            assert_eq!(shown("postgres", text), expected, "{text}");
        }
        assert_eq!(
            shown("mysql", "replace into `users` value (|"),
            ["users(<id int>, email text, Odd date)"]
        );
    }

    #[test]
    fn a_command_shows_its_arguments() {
        for (text, expected) in [
            ("\\c |", vec!["\\c <[DATABASE]> USER  connect"]),
            ("\\c shop |", vec!["\\c [DATABASE] <USER>  connect"]),
            ("\\c shop me |", vec!["\\c [DATABASE] USER  connect"]),
            ("\\c|", vec![]),
            ("\\nothing |", vec![]),
        ] {
            assert_eq!(shown("postgres", text), expected, "{text}");
        }
    }
}
