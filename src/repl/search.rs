//! Ctrl-R: the history as a list on a screen of its own, searched while one types.
//!
//! Everything is looked up in memory. What is chosen goes into the line and is not run.

use super::history::Entries;
use super::state::{Shared, State};
use super::text::{fit, pad, width};
use crate::highlight::highlight;
use crate::history::{Entry, Outcome, Query, now};
use crate::output::{FullScreen, local_time_at, tell};
use crate::sql::{Dialect, lex};
use crate::theme::Styles;
use crate::visible::{visible_line, visible_text};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::size;
use nu_ansi_term::Style;
use std::collections::VecDeque;
use std::io;
use std::time::Duration;

/// Whose entries are listed; Ctrl-R goes on to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Database,
    Session,
    All,
}

impl Scope {
    fn next(self) -> Scope {
        match self {
            Scope::Database => Scope::Session,
            Scope::Session => Scope::All,
            Scope::All => Scope::Database,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Scope::Database => "this database",
            Scope::Session => "this session",
            Scope::All => "everything",
        }
    }
}

/// What is searched for, and where in the list one is.
#[derive(Debug)]
struct Finder {
    text: String,
    scope: Scope,
    only_done: bool,
    selected: usize,
    /// The first row that is shown.
    top: usize,
}

/// What a key did.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// The list is another one.
    Search,
    /// Only the place in it.
    Move,
    Take,
    Forget,
    Leave,
}

impl Finder {
    fn query(&self, history: &Entries) -> Query {
        let query = Query {
            outcome: self.only_done.then_some(Outcome::Done),
            ..Query::of(&self.text)
        };
        match self.scope {
            Scope::Database => Query {
                place: Some(history.place.key.clone()),
                ..query
            },
            Scope::Session => Query {
                session: Some(history.session),
                ..query
            },
            Scope::All => query,
        }
    }

    fn key(&mut self, key: KeyEvent, found: usize, page: usize) -> Step {
        use KeyCode as K;
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let last = found.saturating_sub(1);
        let moved = |to: usize| (to.min(last), Step::Move);
        let (selected, step) = match key.code {
            K::Esc => return Step::Leave,
            K::Char('c' | 'g' | 'd') if control => return Step::Leave,
            K::Enter | K::Tab | K::Right => return Step::Take,
            K::Delete => return Step::Forget,
            K::Down => moved(self.selected + 1),
            K::Char('n') if control => moved(self.selected + 1),
            K::Up => moved(self.selected.saturating_sub(1)),
            K::Char('p') if control => moved(self.selected.saturating_sub(1)),
            K::PageDown => moved(self.selected + page),
            K::PageUp => moved(self.selected.saturating_sub(page)),
            K::Home => moved(0),
            K::End => moved(last),
            code => {
                if !self.edit(code, control) {
                    return Step::Move;
                }
                (0, Step::Search)
            }
        };
        self.selected = selected;
        step
    }

    /// Whether the key changed what is searched for.
    fn edit(&mut self, code: KeyCode, control: bool) -> bool {
        match code {
            KeyCode::Char('r') if control => self.scope = self.scope.next(),
            KeyCode::Char('s') if control => self.only_done = !self.only_done,
            KeyCode::Char('u') if control => self.text.clear(),
            KeyCode::Char('w') if control => {
                let kept = self.text.trim_end();
                let start = kept.rfind(char::is_whitespace).map_or(0, |at| at + 1);
                self.text.truncate(start);
            }
            KeyCode::Backspace => return self.text.pop().is_some(),
            KeyCode::Char(c) if !control => self.text.push(c),
            _ => return false,
        }
        true
    }

    /// Keeps the selected row among those that are shown.
    fn scroll(&mut self, rows: usize) {
        self.top = self.top.min(self.selected);
        if self.selected >= self.top + rows {
            self.top = self.selected + 1 - rows.max(1);
        }
    }
}

/// What the list is painted with.
struct Look<'a> {
    styles: &'a Styles,
    dialect: &'static Dialect,
    rows: usize,
    columns: usize,
    now: i64,
    /// Where the session is: entries of other databases are marked.
    place: &'a str,
}

