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
    assert_eq!(plan.roots[0].notes, ["1 of 2 workers started"]);
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
            "   ├─ full scan of orders|5000||reads the whole table: an index on its condition would help",
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
            "USE TEMP B-TREE FOR ORDER BY||sorts: an index in that order would spare it",
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
