//! The backslash command under the cursor: its name, its arguments, and what of them is SQL.

use super::Request;
use crate::command::spec::{Arg, ArgKind, CopyWords, Spec};
use crate::sql::copy::way;
use crate::sql::{Dialect, Token, TokenKind, lex};
use std::ops::Range;

/// The command under the cursor, cut at the cursor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// From the backslash to the cursor.
    pub(super) typed: &'a str,
    /// All of it.
    whole: &'a str,
    /// Where it begins in the text.
    start: usize,
}

/// The command that the cursor stands in.
pub(super) fn line<'a>(text: &'a str, tokens: &[Token], cursor: usize) -> Option<Line<'a>> {
    let at = tokens.partition_point(|t| (t.start as usize) < cursor);
    let (token, before) = tokens[..at].split_last()?;
    if token.kind != TokenKind::Command && !is_bare_slash(text, token, before, cursor) {
        return None;
    }
    let start = token.start as usize;
    Some(Line {
        typed: text.get(start..cursor)?,
        whole: token.text(text),
        start,
    })
}

/// Whether a command's name is to follow the slash before the cursor.
pub fn begins_command(text: &str, tokens: &[Token], cursor: usize) -> bool {
    line(text, tokens, cursor).is_some_and(|line| line.typed == "/")
}

/// Whether that is the first character of a slash command, which no letter follows yet.
fn is_bare_slash(text: &str, token: &Token, before: &[Token], cursor: usize) -> bool {
    let last = before.iter().rev().find(|t| !t.is_trivia());
    let begins = last.is_none_or(|t| {
        matches!(
            t.kind,
            TokenKind::Semicolon | TokenKind::Command | TokenKind::Delimiter
        )
    });
    begins && token.end as usize == cursor && token.text(text) == "/"
}

impl<'a> Line<'a> {
    fn name(&self) -> &'a str {
        self.typed.split_whitespace().next().unwrap_or_default()
    }

    /// Whether the cursor is still in the command's name.
    pub(super) fn in_name(&self) -> bool {
        !self.typed.contains(char::is_whitespace)
    }

    /// Where the word before the cursor begins, in the whole text.
    pub(super) fn word_start(&self) -> usize {
        let from = self.typed.rfind(char::is_whitespace).map_or(0, |i| {
            i + self.typed[i..].chars().next().map_or(1, char::len_utf8)
        });
        self.start + from
    }

    /// The specification of the command; `\d+` and `\dtS` are those of `\d` and `\dt`.
    pub(super) fn spec(&self, commands: &[&'static Spec]) -> Option<&'static Spec> {
        let name = self.name();
        let find = |name: &str| commands.iter().copied().find(|s| s.names.contains(&name));
        find(name).or_else(|| find(name.trim_end_matches(['+', 'S'])))
    }

    /// How many arguments stand complete before the cursor.
    pub(super) fn argument(&self) -> usize {
        let words = self.typed.split_whitespace().count();
        match self.typed.ends_with(char::is_whitespace) {
            true => words.saturating_sub(1),
            false => words.saturating_sub(2),
        }
    }

    /// The argument that is being typed.
    pub(super) fn wanted(&self, commands: &[&'static Spec]) -> Option<&'static Arg> {
        let spec = self.spec(commands).filter(|_| !self.in_name())?;
        // The last argument may be given several times (`\d a b`).
        spec.args.get(self.argument()).or(spec.args.last())
    }

    /// Where argument `index` begins in the command.
    fn argument_start(&self, index: usize) -> usize {
        let mut at = 0;
        for _ in 0..=index {
            let rest = &self.whole[at..];
            let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let rest = &rest[word..];
            at += word + (rest.len() - rest.trim_start().len());
        }
        at
    }

    /// What of a command that copies the cursor stands in.
    pub(super) fn copied(&self, words: &'static CopyWords, dialect: &'static Dialect) -> Copied {
        let start = self.argument_start(0).min(self.typed.len());
        copied(
            &self.whole[start..],
            self.typed.len() - start,
            words,
            dialect,
        )
    }
}

/// The part of a command that copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Copied {
    /// What COPY has too: its text, the file hidden behind quotes.
    Statement(String),
    /// A file, or one of these words.
    Place(&'static [&'static str]),
    Words(&'static [&'static str]),
}

fn copied(
    text: &str,
    cursor: usize,
    words: &'static CopyWords,
    dialect: &'static Dialect,
) -> Copied {
    let tokens: Vec<Token> = lex(text, dialect)
        .into_iter()
        .filter(|t| !t.is_trivia() && (t.end as usize) < cursor)
        .collect();
    let is = |t: &Token, word: &str| t.text(text).eq_ignore_ascii_case(word);
    let copies_in = !words.from.is_empty();
    let ways: &[&str] = if copies_in { &["from", "to"] } else { &["to"] };
    let way = way(text, &tokens, ways);
    let spaced = text[..cursor].ends_with(char::is_whitespace);
    let Some(at) = way.ok().filter(|at| *at > 0) else {
        let outside = !matches!(way, Err(1..));
        return match outside && !tokens.is_empty() && spaced && !copies_in {
            true => Copied::Words(&["to"]),
            false => Copied::Statement(text.to_string()),
        };
    };
    let first = word_at(text, tokens[at].end as usize);
    let is_program = text[first.clone()].eq_ignore_ascii_case("program");
    let place = match is_program && first.end < cursor {
        true => word_at(text, first.end),
        false => first.clone(),
    };
    match () {
        () if cursor <= place.end && place != first => Copied::Place(&[]),
        () if cursor <= place.end && is(&tokens[at], "from") => Copied::Place(words.from),
        () if cursor <= place.end => Copied::Place(words.to),
        () if !words.options.is_empty() => Copied::Words(words.options),
        () => {
            let hidden = "x".repeat(place.len().saturating_sub(2));
            let (before, after) = (&text[..place.start], &text[place.end..]);
            Copied::Statement(format!("{before}'{hidden}'{after}"))
        }
    }
}

