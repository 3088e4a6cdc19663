//! Expressions as the server prints them: the list of an IN check, a list of defaults. Pure.

use crate::sql::dialect::POSTGRES;
use crate::sql::{Token, TokenKind, lex, names};

/// Column and values of `CHECK ((col = ANY (ARRAY['a'::text, 'b'::text])))`, which is what the
/// server makes of `CHECK (col IN ('a', 'b'))`; `None` for every other check.
pub(super) fn parse(definition: &str) -> Option<(String, Vec<String>)> {
    let tokens = lex(definition, &POSTGRES);
    let mut reader = Reader {
        text: definition,
        tokens: tokens.iter().filter(|t| !t.is_trivia()).collect(),
        at: 0,
    };
    reader.word("check").then_some(())?;
    reader.skip(TokenKind::LeftParen);
    let column = reader.next_if(names::is_name)?;
    let column = names::unquote(column.text(definition), &POSTGRES).into_owned();
    reader.skip(TokenKind::RightParen);
    reader.cast();
    reader.next_if(|t| t.text(definition) == "=")?;
    let values = if reader.word("any") {
        reader.skip(TokenKind::LeftParen);
        reader.word("array").then_some(())?;
        reader.next_if(|t| t.kind == TokenKind::LeftBracket)?;
        let mut values = vec![reader.value()?];
        while reader.next_if(|t| t.kind == TokenKind::Comma).is_some() {
            values.push(reader.value()?);
        }
        reader.next_if(|t| t.kind == TokenKind::RightBracket)?;
        reader.skip(TokenKind::RightParen);
        reader.cast();
        values
    } else {
        vec![reader.value()?]
    };
    reader.skip(TokenKind::RightParen);
    let only = reader.at == reader.tokens.len() || (reader.word("not") && reader.word("valid"));
    only.then_some((column, values))
}

/// The parts of a list of expressions, cut at its own commas.
pub(super) fn expressions(list: &str) -> Vec<String> {
    let mut out = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    for token in lex(list, &POSTGRES) {
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
            TokenKind::RightParen | TokenKind::RightBracket => depth = depth.saturating_sub(1),
            TokenKind::Comma if depth == 0 => {
                out.push(list[start..token.start as usize].trim().to_string());
                start = token.end as usize;
            }
            _ => {}
        }
    }
    if !list[start..].trim().is_empty() {
        out.push(list[start..].trim().to_string());
    }
    out
}

struct Reader<'a> {
    text: &'a str,
    tokens: Vec<&'a Token>,
    at: usize,
}

impl<'a> Reader<'a> {
    fn next_if(&mut self, wanted: impl FnOnce(&Token) -> bool) -> Option<&'a Token> {
        let token = *self.tokens.get(self.at)?;
        wanted(token).then(|| {
            self.at += 1;
            token
        })
    }

    fn word(&mut self, word: &str) -> bool {
        let text = self.text;
        self.next_if(|t| t.text(text).eq_ignore_ascii_case(word))
            .is_some()
    }

    fn skip(&mut self, kind: TokenKind) {
        while self.next_if(|t| t.kind == kind).is_some() {}
    }

    /// `::character varying(10)[]`, as often as it stands there.
    fn cast(&mut self) {
        while self.next_if(|t| t.kind == TokenKind::Cast).is_some() {
            while self
                .next_if(|t| names::is_name(t) || t.kind == TokenKind::Dot)
                .is_some()
            {}
            if self.next_if(|t| t.kind == TokenKind::LeftParen).is_some() {
                while self
                    .next_if(|t| matches!(t.kind, TokenKind::Number | TokenKind::Comma))
                    .is_some()
                {}
                self.next_if(|t| t.kind == TokenKind::RightParen);
            }
            while self.next_if(|t| t.kind == TokenKind::LeftBracket).is_some() {
                self.next_if(|t| t.kind == TokenKind::RightBracket);
            }
            self.skip_closing_before_cast();
        }
    }

    /// `('a'::varchar)::text`: a parenthesis between two casts.
    fn skip_closing_before_cast(&mut self) {
        let mut ahead = self.at;
        while self
            .tokens
            .get(ahead)
            .is_some_and(|t| t.kind == TokenKind::RightParen)
        {
            ahead += 1;
        }
        if self
            .tokens
            .get(ahead)
            .is_some_and(|t| t.kind == TokenKind::Cast)
        {
            self.at = ahead;
        }
    }

    /// A literal without its quotes and casts.
    fn value(&mut self) -> Option<String> {
        self.skip(TokenKind::LeftParen);
        let text = self.text;
        let minus = match self.next_if(|t| t.text(text) == "-") {
            Some(_) => "-",
            None => "",
        };
        let token = self.next_if(|t| matches!(t.kind, TokenKind::String | TokenKind::Number))?;
        let literal = token.text(text);
        let value = match literal.strip_prefix(['E', 'e']) {
            Some(escaped) if token.kind == TokenKind::String => {
                names::unquote(escaped, &POSTGRES).replace("\\\\", "\\")
            }
            _ => names::unquote(literal, &POSTGRES).into_owned(),
        };
        self.cast();
        self.skip(TokenKind::RightParen);
        self.cast();
        Some(format!("{minus}{value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_an_in_check_is_read_and_nothing_else_is_taken_for_one() {
        for (definition, expected) in [
            (
                "CHECK ((a = ANY (ARRAY['x'::text, 'it''s'::text])))",
                "a: x, it's",
            ),
            (
                "CHECK (((\"St\")::text = ANY ((ARRAY['n'::character varying, \
                 'o'::character varying(3)])::text[])))",
                "St: n, o",
            ),
            (
                "CHECK (((s)::text = ANY (ARRAY[('a'::character varying)::text, \
                 ('b'::character varying)::text])))",
                "s: a, b",
            ),
            (
                "CHECK ((n = ANY (ARRAY[1, '-2'::integer, (- 3)])))",
                "n: 1, -2, -3",
            ),
            ("CHECK ((a = 'only'::text)) NOT VALID", "a: only"),
            ("CHECK ((a = ANY (ARRAY[E'b\\\\c'::text])))", "a: b\\c"),
            ("CHECK (((a = 'x'::text) OR (b > 1)))", "-"),
            ("CHECK ((a = b))", "-"),
            ("CHECK ((a <> ALL (ARRAY['x'::text])))", "-"),
            ("CHECK ((length(a) = 3))", "-"),
            ("", "-"),
        ] {
            let shown = match parse(definition) {
                Some((column, values)) => format!("{column}: {}", values.join(", ")),
                None => "-".into(),
            };
            assert_eq!(shown, expected, "{definition}");
        }
    }

    #[test]
    fn defaults_are_cut_at_their_own_commas() {
        assert_eq!(
            expressions("'a,b'::text, f(1, 2), ARRAY[1, 2]"),
            ["'a,b'::text", "f(1, 2)", "ARRAY[1, 2]"]
        );
        assert_eq!(expressions(""), Vec::<String>::new());
    }
}
