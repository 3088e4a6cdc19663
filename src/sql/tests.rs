//! Lexer and splitter, as tables.

mod parsed;

use super::dialect::{MYSQL, POSTGRES, SQLITE};
use super::*;

/// Kinds and texts without the spaces.
fn tokens(text: &str, dialect: &Dialect) -> String {
    let shown = lex(text, dialect)
        .into_iter()
        .filter(|t| t.kind != TokenKind::Space)
        .map(|t| {
            let open = if t.open { "!" } else { "" };
            format!("{:?}{open} {}", t.kind, t.text(text))
        });
    shown.collect::<Vec<_>>().join(" | ")
}

#[test]
fn quotes_comments_and_numbers_are_read_as_each_server_reads_them() {
    for (dialect, text, expected) in [
        (&POSTGRES, "'it''s' x", "String 'it''s' | Word x"),
        (&POSTGRES, r"'a\' x", r"String 'a\' | Word x"),
        (&POSTGRES, r"E'a\' x' y", r"String E'a\' x' | Word y"),
        (
            &POSTGRES,
            r#"U&"d\0061" b'01'"#,
            r#"QuotedName U&"d\0061" | String b'01'"#,
        ),
        (
            &POSTGRES,
            "\"a\"\"b\".c",
            "QuotedName \"a\"\"b\" | Dot . | Word c",
        ),
        (
            &POSTGRES,
            "$$a;'$$ $t$ $$ $t$ $1",
            "DollarString $$a;'$$ | DollarString $t$ $$ $t$ | Parameter $1",
        ),
        (&POSTGRES, "$t$ open", "DollarString! $t$ open"),
        (&POSTGRES, "a$b$c", "Word a$b$c"),
        (
            &POSTGRES,
            "/* a /* b */ c */ x",
            "BlockComment /* a /* b */ c */ | Word x",
        ),
        (
            &MYSQL,
            "/* a /* b */ c",
            "BlockComment /* a /* b */ | Word c",
        ),
        (&SQLITE, "/* open", "BlockComment! /* open"),
        (
            &POSTGRES,
            "1--2\n3",
            "Number 1 | LineComment --2 | Number 3",
        ),
        (
            &MYSQL,
            "1--2",
            "Number 1 | Operator - | Operator - | Number 2",
        ),
        (&MYSQL, "1 -- 2", "Number 1 | LineComment -- 2"),
        (&MYSQL, "1 --\n2", "Number 1 | LineComment -- | Number 2"),
        (&MYSQL, "# x\n1", "LineComment # x | Number 1"),
        (&POSTGRES, "a # b", "Word a | Operator # | Word b"),
        (
            &MYSQL,
            r#"'a\'b' "c\"d""#,
            r#"String 'a\'b' | String "c\"d""#,
        ),
        (&MYSQL, "`a``b`", "QuotedName `a``b`"),
        (
            &SQLITE,
            "[a b] `c` ?1",
            "QuotedName [a b] | QuotedName `c` | Parameter ?1",
        ),
        (
            &MYSQL,
            "@a @@global.b @`c d`",
            "SessionVariable @a | SessionVariable @@global.b | SessionVariable @`c d`",
        ),
        (
            &POSTGRES,
            "1.5e-3 .5 0x1F 1_000 1..2",
            "Number 1.5e-3 | Number .5 | Number 0x1F | Number 1_000 | Number 1 | Dot . | Number .2",
        ),
        (
            &POSTGRES,
            "a::int[] :b :'c' :\"d\" x[1:2]",
            "Word a | Cast :: | Word int | LeftBracket [ | RightBracket ] | Variable :b | Variable :'c' | Variable :\"d\" | Word x | LeftBracket [ | Number 1 | Operator : | Number 2 | RightBracket ]",
        ),
        (
            &POSTGRES,
            "a ->> 'b' <> c",
            "Word a | Operator ->> | String 'b' | Operator <> | Word c",
        ),
        (
            &POSTGRES,
            "größe = 'é",
            "Word größe | Operator = | String! 'é",
        ),
        (
            &POSTGRES,
            "\\d users \\x",
            "Command \\d users  | Command \\x",
        ),
        (
            &POSTGRES,
            "\\echo 'a \\ b' \\x",
            "Command \\echo 'a \\ b'  | Command \\x",
        ),
        (&POSTGRES, "\\! ls \\x", "Command \\! ls \\x"),
        (
            &MYSQL,
            "DELIMITER //\na;b//",
            "Delimiter DELIMITER // | Word a | Other ; | Word b | Semicolon //",
        ),
    ] {
        assert_eq!(tokens(text, dialect), expected, "{}: {text}", dialect.name);
    }
}

