//! The manual page and the shell completions, from the tables of flags, commands, settings, formats.

use super::args::definition;
use crate::command::spec::Section;
use crate::command::{commands, mysql_commands};
use crate::format::FORMATS;
use crate::settings::CONNECTION_KEYS;
use crate::settings::SETTINGS;
use crate::settings::file::KEYS;
use clap_mangen::roff::{Roff, bold, roman};

/// A shell's completion script: one that asks the program, where there is one.
pub(super) fn completions(shell: clap_complete::Shell) -> String {
    if let Some(script) = super::shell::script(shell) {
        return script.to_string();
    }
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut definition(), "sqwire", &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// `sqwire.1`
pub(super) fn man() -> String {
    let definition = definition();
    let mut out = Vec::new();
    // Writing into memory cannot fail.
    let _ = write_man(&definition, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn write_man(definition: &clap::Command, out: &mut Vec<u8>) -> std::io::Result<()> {
    let man = clap_mangen::Man::new(definition.clone())
        .date("")
        .source(format!("sqwire {}", env!("CARGO_PKG_VERSION")));
    man.render_title(out)?;
    man.render_name_section(out)?;
    let mut roff = Roff::new();
    synopsis_section(&mut roff, definition);
    roff.to_writer(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    let mut roff = Roff::new();
    roff.control("SH", ["TARGET"]);
    let target = definition.get_after_help().map(ToString::to_string);
    let target = target.unwrap_or_default();
    roff.text([roman(target.trim_start_matches("TARGET: "))]);
    subcommands_section(&mut roff, definition);
    roff.control("SH", ["COMMANDS"]);
    for section in Section::ALL {
        roff.control("SS", [section.title()]);
        for command in commands().filter(|c| c.spec.section == section) {
            entry(&mut roff, &command.spec.synopsis(), command.spec.help);
        }
    }
    roff.control(
        "SS",
        [format!("{}, under sqwire my", Section::Mysql.title()).as_str()],
    );
    for command in mysql_commands() {
        entry(&mut roff, &command.spec.synopsis(), command.spec.help);
    }
    roff.control("SH", ["FORMATS"]);
    for format in FORMATS {
        entry(&mut roff, format.name, format.help);
    }
    roff.control("SH", ["SETTINGS"]);
    roff.text([roman(
        "Set with \\pset, with -P, or under [settings] in the configuration file.",
    )]);
    for setting in SETTINGS {
        entry(
            &mut roff,
            &format!("{} {}", setting.name, setting.takes),
            setting.help,
        );
    }
    configuration_section(&mut roff);
    status_section(&mut roff);
    roff.to_writer(out)
}

fn entry(roff: &mut Roff, name: &str, help: &str) {
    roff.control("TP", []);
    roff.text([bold(name)]);
    roff.text([roman(help)]);
}

/// How the program is called: with a target, and in the place of other clients.
fn synopsis_section(roff: &mut Roff, definition: &clap::Command) {
    roff.control("SH", ["SYNOPSIS"]);
    roff.text([bold("sqwire"), roman(" [OPTIONS] [TARGET]")]);
    for sub in shown(definition) {
        roff.control("br", []);
        roff.text([
            bold(format!("sqwire {}", sub.get_name())),
            roman(takes(sub)),
        ]);
    }
}

fn shown(definition: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    definition
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set())
}

/// ` [OPTIONS] [DATABASE] [USER]`
fn takes(sub: &clap::Command) -> String {
    let mut out = String::new();
    let is_option = |arg: &clap::Arg| !arg.is_positional() && !arg.is_hide_set();
    if sub.get_arguments().any(is_option) {
        out.push_str(" [OPTIONS]");
    }
    for arg in sub.get_positionals().filter(|arg| !arg.is_hide_set()) {
        let name = value_name(arg);
        out.push_str(&match arg.is_required_set() {
            true => format!(" {name}"),
            false => format!(" [{name}]"),
        });
    }
    out
}

fn value_name(arg: &clap::Arg) -> String {
    let named = arg.get_value_names().and_then(|names| names.first());
    named.map_or_else(
        || arg.get_id().as_str().to_ascii_uppercase(),
        ToString::to_string,
    )
}

/// Each subcommand with the options that it does not share with the program.
fn subcommands_section(roff: &mut Roff, definition: &clap::Command) {
    roff.control("SH", ["SUBCOMMANDS"]);
    let flag = |arg: &clap::Arg| (arg.get_short(), arg.get_long().map(str::to_string));
    let common: Vec<_> = definition.get_arguments().map(flag).collect();
    for sub in shown(definition) {
        roff.control(
            "SS",
            [format!("sqwire {}{}", sub.get_name(), takes(sub)).as_str()],
        );
        let about = sub.get_about().map(ToString::to_string);
        roff.text([roman(about.unwrap_or_default())]);
        let own = |arg: &&clap::Arg| {
            !arg.is_hide_set() && !arg.is_positional() && !common.contains(&flag(arg))
        };
        for arg in sub.get_arguments().filter(own) {
            let short = arg.get_short().map(|c| format!("-{c}"));
            let long = arg.get_long().map(|long| format!("--{long}"));
            let names: Vec<String> = short.into_iter().chain(long).collect();
            let value = match arg.get_action().takes_values() {
                true => format!(" {}", value_name(arg)),
                false => String::new(),
            };
            let help = arg.get_help().map(ToString::to_string);
            let name = format!("{}{value}", names.join(", "));
            entry(roff, &name, &help.unwrap_or_default());
        }
    }
}

/// Every key of the configuration file that is no setting.
fn configuration_section(roff: &mut Roff) {
    roff.control("SH", ["CONFIGURATION"]);
    roff.text([roman(
        "$SQWIRE_CONFIG, or sqwire/config.toml in the folder of configurations, in TOML. sqwire config \
         prints one with every key, commented out. What is wrong in it is told with line and column, \
         and costs only that part. Settings stand under [settings].",
    )]);
    for (name, example, help) in KEYS {
        entry(roff, &format!("{name} = {example}"), help);
    }
    roff.control("SS", ["[connections.NAME]"]);
    for (name, example, help) in CONNECTION_KEYS {
        entry(roff, &format!("{name} = {example}"), help);
    }
    roff.control("SS", ["[keys]"]);
    entry(
        roff,
        "KEY = \"TEXT or ACTION\"",
        "a key of your own (ctrl-t, alt-x, f5) types a text, runs one that ends in a line break, or \
         does what an action says",
    );
}

const STATUS: &[(&str, &str)] = &[
    ("0", "everything ran"),
    (
        "1",
        "the last thing asked for with -c or -f failed, or a mistake in usage, configuration or file access",
    ),
    ("2", "no connection, or it was lost"),
    ("3", "a script stopped at an error"),
    ("130", "interrupted"),
    ("141", "the reader of the output went away"),
];

fn status_section(roff: &mut Roff) {
    roff.control("SH", ["EXIT STATUS"]);
    for (status, meaning) in STATUS {
        entry(roff, status, meaning);
    }
}
