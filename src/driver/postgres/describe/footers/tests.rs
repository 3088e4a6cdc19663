//! The layout of what stands below a relation.

use super::*;
use crate::data::{CellKind, Column, RowBatch};

/// A table of text that no query gave.
fn table_of(rows: &[&[Option<&str>]]) -> Answer {
    let width = rows.first().map_or(0, |row| row.len());
    let mut batch = RowBatch::new(width);
    for row in rows {
        for cell in *row {
            match cell {
                Some(text) => batch.push(CellKind::Text, text.as_bytes()),
                None => batch.push_null(),
            }
        }
        batch.end_row();
    }
    Answer {
        columns: vec![Column::default(); width],
        rows: batch,
        ..Answer::default()
    }
}

fn about(kind: char) -> About {
    About {
        kind,
        schema: "s".into(),
        name: "t".into(),
        version: 150_000,
        replica_identity: 'd',
        ..About::default()
    }
}

#[test]
fn indexes_say_what_they_are_and_everything_behind_using() {
    let (t, f) = (Some("t"), Some("f"));
    let definition = Some("CREATE INDEX i ON s.t USING btree (a)");
    let none = None;
    let found = table_of(&[
        &[
            Some("pk"),
            t,
            t,
            f,
            t,
            definition,
            none,
            Some("p"),
            f,
            f,
            f,
            none,
            f,
        ],
        &[
            Some("u"),
            f,
            t,
            t,
            f,
            definition,
            none,
            Some("u"),
            t,
            t,
            t,
            Some("fast"),
            f,
        ],
        &[
            Some("x"),
            f,
            f,
            f,
            t,
            definition,
            Some("EXCLUDE USING gist (a WITH =)"),
            Some("x"),
            f,
            f,
            f,
            none,
            f,
        ],
        &[
            Some("i"),
            f,
            f,
            f,
            t,
            definition,
            none,
            none,
            f,
            f,
            f,
            none,
            f,
        ],
    ]);
    assert_eq!(
        constraints::indexes(&about('r'), &found),
        [
            "Indexes:",
            "    \"pk\" PRIMARY KEY, btree (a)",
            "    \"u\" UNIQUE CONSTRAINT, btree (a) DEFERRABLE INITIALLY DEFERRED CLUSTER INVALID \
             REPLICA IDENTITY, tablespace \"fast\"",
            "    \"x\" EXCLUDE USING gist (a WITH =)",
            "    \"i\" btree (a)",
        ]
    );
}

#[test]
fn policies_say_whether_they_count() {
    let policy = table_of(&[&[
        Some("p"),
        Some("f"),
        Some("a,b"),
        Some("x"),
        Some("y"),
        Some("SELECT"),
    ]]);
    let text = "    POLICY \"p\" AS RESTRICTIVE FOR SELECT\n      TO a,b\n      USING (x)\n      WITH CHECK (y)";
    for (on, forced, found, expected) in [
        (false, false, Answer::default(), vec![]),
        (
            true,
            false,
            Answer::default(),
            vec!["Policies (row security enabled): (none)"],
        ),
        (
            true,
            true,
            Answer::default(),
            vec!["Policies (forced row security enabled): (none)"],
        ),
        (true, false, policy.clone(), vec!["Policies:", text]),
        (
            true,
            true,
            policy.clone(),
            vec!["Policies (forced row security enabled):", text],
        ),
        (
            false,
            true,
            policy,
            vec!["Policies (row security disabled):", text],
        ),
    ] {
        let about = About {
            row_security: on,
            forced_row_security: forced,
            ..about('r')
        };
        assert_eq!(belongings::policies(&about, &found), expected);
    }
}

#[test]
fn triggers_stand_by_what_fires_them() {
    let row = |name, enabled, internal| {
        [
            Some(name),
            Some("CREATE TRIGGER x AFTER INSERT"),
            Some(enabled),
            Some(internal),
            None,
        ]
    };
    let (a, b, c, d) = (
        row("a", "O", "f"),
        row("b", "D", "t"),
        row("c", "D", "f"),
        row("d", "A", "f"),
    );
    let found = table_of(&[&a, &b, &c, &d]);
    assert_eq!(
        triggers(&about('r'), &found),
        [
            "Triggers:",
            "    x AFTER INSERT",
            "Disabled user triggers:",
            "    x AFTER INSERT",
            "Disabled internal triggers:",
            "    x AFTER INSERT",
            "Triggers firing always:",
            "    x AFTER INSERT",
        ]
    );
}

#[test]
fn children_are_counted_or_listed_below_each_other() {
    let found = table_of(&[
        &[Some("a"), Some("r"), Some("f"), Some("FOR VALUES IN (1)")],
        &[Some("b"), Some("p"), Some("t"), Some("DEFAULT")],
    ]);
    let verbose = |kind| About {
        verbose: true,
        ..about(kind)
    };
    for (about, found, expected) in [
        (
            about('p'),
            &Answer::default(),
            vec!["Number of partitions: 0"],
        ),
        (about('r'), &Answer::default(), vec![]),
        (
            about('p'),
            &found,
            vec!["Number of partitions: 2 (Use \\d+ to list them.)"],
        ),
        (
            about('r'),
            &found,
            vec!["Number of child tables: 2 (Use \\d+ to list them.)"],
        ),
        (
            verbose('p'),
            &found,
            vec![
                "Partitions: a FOR VALUES IN (1),",
                "            b DEFAULT, PARTITIONED (DETACH PENDING)",
            ],
        ),
    ] {
        assert_eq!(children(&about, found), expected);
    }
}

#[test]
fn what_is_usual_is_not_said() {
    assert!(last_lines(&about('r')).is_empty());
    let odd = About {
        verbose: true,
        replica_identity: 'f',
        tablespace: Some("fast".into()),
        access_method: Some("heap".into()),
        options: "fillfactor=80".into(),
        ..about('r')
    };
    assert_eq!(
        last_lines(&odd),
        [
            "Replica Identity: FULL",
            "Tablespace: \"fast\"",
            "Access method: heap",
            "Options: fillfactor=80",
        ]
    );
}
