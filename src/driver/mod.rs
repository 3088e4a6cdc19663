//! What a database can do for sqwire: connect, run one statement, cancel it, describe itself.
//!
//! To add a driver: a folder here, a row in `DRIVERS`, a feature line, a row in `tests/drivers.rs`.

#[cfg(feature = "mysql")]
pub mod mysql;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "sqlite")]
pub mod sqlite;
// The callers of these are drivers, which not every build has.
#[cfg_attr(not(feature = "sqlite"), allow(dead_code))]
mod describe;
#[cfg_attr(not(all(feature = "mysql", feature = "sqlite")), allow(dead_code))]
mod load;
#[cfg(test)]
mod fuzz;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod keepalive;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod tcp;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod watch;
#[cfg_attr(not(feature = "mysql"), allow(dead_code))]
mod panics;
pub mod target;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod tls;

pub use describe::{Answer, Desk, Request, Sheet};
pub use load::{Load, Refused};
pub use panics::keep_quiet_where_caught;
pub use target::{Secret, Target};

use crate::catalog::CatalogBuilder;
use crate::data::{Column, Notice, RowBatch, Summary};
use crate::error::{Error, Result};
use crate::sql::Dialect;
use futures::future::{BoxFuture, LocalBoxFuture};
use futures::stream::BoxStream;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::sync::mpsc;

/// Every driver of this build.
pub static DRIVERS: &[&dyn Driver] = &[
    #[cfg(feature = "postgres")]
    &postgres::Postgres,
    #[cfg(feature = "mysql")]
    &mysql::MySql,
    #[cfg(feature = "sqlite")]
    &sqlite::Sqlite,
];

/// The driver of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Driver> {
    DRIVERS.iter().copied().find(|d| d.name() == name)
}

/// One kind of database.
pub trait Driver: Sync {
    /// `postgres`, `mysql`, `sqlite`.
    fn name(&self) -> &'static str;

    /// What stands before `://` in a URL (for SQLite before `:`).
    fn schemes(&self) -> &'static [&'static str];

    fn dialect(&self) -> &'static Dialect;

    /// Opens a connection. Fails with `Kind::Password` where another password could help.
    fn connect<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, Result<Box<dyn Connection>>>;

    /// Opens a connection as `connect` does. A server may want what only the user can give, and
    /// elsewhere: then `tell` is handed a line that says what to do, and that is waited for.
    fn connect_attended<'a>(
        &'a self,
        target: &'a Target,
        _tell: fn(&str),
    ) -> BoxFuture<'a, Result<Box<dyn Connection>>> {
        self.connect(target)
    }

    /// What files of the database's own clients say about how to connect, as arguments.
    fn defaults(&self, _target: &Target) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// The target of a connection that only reads the catalog: without what concerns the user's own
    /// session alone. Pure.
    fn for_catalog(&self, target: Target) -> Target {
        target
    }

    /// The SQL that tells the schemas, where each keeps a list of what is in it. Pure.
    fn schemas(&self) -> Option<&'static str> {
        None
    }

    /// The SQL that answers `\dt`, `\d NAME`, …; `None` where the server has no such thing, and
    /// where `describe` needs none of it. Pure.
    fn listing(&self, _what: Listing, _pattern: &Pattern) -> Option<Vec<Titled>> {
        None
    }

    /// Answers one `\d…` command over a connection whose status is given.
    fn describe<'a>(
        &'a self,
        request: &'a Request,
        status: &'a Status,
        desk: &'a mut dyn Desk,
    ) -> LocalBoxFuture<'a, Result<()>>;

    /// Whether `/find` answers to [`Request::names`].
    fn finds_names(&self) -> bool {
        false
    }

    /// A query of two cells: statements that keep what the user's search path holds out of queries of
    /// ours, and that undo it. No row where nothing is in their way.
    fn shield(&self) -> Option<&'static str> {
        None
    }

    /// The query, so that it waits for the locks of others no longer than that; as it is where the
    /// server never lets such a query wait, or has no way to say it.
    fn with_lock_limit<'a>(
        &self,
        sql: &'a str,
        _status: &Status,
        _limit: Duration,
    ) -> Cow<'a, str> {
        sql.into()
    }

    /// How such a wait ends.
    fn lock_wait(&self) -> Option<&'static LockWait> {
        None
    }

    /// Everything in a database that `/diff-schema` compares, read over a connection whose settings
    /// may be changed.
    fn inventory<'a>(
        &'a self,
        status: &'a Status,
        desk: &'a mut dyn Desk,
    ) -> LocalBoxFuture<'a, Result<Vec<crate::diff::Item>>>;

    /// The statement that gives a user another password, without the password itself in it;
    /// `None` where there is no such statement. Pure but for the salt.
    fn change_password(&self, _user: &str, _password: &str) -> Option<String> {
        None
    }
}

