//! psql's variables: those that a user makes, and those that steer psql itself, with what each of
//! them takes (PostgreSQL manual, psql, "Variables").

use std::collections::BTreeMap;

/// What a special variable takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Boolean,
    Integer,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// One of a few words, or a Boolean.
    WordOrBoolean(&'static [&'static str]),
    Text,
}

struct Special {
    name: &'static str,
    takes: Takes,
    /// What it is at the start, and again after `\unset`.
    initial: &'static str,
}

const fn special(name: &'static str, takes: Takes, initial: &'static str) -> Special {
    Special {
        name,
        takes,
        initial,
    }
}

const PROMPT: &str = "%/%R%x%# ";

/// Sorted by name, as `\set` lists them.
const SPECIAL: &[Special] = &[
    special("AUTOCOMMIT", Takes::Boolean, "on"),
    special(
        "COMP_KEYWORD_CASE",
        Takes::Word(&["lower", "upper", "preserve-lower", "preserve-upper"]),
        "preserve-upper",
    ),
    special(
        "ECHO",
        Takes::Word(&["none", "errors", "queries", "all"]),
        "none",
    ),
    special(
        "ECHO_HIDDEN",
        Takes::WordOrBoolean(&["on", "off", "noexec"]),
        "off",
    ),
    special("FETCH_COUNT", Takes::Integer, "0"),
    special("HIDE_TABLEAM", Takes::Boolean, "off"),
    special("HIDE_TOAST_COMPRESSION", Takes::Boolean, "off"),
    special(
        "HISTCONTROL",
        Takes::Word(&["none", "ignorespace", "ignoredups", "ignoreboth"]),
        "none",
    ),
    special("HISTSIZE", Takes::Integer, "500"),
    special("IGNOREEOF", Takes::Integer, "0"),
    special(
        "ON_ERROR_ROLLBACK",
        Takes::WordOrBoolean(&["on", "off", "interactive"]),
        "off",
    ),
    special("ON_ERROR_STOP", Takes::Boolean, "off"),
    special("PROMPT1", Takes::Text, PROMPT),
    special("PROMPT2", Takes::Text, PROMPT),
    special("PROMPT3", Takes::Text, ">> "),
    special("QUIET", Takes::Boolean, "off"),
    special("SHOW_ALL_RESULTS", Takes::Boolean, "on"),
    special(
        "SHOW_CONTEXT",
        Takes::Word(&["never", "errors", "always"]),
        "errors",
    ),
    special("SINGLELINE", Takes::Boolean, "off"),
    special("SINGLESTEP", Takes::Boolean, "off"),
    special(
        "VERBOSITY",
        Takes::Word(&["default", "verbose", "terse", "sqlstate"]),
        "default",
    ),
];

/// The variables that steer the client, and the words that each takes, its first one first.
pub fn special_words() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    SPECIAL.iter().map(|special| {
        let words: &[&str] = match special.takes {
            Takes::Boolean => &["on", "off"],
            Takes::Word(words) | Takes::WordOrBoolean(words) => words,
            Takes::Integer | Takes::Text => &[],
        };
        (special.name, words)
    })
}

/// The variables of a session.
#[derive(Debug, Clone)]
pub struct Variables(BTreeMap<String, String>);

impl Default for Variables {
    fn default() -> Self {
        let initial = SPECIAL
            .iter()
            .map(|s| (s.name.to_string(), s.initial.to_string()));
        Variables(initial.collect())
    }
}

impl Variables {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Whether a variable that takes a Boolean is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name).and_then(boolean) == Some(true)
    }

    /// Sets a variable, or refuses with psql's words.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        if !is_name(name) {
            return Err(format!("invalid variable name: \"{name}\""));
        }
        let value = match SPECIAL.iter().find(|s| s.name == name) {
            Some(special) => special.check(value)?,
            None => value.to_string(),
        };
        self.0.insert(name.into(), value);
        Ok(())
    }

    /// Forgets a variable; a special one gets back what it was at the start.
    pub fn unset(&mut self, name: &str) {
        // What has no name that could be is not there.
        match SPECIAL.iter().find(|s| s.name == name) {
            Some(special) if special.takes == Takes::Text => {
                self.0.remove(name);
            }
            Some(special) => {
                // A Boolean that is unset is off, whatever it was at the start.
                let value = match special.takes {
                    Takes::Boolean => "off",
                    _ => special.initial,
                };
                self.0.insert(name.into(), value.into());
            }
            None => {
                self.0.remove(name);
            }
        }
    }

    /// What the program tells in a variable, checked by nobody.
    pub fn tell(&mut self, name: &str, value: impl Into<String>) {
        match self.0.get_mut(name) {
            Some(slot) => *slot = value.into(),
            None => {
                self.0.insert(name.into(), value.into());
            }
        }
    }

    /// Whether `\gset` may not touch it: a server chooses the names of columns.
    pub fn is_special(name: &str) -> bool {
        SPECIAL.iter().any(|s| s.name == name)
    }
}

