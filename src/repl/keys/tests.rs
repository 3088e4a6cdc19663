//! Keys, and the events that they become.

use super::batch::ends_line;
use super::*;
use crate::repl::state::tests::state;

fn keys() -> (SqlKeys, Shared) {
    let shared = Shared::new(state());
    shared.lock().bound = bindings::read(&Default::default()).0;
    (SqlKeys::new(shared.clone()), shared)
}

fn press(keys: &mut SqlKeys, code: KeyCode, modifiers: KeyModifiers) -> ReedlineEvent {
    let event = Event::Key(KeyEvent::new(code, modifiers));
    keys.parse_event(ReedlineRawEvent::try_from(event).unwrap())
}

fn plain(keys: &mut SqlKeys, code: KeyCode) -> ReedlineEvent {
    press(keys, code, KeyModifiers::NONE)
}

fn control(keys: &mut SqlKeys, c: char) -> ReedlineEvent {
    press(keys, KeyCode::Char(c), KeyModifiers::CONTROL)
}

fn insert(c: char) -> ReedlineEvent {
    ReedlineEvent::Edit(vec![EditCommand::InsertChar(c)])
}

#[test]
fn a_letter_takes_what_is_selected_then_is_typed_then_opens_the_menu() {
    let (mut keys, shared) = keys();
    let menu = ReedlineEvent::Menu("sql".into());
    let accept = ReedlineEvent::MenuAccept;
    let event = plain(&mut keys, KeyCode::Char('a'));
    let expected = or_else(vec![accept.clone(), insert('a'), menu], insert('a'));
    assert_eq!(event, expected);
    shared.lock().switches.menu = false;
    let event = plain(&mut keys, KeyCode::Char('a'));
    assert_eq!(event, or_else(vec![accept, insert('a')], insert('a')));
}

#[test]
fn two_keys_open_the_editor_and_ctrl_x_alone_does_nothing() {
    let (mut keys, _) = keys();
    let editor = ReedlineEvent::ExecuteHostCommand("editor".into());
    assert_eq!(control(&mut keys, 'x'), ReedlineEvent::None);
    assert_eq!(control(&mut keys, 'e'), editor);
    assert_ne!(control(&mut keys, 'e'), editor);
    control(&mut keys, 'x');
    plain(&mut keys, KeyCode::Char('a'));
    assert_ne!(control(&mut keys, 'e'), editor);
}

#[test]
fn up_walks_the_history_until_a_row_is_selected() {
    let (mut keys, _) = keys();
    let history = closing(edits::hook(edits::UP));
    assert_eq!(plain(&mut keys, KeyCode::Up), history);
    plain(&mut keys, KeyCode::Tab);
    let menu =
        ReedlineEvent::UntilFound(vec![ReedlineEvent::MenuPrevious, edits::event(edits::UP)]);
    assert_eq!(plain(&mut keys, KeyCode::Up), menu);
    let entry = edits::event(edits::ENTRY_BACK);
    let menu = ReedlineEvent::UntilFound(vec![ReedlineEvent::MenuPrevious, entry]);
    assert_eq!(control(&mut keys, 'p'), menu);
    plain(&mut keys, KeyCode::Char('a'));
    let entry = closing(edits::hook(edits::ENTRY_BACK));
    assert_eq!(control(&mut keys, 'p'), entry);
}

#[test]
fn a_suggestion_is_taken_whole_or_by_the_word_and_never_twice() {
    let (mut keys, shared) = keys();
    let typed = |text: &str| {
        closing(ReedlineEvent::Edit(vec![EditCommand::InsertString(
            text.into(),
        )]))
    };
    shared.lock().ghost = "lect count(*)".into();
    assert_eq!(
        press(&mut keys, KeyCode::Right, KeyModifiers::ALT),
        typed("lect")
    );
    assert_eq!(
        press(&mut keys, KeyCode::Char('f'), KeyModifiers::ALT),
        typed(" count")
    );
    assert_eq!(plain(&mut keys, KeyCode::Right), typed("(*)"));
    assert_eq!(
        plain(&mut keys, KeyCode::Right),
        ReedlineEvent::UntilFound(vec![
            ReedlineEvent::MenuAccept,
            closing(ReedlineEvent::Right)
        ])
    );
}

