use super::*;
use crate::catalog::fixture::shop;
use crate::sql::lex;

/// Each name with the first letter of its meaning.
fn short(dialect: &str, text: &str) -> String {
    let catalog = shop(dialect);
    let tokens = lex(text, catalog.dialect);
    let named: Vec<String> = meanings(&catalog, text, &tokens, &(0..usize::MAX))
        .into_iter()
        .map(|(range, meaning)| {
            let letter = match meaning {
                Meaning::Relation => 'r',
                Meaning::Alias => 'a',
                Meaning::Column => 'c',
                Meaning::Unknown => '?',
            };
            format!("{}:{letter}", &text[range])
        })
        .collect();
    named.join(" ")
}

#[test]
fn names_are_told_apart_and_only_what_is_surely_not_there_is_unknown() {
    for (text, expected) in [
        ("select id from orders", "id:c orders:r"),
        (
            "select o.id, o.nope from orders o",
            "o:a id:c o:a nope:? orders:r o:a",
        ),
        ("select * from ordrs", "ordrs:?"),
        ("select * from public.ordrs", "ordrs:?"),
        ("select * from nowhere.ordrs", ""),
        ("select * from pg_nothing", ""),
        ("select * from information_schema.nothing", ""),
        ("with x as (select 1) select x.a from x", "x:a"),
        ("select o.ctid from orders o", "o:a orders:r o:a"),
        (
            "select 1 from public.orders as o join users u on true where 1",
            "orders:r o:a users:r u:a",
        ),
        ("select f.x from generate_series(1, 2) f", "f:a"),
        ("create table ordrs (id int)", ""),
        ("drop table if exists ordrs", ""),
        (
            "update orders set nope = 1 where id = 2",
            "orders:r nope:? id:c",
        ),
        (
            "select nope, id + nix from orders where nil is null and status = 'a'",
            "nope:? id:c nix:? orders:r nil:? status:c",
        ),
        (
            "insert into orders (id, nope) values (1, 2)",
            "orders:r id:c nope:?",
        ),
        // An alias, here and where it is used; a window; a named argument; grammar of functions.
        (
            "select id other from orders order by other",
            "id:c orders:r",
        ),
        ("select count(*) as n from orders having n > 1", "orders:r"),
        (
            "select sum(id) over w from orders window w as (order by id)",
            "id:c orders:r id:c",
        ),
        (
            "select f(a => id), extract(epoch from ordered_date) from orders",
            "id:c ordered_date:c orders:r",
        ),
        (
            "select date '2020-01-01', id::int8, current_date, xmin from orders",
            "id:c orders:r",
        ),
        ("select orders from orders", "orders:r"),
        ("select nope", ""),
        ("select nope from nowhere.x", ""),
        ("select nope from orders, lateral f(id) g", "orders:r id:c"),
        ("select nope from (select 1 as a) s, orders", "orders:r"),
        (
            "with x as (select 1) select nope from x, orders",
            "orders:r",
        ),
        ("select id from orders limit nope", "id:c orders:r"),
        (
            "select id from orders where exists (select 1 from users where nope = id)",
            "id:c orders:r users:r nope:? id:c",
        ),
        ("insert into orders (id) values (1)", "orders:r id:c"),
        ("select 1; select * from users", "users:r"),
        ("select count(id) from users", "id:c users:r"),
        (
            "select s.q from (select id as q from users) s",
            "s:a id:c users:r",
        ),
        ("select public.orders.id from orders", "orders:r"),
        ("\\d orders", ""),
        ("", ""),
    ] {
        assert_eq!(short("postgres", text), expected, "{text}");
    }
    for (dialect, text, expected) in [
        ("mysql", "select `id` from `Orders`", "`id`:c `Orders`:r"),
        ("sqlite", "select ID from ORDERS", "ID:c ORDERS:r"),
    ] {
        assert_eq!(short(dialect, text), expected);
    }
}
