//! `/theme`: the list of themes, with a text of the user's in the colours of the selected one.

use super::highlighter::styled;
use super::overlay::Overlay;
use super::state::{Shared, State};
use super::text::{fit, pad, width};
use crate::command::theme_names;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::io;

/// What is shown in the colours where nothing was run yet.
const SAMPLE: &str = "-- what colours are for
select c.name, count(*) as orders, 'since ' || min(o.ordered_at)
from customers c join orders o on o.customer_id = c.id
where o.total > 99.5 and c.note is not null
group by c.name;";
/// Lines of that text at most.
const LINES: usize = 8;
/// Rows that are not the list's or the text's: title, keys, empty ones, menu, status line.
const FRAME: usize = 8;

/// The theme that the user takes, if any. What is chosen is painted at once.
pub(super) fn choose(shared: &Shared) -> io::Result<Option<String>> {
    let mut state = shared.lock();
    let names = theme_names();
    let ending = state.ending.clone();
    let mut overlay = Overlay::open(&ending, state.ahead.take())?;
    let before = (state.styles.clone(), state.colours.clone());
    let mut selected = names
        .iter()
        .position(|name| *name == before.1.theme)
        .unwrap_or(0);
    let text = sample(&state);
    let taken = loop {
        let mut colours = before.1.clone();
        colours.theme.clone_from(&names[selected]);
        state.styles = colours.styles().0;
        let (columns, rows) = overlay.size();
        overlay.paint(
            &screen(&mut state, &names, selected, &text, (columns, rows)),
            None,
        );
        match overlay.key()?.map(step) {
            Some(Step::To(place)) => selected = place(selected, names.len()),
            Some(Step::Take) => break Some(names[selected].clone()),
            Some(Step::Leave) => break None,
            Some(Step::Stay) | None => {}
        }
    };
    state.ahead.extend(overlay.close());
    // What is taken becomes a setting, and the styles are made from that.
    (state.styles, state.colours) = before;
    Ok(taken)
}

/// What a key does.
enum Step {
    /// From a place in a list of some length to another.
    To(fn(usize, usize) -> usize),
    Take,
    Leave,
    Stay,
}

fn step(key: KeyEvent) -> Step {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Esc | KeyCode::Char('q') => Step::Leave,
        KeyCode::Char('c' | 'd' | 'g') if control => Step::Leave,
        KeyCode::Enter | KeyCode::Tab => Step::Take,
        KeyCode::Down | KeyCode::Char('j') => Step::To(|at, length| (at + 1) % length),
        KeyCode::Char('n') if control => Step::To(|at, length| (at + 1) % length),
        KeyCode::Up | KeyCode::Char('k') => Step::To(|at, length| (at + length - 1) % length),
        KeyCode::Char('p') if control => Step::To(|at, length| (at + length - 1) % length),
        KeyCode::Home => Step::To(|_, _| 0),
        KeyCode::End => Step::To(|_, length| length - 1),
        _ => Step::Stay,
    }
}

/// The statement that was run last.
fn sample(state: &State) -> String {
    let entries = state.past.entries.newest_first();
    let statement = |text: &&str| !text.trim_start().starts_with(['/', '\\']);
    entries
        .into_iter()
        .find(statement)
        .unwrap_or(SAMPLE)
        .to_string()
}

/// The rows of the screen.
fn screen(
    state: &mut State,
    names: &[String],
    selected: usize,
    text: &str,
    (columns, rows): (usize, usize),
) -> Vec<String> {
    let lines = text.lines().take(LINES).count();
    let shown = rows.saturating_sub(FRAME + lines).clamp(1, names.len());
    let top = (selected + 1).saturating_sub(shown);
    let title = state.styles.prompt.bold().paint("themes");
    let mut out = vec![title.to_string()];
    let widest = names.iter().map(|name| width(name)).max().unwrap_or(0);
    for (at, name) in names.iter().enumerate().skip(top).take(shown) {
        let (mark, style) = match at == selected {
            true => (">", state.styles.menu_selected),
            false => (" ", state.styles.menu),
        };
        let row = format!("{mark}{} ", pad(name, widest));
        out.push(style.paint(fit(&row, columns)).to_string());
    }
    out.push(String::new());
    let cut: Vec<String> = text
        .lines()
        .take(LINES)
        .map(|line| fit(&line.replace('\t', "    "), columns.saturating_sub(4)))
        .collect();
    let cut = cut.join("\n");
    let painted = styled(state, &cut, 0).render_simple();
    for (at, line) in painted.lines().enumerate() {
        let prompt = state
            .styles
            .prompt
            .paint(if at == 0 { "=> " } else { "-> " });
        out.push(format!("{prompt}{line}"));
    }
    for (row, style, detail) in [
        (" customers  ", state.styles.menu, state.styles.menu_detail),
        (
            ">orders     ",
            state.styles.menu_selected,
            state.styles.menu_selected,
        ),
    ] {
        let (row, detail) = (style.paint(row), detail.paint("table  "));
        out.push(format!("     {row}{detail}"));
    }
    out.push(state.status_line(columns));
    out.resize(rows.saturating_sub(1), String::new());
    let keys = " Enter takes  Up and Down choose  Esc leaves";
    let keys = pad(keys, columns.saturating_sub(1));
    out.push(state.styles.status.paint(keys).to_string());
    out
}
