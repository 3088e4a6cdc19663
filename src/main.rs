//! Temporary: the completion protocol only.

use std::io::{BufRead, Write};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let value = |flag: &str| {
        args.iter()
            .position(|a| a == flag)
            .and_then(|i| args.get(i + 1))
    };
    let Some(file) = value("--catalog") else {
        std::process::exit(2)
    };
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut catalog = match sqwire::catalog::json::read(&text) {
        Ok(catalog) => catalog,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {file}: {error}");
            std::process::exit(1)
        }
    };
    drop(text);
    if let Some(dialect) = value("--dialect").and_then(|d| sqwire::sql::dialect::by_name(d)) {
        catalog.dialect = dialect;
    }
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let answer = sqwire::complete::protocol::answer(&line, &catalog, &[]);
        let _ = writeln!(out, "{answer}");
        let _ = out.flush();
    }
}
