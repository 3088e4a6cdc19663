use super::*;
use crate::data::RowBatch;
use expect_test::{Expect, expect};

/// A result from lines of cells; `-` is NULL.
fn result(names: &str, rows: &str) -> (Vec<Column>, RowBatch) {
    let columns: Vec<Column> = names
        .split(' ')
        .map(|name| Column {
            name: name.into(),
            ..Column::default()
        })
        .collect();
    let mut batch = RowBatch::new(columns.len());
    for row in rows.split(';') {
        for cell in row.split_whitespace() {
            match cell {
                "-" => batch.push_null(),
                cell => batch.push(CellKind::Text, cell.as_bytes()),
            }
        }
        batch.end_row();
    }
    (columns, batch)
}

fn read(names: &str, rows: &str, wish: &Wish<'_>) -> Result<Chart, String> {
    let (columns, batch) = result(names, rows);
    Chart::read(&columns, batch.rows(), wish)
}

#[track_caller]
fn check(names: &str, rows: &str, kind: Option<Kind>, expected: &Expect) {
    let wish = Wish {
        kind,
        ..Wish::default()
    };
    let chart = read(names, rows, &wish).expect("numbers");
    expected.assert_eq(&chart.text(40, 9));
    assert!(chart.svg().ends_with("</svg>\n"));
}

#[test]
fn bars_have_labels_and_numbers() {
    check(
        "city people",
        "Rome 12; Oslo 3; 日本 -; X 0.01",
        None,
        &expect![[r#"
            Rome │████████████████████████████ 12
            Oslo │███████ 3
            日本 │
               X │▏ 0.01
        "#]],
    );
    check(
        "city a b",
        "Rome 12 4; Oslo 3 6",
        None,
        &expect![[r#"
        Rome  a │███████████████████████████ 12
              b │█████████ 4
        Oslo  a │██████▊ 3
              b │█████████████▌ 6
    "#]],
    );
    check(
        "city change",
        "Rome -12; Oslo 6",
        None,
        &expect![[r#"
        Rome │███████████████████  -12
        Oslo │                   █████████▋ 6
    "#]],
    );
}

#[test]
fn lines_have_axes() {
    let rows: Vec<String> = (0..50)
        .map(|n| format!("{n} {}", (n - 25) * (n - 25)))
        .collect();
    check(
        "x y",
        &rows.join(";"),
        None,
        &expect![[r#"
              y
        625 ┤⠱⡀                               ⢠
            ┤ ⠈⢢⡀                           ⢀⠎⠁
            ┤   ⠈⠦⡀                       ⣀⠔⠁
        312 ┤     ⠈⠦⡀                   ⣀⠜
            ┤       ⠈⠒⢄⣀            ⢀⣀⠤⠊
          0 ┤           ⠑⠒⠤⠤⣀⣀⣀⣀⡠⠤⠔⠒⠁
            └──────────────────────────────────
             0               x               49
    "#]],
    );
    check(
        "x a b",
        "0 1 4; 1 2 3; 2 3 2; 3 4 1",
        Some(Kind::Lines),
        &expect![[r#"
                  ● a   ○ b
              4 ┤○⠒⠢⢄⣀                        ⣀⡠⠔⠒●
                ┤     ⠉⠑⠒⠤⣀⡀            ⢀⣀⠤⠒⠊⠉
                ┤          ⠈○⠒⠢⠤⢄⣀⣀⡠⠤⠔⠒●⠁
            2.5 ┤          ⢀●⠤⠔⠒⠊⠉⠉⠑⠒⠢⠤○⡀
                ┤     ⣀⡠⠤⠒⠉⠁            ⠈⠉⠒⠤⢄⣀
              1 ┤●⠤⠔⠊⠉                        ⠉⠑⠢⠤○
                └──────────────────────────────────
                 0               x                3
        "#]],
    );
    check(
        "x y",
        "1 1; 2 4; 3 2",
        Some(Kind::Scatter),
        &expect![[r#"
                  y
              4 ┤                 ●
                ┤
                ┤
            2.5 ┤                                 ●
                ┤
              1 ┤●
                └──────────────────────────────────
                 1               x                3
        "#]],
    );
}

#[test]
fn numbers_alone_are_a_histogram() {
    let rows: Vec<String> = (0..60).map(|n| (n * n % 37).to_string()).collect();
    check(
        "n",
        &rows.join(";"),
        None,
        &expect![[r#"
          0 … 5 │████████████████████████▉ 12
         5 … 10 │████████████▌ 6
        10 … 15 │██████████████████▊ 9
        15 … 20 │██████▎ 3
        20 … 25 │██████▎ 3
        25 … 30 │███████████████████████████ 13
        30 … 35 │██████████████████████▉ 11
        35 … 40 │██████▎ 3
    "#]],
    );
}

#[test]
fn a_sparkline_is_one_line_a_column() {
    check(
        "a b",
        "1 9; 2 7; 3 -; 5 1",
        Some(Kind::Spark),
        &expect![[r#"
            a  ▁▃▅█  1 … 5, last 5
            b  █▆ ▁  1 … 9, last 1
        "#]],
    );
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let wish = Wish::default();
    let no = |names: &str, rows: &str, wish: &Wish<'_>| read(names, rows, wish).map(|_| ());
    assert_eq!(
        no("a b", "x y", &wish),
        Err("no column of the result has numbers".into())
    );
    let unknown = Wish {
        y: &["z"],
        ..Wish::default()
    };
    assert_eq!(
        no("a", "1", &unknown),
        Err("the result has no column \"z\"".into())
    );
    let (columns, _) = result("a", "1");
    let empty = Chart::read(&columns, RowBatch::new(1).rows(), &wish).map(|_| ());
    assert_eq!(empty, Err("the result has no rows".into()));
}

#[test]
fn columns_are_chosen_by_what_they_hold() {
    let chosen = |names: &str, rows: &str| {
        let chart = read(names, rows, &Wish::default()).expect("numbers");
        let ys: Vec<String> = chart.series.into_iter().map(|s| s.name).collect();
        format!("{} by {}", ys.join("+"), chart.x_name)
    };
    assert_eq!(chosen("n", "1;2"), "n by ");
    assert_eq!(chosen("year n", "2020 1; 2021 2"), "n by year");
    assert_eq!(chosen("name a b", "x 1 2"), "a+b by name");
    assert_eq!(chosen("a name", "1 x; 2 y"), "a by name");
}
