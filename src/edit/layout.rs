//! SQL laid out over lines. The library knows no dialect well enough to be trusted with strings,
//! quoted names, variables and comments: they are hidden from it, and what comes back must hold the
//! same tokens in the same order, or nothing is changed.

use super::Change;
use super::indent::STEP;
use crate::sql::{Dialect, Token, TokenKind, lex};
use sqlformat::{FormatOptions, Indent, QueryParams, format};

/// Arguments and short clauses stay on one line up to so many columns.
const SHORT: usize = 60;

/// The text in a regular layout, with the cursor where it was among the tokens. `None` where that
/// is not to be had without changing what the text says.
pub fn lay_out(text: &str, tokens: &[Token], cursor: usize, dialect: &Dialect) -> Option<Change> {
    // Where another delimiter is in force, nobody but our own lexer knows what ends a statement.
    let other = |t: &Token| match t.kind {
        TokenKind::Semicolon => t.text(text) != ";",
        TokenKind::Delimiter => true,
        _ => t.open,
    };
    if tokens.iter().any(other) {
        return None;
    }
    let mut out = String::new();
    let is_command = |t: &Token| t.kind == TokenKind::Command;
    for part in tokens.chunk_by(|a, b| is_command(a) == is_command(b)) {
        if !part.iter().any(is_command) {
            let laid_out = statements(text, part);
            separate(&mut out, part[0].text(text));
            out.push_str(&laid_out);
            continue;
        }
        for command in part {
            let before = &text[..command.start as usize];
            separate(&mut out, &before[before.trim_end().len()..]);
            out.push_str(command.text(text).trim_end());
        }
    }
    let new = lex(&out, dialect);
    if !said(text, tokens).eq(said(&out, &new)) {
        return None;
    }
    let cursor = moved(tokens, &new, cursor).unwrap_or(out.len());
    Some(Change { text: out, cursor })
}

/// The text on one line: each comment to the end of its line becomes one that ends by itself. `None`
/// where that would change what the text says.
pub fn on_one_line(
    text: &str,
    tokens: &[Token],
    cursor: usize,
    dialect: &Dialect,
) -> Option<Change> {
    let mut out = String::new();
    for token in tokens {
        let own = token.text(text);
        match token.kind {
            TokenKind::Command | TokenKind::Delimiter => return None,
            _ if token.open => return None,
            TokenKind::Space if own.contains('\n') && out.ends_with(' ') => {}
            TokenKind::Space if own.contains('\n') => out.push(' '),
            TokenKind::LineComment => {
                let said = own.trim_start_matches('-').trim_start_matches('#').trim();
                if said.contains("*/") || said.contains("/*") {
                    return None;
                }
                out.push_str(&format!("/* {said} */ "));
            }
            _ => out.push_str(own),
        }
    }
    let out = out.trim_end().to_string();
    let is_solid = |t: &&Token| !t.is_trivia();
    let new = lex(&out, dialect);
    let said = |text: &str, tokens: &[Token]| -> Vec<String> {
        let solid = tokens.iter().filter(is_solid);
        solid.map(|t| t.text(text).to_string()).collect()
    };
    if said(text, tokens) != said(&out, &new) {
        return None;
    }
    let cursor = moved(tokens, &new, cursor).unwrap_or(out.len());
    Some(Change { text: out, cursor })
}

/// A line break where there was one, else a blank.
fn separate(out: &mut String, between: &str) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push(if between.contains('\n') { '\n' } else { ' ' });
    }
}

/// What a text says: everything but white space.
fn said<'t>(text: &'t str, tokens: &'t [Token]) -> impl Iterator<Item = &'t str> {
    let tokens = tokens.iter().filter(|t| t.kind != TokenKind::Space);
    tokens.map(|t| t.text(text).trim_end())
}

/// Lays out statements without backslash commands between them.
fn statements(text: &str, tokens: &[Token]) -> String {
    let Some(prefix) = (0..).map(|n| format!("q{n}x")).find(|p| !text.contains(p)) else {
        return String::new();
    };
    let mut hidden = Vec::new();
    let mut shown = String::new();
    for token in tokens {
        let own = token.text(text);
        let mut hide = |own: &str| {
            let name = format!("{prefix}{}", hidden.len());
            let width = own.chars().count().min(SHORT);
            hidden.push(own.to_string());
            format!("{name:_<width$}")
        };
        match token.kind {
            TokenKind::LineComment => shown.push_str(&format!("--{}\n", hide(own.trim_end()))),
            TokenKind::BlockComment => shown.push_str(&format!("/*{}*/", hide(own))),
            TokenKind::String
            | TokenKind::QuotedName
            | TokenKind::DollarString
            | TokenKind::Parameter
            | TokenKind::Variable
            | TokenKind::SessionVariable
            | TokenKind::Escaped
            | TokenKind::Other => shown.push_str(&hide(own)),
            _ => shown.push_str(own),
        }
    }
    let laid_out = format(&shown, &QueryParams::None, &options());
    restore(&laid_out, &prefix, &hidden)
}

fn options() -> FormatOptions<'static> {
    FormatOptions {
        indent: Indent::Spaces(STEP.len() as u8),
        max_inline_arguments: Some(SHORT),
        max_inline_top_level: Some(SHORT),
        joins_as_top_level: true,
        dialect: sqlformat::Dialect::PostgreSql,
        ..FormatOptions::default()
    }
}

