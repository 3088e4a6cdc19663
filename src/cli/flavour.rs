//! What `sqwire pg` and `sqwire my` do otherwise than `sqwire TARGET`.

use super::common::Common;
use crate::error::voice::Voice;
use crate::error::{Error, Result};
use crate::format::LineStyle;
use crate::output::is_watched;
use crate::session::Tags;
use crate::settings::{Auto, Settings, psql};
use crate::sql::Dialect;
use crate::sql::dialect::{MYSQL_BINARY, MYSQL_PROMPT, MYSQL_SCRIPT};

/// Who the command line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Sqwire,
    Psql,
    Mysql,
}

/// Scripts of psql and mysql, and who reads their logs, expect those programs' words.
pub(super) fn voice(flavour: Flavour, interactive: bool) -> Voice {
    match flavour {
        Flavour::Psql if !interactive => Voice::Psql,
        Flavour::Mysql if !interactive => Voice::Mysql,
        _ => Voice::Sqwire,
    }
}

/// Whose commands the text holds, where it is not the server's own dialect.
pub(super) fn dialect(
    flavour: Flavour,
    interactive: bool,
    binary: bool,
) -> Option<&'static Dialect> {
    match flavour {
        Flavour::Mysql if interactive => Some(&MYSQL_PROMPT),
        Flavour::Mysql if binary => Some(&MYSQL_BINARY),
        Flavour::Mysql => Some(&MYSQL_SCRIPT),
        _ => None,
    }
}

/// psql shows command tags with the results; the others only where somebody looks.
pub(super) fn tags(flavour: Flavour, interactive: bool) -> Tags {
    match flavour {
        Flavour::Psql if !interactive => Tags::Stdout,
        _ if interactive || is_watched() => Tags::Stderr,
        _ => Tags::Nowhere,
    }
}

/// The flags that are settings, on top of the configuration.
pub(super) fn apply(
    common: &Common,
    flavour: Flavour,
    interactive: bool,
    to: &mut Settings,
) -> Result<()> {
    if flavour == Flavour::Mysql && !interactive {
        let (format, no_header) = common.shape.format();
        to.format = format.into();
        to.tuples_only |= no_header;
    }
    if let Some(format) = &common.format {
        to.set("format", format)?;
    }
    for setting in &common.pset {
        let set = match (setting.split_once('='), flavour) {
            (Some((name, value)), Flavour::Psql) => psql::pset(to, name, Some(value)).map(|_| ()),
            (None, Flavour::Psql) => psql::pset(to, setting, None).map(|_| ()),
            (Some((name, value)), _) => to.set(name, value),
            (None, _) => to.set(setting, "on"),
        };
        if let (Err(error), Voice::Psql) = (&set, voice(flavour, interactive)) {
            let name = setting
                .split_once('=')
                .map_or(setting.as_str(), |(name, _)| name);
            let message = format!("could not set printing parameter \"{name}\"");
            return Err(Error::usage(format!(
                "{}\npsql: error: {message}",
                error.message
            )));
        }
        set?;
    }
    // In a file or a pipe psql never draws with box-drawing characters by itself.
    if flavour == Flavour::Psql && !interactive && to.linestyle.is_none() {
        to.linestyle = Some(LineStyle::Ascii);
    }
    if flavour == Flavour::Psql && !interactive {
        to.null.get_or_insert_default();
    }
    to.tuples_only |= common.tuples_only;
    if common.expanded {
        to.expanded = Auto::On;
    }
    to.quiet |= common.quiet;
    if let Some(color) = common.color {
        to.color = color;
    }
    if common.no_history {
        to.history_size = 0;
    }
    Ok(())
}
