//! What this person uses on this database: names are counted as statements run, kept in a small
//! file for each database, and read back in the background. A thread does all of it; the prompt
//! neither waits for the file nor ever hears of trouble with it.
//!
//! Only names that the catalog knows are kept, never strings, so that no value and no password can
//! get into the file. It has a line for each use, `day name`, and is only ever appended to, so that
//! several sessions can share it; one that has grown too long is replaced by its newer half.

use crate::catalog::Catalog;
use crate::complete::Usage;
use crate::driver::Status;
use crate::files;
use crate::sql::names::unquote;
use crate::sql::{TokenKind, lex};
use arc_swap::ArcSwap;
use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

/// The newest uses; the completer looks at them on each key.
pub(super) type Learned = Arc<ArcSwap<Usage>>;

/// A longer file is cut to its newer half.
const MOST_BYTES: usize = 128 * 1024;
/// A use counts half as much after so many days.
const HALF_LIFE_DAYS: f32 = 30.0;
/// Longer names are not kept.
const MOST_NAME_BYTES: usize = 200;

enum Message {
    /// From now on this file counts; without one nothing is kept after the end.
    Database(Option<PathBuf>),
    Ran(String, Arc<Catalog>),
}

/// Counts in the background. Dropping it waits until what was sent is written.
pub(super) struct Counter {
    sender: Option<Sender<Message>>,
    thread: Option<JoinHandle<()>>,
    path: Option<PathBuf>,
    started: bool,
}

impl Counter {
    pub(super) fn start(learned: Learned) -> Counter {
        let (sender, inbox) = channel();
        let count = move || work(&inbox, &learned);
        let thread = std::thread::Builder::new()
            .name("usage".into())
            .spawn(count);
        Counter {
            sender: Some(sender),
            thread: thread.ok(),
            path: None,
            started: false,
        }
    }

    /// Tells which database the next statements run on.
    pub(super) fn on(&mut self, path: Option<PathBuf>) {
        if !self.started || path != self.path {
            self.started = true;
            self.path.clone_from(&path);
            self.send(Message::Database(path));
        }
    }

    /// Counts the names of a text that was run.
    pub(super) fn ran(&self, text: &str, catalog: Arc<Catalog>) {
        if !text.starts_with(' ') {
            self.send(Message::Ran(text.to_string(), catalog));
        }
    }

