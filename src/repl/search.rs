//! Ctrl-R: the history as a list on a screen of its own, searched while one types.
//!
//! Everything is looked up in memory. What is chosen goes into the line and is not run.

mod look;

use super::history::Entries;
use super::overlay::Overlay;
use super::state::{Shared, State};
use super::text::width;
use crate::history::{Entry, Outcome, Query, now};
use crate::visible::visible_line;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use look::{FRAME, Look, one_line};
use std::io;

/// Whose entries are listed; Ctrl-R goes on to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Database,
    Session,
    Project,
    All,
}

impl Scope {
    fn next(self) -> Scope {
        match self {
            Scope::Database => Scope::Session,
            Scope::Session => Scope::Project,
            Scope::Project => Scope::All,
            Scope::All => Scope::Database,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Scope::Database => "this database",
            Scope::Session => "this session",
            Scope::Project => "this project",
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
            Scope::Project => Query {
                folder: Some(history.folder.clone()),
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

/// Lets the user search; the text that was chosen, if any was.
pub(super) fn search(shared: &Shared, typed: &str) -> io::Result<Option<String>> {
    let mut state = shared.lock();
    state.past.entries.catch_up();
    let mut finder = Finder {
        text: String::new(),
        scope: Scope::Database,
        only_done: false,
        selected: 0,
        top: 0,
    };
    if state
        .past
        .entries
        .found(&finder.query(&state.past.entries))
        .is_empty()
    {
        finder.scope = Scope::All;
    }
    finder.text = one_line(typed);
    let ending = state.ending.clone();
    let mut overlay = Overlay::open(&ending, state.ahead.take())?;
    let chosen = choose(&mut state, &mut finder, &mut overlay);
    state.ahead.extend(overlay.close());
    chosen
}

fn choose(
    state: &mut State,
    finder: &mut Finder,
    overlay: &mut Overlay<'_>,
) -> io::Result<Option<String>> {
    loop {
        let found = state.past.entries.found(&finder.query(&state.past.entries));
        let step = browse(state, finder, &found, overlay)?;
        let chosen = found.get(finder.selected);
        let text = chosen.map(|e| e.text.clone());
        let elsewhere = chosen
            .filter(|e| !e.place.key.is_empty() && e.place.key != state.past.entries.place.key);
        let message = elsewhere.map(|e| {
            let database = visible_line(&e.place.database);
            format!("this ran on {database}, not here")
        });
        match (step, text) {
            (Step::Leave, _) => return Ok(None),
            (Step::Take, text) => {
                state.message = message.unwrap_or_default();
                return Ok(text);
            }
            (Step::Forget, Some(text)) => {
                state.past.entries.forget(&text);
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
    overlay: &mut Overlay<'_>,
) -> io::Result<Step> {
    loop {
        let (columns, rows) = overlay.size();
        let look = Look {
            styles: &state.styles,
            dialect: state.buffer.dialect,
            rows: rows.max(FRAME + 1),
            columns,
            now: now(),
            place: &state.past.entries.place.key,
        };
        finder.scroll(look.list());
        let column = "search: ".len() + width(&visible_line(&finder.text));
        overlay.paint(&look.screen(finder, found), Some((0, column)));
        loop {
            let step = match overlay.key()? {
                Some(key) => finder.key(key, found.len(), look.list()),
                None => Step::Move,
            };
            if step != Step::Move {
                return Ok(step);
            }
            if !overlay.has_more()? {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn finder() -> Finder {
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
        let scopes: Vec<Scope> = (0..4)
            .map(|_| {
                press(&mut finder, K::Char('r'), true);
                finder.scope
            })
            .collect();
        assert_eq!(
            scopes,
            [Scope::Session, Scope::Project, Scope::All, Scope::Database]
        );
        press(&mut finder, K::Char('s'), true);
        assert!(finder.only_done);
    }
}
