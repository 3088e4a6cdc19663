//! The connection service file (`pg_service.conf`), as libpq reads it. Pure: the files come in as
//! text.

use crate::error::{Error, Kind, Result};

/// The parameters of the service of that name, in order; `None` where the file has no such one.
pub(super) fn find(text: &str, file: &str, service: &str) -> Result<Option<Vec<(String, String)>>> {
    let mut found: Option<Vec<(String, String)>> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            if found.is_some() {
                break;
            }
            let is_it = name
                .strip_prefix(service)
                .is_some_and(|r| r.starts_with(']'));
            found = is_it.then(Vec::new);
            continue;
        }
        let Some(parameters) = &mut found else {
            continue;
        };
        let wrong = |what: &str| {
            let line = number + 1;
            Error::new(
                Kind::Connect,
                format!("{what} in service file \"{file}\", line {line}"),
            )
        };
        if line.starts_with("ldap") {
            return Err(wrong("an LDAP lookup, which is not supported,"));
        }
        let (name, value) = line.split_once('=').ok_or_else(|| wrong("syntax error"))?;
        if name == "service" || name == "servicefile" {
            return Err(wrong("nested service specifications"));
        }
        if !super::parameters::is_known(name) {
            return Err(wrong(&format!("unknown parameter \"{name}\"")));
        }
        // The first value of a name counts, as in libpq.
        if !parameters.iter().any(|(n, _)| n == name) {
            parameters.push((name.to_string(), value.to_string()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_read_as_libpq_reads_it() {
        let file = "# comment\n[a]\nhost=h\n  port=1  \nhost=second\nuser=x y=z\n[ab]\nuser=b\n[a]\nuser=no\n";
        for (service, expected) in [
            ("a", "host=h port=1 user=x y=z"),
            ("ab", "user=b"),
            ("b", "none"),
            ("", "none"),
        ] {
            let found = find(file, "f", service).expect("a good file");
            let shown = match found {
                Some(all) => all
                    .iter()
                    .map(|(n, v)| format!("{n}={v}"))
                    .collect::<Vec<_>>()
                    .join(" "),
                None => "none".into(),
            };
            assert_eq!(shown, expected, "{service}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_said_with_its_line() {
        for (line, said) in [
            ("host", "syntax error in service file \"f\", line 2"),
            (
                "host = x",
                "unknown parameter \"host \" in service file \"f\", line 2",
            ),
            (
                "service=b",
                "nested service specifications in service file \"f\", line 2",
            ),
            (
                "ldap://x",
                "an LDAP lookup, which is not supported, in service file \"f\", line 2",
            ),
        ] {
            let error = find(&format!("[s]\n{line}"), "f", "s").expect_err("a refusal");
            assert_eq!(error.message, said);
        }
        assert_eq!(find("[other]\nnonsense", "f", "s").ok(), Some(None));
    }
}
