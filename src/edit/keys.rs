//! Every action that a key can have, and the key that has it: the table behind the prompt, the
//! configuration's `[keys]`, and `/keys`.
//!
//! Keys are named `ctrl-t`, `alt-enter`, `f5`, `shift-up`; a blank stands between keys that are
//! pressed one after the other. What is not in the table is typed, or a command of vi's.

use std::collections::BTreeMap;

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    Enter,
    OtherEnter,
    Run,
    NewLine,
    Interrupt,
    Leave,
    Complete,
    Explain,
    CompleteBack,
    OpenMenu,
    Next,
    Previous,
    PageNext,
    PagePrevious,
    Left,
    Right,
    WordLeft,
    WordRight,
    LineStart,
    LineEnd,
    Start,
    End,
    NextHistory,
    PreviousHistory,
    HistorySearch,
    DeleteLeft,
    Delete,
    DeleteWordLeft,
    DeleteWordRight,
    CutWordLeft,
    CutWordRight,
    CutToStart,
    CutToEnd,
    Paste,
    CopyLine,
    ClearLine,
    SwapLetters,
    Uppercase,
    Lowercase,
    Capitalize,
    SwapWords,
    DeleteBlanks,
    JoinLines,
    LastWord,
    AllCandidates,
    Literal,
    FindLetter,
    FindLetterBack,
    Match,
    Undo,
    Redo,
    SelectLeft,
    SelectRight,
    SelectUp,
    SelectDown,
    SelectWordLeft,
    SelectWordRight,
    SelectToLineStart,
    SelectToLineEnd,
    SelectToStart,
    SelectToEnd,
    SelectAll,
    Comment,
    Format,
    OneLine,
    Date,
    Time,
    BareDate,
    BareTime,
    UnixTime,
    UnixMicros,
    Shell,
    Describe,
    Editor,
    ToggleMenu,
    ToggleMultiLine,
    ToggleVi,
    Visual,
    ClearScreen,
    Suspend,
    Nothing,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    pub act: Act,
    pub name: &'static str,
    /// The keys that have it where the user has not chosen others.
    pub keys: &'static [&'static str],
    /// One line, lower case, no full stop.
    pub help: &'static str,
    /// The keys also count where vi's keys are commands.
    pub everywhere: bool,
    /// The keys that have it there alone.
    pub vi: &'static [&'static str],
}

const fn row(
    act: Act,
    name: &'static str,
    keys: &'static [&'static str],
    help: &'static str,
) -> Action {
    Action {
        act,
        name,
        keys,
        help,
        everywhere: false,
        vi: &[],
    }
}

const fn in_vi(vi: &'static [&'static str], action: Action) -> Action {
    Action { vi, ..action }
}

const fn everywhere(action: Action) -> Action {
    Action {
        everywhere: true,
        ..action
    }
}

