//! A theme file to one style for each class of token, and for the prompt's own parts.
//!
//! Themes are `.tmTheme` files (those of TextMate, Sublime Text and bat). syntect reads them and
//! answers which style a scope has; the tokens come from our own lexer. Colours are brought down
//! to what the terminal can show here, once, so that painting only looks styles up.

use nu_ansi_term::{Color, Style};
use std::io::Cursor;
use syntect::highlighting::{
    Color as ThemeColor, FontStyle, Highlighter, StyleModifier, Theme, ThemeSet, ThemeSettings,
};
use syntect::parsing::Scope;

/// The themes that are part of the program: name and file.
pub const THEMES: &[(&str, &[u8])] = &[
    (
        "sqwire-dark",
        include_bytes!("../themes/sqwire-dark.tmTheme"),
    ),
    (
        "sqwire-light",
        include_bytes!("../themes/sqwire-light.tmTheme"),
    ),
    (
        "sqwire-dusk",
        include_bytes!("../themes/sqwire-dusk.tmTheme"),
    ),
    (
        "sqwire-forest",
        include_bytes!("../themes/sqwire-forest.tmTheme"),
    ),
    (
        "sqwire-contrast",
        include_bytes!("../themes/sqwire-contrast.tmTheme"),
    ),
    (
        "sqwire-paper",
        include_bytes!("../themes/sqwire-paper.tmTheme"),
    ),
    (
        "sqwire-mist",
        include_bytes!("../themes/sqwire-mist.tmTheme"),
    ),
];

/// The names of the themes, for Tab.
pub static NAMES: [&str; THEMES.len()] = {
    let mut names = [""; THEMES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = THEMES[at].0;
        at += 1;
    }
    names
};

/// What a piece of text is, as far as its colour is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    Text,
    Keyword,
    Function,
    Type,
    String,
    Number,
    /// `NULL`, `TRUE`
    Constant,
    Comment,
    /// `:name`, `$1`, `@name`
    Variable,
    Operator,
    Punctuation,
    QuotedName,
    /// `\d`
    Command,
    /// The name of a relation that the database has.
    Relation,
    /// What a query calls a relation.
    Alias,
    Column,
    /// A quote that nothing closes, a bracket without its partner.
    Invalid,
}

/// Each class with the scope that themes know it by, in the order of the enum.
const SCOPES: &[(Class, &str)] = &[
    (Class::Text, "source.sql"),
    (Class::Keyword, "keyword.other.DML.sql"),
    (Class::Function, "support.function.sql"),
    (Class::Type, "storage.type.sql"),
    (Class::String, "string.quoted.single.sql"),
    (Class::Number, "constant.numeric.sql"),
    (Class::Constant, "constant.language.sql"),
    (Class::Comment, "comment.line.double-dash.sql"),
    (Class::Variable, "variable.parameter.sql"),
    (Class::Operator, "keyword.operator.sql"),
    (Class::Punctuation, "punctuation.separator.sql"),
    (Class::QuotedName, "entity.name.sql"),
    (Class::Command, "keyword.control.command.sql"),
    (Class::Relation, "entity.name.class.sql"),
    (Class::Alias, "variable.other.alias.sql"),
    (Class::Column, "variable.other.column.sql"),
    (Class::Invalid, "invalid.illegal.sql"),
];

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    None,
    Ansi16,
    Ansi256,
    True,
}

/// The styles of one theme at one depth.
#[derive(Debug, Clone, PartialEq)]
pub struct Styles {
    pub depth: Depth,
    classes: [Style; SCOPES.len()],
    /// A row of the completion menu, and what stands on its right.
    pub menu: Style,
    pub menu_detail: Style,
    pub menu_selected: Style,
    /// The status line below the text.
    pub status: Style,
    /// What deserves a look in the status line: an open transaction.
    pub status_alert: Style,
    /// The grey suggestion from the history.
    pub ghost: Style,
    pub prompt: Style,
    /// The pair of brackets at the cursor, on top of its own style.
    pub bracket_background: Option<Color>,
}

