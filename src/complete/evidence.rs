//! What the rest of the statement says about names that are still to come: columns that are used
//! before FROM is written tell which relation it will be, and the other way round.

use super::columns::Resolver;
use crate::catalog::{Catalog, RelationId};
use crate::sql::TokenKind;
use crate::sql::names::{same, unquote};
use crate::sql::scope::{Clause, Scope};

/// A name in the query of the cursor that may be a column's.
#[derive(Debug, Clone)]
pub(super) struct Used {
    pub(super) qualifier: Option<String>,
    pub(super) name: String,
    pub(super) item: usize,
    pub(super) clause: Clause,
    /// Parentheses of the query around it.
    pub(super) depth: usize,
}

/// The names that the query of the cursor uses, subqueries left out.
pub(super) fn used(resolver: &Resolver<'_>) -> Vec<Used> {
    let (scope, dialect) = (resolver.scope, resolver.catalog.dialect);
    let Some(block) = scope.blocks.get(scope.block) else {
        return Vec::new();
    };
    let inner: Vec<_> = scope
        .blocks
        .iter()
        .filter(|b| b.parent == Some(scope.block) && b.span.start > block.span.start)
        .map(|b| b.span.clone())
        .collect();
    let name = |i: usize| unquote(scope.text(i, resolver.text), dialect).into_owned();
    let (mut found, mut depth) = (Vec::new(), 0usize);
    for i in block.span.clone() {
        match scope.kind(i) {
            Some(TokenKind::LeftParen) => depth += 1,
            Some(TokenKind::RightParen) => depth = depth.saturating_sub(1),
            _ => {}
        }
        let part = scope.kind(i + 1) == Some(TokenKind::Dot)
            || scope.kind(i + 1) == Some(TokenKind::LeftParen);
        if part || !is_column_like(scope, i, resolver) || inner.iter().any(|s| s.contains(&i)) {
            continue;
        }
        // Names of CTEs.
        if resolver.clause_of(i) == Clause::With {
            continue;
        }
        let dotted = i >= 2 && scope.kind(i - 1) == Some(TokenKind::Dot);
        found.push(Used {
            qualifier: dotted.then(|| name(i - 2)),
            name: name(i),
            item: i,
            clause: resolver.clause_of(i),
            depth,
        });
    }
    found
}

fn is_column_like(scope: &Scope, i: usize, resolver: &Resolver<'_>) -> bool {
    scope.is_name(i, resolver.text, resolver.catalog.dialect)
        && !(i > 0 && scope.is_word(i - 1, resolver.text, "as"))
}

/// Points of each relation for the names it would explain, by its id; empty when nothing is known.
pub(super) struct Likely {
    points: Vec<i16>,
}

/// Points for explaining every name.
pub(super) const ALL_NAMES: i32 = 240;
/// Points for a name that the alias abbreviates.
const ABBREVIATED: i32 = 120;

impl Likely {
    /// Weighs the relations by the columns used with one qualifier; those that have fewer than
    /// `floor` of the names get nothing.
    pub(super) fn new(catalog: &Catalog, used: &[&Used], floor: usize) -> Likely {
        let mut names: Vec<&str> = used.iter().map(|u| u.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let mut points: Vec<i16> = Vec::new();
        let mut known = 0usize;
        for name in names.iter().take(24) {
            let owners = catalog.owners_of(name);
            if owners.is_empty() {
                continue;
            }
            known += 1;
            points.resize(catalog.relations().len(), 0);
            for id in owners {
                points[id.0 as usize] += 1;
            }
        }
        for count in &mut points {
            let found = usize::try_from(*count).unwrap_or(0);
            *count = if found < floor.min(known) {
                0
            } else {
                share(found, known)
            };
        }
        Likely { points }
    }

    pub(super) fn points(&self, id: RelationId) -> i32 {
        self.points.get(id.0 as usize).copied().map_or(0, i32::from)
    }

    /// The relations that explain something.
    pub(super) fn relations(&self) -> impl Iterator<Item = (RelationId, i32)> + '_ {
        let found = self.points.iter().zip(0u32..).filter(|(p, _)| **p > 0);
        found.map(|(p, id)| (RelationId(id), i32::from(*p)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.points.is_empty()
    }
}

fn share(part: usize, total: usize) -> i16 {
    let share = part as f32 / total.max(1) as f32;
    (ALL_NAMES as f32 * share * share) as i16
}

/// How likely `alias` is short for `name`, in points. A first word that many names share (`tbl_`,
/// `dim_`) is often left out.
pub(super) fn abbreviates(alias: &str, name: &str) -> i32 {
    match abbreviates_whole(alias, name) {
        0 => match second_word(name) {
            Some(rest) => (abbreviates_whole(alias, rest) - 20).max(0),
            None => 0,
        },
        points => points,
    }
}

/// Whether the first letter of an alias fits a name at all.
pub(super) fn may_abbreviate(alias: u8, name: &str) -> bool {
    let is = |text: &str| {
        text.bytes()
            .next()
            .is_some_and(|b| b.eq_ignore_ascii_case(&alias))
    };
    is(name) || second_word(name).is_some_and(is)
}

/// The name without its first word.
fn second_word(name: &str) -> Option<&str> {
    let name = name.trim_start_matches('_');
    let mut before = 'A';
    let at = name.char_indices().position(|(_, c)| {
        let begins = c == '_' || before.is_lowercase() && c.is_uppercase();
        before = c;
        begins
    })?;
    let at = name.char_indices().nth(at)?.0;
    let rest = name[at..].trim_start_matches('_');
    (!rest.is_empty()).then_some(rest)
}

fn abbreviates_whole(alias: &str, name: &str) -> i32 {
    if alias.is_empty() {
        return 0;
    }
    if alias.eq_ignore_ascii_case(name) {
        return ABBREVIATED + 40;
    }
    let first = |text: &str| text.bytes().next().map(|b| b.to_ascii_lowercase());
    if first(alias) != first(name) {
        return 0;
    }
    let digits = alias.trim_end_matches(|c: char| c.is_ascii_digit());
    let lower = digits.chars().map(|c| c.to_ascii_lowercase());
    if super::from::tables::initials(name).eq(lower) {
        return ABBREVIATED;
    }
    let prefix = name.len() >= digits.len()
        && name.as_bytes()[..digits.len()].eq_ignore_ascii_case(digits.as_bytes());
    if prefix && !digits.is_empty() {
        return ABBREVIATED - 20;
    }
    if in_order(digits, name) {
        return ABBREVIATED / 2;
    }
    0
}

fn in_order(short: &str, name: &str) -> bool {
    let mut rest = name.bytes();
    short
        .bytes()
        .all(|b| rest.any(|n| n.eq_ignore_ascii_case(&b)))
}

/// The qualifiers that no relation in sight explains, each with its columns.
pub(super) fn unbound<'u>(
    used: &'u [Used],
    bound: &[&str],
    catalog: &Catalog,
) -> Vec<(&'u str, Vec<&'u Used>)> {
    let mut groups: Vec<(&str, Vec<&Used>)> = Vec::new();
    for one in used {
        let Some(qualifier) = one.qualifier.as_deref() else {
            continue;
        };
        if bound.iter().any(|b| same(b, qualifier, catalog.dialect)) {
            continue;
        }
        match groups.iter_mut().find(|(q, _)| *q == qualifier) {
            Some((_, names)) => names.push(one),
            None => groups.push((qualifier, vec![one])),
        }
    }
    groups
}
