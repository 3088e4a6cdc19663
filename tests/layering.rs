//! Who may import whom, and which names may appear where: the table of `src/lib.rs` as a test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A module, the modules of sqwire that it may import, and the outside crates that it may name.
/// The longest matching row counts: `command/spec` before `command`.
const RULES: &[(&str, &[&str], &[&str])] = &[
    ("visible", &[], &[]),
    ("nearest", &[], &[]),
    ("error", &["data", "visible"], &["unicode_width"]),
    ("data", &[], &[]),
    ("calendar", &[], &[]),
    ("files", &[], &["tempfile"]),
    ("sql", &["sql"], &["memchr"]),
    ("command/spec", &[], &[]),
    (
        "catalog",
        &["nearest", "sql"],
        &["serde", "serde_json", "serde_path_to_error"],
    ),
    ("theme", &[], &["syntect", "nu_ansi_term"]),
    ("edit", &["sql"], &["sqlformat"]),
    ("highlight", &["sql", "theme"], &["nu_ansi_term"]),
    (
        "complete",
        &["sql", "catalog", "command::spec"],
        &["serde", "serde_json", "serde_path_to_error"],
    ),
    (
        "format",
        &["format", "calendar", "data", "sql", "visible"],
        &[
            "unicode_width",
            "serde_json",
            "serde",
            "comfy_table",
            "rust_xlsxwriter",
            "parquet",
        ],
    ),
    (
        "load",
        &["calendar", "data"],
        &["memchr", "serde", "serde_json"],
    ),
    (
        "plan",
        &["data", "visible"],
        &["serde_json", "unicode_width"],
    ),
    ("diff", &[], &[]),
    (
        "grid",
        &["data", "format", "visible"],
        &["nu_ansi_term", "serde", "serde_json"],
    ),
    (
        "draw",
        &["draw", "catalog", "data", "format", "visible"],
        &["unicode_width"],
    ),
    (
        "settings",
        &["error", "format", "nearest", "theme"],
        &["toml"],
    ),
    (
        "driver",
        &["diff", "error", "data", "sql", "catalog", "theme"],
        &["futures", "tokio"],
    ),
    ("driver/keepalive", &[], &["socket2", "tokio"]),
    ("driver/watch", &[], &["futures", "tokio"]),
    (
        "driver/tls",
        &["calendar", "driver", "error"],
        &["rustls", "rustls_pemfile", "webpki_roots"],
    ),
    (
        "driver/postgres",
        &[
            "diff", "driver", "error", "data", "sql", "catalog", "nearest",
        ],
        &[
            "futures",
            "tokio",
            "tokio_postgres",
            "postgres_protocol",
            "base64",
            "hmac",
            "sha2",
            "tokio_postgres_rustls",
            "rustls",
            "rustls_pemfile",
            "pkcs8",
            "bytes",
            "memchr",
            "serde",
            "serde_json",
            "tokio_rustls",
            "whoami",
        ],
    ),
    (
        "driver/mysql",
        &["diff", "driver", "error", "data", "sql", "catalog"],
        &[
            "futures",
            "tokio",
            "aes",
            "mysql_async",
            "mysql_common",
            "rustls",
            "rustls_pemfile",
            "tokio_rustls",
            "flate2",
            "tempfile",
            "memchr",
        ],
    ),
    (
        "driver/sqlite",
        &["diff", "driver", "error", "data", "sql", "catalog"],
        &["futures", "tokio", "rusqlite", "regex"],
    ),
    (
        "output",
        &["files", "error", "format", "settings", "visible"],
        &[
            "crossterm",
            "unicode_width",
            "memchr",
            "chrono",
            "rustix",
            "signal_hook",
        ],
    ),
    (
        "history",
        &["calendar", "files", "error", "sql", "visible"],
        &["dirs", "rusqlite"],
    ),
    (
        "refresh",
        &["files", "error", "catalog", "driver", "sql"],
        &["tokio", "arc_swap", "dirs"],
    ),
    (
        "session",
        &[
            "files", "session", "catalog", "data", "diff", "draw", "driver", "error", "format",
            "grid", "load", "nearest", "output", "plan", "refresh", "settings", "sql", "visible",
            "history",
        ],
        &["tokio", "futures", "memchr"],
    ),
    (
        "command",
        &[
            "files", "command", "data", "driver", "edit", "error", "format", "nearest", "output",
            "session", "settings", "sql", "theme", "visible", "history",
        ],
        &["futures", "dirs", "toml_edit"],
    ),
    (
        "run",
        &[
            "run", "sql", "command", "session", "error", "output", "data", "driver", "settings",
            "visible", "catalog", "format",
        ],
        &["futures", "memchr", "tempfile", "tokio", "unicode_width"],
    ),
    ("script", &["run", "session", "error", "output"], &[]),
    (
        "repl",
        &[
            "files",
            "repl",
            "format",
            "grid",
            "history",
            "run",
            "session",
            "complete",
            "edit",
            "highlight",
            "catalog",
            "sql",
            "theme",
            "settings",
            "command",
            "command::spec",
            "error",
            "output",
            "refresh",
            "driver",
            "visible",
            "nearest",
        ],
        &[
            "reedline",
            "base64",
            "nu_ansi_term",
            "crossterm",
            "unicode_width",
            "tokio",
            "tempfile",
            "dirs",
            "arc_swap",
        ],
    ),
    (
        "cli",
        ANYTHING,
        &[
            "clap",
            "clap_mangen",
            "clap_complete",
            "rustix",
            "tokio",
            "dirs",
            "toml_edit",
        ],
    ),
    ("main", ANYTHING, &["sqwire"]),
    ("lib", ANYTHING, &[]),
];

