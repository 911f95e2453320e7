//! The styles of highlighted code: what a role looks like beside the plain text around it.
//!
//! Code is mostly plain: two hues of its own, else those of the page. Weight and dimness where there is
//! no colour.

use ratatui::style::{Color, Style};

use super::{Palette, Rgb, Theme};
use crate::app::ThemeName;
use crate::document::highlight::HighlightRole as Role;

/// A style a role, to be laid over the style of code.
#[derive(Clone, Copy, Debug)]
pub struct CodeStyles {
    keyword: Style,
    string: Style,
    number: Style,
    comment: Style,
    function: Style,
    kind: Style,
    attribute: Style,
    inserted: Style,
    deleted: Style,
    heading: Style,
}

impl CodeStyles {
    /// The style of a role.
    pub fn of(&self, role: Role) -> Style {
        match role {
            Role::Keyword | Role::Tag => self.keyword,
            Role::String => self.string,
            Role::Number | Role::Constant => self.number,
            Role::Comment => self.comment,
            Role::Function => self.function,
            Role::Type => self.kind,
            Role::Attribute => self.attribute,
            Role::Inserted => self.inserted,
            Role::Deleted => self.deleted,
            Role::Heading => self.heading,
        }
    }

    pub(super) fn coloured(palette: &Palette, colour: impl Fn(Rgb) -> Color) -> Self {
        let fg = |rgb| Style::new().fg(colour(rgb));
        Self {
            keyword: fg(palette.keyword),
            string: fg(palette.good),
            number: fg(palette.accent),
            comment: Theme::italic(fg(palette.dim)),
            function: fg(palette.link),
            kind: fg(palette.kind),
            attribute: fg(palette.link),
            inserted: fg(palette.good),
            deleted: fg(palette.bad),
            heading: Theme::bold(fg(palette.text)),
        }
    }

    pub(super) fn sixteen(name: ThemeName) -> Self {
        let fg = |colour| Style::new().fg(colour);
        // Yellow is hard to read on white, blue on black.
        let (number, name) = match name {
            ThemeName::Dark => (Color::Yellow, Color::Cyan),
            ThemeName::Light => (Color::Red, Color::Blue),
        };
        Self {
            keyword: fg(Color::Magenta),
            string: fg(Color::Green),
            number: fg(number),
            comment: Theme::italic(fg(Color::DarkGray)),
            function: fg(name),
            kind: fg(name),
            attribute: fg(name),
            inserted: fg(Color::Green),
            deleted: fg(Color::Red),
            heading: Theme::bold(Style::new()),
        }
    }

    pub(super) fn without_colour(dim: Style) -> Self {
        let plain = Style::new();
        let bold = Theme::bold(plain);
        Self {
            keyword: bold,
            string: plain,
            number: plain,
            comment: dim,
            function: plain,
            kind: plain,
            attribute: plain,
            inserted: plain,
            deleted: dim,
            heading: bold,
        }
    }
}
