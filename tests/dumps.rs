//! Dumps restored through the native client and through sqwire give the same database: dumped
//! again, they are the same text.

use crate::mysql_scripts::{Pair, same};
use crate::psql_formats::psql;
use crate::servers::{self, PASSWORD, Server, USER};
use std::process::{Command, Stdio};

/// Everything that a dump can hold.
const SHOP: &str = r#"
set foreign_key_checks = 0;
create table `a ``b` (id int unsigned not null auto_increment primary key, `from` varchar(30) default 'it''s; "x"',
  key k (`from`(5)), parent int unsigned, constraint fk foreign key (parent) references `a ``b`(id) on delete cascade)
  comment='semi; colon -- and # more /* all */';
insert into `a ``b` values (1,'one; two',null),(2,'''quoted'' "double" `back`',1),(3,'line\nbreak\r\ntab\t\0nul\Zsub\\',1);
create table types(ti tinyint, si smallint unsigned, mi mediumint, bi bigint, de decimal(30,10), fl float, dou double,
  bo bool, b1 bit(1), b17 bit(17), da date, dt datetime(6), ts timestamp null, tm time(3), ye year,
  ch char(5), vc varchar(200), bin binary(6), vb varbinary(40), tb tinyblob, bl blob, mb mediumblob, lb longblob,
  tt tinytext, te text character set latin1, mt mediumtext, lt longtext, en enum('a','b;c','d''e'), se set('x','y','z'),
  js json, ge geometry, pt point, po polygon, gen int as (ti + 1) virtual, gens int as (ti + 2) stored,
  u uuid, i6 inet6);
create table hidden(a int, b int invisible default 3); insert into hidden(a,b) values (1,2);
insert into types(ti,si,mi,bi,de,fl,dou,bo,b1,b17,da,dt,ts,tm,ye,ch,vc,bin,vb,tb,bl,mb,lb,tt,te,mt,lt,en,se,js,ge,pt,po,u,i6)
 values (-128,65535,-8388608,9223372036854775807,12345678901234567890.0123456789,1.5,2.2250738585072014e-308,true,1,b'10101010101010101',
 '2024-02-29','2024-02-29 12:34:56.789012','2024-02-29 01:02:03','-838:59:59.000',1999,'ch','日本 é 😀',x'00ff27225c0a',x'c328a0a1e28ca1f09f98',
 x'00010203',x'f48fbfbf00270a0d1a5c22ff',x'ed',repeat(x'00ff80',300),'tt','é','mt','lt','b;c','x,z','{"a": [1, "b;c"]}',
 ST_GeomFromText('LINESTRING(0 0,1 1)'),POINT(1,2),ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'),
 '123e4567-e89b-12d3-a456-426655440000','::1'),
 (null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null);
create table log(at int auto_increment primary key, what text) engine=MyISAM;
create table parts(id int, v int) partition by range(id) (partition p0 values less than (10), partition p1 values less than maxvalue);
insert into parts values (1,1),(11,2);
create sequence seq start with 5 increment by 3;
create view names as select `from` as n, 'a;b' as s from `a ``b` where id > 1;
create view view2 as select n from names;
delimiter //
create trigger t1 before insert on log for each row begin
  if new.what like '%;%' then set new.what = concat('"', new.what, '"'); end if;
end//
create trigger t2 after delete on log for each row insert into log(what) values ('never; ever')//
create procedure p1(in a int, out b varchar(20)) comment 'has; semi' sql security invoker begin
  declare i int default 0; declare continue handler for sqlexception begin set b = 'x;y'; end;
  my_loop: loop set i = i + 1; if i > a then leave my_loop; end if; end loop;
  case a when 1 then set b = 'one'; else set b = "it's"; end case;
end//
create function f1(a varchar(20) charset utf8mb4) returns varchar(40) deterministic begin return concat(a, ';', '\\', '/*', '*/'); end//
create event e1 on schedule every 1 day starts '2030-01-01 00:00:00' on completion preserve disable comment 'ev;ent' do begin
  insert into log(what) values ('event'); delete from log where at < 0;
end//
delimiter ;
insert into log(what) values ('a;b'),('plain');
"#;

fn dump(pair: &Pair, database: &str, options: &[&str]) -> Vec<u8> {
    let output = Command::new("mariadb-dump")
        .args(["--no-defaults", "-h", "127.0.0.1", "-u", USER])
        .args(["-P", &pair.server.port.to_string()])
        .args(["--default-character-set=utf8mb4", "--skip-dump-date"])
        .args(["--routines", "--triggers", "--events"])
        .args(options)
        .arg(database)
        .env("MYSQL_PWD", PASSWORD)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    output.stdout
}

/// What the dump says of the database's own name is not compared.
fn without_name(dump: &[u8], database: &str) -> Vec<u8> {
    let lines = dump.split_inclusive(|b| *b == b'\n');
    let named = |line: &&[u8]| !line.starts_with(b"-- Host:");
    let kept: Vec<u8> = lines.filter(named).flatten().copied().collect();
    let (name, mut out, mut rest) = (database.as_bytes(), Vec::new(), &kept[..]);
    while let Some(at) = rest.windows(name.len()).position(|w| w == name) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(b"NAME");
        rest = &rest[at + name.len()..];
    }
    out.extend_from_slice(rest);
    out
}

#[test]
fn a_mariadb_dump_restores_as_the_native_client_restores_it() {
    let Some(pair) = Pair::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let run = |program: Command, database: &str, arguments: &[&str], input: &[u8]| {
        let ran = pair.run(program, database, folder.path(), arguments, input);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!((ran.status, said.as_str()), (Some(0), ""));
    };
    let fresh = || {
        let name = pair.server.fresh_name();
        let sql = format!("create database {name}");
        run(pair.theirs(), "", &[], sql.as_bytes());
        name
    };
    let shop = fresh();
    run(pair.theirs(), &shop, &[], SHOP.as_bytes());
    for options in [
        &[][..],
        &["--hex-blob"],
        &["--skip-extended-insert"],
        &["--single-transaction", "--skip-comments", "--tz-utc"],
        &["--skip-add-locks", "--skip-disable-keys", "--skip-quick"],
        &[
            "--add-drop-trigger",
            "--no-autocommit",
            "--order-by-primary",
        ],
    ] {
        let text = dump(&pair, &shop, options);
        let (native, ours) = (fresh(), fresh());
        run(pair.theirs(), &native, &["--binary-mode"], &text);
        run(pair.ours(), &ours, &[], &text);
        let again = |name: &str| without_name(&dump(&pair, name, &[]), name);
        let what = format!("restored from a dump with {options:?}");
        same(&again(&ours), &again(&native), &what);
        // Nothing is lost on the way either.
        same(
            &again(&ours),
            &without_name(&dump(&pair, &shop, &[]), &shop),
            &what,
        );
    }
}

const PG_SHOP: &str = r#"
create schema s2;
create type mood as enum ('sad', 'it''s; ok');
create domain positive as int check (value > 0);
create table a(id serial primary key, name text default 'x;y', m mood, p positive, j jsonb, b bytea, ts timestamptz,
  arr int[], tags text[], n numeric(30,10), gen int generated always as (coalesce(length(name),0)) stored, r int4range);
insert into a(name,m,p,j,b,ts,arr,tags,n,r) values
  (E'tab\t newline\n back\\slash \\. "q" ''s''','it''s; ok',1,'{"a;b": [1,2]}','\x00ff5c','2024-02-29 12:00+00','{1,NULL,3}','{"a;b","c\"d",NULL}',123456789.123456789,'[1,5)'),
  ('\.', 'sad', 2, null, '', null, '{}', null, 'NaN', 'empty'), (null,null,null,null,null,null,null,null,null,null);