const ANYTHING: &[&str] = &["*"];

/// Modules below the line: the same input gives the same output.
const PURE: &[&str] = &[
    "visible",
    "nearest",
    "error",
    "data",
    "calendar",
    "sql",
    "command/spec",
    "catalog",
    "theme",
    "edit",
    "highlight",
    "complete",
    "format",
    "load",
    "plan",
    "draw",
    "diff",
    "grid",
    "settings",
    "driver/target",
];

/// What no pure module may name.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "Instant",
    "SystemTime",
    "tokio",
    "async fn",
    "println!",
    "eprintln!",
    "static mut",
    "Mutex",
    "RefCell",
    "OnceLock",
    "LazyLock",
];

/// Names that are left to one place: the name, and the files that may have it.
const RESERVED: &[(&str, &[&str])] = &[
    (
        "io::stdout()",
        &["output", "output/terminal", "main", "cli/mod", "repl/mod"],
    ),
    (
        "io::stderr()",
        &["output", "output/terminal", "main", "cli/mod"],
    ),
    ("process::exit", &["main"]),
    // Files are written for the user alone, and whole or not at all.
    ("NamedTempFile", &["files"]),
    ("fs::write(", &[]),
    ("fs::rename(", &["history/store"]),
    ("panic!(", &[]),
    ("todo!(", &[]),
    ("unimplemented!(", &[]),
    (":?}", &[]),
];

/// Source files by module path: `driver/mysql/mod`, with tests and comments taken out.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)
            .expect("a folder of the source")
            .flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path
                    .strip_prefix(&root)
                    .expect("inside src")
                    .with_extension("");
                let name = name.to_string_lossy().replace('\\', "/");
                let text = std::fs::read_to_string(&path).expect("a source file");
                if !name
                    .split('/')
                    .any(|part| ["tests", "fixture", "fuzz"].contains(&part))
                {
                    found.insert(name, without_tests(&text));
                }
            }
        }
    }
    found
}

/// The code before the unit tests, without its comments.
fn without_tests(text: &str) -> String {
    let tests = text
        .match_indices("#[cfg(test)]\n")
        .map(|(at, _)| at)
        .find(|&at| {
            let next = text[at..].lines().nth(1).unwrap_or_default();
            next.contains("mod ") && next.ends_with('{')
        });
    let code = &text[..tests.unwrap_or(text.len())];
    let line = |line: &str| match line.trim_start().starts_with("//") {
        true => String::new(),
        false => line.to_string(),
    };
    code.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn rule(
    module: &str,
) -> &'static (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
) {
    let fits = |name: &str| module == name || module.starts_with(&format!("{name}/"));
    let found = RULES
        .iter()
        .filter(|(name, ..)| fits(name))
        .max_by_key(|(name, ..)| name.len());
    found.unwrap_or_else(|| panic!("src/{module}.rs has no row in the layering table"))
}

