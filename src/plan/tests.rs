//! Plans as servers send them, and the rows that come of them.

use super::*;

fn shown(plan: &Plan) -> Vec<String> {
    let (_, rows) = plan.table();
    rows.rows()
        .map(|row| {
            let cells = row
                .cells()
                .map(|c| String::from_utf8_lossy(c.text).replace('\n', "; "));
            cells
                .collect::<Vec<_>>()
                .join("|")
                .trim_end_matches('|')
                .to_string()
        })
        .collect()
}

#[test]
fn a_node_has_its_own_time_and_its_notes() {
    let plan = read_postgres(
        r#"[{"Plan": {"Node Type": "Nested Loop", "Join Type": "Inner", "Plan Rows": 10,
        "Actual Rows": 50000, "Actual Loops": 1, "Actual Total Time": 100.0, "Plans": [
        {"Node Type": "Seq Scan", "Relation Name": "a", "Alias": "x", "Plan Rows": 10,
         "Actual Rows": 10, "Actual Loops": 1, "Actual Total Time": 60.0,
         "Filter": "(n > 1)", "Rows Removed by Filter": 20000},
        {"Node Type": "Index Scan", "Index Name": "b_key", "Relation Name": "b", "Alias": "b",
         "Plan Rows": 1, "Actual Rows": 1, "Actual Loops": 10, "Actual Total Time": 1.0}]},
        "Planning Time": 0.5, "Execution Time": 101.0}]"#,
    )
    .unwrap();
    assert_eq!(
        shown(&plan),
        [
            "Nested Loop|30.000|30|10|50000|1||5000 times more rows than expected: ANALYZE its tables",
            "├─ Seq Scan on a x|60.000|60|10|10|1|filter: (n > 1)|slowest; reads and drops 20000 rows: an index on its filter would help",
            "└─ Index Scan using b_key on b|10.000|10|1|10|10",
        ]
    );
    assert_eq!(plan.footers, ["(planning 0.500 ms, execution 101.000 ms)"]);
}

#[test]
fn times_of_workers_side_by_side_are_shared() {
    let plan = read_postgres(
        r#"[{"Plan": {"Node Type": "Gather", "Plan Rows": 9, "Actual Rows": 9, "Actual Loops": 1,
        "Actual Total Time": 12.0, "Workers Planned": 2, "Workers Launched": 1, "Plans": [
        {"Node Type": "Seq Scan", "Relation Name": "a", "Plan Rows": 4, "Actual Rows": 4,
         "Actual Loops": 2, "Actual Total Time": 10.0}]}}]"#,
    )
    .unwrap();
    let times: Vec<_> = [&plan.roots[0], &plan.roots[0].children[0]]
        .iter()
        .map(|n| n.own_time)
        .collect();
    assert_eq!(times, [Some(2.0), Some(10.0)]);
    assert_eq!(
        plan.roots[0].notes,
        ["1 of 2 workers started: raise max_parallel_workers"]
    );
}

#[test]
fn plans_of_mariadb_and_mysql_become_trees() {
    let plan = read_mysql(
        r#"{"query_block": {"select_id": 1, "nested_loop": [
        {"table": {"table_name": "orders", "access_type": "ALL", "rows": 5000, "filtered": 100}},
        {"table": {"table_name": "users", "access_type": "eq_ref", "key": "PRIMARY",
                   "ref": ["shop.orders.user_id"], "rows": 1}}]}}"#,
    )
    .unwrap();
    assert_eq!(
        shown(&plan),
        [
            "query block",
            "└─ nested loop",
            "   ├─ full scan of orders|5000||reads the whole table",
            "   └─ one row of users using PRIMARY|1|by: shop.orders.user_id",
        ]
    );
}

#[test]
fn rows_of_sqlite_become_a_tree() {
    let row = |id, parent, text: &str| (id, parent, text.to_string());
    let plan = read_sqlite(&[
        row(2, 0, "MULTI-INDEX OR"),
        row(3, 2, "SCAN users"),
        row(9, 0, "USE TEMP B-TREE FOR ORDER BY"),
        row(11, 11, "itself"),
    ]);
    assert_eq!(
        shown(&plan),
        [
            "MULTI-INDEX OR",
            "└─ SCAN users||reads the whole table",
            "USE TEMP B-TREE FOR ORDER BY||sorts",
        ]
    );
}

#[test]
fn what_is_no_plan_is_none() {
    for text in ["", "{", "[]", "[{}]", "null", "3"] {
        assert_eq!(read_postgres(text), None, "{text}");
        assert_eq!(read_mysql(text), None, "{text}");
    }
}

