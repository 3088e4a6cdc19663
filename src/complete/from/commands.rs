//! Backslash commands and their arguments, from the commands' own table.

use super::super::SettingWords;
use super::super::candidate::{Acc, Detail, Kind};
use super::super::context::Context;
use super::super::line::{Copied, Line, line};
use super::super::patterns::Object;
use super::super::rank::fit;
use super::{objects, text, types};
use crate::catalog::ObjectKind;
use crate::command::spec::{Arg, ArgKind};
use crate::sql::names::{quote, same, unquote};

fn current<'a>(cx: &Context<'a>) -> Option<Line<'a>> {
    line(cx.text, cx.tokens, cx.request.cursor)
}

/// The argument that is being typed.
fn argument(cx: &Context<'_>) -> Option<&'static Arg> {
    current(cx)?.wanted(cx.request.commands)
}

/// The part of a copy that is being typed, where it is no SQL.
fn copied(cx: &Context<'_>) -> Option<Copied> {
    match argument(cx)?.kind {
        ArgKind::Copy(words) => Some(current(cx)?.copied(words, cx.dialect)),
        _ => None,
    }
}

pub(in super::super) fn wants_paths(cx: &Context<'_>) -> bool {
    let kind = argument(cx).map(|a| a.kind);
    matches!(kind, Some(ArgKind::Path | ArgKind::Place))
        || matches!(copied(cx), Some(Copied::Place(_)))
}

/// The names of the commands.
pub(super) fn names<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    if current(cx).is_some_and(|l| !l.in_name()) {
        return;
    }
    for (at, spec) in cx.request.commands.iter().enumerate() {
        for (other, name) in spec.names.iter().enumerate() {
            let fit = fit::COMMAND
                - i32::try_from(at.min(200)).unwrap_or(0)
                - 20 * i32::try_from(other).unwrap_or(0);
            if !acc.typed.starts(name) {
                continue;
            }
            if let Some(draft) = acc.add(*name, Kind::Command, fit) {
                draft.verbatim = true;
                draft.detail = Detail::Text(spec.help);
            }
        }
    }
}

/// What the argument under the cursor can be.
pub(super) fn arguments<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let Some(argument) = argument(cx) else {
        return;
    };
    // The client fills variables in, but not where the argument is taken as it stands.
    let filled = !matches!(argument.kind, ArgKind::Raw | ArgKind::Condition);
    if filled && cx.word.typed.starts_with(':') {
        return variables(acc, cx, ":", "");
    }
    if named(acc, cx, argument.kind) {
        return;
    }
    match argument.kind {
        ArgKind::Word(list) | ArgKind::Options(list) => words(acc, list),
        ArgKind::Command => {
            let is_whole = cx.word.typed.starts_with('\\');
            for spec in cx.request.commands {
                let name = match is_whole {
                    true => spec.names[0],
                    false => spec.names[0].trim_start_matches('\\'),
                };
                acc.add_word(name, Kind::Command, fit::OBJECT);
            }
        }
        ArgKind::Setting => settings(acc, cx),
        ArgKind::Value => values(acc, cx.request.settings, before(cx)),
        ArgKind::Theme => values(acc, cx.request.settings, "theme"),
        ArgKind::Variable => {
            variables(acc, cx, "", "");
            for special in cx.request.specials {
                acc.add_word(special.name, Kind::Setting, fit::OBJECT - 20);
            }
        }
        ArgKind::VariableValue => values(acc, cx.request.specials, before(cx)),
        ArgKind::Condition => {
            words(acc, &["true", "false"]);
            variables(acc, cx, ":", "");
            variables(acc, cx, ":{?", "}");
        }
        ArgKind::Favourite => {
            for name in cx.request.favourites {
                let text = match name.contains(char::is_whitespace) {
                    true => format!("\"{name}\""),
                    false => name.clone(),
                };
                if let Some(draft) = acc.add_as(name, text, Kind::Snippet, fit::OBJECT) {
                    draft.verbatim = true;
                }
            }
        }
        ArgKind::Keyword => {
            for keyword in cx.dialect.keywords {
                acc.add_word(keyword.word, Kind::Keyword, fit::OBJECT);
            }
        }
        ArgKind::Prepared => text::introduced(acc, cx, &["prepare", "\\parse"]),
        ArgKind::Copy(_) => {
            if let Some(Copied::Place(list) | Copied::Words(list)) = copied(cx) {
                words(acc, list);
            }
        }
        _ => {}
    }
}

/// The names that the catalog has for an argument; false where it is of no such kind.
fn named<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, kind: ArgKind) -> bool {
    let relations = match kind {
        ArgKind::Relation => Some(Object::Relations),
        ArgKind::View => Some(Object::Views),
        ArgKind::MaterializedView => Some(Object::MaterializedViews),
        _ => None,
    };
    if let Some(object) = relations {
        if !in_schema(acc, cx) {
            objects::objects(acc, cx, object, 0);
            objects::objects(acc, cx, Object::Schemas, -100);
        }
        return true;
    }
    let object = match kind {
        ArgKind::Index => Object::Indexes,
        ArgKind::Sequence => Object::Sequences,
        ArgKind::Type => Object::OwnTypes,
        ArgKind::Role => Object::Roles,
        ArgKind::Schema => Object::Schemas,
        ArgKind::Database => Object::Databases,
        ArgKind::Extension => Object::Extensions,
        ArgKind::ServerSetting => Object::Settings,
        ArgKind::Collation => Object::Collations,
        ArgKind::Object(words) => match ObjectKind::named(words) {
            Some(kind) => Object::Named(kind),
            None => return false,
        },
        ArgKind::AnyType | ArgKind::Types => {
            types::all(acc, cx);
            return true;
        }
        ArgKind::Encoding if cx.dialect.name != "postgres" => Object::Charsets,
        ArgKind::Encoding => {
            words(acc, ENCODINGS);
            return true;
        }
        ArgKind::Function => {
            objects::objects(acc, cx, Object::Functions, 0);
            Object::Procedures
        }
        _ => return false,
    };
    objects::objects(acc, cx, object, 0);
    true
}

/// PostgreSQL's, the usual ones first.
const ENCODINGS: &[&str] = &[
    "UTF8",
    "LATIN1",
    "SQL_ASCII",
    "WIN1252",
    "LATIN9",
    "LATIN2",
    "WIN1250",
    "WIN1251",
    "KOI8R",
    "EUC_JP",
    "SJIS",
    "EUC_KR",
    "UHC",
    "EUC_CN",
    "GBK",
    "GB18030",
    "BIG5",
    "EUC_TW",
];

fn words<'a>(acc: &mut Acc<'a>, list: &[&'static str]) {
    for (at, word) in list.iter().enumerate() {
        let fit = fit::OBJECT - i32::try_from(at).unwrap_or(0);
        acc.add_word(*word, Kind::Setting, fit);
    }
}

/// The client's variables, as they are written between these marks.
fn variables<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, open: &str, close: &str) {
    for name in cx.request.variables {
        let text = format!("{open}{name}{close}");
        if let Some(draft) = acc.add(text, Kind::Alias, fit::OBJECT - 10) {
            draft.verbatim = true;
            draft.detail = Detail::Text("variable");
        }
    }
}

/// The argument before the one that is being typed.
fn before<'a>(cx: &Context<'a>) -> &'a str {
    let line = current(cx);
    let word = line.and_then(|line| line.typed.split_whitespace().nth(1));
    word.unwrap_or_default()
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
fn values<'a>(acc: &mut Acc<'a>, settings: &'a [SettingWords], setting: &str) {
    let setting = settings.iter().find(|s| s.name == setting);
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
