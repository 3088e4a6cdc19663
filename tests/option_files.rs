//! MySQL's option files at random, beside what the mariadb client reads in them.

use crate::psql_random::Chance;
use crate::servers::{find, require};
use std::path::Path;
use std::process::{Command, Output};

const CASES: u64 = 100;

const GROUPS: &[&str] = &[
    "[client]",
    "[client]",
    "[mysql]",
    "[CLIENT]",
    "[ client]",
    "[client  ]",
    "[client] and more",
    "[client_far]",
    "[mysql_far]",
    "[client-server]",
    "[client-mariadb]",
    "[mariadb-client]",
    "[mysqld]",
    "[mysqldump]",
];

const NAMES: &[&str] = &[
    "user", "host", "database", "socket", "ssl-ca", "ssl_ca", "ssl-key", "skip-ssl", "skip_ssl",
    "unknown", "port",
];

/// What values are made of; controls are shown by us in their own way.
const PIECES: &[&str] = &[
    "a", "b c", " ", "  ", "'", "\"", "\\", "\\\\", "\\s", "\\\"", "\\'", "\\x", "#", ";", "=",
    "[", "]", "!", "é", "\t", "日",
];

fn value(random: &mut Chance) -> String {
    let length = random.below(6);
    let text: String = (0..length).map(|_| random.of(PIECES)).collect();
    match random.below(4) {
        0 => format!("\"{text}\""),
        1 => format!("'{text}'"),
        _ => text,
    }
}

fn line(random: &mut Chance, folder: &Path) -> String {
    let indent = random.of(&["", "", "", " ", "\t"]);
    let around = random.of(&["=", " = ", "= ", "  ="]);
    let text = match random.below(20) {
        0..=3 => random.of(GROUPS).to_string(),
        4 => format!(
            "!include {}/{}",
            folder.display(),
            random.of(&["one.cnf", "none.cnf"])
        ),
        5 => format!("!includedir {}/more", folder.display()),
        6 => random
            .of(&["", "# comment", "; comment", "!nobody knows", "! include"])
            .to_string(),
        7 => random.of(NAMES).to_string(),
        8 => format!("{} # {}", random.of(NAMES), value(random)),
        _ => format!("{}{around}{}", random.of(NAMES), value(random)),
    };
    format!("{indent}{text}{}", random.of(&["\n", "\n", "\r\n", " \n"]))
}

fn file(random: &mut Chance, folder: &Path) -> String {
    // Now and then one that the clients refuse.
    let first = random.of(&[
        "[client]\n",
        "[client]\n",
        "[mysql]\n",
        "\n",
        "[mysqld]\n",
        "[x\n",
    ]);
    let rest: String = (0..random.below(9)).map(|_| line(random, folder)).collect();
    match (first, random.below(4)) {
        ("\n" | "[x\n", 1..) => format!("[client]\n{rest}"),
        _ => format!("{first}{rest}"),
    }
}

/// What stands behind the first line, with names as sqwire shows them.
fn arguments(output: &Output) -> Option<String> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, arguments) = text.split_once('\n')?;
    let arguments = arguments.replace("--ssl_ca", "--ssl-ca");
    Some(arguments.replace("--skip_ssl", "--skip-ssl"))
}

#[test]
fn option_files_are_read_as_the_mariadb_client_reads_them() {
    let Some(mariadb) = require("mariadb's client", find("mariadb")) else {
        return;
    };
    let cases: Vec<u64> = (0..CASES).collect();
    std::thread::scope(|scope| {
        for part in cases.chunks(25) {
            let mariadb = &mariadb;
            scope.spawn(move || part.iter().for_each(|n| compare(*n, mariadb)));
        }
    });
}

fn compare(n: u64, mariadb: &Path) {
    let mut random = Chance(n);
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::create_dir(at.join("more")).unwrap();
    std::fs::create_dir(at.join("elsewhere")).unwrap();
    for name in [
        "x.cnf",
        "one.cnf",
        "more/b.cnf",
        "more/a.cnf",
        "more/.cnf",
        "more/c.d.cnf",
        "more/e.ini",
        ".my.cnf",
        "elsewhere/my.cnf",
    ] {
        let text = match name {
            "x.cnf" => file(&mut random, at),
            // Includes of includes would go round in circles.
            _ => format!(
                "[client]\nuser={name}\n{}={}\n",
                random.of(NAMES),
                value(&mut random)
            ),
        };
        std::fs::write(at.join(name), text).unwrap();
    }
    let flags = random.of(&[
        "--defaults-file=x.cnf",
        "--defaults-file=x.cnf",
        "--defaults-file=x.cnf --defaults-group-suffix=_far",
        "--defaults-extra-file=x.cnf",
        "--no-defaults",
    ]);
    let run = |program: &Path, first: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(first)
            .args(flags.split(' '))
            .arg("--print-defaults");
        command.env_clear().env("HOME", at).env("LC_ALL", "C.UTF-8");
        command.env("MYSQL_HOME", at.join("elsewhere"));
        command.current_dir(at).output().unwrap()
    };
    let theirs = run(mariadb, &[]);
    let ours = run(Path::new(env!("CARGO_BIN_EXE_sqwire")), &["my"]);
    let text = std::fs::read_to_string(at.join("x.cnf")).unwrap();
    let shown = || {
        format!(
            "case {n}: {flags}\n{text}\n---\n{}{}\n---\n{}{}",
            String::from_utf8_lossy(&theirs.stdout),
            String::from_utf8_lossy(&theirs.stderr),
            String::from_utf8_lossy(&ours.stdout),
            String::from_utf8_lossy(&ours.stderr)
        )
    };
    assert_eq!(
        ours.status.success(),
        theirs.status.success(),
        "{}",
        shown()
    );
    if theirs.status.success() {
        assert_eq!(arguments(&ours), arguments(&theirs), "{}", shown());
    }
}
