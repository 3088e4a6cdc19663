//! The colours that fit the settings and the terminal.

use crate::command::{own_theme, unknown_theme};
use crate::error::{Error, Kind};
use crate::settings::{Auto, Settings};
use crate::theme::{self, Depth, Styles};

/// What styles are made from: when it changes they are made again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Colours {
    pub(super) theme: String,
    background: String,
    color: Auto,
    /// Whether the terminal has said that its background is light.
    pub(super) light: Option<bool>,
}

impl Colours {
    pub(super) fn of(settings: &Settings, light: Option<bool>) -> Self {
        Colours {
            theme: settings.theme.clone(),
            background: settings.background.clone(),
            color: settings.color,
            light,
        }
    }

    /// Whether the terminal's background decides about them and nothing tells it.
    pub(super) fn want_background(&self) -> bool {
        let told = theme::light_background(std::env::var("COLORFGBG").ok().as_deref());
        self.theme.is_empty()
            && self.background == "auto"
            && told.is_none()
            && self.depth() != Depth::None
    }

    fn depth(&self) -> Depth {
        let variable = |name| std::env::var(name).ok();
        let (colorterm, term) = (variable("COLORTERM"), variable("TERM"));
        let depth =
            |no_color: Option<&str>| theme::depth(no_color, colorterm.as_deref(), term.as_deref());
        match self.color {
            Auto::Off => Depth::None,
            Auto::On => depth(None).max(Depth::Ansi16),
            Auto::Auto => depth(variable("NO_COLOR").as_deref()),
        }
    }

    /// The user's own theme file, or one of the program's; with what is wrong when it is neither,
    /// and then those of the usual one.
    pub(super) fn styles(&self) -> (Styles, Option<Error>) {
        let depth = self.depth();
        let light = match self.background.as_str() {
            "auto" => theme::light_background(std::env::var("COLORFGBG").ok().as_deref())
                .or(self.light)
                .unwrap_or(false),
            said => said == "light",
        };
        let usual = || theme::load(theme::usual(light), depth).unwrap_or_else(|_| Styles::plain());
        let own = own_theme(&self.theme);
        let bytes = own.as_deref().or(theme::embedded(&self.theme));
        match bytes.map(|bytes| theme::load(bytes, depth)) {
            Some(Ok(styles)) => (styles, None),
            Some(Err(why)) => (usual(), Some(Error::new(Kind::Config, why))),
            None if self.theme.is_empty() => (usual(), None),
            None => (usual(), Some(unknown_theme(&self.theme))),
        }
    }
}