    fn send(&self, message: Message) {
        if let Some(sender) = &self.sender {
            // Without its thread nothing is learned; everything else works.
            let _ = sender.send(message);
        }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The file of a database, beside the history; `None` for one that ends with its connection.
pub(super) fn path(dialect: &str, status: &Status) -> Option<PathBuf> {
    if status.database.is_empty() || status.database == ":memory:" {
        return None;
    }
    let port = status.port.unwrap_or(0);
    let key = [dialect, &status.host, &status.user, &status.database].join("\n");
    let hash = fnv(&format!("{key}\n{port}"));
    let last = status.database.rsplit('/').next().unwrap_or_default();
    let shown: String = last
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .take(40)
        .collect();
    let folder = crate::history::path()?.parent()?.join("usage");
    Some(folder.join(format!("{shown}-{hash:016x}")))
}

/// FNV-1a: the same in every version of the program.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn today() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |d| d.as_secs() / 86_400)
}

fn work(inbox: &Receiver<Message>, learned: &Learned) {
    let mut file: Option<PathBuf> = None;
    for message in inbox {
        match message {
            Message::Database(path) => {
                let text = path.as_deref().and_then(|p| std::fs::read(p).ok());
                let text = String::from_utf8_lossy(&text.unwrap_or_default()).into_owned();
                learned.store(Arc::new(weigh(&text, today())));
                file = path;
            }
            Message::Ran(text, catalog) => {
                let names = known_names(&text, &catalog);
                if names.is_empty() {
                    continue;
                }
                let mut usage = Usage::clone(&learned.load());
                names.iter().for_each(|name| usage.add(name, 1.0));
                learned.store(Arc::new(usage));
                if let Some(path) = &file {
                    // A full disk or a read-only home costs what would have been learned.
                    let _ = keep(path, &names, today());
                }
            }
        }
    }
}

/// The weights of the uses that the lines tell; what is no such line is passed over.
fn weigh(text: &str, today: u64) -> Usage {
    let mut usage = Usage::default();
    let uses = text.lines().filter_map(|line| line.split_once(' '));
    for (day, name) in uses {
        if let Ok(day) = day.parse::<u64>() {
            let age = u16::try_from(today.saturating_sub(day)).unwrap_or(u16::MAX);
            usage.add(name, 0.5_f32.powf(f32::from(age) / HALF_LIFE_DAYS));
        }
    }
    usage
}

/// Adds a line for each name, in one write, so that the lines of two sessions never mix.
fn keep(path: &Path, names: &BTreeSet<String>, today: u64) -> io::Result<()> {
    let lines: String = names.iter().map(|n| format!("{today} {n}\n")).collect();
    files::make_folder(path)?;
    let mut file = files::append(path)?;
    file.write_all(lines.as_bytes())?;
    match file.metadata()?.len() > MOST_BYTES as u64 {
        true => shorten(path),
        false => Ok(()),
    }
}

/// Replaces the file by its newer half, all at once.
fn shorten(path: &Path) -> io::Result<()> {
    let text = std::fs::read(path)?;
    let middle = text.len() / 2;
    let line = text[middle..].iter().position(|b| *b == b'\n');
    let newer = &text[line.map_or(text.len(), |at| middle + at + 1)..];
    files::replace_with(path, newer)
}

/// The relations, columns, functions and schemas of the catalog that the text names, each once.
fn known_names(text: &str, catalog: &Catalog) -> BTreeSet<String> {
    let tokens = lex(text, catalog.dialect);
    let words: HashSet<String> = tokens
        .iter()
        .filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::QuotedName))
        .map(|t| unquote(t.text(text), catalog.dialect).to_ascii_lowercase())
        .filter(|w| w.len() <= MOST_NAME_BYTES && !w.contains(['\n', '\r']))
        .collect();
    let used = |name: &str| Some(name.to_ascii_lowercase()).filter(|n| words.contains(n));
    let mut names = BTreeSet::new();
    for relation in catalog.relations() {
        if let Some(name) = used(relation.name) {
            names.insert(name);
            names.extend(relation.columns().iter().filter_map(|c| used(c.name)));
        }
    }
    for schema in &catalog.schemas {
        names.extend(used(&schema.name));
        names.extend(schema.routines.iter().filter_map(|r| used(&r.name)));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fixture;
    use std::os::unix::fs::PermissionsExt;

    fn names(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn only_names_of_the_catalog_are_kept() {
        let catalog = fixture::shop("postgres");
        for (text, expected) in [
            ("SELECT Email FROM users", &["email", "users"][..]),
            ("SELECT qty FROM users", &["users"]),
            ("SELECT 'users', \"orders\" FROM x", &["orders"]),
            ("ALTER USER bob PASSWORD hunter2 -- users", &[]),
            (
                "SELECT custom_fun() FROM custom.products",
                &["custom", "custom_fun", "products"],
            ),
        ] {
            assert_eq!(known_names(text, &catalog), names(expected), "{text}");
        }
    }

    #[test]
    fn a_recent_use_weighs_more_than_an_old_one() {
        let usage = weigh("100 old\nnonsense\nx y\n400 new\n900 future\n", 400);
        assert!(usage.weight("new") > 0.9);
        assert!(usage.weight("old") < 0.01);
        assert_eq!(usage.weight("y"), 0.0);
    }

    #[test]
    fn the_file_is_private_shared_and_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("usage").join("shop");
        std::thread::scope(|scope| {
            for session in ["a", "b"] {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..200 {
                        keep(path, &names(&[session, "both"]), 7).unwrap();
                    }
                });
            }
        });
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().filter(|l| *l == "7 both").count(), 400);
        assert_eq!(text.lines().filter(|l| *l == "7 a").count(), 200);
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        let long = "x".repeat(MOST_NAME_BYTES);
        for day in 0..1000 {
            keep(&path, &names(&[&long]), day).unwrap();
        }
        assert!(path.metadata().unwrap().len() <= MOST_BYTES as u64);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.ends_with(&format!("999 {long}\n")));
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1
        );
    }

    #[test]
    fn what_one_session_used_the_next_one_knows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop");
        let catalog = Arc::new(fixture::shop("postgres"));
        let first = Learned::default();
        let mut counter = Counter::start(first.clone());
        counter.on(Some(path.clone()));
        counter.ran("SELECT email FROM users", catalog.clone());
        counter.ran(" SELECT id FROM orders", catalog);
        drop(counter);
        assert!(first.load().weight("email") > 0.9);

        let second = Learned::default();
        let mut counter = Counter::start(second.clone());
        counter.on(Some(path));
        drop(counter);
        assert!(second.load().weight("users") > 0.9);
        assert_eq!(second.load().weight("orders"), 0.0);
    }
}
