//! What a shell asks when somebody presses Tab behind `sqwire`: what could stand at the end of the
//! command line, from the table of flags and the names of the saved connections. The scripts in
//! `completions/` send the words to `sqwire completions SHELL --words` and show the answer. Pure.

use super::args::definition;
use crate::format::{self, FORMATS};
use crate::settings::SETTINGS;
use clap::builder::PossibleValue;
use clap::{Arg, Command};

/// Something that can stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    text: String,
    help: String,
}

impl Candidate {
    fn new(text: impl Into<String>, help: &str) -> Candidate {
        Candidate {
            text: text.into(),
            help: help.to_string(),
        }
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Answer {
    candidates: Vec<Candidate>,
    /// The name of a file can stand there too.
    files: bool,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// Sends the line up to the cursor, and what it takes for the word there.
    Bash,
    /// These send the words behind the program's name, the one at the cursor last.
    Fish,
    Zsh,
}

/// The answer to `question`, each of whose parts ends in a NUL: a line that says whether files fit,
/// then a candidate a line. `names` are those of the saved connections.
pub(super) fn answer(asker: Asker, question: &str, names: &[&str]) -> String {
    let parts: Vec<&str> = question.split_terminator('\0').collect();
    let (words, before) = match (asker, parts.as_slice()) {
        (Asker::Bash, [line, own]) => {
            let words = words(line);
            let last = words.last().map_or("", String::as_str);
            // It replaces only what stands behind the last `=`, `:` or `@`.
            let before = last.strip_suffix(own).unwrap_or_default().to_string();
            (words.get(1..).unwrap_or_default().to_vec(), before)
        }
        (_, parts) => (parts.iter().map(|p| p.to_string()).collect(), String::new()),
    };
    let found = complete(&words, names);
    let mut out = String::from(if found.files { "files\n" } else { "\n" });
    for Candidate { text, help } in found.candidates {
        let own = text.strip_prefix(&before).unwrap_or(&text);
        out.push_str(&match asker {
            Asker::Bash => own.to_string(),
            _ if help.is_empty() => text,
            Asker::Fish => format!("{text}\t{help}"),
            Asker::Zsh => format!("{}:{help}", text.replace('\\', "\\\\").replace(':', "\\:")),
        });
        out.push('\n');
    }
    out
}

/// A line as a shell cuts it into words; the last one is what is being typed.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let literal = match (quote, c) {
            (Some(q), c) if q == c => {
                quote = None;
                continue;
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                continue;
            }
            (None, c) if c.is_whitespace() => {
                if words.last().is_some_and(|word| !word.is_empty()) {
                    words.push(String::new());
                }
                continue;
            }
            (Some('\''), c) => Some(c),
            (_, '\\') => chars.next(),
            (_, c) => Some(c),
        };
        if let Some(word) = words.last_mut() {
            word.extend(literal);
        }
    }
    words
}

/// How far the words before the last one lead.
struct Place<'c> {
    command: &'c Command,
    /// Words that are no flags, since the subcommand.
    positions: usize,
    /// The flag whose value comes next.
    awaited: Option<&'c Arg>,
}

impl<'c> Place<'c> {
    fn pass(&mut self, word: &str) {
        if self.awaited.take().is_some() {
            return;
        }
        if let Some(long) = word.strip_prefix("--") {
            if !long.contains('=') {
                self.awaited = self.long(long).filter(|arg| needs_value(arg));
            }
        } else if let Some(shorts) = word.strip_prefix('-').filter(|s| !s.is_empty()) {
            // What stands behind a flag that takes a value is its value.
            let taking = shorts
                .char_indices()
                .find_map(|(at, c)| Some((at + c.len_utf8(), self.short(c)?)))
                .filter(|(_, arg)| needs_value(arg));
            self.awaited = taking
                .filter(|(behind, _)| *behind == shorts.len())
                .map(|(_, arg)| arg);
        } else if let Some(sub) = self.subcommand(word) {
            self.command = sub;
        } else {
            self.positions += 1;
        }
    }

    fn subcommand(&self, word: &str) -> Option<&'c Command> {
        let may_follow = self.positions == 0;
        self.command.find_subcommand(word).filter(|_| may_follow)
    }

    fn long(&self, name: &str) -> Option<&'c Arg> {
        let mut flags = self.command.get_arguments();
        flags.find(|arg| longs(arg).any(|long| long == name))
    }

    /// The flag of that letter that takes a value; others stand before it in one word.
    fn short(&self, letter: char) -> Option<&'c Arg> {
        let mut flags = self.command.get_arguments();
        flags.find(|arg| arg.get_short() == Some(letter) && needs_value(arg))
    }
}

fn longs(arg: &Arg) -> impl Iterator<Item = &str> {
    let aliases = arg.get_visible_aliases().unwrap_or_default();
    arg.get_long().into_iter().chain(aliases)
}

fn needs_value(arg: &Arg) -> bool {
    let may_lack = arg.get_num_args().is_some_and(|n| n.min_values() == 0);
    arg.get_action().takes_values() && !may_lack
}

