//! `.dump`: the statements that make a SQLite database again, as sqlite3 writes them.

use super::Session;
use super::execute::SendOptions;
use crate::error::{Error, Result};
use crate::settings::Settings;
use crate::sql::Effect;
use crate::sql::dialect::SQLITE;
use crate::sql::names::{literal, quote, quote_always};

impl Session {
    /// Writes them where results go. The arguments are patterns of tables, all tables if there are
    /// none, and `--data-only`.
    pub async fn dump(&mut self, words: &[String]) -> Result<()> {
        let (options, patterns): (Vec<&String>, Vec<&String>) =
            words.iter().partition(|w| w.starts_with("--"));
        let mut data_only = false;
        for option in options {
            match option.as_str() {
                "--data-only" => data_only = true,
                "--nosys" | "--newlines" | "--preserve-rowids" => {}
                other => return Err(Error::usage(format!(".dump has no option {other}"))),
            }
        }
        let among = match patterns.is_empty() {
            true => "1".to_string(),
            false => {
                let like = |p: &&String| format!("tbl_name LIKE {}", literal(p, &SQLITE));
                patterns.iter().map(like).collect::<Vec<_>>().join(" OR ")
            }
        };
        if !data_only {
            self.print("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n")?;
        }
        let usual = self.settings.clone();
        self.settings = plain(&usual);
        let done = self.dump_parts(&among, data_only).await;
        self.settings = usual;
        done?;
        match data_only {
            true => Ok(()),
            false => self.print("COMMIT;\n"),
        }
    }

    async fn dump_parts(&mut self, among: &str, data_only: bool) -> Result<()> {
        let tables = self
            .collect_at_leisure(&format!(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql NOT NULL \
                 AND ({among}) ORDER BY tbl_name = 'sqlite_sequence', rowid"
            ))
            .await?;
        let mut writes_schema = false;
        for n in 0..tables.len() {
            let (name, sql) = (tables.text(n, 0), tables.text(n, 1));
            match name {
                "sqlite_sequence" if !data_only => self.print("DELETE FROM sqlite_sequence;\n")?,
                "sqlite_sequence" => {}
                _ if name.starts_with("sqlite_stat") => {
                    if !data_only {
                        self.print("ANALYZE sqlite_schema;\n")?;
                    }
                }
                _ if name.starts_with("sqlite_") => continue,
                _ if sql.starts_with("CREATE VIRTUAL TABLE") => {
                    if !data_only {
                        if !std::mem::replace(&mut writes_schema, true) {
                            self.print("PRAGMA writable_schema=ON;\n")?;
                        }
                        let (name, sql) = (literal(name, &SQLITE), literal(sql, &SQLITE));
                        self.print(&format!(
                            "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)\
                             VALUES('table',{name},{name},0,{sql});\n"
                        ))?;
                    }
                    continue;
                }
                _ if data_only => {}
                _ => self.print(&format!("{};\n", unless_there(sql)))?,
            }
            self.dump_rows(name).await?;
        }
        if !data_only {
            let sql = format!(
                "SELECT sql || ';' FROM sqlite_schema WHERE sql NOT NULL \
                 AND type IN ('index', 'trigger', 'view') AND ({among}) \
                 ORDER BY rowid"
            );
            self.write_lines(&sql).await?;
        }
        if writes_schema {
            self.print("PRAGMA writable_schema=OFF;\n")?;
        }
        Ok(())
    }

    /// The rows of a table as statements, which the server writes and which stream.
    async fn dump_rows(&mut self, table: &str) -> Result<()> {
        let info = format!(
            "SELECT name, hidden FROM pragma_table_xinfo({})",
            literal(table, &SQLITE)
        );
        let columns = self.collect_at_leisure(&info).await?;
        let values: Vec<String> = (0..columns.len())
            .filter(|n| columns.text(*n, 1) == "0")
            .map(|n| {
                let c = quote_always(columns.text(n, 0), &SQLITE);
                // quote() ends a text at its first NUL.
                format!(
                    "CASE WHEN typeof({c}) = 'blob' THEN 'X''' || lower(hex({c})) || '''' \
                     WHEN typeof({c}) = 'text' AND instr({c}, char(0)) > 0 \
                     THEN 'CAST(X''' || lower(hex({c})) || ''' AS TEXT)' ELSE quote({c}) END"
                )
            })
            .collect();
        if values.is_empty() {
            return Ok(());
        }
        let name = quote(table, &SQLITE);
        let sql = format!(
            "SELECT {} || {} || ');' FROM {}",
            literal(&format!("INSERT INTO {name} VALUES("), &SQLITE),
            values.join(" || ',' || "),
            quote_always(table, &SQLITE)
        );
        self.write_lines(&sql).await
    }

    async fn write_lines(&mut self, sql: &str) -> Result<()> {
        let listing = SendOptions {
            listing: true,
            mute: true,
            nulls: true,
            ..SendOptions::default()
        };
        self.execute(sql, Effect::Read, &listing).await.map(drop)
    }
}

/// As sqlite3 writes it where the name is quoted.
fn unless_there(sql: &str) -> String {
    match sql.strip_prefix("CREATE TABLE ") {
        Some(rest) if rest.starts_with(['\'', '"']) => format!("CREATE TABLE IF NOT EXISTS {rest}"),
        _ => sql.to_string(),
    }
}

/// Lines as they are, one a row.
fn plain(usual: &Settings) -> Settings {
    Settings {
        format: "unaligned".into(),
        tuples_only: true,
        recordsep: "\n".into(),
        recordsep_zero: false,
        ..usual.clone()
    }
}
