//! Private PostgreSQL and MariaDB servers for tests: own data directory, own port, gone afterwards.
//!
//! A server is started once a test run and shared; each test asks for a database of its own. Statics
//! are not dropped at exit, and a test process can be killed, so a small `sh` stands beside each
//! server: it reads a pipe from the test process, and at its end, however that came about, it stops
//! the server and removes the directory.

use sqwire::driver::target::{Host, Secret, Target};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The superuser of every server here.
pub(crate) const USER: &str = "sqwire";
pub(crate) const PASSWORD: &str = "only-a-test";

const START_TIMEOUT: Duration = Duration::from_secs(90);

/// One running server.
pub(crate) struct Server {
    /// The name of its driver.
    pub(crate) driver: &'static str,
    pub(crate) port: u16,
    /// Directory (PostgreSQL) or path (MariaDB) of its socket.
    pub(crate) socket: PathBuf,
    pid: u32,
    watchdog: Child,
}

/// The PostgreSQL server that all tests share; `None` where none is installed.
pub(crate) fn postgres() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(start_postgres).as_ref()
}

/// The MariaDB server that all tests share; `None` where none is installed.
pub(crate) fn mysql() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(start_mysql).as_ref()
}

/// Those of the two that are installed.
pub(crate) fn both() -> impl Iterator<Item = &'static Server> {
    [postgres(), mysql()].into_iter().flatten()
}

/// A PostgreSQL server of the caller's own, which it may kill; stopped when dropped.
pub(crate) fn start_postgres() -> Option<Server> {
    let bin = require("PostgreSQL", newest_postgres())?;
    Some(start("postgres", "postgres", |place| {
        let (data, password) = (place.dir.join("data"), place.dir.join("password"));
        std::fs::write(&password, PASSWORD).unwrap();
        place.own(&password);
        place.run(
            Command::new(bin.join("initdb"))
                .args([
                    "-N",
                    "-A",
                    "scram-sha-256",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                    "-U",
                    USER,
                ])
                .arg(format!("--pwfile={}", password.display()))
                .arg("-D")
                .arg(&data),
        );
        (postgres_command(place, &bin), place.dir.clone())
    }))
}

/// A standby that follows `primary`.
pub(crate) fn start_standby(primary: &Server) -> Option<Server> {
    let bin = require("PostgreSQL", newest_postgres())?;
    Some(start("postgres", "postgres", |place| {
        let mut copy = Command::new(bin.join("pg_basebackup"));
        copy.args(["-h", "127.0.0.1", "-U", USER, "-R", "-c", "fast", "-D"]);
        copy.arg(place.dir.join("data"));
        copy.args(["-p", &primary.port.to_string()]);
        place.run(copy.env("PGPASSWORD", PASSWORD));
        (postgres_command(place, &bin), place.dir.clone())
    }))
}

fn postgres_command(place: &Place, bin: &Path) -> Command {
    let mut server = Command::new(bin.join("postgres"));
    server.arg("-D").arg(place.dir.join("data"));
    server.args(["-p", &place.port.to_string()]);
    server.arg("-k").arg(&place.dir);
    for setting in [
        "listen_addresses=127.0.0.1",
        "fsync=off",
        "full_page_writes=off",
        "synchronous_commit=off",
        "max_connections=60",
        "shared_buffers=32MB",
        "timezone=UTC",
        "log_timezone=UTC",
    ] {
        server.args(["-c", setting]);
    }
    server
}

/// A MariaDB server of the caller's own, which it may kill; stopped when dropped.
pub(crate) fn start_mysql() -> Option<Server> {
    start_mysql_with(&[])
}