#[test]
fn a_suggestion_stays_right_while_letters_come_fast() {
    let (mut keys, shared) = keys();
    shared.lock().ghost = "lect".into();
    plain(&mut keys, KeyCode::Char('l'));
    assert_eq!(shared.lock().ghost, "ect");
    plain(&mut keys, KeyCode::Char('x'));
    assert_eq!(shared.lock().ghost, "");
    shared.lock().ghost = "lect".into();
    plain(&mut keys, KeyCode::Left);
    assert_eq!(shared.lock().ghost, "");
}

#[test]
fn f_keys_switch_and_the_mode_follows() {
    let (mut keys, shared) = keys();
    for n in [2, 3, 4] {
        assert_eq!(plain(&mut keys, KeyCode::F(n)), ReedlineEvent::Repaint);
    }
    let switches = shared.lock().switches;
    assert!(!switches.menu && !switches.multi_line && switches.vi);
    assert_eq!(keys.edit_mode(), PromptEditMode::Vi(PromptViMode::Insert));
    plain(&mut keys, KeyCode::Esc);
    assert!(shared.lock().vi_normal);
    // In the normal mode letters are commands, and Tab is nothing.
    assert_eq!(plain(&mut keys, KeyCode::Tab), ReedlineEvent::None);
    plain(&mut keys, KeyCode::F(4));
    assert_eq!(keys.edit_mode(), PromptEditMode::Emacs);
}

#[test]
fn letters_and_the_esc_behind_them_are_obeyed_in_the_mode_they_were_typed_in() {
    let (mut keys, shared) = keys();
    shared.lock().switches.vi = true;
    keys.inner = edit_mode(true);
    plain(&mut keys, KeyCode::Char('a'));
    plain(&mut keys, KeyCode::Esc);
    let vi = PromptEditMode::Vi;
    assert_eq!(keys.edit_mode(), vi(PromptViMode::Insert), "for the batch");
    assert_eq!(keys.edit_mode(), vi(PromptViMode::Insert), "for the letter");
    assert_eq!(keys.edit_mode(), vi(PromptViMode::Normal));
    plain(&mut keys, KeyCode::Char('a'));
    assert_eq!(keys.edit_mode(), vi(PromptViMode::Insert));
    plain(&mut keys, KeyCode::Esc);
    assert_eq!(keys.edit_mode(), vi(PromptViMode::Normal));
}

#[test]
fn what_follows_the_end_of_a_line_waits_for_the_next() {
    let control_a = || bindings::edit(EditCommand::MoveToLineStart { select: false });
    for ends in ['j', 'c', 'r'] {
        let (mut keys, shared) = keys();
        assert!(ends_line(&control(&mut keys, ends)), "{ends}");
        for c in ['b', ';'] {
            assert_eq!(plain(&mut keys, KeyCode::Char(c)), ReedlineEvent::None);
        }
        assert_eq!(control(&mut keys, 'a'), ReedlineEvent::None);
        assert_eq!(plain(&mut keys, KeyCode::Enter), ReedlineEvent::None);
        plain(&mut keys, KeyCode::Char('c'));
        assert!(!shared.lock().ahead.is_empty());
        // With the end of the batch the line is another.
        keys.edit_mode();
        let size = Event::Resize(80, 24);
        let events = keys.parse_event(ReedlineRawEvent::try_from(size.clone()).unwrap());
        let ReedlineEvent::Multiple(events) = events else {
            panic!("{events:?}");
        };
        assert_eq!(events.len(), 5, "{events:?}");
        assert_eq!(events[2], control_a());
        assert!(ends_line(&events[3]));
        keys.edit_mode();
        let events = keys.parse_event(ReedlineRawEvent::try_from(size).unwrap());
        assert!(format!("{events:?}").contains("InsertChar('c')"));
        assert!(shared.lock().ahead.is_empty());
    }
}

