//! Roles → styles, for a dark and a light ground and for every depth of colour a terminal can have.
//!
//! One accent; weight and dimness instead of colour. The ground is painted where the terminal has enough
//! colours, so that contrast holds whatever the terminal's own ground is.

mod code;

use ratatui::style::{Color, Modifier, Style};

use crate::app::ThemeName;
pub use code::CodeStyles;

/// How many colours the terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// None: weight and dimness only (`NO_COLOR`, see no-color.org).
    None,
    /// The 16 of ECMA-48 and its kin.
    Sixteen,
    /// The xterm palette of 256.
    #[default]
    Indexed,
    /// 24 bits.
    True,
}

impl Depth {
    /// The colour nearest to it, where there are enough to choose from.
    fn colour(self, rgb: Rgb) -> Option<Color> {
        match self {
            Self::None | Self::Sixteen => None,
            Self::Indexed => Some(indexed(rgb)),
            Self::True => Some(Color::Rgb(rgb.0, rgb.1, rgb.2)),
        }
    }
}

/// Red, green, blue.
type Rgb = (u8, u8, u8);

/// The colours of one ground.
#[derive(Clone, Copy, Debug)]
struct Palette {
    ground: Rgb,
    text: Rgb,
    dim: Rgb,
    faint: Rgb,
    accent: Rgb,
    link: Rgb,
    good: Rgb,
    bad: Rgb,
    chosen: Rgb,
    panel: Rgb,
    mark: Rgb,
    /// What a person highlighted.
    highlight: Rgb,
    /// What is selected.
    selected: Rgb,
    /// Words of a programming language.
    keyword: Rgb,
    /// Names of types.
    kind: Rgb,
}

const DARK: Palette = Palette {
    ground: (0x11, 0x13, 0x18),
    text: (0xd5, 0xd8, 0xde),
    dim: (0x8b, 0x92, 0x9d),
    faint: (0x3b, 0x40, 0x48),
    accent: (0xe0, 0xaf, 0x68),
    link: (0x7a, 0xa2, 0xc8),
    good: (0x8f, 0xb5, 0x73),
    bad: (0xd0, 0x7f, 0x75),
    chosen: (0x23, 0x27, 0x2f),
    panel: (0x1d, 0x20, 0x26),
    mark: (0x4a, 0x3c, 0x1e),
    highlight: (0x24, 0x33, 0x24),
    selected: (0x1f, 0x2f, 0x42),
    keyword: (0xb3, 0x9d, 0xcf),
    kind: (0x7d, 0xb5, 0xae),
};

const LIGHT: Palette = Palette {
    ground: (0xfb, 0xfa, 0xf7),
    text: (0x24, 0x27, 0x2c),
    dim: (0x5f, 0x65, 0x6e),
    faint: (0xcf, 0xcd, 0xc7),
    accent: (0x8a, 0x55, 0x00),
    link: (0x1f, 0x5f, 0x99),
    good: (0x3a, 0x6b, 0x1f),
    bad: (0xa8, 0x32, 0x26),
    chosen: (0xec, 0xe9, 0xe2),
    panel: (0xf2, 0xf0, 0xea),
    mark: (0xf4, 0xe2, 0xb0),
    highlight: (0xe4, 0xf0, 0xd8),
    selected: (0xdb, 0xe8, 0xf5),
    keyword: (0x6c, 0x46, 0x9a),
    kind: (0x1b, 0x66, 0x61),
};

/// The styles of every role. Foreground styles carry no ground of their own, so that they can lie on
/// the screen, a panel or the chosen row alike; [`Theme::text`] carries the screen's ground.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// Plain text on the screen's ground.
    pub text: Style,
    /// Plain text, without a ground.
    pub plain: Style,
    /// Subordinate text.
    pub dim: Style,
    /// Rules, bars and other drawing that carries no words.
    pub faint: Style,
    /// The one accent: keys, the title, what is chosen.
    pub accent: Style,
    /// What leads somewhere.
    pub link: Style,
    /// Progress, and what is well.
    pub good: Style,
    /// What is excluded, removed or broken.
    pub bad: Style,
    /// The ground of the chosen row and of chips.
    pub chosen: Style,
    /// The ground of panels that lie over the screen.
    pub panel: Style,
    /// The ground of marked text.
    pub mark: Style,
    /// The ground of what a person highlighted.
    pub highlight: Style,
    /// The ground of what is selected.
    pub selected: Style,
    /// All that lies under a panel.
    pub dimmed: Style,
    /// The ground as pixels are mixed with it.
    ground: Rgb,
    depth: Depth,
    /// Highlighted code.
    pub code: CodeStyles,
}