/// Puts back what was hidden.
fn restore(laid_out: &str, prefix: &str, hidden: &[String]) -> String {
    let mut out = String::new();
    let mut rest = laid_out;
    while let Some(at) = rest.find(prefix) {
        let behind = &rest[at + prefix.len()..];
        let digits = behind.find(|c: char| !c.is_ascii_digit());
        let digits = digits.unwrap_or(behind.len());
        let own = behind[..digits]
            .parse()
            .ok()
            .and_then(|n: usize| hidden.get(n));
        let own = own.map_or("", String::as_str);
        let end = digits + behind[digits..].len() - behind[digits..].trim_start_matches('_').len();
        let (mut before, mut after) = (&rest[..at], &behind[end..]);
        // Comments bring their marks themselves.
        if let Some(line) = before.strip_suffix("--") {
            before = line;
        } else if let (Some(open), Some(closed)) =
            (before.strip_suffix("/*"), after.strip_prefix("*/"))
        {
            (before, after) = (open, closed);
        }
        out.push_str(before);
        out.push_str(own);
        rest = after;
    }
    out + rest
}

/// The place in the new text that `cursor` had in the old one: in or behind the same token.
fn moved(old: &[Token], new: &[Token], cursor: usize) -> Option<usize> {
    let solid = |t: &&Token| t.kind != TokenKind::Space;
    let index = old
        .iter()
        .filter(solid)
        .take_while(|t| (t.start as usize) < cursor)
        .count();
    let Some(index) = index.checked_sub(1) else {
        return Some(0);
    };
    let (from, to) = (
        old.iter().filter(solid).nth(index)?,
        new.iter().filter(solid).nth(index)?,
    );
    let within = (cursor - from.start as usize).min(to.range().len());
    Some(to.start as usize + within)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::{MYSQL, POSTGRES, SQLITE};

    #[test]
    fn lines_are_joined_without_changing_what_they_say() {
        for (text, expected) in [
            (
                "select a,\n  b -- why\nfrom t",
                Some("select a, b /* why */ from t"),
            ),
            ("select 'a\nb'\n", Some("select 'a\nb'")),
            ("select 1 -- */\n", None),
            ("select 'a\n", None),
            ("\\d t\nselect 1", None),
            ("", Some("")),
        ] {
            let tokens = lex(text, &POSTGRES);
            let found = on_one_line(text, &tokens, text.len(), &POSTGRES);
            assert_eq!(found.as_ref().map(|c| c.text.as_str()), expected, "{text}");
        }
    }

    fn laid_out(text: &str, dialect: &Dialect) -> Option<String> {
        let cursor = text.find('¦');
        let whole = text.replace('¦', "");
        let tokens = lex(&whole, dialect);
        let mut change = lay_out(&whole, &tokens, cursor.unwrap_or(whole.len()), dialect)?;
        if cursor.is_some() {
            change.text.insert(change.cursor, '¦');
        }
        Some(change.text)
    }

    #[test]
    fn statements_are_laid_out_and_say_what_they_said() {
        for (dialect, text, expected) in [
            (
                &POSTGRES,
                "select a,b from t join u on t.id=u.t_id where x = 'a  b' and y>1 order by 1;",
                "select a, b\nfrom t\njoin u on t.id = u.t_id\n\
                 where x = 'a  b' and y > 1\norder by 1;",
            ),
            (
                &MYSQL,
                "update `t` set a=1 where b=2; delete from t",
                "update `t`\nset a = 1\nwhere b = 2;\ndelete from t",
            ),
        ] {
            assert_eq!(laid_out(text, dialect).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_not_layout_is_never_changed() {
        for (dialect, text) in [
            (&POSTGRES, "do $$ begin  perform 1; end $$;"),
            (
                &POSTGRES,
                "select :x, :'y', :\"z\", $1, e'a\\'  b', $a$ x  y $a$",
            ),
            (
                &POSTGRES,
                "select a->>'b', c#>>'{d,e}', f @> g, h ?| i, j::int[], k[1:2], x => 1",
            ),
            (&POSTGRES, "select 1 -- why\n, 2 /* and\n  what */ from t"),
            (
                &POSTGRES,
                "select \"A  b\".\"c\" from \"T\" where a !~* 'x' and b <-> c < 1e-5",
            ),
            (&POSTGRES, "select 1; select 2\\g\n\\d  users\nselect 3"),
            (
                &POSTGRES,
                "insert into t (a, b) values (1, - -1), (2, 'ü  日本')",
            ),
            (&POSTGRES, "select q0x0, 'q0x1' from q1x"),
            (
                &MYSQL,
                "select `a  b`, @v, @@global.x, \"s  t\" # why\nfrom t",
            ),
            (
                &MYSQL,
                "select /*! STRAIGHT_JOIN */ a <=> b, c->>'$.d' from t -- x",
            ),
            (
                &SQLITE,
                "select [a  b], x'00ff', ?1, :n, @p, $q from t where a == b",
            ),
        ] {
            let tokens = lex(text, dialect);
            let Some(new) = laid_out(text, dialect) else {
                panic!("{text} was refused");
            };
            let new_tokens = lex(&new, dialect);
            let (old, new): (Vec<_>, Vec<_>) = (
                said(text, &tokens).collect(),
                said(&new, &new_tokens).collect(),
            );
            assert_eq!(old, new);
        }
    }

    #[test]
    fn what_cannot_be_known_is_left_alone() {
        assert_eq!(laid_out("select 'a", &POSTGRES), None);
        assert_eq!(laid_out("select /* a", &POSTGRES), None);
        assert_eq!(laid_out("delimiter //\nselect 1//", &MYSQL), None);
    }

    #[test]
    fn the_cursor_stays_at_its_token() {
        for (text, expected) in [
            ("select  a¦bc  from t", "select abc¦"),
            ("¦select a", "¦select"),
            ("select a¦", "a¦"),
        ] {
            let expected = expected.replace("abc¦", "a¦bc");
            let new = laid_out(text, &POSTGRES).unwrap();
            assert!(new.contains(&expected), "{new}");
        }
    }
}
