//! Aliases as this text writes them: `oi`, `o`, `ord`, `item` for `order_items`, with or without AS.

use super::super::candidate::{Acc, Detail, Kind};
use super::super::context::{Context, capitals_around};
use super::super::rank::fit;
use super::tables::initials;
use crate::sql::TokenKind;
use crate::sql::keywords;
use crate::sql::names::{same, unquote};

/// How an alias is made of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Initials,
    /// The first letters of the name.
    First(usize),
    /// The first letters of its last word.
    LastWord(usize),
    /// `post` for `posts`.
    Singular,
}

/// How the relations of a text are called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    shape: Shape,
    upper: bool,
    /// AS stands before the alias.
    pub(super) with_as: bool,
    /// Keywords are written in capitals, whatever the word at the cursor is.
    pub(super) capitals: bool,
    /// Relations have aliases here.
    used: bool,
}

/// Tokens of the text that are looked at.
const LOOKED_AT: usize = 4000;

impl Style {
    /// The style of the query, else that of the text around it.
    pub(super) fn learn(cx: &Context<'_>) -> Style {
        let own = cx
            .visible
            .iter()
            .filter(|v| v.level == 0 && v.source.place < cx.scope.hole);
        let mut own = own.filter(|v| !v.source.name.is_empty());
        let mut style = Style {
            shape: Shape::Initials,
            upper: false,
            with_as: false,
            capitals: capitals_around(cx.request, cx.tokens),
            used: own.any(|v| v.source.alias.is_some()),
        };
        let pairs = pairs(cx);
        let shapes: Vec<Shape> = pairs.iter().filter_map(|(n, a, _)| shape(n, a)).collect();
        let most = |s: &Shape| shapes.iter().filter(|o| *o == s).count();
        if let Some(shape) = shapes.iter().rev().max_by_key(|s| most(s)) {
            style.shape = *shape;
        }
        let half = |found: usize| found * 2 > pairs.len();
        style.with_as = half(pairs.iter().filter(|p| p.2).count());
        let upper = |alias: &str| alias.bytes().all(|b| !b.is_ascii_lowercase());
        style.upper = half(pairs.iter().filter(|p| upper(&p.1)).count());
        style
    }

    /// A short name that nothing in sight has, if relations have such here or it `must` have one.
    pub(super) fn alias(
        &self,
        cx: &Context<'_>,
        name: &str,
        must: bool,
        taken: &[String],
    ) -> Option<String> {
        if !self.used && !must {
            return None;
        }
        let short = self.short(name)?;
        let free = |alias: &String| {
            let keyword = keywords::find(cx.dialect.keywords, alias);
            keyword.is_none_or(|k| !k.reserved)
                && !taken.iter().any(|t| same(t, alias, cx.dialect))
                && !cx
                    .visible
                    .iter()
                    .any(|v| same(v.source.shown(), alias, cx.dialect))
        };
        let numbered = (2..100).map(|n| format!("{short}{n}"));
        std::iter::once(short.clone()).chain(numbered).find(free)
    }

    fn short(&self, name: &str) -> Option<String> {
        let letters = |text: &str, n: usize| -> String {
            text.chars()
                .filter(|c| c.is_alphanumeric())
                .take(n)
                .collect()
        };
        let short = match self.shape {
            Shape::Initials => initials(name).collect(),
            Shape::First(n) => letters(name, n),
            Shape::LastWord(n) => letters(last_word(name), n),
            Shape::Singular => singular(name)?.to_string(),
        };
        let short = match self.upper {
            true => short.to_ascii_uppercase(),
            false => short.to_lowercase(),
        };
        let begins = short.chars().next().is_some_and(char::is_alphabetic);
        begins.then_some(short)
    }
}

