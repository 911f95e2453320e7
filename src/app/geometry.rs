//! Where the panes are: a pure function of the screen's size, shared by `update` (clicks) and `ui`
//! (painting), so that they cannot disagree.

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Leftmost column.
    pub x: u16,
    /// Topmost row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// The screen's size in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// From this many columns on, the library shows facets, articles and preview side by side.
pub const THREE_PANES: u16 = 140;
/// From this many columns on, the library shows articles and preview, and the reader its contents.
pub const TWO_PANES: u16 = 100;

/// The library screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LibraryAreas {
    /// The first two rows: name, folder and counts; then the query.
    pub head: Area,
    /// Tags, dates and states, from 140 columns on.
    pub facets: Option<Area>,
    /// The articles.
    pub list: Area,
    /// The preview, from 100 columns on.
    pub preview: Option<Area>,
    /// The last row: the next useful keys.
    pub hints: Area,
}

/// Which panes the reader shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderPanes {
    /// The text alone, under the head.
    Text,
    /// The contents beside the text, where there is room.
    TextAndContents,
    /// Nothing but the text.
    Zen,
}

/// The reader screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReaderAreas {
    /// The first row; the hairline of progress is under it.
    pub head: Area,
    /// The contents beside the text, where they are open and there is room.
    pub contents: Option<Area>,
    /// Everything right of the contents; the text is centred in it.
    pub text: Area,
    /// The last row: the next useful keys.
    pub hints: Area,
}

impl Area {
    /// Whether the cell lies in it.
    pub const fn contains(self, column: u16, row: u16) -> bool {
        column >= self.x && row >= self.y && column - self.x < self.width && row - self.y < self.height
    }

    /// The first column right of it.
    pub const fn right(self) -> u16 {
        self.x.saturating_add(self.width)
    }

    /// The first row under it.
    pub const fn bottom(self) -> u16 {
        self.y.saturating_add(self.height)
    }

    /// An area of at most this size in the middle of it.
    #[must_use]
    pub fn centred(self, width: u16, height: u16) -> Self {
        let width = width.min(self.width);
        let height = height.min(self.height);
        Self { x: self.x + (self.width - width) / 2, y: self.y + (self.height - height) / 2, width, height }
    }
}

impl Size {
    /// The whole screen.
    pub const fn area(self) -> Area {
        Area { x: 0, y: 0, width: self.width, height: self.height }
    }
}

/// Rows of the library's head: two of text, one rule.
const LIBRARY_HEAD: u16 = 3;
/// Rows of the reader's head: one of text, one hairline.
const READER_HEAD: u16 = 2;
/// From this many rows on, a blank one stands over the text.
const AIRY: u16 = 12;
/// Rows at the foot: one rule, one of hints.
const FOOT: u16 = 2;
/// Below so many rows the text needs those of the rules more; below so few, that of the query too.
const LOW: u16 = 10;
const LOWEST: u16 = 6;

/// Where the library's panes are. The rule between two panes is the column left of the second.
pub fn library(size: Size) -> LibraryAreas {
    let width = size.width;
    let head_rows = match size.height {
        0..LOWEST => 1,
        LOWEST..LOW => LIBRARY_HEAD - 1,
        _ => LIBRARY_HEAD,
    };
    let body_y = head_rows.min(size.height);
    let body = size.height.saturating_sub(head_rows + foot(size));
    let column = |x: u16, width: u16| Area { x, y: body_y, width, height: body };
    let (facets, list, preview) = if width >= THREE_PANES {
        let facets = 30;
        let list = (width - facets) / 2 + 1;
        let preview = width - facets - list - 2;
        (Some(column(0, facets)), column(facets + 1, list), Some(column(facets + list + 2, preview)))
    } else if width >= TWO_PANES {
        let list = width * 11 / 20;
        (None, column(0, list), Some(column(list + 1, width - list - 1)))
    } else {
        (None, column(0, width), None)
    };
    LibraryAreas { head: head(size, head_rows), facets, list, preview, hints: hints(size) }
}

/// Where the reader's panes are.
pub fn reader(size: Size, panes: ReaderPanes) -> ReaderAreas {
    // A row of air over the text, where there are rows to spare.
    let air = u16::from(size.height >= AIRY);
    if panes == ReaderPanes::Zen {
        let height = size.height - 2 * air;
        let text = Area { x: 0, y: air, width: size.width, height };
        return ReaderAreas { text, ..ReaderAreas::default() };
    }
    let head_rows = if size.height < LOWEST { READER_HEAD - 1 } else { READER_HEAD };
    let y = (head_rows + air).min(size.height);
    let height = size.height.saturating_sub(head_rows + foot(size) + air);
    let contents = (panes == ReaderPanes::TextAndContents && size.width >= TWO_PANES).then(|| Area {
        x: 0,
        y,
        width: size.width.saturating_sub(84).clamp(26, 32),
        height,
    });
    let x = contents.map_or(0, |area| area.width + 1);
    let text = Area { x, y, width: size.width.saturating_sub(x), height };
    ReaderAreas { head: head(size, head_rows), contents, text, hints: hints(size) }
}

fn head(size: Size, rows: u16) -> Area {
    Area { x: 0, y: 0, width: size.width, height: rows.min(size.height) }
}

/// Rows at the foot of a screen.
pub const fn foot(size: Size) -> u16 {
    if size.height < LOW { 1 } else { FOOT }
}

fn hints(size: Size) -> Area {
    Area { x: 0, y: size.height.saturating_sub(1), width: size.width, height: size.height.min(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panes_never_overlap_and_never_leave_the_screen_at_any_size() {
        for width in 0..320 {
            for height in 0..60 {
                let size = Size { width, height };
                let areas = library(size);
                let mut x = 0;
                for area in [areas.facets, Some(areas.list), areas.preview].into_iter().flatten() {
                    assert!(
                        area.x >= x && area.right() <= width && area.bottom() <= height,
                        "{size:?} {areas:?}"
                    );
                    x = area.right();
                }
                for panes in [ReaderPanes::Text, ReaderPanes::TextAndContents, ReaderPanes::Zen] {
                    let areas = reader(size, panes);
                    assert!(
                        areas.text.right() <= width && areas.text.bottom() <= height,
                        "{size:?} {areas:?}"
                    );
                    assert!(areas.contents.is_none_or(|contents| contents.right() <= areas.text.x));
                }
            }
        }
    }

    #[test]
    fn text_is_never_narrower_than_forty_columns_while_there_is_room() {
        for width in 40..300 {
            let size = Size { width, height: 40 };
            let areas = library(size);
            assert!(
                areas.list.width >= 40 && areas.preview.is_none_or(|area| area.width >= 40),
                "{width} {areas:?}"
            );
            assert!(reader(size, ReaderPanes::TextAndContents).text.width >= 40, "{width}");
        }
    }
}
