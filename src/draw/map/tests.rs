use super::layout::layout;
use super::*;
use crate::catalog::fixture::catalog;
use crate::sql::dialect::POSTGRES;
use expect_test::{Expect, expect};

fn map(text: &str, all: bool) -> Map {
    let catalog = catalog(&POSTGRES, text);
    let schema = catalog
        .schema_id("public")
        .expect("the schema of the fixture");
    Map::of(&catalog, Part::Schema(schema), all)
}

#[track_caller]
fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&map(text, false).picture(60));
}

#[test]
fn relations_are_boxes_and_keys_are_lines() {
    check(
        "users(id int pk, name text); orders(id int pk, user_id int -> users.id, at date);
         items(id int pk, order_id int -> orders.id, product_id int -> products.id);
         products(id int pk, name text); notes(text text)",
        &expect![[r#"
            ┌ users ─────┐     ┌ orders ─────────┐     ┌ items ─────────────┐
            │ id int  PK ├◄─┐  │ id int       PK ├◄─┐  │ id int          PK │
            │ … 1 more   │  └──┤ user_id int  FK │  └──┤ order_id int    FK │
            └────────────┘     │ … 1 more        │  ┌──┤ product_id int  FK │
                               └─────────────────┘  │  └────────────────────┘
                                                    │
                               ┌ products ───────┐  │
                               │ id int       PK ├◄─┘
                               │ … 1 more        │
                               └─────────────────┘

            Without keys to others: notes
        "#]],
    );
}

#[test]
fn a_line_goes_around_what_stands_between() {
    check(
        "a(id int pk); b(id int pk, a int -> a.id); c(id int pk, b int -> b.id, a int -> a.id)",
        &expect![[r#"
            ┌ a ─────────┐     ┌ b ─────────┐
            │ id int  PK ├◄─┐  │ id int  PK ├◄─┐
            └────────────┘  ├──┤ a int   FK │  │  ┌ c ─────────┐
                            │  └────────────┘  │  │ id int  PK │
                            │                  └──┤ b int   FK │
                            └─────────────────────┤ a int   FK │
                                                  └────────────┘
        "#]],
    );
}

#[test]
fn circles_and_keys_to_oneself_end() {
    check(
        "a(id int pk, b int -> b.id, a int -> a.id); b(id int pk, a int -> a.id)",
        &expect![[r#"
            ┌ b ─────────┐
            │ id int  PK ├◄─┐  ┌ a ─────────┐
            │ a int   FK ├──┼─►┤ id int  PK │
            └────────────┘  └──┤ b int   FK │
                               │ a int   FK │
                               └────────────┘

            Point at themselves: a (a)
        "#]],
    );
}

#[test]
fn no_box_covers_another_nor_a_line() {
    // Relations whose keys point at some of those before them, in every pattern of the numbers.
    for seed in 1..60u32 {
        let mut text = String::new();
        let mut state = seed;
        for at in 0..9 {
            text.push_str(&format!("t{at}(id int pk"));
            for before in 0..9 {
                state = state.wrapping_mul(1_103_515_245).wrapping_add(12345);
                if state >> 16 & 7 == 0 && before != at {
                    text.push_str(&format!(", c{before} int -> t{before}.id"));
                }
            }
            text.push_str(");");
        }
        let map = map(&text, true);
        assert!(!layout(&map).overlaps(), "{text}\n{}", map.picture(100));
    }
}

#[test]
fn other_programs_read_it() {
    let map = map(
        "users(id int pk, name text); orders(id int pk, user_id int -> users.id)",
        true,
    );
    expect![[r#"
        erDiagram
            "orders" {
                int id PK
                int user_id FK
            }
            "users" {
                int id PK
                text name
            }
            "users" ||--o{ "orders" : "user_id"
    "#]]
    .assert_eq(&map.mermaid());
    expect![[r##"
        digraph map {
          rankdir = RL;
          node [shape = plain, fontname = "monospace"];
          t0 [label = <<table border="0" cellborder="1" cellspacing="0" cellpadding="4"><tr><td bgcolor="#dde5f0"><b>orders</b></td></tr><tr><td port="c0" align="left">id int  PK</td></tr><tr><td port="c1" align="left">user_id int  FK</td></tr></table>>];
          t1 [label = <<table border="0" cellborder="1" cellspacing="0" cellpadding="4"><tr><td bgcolor="#dde5f0"><b>users</b></td></tr><tr><td port="c0" align="left">id int  PK</td></tr><tr><td port="c1" align="left">name text</td></tr></table>>];
          t0:c1 -> t1:c0;
        }
    "##]].assert_eq(&map.graphviz());
    let svg = map.svg();
    assert!(
        svg.starts_with("<svg ") && svg.contains(">orders</text>"),
        "{svg}"
    );
}
