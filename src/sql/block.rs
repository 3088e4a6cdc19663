//! Where in a DO statement something went wrong, by what PostgreSQL says of it in its CONTEXT.

use super::{Dialect, TokenKind, lex};

/// What PostgreSQL calls a block that has no name, in every language.
const BLOCK: &str = "inline_code_block";

/// The byte offset in `text`, a DO statement, of the place that `context` tells: the line of the
/// outermost block, or in it the byte of the query that failed there.
pub fn place(
    text: &str,
    context: &str,
    inner: Option<(&str, usize)>,
    dialect: &Dialect,
) -> Option<usize> {
    let line = line(context)?;
    let body = body(text, dialect)?;
    let before: usize = text[body.clone()]
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let rest = &text[body.start + before..body.end];
    let here = rest.lines().next()?;
    let blanks = here.len() - here.trim_start().len();
    // Another block or routine may have run the query.
    let own = context.matches(BLOCK).count() == 1 && context.lines().count() <= 2;
    let query = inner.filter(|_| own).and_then(|(query, at)| {
        // PERFORM is sent as SELECT.
        let perform = query
            .strip_prefix("SELECT ")
            .map(|q| (q, at.checked_sub(7)));
        let found = |query: &str, at: usize| Some(rest.find(query)? + at);
        found(query, at).or_else(|| perform.and_then(|(query, at)| found(query, at?)))
    });
    Some(body.start + before + query.unwrap_or(blanks))
}

/// The line of the outermost block, counted from 1 where its quote opens.
fn line(context: &str) -> Option<usize> {
    let (_, behind) = context.lines().next_back()?.split_once(BLOCK)?;
    let digits = behind.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit());
    digits[..end.unwrap_or(digits.len())].parse().ok()
}

/// What stands between the quotes of a DO statement.
fn body(text: &str, dialect: &Dialect) -> Option<std::ops::Range<usize>> {
    let tokens = lex(text, dialect);
    let mut tokens = tokens.iter().filter(|t| !t.is_trivia());
    tokens
        .next()
        .filter(|t| t.text(text).eq_ignore_ascii_case("do"))?;
    let quoted = tokens.find(|t| matches!(t.kind, TokenKind::String | TokenKind::DollarString))?;
    let all = quoted.text(text);
    let tag = match quoted.kind {
        TokenKind::DollarString => all[1..].find('$')? + 2,
        // An escaped newline would be a line of its own.
        _ if all.starts_with('\'') => 1,
        _ => return None,
    };
    (!quoted.open && all.len() >= 2 * tag).then(|| {
        let range = quoted.range();
        range.start + tag..range.end - tag
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;

    #[test]
    fn the_context_tells_a_line_of_the_block() {
        let perform = Some(("SELECT nope from t", 7));
        let execute = Some(("select nope", 7));
        for (text, context, inner, expected) in [
            (
                "do $$\nbegin\n  raise 'x';\nend $$",
                "PL/pgSQL function inline_code_block line 3 at RAISE",
                None,
                Some("raise 'x'"),
            ),
            (
                "DO language plpgsql 'begin\n\n   raise ''ä'';\nend'",
                "PL/pgSQL-Funktion inline_code_block Zeile 3 bei RAISE",
                None,
                Some("raise ''ä''"),
            ),
            (
                "do $a$ begin\n perform nope from t;\nend $a$",
                "PL/pgSQL function inline_code_block line 2 at PERFORM",
                perform,
                Some("nope from t"),
            ),
            (
                "do $$ begin\n execute 'select nope';\nend $$",
                "PL/pgSQL function inline_code_block line 2 at EXECUTE",
                execute,
                Some("nope'"),
            ),
            // The query of a routine is not in the text.
            (
                "do $$ begin\n perform f();\nselect nope;end $$",
                "SQL statement \"select nope\"\nPL/pgSQL function f() line 2 at SQL statement\n\
                 SQL statement \"SELECT f()\"\n\
                 PL/pgSQL function inline_code_block line 2 at PERFORM",
                execute,
                Some("perform f()"),
            ),
            (
                "select f()",
                "PL/pgSQL function f() line 2 at RETURN",
                None,
                None,
            ),
            (
                "do $$ begin end $$",
                "PL/pgSQL function inline_code_block line 9 at RAISE",
                None,
                None,
            ),
            ("do $$", "inline_code_block line 1", None, None),
            ("do E'a\\nb'", "inline_code_block line 1", None, None),
            ("do $$a$$", "inline_code_block", None, None),
            (
                "do $$a$$",
                "inline_code_block line 99999999999999999999",
                None,
                None,
            ),
        ] {
            let found = place(text, context, inner, &POSTGRES);
            let rest = found.map(|at| &text[at..]);
            assert_eq!(rest.is_some(), expected.is_some(), "{text}");
            let expected = expected.unwrap_or_default();
            assert!(
                rest.unwrap_or_default().starts_with(expected),
                "{text}: {rest:?}"
            );
        }
    }
}
