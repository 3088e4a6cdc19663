//! The arguments of a routine, or the columns of a row, as a text with the place of each.

use crate::catalog::{ArgumentMode, Catalog, Routine};
use crate::sql::keywords::Builtin;
use crate::sql::names::{Name, same};
use std::ops::Range;

/// A text with the places of what is to be given.
#[derive(Debug, Default)]
pub(in super::super) struct Parameters {
    pub(in super::super) text: String,
    places: Vec<Range<usize>>,
    names: Vec<String>,
    /// The last one may be given again.
    repeats: bool,
}

impl Parameters {
    pub(in super::super) fn of_routine(name: &Name, routine: &Routine) -> Parameters {
        let mut out = Parameters {
            text: name.parts.join("."),
            ..Parameters::default()
        };
        out.routine(routine);
        out
    }

    /// `(a int, b text = 'x') text`
    pub(in super::super) fn routine(&mut self, routine: &Routine) {
        self.text.push('(');
        for argument in routine.given() {
            let mut text = match argument.mode {
                ArgumentMode::Out => "OUT ".to_string(),
                ArgumentMode::InOut => "INOUT ".to_string(),
                _ => String::new(),
            };
            text.push_str(&argument.name);
            if !argument.name.is_empty() && !argument.type_name.is_empty() {
                text.push(' ');
            }
            text.push_str(&argument.type_name);
            if let Some(default) = &argument.default {
                text.push_str(" = ");
                text.push_str(default);
            }
            self.push(&argument.name, &text);
            self.repeats = argument.mode == ArgumentMode::Variadic
                || matches!(argument.type_name.as_str(), "\"any\"" | "VARIADIC \"any\"");
        }
        self.text.push(')');
        if !routine.returns.is_empty() {
            self.text.push(' ');
            self.text.push_str(&routine.returns);
        }
    }

    pub(in super::super) fn of_builtin(builtin: &Builtin) -> Parameters {
        let mut out = Parameters {
            text: format!("{}(", builtin.name),
            ..Parameters::default()
        };
        let start = out.text.len();
        out.text.push_str(builtin.arguments);
        let mut at = start;
        for part in builtin.arguments.split(',') {
            let end = at + part.len();
            // Brackets say what may be left out; they are no part of a name.
            let bare = part.trim_matches([' ', '[', ']']);
            let from = at + part.find(bare).unwrap_or(0);
            match bare {
                "..." => out.repeats = true,
                "" => {}
                _ => {
                    out.places.push(from..from + bare.len());
                    out.names.push(bare.to_string());
                }
            }
            at = end + 1;
        }
        out.repeats |= builtin.arguments.contains("...");
        out.text.push(')');
        if !builtin.returns.is_empty() {
            out.text.push(' ');
            out.text.push_str(builtin.returns);
        }
        out
    }

    /// The columns that a row gives, with their types.
    pub(super) fn of_row(
        catalog: &Catalog,
        target: &Name,
        listed: Option<&[String]>,
    ) -> Option<Parameters> {
        let path = catalog.effective_path();
        let id = catalog.find(target.qualifier(), target.last(), &path)?;
        let columns = catalog.columns(id);
        let mut out = Parameters {
            text: format!("{}(", target.last()),
            ..Parameters::default()
        };
        match listed {
            None => columns.iter().for_each(|c| out.column(c.name, c.type_name)),
            Some(names) => {
                for name in names {
                    let known = columns.iter().find(|c| same(c.name, name, catalog.dialect));
                    out.column(name, known.map_or("", |c| c.type_name));
                }
            }
        }
        out.text.push(')');
        Some(out)
    }

    fn column(&mut self, name: &str, type_name: &str) {
        self.push(name, format!("{name} {type_name}").trim_end());
    }

    fn push(&mut self, name: &str, text: &str) {
        if !self.places.is_empty() {
            self.text.push_str(", ");
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.places.push(start..self.text.len());
        self.names.push(name.to_string());
    }

    /// What the argument at that position, or of that name, is.
    pub(super) fn at(
        &self,
        position: usize,
        named: Option<&str>,
        catalog: &Catalog,
    ) -> Range<usize> {
        let by_name = |name| {
            self.names
                .iter()
                .position(|n| same(n, name, catalog.dialect))
        };
        let index = match named.and_then(by_name) {
            Some(index) => Some(index),
            None if position < self.places.len() => Some(position),
            None if self.repeats => self.places.len().checked_sub(1),
            None => None,
        };
        index.map_or(0..0, |i| self.places[i].clone())
    }
}
