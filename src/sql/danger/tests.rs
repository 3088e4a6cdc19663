//! Statements, and what the prompt would ask about them.

use super::*;
use crate::sql::dialect::{MYSQL, POSTGRES, SQLITE};

/// In short: what, its names, and its marks.
fn short(danger: &Danger) -> String {
    let names: Vec<String> = danger.names.iter().map(|n| n.parts.join(".")).collect();
    let mut out = format!("{} {}", danger.what, names.join(" "));
    for (mark, is) in [
        (" every", danger.every_row),
        (" cascade", danger.cascade),
        (" explained", danger.explained),
    ] {
        out.push_str(if is { mark } else { "" });
    }
    out
}

#[track_caller]
fn check(dialect: &Dialect, caution: Caution, table: &[(&str, &str)]) {
    for (sql, expected) in table {
        let got: Vec<String> = dangers(sql, dialect, caution).iter().map(short).collect();
        assert_eq!(got.join("; "), *expected, "{sql}");
    }
}

#[test]
fn what_empties_a_table_is_seen_at_the_lowest_level() {
    check(
        &POSTGRES,
        Caution::Unconditional,
        &[
            ("delete from a.\"B c\"", "DELETE a.B c every"),
            ("delete from t where id = 1", ""),
            ("DELETE FROM ONLY T WHERE true", "DELETE t every"),
            ("delete from t where 1 = 1 returning *", "DELETE t every"),
            ("delete from t where 1 = 2", ""),
            ("delete from t /* where x */", "DELETE t every"),
            ("update t set a = 1", "UPDATE t every"),
            ("update t set a = (select 1 where true)", "UPDATE t every"),
            ("update t set a = 1 from x", "UPDATE t every"),
            ("update t set a = 'where'", "UPDATE t every"),
            ("update t set a = 1 where b in (select 2)", ""),
            ("truncate a, b cascade", "TRUNCATE a b every cascade"),
            ("truncate table only a", "TRUNCATE a every"),
            ("drop table t", ""),
            ("select * from t for update", ""),
            ("insert into t values (1)", ""),
            ("", ""),
            ("delete", "DELETE  every"),
        ],
    );
}

#[test]
fn writes_in_common_table_expressions_and_behind_explain_analyze_are_seen() {
    check(
        &POSTGRES,
        Caution::Moderate,
        &[
            (
                "with x as (delete from t returning *) select * from x",
                "DELETE t every",
            ),
            (
                "with x as (delete from t where a) insert into u select * from x",
                "",
            ),
            (
                "with x as (select 1 where true) update t set a = 1",
                "UPDATE t every",
            ),
            (
                "with x as (delete from a), y as (update b set c = 1) select 1",
                "DELETE a every; UPDATE b every",
            ),
            ("explain delete from t", ""),
            ("explain (analyze false) delete from t", ""),
            ("explain (analyze off, verbose) delete from t", ""),
            (
                "explain (analyze, verbose) delete from t",
                "DELETE t every explained",
            ),
            (
                "explain analyze update t set a = 1 where b",
                "UPDATE t explained",
            ),
            (
                "explain analyze insert into t values (1)",
                "INSERT t explained",
            ),
            ("explain analyze select 1", ""),
            (
                "explain analyze with x as (delete from t) select 1",
                "DELETE t every explained",
            ),
        ],
    );
    check(
        &MYSQL,
        Caution::Moderate,
        &[
            ("analyze delete from t where a = 1", "DELETE t explained"),
            ("analyze table t", ""),
            (
                "analyze format=json update t set a = 1",
                "UPDATE t every explained",
            ),
        ],
    );
}

