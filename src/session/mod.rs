//! One connection and its surroundings: settings, variables, output, the catalog of the database.

pub mod batch;
mod cascade;
mod chart;
mod conditions;
mod connect;
mod counted;
mod describe;
mod dump;
pub mod pipeline;
mod diff;
mod execute;
mod explain;
pub mod feed;
mod find;
mod follow;
mod keyring;
mod load;
mod memory;
mod mysql;
mod history;
mod locked;
mod log;
mod path;
mod picture;
mod printer;
mod profile;
mod progress;
mod psql;
mod read_only;
mod reconnect;
mod related;
mod replay;
mod shown;
mod spool;
mod state;
mod stop;
mod syntax;
mod tunnel;
pub mod typed;
mod undo;

pub use cascade::Loss;
pub use conditions::Conditions;
pub use connect::{Passwords, resolve};
pub use execute::{DataPlace, SendOptions};
pub use load::{Import, Transfer};
pub use log::StatementLog;
pub use mysql::{LineOfMysql, MysqlRules};
pub use printer::notice_text;
pub use reconnect::NOT_CONNECTED;
pub use shown::Held;
pub use state::{Record, ServerFacts};

use self::follow::Names;
use self::pipeline::Pipeline;
use crate::driver::{Connection, Driver, Extended, News, Status, Target};
use crate::error::voice::Voice;
use crate::error::{Error, Result};
use crate::output::{Ending, Output, TypedAhead};
use crate::refresh::{Published, Refresher};
use crate::settings::patterns::fits_any;
use crate::settings::variables::Variables;
use crate::settings::{Config, Settings};
use crate::sql::Dialect;
use execute::or_interrupted;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Where command tags (`INSERT 0 1`) go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    Stdout,
    Stderr,
    Nowhere,
}

/// What a session is started with.
pub struct Start {
    pub target: Target,
    pub settings: Settings,
    pub config: Config,
    pub interactive: bool,
    pub passwords: Passwords,
    pub tags: Tags,
    pub voice: Voice,
    /// Read the text otherwise than the server's own dialect: as its client does.
    pub dialect: Option<&'static Dialect>,
    pub mysql: MysqlRules,
    /// Longest time for one statement.
    pub timeout: Option<Duration>,
    pub output: Output,
    pub log: Option<StatementLog>,
}

/// The script that runs: what `\i` puts aside while it runs another.
#[derive(Debug)]
pub struct Script {
    /// Its file, for messages.
    pub name: Option<String>,
    pub line: usize,
    pub mysql_line: LineOfMysql,
    /// The `\if`s that are open.
    pub conditions: Conditions,
}

impl Default for Script {
    fn default() -> Self {
        Script {
            name: None,
            line: 1,
            mysql_line: LineOfMysql::default(),
            conditions: Conditions::default(),
        }
    }
}

/// The query buffer.
#[derive(Debug)]
pub struct Query {
    /// Text that no semicolon has sent yet.
    pub buffer: String,
    /// The text that was sent last, for `\g` and `\p` on an empty buffer.
    pub last: String,
    /// What ends a statement (DELIMITER).
    pub delimiter: String,
}

impl Default for Query {
    fn default() -> Self {
        Query {
            buffer: String::new(),
            last: String::new(),
            delimiter: ";".into(),
        }
    }
}

/// One connection, its settings, variables and output.
pub struct Session {
    pub settings: Settings,
    pub config: Config,
    pub variables: Variables,
    /// The key that allows commands again (`\restrict`).
    pub restricted: Option<String>,
    pub script: Script,
    pub query: Query,
    /// The status that `.exit` asked for.
    pub exit_status: Option<u8>,
    /// What the environment of started programs has more or less (`\setenv`).
    pub environment: Vec<(String, Option<String>)>,
    pub record: Record,
    /// What `/undo` can take back.
    undoable: undo::Undoable,
    /// How the statement that is sent next goes through the extended protocol (`\bind`).
    pub bound: Option<Extended>,
    /// The pipeline that is open (`\\startpipeline`).
    pub pipeline: Option<Pipeline>,
    /// The result that was asked to be held and not shown.
    pub held: Option<Held>,
    pub output: Output,
    /// Where statements and their results are written too (psql's `-L`).
    pub query_log: Option<Output>,
    /// Where the rows of the statement that runs go instead (`\g FILE`).
    pub elsewhere: Option<Output>,
    /// Where the rows of the next statement go instead (`.once`).
    pub once: Option<String>,
    /// Whether sqlite3's formats show the names of columns, where `.headers` has said so.
    pub headers: Option<bool>,
    /// At the prompt: pages, reconnects, and asks.
    pub interactive: bool,
    /// A command that explores and its arguments, for the `\g` or `\watch` that comes next.
    pub explored: Option<(String, String)>,
    driver: &'static dyn Driver,
    target: Target,
    connection: Option<Box<dyn Connection>>,
    status: Status,
    names: Names,
    passwords: Passwords,
    tags: Tags,
    /// Whose words errors and notices use.
    pub voice: Voice,
    /// As scripts of mysql are run.
    pub mysql: MysqlRules,
    /// The long script that runs.
    pub batch: Option<batch::Batch>,
    dialect: Option<&'static Dialect>,
    timeout: Option<Duration>,
    interrupts: Option<tokio::signal::unix::Signal>,
    /// Ctrl-C was pressed while what runs was running; what follows is not to run.
    interrupted: bool,
    /// What was typed before a question was asked: it answers nothing, and is not lost.
    pub typed_ahead: TypedAhead,
    /// What gives the terminal back when the program is told to end.
    pub ending: Ending,
    /// The last result, for `/last`.
    spool: spool::Spool,
    server_facts: Option<ServerFacts>,
    log: Option<StatementLog>,
    /// What a lost connection would take with it.
    memory: memory::Memory,
    last_use: reconnect::Moment,
    /// What `/explain` has shown.
    plans: explain::Plans,
    /// Where `/follow` has been.
    trail: related::Trail,
    /// Nothing is in the way of queries of ours, as of the last look.
    unshielded: bool,
    /// What ssh runs for this connection.
    tunnel: Option<tunnel::Tunnel>,
}

