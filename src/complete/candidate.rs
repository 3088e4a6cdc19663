//! Candidates, and the accumulator that matches and keeps the best of them.

use super::rank::{self, Typed};
use super::signature::Parameters;
use super::word::{Form, Word};
use super::{Request, Usage};
use crate::catalog::{Column, Object, Routine};
use crate::sql::Dialect;
use crate::sql::keywords::Builtin;
use crate::sql::names::{quote, quote_always};
use std::borrow::Cow;
use std::collections::HashSet;

/// What a candidate is; the words are the completion protocol's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Keyword,
    Schema,
    Table,
    View,
    MaterializedView,
    ForeignTable,
    Column,
    Alias,
    Join,
    JoinCondition,
    Function,
    Aggregate,
    Procedure,
    Type,
    Database,
    Role,
    Setting,
    Index,
    Path,
    Command,
    Snippet,
    /// All columns in place of `*`.
    Star,
    Sequence,
    Charset,
    Collation,
    Value,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Keyword => "keyword",
            Kind::Schema => "schema",
            Kind::Table => "table",
            Kind::View => "view",
            Kind::MaterializedView => "materialized_view",
            Kind::ForeignTable => "foreign_table",
            Kind::Column => "column",
            Kind::Alias => "alias",
            Kind::Join => "join",
            Kind::JoinCondition => "join_condition",
            Kind::Function => "function",
            Kind::Aggregate => "aggregate",
            Kind::Procedure => "procedure",
            Kind::Type => "type",
            Kind::Database => "database",
            Kind::Role => "role",
            Kind::Setting => "setting",
            Kind::Index => "index",
            Kind::Path => "path",
            Kind::Command => "command",
            Kind::Snippet => "snippet",
            Kind::Star => "star",
            Kind::Sequence => "sequence",
            Kind::Charset => "charset",
            Kind::Collation => "collation",
            Kind::Value => "value",
        }
    }
}

/// One thing that can be inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Takes the place of `Completions::replace`; quoted where the dialect needs it.
    pub insert: String,
    /// What the menu shows.
    pub label: String,
    pub kind: Kind,
    /// What the menu shows beside it; may be empty.
    pub detail: String,
}