/// As `start_mysql`, with options of the server's: `--ssl-ca=…`.
pub(crate) fn start_mysql_with(options: &[String]) -> Option<Server> {
    let daemon = find("mariadbd").or_else(|| find("mysqld"));
    let found = daemon.zip(find("mariadb-install-db"));
    let (daemon, install) = require("MariaDB", found)?;
    Some(start("mysql", "mysql", |place| {
        let (data, init) = (place.dir.join("data"), place.dir.join("init.sql"));
        let accounts: String = ["%", "localhost"]
            .iter()
            .map(|host| {
                format!(
                    "CREATE USER '{USER}'@'{host}' IDENTIFIED BY '{PASSWORD}';\n\
                     GRANT ALL ON *.* TO '{USER}'@'{host}' WITH GRANT OPTION;\n"
                )
            })
            .collect();
        std::fs::write(&init, accounts).unwrap();
        place.own(&init);
        place.run(
            Command::new(&install)
                .env("TMPDIR", &place.dir)
                .args(["--no-defaults", "--skip-test-db"])
                .arg("--auth-root-authentication-method=normal")
                .arg(format!("--datadir={}", data.display())),
        );
        let socket = place.dir.join("mysql.sock");
        let mut server = Command::new(&daemon);
        server.arg("--no-defaults");
        for (name, value) in [
            ("datadir", data.display().to_string()),
            // A server that starts removes the temporary tables it finds in its directory.
            ("tmpdir", place.dir.display().to_string()),
            ("init-file", init.display().to_string()),
            ("socket", socket.display().to_string()),
            ("pid-file", place.dir.join("pid").display().to_string()),
            ("port", place.port.to_string()),
            ("bind-address", "127.0.0.1".into()),
            ("innodb-flush-log-at-trx-commit", "0".into()),
            ("innodb-buffer-pool-size", "32M".into()),
            ("max-allowed-packet", "256M".into()),
            ("character-set-server", "utf8mb4".into()),
            ("default-time-zone", "+00:00".into()),
            ("max-connections", "60".into()),
        ] {
            server.arg(format!("--{name}={value}"));
        }
        server.args(["--skip-name-resolve", "--skip-log-bin"]);
        server.args(options);
        (server, socket)
    }))
}

impl Server {
    /// The target of that database.
    pub(crate) fn target(&self, database: &str) -> Target {
        Target {
            hosts: vec![Host {
                name: "127.0.0.1".into(),
                port: Some(self.port),
            }],
            user: Some(USER.into()),
            password: Some(Secret::new(PASSWORD)),
            database: Some(database.into()),
            connect_timeout: Some(Duration::from_secs(20)),
            ..Target::new(self.driver)
        }
    }

