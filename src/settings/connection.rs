//! A connection with a name, as the configuration has it.

use super::file::Key;
use crate::theme::PromptColor;
use toml::Value;

/// A connection saved in the configuration.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SavedConnection {
    /// A target, as on the command line.
    pub url: String,
    /// A program whose first line of output is the password.
    pub password_command: Option<String>,
    pub read_only: bool,
    /// The machine to go through, as ssh knows it.
    pub ssh: Option<String>,
    /// Statements to run after connecting.
    pub init: Vec<String>,
    /// What `sqwire list` says about it.
    pub comment: Option<String>,
    /// Mistakes are dear there: the prompt says so.
    pub production: bool,
    /// The prompt's colour.
    pub color: Option<PromptColor>,
    /// The file of a project that nobody has trusted yet, where it stands in one.
    pub untrusted: Option<String>,
}

/// What a saved connection has, under `[connections.NAME]`.
pub const CONNECTION_KEYS: &[Key] = &[
    (
        "url",
        "\"postgres://app@db.example.com/shop\"",
        "what to connect to, as on the command line",
    ),
    (
        "password_command",
        "\"pass show db/shop\"",
        "a program whose first line of output is the password",
    ),
    ("read_only", "true", "the server refuses every change"),
    (
        "ssh",
        "\"gate.example.com\"",
        "go through this machine, with your own ssh",
    ),
    (
        "init",
        "[\"set statement_timeout = '30s'\"]",
        "statements to run after connecting",
    ),
    (
        "comment",
        "\"the shop's own\"",
        "what sqwire list says about it",
    ),
    (
        "production",
        "true",
        "mistakes are dear there: the prompt is red and asks before every change",
    ),
    (
        "color",
        "\"magenta\"",
        "the prompt's colour: red, green, yellow, blue, magenta, cyan, white",
    ),
];

/// The URL can hold a password.
impl std::fmt::Debug for SavedConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SavedConnection").finish_non_exhaustive()
    }
}

impl SavedConnection {
    /// What would run on this machine or at the server because of it: the keys that ask for that.
    pub fn runs(&self) -> Vec<&'static str> {
        let keys = [
            ("password_command", self.password_command.is_some()),
            ("ssh", self.ssh.is_some()),
            ("init", !self.init.is_empty()),
        ];
        let given = keys.iter().filter(|(_, given)| *given);
        given.map(|(name, _)| *name).collect()
    }

    /// Sets one of its keys; false where there is none of that name, an error where the value is
    /// none for it.
    pub(super) fn set(&mut self, key: &str, value: &Value) -> Result<bool, String> {
        let text = || match value.as_str() {
            Some(text) => Ok(text.to_string()),
            None => Err("takes a text in quotes".to_string()),
        };
        let flag = || value.as_bool().ok_or("takes true or false".to_string());
        match key {
            "url" => self.url = text()?,
            "password_command" => self.password_command = Some(text()?),
            "read_only" => self.read_only = flag()?,
            "ssh" => self.ssh = Some(text()?),
            "init" => {
                let texts = |all: &Vec<Value>| -> Option<Vec<String>> {
                    all.iter().map(|v| v.as_str().map(str::to_string)).collect()
                };
                self.init = value
                    .as_array()
                    .and_then(texts)
                    .ok_or("takes a list of texts")?;
            }
            "comment" => self.comment = Some(text()?),
            "production" => self.production = flag()?,
            "color" => {
                let name = text()?;
                let known = PromptColor::named(&name);
                self.color = Some(known.ok_or(format!("knows no colour \"{name}\""))?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
