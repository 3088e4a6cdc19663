//! The configuration files of pgcli, mycli and litecli: ConfigObj's dialect of INI.

/// One section: its name (a nested one with a dot), and its keys in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) values: Vec<(String, String)>,
}

impl Section {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().rev().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The sections of a text. What is no section and no key is passed over.
pub(super) fn read(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') {
            let name = line.split('#').next().unwrap_or_default();
            let name = name.trim().trim_matches(|c| c == '[' || c == ']').trim();
            sections.push(Section {
                name: unquoted(name).to_string(),
                values: Vec::new(),
            });
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let value = value.trim();
        let value = match ["'''", "\"\"\""].iter().find(|q| value.starts_with(**q)) {
            Some(quotes) => long_text(&value[3..], quotes, &mut lines),
            None => short_text(value).to_string(),
        };
        if let Some(section) = sections.last_mut() {
            section
                .values
                .push((unquoted(key.trim()).to_string(), value));
        }
    }
    sections
}

/// A text in three quotes, over several lines.
fn long_text<'t>(begin: &str, quotes: &str, lines: &mut impl Iterator<Item = &'t str>) -> String {
    let mut out = String::new();
    let mut line = begin;
    loop {
        if let Some(end) = line.find(quotes) {
            out.push_str(&line[..end]);
            return out;
        }
        out.push_str(line);
        match lines.next() {
            Some(next) => line = next,
            None => return out,
        }
        out.push('\n');
    }
}

/// A value on one line: in quotes, or up to a comment.
fn short_text(value: &str) -> &str {
    for quote in ['\'', '"'] {
        if let Some(rest) = value.strip_prefix(quote)
            && let Some(end) = rest.find(quote)
            && matches!(
                rest[end + 1..].trim_start().chars().next(),
                None | Some('#')
            )
        {
            return &rest[..end];
        }
    }
    let comment = value
        .match_indices('#')
        .find(|(at, _)| value[..*at].ends_with(char::is_whitespace));
    comment.map_or(value, |(at, _)| value[..at].trim_end())
}

fn unquoted(text: &str) -> &str {
    let inner = ['\'', '"']
        .iter()
        .find_map(|q| text.strip_prefix(*q)?.strip_suffix(*q));
    inner.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keys_quotes_and_comments_are_read() {
        let text = "# top\nstray = 1\n[main]\n# c\na = True\nb = 'x # y' # z\nc = \"\"\n\
                    prompt = '\\u@\\h:\\d> '\nlist = drop, delete # all\nnoise\n\
                    [named queries]\nlong = '''select 1\n  from t;\n'''\nq = \"\"\"one\"\"\"\n\
                    [alias_dsn]\n[[init-commands]]\nshop = \"set x = '1'\", \"set y = 2\"\n";
        let sections = read(text);
        let names: Vec<&str> = sections.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(
            names,
            ["main", "named queries", "alias_dsn", "init-commands"]
        );
        for (section, key, expected) in [
            (0, "a", Some("True")),
            (0, "b", Some("x # y")),
            (0, "c", Some("")),
            (0, "prompt", Some("\\u@\\h:\\d> ")),
            (0, "list", Some("drop, delete")),
            (1, "long", Some("select 1\n  from t;\n")),
            (1, "q", Some("one")),
            (3, "shop", Some("\"set x = '1'\", \"set y = 2\"")),
            (0, "noise", None),
        ] {
            assert_eq!(sections[section].get(key), expected, "{key}");
        }
    }
}
