//! Functions that print definitions and sizes lock what they look at, and would wait behind an
//! `ALTER TABLE` for as long as that one waits.

use crate::driver::{LockWait, Status, Transaction};
use std::borrow::Cow;
use std::time::Duration;

pub(super) static WAIT: LockWait = LockWait {
    // lock_not_available
    code: "55P03",
    holders: HOLDERS,
    hint: "select pg_cancel_backend(PROCESS) asks it to stop what it runs, pg_terminate_backend(PROCESS) ends it.",
};

/// Who holds a lock that lets nobody look at a relation; at most three.
const HOLDERS: &str = "\
    SELECT pg_catalog.format('%s is locked by process %s (%s%s, %s%s): %s', \
        pg_catalog.string_agg(c.relname::pg_catalog.text, ', ' ORDER BY c.relname), a.pid, a.usename, \
        CASE WHEN a.application_name OPERATOR(pg_catalog.=) '' THEN '' ELSE ' with ' OPERATOR(pg_catalog.||) a.application_name END, a.state, \
        ' since ' OPERATOR(pg_catalog.||) pg_catalog.to_char(a.state_change, 'YYYY-MM-DD HH24:MI:SS'), \
        pg_catalog.\"left\"(a.query, 60)) \
    FROM pg_catalog.pg_locks l \
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) l.relation AND c.relkind OPERATOR(pg_catalog.<>) 'i' \
    JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) l.pid \
    WHERE l.granted AND l.mode OPERATOR(pg_catalog.=) 'AccessExclusiveLock' AND l.locktype OPERATOR(pg_catalog.=) 'relation' \
      AND l.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid() \
      AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database d \
        WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()) \
    GROUP BY a.pid, a.usename, a.application_name, a.state, a.state_change, a.query \
    ORDER BY a.state_change LIMIT 3";

/// How the statement before the query begins.
pub(super) const SET: &str = "SELECT pg_catalog.set_config('lock_timeout',";

/// In one message with the query, whose implicit transaction the setting ends with: no pooler between
/// can part them, and nothing is to be reset. In a transaction of the user's the setting would outlive
/// the query.
pub(super) fn with_limit<'a>(sql: &'a str, status: &Status, limit: Duration) -> Cow<'a, str> {
    if status.postgres_major().is_none() || status.transaction != Transaction::None {
        return sql.into();
    }
    format!(
        "{SET} CASE WHEN pg_catalog.current_setting('lock_timeout') OPERATOR(pg_catalog.=) '0' \
         THEN '{}ms' ELSE pg_catalog.current_setting('lock_timeout') END, true);\n{sql}",
        limit.as_millis()
    )
    .into()
}
