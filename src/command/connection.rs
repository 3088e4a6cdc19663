//! Connecting to another database, and what the connection is.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::driver::target::{Host, is_url};
use crate::driver::{Target, Transaction};
use crate::error::{Error, Kind, OfPsql, Result};
use crate::output::{ask, ask_secret, tell};
use crate::session::{NOT_CONNECTED, SendOptions, Session, resolve};
use crate::settings::variables::boolean;
use crate::sql::Effect;
use crate::visible::visible_line;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\c", "\\connect", "\\u", "\\use"],
            args: &[
                Arg::optional("DATABASE-or-URL", ArgKind::Database),
                Arg::optional("USER", ArgKind::Role),
                Arg::optional("HOST", ArgKind::Text),
                Arg::optional("PORT", ArgKind::Text),
            ],
            section: Section::Connection,
            help: "connect to another database; - keeps a part as it is",
        },
        run: connect,
    },
    Command {
        spec: Spec {
            names: &["\\conninfo"],
            args: &[],
            section: Section::Connection,
            help: "who is connected to what",
        },
        run: conninfo,
    },
    Command {
        spec: Spec {
            names: &["\\encoding"],
            args: &[Arg::optional("NAME", ArgKind::Encoding)],
            section: Section::Connection,
            help: "the encoding of text to and from PostgreSQL; UTF-8 unless set",
        },
        run: encoding,
    },
    Command {
        spec: Spec {
            names: &["/keyring"],
            args: &[Arg::required(
                "store|forget",
                ArgKind::Word(&["store", "forget"]),
            )],
            section: Section::Connection,
            help: "keep this connection's password in the system's keyring, or remove it",
        },
        run: keyring,
    },
    Command {
        spec: Spec {
            names: &["\\password"],
            args: &[Arg::optional("USER", ArgKind::Role)],
            section: Section::Connection,
            help: "change a password; it is asked for, and sent only as a hash",
        },
        run: password,
    },
];

fn connect<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        if !session.query.buffer.is_empty() {
            session.query.buffer.clear();
        }
        let target = match next_target(session, &args) {
            Err(error) if session.is_psql() => return Err(psql_failure(error)),
            target => target?,
        };
        let typed = session.interactive && session.script.name.is_none();
        if typed && !may_leave(session, "connect elsewhere") {
            return Err(Error::new(Kind::Cancelled, "the connection stays as it is"));
        }
        let before = (session.status().host.clone(), session.status().port);
        if let Err(error) = session.reconnect(target.clone()).await {
            session.leave();
            return Err(match session.is_psql() {
                true => psql_failure(error),
                false => error,
            });
        }
        session.tell_connection();
        if session.is_psql() && !session.settings.quiet {
            let moved = before != (session.status().host.clone(), session.status().port);
            let text = psql_description(session, "You are now connected", moved);
            return super::output::to_stdout(&text);
        }
        if session.interactive && !session.settings.quiet {
            tell(&format!("{}\n", describe(session)));
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Whether to leave although a transaction is open: its changes would be lost.
pub fn may_leave(session: &mut Session, to: &str) -> bool {
    if !session.is_connected() || session.status().transaction != Transaction::Open {
        return true;
    }
    let asked = format!(
        "A transaction is open; to {to} now undoes it. {}? [y/N] ",
        match to {
            "leave" => "Leave",
            _ => "Connect",
        }
    );
    // Where nothing can be asked, the user's word counts.
    ask(&asked, &mut session.typed_ahead, &session.ending).unwrap_or(true)
}

const REUSE: &str = "-reuse-previous=";

/// A URL, saved connection or file is a target of its own; a plain word is another database of the
/// same server.
fn next_target(session: &Session, args: &Args<'_>) -> Result<Target> {
    let told = args.get(0).and_then(|w| w.strip_prefix(REUSE));
    let reuses = told.map(|value| {
        boolean(value).ok_or_else(|| {
            let message = format!("unrecognized value \"{value}\" for \"-reuse-previous\"");
            Error::usage(format!("{message}: Boolean expected"))
        })
    });
    let reuses = reuses.transpose()?;
    let from = usize::from(reuses.is_some());
    let word = |index: usize| args.get(from + index).filter(|w| *w != "-");
    let first = word(0).map(unquoted);
    let first = first.as_deref();
    let old = session.target();
    if let Some(text) = first {
        let whole = is_url(text) || text.contains('=') || text.starts_with(['@', ':']);
        if whole && session.is_psql() && (1..4).any(|index| word(index).is_some()) {
            return Err(Error::usage(
                "Do not give user, host, or port separately when using a connection string",
            ));
        }
        if whole && reuses == Some(true) && old.driver == "postgres" {
            return Ok(old.with_parts_of(resolve(text, &session.config)?));
        }
        if whole || old.driver == "sqlite" || session.config.connections.contains_key(text) {
            return resolve(text, &session.config);
        }
    }
    let mut target = match reuses {
        Some(false) => Target::new(&old.driver),
        _ => old.clone(),
    };
    if let Some(database) = first {
        target.database = Some(database.to_string());
    }
    if let Some(user) = word(1).map(unquoted) {
        if target.user.as_ref() != Some(&user) {
            target.forget_secrets();
        }
        target.user = Some(user);
    }
    if let Some(host) = word(2) {
        target.forget_secrets();
        target.hosts = vec![Host {
            name: host.to_string(),
            // As in psql it stays what it was.
            port: session.status().port,
        }];
    }
    if let Some(port) = word(3) {
        let mut given = Target::default();
        given.set_default("port", port)?;
        target = target.with_parts_of(given);
    }
    Ok(target)
}

/// Without the double quotes that keep a name together.
fn unquoted(word: &str) -> String {
    let mut out = String::new();
    let mut chars = word.chars().peekable();
    let mut inside = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.next_if_eq(&'"').is_some() => out.push('"'),
            '"' => inside = !inside,
            c => out.push(c),
        }
    }
    out
}

