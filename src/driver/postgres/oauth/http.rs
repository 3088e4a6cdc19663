//! One question and one answer of HTTP/1.1, as an authorization server is asked: a new connection for
//! each, no redirections (they would call into question who answers), everything bounded.

use super::url::Url;
use crate::driver::tls::authorities::{certificates, system};
use crate::driver::tls::{Checks, Verifier, Version};
use crate::error::reason;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Bytes of all the lines before an answer's body, and of that body, as libpq bounds it.
const MAX_HEAD: u64 = 64 * 1024;
const MAX_BODY: u64 = 256 * 1024;

/// What is asked.
pub(super) struct Request<'a> {
    pub(super) url: &'a Url,
    /// A form to send, in place of asking for a document.
    pub(super) form: Option<String>,
    /// The value of the header of that name.
    pub(super) authorization: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The content's type, as it stands there.
    pub(super) content_type: Option<String>,
    pub(super) body: Vec<u8>,
}

/// How servers are reached.
pub(super) struct Client {
    /// For one answer, with all that comes before it.
    pub(super) patience: Duration,
    /// Certificates to trust in place of the system's.
    pub(super) authorities: Option<PathBuf>,
}

impl Client {
    /// The error says what went wrong, in one line.
    pub(super) async fn ask(&self, request: &Request<'_>) -> Result<Answer, String> {
        let answer = tokio::time::timeout(self.patience, self.connect_and_ask(request)).await;
        answer.unwrap_or_else(|_| {
            let seconds = self.patience.as_secs_f64();
            Err(format!("no answer within {seconds} s"))
        })
    }

    async fn connect_and_ask(&self, request: &Request<'_>) -> Result<Answer, String> {
        let Url { host, port, .. } = request.url;
        let failed = |e: &std::io::Error| {
            format!("could not connect to \"{host}\" port {port}: {}", reason(e))
        };
        let socket = TcpStream::connect((host.as_str(), *port)).await;
        let socket = socket.map_err(|e| failed(&e))?;
        if !request.url.encrypted {
            return exchange(socket, request).await;
        }
        let name = ServerName::try_from(host.clone()).map_err(|e| format!("\"{host}\": {e}"))?;
        let connector = tokio_rustls::TlsConnector::from(Arc::new(self.tls(host)?));
        let stream = connector.connect(name, socket).await;
        exchange(stream.map_err(|e| failed(&e))?, request).await
    }

    fn tls(&self, host: &str) -> Result<ClientConfig, String> {
        let roots = match &self.authorities {
            Some(path) => certificates(path).map_err(|e| e.message)?,
            None => system(),
        };
        let provider = Arc::new(ring::default_provider());
        let checks = Checks {
            roots: Some(roots),
            revoked: Vec::new(),
            name: Some(host.to_string()),
        };
        let verifier = Verifier::new(checks, &provider, Version::default());
        let verifier = verifier.map_err(|e| e.message)?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| format!("could not set up TLS: {e}"))?;
        let mut config = config
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// The request as it is sent.
fn written(request: &Request<'_>) -> String {
    let Url {
        path, authority, ..
    } = request.url;
    let method = if request.form.is_some() {
        "POST"
    } else {
        "GET"
    };
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {authority}\r\n");
    text.push_str("User-Agent: sqwire\r\nConnection: close\r\n");
    if let Some(value) = &request.authorization {
        text.push_str(&format!("Authorization: {value}\r\n"));
    }
    let form = request.form.as_deref().unwrap_or_default();
    if request.form.is_some() {
        text.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        text.push_str(&format!("Content-Length: {}\r\n", form.len()));
    }
    text + "\r\n" + form
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    request: &Request<'_>,
) -> Result<Answer, String> {
    let sent = stream.write_all(written(request).as_bytes()).await;
    sent.map_err(|e| reason(&e))?;
    stream.flush().await.map_err(|e| reason(&e))?;
    read_answer(stream).await
}

/// How the end of a body is known.
enum Body {
    Length(u64),
    Chunks,
    UntilClosed,
}

async fn read_answer<S: AsyncRead + Unpin>(stream: S) -> Result<Answer, String> {
    // What is read ahead counts too; the body has a bound of its own.
    let mut stream = BufReader::new(stream.take(MAX_HEAD + 4 * MAX_BODY));
    let mut room = MAX_HEAD;
    let status = loop {
        let line = read_line(&mut stream, &mut room).await?;
        let status = status_of(&line).ok_or("the answer is not HTTP")?;
        if !(100..200).contains(&status) {
            break status;
        }
        while !read_line(&mut stream, &mut room).await?.is_empty() {}
    };
    let (mut content_type, mut body) = (None, Body::UntilClosed);
    loop {
        let line = read_line(&mut stream, &mut room).await?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or("the answer is not HTTP")?;
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-type" => content_type = Some(value.to_string()),
            "transfer-encoding" => body = Body::Chunks,
            "content-length" if !matches!(body, Body::Chunks) => {
                let length = value.parse();
                body = Body::Length(length.map_err(|_| "the answer has no length that can be")?);
            }
            _ => {}
        }
    }
    let body = match body {
        _ if matches!(status, 204 | 304) => Vec::new(),
        Body::Length(length) if length > MAX_BODY => return Err(too_large()),
        Body::Length(length) => read_exactly(&mut stream, length).await?,
        Body::Chunks => read_chunks(&mut stream, &mut room).await?,
        Body::UntilClosed => {
            let mut bytes = Vec::new();
            let mut bounded = stream.take(MAX_BODY + 1);
            let read = bounded.read_to_end(&mut bytes).await;
            read.map_err(|e| reason(&e))?;
            match bytes.len() as u64 > MAX_BODY {
                true => return Err(too_large()),
                false => bytes,
            }
        }
    };
    Ok(Answer {
        status,
        content_type,
        body,
    })
}

