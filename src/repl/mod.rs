//! The prompt: read a text, run it, again. The only place that knows reedline.

mod ahead;
mod background;
mod bindings;
mod buffer;
mod colours;
mod completer;
mod editor;
mod edits;
mod escapes;
mod grid;
mod highlighter;
mod help;
mod hinter;
mod history;
mod keys;
mod menu;
mod news;
mod overlay;
mod paths;
mod plain;
mod prompt;
mod search;
mod server;
mod sight;
mod state;
mod text;
mod themes;
mod turn;
mod usage;
mod validator;
mod walk;

pub use completer::{setting_words, special_words};

use crate::command::may_leave;
use crate::edit::pairs::PAIRS;
use crate::error::{Error, Kind, Place, report};
use crate::output::{is_dumb, is_steerable, local_time_in, suspend, tell};
use crate::run::{Origin, run_text};
use crate::session::{ServerFacts, Session};
use crate::settings::Settings;
use crate::theme::Depth;
use crate::visible::visible_line;
use colours::Colours;
use history::{Entries, SqlHistory};
use reedline::{AutoPairs, CursorConfig, EditCommand, Reedline, ReedlineMenu, Signal};
use sight::Sight;
use state::{PromptText, Shared, State, Switches};
use std::io::IsTerminal;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

/// How often reedline looks around while the catalog is being read; otherwise it sleeps.
const POLL: std::time::Duration = std::time::Duration::from_millis(50);

/// Reads and runs until the user leaves; gives the exit status.
pub fn run(session: &mut Session, runtime: &Arc<Runtime>) -> u8 {
    let history = open_history(&session.settings);
    // From now on an interrupt ends a statement, never the program.
    let interrupts = runtime.block_on(async { signal(SignalKind::interrupt()) });
    if let Err(e) = interrupts {
        tell_error(&Error::io("watch for Ctrl-C", &e));
    }
    if let Err(e) = runtime.block_on(session.refresh_catalog()) {
        tell_error(&e);
    }
    let shared = Shared::new(State::new(
        session.dialect(),
        session.catalog(),
        switches(&session.settings),
    ));
    shared.lock().past.entries = history;
    if let Err(e) = session.ending.watch() {
        tell_error(&Error::io("watch the signals that end programs", &e));
    }
    shared.lock().ending = session.ending.clone();
    let mut editor = line_editor(session, &shared, runtime);
    let mut counter = usage::Counter::start(shared.lock().sources.usage.clone());
    loop {
        if let Err(e) = runtime.block_on(session.catch_up()) {
            tell_error(&e);
        }
        let server = server_facts(session, runtime);
        prepare(session, server, &shared);
        counter.on(usage_path(session));
        editor = ready(editor, session, &shared);
        let read = if is_dumb() {
            plain::read_line(session, runtime, &shared)
        } else {
            let _typing = session.ending.typing();
            editor.read_line(&prompt::SqlPrompt::new(&shared))
        };
        take_switches(session, &shared);
        news::release(&shared);
        match read {
            Ok(Signal::Success(text)) => {
                session.output.note_input(&text);
                counter.ran(&text, session.catalog().load_full());
                session.record.failed_at = None;
                let Some(text) = turn::run(session, runtime, &shared, &mut editor, text) else {
                    return 0;
                };
                shared.lock().past.failed = turn::failed_place(session, text);
            }
            Ok(Signal::CtrlC) => {
                shared.lock().painted.sight = Sight::default();
                session.query.buffer.clear();
            }
            Ok(Signal::CtrlD) if may_leave(session, "leave") => return 0,
            Ok(Signal::HostCommand(what)) => {
                beside_line(&what, session, runtime, &shared, &mut editor);
            }
            Ok(_) => {}
            Err(e) => {
                tell_error(&Error::io("read from the terminal", &e));
                return 1;
            }
        }
    }
}

