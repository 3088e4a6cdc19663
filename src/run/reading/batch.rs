//! A long script is told how far it is.

use super::Reading;
use crate::run::failure::{Failed, stops};
use crate::run::{Flow, Origin, copy};
use crate::session::Session;
use crate::sql::mysql::delimiter_argument;
use crate::sql::{Effect, Part, TokenKind};

impl Reading<'_> {
    /// Reads on to where what ends statements is known for byte `end`.
    fn see_delimiters(&mut self, end: usize) {
        while let Some(token) = self
            .tokens
            .get(self.seen)
            .filter(|t| (t.start as usize) < end)
        {
            self.seen += 1;
            if token.kind == TokenKind::Delimiter
                && let Some(delimiter) = delimiter_argument(token.text(self.text))
            {
                self.delimiter = delimiter.to_string();
            }
        }
    }

    /// Tells a long script that a part of it is over.
    pub(super) fn tell_batch(
        &mut self,
        session: &mut Session,
        part: &Part<'_>,
        result: &std::result::Result<Option<Flow>, Failed>,
        origin: &Origin<'_>,
    ) -> std::result::Result<(), Flow> {
        if session.batch.is_none() || origin.depth > 0 || !origin.inline {
            return Ok(());
        }
        let stops = match result {
            Err(_) => stops(session, origin) || !session.is_connected(),
            Ok(flow) => matches!(flow, Some(Flow::Stop(_))),
        };
        if stops {
            return Ok(());
        }
        let data = matches!(result, Ok(Some(Flow::Data(_) | Flow::Answer(_))));
        let end = match data {
            true => copy::line_end(self.text, part),
            false => self.from,
        };
        let passed = &self.text[std::mem::replace(&mut self.told, end)..end];
        let sent = match part {
            Part::Sql(s) => Some((
                s.text,
                if result.is_ok() {
                    s.effect
                } else {
                    Effect::Unknown
                },
            )),
            Part::Command(_) => None,
        };
        let kept = match data {
            // Its data are still to come.
            true => {
                session.batch_passed(passed);
                Ok(())
            }
            false => {
                self.see_delimiters(end);
                session.batch_step(passed, sent, &self.delimiter)
            }
        };
        kept.map_err(|error| {
            session.complain(&error);
            Flow::Stop(error.kind)
        })
    }
}
