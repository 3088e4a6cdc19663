//! `\d…` commands between the session and a driver: what is asked, and where the answer goes.

use super::{Driver, Listing, Pattern, Titled};
use crate::data::{Column, RowBatch};
use crate::error::{Error, Kind, Result};
use crate::sql::{Dialect, Fold};
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// One command as it was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Without its flags: `dt`, `dtv`, `sf`.
    pub word: String,
    pub patterns: Vec<String>,
    /// Views of the current database, where the one who asks knows them (`/find`).
    pub among: Vec<String>,
    /// Everything whose name in small letters fits the patterns of `LIKE` (`\` before what is meant as it
    /// is) of one of these lists is asked for too, where the one who asks has no catalog to look it up in;
    /// and what else the catalog has with the text in it (`/find`).
    pub names: Vec<Vec<String>>,
    /// `S`: system objects too.
    pub system: bool,
    /// `+`: more columns.
    pub verbose: bool,
    /// `x`: each column on a line of its own.
    pub expanded: bool,
    /// Says nothing of what was not found.
    pub quiet: bool,
    /// Leaves out access methods (`HIDE_TABLEAM`).
    pub hide_methods: bool,
    /// Leaves out how columns are compressed (`HIDE_TOAST_COMPRESSION`).
    pub hide_compression: bool,
}

impl Request {
    /// As the user types it: `\dt`, `/ddl`.
    pub fn command(&self) -> String {
        match self.word.starts_with(['/', '.']) {
            true => self.word.clone(),
            false => format!("\\{}", self.word),
        }
    }
}

/// The whole answer to a query of the catalog, which bounds its size.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub columns: Vec<Column>,
    pub rows: RowBatch,
    /// The server went without what another session has locked.
    pub locked: bool,
}

impl Answer {
    /// Rows of ours, which nothing is missing from.
    pub fn of(columns: Vec<Column>, rows: RowBatch) -> Answer {
        Answer {
            columns,
            rows,
            locked: false,
        }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A cell's text; `None` for NULL and for what is not there.
    pub fn get(&self, row: usize, column: usize) -> Option<&str> {
        if row >= self.rows.len() || column >= self.rows.columns() {
            return None;
        }
        let cell = self.rows.row(row).cell(column);
        match cell.kind {
            crate::data::CellKind::Null => None,
            _ => std::str::from_utf8(cell.text).ok(),
        }
    }

    /// A cell's text; empty for NULL.
    pub fn text(&self, row: usize, column: usize) -> &str {
        self.get(row, column).unwrap_or_default()
    }

    /// That column alone, without its NULLs.
    pub fn column(&self, column: usize) -> Answer {
        let mut rows = RowBatch::new(1);
        for row in 0..self.len() {
            if let Some(text) = self.get(row, column) {
                rows.push(crate::data::CellKind::Text, text.as_bytes());
                rows.end_row();
            }
        }
        let columns = self.columns.get(column).cloned().into_iter().collect();
        Answer::of(columns, rows)
    }

    /// The first row as a list: the name of each column that has a value there, and the value.
    pub fn facts(&self) -> Answer {
        let mut rows = RowBatch::new(2);
        for (at, column) in self.columns.iter().enumerate() {
            if let Some(text) = self.get(0, at).filter(|text| !text.is_empty()) {
                rows.push(crate::data::CellKind::Text, column.name.as_bytes());
                rows.push(crate::data::CellKind::Text, text.as_bytes());
                rows.end_row();
            }
        }
        let columns = ["Fact", "Value"].map(|name| Column {
            name: name.into(),
            ..Column::default()
        });
        Answer::of(columns.to_vec(), rows)
    }

    /// Numbers stand on the left too, as in a description that was put together.
    pub fn align_left(&mut self) {
        for column in &mut self.columns {
            column.align = crate::data::Align::Left;
        }
    }
}

/// One table to show.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub title: String,
    pub answer: Answer,
    /// Lines below the table; `None` for the number of rows.
    pub footers: Option<Vec<String>>,
    /// Never a record a block, whatever the settings say.
    pub flat: bool,
}

/// Where a driver asks and shows: the session.
pub trait Desk {
    /// Runs one query of the catalog.
    fn ask<'a>(&'a mut self, sql: &'a str) -> LocalBoxFuture<'a, Result<Answer>>;

    /// Shows one table.
    fn show(&mut self, sheet: Sheet) -> Result<()>;

    /// Says that a listing would be empty: an error, but where that is what psql says and no failure.
    fn found_nothing(&mut self, message: String) -> Result<()> {
        Err(Error::server(message))
    }

    /// Says that a part of the answer could not be read.
    fn left_out(&mut self, part: &str, why: &Error);

    /// Writes text where results go.
    fn write(&mut self, text: &str) -> Result<()>;
}

