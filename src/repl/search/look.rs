//! How the list of the history looks.

use super::Finder;
use crate::highlight::highlight;
use crate::history::{Entry, Outcome};
use crate::output::local_time_at;
use crate::repl::escapes::short;
use crate::repl::text::{fit, pad, width};
use crate::sql::{Dialect, lex};
use crate::theme::Styles;
use crate::visible::{visible_line, visible_text};
use nu_ansi_term::{Color, Style};

/// What the list is painted with.
pub(super) struct Look<'a> {
    pub(super) styles: &'a Styles,
    pub(super) dialect: &'static Dialect,
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) now: i64,
    /// Where the session is: entries of other databases are marked.
    pub(super) place: &'a str,
}

/// Rows that are not the list's: search, titles, line above the whole text, keys.
pub(super) const FRAME: usize = 4;
/// Rows of the whole text of the selected entry.
const PREVIEW: usize = 5;
/// Narrower screens have no room for more than the text.
const WIDE: usize = 60;

impl Look<'_> {
    fn preview(&self) -> usize {
        PREVIEW.min(self.rows.saturating_sub(FRAME) / 3)
    }

    pub(super) fn list(&self) -> usize {
        self.rows.saturating_sub(FRAME + self.preview()).max(1)
    }

    /// The rows of the screen.
    pub(super) fn screen(&self, finder: &Finder, found: &[&Entry]) -> Vec<String> {
        let mut out = vec![self.head(finder, found.len()), self.titles()];
        let shown = found.iter().enumerate().skip(finder.top).take(self.list());
        out.extend(shown.map(|(at, entry)| self.row(entry, at == finder.selected)));
        if found.is_empty() {
            let nothing = "  nothing found; Ctrl-R looks further".to_string();
            out.push(
                self.styles
                    .ghost
                    .paint(fit(&nothing, self.columns))
                    .to_string(),
            );
        }
        out.resize(2 + self.list(), String::new());
        match found.get(finder.selected) {
            Some(entry) => out.extend(self.whole(entry)),
            None => out.resize(self.rows - 1, String::new()),
        }
        out.push(self.keys());
        out
    }

    fn head(&self, finder: &Finder, found: usize) -> String {
        let only = if finder.only_done {
            ", only successful"
        } else {
            ""
        };
        let right = format!("{found} in {}{only} ", finder.scope.name());
        let room = self.columns.saturating_sub(width(&right) + 9);
        // The end of what is typed is what one looks at.
        let mut typed = visible_line(&finder.text).into_owned();
        while width(&typed) > room {
            typed.remove(0);
        }
        let label = self.styles.prompt.bold().paint("search: ");
        format!(
            "{label}{}{}",
            pad(&typed, room + 1),
            self.styles.ghost.paint(right)
        )
    }

    fn titles(&self) -> String {
        let titles = match self.columns >= WIDE {
            true => "       when  database          time     rows  statement",
            false => "       when  statement",
        };
        self.styles
            .status
            .paint(pad(titles, self.columns))
            .to_string()
    }

    fn row(&self, entry: &Entry, selected: bool) -> String {
        let (mark, mark_style) = match entry.ending.outcome {
            Outcome::Done => ("✓", self.styles.ghost),
            Outcome::Failed => ("✗", self.styles.status_alert),
            Outcome::Cancelled => ("■", self.styles.status_alert),
            Outcome::Unknown => (" ", Style::new()),
        };
        let arrow = if selected { ">" } else { " " };
        let mut facts = format!(" {:>8}  ", ago(self.now - entry.time, entry.time));
        if self.columns >= WIDE {
            let database = pad(&visible_line(&entry.place.database), 14);
            let took = entry.ending.took.map(short).unwrap_or_default();
            let rows = entry.ending.rows.map(|r| r.to_string()).unwrap_or_default();
            facts.push_str(&format!("{database}{took:>8} {rows:>8}  "));
        }
        let elsewhere = !entry.place.key.is_empty() && entry.place.key != self.place;
        let facts_style = match (selected, elsewhere) {
            (true, _) => self.styles.menu_selected,
            (false, true) => self.styles.ghost.italic(),
            (false, false) => self.styles.ghost,
        };
        let used = 2 + width(&facts);
        let line = one_line(&entry.text);
        let room = self.columns.saturating_sub(used + 1);
        let behind = self.styles.menu_selected.background.filter(|_| selected);
        let line = match behind {
            Some(_) => pad(&fit(&line, room), room),
            None => fit(&line, room),
        };
        let painted = self.sql(&line, room, behind).concat();
        format!(
            "{arrow}{}{}{painted}",
            mark_style.paint(mark),
            facts_style.paint(facts)
        )
    }

    /// SQL in its colours, in rows of so many columns.
    fn sql(&self, text: &str, columns: usize, behind: Option<Color>) -> Vec<String> {
        let tokens = lex(text, self.dialect);
        let spans = highlight(text, &tokens, self.dialect, self.styles, None);
        let mut rows = vec![String::new()];
        let mut used = 0;
        for (mut style, range) in spans {
            style.background = behind.or(style.background);
            let mut run = String::new();
            for c in text[range].chars() {
                let wide = width(c.encode_utf8(&mut [0; 4]));
                let is_full = used + wide > columns;
                if c == '\n' || is_full {
                    let row = rows.len() - 1;
                    rows[row].push_str(&style.paint(std::mem::take(&mut run)).to_string());
                    rows.push(String::new());
                    used = 0;
                }
                if c != '\n' {
                    run.push(c);
                    used += wide;
                }
            }
            let row = rows.len() - 1;
            rows[row].push_str(&style.paint(run).to_string());
        }
        rows
    }

    /// The selected entry: where and when it ran, and its lines.
    fn whole(&self, entry: &Entry) -> Vec<String> {
        let mut facts: Vec<String> = vec![entry.place.database.clone(), entry.place.user.clone()];
        if entry.time > 0 {
            facts.push(local_time_at(entry.time, "%Y-%m-%d %H:%M:%S"));
        }
        facts.push(entry.ending.outcome.word().to_string());
        facts.push(entry.folder.clone());
        facts.retain(|f| !f.is_empty());
        let facts = visible_line(&facts.join(" · ")).into_owned();
        let mut out = vec![
            self.styles
                .status
                .paint(pad(&format!(" {facts}"), self.columns))
                .to_string(),
        ];
        let text = visible_text(&entry.text).replace('\t', "    ");
        let (room, columns) = (self.preview(), self.columns.saturating_sub(2).max(1));
        // No more of a long text than can be seen.
        let most = text.char_indices().nth((columns + 1) * room);
        let text = text.trim_end();
        let seen = most.map_or(text, |(end, _)| &text[..end.min(text.len())]);
        let mut rows = self.sql(seen, columns, None);
        if rows.len() > room {
            rows.truncate(room);
            if let Some(last) = rows.last_mut() {
                *last = "…".into();
            }
        }
        out.extend(rows.iter().map(|row| format!(" {row}")));
        out.resize(1 + room, String::new());
        out
    }

    fn keys(&self) -> String {
        let keys = match self.columns >= WIDE {
            true => {
                " Enter takes  Ctrl-R filter  Ctrl-S only successful  Delete forgets  Esc leaves"
            }
            false => " Enter  Ctrl-R  Ctrl-S  Delete  Esc",
        };
        // The last column stays free: a full row would make the terminal wrap.
        let keys = pad(keys, self.columns.saturating_sub(1));
        self.styles.status.paint(keys).to_string()
    }
}

