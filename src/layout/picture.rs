//! Pictures as layout knows them: how large a picture is, and so how many columns and rows it takes.
//!
//! Imports `text` and `row` only. Never reads or decodes anything: sizes are told to it once a header was
//! read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::row::Row;
use crate::document::shown::Position;
use crate::text::SafeText;

/// A size in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pixels {
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

/// A size in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

/// What is known of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// How large it is.
    Size(Pixels),
    /// Why it is not drawn, in words; empty where there is nothing to say.
    Fault(SafeText),
}

/// The pictures of a document, by their targets as written, and how they are drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictures {
    /// What is known.
    pub known: BTreeMap<Arc<str>, Known>,
    /// A cell of the screen.
    pub cell: Pixels,
    /// Fewest pixels that a column shows: no picture is drawn larger than that comes to.
    pub least_pixels: u32,
    /// Most rows of a picture.
    pub most_rows: u16,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { known: BTreeMap::new(), cell: Pixels { width: 1, height: 2 }, least_pixels: 1, most_rows: 0 }
    }
}

/// One row of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureRow {
    /// The picture, as written: raw, never shown.
    pub target: Arc<str>,
    /// Columns and rows of the whole picture.
    pub extent: Extent,
    /// Which of its rows.
    pub row: u16,
    /// Its first column.
    pub column: u16,
}

impl Pictures {
    /// The cells that a picture takes where there are so many columns, in its own proportions; `None` as
    /// long as its size is not known, and where it is not drawn.
    pub fn extent(&self, target: &str, columns: u16) -> Option<Extent> {
        let Some(Known::Size(size)) = self.known.get(target) else { return None };
        fit(*size, self.cell, self.least_pixels, Extent { columns, rows: self.most_rows })
    }

    /// Why a picture is not drawn, where that is worth a word.
    pub fn fault(&self, target: &str) -> Option<&SafeText> {
        match self.known.get(target)? {
            Known::Fault(reason) => Some(reason).filter(|reason| !reason.is_empty()),
            Known::Size(_) => None,
        }
    }

    /// The rows of a picture from the column `column` on, all at `position`; none where it is not drawn.
    pub fn rows(&self, target: &str, column: u16, columns: u16, position: Position) -> Vec<Row> {
        let Some(extent) = self.extent(target, columns) else { return Vec::new() };
        let target: Arc<str> = Arc::from(target);
        let row = |row| PictureRow { target: Arc::clone(&target), extent, row, column };
        (0..extent.rows).map(|index| Row { picture: Some(row(index)), ..Row::blank(position) }).collect()
    }
}

/// The largest extent within `most` that keeps the proportions, at `least_pixels` pixels or more a column.
fn fit(size: Pixels, cell: Pixels, least_pixels: u32, most: Extent) -> Option<Extent> {
    let (width, height) = (u64::from(size.width), u64::from(size.height));
    let (across, down) = (u64::from(cell.width.max(1)), u64::from(cell.height.max(1)));
    if width == 0 || height == 0 || most.columns == 0 || most.rows == 0 {
        return None;
    }
    let natural = width.div_ceil(u64::from(least_pixels.max(1)));
    // Rows of so many columns, to the nearest: columns × across : rows × down = width : height.
    let rows = |columns: u64| (2 * columns * across * height / (width * down)).div_ceil(2);
    let mut columns = natural.min(u64::from(most.columns));
    if rows(columns) > u64::from(most.rows) {
        columns = columns.min(u64::from(most.rows) * down * width / (across * height)).max(1);
    }
    let rows = rows(columns).clamp(1, u64::from(most.rows));
    Some(Extent { columns: columns as u16, rows: rows as u16 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(size: (u32, u32), most: (u16, u16), extent: (u16, u16)) {
        let size = Pixels { width: size.0, height: size.1 };
        let most = Extent { columns: most.0, rows: most.1 };
        let cell = Pixels { width: 10, height: 20 };
        let expected = Extent { columns: extent.0, rows: extent.1 };
        assert_eq!(fit(size, cell, 1, most), Some(expected), "{size:?} within {most:?}");
    }

    #[test]
    fn a_picture_is_as_wide_as_the_text_but_no_higher_than_it_may_be() {
        check((320, 180), (76, 40), (76, 21));
        check((320, 180), (76, 10), (35, 10));
        check((100, 1000), (76, 20), (4, 20));
        check((16_384, 1), (76, 20), (76, 1));
        check((1, 16_384), (76, 20), (1, 20));
    }

    #[test]
    fn a_small_picture_is_not_drawn_larger_than_its_pixels() {
        check((8, 8), (76, 40), (8, 4));
        let cell = Pixels { width: 10, height: 20 };
        let most = Extent { columns: 76, rows: 40 };
        let size = Pixels { width: 100, height: 100 };
        assert_eq!(fit(size, cell, 10, most), Some(Extent { columns: 10, rows: 5 }));
    }

    proptest! {
        #[test]
        fn no_picture_leaves_its_bounds(
            width in 1_u32..=16_384, height in 1_u32..=16_384,
            columns in 1_u16..300, rows in 1_u16..100, across in 1_u32..40, down in 1_u32..80, least in 1_u32..40,
        ) {
            let most = Extent { columns, rows };
            let cell = Pixels { width: across, height: down };
            let extent = fit(Pixels { width, height }, cell, least, most).unwrap();
            prop_assert!((1..=columns).contains(&extent.columns) && (1..=rows).contains(&extent.rows));
        }
    }
}
