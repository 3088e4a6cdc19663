//! `/map`: the entity-relationship map of what the catalog knows, on the screen and in files.

use super::Session;
use super::describe::Counter;
use super::path::find;
use crate::catalog::Catalog;
use crate::data::{CellKind, Column, RowBatch};
use crate::draw::map::{Map, Part};
use crate::driver::{Answer, Desk, Sheet};
use crate::error::{Error, Result};
use crate::output;
use crate::sql::names::unquote;
use std::path::Path;
use std::sync::Arc;

/// Relations that a picture can have.
const MOST: usize = 300;
/// Columns that a text may have where nobody looks at it.
const COLUMNS: usize = 100;

/// A way to write a map.
struct Form {
    /// The word for it, and the ends of files that mean it.
    names: &'static [&'static str],
    write: fn(&Map) -> String,
}

static FORMS: &[Form] = &[
    Form {
        names: &["mermaid", "mmd"],
        write: Map::mermaid,
    },
    Form {
        names: &["graphviz", "dot", "gv"],
        write: Map::graphviz,
    },
    Form {
        names: &["svg"],
        write: Map::svg,
    },
    Form {
        names: &["text", "txt"],
        write: |map| map.picture(COLUMNS),
    },
];

fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|f| f.names.contains(&name))
}

impl Session {
    /// Shows the map of a schema or around a relation. `words` are its name, or none for the schema
    /// in use, and a form or a file; with `all` every column is shown.
    pub async fn map(&mut self, words: &[&str], all: bool) -> Result<()> {
        let end = |word: &str| Path::new(word).extension()?.to_str().and_then(form);
        let is_file = |word: &str| word.len() > 4 && end(word).is_some();
        let (mut name, mut place) = (None, None);
        for word in words {
            match place {
                None if form(word).is_some() || is_file(word) => place = Some(*word),
                _ if name.is_none() => name = Some(*word),
                _ => return Err(Error::usage(format!("/map: extra argument \"{word}\""))),
            }
        }
        let catalog = self.catalog_to_map(name).await?;
        let map = Map::of(&catalog, part(&catalog, name)?, all);
        if map.entities.is_empty() {
            return Err(Error::usage("/map: there are no tables"));
        }
        if map.entities.len() > MOST && place.is_none() {
            return Err(Error::usage(format!(
                "/map: {} tables are too many for one picture",
                map.entities.len()
            ))
            .with_hint("/map TABLE shows one and what keys join to it."));
        }
        match place {
            Some(word) => match form(word) {
                Some(form) => self.page(|session| session.write((form.write)(&map).as_str())),
                None => {
                    let form = end(word).ok_or_else(|| Error::usage("/map: no such form"))?;
                    output::save(word, (form.write)(&map).as_bytes())
                }
            },
            None if self.shows_pictures() => {
                let columns = self.output.screen().map_or(COLUMNS, |s| s.columns);
                self.page(|session| session.write(&map.picture(columns)))
            }
            None => self.page(|session| Counter::new(session, false).show(keys(&map))),
        }
    }

    /// A catalog that has what a name means, or the tables of the schema in use.
    async fn catalog_to_map(&mut self, name: Option<&str>) -> Result<Arc<Catalog>> {
        if let Some(name) = name {
            let schemas = self.catalog_of_keys(&[name]).await?;
            if schema(&schemas, name).is_none() {
                return self.catalog_around(name).await;
            }
        }
        self.catalog_of_tables().await
    }

    /// Whether the format is one for people, in which a picture can stand.
    pub(super) fn shows_pictures(&self) -> bool {
        matches!(
            self.settings.format.as_str(),
            "table" | "wrapped" | "expanded" | "vertical" | "table-mysql"
        )
    }

    /// Text where results go.
    pub(super) fn write(&mut self, text: &str) -> Result<()> {
        Counter::new(self, false).write(text)
    }

    /// Shows something that may need the pager.
    pub(super) fn page(&mut self, show: impl FnOnce(&mut Session) -> Result<()>) -> Result<()> {
        self.begin_showing();
        let shown = show(self);
        self.end_showing(shown)
    }

    pub(super) fn begin_showing(&mut self) {
        if self.interactive {
            self.output.begin_page(self.settings.pager);
        }
    }

    /// What was shown is complete; an error of the command comes before one of the output.
    pub(super) fn end_showing(&mut self, result: Result<()>) -> Result<()> {
        let shown = match self.interactive {
            true => self.output.end_page(),
            false => std::io::Write::flush(&mut self.output),
        };
        result.and(shown.map_err(|e| Error::io("write the output", &e)))
    }
}

/// What a name means: a schema, else a relation; without one the first schema that is looked in.
fn part(catalog: &Catalog, name: Option<&str>) -> Result<Part> {
    let Some(name) = name else {
        let path = catalog.effective_path();
        let mut used = path.iter().copied();
        let has_tables = |schema: &usize| catalog.relations_in(*schema).next().is_some();
        let hidden = |schema: &usize| catalog.schemas[*schema].name == "pg_catalog";
        let schema = used.find(|s| has_tables(s) && !hidden(s));
        return schema.map(Part::Schema).ok_or_else(|| nothing(catalog));
    };
    match schema(catalog, name) {
        Some(schema) => Ok(Part::Schema(schema)),
        None => find(catalog, name).map(Part::Around),
    }
}

fn schema(catalog: &Catalog, name: &str) -> Option<usize> {
    catalog.schema_id(&unquote(name, catalog.dialect))
}

/// Schemas that a hint names.
const MOST_NAMED: usize = 5;

/// No schema that is looked in has tables; others may.
fn nothing(catalog: &Catalog) -> Error {
    let own = |name: &&str| !matches!(*name, "pg_catalog" | "information_schema" | "pg_toast");
    let has = |at: &usize| catalog.relations_in(*at).next().is_some();
    let all = (0..catalog.schemas.len()).filter(has);
    let names: Vec<&str> = all
        .map(|at| catalog.schemas[at].name.as_str())
        .filter(own)
        .collect();
    if names.is_empty() {
        return Error::usage("/map: there are no tables");
    }
    let more = if names.len() > MOST_NAMED {
        ", …"
    } else {
        ""
    };
    let named = names[..names.len().min(MOST_NAMED)].join(", ");
    Error::usage("/map: there are no tables where names are looked for").with_hint(format!(
        "/map SCHEMA shows those of another schema: {named}{more}."
    ))
}

/// The foreign keys as rows, for formats that programs read.
fn keys(map: &Map) -> Sheet {
    let mut rows = RowBatch::new(4);
    for link in &map.links {
        let cells = [
            map.entities[link.from].name.clone(),
            link.from_columns.join(", "),
            map.entities[link.to].name.clone(),
            link.to_columns.join(", "),
        ];
        for cell in cells {
            rows.push(CellKind::Text, cell.as_bytes());
        }
        rows.end_row();
    }
    let column = |name: &str| Column {
        name: name.into(),
        ..Column::default()
    };
    let columns = ["Relation", "Columns", "Points at", "Its columns"].map(column);
    Sheet {
        title: String::new(),
        answer: Answer::of(columns.to_vec(), rows),
        footers: None,
        flat: false,
    }
}
