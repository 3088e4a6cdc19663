//! What the parts of the editor share: the text, the styles, the history, what the keys switch.
//!
//! reedline asks each part to be `Send`, so the state stands behind a lock; only the thread that
//! reads keys ever takes it, so nobody waits.

use super::ahead::Ahead;
use super::background::Background;
use super::bindings::Binding;
use super::buffer::Buffer;
use super::colours::Colours;
use super::completer::Sources;
use super::help::Signatures;
use super::history::Entries;
use super::news::Incoming;
use super::server::Server;
use super::sight::Sight;
use super::text::{fit, width};
use super::walk::Past;
use crate::output::Ending;
use crate::refresh::Published;
use crate::sql::{Dialect, Open};
use crate::theme::Styles;
use nu_ansi_term::Color;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the user switches with F2 to F4 and with settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Switches {
    /// The menu opens while typing.
    pub(super) menu: bool,
    pub(super) multi_line: bool,
    /// With multi-line on only Alt-Enter runs a statement.
    pub(super) safe: bool,
    pub(super) vi: bool,
    pub(super) suggestion: bool,
    /// The pane of the selected candidate.
    pub(super) pane: bool,
    /// The arguments of the call around the cursor.
    pub(super) signature: bool,
    pub(super) status_line: bool,
}

pub(super) struct State {
    pub(super) buffer: Buffer,
    pub(super) switches: Switches,
    pub(super) menu_rows: usize,
    pub(super) signatures: Signatures,
    pub(super) styles: Styles,
    pub(super) colours: Colours,
    pub(super) background: Background,
    /// What keys do.
    pub(super) bound: Vec<Binding>,
    pub(super) abbreviations: BTreeMap<String, String>,
    pub(super) past: Past,
    pub(super) sources: Sources,
    pub(super) server: Server,
    /// The statement is already begun in the query buffer of the session.
    pub(super) pending: bool,
    /// The next menu is asked for by a key, not by typing.
    pub(super) asked: bool,
    /// The keys that are obeyed now are so many letters together that none is meant for the menu.
    pub(super) flood: bool,
    /// Keys that came before there was a line for them.
    pub(super) ahead: Ahead,
    /// What the menu has to say in the status line.
    pub(super) note: String,
    /// What a key could not do; until the next key.
    pub(super) message: String,
    /// What the history suggests behind the text; empty when nothing.
    pub(super) ghost: String,
    pub(super) painted: Painted,
    /// Asks reedline to paint again; there while the catalog is being read.
    pub(super) repaint: Option<Box<dyn Fn() + Send>>,
    pub(super) incoming: Incoming,
    pub(super) prompt: PromptText,
    /// The mode of the vi keys, for the status line.
    pub(super) vi_normal: bool,
    /// What gives the terminal back when the program is told to end.
    pub(super) ending: Ending,
}

/// Where the line and what stands around it was last painted.
#[derive(Default)]
pub(super) struct Painted {
    /// The cursor's place in the text.
    pub(super) cursor: usize,
    /// What of the text was on the screen.
    pub(super) sight: Sight,
    /// Its lines behind the cursor's that reedline does not paint, with their rows on the screen.
    pub(super) rows_after: Vec<(usize, String)>,
    /// Rows that stood below the line.
    pub(super) rows_below: usize,
    /// Rows of the prompt above the one on which the text begins.
    pub(super) prompt_rows: usize,
    /// Where the text's lines begin.
    pub(super) text_column: usize,
    pub(super) prompt_color: Color,
}

/// What stands around the line, with its escapes filled in.
#[derive(Debug, Clone, Default)]
pub(super) struct PromptText {
    /// Empty for the usual one.
    pub(super) left: String,
    /// With its escapes: it is filled in each time it is painted, because time goes on.
    pub(super) right: String,
    /// Replaces the prompt once the line is sent; empty keeps it.
    pub(super) transient: String,
    /// What the status line tells, with its escapes; empty for the usual.
    pub(super) status: String,
    pub(super) production: bool,
}

#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<State>>);

