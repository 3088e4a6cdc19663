//! The words behind a dot command, as sqlite3 takes them apart.

/// What sqlite3 makes of the words behind a command: quotes of both kinds, escapes in double ones.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '\'' => match rest[1..].split_once('\'') {
                Some((word, after)) => (word.to_string(), after),
                None => (rest[1..].to_string(), ""),
            },
            '"' => {
                let end = quote_end(&rest[1..]);
                let after = rest.get(end + 2..).unwrap_or_default();
                (unescaped(&rest[1..=end]), after)
            }
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (rest[..end].to_string(), &rest[end..])
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

/// The bytes before the double quote that ends a word.
fn quote_end(text: &str) -> usize {
    let mut escaped = false;
    let ends = |c: char| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    };
    text.find(ends).unwrap_or(text.len())
}

/// The same text with its escapes resolved.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            },
            c => c,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_apart_as_sqlite3_does() {
        for (text, expected) in [
            ("", vec![]),
            ("a  b", vec!["a", "b"]),
            ("'a b' c", vec!["a b", "c"]),
            (r#""a\tb" "q\"u" "open"#, vec!["a\tb", "q\"u", "open"]),
            ("'open", vec!["open"]),
            (r"a\tb", vec![r"a\tb"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
