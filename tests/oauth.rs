//! OAuth: a server that wants a token, and one that gives it, as far as the two protocols go. No
//! release of PostgreSQL that the tests can install knows it.

use crate::hostile::{Client, DEADLINE, server};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const TOKEN: &str = "Token-93b1.x_y~z";
const ID: &str = "the id";
const CLIENT_SECRET: &str = "s3:cret";

/// A request of HTTP: its first line and its body.
fn request(c: &mut Client) -> std::io::Result<(String, String)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(c.take(1)?[0]));
    }
    let length = head
        .lines()
        .find_map(|l| l.strip_prefix("Content-Length: "));
    let body = c.take(length.map_or(0, |l| l.parse().unwrap()))?;
    let first = head.lines().next().unwrap_or_default().to_string();
    Ok((first, String::from_utf8_lossy(&body).into_owned()))
}

fn answer(c: &mut Client, status: &str, json: &str) -> std::io::Result<()> {
    let length = json.len();
    c.send(
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             \r\n{json}"
        )
        .as_bytes(),
    )
}

/// An authorization server whose user agrees after the second question; `mode` is the part of the
/// path that says how it misbehaves. What it was sent comes out.
fn authorization() -> (u16, Arc<Mutex<Vec<String>>>) {
    let (all, asked) = (
        Arc::new(Mutex::new(Vec::new())),
        Arc::new(AtomicUsize::new(0)),
    );
    let kept = all.clone();
    let (port, _) = server(move |c| {
        let (first, body) = request(c)?;
        let host = String::from_utf8_lossy(&c.heard).into_owned();
        kept.lock().unwrap().push(host.clone());
        let host = host
            .lines()
            .find_map(|l| l.strip_prefix("Host: "))
            .unwrap_or_default();
        let path = first.split(' ').nth(1).unwrap_or_default();
        let (mode, what) = path[1..].split_once('/').unwrap_or_default();
        let base = format!("http://{host}/{mode}");
        match (mode, what) {
            ("missing", _) => answer(c, "404 Not Found", "{}"),
            ("moved", _) => c.send(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n"),
            ("huge", _) => {
                c.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\"")?;
                loop {
                    c.send(&[b'x'; 65536])?;
                }
            }
            ("endless", _) => {
                c.send(b"HTTP/1.1 200 OK\r\n")?;
                loop {
                    c.send(b"A: b\r\n")?;
                }
            }
            (_, ".well-known/openid-configuration") => {
                let issuer = if mode == "other" {
                    "http://elsewhere"
                } else {
                    &base
                };
                let json = format!(
                    r#"{{"issuer":"{issuer}","token_endpoint":"{base}/token",
                        "device_authorization_endpoint":"{base}/device","x":[{{}}]}}"#
                );
                answer(c, "200 OK", &json)
            }
            (_, "device") => {
                let json = r#"{"device_code":"D3vice","user_code":"AB\u001b[31mCD","interval":0,
                               "verification_uri":"https://visit.example/","expires_in":60}"#;
                answer(c, "200 OK", json)
            }
            ("refused", _) => {
                let json = r#"{"error":"access_denied","error_description":"they said no"}"#;
                answer(c, "400 Bad Request", json)
            }
            ("smuggled", _) => {
                let json = r#"{"access_token":"a\u0001auth=b","token_type":"Bearer"}"#;
                answer(c, "200 OK", json)
            }
            _ if !body.contains("device_code=D3vice&grant_type=urn%3Aietf%3A") => {
                answer(c, "400 Bad Request", r#"{"error":"invalid_request"}"#)
            }
            _ if asked.fetch_add(1, Ordering::SeqCst) < 2 => {
                answer(c, "400 Bad Request", r#"{"error":"authorization_pending"}"#)
            }
            _ => {
                let json = format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer"}}"#);
                answer(c, "200 OK", &json)
            }
        }
    });
    (port, all)
}

/// PostgreSQL's side: a client with the token is welcome and may ask one thing.
fn database(issuer: String) -> (u16, std::sync::mpsc::Receiver<Vec<u8>>) {
    server(move |c| {
        c.startup()?;
        c.message(b'R', b"\0\0\0\x0aOAUTHBEARER\0\0")?;
        let shown = said(c)?;
        if !shown.ends_with(format!("n,,\x01auth=Bearer {TOKEN}\x01\x01").as_bytes()) {
            let json = format!(
                r#"{{"status":"invalid_token","scope":"openid pg",
                    "openid-configuration":"{issuer}/.well-known/openid-configuration"}}"#
            );
            c.message(b'R', &[&b"\0\0\0\x0b"[..], json.as_bytes()].concat())?;
            assert_eq!(said(c)?, b"\x01");
            c.message(
                b'E',
                b"SFATAL\0C28000\0MOAuth bearer authentication failed\0\0",
            )?;
            return Ok(());
        }
        c.message(b'R', &[0, 0, 0, 0])?;
        c.message(b'S', b"server_version\x0018.0\0")?;
        c.message(b'K', &[0, 0, 0, 1, 0, 0, 0, 2])?;
        c.message(b'Z', b"I")?;
        said(c)?;
        c.message(
            b'T',
            b"\0\x01a\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0",
        )?;
        c.message(b'D', b"\0\x01\0\0\0\x0242")?;
        c.message(b'C', b"SELECT 1\0")?;
        c.message(b'Z', b"I")?;
        c.listen()
    })
}

