//! A password on the command line, which every user of the machine can read there: the program starts
//! itself again without it, and finds it in its environment, which only its owner can read.

use crate::driver::target::is_url;
use crate::driver::{Secret, Target};
use crate::output::PASSWORD_VARIABLE;
use std::ffi::OsString;

const WARNING: &str = "warning: a password on the command line stands in the shell's history, and \
                       other users can see it for a moment\nhint: Leave it out to be asked, or see \
                       password_command.\n";

/// Comes back only where there is no password, or where the program cannot be started again.
pub(super) fn passwords(arguments: &[OsString], at_terminal: bool) {
    let Some((clean, password)) = without_password(arguments) else {
        return;
    };
    if at_terminal {
        crate::output::tell(WARNING);
    }
    start_again(&clean, &password);
}

#[cfg(unix)]
fn start_again(arguments: &[OsString], password: &Secret) {
    use std::os::unix::process::CommandExt;
    let (Ok(program), Some((name, rest))) = (std::env::current_exe(), arguments.split_first())
    else {
        return;
    };
    // Where this fails the password stays where the user has put it.
    let _ = std::process::Command::new(program)
        .arg0(name)
        .args(rest)
        .env(PASSWORD_VARIABLE, password.reveal())
        .exec();
}

#[cfg(not(unix))]
fn start_again(_: &[OsString], _: &Secret) {}

/// Gives a target without a password what `start_again` has left for it.
pub(super) fn give(target: &mut Target) {
    let left = std::env::var(PASSWORD_VARIABLE).ok();
    if let (None, Some(left)) = (&target.password, left.filter(|p| !p.is_empty())) {
        target.password = Some(Secret::new(left));
    }
}

/// The arguments without the password in them, where there is just one.
fn without_password(arguments: &[OsString]) -> Option<(Vec<OsString>, Secret)> {
    let mysql = arguments.get(1).is_some_and(|a| a == "my");
    let mut found = None;
    let mut clean = Vec::with_capacity(arguments.len());
    let mut arguments = arguments.iter();
    clean.extend(arguments.next().cloned());
    while let Some(argument) = arguments.next() {
        let text = argument.to_str()?;
        let (rest, password) = match text {
            // What follows is a statement or a file.
            "-c" | "-e" | "-f" | "--command" | "--execute" | "--file" => {
                clean.push(argument.clone());
                clean.extend(arguments.next().cloned());
                continue;
            }
            _ if mysql && text.starts_with('-') => of_mysql(text),
            _ => of_target(text),
        };
        clean.extend(rest.map(OsString::from));
        match (password, &found) {
            (Some(_), Some(_)) => return None,
            (Some(password), None) => found = Some(password),
            (None, _) => {}
        }
    }
    Some((clean, Secret::new(found?)))
}

type Cut = (Option<String>, Option<String>);

fn of_mysql(text: &str) -> Cut {
    let short = text.strip_prefix("-p").filter(|p| !p.is_empty());
    let long = text.strip_prefix("--password=").filter(|p| !p.is_empty());
    match short.or(long) {
        Some(password) => (None, Some(password.to_string())),
        None => (Some(text.to_string()), None),
    }
}

/// A URL or a connection string.
fn of_target(text: &str) -> Cut {
    let whole = || (Some(text.to_string()), None);
    // What makes no sense is told by whoever reads it next.
    let Ok(target) = Target::parse(text) else {
        return whole();
    };
    let Some(password) = target.password.filter(|p| !p.reveal().is_empty()) else {
        return whole();
    };
    let rest = match text.split_once("://").filter(|_| is_url(text)) {
        Some((scheme, rest)) => url_without(rest).map(|rest| format!("{scheme}://{rest}")),
        None => words_without(text),
    };
    match rest {
        Some(rest) => (Some(rest), Some(password.reveal().to_string())),
        None => whole(),
    }
}

/// `user:password@host` as `user@host`. A password among the parameters stays.
fn url_without(rest: &str) -> Option<String> {
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (login, hosts) = rest[..end].rsplit_once('@')?;
    let (user, _) = login.split_once(':')?;
    Some(format!("{user}@{hosts}{}", &rest[end..]))
}

/// `host=h password=x` as `host=h`. One in quotes stays.
fn words_without(text: &str) -> Option<String> {
    if text.contains(['\'', '\\']) {
        return None;
    }
    let words = text.split_whitespace();
    let kept: Vec<&str> = words.filter(|w| !w.starts_with("password=")).collect();
    let rest = kept.join(" ");
    // It must have been there, and in one word.
    (!rest.contains("password") && !rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_cut_out_of_targets_and_flags() {
        for (given, expected) in [
            (
                "sqwire postgres://u:p%40w@h/d -c x",
                "sqwire postgres://u@h/d -c x | p@w",
            ),
            (
                "sqwire postgres://u:p@w@h?a=b",
                "sqwire postgres://u@h?a=b | p@w",
            ),
            ("sqwire postgres://u@h/d", "none"),
            ("sqwire postgres://u:@h/d", "none"),
            ("sqwire postgres://h/d?x=y:z@w", "none"),
            ("sqwire my -psecret db", "sqwire my db | secret"),
            ("sqwire my --password=s db", "sqwire my db | s"),
            ("sqwire my -p db", "none"),
            ("sqwire my -e -psecret", "none"),
            ("sqwire pg -psecret", "none"),
            ("sqwire x.db -c postgres://u:p@h", "none"),
            ("sqwire x.db", "none"),
        ] {
            let words: Vec<OsString> = given.split(' ').map(OsString::from).collect();
            let got = match without_password(&words) {
                Some((clean, password)) => {
                    let clean: Vec<_> = clean.iter().filter_map(|w| w.to_str()).collect();
                    format!("{} | {}", clean.join(" "), password.reveal())
                }
                None => "none".into(),
            };
            assert_eq!(got, expected, "{given}");
        }
        let words = ["sqwire", "host=h password=x user=u"].map(OsString::from);
        let (clean, password) = without_password(&words).expect("one");
        assert_eq!(clean[1], "host=h user=u");
        assert_eq!(password.reveal(), "x");
        let words = ["sqwire", "host=h password='a b'"].map(OsString::from);
        assert!(without_password(&words).is_none());
    }
}
