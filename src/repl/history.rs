//! What was typed before: in memory for the keys, appended to a file of the user's own.
//!
//! The file has one entry a line, with line breaks and backslashes escaped. Each entry is appended
//! by one write, so sessions that run side by side do not mix theirs. Nothing is read after the
//! start, so a key press never touches the disk.

use super::state::Shared;
use crate::sql::{Token, TokenKind};
use crate::visible::visible_text;
use reedline::{
    CommandLineSearch, History, HistoryItem, HistoryItemId, HistorySessionId, ReedlineError,
    ReedlineErrorVariants, SearchDirection, SearchQuery,
};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes at the end of the file that are read at the start.
const READ_BYTES: u64 = 1024 * 1024;

/// The entries, oldest first, each text once.
#[derive(Debug)]
pub(super) struct Entries {
    entries: Vec<String>,
    /// More than these are forgotten, the oldest first.
    limit: usize,
}

impl Entries {
    pub(super) fn new(limit: usize) -> Self {
        Entries {
            entries: Vec::new(),
            limit,
        }
    }

    pub(super) fn keeps_nothing(&self) -> bool {
        self.limit == 0
    }

    /// Adds one entry; an older one of the same text goes.
    pub(super) fn add(&mut self, text: &str) {
        self.entries.retain(|e| e != text);
        self.entries.push(text.to_string());
        if self.entries.len() > self.limit {
            self.entries.remove(0);
        }
    }

    /// Takes over what the file holds.
    fn fill(&mut self, lines: &str) {
        let mut seen = HashSet::new();
        let newest_first = lines.lines().rev().map(decode);
        let mut entries: Vec<String> = newest_first
            .filter(|e| !e.trim().is_empty() && seen.insert(e.clone()))
            .take(self.limit)
            .collect();
        entries.reverse();
        self.entries = entries;
    }

    /// The entries that hold `part`, in any case, each with its number.
    pub(super) fn listing(&self, part: &str) -> String {
        let part = part.to_lowercase();
        let mut out = String::new();
        for (at, entry) in self.entries.iter().enumerate() {
            if entry.to_lowercase().contains(&part) {
                let text = visible_text(entry).replace('\n', "\n      ");
                out.push_str(&format!("{:>5} {text}\n", at + 1));
            }
        }
        out
    }

    /// The newest entry that begins with `text` and goes on.
    pub(super) fn newest_with_prefix(&self, text: &str) -> Option<&str> {
        let longer = |e: &&String| e.len() > text.len() && e.starts_with(text);
        self.entries.iter().rev().find(longer).map(String::as_str)
    }
}

/// `text` on one line.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out
}

/// The text of a line. Whoever else wrote to the file, no control character comes out of it.
fn decode(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') | None => {}
                Some(other) => out.push(other),
            },
            '\t' => out.push('\t'),
            c if crate::visible::is_control(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// Words before a string that make the string a secret.
const SECRETS: &[&str] = &["identified", "passwd", "password", "secret"];

/// Whether `text` says something that must not be kept: a password in a statement or in a URL, or
/// what the user hid by a leading space.
pub(super) fn is_private(text: &str, tokens: &[Token]) -> bool {
    if text.starts_with(' ') || has_url_password(text) {
        return true;
    }
    let secret_word = |t: &Token| {
        let word = t.text(text);
        t.kind == TokenKind::Word && SECRETS.iter().any(|s| word.eq_ignore_ascii_case(s))
    };
    let is_string = |t: &Token| matches!(t.kind, TokenKind::String | TokenKind::DollarString);
    let names_password = |t: &Token| is_string(t) && t.text(text).contains("password=");
    let after = tokens.iter().skip_while(|t| !secret_word(t));
    after.skip(1).any(is_string) || tokens.iter().any(names_password)
}

/// `scheme://user:password@host`
fn has_url_password(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = &text[at + 3..];
        let end = rest.find(|c: char| c.is_whitespace() || c == '\'' || c == '/');
        let authority = &rest[..end.unwrap_or(rest.len())];
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.is_some_and(|u| u.split_once(':').is_some_and(|(_, p)| !p.is_empty()))
    })
}

/// `$SQWIRE_HISTORY`, else `sqwire/history` in the user's folder for such things.
pub(super) fn path() -> Option<PathBuf> {
    match std::env::var_os("SQWIRE_HISTORY").filter(|p| !p.is_empty()) {
        Some(path) => Some(path.into()),
        None => dirs::state_dir()
            .or_else(dirs::data_local_dir)
            .map(|folder| folder.join("sqwire").join("history")),
    }
}

/// The history as reedline sees it.
pub(super) struct FileHistory {
    shared: Shared,
    path: Option<PathBuf>,
    file: Option<File>,
}

