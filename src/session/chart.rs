//! `/chart`: the last result, or that of a query, as a picture.

use super::Session;
use super::describe::Counter;
use crate::draw::chart::{Chart, KINDS, Wish};
use crate::driver::{Answer, Desk, Sheet};
use crate::error::{Error, Result};
use crate::output;
use crate::sql::Effect;

/// The size of a chart where nobody looks at it.
const COLUMNS: usize = 80;
const ROWS: usize = 20;

/// What the words before the query ask for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked<'t> {
    kind: Option<&'t str>,
    x: Option<&'t str>,
    y: Vec<&'t str>,
    file: Option<&'t str>,
    query: &'t str,
}

/// One bar is `bars` too.
fn is_kind(word: &str, kind: &str) -> bool {
    word == kind || kind.strip_suffix('s') == Some(word)
}

fn asked(text: &str) -> Asked<'_> {
    let mut asked = Asked::default();
    let mut rest = text.trim();
    while let Some(word) = rest.split_whitespace().next() {
        if let Some(name) = word.strip_prefix("x=") {
            asked.x = Some(name);
        } else if let Some(names) = word.strip_prefix("y=") {
            asked.y = names.split(',').collect();
        } else if let Some((kind, _)) = KINDS.iter().find(|k| is_kind(word, k.0)) {
            asked.kind = Some(*kind);
        } else if word.len() > 4 && word.ends_with(".svg") {
            asked.file = Some(word);
        } else {
            break;
        }
        rest = rest[word.len()..].trim_start();
    }
    asked.query = rest.trim_end_matches(';');
    asked
}

impl Session {
    /// Draws the last result, or that of the query behind the words.
    pub async fn chart(&mut self, text: &str) -> Result<()> {
        let asked = asked(text);
        let wish = Wish {
            kind: asked.kind.and_then(|word| {
                let found = KINDS.iter().find(|k| k.0 == word);
                found.map(|k| k.1)
            }),
            x: asked.x,
            y: &asked.y,
        };
        let chart = match asked.query {
            "" => {
                self.spool.check()?;
                let rows = self.spool.batches.iter().flat_map(|b| b.rows());
                Chart::read(&self.spool.columns, rows, &wish)
            }
            query => {
                let (sql, effect) = self.one_statement("/chart", query)?;
                if effect != Effect::Read {
                    let kinds: Vec<&str> = KINDS.iter().map(|k| k.0).collect();
                    let hint = format!("Kinds of charts are {}.", kinds.join(", "));
                    return Err(Error::usage("/chart: only queries can be drawn").with_hint(hint));
                }
                self.ensure_connected().await?;
                let answer = self.collect_at_leisure(&sql).await?;
                Chart::read(&answer.columns, answer.rows.rows(), &wish)
            }
        };
        let chart = chart.map_err(|e| Error::usage(format!("/chart: {e}")))?;
        if let Some(file) = asked.file {
            return output::save(file, chart.svg().as_bytes());
        }
        let screen = self.output.screen();
        if self.shows_pictures() {
            let columns = screen.map_or(COLUMNS, |s| s.columns);
            let rows = screen.map_or(ROWS, |s| s.rows.saturating_sub(3).min(30));
            return self.page(|session| session.write(&chart.text(columns, rows)));
        }
        let (columns, rows) = chart.table();
        let sheet = Sheet {
            title: String::new(),
            answer: Answer::of(columns, rows),
            footers: None,
            flat: false,
        };
        self.page(|session| Counter::new(session, false).show(sheet))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_before_the_query_say_what_is_drawn() {
        assert_eq!(
            asked("bars x=city y=a,b out.svg select * from lines;"),
            Asked {
                kind: Some("bars"),
                x: Some("city"),
                y: vec!["a", "b"],
                file: Some("out.svg"),
                query: "select * from lines",
            }
        );
        assert_eq!(asked("").query, "");
        assert_eq!(asked("table bars").query, "table bars");
    }
}