/// Rows that are not the list's: search, titles, line above the whole text, keys.
const FRAME: usize = 4;
/// Rows of the whole text of the selected entry.
const PREVIEW: usize = 5;
/// Narrower screens have no room for more than the text.
const WIDE: usize = 60;

impl Look<'_> {
    fn preview(&self) -> usize {
        PREVIEW.min(self.rows.saturating_sub(FRAME) / 3)
    }

    fn list(&self) -> usize {
        self.rows.saturating_sub(FRAME + self.preview()).max(1)
    }

    /// The rows of the screen.
    fn screen(&self, finder: &Finder, found: &[&Entry]) -> Vec<String> {
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
        let painted = self.sql(&line, self.columns.saturating_sub(used + 1));
        format!(
            "{arrow}{}{}{painted}",
            mark_style.paint(mark),
            facts_style.paint(facts)
        )
    }

    /// SQL in its colours, cut to `room` columns.
    fn sql(&self, text: &str, room: usize) -> String {
        let shown = fit(text, room);
        let tokens = lex(&shown, self.dialect);
        let spans = highlight(&shown, &tokens, self.dialect, self.styles, None);
        let paint = |(style, range): (Style, std::ops::Range<usize>)| {
            style.paint(&shown[range]).to_string()
        };
        spans.into_iter().map(paint).collect()
    }

    /// The selected entry: where and when it ran, and its lines.
    fn whole(&self, entry: &Entry) -> Vec<String> {
        let mut facts: Vec<String> = vec![entry.place.database.clone(), entry.place.user.clone()];
        if entry.time > 0 {
            facts.push(local_time_at(entry.time, "%Y-%m-%d %H:%M:%S"));
        }
        facts.push(entry.ending.outcome.word().to_string());
        facts.retain(|f| !f.is_empty());
        let facts = visible_line(&facts.join(" · ")).into_owned();
        let mut out = vec![
            self.styles
                .status
                .paint(pad(&format!(" {facts}"), self.columns))
                .to_string(),
        ];
        let text = visible_text(&entry.text).replace('\t', "    ");
        let lines: Vec<&str> = text.lines().collect();
        let room = self.preview();
        for (at, line) in lines.iter().take(room).enumerate() {
            let cut = at + 1 == room && lines.len() > room;
            let line = if cut { "…" } else { *line };
            out.push(format!(
                " {}",
                self.sql(line, self.columns.saturating_sub(2))
            ));
        }
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
fn one_line(text: &str) -> String {
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

fn short(took: Duration) -> String {
    super::escapes::short(took)
}

/// The key behind a character that came before the list was there.
fn typed_key(c: char) -> KeyEvent {
    let code = match c {
        '\n' => KeyCode::Enter,
        '\t' => KeyCode::Tab,
        c => KeyCode::Char(c),
    };
    KeyEvent::new(code, KeyModifiers::NONE)
}

/// Lets the user search; the text that was chosen, if any was.
pub(super) fn search(shared: &Shared, typed: &str) -> io::Result<Option<String>> {
    let mut state = shared.lock();
    state.history.catch_up();
    let ahead = state.ahead.take().unwrap_or_default();
    let ahead = ahead.chars().map(typed_key).collect();
    let mut finder = Finder {
        text: String::new(),
        scope: Scope::Database,
        only_done: false,
        selected: 0,
        top: 0,
    };
    if state
        .history
        .found(&finder.query(&state.history))
        .is_empty()
    {
        finder.scope = Scope::All;
    }
    finder.text = one_line(typed);
    let ending = state.ending()?;
    let window = FullScreen::enter(&ending)?;
    choose(&mut state, &mut finder, &window, ahead)
}

fn choose(
    state: &mut State,
    finder: &mut Finder,
    window: &FullScreen<'_>,
    mut ahead: VecDeque<KeyEvent>,
) -> io::Result<Option<String>> {
    loop {
        let found = state.history.found(&finder.query(&state.history));
        let step = browse(state, finder, &found, window, &mut ahead)?;
        let text = found.get(finder.selected).map(|e| e.text.clone());
        match (step, text) {
            (Step::Leave, _) => return Ok(None),
            (Step::Take, text) => return Ok(text),
            (Step::Forget, Some(text)) => {
                state.history.forget(&text);
                finder.selected = finder.selected.saturating_sub(1);
            }
            _ => {}
        }
    }
}

/// Moves through one list until a key asks for another, or for an end.
fn browse(
    state: &State,
    finder: &mut Finder,
    found: &[&Entry],
    window: &FullScreen<'_>,
    ahead: &mut VecDeque<KeyEvent>,
) -> io::Result<Step> {
    loop {
        let (columns, rows) = size().unwrap_or((80, 24));
        let look = Look {
            styles: &state.styles,
            dialect: state.buffer.dialect,
            rows: usize::from(rows).max(FRAME + 1),
            columns: columns.into(),
            now: now(),
            place: &state.history.place.key,
        };
        finder.scroll(look.list());
        paint(&look.screen(finder, found), finder);
        loop {
            let event = match ahead.pop_front() {
                Some(key) => Event::Key(key),
                None => window.event()?,
            };
            let step = match event {
                Event::Key(key) if key.kind != KeyEventKind::Release => {
                    finder.key(key, found.len(), look.list())
                }
                _ => Step::Move,
            };
            if step != Step::Move {
                return Ok(step);
            }
            if ahead.is_empty() && !window.has_more()? {
                break;
            }
        }
    }
}

fn paint(rows: &[String], finder: &Finder) {
    let mut out = String::from("\x1b[?25l\x1b[H");
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            out.push_str("\r\n");
        }
        out.push_str(row);
        out.push_str("\x1b[K");
    }
    out.push_str("\x1b[J");
    let column = "search: ".len() + width(&visible_line(&finder.text)) + 1;
    out.push_str(&format!("\x1b[1;{column}H\x1b[?25h"));
    tell(&out);
}

