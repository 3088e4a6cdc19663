//! `latex` and `latex-longtable`: psql's tables for LaTeX.

use super::emit::Buffer;
use super::markup::{Escapes, Markup, Shown, writer};
use super::{Expanded, FormatOptions, RowWriter};
use crate::data::{Align, Row};

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    match options.expanded {
        Expanded::On => writer(options, Records),
        _ => writer(options, Table),
    }
}

pub(super) fn new_longtable(options: &FormatOptions) -> Box<dyn RowWriter> {
    match options.expanded {
        Expanded::On => writer(options, Records),
        _ => writer(options, LongTable),
    }
}

const ESCAPES: Escapes<14> = Escapes::new([
    (b'#', "\\#"),
    (b'$', "\\$"),
    (b'%', "\\%"),
    (b'&', "\\&"),
    (b'<', "\\textless{}"),
    (b'>', "\\textgreater{}"),
    (b'\\', "\\textbackslash{}"),
    (b'^', "\\^{}"),
    (b'_', "\\_"),
    (b'{', "\\{"),
    (b'|', "\\textbar{}"),
    (b'}', "\\}"),
    (b'~', "\\~{}"),
    (b'\n', "\\\\"),
]);

fn push_text(buf: &mut Buffer, text: &[u8]) {
    ESCAPES.push(buf, text);
}

fn push_title(result: &Shown, buf: &mut Buffer) {
    if let Some(title) = result.title() {
        buf.extend_from_slice(b"\\begin{center}\n");
        push_text(buf, title.as_bytes());
        buf.extend_from_slice(b"\n\\end{center}\n\n");
    }
}

/// The columns of an environment between `{` and `}`, with the lines between them.
fn environment(name: &str, border: u16, columns: &[String]) -> String {
    let between = if border > 0 { " | " } else { "" };
    let (left, right) = if border > 1 { ("| ", " |") } else { ("", "") };
    let columns = columns.join(between);
    format!("\\begin{{{name}}}{{{left}{columns}{right}}}\n")
}

fn letter(align: Align) -> &'static str {
    match align {
        Align::Left => "l",
        Align::Right => "r",
    }
}

fn push_names(result: &Shown, open: &str, close: &str, buf: &mut Buffer) {
    for (index, column) in result.columns.iter().enumerate() {
        if index > 0 {
            buf.extend_from_slice(b" & ");
        }
        buf.extend_from_slice(open.as_bytes());
        push_text(buf, column.name.as_bytes());
        buf.extend_from_slice(close.as_bytes());
    }
    buf.extend_from_slice(b" \\\\\n");
}

struct Table;

impl Markup for Table {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        push_title(result, buf);
        let border = result.options.border;
        let letters = result.columns.iter().map(|c| letter(c.align).to_string());
        let letters: Vec<String> = letters.collect();
        buf.extend_from_slice(environment("tabular", border, &letters).as_bytes());
        if result.options.tuples_only {
            return;
        }
        if border > 1 {
            buf.extend_from_slice(b"\\hline\n");
        }
        push_names(result, "\\textit{", "}", buf);
        buf.extend_from_slice(b"\\hline\n");
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        for (index, cell) in row.cells().enumerate() {
            if index > 0 {
                buf.extend_from_slice(b" & ");
            }
            push_text(buf, result.text(cell));
        }
        buf.extend_from_slice(b" \\\\\n");
        if result.options.border > 2 {
            buf.extend_from_slice(b"\\hline\n");
        }
    }

    fn end(&mut self, result: &Shown, buf: &mut Buffer) {
        if result.options.border == 2 {
            buf.extend_from_slice(b"\\hline\n");
        }
        push_table_end(&result.footers(), buf);
    }
}

fn push_table_end(footers: &[String], buf: &mut Buffer) {
    buf.extend_from_slice(b"\\end{tabular}\n\n\\noindent ");
    for footer in footers {
        push_text(buf, footer.as_bytes());
        buf.extend_from_slice(b" \\\\\n");
    }
    buf.push(b'\n');
}

struct LongTable;

