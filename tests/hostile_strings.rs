//! Every string and length that a server can send, by its name in the protocol, with contents that
//! mean harm: what a terminal would act on, a megabyte, bytes that are no text, the same for ever.
//! Each row says what becomes of it. Whatever that is: no control character reaches the terminal, and
//! memory and time have their bounds.

use crate::hostile::{Client, DEADLINE, run, server};
use crate::pty::{self, Start};
use std::io::Result;

/// A part of a talk: what the server puts there, and how often.
struct Harm<'a> {
    text: &'a [u8],
    times: usize,
}

type Talk = fn(&mut Client, &Harm<'_>) -> Result<()>;

/// What becomes of text that would steer a terminal.
enum Verdict {
    /// It is shown, made visible.
    Shown,
    /// Nobody sees it.
    Silent,
    /// The answer is refused, in these words among others.
    Refused(&'static str),
}
use Verdict::{Refused, Shown, Silent};

const STEERING: &[u8] = b"harm\x1b]0;harm\x07\x1b[2J\xc2\x9b31m\xe2\x80\xae\x08harm";
const NO_TEXT: &[u8] = b"\xff\xfe\x80\xc0harm";

/// A statement of the user's; what else comes is answered by nothing.
fn statement(c: &mut Client) -> Result<()> {
    loop {
        let head = c.take(5)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let body = c.take(length - 4)?;
        if body.ends_with(b"select 1\0") || head[0] == b'P' {
            return Ok(());
        }
    }
}

/// PostgreSQL: lets the client in, and answers its statement with `messages` and an end.
fn answer(c: &mut Client, harm: &Harm<'_>, messages: &[(u8, Vec<u8>)]) -> Result<()> {
    c.welcome()?;
    statement(c)?;
    for _ in 0..harm.times {
        for (kind, body) in messages {
            c.message(*kind, body)?;
        }
    }
    c.message(b'C', b"SELECT 1\0")?;
    c.message(b'Z', b"I")?;
    c.listen()
}

/// All that an error or a notice of PostgreSQL can hold.
fn fields(severity: &str, text: &[u8]) -> Vec<u8> {
    let mut out = format!("S{severity}\0V{severity}\0C42P01\0").into_bytes();
    for field in *b"MDHWqscdtnFR" {
        out.push(field);
        out.extend(text);
        out.push(0);
    }
    out.extend(b"P1\0p1\0L1\0\0");
    out
}

/// A description of one column of PostgreSQL's type text.
fn column(name: &[u8]) -> Vec<u8> {
    [
        b"\0\x01",
        name,
        b"\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0",
    ]
    .concat()
}

fn cell(text: &[u8]) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap().to_be_bytes();
    [b"\0\x01", length.as_slice(), text].concat()
}

const POSTGRES: &[(&str, Verdict, Talk)] = &[
    (
        "answer to the request for TLS",
        Refused("could not connect"),
        |c, harm| {
            c.take(8)?;
            for _ in 0..harm.times {
                c.send(harm.text)?;
            }
            c.listen()
        },
    ),
    (
        "what follows a no to TLS",
        Refused("could not connect"),
        |c, harm| {
            c.take(8)?;
            c.send(b"N")?;
            for _ in 0..harm.times {
                c.send(harm.text)?;
            }
            c.listen()
        },
    ),
    (
        "kind of authentication",
        Refused("could not connect"),
        |c, harm| {
            c.startup()?;
            c.message(b'R', &[b"\0\0\0\x63", harm.text].concat())?;
            c.listen()
        },
    ),
    (
        "AuthenticationSASL: mechanisms",
        Refused("could not connect"),
        |c, harm| {
            c.startup()?;
            let names = [harm.text, b"\0"].concat().repeat(harm.times.min(100_000));
            c.message(b'R', &[b"\0\0\0\x0a", names.as_slice(), b"\0"].concat())?;
            c.listen()
        },
    ),
    (
        "AuthenticationSASLContinue",
        Refused("could not connect"),
        |c, harm| {
            c.startup()?;
            c.message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0")?;
            c.take(5)?;
            c.message(b'R', &[b"\0\0\0\x0b", harm.text].concat())?;
            c.listen()
        },
    ),
    (
        "AuthenticationSASLFinal",
        Refused("could not connect"),
        |c, harm| {
            c.startup()?;
            c.message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0")?;
            c.take(5)?;
            c.message(b'R', &[b"\0\0\0\x0ce=", harm.text].concat())?;
            c.listen()
        },
    ),
    (
        "NegotiateProtocolVersion: options",
        Refused("could not connect"),
        |c, harm| {
            c.startup()?;
            for _ in 0..harm.times {
                let body = [b"\0\x03\0\0\0\0\0\x01", harm.text, b"\0"].concat();
                c.message(b'v', &body)?;
            }
            c.listen()
        },
    ),
    ("ErrorResponse at the login", Shown, |c, harm| {
        c.startup()?;
        for _ in 0..harm.times {
            c.message(b'E', &fields("FATAL", harm.text))?;
        }
        Ok(())
    }),
    ("NoticeResponse at the login", Shown, |c, harm| {
        c.startup()?;
        c.message(b'R', &[0; 4])?;
        for _ in 0..harm.times {
            c.message(b'N', &fields("WARNING", harm.text))?;
        }
        c.message(b'Z', b"I")?;
        answered(c)
    }),
    ("ParameterStatus: name", Silent, |c, harm| {
        c.startup()?;
        c.message(b'R', &[0; 4])?;
        for _ in 0..harm.times {
            c.message(b'S', &[harm.text, b"\0v\0"].concat())?;
        }
        c.message(b'Z', b"I")?;
        answered(c)
    }),
    ("ParameterStatus: value", Silent, |c, harm| {
        c.startup()?;
        c.message(b'R', &[0; 4])?;
        for _ in 0..harm.times {
            for name in [
                "server_version",
                "application_name",
                "session_authorization",
            ] {
                c.message(b'S', &[name.as_bytes(), b"\0", harm.text, b"\0"].concat())?;
            }
        }
        c.message(b'Z', b"I")?;
        answered(c)
    }),
    ("BackendKeyData", Silent, |c, harm| {
        c.startup()?;
        c.message(b'R', &[0; 4])?;
        for _ in 0..harm.times {
            c.message(b'K', &[b"\0\0\0\x01", harm.text].concat())?;
        }
        c.message(b'Z', b"I")?;
        answered(c)
    }),
    ("ErrorResponse", Shown, |c, harm| {
        answer(c, harm, &[(b'E', fields("ERROR", harm.text))])
    }),
    ("NoticeResponse", Shown, |c, harm| {
        answer(c, harm, &[(b'N', fields("WARNING", harm.text))])
    }),
    ("NotificationResponse", Shown, |c, harm| {
        let body = [b"\0\0\0\x01", harm.text, b"\0", harm.text, b"\0"].concat();
        answer(c, harm, &[(b'A', body)])
    }),
    ("RowDescription: name", Shown, |c, harm| {
        let row = (b'D', cell(b"x"));
        answer(c, harm, &[(b'T', column(harm.text)), row])
    }),
    (
        "RowDescription: number of columns",
        Refused("makes no sense"),
        |c, harm| answer(c, harm, &[(b'T', [b"\xff\xff", harm.text].concat())]),
    ),
    ("DataRow: cell", Shown, |c, harm| {
        c.welcome()?;
        statement(c)?;
        c.message(b'T', &column(b"a"))?;
        for _ in 0..harm.times {
            c.message(b'D', &cell(harm.text))?;
        }
        c.message(b'C', b"SELECT 1\0")?;
        c.message(b'Z', b"I")?;
        c.listen()
    }),
    (
        "DataRow: length of a cell",
        Refused("makes no sense"),
        |c, harm| {
            let row = [b"\0\x01\x7f\xff\xff\xf0", harm.text].concat();
            answer(c, harm, &[(b'T', column(b"a")), (b'D', row)])
        },
    ),
    ("CommandComplete", Shown, |c, harm| {
        c.welcome()?;
        statement(c)?;
        for _ in 0..harm.times {
            c.message(b'C', &[harm.text, b"\0"].concat())?;
        }
        c.message(b'Z', b"I")?;
        c.listen()
    }),
    ("CopyData unasked", Shown, |c, harm| {
        answer(
            c,
            harm,
            &[
                (b'H', b"\0\0\x01\0\0".to_vec()),
                (b'd', harm.text.to_vec()),
                (b'c', vec![]),
            ],
        )
    }),
    ("ReadyForQuery: state", Silent, |c, harm| {
        c.welcome()?;
        statement(c)?;
        for _ in 0..harm.times {
            c.message(b'Z', harm.text)?;
        }
        c.listen()
    }),
    ("a kind of message that there is not", Silent, |c, harm| {
        answer(c, harm, &[(b'\x1b', harm.text.to_vec())])
    }),
    (
        "FunctionCallResponse, ParameterDescription, …",
        Silent,
        |c, harm| {
            let kinds = b"Vtn123Is".map(|kind| (kind, harm.text.to_vec()));
            answer(c, harm, &kinds)
        },
    ),
    ("a length of less than itself", Silent, |c, harm| {
        c.welcome()?;
        statement(c)?;
        for _ in 0..harm.times {
            c.send(&[b"T\0\0\0\x03", harm.text].concat())?;
        }
        c.listen()
    }),
];

/// PostgreSQL: a statement that goes well.
fn answered(c: &mut Client) -> Result<()> {
    statement(c)?;
    c.message(b'C', b"SELECT 1\0")?;
    c.message(b'Z', b"I")?;
    c.listen()
}

/// A packet that goes on in others where it is long.
fn packets(c: &mut Client, number: &mut u8, body: &[u8]) -> Result<()> {
    c.packet(*number, body)?;
    *number = number.wrapping_add(1);
    Ok(())
}

/// A string behind its length.
fn counted(text: &[u8]) -> Vec<u8> {
    match u8::try_from(text.len()) {
        Ok(n @ 0..=250) => [&[n], text].concat(),
        _ => {
            let length = u32::try_from(text.len()).unwrap().to_le_bytes();
            [b"\xfd", &length[..3], text].concat()
        }
    }
}

const OK: &[u8] = b"\0\0\0\x02\0\0\0";

/// MySQL: lets the client in, and answers its statement; all else goes well.
fn reply(
    c: &mut Client,
    harm: &Harm<'_>,
    each: impl Fn(&mut Client, &mut u8) -> Result<()>,
) -> Result<()> {
    c.greet()?;
    c.packet(2, OK)?;
    loop {
        let said = c.read_packet()?;
        if !said.ends_with(b"select 1") {
            c.packet(1, OK)?;
            continue;
        }
        let mut number = 1;
        for _ in 0..harm.times {
            each(c, &mut number)?;
        }
    }
}

/// A description of a column with these names: catalog, schema, table, its own, column, its own.
fn described(names: [&[u8]; 6]) -> Vec<u8> {
    let mut out: Vec<u8> = names.into_iter().flat_map(counted).collect();
    out.extend(b"\x0c\x2d\0\x0a\0\0\0\xfd\0\0\0\0\0");
    out
}

/// A result of one column and one row.
fn result(c: &mut Client, number: &mut u8, column: &[u8], row: &[u8], end: &[u8]) -> Result<()> {
    for body in [b"\x01", column, b"\xfe\0\0\x02\0", row, end] {
        packets(c, number, body)?;
    }
    Ok(())
}

const LAST: &[u8] = b"\xfe\0\0\x02\0";

/// A greeting with this version, nonce and method.
fn greeting(version: &[u8], nonce: &[u8], method: &[u8]) -> Vec<u8> {
    let mut body = [
        b"\x0a",
        version,
        b"\0\x01\0\0\0abcdefgh\0\xff\xf7\x21\x02\0\x0f\0\x15",
    ]
    .concat();
    body.extend([0; 10]);
    body.extend([nonce, b"\0", method, b"\0"].concat());
    body
}

const MYSQL: &[(&str, Verdict, Talk)] = &[
    (
        "greeting: version of the protocol",
        Refused("could not connect"),
        |c, harm| {
            for _ in 0..harm.times {
                c.packet(0, harm.text)?;
            }
            c.listen()
        },
    ),
    ("greeting: version", Silent, |c, harm| {
        c.packet(
            0,
            &greeting(harm.text, b"ijklmnopqrst", b"mysql_native_password"),
        )?;
        c.read_packet()?;
        c.packet(2, OK)?;
        loop {
            c.read_packet()?;
            c.packet(1, OK)?;
        }
    }),
    ("greeting: nonce", Silent, |c, harm| {
        c.packet(0, &greeting(b"8.0.0", harm.text, b"mysql_native_password"))?;
        c.listen()
    }),
    ("greeting: method", Silent, |c, harm| {
        c.packet(0, &greeting(b"8.0.0", b"ijklmnopqrst", harm.text))?;
        c.listen()
    }),
    ("error in place of a greeting", Shown, |c, harm| {
        for _ in 0..harm.times {
            c.packet(0, &[b"\xff\x10\x04", harm.text].concat())?;
        }
        Ok(())
    }),
    ("error at the login", Shown, |c, harm| {
        c.greet()?;
        for _ in 0..harm.times {
            c.packet(2, &[b"\xff\x14\x04#42000", harm.text].concat())?;
        }
        Ok(())
    }),
    (
        "another method: name",
        Refused("could not connect"),
        |c, harm| {
            c.greet()?;
            for _ in 0..harm.times {
                c.packet(2, &[b"\xfe", harm.text, b"\0nonce\0"].concat())?;
            }
            c.listen()
        },
    ),
    ("another method: nonce", Silent, |c, harm| {
        c.greet()?;
        for _ in 0..harm.times {
            c.packet(2, &[b"\xfemysql_native_password\0", harm.text].concat())?;
        }
        c.listen()
    }),
    (
        "more data of a method",
        Refused("could not connect"),
        |c, harm| {
            c.greet()?;
            for _ in 0..harm.times {
                c.packet(2, &[b"\x01", harm.text].concat())?;
            }
            c.listen()
        },
    ),
    ("OK at the login: text", Silent, |c, harm| {
        c.greet()?;
        c.packet(2, &[OK, &counted(harm.text)].concat())?;
        loop {
            c.read_packet()?;
            c.packet(1, OK)?;
        }
    }),
    ("OK: text", Shown, |c, harm| {
        reply(c, harm, |c, number| {
            packets(c, number, &[OK, &counted(harm.text)].concat())
        })
    }),
    ("OK: state of the session", Silent, |c, harm| {
        let state = counted(&[b"\x01", counted(harm.text).as_slice()].concat());
        let body = [b"\0\0\0\x02\x40\0\0\0", state.as_slice()].concat();
        reply(c, harm, |c, number| packets(c, number, &body))
    }),
    ("error: text", Shown, |c, harm| {
        let body = [b"\xff\x28\x04#42000", harm.text].concat();
        reply(c, harm, |c, number| packets(c, number, &body))
    }),
    ("error: state", Refused("lost"), |c, harm| {
        let body = [b"\xff\x28\x04", harm.text].concat();
        reply(c, harm, |c, number| packets(c, number, &body))
    }),
    ("report of progress", Silent, |c, harm| {
        let body = [
            b"\xff\xff\xff\x01\x01\x02\0\0\0",
            counted(harm.text).as_slice(),
        ]
        .concat();
        reply(c, harm, |c, number| packets(c, number, &body))
    }),
    ("number of columns", Silent, |c, harm| {
        let body = [b"\xfd", harm.text].concat();
        reply(c, harm, |c, number| packets(c, number, &body))
    }),
    ("column: name", Shown, |c, harm| {
        let column = described([b"def", b"", b"", b"", harm.text, b""]);
        reply(c, harm, |c, number| {
            result(c, number, &column, b"\x01x", LAST)
        })
    }),
    ("column: its other names", Silent, |c, harm| {
        let harm_of = harm.text;
        let column = described([harm_of, harm_of, harm_of, harm_of, b"a", harm_of]);
        reply(c, harm, |c, number| {
            result(c, number, &column, b"\x01x", LAST)
        })
    }),
    ("column: its rest", Silent, |c, harm| {
        let column = [b"\x03def\0\0\0\x01a\0", harm.text].concat();
        reply(c, harm, |c, number| {
            result(c, number, &column, b"\x01x", LAST)
        })
    }),
    ("cell", Shown, |c, harm| {
        let column = described([b"def", b"", b"", b"", b"a", b""]);
        reply(c, harm, |c, number| {
            result(c, number, &column, &counted(harm.text), LAST)
        })
    }),
    ("length of a cell", Refused("makes no sense"), |c, harm| {
        let column = described([b"def", b"", b"", b"", b"a", b""]);
        let row = [b"\xfe\xff\xff\xff\x7f\0\0\0\0", harm.text].concat();
        reply(c, harm, |c, number| result(c, number, &column, &row, LAST))
    }),
    ("end of the rows", Silent, |c, harm| {
        let column = described([b"def", b"", b"", b"", b"a", b""]);
        let end = [b"\xfe\0\0\x02\0", harm.text].concat();
        reply(c, harm, |c, number| {
            result(c, number, &column, b"\x01x", &end)
        })
    }),
    ("name of a local file", Shown, |c, harm| {
        let body = [b"\xfb", harm.text].concat();
        reply(c, harm, |c, number| {
            packets(c, number, &body)?;
            while !c.read_packet()?.is_empty() {}
            *number = number.wrapping_add(1);
            packets(c, number, OK)
        })
    }),
];

#[test]
fn every_string_of_a_postgres_server_may_hold_anything() {
    judge_all("postgres", POSTGRES);
}

#[test]
fn every_string_of_a_mysql_server_may_hold_anything() {
    judge_all("mysql", MYSQL);
}

fn judge_all(driver: &str, rows: &[(&str, Verdict, Talk)]) {
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = rows.chunks(rows.len().div_ceil(6)).collect();
        let running: Vec<_> = parts
            .into_iter()
            .map(|part| {
                scope.spawn(move || {
                    part.iter()
                        .filter_map(|row| judge(driver, row))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        running
            .into_iter()
            .flat_map(|part| part.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn judge(driver: &str, (name, verdict, talk): &(&str, Verdict, Talk)) -> Option<String> {
    let talk = *talk;
    let serve = |text: Vec<u8>, times: usize| {
        let (port, _) = server(move |c| talk(c, &Harm { text: &text, times }));
        let more = if driver == "mysql" {
            "?ssl-mode=preferred"
        } else {
            "?sslmode=prefer"
        };
        format!("{driver}://u@127.0.0.1:{port}/d{more}")
    };
    let wrong = |why: &str, said: &str| Some(format!("{driver}: {name}: {why}: {said:.900}"));
    // On a terminal.
    let home = pty::home();
    let url = serve(STEERING.to_vec(), 1);
    let script = format!(
        "$sqwire -X '{url}' --connect-timeout 2s --timeout 1s -c 'select 1'; echo over: $?"
    );
    let terminal = Start::shell(home.path(), &script)
        .env("PGPASSWORD", "hunter2")
        .env("MYSQL_PWD", "hunter2")
        .size(50, 200)
        .go();
    terminal.shows("over: ");
    let seen = terminal.written();
    for raw in [
        "\x1b]0;harm",
        "\x1b[2J",
        "\u{9b}",
        "\u{202e}",
        "\x07",
        "\x08",
    ] {
        if seen.contains(raw) {
            return wrong("it reached the terminal", &format!("{seen:?}"));
        }
    }
    let fits = match verdict {
        // The table shows U+009B as psql does.
        Shown => seen
            .replace("\\u009B", "\\x9B")
            .contains("harm\\x1B]0;harm\\x07\\x1B[2J\\x9B31m\\u202E\\x08harm"),
        Silent => !seen.contains("harm"),
        Refused(words) => seen.contains(words) && seen.contains("over: 2"),
    };
    if !fits {
        return wrong("not what it says", &seen);
    }
    for (text, times) in [
        (vec![b'x'; 1_000_000], 1),
        (NO_TEXT.to_vec(), 1),
        (Vec::new(), 1),
        (vec![0xff; 300], 1),
        (STEERING.to_vec(), usize::MAX),
    ] {
        let what = format!("{} bytes, {times} times", text.len());
        let url = serve(text, times);
        let (output, took) = run(&url, &["--timeout", "1s", "-o", "/dev/null"], "select 1");
        let said = String::from_utf8_lossy(&output.stderr);
        if took > DEADLINE || !matches!(output.status.code(), Some(0..=2)) {
            let why = format!("{what} ended with {} after {took:?}", output.status);
            return wrong(&why, &said);
        }
        if said.contains('\x1b') {
            return wrong(&what, &said);
        }
    }
    None
}