/// The body of a message of the client's.
fn said(c: &mut Client) -> std::io::Result<Vec<u8>> {
    let head = c.take(5)?;
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
    c.take(length - 4)
}

fn run(database: u16, parameters: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sqwire"))
        .arg(format!(
            "host=127.0.0.1 port={database} dbname=d user=u sslmode=disable {parameters}"
        ))
        .args(["-t", "-A", "-c", "select 42"])
        .env("HOME", "/nonexistent")
        .env("PGOAUTHDEBUG", "UNSAFE")
        .output()
        .unwrap()
}

#[test]
fn a_token_is_fetched_where_the_server_wants_one() {
    let (port, asked) = authorization();
    let issuer = format!("http://127.0.0.1:{port}/good");
    let (database, heard) = database(issuer.clone());
    let client = format!("oauth_client_id='{ID}' oauth_client_secret='{CLIENT_SECRET}'");
    let output = run(
        database,
        &format!("oauth_issuer={issuer} {client} require_auth=oauth"),
    );
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{words}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "42\n");
    // Said once, and nothing in it reaches the terminal raw.
    assert_eq!(
        words
            .matches("Visit https://visit.example/ and enter the code: AB")
            .count(),
        1
    );
    assert!(!words.contains('\u{1b}'), "{words}");
    assert!(
        !words.contains(TOKEN) && !words.contains(CLIENT_SECRET),
        "{words}"
    );
    // Without a token first; the one that was fetched counts for a login of its own.
    let first = heard.recv_timeout(DEADLINE).unwrap();
    assert!(
        first.ends_with(b"n,,\x01auth=\x01\x01p\0\0\0\x05\x01"),
        "{first:?}"
    );
    let asked = asked.lock().unwrap().join("\n--\n");
    assert!(asked.contains("scope=openid+pg"), "{asked}");
    // the+id:s3%3Acret
    assert!(
        asked.contains("Authorization: Basic dGhlK2lkOnMzJTNBY3JldA=="),
        "{asked}"
    );
    assert!(!asked.contains("client_id="), "{asked}");
    assert_eq!(asked.matches("POST /good/token").count(), 3);
}

#[test]
fn a_token_that_cannot_be_had_is_an_error_that_says_why() {
    let (port, _) = authorization();
    let document = "failed to fetch OpenID discovery document";
    for (mode, why) in [
        (
            "refused",
            "failed to obtain access token: they said no (access_denied)",
        ),
        ("smuggled", "the token is none that can be shown"),
        (
            "other",
            "the issuer identifier (http://elsewhere) does not match oauth_issuer",
        ),
        (
            "missing",
            &format!("{document}: unexpected response code 404"),
        ),
        (
            "moved",
            &format!("{document}: unexpected response code 302"),
        ),
        ("huge", &format!("{document}: response is too large")),
        ("endless", &format!("{document}: response is too large")),
    ] {
        let issuer = format!("http://127.0.0.1:{port}/{mode}");
        let (database, _heard) = database(issuer.clone());
        let output = run(
            database,
            &format!("oauth_issuer={issuer} oauth_client_id=i"),
        );
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{mode}: {words}");
        assert!(words.contains(why), "{mode}: {words}");
    }
    let issuer = format!("http://127.0.0.1:{port}/good");
    let (database, _heard) = database(issuer.clone());
    for (parameters, why) in [
        (
            "oauth_client_id=i",
            "oauth_issuer and oauth_client_id are not both set",
        ),
        (
            "oauth_client_id=i oauth_issuer=http://127.0.0.1:1/good",
            "is incompatible with oauth_issuer (http://127.0.0.1:1/good)",
        ),
        (
            "oauth_client_id=i oauth_issuer=x require_auth=!oauth",
            "the server asked for OAUTHBEARER authentication",
        ),
        (
            "oauth_client_id=i oauth_issuer=x channel_binding=require",
            "channel binding required, but SSL not in use",
        ),
    ] {
        let output = run(database, parameters);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(words.contains(why), "{words}");
    }
}
