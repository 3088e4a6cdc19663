//! Takes the secrets out of a text before it is kept: passwords in statements, in URLs, in connection
//! strings and in JSON, keys of encrypted databases, what is given to functions that encrypt.
//!
//! What stands in their place is no SQL, so that a recalled statement fails instead of setting a
//! password that nobody chose.

use super::texts::{in_connection_string, in_json, in_shell, in_urls};
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
            places.extend(in_connection_string(text, inside.clone()));
            places.extend(in_json(text, inside.clone()));
            places.extend(in_shell(text, inside));
        }
        if token.kind == TokenKind::Command {
            places.extend(in_variable(text, token));
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
    "passphrase",
    "pwd",
    "secret",
    "identified",
    "api_key",
    "apikey",
    "private_key",
    "token",
    "credential",
    "sst_auth",
];

/// Functions that take a secret or the text that nobody is to read.
const ENCRYPT: &[&str] = &[
    "aes_decrypt",
    "aes_encrypt",
    "crypt",
    "decrypt",
    "decrypt_iv",
    "des_decrypt",
    "des_encrypt",
    "encrypt",
    "encrypt_iv",
    "hmac",
    "pgp_pub_decrypt",
    "pgp_pub_decrypt_bytea",
    "pgp_pub_encrypt",
    "pgp_sym_decrypt",
    "pgp_sym_decrypt_bytea",
    "pgp_sym_encrypt",
    "pgp_sym_encrypt_bytea",
];

pub(super) fn names_secret(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    SECRETS.iter().any(|secret| word.contains(secret))
}

/// Words that may stand between such a name and its secret.
const BETWEEN: &[&str] = &[
    "any", "as", "by", "distinct", "from", "ilike", "in", "is", "like", "not", "regexp", "rlike",
    "to", "using", "with",
];

/// Statements that look at data: only what is compared with a secret's name is one.
const READS: &[&str] = &[
    "select", "with", "table", "values", "show", "explain", "describe", "desc", "analyze",
];

/// What `PRAGMA` and `ATTACH` of encrypted SQLite databases call their key.
const KEYS: &[&str] = &["hexkey", "hexrekey", "key", "rekey", "textkey", "textrekey"];

fn in_statements(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for statement in tokens.split(|t| t.kind == TokenKind::Semicolon) {
        let words: Vec<&Token> = statement.iter().filter(|t| !t.is_trivia()).collect();
        let secrets = Secrets::new(text, &words);
        found.extend(secrets.map(Token::range));
    }
    found
}

/// Goes through the words of one statement.
struct Secrets<'t> {
    text: &'t str,
    words: std::slice::Iter<'t, &'t Token>,
    /// A statement that looks at data; where it changes some every text behind a name may be one.
    reads: bool,
    /// `PRAGMA`, `ATTACH`: there `key` is a secret's name.
    has_key: bool,
    /// A name has been seen.
    begun: bool,
    /// And nothing since that would part it from a value.
    direct: bool,
    /// Open parentheses: how many there are, how many there were at the name, and at which a
    /// function that encrypts has its arguments.
    open: usize,
    named_at: usize,
    within: Option<usize>,
    calls: bool,
}

impl<'t> Secrets<'t> {
    fn new(text: &'t str, words: &'t [&'t Token]) -> Self {
        let begins = |list: &[&str]| words.first().is_some_and(|t| is_word(text, t, list));
        Secrets {
            text,
            words: words.iter(),
            reads: begins(READS),
            has_key: begins(&["pragma", "attach"]),
            begun: false,
            direct: false,
            open: 0,
            named_at: 0,
            within: None,
            calls: false,
        }
    }

    /// Whether the next token is a secret.
    fn is_secret(&mut self, token: &Token) -> bool {
        let calls = std::mem::take(&mut self.calls);
        let may_be_text = is_string(token)
            || (self.has_key && matches!(token.kind, TokenKind::QuotedName | TokenKind::Number));
        if may_be_text && (self.direct || self.within.is_some() || (self.begun && !self.reads)) {
            return true;
        }
        match token.kind {
            TokenKind::LeftParen => {
                self.open += 1;
                if calls {
                    self.within.get_or_insert(self.open);
                }
            }
            TokenKind::RightParen => {
                self.within = self.within.filter(|at| *at != self.open);
                // `lower(password) = 'x'`
                self.direct = self.direct && self.open == self.named_at;
                self.open = self.open.saturating_sub(1);
                self.named_at = self.named_at.min(self.open);
            }
            // `set_config('app.secret', …`
            _ if is_string(token) => {
                let name = token.text(self.text);
                self.direct = !name.contains(char::is_whitespace) && names_secret(name);
                self.named_at = self.open.saturating_sub(1);
            }
            TokenKind::Operator => {}
            // `password in ('a', …`
            TokenKind::Comma => self.direct = self.direct && self.open > self.named_at,
            TokenKind::Word | TokenKind::QuotedName | TokenKind::SessionVariable => {
                self.calls = is_word(self.text, token, ENCRYPT);
                let key = self.has_key && is_word(self.text, token, KEYS);
                if key || names_secret(token.text(self.text)) {
                    (self.begun, self.direct) = (true, true);
                    self.named_at = self.open;
                } else {
                    self.direct = self.direct && is_word(self.text, token, BETWEEN);
                }
            }
            _ => self.direct = false,
        }
        false
    }
}

impl<'t> Iterator for Secrets<'t> {
    type Item = &'t Token;

    fn next(&mut self) -> Option<&'t Token> {
        loop {
            let token = *self.words.next()?;
            if self.is_secret(token) {
                return Some(token);
            }
        }
    }
}

