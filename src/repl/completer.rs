//! The completion engine, as the menu asks it, and what wakes the editor when the catalog is new.

use super::state::{Shared, State};
use super::usage::Learned;
use super::{news, paths};
use crate::command::spec::Spec;
use crate::command::theme_names;
use crate::complete::{Body, Completions, Request, SettingWords, begins_command, complete};
use crate::format::FORMATS;
use crate::refresh::Published;
use crate::settings::{SETTINGS, Setting};
use crate::sql::{Token, TokenKind};
use reedline::{Completer, CompletionResult, CompletionStatus};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Candidates kept after ranking; longer lists cost time on each key and nobody reads them.
const MOST_CANDIDATES: usize = 200;

/// What can stand at the cursor, best first. File names only where a key asked for them: nothing
/// that is merely typed touches the disk.
pub(super) fn candidates(state: &mut State, text: &str, cursor: usize, asked: bool) -> Completions {
    let mut completions = state.request(text, cursor, complete);
    if completions.wants_paths && asked {
        let typed = text.get(completions.replace.start..cursor).unwrap_or("");
        completions.items.extend(paths::matching(typed));
    }
    completions
}

/// What names come from.
pub(super) struct Sources {
    pub(super) catalog: Published,
    pub(super) commands: Vec<&'static Spec>,
    /// What this person uses on this database.
    pub(super) usage: Learned,
    /// Names of the session's variables.
    pub(super) variables: Vec<String>,
    pub(super) favourites: Vec<String>,
    pub(super) settings: Vec<SettingWords>,
    pub(super) specials: Vec<SettingWords>,
}

impl Sources {
    pub(super) fn of(catalog: Published) -> Self {
        Sources {
            catalog,
            commands: Vec::new(),
            usage: Learned::default(),
            variables: Vec::new(),
            favourites: Vec::new(),
            settings: Vec::new(),
            specials: Vec::new(),
        }
    }
}

impl State {
    /// Asks the completion engine about the cursor.
    pub(super) fn request<T>(
        &mut self,
        text: &str,
        cursor: usize,
        ask: impl FnOnce(&Request<'_>) -> T,
    ) -> T {
        self.buffer.read(text);
        ask(&Request {
            text,
            tokens: self.buffer.tokens(),
            cursor,
            catalog: &self.sources.catalog.load(),
            commands: &self.sources.commands,
            usage: &self.sources.usage.load(),
            variables: &self.sources.variables,
            favourites: &self.sources.favourites,
            settings: &self.sources.settings,
            specials: &self.sources.specials,
            body: Body::default(),
            limit: MOST_CANDIDATES,
        })
    }
}

/// Every setting and the words it takes, for Tab.
pub fn setting_words() -> Vec<SettingWords> {
    let words = |setting: &Setting| SettingWords {
        name: setting.name,
        help: setting.help,
        values: match setting.takes {
            "THEME" => theme_names().into_iter().map(|n| (n, "theme")).collect(),
            "FORMAT" => FORMATS
                .iter()
                .map(|f| (f.name.to_string(), f.help))
                .collect(),
            // What is in capitals stands for something.
            takes => takes
                .split('|')
                .filter(|word| !word.starts_with(char::is_uppercase))
                .map(|word| (word.to_string(), ""))
                .collect(),
        },
    };
    SETTINGS.iter().map(words).collect()
}

/// Every variable that steers the client and the words it takes, for Tab.
pub fn special_words() -> Vec<SettingWords> {
    let words = |(name, words): (_, &[&str])| SettingWords {
        name,
        help: "",
        values: words.iter().map(|word| (word.to_string(), "")).collect(),
    };
    crate::settings::variables::special_words()
        .map(words)
        .collect()
}

/// Words after which names are offered without being asked for: of relations, and where a few
/// candidates are likely (conditions of a join, columns to sort by or to change).
const BEFORE_NAMES: &[&str] = &[
    "BY", "FROM", "INTO", "JOIN", "ON", "SET", "TABLE", "UPDATE", "USE",
];

/// Whether the menu opens by itself here: behind the letters of a name, a dot, a backslash, or a
/// space after FROM and its like. Never inside strings, comments and numbers.
pub(super) fn opens_by_itself(text: &str, tokens: &[Token], cursor: usize) -> bool {
    let until = tokens.partition_point(|t| (t.start as usize) < cursor);
    let Some(token) = until.checked_sub(1).and_then(|i| tokens.get(i)) else {
        return false;
    };
    let at_end = token.end as usize == cursor;
    match token.kind {
        TokenKind::Word => at_end,
        TokenKind::QuotedName => token.open || !at_end,
        TokenKind::Dot => true,
        TokenKind::Command => true,
        TokenKind::Operator => begins_command(text, tokens, cursor),
        TokenKind::Space => tokens[..until - 1].last().is_some_and(|t| {
            let word = t.text(text);
            t.kind == TokenKind::Word && BEFORE_NAMES.iter().any(|k| word.eq_ignore_ascii_case(k))
        }),
        _ => false,
    }
}

/// Tells reedline that the catalog changed under an open menu. The menu itself is filled by
/// `menu`, so `complete` is never asked.
pub(super) struct Waker {
    shared: Shared,
    runtime: Arc<Runtime>,
    /// The version of the catalog that was last on the screen.
    version: u64,
    refreshing: bool,
    tick: Option<u128>,
}

impl Waker {
    pub(super) fn new(shared: Shared, runtime: Arc<Runtime>) -> Self {
        let version = shared.lock().sources.catalog.load().version;
        Waker {
            shared,
            runtime,
            version,
            refreshing: false,
            tick: None,
        }
    }
}

impl Completer for Waker {
    fn complete(&mut self, _: &str, _: usize) -> CompletionResult {
        CompletionResult::Pending
    }

    fn poll_completion(&mut self) -> CompletionStatus {
        news::look(&self.shared, &self.runtime);
        let mut state = self.shared.lock();
        state.ask_background();
        let version = state.sources.catalog.load().version;
        let refreshing = state.server.is_refreshing();
        let tick = state.tick();
        let changed = version != self.version || refreshing != self.refreshing || tick != self.tick;
        self.tick = tick;
        self.version = version;
        self.refreshing = refreshing;
        if changed {
            if let Some(repaint) = &state.repaint {
                repaint();
            }
            return CompletionStatus::Ready;
        }
        if refreshing || tick.is_some() {
            return CompletionStatus::Pending;
        }
        // Without it reedline sleeps until the next key instead of looking around, which it does
        // for messages anyway.
        if state.incoming.above.is_none() {
            state.repaint = None;
        }
        CompletionStatus::Idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;
    use crate::sql::lex;

    #[test]
    fn the_menu_opens_by_itself_where_a_name_is_being_typed() {
        for (text, expected) in [
            ("s|", true),
            ("select |", false),
            ("select * from |", true),
            ("select * from a join  |", true),
            ("select * from a join b on |", true),
            ("select * from a order by |", true),
            ("select * from a where |", false),
            ("select a.|", true),
            ("select a.na|", true),
            ("select 'a|", false),
            ("select 1|", false),
            ("-- a|", false),
            ("\\d|", true),
            ("select \"Us|", true),
            ("f(|", false),
            ("|", false),
            ("a|b", false),
            ("select 1;|", false),
        ] {
            let cursor = text.find('|').unwrap();
            let whole = text.replace('|', "");
            let tokens = lex(&whole, &POSTGRES);
            assert_eq!(opens_by_itself(&whole, &tokens, cursor), expected, "{text}");
        }
    }
}