fn describe(session: &Session) -> String {
    let status = session.status();
    let mut out = match status.database.as_str() {
        // MySQL's, before USE.
        "" => "You are connected, to no database yet,".to_string(),
        name => format!("You are connected to database \"{}\"", visible_line(name)),
    };
    if !status.user.is_empty() {
        out.push_str(&format!(" as user \"{}\"", visible_line(&status.user)));
    }
    if !status.host.is_empty() {
        out.push_str(&format!(" on \"{}\"", visible_line(&status.host)));
    }
    if let Some(port) = status.port {
        out.push_str(&format!(" at port \"{port}\""));
    }
    out.push('.');
    out
}

/// Why no connection could be made, as psql says it: what it cannot read it says itself, the rest
/// is its library's.
fn psql_failure(mut error: Error) -> Error {
    let unread = [
        "invalid connection option",
        "invalid URI query parameter",
        "missing ",
        "unterminated quoted string",
    ];
    match error.psql.as_deref_mut() {
        Some(OfPsql::Words(words)) if !unread.iter().any(|own| words.starts_with(own)) => {
            words.insert_str(0, "\\connect: ");
        }
        _ => {}
    }
    error
}

/// What psql says of TLS. It asks its library for the cipher, we the server.
async fn psql_encryption(session: &mut Session) -> String {
    const CIPHER: &str = "SELECT cipher FROM pg_catalog.pg_stat_ssl \
                          WHERE pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()";
    let status = session.status();
    let Some(protocol) = status.encryption.clone() else {
        return String::new();
    };
    let major = status.postgres_major();
    // A query would fail, and a failed transaction stays one.
    let cipher = match status.transaction {
        Transaction::Failed => None,
        _ => session.ask_value(CIPHER).await.ok(),
    };
    let cipher = cipher.filter(|cipher| !cipher.is_empty());
    let cipher = cipher.map_or("unknown".into(), |c| visible_line(&c).into_owned());
    let more = match major {
        Some(17..) => ", ALPN: none",
        _ => "",
    };
    format!("SSL connection (protocol: {protocol}, cipher: {cipher}, compression: off{more})\n")
}

