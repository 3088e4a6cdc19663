//! The extended query protocol with values and results as text, which the client crate does not
//! have: the messages are written here, and the tap sends them in place of a query that stands for
//! them. What comes back is what a simple query brings, but for messages that are passed over.

use crate::driver::Extended;
use crate::error::{Error, Result};
use postgres_protocol::IsNull;
use postgres_protocol::message::frontend;
use std::io;

/// The query that the client crate sends: an empty one.
pub(super) const STAND_IN: &str = "";

/// The same as the bytes of its message.
pub(super) const STAND_IN_MESSAGE: &[u8] = b"Q\0\0\0\x05\0";

/// The messages for one statement, up to the Sync that ends them; within a pipeline up to a Flush.
pub(super) fn messages(sql: &str, what: &Extended) -> Result<Vec<u8>> {
    let mut buf = bytes::BytesMut::new();
    let (what, piped) = match what {
        Extended::Piped(inner) => (inner.as_ref(), true),
        what => (what, false),
    };
    let done = match what {
        Extended::Parse(name) => frontend::parse(name, sql, [], &mut buf),
        Extended::Run(values) => {
            frontend::parse("", sql, [], &mut buf).and_then(|()| run("", values, &mut buf))
        }
        Extended::RunPrepared(name, values) => run(name, values, &mut buf),
        Extended::Close(name) => frontend::close(b'S', name, &mut buf),
        Extended::Piped(_) | Extended::Sync => Ok(()),
    };
    done.map_err(|e| Error::usage(format!("the statement cannot be sent: {e}")))?;
    match piped {
        true => frontend::flush(&mut buf),
        false => frontend::sync(&mut buf),
    }
    Ok(buf.to_vec())
}

/// The kinds of messages with which the server has answered what is not ended by a Sync. After an
/// error it answers nothing before the next one.
pub(super) fn last_answers(what: &Extended) -> Option<&'static [u8]> {
    let Extended::Piped(inner) = what else {
        return None;
    };
    Some(match inner.as_ref() {
        Extended::Parse(_) => b"1E",
        Extended::Close(_) => b"3E",
        _ => b"CIsE",
    })
}

/// Binds, describes and executes.
fn run(statement: &str, values: &[String], buf: &mut bytes::BytesMut) -> io::Result<()> {
    let value = |value: &String, buf: &mut bytes::BytesMut| {
        buf.extend_from_slice(value.as_bytes());
        Ok(IsNull::No)
    };
    frontend::bind("", statement, [], values, value, [], buf).map_err(|e| match e {
        frontend::BindError::Serialization(e) => e,
        frontend::BindError::Conversion(e) => io::Error::other(e.to_string()),
    })?;
    frontend::describe(b'P', "", buf)?;
    frontend::execute("", 0, buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_that_stands_for_them_is_known_by_its_bytes() {
        let mut buf = bytes::BytesMut::new();
        frontend::query(STAND_IN, &mut buf).unwrap();
        assert_eq!(&buf[..], STAND_IN_MESSAGE);
    }

    #[test]
    fn each_kind_is_the_messages_that_psql_sends() {
        let kinds = |what: &Extended| {
            let messages = messages("select $1", what).unwrap();
            let mut rest = messages.as_slice();
            let mut kinds = String::new();
            while let Some((kind, after)) = rest.split_first() {
                kinds.push(char::from(*kind));
                let length = u32::from_be_bytes(*after.first_chunk().unwrap());
                rest = &after[length as usize..];
            }
            kinds
        };
        assert_eq!(kinds(&Extended::Parse("a".into())), "PS");
        assert_eq!(kinds(&Extended::Run(vec!["1".into()])), "PBDES");
        assert_eq!(kinds(&Extended::RunPrepared("a".into(), vec![])), "BDES");
        assert_eq!(kinds(&Extended::Close("a".into())), "CS");
        let piped = Extended::Piped(Box::new(Extended::Run(vec![])));
        assert_eq!(kinds(&piped), "PBDEH");
        assert_eq!(kinds(&Extended::Sync), "S");
        assert!(messages("a\0b", &Extended::Run(vec![])).is_err());
    }
}