/// The parts: statements between `<…>` with what ended them, commands as `\name(arguments)`.
fn parts(text: &str, dialect: &Dialect) -> String {
    let tokens = lex(text, dialect);
    let found = split(text, &tokens, dialect);
    let mut out: Vec<String> = found
        .parts
        .iter()
        .map(|part| match part {
            Part::Sql(s) => {
                assert_eq!(&text[s.offset..s.offset + s.text.len()], s.text);
                let end = match s.end {
                    Terminator::Semicolon => ";",
                    Terminator::Command => "\\",
                    Terminator::End => "",
                };
                format!("<{}>{end}", s.text)
            }
            Part::Command(c) => format!("\\{}({})", c.name, c.arguments),
        })
        .collect();
    if let Some(open) = found.open {
        out.push(format!("{open:?}"));
    }
    out.join(" ")
}

#[test]
fn statements_end_where_the_servers_clients_end_them() {
    for (dialect, text, expected) in [
        (&POSTGRES, "", ""),
        (&POSTGRES, " ; ;", "<>; <>;"),
        (&POSTGRES, "select 1 \\p\n;", "<select 1>\\ \\p() <>;"),
        (&POSTGRES, "select 1", "<select 1> Statement"),
        (&POSTGRES, "select 1;", "<select 1>;"),
        (
            &POSTGRES,
            "a; b -- ;\n; /* ; */ c",
            "<a>; <b>; <c> Statement",
        ),
        (
            &POSTGRES,
            "select ';', \";\", $$;$$;",
            "<select ';', \";\", $$;$$>;",
        ),
        (
            &POSTGRES,
            "create rule r as do (a; b);",
            "<create rule r as do (a; b)>;",
        ),
        (&MYSQL, "select (1; 2", "<select (1>; <2> Statement"),
        (&POSTGRES, "select 1 \\g", "<select 1>\\ \\g()"),
        (
            &POSTGRES,
            "select 1 \\g out.txt\nselect 2;",
            "<select 1>\\ \\g(out.txt) <select 2>;",
        ),
        (&POSTGRES, "\\d users\nselect 1;", "\\d(users) <select 1>;"),
        (&POSTGRES, "\\echo 'a;b' c;", "\\echo('a;b' c;)"),
        (
            &POSTGRES,
            "create function f() returns int begin atomic select 1; select 2; end; x",
            "<create function f() returns int begin atomic select 1; select 2; end>; <x> Statement",
        ),
        (
            &POSTGRES,
            "create function f() returns int language sql begin atomic select case when true then 1 end; end;",
            "<create function f() returns int language sql begin atomic select case when true then 1 end; end>;",
        ),
        (
            &SQLITE,
            "create trigger t after insert on a begin update b set c = 1; delete from d; end; select 1;",
            "<create trigger t after insert on a begin update b set c = 1; delete from d; end>; <select 1>;",
        ),
        (
            &SQLITE,
            "create temp trigger if not exists t before delete on a begin select case 1 when 1 then 2 end; end;",
            "<create temp trigger if not exists t before delete on a begin select case 1 when 1 then 2 end; end>;",
        ),
        (
            &POSTGRES,
            "begin; select 1; end;",
            "<begin>; <select 1>; <end>;",
        ),
        (
            &MYSQL,
            "DELIMITER //\ncreate procedure p() begin select 1; end//\nDELIMITER ;\nselect 2;",
            "<create procedure p() begin select 1; end>; <select 2>;",
        ),
        (&POSTGRES, "select 'open", "<select 'open> SingleQuote"),
        (&POSTGRES, "select \"open", "<select \"open> DoubleQuote"),
        (&POSTGRES, "select $$ open", "<select $$ open> Dollar"),
        (&POSTGRES, "select (1", "<select (1> Paren"),
        (
            &POSTGRES,
            "select 1; /* open",
            "<select 1>; </* open> Comment",
        ),
        (&POSTGRES, "-- only a comment", ""),
        (&MYSQL, "/*!50000 select 1 */;", "</*!50000 select 1 */>;"),
    ] {
        assert_eq!(parts(text, dialect), expected, "{}: {text}", dialect.name);
    }
}

