//! Servers that lie, flood, or never answer: nothing hangs, nothing leaks, nothing reaches the
//! terminal raw.

use crate::harness::Sqwire;
use crate::servers::{self, PASSWORD, USER};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// What a server does with one client.
type Talk = fn(&mut Client) -> std::io::Result<()>;

/// The program may use no more memory than this, in KiB of address space.
const MEMORY: u32 = 3_000_000;
/// On a busy machine; each run below has a deadline of 2 seconds of its own.
pub(crate) const DEADLINE: Duration = Duration::from_secs(15);

/// A server that treats each connection as `talk` says; what the clients sent comes out.
pub(crate) fn server(
    talk: impl Fn(&mut Client) -> std::io::Result<()> + Clone + Send + 'static,
) -> (u16, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (out, heard) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (out, talk) = (out.clone(), talk.clone());
            std::thread::spawn(move || {
                let mut client = Client {
                    stream,
                    heard: Vec::new(),
                };
                // A client that goes away is what the tests want.
                let _ = talk(&mut client);
                let _ = out.send(client.heard);
            });
        }
    });
    (port, heard)
}

pub(crate) struct Client {
    stream: TcpStream,
    pub(crate) heard: Vec<u8>,
}

impl Client {
    pub(crate) fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes)
    }

    pub(crate) fn take(&mut self, length: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        self.heard.extend(&bytes);
        Ok(bytes)
    }

    /// Until the client goes away.
    pub(crate) fn listen(&mut self) -> std::io::Result<()> {
        loop {
            self.take(1)?;
        }
    }

    /// A message of PostgreSQL's, with its kind.
    pub(crate) fn message(&mut self, kind: u8, body: &[u8]) -> std::io::Result<()> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        self.send(&[&[kind], length.as_slice(), body].concat())
    }

    /// PostgreSQL: reads the first message, and says no to encryption.
    pub(crate) fn startup(&mut self) -> std::io::Result<()> {
        loop {
            let head = self.take(4)?;
            let length = u32::from_be_bytes(head.try_into().unwrap()) as usize;
            let body = self.take(length.min(10_000) - 4)?;
            if body.starts_with(&[0, 3]) {
                return Ok(());
            }
            self.send(b"N")?;
        }
    }

    /// PostgreSQL: everybody is welcome.
    pub(crate) fn welcome(&mut self) -> std::io::Result<()> {
        self.startup()?;
        self.message(b'R', &[0, 0, 0, 0])?;
        self.message(b'S', b"server_version\x0015.0 \x1b[31m\0")?;
        self.message(b'S', b"client_encoding\0UTF8\0")?;
        self.message(b'K', &[0, 0, 0, 1, 0, 0, 0, 2])?;
        self.message(b'Z', b"I")
    }

    /// A packet of MySQL's.
    pub(crate) fn packet(&mut self, number: u8, body: &[u8]) -> std::io::Result<()> {
        let length = u32::try_from(body.len()).unwrap().to_le_bytes();
        self.send(&[&length[..3], &[number], body].concat())
    }

    pub(crate) fn read_packet(&mut self) -> std::io::Result<Vec<u8>> {
        let head = self.take(4)?;
        let length = u32::from_le_bytes([head[0], head[1], head[2], 0]);
        self.take(length as usize)
    }

    /// MySQL: greets without TLS, and reads the login.
    pub(crate) fn greet(&mut self) -> std::io::Result<()> {
        self.greet_for(b"mysql_native_password")
    }

    /// The same for another method of authentication.
    pub(crate) fn greet_for(&mut self, method: &[u8]) -> std::io::Result<()> {
        let mut body = b"\x0a8.0.0\0\x01\0\0\0abcdefgh\0".to_vec();
        let powers: u32 = 0x000f_f7ff & !0x0800;
        body.extend(&powers.to_le_bytes()[..2]);
        body.extend([0x21, 2, 0]);
        body.extend(&powers.to_le_bytes()[2..]);
        body.push(21);
        body.extend([0; 10]);
        body.extend(b"ijklmnopqrst\0");
        body.extend(method);
        body.push(0);
        self.packet(0, &body)?;
        self.read_packet().map(drop)
    }
}