#[test]
fn alt_enter_does_what_enter_does_not() {
    let (mut keys, shared) = keys();
    let alt = KeyModifiers::ALT;
    assert_eq!(press(&mut keys, KeyCode::Enter, alt), ReedlineEvent::Submit);
    keys.edit_mode();
    shared.lock().switches.multi_line = false;
    let newline = closing(ReedlineEvent::Edit(vec![EditCommand::InsertNewline]));
    assert_eq!(press(&mut keys, KeyCode::Enter, alt), newline);
}

#[test]
fn tab_indents_on_a_blank_line() {
    let (mut keys, shared) = keys();
    {
        let mut state = shared.lock();
        state.buffer.read("select\n  ");
        state.painted.cursor = 9;
    }
    let spaces = bindings::edit(EditCommand::InsertString("    ".into()));
    assert_eq!(plain(&mut keys, KeyCode::Tab), spaces);
}

#[test]
fn a_paste_neither_runs_nor_completes_nor_steers_the_terminal() {
    let (mut keys, _) = keys();
    let event = Event::Paste("select 1;\r\nselect\t2;\x1b[31m\r".into());
    let event = keys.parse_event(ReedlineRawEvent::try_from(event).unwrap());
    let text = "select 1;\nselect\t2;[31m\n".into();
    assert_eq!(
        event,
        closing(ReedlineEvent::Edit(vec![EditCommand::InsertString(text)]))
    );
}

#[test]
fn a_key_can_say_what_the_next_one_is_for() {
    let (mut keys, _) = keys();
    let select = false;
    for (c, key, command) in [
        ('q', KeyCode::Tab, EditCommand::InsertString("\t".into())),
        ('v', KeyCode::Enter, EditCommand::InsertNewline),
        (
            ']',
            KeyCode::Char('x'),
            EditCommand::MoveRightUntil { c: 'x', select },
        ),
        (
            '5',
            KeyCode::Char('x'),
            EditCommand::MoveRightUntil { c: 'x', select },
        ),
    ] {
        assert_eq!(control(&mut keys, c), ReedlineEvent::None);
        assert_eq!(plain(&mut keys, key), closing(bindings::edit(command)));
    }
    control(&mut keys, ']');
    assert_eq!(plain(&mut keys, KeyCode::Up), closing(ReedlineEvent::None));
    assert_ne!(plain(&mut keys, KeyCode::Up), closing(ReedlineEvent::None));
}

#[test]
fn what_only_edits_is_obeyed_as_often_as_the_digits_before_it_say() {
    let (mut keys, _) = keys();
    let alt = KeyModifiers::ALT;
    let once = control(&mut keys, 'b');
    press(&mut keys, KeyCode::Char('1'), alt);
    assert_eq!(
        press(&mut keys, KeyCode::Char('2'), alt),
        ReedlineEvent::None
    );
    let twelve = control(&mut keys, 'b');
    assert_eq!(twelve, or_else(vec![once.clone(); 12], once.clone()));
    assert_eq!(control(&mut keys, 'b'), once);
    press(&mut keys, KeyCode::Char('3'), alt);
    assert_eq!(control(&mut keys, 'c'), ReedlineEvent::CtrlC);
    // vi has counts of its own.
    plain(&mut keys, KeyCode::F(4));
    press(&mut keys, KeyCode::Char('3'), alt);
    assert_eq!(keys.count, 0);
}

#[test]
fn a_register_of_vi_is_no_command() {
    let (mut keys, _) = keys();
    plain(&mut keys, KeyCode::F(4));
    plain(&mut keys, KeyCode::Esc);
    for c in ['"', 'a'] {
        let event = plain(&mut keys, KeyCode::Char(c));
        assert!(event == ReedlineEvent::None || event == closing(ReedlineEvent::None));
    }
    assert!(!keys.inserts());
    let up = edits::event(edits::UP);
    plain(&mut keys, KeyCode::Char('3'));
    let walked = format!("{:?}", plain(&mut keys, KeyCode::Char('k')));
    assert_eq!(walked.matches(&format!("{up:?}")).count(), 3);
}
