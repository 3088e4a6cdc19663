//! The syntax of each statement, for `\h`. PostgreSQL's is what its own psql prints, of each version;
//! SQLite's is our own, in short; MySQL and MariaDB tell theirs themselves.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

static POSTGRES: &str = include_str!("postgres.txt");
static SQLITE: &str = include_str!("sqlite.txt");

/// The versions of PostgreSQL that there are texts of; 9 is 9.6.
const KNOWN: RangeInclusive<u32> = 9..=18;

/// One statement, as one version has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic<'t> {
    /// Its page of the documentation.
    page: &'t str,
    pub name: &'t str,
    help: &'t str,
    syntax: String,
}

/// The statements of one server.
#[derive(Debug)]
pub struct Syntax {
    topics: Vec<Topic<'static>>,
    /// Where the pages are.
    pages: String,
    /// Said where the text is of another version.
    note: String,
}

/// PostgreSQL's of a version; of one that is newer than any known, the newest.
pub fn postgres(major: u32) -> Syntax {
    let of = major.clamp(*KNOWN.start(), *KNOWN.end());
    let shown = |major: u32| match major {
        9 => "9.6".to_string(),
        _ => major.to_string(),
    };
    Syntax {
        topics: read(POSTGRES, of),
        pages: format!("https://www.postgresql.org/docs/{}/", shown(major)),
        note: match of == major {
            true => String::new(),
            false => format!("(as in PostgreSQL {}; this server is {major})\n", shown(of)),
        },
    }
}

pub fn sqlite() -> Syntax {
    Syntax {
        topics: read(SQLITE, 3),
        pages: "https://www.sqlite.org/".into(),
        note: String::new(),
    }
}

/// The entries of a file that hold for a version; the file's head says what they are made of.
fn read(text: &'static str, version: u32) -> Vec<Topic<'static>> {
    let entry = |entry: &'static str| {
        let (head, rest) = entry.split_once('\n')?;
        let (since, head) = head.split_once(' ')?;
        let (page, name) = head.split_once(' ')?;
        if since.parse::<u32>().ok()? > version {
            return None;
        }
        let mut lines = rest.lines().filter_map(|line| of_version(line, version));
        Some(Topic {
            page,
            name,
            help: lines.next()?,
            syntax: lines.collect::<Vec<_>>().join("\n"),
        })
    };
    text.split("\n@").skip(1).filter_map(entry).collect()
}

/// The line without its mark (`~10-15 `), if the version has it.
fn of_version(line: &str, version: u32) -> Option<&str> {
    let Some((range, rest)) = line.strip_prefix('~').and_then(|l| l.split_once(' ')) else {
        return Some(line);
    };
    let (since, until) = range.split_once('-')?;
    let bound = |text: &str, open: u32| text.parse().unwrap_or(open);
    (bound(since, 0)..=bound(until, u32::MAX))
        .contains(&version)
        .then_some(rest)
}

impl Syntax {
    pub fn topics(&self) -> &[Topic<'static>] {
        &self.topics
    }

    /// All names, in as many columns as the screen has room for, as psql lists them.
    pub fn list(&self, columns: usize) -> String {
        let width = self.topics.iter().map(|t| t.name.len()).max().unwrap_or(0) + 1;
        let across = (columns.saturating_sub(3) / width).max(1);
        let down = self.topics.len().div_ceil(across);
        let mut out = String::from("Available help:\n");
        let name = |at: usize| self.topics.get(at).map_or("", |t| t.name);
        for row in 0..down {
            out.push_str("  ");
            for column in 0..across - 1 {
                let _ = write!(out, "{:width$}", name(row + column * down));
            }
            out.push_str(name(row + (across - 1) * down));
            out.push('\n');
        }
        out
    }

    /// What is said of the statements that begin with `topic`, or with its first two words, or its
    /// first: of one alone where it is named exactly. `None` where there is none. With `noted` it is
    /// said that the text is of another version.
    pub fn about(&self, topic: &str, noted: bool) -> Option<String> {
        let words = topic.split(' ').collect::<Vec<_>>();
        let shorter = |count: usize| (words.len() > count).then(|| words[..count].join(" "));
        let attempts = [Some(topic.to_string()), shorter(2), shorter(1)];
        attempts.into_iter().flatten().find_map(|beginning| {
            let found = self.beginning_with(&beginning, topic);
            let text: String = found.iter().map(|topic| self.shown(topic, noted)).collect();
            (!text.is_empty()).then_some(text)
        })
    }

