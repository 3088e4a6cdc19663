//! Lists and definitions wait for tables that another session is making or altering, MariaDB even in
//! lists of others, and for a day where nobody says otherwise.

use super::MARIADB;
use crate::driver::LockWait;
use std::borrow::Cow;
use std::time::Duration;

pub(super) static WAIT: LockWait = LockWait {
    // ER_LOCK_WAIT_TIMEOUT
    code: "1205",
    holders: HOLDERS,
    hint: "KILL QUERY PROCESS stops what a session runs, KILL PROCESS ends the session.",
};

/// Who may hold a lock: MariaDB does not tell who does. Those that wait themselves are left out.
const HOLDERS: &str = "\
    SELECT CONCAT('it may be process ', p.ID, ' (', p.USER, ', ', p.COMMAND, ' for ', p.TIME, ' s): ', \
        LEFT(COALESCE(p.INFO, 'in a transaction'), 60)) \
    FROM information_schema.PROCESSLIST p \
    WHERE p.ID <> CONNECTION_ID() AND (p.COMMAND <> 'Sleep' AND p.INFO IS NOT NULL \
        AND COALESCE(p.STATE, '') NOT LIKE 'Waiting for %lock%' \
      OR p.ID IN (SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX)) \
    ORDER BY p.TIME DESC LIMIT 3";

/// `sql` as a statement that waits no longer than that for each table, and a second at the most: MariaDB
/// comes to the same table more than once. The servers count in seconds: less than one is not at all.
/// Only what reads is changed.
pub(super) fn with_limit<'a>(sql: &'a str, server: &str, limit: Duration) -> Cow<'a, str> {
    let first = sql.split(|c: char| !c.is_ascii_alphabetic()).next();
    let is = |word: &str| first.is_some_and(|first| first.eq_ignore_ascii_case(word));
    let seconds = limit.as_secs().min(1);
    if server.starts_with(MARIADB) && ["select", "show", "explain", "with"].into_iter().any(is) {
        return format!("SET STATEMENT lock_wait_timeout = {seconds} FOR {sql}").into();
    }
    // In MySQL only a hint says it for one statement, and SHOW takes none; older ones take it for a
    // comment.
    if is("select") && !server.starts_with(MARIADB) {
        let hint = format!("/*+ SET_VAR(lock_wait_timeout = {}) */", seconds.max(1));
        return format!("{} {hint}{}", &sql[..6], &sql[6..]).into();
    }
    sql.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_waits_no_longer_than_that() {
        let of = |sql: &'static str, server: &str, limit: u64| {
            with_limit(sql, server, Duration::from_millis(limit)).into_owned()
        };
        assert_eq!(
            of("SHOW TABLES", "MariaDB 10.11.6", 3000),
            "SET STATEMENT lock_wait_timeout = 1 FOR SHOW TABLES"
        );
        assert_eq!(
            of("SELECT 1", "MariaDB 10.11.6", 50),
            "SET STATEMENT lock_wait_timeout = 0 FOR SELECT 1"
        );
        assert_eq!(
            of("select(1)", "MySQL 8.4.0", 50),
            "select /*+ SET_VAR(lock_wait_timeout = 1) */(1)"
        );
        for sql in ["SHOW TABLES", "", "SET x = 1"] {
            assert_eq!(of(sql, "MySQL 8.4.0", 50), sql);
        }
        assert_eq!(of("USE x", "MariaDB 11.8.2", 50), "USE x");
    }
}