/// A statement on one line.
pub(super) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    visible_line(&words.join(" ")).into_owned()
}

/// `12s`, `5m`, `3h`, `6d`, and the date of what is older.
fn ago(milliseconds: i64, time: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    match seconds {
        _ if time <= 0 => String::new(),
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        86_400..604_800 => format!("{}d", seconds / 86_400),
        _ => local_time_at(time, "%y-%m-%d"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::finder;
    use super::*;
    use crate::history::{Ending, Place};
    use crate::repl::escapes::without_colours;
    use crate::sql::dialect::POSTGRES;
    use crate::theme::{Depth, THEMES, load};
    use std::time::Duration;

    fn entry() -> Entry {
        Entry {
            text: "select *\n  from \"a\x1b\"\n where b = 'c';".into(),
            place: Place {
                key: "k".into(),
                database: "shop".into(),
                user: "alice".into(),
            },
            time: 1_700_000_000_000,
            ending: Ending {
                outcome: Outcome::Failed,
                took: Some(Duration::from_millis(3456)),
                rows: Some(7),
            },
            ..Entry::default()
        }
    }

    #[test]
    fn the_list_has_a_row_an_entry_whatever_the_screen() {
        let entry = entry();
        let found = vec![&entry; 40];
        for depth in [Depth::None, Depth::True] {
            let styles = load(THEMES[0].1, depth).expect("a theme");
            for (rows, columns) in [(24, 80), (5, 20), (60, 200), (5, 1)] {
                let look = Look {
                    styles: &styles,
                    dialect: &POSTGRES,
                    rows,
                    columns,
                    now: 1_700_000_090_000,
                    place: "k",
                };
                for found in [&found[..], &[]] {
                    let mut finder = finder();
                    finder.selected = found.len() / 2;
                    finder.scroll(look.list());
                    let screen = look.screen(&finder, found);
                    assert_eq!(screen.len(), rows, "{rows} {columns}");
                    for row in &screen {
                        let row = without_colours(row);
                        assert!(!row.contains(['\x1b', '\n']), "{row}");
                        assert!(width(&row) <= columns.max(30), "{columns}: {row}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_row_tells_when_where_how_long_and_how_it_ended() {
        let styles = Styles::plain();
        let look = Look {
            styles: &styles,
            dialect: &POSTGRES,
            rows: 24,
            columns: 80,
            now: 1_700_000_090_000,
            place: "k",
        };
        assert_eq!(
            look.row(&entry(), true),
            ">✗       1m  shop              3.4s        7  select * from \"a\\x1B\" where b = …"
        );
        let screen = look.screen(&finder(), &[&entry()]);
        assert!(screen[0].ends_with("1 in this database "), "{}", screen[0]);
        assert!(screen[17].contains("shop · alice · "), "{}", screen[17]);
        assert_eq!(screen[19], "   from \"a\\x1B\"");
    }

    #[test]
    fn a_long_statement_is_seen_over_several_rows() {
        let styles = Styles::plain();
        let look = |rows, columns| Look {
            styles: &styles,
            dialect: &POSTGRES,
            rows,
            columns,
            now: 0,
            place: "k",
        };
        let whole = |text: &str, rows, columns| {
            let entry = Entry {
                text: text.into(),
                ..entry()
            };
            look(rows, columns).whole(&entry)[1..].to_vec()
        };
        let rows = whole("select 'aaa', 'b\tb'\nfrom 日本日本日;\n", 24, 12);
        let expected = [
            " select 'aa",
            " a', 'b    ",
            " b'",
            " from 日本",
            " 日本日;",
        ];
        assert_eq!(rows, expected);
        assert_eq!(
            whole("select 1\n;", 24, 12),
            [" select 1", " ;", "", "", ""]
        );
        let rows = whole(&"x".repeat(1_000_000), 24, 12);
        assert_eq!(rows[3..], [" xxxxxxxxxx", " …"]);
        assert_eq!(whole("a\nb\nc", 10, 12), [" a", " …"]);
    }

    #[test]
    fn times_are_told_as_people_tell_them() {
        for (seconds, expected) in [
            (0, "0s"),
            (59, "59s"),
            (60, "1m"),
            (7200, "2h"),
            (200_000, "2d"),
        ] {
            assert_eq!(ago(seconds * 1000, 1), expected);
        }
        assert_eq!(ago(5, 0), "");
    }
}
