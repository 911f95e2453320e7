//! What of a document is folded away, and the marks that say so on the line that stays.
//!
//! Knows `document`'s plain types, `row` and `text`. Never decides what is folded: that is told to it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::row::{Piece, Role, Row};
use crate::document::shown::{Inline, PartId};
use crate::safe;

/// Blank columns between a title and its mark.
const GAP: u16 = 2;

/// What is folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folds {
    hidden: Vec<Range<u32>>,
    marks: BTreeMap<u32, FoldMark>,
}

/// What the line that stays says of its fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldMark {
    /// That it can be folded.
    Open,
    /// That so many lines of the markdown are folded away.
    Folded(u32),
}

impl Folds {
    /// Says of the line `summary` that it folds the parts after it up to `end`, or could.
    pub fn put(&mut self, summary: PartId, end: PartId, mark: FoldMark) {
        self.marks.insert(summary.0, mark);
        if let FoldMark::Folded(_) = mark {
            let from = summary.0 + 1;
            let at = self.hidden.partition_point(|range| range.end < from);
            let joined =
                self.hidden.get(at..).unwrap_or_default().iter().take_while(|range| range.start <= end.0);
            let (count, least, most) = joined.fold((0, from, end.0), |(count, least, most), range| {
                (count + 1, least.min(range.start), most.max(range.end))
            });
            if least < most {
                self.hidden.splice(at..at + count, std::iter::once(least..most));
            }
        }
    }

    /// Whether a part takes no row.
    pub fn hides(&self, part: PartId) -> bool {
        let at = self.hidden.partition_point(|range| range.end <= part.0);
        self.hidden.get(at).is_some_and(|range| range.contains(&part.0))
    }

    /// What is said on a part's line.
    pub fn mark(&self, part: PartId) -> Option<FoldMark> {
        self.marks.get(&part.0).copied()
    }

    /// Parts that are shown otherwise under other folds.
    pub(super) fn changed(&self, other: &Self) -> Vec<u32> {
        let all = [self, other].into_iter();
        let mut parts: Vec<u32> = all
            .flat_map(|folds| folds.hidden.iter().cloned().flatten().chain(folds.marks.keys().copied()))
            .filter(|part| {
                let id = PartId(*part);
                self.hides(id) != other.hides(id) || self.mark(id) != other.mark(id)
            })
            .collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }
}

/// The mark of what is open.
pub(super) const OPEN: &str = "▾";

/// Puts a mark behind the last of the rows of a title, or under it where there is no room. A title that has one
/// before it, as that of `<details>`, has it turned.
pub(super) fn put_mark(rows: &mut Vec<Row>, mark: FoldMark, columns: u16) {
    let is_before = |piece: &&mut Piece| piece.inline == Inline::GENERATED && piece.text.as_str() == OPEN;
    let before = rows.first_mut().and_then(|row| row.pieces.iter_mut().find(is_before));
    let is_marked = before.is_some();
    if let (Some(before), FoldMark::Folded(_)) = (before, mark) {
        before.text = safe!("▸");
    }
    let text = match mark {
        FoldMark::Open if is_marked => return,
        FoldMark::Open => safe!("{OPEN}"),
        FoldMark::Folded(lines) => {
            let mark = if is_marked { "" } else { "▸ " };
            let ending = if lines == 1 { "" } else { "s" };
            safe!("{mark}{} line{ending}", crate::text::thousands(lines as usize))
        }
    };
    let role = if mark == FoldMark::Open { Role::Faint } else { Role::Meta };
    let Some(last) = rows.last_mut() else { return };
    let position = last.position;
    let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
    let start = last.pieces.first().map_or(0, |piece| piece.column);
    if last.rtl && start >= width + GAP {
        last.pieces.insert(0, Piece::generated(start - width - GAP, text, role, position));
    } else if last.width().saturating_add(GAP + width) <= columns {
        let column = last.width() + if last.width() == 0 { 0 } else { GAP };
        last.pieces.push(Piece::generated(column, text, role, position));
    } else if mark != FoldMark::Open {
        let row = Row { pieces: vec![Piece::generated(start, text, role, position)], ..Row::blank(position) };
        rows.push(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folds: &[(u32, u32)], hidden: &[u32]) {
        let mut all = Folds::default();
        for (summary, end) in folds {
            all.put(PartId(*summary), PartId(*end), FoldMark::Folded(1));
        }
        let found: Vec<u32> = (0..20).filter(|part| all.hides(PartId(*part))).collect();
        assert_eq!(found, hidden, "{folds:?}");
    }

    #[test]
    fn what_is_between_a_summary_and_its_end_is_hidden_however_folds_lie() {
        check(&[(2, 5)], &[3, 4]);
        check(&[(2, 3)], &[]);
        check(&[(2, 9), (4, 6)], &[3, 4, 5, 6, 7, 8]);
        check(&[(4, 6), (2, 9)], &[3, 4, 5, 6, 7, 8]);
        check(&[(10, 13), (2, 5), (5, 8)], &[3, 4, 6, 7, 11, 12]);
        check(&[(2, 5), (3, 8)], &[3, 4, 5, 6, 7]);
    }
}
