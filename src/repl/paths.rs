//! File names for `\i`, `\o` and their like: the one source of candidates that reads the disk.

use crate::complete::{Candidate, Kind};
use std::path::PathBuf;

/// Entries of a folder that are looked at.
const MOST_ENTRIES: usize = 10_000;
const MOST_SHOWN: usize = 200;

/// What begins as `typed` does, sorted; folders with a slash behind them. Hidden files only when
/// the dot is typed.
pub(super) fn matching(typed: &str) -> Vec<Candidate> {
    let (folder, begin) = match typed.rfind('/') {
        Some(slash) => typed.split_at(slash + 1),
        None => ("", typed),
    };
    let Ok(entries) = std::fs::read_dir(place(folder)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries.take(MOST_ENTRIES).flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let hidden = name.starts_with('.') && !begin.starts_with('.');
        if name.starts_with(begin) && !hidden && !name.chars().any(crate::visible::is_control) {
            let is_folder = entry.path().is_dir();
            let slash = if is_folder { "/" } else { "" };
            found.push(Candidate {
                insert: format!("{folder}{name}{slash}"),
                label: format!("{name}{slash}"),
                kind: Kind::Path,
                detail: String::new(),
            });
        }
    }
    found.sort_by(|a, b| a.label.cmp(&b.label));
    found.truncate(MOST_SHOWN);
    found
}

fn place(folder: &str) -> PathBuf {
    if folder.is_empty() {
        return ".".into();
    }
    match (folder.strip_prefix("~/"), dirs::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => folder.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_that_begin_so_are_offered() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.sql", "ab.sql", ".hidden", "b.sql", "a\x1b"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("a_folder")).unwrap();
        let at = |rest: &str| {
            let found = matching(&format!("{}/{rest}", folder.path().display()));
            found.into_iter().map(|c| c.label).collect::<Vec<_>>()
        };
        assert_eq!(at("a"), ["a.sql", "a_folder/", "ab.sql"]);
        assert_eq!(at(".h"), [".hidden"]);
        assert_eq!(at("").len(), 4);
        assert!(matching("/no/such/folder/x").is_empty());
    }
}
