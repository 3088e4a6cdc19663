//! MySQL's option files (`my.cnf`), line by line, as the manual's "Using Option Files" has them.
//! Pure: whoever reads the files follows the includes.

/// What one line means to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// An option of one of our groups; the name has dashes for underscores.
    Option { name: String, value: Option<String> },
    /// `!include PATH`
    Include(String),
    /// `!includedir PATH`
    IncludeDir(String),
}

/// The groups that concern a client, ours among them. What stands later in the files wins,
/// whatever its group.
const GROUPS: &[&str] = &[
    "client",
    "client-server",
    "client-mariadb",
    "mariadb-client",
    "mysql",
    "sqwire",
];

/// Our groups, and those with the suffix that the user wants read too.
pub(super) fn groups(suffix: Option<&str>) -> Vec<String> {
    let plain = GROUPS.iter().map(ToString::to_string);
    let more = suffix.into_iter();
    let more = more.flat_map(|suffix| GROUPS.iter().map(move |group| format!("{group}{suffix}")));
    plain.chain(more).collect()
}

/// Where and why the clients read a file no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// From 1 on.
    pub(super) line: usize,
    pub(super) why: &'static str,
}

/// Whether the text has that group.
pub(super) fn has_group(text: &str, name: &str) -> bool {
    let is_group = |line: &str| {
        let group = line.trim().strip_prefix('[').and_then(group);
        group.is_some_and(|group| group.eq_ignore_ascii_case(name))
    };
    text.lines().any(is_group)
}

/// The name of a group behind its bracket. Blanks before it belong to it.
fn group(rest: &str) -> Option<&str> {
    rest.split_once(']').map(|(name, _)| name.trim_end())
}

/// The lines of our groups, and the includes, in order.
pub(super) fn parse(text: &str, groups: &[String]) -> Result<Vec<Line>, Broken> {
    let mut ours = None;
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let broken = |why| Broken { line: at + 1, why };
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('!') {
            lines.extend(directive(rest.trim_start()));
        } else if let Some(rest) = line.strip_prefix('[') {
            let name = group(rest).ok_or(broken("a group without \"]\""))?;
            ours = Some(groups.iter().any(|group| group.eq_ignore_ascii_case(name)));
        } else if ours.ok_or(broken("an option before the first group"))? {
            lines.push(option(line));
        }
    }
    Ok(lines)
}

/// What stands behind `!`; what nobody knows is passed over.
fn directive(text: &str) -> Option<Line> {
    let (word, path) = text.split_once(char::is_whitespace)?;
    let path = path.trim().to_string();
    match word {
        "includedir" => Some(Line::IncludeDir(path)),
        "include" => Some(Line::Include(path)),
        _ => None,
    }
}

fn option(line: &str) -> Line {
    let line = without_comment(line);
    let (name, value) = match line.split_once('=') {
        Some((name, value)) => (name, Some(unquoted(value.trim()))),
        None => (line, None),
    };
    let name = name.trim().replace('_', "-");
    Line::Option {
        name: name.strip_prefix("loose-").unwrap_or(&name).to_string(),
        value,
    }
}

/// Cuts a `#` comment that stands outside quotes.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match (c, quote) {
            ('#', None) => return &line[..at],
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(q)) if c == q && !escaped => quote = None,
            _ => {}
        }
        escaped = quote.is_some() && c == '\\' && !escaped;
    }
    line
}

/// The value without the quotes around it, and its escapes resolved.
fn unquoted(value: &str) -> String {
    let inner = ['\'', '"']
        .iter()
        .find_map(|&q| value.strip_prefix(q)?.strip_suffix(q))
        .unwrap_or(value);
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('s') => out.push(' '),
            Some(c @ ('\\' | '"' | '\'')) => out.push(c),
            // A backslash before anything else is a backslash.
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let words = |line: &Line| match line {
            Line::Option { name, value: None } => name.clone(),
            Line::Option {
                name,
                value: Some(value),
            } => format!("{name}={value}"),
            Line::Include(path) => format!("include {path}"),
            Line::IncludeDir(path) => format!("includedir {path}"),
        };
        match parse(text, &groups(Some("_x"))) {
            Ok(lines) => lines.iter().map(words).collect::<Vec<_>>().join("|"),
            Err(Broken { line, why }) => format!("{line}: {why}"),
        }
    }

    #[test]
    fn only_the_groups_of_clients_count() {
        assert_eq!(
            show("[mysqld]\nport=1\n[client]\nuser=b\n[sqwire]\nuser = c\n[mysqldump]\nx"),
            "user=b|user=c"
        );
        assert_eq!(show("[client_x]\nuser=d\n[client_y]\nuser=e"), "user=d");
        assert_eq!(show("[CLIENT  ] x\nuser=d\n[ client]\nuser=e"), "user=d");
    }

    #[test]
    fn what_the_clients_refuse_is_refused() {
        for (text, expected) in [
            ("\nuser=a\n[client]", "2: an option before the first group"),
            ("[client]\nuser=a\n[mysqld", "3: a group without \"]\""),
            ("# user=a\n!include /x\n!nobody knows", "include /x"),
        ] {
            assert_eq!(show(text), expected, "{text}");
        }
    }

    #[test]
    fn values_are_read_as_the_client_library_reads_them() {
        for (line, expected) in [
            ("password=secret", "password=secret"),
            ("password = \"a b\"", "password=a b"),
            ("password='it''s'", "password=it''s"),
            ("password=\"a#b\" # comment", "password=a#b"),
            ("password=a#b", "password=a"),
            ("password=\"a\\\"b\"", "password=a\"b"),
            ("password=a\\sb\\\\c\\x", "password=a b\\c\\x"),
            ("ssl_ca=/x", "ssl-ca=/x"),
            ("loose-ssl-mode=REQUIRED", "ssl-mode=REQUIRED"),
            ("skip-ssl", "skip-ssl"),
            ("password=", "password="),
            ("; comment", ""),
            ("!include /a b", "include /a b"),
            ("!includedir /etc/d/", "includedir /etc/d/"),
            ("! include\t/a", "include /a"),
            ("!includex /a", ""),
            ("host='a", "host='a"),
            ("host='", "host='"),
            ("host=''", "host="),
            ("host=a\\", "host=a\\"),
            ("user = = x", "user== x"),
        ] {
            assert_eq!(show(&format!("[client]\n{line}")), expected, "{line}");
        }
    }

    #[test]
    fn any_text_is_accepted() {
        for text in [
            "[",
            "=",
            "[client]\n=\n==\n\\\n'\n\"",
            "[client]\npassword='\n\u{0}",
        ] {
            let _ = parse(text, &groups(None));
        }
    }
}
