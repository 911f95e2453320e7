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

/// What one cell shows, in three words that are compared as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// UTF-8, first byte lowest, filled up with zeros; where there is no room, a zero byte and above it an index
    /// into the long texts.
    text: u64,
    /// From the lowest bit on: the colour of the text, and that of the ground.
    colours: u64,
    /// From the lowest bit on: the colour of the underline, the modifier, the columns that it takes, its kind.
    rest: u64,
}

/// Where the parts of a look's last word begin.
const MODIFIER: u32 = 32;
const COLUMNS: u32 = 48;
const KIND: u32 = 56;

/// What sort of cell it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
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
    Unknown = u8::MAX,
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
    #[inline]
    fn from(colour: Color) -> Self {
        // These two are those of most frames, and are told at once.
        match colour {
            Color::Rgb(red, green, blue) => Self(Self::RGB | u32::from_be_bytes([0, red, green, blue])),
            Color::Reset => Self(0),
            palette => Self::of_palette(palette),
        }
    }
}

impl Colour {
    #[inline(never)]
    fn of_palette(colour: Color) -> Self {
        let named = |index: u32| Self(Self::NAMED | index);
        match colour {
            Color::Reset | Color::Rgb(..) => Self(0),
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
        Self::styled(u64::from(b' '), style, 1, Kind::Blank)
    }

    fn styled(text: u64, style: Style, columns: u8, kind: Kind) -> Self {
        let Style { fg, bg, underline, modifier } = style;
        Self {
            text,
            colours: u64::from(fg.0) | u64::from(bg.0) << 32,
            rest: u64::from(underline.0)
                | u64::from(modifier.bits()) << MODIFIER
                | u64::from(columns) << COLUMNS
                | (kind as u64) << KIND,
        }
    }

    /// Columns that it takes.
    pub(super) fn columns(&self) -> u16 {
        u16::from((self.rest >> COLUMNS) as u8)
    }

    /// What sort of cell it is.
    pub(super) fn kind(&self) -> Kind {
        match self.rest >> KIND {
            0 => Kind::Text,
            1 => Kind::Blank,
            2 => Kind::Forced,
            3 => Kind::Covered,
            _ => Kind::Unknown,
        }
    }

    /// Whether its text is one byte.
    pub(super) fn is_byte(&self) -> bool {
        (1..0x100).contains(&self.text)
    }

    /// Its text where that is one byte.
    pub(super) fn byte(&self) -> u8 {
        self.text as u8
    }

    /// The colour of its ground.
    pub(super) fn ground(&self) -> Colour {
        Colour((self.colours >> 32) as u32)
    }

    /// How it is shown.
    pub(super) fn style(&self) -> Style {
        Style {
            fg: Colour(self.colours as u32),
            bg: self.ground(),
            underline: Colour(self.rest as u32),
            modifier: Modifier::from_bits_retain((self.rest >> MODIFIER) as u16),
        }
    }

    /// Where its text stands among the long ones, if it does.
    fn long(&self) -> Option<usize> {
        (self.text.trailing_zeros() >= u8::BITS).then_some((self.text >> u8::BITS) as usize)
    }

    #[inline]
    fn of(cell: &Cell, long: &mut Vec<Box<str>>) -> Self {
        let symbol = cell.symbol();
        let (text, columns) = match symbol.as_bytes() {
            [byte] => (u64::from(*byte), 1),
            bytes => (packed(bytes, long), cluster_width(symbol).max(1)),
        };
        let (kind, columns) = match cell.diff_option {
            CellDiffOption::None if text == u64::from(b' ') && UNSEEN.contains(cell.modifier) => {
                return Self::blank(cell.bg.into());
            }
            CellDiffOption::None | CellDiffOption::AlwaysUpdate => (Kind::Text, columns),
            CellDiffOption::Skip => (Kind::Covered, 1),
            CellDiffOption::ForcedWidth(width) => (Kind::Forced, usize::from(width.get())),
        };
        Self::styled(text, style_of(cell), u8::try_from(columns).unwrap_or(u8::MAX), kind)
    }
}

/// How a cell is shown.
pub(super) fn style_of(cell: &Cell) -> Style {
    let (fg, bg, underline) = (cell.fg.into(), cell.bg.into(), cell.underline_color.into());
    Style { fg, bg, underline, modifier: cell.modifier }
}

/// A text of several bytes in one word.
fn packed(text: &[u8], long: &mut Vec<Box<str>>) -> u64 {
    let mut word = [0; SHORT];
    if let Some(room) = word.get_mut(..text.len()) {
        room.copy_from_slice(text);
        return u64::from_le_bytes(word);
    }
    long.push(String::from_utf8_lossy(text).into());
    (long.len() as u64 - 1) << u8::BITS
}

impl Screen {
    /// What an erased terminal shows in each of its rows, which are alike: one of them.
    pub(super) fn erased(width: u16, ground: Colour) -> Self {
        let area = Rect { width, height: 1, ..Rect::ZERO };
        Self { area, looks: vec![Look::blank(ground); width.into()], long: Vec::new() }
    }

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
            look.rest |= (Kind::Unknown as u64) << KIND;
        }
    }

    /// The cells of one row.
    pub(super) fn row(&self, y: u16) -> &[Look] {
        let width = usize::from(self.area.width);
        self.looks.get(usize::from(y) * width..(usize::from(y) + 1) * width).unwrap_or_default()
    }

    /// The text of a cell of this screen, appended to what is sent.
    pub(super) fn send(&self, look: &Look, out: &mut Vec<u8>) {
        if let Some(index) = look.long() {
            out.extend_from_slice(self.long.get(index).map_or(b"", |text| text.as_bytes()));
            return;
        }
        let length = SHORT - look.text.leading_zeros() as usize / 8;
        out.extend_from_slice(&look.text.to_le_bytes()[..length]);
    }

    /// Whether a cell of this screen looks as one of another.
    pub(super) fn is_same(&self, look: &Look, other: &Self, that: &Look) -> bool {
        if (look.colours, look.rest) != (that.colours, that.rest) {
            return false;
        }
        match (look.long(), that.long()) {
            (None, _) | (_, None) => look.text == that.text,
            (Some(long), Some(other_long)) => self.long.get(long) == other.long.get(other_long),
        }
    }
}
