use super::*;

fn item(kind: Kind, table: &str, name: &str, definition: &str) -> Item {
    Item {
        kind,
        table: table.into(),
        name: name.into(),
        definition: definition.into(),
        create: format!("create {name} {definition}"),
        drop: format!("drop {name}"),
        alter: (kind == Kind::Column).then_some(|_, to| Some(vec![format!("alter {}", to.name)])),
        inside: kind == Kind::Column,
        uses: Vec::new(),
    }
}

/// `kind table name definition`, a line each.
fn items(text: &str) -> Vec<Item> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let kind = match words[0] {
                "table" => Kind::Table,
                "column" => Kind::Column,
                "key" => Kind::Key,
                "fk" => Kind::ForeignKey,
                "view" => Kind::View,
                _ => Kind::Type,
            };
            item(kind, words[1].trim_matches('-'), words[2], words[3])
        })
        .collect()
}

#[test]
fn statements_come_in_an_order_in_which_they_can_run() {
    let from = "type - mood sad
        table - users x
        column users id int
        column users old int
        key users pk (id)
        table - gone x
        column gone id int
        fk gone far users
        view - v select-old
        view - w same";
    let to = "type - mood sad
        type - size small
        table - users x
        column users id bigint
        column users new text
        key users pk (id,new)
        table - orders x
        column orders id int
        fk orders user users
        view - v select-new
        view - w same";
    let changes = diff(&items(from), &items(to));
    let shown: Vec<String> = changes
        .iter()
        .map(|c| format!("{} {}: {}", c.what, c.object, c.sql.join("; ")))
        .collect();
    assert_eq!(
        shown,
        [
            "change view v: drop v",
            "drop foreign key far of gone: drop far",
            "change constraint pk of users: drop pk",
            "add type size: create size small",
            "add table orders: create orders x",
            "change column id of users: alter id",
            "add column new of users: create new text",
            "change constraint pk of users: create pk (id,new)",
            "add foreign key user of orders: create user users",
            "change view v: create v select-new",
            "drop column old of users: drop old",
            "drop table gone: drop gone",
        ]
    );
    assert!(diff(&items(to), &items(to)).is_empty());
}

#[test]
fn a_name_cannot_end_the_comment_above_its_statement() {
    let change = Change {
        what: "drop",
        object: "table a\ndrop table b".into(),
        sql: vec!["drop table \"a\ndrop table b\";".into()],
    };
    assert!(script(&[change]).starts_with("-- drop table a drop table b\ndrop"));
}

#[test]
fn what_hangs_on_a_view_is_made_again_with_it() {
    let comment = item(Kind::Comment, "", "VIEW s.v", "x");
    let column = item(Kind::Comment, "", "COLUMN s.v.id", "x");
    let other = item(Kind::Comment, "", "VIEW s.vv", "x");
    let with = |definition: &str| {
        vec![
            item(Kind::View, "", "s.v", definition),
            comment.clone(),
            column.clone(),
            other.clone(),
        ]
    };
    let changes = diff(&with("old"), &with("new"));
    let shown: Vec<&str> = changes.iter().map(|c| c.object.as_str()).collect();
    assert_eq!(
        shown,
        [
            "view s.v",
            "view s.v",
            "comment VIEW s.v",
            "comment COLUMN s.v.id"
        ]
    );
    assert!(diff(&with("old"), &with("old")).is_empty());
}