/// The end of a wait for a lock.
#[derive(Debug)]
pub struct LockWait {
    /// What the error's code begins with.
    pub code: &'static str,
    /// A query for sentences that say who has locked what; empty where nothing can be asked.
    pub holders: &'static str,
    pub hint: &'static str,
}

/// One session with a server.
pub trait Connection: Send {
    /// Runs one statement and streams what comes back: for each result set `Columns`, `Rows`…,
    /// `Done`; for a statement without a result only `Done`; notices between them, in the
    /// server's order. After an `Err` the stream ends. The server says whether rows come back;
    /// nobody guesses from the text.
    ///
    /// Dropping the stream early is allowed: the rest is thrown away, by the next `run` at the
    /// latest. To spare the server the work, cancel first.
    fn run<'a>(&'a mut self, sql: &'a str) -> BoxStream<'a, Result<Event>>;

    /// The same through PostgreSQL's extended protocol, where the server has it.
    fn run_extended<'a>(
        &'a mut self,
        _sql: &'a str,
        _what: &'a Extended,
    ) -> BoxStream<'a, Result<Event>> {
        let refused = Error::usage("only PostgreSQL prepares statements so");
        Box::pin(futures::stream::iter([Err(refused)]))
    }

    /// Gives the data for a `COPY … FROM STDIN` in the statement that runs next. False where the
    /// server knows no such statement.
    fn supply(&mut self, _data: CopyData) -> bool {
        false
    }

    /// Appends rows to a table and says how many; the first that the server refuses ends it. What
    /// was appended before that stays, unless a transaction is rolled back. Dropping the future
    /// early is allowed, as for `run`.
    fn load<'a>(&'a mut self, load: Load) -> BoxFuture<'a, std::result::Result<u64, Box<Refused>>>;

    /// Whether the warnings of a statement are asked for, where the server has to be asked.
    fn want_warnings(&mut self, _wanted: bool) {}

    /// What columns a statement would return; it is not run.
    fn describe<'a>(&'a mut self, _sql: &'a str) -> BoxFuture<'a, Result<Vec<Described>>> {
        Box::pin(async {
            Err(Error::usage(
                "this server cannot describe a statement unrun",
            ))
        })
    }

    /// Stops the running statement at the server; works while `run` is borrowed.
    fn canceller(&self) -> Canceller;

    /// Reads one stage of the catalog. What the user may not see costs only that part.
    fn catalog<'a>(
        &'a mut self,
        stage: Stage,
        into: &'a mut CatalogBuilder,
    ) -> BoxFuture<'a, Result<()>>;

    fn status(&self) -> Status;

    /// What the server took in place of a password, for connections that follow.
    fn token(&self) -> Option<Secret> {
        None
    }

    /// Does beforehand what the first statement would have to wait for, where there is such a thing;
    /// the caller does not wait.
    fn warm_up(&mut self) {}

    /// What takes the messages that came while no statement ran; `None` where a server sends none.
    fn news(&self) -> Option<News> {
        None
    }

    /// How a query of ours may run inside the user's transaction.
    fn guard(&self) -> Guard {
        Guard::Needless
    }

    /// Whether the connection still stands after some time without use; `thorough` asks the server
    /// where that is not known otherwise, and waits no longer than a few seconds.
    fn check(&mut self, thorough: bool) -> BoxFuture<'_, Result<()>> {
        let _ = thorough;
        Box::pin(async { Ok(()) })
    }

    /// Why the connection is gone, where that is known without asking anybody.
    fn loss(&self) -> Option<Error> {
        None
    }

    /// Whether a second connection to the same target sees the same data (not so for `:memory:`,
    /// and where SQLite has attached databases).
    fn can_be_doubled(&self) -> bool {
        true
    }
}