/// The editor as the next line wants it: by the settings and the state of now.
fn ready(editor: Reedline, session: &Session, shared: &Shared) -> Reedline {
    let editor = news::listening(editor, shared);
    let editor = with_pairs(for_keys(editor, shared), session.settings.auto_pairs);
    let editor = turn::marked(editor, session, shared);
    let mut editor = take_ahead(editor, shared);
    let wake = editor.repaint_signal();
    shared.lock().repaint = Some(Box::new(move || wake.request_repaint()));
    editor
}

/// Does what a key asks for while the line stays as it is.
fn beside_line(
    what: &str,
    session: &mut Session,
    runtime: &Runtime,
    shared: &Shared,
    editor: &mut Reedline,
) {
    match what {
        keys::LINE_EDITOR => edit_line(editor, shared),
        keys::EXPLAIN => {
            below_line(editor, shared);
            let text = editor.current_buffer_contents();
            if let Err(e) = runtime.block_on(session.explain(false, text)) {
                tell_error(&e);
            }
        }
        keys::DESCRIBE => {
            let about = turn::about(editor, shared);
            below_line(editor, shared);
            runtime.block_on(run_text(session, &about, &Origin::whole(true)));
        }
        keys::SUSPEND => {
            below_line(editor, shared);
            suspend();
        }
        keys::SEARCH_HISTORY => turn::search_history(shared, editor),
        keys::LINE_AHEAD => shared.lock().ahead.enter(),
        _ => {}
    }
}

/// Where the uses of names on this database are kept; nowhere when the history is not.
fn usage_path(session: &Session) -> Option<std::path::PathBuf> {
    let kept = session.settings.history_size > 0 && !session.settings.private;
    kept.then(|| usage::path(session.dialect().name, session.status()))?
}

/// Puts what was typed ahead into the line; when it makes a whole statement, the editor is to send
/// that at once.
fn take_ahead(mut editor: Reedline, shared: &Shared) -> Reedline {
    let runs = shared.lock().write_ahead(&mut editor);
    editor.with_immediately_accept(runs)
}

/// Ctrl-X Ctrl-E: the line in the user's editor and back, without running it.
fn edit_line(editor: &mut Reedline, shared: &Shared) {
    // What the editor may say stands below the line.
    let rows = leave_line(editor, shared);
    match editor::edit(editor.current_buffer_contents()) {
        Ok(text) => {
            tell(&format!("\x1b[{rows}A"));
            set_text(editor, &text);
        }
        Err(e) => tell_error(&e),
    }
}

/// Goes below the line that stays on the screen, and below the rows that stood under it: from there
/// on the editor paints its line anew, and not over what is told now.
fn below_line(editor: &Reedline, shared: &Shared) {
    leave_line(editor, shared);
    tell(&"\r\n".repeat(shared.lock().painted.rows_below));
}

/// Goes so many rows down to the one below the line, and wipes what stood from there on.
fn leave_line(editor: &Reedline, shared: &Shared) -> usize {
    let mut state = shared.lock();
    let text = editor.current_buffer_contents();
    let behind =
        text.get(editor.current_insertion_point()..state.painted.sight.seen.end.min(text.len()));
    let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
    let rows = 1 + rows_behind(behind.unwrap_or_default(), columns);
    tell(&format!("{}\x1b[J", "\r\n".repeat(rows)));
    state.painted.sight = Sight::default();
    rows
}

/// Rows of the screen that a text has behind the one on which it begins.
fn rows_behind(text: &str, columns: usize) -> usize {
    let wrapped = |line: &str| text::width(line) / columns.max(1);
    text.matches('\n').count() + text.split('\n').skip(1).map(wrapped).sum::<usize>()
}

fn set_text(editor: &mut Reedline, text: &str) {
    editor.run_edit_commands(&[EditCommand::Clear, EditCommand::InsertString(text.into())]);
}

fn tell_error(error: &Error) {
    tell(&report(error, &Place::default()));
}

