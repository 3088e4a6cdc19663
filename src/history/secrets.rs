//! Takes the secrets out of a text before it is kept: passwords in statements, in URLs and in
//! connection strings.
//!
//! What stands in their place is no SQL, so that a recalled statement fails instead of setting a
//! password that nobody chose.

use crate::sql::{Dialect, Token, TokenKind, lex};
use std::ops::Range;

/// What stands in the place of a secret.
pub const HIDDEN: &str = "<hidden>";

/// The text without its secrets; `None` where it has none.
pub fn redacted(text: &str, dialect: &Dialect) -> Option<String> {
    let tokens = lex(text, dialect);
    let mut places = in_statements(text, &tokens);
    places.extend(in_urls(text));
    for token in &tokens {
        let may_connect = is_string(token) || token.kind == TokenKind::Command;
        if may_connect {
            let mut inside = token.range();
            // The quote that ends the string is no part of what is in it.
            inside.end -= usize::from(token.kind == TokenKind::String && !token.open);
            places.extend(in_connection_string(text, inside));
        }
    }
    if places.is_empty() {
        return None;
    }
    places.sort_by_key(|place| (place.start, usize::MAX - place.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for place in places {
        if place.start < at {
            continue;
        }
        out.push_str(&text[at..place.start]);
        out.push_str(HIDDEN);
        at = place.end;
    }
    out.push_str(&text[at..]);
    Some(out)
}

fn is_string(token: &Token) -> bool {
    matches!(token.kind, TokenKind::String | TokenKind::DollarString)
}

/// Parts of names that say that a secret follows.
const SECRETS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "identified",
    "api_key",
    "apikey",
    "token",
    "credential",
];

fn names_secret(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    SECRETS.iter().any(|secret| word.contains(secret))
}

/// Words that may stand between such a name and its secret.
const BETWEEN: &[&str] = &["as", "by", "is", "to", "using", "with"];

/// Statements that look at data: only what is compared with a secret's name is one.
const READS: &[&str] = &[
    "select", "with", "table", "values", "show", "explain", "describe", "desc", "analyze",
];

fn in_statements(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for statement in tokens.split(|t| t.kind == TokenKind::Semicolon) {
        let words: Vec<&Token> = statement.iter().filter(|t| !t.is_trivia()).collect();
        let is = |t: &Token, list: &[&str]| {
            t.kind == TokenKind::Word && list.iter().any(|w| t.text(text).eq_ignore_ascii_case(w))
        };
        let reads = words.first().is_some_and(|t| is(t, READS));
        let mut begun = false;
        let mut direct = false;
        for token in words {
            if is_string(token) {
                if direct || (begun && !reads) {
                    found.push(token.range());
                }
                direct = false;
                continue;
            }
            let named = matches!(token.kind, TokenKind::Word | TokenKind::QuotedName)
                || token.kind == TokenKind::SessionVariable;
            if named && names_secret(token.text(text)) {
                (begun, direct) = (true, true);
                continue;
            }
            let passes = is(token, BETWEEN)
                || matches!(token.kind, TokenKind::LeftParen | TokenKind::Operator);
            direct = direct && passes;
        }
    }
    found
}

/// `scheme://user:password@host`
fn in_urls(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let rest = &text[start..];
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '/'));
        let authority = &rest[..end.unwrap_or(rest.len())];
        let Some((login, _)) = authority.rsplit_once('@') else {
            continue;
        };
        if let Some((user, password)) = login.split_once(':')
            && !password.is_empty()
        {
            let begin = start + user.len() + 1;
            found.push(begin..begin + password.len());
        }
    }
    found
}

/// `host=a password=b`, and the same among a URL's parameters.
fn in_connection_string(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    const NAME: &str = "password=";
    let inside = text[range.clone()].to_ascii_lowercase();
    let mut found = Vec::new();
    for (at, _) in inside.match_indices(NAME) {
        let start = range.start + at + NAME.len();
        let value = &text[start..range.end];
        let quotes = value.len() - value.trim_start_matches('\'').len();
        let length = match quotes {
            0 => value.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '&')),
            quotes => value[quotes..].find('\'').map(|end| quotes + end),
        };
        let end = length.unwrap_or(value.len());
        if end > 0 {
            found.push(start..start + end);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::{MYSQL, POSTGRES};

    #[track_caller]
    fn check(dialect: &Dialect, table: &[(&str, &str)]) {
        for (text, expected) in table {
            let got = redacted(text, dialect);
            let expected = Some(expected.to_string()).filter(|e| !e.is_empty());
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn passwords_in_statements_are_hidden_and_nothing_else_is() {
        check(
            &POSTGRES,
            &[
                (
                    "alter role a PASSWORD 'x'; select 'y'",
                    "alter role a PASSWORD <hidden>; select 'y'",
                ),
                (
                    "create user a encrypted password $$x$$",
                    "create user a encrypted password <hidden>",
                ),
                (
                    "update users set Password = 'x' where id = 1",
                    "update users set Password = <hidden> where id = 1",
                ),
                (
                    "insert into t (api_token) values ('x')",
                    "insert into t (api_token) values (<hidden>)",
                ),
                (
                    "select 1 from users where password_hash = crypt('x', s)",
                    "",
                ),
                (
                    "select 1 from users where password = 'x' and name = 'bob'",
                    "select 1 from users where password = <hidden> and name = 'bob'",
                ),
                ("select password from users where name = 'bob'", ""),
                ("select 'password'", ""),
                ("select 1;", ""),
                ("/* password */ select 'x'", ""),
            ],
        );
        check(
            &MYSQL,
            &[
                (
                    "create user a identified by \"x\"",
                    "create user a identified by <hidden>",
                ),
                (
                    "alter user a identified with caching_sha2_password by 'x'",
                    "alter user a identified with caching_sha2_password by <hidden>",
                ),
                (
                    "set password for 'a'@'b' = 'x'",
                    "set password for <hidden>@'b' = <hidden>",
                ),
                ("set @secret := 'x'", "set @secret := <hidden>"),
                ("set names 'utf8'", ""),
            ],
        );
    }

    #[test]
    fn passwords_of_connections_are_hidden() {
        check(
            &POSTGRES,
            &[
                ("\\c postgres://a:b@c/d", "\\c postgres://a:<hidden>@c/d"),
                ("\\c postgres://a@c/d", ""),
                (
                    "select dblink('host=a password=x dbname=b')",
                    "select dblink('host=a password=<hidden> dbname=b')",
                ),
                (
                    "select dblink('password=''x y'' host=a')",
                    "select dblink('password=<hidden>'' host=a')",
                ),
                (
                    "\\c \"host=a PASSWORD=x\"",
                    "\\c \"host=a PASSWORD=<hidden>\"",
                ),
                ("select 'password='", ""),
                ("select a from t where password= b", ""),
            ],
        );
    }
}
