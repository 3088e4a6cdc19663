//! What is there: databases, schemas, relations, indexes, functions.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::driver::{Listing, Pattern};
use crate::error::Result;
use crate::session::Session;
use crate::sql::{Dialect, Fold};
use futures::FutureExt;
use futures::future::LocalBoxFuture;

const RELATION: &[Arg] = &[Arg {
    name: "PATTERN",
    kind: ArgKind::Relation,
    required: false,
}];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\d"],
            args: &[Arg {
                name: "NAME",
                kind: ArgKind::Relation,
                required: false,
            }],
            section: Section::Describe,
            help: "a relation's columns, indexes and keys; without NAME list the relations",
        },
        run: describe,
    },
    Command {
        spec: Spec {
            names: &["\\dt"],
            args: RELATION,
            section: Section::Describe,
            help: "tables",
        },
        run: |session, args| list(session, args, Listing::Tables),
    },
    Command {
        spec: Spec {
            names: &["\\dv"],
            args: RELATION,
            section: Section::Describe,
            help: "views",
        },
        run: |session, args| list(session, args, Listing::Views),
    },
    Command {
        spec: Spec {
            names: &["\\di"],
            args: RELATION,
            section: Section::Describe,
            help: "indexes",
        },
        run: |session, args| list(session, args, Listing::Indexes),
    },
    Command {
        spec: Spec {
            names: &["\\df"],
            args: &[Arg {
                name: "PATTERN",
                kind: ArgKind::Function,
                required: false,
            }],
            section: Section::Describe,
            help: "functions and procedures",
        },
        run: |session, args| list(session, args, Listing::Functions),
    },
    Command {
        spec: Spec {
            names: &["\\dn"],
            args: &[Arg {
                name: "PATTERN",
                kind: ArgKind::Schema,
                required: false,
            }],
            section: Section::Describe,
            help: "schemas",
        },
        run: |session, args| list(session, args, Listing::Schemas),
    },
    Command {
        spec: Spec {
            names: &["\\l", "\\list"],
            args: &[Arg {
                name: "PATTERN",
                kind: ArgKind::Database,
                required: false,
            }],
            section: Section::Describe,
            help: "databases",
        },
        run: |session, args| list(session, args, Listing::Databases),
    },
];

fn describe<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    let what = if args.get(0).is_some() {
        Listing::Describe
    } else {
        Listing::Relations
    };
    list(session, args, what)
}

fn list<'a>(
    session: &'a mut Session,
    args: Args<'a>,
    what: Listing,
) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let mut pattern = pattern(args.get(0).unwrap_or_default(), session.dialect());
        pattern.system = args.suffix.contains('S');
        pattern.verbose = args.suffix.contains('+');
        session.list(what, &pattern).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Reads `schema.name`: quotes keep case and dots, and take the meaning from `*` and `?`; the
/// rest is folded as the server folds names.
fn pattern(text: &str, dialect: &Dialect) -> Pattern {
    let mut parts = vec![String::new()];
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let last = parts.len() - 1;
        match (quote, c) {
            (Some(q), c) if c == q => match chars.peek() == Some(&q) {
                true => parts[last].extend(chars.next()),
                false => quote = None,
            },
            (Some(_), c) => parts[last].push(c),
            (None, '"') => quote = Some('"'),
            (None, '`') if dialect.backticks => quote = Some('`'),
            (None, '.') => parts.push(String::new()),
            (None, c) if dialect.fold == Fold::Lower => parts[last].extend(c.to_lowercase()),
            (None, c) => parts[last].push(c),
        }
    }
    let name = parts.pop().filter(|p| !p.is_empty());
    let schema = parts.pop().filter(|p| !p.is_empty());
    Pattern {
        schema,
        name,
        ..Pattern::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::{MYSQL, POSTGRES};

    #[test]
    fn patterns_are_read_with_schema_quotes_and_case() {
        let read = |text: &str, dialect: &Dialect| {
            let p = pattern(text, dialect);
            (p.schema, p.name)
        };
        let some = |s: &str| Some(s.to_string());
        assert_eq!(read("Users", &POSTGRES), (None, some("users")));
        assert_eq!(
            read("public.\"My Table\"", &POSTGRES),
            (some("public"), some("My Table"))
        );
        assert_eq!(
            read("pg_catalog.*", &POSTGRES),
            (some("pg_catalog"), some("*"))
        );
        assert_eq!(read("Shop.`a.b`", &MYSQL), (some("Shop"), some("a.b")));
        assert_eq!(read("", &POSTGRES), (None, None));
    }
}
