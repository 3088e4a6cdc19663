//! Random input for what reads the server's bytes, and the user's files.

use super::environment::{World, resolve};
use super::observer::Observer;
use super::pgpass;
use super::require_auth::Allowed;
use super::scram_keys::{Exchange, Keys};
use super::startup::{Plan, Protocol, Startup};
use super::tap::Scanner;
use super::tests::{conversation, message};
use super::{service, wire};
use crate::driver::fuzz;
use crate::driver::tls::certificate::Certificate;
use crate::driver::{Secret, Target};

/// What the tap makes of the bytes, cut at `cuts`, and whether it gave up.
fn observed(bytes: &[u8], mut next: impl FnMut() -> usize) -> (String, bool) {
    let observer = Observer::default();
    observer.begin();
    let (mut scanner, mut passed) = (Scanner::default(), Vec::new());
    let (mut rest, mut out, mut failed) = (bytes, String::new(), false);
    while !rest.is_empty() && !failed {
        let (now, later) = rest.split_at(next().clamp(1, rest.len()));
        failed = scanner
            .feed(now, &mut observer.lock(), &mut passed)
            .is_err();
        rest = later;
    }
    let mut state = observer.lock();
    while let Some(item) = state.pop() {
        out.push_str(&format!("{item:?}\n"));
    }
    let mut parameters: Vec<_> = state.parameters.iter().collect();
    parameters.sort();
    if failed {
        // How much of the last piece was understood depends on where it began.
        passed.clear();
    }
    out.push_str(&format!(
        "{passed:?} {:?} {:?} {parameters:?}",
        state.transaction, state.key
    ));
    (out, failed)
}

#[test]
fn the_tap_understands_the_same_wherever_bytes_are_cut_and_whatever_they_are() {
    let all = conversation();
    let seeds: Vec<Vec<u8>> = vec![
        all.clone(),
        [message(b'S', b"client_encoding\0LATIN1\0"), all].concat(),
        message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0"),
        message(b'A', b"\0\0\0\x09channel\0payload\0"),
        message(b'G', &[0, 0, 1, 0, 0]),
        message(b'E', b"SERROR\0C42P01\0Mno\0P7\0\0"),
    ];
    let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    let words: &[&[u8]] = &[
        b"\0\0\0\x04",
        b"\xff\xff\xff\xff",
        b"\0\0\0\0",
        b"D",
        b"d",
        b"S",
        b"Z",
    ];
    fuzz::bytes(&seeds, words, |input, random| {
        // Copied data comes in pieces as the bytes do; all else must not depend on it.
        if input.contains(&b'd') {
            observed(input, || 1 + random.below(9));
            return;
        }
        let whole = observed(input, || usize::MAX);
        let pieces = observed(input, || 1 + random.below(9));
        // Where it gave up, what came before in the same piece may differ.
        if !whole.1 {
            assert_eq!(whole, pieces);
        }
    });
}

/// What is passed on and answered when the bytes come in pieces, and how that ends.
fn started(plan: &Plan, bytes: &[u8], mut next: impl FnMut() -> usize) -> (Vec<u8>, Vec<u8>, bool) {
    let mut startup = Startup::new(plan.clone(), b"nonce".to_vec(), true);
    let (mut rest, mut passed, mut reply) = (bytes, Vec::new(), Vec::new());
    while !rest.is_empty() {
        let (now, later) = rest.split_at(next().clamp(1, rest.len()));
        if startup.feed(now, &mut reply).is_err() {
            return (Vec::new(), reply, false);
        }
        passed.extend(startup.take_passed(usize::MAX));
        rest = later;
    }
    (passed, reply, startup.is_over())
}

