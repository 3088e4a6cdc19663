//! Settings of pgcli, mycli and litecli in sqwire's words. Those that stand at that client's own
//! default are nobody's wish and stay behind: their files are written with all of them.

use super::Client;
use super::ini::Section;

/// A setting of ours and its value.
pub(super) type Setting = (&'static str, String);

/// What becomes of another client's `[main]`, and its keys that have no counterpart here.
pub(super) fn settings(client: Client, main: &Section) -> (Vec<Setting>, Vec<String>) {
    let mut found = Vec::new();
    let mut left = Vec::new();
    for (key, value) in &main.values {
        if is_default(client, key, value) || value.is_empty() {
            continue;
        }
        match setting(client, key, value) {
            Some(setting) => found.push(setting),
            None => left.push(key.clone()),
        }
    }
    (found, left)
}

fn is_true(value: &str) -> bool {
    matches!(
        value.to_ascii_lowercase().as_str(),
        "true" | "on" | "yes" | "1"
    )
}

fn word(value: &str) -> String {
    if is_true(value) { "on" } else { "off" }.to_string()
}

fn setting(client: Client, key: &str, value: &str) -> Option<Setting> {
    let number = || value.parse::<usize>().ok().map(|n| n.to_string());
    Some(match key {
        "multi_line" => ("multi_line", word(value)),
        "auto_suggest" => ("suggestion", word(value)),
        "show_bottom_toolbar" => ("status_line", word(value)),
        "autocompletion" => ("menu", word(value)),
        "vi" if is_true(value) => ("keys", "vi".into()),
        "key_bindings" if value == "vi" => ("keys", "vi".into()),
        "timing" => ("timing", word(value)),
        "enable_pager" => ("pager", word(value)),
        "expand" if is_true(value) => ("expanded", "on".into()),
        "auto_expand" | "auto_vertical_output" if is_true(value) => ("expanded", "auto".into()),
        "null_string" => ("null", value.into()),
        "row_limit" => ("row_limit", number()?),
        "max_field_width" => ("max_column_width", number()?),
        "table_format" => format(value)?,
        "prompt" => ("prompt", prompt(client, value)),
        "terminal_window_title" | "terminal_tab_title" => ("terminal_title", prompt(client, value)),
        "toolbar" => ("status_text", prompt(client, value)),
        "destructive_warning" => ("destructive_warning", caution(value)),
        "destructive_statements_require_transaction" if is_true(value) => {
            ("destructive_statements_require_transaction", "on".into())
        }
        "beep_after_seconds" if value != "0" => ("notify_after", number()?),
        _ => return None,
    })
}

/// The levels that come nearest to a list of words.
fn caution(value: &str) -> String {
    let has = |word: &str| {
        value
            .split(',')
            .any(|w| w.trim().eq_ignore_ascii_case(word))
    };
    match value.to_ascii_lowercase().as_str() {
        "all" => "all",
        "false" | "off" => "off",
        "true" | "on" | "moderate" => "moderate",
        _ if has("update") || has("alter") => "all",
        _ if has("drop") || has("delete") => "moderate",
        _ => "unconditional",
    }
    .into()
}

/// A format of cli_helpers in ours; tables with other lines are the table with a border.
fn format(value: &str) -> Option<Setting> {
    let border = |number: &str| Some(("border", number.to_string()));
    let format = |name: &str| Some(("format", name.to_string()));
    match value {
        "vertical" => format("vertical"),
        "csv" | "csv-noheader" => format("csv"),
        "tsv" | "csv-tab" | "tsv_noheader" => format("tsv"),
        "jsonl" | "jsonl_escaped" => format("jsonl"),
        "html" => format("html"),
        "latex" | "latex_booktabs" => format("latex"),
        "github" | "pipe" => format("markdown"),
        "sql-insert" => format("sql-insert"),
        "sql-update" => format("sql-update"),
        "plain" | "minimal" => border("0"),
        "ascii" | "mysql" | "mysql_unicode" | "grid" | "fancy_grid" | "double"
        | "ascii_escaped" | "mysql_heavy" => border("2"),
        _ => None,
    }
}

/// The escapes on which the clients disagree are written out.
fn prompt(client: Client, value: &str) -> String {
    let words: &[(char, &str)] = match client {
        Client::Pgcli => &[],
        // mycli's \h is the whole name and \H the short one.
        Client::Mycli => &[
            ('t', "\\{vendor}"),
            ('T', "\\{tls}"),
            ('h', "\\H"),
            ('H', "\\h"),
        ],
        Client::Litecli => &[],
    };
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let Some(escape) = chars.next() else {
            out.push(c);
            break;
        };
        match words.iter().find(|(letter, _)| *letter == escape) {
            Some((_, word)) => out.push_str(word),
            None => out.extend(['\\', escape]),
        }
    }
    // pgcli writes this one as a word.
    out.replace("\\dsn_alias", "\\{alias}")
}

