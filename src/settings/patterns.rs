//! Patterns, in which `*` stands for anything; without regard to case.

/// Whether `name` fits one of the patterns that stand between blanks, as the setting `production`
/// has them.
pub fn fits_any(patterns: &str, name: &str) -> bool {
    !name.is_empty() && patterns.split_whitespace().any(|p| fits(p, name))
}

/// Whether `statement` fits one of those that stand between `|`, as `history_ignore` has them.
pub fn fits_statement(patterns: &str, statement: &str) -> bool {
    let mut patterns = patterns.split('|').map(str::trim).filter(|p| !p.is_empty());
    patterns.any(|p| fits(p, statement.trim()))
}

fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
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

    #[test]
    fn statements_have_blanks_and_so_have_their_patterns() {
        for (patterns, statement, expected) in [
            ("select 1*|\\\\timing*", "\\timing on", true),
            ("select 1*|\\timing*", "SELECT 1;\n", true),
            ("select 1*|\\timing*", "select 2", false),
            ("*token*", "select 'a',\n 'token'", true),
            ("", "select 1", false),
            (" | ", "select 1", false),
        ] {
            let patterns = patterns.replace("\\\\", "\\");
            assert_eq!(fits_statement(&patterns, statement), expected, "{patterns}");
        }
    }
}
