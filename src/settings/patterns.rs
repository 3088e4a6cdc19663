//! Patterns of names, as the setting `production` has them.

/// Whether `name` fits one of the patterns, in which `*` stands for anything; without regard to case.
pub fn fits_any(patterns: &str, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let fits = |pattern: &str| {
        let pattern = pattern.to_ascii_lowercase();
        let mut parts = pattern.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        for part in parts {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    };
    !name.is_empty() && patterns.split_whitespace().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_told_by_patterns() {
        for (patterns, name, expected) in [
            ("*prod*", "shop_PROD_1", true),
            ("*prod*", "shop", false),
            ("db1 db2", "db2", true),
            ("db1", "db12", false),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "a-c", false),
            ("", "prod", false),
            ("*", "", false),
        ] {
            assert_eq!(fits_any(patterns, name), expected, "{patterns} {name}");
        }
    }
}
