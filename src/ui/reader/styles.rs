//! What a piece of text is → how it looks. Colours only by way of the theme.

use ratatui::style::{Modifier, Style};

use crate::document::shown::{AlertKind, Inline};
use crate::layout::Role;
use crate::ui::theme::Theme;

/// The style of a piece.
pub(super) fn style(role: Role, inline: Inline, theme: &Theme) -> Style {
    within(block(role, theme), role, inline, theme)
}

fn block(role: Role, theme: &Theme) -> Style {
    match role {
        Role::Title | Role::Heading(1) => Theme::bold(theme.accent),
        Role::Heading(2) | Role::Term => Theme::bold(theme.plain),
        Role::Heading(3) | Role::TableHeader => Theme::bold(theme.dim),
        Role::Heading(4) | Role::Quote => Theme::italic(theme.plain),
        Role::Heading(5) | Role::Caption | Role::Description => Theme::italic(theme.dim),
        Role::QuoteBar => theme.accent,
        Role::Heading(_)
        | Role::Bullet
        | Role::Number
        | Role::Task(_)
        | Role::CodeLabel
        | Role::Footnote
        | Role::Meta => theme.dim,
        Role::TableRule | Role::Rule | Role::Faint => theme.faint,
        Role::AlertBar(kind) => alert(kind, theme),
        Role::AlertTitle(kind) => Theme::bold(alert(kind, theme)),
        Role::Text | Role::Code | Role::TableCell | Role::Math => theme.plain,
    }
}

fn alert(kind: AlertKind, theme: &Theme) -> Style {
    match kind {
        // Without colours links are told by a line under them.
        AlertKind::Note => theme.link.remove_modifier(Modifier::UNDERLINED),
        AlertKind::Tip => theme.good,
        AlertKind::Important | AlertKind::Warning => theme.accent,
        AlertKind::Caution => theme.bad,
    }
}

fn within(mut style: Style, role: Role, inline: Inline, theme: &Theme) -> Style {
    if inline.contains(Inline::FAINT) {
        style = style.patch(theme.dim);
    }
    if inline.contains(Inline::IMAGE) {
        style = Theme::italic(style.patch(theme.dim));
    }
    if inline.contains(Inline::LINK) {
        style = style.patch(theme.link);
        // Tags under the title are told by their colour alone.
        if role != Role::Meta {
            style = style.add_modifier(Modifier::UNDERLINED);
        }
    }
    if inline.contains(Inline::FOOTNOTE) {
        style = style.patch(theme.link);
    }
    if inline.contains(Inline::STRONG) {
        style = Theme::bold(style);
    }
    if inline.contains(Inline::EMPHASIS) {
        // Emphasis within italics stands upright, as in print.
        style =
            if role == Role::Quote { style.remove_modifier(Modifier::ITALIC) } else { Theme::italic(style) };
    }
    if inline.contains(Inline::STRIKE) {
        style = style.add_modifier(Modifier::CROSSED_OUT);
    }
    if inline.contains(Inline::UNDERLINE) {
        style = style.add_modifier(Modifier::UNDERLINED);
    }
    if inline.contains(Inline::MARK) {
        style = style.patch(theme.mark);
    }
    if inline.contains(Inline::CODE) {
        // Without a ground of its own the chosen style is reversed, which would shout.
        style = match theme.chosen.bg {
            Some(ground) => style.bg(ground),
            // Dim alone is what captions are, and terminals differ in showing it.
            None => Theme::bold(style.patch(theme.dim)),
        };
    }
    style
}
