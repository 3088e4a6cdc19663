//! DROP, ALTER, COMMENT ON and SHOW CREATE of what the catalog knows by name alone.

use super::super::context::{Context, Want};
use super::super::places::{M, P};
use super::table::{Pattern, p};
use super::{FIRST, Object, name_end, want};
use crate::catalog::ObjectKind;

/// What follows their names, and where else they stand.
#[rustfmt::skip]
pub(super) const BEHIND: &[Pattern] = &[
    p(P, "CREATE DATABASE * TABLESPACE", "@TABLESPACE"),
    p(P, "CREATE SERVER % * FOREIGN DATA WRAPPER", "@FOREIGN DATA WRAPPER"),
    p(P, "CREATE FOREIGN TABLE * SERVER", "@SERVER"),
    p(P, "CREATE FOREIGN TABLE * ) ^", "SERVER|INHERITS"),
    p(P, "CREATE FOREIGN TABLE * SERVER %", "OPTIONS"),
    p(P, "CREATE|ALTER|DROP USER MAPPING * SERVER", "@SERVER"),
    p(P, "ALTER TABLE * ENABLE|DISABLE TRIGGER", "@TRIGGER|ALL|USER"),
    p(P, "ALTER TABLE * ENABLE|DISABLE RULE", "@RULE"),
    p(P, "ALTER * SET TABLESPACE", "@TABLESPACE"),
    p(P, "IMPORT FOREIGN SCHEMA * FROM SERVER", "@SERVER"),
    p(P, "ALTER TRIGGER % ON %", "RENAME TO|DEPENDS ON EXTENSION"),
    p(P, "ALTER POLICY % ON %", "TO|USING|WITH CHECK|RENAME TO"),
    p(P, "ALTER POLICY % ON % TO", "@roles|PUBLIC|CURRENT_USER"),
    p(P, "ALTER RULE % ON %", "RENAME TO"),
    p(P, "ALTER EVENT TRIGGER %", "DISABLE|ENABLE|OWNER TO|RENAME TO"),
    p(P, "ALTER PUBLICATION % ADD|SET|DROP TABLE", "@tables|@schemas"),
    p(P, "ALTER PUBLICATION %", "ADD TABLE|DROP TABLE|SET TABLE|SET|OWNER TO|RENAME TO"),
    p(P, "ALTER SUBSCRIPTION %", "REFRESH PUBLICATION|ENABLE|DISABLE|CONNECTION|SET PUBLICATION|SET|OWNER TO|RENAME TO"),
    p(P, "ALTER SERVER %", "OPTIONS|VERSION|OWNER TO|RENAME TO"),
    p(P, "ALTER FOREIGN DATA WRAPPER %", "OPTIONS|HANDLER|VALIDATOR|OWNER TO|RENAME TO"),
    p(P, "ALTER TABLESPACE %", "RENAME TO|OWNER TO|SET|RESET"),
    p(P, "ALTER STATISTICS %", "SET STATISTICS|RENAME TO|OWNER TO|SET SCHEMA"),
    p(P, "ALTER COLLATION %", "REFRESH VERSION|RENAME TO|OWNER TO|SET SCHEMA"),
    p(P, "ALTER CONVERSION %", "RENAME TO|OWNER TO|SET SCHEMA"),
    p(P, "ALTER LANGUAGE %", "RENAME TO|OWNER TO"),
    p(P, "ALTER TEXT SEARCH CONFIGURATION %", "ALTER MAPPING FOR|ADD MAPPING FOR|DROP MAPPING FOR|RENAME TO|OWNER TO|SET SCHEMA"),
    p(M, "ALTER EVENT %", "ON SCHEDULE|ENABLE|DISABLE|RENAME TO|DO|COMMENT|ON COMPLETION PRESERVE"),
];

/// The kinds that such a statement names, with its first word behind the verb.
fn kinds<'c>(context: &'c Context<'_>) -> Option<(usize, impl Iterator<Item = ObjectKind> + 'c)> {
    let start = if context.is(0, &["drop", "alter"]) {
        1
    } else if context.is(0, &["comment"]) && context.is(1, &["on"])
        || context.is(0, &["show"]) && context.is(1, &["create"])
    {
        2
    } else {
        return None;
    };
    let dialect = context.dialect.name;
    let all = ObjectKind::ALL.iter().copied();
    Some((start, all.filter(move |kind| kind.is_known_to(dialect))))
}

/// How many of the words stand there, as far as they do.
fn standing(context: &Context<'_>, start: usize, kind: ObjectKind) -> usize {
    let words = kind.words().split(' ').zip(start..context.scope.hole);
    let there = words.take_while(|(word, at)| context.item(*at).eq_ignore_ascii_case(word));
    there.count()
}

/// The kind whose words stand behind the verb, and the item behind them and behind IF EXISTS.
pub(in super::super) fn kind_named(context: &Context<'_>) -> Option<(ObjectKind, usize)> {
    let (start, mut kinds) = kinds(context)?;
    let kind = kinds.find(|kind| {
        let words = kind.words().split(' ').count();
        standing(context, start, *kind) == words
    })?;
    let mut at = start + kind.words().split(' ').count();
    if at + 1 < context.scope.hole && context.is(at, &["if"]) && context.is(at + 1, &["exists"]) {
        at += 2;
    }
    Some((kind, at))
}

/// Offers the names, where the cursor is at one.
pub(super) fn named_object(context: &mut Context<'_>) -> bool {
    let Some((kind, at)) = kind_named(context) else {
        return words_left(context);
    };
    let hole = context.scope.hole;
    let drops = context.is(0, &["drop"]);
    let of_relation = kind.is_of_relation(context.dialect.name);
    if at + 1 == hole && drops && context.is(at, &["if"]) {
        context.wants.push(want("EXISTS", FIRST));
        return true;
    }
    if at == hole || drops && !of_relation && context.item(hole - 1) == "," {
        context.wants.push(Want::Object(Object::Named(kind), 0));
        if drops && at == hole && !context.prev(&["exists"]) {
            context.wants.push(want("IF EXISTS", FIRST - 6));
        }
        return true;
    }
    if !of_relation {
        return false;
    }
    match name_end(context, at, hole) {
        Some(end) if end == hole => context.wants.push(want("ON", FIRST)),
        Some(end) if end + 1 == hole && context.is(end, &["on"]) => {
            context.wants.push(want("@relations", FIRST));
            context.wants.push(want("@schemas", FIRST - 6));
        }
        _ => return false,
    }
    true
}

/// Behind the first words of longer ones: `TEXT |`, `FOREIGN DATA |`.
fn words_left(context: &mut Context<'_>) -> bool {
    let hole = context.scope.hole;
    let mut left = Vec::new();
    if let Some((start, kinds)) = kinds(context)
        && hole > start
    {
        for kind in kinds {
            if standing(context, start, kind) == hole - start {
                let mut words = kind.words().match_indices(' ').skip(hole - start - 1);
                left.extend(words.next().map(|(at, _)| &kind.words()[at + 1..]));
            }
        }
        if !left.is_empty() && hole == start + 1 && context.is(start, &["foreign"]) {
            left.insert(0, "TABLE");
        }
    }
    for (at, words) in left.iter().enumerate() {
        let fit = FIRST - 6 * i32::try_from(at).unwrap_or(0);
        context.wants.push(Want::Word(words, fit));
    }
    !left.is_empty()
}
