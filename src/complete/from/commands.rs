//! Backslash commands and their arguments, from the commands' own table.

use super::super::candidate::{Acc, Detail, Kind};
use super::super::context::Context;
use super::super::patterns::Object;
use super::super::rank::fit;
use super::objects;
use crate::command::spec::{Arg, ArgKind, Spec};
use crate::sql::names::{quote, same, unquote};
use crate::sql::{Token, TokenKind};

/// The command under the cursor, cut at the cursor.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Line<'a> {
    /// From the backslash to the cursor.
    pub(in super::super) typed: &'a str,
    start: usize,
}

/// The command that the cursor stands in.
pub(in super::super) fn line<'a>(
    text: &'a str,
    tokens: &[Token],
    cursor: usize,
) -> Option<Line<'a>> {
    let at = tokens.partition_point(|t| (t.start as usize) < cursor);
    let token = tokens[..at]
        .last()
        .filter(|t| t.kind == TokenKind::Command)?;
    let start = token.start as usize;
    Some(Line {
        typed: text.get(start..cursor)?,
        start,
    })
}

impl<'a> Line<'a> {
    fn name(&self) -> &'a str {
        self.typed.split_whitespace().next().unwrap_or_default()
    }

    /// Whether the cursor is still in the command's name.
    pub(in super::super) fn in_name(&self) -> bool {
        !self.typed.contains(char::is_whitespace)
    }

    /// Where the word before the cursor begins, in the whole text.
    pub(in super::super) fn word_start(&self) -> usize {
        let from = self.typed.rfind(char::is_whitespace).map_or(0, |i| {
            i + self.typed[i..].chars().next().map_or(1, char::len_utf8)
        });
        self.start + from
    }

    /// The specification of the command; `\d+` and `\dtS` are those of `\d` and `\dt`.
    pub(in super::super) fn spec(&self, commands: &[&'static Spec]) -> Option<&'static Spec> {
        let name = self.name();
        let find = |name: &str| commands.iter().copied().find(|s| s.names.contains(&name));
        let bare = name.trim_end_matches(['+', 'S']);
        find(name)
            .or_else(|| find(bare))
            .or_else(|| find(&name.replacen('/', "\\", 1)))
    }

    /// How many arguments stand complete before the cursor.
    pub(in super::super) fn argument(&self) -> usize {
        let words = self.typed.split_whitespace().count();
        match self.typed.ends_with(char::is_whitespace) {
            true => words.saturating_sub(1),
            false => words.saturating_sub(2),
        }
    }
}

fn current<'a>(cx: &Context<'a>) -> Option<Line<'a>> {
    line(cx.text, cx.tokens, cx.request.cursor)
}

/// The argument that is being typed.
fn argument(cx: &Context<'_>) -> Option<&'static Arg> {
    let line = current(cx)?;
    let spec = line.spec(cx.request.commands)?;
    // The last argument may be given several times (`\d a b`).
    spec.args.get(line.argument()).or(spec.args.last())
}

pub(in super::super) fn wants_paths(cx: &Context<'_>) -> bool {
    current(cx).is_some_and(|l| !l.in_name())
        && argument(cx).is_some_and(|a| matches!(a.kind, ArgKind::Path | ArgKind::Place))
}

/// The names of the commands.
pub(super) fn names<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    if current(cx).is_some_and(|l| !l.in_name()) {
        return;
    }
    let slash = current(cx).is_some_and(|l| l.typed.starts_with('/'));
    for (at, spec) in cx.request.commands.iter().enumerate() {
        for (other, name) in spec.names.iter().enumerate() {
            let fit = fit::COMMAND
                - i32::try_from(at.min(200)).unwrap_or(0)
                - 20 * i32::try_from(other).unwrap_or(0);
            let shown = if slash {
                name.replacen('\\', "/", 1)
            } else {
                (*name).to_string()
            };
            if !acc.typed.starts(&shown) {
                continue;
            }
            if let Some(draft) = acc.add(shown, Kind::Command, fit) {
                draft.verbatim = true;
                draft.detail = Detail::Text(spec.help);
            }
        }
    }
}