impl Theme {
    /// The styles for a ground and a depth of colour.
    pub fn new(name: ThemeName, depth: Depth) -> Self {
        let palette = match name {
            ThemeName::Dark => DARK,
            ThemeName::Light => LIGHT,
        };
        match depth {
            Depth::None => Self::without_colour(),
            Depth::Sixteen => Self::sixteen(name),
            Depth::Indexed | Depth::True => Self::of(&palette, depth),
        }
    }

    /// The colour of a pixel (red, green, blue, alpha) over the ground, where there are enough colours
    /// for pictures. `strength` is how much of it is left, 0 to 255.
    pub fn pixel(&self, [red, green, blue, alpha]: [u8; 4], strength: u8) -> Option<Color> {
        let alpha = u32::from(alpha) * u32::from(strength) / 255;
        let mix = |value: u8, ground: u8| {
            ((u32::from(value) * alpha + u32::from(ground) * (255 - alpha) + 127) / 255) as u8
        };
        let (r, g, b) = self.ground;
        self.depth.colour((mix(red, r), mix(green, g), mix(blue, b)))
    }

    fn of(palette: &Palette, depth: Depth) -> Self {
        let colour = |rgb| depth.colour(rgb).unwrap_or_default();
        let fg = |rgb| Style::new().fg(colour(rgb));
        let bg = |rgb| Style::new().bg(colour(rgb));
        Self {
            text: fg(palette.text).bg(colour(palette.ground)),
            plain: fg(palette.text),
            dim: fg(palette.dim),
            faint: fg(palette.faint),
            accent: fg(palette.accent),
            link: fg(palette.link),
            good: fg(palette.good),
            bad: fg(palette.bad),
            chosen: bg(palette.chosen),
            panel: bg(palette.panel),
            mark: bg(palette.mark),
            highlight: bg(palette.highlight),
            selected: bg(palette.selected),
            dimmed: Style::new()
                .fg(colour(palette.faint))
                .bg(colour(palette.ground))
                .remove_modifier(Modifier::all()),
            ground: palette.ground,
            depth,
            code: CodeStyles::coloured(palette, colour),
        }
    }

    fn sixteen(name: ThemeName) -> Self {
        let fg = |colour| Style::new().fg(colour);
        let accent = match name {
            ThemeName::Dark => Color::Yellow,
            ThemeName::Light => Color::Blue,
        };
        // No grey of the 16 is a ground on which all the others can be read: a chosen row has its bar and
        // bold words instead.
        let bold = Style::new().add_modifier(Modifier::BOLD);
        Self {
            text: Style::new(),
            plain: Style::new(),
            dim: Style::new().add_modifier(Modifier::DIM),
            faint: fg(Color::DarkGray),
            accent: fg(accent),
            link: fg(Color::Cyan),
            good: fg(Color::Green),
            bad: fg(Color::Red),
            chosen: bold,
            panel: Style::new(),
            mark: Style::new().add_modifier(Modifier::REVERSED),
            highlight: Style::new().add_modifier(Modifier::UNDERLINED),
            selected: Style::new().add_modifier(Modifier::REVERSED),
            dimmed: fg(Color::DarkGray).remove_modifier(Modifier::all()),
            ground: (0, 0, 0),
            depth: Depth::Sixteen,
            code: CodeStyles::sixteen(name),
        }
    }

    fn without_colour() -> Self {
        let plain = Style::new();
        let dim = plain.add_modifier(Modifier::DIM);
        let reversed = plain.add_modifier(Modifier::REVERSED);
        Self {
            text: plain,
            plain,
            dim,
            faint: dim,
            accent: plain.add_modifier(Modifier::BOLD),
            link: plain.add_modifier(Modifier::UNDERLINED),
            good: plain,
            bad: plain,
            chosen: plain.add_modifier(Modifier::BOLD),
            panel: plain,
            mark: reversed,
            highlight: plain.add_modifier(Modifier::UNDERLINED),
            selected: reversed,
            dimmed: plain.remove_modifier(Modifier::all()).add_modifier(Modifier::DIM),
            ground: (0, 0, 0),
            depth: Depth::None,
            code: CodeStyles::without_colour(dim),
        }
    }

