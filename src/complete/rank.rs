//! The order of the candidates: how well a name matches what was typed, and what each kind of
//! place prefers. A score is `match quality + fit + use`; the numbers below are the whole policy.

/// What was typed is the beginning of the name.
pub(super) const PREFIX: i32 = 1000;
/// What was typed is the whole name.
pub(super) const EXACT: i32 = 150;
/// What was typed begins a later word of the name: `name` for `last_name`.
const WORD_START: i32 = 700;
/// What was typed are beginnings of several words, in order: `oi` for `order_items`.
const WORDS: i32 = 650;
/// What was typed stands somewhere in the name.
const INSIDE: i32 = 350;
/// The typed characters stand in the name in that order.
const SCATTERED: i32 = 100;

/// The typed word, prepared for comparing.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    lower: Vec<u8>,
    pub(super) mask: u64,
}

impl Typed {
    pub(super) fn new(text: &str) -> Typed {
        Typed {
            lower: text.to_ascii_lowercase().into_bytes(),
            mask: crate::catalog::lookup::mask(text),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lower.is_empty()
    }

    pub(super) fn is(&self, name: &str) -> bool {
        name.as_bytes().eq_ignore_ascii_case(&self.lower)
    }

    pub(super) fn starts(&self, name: &str) -> bool {
        starts(name.as_bytes(), &self.lower)
    }

    /// Whether a name with those letters can match at all.
    pub(super) fn may_match(&self, mask: u64) -> bool {
        self.mask & !mask == 0
    }

    /// How well `name` matches; `None` where it does not.
    pub(super) fn quality(&self, name: &str) -> Option<i32> {
        let (name, typed) = (name.as_bytes(), &self.lower[..]);
        if typed.is_empty() {
            return Some(0);
        }
        if starts(name, typed) {
            return Some(PREFIX + closeness(name, typed));
        }
        let mut inside = None;
        let mut word = 0;
        for at in 1..name.len().saturating_sub(typed.len() - 1) {
            let begins = begins_word(name, at);
            word += i32::from(begins);
            if starts(&name[at..], typed) {
                if begins {
                    return Some(WORD_START - word.min(8) * 5);
                }
                inside.get_or_insert(INSIDE - i32::try_from(at.min(50)).unwrap_or(50));
            }
        }
        if word_starts(name, typed, 0) {
            return Some(WORDS);
        }
        inside
            .or_else(|| scattered(name, typed))
            .or_else(|| swapped(name, typed).then_some(0))
    }
}

/// Whether two neighbouring letters of what was typed stand the other way round in the name.
fn swapped(name: &[u8], typed: &[u8]) -> bool {
    if typed.len() < 4 || name.len() < typed.len() {
        return false;
    }
    let differs = |i: &usize| !name[*i].eq_ignore_ascii_case(&typed[*i]);
    let Some(at) = (0..typed.len()).find(differs) else {
        return false;
    };
    at + 1 < typed.len()
        && name[at].eq_ignore_ascii_case(&typed[at + 1])
        && name[at + 1].eq_ignore_ascii_case(&typed[at])
        && starts(&name[at + 2..], &typed[at + 2..])
}

/// Among names that begin as typed the shorter ones are nearer.
fn closeness(name: &[u8], typed: &[u8]) -> i32 {
    match name.len() - typed.len() {
        0 => EXACT,
        more => -i32::try_from(more.min(25)).unwrap_or(25),
    }
}

fn starts(name: &[u8], typed: &[u8]) -> bool {
    name.len() >= typed.len() && name[..typed.len()].eq_ignore_ascii_case(typed)
}

/// Whether a word of the name begins at `at`: behind `_` or in camelCase.
fn begins_word(name: &[u8], at: usize) -> bool {
    let (before, here) = (name[at - 1], name[at]);
    (!before.is_ascii_alphanumeric() && before < 0x80 && here != b'_')
        || (before.is_ascii_lowercase() && here.is_ascii_uppercase())
        || (before.is_ascii_alphabetic() && here.is_ascii_digit())
}

/// Whether `typed` is made of beginnings of words of `name`, the first word among them.
fn word_starts(name: &[u8], typed: &[u8], depth: usize) -> bool {
    let common = name
        .iter()
        .zip(typed)
        .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
        .count();
    if common == typed.len() {
        return true;
    }
    if common == 0 || depth > 6 {
        return false;
    }
    (1..=common).rev().any(|taken| {
        (taken..name.len())
            .filter(|&at| begins_word(name, at))
            .any(|at| word_starts(&name[at..], &typed[taken..], depth + 1))
    })
}

/// The characters in order, fewer points the further apart they stand.
fn scattered(name: &[u8], typed: &[u8]) -> Option<i32> {
    if typed.len() < 2 {
        return None;
    }
    let (mut at, mut first) = (0, None);
    for wanted in typed {
        let step = name[at..]
            .iter()
            .position(|b| b.eq_ignore_ascii_case(wanted))?;
        first.get_or_insert(at + step);
        at += step + 1;
    }
    let gaps = at - first.unwrap_or(0) - typed.len();
    Some(SCATTERED - i32::try_from((gaps * 5).min(100)).unwrap_or(100))
}

/// What a kind of candidate is worth where it fits.
pub(super) mod fit {
    /// Columns of the relations in sight.
    pub(crate) const COLUMN: i32 = 600;
    /// Each block further out.
    pub(crate) const OUTER: i32 = -120;
    /// Columns before any relation is named.
    pub(crate) const ANY_COLUMN: i32 = 420;
    pub(crate) const OUTPUT: i32 = 640;
    pub(crate) const ALIAS: i32 = 380;
    pub(crate) const FUNCTION: i32 = 300;
    pub(crate) const RELATION: i32 = 600;
    pub(crate) const JOIN: i32 = 900;
    pub(crate) const JOIN_CONDITION: i32 = 900;
    pub(crate) const SCHEMA: i32 = 330;
    pub(crate) const OBJECT: i32 = 730;
    pub(crate) const TYPE: i32 = 550;
    pub(crate) const VALUE: i32 = 800;
    pub(crate) const COMMAND: i32 = 300;
    /// What a system schema holds.
    pub(crate) const SYSTEM: i32 = -320;
    /// Not along the search path.
    pub(crate) const QUALIFIED: i32 = -60;
    /// Keywords that the grammar does not want here.
    pub(crate) const STRAY: i32 = -450;
}