create table s2."Odd ""Name;"(k int references a(id) deferrable, "select" text collate "C") ;
insert into s2."Odd ""Name;" values (1,'é 日本 😀'),(2,E'cr\r lf\n nul-like \\N');
create index i1 on a using gin (j);
create unique index i2 on a (lower(name)) where m is not null;
create view v as select id, name || ';' as "n;" from a;
create materialized view mv as select count(*) from a;
create function f(x int) returns int language plpgsql as $fn$ begin /* a; b */ return x + 1; -- it's
end $fn$;
create function g(x int) returns int language sql begin atomic select x; select x + 1; end;
create procedure p(inout x int) language plpgsql as 'begin x := x * 2; end';
create function tf() returns trigger language plpgsql as $$ begin new.name := new.name || $q$;$q$; return new; end $$;
create trigger tr before update on a for each row execute function tf();
create sequence sq increment 3 start 7;
create rule rl as on delete to s2."Odd ""Name;" do also select 1;
comment on table a is 'semi; colon ''quote'' \ backslash';
comment on column a.name is E'line\nbreak';
create table parted(id int, v text) partition by range (id);
create table parted1 partition of parted for values from (0) to (10);
insert into parted values (1,'in; part');
alter table a add constraint c check (name <> ';');
select lo_create(4711); select lo_put(4711, 0, '\x00ff');
"#;