#[test]
fn the_time_of_a_table_expression_is_counted_once() {
    let plan = read_postgres(
        r#"[{"Plan": {"Node Type": "Hash Join", "Plan Rows": 9, "Actual Rows": 9, "Actual Loops": 1,
        "Actual Total Time": 100.0, "Plans": [
        {"Node Type": "Seq Scan", "Relation Name": "a", "Subplan Name": "CTE t", "Plan Rows": 9,
         "Actual Rows": 9, "Actual Loops": 1, "Actual Total Time": 60.0, "Parent Relationship": "InitPlan"},
        {"Node Type": "CTE Scan", "CTE Name": "t", "Plan Rows": 9, "Actual Rows": 9,
         "Actual Loops": 1, "Actual Total Time": 75.0},
        {"Node Type": "CTE Scan", "CTE Name": "t", "Alias": "u", "Plan Rows": 9, "Actual Rows": 9,
         "Actual Loops": 1, "Actual Total Time": 5.0}]}}]"#,
    )
    .unwrap();
    let root = &plan.roots[0];
    let times = root.children.iter().map(|n| n.own_time.unwrap_or(-1.0));
    assert_eq!(root.own_time, Some(20.0), "100 less the scans");
    assert_eq!(times.collect::<Vec<_>>(), [60.0, 18.75, 1.25]);
}

#[test]
fn each_rule_for_postgresql_has_its_note() {
    for (node, note) in [
        (
            r#""Node Type": "Index Scan", "Rows Removed by Filter": 5000, "Actual Rows": 1"#,
            "reads and drops 5000 rows: an index with the columns of the filter too would help",
        ),
        (
            r#""Node Type": "Nested Loop", "Rows Removed by Join Filter": 5000, "Actual Rows": 1"#,
            "pairs and drops 5000 rows: its condition is no key of the join",
        ),
        (
            r#""Node Type": "Bitmap Heap Scan", "Rows Removed by Index Recheck": 5000, "Actual Rows": 1"#,
            "rechecks and drops 5000 rows: the index is only roughly right",
        ),
        (
            r#""Node Type": "Bitmap Heap Scan", "Lossy Heap Blocks": 7"#,
            "bitmap lossy in 7 blocks: raise work_mem",
        ),
        (
            r#""Node Type": "Sort", "Sort Space Type": "Disk", "Sort Space Used": 900"#,
            "sorts 900 kB on disk: raise work_mem",
        ),
        (
            r#""Node Type": "Incremental Sort", "Pre-sorted Groups": {"Group Count": 2,
               "Sort Space Disk": {"Peak Sort Space Used": 800}}"#,
            "sorts 800 kB on disk: raise work_mem",
        ),
        (
            r#""Node Type": "Hash", "Hash Batches": 8"#,
            "hash in 8 batches: raise work_mem",
        ),
        (
            r#""Node Type": "Aggregate", "HashAgg Batches": 5"#,
            "hash in 5 batches: raise work_mem",
        ),
        (
            r#""Node Type": "Memoize", "Cache Evictions": 12"#,
            "12 results did not fit into the cache: raise work_mem",
        ),
        (
            r#""Node Type": "CTE Scan", "Temp Written Blocks": 40"#,
            "40 blocks in temporary files: raise work_mem",
        ),
        (
            r#""Node Type": "Index Only Scan", "Heap Fetches": 4000"#,
            "4000 heap fetches: VACUUM the table",
        ),
        (
            r#""Node Type": "Gather", "Workers Planned": 4, "Workers Launched": 0"#,
            "0 of 4 workers started: raise max_parallel_workers",
        ),
        (
            r#""Node Type": "Seq Scan", "Disabled": true"#,
            "switched off by an enable_ setting, but there was no other way",
        ),
        (
            r#""Node Type": "Seq Scan", "Shared Read Blocks": 900, "Shared I/O Read Time": 45.2"#,
            "waited 45 ms for 900 blocks from disk",
        ),
        (
            r#""Node Type": "ModifyTable", "WAL Bytes": 5242880"#,
            "wrote 5 MB of WAL",
        ),
        (
            r#""Node Type": "Seq Scan", "Parent Relationship": "Inner", "Actual Loops": 2000,
               "Actual Total Time": 1.5"#,
            "reads the table 2000 times: an index on the join would help",
        ),
        (
            r#""Node Type": "Index Scan", "Parent Relationship": "Inner", "Actual Loops": 2000,
               "Actual Total Time": 0.5"#,
            "runs 2000 times, once a row of the other side: a hash join would run once",
        ),
        (
            r#""Node Type": "Seq Scan", "Parent Relationship": "SubPlan", "Actual Loops": 2000,
               "Actual Total Time": 0.5"#,
            "a subquery that runs 2000 times: a join could run once",
        ),
    ] {
        let plan = read_postgres(&format!(r#"[{{"Plan": {{{node}}}}}]"#)).unwrap();
        assert_eq!(plan.roots[0].notes, [note], "{node}");
    }
}

#[test]
fn what_takes_time_beside_the_nodes_is_said_below() {
    let plan = read_postgres(
        r#"[{"Plan": {"Node Type": "Result"}, "Planning Time": 1.0, "Execution Time": 100.0,
        "Triggers": [{"Trigger Name": "RI_1", "Constraint Name": "a_b_fkey", "Time": 80.0, "Calls": 9},
                     {"Trigger Name": "log", "Time": 1.5, "Calls": 9}],
        "JIT": {"Timing": {"Total": 15.0}}, "Settings": {"work_mem": "64kB"}}]"#,
    )
    .unwrap();
    assert_eq!(
        plan.footers,
        [
            "(planning 1.000 ms, execution 100.000 ms)",
            "trigger a_b_fkey: 80.000 ms (80 %), 9 calls: an index on the columns of the foreign \
             key would help",
            "trigger log: 1.500 ms (2 %), 9 calls",
            "compiling expressions (JIT) took 15.000 ms (15 %): set jit = off, or raise \
             jit_above_cost",
            "settings: work_mem = 64kB",
        ]
    );
}