/// Modules named behind `crate::`, with the second part for `command::spec`.
fn crate_imports(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let word = |text: &str| {
            text.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect::<String>()
        };
        let first = word(rest);
        let second = rest[first.len()..]
            .strip_prefix("::")
            .map(word)
            .unwrap_or_default();
        names.push(if first == "command" && second == "spec" {
            "command::spec".into()
        } else {
            first
        });
    }
    names
}

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for (module, code) in sources() {
        let (_, may, _) = rule(&module);
        for name in crate_imports(&code) {
            if *may != ANYTHING && !may.contains(&name.as_str()) {
                wrong.push(format!("src/{module}.rs imports crate::{name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a row allows is needed, so that the table tells who imports whom.
#[test]
fn no_permission_is_left_over() {
    let sources = sources();
    let mut unused = Vec::new();
    for (name, modules, crates) in RULES {
        let code: Vec<&str> = sources
            .iter()
            .filter(|(module, _)| rule(module).0 == *name)
            .map(|(_, code)| code.as_str())
            .collect();
        let code = code.join("\n");
        let imported = crate_imports(&code);
        let modules = modules
            .iter()
            .filter(|m| **m != "*" && !imported.iter().any(|i| i == *m));
        let crates = crates
            .iter()
            .filter(|c| !code.contains(&format!("{c}::")) && !code.contains(&format!("use {c};")));
        unused.extend(modules.chain(crates).map(|what| format!("{name}: {what}")));
    }
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}

#[test]
fn each_outside_crate_is_named_in_its_place_only() {
    let manifest =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .expect("Cargo.toml");
    let dependencies = manifest
        .split("\n[dependencies]\n")
        .nth(1)
        .expect("dependencies");
    let dependencies = dependencies.split("\n[").next().expect("the section's end");
    let crates: Vec<String> = dependencies
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.replace('-', "_"))
        .collect();
    assert!(crates.len() > 20, "the list of dependencies was not read");
    let mut wrong = Vec::new();
    for (module, code) in sources() {
        let (_, _, may) = rule(&module);
        for name in &crates {
            let used = [format!("{name}::"), format!("use {name};")];
            let own = format!("crate::{name}::");
            let named = used.iter().any(|u| {
                code.match_indices(u.as_str()).any(|(at, _)| {
                    let before = &code[..at];
                    !before.ends_with("crate::")
                        && !before.ends_with("self::")
                        && !before.ends_with("super::")
                        && !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                })
            });
            if named && !may.contains(&name.as_str()) && !code.contains(&own) {
                wrong.push(format!("src/{module}.rs names {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_modules_do_nothing_but_compute() {
    let mut wrong = Vec::new();
    for (module, code) in sources() {
        let pure = PURE
            .iter()
            .any(|p| module == *p || module.starts_with(&format!("{p}/")));
        for name in IMPURE.iter().filter(|name| pure && code.contains(**name)) {
            wrong.push(format!("src/{module}.rs names {name}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reserved_names_stay_in_their_place() {
    let mut wrong = Vec::new();
    for (module, code) in sources() {
        for (name, places) in RESERVED {
            if code.contains(name) && !places.contains(&module.as_str()) {
                wrong.push(format!("src/{module}.rs has {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for module in sources().keys() {
        let text = std::fs::read_to_string(root.join(format!("{module}.rs"))).expect("a source");
        assert!(
            text.starts_with("//! "),
            "src/{module}.rs has no module comment"
        );
    }
}

#[test]
fn files_stay_readable() {
    let mut long = Vec::new();
    for (module, code) in sources() {
        let lines = code.lines().filter(|l| !l.trim().is_empty()).count();
        // Tables grow by rows, not by ideas.
        let table =
            module.starts_with("sql/keywords/") || module == "settings" || module == "cli/args";
        if lines > 500 && !table {
            long.push(format!(
                "src/{module}.rs has {lines} lines: what two things is it?"
            ));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}