/// The words that every driver understands.
const WORDS: &[(&str, Listing)] = &[
    ("l", Listing::Databases),
    ("list", Listing::Databases),
    ("dn", Listing::Schemas),
    ("dt", Listing::Tables),
    ("dv", Listing::Views),
    ("di", Listing::Indexes),
    ("ds", Listing::Sequences),
    ("df", Listing::Functions),
    ("dT", Listing::Types),
    ("du", Listing::Roles),
    ("dg", Listing::Roles),
    ("dp", Listing::Privileges),
    ("z", Listing::Privileges),
    ("dconfig", Listing::Settings),
    ("dO", Listing::Collations),
    ("dc", Listing::CharacterSets),
    ("dA", Listing::Engines),
    ("dx", Listing::Extensions),
    ("dP", Listing::Partitioned),
    ("sf", Listing::FunctionSource),
    ("sv", Listing::ViewSource),
    (".tables", Listing::Relations),
    (".indexes", Listing::Indexes),
    (".schema", Listing::Ddl),
    ("/ddl", Listing::Ddl),
    ("/find", Listing::Find),
    ("/where-used", Listing::WhereUsed),
    ("/stats", Listing::Stats),
    ("/show", Listing::Show),
];

/// Answers a command by the queries of `Driver::listing`.
pub(super) fn by_listing<'a>(
    driver: &'a dyn Driver,
    request: &'a Request,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        let text = request.patterns.join(" ");
        let schemas = schemas(driver, desk).await?;
        let (what, queries) = queries(driver, request, &text, &schemas)?;
        let source = is_source(what);
        for (n, query) in queries.iter().enumerate() {
            let Some(answer) = part(query, desk).await? else {
                continue;
            };
            let one = source || matches!(what, Listing::Describe | Listing::Show);
            if n == 0 && answer.is_empty() && !text.is_empty() && one {
                if answer.locked {
                    return Err(Error::server(format!(
                        "\"{text}\" may be what another session has locked"
                    )));
                }
                return Err(not_found(what, &text));
            }
            let quiet = query.quiet_when_empty || what == Listing::Describe;
            let nothing = what == Listing::WhereUsed && answer.is_empty() && !answer.locked;
            if nothing && !exists(driver, request, desk).await? {
                let message = format!("did not find any relation or routine named \"{text}\"");
                return Err(Error::server(message));
            }
            if source {
                write_source(&answer, request.verbose, desk)?;
            } else if !(answer.is_empty() && quiet) {
                show(query, answer, desk)?;
            }
        }
        Ok(())
    }
    .boxed_local()
}

/// The schemas of a driver that has to know them.
async fn schemas(driver: &dyn Driver, desk: &mut dyn Desk) -> Result<Vec<String>> {
    let Some(sql) = driver.schemas() else {
        return Ok(Vec::new());
    };
    let answer = desk.ask(sql).await?;
    Ok((0..answer.len())
        .map(|row| answer.text(row, 0).to_string())
        .collect())
}

