use super::*;

fn packet(body: &[u8]) -> Packet {
    Packet {
        number: 1,
        body: body.to_vec(),
    }
}

#[test]
fn any_packet_is_read_and_only_two_methods_send_the_password_as_it_is() {
    let words: &[&[u8]] = &[SHA256, CLEAR, &[SWITCH], b"\0", &[1, 3], &[0xff]];
    let seeds: &[&[u8]] = &[&[0; 40], b"\xfesha256_password\0nonce", b""];
    crate::driver::fuzz::bytes(seeds, words, |input, _| {
        let mut packet = packet(input);
        let _ = (packet.is_last(), packet.is_good_news());
        let clear = packet.wants_password_as_it_is();
        let names = [SHA256, CLEAR].into_iter().any(|plugin| {
            let request = [&[SWITCH], plugin].concat();
            input == request || input.starts_with(&[&request, b"\0".as_slice()].concat())
        });
        assert_eq!(clear.is_some(), names);
        let _ = (packet.greeted_nonce(), packet.switched_nonce());
        let _ = packet.offers_tls();
        let before = packet.body.clone();
        packet.greet_safely();
        packet.body = before;
        let request = packet.ask_for_tls();
        assert_eq!(request.is_some(), input.len() >= REQUEST);
        assert!(request.is_none_or(|r| r.body.len() == REQUEST && r.body[1] & TLS_FLAG != 0));
    });
}

fn greeting(method: &str) -> Packet {
    let flags = b"\xff\xf7\xff\x02\0\xff\xdf\x15\0\0\0\0\0\0\0\0\0\0";
    let parts: [&[u8]; 7] = [
        b"\x0a8.0.36\0",
        b"\x07\0\0\0",
        b"01234567\0",
        flags,
        b"89abcdefghij\0",
        method.as_bytes(),
        b"\0",
    ];
    packet(&parts.concat())
}

const KEY: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmveroMLz68/w1dvAQlZS\n\
HdFPD/BUQC3SKceAeis54MfFSsU+9a8w+YHdiU20ljuw6BCyDVkCXqshjD0/J1rs\n\
axsLPknce32l2cjUbYUhuFaweRRirzal9IVxyH7gBZBtMmJAfKg3OusWOYpDC9DS\n\
gF45T2dwGRzIwWFcM5y7FlNAIxN+zZK5sAOuNKzfhKFH+WHTIgUxZ/K+LV73aqez\n\
dAF2MxiP9Gu0IzDICvL6NHUsv93DPdF2gAx1JGBOEKM9T9HbC+j5PTi/qaxtQbf1\n\
znvEOSjKTVAo3MD//mgb7jFE2ZYDEOGJnI+RLSP2BrX1oYd1tcD8DOfFcaSp0bXJ\n\
JQIDAQAB\n\
-----END PUBLIC KEY-----\n\0";

/// A login for which the server first sends `request`; what the client answers with is always the
/// password. Returned is what each side has read, with the numbers of the packets.
async fn exchanged(key: PublicKey, request: &[u8], server_key: &[u8]) -> [Vec<(u8, Vec<u8>)>; 2] {
    let rules = Rules {
        cleartext: true,
        key,
    };
    let numbered = |number: u8, body: &[u8]| Packet {
        number,
        body: body.to_vec(),
    };
    let (mut client, mut to_client) = tokio::io::duplex(1 << 16);
    let (mut server, mut to_server) = tokio::io::duplex(1 << 16);
    let between = async move {
        let mut login = Login::new(&rules, &greeting("caching_sha2_password"), false);
        let answer = numbered(1, b"hello");
        // Whatever comes of it, both sides are closed.
        let _ = login.go_on(&mut to_client, &mut to_server, &answer).await;
    };
    let clients = async {
        let mut read = Vec::new();
        while let Ok(packet) = Packet::read(&mut client).await {
            let number = packet.number + 1;
            let over = packet.is_last();
            read.push((packet.number, packet.body));
            if !over {
                let _ = numbered(number, b"secret\0").write(&mut client, 0).await;
            }
        }
        read
    };
    let servers = async {
        let mut read = Vec::new();
        while let Ok(packet) = Packet::read(&mut server).await {
            let answer = match read.len() {
                0 => request.to_vec(),
                _ if packet.body.len() == 1 => server_key.to_vec(),
                _ => vec![0],
            };
            let _ = numbered(packet.number + 1, &answer)
                .write(&mut server, 0)
                .await;
            read.push((packet.number, packet.body));
        }
        read
    };
    let ((), client, server) = futures::join!(between, clients, servers);
    [client, server]
}