impl Session {
    /// Connects. Nothing else is waited for: the catalog comes later.
    pub async fn start(start: Start) -> Result<Session> {
        let mut target = start.target;
        let tunnel = tunnel::open(&target).await?;
        let (driver, connection) = connect::connect(
            &mut target,
            tunnel.as_ref(),
            start.passwords,
            start.settings.keyring,
        )
        .await?;
        let dialect = driver.dialect();
        let session = Session {
            settings: start.settings,
            config: start.config,
            variables: Variables::default(),
            restricted: None,
            script: Script::default(),
            query: Query::default(),
            exit_status: None,
            environment: Vec::new(),
            record: Record::default(),
            undoable: Vec::new(),
            bound: None,
            pipeline: None,
            held: None,
            output: start.output,
            query_log: None,
            elsewhere: None,
            once: None,
            headers: None,
            interactive: start.interactive,
            explored: None,
            driver,
            target,
            status: connection.status(),
            connection: Some(connection),
            names: Names::of(dialect),
            passwords: start.passwords,
            tags: start.tags,
            voice: start.voice,
            mysql: start.mysql,
            batch: None,
            dialect: start.dialect,
            timeout: start.timeout,
            interrupts: None,
            interrupted: false,
            typed_ahead: Vec::new(),
            ending: Ending::default(),
            spool: spool::Spool::default(),
            server_facts: None,
            log: start.log,
            memory: memory::Memory::default(),
            last_use: reconnect::Moment::now(),
            plans: explain::Plans::default(),
            trail: related::Trail::default(),
            unshielded: false,
            tunnel,
        };
        session.tell_news();
        Ok(session)
    }

    /// Whether a script of psql is running: then what psql says goes to standard output.
    pub fn is_psql(&self) -> bool {
        self.tags == Tags::Stdout
    }

    /// How text is read now: a setting of the server's may change it.
    pub fn dialect(&self) -> &'static Dialect {
        let servers = self.driver.dialect();
        let clients = self.dialect.filter(|d| d.name == servers.name);
        let read = clients.unwrap_or(servers);
        read.with_escapes(self.status.other_escapes)
    }

    pub fn driver(&self) -> &'static dyn Driver {
        self.driver
    }

    /// Who is connected to what, as of the last statement.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Whether mistakes are dear here: saved so, or by the patterns of the settings.
    pub fn is_production(&self) -> bool {
        let fits = |name: &str| fits_any(&self.settings.production, name);
        self.target.production || fits(&self.status.host) || fits(&self.status.database)
    }

    /// How long the last statement took, and how many rows it gave or changed.
    pub fn last_run(&self) -> Option<(Duration, u64)> {
        self.record.last_run
    }

    /// How many statements have run.
    pub fn runs(&self) -> u64 {
        self.record.runs
    }

    /// What takes the messages that the server sends while no statement runs.
    pub fn news(&self) -> Option<News> {
        self.connection.as_ref()?.news()
    }

    pub fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The catalog that completion reads. The pointer stays the same until `reconnect`.
    pub fn catalog(&self) -> Published {
        self.names.board.published()
    }

    /// Whether the catalog is being read in the background; the flag follows the refresh.
    pub fn refreshing(&self) -> Option<Arc<AtomicBool>> {
        self.names.refresher.as_ref().map(Refresher::busy)
    }

    /// Why the last refresh in the background failed.
    pub fn refresh_failure(&self) -> Option<Error> {
        self.names.refresher.as_ref().and_then(Refresher::failure)
    }

    /// Keeps the password of this connection in the system's keyring.
    pub async fn keep_password(&self) -> Result<()> {
        let password = self.target.password.as_ref().ok_or_else(|| {
            Error::usage("this connection has no password that was asked for or given")
        })?;
        keyring::store(&self.target, password).await
    }

    /// Removes it from there.
    pub async fn forget_password(&self) -> Result<()> {
        keyring::forget(&self.target).await
    }

    /// Connects to another database. When that fails the old connection stays.
    pub async fn reconnect(&mut self, mut target: Target) -> Result<()> {
        let new_tunnel = match &self.tunnel {
            Some(tunnel) if tunnel.leads_to(&target) => None,
            _ => Some(tunnel::open(&target).await?),
        };
        let tunnel = new_tunnel.as_ref().unwrap_or(&self.tunnel).as_ref();
        let connecting =
            connect::connect(&mut target, tunnel, self.passwords, self.settings.keyring);
        let Session {
            interrupts,
            interrupted,
            ..
        } = self;
        let (driver, connection) = or_interrupted(interrupts, interrupted, connecting).await?;
        if let Some(tunnel) = new_tunnel {
            self.tunnel = tunnel;
        }
        self.driver = driver;
        self.target = target;
        self.status = connection.status();
        self.record.in_transaction_since = None;
        self.server_facts = None;
        self.connection = Some(connection);
        self.query.delimiter = ";".into();
        self.query.buffer.clear();
        self.names = Names::of(driver.dialect());
        self.memory = memory::Memory::default();
        self.last_use = reconnect::Moment::now();
        self.unshielded = false;
        if self.interactive {
            self.refresh_catalog().await?;
        }
        self.tell_news();
        Ok(())
    }
}