impl FileHistory {
    /// Reads the newest part of the file. Without a path nothing is kept after the end.
    /// When it cannot be read nothing is written either, and the entries stay in memory.
    pub(super) fn open(shared: &Shared, path: Option<PathBuf>) -> Result<Self, (Self, io::Error)> {
        let read = path.as_deref().map_or(Ok(String::new()), read_end);
        let history = |path| FileHistory {
            shared: shared.clone(),
            path,
            file: None,
        };
        let lines = read.map_err(|e| (history(None), e))?;
        shared.lock().history.fill(&lines);
        Ok(history(path))
    }

    fn append(&mut self, text: &str) -> io::Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(create(path)?),
        };
        file.write_all(format!("{}\n", encode(text)).as_bytes())
    }

    fn matching(&self, query: &SearchQuery) -> Vec<HistoryItem> {
        let state = self.shared.lock();
        let entries = &state.history.entries;
        let (start, end) = (query.start_id.map(|i| i.0), query.end_id.map(|i| i.0));
        let limit = query
            .limit
            .map_or(usize::MAX, |l| usize::try_from(l).unwrap_or(0));
        let wanted = |(index, text): &(usize, &String)| {
            let index = *index as i64;
            // Both ends are excluded; which of them is the lower one depends on the direction.
            let (low, high) = match query.direction {
                SearchDirection::Backward => (end, start),
                SearchDirection::Forward => (start, end),
            };
            low.is_none_or(|l| index > l)
                && high.is_none_or(|h| index < h)
                && fits(text, &query.filter.command_line)
        };
        let item = |(index, text): (usize, &String)| HistoryItem {
            id: Some(HistoryItemId::new(index as i64)),
            ..HistoryItem::from_command_line(text.as_str())
        };
        let all = entries.iter().enumerate();
        match query.direction {
            SearchDirection::Backward => all.rev().filter(wanted).take(limit).map(item).collect(),
            SearchDirection::Forward => all.filter(wanted).take(limit).map(item).collect(),
        }
    }
}

/// Ctrl-R finds text in any case; what Up walks must begin exactly as typed.
fn fits(text: &str, search: &Option<CommandLineSearch>) -> bool {
    match search {
        None => true,
        Some(CommandLineSearch::Prefix(p)) => text.starts_with(p),
        Some(CommandLineSearch::Exact(p)) => text == p,
        Some(CommandLineSearch::Substring(p)) => text.to_lowercase().contains(&p.to_lowercase()),
    }
}

/// The end of the file, from the beginning of a line on. An absent file is an empty one.
fn read_end(path: &Path) -> io::Result<String> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(e) => return Err(e),
    };
    let length = file.metadata()?.len();
    let cut = length.saturating_sub(READ_BYTES);
    file.seek(SeekFrom::Start(cut))?;
    let mut bytes = Vec::new();
    file.take(READ_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(match (cut, text.find('\n')) {
        (0, _) => text.into_owned(),
        (_, Some(end)) => text[end + 1..].to_string(),
        (_, None) => String::new(),
    })
}

