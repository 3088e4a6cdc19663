//! Types: those that people write, those of the catalog, and relations as row types.

use super::super::candidate::{Acc, Detail, Kind};
use super::super::context::Context;
use super::super::patterns::known;
use super::super::places;
use super::super::rank::fit;
use super::tables;

pub(super) fn all<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    for (at, name) in known(places::TYPES, cx.dialect.name).enumerate() {
        let fit = fit::TYPE + 60 - i32::try_from(at).unwrap_or(0);
        let capitals = cx.capitals && cx.dialect.name != "postgres";
        let shown = if capitals {
            name.to_ascii_uppercase().into()
        } else {
            std::borrow::Cow::Borrowed(name)
        };
        acc.add_word(shown, Kind::Type, fit);
    }
    for schema in 0..cx.catalog.schemas.len() {
        let name = cx.catalog.schemas[schema].name.as_str();
        let system = tables::is_system_schema(cx.catalog, name);
        let own = match system {
            true if cx.path.contains(&schema) => -40,
            true => -200,
            false => 40,
        };
        let qualifier = if cx.path.contains(&schema) { "" } else { name };
        of_schema(acc, cx, schema, qualifier, fit::TYPE + own);
    }
    tables::schemas(acc, cx, -100);
}

/// The types that were made here, for ALTER TYPE and DROP TYPE.
pub(super) fn own<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, offset: i32) {
    for (id, schema) in cx.catalog.schemas.iter().enumerate() {
        let in_path = cx.path.contains(&id);
        let qualifier = if in_path { "" } else { schema.name.as_str() };
        let place = match tables::is_system_schema(cx.catalog, &schema.name) {
            true => fit::SYSTEM,
            false => fit::QUALIFIED * i32::from(!in_path),
        };
        of_schema(acc, cx, id, qualifier, fit::OBJECT + offset + place);
    }
}

pub(super) fn in_schema<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, schema: usize) {
    of_schema(acc, cx, schema, "", fit::TYPE);
}

fn of_schema<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    schema: usize,
    qualifier: &'a str,
    fit: i32,
) {
    for def in &cx.catalog.schemas[schema].types {
        if let Some(draft) = acc.add(def.name.as_str(), Kind::Type, fit) {
            draft.qualifier = qualifier;
            draft.detail = match def.labels.first() {
                Some(_) => Detail::Text("enum"),
                None => Detail::None,
            };
        }
    }
}

/// The fields of a composite type.
pub(super) fn fields<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, name: &str) {
    let types = cx.catalog.schemas.iter().flat_map(|s| &s.types);
    for field in types.filter(|t| t.name == name).flat_map(|t| &t.fields) {
        if let Some(draft) = acc.add(field.name.as_str(), Kind::Column, fit::COLUMN) {
            draft.detail = Detail::Column(field.into(), None);
        }
    }
}
