//! psql's `\d…` commands: what each asks the catalog, for every version of the server from 9.6 on,
//! and how the answer is laid out. Headings, titles and footers are those of the psql that came
//! with the server (for servers before 15: of psql 15).
//!
//! `LISTINGS` is the table of all commands. What takes one query is a pure function from the
//! command to that query; `relation` (`\d NAME`) and the few in `steps` ask several.

mod access;
mod ddl;
mod find;
mod footers;
mod functions;
mod lookup;
mod objects;
mod pattern;
mod relation;
mod relations;
mod replication;
mod select;
mod show;
mod source;
mod stats;
mod steps;
mod text_search;
mod types;

use crate::driver::{Desk, Request, Sheet, Status};
use crate::error::{Error, Result};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use pattern::Names;
use select::Select;

/// What a query depends on besides the command.
#[derive(Debug, Clone)]
pub(super) struct Server {
    /// As `server_version_num`: 150008, 90624.
    version: u32,
    database: String,
}

impl Server {
    fn new(status: &Status) -> Self {
        Server {
            version: version_number(&status.server),
            database: status.database.clone(),
        }
    }

    /// `15.8`, `9.6`: how messages name the version.
    fn shown_version(&self) -> String {
        match self.version >= 100_000 {
            true => (self.version / 10_000).to_string(),
            false => format!("{}.{}", self.version / 10_000, self.version / 100 % 100),
        }
    }
}

/// `PostgreSQL 15.8 (Debian 15.8-0)` as 150008.
pub(super) fn version_number(server: &str) -> u32 {
    let digits = server
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(server.len());
    let end = |c: char| !c.is_ascii_digit() && c != '.';
    let text = &server[digits..];
    let text = &text[..text.find(end).unwrap_or(text.len())];
    let mut numbers = text.split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    match major >= 10 {
        true => major * 10_000 + minor,
        false => major * 10_000 + minor * 100 + numbers.next().unwrap_or(0),
    }
}

/// One command as it was given.
#[derive(Debug)]
struct Ask<'a> {
    /// Without its flags: `dt`, `dtv`, `dfn`.
    word: &'a str,
    patterns: &'a [String],
    names: &'a [Vec<String>],
    system: bool,
    verbose: bool,
    quiet: bool,
    hide_methods: bool,
    hide_compression: bool,
    server: &'a Server,
}

impl Ask<'_> {
    fn pattern(&self) -> Option<&str> {
        self.argument(0)
    }

    /// What was asked for is not there. `what` is `any relation named "x"`.
    fn not_found(&self, what: &str) -> Error {
        Error::server(match self.quiet {
            true => String::new(),
            false => format!("did not find {what}"),
        })
    }

    fn argument(&self, index: usize) -> Option<&str> {
        self.patterns.get(index).map(String::as_str)
    }

    fn since(&self, version: u32) -> bool {
        self.server.version >= version
    }

    /// The kinds in the word behind its first letters: `tv` of `\dtv`.
    fn kinds(&self, stem: &str) -> &str {
        self.word.strip_prefix(stem).unwrap_or_default()
    }
}

/// What one query shows.
#[derive(Debug)]
struct Listed {
    title: String,
    sql: String,
    /// What is said where nothing is found; else an empty table is shown.
    empty: Option<String>,
    /// The number of rows stands below.
    counted: bool,
}

impl Listed {
    fn new(title: &str, select: &Select) -> Result<Listed> {
        Ok(Listed {
            title: title.to_string(),
            sql: select.sql(),
            empty: None,
            counted: true,
        })
    }
}