impl Styles {
    /// No colours at all: NO_COLOR, a dumb terminal.
    pub fn plain() -> Self {
        Styles {
            depth: Depth::None,
            classes: [Style::new(); SCOPES.len()],
            menu: Style::new(),
            menu_detail: Style::new(),
            menu_selected: Style::new(),
            status: Style::new(),
            status_alert: Style::new(),
            ghost: Style::new(),
            prompt: Style::new(),
            bracket_background: None,
        }
    }

    pub fn of(&self, class: Class) -> Style {
        self.classes[class as usize]
    }

    /// The style of a bracket whose partner is known.
    pub fn bracket(&self, class: Class) -> Style {
        let style = self.of(class);
        match self.bracket_background {
            Some(color) => style.bold().on(color),
            None if self.depth == Depth::None => style,
            None => style.bold().underline(),
        }
    }
}

/// A colour of the terminal's own palette, for the prompt of a saved connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptColor {
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    White,
}

impl PromptColor {
    /// The colour of that name.
    pub fn named(name: &str) -> Option<PromptColor> {
        Some(match name {
            "red" => PromptColor::Red,
            "green" => PromptColor::Green,
            "yellow" => PromptColor::Yellow,
            "blue" => PromptColor::Blue,
            "magenta" => PromptColor::Magenta,
            "cyan" => PromptColor::Cyan,
            "white" => PromptColor::White,
            _ => return None,
        })
    }

    /// The colour, where the terminal has any.
    pub fn on(self, depth: Depth) -> Option<Color> {
        let color = match self {
            PromptColor::Red => Color::Red,
            PromptColor::Green => Color::Green,
            PromptColor::Yellow => Color::Yellow,
            PromptColor::Blue => Color::Blue,
            PromptColor::Magenta => Color::Magenta,
            PromptColor::Cyan => Color::Cyan,
            PromptColor::White => Color::White,
        };
        (depth != Depth::None).then_some(color)
    }
}

/// The embedded theme of that name.
pub fn embedded(name: &str) -> Option<&'static [u8]> {
    let found = THEMES.iter().find(|(n, _)| *n == name);
    found.map(|(_, bytes)| *bytes)
}

/// The theme of those who chose none.
pub fn usual(light: bool) -> &'static [u8] {
    let name = if light { "sqwire-light" } else { "sqwire-dark" };
    embedded(name).unwrap_or(THEMES[0].1)
}

/// The styles of a `.tmTheme` file. Fails with a message for people when it is none.
pub fn load(bytes: &[u8], depth: Depth) -> Result<Styles, String> {
    if depth == Depth::None {
        return Ok(Styles::plain());
    }
    let theme = ThemeSet::load_from_reader(&mut Cursor::new(bytes))
        .map_err(|e| format!("the theme file cannot be read: {e}"))?;
    Ok(styles(&theme, depth))
}

/// How many colours to use, from the values of NO_COLOR, COLORTERM and TERM.
pub fn depth(no_color: Option<&str>, colorterm: Option<&str>, term: Option<&str>) -> Depth {
    let term = term.unwrap_or_default();
    if no_color.is_some_and(|v| !v.is_empty()) || term.is_empty() || term == "dumb" {
        return Depth::None;
    }
    let true_color = matches!(colorterm, Some("truecolor" | "24bit"));
    let direct = ["-direct", "kitty", "ghostty", "wezterm", "alacritty"];
    if true_color || direct.iter().any(|t| term.contains(t)) {
        return Depth::True;
    }
    match term.contains("256") {
        true => Depth::Ansi256,
        false => Depth::Ansi16,
    }
}

