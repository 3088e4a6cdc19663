//! What names say where no key does: which columns of two relations belong together, and which
//! relation or column a name like `idx_orders_status` or `customer_id` is about.

use super::class::agree;
use super::columns::{Col, Visible};

/// The words of a name in lower case, in the singular: `order_items` and `OrderItems` are the same.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for c in name.chars() {
        let begins = before.is_lowercase() && c.is_uppercase();
        let inside = c.is_alphanumeric();
        match words.last_mut() {
            Some(word) if inside && before.is_alphanumeric() && !begins => {
                word.extend(c.to_lowercase());
            }
            _ if inside => words.push(c.to_lowercase().collect()),
            _ => {}
        }
        before = c;
    }
    words.iter().map(|w| singular(w)).collect()
}

fn singular(word: &str) -> String {
    let cut = |n: usize| word[..word.len() - n].to_string();
    match () {
        () if word.len() < 4 || word.ends_with("ss") => word.to_string(),
        () if word.ends_with("ies") => cut(3) + "y",
        () if ["sses", "xes", "ches", "shes", "zes"]
            .iter()
            .any(|e| word.ends_with(e)) =>
        {
            cut(2)
        }
        () if word.ends_with('s') => cut(1),
        () => word.to_string(),
    }
}

/// Names that a statement has and that tell of another one to come.
pub(super) struct Told {
    hints: Vec<Vec<String>>,
}

impl Told {
    pub(super) fn new<'n>(hints: impl IntoIterator<Item = &'n str>) -> Told {
        let hints = hints.into_iter().map(words);
        Told {
            hints: hints.filter(|w| !w.is_empty()).collect(),
        }
    }

    /// Points for a name whose words stand in one of the hints, in that order: all of them, or all
    /// but the last (`role_id` for `fk_role`, `company_name` for `company_id`).
    pub(super) fn points(&self, name: &str) -> i32 {
        let Some(first) = name.bytes().find(u8::is_ascii_alphanumeric) else {
            return 0;
        };
        let first = first.to_ascii_lowercase();
        let begins = |w: &String| w.as_bytes().first() == Some(&first);
        if !self.hints.iter().any(|h| h.iter().any(begins)) {
            return 0;
        }
        let words = words(name);
        let best = self.hints.iter().map(|hint| match words.len() {
            all if contains(hint, &words) => 100 + 20 * count(all),
            0 | 1 => 0,
            all if contains(hint, &words[..all - 1]) => 40 + 20 * count(all - 1),
            _ => 0,
        });
        best.max().unwrap_or(0)
    }
}

fn count(n: usize) -> i32 {
    i32::try_from(n.min(6)).unwrap_or(0)
}

fn contains(hint: &[String], words: &[String]) -> bool {
    !words.is_empty() && hint.windows(words.len()).any(|w| w == words)
}

/// Pairs of columns of two relations that name the same thing: a column is called as the other
/// relation's key (`sold_date_sk`, `date_sk`), maybe behind that relation's name (`user_id`,
/// `users.id`). What all columns of a relation begin with (`ss_`) says nothing.
pub(super) fn pairs<'c, 'a>(
    a: &'c Visible<'a>,
    b: &'c Visible<'a>,
) -> Vec<(&'c Col<'a>, &'c Col<'a>)> {
    let mut found = refer(a, b);
    let back = refer(b, a).into_iter().map(|(theirs, key)| (key, theirs));
    for pair in back {
        if !found
            .iter()
            .any(|f| f.0.name == pair.0.name && f.1.name == pair.1.name)
        {
            found.push(pair);
        }
    }
    found
}

/// The columns of `from` that seem to refer to the key of `to`, each with that key.
fn refer<'c, 'a>(from: &'c Visible<'a>, to: &'c Visible<'a>) -> Vec<(&'c Col<'a>, &'c Col<'a>)> {
    let Some(key) = key(to) else {
        return Vec::new();
    };
    let own = key_name(from);
    let core = core(&key.name, prefix(to)).to_ascii_lowercase();
    let named = format!("{}_{core}", words(&to.source.name).join("_"));
    let lead = prefix(from);
    let kind = |c: &Col<'_>| c.column.map_or(String::new(), |c| c.type_name.to_string());
    let columns = from.columns.iter().filter(|c| !c.name.is_empty());
    columns
        .filter(|c| {
            let name = self::core(&c.name, lead).to_ascii_lowercase();
            let plain = core.contains('_') || core.len() > 4;
            let called = plain && (name == core || ends(&name, &core)) || ends(&name, &named);
            called && !(own == Some(c.name.as_ref()) && name != core) && agree(&kind(c), &kind(key))
        })
        .map(|c| (c, key))
        .collect()
}

/// Whether `name` is `tail`, or ends with it as a word of its own.
fn ends(name: &str, tail: &str) -> bool {
    let rest = name.strip_suffix(tail);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
}

/// The only column of the primary key; the first column where the relation is not known to have one.
fn key<'c, 'a>(of: &'c Visible<'a>) -> Option<&'c Col<'a>> {
    let primary = |c: &&Col<'_>| c.column.is_some_and(|c| c.primary_key);
    let mut keys = of.columns.iter().filter(primary);
    match (keys.next(), keys.next()) {
        (Some(key), None) => Some(key),
        (None, _) => of.columns.first().filter(|c| c.column.is_some()),
        _ => None,
    }
}

fn key_name<'c>(of: &'c Visible<'_>) -> Option<&'c str> {
    key(of).map(|c| c.name.as_ref())
}

/// What all columns of a relation begin with, up to a `_`.
fn prefix<'c>(of: &'c Visible<'_>) -> &'c str {
    let Some(first) = of.columns.first().filter(|_| of.columns.len() > 2) else {
        return "";
    };
    let Some(end) = first.name.find('_') else {
        return "";
    };
    let prefix = &first.name[..=end];
    match of.columns.iter().all(|c| c.name.starts_with(prefix)) {
        true => prefix,
        false => "",
    }
}

fn core<'n>(name: &'n str, prefix: &str) -> &'n str {
    name.strip_prefix(prefix).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_in_the_singular() {
        for (name, expected) in [
            ("order_items", vec!["order", "item"]),
            ("OrderItems", vec!["order", "item"]),
            ("categories", vec!["category"]),
            ("addresses", vec!["address"]),
            ("boxes", vec!["box"]),
            ("glass", vec!["glass"]),
            ("is_ok", vec!["is", "ok"]),
            ("_", vec![]),
            ("", vec![]),
            ("ÄRZTE", vec!["ärzte"]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_tells_of_names_whose_words_it_has() {
        let told = Told::new(["idx_order_items_sku", "company_id"]);
        let points = |name: &str| told.points(name);
        assert!(points("order_items") > points("orders"));
        assert!(points("orders") > 0 && points("sku") > 0);
        assert!(points("companies") > points("company_name"));
        assert!(points("company_name") > 0);
        assert!(points("items_order") < points("order_items"));
        assert_eq!(points("persons"), 0);
    }
}
