//! The client's own certificate and its key, with libpq's rules for who may read the key's file.

use crate::driver::Secret;
use crate::driver::tls::certificate::Certificate;
use crate::error::{Error, Kind, Result, reason};
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// sslcertmode
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Use {
    Disable,
    #[default]
    Allow,
    /// The server has to ask for one.
    Require,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Settings {
    pub(super) usage: Use,
    /// Used if it is there.
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
    pub(super) password: Option<Secret>,
}

/// What is shown to a server that asks who we are.
#[derive(Debug)]
pub(super) struct Identity {
    key: Option<Arc<CertifiedKey>>,
    usage: Use,
    asked: AtomicBool,
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        self.key.clone()
    }

    fn has_certs(&self) -> bool {
        // Asked even without one, so that it is known whether the server wanted one.
        true
    }
}

impl Identity {
    /// Reads the files.
    pub(super) fn load(settings: &Settings, provider: &CryptoProvider) -> Result<Identity> {
        let path = settings.certificate.as_deref().filter(|p| p.exists());
        let key = match (settings.usage, path) {
            (Use::Disable, _) | (_, None) => None,
            (_, Some(path)) => Some(Arc::new(certified(path, settings, provider)?)),
        };
        Ok(Identity {
            key,
            usage: settings.usage,
            asked: AtomicBool::new(false),
        })
    }

    /// After the handshake: whether what sslcertmode demands has happened.
    pub(super) fn check(&self) -> std::io::Result<()> {
        if self.usage != Use::Require {
            return Ok(());
        }
        match (self.asked.load(Ordering::Relaxed), &self.key) {
            (true, Some(_)) => Ok(()),
            (true, None) => Err(std::io::Error::other(
                "sslcertmode=require: there is no client certificate to send",
            )),
            (false, _) => Err(std::io::Error::other(
                "sslcertmode=require: the server did not ask for a client certificate",
            )),
        }
    }
}

fn failed(what: impl Into<String>) -> Error {
    Error::new(Kind::Connect, what)
}

fn certified(path: &Path, settings: &Settings, provider: &CryptoProvider) -> Result<CertifiedKey> {
    let shown = path.display();
    let text = std::fs::read(path).map_err(|e| {
        failed(format!(
            "could not read certificate file \"{shown}\": {}",
            reason(&e)
        ))
    })?;
    let chain: std::io::Result<Vec<_>> = rustls_pemfile::certs(&mut text.as_slice()).collect();
    let chain = chain.unwrap_or_default();
    if chain.is_empty() {
        return Err(failed(format!(
            "certificate file \"{shown}\" holds no certificate in PEM form"
        )));
    }
    let key_path = settings.key.as_deref().unwrap_or(path);
    if !key_path.exists() {
        return Err(failed(format!(
            "certificate \"{shown}\" is there, but not its private key file \"{}\"",
            key_path.display()
        )));
    }
    check_permissions(key_path)?;
    let key = private_key(key_path, settings.password.as_ref())?;
    let key = provider.key_provider.load_private_key(key).map_err(|e| {
        failed(format!(
            "could not use private key file \"{}\": {e}",
            key_path.display()
        ))
    })?;
    let certified = CertifiedKey::new(chain, key);
    // The library's own comparison does not read certificates of version 1.
    let certificate = certified
        .cert
        .first()
        .and_then(|der| Certificate::read(der));
    let same = match (certificate, certified.key.public_key()) {
        (Some(certificate), Some(key)) => certificate.key == key.as_ref(),
        // What cannot be compared here, the server will.
        _ => true,
    };
    if !same {
        return Err(failed(format!(
            "certificate \"{shown}\" does not match private key file \"{}\"",
            key_path.display()
        )));
    }
    Ok(certified)
}

/// libpq's rule: nobody else may read the key, but root may let a group.
#[cfg(unix)]
fn check_permissions(path: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let shown = path.display();
    let meta = std::fs::metadata(path).map_err(|e| {
        failed(format!(
            "could not read private key file \"{shown}\": {}",
            reason(&e)
        ))
    })?;
    if !meta.is_file() {
        return Err(failed(format!(
            "private key file \"{shown}\" is not a plain file"
        )));
    }
    let forbidden = if meta.uid() == 0 { 0o037 } else { 0o077 };
    if meta.mode() & forbidden != 0 {
        return Err(failed(format!(
            "private key file \"{shown}\" has group or world access"
        ))
        .with_hint(
            "Its permissions must be u=rw (0600) or less, or u=rw,g=r (0640) or less if root \
                 owns it.",
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_permissions(_: &Path) -> Result<()> {
    Ok(())
}

fn private_key(path: &Path, password: Option<&Secret>) -> Result<PrivateKeyDer<'static>> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| {
        failed(format!(
            "could not read private key file \"{shown}\": {}",
            reason(&e)
        ))
    })?;
    let outdated = text.contains("Proc-Type: 4,ENCRYPTED");
    if outdated {
        return Err(failed(format!(
            "private key file \"{shown}\" is encrypted in an outdated form"
        ))
        .with_hint("openssl pkcs8 -topk8 -in FILE -out FILE.new writes the current form."));
    }
    if text.contains("BEGIN ENCRYPTED PRIVATE KEY") {
        return decrypted(&text, password).map_err(|why| {
            failed(format!(
                "could not read private key file \"{shown}\": {why}"
            ))
        });
    }
    let found = rustls_pemfile::private_key(&mut text.as_bytes());
    match found {
        Ok(Some(key)) => Ok(key),
        _ => Err(failed(format!(
            "private key file \"{shown}\" holds no key in PEM form"
        ))),
    }
}

fn decrypted(
    text: &str,
    password: Option<&Secret>,
) -> std::result::Result<PrivateKeyDer<'static>, &'static str> {
    let password = password.ok_or("it is encrypted, and sslpassword is not given")?;
    let begin = text.find("-----BEGIN ENCRYPTED").ok_or("it holds no key")?;
    let (_, document) = pkcs8::SecretDocument::from_pem(&text[begin..])
        .map_err(|_| "it holds no key in PEM form")?;
    let info = pkcs8::EncryptedPrivateKeyInfo::try_from(document.as_bytes())
        .map_err(|_| "it is encrypted in a form that is not supported")?;
    let plain = info
        .decrypt(password.reveal())
        .map_err(|_| "the password is wrong")?;
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(plain.as_bytes().to_vec());
    Ok(key.into())
}
