//! Keys to screens.

use super::*;
use crate::data::Align;

fn column(name: &str, align: Align) -> Column {
    Column {
        name: name.into(),
        type_name: if align == Align::Right {
            "int4"
        } else {
            "text"
        }
        .into(),
        align,
        ..Column::default()
    }
}

fn table(names: &[&str], rows: &[&[&str]]) -> Table {
    let mut batches = Vec::new();
    // Two batches, so that rows are looked for in the right one.
    for part in rows.chunks(rows.len().div_ceil(2).max(1)) {
        let mut batch = RowBatch::new(names.len());
        for row in part {
            for (at, cell) in row.iter().enumerate() {
                match *cell {
                    "NULL" => batch.push_null(),
                    cell if at == 0 => batch.push(CellKind::Number, cell.as_bytes()),
                    cell => batch.push(CellKind::Text, cell.as_bytes()),
                }
            }
            batch.end_row();
        }
        batches.push(Arc::new(batch));
    }
    let aligned =
        |(at, name): (usize, &&str)| column(name, if at == 0 { Align::Right } else { Align::Left });
    Table {
        columns: names.iter().enumerate().map(aligned).collect(),
        batches,
        missing: String::new(),
        null: "<null>".into(),
    }
}

fn people() -> Table {
    table(
        &["id", "name", "note"],
        &[
            &["10", "Ann", "tall"],
            &["9", "bob", "NULL"],
            &["100", "Cid\x1b[2J", "a\nb"],
            &["NULL", "ann", "tall"],
        ],
    )
}

fn grid(table: Table, rows: usize, columns: usize) -> Grid {
    let mut grid = Grid::new(table);
    grid.resize(rows, columns);
    grid
}

fn press(grid: &mut Grid, keys: &str) -> Act {
    let mut act = Act::Stay;
    for key in keys.split(' ') {
        let named = match key {
            "Up" => Key::Up,
            "Down" => Key::Down,
            "Left" => Key::Left,
            "Right" => Key::Right,
            "PageDown" => Key::PageDown,
            "PageUp" => Key::PageUp,
            "Home" => Key::Home,
            "End" => Key::End,
            "Top" => Key::Top,
            "Bottom" => Key::Bottom,
            "Enter" => Key::Enter,
            "Esc" => Key::Escape,
            "Back" => Key::Backspace,
            "^C" => Key::Quit,
            _ => {
                for c in key.chars() {
                    act = grid.key(Key::Char(c));
                }
                continue;
            }
        };
        act = grid.key(named);
    }
    act
}

fn lines(grid: &Grid) -> Vec<String> {
    let lines = grid.screen(&Look::default()).into_iter();
    lines.map(|line| line.trim_end().to_string()).collect()
}

#[test]
fn a_screen_has_names_rows_a_status_and_the_keys() {
    let grid = grid(people(), 9, 60);
    assert_eq!(
        lines(&grid),
        [
            " id     │ name       │ note",
            "────────┼────────────┼───────",
            "     10 │ Ann        │ tall",
            "      9 │ bob        │ <null>",
            "    100 │ Cid\\x1B[2J │ a\\nb",
            " <null> │ ann        │ tall",
            "",
            " row 1 of 4  column 1 of 3: id int4",
            " q leaves  / n N search  s sorts  Enter opens  f freezes",
        ]
    );
}

#[test]
fn keys_move_and_stop_at_the_edges() {
    let mut grid = grid(people(), 6, 60);
    for (keys, row, column, top) in [
        ("Down", 1, 0, 0),
        ("Down Down Down Down", 3, 0, 2),
        ("Up", 2, 0, 2),
        ("Right Right Right", 2, 2, 2),
        ("Top", 0, 2, 0),
        ("PageDown", 2, 2, 1),
        ("PageDown PageDown", 3, 2, 2),
        ("PageUp", 1, 2, 1),
        ("G Home", 3, 0, 2),
        ("g End", 0, 2, 0),
        ("h k j l", 1, 2, 0),
    ] {
        assert_eq!(press(&mut grid, keys), Act::Stay);
        assert_eq!(
            (grid.row, grid.column, grid.top),
            (row, column, top),
            "{keys}"
        );
    }
    for keys in ["q", "Esc", "^C"] {
        assert_eq!(press(&mut grid, keys), Act::Leave);
    }
}

