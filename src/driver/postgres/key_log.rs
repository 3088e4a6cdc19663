//! `sslkeylogfile`: the keys of TLS sessions, as programs that look into traffic read them (the
//! format of NSS).

use crate::data::hex_text;
use crate::error::{Error, Kind, Result, reason};
use rustls::KeyLog;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

#[derive(Debug)]
pub(super) struct KeyFile(Mutex<File>);

/// Opens the file for its owner alone; what is in it stays.
pub(super) fn open(path: &Path) -> Result<KeyFile> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|e| {
        let shown = path.display();
        Error::new(
            Kind::Connect,
            format!(
                "could not open the file for TLS keys \"{shown}\": {}",
                reason(&e)
            ),
        )
    })?;
    Ok(KeyFile(Mutex::new(file)))
}

impl KeyLog for KeyFile {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let (random, secret) = (hex_text(client_random), hex_text(secret));
        let line = format!("{label} {random} {secret}\n");
        if let Ok(mut file) = self.0.lock() {
            // A disk that is full must not end the connection.
            let _ = file.write_all(line.as_bytes());
        }
    }
}