fn notice(text: &str) -> Vec<u8> {
    format!("SNOTICE\0C00000\0M{text}\0\0").into_bytes()
}

/// Runs the program in little memory.
pub(crate) fn run(url: &str, flags: &[&str], sql: &str) -> (Output, Duration) {
    let started = Instant::now();
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -v {MEMORY}; exec \"$@\""), "sh"])
        .arg(env!("CARGO_BIN_EXE_sqwire"))
        .args(["-X", url, "--connect-timeout", "2s"])
        .args(flags)
        .args(["-c", sql])
        .env("HOME", "/nonexistent")
        .output()
        .unwrap();
    (output, started.elapsed())
}

#[test]
fn a_login_that_never_ends_is_given_up() {
    let floods: &[(&str, Talk)] = &[
        ("postgres", |c| c.listen()),
        ("mysql", |c| c.listen()),
        ("postgres", |c| {
            c.startup()?;
            loop {
                c.message(b'N', &notice("again \x1b[2J"))?;
            }
        }),
        ("postgres", |c| {
            c.startup()?;
            loop {
                c.message(b'S', format!("name{}\0value\0", c.heard.len()).as_bytes())?;
            }
        }),
        // A message of two gigabytes, which comes as fast as it is read.
        ("postgres", |c| {
            c.startup()?;
            c.send(b"R\x7f\xff\xff\xff")?;
            loop {
                c.send(&[0; 65536])?;
            }
        }),
        ("postgres", |c| {
            c.startup()?;
            c.message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0")?;
            let head = c.take(5)?;
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
            let first = c.take(length - 4)?;
            let text = String::from_utf8_lossy(&first).into_owned();
            let nonce = text.rsplit_once("r=").unwrap().1;
            let answer = format!("r={nonce}x,s=c2FsdHNhbHQ=,i=400000000");
            c.message(b'R', &[b"\0\0\0\x0b", answer.as_bytes()].concat())?;
            c.listen()
        }),
        ("mysql", |c| {
            c.send(b"\xff\xff\xff\0\x0a")?;
            loop {
                c.send(&[b'x'; 65536])?;
            }
        }),
        ("mysql", |c| {
            c.greet()?;
            loop {
                c.packet(2, b"\xfemysql_native_password\0abcdefghijklmnopqrst\0")?;
            }
        }),
    ];
    for (n, (driver, talk)) in floods.iter().enumerate() {
        let (port, _) = server(*talk);
        let url = format!("{driver}://u:hunter2@127.0.0.1:{port}/d");
        let (output, took) = run(&url, &[], "select 1");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{n} {driver}: {said}");
        assert!(took < DEADLINE, "{n} {driver}: {took:?}");
        assert!(
            !said.contains('\x1b') && !said.contains("hunter2"),
            "{n}: {said}"
        );
    }
}

