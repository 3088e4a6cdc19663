//! mysql's `prompt`.

use super::{Args, Done, Next, say};
use crate::session::Session;
use futures::FutureExt;

pub(super) fn prompt<'a>(session: &'a mut Session, args: Args<'a>) -> Done<'a> {
    async move {
        let text = args.raw.trim_start();
        let told = match text {
            "" => "Returning to default PROMPT of \\N [\\d]> ".to_string(),
            prompt => format!("PROMPT set to '{prompt}'"),
        };
        if session.is_mysql() {
            session.print(&format!("{told}\n"))?;
        } else {
            session.settings.prompt = prompt_of_mysql(text);
            // The space at its end, which the line has lost.
            if !text.is_empty() && !text.ends_with(' ') {
                session.settings.prompt.push(' ');
            }
            say(
                session,
                if text.is_empty() {
                    "The usual prompt."
                } else {
                    &told
                },
            );
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// A prompt of mysql's in our words. What means one thing to mysql and another to mycli means the
/// latter.
pub fn prompt_of_mysql(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let Some(letter) = rest[at + 1..].chars().next() else {
            rest = &rest[at..];
            break;
        };
        match letter {
            'U' => out.push_str("\\u@\\h"),
            'N' => out.push_str("\\{vendor}"),
            'v' => out.push_str("\\{server}"),
            'S' => out.push(';'),
            '\'' | '"' | ' ' => out.push(letter),
            other => out.extend(['\\', other]),
        }
        rest = &rest[at + 1 + letter.len_utf8()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_of_mysql_is_put_into_our_words() {
        for (theirs, ours) in [
            (r"\u@\h [\d]> ", r"\u@\h [\d]> "),
            (r"\U \N\_\v\S ", r"\u@\h \{vendor}\_\{server}; "),
            (r#"\'\ \"é\é\"#, r#"' "é\é\"#),
        ] {
            assert_eq!(prompt_of_mysql(theirs), ours);
        }
    }
}