impl Special {
    /// The value that is kept.
    fn check(&self, value: &str) -> Result<String, String> {
        let name = self.name;
        let expected =
            |what: &str| format!("unrecognized value \"{value}\" for \"{name}\": {what}");
        let words = |words: &[&str]| {
            let words = words.join(", ");
            format!("unrecognized value \"{value}\" for \"{name}\"\nAvailable values are: {words}.")
        };
        let known = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(value));
        match self.takes {
            Takes::Text => Ok(value.into()),
            Takes::Boolean | Takes::WordOrBoolean(_) if value.is_empty() => Ok("on".into()),
            Takes::Boolean if boolean(value).is_some() => Ok(value.into()),
            Takes::Boolean => Err(expected("Boolean expected")),
            Takes::Integer if is_integer(value) => Ok(value.into()),
            Takes::Integer => Err(format!(
                "invalid value \"{value}\" for \"{name}\": integer expected"
            )),
            Takes::Word(all) if known(all) => Ok(value.into()),
            Takes::WordOrBoolean(all) if known(all) || boolean(value).is_some() => Ok(value.into()),
            Takes::Word(all) | Takes::WordOrBoolean(all) => Err(words(all)),
        }
    }
}

/// As C's strtol reads numbers of any base: `12`, `0x1f`, `017`.
fn is_integer(value: &str) -> bool {
    let text = value.trim_start();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let hexadecimal = digits.strip_prefix("0x").or(digits.strip_prefix("0X"));
    let number = match hexadecimal {
        Some(digits) => i64::from_str_radix(digits, 16),
        None if digits.len() > 1 && digits.starts_with('0') => i64::from_str_radix(digits, 8),
        None => digits.parse(),
    };
    !digits.starts_with(['-', '+']) && number.is_ok_and(|n| n <= i64::from(i32::MAX))
}

fn is_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
    !name.is_empty() && name.bytes().all(allowed)
}

/// psql's Boolean: the beginning of a word, or 1 or 0.
pub fn boolean(value: &str) -> Option<bool> {
    let value = value.to_ascii_lowercase();
    let begins = |word: &str| !value.is_empty() && word.starts_with(value.as_str());
    if begins("true") || begins("yes") || value == "on" || value == "1" {
        return Some(true);
    }
    let off = begins("false") || begins("no") || value == "of" || value == "off" || value == "0";
    off.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_variables_take_what_psql_lets_them_take() {
        let mut variables = Variables::default();
        for (name, value, expected) in [
            ("a/b", "x", Err("invalid variable name: \"a/b\"")),
            ("", "x", Err("invalid variable name: \"\"")),
            ("größe", "x", Ok("x")),
            ("AUTOCOMMIT", "", Ok("on")),
            ("AUTOCOMMIT", "F", Ok("F")),
            (
                "AUTOCOMMIT",
                "foo",
                Err("unrecognized value \"foo\" for \"AUTOCOMMIT\": Boolean expected"),
            ),
            (
                "FETCH_COUNT",
                "foo",
                Err("invalid value \"foo\" for \"FETCH_COUNT\": integer expected"),
            ),
            ("ON_ERROR_ROLLBACK", "", Ok("on")),
            ("ON_ERROR_ROLLBACK", "Interactive", Ok("Interactive")),
            (
                "VERBOSITY",
                "loud",
                Err("unrecognized value \"loud\" for \"VERBOSITY\"\n\
                     Available values are: default, verbose, terse, sqlstate."),
            ),
        ] {
            let set = variables.set(name, value);
            let got = set.as_ref().map(|()| variables.get(name).unwrap_or("-"));
            assert_eq!(got.map_err(String::as_str), expected, "{name} {value}");
        }
    }

    #[test]
    fn unset_gives_special_variables_their_start_and_forgets_others() {
        let mut variables = Variables::default();
        for (name, after) in [
            ("x", None),
            ("AUTOCOMMIT", Some("off")),
            ("ECHO", Some("none")),
        ] {
            assert_eq!(
                variables.set(name, if name == "ECHO" { "all" } else { "1" }),
                Ok(())
            );
            variables.unset(name);
            assert_eq!(variables.get(name), after, "{name}");
        }
    }

    #[test]
    fn the_special_variables_are_sorted() {
        assert!(SPECIAL.is_sorted_by_key(|s| s.name));
    }
}