/// Whether there is a relation or a routine of the name.
async fn exists(driver: &dyn Driver, request: &Request, desk: &mut dyn Desk) -> Result<bool> {
    let pattern = pattern(&request.patterns.join(" "), driver.dialect());
    for what in [Listing::Relations, Listing::Functions] {
        for query in driver.listing(what, &pattern).unwrap_or_default() {
            if part(&query, desk).await?.is_some_and(|a| !a.is_empty()) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The answer to one of several queries; what may not be read costs its own part.
async fn part(query: &Titled, desk: &mut dyn Desk) -> Result<Option<Answer>> {
    let first = match (desk.ask(&query.sql).await, &query.otherwise) {
        (Err(e), Some(sql)) if e.kind == Kind::Server => desk.ask(sql).await,
        (answer, _) => answer,
    };
    match first {
        Err(e) if query.quiet_when_empty && e.kind == Kind::Server => {
            if is_refused(&e) {
                desk.left_out(&query.title, &e);
            }
            Ok(None)
        }
        answer => answer.map(Some),
    }
}

/// Whether MySQL or MariaDB did not let us look; all else means that a version has no such thing.
fn is_refused(error: &Error) -> bool {
    // Access denied for a database, a table, a column, a routine, a privilege; lock wait timeout.
    let codes = ["1044", "1142", "1143", "1370", "1227", "1205"];
    let code = error.code.as_deref().unwrap_or_default();
    codes.iter().any(|c| code.starts_with(c))
}

/// Shows each part that has something to say. What cannot be read costs its own part, or less, and
/// that is said.
#[cfg(feature = "postgres")]
pub(super) async fn show_parts(queries: &[Titled], desk: &mut dyn Desk) -> Result<()> {
    for query in queries {
        let answer = match desk.ask(&query.sql).await {
            Err(e) if e.kind == Kind::Server => {
                desk.left_out(&query.title, &e);
                match &query.otherwise {
                    Some(sql) => desk.ask(sql).await,
                    None => continue,
                }
            }
            answer => answer,
        };
        match answer {
            Ok(answer) if answer.is_empty() && query.quiet_when_empty => {}
            Ok(answer) => show(query, answer, desk)?,
            Err(e) if e.kind == Kind::Server => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Whether statements are written and not a table.
fn is_source(what: Listing) -> bool {
    matches!(
        what,
        Listing::FunctionSource | Listing::ViewSource | Listing::Ddl
    )
}

/// What a command asks for, and the queries that answer it; refuses what the driver does not have.
fn queries(
    driver: &dyn Driver,
    request: &Request,
    text: &str,
    schemas: &[String],
) -> Result<(Listing, Vec<Titled>)> {
    let what = match request.word.as_str() {
        "d" if text.is_empty() => Some(Listing::Relations),
        "d" => Some(Listing::Describe),
        word => WORDS.iter().find(|w| w.0 == word).map(|w| w.1),
    };
    let read = match what {
        Some(Listing::Find) => Pattern {
            name: Some(text.to_string()),
            among: request.among.clone(),
            ..Pattern::default()
        },
        _ => pattern(text, driver.dialect()),
    };
    let pattern = Pattern {
        system: request.system,
        verbose: request.verbose,
        schemas: schemas.to_vec(),
        ..read
    };
    let queries = what.and_then(|what| driver.listing(what, &pattern));
    let Some((what, queries)) = what.zip(queries) else {
        let error = Error::usage(format!(
            "{} has nothing for {}",
            driver.name(),
            request.command()
        ));
        return Err(match what {
            Some(Listing::Stats) => error.with_hint("/stats+ counts the rows of the table."),
            _ => error,
        });
    };
    let needs_name = is_source(what)
        || matches!(
            what,
            Listing::Find | Listing::WhereUsed | Listing::Stats | Listing::Show
        );
    if needs_name && text.is_empty() && request.word != ".schema" {
        let command = request.command();
        return Err(Error::usage(format!("{command}: a name is missing")));
    }
    if what == Listing::Stats && request.patterns.len() > 1 {
        let name = driver.name();
        return Err(Error::usage(format!(
            "{name} has statistics of whole tables only"
        )));
    }
    Ok((what, queries))
}

fn show(query: &Titled, answer: Answer, desk: &mut dyn Desk) -> Result<()> {
    let (answer, footers) = match query.facts {
        true => (answer.facts(), Some(Vec::new())),
        false => (answer, None),
    };
    desk.show(Sheet {
        title: query.title.clone(),
        answer,
        footers,
        flat: query.facts,
    })
}

pub(super) fn not_found(what: Listing, name: &str) -> Error {
    let kind = match what {
        Listing::FunctionSource => "function",
        Listing::ViewSource => "view",
        Listing::Ddl => "object",
        _ => "relation",
    };
    Error::server(format!("did not find any {kind} named \"{name}\""))
}

/// The statements in the first column, each ended by a semicolon; with numbers before their lines.
pub(super) fn write_source(answer: &Answer, numbered: bool, desk: &mut dyn Desk) -> Result<()> {
    for row in 0..answer.len() {
        let text = answer.text(row, 0).trim_end().trim_end_matches(';');
        if !numbered {
            desk.write(&format!("{text};\n"))?;
            continue;
        }
        let lines = text.split('\n').enumerate();
        let out: String = lines
            .map(|(n, line)| format!("{:<7} {line}\n", n + 1))
            .collect();
        desk.write(&out)?;
    }
    Ok(())
}

/// Reads `schema.name`: quotes keep case and dots, and take the meaning from `*` and `?`; the
/// rest is folded as the server folds names.
pub(super) fn pattern(text: &str, dialect: &Dialect) -> Pattern {
    let mut parts = vec![String::new()];
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let last = parts.len() - 1;
        match (quote, c) {
            (Some(q), c) if c == q => match chars.peek() == Some(&q) {
                true => parts[last].extend(chars.next()),
                false => quote = None,
            },
            (Some(_), c) => parts[last].push(c),
            (None, '"') => quote = Some('"'),
            (None, '`') if dialect.backticks => quote = Some('`'),
            (None, '.') => parts.push(String::new()),
            (None, c) if dialect.fold == Fold::Lower => parts[last].extend(c.to_lowercase()),
            (None, c) => parts[last].push(c),
        }
    }
    let name = parts.pop().filter(|p| !p.is_empty());
    let schema = parts.pop().filter(|p| !p.is_empty());
    Pattern {
        schema,
        name,
        ..Pattern::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::{MYSQL, SQLITE};

    #[test]
    fn patterns_are_read_with_schema_quotes_and_case() {
        let read = |text: &str, dialect: &Dialect| {
            let p = pattern(text, dialect);
            (p.schema, p.name)
        };
        let some = |s: &str| Some(s.to_string());
        assert_eq!(
            read("main.\"My Table\"", &SQLITE),
            (some("main"), some("My Table"))
        );
        assert_eq!(read("temp.*", &SQLITE), (some("temp"), some("*")));
        assert_eq!(read("Shop.`a.b`", &MYSQL), (some("Shop"), some("a.b")));
        assert_eq!(read("", &MYSQL), (None, None));
    }
}
