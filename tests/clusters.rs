//! Poolers and clusters: the main job works through each, and an instance that dies is replaced by
//! another one of the list.

use crate::daemon::Daemon;
use crate::harness::Sqwire;
use crate::lost::Prompt;
use crate::postgres::{all, block_on};
use crate::pty::{self, ENTER, Start};
use crate::servers::{self, PASSWORD, Server, USER, find, free_port, require};
use sqwire::driver::by_name;
use sqwire::driver::target::Host;
use sqwire::error::Kind;
use std::path::Path;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// What a run of the program prints to standard output; it must go well.
fn printed(target: &str, flags: &str, sql: &str) -> String {
    let sqwire = Sqwire::new()
        .env("PGPASSWORD", PASSWORD)
        .env("MYSQL_PWD", PASSWORD);
    let (output, _) = sqwire.args(target).args(flags).input(sql).output();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{target}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Waits until the program prints that.
fn wait_for(target: &str, sql: &str, expected: &str) {
    let deadline = Instant::now() + PATIENCE;
    while printed(target, "--csv -t", sql).trim_end() != expected {
        assert!(Instant::now() < deadline, "{sql} is not {expected}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The catalog, a table, a transaction that is rolled back, a statement that is stopped in time, and
/// the prompt.
fn the_main_job_works(driver: &str, url: &str, engine: &str) {
    let script = format!(
        "drop table if exists main_job;\n\
         create table main_job (id int primary key, name varchar(9)) {engine};\n\
         insert into main_job values (1, 'one'), (2, 'two');\nbegin;\n\
         update main_job set name = 'zwei' where id = 2;\nselect name from main_job order by id;\n\
         rollback;\nselect name from main_job order by id;\n"
    );
    let got = printed(url, "--csv -t", &script);
    assert_eq!(got, "one\nzwei\none\ntwo\n", "{url}");
    let catalog = printed(&format!("catalog {url}"), "", "");
    assert!(catalog.contains("\"main_job\""), "{url}: {catalog:.200}");
    let sleep = match driver {
        "postgres" => "select pg_sleep(60)",
        _ => "select sleep(60)",
    };
    let started = Instant::now();
    let (output, _) = Sqwire::new()
        .env("PGPASSWORD", PASSWORD)
        .env("MYSQL_PWD", PASSWORD)
        .args(&format!("{url} --timeout 300ms -c"))
        .arg(sleep)
        .output();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("the statement was cancelled after"), "{said}");
    assert!(started.elapsed() < Duration::from_secs(30), "{url}");
    let home = pty::home();
    let terminal = Start::sqwire(home.path(), url)
        .env("PGPASSWORD", PASSWORD)
        .env("MYSQL_PWD", PASSWORD)
        .go();
    terminal
        .shows("> ")
        .send("\\d main_job")
        .send(ENTER)
        .shows("name");
    terminal
        .send("select concat('a', 'b');")
        .send(ENTER)
        .shows("ab");
    files_go_both_ways(driver, url, "main_job");
    survives(driver, &terminal);
}

/// Files into a table of two rows (`id`, `name`), and out of it, in each way that there is.
pub(crate) fn files_go_both_ways(driver: &str, url: &str, table: &str) {
    let sqwire = || {
        Sqwire::new()
            .env("PGPASSWORD", PASSWORD)
            .env("MYSQL_PWD", PASSWORD)
            .file("three.csv", "id,name\n3,three\n4,vier\n")
            .file("five.csv", "5,five\n")
            .args(url)
            .args("--csv -t")
    };
    let copies = match driver {
        "postgres" => format!(
            "\\copy {table} from 'five.csv' with (format csv)\n\\copy {table} to 'out.csv' with (format csv)\n"
        ),
        _ => format!(
            "load data local infile 'five.csv' into table {table} fields terminated by ',';\n"
        ),
    };
    let script = format!(
        "/import three.csv {table}\n{copies}select count(*), max(name) from {table};\n\
         delete from {table} where id > 2;\n"
    );
    let (output, folder) = sqwire().args("--on-error stop").input(&script).output();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{url}: {said}");
    let got = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(got.contains("5,vier\n"), "{url}: {got} {said}");
    if driver == "postgres" {
        let out = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
        assert_eq!(out.lines().count(), 5, "{url}: {out}");
    }
}

/// A prompt whose session is ended goes on in another.
pub(crate) fn survives(driver: &str, terminal: &pty::Terminal) {
    let (end, alive) = match driver {
        "postgres" => (
            "select pg_terminate_backend(pg_backend_pid());",
            "select 'still ' || 'alive';\r",
        ),
        _ => (
            "execute immediate concat('kill ', connection_id());",
            "select concat('still ', 'alive');\r",
        ),
    };
    terminal.send(end).send(ENTER).shows("error: ");
    terminal.press_until(alive, "still alive");
}

fn postgres_url(ports: &[u16], more: &str) -> String {
    let hosts: Vec<String> = ports.iter().map(|p| format!("127.0.0.1:{p}")).collect();
    let hosts = hosts.join(",");
    format!("postgres://{USER}@{hosts}/postgres?{more}")
}

/// A primary and a standby that has caught up.
fn pair() -> Option<(Server, Server)> {
    let primary = servers::start_postgres()?;
    let standby = servers::start_standby(&primary)?;
    let url = postgres_url(&[primary.port], "");
    printed(
        &url,
        "",
        "create table seen (a int); insert into seen values (1);",
    );
    let theirs = postgres_url(&[standby.port], "");
    wait_for(
        &theirs,
        "select count(*) from pg_class where relname = 'seen'",
        "1",
    );
    Some((primary, standby))
}

#[test]
fn each_kind_of_session_is_found_on_a_primary_and_its_standby_and_after_a_promotion() {
    let Some((primary, standby)) = pair() else {
        return;
    };
    let (p, s) = (primary.port, standby.port);
    let port = "show port";
    let first = |ports: &[u16], wanted: &str| {
        let url = postgres_url(ports, &format!("target_session_attrs={wanted}"));
        printed(&url, "--csv -t", port).trim_end().to_string()
    };
    for (wanted, of_both) in [
        ("any", s),
        ("read-write", p),
        ("read-only", s),
        ("primary", p),
        ("standby", s),
        ("prefer-standby", s),
    ] {
        assert_eq!(first(&[s, p], wanted), of_both.to_string(), "{wanted}");
    }
    assert_eq!(first(&[p], "prefer-standby"), p.to_string());
    for (ports, wanted, why) in [
        ([p, p], "standby", "the server is not a standby"),
        ([s, s], "primary", "the server is a standby"),
        ([s, s], "read-write", "the session is read-only"),
        ([p, p], "read-only", "the session is not read-only"),
    ] {
        let url = postgres_url(&ports, &format!("target_session_attrs={wanted}"));
        let sqwire = Sqwire::new().env("PGPASSWORD", PASSWORD);
        let (output, _) = sqwire.args(&url).args("-c x").output();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(why), "{wanted}: {said}");
        assert_eq!(output.status.code(), Some(2));
    }
    the_main_job_works(
        "postgres",
        &postgres_url(&[s, p], "target_session_attrs=primary"),
        "",
    );
    let home = pty::home();
    let url = postgres_url(&[p, s], "target_session_attrs=read-write");
    let terminal = Start::sqwire(home.path(), &url)
        .env("PGPASSWORD", PASSWORD)
        .go();
    terminal
        .shows("=> ")
        .send("set search_path to pg_temp, public;")
        .send(ENTER)
        .shows("SET");
    primary.kill();
    block_on(async {
        let driver = by_name("postgres").unwrap();
        let mut c = driver.connect(&standby.target("postgres")).await.unwrap();
        all(c.as_mut(), "select pg_promote()").await.unwrap();
    });
    // A statement within the first second finds out by itself; later ones are preceded by a look.
    terminal.press_until(
        "insert into seen select 2 where not exists (select from seen where a = 2);\r",
        "INSERT 0 1",
    );
    terminal.shows("Connected again; 1 setting was made again");
    terminal
        .send("select count(*), current_setting('port') from seen;")
        .send(ENTER);
    terminal.until("the new primary", |t| t.contains(&s.to_string()));
    terminal
        .send("show search_path;")
        .send(ENTER)
        .shows("pg_temp, public");
}

#[test]
fn the_main_job_works_through_pgpool() {
    let Some(program) = require("pgpool2", find("pgpool")) else {
        return;
    };
    let Some(server) = servers::start_postgres() else {
        return;
    };
    // The pooler answers for a server that trusts it.
    let rules = server.socket.join("data/pg_hba.conf");
    std::fs::write(rules, "local all all trust\nhost all all all trust\n").unwrap();
    printed(
        &postgres_url(&[server.port], ""),
        "",
        "select pg_reload_conf();",
    );
    let pooler = Daemon::start(
        &program,
        &["-n", "-f", "pgpool.conf", "-F", "pcp.conf"],
        |folder, port| {
            let place = folder.display();
            let config = format!(
                "listen_addresses='127.0.0.1'\nport={port}\nunix_socket_directories='{place}'\n\
                 pcp_listen_addresses=''\npcp_port={}\npcp_socket_dir='{place}'\n\
                 pid_file_name='{place}/pid'\nwork_dir='{place}'\nlogdir='{place}'\n\
                 backend_clustering_mode='streaming_replication'\nnum_init_children=4\n\
                 sr_check_user='{USER}'\nsr_check_period=1\nbackend_hostname0='127.0.0.1'\n\
                 backend_port0={}\nbackend_weight0=1\nbackend_flag0='DISALLOW_TO_FAILOVER'\n",
                free_port(),
                server.port
            );
            vec![("pgpool.conf", config), ("pcp.conf", String::new())]
        },
    );
    the_main_job_works("postgres", &postgres_url(&[pooler.port], ""), "");
}

/// A node of a Galera cluster; without an address of others it is the first.
fn galera(library: &Path, others: Option<u16>, port: u16) -> Option<Server> {
    let address = others.map_or_else(String::new, |p| format!("127.0.0.1:{p}"));
    let mut options = vec![
        "--wsrep-on=ON".to_string(),
        format!("--wsrep-provider={}", library.display()),
        format!("--wsrep-cluster-address=gcomm://{address}"),
        "--binlog-format=ROW".into(),
        "--innodb-autoinc-lock-mode=2".into(),
        format!("--wsrep-node-address=127.0.0.1:{port}"),
        "--wsrep-sst-method=rsync".into(),
        format!("--wsrep-sst-receive-address=127.0.0.1:{}", free_port()),
        format!(
            "--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{port};\
             ist.recv_addr=127.0.0.1:{}",
            free_port()
        ),
    ];
    if others.is_some() {
        // The accounts come from the others.
        options.push("--init-file=".into());
    }
    servers::start_mysql_with(&options)
}

fn mysql_url(ports: &[u16], database: &str) -> String {
    let hosts: Vec<String> = ports.iter().map(|p| format!("127.0.0.1:{p}")).collect();
    format!("mysql://{USER}@{}/{database}", hosts.join(","))
}

#[test]
fn the_main_job_works_on_a_galera_cluster_and_goes_on_at_the_other_node() {
    let library = [
        "/usr/lib/galera",
        "/usr/lib64/galera-4",
        "/usr/lib/libgalera_smm.so",
    ]
    .iter()
    .map(|place| Path::new(place).join("libgalera_smm.so"))
    .find(|path| path.is_file());
    let tools = require("Galera", library.zip(find("rsync")));
    let Some((library, _)) = tools else { return };
    let port = free_port();
    let Some(one) = galera(&library, None, port) else {
        return;
    };
    let Some(two) = galera(&library, Some(port), free_port()) else {
        return;
    };
    let both = mysql_url(&[one.port], "mysql");
    wait_for(
        &both,
        "select variable_value from information_schema.global_status \
         where variable_name = 'wsrep_cluster_size';",
        "2",
    );
    printed(&both, "", "create database shop;");
    the_main_job_works("mysql", &mysql_url(&[one.port], "shop"), "");
    let theirs = mysql_url(&[two.port], "shop");
    wait_for(&theirs, "select count(*) from main_job;", "2");
    block_on(async {
        let mut target = one.target("shop");
        target.hosts.push(Host {
            port: Some(two.port),
            ..target.hosts[0].clone()
        });
        let mut prompt = Prompt::new(target, true).await;
        prompt.ok("SET sql_mode = 'ANSI_QUOTES'").await;
        assert_eq!(prompt.ok("SELECT @@port").await, one.port.to_string());
        one.kill();
        // What finds out is not sent again; where the end is known already, the other node is asked.
        if let Err(lost) = prompt.run("SELECT 1").await {
            assert!(
                matches!(lost.kind, Kind::Lost | Kind::Server | Kind::Connect),
                "{lost}"
            );
        }
        let deadline = Instant::now() + PATIENCE;
        // A node alone, of two, takes no statements before it is told that it is the cluster.
        let mut alone = by_name("mysql")
            .unwrap()
            .connect(&two.target("mysql"))
            .await
            .unwrap();
        let mut events = alone.run("set global wsrep_provider_options = 'pc.bootstrap=1'");
        while let Some(event) = futures::StreamExt::next(&mut events).await {
            event.unwrap();
        }
        while prompt.run("SELECT @@port").await.ok() != Some(two.port.to_string()) {
            assert!(Instant::now() < deadline, "the other node does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(prompt.ok("SELECT @@sql_mode").await, "ANSI_QUOTES");
        assert_eq!(prompt.ok("SELECT count(*) FROM main_job").await, "2");
    });
}

#[test]
fn tables_that_are_elsewhere_work_through_spider_and_cost_nothing_else_when_they_are_gone() {
    let (Some(far), Some(near)) = (servers::mysql(), servers::start_mysql()) else {
        return;
    };
    let url = mysql_url(&[near.port], "mysql");
    let installed = Sqwire::new()
        .env("MYSQL_PWD", PASSWORD)
        .args(&url)
        .args("-c")
        .arg("install soname 'ha_spider'")
        .output()
        .0;
    if require(
        "mariadb-plugin-spider",
        installed.status.success().then_some(()),
    )
    .is_none()
    {
        return;
    }
    let name = far.fresh_name();
    let port = far.port;
    let theirs = mysql_url(&[port], "mysql");
    let table = "(id int primary key, name varchar(9))";
    printed(
        &theirs,
        "",
        &format!("create database {name}; create table {name}.main_job {table};"),
    );
    let script = format!(
        "create database {name}; create server far foreign data wrapper mysql options \
         (host '127.0.0.1', port {port}, user '{USER}', password '{PASSWORD}', database '{name}');\n\
         create table {name}.plain {table};\n"
    );
    printed(&url, "", &script);
    let engine = "engine=spider comment='wrapper \"mysql\", srv \"far\", table \"main_job\"'";
    let here = mysql_url(&[near.port], &name);
    the_main_job_works("mysql", &here, engine);
    let there = mysql_url(&[port], &name);
    assert_eq!(
        printed(&there, "--csv -t", "select count(*) from main_job;"),
        "2\n"
    );
    printed(&there, "", "drop table main_job;");
    let catalog = printed(&format!("catalog {here}"), "", "");
    assert!(
        catalog.contains("\"plain\"") && catalog.contains("\"main_job\""),
        "{catalog:.200}"
    );
    let sqwire = Sqwire::new().env("MYSQL_PWD", PASSWORD);
    let (output, _) = sqwire
        .args(&here)
        .args("-c")
        .arg("select * from main_job")
        .output();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("main_job"), "{said}");
}