/// A key and the value that it has by default.
type Default = (&'static str, &'static str);

/// What all three clients have.
const EVERYWHERE: &[Default] = &[
    ("multi_line", "False"),
    ("auto_suggest", "True"),
    ("show_bottom_toolbar", "True"),
    ("autocompletion", "True"),
    ("vi", "False"),
    ("key_bindings", "emacs"),
    ("timing", "True"),
    ("less_chatty", "False"),
    ("enable_pager", "True"),
    ("expand", "False"),
    ("auto_expand", "False"),
    ("auto_vertical_output", "False"),
    ("null_string", "<null>"),
    ("beep_after_seconds", "0"),
    ("keyword_casing", "auto"),
    ("syntax_style", "default"),
    ("log_level", "INFO"),
    ("wider_completion_menu", "False"),
    ("smart_completion", "True"),
    ("log_file", "default"),
    ("history_file", "default"),
    ("casing_file", "default"),
    ("numeric_alignment", "right"),
    ("login_path_as_host", "False"),
    ("show_warnings", "False"),
];

const OF_PGCLI: &[Default] = &[
    ("multi_line_mode", "psql"),
    ("always_use_single_connection", "False"),
    ("destructive_warning_restarts_connection", "False"),
    ("destructive_statements_require_transaction", "False"),
    ("auto_retry_closed_connection", "True"),
    ("generate_aliases", "False"),
    ("generate_casing_file", "False"),
    ("case_column_headers", "True"),
    ("asterisk_column_order", "table_order"),
    ("qualify_columns", "if_more_than_one_table"),
    ("search_path_filter", "False"),
    ("hide_named_query_text", "False"),
    ("table_format", "psql"),
    ("connect_timeout", "30"),
    ("on_error", "STOP"),
    ("row_limit", "1000"),
    ("max_field_width", "500"),
    ("verbose_errors", "False"),
    ("prompt", "\\u@\\h:\\d> "),
    ("min_num_menu_lines", "4"),
    ("keyring", "True"),
    ("use_local_timezone", "True"),
    (
        "destructive_warning",
        "drop, shutdown, delete, truncate, alter, update, unconditional_update",
    ),
];

const OF_MYCLI: &[Default] = &[
    ("table_format", "mysql_unicode"),
    ("table_format", "ascii"),
    ("prompt", "\\t \\u@\\h:\\d> "),
    ("prompt_continuation", "->"),
    ("destructive_warning", "True"),
    (
        "destructive_keywords",
        "DROP SHUTDOWN DELETE TRUNCATE ALTER UPDATE",
    ),
    ("history_file", "~/.mycli-history"),
    ("log_file", "~/.mycli.log"),
    ("show_favorite_query", "True"),
    ("min_completion_trigger", "1"),
    ("completion_tiebreaker", "frecency"),
    ("regex_match_distance", "3"),
    ("redirect_format", "csv"),
    ("binary_display", "hex"),
    ("pager", "less"),
    ("prefetch_schemas_mode", "always"),
    (
        "completion_match_order",
        "perfect, regex, under_words, slash_words, camel_case, rapidfuzz",
    ),
    ("rapidfuzz_min_length", "4"),
    ("rapidfuzz_length_coverage", "0.67"),
    ("rapidfuzz_score_cutoff", "75"),
    ("indexed_column_suffix", "*"),
    ("frecency_history_entries", "1000"),
    ("frecency_refresh_interval", "50"),
    ("show_query_state_interval", "0.5"),
    (
        "password_sources",
        "prompt, literal, file, environment, dsn, boundary, vault, login_path, keyring, fallback",
    ),
    ("use_keyring", "False"),
    (
        "keyring_sources",
        "prompt, literal, file, environment, dsn, login_path, fallback",
    ),
    ("expand_dsn_alias_env_vars", "False"),
];

