//! Where a relay listens: a socket that this process alone may connect to.

use std::io;
use std::os::unix::net::UnixListener;
use tokio::net::UnixStream;

/// A socket's place, for as long as it is wanted.
pub(super) struct Place {
    path: String,
    #[cfg(not(target_os = "linux"))]
    _folder: tempfile::TempDir,
}

impl Place {
    /// As the client library takes it.
    pub(super) fn path(&self) -> String {
        self.path.clone()
    }
}

/// A socket without a file, which needs no folder that can be written and leaves none behind.
#[cfg(target_os = "linux")]
pub(super) fn listen() -> io::Result<(Place, UnixListener)> {
    use std::hash::BuildHasher;
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;
    let random = std::collections::hash_map::RandomState::new();
    let name = format!("sqwire-{:016x}", random.hash_one(std::process::id()));
    let listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
    let path = format!("\0{name}");
    Ok((Place { path }, listener))
}

/// A socket in a folder that only this user may enter.
#[cfg(not(target_os = "linux"))]
pub(super) fn listen() -> io::Result<(Place, UnixListener)> {
    let folder = tempfile::Builder::new().prefix("sqwire-").tempdir()?;
    let path = folder.path().join("s");
    let listener = UnixListener::bind(&path)?;
    let path = path.display().to_string();
    let place = Place {
        path,
        _folder: folder,
    };
    Ok((place, listener))
}

/// Whether this process is at the other end.
#[cfg(target_os = "linux")]
pub(super) fn is_ours(client: &UnixStream) -> bool {
    let process = client.peer_cred().ok().and_then(|peer| peer.pid());
    process.is_some_and(|process| u32::try_from(process) == Ok(std::process::id()))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_ours(_client: &UnixStream) -> bool {
    true
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_process_gets_in() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let (place, listener) = listen().expect("a socket");
            listener.set_nonblocking(true).expect("ours");
            let listener = tokio::net::UnixListener::from_std(listener).expect("ours");
            let _own = UnixStream::connect(place.path()).await.expect("connects");
            let (accepted, _) = listener.accept().await.expect("somebody");
            assert!(is_ours(&accepted));
        });
    }
}
