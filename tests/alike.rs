//! `/diff-schema` after changes at random: what it writes makes the two schemas alike.

use crate::explore::{load, made_alike, on, with_commands};
use crate::harness::Sqwire;
use crate::servers;
use sqwire::driver::{Connection, Target, by_name};

/// A generator whose numbers are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % limit
    }

    /// Some of the changes, in their order or another.
    fn some<'c>(&mut self, changes: &[&'c str], count: usize) -> Vec<&'c str> {
        (0..count)
            .map(|_| changes[self.below(changes.len())])
            .collect()
    }
}

/// Runs what can be run; a change may have taken away what another one needs.
async fn change(driver: &str, target: &Target, first: &str, changes: &[&str]) {
    let mut connection: Box<dyn Connection> =
        by_name(driver).unwrap().connect(target).await.unwrap();
    if !first.is_empty() {
        crate::postgres::all(connection.as_mut(), first)
            .await
            .unwrap();
    }
    for sql in changes {
        let _ = crate::postgres::all(connection.as_mut(), sql).await;
    }
}

/// What cannot be taken back, or is at work when things are made anew: done only to the schema that the other one is made like.
const ONE_WAY: &[&str] = &[
    "alter type mood add value 'odd'",
    "create table kid (extra int) inherits (users)",
    "alter default privileges in schema shop grant select on tables to desc_group",
];

const POSTGRES: &[&str] = &[
    "alter table users add column phone text not null default 'x'",
    "alter table users alter column mail type text",
    "alter table users alter column mail set default 'none'",
    "alter table users drop column tags",
    "alter table users drop column born cascade",
    "alter table lines alter n type bigint",
    "alter table orders add check (code <> '')",
    "alter table orders add constraint positive check (user_id > 0) not valid",
    "create index on orders (user_id)",
    "create unique index orders_code on orders (lower(code)) where user_id > 3",
    "drop index users_lower",
    "drop table booking",
    "drop table scratch cascade",
    "alter type pair add attribute c text",
    "create type fresh_type as (x int, y text)",
    "create type fresh_range as range (subtype = float8)",
    "create table fresh (id int primary key, o int references orders, m mood, s serial)",
    "create unlogged table unsafe (id bigint generated always as identity, v int generated always as (1 + 1) stored)",
    "create table parts_9 partition of parts for values from ('2030-01-01') to ('2031-01-01')",
    "alter table parts detach partition parts_1",
    "alter table parts detach partition parts_rest",
    "create table later (id int, at date not null, what text, user_id int); alter table parts attach partition later for values from ('2040-01-01') to ('2041-01-01')",
    "alter table child no inherit parent2",
    "alter type mood rename value 'sad' to 'sadder'",
    "alter table child no inherit parent",
    "create table grown_up (like parent); alter table grown_up inherit parent",
    "alter table parts_1 add column apart int",
    "alter table parent add column more text",
    "create rule nothing as on delete to scratch do instead nothing",
    "create rule noted as on insert to adults do also notify noted",
    "drop rule noted on adults",
    "create aggregate total_of (int) (sfunc = int4pl, stype = int, initcond = '0')",
    "create aggregate last_of (anyelement) (sfunc = second_of, stype = anyelement)",
    "create function second_of(anyelement, anyelement) returns anyelement language sql immutable as 'select $2'",
    "create publication fresh_pub for table orders, lines",
    "create publication every_pub for all tables with (publish = 'insert')",
    "alter publication fresh_pub add table scratch",
    "drop publication fresh_pub",
    "create statistics stat_fresh (dependencies) on x, y from scratch",
    "drop statistics stat_fresh",
    "grant select (name), update (mail, name) on users to desc_group",
    "revoke update (mail) on users from desc_group",
    "grant select on orders to desc_group, public",
    "grant execute on function touch() to desc_group",
    "alter table orders owner to desc_owner",
    "alter view adults owner to desc_owner",
    "alter function touch() owner to desc_owner",
    "create view above as select * from adults where id > 3",
    "create view far_above as select count(*) as n from above",
    "drop view adults cascade; create view adults as select name, id, mail from users",
    "create function no_row() returns trigger language plpgsql as 'begin return null; end'",
    "create trigger instead instead of insert on adults for each row execute procedure no_row()",
    "create materialized view heap_of as select id, name from users",
    "create index heap_of_name on heap_of (name)",
    "drop materialized view totals; create materialized view totals as select user_id, max(code) as most from orders group by 1",
    "create event trigger watched on ddl_command_end execute procedure on_ddl()",
    "create function on_ddl() returns event_trigger language plpgsql as 'begin end'",
    "drop event trigger watched",
    "alter domain positive set default 7",
    "alter domain positive add constraint odd check (value % 2 = 1) not valid",
    "create domain short as varchar(3) check (value <> '')",
    "create foreign data wrapper fresh_wrapper; create server fresh_server foreign data wrapper fresh_wrapper options (host 'h')",
    "create foreign table fresh_far (id int options (c 'x'), name text not null) server fresh_server options (t 'y')",
    "alter foreign table far_users add column more int",
    "create operator +++ (leftarg = int, rightarg = int, procedure = int4pl)",
    "create cast (pair as text) with inout",
    "create collation german from \"C\"",
    "comment on table users is 'other people'",
    "comment on column users.name is null",
    "comment on index users_pkey is 'its key'",
    "create procedure proceed(n int) language sql as 'select 1'",
    "alter table users alter column name set statistics 200",
    "alter table orders alter column code set storage external",
    "alter table orders set unlogged",
    "alter table users disable row level security",
    "create policy fresh_policy on orders for select to desc_group using (user_id > 1)",
    "alter sequence counter increment by 7 cache 5 cycle",
    "create function first_of() returns int language sql as 'select 1'",
    "alter table scratch add column d int default first_of()",
    "create text search configuration fresh_search (copy = simple)",
    "alter table users rename column mail to post",
    "alter table orders rename to bought",
    "create schema \"Odd more\"",
    "create table \"Odd more\".\"a.b\" (\"c\"\"d\" int primary key, \"😀\" text)",
    "drop schema \"Odd Schema\" cascade",
    "drop function add(text)",
    "create or replace function add(a int, b int) returns int language sql as 'select a - b'",
];