#[test]
fn a_statement_that_never_ends_is_given_up_in_the_time_that_was_set() {
    let talks: &[Talk] = &[
        |c| {
            c.welcome()?;
            c.listen()
        },
        |c| {
            c.welcome()?;
            loop {
                c.message(b'N', &notice("again \x1b]0;title\x07"))?;
            }
        },
        |c| {
            c.welcome()?;
            c.message(
                b'T',
                b"\0\x01a\x1b[31m\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0",
            )?;
            loop {
                c.message(b'D', b"\0\x01\0\0\0\x05\x1b[31m")?;
            }
        },
        // A row that says it has 65,535 columns, and one of an impossible length.
        |c| {
            c.welcome()?;
            c.message(b'T', b"\xff\xff")?;
            c.message(b'D', b"\0\x01\x7f\xff\xff\xff")?;
            c.listen()
        },
        // Two gigabytes of one cell, a copy in both directions, data that are asked for, messages that
        // there are not, and more and more of what ends a statement.
        |c| {
            c.welcome()?;
            c.send(b"D\x7f\xff\xff\xff\0\x01\x7f\xff\xff\xf5")?;
            loop {
                c.send(&[0; 65536])?;
            }
        },
        |c| {
            c.welcome()?;
            c.message(b'W', b"\0\0\0")?;
            c.listen()
        },
        |c| {
            c.welcome()?;
            c.message(b'G', b"\0\xff\xff")?;
            c.listen()
        },
        |c| {
            c.welcome()?;
            c.message(b'\x1b', b"\x1b[2J")?;
            c.listen()
        },
        |c| {
            c.welcome()?;
            loop {
                c.message(b'C', b"\x1b[31mSELECT 1\0")?;
            }
        },
        |c| {
            c.welcome()?;
            loop {
                c.message(b'S', &[b"a\0".as_slice(), &[b'v'; 60_000], b"\0"].concat())?;
            }
        },
        |c| {
            c.welcome()?;
            c.message(
                b'E',
                &[
                    b"SERROR\0C42000\0M\x1b[2J\0".as_slice(),
                    &b"xf\0".repeat(100_000),
                    b"\0",
                ]
                .concat(),
            )?;
            c.listen()
        },
    ];
    for (n, talk) in talks.iter().enumerate() {
        let (port, _) = server(*talk);
        let url = format!("postgres://u@127.0.0.1:{port}/d");
        let (output, took) = run(&url, &["--timeout", "1s", "-o", "/dev/null"], "select 1");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{n}: {said}");
        assert!(took < DEADLINE, "{n}: {took:?}");
        assert!(!said.contains('\x1b'), "{n}: {said}");
    }
}

/// MySQL: lets the client in and answers what it sends with `reply`, but the queries of its own.
fn answering(
    c: &mut Client,
    reply: impl Fn(&mut Client) -> std::io::Result<()>,
) -> std::io::Result<()> {
    const OK: &[u8] = b"\0\0\0\x02\0\0\0";
    c.greet()?;
    c.packet(2, OK)?;
    loop {
        let said = c.read_packet()?;
        match said.ends_with(b"select 1") {
            true => reply(c)?,
            false => c.packet(1, OK)?,
        }
    }
}

/// A column definition with the name `a`, or another of one byte.
const COLUMN: &[u8] = b"\x03def\0\0\0\x01a\0\x0c\x2d\0\x0a\0\0\0\xfd\0\0\0\0\0";