/// How a command is answered.
#[derive(Clone, Copy)]
enum How {
    /// By one query.
    Query(fn(&Ask<'_>) -> Result<Listed>),
    /// By several, of which one depends on the other.
    Steps(for<'a> fn(&'a Ask<'a>, &'a mut dyn Desk) -> LocalBoxFuture<'a, Result<()>>),
}

/// One command: its word, the first version of the server that has such objects, and its answer.
/// Letters for kinds of objects (`\dtv`) follow the word.
struct Listing {
    word: &'static str,
    kinds: &'static str,
    since: u32,
    how: How,
}

const fn listing(word: &'static str, how: How) -> Listing {
    Listing {
        word,
        kinds: "",
        since: 0,
        how,
    }
}

const fn with_kinds(word: &'static str, kinds: &'static str, how: How) -> Listing {
    Listing {
        word,
        kinds,
        since: 0,
        how,
    }
}

const fn since(since: u32, word: &'static str, how: How) -> Listing {
    Listing {
        word,
        kinds: "",
        since,
        how,
    }
}

const RELATION_KINDS: &str = "tvmisE";

/// Every command of PostgreSQL.
static LISTINGS: &[Listing] = &[
    listing("d", How::Steps(relation::describe)),
    with_kinds("dt", RELATION_KINDS, How::Query(relations::list)),
    with_kinds("dv", RELATION_KINDS, How::Query(relations::list)),
    with_kinds("dm", RELATION_KINDS, How::Query(relations::list)),
    with_kinds("di", RELATION_KINDS, How::Query(relations::list)),
    with_kinds("ds", RELATION_KINDS, How::Query(relations::list)),
    with_kinds("dE", RELATION_KINDS, How::Query(relations::list)),
    Listing {
        word: "dP",
        kinds: "tin",
        since: 100_000,
        how: How::Query(relations::partitioned),
    },
    listing("det", How::Query(relations::foreign)),
    with_kinds("df", "anptw", How::Query(functions::list)),
    listing("da", How::Query(functions::aggregates)),
    listing("do", How::Query(functions::operators)),
    listing("dC", How::Query(functions::casts)),
    listing("dA", How::Query(functions::access_methods)),
    listing("dAc", How::Query(functions::operator_classes)),
    listing("dAf", How::Query(functions::operator_families)),
    listing("dAo", How::Query(functions::family_operators)),
    listing("dAp", How::Query(functions::family_functions)),
    listing("dT", How::Query(types::list)),
    listing("dD", How::Query(types::domains)),
    listing("dO", How::Query(types::collations)),
    listing("dc", How::Query(types::conversions)),
    listing("dp", How::Query(access::privileges)),
    listing("z", How::Query(access::privileges)),
    listing("ddp", How::Query(access::defaults)),
    listing("du", How::Query(access::roles)),
    listing("dg", How::Query(access::roles)),
    listing("drds", How::Query(access::role_settings)),
    listing("drg", How::Query(access::role_grants)),
    listing("dl", How::Query(access::large_objects)),
    listing("l", How::Query(objects::databases)),
    listing("list", How::Query(objects::databases)),
    listing("dn", How::Steps(steps::schemas)),
    listing("db", How::Query(objects::tablespaces)),
    listing("dL", How::Query(objects::languages)),
    listing("dconfig", How::Query(objects::settings)),
    listing("dy", How::Query(objects::event_triggers)),
    since(100_000, "dX", How::Query(objects::statistics)),
    listing("dx", How::Steps(steps::extensions)),
    listing("dd", How::Query(objects::comments)),
    listing("dew", How::Query(objects::wrappers)),
    listing("des", How::Query(objects::foreign_servers)),
    listing("deu", How::Query(objects::user_mappings)),
    since(100_000, "dRp", How::Steps(replication::publications)),
    since(100_000, "dRs", How::Query(replication::subscriptions)),
    listing("dF", How::Steps(text_search::configurations)),
    listing("dFp", How::Steps(text_search::parsers)),
    listing("dFd", How::Query(text_search::dictionaries)),
    listing("dFt", How::Query(text_search::templates)),
    listing("sf", How::Steps(source::function)),
    listing("sv", How::Steps(source::view)),
    listing("/ddl", How::Steps(ddl::show)),
    listing("/show", How::Steps(show::show)),
    listing("/stats", How::Query(stats::columns)),
    listing("/find", How::Query(find::find)),
    listing("/where-used", How::Steps(lookup::where_used)),
];

/// The listing that a word means, with the letters behind it.
fn find(word: &str) -> Option<&'static Listing> {
    let exact = LISTINGS.iter().find(|l| l.word == word);
    exact.or_else(|| {
        LISTINGS.iter().find(|l| {
            let rest = word.strip_prefix(l.word);
            !l.kinds.is_empty()
                && rest.is_some_and(|rest| rest.chars().all(|c| l.kinds.contains(c)))
        })
    })
}

/// Answers one `\d…` command.
pub(super) fn describe<'a>(
    request: &'a Request,
    status: &'a Status,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        let server = Server::new(status);
        let ask = Ask {
            word: &request.word,
            patterns: &request.patterns,
            names: &request.names,
            system: request.system,
            verbose: request.verbose,
            quiet: request.quiet,
            hide_methods: request.hide_methods,
            hide_compression: request.hide_compression,
            server: &server,
        };
        let Some(listing) = find(ask.word) else {
            return Err(Error::usage(format!(
                "postgres has nothing for {}",
                request.command()
            )));
        };
        if server.version < listing.since {
            return Err(Error::usage(format!(
                "the server (version {}) has nothing for \\{}",
                server.shown_version(),
                listing.word
            )));
        }
        match listing.how {
            How::Query(query) => show(query(&ask)?, ask.quiet, desk).await,
            How::Steps(steps) => steps(&ask, desk).await,
        }
    }
    .boxed_local()
}