#[test]
fn schemas_of_postgres_changed_at_random_are_made_alike() {
    let Some(server) = servers::start_postgres() else {
        return;
    };
    load(
        on(&server, "postgres")(""),
        include_str!("describe/postgres.sql"),
    );
    let mut dice = Dice(20);
    for round in 0..3 {
        let (one, other) = (format!("one{round}"), format!("other{round}"));
        let create = format!(
            "create database {one} template postgres; create database {other} template postgres;"
        );
        load(on(&server, "template1")(""), &create);
        crate::postgres::block_on(async {
            for database in [&one, &other] {
                let mut changes = dice.some(POSTGRES, 25);
                if database == &other {
                    changes.extend(ONE_WAY);
                }
                let path = "set search_path = shop, public";
                change("postgres", &server.target(database), path, &changes).await;
            }
        });
        let url = server.url(&other);
        made_alike(&on(&server, &one), &url);
    }
}

const MYSQL: &[&str] = &[
    "ALTER TABLE users ADD phone VARCHAR(10) NOT NULL DEFAULT 'x' AFTER name",
    "ALTER TABLE users ADD early INT FIRST",
    "ALTER TABLE users MODIFY pay DECIMAL(12,3)",
    "ALTER TABLE users MODIFY feeling ENUM('sad','ok','odd')",
    "ALTER TABLE users DROP KEY by_name",
    "ALTER TABLE users ADD UNIQUE KEY nn (name(3), pay)",
    "ALTER TABLE users ADD FULLTEXT KEY words (name)",
    "ALTER TABLE users DROP COLUMN twice",
    "ALTER TABLE users COMMENT = 'it''s others'",
    "ALTER TABLE orders DROP FOREIGN KEY of_user",
    "ALTER TABLE orders ADD CHECK (id > 0)",
    "ALTER TABLE orders ENGINE = MyISAM",
    "ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4",
    "ALTER TABLE orders DROP PRIMARY KEY",
    "ALTER TABLE parts ADD PRIMARY KEY (id, at)",
    "ALTER TABLE parts REORGANIZE PARTITION rest INTO (PARTITION middle VALUES LESS THAN (20), PARTITION rest VALUES LESS THAN MAXVALUE)",
    "ALTER TABLE parts REMOVE PARTITIONING",
    "CREATE TABLE fresh (id INT PRIMARY KEY AUTO_INCREMENT, u INT, FOREIGN KEY (u) REFERENCES users (id))",
    "CREATE TABLE `odd``name.x` (`a b` INT, `c``d` TEXT, KEY (`a b`))",
    "CREATE TABLE places (id INT, at POINT NOT NULL, SPATIAL KEY (at))",
    "DROP TABLE parts",
    "DROP FUNCTION twice_of",
    "CREATE FUNCTION twice_of(n INT) RETURNS INT DETERMINISTIC RETURN n + n",
    "CREATE PROCEDURE more(IN a INT, OUT b INT) BEGIN SET b = a; END",
    "DROP EVENT nightly",
    "CREATE EVENT hourly ON SCHEDULE EVERY 1 HOUR STARTS '2030-01-01' DISABLE DO DELETE FROM orders",
    "DROP TRIGGER touch",
    "CREATE TRIGGER seen AFTER DELETE ON users FOR EACH ROW SET @seen = 1",
    "CREATE VIEW above AS SELECT id FROM adults WHERE id > 3",
    "CREATE OR REPLACE VIEW adults AS SELECT name, id FROM users",
    "CREATE SEQUENCE more_numbers START WITH 7",
    "GRANT SELECT, INSERT ON users TO random_reader@localhost",
    "GRANT SELECT (name), UPDATE (name, pay) ON users TO random_reader@localhost",
    "GRANT EXECUTE ON FUNCTION twice_of TO random_reader@localhost",
];

