//! A query of the catalog in the making: columns with their headings, sources, conditions. Pure.

use super::pattern::{self, Names};
use super::{Ask, Server};
use crate::driver::postgres::catalog::qualified;
use crate::error::Result;

/// One SELECT statement.
#[derive(Debug, Default)]
pub(super) struct Select {
    columns: Vec<String>,
    from: String,
    wanted: Vec<String>,
    order: String,
}

impl Select {
    pub(super) fn from(from: &str) -> Self {
        Select {
            from: qualified(from),
            ..Select::default()
        }
    }

    /// From a query whose text is finished.
    pub(super) fn from_raw(from: &str) -> Self {
        Select {
            from: from.to_string(),
            ..Select::default()
        }
    }

    /// As `columns`, without the rows that are there already.
    pub(super) fn distinct_columns(self, columns: &[(&str, &str)]) -> Self {
        let mut select = self.columns(columns);
        if let Some(first) = select.columns.first_mut() {
            first.insert_str(0, "distinct ");
        }
        select
    }

    /// Columns, each with the heading above it.
    pub(super) fn columns(mut self, columns: &[(&str, &str)]) -> Self {
        for (expression, heading) in columns {
            self.columns
                .push(format!("{} as \"{heading}\"", qualified(expression)));
        }
        self
    }

    /// Columns that are shown in some case only.
    pub(super) fn columns_if(self, shown: bool, columns: &[(&str, &str)]) -> Self {
        match shown {
            true => self.columns(columns),
            false => self,
        }
    }

    /// The privileges in a column of the catalog, one a line.
    pub(super) fn privileges(self, column: &str, server: &Server) -> Self {
        let lines = format!("pg_catalog.array_to_string({column}, E'\\n')");
        let shown = match server.version >= 170_000 {
            true => format!(
                "case when pg_catalog.array_length({column}, 1) = 0 then '(none)' else {lines} end"
            ),
            false => lines,
        };
        self.columns(&[(&shown, "Access privileges")])
    }

    pub(super) fn join(mut self, source: &str) -> Self {
        self.from.push_str("\n  left join ");
        self.from.push_str(&qualified(source));
        self
    }

    pub(super) fn join_if(self, joined: bool, source: &str) -> Self {
        match joined {
            true => self.join(source),
            false => self,
        }
    }

    pub(super) fn also_from(mut self, source: &str) -> Self {
        self.from.push_str(&qualified(source));
        self
    }

    pub(super) fn wanted(mut self, condition: &str) -> Self {
        self.wanted.push(qualified(condition));
        self
    }

    /// A condition in which a pattern stands: its text may look like an operator.
    pub(super) fn wanted_as_it_is(mut self, condition: String) -> Self {
        self.wanted.push(condition);
        self
    }

    pub(super) fn wanted_if(self, applies: bool, condition: &str) -> Self {
        match applies {
            true => self.wanted(condition),
            false => self,
        }
    }

    /// Leaves the system's own objects out, unless they or a name are asked for.
    pub(super) fn users_own(self, ask: &Ask<'_>) -> Self {
        self.wanted_if(
            !ask.system && ask.pattern().is_none(),
            "n.nspname <> 'pg_catalog'\n  and n.nspname <> 'information_schema'",
        )
    }

    pub(super) fn named(
        mut self,
        pattern: Option<&str>,
        names: &Names<'_>,
        server: &Server,
    ) -> Result<Self> {
        self.wanted
            .extend(pattern::conditions(pattern, names, server)?);
        Ok(self)
    }

    pub(super) fn order(mut self, order: &str) -> Self {
        self.order = order.to_string();
        self
    }

    pub(super) fn sql(&self) -> String {
        format!("{}\norder by {};", self.unordered(), self.order)
    }

    /// The statement as a part of another.
    pub(super) fn unordered(&self) -> String {
        let columns = self.columns.join(",\n  ");
        let wanted = match self.wanted.is_empty() {
            true => String::new(),
            false => format!("\nwhere {}", self.wanted.join("\n  and ")),
        };
        format!("select {columns}\nfrom {}{wanted}", self.from)
    }
}
