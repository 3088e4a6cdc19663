use super::*;

#[test]
fn the_database_is_asked_for_only_after_what_can_change_it() {
    for (sql, expected) in [
        ("use shop", true),
        ("/* x */ USE shop", true),
        ("drop database shop", true),
        ("drop table shop", false),
        ("select 1; use shop", true),
        ("select 1; Drop database shop; select 2", true),
        ("select 'a; b'", false),
        ("select ';'", false),
        ("select 1;", false),
        (
            "/* a comment that is longer than what is looked at first, by far */ use x",
            true,
        ),
        ("", false),
    ] {
        let words = leading_words(sql);
        assert_eq!(may_change_database(&words, sql), expected, "{sql}");
    }
}

#[test]
fn warnings_about_warnings_are_not_repeated() {
    for (sql, expected) in [
        ("show warnings", true),
        ("SHOW COUNT(*) ERRORS", true),
        ("get diagnostics @n = number", true),
        ("show tables", false),
        ("select 1", false),
    ] {
        assert_eq!(shows_warnings(&leading_words(sql)), expected, "{sql}");
    }
}
