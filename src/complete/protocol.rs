//! The completion protocol: one request line of JSON in, one answer line out.

use super::{Body, Request, SettingWords, Usage, complete};
use crate::catalog::Catalog;
use crate::command::spec::Spec;
use crate::sql::lex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ops::Range;

#[derive(Deserialize)]
struct Question {
    #[serde(default)]
    id: Value,
    text: String,
    cursor: Option<usize>,
    #[serde(default)]
    limit: usize,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    start: usize,
    end: usize,
    candidates: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    text: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
}

#[derive(Serialize)]
struct Failure<'a> {
    id: &'a Value,
    error: &'a str,
}

/// What the client has of its own.
#[derive(Clone, Copy, Default)]
pub struct Client<'a> {
    pub commands: &'a [&'static Spec],
    pub settings: &'a [SettingWords],
    pub specials: &'a [SettingWords],
}

/// The answer to one line, without a newline. To complete in another dialect than the catalog's,
/// see `Catalog::speak`.
pub fn answer(line: &str, catalog: &Catalog, client: &Client<'_>) -> String {
    match read(line) {
        Ok(question) => completed(&question, catalog, client),
        Err((id, message)) => failure(&id, &message),
    }
}

/// The question, or the id (as far as it can be read) and what is wrong.
fn read(line: &str) -> Result<Question, (Value, String)> {
    let value: Value = match serde_json::from_str(line) {
        Ok(value) => value,
        Err(error) => return Err((Value::Null, error.to_string())),
    };
    let id = value.get("id").cloned().unwrap_or(Value::Null);
    if !matches!(id, Value::Null | Value::Number(_) | Value::String(_)) {
        return Err((Value::Null, "id: neither a number nor a string".to_string()));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let message = match path.as_str() {
            "." => error.inner().to_string(),
            _ => format!("{path}: {}", error.inner()),
        };
        (id, message)
    })
}

fn failure(id: &Value, error: &str) -> String {
    serde_json::to_string(&Failure { id, error })
        .unwrap_or_else(|_| r#"{"id":null,"error":"the answer cannot be written"}"#.to_string())
}

fn completed(question: &Question, catalog: &Catalog, client: &Client<'_>) -> String {
    let text = question.text.as_str();
    let cursor = question.cursor.unwrap_or(usize::MAX);
    let cursor = text
        .char_indices()
        .nth(cursor)
        .map_or(text.len(), |(i, _)| i);
    let tokens = lex(text, catalog.dialect);
    let found = complete(&Request {
        text,
        tokens: &tokens,
        cursor,
        catalog,
        commands: client.commands,
        usage: &Usage::default(),
        variables: &[],
        favourites: &[],
        settings: client.settings,
        specials: client.specials,
        body: Body::default(),
        limit: question.limit,
    });
    let Range { start, end } = found.replace;
    let count = |to: usize| text.get(..to).map_or(0, |t| t.chars().count());
    let candidates = found.items.into_iter().map(|c| Shown {
        text: c.insert,
        kind: c.kind.name(),
        detail: c.detail,
    });
    let answer = Answer {
        id: &question.id,
        start: count(start),
        end: count(end),
        candidates: candidates.collect(),
    };
    serde_json::to_string(&answer).unwrap_or_else(|e| failure(&question.id, &e.to_string()))
}