#[test]
fn a_column_sorts_up_down_and_not_and_the_row_stays_under_the_eyes() {
    let mut grid = grid(people(), 24, 60);
    let ids = |grid: &Grid| -> String {
        let text = |at| {
            String::from_utf8_lossy(grid.row_at(at).map_or(b"", |r| r.cell(0).text)).into_owned()
        };
        (0..4).map(text).collect::<Vec<_>>().join(",")
    };
    press(&mut grid, "s");
    assert_eq!(ids(&grid), "9,10,100,", "numbers by value, NULL last");
    assert_eq!(grid.row, 1);
    assert!(lines(&grid)[0].starts_with(" id ↑"), "{}", lines(&grid)[0]);
    press(&mut grid, "s");
    assert_eq!(ids(&grid), "100,10,9,");
    press(&mut grid, "s");
    assert_eq!(ids(&grid), "10,9,100,");
    press(&mut grid, "Right s");
    assert_eq!(ids(&grid), "10,,9,100", "Ann before ann before bob");
    // Rows that are alike keep their order.
    press(&mut grid, "Right s");
    assert_eq!(ids(&grid), "100,10,,9");
}

#[test]
fn a_search_goes_through_rows_and_round() {
    let mut grid = grid(people(), 24, 60);
    press(&mut grid, "/ an Enter");
    assert_eq!((grid.row, grid.column), (0, 1));
    press(&mut grid, "n");
    assert_eq!((grid.row, grid.column), (3, 1));
    press(&mut grid, "n");
    assert_eq!((grid.row, grid.column), (0, 1));
    assert_eq!(grid.message, "went on from the top");
    press(&mut grid, "N");
    assert_eq!((grid.row, grid.column), (3, 1));
    let look = Look {
        hit: nu_ansi_term::Style::new().reverse(),
        ..Look::default()
    };
    let screen = grid.screen(&look);
    assert!(screen[2].contains("\x1b[7mAn\x1b[0mn"), "{:?}", screen[2]);
    // Capitals are meant.
    press(&mut grid, "Top / Ann Enter n");
    assert_eq!((grid.row, grid.column), (0, 1));
    press(&mut grid, "/ zzz Enter");
    assert_eq!(grid.message, "no \"zzz\"");
    press(&mut grid, "/ x Back Back");
    assert!(matches!(grid.mode, Mode::Rows));
    press(&mut grid, "/ <null> Enter");
    assert_eq!(grid.message, "no \"<null>\"", "NULL is no text");
    press(&mut grid, "/ q Esc n");
    assert_eq!(grid.message, "nothing is searched for; / begins");
}

#[test]
fn cells_and_rows_are_copied_as_they_are() {
    let mut grid = grid(people(), 24, 60);
    for (keys, expected) in [
        ("y", "10"),
        ("Y", "10\tAnn\ttall"),
        ("Down Down End y", "a\nb"),
        ("Y", "100\tCid\x1b[2J\ta\\nb"),
        ("Enter y", "a\nb"),
    ] {
        assert_eq!(press(&mut grid, keys), Act::Copy(expected.into()), "{keys}");
    }
    assert_eq!(press(&mut grid, "Esc Up y"), Act::Stay);
    assert_eq!(grid.message, "NULL has no text that could be copied");
}