/// The editor with its parts. Cheap: nothing here waits for anything but two small files.
fn line_editor(session: &Session, shared: &Shared, runtime: &Arc<Runtime>) -> Reedline {
    shared.lock().sources.commands = crate::command::specs();
    let (bound, wrong) = bindings::read(&session.config.keys);
    shared.lock().bound = bound;
    shared.lock().abbreviations = session.config.abbreviations.clone();
    wrong.iter().for_each(tell_error);
    take_colours(&mut shared.lock(), Colours::of(&session.settings, None));
    shared.lock().past.entries.read_first();
    let mut editor = Reedline::create();
    for edit in edits::all(shared) {
        editor = editor.with_menu(edit);
    }
    editor
        .with_history(Box::new(SqlHistory(shared.clone())))
        .with_history_exclusion_prefix(Some(" ".into()))
        .with_highlighter(Box::new(highlighter::SqlHighlighter::new(shared.clone())))
        .with_validator(Box::new(validator::SqlValidator(shared.clone())))
        .with_hinter(Box::new(hinter::SqlHinter(shared.clone())))
        .with_completer(Box::new(completer::Waker::new(
            shared.clone(),
            runtime.clone(),
        )))
        .with_menu(ReedlineMenu::HistoryMenu(Box::new(menu::SqlMenu::new(
            shared.clone(),
        ))))
        .with_edit_mode(Box::new(keys::SqlKeys::new(shared.clone())))
        // Completes nothing; it is how the menu learns of keys that arrive together.
        .with_partial_completions(true)
        .with_quick_completions(false)
        // Without colours too: the styles have none then, and what is not a colour must not be
        // taken out of the text.
        .with_ansi_colors(true)
        .use_bracketed_paste(true)
        // Without it reedline asks the system for the working directory on each key.
        .with_cwd(Some(String::new()))
        .with_poll_interval(POLL)
}

/// Paints with these colours from now on; tells what is wrong with the theme.
fn take_colours(state: &mut State, colours: Colours) {
    let (styles, wrong) = colours.styles();
    state.styles = styles;
    state.colours = colours;
    if let Some(error) = wrong {
        tell_error(&error);
    }
}

/// Begins to read the history, while other things are being done.
fn open_history(settings: &Settings) -> Entries {
    let path = crate::history::path().filter(|_| settings.history_size > 0);
    Entries::open(path, settings.history_size)
}

/// The cursor's shape shows the mode of the vi keys, where standard output is the terminal that
/// reedline resets it on.
fn for_keys(editor: Reedline, shared: &Shared) -> Reedline {
    use crossterm::cursor::SetCursorStyle as Shape;
    if !std::io::stdout().is_terminal() {
        return editor;
    }
    let vi = shared.lock().switches.vi;
    editor.with_cursor_config(CursorConfig {
        vi_insert: Some(Shape::SteadyBar),
        vi_normal: Some(Shape::SteadyBlock),
        // Where vi is not used, the shape is the terminal's own and nobody speaks of it; `keys`
        // gives it back when vi is switched off.
        emacs: vi.then_some(Shape::DefaultUserShape),
        ..CursorConfig::default()
    })
}

/// Whether brackets and quotes close by themselves; the highlighter says where.
fn with_pairs(editor: Reedline, wanted: bool) -> Reedline {
    match wanted {
        true => editor.with_auto_pairs(AutoPairs::new(PAIRS.iter().copied())),
        false => editor.disable_auto_pairs(),
    }
}

