//! Random input for option files, login files and statements that name a file.

use super::infile::named_file;
use super::option_file::{Line, groups, parse};
use super::options::{Environment, plan};
use super::{login_file, option_file};
use crate::driver::{Target, fuzz};

#[test]
fn an_option_file_gives_what_was_written_and_takes_any_text() {
    let seeds = &[
        "[client]\nuser=a\npassword=\"x # \\\" y\" # c\n!include /f\n[mysqld]\nport=1\n",
        "[mysql]\nloose-ssl_ca = '/x'\nskip-ssl\nssl-verify-server-cert=0\n",
        "[client]\nport=99999\nhost=\nprotocol=tcp\n",
    ];
    let words = &[
        "[client]",
        "\\s",
        "\"",
        "'",
        "#",
        ";",
        "=",
        "!includedir",
        "\n",
        "port=",
    ];
    fuzz::texts(seeds, words, |text, random| {
        let lines = parse(text, &groups(Some("_x"))).unwrap_or_default();
        option_file::has_group(text, "client");
        let options = lines.into_iter().filter_map(|line| match line {
            Line::Option { name, value } => Some((name, value)),
            _ => None,
        });
        let options: Vec<_> = options.collect();
        // Whatever it says, it is a plan or an error.
        let target = Target::new("mysql");
        if let Ok(plan) = plan(&target, &options, &Environment::default()) {
            assert!(!plan.endpoints.is_empty());
        }
        let value = format!("v{}", random.text().replace(['\n', '\r'], ""));
        let quoted = value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\t', "\\t");
        let written = format!("[client]\npassword=\"{quoted}\"\n");
        let expected = Line::Option {
            name: "password".into(),
            value: Some(value),
        };
        assert_eq!(
            parse(&written, &groups(None)),
            Ok(vec![expected]),
            "{written}"
        );
    });
}

#[test]
fn login_files_are_read_whatever_they_hold() {
    let file: &[u8] = include_bytes!("mylogin.cnf");
    let words: &[&[u8]] = &[b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x10\0\0\0"];
    fuzz::bytes(&[file], words, |input, _| {
        if let Some(text) = login_file::decrypt(input) {
            assert!(text.len() <= input.len());
        }
    });
}

#[test]
fn a_file_is_named_by_load_data_local_and_by_nothing_else() {
    let seeds = &[
        "load data local infile '/a''b\\\\c' into table t",
        "/* x */ load xml low_priority local infile \"f\" into table t",
        "select 'load data local infile ''/etc/passwd''' -- x",
    ];
    let words = &["'", "\\", "/*", "*/", "--", "#", "infile", "local ", "\0"];
    fuzz::texts(seeds, words, |sql, _| {
        if named_file(sql).is_some() {
            let lower = sql.to_ascii_lowercase();
            assert!(lower.contains("load") && lower.contains("local"), "{sql}");
        }
    });
}
