use super::*;
use crate::sql::dialect;

fn shown(change: &Change) -> String {
    let mut parts = change.relations.clone();
    for (said, set) in [
        ("+rest", change.rest),
        ("+path", change.path),
        ("+private", change.private),
        ("+whole", change.whole),
    ] {
        parts.extend(set.then(|| said.to_string()));
    }
    parts.join(" ")
}

#[test]
fn a_statement_tells_what_it_changes() {
    for (dialect, statement, expected) in [
        ("postgres", "create table X (a int)", "x"),
        (
            "postgres",
            "CREATE TEMP TABLE IF NOT EXISTS s.\"X y\" AS SELECT 1",
            "X y +private",
        ),
        ("postgres", "create table y (a bigserial)", "y +rest"),
        (
            "postgres",
            "create unlogged table p1 partition of public.p default",
            "p1 p",
        ),
        (
            "postgres",
            "create or replace recursive view v (a) as select 1",
            "v",
        ),
        ("postgres", "create materialized view m as select 1", "m"),
        ("postgres", "create foreign table f (a int) server s", "f"),
        (
            "postgres",
            "create unique index concurrently i on only s.t (a)",
            "t",
        ),
        (
            "postgres",
            "create or replace function f() returns int as $$ create table z $$",
            "+rest",
        ),
        ("postgres", "create type mood as enum ('a')", "+rest"),
        ("postgres", "create database d", "+rest"),
        ("postgres", "create schema s", "+whole"),
        ("postgres", "create extension postgis", "+whole"),
        ("postgres", "create trigger t before insert on x", "+rest"),
        ("postgres", "drop policy p on x", "+rest"),
        ("postgres", "alter event trigger e disable", "+rest"),
        (
            "postgres",
            "create text search dictionary d (template = simple)",
            "+rest",
        ),
        ("postgres", "drop access method m", "+rest"),
        ("postgres", "drop foreign data wrapper w cascade", "+whole"),
        (
            "mysql",
            "create event e on schedule every 1 day do select 1",
            "+rest",
        ),
        ("sqlite", "drop trigger t", "+rest"),
        ("postgres", "drop table if exists a, s.b", "a b"),
        ("postgres", "drop table a cascade", "a +whole"),
        ("postgres", "drop index i", "+whole"),
        ("postgres", "drop function f(int)", "+rest"),
        (
            "postgres",
            "alter table if exists only a add column b int",
            "a",
        ),
        ("postgres", "alter table a rename to b", "a b +rest"),
        ("postgres", "alter table a rename column c to b", "a"),
        (
            "postgres",
            "alter table a attach partition s.b for values in (1)",
            "a b",
        ),
        ("postgres", "alter view v set schema s", "v"),
        ("postgres", "alter sequence s restart", "+rest"),
        ("postgres", "comment on table s.t is 'x'", "t"),
        ("postgres", "comment on column s.t.c is 'x'", "t"),
        ("postgres", "comment on function f() is 'x'", ""),
        ("postgres", "select 1 into temp t from x", "t +private"),
        ("postgres", "select 1", ""),
        ("postgres", "set search_path = a, b", "+path"),
        ("postgres", "set local search_path to a", "+path"),
        ("postgres", "set work_mem = 1", ""),
        ("postgres", "reset all", "+path"),
        ("postgres", "discard all", "+path"),
        ("postgres", "set schema 'x'", "+path"),
        (
            "postgres",
            "import foreign schema a from server s into b",
            "+whole",
        ),
        ("postgres", "create /* table */ table -- x\n y (a int)", "y"),
        ("mysql", "create table `My t` (a int)", "My t"),
        (
            "mysql",
            "create definer = `a`@`b` sql security invoker view v as select 1",
            "v",
        ),
        ("mysql", "create database d", "+whole"),
        ("mysql", "rename table a to b, c to d.e", "a b c e +rest"),
        ("mysql", "alter table a rename as b", "a b +rest"),
        ("mysql", "drop index i on t", "t"),
        ("mysql", "use shop", "+path"),
        ("mysql", "grant select on *.* to u", "+rest"),
        ("sqlite", "create virtual table t using fts5(a)", "+whole"),
        ("sqlite", "create temp view 'v' as select 1", "v +private"),
        ("sqlite", "attach 'x.db' as x", "+whole"),
        ("sqlite", "create table", "+whole"),
        ("sqlite", "", "+whole"),
    ] {
        let dialect = dialect::by_name(dialect).expect("a dialect");
        assert_eq!(
            shown(&Change::of(statement, dialect)),
            expected,
            "{statement}"
        );
    }
}

#[test]
fn changes_add_up() {
    let mut change = Change::relations(Some("a".into()));
    change.merge(Change::rest());
    change.merge(Change::relations(Some("a".into())));
    assert_eq!(shown(&change), "a +rest");
    for n in 0..200 {
        change.merge(Change::relations(Some(n.to_string())));
    }
    assert!(change.whole);
}