#[test]
fn wide_columns_are_cut_and_frozen_ones_stay() {
    let long = "x".repeat(50);
    let names = ["id", "first", "second", "third"];
    let mut grid = grid(
        table(&names, &[&["1", &long, "b", &long], &["2", "a", "b", "c"]]),
        8,
        60,
    );
    assert_eq!(
        lines(&grid)[2],
        format!("    1 │ {}… │ b        │ xxxxx…", "x".repeat(31))
    );
    press(&mut grid, "f End");
    let shown = lines(&grid);
    assert!(shown[0].starts_with(" id   ┃ "), "{}", shown[0]);
    assert!(
        shown[0].contains("third") && !shown[0].contains("first"),
        "{}",
        shown[0]
    );
    press(&mut grid, "w");
    assert!(
        lines(&grid)[2].contains(&"x".repeat(49)),
        "{}",
        lines(&grid)[2]
    );
    press(&mut grid, "w Left Left f");
    assert_eq!(grid.frozen, 2);
    press(&mut grid, "f");
    assert_eq!(grid.frozen, 0);
    grid.resize(8, 20);
    press(&mut grid, "End f");
    assert_eq!(grid.frozen, 0);
    assert!(grid.message.contains("no room"), "{}", grid.message);
}

#[test]
fn a_cell_opens_as_a_whole() {
    let document = r#"{"a":[1,2]}"#;
    let text = "word ".repeat(40);
    let rows: &[&[&str]] = &[&["1", document], &["2", &text], &["3", "NULL"]];
    let mut grid = grid(table(&["id", "doc"], rows), 8, 40);
    press(&mut grid, "End Enter");
    assert_eq!(
        lines(&grid),
        [
            " doc  text  11 bytes, JSON  lines 1-5 …",
            "{",
            "  \"a\": [",
            "    1,",
            "    2",
            "  ]",
            "",
            " q back  y copies  arrows, pages scroll",
        ]
    );
    press(&mut grid, "Down");
    assert_eq!(lines(&grid)[5], "}");
    press(&mut grid, "q Down Enter");
    assert_eq!(lines(&grid)[1], "word ".repeat(8)[..39].to_string());
    grid.resize(8, 20);
    assert_eq!(lines(&grid)[1].len(), 19);
    press(&mut grid, "Esc Down Enter");
    assert_eq!(lines(&grid)[1], "<null>");
    assert!(lines(&grid)[0].contains("NULL"));
}

#[test]
fn whatever_the_screen_and_the_keys_the_lines_fit() {
    let mut names: Vec<String> = (0..30).map(|n| format!("column_{n}")).collect();
    names[3] = "日本語".into();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let row: Vec<&str> = (0..30)
        .map(|n| if n % 3 == 0 { "日本" } else { "x\ty" })
        .collect();
    let rows: Vec<&[&str]> = vec![&row; 50];
    let tables = || {
        [
            table(&names, &rows),
            table(&names, &[]),
            table(&[], &[]),
            people(),
        ]
    };
    for (height, width) in [(24, 80), (1, 1), (3, 5), (5, 20), (60, 300), (4, 4)] {
        for table in tables() {
            let mut grid = grid(table, height, width);
            for keys in [
                "End",
                "G",
                "f",
                "s",
                "s",
                "/ y Enter",
                "n",
                "w",
                "Enter",
                "Down",
                "Esc",
                "Home",
                "l f",
                "/ abc",
                "Esc",
                "y",
                "Y",
                "g",
            ] {
                press(&mut grid, keys);
                let screen = grid.screen(&Look::default());
                assert!(screen.len() <= height, "{height} {width} {keys}");
                for line in &screen {
                    assert!(
                        display_width(line) <= width.max(2),
                        "{width} {keys}: {line:?}"
                    );
                    assert!(!line.contains(['\x1b', '\n', '\t']), "{line:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_missing_is_said() {
    let mut table = people();
    table.missing = "the rest did not fit".into();
    let grid = grid(table, 9, 80);
    assert!(lines(&grid)[7].ends_with("id int4  the rest did not fit"));
}

#[test]
fn columns_grow_with_the_rows_that_come_into_sight() {
    let mut rows = vec![["1", "a"]; SAMPLED + 20];
    rows.push(["123456789", "the last one of all"]);
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    let mut grid = grid(table(&["id", "name"], &rows), 9, 60);
    press(&mut grid, "Bottom");
    let shown = lines(&grid).join("\n");
    assert!(shown.contains("123456789 │ the last one of all"), "{shown}");
}
