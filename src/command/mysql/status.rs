//! `status`: who is connected to what, in mysql's own lines.

use super::{Args, Done};
use crate::data::CellKind;
use crate::error::Result;
use crate::session::{SendOptions, Session};
use crate::sql::Effect;
use futures::FutureExt;

/// The first row of a query of ours.
async fn first_row(session: &mut Session, sql: &str) -> Result<Vec<String>> {
    let send = SendOptions {
        hold: true,
        listing: true,
        ..SendOptions::default()
    };
    session.execute(sql, Effect::Read, &send).await?;
    let held = session.held.take().unwrap_or_default();
    let cell = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    let mut rows = held.rows().map(|row| {
        row.cells()
            .map(|c| match c.kind {
                CellKind::Null => String::new(),
                _ => cell(c.text),
            })
            .collect()
    });
    Ok(rows.next().unwrap_or_default())
}

const ABOUT: &str = "SELECT connection_id(), database(), user(), @@version, @@version_comment, \
     @@protocol_version, @@character_set_server, @@character_set_database, \
     @@character_set_client, @@character_set_connection, @@socket, @@port";

const NUMBERS: &str = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Uptime', 'Threads_connected', \
     'Questions', 'Slow_queries', 'Opened_tables', 'Open_tables', \
     'Flush_commands')";

/// `status`, in mysql's own lines.
pub(super) fn status<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async move {
        let about = first_row(session, ABOUT).await?;
        let get = |index: usize| about.get(index).map_or("", String::as_str);
        let status = session.status();
        let encryption = match &status.encryption {
            Some(protocol) => format!("Cipher in use, {protocol}"),
            None => "Not in use".to_string(),
        };
        let (place, way) = match status.port {
            Some(port) => (
                format!("TCP port:\t\t{port}"),
                format!("{} via TCP/IP", status.host),
            ),
            None => (
                format!("UNIX socket:\t\t{}", status.host),
                "Localhost via UNIX socket".to_string(),
            ),
        };
        let product = status.server.split(' ').next().unwrap_or_default();
        let delimiter = &session.query.delimiter;
        let text = format!(
            "--------------\nsqwire  Ver {}\n\n\
             Connection id:\t\t{}\nCurrent database:\t{}\nCurrent user:\t\t{}\n\
             SSL:\t\t\t{encryption}\nCurrent pager:\t\tstdout\nUsing outfile:\t\t''\n\
             Using delimiter:\t{delimiter}\nServer:\t\t\t{product}\nServer version:\t\t{} {}\n\
             Protocol version:\t{}\nConnection:\t\t{way}\nServer characterset:\t{}\n\
             Db     characterset:\t{}\nClient characterset:\t{}\nConn.  characterset:\t{}\n{place}\n",
            env!("CARGO_PKG_VERSION"),
            get(0), get(1), get(2), get(3), get(4), get(5), get(6), get(7), get(8), get(9),
        );
        let numbers = numbers(session).await?;
        let text = format!("{text}{numbers}--------------\n\n");
        crate::command::general::show(session, &text)
    }
    .boxed_local()
}

/// Uptime and counters, as the server's COM_STATISTICS words them.
async fn numbers(session: &mut Session) -> Result<String> {
    let send = SendOptions {
        hold: true,
        listing: true,
        ..SendOptions::default()
    };
    session.execute(NUMBERS, Effect::Read, &send).await?;
    let held = session.held.take().unwrap_or_default();
    let value = |name: &str| -> u64 {
        let row = held.rows().find(|r| r.cell(0).text == name.as_bytes());
        let text = row.map(|r| String::from_utf8_lossy(r.cell(1).text).into_owned());
        text.and_then(|t| t.parse().ok()).unwrap_or_default()
    };
    let (uptime, questions) = (value("Uptime"), value("Questions"));
    let rate = questions as f64 / uptime.max(1) as f64;
    let (days, hours, minutes) = (uptime / 86_400, uptime / 3600 % 24, uptime / 60 % 60);
    let mut long = String::new();
    for (number, unit) in [(days, "day"), (hours, "hour"), (minutes, "min")] {
        if number > 0 || !long.is_empty() {
            let plural = if unit != "min" && number != 1 {
                "s"
            } else {
                ""
            };
            long.push_str(&format!("{number} {unit}{plural} "));
        }
    }
    // MariaDB's has left them out.
    let flushes = match session.status().server.starts_with("MySQL ") {
        true => format!("Flush tables: {}  ", value("Flush_commands")),
        false => String::new(),
    };
    Ok(format!(
        "Uptime:\t\t\t{long}{} sec\n\nThreads: {}  Questions: {questions}  Slow queries: {}  \
         Opens: {}  {flushes}Open tables: {}  Queries per second avg: {rate:.3}\n",
        uptime % 60,
        value("Threads_connected"),
        value("Slow_queries"),
        value("Opened_tables"),
        value("Open_tables"),
    ))
}