    /// The URL of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        let (driver, port) = (self.driver, self.port);
        format!("{driver}://{USER}:{PASSWORD}@127.0.0.1:{port}/{database}")
    }

    /// The URL of the database that is there from the start, for whom the password is to be asked.
    pub(crate) fn url_without_password(&self) -> String {
        let (driver, port) = (self.driver, self.port);
        format!(
            "{driver}://{USER}@127.0.0.1:{port}/{}",
            self.first_database()
        )
    }

    /// The database that is there from the start.
    pub(crate) fn first_database(&self) -> &'static str {
        match self.driver {
            "postgres" => "postgres",
            _ => "mysql",
        }
    }

    /// A name for a new database, which no other test has.
    pub(crate) fn fresh_name(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Makes an empty database and returns its name.
    pub(crate) async fn database(&self) -> String {
        use futures::StreamExt;
        let name = self.fresh_name();
        let driver = sqwire::driver::by_name(self.driver).unwrap();
        let mut connection = driver
            .connect(&self.target(self.first_database()))
            .await
            .unwrap();
        let sql = format!("CREATE DATABASE {name}");
        let mut events = connection.run(&sql);
        while let Some(event) = events.next().await {
            event.unwrap();
        }
        name
    }

    /// Ends the server as a crash would, its children too.
    pub(crate) fn kill(&self) {
        let children = Command::new("ps")
            .args(["-o", "pid=", "--ppid", &self.pid.to_string()])
            .output()
            .unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        // The server first, so that it starts nothing anew. Some children may be gone by then.
        let pid = self.pid.to_string();
        Command::new("kill").args(["-9", &pid]).status().unwrap();
        let mut kill = Command::new("kill");
        kill.arg("-9")
            .args(children.split_whitespace())
            .stderr(Stdio::null())
            .status()
            .unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its input tells the watchdog to stop the server and tidy up.
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// Where a server is to live, and as whom.
struct Place {
    dir: PathBuf,
    port: u16,
    /// User and group to run as, when we are root; no server agrees to be root.
    account: Option<(u32, u32)>,
}

impl Place {
    fn new(account: &str) -> Place {
        let dir = tempfile::Builder::new()
            .prefix("sqwire-test-")
            .tempdir()
            .unwrap()
            .keep();
        // The server's user must reach what we put into it.
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o700)).unwrap();
        let place = Place {
            dir,
            port: free_port(),
            account: account_of(account),
        };
        place.own(&place.dir);
        place
    }

    fn own(&self, path: &Path) {
        if let Some((user, group)) = self.account {
            std::os::unix::fs::chown(path, Some(user), Some(group)).unwrap();
        }
    }

    /// Makes `command` run here, as the account.
    fn settle(&self, command: &mut Command) {
        command
            .current_dir(&self.dir)
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8");
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
    }

    fn run(&self, command: &mut Command) {
        self.settle(command);
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(
            output.status.success(),
            "{command:?}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Runs the server, tells its process number, waits for the end of its input, and tidies up.
const WATCHDOG: &str = r#"
trap '' HUP INT TERM
"$@" >log 2>&1 </dev/null 3>&- &
server=$!
echo $server
cat >/dev/null
kill -QUIT $server 2>/dev/null
(sleep 5; kill -KILL $server 2>/dev/null) >/dev/null 2>&1 &
late=$!
wait $server 2>/dev/null
kill $late 2>/dev/null
directory=$PWD
cd /
rm -rf "$directory"
"#;

/// Prepares and starts a server and waits until it answers. `prepare` returns its command and socket.
fn start(
    driver: &'static str,
    account: &str,
    prepare: impl Fn(&Place) -> (Command, PathBuf),
) -> Server {
    let place = Place::new(account);
    let (command, socket) = prepare(&place);
    let mut watchdog = Command::new("sh");
    watchdog
        .args(["-c", WATCHDOG, "sh"])
        .arg(command.get_program())
        .args(command.get_args());
    place.settle(&mut watchdog);
    let mut watchdog = watchdog
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(watchdog.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let pid = line.trim().parse().unwrap();
    let server = Server {
        driver,
        port: place.port,
        socket,
        pid,
        watchdog,
    };
    let deadline = Instant::now() + START_TIMEOUT;
    while !answers(driver, place.port) {
        if Instant::now() > deadline {
            let log = std::fs::read_to_string(place.dir.join("log")).unwrap_or_default();
            panic!("{driver} does not answer on port {}:\n{log}", place.port);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    server
}

/// Whether the server is ready for logins: MariaDB greets, PostgreSQL asks for the password.
fn answers(driver: &str, port: u16) -> bool {
    let try_it = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        if driver == "postgres" {
            let body = [
                &[0, 3, 0, 0],
                b"user\0".as_slice(),
                USER.as_bytes(),
                b"\0\0",
            ]
            .concat();
            let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
            stream.write_all(&[&length, body.as_slice()].concat())?;
        }
        let mut first = [0; 5];
        stream.read_exact(&mut first)?;
        Ok(if driver == "postgres" {
            first[0] == b'R'
        } else {
            first[4] == 10
        })
    };
    try_it().unwrap_or(false)
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// User and group number of an account, when we are root.
pub(crate) fn account_of(name: &str) -> Option<(u32, u32)> {
    let id = |args: &[&str]| -> u32 {
        let output = Command::new("id").args(args).output().unwrap();
        assert!(
            output.status.success(),
            "there is no user {name} to run the server as"
        );
        String::from_utf8(output.stdout)
            .unwrap()
            .trim()
            .parse()
            .unwrap()
    };
    (id(&["-u"]) == 0).then(|| (id(&["-u", name]), id(&["-g", name])))
}

/// Without the server its tests pass unseen, unless SQWIRE_REQUIRE_SERVERS says that it must be there.
#[allow(clippy::print_stderr)]
pub(crate) fn require<T>(server: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        let required = std::env::var_os("SQWIRE_REQUIRE_SERVERS").is_some();
        assert!(!required, "{server} is not installed");
        eprintln!("not tested: {server} is not installed");
    }
    found
}

/// The folder of the newest PostgreSQL: Debian's place for it, else PATH.
fn newest_postgres() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse::<u32>().ok()?,
                entry.path(),
            ))
        })
        .map(|(version, path)| (version, path.join("bin")))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .max();
    match newest {
        Some((_, bin)) => Some(bin),
        None => find("initdb").and_then(|path| path.parent().map(Path::to_path_buf)),
    }
}

/// A program along PATH, or where servers' programs are on Debian.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

#[test]
fn private_servers_start_answer_and_leave_nothing_behind() {
    for server in [start_postgres(), start_mysql()].into_iter().flatten() {
        let (driver, port) = (server.driver, server.port);
        let dir = server.socket.clone();
        assert!(dir.exists());
        drop(server);
        assert!(!dir.exists(), "{driver} left {}", dir.display());
        assert!(!answers(driver, port));
    }
}