/// Whether the terminal's background is light, from the value of COLORFGBG (`15;0`), which rxvt,
/// Konsole and others set. `None` when it does not say.
pub fn light_background(colorfgbg: Option<&str>) -> Option<bool> {
    let background: u8 = colorfgbg?.rsplit(';').next()?.parse().ok()?;
    Some(background == 7 || (9..=15).contains(&background))
}

fn styles(theme: &Theme, depth: Depth) -> Styles {
    let highlighter = Highlighter::new(theme);
    let source = Scope::new("source.sql").ok();
    let class = |&(class, scope): &(Class, &str)| {
        if class == Class::Text {
            return Style::new();
        }
        let stack: Vec<Scope> = source.into_iter().chain(Scope::new(scope)).collect();
        style(highlighter.style_mod_for_stack(&stack), depth)
    };
    let mut classes = [Style::new(); SCOPES.len()];
    for (slot, scope) in classes.iter_mut().zip(SCOPES) {
        *slot = class(scope);
    }
    let keyword = classes[Class::Keyword as usize];
    let invalid = classes[Class::Invalid as usize].foreground;
    with_parts(classes, keyword, invalid, &theme.settings, depth)
}

/// Adds the prompt's own parts, coloured by the theme's general settings.
fn with_parts(
    classes: [Style; SCOPES.len()],
    keyword: Style,
    invalid: Option<Color>,
    settings: &ThemeSettings,
    depth: Depth,
) -> Styles {
    let color = |c: Option<ThemeColor>| c.and_then(|c| to_terminal(c, depth));
    let text = color(settings.foreground);
    let faint = color(settings.gutter_foreground).or(classes[Class::Comment as usize].foreground);
    let panel = color(settings.line_highlight);
    let row = Style {
        foreground: text,
        background: panel,
        ..Style::new()
    };
    // Without a colour for the panel (or where 16 colours cannot tell it from the background)
    // reversing is what still shows.
    let selected = match color(settings.selection).filter(|c| Some(*c) != panel) {
        Some(selection) => Style {
            background: Some(selection),
            ..row
        }
        .bold(),
        None => row.reverse(),
    };
    let faded = Style {
        foreground: faint,
        ..row
    };
    let alert = Style {
        foreground: invalid,
        ..row
    };
    Styles {
        depth,
        classes,
        menu: row,
        menu_detail: faded,
        menu_selected: selected,
        status: faded,
        status_alert: alert.bold(),
        ghost: Style {
            foreground: faint,
            ..Style::new()
        },
        prompt: keyword,
        bracket_background: color(settings.selection),
    }
}

fn style(modifier: StyleModifier, depth: Depth) -> Style {
    let font = modifier.font_style.unwrap_or_default();
    Style {
        foreground: modifier.foreground.and_then(|c| to_terminal(c, depth)),
        is_bold: font.contains(FontStyle::BOLD),
        is_italic: font.contains(FontStyle::ITALIC),
        is_underline: font.contains(FontStyle::UNDERLINE),
        ..Style::new()
    }
}

/// The 16 colours as xterm shows them, in their order.
const ANSI: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Purple, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::White, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightPurple, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::LightGray, [255, 255, 255]),
];

/// A theme's colour as the terminal can show it. bat's convention for themes that use the
/// terminal's own palette: alpha 0 makes red the number of the colour, alpha 1 is the default.
fn to_terminal(color: ThemeColor, depth: Depth) -> Option<Color> {
    let rgb = [color.r, color.g, color.b];
    match (color.a, depth) {
        (_, Depth::None) | (1, _) => None,
        (0, _) => Some(palette(color.r)),
        (_, Depth::True) => Some(Color::Rgb(color.r, color.g, color.b)),
        (_, Depth::Ansi256) => Some(Color::Fixed(nearest_256(rgb))),
        (_, Depth::Ansi16) => ANSI
            .iter()
            .min_by_key(|(_, c)| distance(rgb, *c))
            .map(|(c, _)| *c),
    }
}