#[test]
fn the_arguments_of_a_routine_and_the_part_of_a_table_are_known() {
    let found = |sql: &str| dangers(sql, &POSTGRES, Caution::Moderate).remove(0);
    let routines = found("drop function if exists s.f(int, b numeric(9, 2)), g cascade");
    assert_eq!(routines.arguments, ["( int , b numeric ( 9 , 2 ) )", ""]);
    for (sql, kind, name) in [
        (
            "alter table t drop column if exists \"C\" cascade",
            "COLUMN",
            "C",
        ),
        ("alter table t drop c", "COLUMN", "c"),
        (
            "alter table only s.t drop constraint k cascade",
            "CONSTRAINT",
            "k",
        ),
    ] {
        let (is, which) = found(sql).part.unwrap();
        assert_eq!((is, which.last()), (kind, name), "{sql}");
    }
    assert_eq!(found("alter table t rename to u").part, None);
}

#[test]
fn what_takes_definitions_away_is_seen_with_kind_names_and_cascade() {
    check(
        &POSTGRES,
        Caution::Moderate,
        &[
            (
                "drop table if exists a.b, c cascade",
                "DROP TABLE a.b c cascade",
            ),
            ("drop materialized view v", "DROP MATERIALIZED VIEW v"),
            ("drop index concurrently if exists i", "DROP INDEX i"),
            ("drop function f(int)", "DROP FUNCTION f"),
            ("drop function s.f(int, b text), g", "DROP FUNCTION s.f g"),
            ("drop owned by joe", "DROP OWNED BY joe"),
            ("alter table t drop column c", "ALTER TABLE … DROP t"),
            (
                "alter table if exists t rename to u",
                "ALTER TABLE … RENAME t",
            ),
            ("alter table t alter c drop not null", ""),
            ("alter table t add c int", ""),
            ("select 1 \\; drop table t", "DROP TABLE t"),
            ("select 1; update t set a = 2; select 3", "UPDATE t every"),
            (
                "create function f() returns void begin atomic delete from t; end",
                "",
            ),
            ("create or replace view v as select 1", ""),
        ],
    );
    check(
        &MYSQL,
        Caution::Moderate,
        &[
            ("rename table a to b", "RENAME TABLE a"),
            ("replace into t values (1)", "REPLACE t"),
            ("/*!40000 drop table `a b` */", "DROP TABLE a b"),
            ("delete from t limit 5", ""),
            ("delete a, b from a join b", "DELETE a b every"),
            ("update low_priority ignore t set a = 1", "UPDATE t every"),
            ("update t set a = 1 where 1", "UPDATE t every"),
            (
                "create or replace table t (a int)",
                "CREATE OR REPLACE TABLE t",
            ),
            (
                "alter table t truncate partition p",
                "ALTER TABLE … TRUNCATE t",
            ),
            ("shutdown", "SHUTDOWN "),
            ("drop prepare p", ""),
        ],
    );
    check(
        &SQLITE,
        Caution::Moderate,
        &[
            ("insert or replace into t values (1)", "INSERT OR REPLACE t"),
            ("insert or ignore into t values (1)", ""),
            ("update or rollback t set a = 1", "UPDATE t every"),
        ],
    );
}

#[test]
fn the_highest_level_asks_about_every_change_and_off_about_none() {
    for (sql, expected) in [
        ("delete from t where id = 1", "DELETE t"),
        ("update t set a = 1 where id = 1", "UPDATE t"),
        ("alter table t add c int", "ALTER TABLE t"),
        ("alter table t alter c drop default", "ALTER TABLE t"),
        ("insert into t values (1)", ""),
    ] {
        check(&POSTGRES, Caution::All, &[(sql, expected)]);
        check(&POSTGRES, Caution::Moderate, &[(sql, "")]);
    }
    check(
        &POSTGRES,
        Caution::Off,
        &[("drop table t; delete from t", "")],
    );
    for (name, level) in Caution::NAMES.iter().zip([
        Caution::Off,
        Caution::Unconditional,
        Caution::Moderate,
        Caution::All,
    ]) {
        assert_eq!(Caution::named(name), level);
    }
}
