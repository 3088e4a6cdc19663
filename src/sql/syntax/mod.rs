//! The syntax of each statement, for `\h`. PostgreSQL's is what its own psql prints; SQLite's is our
//! own, in short; MySQL and MariaDB tell theirs themselves.

use std::fmt::Write as _;

static POSTGRES: &str = include_str!("postgres.txt");
static SQLITE: &str = include_str!("sqlite.txt");

/// One statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic<'t> {
    /// The last version that it holds for, of those that there are texts of.
    version: u32,
    /// Its page of the documentation.
    page: &'t str,
    pub name: &'t str,
    help: &'t str,
    syntax: &'t str,
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

/// PostgreSQL's, as far as it is known for a version: 15, 16 and 18 exactly, older servers as 15,
/// 17 as 18.
pub fn postgres(major: u32) -> Syntax {
    let best = |topic: &Topic<'_>| topic.version >= major.min(18);
    let mut topics: Vec<Topic<'static>> = Vec::new();
    // The newest texts come first.
    for topic in read(POSTGRES).filter(best) {
        match topics.iter_mut().find(|t| t.name == topic.name) {
            Some(known) => *known = topic,
            None => topics.push(topic),
        }
    }
    let of = match major {
        15 | 16 | 18 => None,
        0..15 => Some(15),
        _ => Some(18),
    };
    Syntax {
        topics,
        pages: format!("https://www.postgresql.org/docs/{major}/"),
        note: of.map_or(String::new(), |of| {
            format!("(as in PostgreSQL {of}; this server is {major})\n")
        }),
    }
}

pub fn sqlite() -> Syntax {
    Syntax {
        topics: read(SQLITE).collect(),
        pages: "https://www.sqlite.org/".into(),
        note: String::new(),
    }
}

/// The entries of a file; its head says what they are made of.
fn read(text: &'static str) -> impl Iterator<Item = Topic<'static>> {
    text.split("\n@").skip(1).filter_map(|entry| {
        let (head, rest) = entry.split_once('\n')?;
        let (help, syntax) = rest.split_once('\n')?;
        let (version, head) = head.split_once(' ')?;
        let (page, name) = head.split_once(' ')?;
        Some(Topic {
            version: version.parse().ok()?,
            page,
            name,
            help,
            syntax: syntax.strip_suffix('\n').unwrap_or(syntax),
        })
    })
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
            assert_eq!(read(text).count(), heads);
            for topic in syntax.topics() {
                assert!(
                    !topic.help.is_empty() && !topic.syntax.is_empty(),
                    "{topic:?}"
                );
                assert!(!topic.syntax.ends_with('\n'), "{topic:?}");
            }
        }
        for major in [9, 15, 16, 17, 18, 19] {
            assert_eq!(postgres(major).topics().len(), 185);
        }
    }

    #[test]
    fn a_version_has_its_own_syntax() {
        for (major, merge, maintain, noted) in [
            (14, false, false, true),
            (15, false, false, false),
            (16, false, false, false),
            (17, true, true, true),
            (18, true, true, false),
        ] {
            let about = |topic| postgres(major).about(topic, true).unwrap_or_default();
            assert_eq!(about("merge").contains("RETURNING"), merge, "{major}");
            assert_eq!(about("grant").contains("MAINTAIN"), maintain, "{major}");
            assert_eq!(about("abort").contains("this server is"), noted, "{major}");
        }
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