#[test]
fn trees_of_mysql_are_read_from_text_and_from_json() {
    let text = "\
-> Group aggregate: count(0)  (cost=2130 rows=1) (actual time=13.7..13.7 rows=0 loops=1)
    -> Nested loop inner join  (cost=2079 rows=222) (actual time=13.5..13.5 rows=0 loops=1)
        -> Filter: ((a.n = 5) and (a.t like '%7\n'))  (cost=2001 rows=222) (actual time=13.5..13.5 rows=0 loops=1)
            -> Table scan on a  (cost=2001 rows=20000) (actual time=0.108..13 rows=20000 loops=1)
        -> Index lookup on b using a_id (a_id = a.id)  (cost=0.25 rows=1) (never executed)
";
    let plan = read_mysql_tree(text).unwrap();
    assert_eq!(
        shown(&plan),
        [
            "Group aggregate: count(0)|0.200|1|1|0|1",
            "└─ Nested loop inner join|0.000|0|222|0|1||222 times fewer rows than expected",
            "   ├─ Filter|0.500|4|222|0|1|filter: ((a.n = 5) and (a.t like '%7 '))|222 times fewer rows than expected: ANALYZE its tables",
            "   │  └─ Table scan on a|13.000|95|20000|20000|1||slowest; reads and drops 20000 rows: an index on its filter would help",
            "   └─ Index lookup on b using a_id (a_id = a.id)|||1||0||never executed",
        ]
    );
    assert_eq!(
        plan.marks(),
        [Mark::None, Mark::Hot, Mark::Hot, Mark::Hot, Mark::Warm]
    );
    let plan = read_mysql(
        r#"{"query": "select 1", "query_plan": {"operation": "Filter: (a.n = 5)", "estimated_rows": 10.0,
        "estimated_total_cost": 300.5, "inputs": [{"operation": "Table scan on a",
        "estimated_rows": 5000.0, "estimated_total_cost": 300.5}]}}"#,
    )
    .unwrap();
    assert_eq!(
        shown(&plan),
        [
            "Filter|0.00|10|filter: (a.n = 5)",
            "└─ Table scan on a|300.50|5000||reads and drops 4990 rows: an index on its filter would help",
        ]
    );
    for text in ["", "no tree", "(cost=1 rows=1)"] {
        assert_eq!(read_mysql_tree(text), None, "{text}");
    }
}

#[test]
fn counters_of_mariadbs_engine_are_no_steps() {
    let plan = read_mysql(
        r#"{"query_block": {"nested_loop": [{"block-nl-join": {"table": {"table_name": "y",
        "access_type": "ALL", "r_loops": 1, "rows": 20, "r_rows": 20, "r_table_time_ms": 2.5,
        "r_engine_stats": {"pages_accessed": 7}}, "r_other_time_ms": 0.5,
        "attached_condition": "y.n = x.n"}}]}}"#,
    )
    .unwrap();
    assert_eq!(
        shown(&plan),
        [
            "query block",
            "└─ nested loop",
            "   └─ block-nl-join|0.500|17||||filter: y.n = x.n|joins without an index",
            "      └─ full scan of y|2.500|83|20|20|1||slowest",
        ]
    );
}