/// What PostgreSQL's extended protocol does with a statement. Values are text, of whatever type the
/// statement wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extended {
    /// Prepares it under this name; the empty name is one too.
    Parse(String),
    /// Runs it with these values for its parameters.
    Run(Vec<String>),
    /// Runs the statement that was prepared under this name instead.
    RunPrepared(String, Vec<String>),
    /// Forgets the statement of this name. It need not be there.
    Close(String),
    /// The same as a part of a pipeline: answered at once, ended by the next `Sync`.
    Piped(Box<Extended>),
    /// Ends what was piped.
    Sync,
}

impl Extended {
    /// Whether the text of the statement is sent.
    pub fn has_text(&self) -> bool {
        match self {
            Extended::Parse(_) | Extended::Run(_) => true,
            Extended::Piped(inner) => inner.has_text(),
            Extended::RunPrepared(..) | Extended::Close(_) | Extended::Sync => false,
        }
    }
}

/// Takes what the server said unasked. It stays usable while nothing else of the connection is, and
/// never waits.
pub type News = Box<dyn Fn() -> Vec<Notice> + Send>;

/// A column that a statement would return.
#[derive(Debug, Clone)]
pub struct Described {
    pub name: String,
    /// The type's number in PostgreSQL's catalog, and its modifier.
    pub oid: u32,
    pub modifier: i32,
}

/// What keeps a query that fails from ending the transaction that it runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nothing does: such a query must not be tried.
    None,
    Savepoint,
    /// It fails alone.
    Needless,
}

/// What a running statement sends.
#[derive(Debug)]
pub enum Event {
    /// A result set begins.
    Columns(Vec<Column>),
    Rows(RowBatch),
    /// Bytes of `COPY … TO STDOUT`, as the server formats them.
    Copy(Vec<u8>),
    Notice(Notice),
    /// A statement, or one result set of it, is complete.
    Done(Summary),
}

/// Stopping a statement over a second connection takes no longer, whatever the time to connect.
#[cfg_attr(not(any(feature = "postgres", feature = "mysql")), allow(dead_code))]
const CANCEL_PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);
/// How long `check` waits for an answer.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) const CHECK_PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);
/// For so long a connection is left alone behind a small piece of a large result. A server that is
/// slower than we are would spend more on waking us for each of its pieces than on sending them.
#[cfg(any(feature = "postgres", feature = "mysql"))]
const LULL: std::time::Duration = std::time::Duration::from_micros(200);
/// Fewer bytes than these are a small piece.
#[cfg(any(feature = "postgres", feature = "mysql"))]
const SMALL_PIECE: usize = 32 * 1024;

/// Pieces of data, of any size and cut anywhere; an error makes the statement fail at the server.
pub type Chunk = std::io::Result<Vec<u8>>;

/// The data of each `COPY … FROM STDIN` in one text, in the formats that the statements name.
/// Whenever the server asks for data it is told where they go; the channel closes at their end.
#[derive(Debug)]
pub struct CopyData {
    pub wanted: mpsc::UnboundedSender<mpsc::Sender<Chunk>>,
    /// Bytes handed on so far.
    pub sent: Arc<AtomicU64>,
}

/// Pieces read ahead of the server.
pub const CHUNKS_AHEAD: usize = 4;

/// Stops the running statement of one connection.
#[derive(Clone)]
pub struct Canceller(Arc<dyn Fn() -> BoxFuture<'static, Result<()>> + Send + Sync>);

impl Canceller {
    pub fn new(
        cancel: impl Fn() -> BoxFuture<'static, Result<()>> + Send + Sync + 'static,
    ) -> Self {
        Canceller(Arc::new(cancel))
    }

    /// Asks the server to stop. The statement itself then fails with `Kind::Cancelled`.
    pub fn cancel(&self) -> BoxFuture<'static, Result<()>> {
        (self.0)()
    }
}

