//! What is offered where, as tables: the cursor is the `|` in the text.

use super::*;
use crate::catalog::fixture;
use crate::command::spec::{Arg, ArgKind, Section};
use crate::sql::{lex, names, split};

static COMMANDS: &[&Spec] = &[
    &Spec {
        names: &["\\d", "\\describe"],
        args: &[Arg {
            name: "NAME",
            kind: ArgKind::Relation,
            required: false,
        }],
        section: Section::Describe,
        help: "describe",
    },
    &Spec {
        names: &["\\i"],
        args: &[Arg {
            name: "FILE",
            kind: ArgKind::Path,
            required: true,
        }],
        section: Section::General,
        help: "run a file",
    },
    &Spec {
        names: &["\\x"],
        args: &[Arg {
            name: "STATE",
            kind: ArgKind::Word(&["on", "off", "auto"]),
            required: false,
        }],
        section: Section::Output,
        help: "expanded",
    },
];

fn run(dialect: &str, marked: &str, limit: usize) -> Completions {
    let catalog = fixture::shop(dialect);
    let cursor = marked.find('|').expect("a cursor");
    let text = format!("{}{}", &marked[..cursor], &marked[cursor + 1..]);
    let tokens = lex(&text, catalog.dialect);
    complete(&Request {
        text: &text,
        tokens: &tokens,
        cursor,
        catalog: &catalog,
        commands: COMMANDS,
        usage: &Usage::default(),
        limit,
    })
}

fn inserts(dialect: &str, marked: &str) -> Vec<String> {
    run(dialect, marked, 0)
        .items
        .into_iter()
        .map(|c| c.insert)
        .collect()
}

