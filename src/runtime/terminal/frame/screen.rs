//! What a terminal shows, cell by cell, in a form that is compared and sent fast.
//!
//! Knows ratatui's cells. A cell of ratatui is compared in some hundred steps, and a frame has thousands of them;
//! a [`Look`] is three words, in which what is not seen does not count.

use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::text::cluster_width;

/// What does not show on a blank.
pub(super) const UNSEEN: Modifier = Modifier::BOLD.union(Modifier::DIM).union(Modifier::ITALIC);
/// Bytes of text that stand in a look itself.
const SHORT: usize = 8;

/// What all cells of a terminal show.
#[derive(Debug, Default)]
pub(in crate::runtime::terminal) struct Screen {
    pub(super) area: Rect,
    looks: Vec<Look>,
    /// Texts that are too long for a look: of pictures and some emoji.
    long: Vec<Box<str>>,
}

/// What one cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// UTF-8, filled up with zeros; a zero and an index into the long texts where there is no room.
    text: [u8; SHORT],
    pub(super) style: Style,
    /// Columns that it takes.
    pub(super) columns: u8,
    pub(super) kind: Kind,
}

/// What sort of cell it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A cluster of text.
    Text,
    /// Nothing is seen of it but its ground.
    Blank,
    /// What takes as many columns as is said, whatever its text is.
    Forced,
    /// Under a picture that the terminal draws by itself.
    Covered,
    /// It is not known what the terminal shows: it differs from all that may come.
    Unknown,
}

/// How a terminal shows text (ECMA-48 SGR).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) fg: Colour,
    pub(super) bg: Colour,
    pub(super) underline: Colour,
    pub(super) modifier: Modifier,
}

/// A colour in one word. The default is the terminal's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Colour(u32);

impl Colour {
    const INDEXED: u32 = 1 << 24;
    const RGB: u32 = 2 << 24;
    const NAMED: u32 = 3 << 24;

    /// The colour in its parts again.
    pub(super) fn parts(self) -> Parts {
        let [kind, red, green, blue] = self.0.to_be_bytes();
        match u32::from(kind) << 24 {
            Self::INDEXED => Parts::Indexed(blue),
            Self::RGB => Parts::Rgb([red, green, blue]),
            Self::NAMED => Parts::Named(blue),
            _ => Parts::Default,
        }
    }
}

/// What a colour is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parts {
    /// The terminal's own.
    Default,
    /// One of the sixteen.
    Named(u8),
    /// One of the 256.
    Indexed(u8),
    /// Red, green and blue.
    Rgb([u8; 3]),
}

impl From<Color> for Colour {
    fn from(colour: Color) -> Self {
        let named = |index: u32| Self(Self::NAMED | index);
        match colour {
            Color::Reset => Self(0),
            Color::Rgb(red, green, blue) => Self(Self::RGB | u32::from_be_bytes([0, red, green, blue])),
            Color::Indexed(index) => Self(Self::INDEXED | u32::from(index)),
            Color::Black => named(0),
            Color::Red => named(1),
            Color::Green => named(2),
            Color::Yellow => named(3),
            Color::Blue => named(4),
            Color::Magenta => named(5),
            Color::Cyan => named(6),
            Color::Gray => named(7),
            Color::DarkGray => named(8),
            Color::LightRed => named(9),
            Color::LightGreen => named(10),
            Color::LightYellow => named(11),
            Color::LightBlue => named(12),
            Color::LightMagenta => named(13),
            Color::LightCyan => named(14),
            Color::White => named(15),
        }
    }
}

impl Look {
    /// A cell of which only the ground is seen.
    pub(super) fn blank(ground: Colour) -> Self {
        let style = Style { bg: ground, ..Style::default() };
        Self { text: short(b" "), style, columns: 1, kind: Kind::Blank }
    }

    /// Whether its text is one byte.
    pub(super) fn is_byte(&self) -> bool {
        self.text[0] != 0 && self.text[1] == 0
    }

    /// Its text where that is one byte.
    pub(super) fn byte(&self) -> u8 {
        self.text[0]
    }

    fn of(cell: &Cell, long: &mut Vec<Box<str>>) -> Self {
        let symbol = cell.symbol();
        let bytes = symbol.as_bytes();
        let is_plain = cell.diff_option == CellDiffOption::None;
        if bytes == b" " && is_plain && UNSEEN.contains(cell.modifier) {
            return Self::blank(cell.bg.into());
        }
        let (text, columns) = match bytes {
            [byte] => ([*byte, 0, 0, 0, 0, 0, 0, 0], 1),
            _ if bytes.len() <= SHORT => (short(bytes), cluster_width(symbol)),
            _ => {
                let index = long.len() as u32;
                long.push(symbol.into());
                let [a, b, c, d] = index.to_be_bytes();
                ([0, a, b, c, d, 0, 0, 0], cluster_width(symbol))
            }
        };
        let (kind, columns) = match cell.diff_option {
            CellDiffOption::Skip => (Kind::Covered, 1),
            CellDiffOption::ForcedWidth(width) => (Kind::Forced, usize::from(width.get())),
            _ => (Kind::Text, columns.max(1)),
        };
        let style = Style {
            fg: cell.fg.into(),
            bg: cell.bg.into(),
            underline: cell.underline_color.into(),
            modifier: cell.modifier,
        };
        Self { text, style, columns: u8::try_from(columns).unwrap_or(u8::MAX), kind }
    }
}

fn short(bytes: &[u8]) -> [u8; SHORT] {
    let mut text = [0; SHORT];
    for (to, from) in text.iter_mut().zip(bytes) {
        *to = *from;
    }
    text
}

impl Screen {
    /// Becomes what a frame shows.
    pub(in crate::runtime::terminal) fn take(&mut self, frame: &Buffer) {
        self.area = frame.area;
        self.looks.clear();
        self.long.clear();
        self.looks.extend(frame.content.iter().map(|cell| Look::of(cell, &mut self.long)));
    }

    /// As much of a terminal as the frame fills.
    pub(in crate::runtime::terminal) fn area(&self) -> Rect {
        self.area
    }

    /// Has a cell sent again with the next frame, whatever that shows.
    pub(in crate::runtime::terminal) fn forget(&mut self, x: u16, y: u16) {
        let at = usize::from(y) * usize::from(self.area.width) + usize::from(x);
        if x < self.area.width
            && let Some(look) = self.looks.get_mut(at)
        {
            look.kind = Kind::Unknown;
        }
    }

    /// The cells of one row.
    pub(super) fn row(&self, y: u16) -> &[Look] {
        let width = usize::from(self.area.width);
        self.looks.get(usize::from(y) * width..(usize::from(y) + 1) * width).unwrap_or_default()
    }

    /// The text of a cell of this screen.
    pub(super) fn text<'a>(&'a self, look: &'a Look) -> &'a str {
        if let [0, a, b, c, d, ..] = look.text {
            let index = u32::from_be_bytes([a, b, c, d]) as usize;
            return self.long.get(index).map_or("", |text| text);
        }
        let length = look.text.iter().position(|byte| *byte == 0).unwrap_or(SHORT);
        std::str::from_utf8(&look.text[..length]).unwrap_or_default()
    }

    /// Whether a cell of this screen looks as one of another.
    pub(super) fn is_same(&self, look: &Look, other: &Self, that: &Look) -> bool {
        if look.text[0] == 0 && that.text[0] == 0 {
            let as_that = Look { text: that.text, ..*look };
            return as_that == *that && self.text(look) == other.text(that);
        }
        look == that
    }
}