/// What almost fits a rule and is nobody's fault.
#[test]
fn what_is_not_to_blame_is_not_blamed() {
    let postgres = |node: &str| read_postgres(&format!(r#"[{{"Plan": {node}}}]"#)).expect("a plan");
    let scan = r#"{"Node Type": "Seq Scan", "Relation Name": "a", "Plan Rows": 100000, "Actual Rows": 10, "Actual Loops": 1, "Actual Total Time": 0.1"#;
    // Who wants ten rows reads no more.
    for above in [
        r#""Node Type": "Limit""#,
        r#""Node Type": "Nested Loop", "Join Type": "Semi""#,
        r#""Node Type": "Merge Join", "Join Type": "Inner""#,
    ] {
        let plan = postgres(&format!(
            r#"{{{above}, "Plan Rows": 10, "Actual Rows": 10, "Actual Loops": 1, "Actual Total Time": 0.2, "Plans": [{scan}}}]}}"#
        ));
        let text = shown(&plan).join("\n");
        assert!(!text.contains("fewer rows than expected"), "{text}");
    }
    // Who sorts reads all.
    let plan = postgres(&format!(
        r#"{{"Node Type": "Limit", "Plan Rows": 10, "Actual Rows": 10, "Actual Loops": 1, "Actual Total Time": 0.3, "Plans": [
           {{"Node Type": "Sort", "Plan Rows": 100000, "Actual Rows": 10, "Actual Loops": 1, "Actual Total Time": 0.2, "Plans": [{scan}}}]}}]}}"#
    ));
    assert!(shown(&plan)[2].contains("fewer rows than expected"));
    // Two of five rows are too many for an index.
    let plan = postgres(&format!(
        r#"{}, "Filter": "(n > 1)", "Rows Removed by Filter": 30000}}"#,
        scan.replace(r#""Actual Rows": 10"#, r#""Actual Rows": 20000"#)
    ));
    let text = shown(&plan).join("\n");
    assert!(
        text.contains("reads and drops 30000 rows") && !text.contains("index"),
        "{text}"
    );
    let mysql = |table: &str| {
        let json = format!(
            r#"{{"query_block": {{"table": {{"table_name": "a", "access_type": "ALL", "rows": 5000{table}}}}}}}"#
        );
        shown(&read_mysql(&json).expect("a plan")).join("\n")
    };
    for (table, advised) in [
        ("", false),
        (r#", "attached_condition": "a.n = 5", "filtered": 10"#, true),
        (
            r#", "attached_condition": "a.n = 5", "filtered": 100"#,
            true,
        ),
        (
            r#", "attached_condition": "a.n > 5", "filtered": 90"#,
            false,
        ),
        (
            r#", "attached_condition": "a.n = 5", "r_rows": 5000, "r_loops": 1, "r_filtered": 80"#,
            false,
        ),
    ] {
        let text = mysql(table);
        assert_eq!(text.contains("could help"), advised, "{text}");
    }
    for (rows, sorts) in [
        (
            &["SCAN a", "USE TEMP B-TREE FOR ORDER BY"][..],
            "sorts: an index in that order would spare it",
        ),
        (
            &[
                "SCAN a",
                "USE TEMP B-TREE FOR GROUP BY",
                "USE TEMP B-TREE FOR ORDER BY",
            ],
            "sorts",
        ),
        (
            &[
                "SCAN a",
                "SEARCH b USING INDEX i (x=?)",
                "USE TEMP B-TREE FOR ORDER BY",
            ],
            "sorts",
        ),
    ] {
        let rows: Vec<_> = rows
            .iter()
            .enumerate()
            .map(|(at, text)| (at as i64 + 1, 0, text.to_string()))
            .collect();
        let plan = read_sqlite(&rows);
        assert_eq!(plan.roots.last().expect("a node").notes, [sorts]);
    }
    for text in [
        "SCAN f VIRTUAL TABLE INDEX 0:M1",
        "SCAN (subquery-1)",
        "SCAN CONSTANT ROW",
        "SCAN a USING COVERING INDEX i",
        "SEARCH AUTOMATIC_x USING INDEX i (a=?)",
    ] {
        let plan = read_sqlite(&[(1, 0, text.to_string())]);
        assert!(plan.roots[0].notes.is_empty(), "{text}");
    }
}

#[test]
fn rows_of_mysql_are_a_plan() {
    let row = [
        ("id", "1"),
        ("select_type", "UPDATE"),
        ("table", "users"),
        ("type", "range"),
        ("key", "PRIMARY"),
        ("rows", "1"),
        ("Extra", "Using where"),
    ];
    let row = row
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .to_vec();
    let plan = read_mysql_rows(&[row]).expect("a plan");
    assert_eq!(
        shown(&plan),
        [
            "update",
            "└─ range of users using PRIMARY|1|message: Using where"
        ]
    );
}

#[test]
fn what_a_statement_makes_itself_has_no_index_and_no_statistics() {
    let plan = read_mysql(
        r#"{"query_block": {"r_loops": 1, "r_total_time_ms": 9.5, "ordering_operation": {
        "using_filesort": true, "using_temporary_table": true, "nested_loop": [
        {"table": {"table_name": "<derived2>", "access_type": "ALL", "r_loops": 1, "rows": 9000,
          "r_rows": 20, "r_table_time_ms": 2.0, "r_other_time_ms": 0.5, "attached_condition": "x.n = 1",
          "materialized": {"query_block": {"r_total_time_ms": 4.0, "filesort": {"sort_key": "n",
          "r_total_time_ms": 0.25, "temporary_table": {"table": {"table_name": "t",
          "access_type": "index_merge", "partitions": ["p0", "p1"], "r_loops": 1, "rows": 5,
          "r_rows": 5, "r_table_time_ms": 3.0}}}}}}},
        {"table": {"table_name": "c", "access_type": "const", "r_loops": 0, "rows": 1}},
        {"table": {"table_name": "o", "access_type": "ref", "key": "k", "r_loops": 100, "rows": 20,
          "r_rows": 2, "r_table_time_ms": 1.0, "rowid_filter": {"range": {"key": "state"},
          "rows": 60, "selectivity_pct": 10, "r_rows": 50, "r_filling_time_ms": 0.5}}},
        {"table": {"table_name": "b", "access_type": "ALL", "rows": 5,
          "using_join_buffer": "Block Nested Loop"}}]}}}"#,
    )
    .unwrap();
    assert_eq!(
        shown(&plan),
        [
            "query block|1.500|16",
            "└─ ordering operation|||||||sorts; keeps its rows in a temporary table",
            "   └─ nested loop",
            "      ├─ full scan of <derived2>|2.500|26|9000|20|1|filter: x.n = 1|450 times fewer rows than expected",
            "      │  └─ materialized",
            "      │     └─ query block|0.750|8",
            "      │        └─ filesort|0.250|3||||sort key: n|sorts",
            "      │           └─ temporary table|||||||keeps its rows in a temporary table",
            "      │              └─ index merge of t|3.000|32|5|5|1|partitions: p0, p1|slowest",
            "      ├─ one row of c|||1",
            "      ├─ lookup in o using k|1.000|11|2|200|100",
            "      │  └─ rowid filter using state|0.500|5|60|50|1",
            "      └─ full scan of b|||5||||joins without an index",
        ]
    );
}