/// The next word from there on, or the next text in quotes.
fn word_at(text: &str, from: usize) -> Range<usize> {
    let rest = &text[from..];
    let start = from + (rest.len() - rest.trim_start().len());
    let rest = &text[start..];
    let length = match rest.strip_prefix('\'') {
        Some(inner) => inner.find('\'').map_or(rest.len(), |at| at + 2),
        None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
    };
    start..start + length
}

/// SQL in the arguments of a command.
pub(super) struct Inner {
    pub(super) text: String,
    /// The cursor in it.
    pub(super) cursor: usize,
    /// Words that can stand there too.
    pub(super) words: &'static [&'static str],
    /// The cursor stands for a column of the statement's result.
    pub(super) is_output: bool,
}

/// What is SQL in the arguments under the cursor: a statement of its own, what COPY would have, or
/// a name of what the statement before the command returns.
pub(super) fn inner(request: &Request<'_>) -> Option<Inner> {
    let line = line(request.text, request.tokens, request.cursor)?;
    let argument = line.wanted(request.commands)?;
    let dialect = request.catalog.dialect;
    let typed = line.typed.len();
    match argument.kind {
        ArgKind::Query(words) => {
            let args = line.spec(request.commands)?.args;
            let index = args.iter().position(|a| a.kind == argument.kind)?;
            let mut start = line.argument_start(index);
            while let Some(length) = leading(line.typed.get(start..)?, words) {
                start += length;
            }
            let text = line.whole.get(start..)?;
            let at_start = !text[..typed - start].contains(char::is_whitespace);
            Some(Inner {
                text: text.to_string(),
                cursor: typed - start,
                words: if at_start { words } else { &[] },
                is_output: false,
            })
        }
        ArgKind::Copy(words) => match line.copied(words, dialect) {
            Copied::Statement(text) => {
                let start = line.argument_start(0).min(typed);
                Some(Inner {
                    text: format!("copy {text}"),
                    cursor: "copy ".len() + typed - start,
                    words: &[],
                    is_output: false,
                })
            }
            _ => None,
        },
        ArgKind::Output => {
            let statement = statement_before(request, line.start)?;
            let word = &request.text[line.word_start()..request.cursor];
            Some(Inner {
                text: format!("select {word} from ({statement}\n) q"),
                cursor: "select ".len() + word.len(),
                words: &[],
                is_output: true,
            })
        }
        _ => None,
    }
}

/// The length of one of the words that can stand before a statement, with the space behind it.
fn leading(text: &str, words: &[&str]) -> Option<usize> {
    let end = text.find(char::is_whitespace)?;
    let word = &text[..end];
    let same = |w: &&str| w.eq_ignore_ascii_case(word) || w.ends_with('=') && word.starts_with(*w);
    let rest = &text[end..];
    let known = words.iter().any(same);
    known.then_some(end + rest.len() - rest.trim_start().len())
}

/// The statement that a command at `start` sends.
fn statement_before<'a>(request: &Request<'a>, start: usize) -> Option<&'a str> {
    let tokens = request.tokens;
    let end = tokens.partition_point(|t| (t.start as usize) < start);
    let ends = |t: &Token| matches!(t.kind, TokenKind::Semicolon | TokenKind::Command);
    let first = tokens[..end].iter().rposition(ends).map_or(0, |at| at + 1);
    let from = tokens[..end].get(first)?.start as usize;
    request
        .text
        .get(from..start)
        .filter(|t| !t.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;

    static COPY: CopyWords = CopyWords {
        from: &["stdin"],
        to: &["stdout"],
        options: &[],
    };
    static TRANSFER: CopyWords = CopyWords {
        from: &[],
        to: &[],
        options: &["--keep-going"],
    };

    #[test]
    fn each_part_of_a_copy_is_told() {
        let statement = |text: &str| Copied::Statement(text.to_string());
        for (marked, words, expected) in [
            ("or|", &COPY, statement("or")),
            ("orders (a, |", &COPY, statement("orders (a, ")),
            ("orders fr|", &COPY, statement("orders fr")),
            ("orders from |", &COPY, Copied::Place(COPY.from)),
            ("orders from /tmp/x|", &COPY, Copied::Place(COPY.from)),
            ("(select 1 from t) to |", &COPY, Copied::Place(COPY.to)),
            ("orders to program |", &COPY, Copied::Place(&[])),
            ("orders to program 'a b|", &COPY, Copied::Place(&[])),
            ("orders to a.csv w|", &COPY, statement("orders to 'xxx' w")),
            ("orders to 'a b' |", &COPY, statement("orders to 'xxx' ")),
            ("orders to é |", &COPY, statement("orders to '' ")),
            ("orders |", &TRANSFER, Copied::Words(&["to"])),
            ("(select |", &TRANSFER, statement("(select ")),
            ("t to my.db |", &TRANSFER, Copied::Words(TRANSFER.options)),
        ] {
            let cursor = marked.find('|').expect("a cursor");
            let text = marked.replace('|', "");
            assert_eq!(
                copied(&text, cursor, words, &POSTGRES),
                expected,
                "{marked}"
            );
        }
    }
}
