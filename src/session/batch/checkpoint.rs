//! The file of a checkpoint: a line a value, texts with their length before them.

use super::{Mark, Position};
use crate::error::{Error, Kind, Result};
use crate::files;
use std::io::ErrorKind;
use std::path::Path;

const HEAD: &str = "sqwire checkpoint 1\n";

/// Replaces the file at once, so that it is whole whenever somebody looks. It is for its owner
/// alone: statements are in it.
pub(super) fn write(path: &Path, position: &Position) -> Result<()> {
    files::replace_with(path, text(position).as_bytes())
        .map_err(|e| Error::io(format!("write the checkpoint \"{}\"", path.display()), &e))
}

fn text(position: &Position) -> String {
    let Position {
        mark,
        line,
        statements,
        delimiter,
        database,
        settings,
    } = position;
    let mut out = format!(
        "{HEAD}bytes {}\nsum {:016x}\nline {line}\nstatements {statements}\n",
        mark.bytes, mark.sum
    );
    let texts = [("delimiter", delimiter), ("database", database)];
    let settings = settings.iter().map(|sql| ("setting", sql));
    for (name, text) in texts.into_iter().chain(settings) {
        out.push_str(&format!("{name} {}\n{text}\n", text.len()));
    }
    out
}

/// `None` where there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Position>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => {
            let what = format!("read the checkpoint \"{}\"", path.display());
            return Err(Error::io(what, &e));
        }
    };
    match parse(&text) {
        Some(position) => Ok(Some(position)),
        None => Err(Error::new(
            Kind::Config,
            format!("\"{}\" is no checkpoint of a script", path.display()),
        )
        .with_hint("Without --resume the script begins anew and replaces the file.")),
    }
}

fn parse(text: &str) -> Option<Position> {
    let mut rest = text.strip_prefix(HEAD)?;
    let mut position = Position {
        mark: Mark::default(),
        ..Position::default()
    };
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n')?;
        let (name, value) = line.split_once(' ')?;
        rest = after;
        match name {
            "bytes" => position.mark.bytes = value.parse().ok()?,
            "sum" => position.mark.sum = u64::from_str_radix(value, 16).ok()?,
            "line" => position.line = value.parse().ok()?,
            "statements" => position.statements = value.parse().ok()?,
            _ => {
                let length: usize = value.parse().ok()?;
                let text = rest.get(..length)?.to_string();
                rest = rest.get(length..)?.strip_prefix('\n')?;
                match name {
                    "delimiter" => position.delimiter = text,
                    "database" => position.database = text,
                    "setting" => position.settings.push(text),
                    _ => return None,
                }
            }
        }
    }
    (position.line > 0).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn position() -> Position {
        Position {
            mark: Mark {
                bytes: 1 << 40,
                sum: u64::MAX - 1,
            },
            line: 17,
            statements: 9,
            delimiter: "//".into(),
            database: "my\nshop".into(),
            settings: vec!["set names\nutf8".into(), String::new(), "bytes 7".into()],
        }
    }

    #[test]
    fn what_is_written_is_read_and_for_the_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("here");
        assert_eq!(read(&path).expect("no file"), None);
        for _ in 0..2 {
            write(&path, &position()).expect("written");
            assert_eq!(read(&path).expect("read"), Some(position()));
        }
        let mode = path.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let files = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(files, 1);
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let whole = text(&position());
        for cut in 0..whole.len() {
            if whole.is_char_boundary(cut) {
                // Between two texts a cut is not seen; nothing may panic.
                let _ = parse(&whole[..cut]);
            }
        }
        for text in ["", "bytes 7\n", &whole[..whole.len() - 1], &whole[1..]] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