#[test]
fn no_answer_of_a_mysql_server_crashes_or_hangs() {
    let talks: &[Talk] = &[
        // Rows, or results, without end, from a server that listens to nobody.
        |c| {
            answering(c, |c| {
                c.packet(1, b"\x01")?;
                c.packet(2, COLUMN)?;
                c.packet(3, b"\xfe\0\0\x02\0")?;
                for number in (4..=255).chain(0..=255).cycle() {
                    c.packet(number, b"\x01x")?;
                }
                Ok(())
            })
        },
        |c| {
            answering(c, |c| {
                for number in (1..=255).chain(0..=255).cycle() {
                    c.packet(number, b"\0\0\0\x0a\0\0\0")?;
                }
                Ok(())
            })
        },
        // An error message of 50 MB, and numbers of columns that no memory is large enough for.
        |c| {
            answering(c, |c| {
                c.send(b"\xff\xff\xff\x01\xff\x28\x04#42000")?;
                c.send(&vec![b'x'; 0xff_ffff - 9])?;
                c.packet(2, &vec![b'x'; 0xff_0000])
            })
        },
        |c| answering(c, |c| c.packet(1, b"\xfe\0\0\0\x80\0\0\0\0")),
        |c| answering(c, |c| c.packet(1, b"\xfe\0\0\0\0\0\x01\0\0")),
        |c| answering(c, |c| c.packet(1, b"\xfe\0\0\0\0\0\0\0\x04")),
        |c| answering(c, |c| c.packet(1, b"\xfd\xff\xff\xff")),
        // More columns than there is memory for, a cell that is longer than its packet, a packet out
        // of order, one without a body, half a packet.
        |c| answering(c, |c| c.packet(1, b"\xfe\0\0\0\0\0\0\0\x80")),
        |c| {
            answering(c, |c| {
                c.packet(1, b"\x01")?;
                c.packet(2, COLUMN)?;
                c.packet(3, b"\xfe\0\0\x02\0")?;
                c.packet(4, b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff")
            })
        },
        |c| answering(c, |c| c.packet(77, b"\0\0\0\x02\0\0\0")),
        |c| answering(c, |c| c.packet(1, b"")),
        |c| answering(c, |c| c.send(b"\x10\0\0\x01\x01")),
    ];
    for (n, talk) in talks.iter().enumerate() {
        let (port, _) = server(*talk);
        let url = format!("mysql://u@127.0.0.1:{port}/?ssl-mode=disabled");
        let (output, took) = run(&url, &["--timeout", "1s", "-o", "/dev/null"], "select 1");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{n}: {said}");
        assert!(said.starts_with("error: "), "{n}: {said}");
        assert!(took < DEADLINE, "{n}: {took:?}");
    }
}

#[test]
fn a_compressed_answer_that_makes_no_sense_ends_the_connection() {
    const BOMB: &[u8] = b"\x78\x01\xed\xc1\x01\x01\0\0\0\x82\x20\xff\xaf\x6e\x48\x40";
    let talks: &[Talk] = &[
        // 16 MB are said to be in some bytes, or some bytes in 16 MB; what is no zlib; no frame's end.
        |c| c.send(&[b"\x10\0\0\x01\xff\xff\xff", BOMB].concat()),
        |c| c.send(&[b"\x10\0\0\x01\x05\0\0", BOMB].concat()),
        |c| c.send(b"\x04\0\0\x01\x08\0\0abcd"),
        |c| c.send(b"\xff\xff\xff\x01\xff\xff\xffx"),
        // Frames with nothing in them, for ever.
        |c| loop {
            c.send(b"\0\0\0\x01\0\0\0")?;
        },
        // A number of columns that no memory is large enough for, in a frame.
        |c| c.send(b"\x0d\0\0\x01\0\0\0\x09\0\0\x01\xfe\0\0\0\0\0\0\0\x80"),
    ];
    for (n, talk) in talks.iter().enumerate() {
        let (port, _) = server(move |c: &mut Client| {
            c.greet()?;
            c.packet(2, b"\0\0\0\x02\0\0\0")?;
            c.take(7)?;
            talk(c)?;
            c.listen()
        });
        let url = format!("mysql://u@127.0.0.1:{port}/?ssl-mode=disabled&compress=1");
        let (output, took) = run(&url, &["--timeout", "1s"], "select 1");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{n}: {said}");
        assert!(said.starts_with("error: "), "{n}: {said}");
        assert!(took < DEADLINE, "{n}: {took:?}");
    }
}

#[test]
fn a_server_that_asks_for_a_file_gets_nothing() {
    let (port, heard) = server(|c| {
        c.greet()?;
        c.packet(2, b"\0\0\0\x02\0\0\0")?;
        loop {
            c.read_packet()?;
            c.packet(1, b"\xfb/etc/passwd")?;
            while !c.read_packet()?.is_empty() {}
            c.packet(3, b"\0\0\0\x02\0\0\0")?;
        }
    });
    let url = format!("mysql://u@127.0.0.1:{port}/?ssl-mode=disabled");
    for sql in [
        "select 1",
        "load data local infile '/etc/hostname' into table t",
    ] {
        let (output, took) = run(&url, &["--timeout", "5s"], sql);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(took < DEADLINE, "{took:?}");
        assert!(
            said.contains("asked for the local file \"/etc/passwd\", which was refused"),
            "{said}"
        );
        let heard = heard.recv_timeout(DEADLINE).unwrap();
        let heard = String::from_utf8_lossy(&heard).into_owned();
        assert!(!heard.contains("root:"), "{heard}");
    }
}

#[test]
fn no_password_goes_out_in_clear_text_unasked_or_without_tls() {
    for parameters in [
        "ssl-mode=disabled",
        "ssl-mode=disabled&enable-cleartext-plugin=1",
    ] {
        let (port, heard) = server(|c| {
            c.greet()?;
            c.packet(2, b"\xfemysql_clear_password\0")?;
            c.listen()
        });
        let url = format!("mysql://u:hunter2@127.0.0.1:{port}/?{parameters}");
        let (output, _) = run(&url, &[], "select 1");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("enable-cleartext-plugin"), "{said}");
        let heard = heard.recv_timeout(DEADLINE).unwrap();
        assert!(!String::from_utf8_lossy(&heard).contains("hunter2"));
    }
    let tricks: &[Talk] = &[
        |c| {
            c.greet_for(b"mysql_clear_password")?;
            c.listen()
        },
        |c| {
            switch(c, b"caching_sha2_password", b"0123456789abcdefghij\0")?;
            c.packet(4, b"\x01\x04 and more")?;
            c.listen()
        },
        |c| {
            switch(c, b"sha256_password", b"0123456789abcdefghij\0")?;
            c.listen()
        },
    ];
    for (n, talk) in tricks.iter().enumerate() {
        let (port, heard) = server(*talk);
        let more = "ssl-mode=disabled&connect_timeout=2";
        let url = format!("mysql://u:hunter2@127.0.0.1:{port}/?{more}");
        let (output, _) = run(&url, &[], "select 1");
        assert_eq!(output.status.code(), Some(2), "{n}");
        let heard = heard.recv_timeout(DEADLINE).unwrap();
        assert!(!String::from_utf8_lossy(&heard).contains("hunter2"), "{n}");
    }
    let (port, heard) = server(|c| {
        c.startup()?;
        c.message(b'R', &[0, 0, 0, 3])?;
        c.listen()
    });
    let url = format!("postgres://u:hunter2@127.0.0.1:{port}/d?require_auth=scram-sha-256");
    let (output, _) = run(&url, &[], "select 1");
    assert_eq!(output.status.code(), Some(2));
    let heard = heard.recv_timeout(DEADLINE).unwrap();
    assert!(!String::from_utf8_lossy(&heard).contains("hunter2"));
}

