//! What holds for every place: spans, limits, use, the protocol.

use super::*;

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
            let columns = format!("SELECT {typed}| FROM users, orders, user_emails, order_items");
            let relations = format!("SELECT * FROM {typed}|");
            let offered = [columns, relations].iter().any(|marked| {
                inserts(&run("postgres", marked, 0))
                    .iter()
                    .any(|insert| insert.ends_with(name))
            });
            assert!(offered, "{typed}");
        }
    }
}

/// Typing what stands in a row's answer, letter by letter, never loses it.
#[test]
fn typing_more_never_makes_a_good_candidate_vanish() {
    let mut bad = Vec::new();
    for table in TABLES {
        let mut known = None;
        for line in table.lines().filter(|l| !l.starts_with('#')) {
            if let Some(heading) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                known = Some(catalog(heading));
            } else if let (Some(catalog), Some(at)) = (&known, line.find(" ==>")) {
                let marked = line[..at].trim_end_matches(' ').replace('⏎', "\n");
                bad.extend(vanished(catalog, &marked));
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

/// Beginnings of the first candidates with which they are no longer offered.
fn vanished(catalog: &Catalog, marked: &str) -> Vec<String> {
    let all = complete_in(catalog, marked, 0);
    let name = |c: &&Candidate| {
        c.insert
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let (text, cursor) = unmark(marked);
    if all.replace != (cursor..cursor) {
        return Vec::new();
    }
    let mut bad = Vec::new();
    for candidate in all.items.iter().filter(name).take(4) {
        for end in 1..=candidate.insert.len() {
            let typed = &candidate.insert[..end];
            let more = format!("{}{typed}|{}", &text[..cursor], &text[cursor..]);
            let found = complete_in(catalog, &more, 0);
            if !found
                .items
                .iter()
                .any(|c| c.insert.eq_ignore_ascii_case(&candidate.insert))
            {
                bad.push(format!("{more}  lost {}", candidate.insert));
            }
        }
    }
    bad
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
        variables: &[],
        favourites: &[],
        settings: &[],
        specials: &[],
        body: Body::default(),
        limit: 1,
    };
    assert_eq!(complete(&request).items[0].insert, "first_name");
}

static FAVOURITE: Spec = Spec {
    names: &["\\n"],
    args: &[Arg::optional("NAME", ArgKind::Favourite)],
    section: Section::Buffer,
    help: "",
};

#[test]
fn favourites_are_offered_by_their_names() {
    let catalog = fixture::shop("postgres");
    let names = ["weekly", "daily", "two words"].map(str::to_string);
    let request = |text: &str| {
        let request = Request {
            text,
            tokens: &lex(text, catalog.dialect),
            cursor: text.len(),
            catalog: &catalog,
            commands: &[&FAVOURITE],
            usage: &Usage::default(),
            variables: &[],
            favourites: &names,
            settings: &[],
            specials: &[],
            body: Body::default(),
            limit: 0,
        };
        let found = complete(&request);
        let (from, inserts) = (found.replace.start, inserts(&found));
        inserts
            .iter()
            .map(|insert| format!("{}{insert}", &text[..from]))
            .collect::<Vec<_>>()
    };
    assert_eq!(request("\\n da"), ["\\n daily"]);
    assert_eq!(request("\\n tw"), ["\\n \"two words\""]);
    assert_eq!(request("\\n \"tw"), ["\\n \"two words\""]);
}

#[test]
fn the_protocol_counts_characters_and_echoes_the_id() {
    let catalog = fixture::shop("postgres");
    for (line, expected) in [
        (
            r#"{"id":7,"text":"SELECT 'é', em FROM users","cursor":14,"limit":1}"#,
            r#"{"id":7,"start":12,"end":14,"candidates":[{"text":"email","kind":"column","detail":"text not null"}]}"#,
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
        assert_eq!(
            protocol::answer(line, &catalog, &protocol::Client::default()),
            expected,
            "{line}"
        );
    }
}

/// Tables that no key connects, as bulletin boards and blogs have them.
fn keyless() -> Catalog {
    let column = |name: &str, key: bool| serde_json::json!({"name": name, "type": "bigint", "nullable": !key, "primary_key": key});
    let table = |name: &str, columns: &[&str]| {
        let columns: Vec<_> = columns
            .iter()
            .enumerate()
            .map(|(at, c)| column(c, at == 0))
            .collect();
        serde_json::json!({"name": name, "kind": "table", "columns": columns})
    };
    let text = serde_json::json!({
        "version": 1, "dialect": "mysql", "database": "blog", "search_path": ["blog"],
        "schemas": [
            {"name": "blog", "relations": [
                table("wp_links", &["link_id", "link_url"]),
                table("wp_posts", &["ID", "post_author", "post_title"]),
                table("wp_postmeta", &["meta_id", "post_id", "meta_key"]),
                table("wp_term_taxonomy", &["term_taxonomy_id", "term_id"]),
                table("wp_term_relationships", &["object_id", "term_taxonomy_id"]),
                table("wp_terms", &["term_id", "slug"]),
            ]},
            {"name": "archive", "relations": [table("years", &["year_id"])]},
        ],
    });
    crate::catalog::json::read(&text.to_string()).expect("a catalog")
}

#[test]
fn names_connect_relations_where_no_key_does() {
    let catalog = keyless();
    for row in [
        "SELECT * FROM wp_posts p JOIN |  ==> wp_postmeta p2 ON p2.post_id = p.ID",
        "SELECT * FROM wp_postmeta m JOIN |  ==> wp_posts wp ON wp.ID = m.post_id",
        "SELECT * FROM wp_term_taxonomy JOIN |  ~~> wp_terms ON wp_terms.term_id = wp_term_taxonomy.term_id; \
         wp_term_relationships ON wp_term_relationships.term_taxonomy_id = wp_term_taxonomy.term_taxonomy_id",
        "SELECT * FROM wp_links l JOIN |  !!> wp_posts wp ON wp.ID = l.link_id",
        "SELECT * FROM wp_posts p, |  ==> wp_postmeta",
        "SELECT * FROM wp_terms t, wp_t|  ==> wp_term_taxonomy",
    ] {
        assert_eq!(wrong(&catalog, row), None);
    }
}

#[test]
fn relations_are_written_as_the_text_writes_them() {
    let catalog = keyless();
    for row in [
        "SELECT * FROM wp_p|  ==> wp_posts",
        "SELECT * FROM blog.wp_terms t, |  ~~> blog.wp_posts; archive.years",
        "SELECT * FROM blog.wp_terms t JOIN |  ==> blog.wp_term_taxonomy t2 ON t2.term_id = t.term_id",
        "SELECT * FROM wp_terms t, |  ~~> wp_posts; archive.years",
        "SELECT * FROM blog.wp_terms; SELECT * FROM |  ~~> blog.wp_posts",
        "SELECT * FROM blog.wp_terms x JOIN wp_posts p ON x.term_id = p.ID JOIN |  ~~> wp_links",
    ] {
        assert_eq!(wrong(&catalog, row), None);
    }
}

#[test]
fn what_stood_behind_the_same_words_comes_again() {
    let catalog = fixture::shop("postgres");
    for row in [
        "SELECT sum(CASE WHEN total > 1 AND user_id > 2 THEN 1 END), sum(CASE WHEN total > 5 AND |  ==> user_id",
        "SELECT id FROM users WHERE status = 'a' OR email LIKE 'x' UNION SELECT id FROM users WHERE status = 'b' OR |  ==> email",
        "SELECT * FROM orders WHERE id = 3 OR |  !!> nothing",
    ] {
        assert_eq!(wrong(&catalog, row), None);
    }
}
