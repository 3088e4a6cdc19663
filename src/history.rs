//! What was typed at the prompt: the text, where it went, when, and how it ended.
//!
//! The entries stand in a SQLite database of the user's own, to which many sessions write at once.
//! A thread does all of that ([`Recorder`]); whoever reads keys asks it and goes on. A build without
//! SQLite keeps the entries of a session until its end.

mod foreign;
mod recorder;
mod secrets;
#[cfg(feature = "sqlite")]
mod store;
mod texts;

pub use foreign::{Style, read as read_foreign};
pub use recorder::{Recorder, Report};
pub use secrets::{HIDDEN, redacted};

use crate::error::Result;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How a text ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// It still runs, or comes from a history that does not say.
    #[default]
    Unknown,
    Done,
    Failed,
    Cancelled,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Unknown => "",
            Outcome::Done => "ok",
            Outcome::Failed => "failed",
            Outcome::Cancelled => "cancelled",
        }
    }
}

/// How a text ended, and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ending {
    pub outcome: Outcome,
    pub took: Option<Duration>,
    /// Rows that the last statement gave or changed.
    pub rows: Option<u64>,
}

/// Where a text went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Kind, host, port and database: what makes two places the same. Empty where nobody knows.
    pub key: String,
    /// The database, as it is shown.
    pub database: String,
    pub user: String,
}

/// One text that was run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// The store's number; 0 before it has one.
    pub id: i64,
    pub text: String,
    pub place: Place,
    /// Milliseconds since 1970.
    pub time: i64,
    pub ending: Ending,
    /// The session that ran it; 0 for what comes from elsewhere.
    pub session: i64,
    /// The folder of the project in which it was typed; empty where nobody knows.
    pub folder: String,
}

/// Which entries are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// All of these words, in any case.
    pub words: Vec<String>,
    /// Only those of this place.
    pub place: Option<String>,
    /// Only those of this session.
    pub session: Option<i64>,
    /// Only those of this project.
    pub folder: Option<String>,
    pub outcome: Option<Outcome>,
}

impl Query {
    /// The words of a text that is searched for.
    pub fn of(text: &str) -> Query {
        Query {
            words: text.split_whitespace().map(str::to_lowercase).collect(),
            ..Query::default()
        }
    }

    pub fn fits(&self, entry: &Entry) -> bool {
        let place = self.place.as_ref();
        place.is_none_or(|p| *p == entry.place.key)
            && self.session.is_none_or(|s| s == entry.session)
            && self.folder.as_ref().is_none_or(|f| *f == entry.folder)
            && self.outcome.is_none_or(|o| o == entry.ending.outcome)
            && (self.words.is_empty() || holds(&entry.text, &self.words))
    }
}

fn holds(text: &str, words: &[String]) -> bool {
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

/// `$SQWIRE_HISTORY`, else `sqwire/history.db` in the user's folder for such things. None where it is
/// `/dev/null`: nothing is kept, as with other programs' histories.
pub fn path() -> Option<PathBuf> {
    match std::env::var_os("SQWIRE_HISTORY").filter(|p| !p.is_empty()) {
        Some(path) if path == "/dev/null" => None,
        Some(path) => Some(path.into()),
        None => dirs::state_dir()
            .or_else(dirs::data_local_dir)
            .map(|folder| folder.join("sqwire").join("history.db")),
    }
}

/// The folder of the project that somebody works in: the nearest one around the working directory
/// that is under version control, else that directory itself.
pub fn project() -> String {
    let Ok(here) = std::env::current_dir() else {
        return String::new();
    };
    let is_root = |folder: &&Path| {
        [".git", ".hg", ".jj", ".svn"]
            .iter()
            .any(|d| folder.join(d).exists())
    };
    let root = here.ancestors().find(is_root);
    root.unwrap_or(&here).display().to_string()
}

/// Now, in milliseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

/// The entries of a file, oldest first.
#[cfg(feature = "sqlite")]
pub fn entries(path: &Path, query: &Query) -> Result<Vec<Entry>> {
    store::entries(path, query)
}

#[cfg(not(feature = "sqlite"))]
pub fn entries(_: &Path, _: &Query) -> Result<Vec<Entry>> {
    Ok(Vec::new())
}

/// Adds entries of another client's history, but for those that are there; how many were new.
#[cfg(feature = "sqlite")]
pub fn import(path: &Path, entries: &[Entry]) -> Result<usize> {
    store::import(path, entries)
}

#[cfg(not(feature = "sqlite"))]
pub fn import(_: &Path, _: &[Entry]) -> Result<usize> {
    Err(crate::error::Error::usage("this build keeps no history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_wants_all_words_in_any_case_and_what_else_it_says() {
        let entry = Entry {
            text: "SELECT *\nfrom Orders".into(),
            place: Place {
                key: "a".into(),
                ..Place::default()
            },
            session: 7,
            folder: "/src/shop".into(),
            ending: Ending {
                outcome: Outcome::Failed,
                ..Ending::default()
            },
            ..Entry::default()
        };
        let of = Query::of;
        for (query, expected) in [
            (of(""), true),
            (of("ORD sel"), true),
            (of("orders users"), false),
            (
                Query {
                    place: Some("a".into()),
                    ..of("")
                },
                true,
            ),
            (
                Query {
                    place: Some("b".into()),
                    ..of("")
                },
                false,
            ),
            (
                Query {
                    session: Some(7),
                    ..of("")
                },
                true,
            ),
            (
                Query {
                    session: Some(8),
                    ..of("")
                },
                false,
            ),
            (
                Query {
                    folder: Some("/src/shop".into()),
                    ..of("")
                },
                true,
            ),
            (
                Query {
                    folder: Some("/src".into()),
                    ..of("")
                },
                false,
            ),
            (
                Query {
                    outcome: Some(Outcome::Done),
                    ..of("")
                },
                false,
            ),
            (
                Query {
                    outcome: Some(Outcome::Failed),
                    ..of("")
                },
                true,
            ),
        ] {
            assert_eq!(query.fits(&entry), expected, "{}", query.words.join(" "));
        }
    }
}