/// Opens the file for appending; it and its folder are made for the user alone.
pub(super) fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
    if let Some(folder) = path.parent() {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let file = File::options()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

fn unsupported(feature: &'static str) -> ReedlineError {
    ReedlineError(ReedlineErrorVariants::HistoryFeatureUnsupported {
        history: "sqwire",
        feature,
    })
}

impl History for FileHistory {
    fn save(&mut self, item: HistoryItem) -> reedline::Result<HistoryItem> {
        let text = item.command_line.trim_end();
        {
            let mut state = self.shared.lock();
            if state.history.keeps_nothing()
                || state.private
                || text.is_empty()
                || is_private(text, state.buffer.read(text))
                || state
                    .history
                    .entries
                    .last()
                    .is_some_and(|last| last == text)
            {
                return Ok(item);
            }
            state.history.add(text);
        }
        self.append(text)?;
        Ok(item)
    }

    fn load(&self, id: HistoryItemId) -> reedline::Result<HistoryItem> {
        let state = self.shared.lock();
        let text = usize::try_from(id.0)
            .ok()
            .and_then(|i| state.history.entries.get(i));
        match text {
            Some(text) => Ok(HistoryItem::from_command_line(text.as_str())),
            None => Err(ReedlineError(ReedlineErrorVariants::OtherHistoryError(
                "there is no such entry",
            ))),
        }
    }

    fn count(&self, query: SearchQuery) -> reedline::Result<i64> {
        Ok(self.matching(&query).len() as i64)
    }

    fn search(&self, query: SearchQuery) -> reedline::Result<Vec<HistoryItem>> {
        Ok(self.matching(&query))
    }

    fn update(
        &mut self,
        _: HistoryItemId,
        _: &dyn Fn(HistoryItem) -> HistoryItem,
    ) -> reedline::Result<()> {
        Err(unsupported("updating entries"))
    }

    fn clear(&mut self) -> reedline::Result<()> {
        Err(unsupported("clearing"))
    }

    fn delete(&mut self, _: HistoryItemId) -> reedline::Result<()> {
        Err(unsupported("deleting entries"))
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn session(&self) -> Option<HistorySessionId> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::state;
    use super::*;
    use crate::sql::dialect::{MYSQL, POSTGRES};
    use crate::sql::lex;
    use std::os::unix::fs::PermissionsExt;

    fn shared(limit: usize) -> Shared {
        let mut state = state();
        state.history = Entries::new(limit);
        Shared::new(state)
    }

    fn save(history: &mut FileHistory, text: &str) {
        history.save(HistoryItem::from_command_line(text)).unwrap();
    }

    fn all(history: &FileHistory) -> Vec<String> {
        let query = SearchQuery::everything(SearchDirection::Forward, None);
        let items = history.search(query).unwrap();
        items.into_iter().map(|i| i.command_line).collect()
    }

    #[test]
    fn an_entry_survives_the_file_whatever_it_holds() {
        for text in ["a\nb", "\\n", "\\", "a\r\nb\\", "'ünï' \t x", "\\d \\\\ n"] {
            let line = encode(text);
            assert!(!line.contains('\n'));
            assert_eq!(decode(&line), text.replace('\r', ""), "{text:?}");
        }
        assert_eq!(decode("a\x1b[31mb\u{202e}"), "a[31mb");
    }

    #[test]
    fn two_sessions_write_one_file_that_only_the_user_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("history");
        let mut one = FileHistory::open(&shared(100), Some(path.clone()))
            .ok()
            .unwrap();
        let mut two = FileHistory::open(&shared(100), Some(path.clone()))
            .ok()
            .unwrap();
        save(&mut one, "select 1;");
        save(&mut two, "select\n2;");
        save(&mut one, "select 3;");
        save(&mut one, "select 3;");
        save(&mut one, " select 4;");
        let mode = |p: &Path| p.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        let three = FileHistory::open(&shared(100), Some(path.clone()))
            .ok()
            .unwrap();
        assert_eq!(all(&three), ["select 1;", "select\n2;", "select 3;"]);
        let few = FileHistory::open(&shared(2), Some(path)).ok().unwrap();
        assert_eq!(all(&few), ["select\n2;", "select 3;"]);
    }

    #[test]
    fn only_the_end_of_a_large_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        let line = format!("select '{}';\n", "x".repeat(1000));
        std::fs::write(&path, line.repeat(3000) + "last;\n").unwrap();
        let text = read_end(&path).unwrap();
        assert!(text.len() as u64 <= READ_BYTES);
        assert!(text.starts_with("select") && text.ends_with("last;\n"));
    }

    #[test]
    fn the_history_is_searched_in_both_directions() {
        let shared = shared(100);
        let history = FileHistory::open(&shared, None).ok().unwrap();
        for text in ["a1", "B2", "a3"] {
            shared.lock().history.add(text);
        }
        let search = |direction, start: Option<i64>, line| {
            let mut query = SearchQuery::everything(direction, None);
            query.start_id = start.map(HistoryItemId::new);
            query.filter.command_line = line;
            let items = history.search(query).unwrap();
            items
                .into_iter()
                .map(|i| i.command_line)
                .collect::<Vec<_>>()
        };
        use CommandLineSearch as C;
        use SearchDirection::{Backward, Forward};
        assert_eq!(search(Backward, None, None), ["a3", "B2", "a1"]);
        assert_eq!(search(Backward, Some(2), None), ["B2", "a1"]);
        assert_eq!(search(Forward, Some(0), None), ["B2", "a3"]);
        assert_eq!(
            search(Backward, None, Some(C::Prefix("a".into()))),
            ["a3", "a1"]
        );
        assert_eq!(
            search(Backward, None, Some(C::Substring("b".into()))),
            ["B2"]
        );
    }

    #[test]
    fn passwords_are_not_kept() {
        for (dialect, text, private) in [
            (&POSTGRES, "alter role a PASSWORD 'x';", true),
            (&POSTGRES, "create user a encrypted password $$x$$", true),
            (&MYSQL, "create user a identified by 'x'", true),
            (&MYSQL, "set password = \"x\"", true),
            (&POSTGRES, "select dblink('host=a password=x')", true),
            (&POSTGRES, "\\c postgres://a:b@c/d", true),
            (&POSTGRES, "\\c postgres://a@c/d", false),
            (&POSTGRES, "select password from users where id = 1", false),
            (&POSTGRES, "select 'password'", false),
            (&POSTGRES, "select 1;", false),
            (&POSTGRES, " select 1;", true),
        ] {
            let tokens = lex(text, dialect);
            assert_eq!(is_private(text, &tokens), private, "{text}");
        }
    }
}