fn palette(number: u8) -> Color {
    ANSI.get(usize::from(number))
        .map_or(Color::Fixed(number), |(c, _)| *c)
}

/// The nearest of the 6x6x6 cube and the 24 greys; the first 16 differ from terminal to terminal.
fn nearest_256(rgb: [u8; 3]) -> u8 {
    (16..=255u8)
        .min_by_key(|&n| distance(rgb, rgb_of_256(n)))
        .unwrap_or(16)
}

fn rgb_of_256(n: u8) -> [u8; 3] {
    if n >= 232 {
        return [8 + 10 * (n - 232); 3];
    }
    let n = n - 16;
    let level = |i: u8| if i == 0 { 0 } else { 55 + 40 * i };
    [level(n / 36), level(n / 6 % 6), level(n % 6)]
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter()
        .zip(b)
        .map(|(&x, y)| u32::from(x.abs_diff(y)).pow(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scopes_stand_in_the_order_of_the_classes() {
        for (n, (class, scope)) in SCOPES.iter().enumerate() {
            assert_eq!(*class as usize, n);
            assert!(Scope::new(scope).is_ok());
        }
    }

    #[test]
    fn every_embedded_theme_colours_every_class_at_every_depth() {
        for (name, bytes) in THEMES {
            for depth in [Depth::Ansi16, Depth::Ansi256, Depth::True] {
                let styles = load(bytes, depth).unwrap();
                for (class, _) in &SCOPES[1..] {
                    let style = styles.of(*class);
                    assert!(style.foreground.is_some(), "{name} {class:?} {depth:?}");
                }
                assert_ne!(styles.menu, styles.menu_selected, "{name} {depth:?}");
            }
        }
    }

    #[test]
    fn the_number_of_colours_follows_the_environment() {
        for (no_color, colorterm, term, expected) in [
            (None, Some("truecolor"), Some("xterm-256color"), Depth::True),
            (None, None, Some("xterm-256color"), Depth::Ansi256),
            (None, None, Some("xterm-kitty"), Depth::True),
            (None, None, Some("xterm"), Depth::Ansi16),
            (None, None, Some("linux"), Depth::Ansi16),
            (None, None, Some("dumb"), Depth::None),
            (None, None, None, Depth::None),
            (
                Some("1"),
                Some("truecolor"),
                Some("xterm-256color"),
                Depth::None,
            ),
            (Some(""), None, Some("tmux-256color"), Depth::Ansi256),
        ] {
            assert_eq!(depth(no_color, colorterm, term), expected);
        }
    }

    #[test]
    fn the_background_is_known_where_the_terminal_says_so() {
        for (value, expected) in [
            (None, None),
            (Some("15;0"), Some(false)),
            (Some("0;default;15"), Some(true)),
            (Some("12;8"), Some(false)),
            (Some("0;x"), None),
        ] {
            assert_eq!(light_background(value), expected);
        }
    }

    #[test]
    fn colours_are_brought_down_to_the_nearest() {
        let at = |r, g, b, a, depth| to_terminal(ThemeColor { r, g, b, a }, depth);
        assert_eq!(at(255, 0, 0, 255, Depth::Ansi256), Some(Color::Fixed(196)));
        assert_eq!(
            at(128, 128, 128, 255, Depth::Ansi256),
            Some(Color::Fixed(244))
        );
        assert_eq!(at(250, 5, 5, 255, Depth::Ansi16), Some(Color::LightRed));
        assert_eq!(at(4, 0, 0, 0, Depth::True), Some(Color::Blue));
        assert_eq!(at(0, 0, 0, 1, Depth::True), None);
    }

    #[test]
    fn a_file_that_is_no_theme_is_refused_in_words() {
        assert!(load(b"nonsense", Depth::True).is_err());
        assert!(load(b"", Depth::Ansi16).is_err());
        assert_eq!(load(b"nonsense", Depth::None), Ok(Styles::plain()));
    }
}
