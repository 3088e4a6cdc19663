//! `\h`: the syntax of statements. MySQL and MariaDB tell it themselves (`HELP`).

use super::Session;
use crate::driver::Answer;
use crate::error::voice::Voice;
use crate::error::{Error, Result};
use crate::output;
use crate::sql::dialect::MYSQL;
use crate::sql::names::literal;
use crate::sql::syntax::{self, Syntax};

/// The width of a list where nobody looks at it.
const COLUMNS: usize = 80;

impl Session {
    /// What is said of a statement; of none, the list of them.
    pub async fn syntax_help(&mut self, topic: &str) -> Result<String> {
        let known = match self.dialect().name {
            "postgres" => {
                // What speaks the protocol and is something else has no version of PostgreSQL's.
                syntax::postgres(self.status.postgres_major().unwrap_or(18))
            }
            "sqlite" => syntax::sqlite(),
            _ => return self.servers_help(topic).await,
        };
        self.help_of(&known, topic)
    }

    fn help_of(&self, known: &Syntax, topic: &str) -> Result<String> {
        if topic.is_empty() {
            return Ok(known.list(output::screen().map_or(COLUMNS, |s| s.columns)));
        }
        let psql = self.words().voice == Voice::Psql;
        match known.about(topic, !psql) {
            Some(text) => Ok(text),
            None if psql => Ok(format!(
                "No help available for \"{topic}\".\n\
                 Try \\h with no arguments to see available help.\n"
            )),
            None => Err(Error::usage(format!("no help on \"{topic}\""))
                .with_hint("\\h alone lists the statements, \\? the commands of sqwire.")),
        }
    }

    async fn servers_help(&mut self, topic: &str) -> Result<String> {
        self.ensure_connected().await?;
        let topic = if topic.is_empty() { "contents" } else { topic };
        let answer = self
            .collect(&format!("HELP {}", literal(topic, &MYSQL)))
            .await?;
        match (
            answer.len(),
            answer.columns.first().map(|c| c.name.as_str()),
        ) {
            (0, _) => Err(Error::usage(format!("no help on \"{topic}\""))
                .with_hint("\\h alone lists the topics.")),
            (_, Some("name")) if answer.columns.len() > 2 => Ok(topic_text(&answer)),
            _ => Ok(list(&answer, topic)),
        }
    }
}

/// Name, description and example of one topic.
fn topic_text(answer: &Answer) -> String {
    let part = |column: usize| answer.text(0, column).trim_end();
    let mut out = format!("Name: '{}'\nDescription:\n{}\n", part(0), part(1));
    if !part(2).is_empty() {
        out.push_str(&format!("Examples:\n{}\n", part(2)));
    }
    out
}

/// The topics that fit, or those of a category.
fn list(answer: &Answer, topic: &str) -> String {
    let name = answer
        .columns
        .iter()
        .position(|c| c.name == "name")
        .unwrap_or(0);
    let mut out = format!("Help on \"{topic}\"; \\h NAME shows one of them:\n");
    for row in 0..answer.len() {
        out.push_str(&format!("   {}\n", answer.text(row, name)));
    }
    out
}