    /// The style in bold.
    pub fn bold(style: Style) -> Style {
        style.add_modifier(Modifier::BOLD)
    }

    /// The style in italics.
    pub fn italic(style: Style) -> Style {
        style.add_modifier(Modifier::ITALIC)
    }
}

/// The nearest colour of the xterm palette: its 6×6×6 cube or its 24 greys.
fn indexed((r, g, b): Rgb) -> Color {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let nearest = |value: u8| {
        (0..6_u8).min_by_key(|&index| STEPS[usize::from(index)].abs_diff(value)).unwrap_or_default()
    };
    let distance = |x: Rgb| {
        let part = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        part(x.0, r) + part(x.1, g) + part(x.2, b)
    };
    let cube = (nearest(r), nearest(g), nearest(b));
    let in_cube = (STEPS[usize::from(cube.0)], STEPS[usize::from(cube.1)], STEPS[usize::from(cube.2)]);
    let mean = (u32::from(r) + u32::from(g) + u32::from(b)) / 3;
    let grey = (mean.saturating_sub(3) / 10).min(23) as u8;
    let value = 8 + 10 * grey;
    if distance((value, value, value)) < distance(in_cube) {
        Color::Indexed(232 + grey)
    } else {
        Color::Indexed(16 + 36 * cube.0 + 6 * cube.1 + cube.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::highlight::HighlightRole;

    /// Relative luminance (WCAG 2.2).
    fn luminance((r, g, b): Rgb) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_style_that_carries_words_keeps_wcag_aa_on_every_ground() {
        for palette in [DARK, LIGHT] {
            for ground in [palette.ground, palette.panel, palette.chosen] {
                for words in
                    [palette.text, palette.dim, palette.accent, palette.link, palette.good, palette.bad]
                {
                    let ratio = contrast(words, ground);
                    assert!(ratio >= 4.5, "{words:x?} on {ground:x?}: {ratio:.2}");
                }
            }
            for ground in [palette.mark, palette.highlight, palette.selected] {
                assert!(contrast(palette.text, ground) >= 4.5);
            }
        }
    }

    #[test]
    fn no_color_means_no_colour_at_all() {
        let theme = Theme::new(ThemeName::Dark, Depth::None);
        let code = HighlightRole::ALL.map(|role| theme.code.of(role));
        let others = [theme.text, theme.dim, theme.accent, theme.link, theme.chosen, theme.panel, theme.bad];
        for style in others.into_iter().chain(code) {
            assert_eq!((style.fg, style.bg), (None, None));
        }
        assert!(theme.code.of(HighlightRole::Keyword).add_modifier.contains(Modifier::BOLD));
        assert!(theme.code.of(HighlightRole::Comment).add_modifier.contains(Modifier::DIM));
    }

    /// The red, green and blue of a colour of the theme.
    fn rgb(colour: Color) -> Rgb {
        let step = |index: u8| if index == 0 { 0 } else { 55 + 40 * index };
        match colour {
            Color::Rgb(r, g, b) => (r, g, b),
            Color::Indexed(grey @ 232..) => {
                (8 + 10 * (grey - 232), 8 + 10 * (grey - 232), 8 + 10 * (grey - 232))
            }
            Color::Indexed(cube) => {
                let cube = cube - 16;
                (step(cube / 36), step(cube / 6 % 6), step(cube % 6))
            }
            other => panic!("{other} is up to the terminal"),
        }
    }

    #[test]
    fn highlighted_code_keeps_wcag_aa_also_in_256_colours() {
        for name in [ThemeName::Dark, ThemeName::Light] {
            for depth in [Depth::True, Depth::Indexed] {
                let theme = Theme::new(name, depth);
                for role in HighlightRole::ALL {
                    let (words, ground) = (rgb(theme.code.of(role).fg.unwrap()), rgb(theme.text.bg.unwrap()));
                    let ratio = contrast(words, ground);
                    assert!(ratio >= 4.5, "{name:?} {depth:?} {role:?}: {ratio:.2}");
                }
            }
        }
    }
}