impl LongTable {
    /// A column that is aligned left can have a width, in parts of the text's: the words of the
    /// table attributes, of which the last stands for all that follow.
    fn columns(result: &Shown) -> Vec<String> {
        let mut widths = result
            .options
            .table_attributes
            .as_deref()
            .unwrap_or_default()
            .split([' ', '\t', '\n'])
            .filter(|word| !word.is_empty());
        let mut last = None;
        let mut column = |align: Align| match align {
            Align::Right => "r".to_string(),
            Align::Left => {
                last = widths.next().or(last);
                last.map_or("l".to_string(), |w| format!("p{{{w}\\textwidth}}"))
            }
        };
        result.columns.iter().map(|c| column(c.align)).collect()
    }

    fn push_caption(title: &str, continued: &str, buf: &mut Buffer) {
        buf.extend_from_slice(b"\\caption[");
        push_text(buf, title.as_bytes());
        buf.extend_from_slice(continued.as_bytes());
        buf.extend_from_slice(b"]{");
        push_text(buf, title.as_bytes());
        buf.extend_from_slice(b"}\n");
    }

    /// What LaTeX prints where the table ends on a page, and where it ends altogether.
    fn push_feet(result: &Shown, buf: &mut Buffer) {
        let border = result.options.border;
        for (foot, continued) in [("\\endfoot\n", " (Continued)"), ("\\endlastfoot\n", "")] {
            // With border 3 a row already ends with a line.
            if border == 2 || (border > 2 && result.title().is_none()) {
                buf.extend_from_slice(b"\\bottomrule\n");
            }
            if let Some(title) = result.title() {
                Self::push_caption(title, continued, buf);
            }
            if border > 1 || result.title().is_some() {
                buf.extend_from_slice(foot.as_bytes());
            }
        }
    }
}

impl Markup for LongTable {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        let border = result.options.border;
        let columns = Self::columns(result);
        buf.extend_from_slice(environment("longtable", border, &columns).as_bytes());
        if result.options.tuples_only {
            return;
        }
        for head in ["\\endfirsthead\n", "\\endhead\n"] {
            if border > 1 {
                buf.extend_from_slice(b"\\toprule\n");
            }
            push_names(result, "\\small\\textbf{\\textit{", "}}", buf);
            if border < 3 || head == "\\endfirsthead\n" {
                buf.extend_from_slice(b"\\midrule\n");
            }
            buf.extend_from_slice(head.as_bytes());
        }
        Self::push_feet(result, buf);
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        for (index, cell) in row.cells().enumerate() {
            if index > 0 {
                buf.extend_from_slice(b"\n&\n");
            }
            buf.extend_from_slice(b"\\raggedright{");
            push_text(buf, result.text(cell));
            buf.push(b'}');
        }
        buf.extend_from_slice(b" \\tabularnewline\n");
        if result.options.border > 2 {
            buf.extend_from_slice(b" \\hline\n");
        }
    }

    fn end(&mut self, _result: &Shown, buf: &mut Buffer) {
        buf.extend_from_slice(b"\\end{longtable}\n");
    }
}

struct Records;

impl Markup for Records {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        push_title(result, buf);
        let columns = match result.options.border {
            0 => "cl",
            1 => "c|l",
            _ => "|c|l|",
        };
        buf.extend_from_slice(format!("\\begin{{tabular}}{{{columns}}}\n").as_bytes());
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        let border = result.options.border;
        if !result.options.tuples_only {
            let (line, columns) = match border {
                0 | 1 => ("", "c"),
                _ => ("\\hline\n", "|c|"),
            };
            let number = result.rows;
            let label = format!(
                "{line}\\multicolumn{{2}}{{{columns}}}{{\\textit{{Record {number}}}}} \\\\\n"
            );
            buf.extend_from_slice(label.as_bytes());
        }
        if border > 0 {
            buf.extend_from_slice(b"\\hline\n");
        }
        for (column, cell) in result.columns.iter().zip(row.cells()) {
            push_text(buf, column.name.as_bytes());
            buf.extend_from_slice(b" & ");
            push_text(buf, result.text(cell));
            buf.extend_from_slice(b" \\\\\n");
        }
    }

    fn end(&mut self, result: &Shown, buf: &mut Buffer) {
        if result.options.border > 1 {
            buf.extend_from_slice(b"\\hline\n");
        }
        push_table_end(&result.record_footers(), buf);
    }
}