/// What the argument under the cursor can be.
pub(super) fn arguments<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    if current(cx).is_none_or(|l| l.in_name()) {
        return;
    }
    let Some(argument) = argument(cx) else {
        return;
    };
    match argument.kind {
        ArgKind::Relation => {
            if in_schema(acc, cx) {
                return;
            }
            objects::objects(acc, cx, Object::Relations, 0);
            objects::objects(acc, cx, Object::Schemas, -100);
        }
        ArgKind::View => {
            if in_schema(acc, cx) {
                return;
            }
            objects::objects(acc, cx, Object::Views, 0);
            objects::objects(acc, cx, Object::Schemas, -100);
        }
        ArgKind::Index => objects::objects(acc, cx, Object::Indexes, 0),
        ArgKind::Type => objects::objects(acc, cx, Object::OwnTypes, 0),
        ArgKind::Role => objects::objects(acc, cx, Object::Roles, 0),
        ArgKind::Schema => objects::objects(acc, cx, Object::Schemas, 0),
        ArgKind::Function => {
            objects::objects(acc, cx, Object::Functions, 0);
            objects::objects(acc, cx, Object::Procedures, 0);
        }
        ArgKind::Database => objects::objects(acc, cx, Object::Databases, 0),
        ArgKind::Word(words) => {
            for (at, word) in words.iter().enumerate() {
                acc.add_word(
                    *word,
                    Kind::Setting,
                    fit::OBJECT - i32::try_from(at).unwrap_or(0),
                );
            }
        }
        ArgKind::Command => {
            for spec in cx.request.commands {
                acc.add_word(
                    spec.names[0].trim_start_matches('\\'),
                    Kind::Command,
                    fit::OBJECT,
                );
            }
        }
        ArgKind::Setting => settings(acc, cx),
        ArgKind::Value => {
            let line = current(cx);
            let setting = line.and_then(|line| line.typed.split_whitespace().nth(1));
            values(acc, cx, setting.unwrap_or_default());
        }
        ArgKind::Theme => values(acc, cx, "theme"),
        ArgKind::Favourite => {
            for name in cx.request.favourites {
                acc.add_word(name, Kind::Snippet, fit::OBJECT);
            }
        }
        ArgKind::Keyword => {
            for keyword in cx.dialect.keywords {
                acc.add_word(keyword.word, Kind::Keyword, fit::OBJECT);
            }
        }
        ArgKind::Path
        | ArgKind::Place
        | ArgKind::Raw
        | ArgKind::Words
        | ArgKind::Text
        | ArgKind::Rest
        | ArgKind::Other => {}
    }
}

/// Every setting with what it means.
fn settings<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    for setting in cx.request.settings {
        if let Some(draft) = acc.add(setting.name, Kind::Setting, fit::OBJECT) {
            draft.verbatim = true;
            draft.detail = Detail::Text(setting.help);
        }
    }
}

/// What a setting takes, as far as that is words.
fn values<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, setting: &str) {
    let setting = cx.request.settings.iter().find(|s| s.name == setting);
    for (at, (word, help)) in setting.iter().flat_map(|s| &s.values).enumerate() {
        let fit = fit::OBJECT - i32::try_from(at).unwrap_or(0);
        if let Some(draft) = acc.add(word.as_str(), Kind::Value, fit) {
            draft.verbatim = true;
            draft.detail = Detail::Text(help);
        }
    }
}

/// `\d schema.|`: the relations of that schema; false where no schema is named.
fn in_schema<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) -> bool {
    let Some((qualifier, _)) = cx.word.typed.rsplit_once('.') else {
        return false;
    };
    let qualifier = unquote(qualifier, cx.dialect);
    let mut schemas = cx.catalog.schemas.iter();
    let Some(at) = schemas.position(|s| same(&s.name, &qualifier, cx.dialect)) else {
        return false;
    };
    let schema = &cx.catalog.schemas[at].name;
    for id in cx.catalog.relations_in(at) {
        let name = cx.catalog.relation_name(id);
        let text = format!("{}.{}", quote(schema, cx.dialect), quote(name, cx.dialect));
        let matched = format!("{schema}.{name}");
        if let Some(draft) = acc.add_as(&matched, text, Kind::Table, fit::OBJECT) {
            draft.verbatim = true;
        }
    }
    true
}