fn complete(words: &[String], names: &[&str]) -> Answer {
    let mut definition = definition();
    definition.build();
    let Some((typed, before)) = words.split_last() else {
        return Answer::default();
    };
    let mut place = Place {
        command: &definition,
        positions: 0,
        awaited: None,
    };
    for word in before {
        place.pass(word);
    }
    let mut answer = if let Some(arg) = place.awaited {
        values(arg, typed, names)
    } else if let Some((flag, value)) = typed.split_once('=').filter(|_| typed.starts_with("--")) {
        let arg = place.long(&flag[2..]).filter(|arg| needs_value(arg));
        let mut answer = arg.map_or(Answer::default(), |arg| values(arg, value, names));
        for candidate in &mut answer.candidates {
            candidate.text.insert_str(0, &format!("{flag}="));
        }
        answer
    } else if typed.starts_with('-') {
        flags(place.command)
    } else {
        let mut positions = place.command.get_positionals();
        let position = positions
            .nth(place.positions)
            .filter(|arg| !arg.is_hide_set());
        let mut answer = position.map_or(Answer::default(), |arg| values(arg, typed, names));
        if place.positions == 0 {
            answer.candidates.extend(subcommands(place.command));
        }
        answer
    };
    answer
        .candidates
        .retain(|c| c.text.starts_with(typed.as_str()));
    answer
}

fn flags(command: &Command) -> Answer {
    let mut candidates = Vec::new();
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        candidates.extend(longs(arg).map(|long| Candidate::new(format!("--{long}"), &help)));
        candidates.extend(
            arg.get_short()
                .map(|c| Candidate::new(format!("-{c}"), &help)),
        );
    }
    Answer {
        candidates,
        files: false,
    }
}

fn subcommands(command: &Command) -> impl Iterator<Item = Candidate> {
    let shown = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    shown.map(|sub| {
        let about = sub.get_about().map(ToString::to_string);
        Candidate::new(sub.get_name(), &about.unwrap_or_default())
    })
}

/// What an argument takes.
fn values(arg: &Arg, typed: &str, names: &[&str]) -> Answer {
    let candidates = match arg.get_id().as_str() {
        "target" => {
            let at = if typed.starts_with('@') { "@" } else { "" };
            let saved = |name: &&str| Candidate::new(format!("{at}{name}"), "saved connection");
            return Answer {
                candidates: names.iter().map(saved).collect(),
                files: at.is_empty(),
            };
        }
        "format" => {
            let built = FORMATS.iter().filter(|f| format::is_built(f.name));
            built.map(|f| Candidate::new(f.name, f.help)).collect()
        }
        "pset" => {
            let setting =
                |s: &crate::settings::Setting| Candidate::new(format!("{}=", s.name), s.help);
            SETTINGS.iter().map(setting).collect()
        }
        _ => {
            let possible = arg.get_possible_values();
            let named = |value: &PossibleValue| Candidate::new(value.get_name(), "");
            possible.iter().map(named).collect()
        }
    };
    let names = arg.get_value_names().unwrap_or_default();
    Answer {
        candidates,
        files: names.iter().any(|name| name == "FILE"),
    }
}

/// The script of a shell; none where it is clap's own.
pub(super) fn script(shell: clap_complete::Shell) -> Option<&'static str> {
    match shell {
        clap_complete::Shell::Bash => Some(BASH),
        clap_complete::Shell::Fish => Some(FISH),
        clap_complete::Shell::Zsh => Some(ZSH),
        _ => None,
    }
}

/// Who asks, by the name of the shell.
pub(super) fn asker(shell: clap_complete::Shell) -> Option<Asker> {
    match shell {
        clap_complete::Shell::Bash => Some(Asker::Bash),
        clap_complete::Shell::Fish => Some(Asker::Fish),
        clap_complete::Shell::Zsh => Some(Asker::Zsh),
        _ => None,
    }
}

// The words go through a pipe, because lists of processes show arguments.
const BASH: &str = r#"# Completions of sqwire for bash 4.4 and later. Source this file, or put it into
# ~/.local/share/bash-completion/completions/ under the name sqwire.

