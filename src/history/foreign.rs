//! Histories that others wrote: sqwire's own text file of before, and that of pgcli, mycli and
//! litecli (prompt_toolkit's: `# time`, then each line of the text behind a `+`).

use super::Entry;
use crate::calendar::days;
use crate::visible::is_control;

/// How a history file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// One entry a line, line breaks and backslashes escaped.
    Lines,
    PromptToolkit,
}

/// The entries of a text, oldest first. `utc_offset` is what its local times are ahead of UTC, in
/// seconds.
pub fn read(text: &str, style: Style, utc_offset: i64) -> Vec<Entry> {
    let mut entries = match style {
        Style::Lines => text.lines().map(|line| (0, unescaped(line))).collect(),
        Style::PromptToolkit => blocks(text, utc_offset),
    };
    entries.retain(|(_, text)| !text.trim().is_empty());
    let entry = |(time, text): (i64, String)| Entry {
        text: text.trim_end().to_string(),
        time,
        ..Entry::default()
    };
    entries.into_iter().map(entry).collect()
}

fn blocks(text: &str, utc_offset: i64) -> Vec<(i64, String)> {
    let mut entries: Vec<(i64, String)> = Vec::new();
    let mut time = 0;
    let mut begun = false;
    for line in text.lines() {
        if let Some(line) = line.strip_prefix('+') {
            let line = clean(line);
            match entries.last_mut() {
                Some((_, text)) if begun => {
                    text.push('\n');
                    text.push_str(&line);
                }
                _ => entries.push((time, line)),
            }
            begun = true;
            continue;
        }
        begun = false;
        if let Some(stamp) = line.strip_prefix("# ") {
            time = milliseconds(stamp).map_or(0, |at| at - utc_offset * 1000);
        }
    }
    entries
}

/// `2026-02-14 15:55:48.123456`, as if it were UTC.
fn milliseconds(stamp: &str) -> Option<i64> {
    let (date, time) = stamp.trim().split_once(' ')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.splitn(3, ':');
    let hour: i64 = time.next()?.parse().ok()?;
    let minute: i64 = time.next()?.parse().ok()?;
    let seconds: f64 = time.next()?.parse().ok()?;
    let valid = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute);
    let days = valid.then(|| days(year, month, day))?;
    Some(((days * 24 + hour) * 60 + minute) * 60_000 + (seconds * 1000.0) as i64)
}

/// Whoever else wrote to the file, no control character comes out of it.
fn clean(line: &str) -> String {
    line.chars()
        .filter(|c| *c == '\t' || !is_control(*c))
        .collect()
}

fn unescaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') | None => {}
                Some(other) => out.push(other),
            },
            '\t' => out.push('\t'),
            c if is_control(c) => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(text: &str, style: Style, offset: i64) -> Vec<(i64, String)> {
        let entries = read(text, style, offset);
        entries.into_iter().map(|e| (e.time, e.text)).collect()
    }

    #[test]
    fn a_history_of_prompt_toolkit_has_times_and_lines() {
        let text = "\n# 1970-01-02 00:00:01.500000\n+select 1;\n\n# 2024-02-29 12:30:00\n\
                    +select\n+  '\x1b[31m'\n+;\nnoise\n# nonsense\n+\\d\n+\n# x\n+ \n";
        assert_eq!(
            short(text, Style::PromptToolkit, 0),
            [
                (86_401_500, "select 1;".to_string()),
                (1_709_209_800_000, "select\n  '[31m'\n;".to_string()),
                (0, "\\d".to_string()),
            ]
        );
        let shifted = short("# 1970-01-01 02:00:00\n+a\n", Style::PromptToolkit, 7200);
        assert_eq!(shifted, [(0, "a".to_string())]);
    }

    #[test]
    fn lines_of_our_own_are_unescaped() {
        let text = "select 1;\nselect\\n2;\n\n'\\\\n'\na\x1b[31mb\u{202e}\n";
        let texts: Vec<String> = short(text, Style::Lines, 0)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(texts, ["select 1;", "select\n2;", "'\\n'", "a[31mb"]);
    }

    #[test]
    fn a_time_that_is_none_is_not_known() {
        for time in [
            "2024-02-9223372036854775807 00:00:00",
            "2024-13-01 00:00:00",
            "2024-02-01 9223372036854775807:00:00",
            "2024-02-01 00:-9223372036854775808:00",
            "2024-02-01",
        ] {
            let text = format!("# {time}\n+a\n");
            let read = short(&text, Style::PromptToolkit, 0);
            assert_eq!(read, [(0, "a".to_string())], "{time}");
        }
    }
}
