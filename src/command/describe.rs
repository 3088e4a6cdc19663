//! What is there: databases, schemas, relations, functions, roles … What each command shows is the
//! driver's business.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::driver::Request;
use crate::error::Result;
use crate::session::Session;
use crate::sql::Fold;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

const PATTERN: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Other)];
const RELATION: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Relation)];
const VIEW: &[Arg] = &[Arg::optional("PATTERN", ArgKind::View)];
const MATERIALIZED_VIEW: &[Arg] = &[Arg::optional("PATTERN", ArgKind::MaterializedView)];
const SEQUENCE: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Sequence)];
const INDEX: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Index)];
const TYPE: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Type)];
const ROLE: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Role)];
const ANY_TYPE: &[Arg] = &[Arg::optional("PATTERN", ArgKind::AnyType)];
const COLLATION: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Collation)];
const EXTENSION: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Extension)];
const SERVER_SETTING: &[Arg] = &[Arg::optional("PATTERN", ArgKind::ServerSetting)];
const LANGUAGE: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Object("LANGUAGE"))];
const METHOD: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Object("ACCESS METHOD"))];
const CONVERSION: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Object("CONVERSION"))];
const TABLESPACE: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Object("TABLESPACE"))];
const EVENT_TRIGGER: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Object("EVENT TRIGGER"))];
const STATISTICS: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Object("STATISTICS"))];
const TEXT_SEARCH_CONFIGURATION: &[Arg] = &[Arg::optional(
    "PATTERN",
    ArgKind::Object("TEXT SEARCH CONFIGURATION"),
)];
const TEXT_SEARCH_DICTIONARY: &[Arg] = &[Arg::optional(
    "PATTERN",
    ArgKind::Object("TEXT SEARCH DICTIONARY"),
)];
const TEXT_SEARCH_PARSER: &[Arg] = &[Arg::optional(
    "PATTERN",
    ArgKind::Object("TEXT SEARCH PARSER"),
)];
const TEXT_SEARCH_TEMPLATE: &[Arg] = &[Arg::optional(
    "PATTERN",
    ArgKind::Object("TEXT SEARCH TEMPLATE"),
)];
const PUBLICATION: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Object("PUBLICATION"))];
const SUBSCRIPTION: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Object("SUBSCRIPTION"))];
const SERVER: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Object("SERVER"))];
const FOREIGN_DATA_WRAPPER: &[Arg] = &[Arg::optional(
    "PATTERN",
    ArgKind::Object("FOREIGN DATA WRAPPER"),
)];
const RELATION_NAME: &[Arg] = &[Arg::optional("NAME", ArgKind::Relation)];
const FUNCTION: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Function)];
const FUNCTION_AND_TYPES: &[Arg] = &[
    Arg::optional("PATTERN", ArgKind::Function),
    Arg::optional("TYPE…", ArgKind::Types),
];
const OPERATOR_AND_TYPES: &[Arg] = &[
    Arg::optional("PATTERN", ArgKind::Other),
    Arg::optional("TYPE…", ArgKind::Types),
];
const SCHEMA: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Schema)];
const DATABASE: &[Arg] = &[Arg::optional("PATTERN", ArgKind::Database)];
const METHOD_AND_TYPE: &[Arg] = &[
    Arg::optional("METHOD", ArgKind::Word(&METHODS)),
    Arg::optional("TYPE", ArgKind::AnyType),
];
const METHOD_AND_FAMILY: &[Arg] = &[
    Arg::optional("METHOD", ArgKind::Word(&METHODS)),
    Arg::optional("FAMILY", ArgKind::Other),
];
static METHODS: [&str; 6] = ["btree", "hash", "gin", "gist", "brin", "spgist"];
const ROLE_AND_DATABASE: &[Arg] = &[
    Arg::optional("ROLE", ArgKind::Role),
    Arg::optional("DATABASE", ArgKind::Database),
];

const fn row(names: &'static [&'static str], args: &'static [Arg], help: &'static str) -> Command {
    Command {
        spec: Spec {
            names,
            args,
            section: Section::Describe,
            help,
        },
        run: describe,
    }
}

