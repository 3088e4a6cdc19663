//! Poolers and sshd for tests: a program with files of its own, stopped by whoever started it.

use crate::servers::{account_of, free_port};
use std::fs::Permissions;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A daemon of the test's own, in a folder of its own; it ends with its owner.
pub(crate) struct Daemon {
    pub(crate) child: Child,
    pub(crate) port: u16,
    folder: TempDir,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Those that have children need a word to end them.
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").arg(&pid).status();
        let deadline = Instant::now() + Duration::from_secs(5);
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                let _ = self.child.kill();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Daemon {
    /// Starts a program with the files that `prepare` gives, as an account that is not root's.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        prepare: impl Fn(&Path, u16) -> Vec<(&'static str, String)>,
    ) -> Daemon {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let account = account_of("postgres");
        let own = |path: &Path| {
            if let Some((user, group)) = account {
                std::os::unix::fs::chown(path, Some(user), Some(group)).expect("root may");
            }
        };
        for (name, text) in prepare(folder.path(), port) {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            std::fs::set_permissions(path, Permissions::from_mode(0o600)).expect("ours");
        }
        own(folder.path());
        for entry in std::fs::read_dir(folder.path()).expect("ours") {
            own(&entry.expect("ours").path());
        }
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder.path());
        if let Some((user, group)) = account {
            command.uid(user).gid(group);
        }
        let log = std::fs::File::create(folder.path().join("log")).expect("a file");
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = quiet.stderr(log).spawn().expect("starts");
        let mut daemon = Daemon {
            child,
            port,
            folder,
        };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = daemon.child.try_wait().expect("ours").is_some();
            assert!(!ended && Instant::now() < deadline, "{}", daemon.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        daemon
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}