fn too_large() -> String {
    "response is too large".into()
}

fn cut() -> String {
    "the connection was closed in the middle of the answer".into()
}

/// The number in `HTTP/1.1 200 OK`.
fn status_of(line: &str) -> Option<u16> {
    let rest = line.strip_prefix("HTTP/1.")?;
    let digits = rest.split(' ').nth(1)?;
    let status = digits.parse().ok()?;
    (digits.len() == 3).then_some(status)
}

/// One line, without its end; `room` says how many bytes the lines may have yet.
async fn read_line<S: AsyncRead + Unpin>(
    stream: &mut BufReader<S>,
    room: &mut u64,
) -> Result<String, String> {
    let mut line = Vec::new();
    let mut bounded = stream.take(*room);
    let read = bounded.read_until(b'\n', &mut line).await;
    *room -= read.map_err(|e| reason(&e))? as u64;
    if line.pop() != Some(b'\n') {
        return Err(if *room == 0 { too_large() } else { cut() });
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

async fn read_exactly<S: AsyncRead + Unpin>(
    stream: &mut BufReader<S>,
    length: u64,
) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = stream.take(length).read_to_end(&mut bytes).await;
    let read = read.map_err(|e| reason(&e))?;
    match read as u64 == length {
        true => Ok(bytes),
        false => Err(cut()),
    }
}

async fn read_chunks<S: AsyncRead + Unpin>(
    stream: &mut BufReader<S>,
    room: &mut u64,
) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let line = read_line(stream, room).await?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let length = u64::from_str_radix(digits, 16);
        let length = length.map_err(|_| "the answer has no length that can be")?;
        if length == 0 {
            return Ok(body);
        }
        if length > MAX_BODY - body.len() as u64 {
            return Err(too_large());
        }
        body.extend(read_exactly(stream, length).await?);
        if !read_line(stream, room).await?.is_empty() {
            return Err("the answer has no length that can be".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Answer, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(read_answer(text))
    }

    #[test]
    fn answers_are_read_however_their_end_is_told() {
        for (text, status, kind, body) in [
            (
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 2\r\n\r\n{}x",
                200,
                "application/json",
                "{}",
            ),
            (
                "HTTP/1.0 404 \r\nContent-Type:a\r\n\r\nuntil the end",
                404,
                "a",
                "until the end",
            ),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\
                 Content-Length: 1\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
                200,
                "",
                "abc0123456789",
            ),
            ("HTTP/1.1 204 None\nContent-Length: 9\n\n", 204, "", ""),
        ] {
            let answer = read(text.as_bytes()).expect(text);
            assert_eq!(answer.status, status, "{text}");
            assert_eq!(answer.content_type.unwrap_or_default(), kind, "{text}");
            assert_eq!(String::from_utf8_lossy(&answer.body), body, "{text}");
        }
    }

    #[test]
    fn answers_that_cannot_be_are_refused() {
        let endless = format!("HTTP/1.1 200 OK\r\n{}", "a: b\r\n".repeat(20_000));
        let long = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(300_000));
        let chunk = "10000\r\n".to_string() + &"x".repeat(0x10000) + "\r\n";
        let chunks = format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            chunk.repeat(5)
        );
        for (text, why) in [
            ("", "the connection was closed in the middle of the answer"),
            ("SSH-2.0\r\n\r\n", "the answer is not HTTP"),
            ("HTTP/1.1 20\r\n\r\n", "the answer is not HTTP"),
            ("HTTP/1.1 200 OK\r\nx\r\n\r\n", "the answer is not HTTP"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                "the connection was closed in the middle of the answer",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc",
                "the answer has no length that can be",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nabc",
                "response is too large",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                "response is too large",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
                "the answer has no length that can be",
            ),
            (&endless, "response is too large"),
            (&long, "response is too large"),
            (&chunks, "response is too large"),
        ] {
            let shown = &text[..text.len().min(60)];
            assert_eq!(read(text.as_bytes()), Err(why.into()), "{shown}");
        }
    }

    #[test]
    fn a_form_is_sent_with_its_length() {
        let url = Url::parse("https://a:1/x?y").expect("a URL");
        let request = Request {
            url: &url,
            form: Some("a=b".into()),
            authorization: Some("Basic eA==".into()),
        };
        assert_eq!(
            written(&request),
            "POST /x?y HTTP/1.1\r\nHost: a:1\r\nUser-Agent: sqwire\r\nConnection: close\r\n\
             Authorization: Basic eA==\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: 3\r\n\r\na=b"
        );
    }

    #[test]
    fn every_answer_is_read_or_refused() {
        let seeds: &[&[u8]] = &[
            b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\n{}",
            b"HTTP/1.0 100 x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\n{}\r\n0\r\n\r\n",
            b"HTTP/1.1 401 No\r\n\r\n{}",
        ];
        let words: &[&[u8]] = &[
            b"\r\n",
            b"\n",
            b"ffffffffffffffff",
            b"Content-Length: 18446744073709551615\r\n",
        ];
        crate::driver::fuzz::bytes(seeds, words, |input, _| {
            if let Ok(answer) = read(input) {
                assert!(answer.body.len() <= input.len());
            }
        });
    }
}
