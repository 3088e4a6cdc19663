-- A schema with an object of every kind that psql describes.
create role desc_owner login createdb connection limit 5 valid until '2030-01-01';
create role desc_group nologin noinherit;
create role desc_none nologin connection limit 0;
grant desc_group to desc_owner with admin option;
comment on role desc_group is 'a group of readers';
alter role desc_owner set work_mem = '8MB';
alter role desc_owner set search_path = 'shop, public';

create schema shop;
create schema "Odd Schema";
comment on schema shop is 'what we sell';
grant usage on schema shop to desc_group;
set search_path = shop, public;

create type mood as enum ('sad', 'ok', 'it''s happy');
comment on type mood is 'how people are';
create type pair as (a int, b text collate "C");
create type span as range (subtype = float8, subtype_diff = float8mi);
create domain positive as int default 1 not null check (value > 0) constraint small check (value < 1000);
create domain words as text collate "C";
comment on domain positive is 'above zero';
comment on constraint small on domain positive is 'not too many';
create collation backwards (provider = libc, locale = 'C');
create conversion latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
comment on conversion latin is 'old text';

create table users (
  id int generated always as identity primary key,
  name text not null default 'nobody' collate "C",
  mail varchar(50) unique,
  feeling mood default 'ok',
  born date,
  pay numeric(10,2) check (pay >= 0),
  twice numeric generated always as (pay * 2) stored,
  tags text[] default '{}',
  doc jsonb,
  constraint grown check (born < '2020-01-01')
);
comment on table users is 'people who buy';
comment on column users.name is E'how they are\ncalled';
comment on constraint grown on users is 'no children';
alter table users alter column name set statistics 200;
alter table users alter column doc set storage external;
alter table users set (fillfactor = 80, toast.autovacuum_enabled = false);
create index users_lower on users (lower(name), born desc nulls last) where pay > 10;
create unique index users_nulls on users (born) nulls not distinct;
create index users_cover on users (id) include (mail);
create index users_gin on users using gin (tags);
alter table users cluster on users_pkey;
alter table users replica identity using index users_pkey;
comment on index users_lower is 'for searching';

create table orders (
  id serial primary key,
  user_id int not null references users on delete cascade,
  code text,
  constraint code_once unique (code) deferrable initially deferred
);
create table lines (
  order_id int references orders deferrable,
  n int,
  primary key (order_id, n)
);
alter table lines replica identity full;
create table booking (
  room int,
  during span,
  exclude using gist (during with &&)
);
create unlogged table scratch (x int, y int, z int);
create unlogged sequence scratch_seq;
create sequence counter as smallint increment by 5 minvalue 5 maxvalue 100 start 10 cycle cache 3;
create sequence owned_seq owned by scratch.x;
comment on sequence counter is 'counts';
create statistics both_stats on x, y from scratch;
create statistics some_stats (ndistinct, mcv) on x, (y + 1) from scratch;
alter statistics some_stats set statistics 50;
create statistics one_stats on (x * 2) from scratch;

create table parts (id int, at date not null, what text, user_id int references users) partition by range (at);
create table parts_1 partition of parts for values from ('2020-01-01') to ('2021-01-01');
create table parts_2 partition of parts for values from ('2021-01-01') to ('2022-01-01') partition by list (what);
create table parts_2a partition of parts_2 for values in ('a', 'b');
create table parts_rest partition of parts default;
create index parts_at on parts (at, id);
create table parts_empty (id int) partition by hash (id);
create table many_parts (id int primary key) partition by hash (id);
create table many_parts_0 partition of many_parts for values with (modulus 2, remainder 0);
create table refers_parts (id int references many_parts);
comment on table parts is 'cut by year';

create table parent (id int, note text);
create table parent2 (extra int);
create table child (own int) inherits (parent, parent2);
create table grandchild () inherits (child);
create table typed of pair;

create view adults as select id, name from users where born < '2000-01-01';
create view adults_checked with (security_barrier = true) as select * from users where pay > 1 with cascaded check option;
comment on view adults is 'grown up';
comment on column adults.name is 'their name';
create rule adults_upd as on update to adults do instead nothing;
create rule users_del as on delete to users where old.id = 0 do also select 1;
create rule users_always as on insert to users do also select 2;
alter table users enable always rule users_always;
comment on rule users_del on users is 'a rule';
create materialized view totals as select user_id, count(*) from orders group by user_id;
create unique index totals_user on totals (user_id);
comment on materialized view totals is 'counted';