pub(super) static COMMANDS: &[Command] = &[
    row(
        &["\\d"],
        &[Arg::optional("NAME", ArgKind::Relation)],
        "a relation's columns, indexes and keys; without NAME list the relations",
    ),
    row(
        &["\\dt"],
        RELATION,
        "tables; letters of kinds join: \\dtv, \\dti",
    ),
    row(&["\\dv"], VIEW, "views"),
    row(&["\\dm"], MATERIALIZED_VIEW, "materialized views"),
    row(&["\\di"], INDEX, "indexes"),
    row(&["\\ds"], SEQUENCE, "sequences"),
    row(&["\\dE"], RELATION, "foreign tables"),
    row(
        &["\\dP"],
        RELATION,
        "partitioned relations; \\dPt tables, \\dPi indexes, n nested ones too",
    ),
    row(
        &["\\df"],
        FUNCTION_AND_TYPES,
        "functions; \\dfa aggregates, n normal, p procedures, t trigger, w window",
    ),
    row(&["\\da"], FUNCTION, "aggregates"),
    row(&["\\do"], OPERATOR_AND_TYPES, "operators"),
    row(&["\\dT"], TYPE, "types"),
    row(&["\\dD"], TYPE, "domains"),
    row(&["\\dC"], ANY_TYPE, "casts"),
    row(&["\\dO"], COLLATION, "collations"),
    row(&["\\dc"], CONVERSION, "conversions between encodings"),
    row(&["\\dn"], SCHEMA, "schemas"),
    row(&["\\l", "\\list"], DATABASE, "databases"),
    row(&["\\du", "\\dg"], ROLE, "roles"),
    row(&["\\drg"], ROLE, "roles granted to roles"),
    row(
        &["\\drds"],
        ROLE_AND_DATABASE,
        "settings of roles and databases",
    ),
    row(&["\\dp", "\\z"], RELATION, "privileges on relations"),
    row(&["\\ddp"], ROLE, "default privileges"),
    row(&["\\db"], TABLESPACE, "tablespaces"),
    row(&["\\dconfig"], SERVER_SETTING, "settings of the server"),
    row(&["\\dx"], EXTENSION, "extensions"),
    row(&["\\dL"], LANGUAGE, "languages"),
    row(&["\\dy"], EVENT_TRIGGER, "event triggers"),
    row(&["\\dX"], STATISTICS, "extended statistics"),
    row(
        &["\\dd"],
        RELATION,
        "comments on objects that no other command shows",
    ),
    row(&["\\dl", "\\lo_list"], PATTERN, "large objects"),
    row(&["\\dA"], METHOD, "access methods"),
    row(&["\\dAc"], METHOD_AND_TYPE, "operator classes"),
    row(&["\\dAf"], METHOD_AND_TYPE, "operator families"),
    row(
        &["\\dAo"],
        METHOD_AND_FAMILY,
        "operators of operator families",
    ),
    row(
        &["\\dAp"],
        METHOD_AND_FAMILY,
        "functions of operator families",
    ),
    row(
        &["\\dF"],
        TEXT_SEARCH_CONFIGURATION,
        "text search configurations",
    ),
    row(
        &["\\dFd"],
        TEXT_SEARCH_DICTIONARY,
        "text search dictionaries",
    ),
    row(&["\\dFp"], TEXT_SEARCH_PARSER, "text search parsers"),
    row(&["\\dFt"], TEXT_SEARCH_TEMPLATE, "text search templates"),
    row(&["\\dRp"], PUBLICATION, "publications"),
    row(&["\\dRs"], SUBSCRIPTION, "subscriptions"),
    row(&["\\det"], RELATION, "foreign tables with their servers"),
    row(&["\\des"], SERVER, "foreign servers"),
    row(&["\\deu"], ROLE, "user mappings"),
    row(&["\\dew"], FOREIGN_DATA_WRAPPER, "foreign-data wrappers"),
    row(
        &["\\sf"],
        &[
            Arg::required("FUNCTION", ArgKind::Function),
            Arg::optional("", ArgKind::Words),
            Arg::optional("", ArgKind::Raw),
        ],
        "the statement that creates a function; + numbers the lines",
    ),
    row(
        &["/show"],
        RELATION_NAME,
        "one page on a relation: columns, keys both ways, indexes, size, triggers, rights",
    ),
    row(
        &["/ddl"],
        &[Arg::optional("NAME", ArgKind::Relation)],
        "the statements that create a table, view, routine, type or what else has a name",
    ),
    Command {
        spec: Spec {
            names: &["/find"],
            args: &[Arg::optional("TEXT", ArgKind::Rest)],
            section: Section::Describe,
            help: "every object, column, setting, comment and body with that text in it, or nearly so",
        },
        run: find,
    },
    Command {
        spec: Spec {
            names: &["/stats"],
            args: &[
                Arg::optional("TABLE", ArgKind::Relation),
                Arg::optional("COLUMN", ArgKind::Other),
            ],
            section: Section::Describe,
            help: "what the server's statistics say of a table's columns; /stats+ counts the rows",
        },
        run: stats,
    },
    row(
        &["/where-used"],
        &[Arg::optional("NAME", ArgKind::Relation)],
        "what depends on a relation, routine or type, or names it",
    ),
    Command {
        spec: Spec {
            names: &["/path"],
            args: &[
                Arg::required("FROM", ArgKind::Relation),
                Arg::required("TO", ArgKind::Relation),
            ],
            section: Section::Describe,
            help: "the shortest ways between two relations along foreign keys, as joins",
        },
        run: path,
    },
    Command {
        spec: Spec {
            names: &["/follow"],
            args: &[
                Arg::required("TABLE", ArgKind::Relation),
                Arg::optional("KEY…", ArgKind::Words),
            ],
            section: Section::Describe,
            help: "a row, what it points at and what points at it; /follow NUMBER goes on, - back",
        },
        run: follow,
    },
    Command {
        spec: Spec {
            names: &["/map"],
            args: &[
                Arg::optional("SCHEMA-or-TABLE", ArgKind::Relation),
                Arg::optional("FORM-or-FILE", ArgKind::Path),
            ],
            section: Section::Describe,
            help: "tables and their foreign keys as a picture; also mermaid, graphviz and svg",
        },
        run: map,
    },
    Command {
        spec: Spec {
            names: &["/chart"],
            args: &[Arg::optional(
                "[KIND] [x=COLUMN] [y=COLUMN,…] [FILE.svg] QUERY",
                ArgKind::Query(&["bars", "lines", "scatter", "histogram", "spark", "x=", "y="]),
            )],
            section: Section::Describe,
            help: "bars, lines, scatter, histogram or spark of the last result or of a query",
        },
        run: chart,
    },
    Command {
        spec: Spec {
            names: &["/diff-schema"],
            args: &[Arg::required("TARGET", ArgKind::Database)],
            section: Section::Describe,
            help: "the statements that make this database's schema like another's",
        },
        run: diff_schema,
    },
    Command {
        spec: Spec {
            names: &["/explain"],
            args: &[Arg::optional(
                "[analyze] QUERY | save FILE.html | compare",
                ArgKind::Query(&["analyze", "save", "compare"]),
            )],
            section: Section::Describe,
            help: "the plan of a query as a tree with notes; analyze executes it, save writes the last one",
        },
        run: explain,
    },
    row(&[".tables"], RELATION, "tables and views, as in sqlite3"),
    row(
        &[".indexes"],
        RELATION,
        "indexes, or those of a table, as in sqlite3",
    ),
    row(
        &[".schema"],
        RELATION,
        "the statements that create what is there, as in sqlite3",
    ),
    row(
        &["\\sv"],
        &[
            Arg::required("VIEW", ArgKind::Relation),
            Arg::optional("", ArgKind::Words),
            Arg::optional("", ArgKind::Raw),
        ],
        "the statement that creates a view; + numbers the lines",
    ),
];