#[test]
fn the_delimiter_outlives_its_text() {
    let text = "DELIMITER $$\nselect 1$$";
    let tokens = lex(text, &MYSQL);
    assert_eq!(
        split(text, &tokens, &MYSQL).delimiter.as_deref(),
        Some("$$")
    );
    let next = lex_with("a; b$$", &MYSQL, "$$");
    assert_eq!(
        next.iter()
            .filter(|t| t.kind == TokenKind::Semicolon)
            .count(),
        1
    );
}

#[test]
fn the_tokens_of_any_text_are_the_text() {
    use super::dialect::{DIALECTS, MYSQL_BINARY, MYSQL_PROMPT, MYSQL_SCRIPT};
    let pieces = [
        "select",
        " ",
        "\n",
        ";",
        "'",
        "\"",
        "`",
        "\\",
        "\\G",
        "\\g",
        "\\d",
        "\\.",
        "\\-",
        "\\y",
        "--",
        "#",
        "/*",
        "/*!",
        "/*M!",
        "*/",
        "delimiter",
        "delimiter //",
        "//",
        "use",
        "use x",
        "source",
        "$>",
        "$|",
        "$>>",
        "é",
        "\u{10ff80}",
        "$$",
        "\\!",
        "\r\n",
        "?",
        "help",
        "x",
        "1",
        "\\N",
        ":a",
        "@b",
        "\\u y",
    ];
    // A generator of our own: what fails can be read off the seed.
    let mut seed = 42u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    let clients = [&MYSQL_SCRIPT, &MYSQL_BINARY, &MYSQL_PROMPT];
    for round in 0..4000 {
        let text: String = (0..next(12)).map(|_| pieces[next(pieces.len())]).collect();
        for dialect in DIALECTS.iter().copied().chain(clients) {
            for delimiter in [";", "//", "use"] {
                let tokens = lex_with(&text, dialect, delimiter);
                let joined: String = tokens.iter().map(|t| t.text(&text)).collect();
                assert_eq!(joined, text, "round {round}");
                for part in split(&text, &tokens, dialect).parts {
                    let (from, to) = match part {
                        Part::Sql(s) => (s.offset, s.stop),
                        Part::Command(c) => (c.offset, c.stop),
                    };
                    assert!(from <= to && to <= text.len(), "round {round}: {text:?}");
                }
                let all = crate::sql::mysql::sent(&text, &tokens, true, false);
                assert!(all.len() <= text.len() + tokens.len(), "round {round}");
            }
        }
    }
}

#[test]
fn a_line_full_of_commands_or_of_anything_else_is_read_once() {
    // Whatever looked at the rest of the line again for each piece would take hours.
    let pieces = [
        "\\d ", "e'\\' ", "(", "'", "\"", "`", "$a$ ", "/*", "--", ";", ":'a ", "a.", "\\o 'a' ",
    ];
    for piece in pieces {
        let text = piece.repeat(1_000_000 / piece.len());
        for dialect in [&POSTGRES, &MYSQL, &SQLITE] {
            let tokens = lex(&text, dialect);
            let last = tokens.last().map(|t| t.end as usize);
            assert_eq!(last, Some(text.len()), "{piece}");
        }
    }
    assert_eq!(lex(&"\\d ".repeat(300_000), &POSTGRES).len(), 300_000);
}