#[cfg(test)]
mod tests {
    use super::super::escapes::without_colours;
    use super::*;
    use crate::history::{Ending, Place};
    use crate::sql::dialect::POSTGRES;
    use crate::theme::{Depth, THEMES, load};

    fn finder() -> Finder {
        Finder {
            text: String::new(),
            scope: Scope::Database,
            only_done: false,
            selected: 0,
            top: 0,
        }
    }

    fn press(finder: &mut Finder, code: KeyCode, control: bool) -> Step {
        let modifiers = match control {
            true => KeyModifiers::CONTROL,
            false => KeyModifiers::NONE,
        };
        finder.key(KeyEvent::new(code, modifiers), 10, 4)
    }

    #[test]
    fn keys_search_move_filter_and_choose() {
        use KeyCode as K;
        let mut finder = finder();
        for (code, control, step, text, selected) in [
            (K::Char('a'), false, Step::Search, "a", 0),
            (K::Down, false, Step::Move, "a", 1),
            (K::PageDown, false, Step::Move, "a", 5),
            (K::End, false, Step::Move, "a", 9),
            (K::Down, false, Step::Move, "a", 9),
            (K::Char('p'), true, Step::Move, "a", 8),
            (K::Char(' '), false, Step::Search, "a ", 0),
            (K::Char('b'), false, Step::Search, "a b", 0),
            (K::Char('w'), true, Step::Search, "a ", 0),
            (K::Backspace, false, Step::Search, "a", 0),
            (K::Char('u'), true, Step::Search, "", 0),
            (K::Backspace, false, Step::Move, "", 0),
            (K::F(1), false, Step::Move, "", 0),
            (K::Delete, false, Step::Forget, "", 0),
            (K::Tab, false, Step::Take, "", 0),
            (K::Char('g'), true, Step::Leave, "", 0),
        ] {
            assert_eq!(press(&mut finder, code, control), step);
            assert_eq!((finder.text.as_str(), finder.selected), (text, selected));
        }
        let scopes: Vec<Scope> = (0..3)
            .map(|_| {
                press(&mut finder, K::Char('r'), true);
                finder.scope
            })
            .collect();
        assert_eq!(scopes, [Scope::Session, Scope::All, Scope::Database]);
        press(&mut finder, K::Char('s'), true);
        assert!(finder.only_done);
    }

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