_sqwire() {
    local answer
    mapfile -t answer < <(printf '%s\0' "${COMP_LINE:0:COMP_POINT}" "$2" |
        "${1/#\~/$HOME}" completions bash --words 2>/dev/null)
    COMPREPLY=("${answer[@]:1}")
    if [[ ${answer[0]} != files ]]; then
        compopt +o default 2>/dev/null
        [[ ${#COMPREPLY[@]} -eq 1 && $COMPREPLY == *= ]] && compopt -o nospace 2>/dev/null
    elif [[ ${#COMPREPLY[@]} -gt 0 ]]; then
        # Without a candidate of ours the shell itself completes the name of a file.
        compopt -o filenames 2>/dev/null
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$2")
    fi
    return 0
}
complete -F _sqwire -o nosort -o default sqwire
"#;

const FISH: &str = r#"# Completions of sqwire for fish. Put this file into ~/.config/fish/completions/.

function __sqwire_words
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    # An open quote cannot be read so.
    set -l typed (string unescape -- "$token"; or printf '%s\n' "$token")
    set -l answer (printf '%s\0' $words[2..-1] "$typed" |
        $words[1] completions fish --words 2>/dev/null)
    set -q answer[2]; and printf '%s\n' $answer[2..-1]
    if test "$answer[1]" = files
        set -l flag (string match -r '^--[^=]*=' -- "$typed")
        for path in (__fish_complete_path (string replace -- "$flag" '' "$typed"))
            printf '%s\n' "$flag$path"
        end
    end
end
complete -c sqwire -f -k -a '(__sqwire_words)'
"#;

const ZSH: &str = r#"#compdef sqwire
# Completions of sqwire for zsh. Put this file into a folder of $fpath.

_sqwire() {
    local -a answer candidates
    local found=1
    answer=("${(@f)$(printf '%s\0' "${(@Q)words[2,CURRENT]}" |
        ${(Q)~words[1]} completions zsh --words 2>/dev/null)}")
    candidates=("${(@)answer[2,-1]}")
    if (( $#candidates )); then
        if [[ $#candidates -eq ${#${(M)candidates:#*=:*}} ]]; then
            _describe sqwire candidates -S '' && found=0
        else
            _describe sqwire candidates && found=0
        fi
    fi
    if [[ $answer[1] == files ]]; then
        compset -P '--*='
        _files && found=0
    fi
    return found
}

if [ "$funcstack[1]" = "_sqwire" ]; then
    _sqwire "$@"
else
    compdef _sqwire sqwire
fi
"#;

#[cfg(test)]
mod tests {
    use super::*;

    /// The candidates behind a line, and whether files fit.
    fn behind(line: &str) -> (Vec<String>, bool) {
        let answer = complete(&words(line), &["shop", "prod"]);
        let texts = answer.candidates.into_iter().map(|c| c.text);
        (texts.collect(), answer.files)
    }

    #[test]
    fn what_fits_is_offered_in_its_place() {
        let some: &[(&str, &[&str], bool)] = &[
            ("sh", &["shop"], true),
            ("@", &["@shop", "@prod"], false),
            ("my", &["my"], true),
            ("--csv sh", &["shop"], true),
            ("-f x.sql sh", &["shop"], true),
            ("-tAf x.sql sh", &["shop"], true),
            ("-tf", &[], false),
            ("shop m", &[], false),
            ("catalog s", &["shop"], true),
            ("--format js", &["json", "jsonl"], false),
            ("--format=js", &["--format=json", "--format=jsonl"], false),
            ("--color ", &["auto", "always", "never"], false),
            ("pg --on-error s", &["stop"], false),
            ("pg --on-er", &["--on-error"], false),
            ("pg --single-s", &["--single-step"], false),
            ("my --safe", &["--safe-updates"], false),
            ("-P bord", &["border="], false),
            ("-f ", &[], true),
            ("--file='a b", &[], true),
            ("--host ", &[], false),
            ("import my", &["mycli"], false),
            ("completions ba", &["bash"], false),
            ("completions bash --w", &[], false),
            ("trust ", &[], true),
            ("nowhere --cs", &["--csv"], false),
        ];
        for (line, expected, files) in some {
            let (found, file) = behind(line);
            assert_eq!(found, *expected, "{line}");
            assert_eq!(file, *files, "{line}");
        }
        let (all, files) = behind("");
        assert!(files && !all.iter().any(|text| text.starts_with('-')));
        assert!(all.iter().any(|text| text == "demo"), "{all:?}");
    }

    #[test]
    fn each_shell_is_answered_in_its_own_way() {
        for (asker, question, expected) in [
            (Asker::Bash, "sqwire @sh\0sh\0", "\nshop\n"),
            (Asker::Bash, "sqwire sh\0sh\0", "files\nshop\n"),
            (Asker::Bash, "sqwire --format=jsonl\0jsonl\0", "\njsonl\n"),
            (Asker::Bash, "sqwire 'my fi\0'my fi\0", "files\n"),
            (Asker::Fish, "--color\0au\0", "\nauto\n"),
            (
                Asker::Fish,
                "--format\0csv\0",
                "\ncsv\tcomma-separated values (RFC 4180)\n",
            ),
            (
                Asker::Zsh,
                "--format\0jsonl\0",
                "\njsonl:an object a line\n",
            ),
            (Asker::Zsh, "", "\n"),
        ] {
            assert_eq!(answer(asker, question, &["shop", "a:b"]), expected);
        }
        let named = answer(Asker::Zsh, "a\0", &["a:b"]);
        assert_eq!(named, "files\na\\:b:saved connection\n");
    }

    #[test]
    fn a_line_is_cut_as_shells_cut_it() {
        for (line, expected) in [
            ("", vec![""]),
            ("a b", vec!["a", "b"]),
            ("  a  b ", vec!["a", "b", ""]),
            ("a 'b c' \"d\\\"e\" f\\ g", vec!["a", "b c", "d\"e", "f g"]),
            ("a 'b c", vec!["a", "b c"]),
            ("a\\", vec!["a"]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }
}