/// Runs the one query of a listing and shows what it found.
async fn show(listed: Listed, quiet: bool, desk: &mut dyn Desk) -> Result<()> {
    let answer = desk.ask(&listed.sql).await?;
    if let Some(message) = listed.empty.filter(|_| answer.is_empty() && !quiet) {
        return desk.found_nothing(message);
    }
    desk.show(Sheet {
        title: listed.title,
        answer,
        footers: (!listed.counted).then(Vec::new),
        flat: false,
    })
}

/// `named "x"`, or nothing: the end of a message about what was not found.
fn named(pattern: Option<&str>) -> String {
    pattern.map_or_else(String::new, |p| format!(" named \"{p}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_the_server_numbers_them() {
        for (server, expected) in [
            ("PostgreSQL 15.8 (Debian 15.8-0+deb12u1)", 150_008),
            ("PostgreSQL 18beta1", 180_000),
            ("PostgreSQL 9.6.24", 90_624),
            ("PostgreSQL 10.23", 100_023),
            ("?", 0),
        ] {
            assert_eq!(version_number(server), expected, "{server}");
        }
    }

    #[test]
    fn words_are_found_with_the_letters_of_their_kinds() {
        for (word, expected) in [
            ("d", Some("d")),
            ("dtv", Some("dt")),
            ("dist", Some("di")),
            ("dfnp", Some("df")),
            ("dPti", Some("dP")),
            ("det", Some("det")),
            ("dtq", None),
            ("dFx", None),
        ] {
            assert_eq!(find(word).map(|l| l.word), expected, "{word}");
        }
    }

    /// Every query of every command, for servers of every version: none of them may name a
    /// function that the search path could replace.
    #[test]
    fn every_function_in_a_query_is_qualified() {
        let own = regex_free_words();
        for version in [
            90_624, 100_000, 110_000, 120_000, 130_000, 140_000, 150_000, 160_000, 170_000, 180_000,
        ] {
            let server = Server {
                version,
                database: "db".into(),
            };
            for listing in LISTINGS.iter().filter(|l| !l.word.starts_with('/')) {
                let How::Query(query) = listing.how else {
                    continue;
                };
                for (patterns, verbose) in [(&[][..], false), (&["a*".to_string()][..], true)] {
                    let ask = Ask {
                        word: listing.word,
                        patterns,
                        names: &[],
                        system: false,
                        verbose,
                        quiet: false,
                        hide_methods: false,
                        hide_compression: false,
                        server: &server,
                    };
                    let sql = query(&ask).expect("a good pattern").sql;
                    for (at, _) in sql.match_indices('(') {
                        let before = &sql[..at];
                        let from = before
                            .rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
                            .map_or(0, |i| i + 1);
                        let name = &before[from..];
                        assert!(
                            name.is_empty() || name.contains("pg_catalog.") || own.contains(&name),
                            "\\{} of {version}: {name} in {sql}",
                            listing.word
                        );
                    }
                }
            }
        }
    }

    /// Words of SQL that stand before a bracket.
    fn regex_free_words() -> Vec<&'static str> {
        vec![
            "operator", "t", "m", "values", "on", "in", "array", "exists", "any", "coalesce",
            "nullif", "and", "or", "as", "when", "E", "not", "where", "lateral", "from", "then",
            "ae", "cast", "d", "s",
        ]
    }
}
