//! `/explain`: asks the server for a plan and shows it as a tree. A statement that writes is run
//! inside a transaction that is rolled back.

use super::Session;
use super::describe::Counter;
use crate::driver::{Answer, Desk, Sheet, Transaction};
use crate::error::{Error, Kind, Result};
use crate::output::ask;
use crate::plan::{self, Plan};
use crate::sql::{Effect, Part, lex, split};

/// Asked before a statement that writes is executed.
const EXECUTE: &str = "The statement will be executed, its triggers too, and undone, but for what sequences have counted. \
     Execute it? [y/N] ";

/// A plan that was shown.
#[derive(Debug)]
pub(super) struct Kept {
    statement: String,
    plan: Plan,
    /// The server's own text.
    raw: String,
}

/// The last plan and the one before it, for `/explain save` and `/explain compare`.
#[derive(Debug, Default)]
pub(super) struct Plans {
    before: Option<Kept>,
    last: Option<Kept>,
}

impl Session {
    /// Shows the plan of a statement; with `analyze` it is executed.
    pub async fn explain(&mut self, analyze: bool, text: &str) -> Result<()> {
        self.ensure_connected().await?;
        let (sql, effect) = self.one_statement("/explain", text)?;
        let undone = analyze && self.needs_undoing(effect)?;
        if undone && self.interactive && !ask(EXECUTE, &mut self.typed_ahead, &self.ending)? {
            return Err(Error::new(Kind::Cancelled, "nothing was executed"));
        }
        // What reads may call what writes.
        let apart = analyze && self.status.transaction == Transaction::None;
        if apart {
            self.collect("BEGIN").await?;
        }
        let result = self.plan_of(analyze, &sql).await;
        if apart && self.connection.is_some() {
            self.collect("ROLLBACK").await?;
        }
        let (plan, raw) = self.settled(result)?;
        let (mut shown, marks) = (sheet(plan.clone()), plan.marks());
        let screen = self
            .output
            .screen()
            .filter(|_| self.settings.format == "table");
        if let Some((columns, rows)) = screen.and_then(|screen| plan.narrow(screen.columns)) {
            shown.answer = Answer::of(columns, rows);
        }
        self.plans.before = self.plans.last.take();
        self.plans.last = Some(Kept {
            statement: sql,
            plan,
            raw,
        });
        self.page(|session| Counter::new(session, false).show_marked(shown, marks))
    }

    /// Writes the last plan as a web page.
    pub fn save_plan(&self, file: &str) -> Result<()> {
        let Some(kept) = &self.plans.last else {
            return Err(Error::usage("/explain save: there is no plan yet")
                .with_hint("/explain QUERY makes one."));
        };
        if file.is_empty() {
            return Err(Error::usage("/explain save: the name of a file is missing"));
        }
        let page = plan::page(&kept.statement, &kept.plan, &kept.raw);
        crate::output::save(file, page.as_bytes())
    }

    /// Shows the last two plans side by side.
    pub fn compare_plans(&mut self) -> Result<()> {
        let (Some(before), Some(after)) = (&self.plans.before, &self.plans.last) else {
            return Err(Error::usage("/explain compare: there are no two plans yet")
                .with_hint("/explain QUERY makes one; change something, and make the other."));
        };
        let (columns, rows, footers) = plan::compare(&before.plan, &after.plan);
        let sheet = Sheet {
            title: String::new(),
            answer: Answer::of(columns, rows),
            footers: Some(footers),
            flat: false,
        };
        self.page(|session| Counter::new(session, false).show(sheet))
    }

    /// The only statement of a text, or the last that was sent.
    pub fn one_statement(&self, command: &str, text: &str) -> Result<(String, Effect)> {
        let text = match text.trim() {
            "" => self.query.last.as_str(),
            text => text,
        };
        let dialect = self.dialect();
        let tokens = lex(text, dialect);
        let parts = split(text, &tokens, dialect).parts;
        let mut statements = parts.iter().filter_map(|part| match part {
            Part::Sql(statement) if !statement.text.trim().is_empty() => Some(statement),
            _ => None,
        });
        match (statements.next(), statements.next()) {
            (Some(one), None) => Ok((one.text.trim().to_string(), one.effect)),
            (None, _) => Err(Error::usage(format!("{command}: a query is missing"))),
            (Some(_), Some(_)) => Err(Error::usage(format!("{command}: one query at a time"))),
        }
    }

    /// Whether executing the statement has to be undone; refuses where it could not be.
    fn needs_undoing(&self, effect: Effect) -> Result<bool> {
        if effect == Effect::Read {
            return Ok(false);
        }
        let refused = match (effect, self.dialect().name, self.status.transaction) {
            _ if self.target.read_only => "the session is read-only",
            (Effect::Write, "postgres", Transaction::None) => return Ok(true),
            (Effect::Write, "postgres", _) => {
                "a transaction is open, which would have to be undone"
            }
            _ => "executing this statement could not be undone",
        };
        Err(Error::usage(format!("/explain analyze: {refused}"))
            .with_hint("/explain without analyze shows the plan and executes nothing."))
    }