/// Relations and their aliases in the whole text, with whether AS stands between.
fn pairs(cx: &Context<'_>) -> Vec<(String, String, bool)> {
    let words: Vec<_> = cx
        .tokens
        .iter()
        .filter(|t| !t.is_trivia())
        .take(LOOKED_AT)
        .collect();
    let text = |i: usize| words.get(i).map_or("", |t| t.text(cx.text));
    let is_name = |i: usize| match words.get(i).map(|t| t.kind) {
        Some(TokenKind::QuotedName) => true,
        Some(TokenKind::Word) => {
            keywords::find(cx.dialect.keywords, text(i)).is_none_or(|k| !k.reserved)
        }
        _ => false,
    };
    let begins = ["from", "join", "update", "using"];
    let mut found = Vec::new();
    for at in 0..words.len() {
        let first = begins.iter().any(|b| text(at).eq_ignore_ascii_case(b));
        if !first || !is_name(at + 1) {
            continue;
        }
        let mut name = at + 1;
        while text(name + 1) == "." && is_name(name + 2) {
            name += 2;
        }
        let with_as = text(name + 1).eq_ignore_ascii_case("as");
        let alias = name + 1 + usize::from(with_as);
        let typed = words.get(alias).is_some_and(|t| {
            t.end as usize >= cx.word.replace.start && t.start as usize <= cx.word.replace.end
        });
        if is_name(alias) && !typed {
            let name = unquote(text(name), cx.dialect).into_owned();
            found.push((name, unquote(text(alias), cx.dialect).into_owned(), with_as));
        }
    }
    found
}

/// How the alias was made of the name; a digit at its end says nothing.
fn shape(name: &str, alias: &str) -> Option<Shape> {
    let alias = alias.trim_end_matches(|c: char| c.is_ascii_digit());
    let lower = alias.to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&lower);
    let length = alias.chars().count();
    match () {
        () if alias.is_empty() => None,
        () if initials(name).eq(lower.chars()) => Some(Shape::Initials),
        () if singular(name).is_some_and(|s| s.eq_ignore_ascii_case(alias)) => {
            Some(Shape::Singular)
        }
        () if length < 6 && begins(name) => Some(Shape::First(length)),
        () if length < 6 && begins(last_word(name)) => Some(Shape::LastWord(length)),
        () => None,
    }
}

fn singular(name: &str) -> Option<&str> {
    name.strip_suffix(['s', 'S'])
        .filter(|s| s.len() > 2 && !s.ends_with(['s', 'S']))
}

fn last_word(name: &str) -> &str {
    name.trim_end_matches('_')
        .rsplit('_')
        .next()
        .unwrap_or(name)
}

/// The alias for the relation right before the cursor.
pub(super) fn offer<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let hole = cx.scope.hole;
    let own = cx
        .visible
        .iter()
        .filter(|v| v.level == 0 && v.source.place < hole);
    let Some(last) = own.max_by_key(|v| v.source.place) else {
        return;
    };
    let behind = cx.kind_before(1) == Some(TokenKind::Word)
        || cx.kind_before(1) == Some(TokenKind::QuotedName);
    let with_as = cx.prev(&["as"]);
    if last.source.alias.is_some() || last.source.name.is_empty() || !behind {
        return;
    }
    let style = Style::learn(cx);
    let others = cx
        .visible
        .iter()
        .filter(|v| v.level == 0 && v.source.place < last.source.place);
    let mut others = others.peekable();
    let always = others.peek().is_some() && others.all(|v| v.source.alias.is_some());
    let Some(alias) = style.alias(cx, &last.source.name, true, &[]) else {
        return;
    };
    // What is typed in full needs no candidate before the keywords.
    let fit = match () {
        () if acc.typed.is(&alias) => fit::ALIAS - 900,
        () if always && (style.with_as == with_as) => fit::OBJECT + 80,
        () => fit::ALIAS,
    };
    if let Some(draft) = acc.add(alias, Kind::Alias, fit) {
        draft.detail = Detail::Text(&last.source.name);
    }
}