    /// The topics up to the one that has exactly the name.
    fn beginning_with(&self, beginning: &str, topic: &str) -> Vec<&Topic<'static>> {
        let begins = |t: &&Topic<'_>| {
            topic == "*"
                || t.name
                    .get(..beginning.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(beginning))
        };
        let mut found = Vec::new();
        for one in self.topics.iter().filter(begins) {
            found.push(one);
            if one.name.eq_ignore_ascii_case(topic) {
                break;
            }
        }
        found
    }

    fn shown(&self, topic: &Topic<'_>, noted: bool) -> String {
        let note = if noted { self.note.as_str() } else { "" };
        format!(
            "Command:     {}\nDescription: {}\nSyntax:\n{}\n\n{note}URL: {}{}.html\n\n",
            topic.name, topic.help, topic.syntax, self.pages, topic.page
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_read() {
        for (text, syntax) in [(POSTGRES, postgres(18)), (SQLITE, sqlite())] {
            let heads = text.lines().filter(|line| line.starts_with('@')).count();
            assert_eq!(syntax.topics().len(), heads);
        }
        for (major, count) in [
            (9, 169),
            (10, 178),
            (11, 184),
            (12, 184),
            (13, 184),
            (14, 184),
            (15, 185),
            (16, 185),
            (17, 185),
            (18, 185),
            (19, 185),
        ] {
            let syntax = postgres(major);
            assert_eq!(syntax.topics().len(), count, "{major}");
            for topic in syntax.topics() {
                let shown = format!("{major} {topic:?}");
                assert!(!topic.help.is_empty(), "{shown}");
                assert!(
                    topic
                        .syntax
                        .starts_with(|c: char| c.is_uppercase() || c == '['),
                    "{shown}"
                );
                assert!(!topic.syntax.ends_with('\n'), "{shown}");
                assert!(!topic.syntax.contains(['~', '@']), "{shown}");
            }
        }
    }

    #[test]
    fn a_version_has_its_own_syntax() {
        // What came with each version, and what went.
        for (topic, words, from, until) in [
            ("create table", "WITH OIDS", 9, 11),
            ("create table", "PARTITION BY", 10, 19),
            ("create table", "RANGE | LIST | HASH", 11, 19),
            ("create table", "STORED", 12, 19),
            ("create table", "COMPRESSION", 14, 19),
            ("create table", "NULLS [ NOT ] DISTINCT", 15, 19),
            ("create publication", ":     CREATE PUBLICATION", 10, 19),
            ("call", "Command", 11, 19),
            ("create index", "INCLUDE", 11, 19),
            ("vacuum", "SKIP_LOCKED", 12, 19),
            ("vacuum", "PARALLEL", 13, 19),
            ("drop database", "FORCE", 13, 19),
            ("create extension", "FROM old_version", 9, 12),
            ("alter table", "CURRENT_ROLE", 14, 19),
            ("merge", "Command", 15, 19),
            ("merge", "RETURNING", 17, 19),
            ("grant", "ON PARAMETER", 15, 19),
            ("grant", "MAINTAIN", 17, 19),
            ("abort", "this server is", 19, 19),
        ] {
            for major in 9..=19 {
                let about = postgres(major).about(topic, true).unwrap_or_default();
                let wanted = (from..=until).contains(&major);
                assert_eq!(about.contains(words), wanted, "{topic}, {words}, {major}");
            }
        }
        let page = postgres(9).about("abort", true).unwrap_or_default();
        assert!(page.contains("/docs/9.6/sql-abort.html"), "{page}");
    }

    #[test]
    fn a_topic_is_found_by_its_beginning() {
        let syntax = postgres(18);
        let found = |topic: &str| -> Vec<String> {
            let text = syntax.about(topic, false).unwrap_or_default();
            let names = text.lines().filter_map(|l| l.strip_prefix("Command:     "));
            names.map(str::to_string).collect()
        };
        assert_eq!(found("select"), ["SELECT"], "and not SELECT INTO");
        assert_eq!(
            found("create ta"),
            ["CREATE TABLE", "CREATE TABLE AS", "CREATE TABLESPACE"]
        );
        assert_eq!(
            found("create table t (a"),
            ["CREATE TABLE", "CREATE TABLE AS", "CREATE TABLESPACE"]
        );
        assert_eq!(found("insert into t"), ["INSERT"]);
        assert_eq!(found("*").len(), 185);
        assert_eq!(found("nonsense"), [""; 0]);
        assert_eq!(found("é"), [""; 0]);
    }
}
