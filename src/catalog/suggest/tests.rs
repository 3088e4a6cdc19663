use super::*;
use crate::catalog::fixture::shop;

#[track_caller]
fn check(dialect: &str, table: &[(&str, &str, &str)]) {
    let catalog = shop(dialect);
    for (sql, message, expected) in table {
        let got = did_you_mean(&catalog, sql, message, None);
        assert_eq!(got.as_deref().unwrap_or(""), *expected, "{sql}: {message}");
    }
}

#[test]
fn the_words_of_a_check_are_read_from_the_definition_of_its_table() {
    let ddl = "create table t (a int constraint c check (a > (0)), b text, \
               constraint \"D d\" check (b <> ')'), constraint u unique (a))";
    for (name, expected) in [
        ("c", Some("CHECK (a > (0))")),
        ("C", Some("CHECK (a > (0))")),
        ("D d", Some("CHECK (b <> ')')")),
        ("u", None),
        ("x", None),
    ] {
        let got = named_check(ddl, name, &crate::sql::dialect::SQLITE);
        assert_eq!(got.as_deref(), expected, "{name}");
    }
}

#[test]
fn names_near_to_an_unknown_one_are_suggested_on_postgresql() {
    check(
        "postgres",
        &[
            (
                "select * from ordrs",
                "relation \"ordrs\" does not exist",
                "Did you mean orders?",
            ),
            (
                "select * from custm.users",
                "relation \"custm.users\" does not exist",
                "Did you mean users?",
            ),
            (
                "select o.usr_id from orders o, users u",
                "column o.usr_id does not exist",
                "Did you mean o.user_id?",
            ),
            (
                "select frst_name from users",
                "column \"frst_name\" does not exist",
                "Did you mean first_name?",
            ),
            (
                "select 1; select o.emial from orders o, users u; select 2",
                "column o.emial does not exist",
                "Did you mean u.email?",
            ),
            (
                "select email from orders",
                "column \"email\" does not exist",
                "email is a column of user_emails or users.",
            ),
            (
                "insert into users (emial) values (1)",
                "column \"emial\" of relation \"users\" does not exist",
                "Did you mean email?",
            ),
            (
                "select odd_name from \"Mixed\"",
                "column \"odd_name\" does not exist",
                "Did you mean \"Odd Name\"?",
            ),
            (
                "select ord.id from orders o1",
                "missing FROM-clause entry for table \"ord\"",
                "",
            ),
            (
                "select user.id from users",
                "missing FROM-clause entry for table \"user\"",
                "Did you mean users?",
            ),
            (
                "select cuont(*) from users",
                "function cuont() does not exist",
                "Did you mean count()?",
            ),
            (
                "select lower(1)",
                "function lower(integer) does not exist",
                "",
            ),
            ("select 1", "division by zero", ""),
            ("", "column \"x\" does not exist", ""),
        ],
    );
}

#[test]
fn and_on_mysql_and_sqlite() {
    check(
        "mysql",
        &[
            (
                "select * from ordrs",
                "Table 'shop.ordrs' doesn't exist",
                "Did you mean shop.orders?",
            ),
            (
                "select o.usr_id from orders o",
                "Unknown column 'o.usr_id' in 'SELECT'",
                "Did you mean o.user_id?",
            ),
            (
                "select cuont(1)",
                "FUNCTION shop.cuont does not exist",
                "Did you mean count()?",
            ),
        ],
    );
    check(
        "sqlite",
        &[
            (
                "select * from ordrs",
                "no such table: ordrs",
                "Did you mean orders?",
            ),
            (
                "select o.usr_id from orders o",
                "no such column: o.usr_id",
                "Did you mean o.user_id?",
            ),
            (
                "insert into users (emial) values (1)",
                "table users has no column named emial",
                "Did you mean email?",
            ),
        ],
    );
}

#[test]
fn a_foreign_key_that_the_server_does_not_name_is_described() {
    let got = violated_key(
        &shop("sqlite"),
        "insert into order_items values (1, 2)",
        "FOREIGN KEY constraint failed",
    );
    let expected = "Foreign keys here: order_items (order_id) references orders (id).";
    assert_eq!(got.as_deref(), Some(expected));
    assert_eq!(
        violated_key(&shop("sqlite"), "select 1", "syntax error"),
        None
    );
}