fn is_word(text: &str, token: &Token, list: &[&str]) -> bool {
    let word = token.text(text);
    token.kind == TokenKind::Word && list.iter().any(|w| word.eq_ignore_ascii_case(w))
}

/// `\setenv PGPASSWORD x`
fn in_variable(text: &str, token: &Token) -> Option<Range<usize>> {
    let line = token.text(text);
    let mut words = line.split_whitespace();
    let sets = matches!(words.next(), Some("\\set" | "\\setenv"));
    let name = words.next().filter(|name| sets && names_secret(name))?;
    let value = words.next()?;
    let start = line.find(name)? + name.len();
    let start = start + line[start..].find(value)?;
    let end = token.range().start + line.trim_end().len();
    Some(token.range().start + start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::{MYSQL, POSTGRES, SQLITE};

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
                    "select 1 from users where password_hash = crypt('x', s) and a = 'b'",
                    "select 1 from users where password_hash = crypt(<hidden>, s) and a = 'b'",
                ),
                (
                    "select lower(token), 'a' from t where (api_token) in ('x', 'y') and a in ('b', 'c')",
                    "select lower(token), 'a' from t where (api_token) in (<hidden>, <hidden>) \
                     and a in ('b', 'c')",
                ),
                (
                    "select 1 from t where token in ('x', 'y') and a in ('b', 'c')",
                    "select 1 from t where token in (<hidden>, <hidden>) and a in ('b', 'c')",
                ),
                (
                    "select token, 'x' from t where token like 'y%'",
                    "select token, 'x' from t where token like <hidden>",
                ),
                (
                    "select pgp_sym_encrypt(n || 'x', lower('k')), encode(hmac(a, 'k', 'md5'), 'hex')",
                    "select pgp_sym_encrypt(n || <hidden>, lower(<hidden>)), \
                     encode(hmac(a, <hidden>, <hidden>), 'hex')",
                ),
                (
                    "select set_config('app.secret', 'x', false), 'y'",
                    "select set_config('app.secret', <hidden>, false), 'y'",
                ),
                (
                    "alter user mapping for a server s options (user 'u', set password 'x')",
                    "alter user mapping for a server s options (user 'u', set password <hidden>)",
                ),
                (
                    "create user mapping for a server s options (add user 'u', password E'x')",
                    "create user mapping for a server s options (add user 'u', password <hidden>)",
                ),
                (
                    "create subscription s connection 'host=a password=x' publication p",
                    "create subscription s connection 'host=a password=<hidden>' publication p",
                ),
                (
                    "copy t from program 'curl -u me:x https://me:y@a/b -H \"Authorization: Bearer z\"'",
                    "copy t from program 'curl -u me:<hidden> https://me:<hidden>@a/b \
                     -H \"Authorization:<hidden>\"'",
                ),
                (
                    "alter system set ssl_passphrase_command = 'echo x'",
                    "alter system set ssl_passphrase_command = <hidden>",
                ),
                (
                    r#"select '{"user": "u", "password" : "x\"y", "n": 1}'::json"#,
                    r#"select '{"user": "u", "password" : "<hidden>", "n": 1}'::json"#,
                ),
                (r#"select '{"a":"b","c":"d"}'"#, ""),
                ("\\setenv PGPASSWORD x y", "\\setenv PGPASSWORD <hidden>"),
                ("\\setenv PAGER less", ""),
                ("\\set my_secret x", "\\set my_secret <hidden>"),
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
                (
                    "change master to master_user = 'u', master_password = 'x'",
                    "change master to master_user = 'u', master_password = <hidden>",
                ),
                (
                    "change replication source to source_password = 'x'",
                    "change replication source to source_password = <hidden>",
                ),
                (
                    "grant all on a.* to b@c identified via ed25519 using password('x')",
                    "grant all on a.* to b@c identified via ed25519 using password(<hidden>)",
                ),
                (
                    "alter user a identified by 'x' replace 'y'",
                    "alter user a identified by <hidden> replace <hidden>",
                ),
                (
                    "create server s foreign data wrapper mysql options (user 'u', password 'x')",
                    "create server s foreign data wrapper mysql options (user 'u', password <hidden>)",
                ),
                (
                    "set password = password('x')",
                    "set password = password(<hidden>)",
                ),
                (
                    "set global wsrep_sst_auth = 'u:x'",
                    "set global wsrep_sst_auth = <hidden>",
                ),
                (
                    "select aes_decrypt(c, 'x') from t where a = 'b'",
                    "select aes_decrypt(c, <hidden>) from t where a = 'b'",
                ),
                ("set names 'utf8'", ""),
            ],
        );
    }

    #[test]
    fn keys_of_encrypted_sqlite_databases_are_hidden() {
        check(
            &SQLITE,
            &[
                ("pragma key = 'x'", "pragma key = <hidden>"),
                (
                    "PRAGMA main.rekey(\"x'00'\")",
                    "PRAGMA main.rekey(<hidden>)",
                ),
                ("pragma hexkey = 12", "pragma hexkey = <hidden>"),
                (
                    "attach database 'a.db' as b key 'x'",
                    "attach database 'a.db' as b key <hidden>",
                ),
                ("attach \"a.db\" as b", ""),
                ("pragma foreign_keys = 1", ""),
                ("select key, 'x' from t where key = 'y'", ""),
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
                    "\\connect 'oauth_issuer=a oauth_client_secret=b scram_client_key=c'",
                    "\\connect 'oauth_issuer=a oauth_client_secret=<hidden> scram_client_key=<hidden>'",
                ),
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