const OF_LITECLI: &[Default] = &[
    ("table_format", "ascii"),
    ("prompt", "\\d> "),
    ("prompt_continuation", "-> "),
    ("destructive_warning", "True"),
];

fn is_default(client: Client, key: &str, value: &str) -> bool {
    let own = match client {
        Client::Pgcli => OF_PGCLI,
        Client::Mycli => OF_MYCLI,
        Client::Litecli => OF_LITECLI,
    };
    let mut defaults = EVERYWHERE.iter().chain(own);
    defaults.any(|(k, v)| *k == key && v.trim().eq_ignore_ascii_case(value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn main(pairs: &[(&str, &str)]) -> Section {
        Section {
            name: "main".into(),
            values: pairs
                .iter()
                .map(|(k, v)| (k.to_string(), v.to_string()))
                .collect(),
        }
    }

    #[test]
    fn what_differs_from_the_default_is_translated_and_our_settings_take_it() {
        for (client, key, value, expected) in [
            (
                Client::Mycli,
                "toolbar",
                "\\u on \\h",
                Some(("status_text", "\\u on \\H")),
            ),
            (Client::Pgcli, "vi", "True", Some(("keys", "vi"))),
            (Client::Pgcli, "vi", "False", None),
            (Client::Pgcli, "row_limit", "1000", None),
            (Client::Pgcli, "row_limit", "50", Some(("row_limit", "50"))),
            (
                Client::Pgcli,
                "table_format",
                "github",
                Some(("format", "markdown")),
            ),
            (
                Client::Pgcli,
                "prompt",
                "\\u@\\dsn_alias> ",
                Some(("prompt", "\\u@\\{alias}> ")),
            ),
            (
                Client::Pgcli,
                "destructive_warning",
                "all",
                Some(("destructive_warning", "all")),
            ),
            (
                Client::Pgcli,
                "destructive_warning",
                "unconditional_update",
                Some(("destructive_warning", "unconditional")),
            ),
            (
                Client::Mycli,
                "prompt",
                "\\t \\h:\\d \\T",
                Some(("prompt", "\\{vendor} \\H:\\d \\{tls}")),
            ),
            (
                Client::Mycli,
                "beep_after_seconds",
                "5",
                Some(("notify_after", "5")),
            ),
            (
                Client::Mycli,
                "auto_vertical_output",
                "True",
                Some(("expanded", "auto")),
            ),
            (
                Client::Mycli,
                "destructive_warning",
                "False",
                Some(("destructive_warning", "off")),
            ),
            (
                Client::Litecli,
                "autocompletion",
                "False",
                Some(("menu", "off")),
            ),
            (Client::Litecli, "key_bindings", "vi", Some(("keys", "vi"))),
        ] {
            let (found, left) = settings(client, &main(&[(key, value)]));
            let got: Vec<(&str, &str)> = found.iter().map(|(k, v)| (*k, v.as_str())).collect();
            assert_eq!(
                got,
                expected.into_iter().collect::<Vec<_>>(),
                "{key} {value}"
            );
            assert!(left.is_empty(), "{key}");
            for (name, value) in &found {
                Settings::default().set(name, value).expect(name);
            }
        }
        let (_, left) = settings(
            Client::Pgcli,
            &main(&[("keyring", "False"), ("casing_file", "")]),
        );
        assert_eq!(left, ["keyring"]);
    }
}