/// Brings the shared state up to what the session is now.
fn prepare(session: &Session, server: ServerFacts, shared: &Shared) {
    let mut state = shared.lock();
    state
        .buffer
        .set_rules(session.dialect(), &session.query.delimiter);
    state.switches = switches(&session.settings);
    state.sources.variables = session
        .variables
        .iter()
        .map(|(n, _)| n.to_string())
        .collect();
    state.sources.favourites = crate::command::favourite_names();
    state.sources.settings = completer::setting_words();
    state.sources.specials = completer::special_words();
    state.menu_rows = session.settings.menu_rows;
    state.sources.catalog = session.catalog();
    state.server.watch_refresh(session.refreshing());
    state.server.status = session.status().clone();
    state.server.connected = session.is_connected();
    state.server.color = session.target().color;
    state.pending = !session.query.buffer.is_empty();
    let colours = Colours::of(&session.settings, state.background.light);
    if state.colours != colours {
        take_colours(&mut state, colours);
    }
    state.past.private = session.settings.private;
    state
        .past
        .ignore
        .clone_from(&session.settings.history_ignore);
    state.past.entries.place = session.history_place();
    state.past.entries.folder = crate::history::project();
    state.past.entries.catch_up();
    if let Some(why) = state.past.entries.take_failure() {
        let hint = "What is typed is recalled until this session ends. Once the file is mended or \
                    moved away, sessions keep it again.";
        tell_error(&Error::new(Kind::Io, why).with_hint(hint));
    }
    let facts = facts(session, server);
    state.prompt = prompt_text(&session.settings, &facts, state.styles.depth);
    state.server.facts = Some(facts);
    state.incoming.news = session.news();
    state.incoming.quiet = session.settings.quiet;
    state.ghost.clear();
    state.asked = false;
}

/// What the prompts can tell.
fn facts(session: &Session, server: ServerFacts) -> escapes::Facts {
    escapes::Facts {
        status: session.status().clone(),
        connected: session.is_connected(),
        read_only: session.target().read_only,
        production: session.is_production(),
        ssh: session.target().ssh.clone(),
        alias: session.target().alias.clone(),
        since: session.in_transaction_since(),
        server_start: server.started,
        pid: server.pid,
        last: session.last_run(),
        warnings: session.warnings(),
        time: local_time_in,
    }
}

/// Prompts and the terminal's title, as the settings have them.
fn prompt_text(settings: &Settings, facts: &escapes::Facts, depth: Depth) -> PromptText {
    let filled = |format: &str| match (escapes::expand(format, facts), depth) {
        (text, Depth::None) => escapes::without_colours(&text),
        (text, _) => text,
    };
    if !settings.terminal_title.is_empty() && is_steerable() {
        let title = escapes::expand(&settings.terminal_title, facts);
        tell(&format!("\x1b]2;{}\x07", visible_line(&title)));
    }
    PromptText {
        left: filled(&settings.prompt),
        right: settings.prompt_right.clone(),
        transient: filled(&settings.prompt_transient),
        status: settings.status_text.clone(),
        production: facts.production,
    }
}

/// What the server alone knows, where a prompt asks for it.
fn server_facts(session: &mut Session, runtime: &Runtime) -> ServerFacts {
    let settings = &session.settings;
    let formats = [
        &settings.prompt,
        &settings.prompt_right,
        &settings.prompt_transient,
        &settings.status_text,
        &settings.terminal_title,
    ];
    match formats.iter().any(|format| escapes::asks_server(format)) {
        true => runtime.block_on(session.server_facts()),
        false => ServerFacts::default(),
    }
}

fn switches(settings: &Settings) -> Switches {
    Switches {
        menu: settings.menu,
        multi_line: settings.multi_line,
        safe: settings.multi_line_mode == "safe",
        vi: settings.keys == "vi",
        suggestion: settings.suggestion,
        pane: settings.menu_pane,
        signature: settings.signature,
        status_line: settings.status_line,
    }
}

/// What the keys switched is a setting like any other.
fn take_switches(session: &mut Session, shared: &Shared) {
    let switches = shared.lock().switches;
    session.settings.menu = switches.menu;
    session.settings.multi_line = switches.multi_line;
    session.settings.keys = if switches.vi { "vi" } else { "emacs" }.into();
}