#[test]
fn without_tls_a_password_goes_out_encrypted_or_not_at_all() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(async {
        let nonce = b"0123456789abcdefghij";
        let sha256 = [&[SWITCH], SHA256, b"\0", &nonce[..], b"\0"].concat();
        let full: &[u8] = &[1, 4];
        let given = [&[1], KEY.as_bytes()].concat();
        let no: &[u8] = b"\xff\x10\x04no";
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), KEY).expect("room");
        let file = PublicKey::File(file.path().to_path_buf());
        // The key of sha256_password is asked for as the mysql client asks for it.
        for (key, request, given, asked, sent) in [
            (PublicKey::Unasked, &sha256[..], &given[..], true, true),
            (PublicKey::Server, full, &given, true, true),
            (file.clone(), &sha256, &given, false, true),
            (file, full, &given, false, true),
            (PublicKey::Unasked, full, &given, false, false),
            (
                PublicKey::Server,
                b"\x01\x04 more",
                b"\x01no key",
                true,
                false,
            ),
            (PublicKey::Server, full, no, true, false),
            (
                PublicKey::Server,
                b"\xfemysql_clear_password\0",
                &given,
                false,
                false,
            ),
        ] {
            let [client, server] = exchanged(key, request, given).await;
            let shown = format!("{request:?} {client:?} {server:?}");
            assert_eq!(
                server.iter().filter(|(_, b)| b.len() == 1).count(),
                usize::from(asked),
                "{shown}"
            );
            assert_eq!(
                server.iter().filter(|(_, b)| b.len() == 256).count(),
                usize::from(sent),
                "{shown}"
            );
            assert!(
                !server.iter().any(|(_, body)| body.starts_with(b"secret")),
                "{shown}"
            );
            // To the client the numbers have no gap, and the server's refusal reaches it.
            let numbers: Vec<u8> = client.iter().map(|(n, _)| *n).collect();
            assert!([&[2][..], &[2, 4], &[]].contains(&&numbers[..]), "{shown}");
            assert_eq!(
                client.last().is_some_and(|(_, b)| b == no),
                given == no,
                "{shown}"
            );
            assert_eq!(
                client.last().is_some_and(|(_, b)| b == &[0]),
                sent,
                "{shown}"
            );
        }
    });
}

#[test]
fn a_greeting_gives_its_nonce_and_asks_for_no_password_as_it_is() {
    for (method, expected) in [
        ("caching_sha2_password", "caching_sha2_password"),
        ("mysql_clear_password", "mysql_native_password"),
        ("sha256_password", "mysql_native_password"),
    ] {
        let mut greeted = greeting(method);
        assert_eq!(greeted.greeted_nonce(), b"0123456789abcdefghij");
        greeted.greet_safely();
        assert_eq!(greeted.body, greeting(expected).body, "{method}");
    }
}

#[test]
fn packets_keep_their_bodies_and_huge_ones_are_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(async {
        let mut wire = Vec::new();
        packet(b"abc").write(&mut wire, 1).await.expect("room");
        assert_eq!(wire, b"\x03\0\0\x02abc");
        let read = Packet::read(&mut wire.as_slice()).await.expect("a packet");
        assert_eq!((read.number, read.body.as_slice()), (2, b"abc".as_slice()));
        let huge: &[u8] = &[0xff, 0xff, 0xff, 0];
        assert!(Packet::read(&mut &*huge).await.is_err());
    });
}
