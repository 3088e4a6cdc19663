//! PostgreSQL's large objects: to and from files of the client.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::data::hex_text;
use crate::driver::Transaction;
use crate::error::{Error, OfPsql, Result};
use crate::output::Output;
use crate::session::Session;
use crate::sql::names::literal;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::fs::File;
use std::io::{Read, Write as _};

/// Bytes of an object in one statement.
const PIECE: usize = 256 * 1024;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\lo_import"],
            args: &[
                Arg::required("FILE", ArgKind::Path),
                Arg::optional("COMMENT", ArgKind::Text),
            ],
            section: Section::System,
            help: "make a large object of a file (PostgreSQL)",
        },
        run: import,
    },
    Command {
        spec: Spec {
            names: &["\\lo_export"],
            args: &[
                Arg::required("OID", ArgKind::Text),
                Arg::required("FILE", ArgKind::Path),
            ],
            section: Section::System,
            help: "write a large object to a file (PostgreSQL)",
        },
        run: export,
    },
    Command {
        spec: Spec {
            names: &["\\lo_unlink"],
            args: &[Arg::required("OID", ArgKind::Text)],
            section: Section::System,
            help: "delete a large object (PostgreSQL)",
        },
        run: unlink,
    },
];

/// An oid as C reads it: the digits that a text begins with.
fn oid(text: &str) -> u32 {
    let digits = text.trim_start();
    let end = digits.find(|c: char| !c.is_ascii_digit());
    digits[..end.unwrap_or(digits.len())].parse().unwrap_or(0)
}

/// Runs `work` in a transaction of its own, where none is open.
async fn in_transaction<T>(
    session: &mut Session,
    name: &str,
    work: impl AsyncFnOnce(&mut Session) -> Result<T>,
) -> Result<T> {
    if session.dialect().name != "postgres" {
        let message = format!("\\{name}: only PostgreSQL has large objects");
        return Err(Error::usage(message));
    }
    let own = match session.status().transaction {
        Transaction::Failed => {
            let message = format!("\\{name}: current transaction is aborted");
            return Err(Error::usage(message));
        }
        Transaction::Open => false,
        Transaction::None => true,
    };
    if own {
        session.ask_value("BEGIN").await?;
    }
    let done = work(session).await;
    if own && session.is_connected() {
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = session.ask_value(end).await;
        return done.and_then(|done| ended.map(|_| done));
    }
    done
}

/// Says what was done, where results go.
fn tell(session: &mut Session, line: &str) -> Result<Next> {
    if !session.settings.quiet {
        let written = match session.settings.format.as_str() {
            "html" => writeln!(session.output, "<p>{line}</p>"),
            _ => writeln!(session.output, "{line}"),
        };
        let shown = written.and_then(|()| session.output.flush());
        shown.map_err(|e| Error::io("write the output", &e))?;
    }
    Ok(Next::Continue)
}

/// Fills `piece` as far as the file goes.
fn read_piece(file: &mut File, piece: &mut Vec<u8>) -> std::io::Result<usize> {
    piece.clear();
    file.take(PIECE as u64).read_to_end(piece)
}

fn import<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let name = args.need(0, "a file")?;
        let comment = args.get(1);
        let made = in_transaction(session, args.name, async |session| {
            let mut file = File::open(name).map_err(|e| unopened(name, &without_number(&e)))?;
            let made = session.ask_value("SELECT pg_catalog.lo_creat(-1)").await?;
            let (mut piece, mut offset) = (Vec::new(), 0);
            loop {
                let read = read_piece(&mut file, &mut piece);
                match read.map_err(|e| Error::io(format!("read \"{name}\""), &e))? {
                    0 => break,
                    length => {
                        let data = hex_text(&piece);
                        let sql = format!(
                            "SELECT pg_catalog.lo_put({made}, {offset}, \
                             pg_catalog.decode('{data}', 'hex'))"
                        );
                        session.ask_value(&sql).await?;
                        offset += length;
                    }
                }
            }
            if let Some(comment) = comment {
                let comment = literal(comment, session.dialect());
                let sql = format!("COMMENT ON LARGE OBJECT {made} IS {comment}");
                session.ask_value(&sql).await?;
            }
            Ok(made)
        })
        .await?;
        session.variables.tell("LASTOID", made.clone());
        tell(session, &format!("lo_import {made}"))
    }
    .boxed_local()
}

/// To psql these are libpq's words, which it passes on.
fn unopened(name: &str, error: &std::io::Error) -> Error {
    let message = format!("could not open file \"{name}\": {error}");
    let mut error = Error::usage(message.clone());
    error.psql = Some(Box::new(OfPsql::Passed(message)));
    error
}

/// The system's own words for an error.
fn without_number(error: &std::io::Error) -> std::io::Error {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    std::io::Error::other(words.to_string())
}

fn export<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let object = oid(args.need(0, "the number of a large object")?);
        let name = args.need(1, "a file")?;
        in_transaction(session, args.name, async |session| {
            // The object must be there before a file is touched.
            let mut data = piece_of(session, object, 0).await?;
            let place = match name.starts_with('|') {
                true => format!("./{name}"),
                false => name.to_string(),
            };
            let mut file = Output::open(&place)?;
            let mut offset = 0;
            while !data.is_empty() {
                let written = file.write_all(&data);
                written.map_err(|e| Error::io(format!("write \"{name}\""), &e))?;
                offset += data.len();
                data = piece_of(session, object, offset).await?;
            }
            file.close()
        })
        .await?;
        tell(session, "lo_export")
    }
    .boxed_local()
}

async fn piece_of(session: &mut Session, object: u32, offset: usize) -> Result<Vec<u8>> {
    let sql =
        format!("SELECT pg_catalog.encode(pg_catalog.lo_get({object}, {offset}, {PIECE}), 'hex')");
    let text = session.ask_value(&sql).await?;
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
    let bytes = text.as_bytes().chunks_exact(2);
    Ok(bytes.map(|b| digit(b[0]) << 4 | digit(b[1])).collect())
}

fn unlink<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let object = oid(args.need(0, "the number of a large object")?);
        in_transaction(session, args.name, async |session| {
            let sql = format!("SELECT pg_catalog.lo_unlink({object})");
            session.ask_value(&sql).await
        })
        .await?;
        tell(session, &format!("lo_unlink {object}"))
    }
    .boxed_local()
}
