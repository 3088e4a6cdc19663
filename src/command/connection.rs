//! Connecting to another database, and what the connection is.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::driver::target::Host;
use crate::driver::{Target, Transaction};
use crate::error::{Error, Result};
use crate::output::tell;
use crate::session::{Session, resolve};
use crate::visible::visible_line;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\c", "\\connect", "\\u", "\\use"],
            args: &[
                Arg {
                    name: "DATABASE-or-URL",
                    kind: ArgKind::Database,
                    required: false,
                },
                Arg {
                    name: "USER",
                    kind: ArgKind::Text,
                    required: false,
                },
                Arg {
                    name: "HOST",
                    kind: ArgKind::Text,
                    required: false,
                },
                Arg {
                    name: "PORT",
                    kind: ArgKind::Text,
                    required: false,
                },
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
];

fn connect<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        if !session.buffer.is_empty() {
            session.buffer.clear();
        }
        let target = next_target(session, &args)?;
        session.reconnect(target).await?;
        if session.interactive && !session.settings.quiet {
            tell(&format!("{}\n", describe(session)));
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// A URL, saved connection or file is a target of its own; a plain word is another database of the
/// same server.
fn next_target(session: &Session, args: &Args<'_>) -> Result<Target> {
    let first = args.get(0).filter(|w| *w != "-");
    let old = session.target();
    if let Some(text) = first {
        let whole = text.contains("://") || text.contains('=') || text.starts_with(['@', ':']);
        if whole || old.driver == "sqlite" || session.config.connections.contains_key(text) {
            return resolve(text, &session.config);
        }
    }
    let mut target = old.clone();
    if let Some(database) = first {
        target.database = Some(database.trim_matches('"').to_string());
    }
    if let Some(user) = args.get(1).filter(|w| *w != "-") {
        if target.user.as_deref() != Some(user) {
            target.password = None;
        }
        target.user = Some(user.to_string());
    }
    if let Some(host) = args.get(2).filter(|w| *w != "-") {
        target.password = None;
        target.hosts = vec![Host {
            name: host.to_string(),
            port: None,
        }];
    }
    if let Some(port) = args.get(3).filter(|w| *w != "-") {
        let number = port.parse().map_err(|_| {
            Error::usage(format!("invalid port number: \"{port}\""))
                .with_hint("A port is a number from 1 to 65535.")
        })?;
        if target.hosts.is_empty() {
            target.hosts.push(Host::default());
        }
        for host in &mut target.hosts {
            host.port = Some(number);
        }
    }
    Ok(target)
}

fn describe(session: &Session) -> String {
    let status = session.status();
    let mut out = format!(
        "You are connected to database \"{}\"",
        visible_line(&status.database)
    );
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

fn conninfo<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
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