#[test]
fn schemas_of_mysql_changed_at_random_are_made_alike() {
    // Of its own: others list what is on theirs.
    let Some(server) = servers::start_mysql() else {
        return;
    };
    load(
        on(&server, "mysql")(""),
        "CREATE USER IF NOT EXISTS random_reader@localhost;",
    );
    let mut dice = Dice(7);
    for round in 0..4 {
        let (one, other) = (format!("rone{round}"), format!("rother{round}"));
        load(
            on(&server, "mysql")(""),
            &format!("CREATE DATABASE {one}; CREATE DATABASE {other};"),
        );
        for database in [&one, &other] {
            load(
                on(&server, database)(""),
                include_str!("describe/mysql.sql"),
            );
            let changes = dice.some(MYSQL, 14);
            crate::postgres::block_on(change("mysql", &server.target(database), "", &changes));
        }
        let url = server.url(&other);
        made_alike(&on(&server, &one), &url);
    }
}

const SQLITE: &[&str] = &[
    "alter table users add column phone text default 'x'",
    "alter table users add column count int not null default 3",
    "alter table users rename column mail to post",
    "alter table orders rename to bought",
    "alter table orders drop column code",
    "create index o1 on orders (user_id)",
    "create unique index o2 on orders (lower(code)) where user_id > 3",
    "drop index users_name",
    "drop view adults",
    "create view above as select id from adults",
    "create table fresh (a int check (a > 1), b text collate nocase, unique (a, b))",
    "create table \"odd \"\"name\" (\"a.b\" int primary key, [c d] text) without rowid",
    "create table firm (a int not null, b blob) strict",
    "create table points_at (id integer primary key, u int references users (id) on delete cascade)",
    "create virtual table words using fts5 (body)",
    "drop table lines",
    "drop trigger touch",
    "create trigger seen after delete on users begin update orders set code = 'gone' where user_id = old.id; end",
    "create trigger instead instead of insert on adults begin select 1; end",
    "drop table users",
    "create table users (id integer primary key, name text not null, other real)",
];

#[test]
fn schemas_of_sqlite_changed_at_random_are_made_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(3);
    for round in 0..8 {
        let path = |name: &str| folder.path().join(format!("{name}{round}.db"));
        let files = [path("one"), path("other")].map(|p| p.to_str().unwrap().to_string());
        for file in &files {
            load(Sqwire::new().arg(file), include_str!("describe/sqlite.sql"));
            let changes = dice.some(SQLITE, 8);
            crate::postgres::block_on(change("sqlite", &Target::sqlite(file), "", &changes));
        }
        let run = |command: &str| with_commands(Sqwire::new().arg(&files[0]), command);
        made_alike(&run, &files[1]);
    }
}