/// The same in psql's words.
fn psql_description(session: &Session, begins: &str, place: bool) -> String {
    let status = session.status();
    let port = status.port.map(|p| p.to_string()).unwrap_or_default();
    let port = match port.as_str() {
        "" => "5432",
        port => port,
    };
    let place = match status.host.starts_with(['/', '@']) {
        _ if !place => String::new(),
        true => format!(" via socket in \"{}\" at port \"{port}\"", status.host),
        false => {
            let address = status.address.as_ref().filter(|a| **a != status.host);
            let address = address.map_or(String::new(), |a| format!(" (address \"{a}\")"));
            format!(" on host \"{}\"{address} at port \"{port}\"", status.host)
        }
    };
    format!(
        "{begins} to database \"{}\" as user \"{}\"{place}.\n",
        status.database, status.user
    )
}

/// The encoding of text on its way to and from the server is UTF-8, but where a script of psql has
/// another one.
fn encoding<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        match args.get(0) {
            None => {
                let line = format!("{}\n", session.encoding());
                super::output::to_stdout(&line)
            }
            Some(name)
                if !session.is_psql()
                    && ["utf8", "utf-8", "unicode"].contains(&&*name.to_lowercase()) =>
            {
                Ok(Next::Continue)
            }
            Some(name) if session.is_psql() => {
                let value = crate::sql::names::literal(name, session.dialect());
                let sql = format!("SET client_encoding TO {value}");
                if session.ask_value(&sql).await.is_err() {
                    // To psql no error of the script.
                    session.complain(&Error::usage(format!(
                        "{name}: invalid encoding name or conversion procedure not found"
                    )));
                    return Ok(Next::Continue);
                }
                let encoding = session.encoding().to_string();
                session.variables.tell("ENCODING", encoding);
                Ok(Next::Continue)
            }
            Some(name) => Err(
                Error::usage(format!("text cannot be in encoding \"{name}\""))
                    .with_hint("sqwire speaks UTF-8 with every server; convert files with iconv."),
            ),
        }
    }
    .boxed_local()
}

fn keyring<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let done = match args.get(0) {
            Some("store") => {
                session.keep_password().await?;
                "The keyring has the password.\n"
            }
            Some("forget") => {
                session.forget_password().await?;
                "The keyring has no password of this connection.\n"
            }
            _ => return Err(Error::usage("/keyring takes store or forget")),
        };
        tell(done);
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Asks twice, and sends nothing from which the password could be read.
fn password<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let user = match args.get(0) {
            Some(user) => user.to_string(),
            None => session.status().user.clone(),
        };
        let shown = visible_line(&user).into_owned();
        let first = ask_secret(&format!("Enter new password for user \"{shown}\": "))?;
        if ask_secret("Enter it again: ")? != first {
            return Err(Error::usage("Passwords didn't match."));
        }
        let sql = session.driver().change_password(&user, &first);
        let sql = sql.ok_or_else(|| {
            Error::usage(format!(
                "{} has no passwords that \\password could change",
                session.driver().name()
            ))
        })?;
        let send = SendOptions {
            listing: true,
            ..SendOptions::default()
        };
        session.execute(&sql, Effect::Session, &send).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn conninfo<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        if session.is_psql() && !session.interactive && !session.is_connected() {
            return super::output::to_stdout(&format!("{NOT_CONNECTED}\n"));
        }
        if session.is_psql() {
            let mut text = psql_description(session, "You are connected", true);
            text.push_str(&psql_encryption(session).await);
            return super::output::to_stdout(&text);
        }
        let mut text = describe(session);
        let status = session.status();
        text.push_str(&format!("\nServer: {}.", visible_line(&status.server)));
        match &status.encryption {
            Some(protocol) => text.push_str(&format!(" Encrypted: {}.", visible_line(protocol))),
            None if status.port.is_some() => text.push_str(" Not encrypted."),
            None => {}
        }
        match status.transaction {
            Transaction::None => {}
            Transaction::Open => text.push_str(" A transaction is open."),
            Transaction::Failed => text.push_str(" A failed transaction waits for ROLLBACK."),
        }
        text.push('\n');
        super::general::show(session, &text)
    }
    .boxed_local()
}