/// Every action, as `/keys` lists them.
#[rustfmt::skip]
pub const ACTIONS: &[Action] = &[
    everywhere(row(Act::Enter, "enter", &["enter"], "take the selected candidate, run a complete statement, else begin a new line")),
    row(Act::OtherEnter, "other-enter", &["alt-enter"], "what Enter does not do: run the text as it stands, or begin a new line"),
    row(Act::Run, "run", &[], "run the text as it stands"),
    row(Act::NewLine, "new-line", &["shift-enter"], "begin a new line"),
    everywhere(row(Act::Interrupt, "interrupt", &["ctrl-c"], "give the line up; while a statement runs, cancel it")),
    everywhere(row(Act::Leave, "leave", &["ctrl-d"], "leave on an empty line, else delete the letter under the cursor")),
    row(Act::Complete, "complete", &["tab"], "select the next candidate, opening the menu; indent on a blank line"),
    row(Act::CompleteBack, "complete-back", &["shift-tab"], "select the candidate before"),
    row(Act::OpenMenu, "menu", &["ctrl-space", "alt-?", "alt-="], "open the menu, also where it does not open by itself"),
    row(Act::AllCandidates, "all-candidates", &["alt-*"], "insert every candidate, with commas between"),
    in_vi(&["j"], row(Act::Next, "next", &["down"], "the next candidate, line or entry of the history")),
    in_vi(&["k"], row(Act::Previous, "previous", &["up"], "the line or entry before; the candidate before once one is selected")),
    row(Act::PageNext, "page-next", &["pagedown"], "a page of candidates further"),
    row(Act::PagePrevious, "page-previous", &["pageup"], "a page of candidates back"),
    row(Act::Left, "left", &["left", "ctrl-b"], "a letter to the left"),
    row(Act::Right, "right", &["right", "ctrl-f"], "take the selected candidate, else a letter to the right; at the end take the grey suggestion"),
    row(Act::WordLeft, "word-left", &["ctrl-left", "alt-left", "alt-b"], "a word to the left"),
    row(Act::WordRight, "word-right", &["ctrl-right", "alt-right", "alt-f"], "a word to the right; at the end take a word of the suggestion"),
    row(Act::LineStart, "line-start", &["home", "ctrl-a"], "the start of the line"),
    row(Act::LineEnd, "line-end", &["end", "ctrl-e"], "the end of the line; there take the grey suggestion"),
    row(Act::Start, "start", &["ctrl-home", "alt-<"], "the start of the text"),
    row(Act::End, "end", &["ctrl-end", "alt->"], "the end of the text"),
    row(Act::NextHistory, "next-history", &["ctrl-n", "alt-n"], "the next entry of the history, also from the middle of a text; the next candidate"),
    row(Act::PreviousHistory, "previous-history", &["ctrl-p", "alt-p"], "the entry of the history before; the candidate before once one is selected"),
    in_vi(&["/", "?"], everywhere(row(Act::HistorySearch, "history-search", &["ctrl-r", "ctrl-s", "alt-r"], "search the history"))),
    row(Act::LastWord, "last-word", &["alt-.", "alt-_"], "insert the last word of the statement before; again, of the one before that"),
    row(Act::FindLetter, "find-letter", &["ctrl-]"], "go to the letter that is typed next"),
    row(Act::FindLetterBack, "find-letter-back", &["ctrl-alt-]"], "go back to the letter that is typed next"),
    in_vi(&["%"], row(Act::Match, "match", &[], "the other half of the pair: of brackets, of CASE and END")),
    row(Act::DeleteLeft, "delete-left", &["backspace", "ctrl-h"], "delete the letter before the cursor"),
    row(Act::Delete, "delete", &["delete"], "delete the letter under the cursor"),
    row(Act::DeleteWordLeft, "delete-word-left", &["alt-backspace", "ctrl-backspace", "alt-m"], "cut the word before the cursor"),
    row(Act::DeleteWordRight, "delete-word-right", &["alt-delete", "ctrl-delete"], "delete the word under the cursor"),
    row(Act::CutWordLeft, "cut-word", &["ctrl-w"], "cut what is before the cursor, up to a blank"),
    row(Act::CutWordRight, "cut-word-right", &["alt-d"], "cut the word under the cursor"),
    row(Act::CutToStart, "cut-to-start", &["ctrl-u"], "cut the line before the cursor"),
    row(Act::CutToEnd, "cut-to-end", &["ctrl-k"], "cut the rest of the line"),
    row(Act::Paste, "paste", &["ctrl-y"], "insert what was cut"),
    in_vi(&["Y"], row(Act::CopyLine, "copy-line", &[], "copy the line, to be inserted like what was cut")),
    row(Act::ClearLine, "clear-line", &[], "clear the text"),
    row(Act::SwapLetters, "swap-letters", &["ctrl-t"], "swap the letters around the cursor"),
    row(Act::Uppercase, "uppercase", &["alt-u"], "the word in capitals"),
    row(Act::Lowercase, "lowercase", &["alt-l"], "the word in small letters"),
    row(Act::Capitalize, "capitalize", &["alt-c"], "the word with a capital"),
    row(Act::SwapWords, "swap-words", &["alt-t"], "swap the words around the cursor"),
    row(Act::DeleteBlanks, "delete-blanks", &["alt-\\"], "delete the blanks around the cursor"),
    in_vi(&["J"], row(Act::JoinLines, "join-lines", &[], "put the line below behind this one")),
    row(Act::Literal, "literal", &["ctrl-q", "ctrl-v"], "insert the next key as it is: a tab, a new line"),
    row(Act::Undo, "undo", &["ctrl-_", "ctrl-x ctrl-u"], "undo"),
    row(Act::Redo, "redo", &["ctrl-g"], "do again what was undone"),
    row(Act::SelectLeft, "select-left", &["shift-left"], "select to the left"),
    row(Act::SelectRight, "select-right", &["shift-right"], "select to the right"),
    row(Act::SelectUp, "select-up", &["shift-up"], "select to the line above"),
    row(Act::SelectDown, "select-down", &["shift-down"], "select to the line below"),
    row(Act::SelectWordLeft, "select-word-left", &["ctrl-shift-left"], "select a word to the left"),
    row(Act::SelectWordRight, "select-word-right", &["ctrl-shift-right"], "select a word to the right"),
    row(Act::SelectToLineStart, "select-to-line-start", &["shift-home"], "select to the start of the line"),
    row(Act::SelectToLineEnd, "select-to-line-end", &["shift-end"], "select to the end of the line"),
    row(Act::SelectToStart, "select-to-start", &["ctrl-shift-home"], "select to the start of the text"),
    row(Act::SelectToEnd, "select-to-end", &["ctrl-shift-end"], "select to the end of the text"),
    row(Act::SelectAll, "select-all", &["ctrl-shift-a"], "select everything"),
    in_vi(&["g c", "#"], row(Act::Comment, "comment", &["alt-;", "alt-#"], "comment the lines out, or in again")),
    in_vi(&["g q"], row(Act::Format, "format", &["ctrl-x ctrl-f", "ctrl-x p"], "lay the text out over lines")),
    row(Act::OneLine, "one-line", &["ctrl-x u"], "put the text on one line"),
    row(Act::Date, "date", &["ctrl-x d", "ctrl-o ctrl-d"], "insert today's date, in quotes"),
    row(Act::Time, "time", &["ctrl-x t", "ctrl-o ctrl-t"], "insert date and time, in quotes"),
    row(Act::BareDate, "bare-date", &["ctrl-o d"], "insert today's date"),
    row(Act::BareTime, "bare-time", &["ctrl-o t"], "insert date and time"),
    row(Act::UnixTime, "unix-time", &["ctrl-o u"], "insert the seconds since 1970"),
    row(Act::UnixMicros, "unix-micros", &["ctrl-o ctrl-u"], "insert the microseconds since 1970"),
    row(Act::Shell, "shell", &["alt-!"], "begin a command of the shell, on an empty line"),
    in_vi(&["v"], everywhere(row(Act::Editor, "editor", &["ctrl-x ctrl-e"], "edit the text in $VISUAL or $EDITOR; it comes back unrun"))),
    everywhere(row(Act::Describe, "describe", &["f1"], "describe what the cursor is on: a relation, or the definition of a routine; the commands where it is on nothing")),
    everywhere(row(Act::Explain, "explain", &["f5"], "the plan of what is typed, or of the last query")),
    everywhere(row(Act::ToggleMenu, "toggle-menu", &["f2"], "whether the menu opens while typing")),
    everywhere(row(Act::ToggleMultiLine, "toggle-multi-line", &["f3"], "whether Enter begins a new line until a statement is complete")),
    everywhere(row(Act::ToggleVi, "toggle-vi", &["f4"], "vi's keys, or those of Emacs")),
    in_vi(&["V"], row(Act::Visual, "visual", &[], "begin a selection, as v does in vi")),
    everywhere(row(Act::ClearScreen, "clear-screen", &["ctrl-l"], "clear the screen")),
    everywhere(row(Act::Suspend, "suspend", &["ctrl-z"], "stop the program and go back to the shell; fg comes back to the line")),
    row(Act::Nothing, "nothing", &[], "nothing"),
];