/// What stands beside a candidate, put into words only for those that are shown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Detail<'a> {
    #[default]
    None,
    Text(&'a str),
    /// A column, and the relation that it refers to.
    Column(Column<'a>, Option<&'a str>),
    /// A routine and the number of others of its name.
    Routine(&'a Routine, usize),
    Builtin(&'a Builtin),
    Object(Object<'a>),
    Rows(u64),
}

/// A candidate that matched, before it is put into words.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft<'a> {
    pub(super) name: Cow<'a, str>,
    /// Stands before the name, with a dot between.
    pub(super) qualifier: &'a str,
    /// Stands right behind the name.
    pub(super) suffix: &'static str,
    /// The name is inserted as it stands: a keyword, a whole join clause.
    pub(super) verbatim: bool,
    pub(super) detail: Detail<'a>,
    score: i32,
    order: u32,
    kind: Option<Kind>,
}

/// Matches what the providers offer and keeps the best.
pub(super) struct Acc<'a> {
    pub(super) typed: Typed,
    dialect: &'static Dialect,
    usage: &'a Usage,
    limit: usize,
    quoted: bool,
    drafts: Vec<Draft<'a>>,
    offered: u32,
    floor: i32,
    /// Names that the text itself makes likely, and their points.
    likely: Vec<(&'a str, i32)>,
}

/// Candidates kept beyond the limit: of several with the same text and kind one is shown.
const SPARE: usize = 200;

impl<'a> Acc<'a> {
    pub(super) fn new(request: &Request<'a>, word: &Word, likely: Vec<(&'a str, i32)>) -> Acc<'a> {
        Acc {
            typed: Typed::new(&word.typed),
            dialect: request.catalog.dialect,
            usage: request.usage,
            limit: request.limit,
            quoted: word.form == Form::Quoted,
            drafts: Vec::new(),
            offered: 0,
            floor: i32::MIN,
            likely,
        }
    }

    /// Offers `name`; what it gives back, if it matches and is good enough, can be completed with
    /// what else is to be inserted or shown.
    pub(super) fn add(
        &mut self,
        name: impl Into<Cow<'a, str>> + AsRef<str>,
        kind: Kind,
        fit: i32,
    ) -> Option<&mut Draft<'a>> {
        let text = name.as_ref();
        let quality = self.typed.quality(text)?;
        let score = quality + fit + self.usage.points(text) + self.likely(text);
        self.keep(name.into(), kind, score)
    }

    /// Whether a name with that much fit at most would be kept: asked before the exact fit is
    /// computed, where that costs something.
    pub(super) fn may_keep(&self, name: &str, fit: i32) -> bool {
        let quality = self.typed.quality(name);
        let most = fit + super::usage::MOST + self.likely(name);
        quality.is_some_and(|q| q + most > self.floor)
    }

    fn likely(&self, name: &str) -> i32 {
        let mut found = self.likely.iter();
        let found = found.find(|(likely, _)| likely.eq_ignore_ascii_case(name));
        found.map_or(0, |(_, points)| *points)
    }

    /// As `add`, where the shown text is not what the typed word is compared with.
    pub(super) fn add_as(
        &mut self,
        matched: &str,
        text: impl Into<Cow<'a, str>>,
        kind: Kind,
        fit: i32,
    ) -> Option<&mut Draft<'a>> {
        let quality = self.typed.quality(matched)?;
        self.keep(
            text.into(),
            kind,
            quality + fit + self.usage.points(matched) + self.likely(matched),
        )
    }

    /// A keyword or another word that is inserted as it stands and matched from its start only.
    pub(super) fn add_word(&mut self, text: impl Into<Cow<'a, str>>, kind: Kind, fit: i32) {
        let text = text.into();
        if self.quoted || !self.typed.starts(&text) {
            return;
        }
        let score = rank::PREFIX * i32::from(!self.typed.is_empty())
            + i32::from(self.typed.is(&text)) * rank::EXACT
            + self.likely(&text)
            + fit;
        if let Some(draft) = self.keep(text, kind, score) {
            draft.verbatim = true;
        }
    }

    fn keep(&mut self, name: Cow<'a, str>, kind: Kind, score: i32) -> Option<&mut Draft<'a>> {
        if score <= self.floor {
            return None;
        }
        let wanted = self.limit + SPARE;
        if self.limit > 0 && self.drafts.len() >= wanted * 4 {
            self.prune(wanted);
            if score <= self.floor {
                return None;
            }
        }
        self.offered += 1;
        self.drafts.push(Draft {
            name,
            score,
            order: self.offered,
            kind: Some(kind),
            ..Draft::default()
        });
        self.drafts.last_mut()
    }

    fn prune(&mut self, wanted: usize) {
        self.drafts.select_nth_unstable_by_key(wanted, sort_key);
        self.drafts.truncate(wanted);
        self.floor = self
            .drafts
            .iter()
            .map(|d| d.score)
            .min()
            .unwrap_or(i32::MIN)
            - 1;
    }

    /// The best candidates, best first, each text and kind once.
    pub(super) fn finish(mut self) -> Vec<Candidate> {
        self.drafts.sort_unstable_by_key(sort_key);
        let mut seen = HashSet::new();
        let mut items = Vec::new();
        for draft in std::mem::take(&mut self.drafts) {
            if self.limit > 0 && items.len() >= self.limit {
                break;
            }
            if let Some(candidate) = self.candidate(&draft)
                && seen.insert((candidate.insert.clone(), candidate.kind))
            {
                items.push(candidate);
            }
        }
        items
    }

    fn candidate(&self, draft: &Draft<'_>) -> Option<Candidate> {
        let kind = draft.kind?;
        let (mut insert, mut label) = (String::new(), String::new());
        if !draft.qualifier.is_empty() {
            insert.push_str(&quote(draft.qualifier, self.dialect));
            insert.push('.');
            label.push_str(draft.qualifier);
            label.push('.');
        }
        if draft.verbatim {
            insert.push_str(&draft.name);
        } else if self.quoted {
            insert.push_str(&quote_always(&draft.name, self.dialect));
        } else {
            insert.push_str(&quote(&draft.name, self.dialect));
        }
        insert.push_str(draft.suffix);
        label.push_str(&draft.name);
        let detail = detail(&draft.detail);
        Some(Candidate {
            insert,
            label,
            kind,
            detail,
        })
    }
}

/// Best first; among equals in the order in which they were offered.
fn sort_key(draft: &Draft<'_>) -> (i32, u32) {
    (-draft.score, draft.order)
}

fn detail(detail: &Detail<'_>) -> String {
    match detail {
        Detail::None => String::new(),
        Detail::Text(text) => (*text).to_string(),
        Detail::Column(column, refers) => column_detail(*column, *refers),
        Detail::Routine(routine, others) => routine_detail(routine, *others),
        Detail::Builtin(builtin) if builtin.returns.is_empty() => {
            format!("({})", builtin.arguments)
        }
        Detail::Builtin(builtin) => format!("({}) {}", builtin.arguments, builtin.returns),
        Detail::Object(object) => {
            let kind = object.kind.words().to_lowercase();
            match object.relation {
                "" => kind,
                relation => format!("{kind} on {relation}"),
            }
        }
        Detail::Rows(rows) => format!("{rows} rows"),
    }
}

fn column_detail(column: Column<'_>, refers: Option<&str>) -> String {
    let mut text = column.type_name.to_string();
    if column.primary_key {
        text.push_str(" primary key");
    } else if !column.nullable {
        text.push_str(" not null");
    }
    if let Some(relation) = refers {
        text.push_str(" → ");
        text.push_str(relation);
    }
    if let Some(comment) = column.comment() {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(comment);
    }
    text
}

fn routine_detail(routine: &Routine, others: usize) -> String {
    let mut shown = Parameters::default();
    shown.routine(routine);
    let mut text = shown.text;
    if others > 0 {
        text.push_str(&format!(" +{others}"));
    }
    text
}