impl Shared {
    pub(super) fn new(state: State) -> Self {
        Shared(Arc::new(Mutex::new(state)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    pub(super) fn new(dialect: &'static Dialect, catalog: Published, switches: Switches) -> Self {
        State {
            buffer: Buffer::new(dialect),
            switches,
            menu_rows: 10,
            signatures: Signatures::default(),
            styles: Styles::plain(),
            colours: Colours::default(),
            background: Background::default(),
            bound: Vec::new(),
            abbreviations: BTreeMap::new(),
            past: Past::new(Entries::open(None, 1000)),
            sources: Sources::of(catalog),
            server: Server::default(),
            pending: false,
            asked: false,
            flood: false,
            ahead: Ahead::default(),
            note: String::new(),
            message: String::new(),
            ghost: String::new(),
            painted: Painted::default(),
            repaint: None,
            incoming: Incoming::default(),
            prompt: PromptText::default(),
            vi_normal: false,
            ending: Ending::default(),
        }
    }

    /// Looks up what the history suggests behind `text`.
    pub(super) fn suggest(&mut self, text: &str, cursor: usize) {
        self.painted.cursor = cursor;
        self.ghost.clear();
        let wanted = self.switches.suggestion && cursor == text.len() && !text.trim().is_empty();
        let wanted = wanted && !self.past.is_walking(text);
        if let Some(entry) = wanted
            .then(|| self.past.entries.newest_with_prefix(text))
            .flatten()
        {
            self.ghost.push_str(&entry[text.len()..]);
        }
    }

    /// The suggestion as it is painted: its first line, at most `room` columns.
    pub(super) fn shown_ghost(&self, room: usize) -> String {
        let line = self.ghost.lines().next().unwrap_or_default();
        let more = self.ghost.len() > line.len();
        let shown = fit(&format!("{line}{}", if more { " …" } else { "" }), room);
        self.styles.ghost.paint(shown).to_string()
    }

    /// The line under the text: who is connected to what, and what the keys do.
    pub(super) fn status_line(&self, columns: usize) -> String {
        // The last column stays free: a full row would make the terminal wrap.
        let columns = columns.saturating_sub(1);
        let mut keys = self.keys_text(columns >= 100);
        let (alert, place) = self.server.place_text(&self.prompt.status);
        let mut room = columns.saturating_sub(width(&keys) + 1);
        if room < 24 && self.message.is_empty() {
            room = columns;
        } else if room < 24 {
            // What is told now goes before what can be told at any time.
            keys = fit(&format!(" {} ", self.message), columns);
            room = columns - width(&keys);
        }
        let alert = fit(&alert, room);
        let place = fit(&place, room.saturating_sub(width(&alert)));
        let used = width(&alert) + width(&place);
        let keys = if columns.saturating_sub(used) >= width(&keys) {
            keys
        } else {
            String::new()
        };
        let gap = columns.saturating_sub(used + width(&keys));
        let rest = format!("{place}{:gap$}{keys}", "");
        let alert = self.styles.status_alert.paint(alert);
        format!("{alert}{}", self.styles.status.paint(rest))
    }

    /// What changes on the screen by itself, as a number that changes with it: the spinner, and the
    /// age of a transaction.
    pub(super) fn tick(&self) -> Option<u128> {
        if self.server.is_refreshing() {
            return self.server.turns();
        }
        let since = self.server.facts.as_ref()?.since?;
        let shown = self.switches.status_line
            || self.prompt.right.contains("\\{state}")
            || self.prompt.right.contains("\\{transaction_age}");
        shown.then(|| u128::from(since.elapsed().as_secs()))
    }

    fn keys_text(&self, long: bool) -> String {
        let on = |b: bool| if b { "on" } else { "off" };
        let Switches {
            menu,
            multi_line,
            vi,
            ..
        } = self.switches;
        let keys = match (vi, self.vi_normal) {
            (false, _) => "emacs",
            (true, false) => "vi insert",
            (true, true) => "vi normal",
        };
        let missing = match (&self.message, &self.note) {
            (message, _) if !message.is_empty() => format!("{message}  "),
            (_, note) if !note.is_empty() => format!("{note}  "),
            _ => self.missing_text(),
        };
        match long {
            false if !missing.is_empty() && vi => format!("{missing}F2 F3 F4 {keys} "),
            false if !missing.is_empty() => format!("{missing}F2 F3 F4 "),
            true => format!(
                "{missing}F2 menu: {}  F3 multi-line: {}  F4 {keys} ",
                on(menu),
                on(multi_line)
            ),
            false => format!(
                "F2 menu {}  F3 lines {}  F4 {keys} ",
                on(menu),
                on(multi_line)
            ),
        }
    }

    /// What Enter waits for.
    fn missing_text(&self) -> String {
        let what = match self.buffer.open() {
            _ if self.switches.multi_line && self.switches.safe => {
                return "Alt-Enter runs  ".into();
            }
            Some(Open::Statement) if self.switches.multi_line => {
                return format!("{} ends the statement  ", self.buffer.delimiter);
            }
            Some(Open::SingleQuote) => "a quote",
            Some(Open::DoubleQuote) => "a quoted name",
            Some(Open::Dollar) => "a dollar quote",
            Some(Open::Comment) => "a comment",
            Some(Open::Paren) if self.switches.multi_line => "a parenthesis",
            // Of several that were pasted or recalled all are run.
            None if self.buffer.statements() > 1 => {
                return format!("{} statements  ", self.buffer.statements());
            }
            Some(Open::Paren | Open::Statement) | None => return String::new(),
        };
        format!("{what} is open  ")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::driver::Transaction;
    use crate::sql::dialect::POSTGRES;
    use arc_swap::ArcSwap;

    pub(crate) const ALL_ON: Switches = Switches {
        menu: true,
        multi_line: true,
        safe: false,
        vi: false,
        suggestion: true,
        pane: true,
        signature: true,
        status_line: true,
    };

    pub(crate) fn state() -> State {
        let catalog = Arc::new(ArcSwap::from_pointee(Catalog::empty(&POSTGRES)));
        State::new(&POSTGRES, catalog, ALL_ON)
    }

    #[test]
    fn the_status_line_never_reaches_the_last_column() {
        let mut state = state();
        state.server.status.server = "PostgreSQL 15.8".into();
        state.server.status.user = "alice".into();
        state.server.status.host = "db.example.com".into();
        state.server.status.port = Some(5432);
        for columns in 0..200 {
            assert!(width(&state.status_line(columns)) < columns.max(1));
        }
        let line = state.status_line(120);
        assert!(
            line.starts_with(" PostgreSQL 15.8 · alice@db.example.com:5432 "),
            "{line}"
        );
        assert!(line.ends_with("F4 emacs "), "{line}");
        state.buffer.read("select 'a");
        assert!(state.status_line(120).contains(" a quote is open  F2 "));
        state.buffer.read("select 1");
        assert!(
            state
                .status_line(120)
                .contains(" ; ends the statement  F2 ")
        );
        state.server.status.transaction = Transaction::Open;
        assert!(state.status_line(80).starts_with(" in transaction "));
        state.message = "x".repeat(90);
        for columns in 0..120 {
            let line = state.status_line(columns);
            assert!(width(&line) < columns.max(1));
            assert!(columns < 4 || line.contains('x'), "{columns}: {line}");
        }
    }

    #[test]
    fn a_server_cannot_steer_the_terminal_through_the_status_line() {
        let mut state = state();
        state.server.status.host = "a\x1b]0;x\x07\nb".into();
        let line = state.status_line(100);
        assert!(!line.contains(['\x1b', '\n', '\x07']), "{line:?}");
    }

    #[test]
    fn the_history_suggests_what_begins_like_the_text() {
        let mut state = state();
        state.past.entries.add("select 1;");
        state.past.entries.add("select * from a\nwhere b;");
        for (text, cursor, expected) in [
            ("sel", 3, "ect * from a\nwhere b;"),
            ("select 1", 8, ";"),
            ("sel", 2, ""),
            ("", 0, ""),
            ("x", 1, ""),
        ] {
            state.suggest(text, cursor);
            assert_eq!(state.ghost, expected, "{text} {cursor}");
        }
        state.suggest("sel", 3);
        assert_eq!(state.shown_ghost(40), "ect * from a …");
        assert_eq!(state.shown_ghost(6), "ect *…");
    }
}
