//! A way to the server through another machine, dug by the user's own ssh: its configuration, keys,
//! agent and jump hosts count, and what it asks it asks on the terminal.

use crate::driver::Target;
use crate::driver::target::Host;
use crate::error::{Error, Kind, Result, reason};
use crate::output::program;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often it is looked whether ssh has dug through.
const PAUSE: Duration = Duration::from_millis(20);
/// Unlocking a key takes a person some time.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running ssh; ends with its owner.
pub(super) struct Tunnel {
    child: Child,
    machine: String,
    ways: Vec<Way>,
    said: Arc<Mutex<VecDeque<String>>>,
    /// Closed once ssh says no more.
    speaks: watch::Receiver<()>,
}

/// Lines of ssh's that are kept.
const KEPT: usize = 20;
/// After an error that ssh has to do with, how long its words may take.
const WORDS: Duration = Duration::from_millis(50);

/// Reads what ssh says as it comes: a pipe that is full would stop it.
fn listen(stderr: ChildStderr, said: Arc<Mutex<VecDeque<String>>>, speaking: watch::Sender<()>) {
    std::thread::spawn(move || {
        let lock = || said.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = BufReader::new(stderr);
        let mut line = Vec::new();
        // A line without an end is cut.
        while matches!(
            (&mut lines).take(4096).read_until(b'\n', &mut line),
            Ok(1..)
        ) {
            let mut said = lock();
            said.push_back(String::from_utf8_lossy(&line).trim_end().to_string());
            let over = said.len().saturating_sub(KEPT);
            said.drain(..over);
            line.clear();
        }
        drop(speaking);
    });
}

/// A port here, and what it leads to there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    port: u16,
    far: String,
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts ssh where the target wants it.
pub(super) async fn open(target: &Target) -> Result<Option<Tunnel>> {
    let Some(machine) = &target.ssh else {
        return Ok(None);
    };
    if machine.starts_with('-') || machine.is_empty() {
        return Err(Error::usage(format!("\"{machine}\" is no machine for ssh")));
    }
    let far = far_ends(target)?.into_iter();
    let ways = far.map(|far| {
        Ok(Way {
            port: free_port()?,
            far,
        })
    });
    dig(machine, ways.collect::<Result<_>>()?).await.map(Some)
}

/// The shell makes ssh deaf to the Ctrl-C that stops a statement; ssh leaves an ignored signal
/// ignored. In a process group of its own it could not ask for a password.
const DEAF: &str = "trap '' INT QUIT; exec ssh \"$@\"";

async fn dig(machine: &str, ways: Vec<Way>) -> Result<Tunnel> {
    let mut command = program("sh");
    command.args(["-c", DEAF, "ssh", "-N", "-T"]);
    command.args(["-o", "ExitOnForwardFailure=yes"]);
    for Way { port, far } in &ways {
        command.args(["-L", &format!("127.0.0.1:{port}:{far}")]);
    }
    let mut child = command
        .args(["--", machine])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| failed(machine, &reason(&e)))?;
    let said = Arc::new(Mutex::new(VecDeque::new()));
    let (speaking, speaks) = watch::channel(());
    if let Some(stderr) = child.stderr.take() {
        listen(stderr, Arc::clone(&said), speaking);
    }
    let mut tunnel = Tunnel {
        child,
        machine: machine.to_string(),
        ways,
        said,
        speaks,
    };
    tunnel.wait().await?;
    Ok(tunnel)
}