fn check_first(dialect: &str, rows: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (marked, expected) in rows {
        let found = inserts(dialect, marked);
        let count = expected.split("; ").count();
        let first = found[..count.min(found.len())].join("; ");
        if first != *expected {
            let rest = found
                .iter()
                .skip(count)
                .take(8)
                .cloned()
                .collect::<Vec<_>>();
            wrong.push(format!(
                "{marked}\n  wants {expected}\n  has   {first}\n  then  {}",
                rest.join("; ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{dialect}:\n{}", wrong.join("\n"));
}

fn check_has(dialect: &str, rows: &[(&str, &str)]) {
    for (marked, expected) in rows {
        let found = inserts(dialect, marked);
        for one in expected.split("; ") {
            assert!(
                found.iter().any(|f| f == one),
                "{dialect}: {marked} lacks {one}: {:?}",
                found.iter().take(20).collect::<Vec<_>>()
            );
        }
    }
}

fn check_lacks(dialect: &str, rows: &[(&str, &str)]) {
    for (marked, unwanted) in rows {
        let found = inserts(dialect, marked);
        for one in unwanted.split("; ") {
            assert!(
                !found.iter().any(|f| f == one),
                "{dialect}: {marked} offers {one}"
            );
        }
    }
}

#[test]
fn the_best_candidate_comes_first() {
    check_first(
        "postgres",
        &[
            ("|", "SELECT; INSERT INTO; UPDATE; DELETE FROM"),
            ("sel|", "select"),
            (
                "SELECT | FROM users",
                "id; parentid; email; first_name; last_name; status",
            ),
            ("SELECT em| FROM users", "email"),
            ("SELECT name| FROM users", "first_name; last_name"),
            ("SELECT fn| FROM users", "first_name"),
            ("SELECT u.| FROM users u", "id; parentid; email"),
            ("SELECT * FROM us|", "users; user_emails"),
            ("SELECT * FROM oi|", "order_items"),
            ("SELECT * FROM prod|", "custom.products"),
            ("SELECT * FROM custom.|", "products; shipments"),
            ("SELECT * FROM \"Mi|", "\"Mixed\""),
            ("SELECT * FROM mi|", "\"Mixed\""),
            (
                "SELECT * FROM users JOIN |",
                "orders ON orders.user_id = users.id",
            ),
            (
                "SELECT * FROM users u JOIN orders o ON |",
                "o.user_id = u.id",
            ),
            (
                "SELECT * FROM users u JOIN orders o ON o.|",
                "user_id = u.id; user_id",
            ),
            (
                "SELECT * FROM users u JOIN orders o ON o.user_id = u.|",
                "id",
            ),
            ("SELECT * FROM users u JOIN orders o |", "ON; USING"),
            (
                "SELECT * FROM users |",
                "WHERE; JOIN; LEFT JOIN; GROUP BY; ORDER BY",
            ),
            ("select * from users wh|", "where"),
            ("SELECT id | users", "FROM"),
            ("SELECT id FROM users ORDER | id", "BY"),
            ("SELECT id FROM users | BY id", "GROUP; ORDER"),
            ("SELECT id FROM users WHERE id = 1 |", "AND; OR"),
            (
                "SELECT id FROM users WHERE id |",
                "IS NULL; IN; IS NOT NULL; LIKE",
            ),
            ("SELECT id FROM users WHERE id BETWEEN 1 |", "AND"),
            ("SELECT id FROM users WHERE id IS |", "NULL; NOT NULL"),
            ("SELECT id FROM users WHERE id IS NOT |", "NULL"),
            ("SELECT id FROM users WHERE email NOT |", "IN; LIKE"),
            ("SELECT CASE |", "WHEN"),
            ("SELECT CASE WHEN id = 1 | FROM users", "THEN"),
            ("SELECT CASE WHEN id = 1 THEN 2 |", "WHEN; ELSE; END"),
            ("SELECT CASE WHEN id = 1 THEN 2 | FROM users", "END"),
            ("SELECT CASE WHEN id = 1 THEN 2 ELSE 3 | FROM users", "END"),
            ("SELECT id AS zzz FROM users ORDER BY zz|", "zzz"),
            (
                "SELECT count(*) AS n, status FROM users GROUP BY |",
                "status",
            ),
            ("SELECT id FROM users ORDER BY id |", "DESC"),
            (
                "WITH a AS (SELECT id, email FROM users) SELECT | FROM a",
                "id; email",
            ),
            (
                "WITH a AS (SELECT * FROM order_items) SELECT | FROM a",
                "id; order_id; qty; price",
            ),
            (
                "WITH a (x, y) AS (SELECT id, email FROM users) SELECT | FROM a",
                "x; y",
            ),
            (
                "WITH a AS (SELECT id AS zzz FROM users) SELECT * FROM |",
                "a",
            ),
            ("WITH a AS (SELECT id AS zzz FROM users) SELECT z|", "zzz"),
            (
                "WITH a AS (SELECT | FROM order_items) SELECT 1",
                "id; order_id; qty; price",
            ),
            (
                "WITH x AS (INSERT INTO users (id) VALUES (1) RETURNING id, email) SELECT | FROM x",
                "id; email",
            ),
            (
                "SELECT sub.| FROM (SELECT id, email FROM users) sub",
                "id; email",
            ),
            (
                "SELECT | FROM (SELECT id, email FROM users) sub",
                "id; email",
            ),
            (
                "SELECT * FROM users WHERE id IN (SELECT | FROM orders)",
                "id; ordered_date",
            ),
            ("SELECT * FROM users WHERE id IN (|", "SELECT"),
            (
                "SELECT * FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE o.|",
                "user_id; id",
            ),
            ("SELECT * FROM users u WHERE EXISTS (|", "SELECT"),
            (
                "SELECT id FROM users UNION SELECT | FROM orders",
                "id; ordered_date",
            ),
            ("SELECT id FROM users UNION |", "SELECT; ALL"),
            ("INSERT INTO ord|", "orders"),
            ("INSERT INTO orders (|", "id; ordered_date; status; user_id"),
            ("INSERT INTO orders (id, |", "ordered_date"),
            ("INSERT INTO orders |", "VALUES; SELECT"),
            ("INSERT INTO orders (id) |", "VALUES; SELECT"),
            ("INSERT INTO orders SELECT | FROM users", "id; parentid"),
            (
                "INSERT INTO orders (id) VALUES (1) |",
                "ON CONFLICT; RETURNING",
            ),
            ("INSERT INTO orders (id) VALUES (1) ON CONFLICT (|", "id"),
            (
                "INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) |",
                "DO NOTHING; DO UPDATE SET",
            ),
            (
                "INSERT INTO orders (id) SELECT 1 FROM users WHERE id = 1 ON |",
                "CONFLICT",
            ),
            ("UPDATE us|", "users"),
            ("UPDATE users |", "SET"),
            ("UPDATE users SET |", "id; parentid; email"),
            ("UPDATE users SET email = 'x' |", "WHERE"),
            ("DELETE FROM order_|", "order_items"),
            ("DELETE FROM orders |", "WHERE; USING"),
            (
                "DELETE FROM orders WHERE id = 1 RETURNING |",
                "id; ordered_date",
            ),
            ("SELECT 1::nu|", "numeric"),
            ("SELECT CAST(id AS te|", "text"),
            (
                "SELECT * FROM users WHERE status = |",
                "'sad'; 'ok'; 'happy'",
            ),
            ("SELECT * FROM users WHERE status = 'h|", "'happy'"),
            (
                "SELECT * FROM orders WHERE status IN ('new', |",
                "'new'; 'paid'",
            ),
            ("SELECT * FROM set_returning(1) f WHERE f.|", "a; b"),
            ("SELECT set_r| FROM users", "set_returning("),
            ("SELECT cust|", "custom_fun()"),
            ("SELECT count(|) FROM users", "*"),
            ("SELECT sum(| FROM order_items", "qty; price"),
            (
                "SELECT lower(coalesce(| FROM order_items WHERE id = 1",
                "id; order_id",
            ),
            ("SELECT row_number() OVER (|", "PARTITION BY; ORDER BY"),
            ("SELECT count(*) FILTER (|", "WHERE"),
            ("SELECT * FROM order_items JOIN orders USING (|", "id"),
            ("SELECT *| FROM order_items", "id, order_id, qty, price"),
            (
                "SELECT i.*| FROM order_items i",
                "id, i.order_id, i.qty, i.price",
            ),
            ("DROP TABLE |", "\"Mixed\"; order_items; orders"),
            ("DROP VIEW |", "user_emails"),
            ("REFRESH MATERIALIZED VIEW |", "totals"),
            ("ALTER TABLE users |", "ADD COLUMN; DROP COLUMN"),
            ("ALTER TABLE users DROP COLUMN |", "id; parentid; email"),
            ("ALTER TABLE users ALTER COLUMN email |", "TYPE"),
            ("ALTER TABLE users ADD COLUMN x int |", "NOT NULL"),
            ("CREATE INDEX ON orders (|", "id; ordered_date"),
            ("CREATE TABLE t (id |", "integer; text"),
            ("CREATE TABLE t (id int |", "NOT NULL; PRIMARY KEY"),
            ("CREATE TABLE t (id int REFERENCES users (|", "id"),
            ("CREATE TABLE t (a int, b int, PRIMARY KEY (|", "a; b"),
            (
                "CREATE TABLE t AS SELECT | FROM order_items",
                "id; order_id",
            ),
            ("CREATE VIEW v AS |", "SELECT"),
            ("GRANT |", "SELECT; INSERT"),
            ("GRANT SELECT, |", "SELECT; INSERT"),
            ("GRANT SELECT ON users TO |", "alice; bob"),
            ("SET w|", "work_mem"),
            ("SET search_path TO |", "custom"),
            ("CALL |", "do_it("),
            ("EXPLAIN |", "SELECT; ANALYZE"),
            ("EXPLAIN ANALYZE SELECT | FROM order_items", "id; order_id"),
            ("SELECT 1; SELECT | FROM order_items", "id; order_id"),
            (
                "SELECT | FROM order_items; SELECT * FROM users",
                "id; order_id",
            ),
            (
                "DO $$ BEGIN SELECT | FROM order_items; END $$",
                "id; order_id",
            ),
            ("SELECT FROM order_items WHERE or|der_id = 1", "order_id"),
            ("\\d us|", "users; user_emails"),
            ("\\x o|", "on; off"),
            ("\\|", "\\d; \\i; \\x"),
        ],
    );
}

#[test]
fn mysql_has_its_own_places() {
    check_first(
        "mysql",
        &[
            ("SELECT `em| FROM users", "`email`"),
            ("SELECT * FROM `ord|", "`orders`; `order_items`"),
            ("SELECT * FROM custom.|", "products; shipments"),
            ("USE |", "shop; other"),
            ("SHOW |", "TABLES; DATABASES; CREATE TABLE"),
            ("SHOW CREATE TABLE us|", "users"),
            ("SHOW FULL |", "TABLES"),
            ("DESCRIBE ord|", "orders; order_items"),
            (
                "INSERT INTO orders (id) VALUES (1) |",
                "ON DUPLICATE KEY UPDATE",
            ),
            (
                "INSERT INTO orders (id) VALUES (1) ON DUPLICATE KEY UPDATE |",
                "id; ordered_date",
            ),
            (
                "UPDATE users u JOIN orders o ON o.user_id = u.id SET |",
                "u.id",
            ),
            ("SELECT * FROM users WHERE email REG|", "REGEXP"),
            ("ALTER TABLE users MODIFY COLUMN |", "id; parentid"),
            ("USE custom; SELECT * FROM |", "products; shipments"),
            ("SELECT date_f|", "date_format("),
            ("SELECT DATE_F|", "DATE_FORMAT("),
        ],
    );
}

#[test]
fn sqlite_has_its_own_places() {
    check_first(
        "sqlite",
        &[
            ("PRAGMA table_in|", "table_info"),
            ("PRAGMA table_info(|", "Mixed; order_items"),
            ("PRAGMA journal_mode = |", "WAL; DELETE"),
            ("SELECT * FROM USERS WHERE USERS.em|", "email"),
            ("INSERT OR |", "REPLACE INTO; IGNORE INTO"),
            ("SELECT strf|", "strftime("),
            ("SELECT \"odd| FROM Mixed", "\"Odd Name\""),
            (
                "CREATE TRIGGER t AFTER INSERT ON orders BEGIN UPDATE users SET |",
                "id; parentid",
            ),
        ],
    );
}

#[test]
fn what_fits_is_offered() {
    check_has(
        "postgres",
        &[
            (
                "SELECT |",
                "id; count(; custom_fun(); DISTINCT; CASE; email",
            ),
            (
                "SELECT | FROM users u, orders o",
                "u.id; o.id; email; u.status; u; o",
            ),
            (
                "SELECT * FROM |",
                "users; custom.products; custom; user_emails; totals; set_returning(",
            ),
            (
                "SELECT * FROM users u JOIN |",
                "orders o ON o.user_id = u.id; orders; order_items",
            ),
            (
                "SELECT * FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE |",
                "id; u.id; email",
            ),
            ("SELECT * FROM a LEFT |", "JOIN; OUTER JOIN"),
            (
                "SELECT * FROM users u, LATERAL (SELECT | FROM orders) x",
                "ordered_date; email",
            ),
            (
                "WITH RECURSIVE a AS (SELECT id, 1 AS depth FROM users UNION ALL SELECT a.| FROM a) SELECT 1",
                "id; depth",
            ),
            ("DROP |", "TABLE; INDEX; VIEW; SCHEMA"),
            ("DROP TABLE |", "users; custom.products"),
            ("SELECT x.| FROM custom.products x", "name; price"),
            ("SELECT custom.products.| FROM custom.products", "name"),
            ("SHOW |", "work_mem"),
            ("SELECT * FROM users FOR |", "UPDATE; SHARE"),
            ("SELECT 1::|", "mood; text; integer"),
            ("SELECT first_name FROM |", "users"),
            ("COMMENT ON |", "TABLE; COLUMN"),
        ],
    );
}

#[test]
fn what_cannot_stand_there_is_not_offered() {
    check_lacks(
        "postgres",
        &[
            ("SELECT 1 -- comm|", "COMMENT; COMMIT"),
            ("SELECT /* sel| */ 1", "SELECT"),
            ("SELECT 'abc |", "SELECT; id"),
            ("SELECT 12|", "id"),
            ("SELECT id AS | FROM users", "id; FROM"),
            ("SELECT * FROM (SELECT id FROM users) x WHERE x.|", "email"),
            ("WITH a AS (SELECT id FROM users) SELECT | FROM a", "email"),
            ("UPDATE users SET |", "ordered_date; count("),
            ("SELECT \"se| FROM users", "SELECT"),
        ],
    );
}

#[test]
fn the_whole_word_is_replaced() {
    for (marked, replaced) in [
        ("SELECT fir|st FROM users", "first"),
        ("SELECT | FROM users", ""),
        ("SELECT \"fi| FROM users", "\"fi"),
        ("SELECT \"fi|rst\" FROM users", "\"first\""),
        ("SELECT u.fi| FROM users u", "fi"),
        ("\\d us|ers", "users"),
        ("SELECT 'é', fi|x", "fix"),
        ("SELECT \"fi| FROM \"Mixed\"", "\"fi"),
        ("SELECT * FROM users WHERE status = 'h| AND id = 1", "'h"),
    ] {
        let found = run("postgres", marked, 0).replace;
        let text = marked.replacen('|', "", 1);
        assert_eq!(&text[found], replaced, "{marked}");
    }
}

#[test]
fn a_longer_word_keeps_its_candidate() {
    for name in ["order_items", "first_name", "user_emails", "ordered_date"] {
        for end in 1..=name.len() {
            let typed = &name[..end];
            let found = inserts(
                "postgres",
                &format!("SELECT {typed}| FROM users, orders, user_emails, order_items"),
            );
            let relation = inserts("postgres", &format!("SELECT * FROM {typed}|"));
            let all = found.iter().chain(&relation);
            assert!(all.clone().any(|f| f.ends_with(name)), "{typed}");
        }
    }
}

#[test]
fn a_limit_takes_the_first_of_all() {
    for marked in [
        "SELECT |",
        "SELECT | FROM users",
        "SELECT e| FROM users",
        "SELECT * FROM |",
        "|",
    ] {
        let all = run("postgres", marked, 0).items;
        for limit in [1, 5, 20] {
            assert_eq!(
                run("postgres", marked, limit).items,
                all[..limit.min(all.len())],
                "{marked}"
            );
        }
    }
}

#[test]
fn paths_are_asked_for_where_a_file_is_named() {
    assert!(run("postgres", "\\i foo|", 0).wants_paths);
    assert!(!run("postgres", "\\d foo|", 0).wants_paths);
    assert!(!run("postgres", "\\i|", 0).wants_paths);
}

#[test]
fn names_used_often_come_first_among_equals() {
    let catalog = fixture::shop("postgres");
    let mut usage = Usage::default();
    usage.add("first_name", 20.0);
    let text = "SELECT  FROM users";
    let tokens = lex(text, catalog.dialect);
    let request = Request {
        text,
        tokens: &tokens,
        cursor: 7,
        catalog: &catalog,
        commands: &[],
        usage: &usage,
        limit: 1,
    };
    assert_eq!(complete(&request).items[0].insert, "first_name");
}

#[test]
fn the_protocol_counts_characters_and_echoes_the_id() {
    let catalog = fixture::shop("postgres");
    for (line, expected) in [
        (
            r#"{"id":7,"text":"SELECT 'é', em FROM users","cursor":14,"limit":1}"#,
            r#"{"id":7,"start":12,"end":14,"candidates":[{"text":"email","kind":"column","detail":"text"}]}"#,
        ),
        (
            r#"{"id":"a","text":"sel"}"#,
            r#"{"id":"a","start":0,"end":3,"candidates":[{"text":"select","kind":"keyword"}]}"#,
        ),
        (
            r#"{"id":1,"text":5}"#,
            r#"{"id":1,"error":"text: invalid type: integer `5`, expected a string"}"#,
        ),
        (r#"{"id":1}"#, r#"{"id":1,"error":"missing field `text`"}"#),
        (
            "nonsense",
            r#"{"id":null,"error":"expected ident at line 1 column 2"}"#,
        ),
        (
            r#"{"id":[1],"text":""}"#,
            r#"{"id":null,"error":"id: neither a number nor a string"}"#,
        ),
    ] {
        assert_eq!(protocol::answer(line, &catalog, &[]), expected, "{line}");
    }
}

/// xorshift64: the same texts in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap_or(0)
    }
}

const FRAGMENTS: &[&str] = &[
    "SELECT ",
    "FROM ",
    "users ",
    "u.",
    "WHERE ",
    "(",
    ")",
    ",",
    "'",
    "\"",
    "`",
    "$$",
    "$a$",
    "--",
    "/*",
    "*/",
    "\n",
    ";",
    "\\d ",
    "\\",
    "/x ",
    "E'",
    "\\'",
    "WITH a AS (",
    "JOIN ",
    "ON ",
    "=",
    "::",
    "CASE ",
    "WHEN ",
    "END ",
    "INSERT INTO ",
    "VALUES (",
    "UPDATE ",
    "SET ",
    "DELETE ",
    "GROUP BY ",
    "ORDER BY ",
    "UNION ",
    "*",
    "[",
    "]",
    "@@",
    "@x",
    ":x",
    ":'y'",
    "é",
    "日本",
    "\u{202e}",
    "\0",
    "\u{1b}",
    "1.5e",
    "0x",
    ".",
    "..",
    "DELIMITER //\n",
    "//",
    "#",
    "-- x\n",
    "CREATE TABLE t (",
    "ALTER TABLE ",
    "orders ",
    "o ",
    "AS ",
    "BETWEEN ",
    "AND ",
    "IN (",
    "PRAGMA ",
    "DO $$ ",
    "USING (",
    "OVER (",
    "EXISTS (",
    "LATERAL ",
    "RETURNING ",
    "ON CONFLICT ",
    "a",
    "\u{300}",
    "U&\"",
    "x'",
    "\r\n",
    "\t",
];

#[test]
fn no_text_and_no_cursor_can_break_it() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let catalogs = ["postgres", "mysql", "sqlite"].map(fixture::shop);
    for round in 0..240 {
        let catalog = &catalogs[round % 3];
        let text: String = (0..random.below(14))
            .map(|_| FRAGMENTS[random.below(FRAGMENTS.len())])
            .collect();
        let tokens = lex(&text, catalog.dialect);
        let joined: String = tokens.iter().map(|t| t.text(&text)).collect();
        assert_eq!(joined, text);
        for part in split(&text, &tokens, catalog.dialect).parts {
            if let crate::sql::Part::Sql(s) = part {
                assert_eq!(&text[s.offset..s.offset + s.text.len()], s.text);
            }
        }
        let _ = names::Name::parse(&text, catalog.dialect);
        for cursor in 0..=text.len() + 1 {
            let request = Request {
                text: &text,
                tokens: &tokens,
                cursor,
                catalog,
                commands: COMMANDS,
                usage: &Usage::default(),
                limit: 20,
            };
            let found = complete(&request);
            assert!(
                text.get(found.replace.clone()).is_some(),
                "{text:?} {cursor} {:?}",
                found.replace
            );
        }
        let line =
            serde_json::json!({"id": round, "text": text, "cursor": random.below(40)}).to_string();
        assert!(!protocol::answer(&line, catalog, COMMANDS).contains('\n'));
    }
}

#[test]
fn deep_nesting_is_no_trouble() {
    let catalog = fixture::shop("postgres");
    for unit in [
        "(",
        "(SELECT ",
        "SELECT * FROM (",
        "WITH a AS (",
        "SELECT 1 UNION ",
        "CASE ",
        "f(",
        "a.",
        "JOIN (",
    ] {
        let text = unit.repeat(3000);
        let tokens = lex(&text, catalog.dialect);
        let request = Request {
            text: &text,
            tokens: &tokens,
            cursor: text.len(),
            catalog: &catalog,
            commands: &[],
            usage: &Usage::default(),
            limit: 10,
        };
        let _ = complete(&request);
    }
}