/// The row of that name.
pub fn named(name: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|action| action.name == name)
}

/// The keys as they are now, with what each does: the actions in their order, with the keys that
/// `own` leaves to them or gives them, then what is typed by a key of the user's own.
pub fn listed(own: &BTreeMap<String, String>) -> Vec<(String, String, String)> {
    let mut rows = Vec::new();
    for action in ACTIONS {
        let left = action.keys.iter().filter(|key| !own.contains_key(**key));
        let given = own.iter().filter(|(_, value)| *value == action.name);
        let keys: Vec<&str> = given
            .map(|(key, _)| key.as_str())
            .chain(left.copied())
            .collect();
        let mut keys: Vec<String> = keys.into_iter().map(str::to_string).collect();
        keys.extend(
            action
                .vi
                .iter()
                .map(|key| format!("{} (vi)", key.replace(' ', ""))),
        );
        let (name, help) = (action.name.to_string(), action.help.to_string());
        rows.push((keys.join(", "), name, help));
    }
    for (key, value) in own.iter().filter(|(_, value)| named(value).is_none()) {
        let (verb, text) = match value.strip_suffix('\n') {
            Some(text) => ("run", text),
            None => ("type", value.as_str()),
        };
        rows.push((key.clone(), verb.into(), text.replace('\n', " ")));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_name_act_and_key_is_there_once() {
        let (mut names, mut keys) = (HashSet::new(), HashSet::new());
        for action in ACTIONS {
            assert!(names.insert(action.name), "{}", action.name);
            assert!(!action.help.ends_with('.'), "{}", action.name);
            assert!(
                action.keys.iter().all(|key| keys.insert(*key)),
                "{}",
                action.name
            );
        }
        let acts: HashSet<Act> = ACTIONS.iter().map(|a| a.act).collect();
        assert_eq!(acts.len(), ACTIONS.len());
    }

    #[test]
    fn the_users_own_keys_are_listed_where_they_count() {
        let own = [("f5", "undo"), ("ctrl-z", "nothing"), ("f6", "\\dt\n")];
        let own = own.map(|(a, b)| (a.to_string(), b.to_string())).into();
        let rows = listed(&own);
        let keys = |name: &str| rows.iter().find(|r| r.1 == name).map(|r| r.0.as_str());
        assert_eq!(keys("undo"), Some("f5, ctrl-_, ctrl-x ctrl-u"));
        assert_eq!(keys("nothing"), Some("ctrl-z"));
        assert_eq!(keys("run"), Some(""));
        assert_eq!(rows.last().map(|r| r.2.as_str()), Some("\\dt"));
    }
}