create function add(a int, b int default 2) returns int language sql immutable strict parallel safe as 'select a + b';
create function add(a text) returns text language plpgsql security definer as $$
begin
  return a || 'x';
end
$$;
create function rows_of(n int, out a int, out b text) returns setof record language sql as 'select 1, ''x''';
create function new_style(x int) returns int language sql return x + 1;
create procedure doit(inout x int) language plpgsql as 'begin x := 1; end';
create function touch() returns trigger language plpgsql as 'begin return new; end';
create function on_ddl() returns event_trigger language plpgsql as 'begin end';
create aggregate total(int) (sfunc = int4pl, stype = int, initcond = 0);
create aggregate everything(*) (sfunc = int8inc, stype = bigint, initcond = 0);
comment on function add(int, int) is 'adds';
comment on aggregate total(int) is 'adds up';
revoke all on function add(int, int) from public;
grant execute on function add(int, int) to desc_group;
create trigger users_touch before insert or update of name on users for each row when (new.id > 0) execute function touch();
create trigger users_off after delete on users execute function touch();
alter table users disable trigger users_off;
create trigger users_replica after insert on users execute function touch();
alter table users enable replica trigger users_replica;
create trigger parts_touch after insert on parts for each row execute function touch();
create constraint trigger orders_check after insert on orders deferrable initially deferred for each row execute function touch();
comment on trigger users_touch on users is 'a trigger';
create event trigger watch on ddl_command_start when tag in ('CREATE TABLE', 'DROP TABLE') execute function on_ddl();
alter event trigger watch disable;
comment on event trigger watch is 'looks on';

create operator === (leftarg = int, rightarg = int, function = int4eq);
create operator @#@ (rightarg = int, function = int4um);
comment on operator === (int, int) is 'just the same';
create cast (pair as text) with inout as assignment;
comment on cast (pair as text) is 'as text';
create operator family odd_family using btree;
create operator class odd_ops for type int using btree family odd_family as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(int, int);
comment on operator class odd_ops using btree is 'a class';
comment on operator family odd_family using btree is 'a family';
create access method heap2 type table handler heap_tableam_handler;
comment on access method heap2 is 'heap again';

alter table users enable row level security;
create policy mine on users using (name = current_user) with check (pay > 0);
create policy readers on users as restrictive for select to desc_group, desc_owner using (true);
create policy off_policy on orders for delete using (false);
alter table lines enable row level security;
alter table booking enable row level security;
alter table booking force row level security;
create policy forced on booking using (true);
grant select, insert on users to desc_group with grant option;
grant update (name, mail), select (name) on users to desc_owner;
grant all on orders to desc_owner;
grant usage on sequence counter to desc_group;
grant usage on type mood to desc_group;
grant usage on language plpgsql to desc_group;
alter default privileges in schema shop grant select on tables to desc_group;
alter default privileges for role desc_owner revoke execute on functions from public;
grant set on parameter work_mem to desc_group;

create foreign data wrapper odd_wrapper options (debug 'true', "odd name" 'x''y');
comment on foreign data wrapper odd_wrapper is 'nothing';
create server far type 'file' version '1.0' foreign data wrapper odd_wrapper options (host 'h', port '1');
comment on server far is 'far away';
grant usage on foreign server far to desc_group;
create user mapping for desc_owner server far options (user 'u', password 'p');
create user mapping for public server far;
create foreign table far_users (id int options (col 'ID', "key" 'true') not null, name text) server far options (file '/x');
comment on foreign table far_users is 'over there';
comment on column far_users.id is 'number';

create publication everything_pub for all tables;
create publication some_pub for table users (id, name) where (id > 5), orders;
create publication schema_pub for tables in schema shop with (publish = 'insert', publish_via_partition_root = true);
create publication empty_pub;
create subscription sub connection 'dbname=nowhere' publication a, b with (connect = false, slot_name = none);

create text search dictionary dict (template = simple, stopwords = english);
create text search configuration conf (copy = simple);
alter text search configuration conf alter mapping for asciiword with dict, simple;
comment on text search dictionary dict is 'a dictionary';
comment on text search configuration conf is 'a configuration';
create text search parser pars (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
comment on text search parser pars is 'a parser';
create text search template tmpl (init = dsimple_init, lexize = dsimple_lexize);

create table "Odd Schema"."Odd ""Table""" ("a.b" int, "$x*" text);
create table public.visible (id int);
create table public.zeros ();
create temp table passing (id int);
select lo_create(4711);
comment on large object 4711 is 'large';
grant select on large object 4711 to desc_group;
