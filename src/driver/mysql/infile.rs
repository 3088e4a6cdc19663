//! LOAD DATA LOCAL: the server asks for a file by name, and may ask whenever it likes. It gets the
//! file that the statement names, if it asks for just that one, and otherwise an empty one: an error
//! would make the client library close the connection.

use crate::error::{Error, Kind, Result, reason};
use crate::sql::{Token, TokenKind, dialect::MYSQL, lex};
use futures::future::{BoxFuture, FutureExt};
use futures::stream;
use mysql_async::prelude::GlobalHandler;
use mysql_async::{InfileData, LocalInfileError};
use std::fs::File;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is read from the file at once.
const PIECE: usize = 64 * 1024;

/// The file that the running statement names, and what became of the server's request.
#[derive(Debug, Clone, Default)]
pub(super) struct LocalFiles(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    named: Option<(String, File)>,
    failure: Option<Error>,
}

impl LocalFiles {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the file that a statement names, before the statement is sent.
    pub(super) fn name(&self, sql: &str) -> Result<()> {
        let mut state = self.lock();
        *state = State::default();
        if let Some(path) = named_file(sql) {
            let file = File::open(&path).map_err(|e| {
                let number = e.raw_os_error().unwrap_or_default();
                Error::file(format!("read the file \"{path}\""), &path, &e)
                    .with_code(format!("{number} (HY000)"))
            })?;
            if file.metadata().is_ok_and(|m| m.is_dir()) {
                let message = format!("could not read the file \"{path}\": it is a directory");
                return Err(Error::new(Kind::Io, message));
            }
            state.named = Some((path, file));
        }
        Ok(())
    }

    /// What went wrong with a file since the statement was sent.
    pub(super) fn take_failure(&self) -> Option<Error> {
        std::mem::take(&mut *self.lock()).failure
    }

    fn fail(&self, error: Error) {
        self.lock().failure = Some(error);
    }

    /// The next piece of the file; an end where it cannot be read further.
    fn piece(&self, file: &mut File, path: &str) -> Option<Vec<u8>> {
        let mut piece = vec![0; PIECE];
        match file.read(&mut piece) {
            Ok(0) => None,
            Ok(read) => {
                piece.truncate(read);
                Some(piece)
            }
            Err(e) => {
                let message = format!("could not read the file \"{path}\": {}", reason(&e));
                let error = Error::new(Kind::Io, message);
                self.fail(error.with_detail("What came before was loaded."));
                None
            }
        }
    }
}

impl GlobalHandler for LocalFiles {
    fn handle(
        &self,
        wanted: &[u8],
    ) -> BoxFuture<'static, std::result::Result<InfileData, LocalInfileError>> {
        let named = self.lock().named.take();
        let data: InfileData = match named {
            Some((path, file)) if path.as_bytes() == wanted => {
                let start = (self.clone(), file, path);
                Box::pin(stream::unfold(start, |(files, mut file, path)| {
                    let piece = files.piece(&mut file, &path);
                    std::future::ready(piece.map(|p| (Ok(p.into()), (files, file, path))))
                }))
            }
            _ => {
                self.fail(refused(&String::from_utf8_lossy(wanted)));
                Box::pin(stream::empty())
            }
        };
        async move { Ok(data) }.boxed()
    }
}

fn refused(file: &str) -> Error {
    Error::server(format!(
        "the server asked for the local file \"{file}\", which was refused"
    ))
    .with_detail("No row was loaded.")
    .with_hint(
        "Only a file that the statement itself names is sent: LOAD DATA LOCAL INFILE 'FILE'.",
    )
}

/// The file of a LOAD DATA LOCAL INFILE. What stands in `/*! … */` is not looked at.
pub(super) fn named_file(sql: &str) -> Option<String> {
    // Few statements hold the word at all, and some are very long.
    let infile = |word: &[u8]| word.eq_ignore_ascii_case(b"infile");
    if !sql
        .as_bytes()
        .windows("infile".len())
        .take(LOOKED_AT)
        .any(infile)
    {
        return None;
    }
    let tokens = lex(sql, &MYSQL);
    let mut tokens = tokens.iter().filter(|t| !t.is_trivia());
    let mut next = || tokens.next();
    let is = |token: Option<&Token>, words: &[&str]| {
        token.is_some_and(|t| words.iter().any(|w| t.text(sql).eq_ignore_ascii_case(w)))
    };
    if !is(next(), &["load"]) || !is(next(), &["data", "xml"]) {
        return None;
    }
    let mut word = next();
    if is(word, &["low_priority", "concurrent"]) {
        word = next();
    }
    if !is(word, &["local"]) || !is(next(), &["infile"]) {
        return None;
    }
    let file = next().filter(|t| t.kind == TokenKind::String && !t.open)?;
    unquoted(file.text(sql))
}

/// The word comes early, after comments at most.
const LOOKED_AT: usize = 64 * 1024;

/// The value of a string literal of MySQL's.
fn unquoted(literal: &str) -> Option<String> {
    let quote = literal.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(match chars.next()? {
                '0' => '\0',
                'b' => '\u{8}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'Z' => '\u{1a}',
                other => other,
            }),
            // A doubled quote is one.
            c if c == quote => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_file_that_a_statement_names_is_its_file() {
        for (sql, expected) in [
            (
                "load data local infile '/a.csv' into table t",
                Some("/a.csv"),
            ),
            (
                "LOAD DATA CONCURRENT LOCAL INFILE \"b\" INTO TABLE t",
                Some("b"),
            ),
            (
                "-- why\nload xml low_priority local infile 'x' into table t",
                Some("x"),
            ),
            (
                "load data local infile 'it''s\\\\n' into table t",
                Some("it's\\n"),
            ),
            ("load data infile '/tmp/a' into table t", None),
            ("/*! load data local infile '/a' into table t */", None),
            ("select 'load data local infile ''/etc/passwd'", None),
            ("load data local infile '/tmp/a", None),
            ("load", None),
            ("", None),
        ] {
            assert_eq!(named_file(sql).as_deref(), expected, "{sql}");
        }
    }
}