/// Runs psql or what stands for it, with a text as standard input.
fn run_pg(mut program: Command, server: &Server, database: &str, arguments: &[&str], input: &[u8]) {
    use std::io::Write;
    let mut child = program
        .args([
            "-X",
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            &server.port.to_string(),
        ])
        .args(["-U", USER, "-d", database, "-v", "ON_ERROR_STOP=1"])
        .args(arguments)
        .env("PGPASSWORD", PASSWORD)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&text)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}

#[test]
fn a_pg_dump_restores_as_psql_restores_it() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let dump_program = psql().with_file_name("pg_dump");
    let dump = |database: &str, options: &[&str]| {
        let output = Command::new(&dump_program)
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &server.port.to_string(),
                "-U",
                USER,
            ])
            .args(options)
            .arg(database)
            .env("PGPASSWORD", PASSWORD)
            .output()
            .unwrap();
        assert!(output.status.success());
        // The key of `\restrict` is another one each time.
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text
            .lines()
            .filter(|l| !l.starts_with("\\restrict") && !l.starts_with("\\unrestrict"));
        (text.clone(), lines.collect::<Vec<_>>().join("\n"))
    };
    let sqwire = || {
        let mut program = Command::new(env!("CARGO_BIN_EXE_sqwire"));
        program.arg("pg");
        program
    };
    let fresh = || {
        let name = server.fresh_name();
        let sql = format!("create database {name} template template0");
        run_pg(
            Command::new(psql()),
            server,
            server.first_database(),
            &[],
            sql.as_bytes(),
        );
        name
    };
    let shop = fresh();
    run_pg(Command::new(psql()), server, &shop, &[], PG_SHOP.as_bytes());
    for options in [
        &[][..],
        &["--inserts"],
        &[
            "--column-inserts",
            "--rows-per-insert=2",
            "--quote-all-identifiers",
        ],
        &["--disable-dollar-quoting", "--no-owner"],
    ] {
        let (text, _) = dump(&shop, options);
        let (native, ours) = (fresh(), fresh());
        run_pg(Command::new(psql()), server, &native, &[], text.as_bytes());
        run_pg(sqwire(), server, &ours, &[], text.as_bytes());
        let what = format!("restored from a dump with {options:?}");
        let (native, ours) = (dump(&native, &[]).1, dump(&ours, &[]).1);
        same(ours.as_bytes(), native.as_bytes(), &what);
        same(ours.as_bytes(), dump(&shop, &[]).1.as_bytes(), &what);
    }
}