fn describe<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let (word, flags) = args.name.split_at(args.name.len() - args.suffix.len());
        let mut patterns = args.words;
        // The server reads these itself, as in psql, quotes and all.
        if ["sf", "sv"].contains(&word) && session.dialect().fold == Fold::Lower {
            patterns = vec![args.raw.trim_end().to_string()];
        }
        if let Some(last) = patterns.last_mut() {
            last.truncate(last.trim_end_matches(';').len());
        }
        patterns.retain(|p| !p.is_empty());
        let lists = word == "drds" || word.len() > 1 && word[1..].bytes().all(is_kind);
        let shown = session
            .explore(&Request {
                word: match word {
                    "lo_list" => "dl".to_string(),
                    word => word.to_string(),
                },
                patterns,
                system: flags.contains('S'),
                verbose: flags.contains('+'),
                expanded: flags.contains('x'),
                quiet: session.is_psql() && session.settings.quiet,
                hide_methods: session.variables.is_on("HIDE_TABLEAM"),
                hide_compression: session.variables.is_on("HIDE_TOAST_COMPRESSION"),
                ..Request::default()
            })
            .await;
        match shown {
            // To psql a list without entries is told, and no error of the script.
            Err(error)
                if lists && session.is_psql() && error.message.starts_with("did not find any ") =>
            {
                session.complain(&error);
                Ok(Next::Continue)
            }
            shown => shown.map(|_| Next::Continue),
        }
    }
    .boxed_local()
}

/// Whether `\\d` lists relations of this kind by its letter.
fn is_kind(letter: u8) -> bool {
    b"tvmsiE".contains(&letter)
}

fn find<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let text = args.raw;
        drop(args.words);
        session.find(text).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn path<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let from = args.need(0, "two relations")?;
        let to = args.need(1, "two relations")?.trim_end_matches(';');
        session.path(from, to).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn follow<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let words = args.words.iter().map(|w| w.trim_end_matches(';'));
        let words: Vec<&str> = words.filter(|w| !w.is_empty()).collect();
        session.follow(&words, args.suffix.contains('+')).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn map<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let words = args.words.iter().map(|w| w.trim_end_matches(';'));
        let words: Vec<&str> = words.filter(|w| !w.is_empty()).collect();
        session.map(&words, args.suffix.contains('+')).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn chart<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let text = args.raw;
        drop(args.words);
        session.chart(text).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// What the server knows already, or with `+` what the rows say.
fn stats<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    if !args.suffix.contains('+') {
        return describe(session, args);
    }
    async move {
        let words = args.words.iter().map(|w| w.trim_end_matches(';'));
        let words: Vec<&str> = words.filter(|w| !w.is_empty()).collect();
        session.profile(&words).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn diff_schema<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let target = args.need(0, "a URL, a file or the name of a saved connection")?;
        session.diff_schema(target.trim_end_matches(';')).await?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn explain<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let text = args.raw.trim();
        drop(args.words);
        let first = text.split_whitespace().next().unwrap_or_default();
        let rest = text[first.len()..].trim().trim_end_matches(';');
        match first.to_ascii_lowercase().as_str() {
            "save" => session.save_plan(rest)?,
            "compare" if rest.is_empty() => session.compare_plans()?,
            "analyze" => session.explain(true, rest).await?,
            _ => session.explain(false, text).await?,
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}
