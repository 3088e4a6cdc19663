//! What is generated from the tables of flags, commands, formats and settings is up to date.

use std::path::Path;
use std::process::Command;

/// The files, and what writes each of them.
const FILES: &[(&str, &[&str])] = &[
    ("man/sqwire.1", &["man"]),
    ("completions/sqwire.bash", &["completions", "bash"]),
    ("completions/_sqwire", &["completions", "zsh"]),
    ("completions/sqwire.fish", &["completions", "fish"]),
    ("completions/_sqwire.ps1", &["completions", "powershell"]),
];

/// `UPDATE_EXPECT=1 tests/run generated` writes them anew.
#[test]
fn generated_files_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut stale = Vec::new();
    for (file, arguments) in FILES {
        let run = Command::new(env!("CARGO_BIN_EXE_sqwire"))
            .args(*arguments)
            .output();
        let fresh = run.expect("the built program").stdout;
        assert!(
            !fresh.is_empty(),
            "sqwire {} printed nothing",
            arguments.join(" ")
        );
        if update {
            std::fs::write(root.join(file), &fresh).expect("a writable checkout");
        } else if std::fs::read(root.join(file)).unwrap_or_default() != fresh {
            stale.push(*file);
        }
    }
    assert!(
        stale.is_empty(),
        "stale: {}; run UPDATE_EXPECT=1 tests/run generated",
        stale.join(", ")
    );
}

/// The script of bash, run by bash: the word that is completed, and what comes of it.
#[test]
fn bash_completes_as_its_script_says() {
    let home = tempfile::tempdir().expect("a home");
    let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text);
    write(
        "config.toml",
        "[connections.shop]\nurl = \"sqlite:shop.db\"\n",
    )
    .expect("a file");
    write("my file.db", "").expect("a file");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = "source \"$1\"; COMP_LINE=$3; COMP_POINT=${#COMP_LINE}; _sqwire \"$2\" \"$4\"; \
                  printf '%s\\n' \"${COMPREPLY[@]}\"";
    for (line, word, expected) in [
        ("sqwire my", "my", "my\nmy file.db\n"),
        ("sqwire --csv @sh", "sh", "shop\n"),
        ("sqwire --format=jso", "jso", "json\njsonl\n"),
        ("sqwire -f my", "my", "\n"),
        ("sqwire pg --single-s", "--single-s", "--single-step\n"),
        ("sqwire --host ", "", "\n"),
    ] {
        let run = Command::new("bash")
            .args(["--norc", "-c", script, "bash"])
            .arg(root.join("completions/sqwire.bash"))
            .args([env!("CARGO_BIN_EXE_sqwire"), line, word])
            .current_dir(home.path())
            .env("SQWIRE_CONFIG", home.path().join("config.toml"))
            .output()
            .expect("bash");
        let completed = String::from_utf8_lossy(&run.stdout).into_owned();
        assert_eq!(completed, expected, "{line}");
    }
}

/// Every format, command and setting is in the README or in the manual page.
#[test]
fn the_manual_names_every_command_format_and_setting() {
    let man = Command::new(env!("CARGO_BIN_EXE_sqwire"))
        .arg("man")
        .output();
    let man = String::from_utf8(man.expect("the built program").stdout).expect("UTF-8");
    let plain = man
        .replace("\\-", "-")
        .replace("\\\\", "\\")
        .replace("\\e", "\\")
        .replace("\\*(Aq", "'");
    for command in sqwire::command::commands() {
        assert!(
            plain.contains(command.spec.help),
            "{}",
            command.spec.names[0]
        );
    }
    for format in sqwire::format::FORMATS {
        assert!(plain.contains(format.name), "{}", format.name);
    }
    for setting in sqwire::settings::SETTINGS {
        assert!(plain.contains(setting.name), "{}", setting.name);
    }
}