    /// The plan, and the server's own text of it.
    async fn plan_of(&mut self, analyze: bool, sql: &str) -> Result<(Plan, String)> {
        let unread = || Error::server("the plan of the server could not be read");
        let read = |plan: Option<Plan>, raw: &str| {
            let plan = plan.ok_or_else(unread)?;
            Ok((plan, raw.to_string()))
        };
        match (self.dialect().name, analyze) {
            ("postgres", _) => {
                let options = options(analyze, self.status.postgres_major().unwrap_or(0));
                let explain = format!("EXPLAIN ({options}) {sql}");
                let answer = self.explained(analyze, &explain).await?;
                read(plan::read_postgres(answer.text(0, 0)), answer.text(0, 0))
            }
            ("sqlite", true) => Err(Error::usage("/explain analyze: SQLite only tells its plan")),
            ("sqlite", false) => {
                let answer = self.collect(&format!("EXPLAIN QUERY PLAN {sql}")).await?;
                let number = |row, column| answer.text(row, column).parse().unwrap_or(0);
                let rows: Vec<_> = (0..answer.len())
                    .map(|r| (number(r, 0), number(r, 1), answer.text(r, 3).to_string()))
                    .collect();
                let raw: Vec<&str> = rows.iter().map(|r| r.2.as_str()).collect();
                Ok((plan::read_sqlite(&rows), raw.join("\n")))
            }
            (_, true) if self.status.server.starts_with("MySQL 5.") => {
                Err(Error::usage("/explain analyze: MySQL has it since 8.0.18")
                    .with_hint("/explain without analyze shows the plan."))
            }
            (_, true) if !self.status.server.contains("MariaDB") => {
                // MySQL has its own tree, in words. Before 8.0.21 it had no name.
                let named = format!("EXPLAIN ANALYZE FORMAT=TREE {sql}");
                let answer = match self.collect_at_leisure(&named).await {
                    Err(e) if e.kind == Kind::Server => {
                        let unnamed = format!("EXPLAIN ANALYZE {sql}");
                        self.collect_at_leisure(&unnamed).await?
                    }
                    answer => answer?,
                };
                let text = answer.text(0, 0);
                read(plan::read_mysql_tree(text), text)
            }
            (_, analyze) => {
                let word = if analyze { "ANALYZE" } else { "EXPLAIN" };
                let explain = format!("{word} FORMAT=JSON {sql}");
                let answer = self.explained(analyze, &explain).await?;
                let text = answer.text(0, 0);
                // MySQL's second version of it has no words for what changes one table.
                if text.contains("<not executable by iterator executor>") {
                    return self.oldest_plan_of(sql).await;
                }
                read(plan::read_mysql(text), text)
            }
        }
    }

    /// The plan as MySQL has always told it, a row for each table.
    async fn oldest_plan_of(&mut self, sql: &str) -> Result<(Plan, String)> {
        let explain = format!("EXPLAIN FORMAT=TRADITIONAL {sql}");
        let answer = self.explained(false, &explain).await?;
        let row = |row: usize| {
            let columns = answer.columns.iter().enumerate();
            let cells = columns.filter_map(|(at, column)| {
                Some((column.name.to_string(), answer.get(row, at)?.to_string()))
            });
            cells.collect::<Vec<(String, String)>>()
        };
        let rows: Vec<_> = (0..answer.len()).map(row).collect();
        let line = |row: &Vec<(String, String)>| {
            let cells = row.iter().map(|(name, value)| format!("{name}: {value}"));
            cells.collect::<Vec<_>>().join(", ")
        };
        let raw: Vec<String> = rows.iter().map(line).collect();
        let plan = plan::read_mysql_rows(&rows)
            .ok_or_else(|| Error::server("the plan of the server could not be read"))?;
        Ok((plan, raw.join("\n")))
    }

    /// A plan alone is soon there; what is executed has the time that the user gives it.
    async fn explained(&mut self, executes: bool, sql: &str) -> Result<Answer> {
        match executes {
            true => self.collect_at_leisure(sql).await,
            false => self.collect_unless_locked(sql, &mut false).await,
        }
    }
}

fn sheet(plan: Plan) -> Sheet {
    let (columns, rows) = plan.table();
    Sheet {
        title: String::new(),
        answer: Answer::of(columns, rows),
        footers: Some(plan.footers),
        flat: false,
    }
}

/// As much as that version of PostgreSQL tells.
fn options(analyze: bool, major: u32) -> String {
    let mut options = vec!["format json"];
    if analyze {
        options.extend(["analyze", "buffers"]);
        options.extend((major >= 13).then_some("wal"));
        options.extend((major >= 17).then_some("serialize text"));
    }
    options.extend((major >= 12).then_some("settings"));
    options.join(", ")
}