impl Tunnel {
    /// Waits until each way is open.
    async fn wait(&mut self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let ports: Vec<u16> = self.ways.iter().map(|way| way.port).collect();
        for port in ports {
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                self.check().await?;
                if Instant::now() > deadline {
                    return Err(failed(&self.machine, "no answer in time"));
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    /// What ssh said, if it has ended.
    async fn check(&mut self) -> Result<()> {
        let status = match self.child.try_wait() {
            Ok(Some(status)) => status,
            Ok(None) => return Ok(()),
            Err(e) => return Err(failed(&self.machine, &reason(&e))),
        };
        let error = failed(&self.machine, &format!("ssh ended with {status}"));
        Err(match self.words().await.as_str() {
            "" => error,
            said => error.with_detail(said),
        })
    }

    /// What ssh has said and nobody has seen.
    async fn words(&self) -> String {
        let mut speaks = self.speaks.clone();
        // What was not said in time is not waited for.
        let _ = tokio::time::timeout(WORDS, speaks.changed()).await;
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: Vec<String> = said.drain(..).collect();
        lines.join("\n").trim().to_string()
    }

    /// An error of a connection through the tunnel, with where that leads and what ssh says.
    pub(super) async fn explained(&self, error: Error) -> Error {
        if error.kind != Kind::Connect || error.code.is_some() {
            return error;
        }
        let far: Vec<&str> = self.ways.iter().map(|way| way.far.as_str()).collect();
        let mut detail = format!("Through \"{}\" to {}.", self.machine, far.join(", "));
        let said = self.words().await;
        for more in [Some(&said), error.detail.as_ref()].into_iter().flatten() {
            if !more.is_empty() {
                detail.push('\n');
                detail.push_str(more);
            }
        }
        error.with_detail(detail)
    }

    /// Where ssh has ended: digs anew, on the same ports.
    pub(super) async fn dig_again(&mut self) -> Result<()> {
        if let Ok(None) = self.child.try_wait() {
            return Ok(());
        }
        *self = dig(&self.machine, self.ways.clone()).await?;
        Ok(())
    }

    /// Whether this is the way to that target's servers.
    pub(super) fn leads_to(&self, target: &Target) -> bool {
        let far = self.ways.iter().map(|way| &way.far);
        target.ssh.as_ref() == Some(&self.machine)
            && far_ends(target).is_ok_and(|ends| ends.iter().eq(far))
    }
}

/// The target as it is reached through the tunnel. PostgreSQL's keeps the names of its hosts,
/// which certificates are for.
pub(super) fn through(tunnel: Option<&Tunnel>, target: &Target) -> Target {
    match tunnel {
        Some(tunnel) => redirected(target, &tunnel.ways),
        None => target.clone(),
    }
}

fn redirected(target: &Target, ways: &[Way]) -> Target {
    let mut out = target.clone();
    out.hosts.resize(ways.len(), Host::default());
    let keeps_names = target.driver == "postgres";
    for (host, way) in out.hosts.iter_mut().zip(ways) {
        host.port = Some(way.port);
        if !keeps_names || host.name.is_empty() || host.name.starts_with('/') {
            host.name = "127.0.0.1".into();
        }
    }
    if keeps_names {
        let here = vec!["127.0.0.1"; ways.len()].join(",");
        out.parameters.push(("hostaddr".into(), here));
    }
    out
}

fn failed(machine: &str, why: &str) -> Error {
    Error::new(
        Kind::Connect,
        format!("could not go through \"{machine}\": {why}"),
    )
}

/// The target's servers, in ssh's words: `host:port`, or a socket.
fn far_ends(target: &Target) -> Result<Vec<String>> {
    let default = match target.driver.as_str() {
        "postgres" => 5432,
        "mysql" => 3306,
        other => return Err(Error::usage(format!("{other} does not go through ssh"))),
    };
    let far = |host: &Host| {
        let port = host.port.unwrap_or(default);
        match host.name.as_str() {
            "" => format!("localhost:{port}"),
            folder if folder.starts_with('/') && default == 5432 => {
                format!("{folder}/.s.PGSQL.{port}")
            }
            path if path.starts_with('/') => path.to_string(),
            address if address.contains(':') => format!("[{address}]:{port}"),
            name => format!("{name}:{port}"),
        }
    };
    Ok(match target.hosts.as_slice() {
        [] => vec![far(&Host::default())],
        hosts => hosts.iter().map(far).collect(),
    })
}

fn free_port() -> Result<u16> {
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| Ok(l.local_addr()?.port()));
    port.map_err(|e| Error::io("find a free port", &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_gets_a_port_here_and_keeps_its_name_where_it_can() {
        for (url, far, name) in [
            ("postgres://db/x", "db:5432", "db"),
            ("postgres://[::1]:7/x", "[::1]:7", "::1"),
            ("postgres:///x", "localhost:5432", "127.0.0.1"),
            ("host=/run/pg", "/run/pg/.s.PGSQL.5432", "127.0.0.1"),
            ("mysql://db:7/x", "db:7", "127.0.0.1"),
        ] {
            let target = Target::parse(url).expect("a good target");
            let ends = far_ends(&target).expect("servers");
            assert_eq!(ends, [far], "{url}");
            let way = Way {
                port: 9,
                far: far.into(),
            };
            let near = redirected(&target, &[way]);
            assert_eq!(
                (near.hosts[0].name.as_str(), near.hosts[0].port),
                (name, Some(9)),
                "{url}"
            );
        }
        assert!(far_ends(&Target::sqlite("x.db")).is_err());
    }
}