#[test]
fn a_start_goes_the_same_way_wherever_bytes_are_cut_and_whatever_they_are() {
    let key = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    let keys = Keys::parse(Some(key), Some(key)).unwrap();
    let first = message(b'R', b"\0\0\0\x0aSCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
    let proof = message(b'R', b"\0\0\0\x0br=nonceX,s=c2FsdA==,i=4096");
    let done = message(b'R', b"\0\0\0\x0cv=c2FsdA==");
    let seeds = [
        [first, proof, done, message(b'R', &[0; 4])].concat(),
        message(b'v', b"\0\x03\0\0\0\0\0\0"),
        message(b'K', b"PROC0123456789"),
        [
            message(b'R', b"\0\0\0\x0aOAUTHBEARER\0\0"),
            message(
                b'R',
                b"\0\0\0\x0b{\"status\":\"invalid_token\",\"openid-configuration\":\
                  \"https://a/.well-known/openid-configuration\"}",
            ),
        ]
        .concat(),
        [message(b'S', b"a\0b\0"), message(b'Z', b"I")].concat(),
    ];
    let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    let words: &[&[u8]] = &[
        b"\0\0\0\x04",
        b"\xff\xff\xff\xff",
        b"R\0\0\0",
        b",i=",
        b"r=nonce",
    ];
    let oauth = Some(super::oauth::Client::for_test("https://a"));
    for (keys, oauth) in [(None, oauth), (keys, None)] {
        let plan = Plan {
            must_bind: false,
            oauth,
            token: None,
            oldest: Protocol::V3_0,
            newest: Protocol::V3_2,
            parameters: Vec::new(),
            keys,
        };
        fuzz::bytes(&seeds, words, |input, random| {
            let whole = started(&plan, input, || usize::MAX);
            let pieces = started(&plan, input, || 1 + random.below(9));
            assert_eq!(whole, pieces);
        });
    }
}

#[test]
fn what_a_server_says_in_scram_is_judged_whatever_it_is() {
    let key = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    let keys = Keys::parse(Some(key), Some(key)).unwrap().unwrap();
    let seeds: &[&[u8]] = &[b"r=nonceX,s=c2FsdA==,i=4096", b"v=c2FsdA==", b"e=other"];
    fuzz::bytes(seeds, &[b",", b"=", b"r=nonce", b",m="], |input, _| {
        let begun = Exchange::begin(&keys, b"SCRAM-SHA-256\0\0", b"nonce");
        if let Some(mut exchange) = begun {
            let _ = exchange.answer(input);
            assert!(exchange.check(input).is_err(), "no server could know that");
        }
    });
}

#[test]
fn bodies_of_messages_are_read_whatever_they_hold() {
    let seeds: &[&[u8]] = &[
        b"SNOTICE\0VNOTICE\0C00000\0Mhey\0Hdo it\0P12\0Ffile\0L9\0\0",
        b"\0\x02a\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0b\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0",
        b"\0\x02\0\0\0\x01x\xff\xff\xff\xff",
        b"{a,\"b \\\" c\",NULL,{}}",
    ];
    fuzz::bytes(
        seeds,
        &[b"\x7f\xff\xff\xff", b"\0", b"\"", b"{"],
        |input, _| {
            wire::notice(input);
            wire::notification(input);
            wire::fields(input);
            wire::key(input);
            let cells: usize = wire::cells(input).flatten().map(<[u8]>::len).sum();
            assert!(cells <= input.len());
            wire::array(&String::from_utf8_lossy(input));
            let mut done = false;
            let _ = Allowed::default().check(input, &mut done);
            if let Ok(rules) = Allowed::parse("scram-sha-256") {
                let _ = rules.check(input, &mut done);
            }
        },
    );
}

#[test]
fn certificates_are_read_whatever_they_hold() {
    let sample = crate::driver::tls::certificate::tests::sample(
        "db.x",
        &[(0x82, b"a.x"), (0x87, &[1, 2, 3, 4])],
    );
    fuzz::bytes(
        &[&sample],
        &[b"\x84\xff\xff\xff\xff", b"\x30\x80", b"\xa3"],
        |input, random| {
            if let Some(certificate) = Certificate::read(input) {
                for host in ["a.x", "1.2.3.4", "::1", "", &random.text()] {
                    let _ = certificate.is_for(host);
                }
            }
        },
    );
}

#[test]
fn a_password_file_gives_what_was_written_and_takes_any_text() {
    let escape = |text: &str| text.replace('\\', "\\\\").replace(':', "\\:");
    let seeds = &[
        "h:5432:db:u:first\n*:*:*:*:p\\:w\r\n# c\n",
        "a\\:b:*:*:\\*:x",
    ];
    fuzz::texts(
        seeds,
        &["\\:", "\\", ":", "*", "\n", "#"],
        |text, random| {
            let wanted = pgpass::Wanted {
                host: "h",
                port: 5432,
                database: "db",
                user: "u",
            };
            let _ = pgpass::find(text, wanted);
            let name = |text: String| format!("n{}", text.replace(['\n', '\r'], ""));
            let [host, database, user, password] = std::array::from_fn(|_| name(random.text()));
            let line = [&host, "1", &database, &user, &password]
                .map(escape)
                .join(":");
            let wanted = pgpass::Wanted {
                host: &host,
                port: 1,
                database: &database,
                user: &user,
            };
            let found = pgpass::find(&format!("x:y\n{line}\n"), wanted);
            assert_eq!(
                found.as_ref().map(Secret::reveal),
                Some(&*password),
                "{line}"
            );
        },
    );
}

#[test]
fn service_files_and_parameters_are_judged_and_never_too_much_for_us() {
    let seeds = &[
        "[a]\nhost=h\nport=1\nuser=x\n\n[b]\nsslmode=require\n",
        "[s]\nservice=s\n",
        "[a]\nhost=h1,h2\nport=1,2\nhostaddr=1.1.1.1,::1\ntarget_session_attrs=any\n",
    ];
    let words = &[
        "[a]",
        "=",
        "ldap",
        "[",
        "]",
        "\n",
        "port=",
        "hostaddr=",
        "keepalives=",
        "require_auth=!",
    ];
    fuzz::texts(seeds, words, |text, _| {
        let _ = service::find(text, "f", "a");
        let target = Target {
            parameters: vec![("service".into(), "a".into())],
            ..Target::new("postgres")
        };
        let world = World {
            env: &|_| None,
            exists: &|_| false,
            read: &|_| Some(text.to_string()),
            list: &|_| Vec::new(),
            os_user: &|| Some("me".into()),
        };
        if let Ok(settings) = resolve(&target, &world) {
            assert!(!settings.endpoints.is_empty());
        }
    });
}