impl fmt::Debug for Canceller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Canceller")
    }
}

/// Where the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transaction {
    #[default]
    None,
    Open,
    /// An error in it: only a rollback helps.
    Failed,
}

/// Who is connected to what.
#[derive(Debug, Clone, Default)]
pub struct Status {
    pub user: String,
    pub database: String,
    /// Host name, socket directory or file.
    pub host: String,
    pub port: Option<u16>,
    /// The address of the host, where the driver knows it.
    pub address: Option<String>,
    /// `PostgreSQL 15.8`, `MariaDB 10.11.6`, `SQLite 3.53.2`.
    pub server: String,
    pub transaction: Transaction,
    /// The server's version in its own words, with what the packager added: `15.8 (Debian …)`.
    pub version: String,
    /// `\` in strings is not what the dialect says: PostgreSQL with `standard_conforming_strings`
    /// off, MySQL with NO_BACKSLASH_ESCAPES.
    pub other_escapes: bool,
    /// The encoding of text to and from the server in its own words (PostgreSQL).
    pub encoding: Option<String>,
    /// What encrypts the connection (`TLSv1.3`); `None` for plain text and files.
    pub encryption: Option<String>,
}

impl Status {
    /// `15` of `PostgreSQL 15.8`; `None` where the server is something else.
    pub fn postgres_major(&self) -> Option<u32> {
        let version = self.server.strip_prefix("PostgreSQL ")?;
        let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok()
    }
}

/// The catalog is read in this order and published in between, so that the first Tab is useful at
/// once. A builder that wants only some relations is given only those; the last stage has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Database, user, search path, schemas, relations.
    Names,
    Columns,
    /// Primary keys, foreign keys, indexes, checks.
    Keys,
    /// Routines, types, roles, settings, databases, sequences.
    Rest,
}

impl Stage {
    pub const ALL: [Stage; 4] = [Stage::Names, Stage::Columns, Stage::Keys, Stage::Rest];
}

/// What a `\d…` command asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// `\l`
    Databases,
    /// `\dn`
    Schemas,
    /// `\dt`
    Tables,
    /// `\dv`
    Views,
    /// `\di`
    Indexes,
    /// `\df`
    Functions,
    /// `\d` without a name: tables, views, sequences
    Relations,
    /// `\d NAME`
    Describe,
    /// `\ds`
    Sequences,
    /// `\dT`
    Types,
    /// `\du`
    Roles,
    /// `\dp`
    Privileges,
    /// `\dconfig`
    Settings,
    /// `\dO`
    Collations,
    /// `\dc`
    CharacterSets,
    /// `\dA`: storage engines, or modules of virtual tables
    Engines,
    /// `\dx`
    Extensions,
    /// `\dP`
    Partitioned,
    /// `\sf NAME`
    FunctionSource,
    /// `\sv NAME`
    ViewSource,
    /// `/ddl NAME`: the statements that create it
    Ddl,
    /// `/find TEXT`: the pattern's name is the text, as it is
    Find,
    /// `/where-used NAME`
    WhereUsed,
    /// `/stats TABLE`
    Stats,
    /// `/show NAME`: one page on a relation
    Show,
}

/// psql's pattern: `*` and `?`, a dot between schema and name, double quotes keep case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pattern {
    pub schema: Option<String>,
    pub name: Option<String>,
    /// `S`: system objects too.
    pub system: bool,
    /// `+`: more columns.
    pub verbose: bool,
    /// Views that the one who asks knows of.
    pub among: Vec<String>,
    /// The schemas that there are, in the order in which a name is looked for; none where the server's
    /// own lists have all of them.
    pub schemas: Vec<String>,
}

/// One query of a listing and what stands above its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    pub title: String,
    pub sql: String,
    /// Says nothing at all where it finds nothing (the foreign keys of a table without any).
    pub quiet_when_empty: bool,
    /// Asked where the server refuses the first: what only some servers or users can answer fast.
    pub otherwise: Option<String>,
    /// Its one row is shown as a list of facts: a line for each column that has a value.
    pub facts: bool,
}