/// MySQL: asks for another way to authenticate, and reads the answer.
fn switch(c: &mut Client, plugin: &[u8], nonce: &[u8]) -> std::io::Result<()> {
    c.greet()?;
    c.packet(2, &[b"\xfe", plugin, b"\0", nonce].concat())?;
    c.read_packet().map(drop)
}

#[test]
fn an_authentication_that_makes_no_sense_is_an_error_and_no_crash() {
    const SHA2: &[u8] = b"caching_sha2_password";
    let senseless: &[(&str, Talk, &str)] = &[
        (
            "u:hunter2",
            |c| {
                switch(c, SHA2, b"0123456789abcdefghij\0")?;
                c.packet(4, b"\x01\x04")?;
                c.read_packet()?;
                c.packet(6, b"")
            },
            "connection closed",
        ),
        (
            "u:hunter2",
            |c| {
                switch(c, SHA2, b"0123456789abcdefghij\0")?;
                c.packet(4, b"\x01\x04")?;
                c.read_packet()?;
                c.packet(6, b"\x01no key")
            },
            "public key cannot be used",
        ),
        (
            "u:hunter2",
            |c| {
                switch(c, SHA2, b"")?;
                c.packet(4, b"\x01\x04")?;
                c.read_packet()?;
                c.packet(6, b"\x01no key")
            },
            "public key cannot be used",
        ),
        (
            "u:hunter2",
            |c| {
                switch(c, b"parsec", &[7; 32])?;
                c.packet(4, b"\xfeparsec\0and again")
            },
            "makes no sense",
        ),
        (
            "u",
            |c| {
                switch(c, b"parsec", &[7; 32])?;
                c.packet(4, &[b"\x01P\0".as_slice(), &[7; 18]].concat())
            },
            "the server wants a password",
        ),
    ];
    for (who, talk, said) in senseless {
        let (port, _) = server(*talk);
        let more = "ssl-mode=disabled&get-server-public-key=1";
        let url = format!("mysql://{who}@127.0.0.1:{port}/?{more}");
        let (output, _) = run(&url, &[], "select 1");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(
            error.starts_with("error: ") && error.contains(said),
            "{said}: {error}"
        );
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

/// Functions and operators like those of the system, which say when they are called.
const PLANTED: &str = r#"
create table public.t1 (id int primary key, name text default 'x' check (name <> ''));
create view public.v1 as select * from public.t1;
create schema evil;
do $do$
declare
  r record;
  body text := $b$ begin raise exception 'planted'; end $b$;
begin
  for r in select p.proname, pg_get_function_identity_arguments(p.oid) args,
                  pg_get_function_result(p.oid) res
           from pg_proc p where pronamespace = 'pg_catalog'::regnamespace and prokind = 'f'
                and not proretset and pronargs <= 3 and provariadic = 0 loop
    begin
      execute format('create function evil.%I(%s) returns %s language plpgsql as %L',
                     r.proname, r.args, r.res, body);
    exception when others then null;
    end;
  end loop;
  for r in select oprname, oprleft::regtype::text l, oprright::regtype::text rt,
                  oprresult::regtype::text res
           from pg_operator where oprnamespace = 'pg_catalog'::regnamespace and oprleft <> 0 loop
    begin
      execute format('create or replace function evil.%I(%s, %s) returns %s language plpgsql as %L',
                     'op_' || r.res, r.l, r.rt, r.res, body);
      execute format('create operator evil.%s (leftarg = %s, rightarg = %s, function = evil.%I)',
                     r.oprname, r.l, r.rt, 'op_' || r.res);
    exception when others then null;
    end;
  end loop;
end $do$;
select count(*) > 500 from pg_operator where oprnamespace = 'evil'::regnamespace;
"#;

#[test]
fn what_is_planted_in_the_search_path_is_not_called_by_queries_of_ours() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let database = crate::postgres::block_on(server.database());
    let url = format!("postgres://{USER}@127.0.0.1:{}/{database}", server.port);
    let run = |path: &str, flags: &str, input: &str| {
        let sqwire = Sqwire::new()
            .env("PGPASSWORD", PASSWORD)
            .env("PGOPTIONS", &format!("-c search_path={path}"));
        let (output, _) = sqwire.args(flags).input(input).output();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        said + &String::from_utf8_lossy(&output.stderr)
    };
    let made = run("public", &format!("{url} --csv -t"), PLANTED);
    assert!(made.ends_with("t\n"), "{made}");
    let commands = "\\dt\n\\dv\n\\df op_x\n\\du\n\\dp\n\\l\n\\dC\n\\dO\n\\dT\n\\d t1\n\\d+ t1\n\\d+ v1\n\
                    \\sv v1\n/ddl t1\n/find t1\n/stats t1\nbegin;\n\\dt\nshow search_path;\ncommit;\n\
                    show search_path;\n";
    for path in ["evil,pg_catalog,public", "evil,public"] {
        let said = run(path, &format!("{url} -t --on-error continue"), commands);
        assert!(!said.contains("planted"), "{path}: {said}");
        assert!(
            said.contains("t1_pkey") && said.contains("SELECT"),
            "{path}: {said}"
        );
        assert_eq!(said.matches(path).count(), 2, "{path}: {said}");
        let catalog = run(path, &format!("catalog {url}"), "");
        assert!(catalog.contains("\"t1\""), "{path}: {catalog:.300}");
    }
    // The server does raise it where it is called by name.
    let called = run("evil,pg_catalog", &format!("{url} -t"), "select 1 = 1;");
    assert!(called.contains("planted"), "{called}");
}
