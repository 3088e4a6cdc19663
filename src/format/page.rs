//! Pages for people that are known whole: help, settings, listings. Cells wrap to the screen.

use super::width::display_width;
use crate::visible::visible_text;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

/// `rows` in columns, wrapped to `screen` terminal columns where there is one. The first columns
/// take just `widths`, so that what several pages show lies below each other; a name that is too long
/// for the first stands on a line of its own. Control characters become visible.
pub fn page(rows: &[Vec<String>], widths: &[u16], screen: Option<usize>) -> String {
    let mut text = String::new();
    let mut lines: Vec<Vec<String>> = Vec::new();
    for row in rows {
        let mut row: Vec<String> = row.iter().map(|c| visible_text(c).into_owned()).collect();
        if let Some(name) = row.first_mut().filter(|name| is_long(name, widths)) {
            let alone = format!(" {}\n", std::mem::take(name));
            text.push_str(&columns(std::mem::take(&mut lines), widths, screen));
            text.push_str(&alone);
        }
        lines.push(row);
    }
    text.push_str(&columns(lines, widths, screen));
    text
}

/// Whether it would be broken where no blank is.
fn is_long(name: &str, widths: &[u16]) -> bool {
    let room = widths.first().map_or(usize::MAX, |width| (*width).into());
    display_width(name) > room && !name.contains(char::is_whitespace)
}

fn columns(rows: Vec<Vec<String>>, widths: &[u16], screen: Option<usize>) -> String {
    let mut table = Table::new();
    let width = screen.and_then(|columns| u16::try_from(columns).ok());
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width.unwrap_or(u16::MAX));
    for row in rows {
        table.add_row(row);
    }
    // The width counts the blank on each side.
    let fixed = |width: &u16| ColumnConstraint::Absolute(Width::Fixed(width + 2));
    table.set_constraints(widths.iter().map(fixed));
    let mut text = table.trim_fmt();
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_wrap_within_their_columns() {
        let row = |cells: [&str; 2]| cells.map(String::from).to_vec();
        let rows = [
            row(["\\x [on|off|auto]", "one line a column"]),
            row(["\\g [FILE-or-|COMMAND]", "run it"]),
            row(["a\x1b[2J", ""]),
        ];
        let narrow = " \\x [on|off|  one line a\n auto]        column\n \\g [FILE-or  run it\n \
                      -|COMMAND]\n a\\x1B[2J\n";
        assert_eq!(page(&rows, &[11], Some(26)), narrow);
        let wide = " \\x [on|off|auto]       one line a column\n \\g [FILE-or-|COMMAND]  run it\n \
                    a\\x1B[2J\n";
        assert_eq!(page(&rows, &[21], None), wide);
        assert_eq!(page(&[], &[], None), "");
        let rows = [
            row(["short", "one line"]),
            row(["a_long_name", "two lines of words"]),
        ];
        assert_eq!(
            page(&rows, &[5], Some(18)),
            " short  one line\n a_long_name\n        two lines\n        of words\n"
        );
    }
}
