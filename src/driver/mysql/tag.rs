//! What a statement did, in the words of the mysql client.

/// `3 rows in set`, `1 row in set, 2 warnings`, `Empty set`.
pub(super) fn result_set(rows: u64, warnings: u16) -> String {
    let mut tag = match rows {
        0 => "Empty set".to_string(),
        1 => "1 row in set".to_string(),
        n => format!("{n} rows in set"),
    };
    push_warnings(&mut tag, warnings);
    tag
}

/// `Query OK, 3 rows affected  Records: 3  Duplicates: 0  Warnings: 0`.
pub(super) fn query_ok(affected: u64, warnings: u16, info: &str) -> String {
    let mut tag = match affected {
        1 => "Query OK, 1 row affected".to_string(),
        n => format!("Query OK, {n} rows affected"),
    };
    push_warnings(&mut tag, warnings);
    if !info.is_empty() {
        tag.push_str("  ");
        tag.push_str(info);
    }
    tag
}

fn push_warnings(tag: &mut String, warnings: u16) {
    match warnings {
        0 => {}
        1 => tag.push_str(", 1 warning"),
        n => tag.push_str(&format!(", {n} warnings")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_worded_as_mysql_words_them() {
        assert_eq!(result_set(0, 0), "Empty set");
        assert_eq!(result_set(1, 0), "1 row in set");
        assert_eq!(result_set(2, 3), "2 rows in set, 3 warnings");
        assert_eq!(query_ok(1, 0, ""), "Query OK, 1 row affected");
        assert_eq!(
            query_ok(3, 1, "Records: 3  Duplicates: 0  Warnings: 1"),
            "Query OK, 3 rows affected, 1 warning  Records: 3  Duplicates: 0  Warnings: 1"
        );
    }
}