#[test]
fn where_the_table_has_no_room_each_node_has_its_numbers_below_it() {
    let plan = read_postgres(
        r#"[{"Plan": {"Node Type": "Nested Loop", "Join Type": "Inner", "Plan Rows": 5,
        "Actual Rows": 6, "Actual Loops": 1, "Actual Total Time": 10.0, "Plans": [
        {"Node Type": "Seq Scan", "Relation Name": "orders", "Alias": "orders", "Plan Rows": 40,
         "Actual Rows": 3, "Actual Loops": 2, "Actual Total Time": 4.0,
         "Filter": "(state = 'a state with a long name'::text)", "Rows Removed by Filter": 90000}]}}]"#,
    )
    .unwrap();
    assert!(plan.narrow(200).is_none());
    let (columns, rows) = plan.narrow(40).unwrap();
    assert_eq!(columns.len(), 1);
    let cells: Vec<&str> = (0..rows.len())
        .map(|row| std::str::from_utf8(rows.row(row).cell(0).text).unwrap())
        .collect();
    assert_eq!(rows.len(), plan.marks().len());
    assert_eq!(
        cells,
        [
            "Nested Loop\n│  2.000 ms (20 %), 6 rows (5\n│  expected)",
            "└─ Seq Scan on orders\n      8.000 ms (80 %), 6 rows (80\n      expected), 2 loops\n      \
             filter: (state = 'a state with\n      a long name'::text)\n      ! slowest\n      \
             ! reads and drops 180000 rows:\n      an index on its filter would\n      help",
        ]
    );
}
