//! Folding: callouts and `<details>` as the article has them, and sections by their headings.
//!
//! What was opened or closed by hand is kept by the position of the line that stays, which a resize and a
//! newer state of the document leave as it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reader;
use super::reload::Moved;
use crate::app::command::Command;
use crate::document::Document;
use crate::document::shown::{PartId, PartKind, Position};
use crate::layout::folds::{FoldMark, Folds as Folded};
use crate::safe;

/// What was folded and opened by hand, and the keys of it.
#[derive(Debug, Default)]
pub(super) struct Folds {
    by_hand: BTreeMap<Position, bool>,
    /// Whether `z` was pressed and waits for what it is to do.
    pub(super) is_pending: bool,
}

/// Something that can be folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Foldable {
    summary: PartId,
    end: PartId,
    /// Whether the article has it start folded.
    folded: bool,
    is_section: bool,
}

impl Folds {
    /// Goes over to another state of the document.
    pub(super) fn follow(&mut self, moved: &Moved<'_>) {
        let by_hand = std::mem::take(&mut self.by_hand);
        self.by_hand = by_hand.into_iter().map(|(at, folded)| (moved.position(at), folded)).collect();
    }
}

impl Reader {
    /// Whether `z` waits for what it is to do.
    pub fn folding(&self) -> bool {
        self.folds.is_pending
    }

    /// Ends the wait; says whether there was one.
    pub fn end_prefix(&mut self) -> bool {
        std::mem::take(&mut self.folds.is_pending)
    }

    /// Folds and opens.
    pub(super) fn fold_command(&mut self, command: Command) {
        let Some(document) = self.page.as_ref().map(|page| Arc::clone(page.document())) else { return };
        let all = foldables(&document);
        match command {
            Command::FoldAll | Command::UnfoldAll => {
                let fold = command == Command::FoldAll;
                self.folds.by_hand = all.iter().map(|one| (start(&document, one.summary), fold)).collect();
                if all.is_empty() {
                    self.notice = Some(safe!("This article has nothing to fold"));
                }
                self.refold();
            }
            _ => match self.foldable_here(&document, &all) {
                Some(one) => self.toggle(&document, one),
                None => self.notice = Some(safe!("There is nothing to fold here")),
            },
        }
    }

    /// Folds or opens what a part is the title of; false where it is none.
    pub(super) fn toggle_at(&mut self, part: PartId) -> bool {
        let Some(page) = &self.page else { return false };
        let document = Arc::clone(page.document());
        let is_marked = page.folds().mark(part).is_some();
        let one = foldables(&document).into_iter().find(|one| one.summary == part);
        match one.filter(|_| is_marked) {
            Some(one) => self.toggle(&document, one),
            None => return false,
        }
        true
    }

    /// Opens all that hides a position.
    pub(super) fn unfold_at(&mut self, position: Position) {
        let Some(page) = &self.page else { return };
        let document = Arc::clone(page.document());
        let part = document.part_at(position);
        if !page.folds().hides(part) {
            return;
        }
        for one in foldables(&document) {
            if one.summary < part && part < one.end && self.is_folded(&document, one) {
                self.folds.by_hand.insert(start(&document, one.summary), false);
            }
        }
        self.refold();
    }

    /// How much of the article is in sections that were folded before they were read, 0 to 1.
    pub(super) fn folded_away(&self) -> f32 {
        let Some(page) = self.page.as_ref().filter(|_| self.folds.by_hand.values().any(|folded| *folded))
        else {
            return 0.0;
        };
        let folds = page.folds();
        let is_folded = |part| matches!(folds.mark(part), Some(FoldMark::Folded(_))) && !folds.hides(part);
        let entries = (0..self.contents.len()).filter_map(|index| Some((index, self.contents.entry(index)?)));
        let away = entries.filter(|(index, entry)| is_folded(entry.part) && !self.contents.is_read(*index));
        let words: u32 = away.map(|(_, entry)| entry.words).sum();
        (words as f32 / self.words().max(1) as f32).min(1.0)
    }

    /// Whether a part is folded away.
    pub(super) fn is_hidden(&self, part: PartId) -> bool {
        self.page.as_ref().is_some_and(|page| page.folds().hides(part))
    }

    /// Has the page show what is folded now.
    pub(super) fn refold(&mut self) {
        let Some(document) = self.page.as_ref().map(|page| Arc::clone(page.document())) else { return };
        if document.folds().is_empty() && self.folds.by_hand.is_empty() {
            return;
        }
        let mut folded = Folded::default();
        for one in foldables(&document) {
            let mark = if self.is_folded(&document, one) {
                FoldMark::Folded(lines(&document, one))
            } else if one.is_section {
                continue;
            } else {
                FoldMark::Open
            };
            folded.put(one.summary, one.end, mark);
        }
        if let Some(page) = &mut self.page {
            page.set_folds(Arc::new(folded));
        }
    }

    fn toggle(&mut self, document: &Document, one: Foldable) {
        let folded = self.is_folded(document, one);
        self.folds.by_hand.insert(start(document, one.summary), !folded);
        self.refold();
    }

    fn is_folded(&self, document: &Document, one: Foldable) -> bool {
        self.folds.by_hand.get(&start(document, one.summary)).copied().unwrap_or(one.folded)
    }

    /// What is folded by a key: the callout at the top of the screen or around it, the section of a
    /// heading there, the first callout on screen, the section that one is in.
    fn foldable_here(&self, document: &Document, all: &[Foldable]) -> Option<Foldable> {
        let mut rows = self.visible_rows().filter(|row| row.part.is_some() && !row.row.pieces.is_empty());
        let top = rows.next()?.anchor.part;
        let callouts = || all.iter().filter(|one| !one.is_section);
        let around = callouts().rfind(|one| one.summary <= top && top < one.end);
        let title = || all.iter().find(|one| one.summary == top);
        let on_screen = || {
            let parts: Vec<PartId> = self.visible_rows().map(|row| row.anchor.part).collect();
            callouts().find(|one| parts.contains(&one.summary))
        };
        let section = || {
            let heading = self.contents.entry(self.status.section?)?.part;
            all.iter().find(|one| one.summary == heading && !document.parts().is_empty())
        };
        around.or_else(title).or_else(on_screen).or_else(section).copied()
    }
}

/// All that can be folded, in order; a section ends before the next heading that is not below its own.
fn foldables(document: &Document) -> Vec<Foldable> {
    let mut found: Vec<Foldable> = document
        .folds()
        .iter()
        .map(|fold| Foldable { summary: fold.summary, end: fold.end, folded: fold.folded, is_section: false })
        .collect();
    let last = PartId(u32::try_from(document.parts().len()).unwrap_or(u32::MAX));
    // Headings whose section goes on: index in `found` and level, outermost first.
    let mut open: Vec<(usize, u8)> = Vec::new();
    for heading in document.contents().iter().filter(|heading| heading.top_level) {
        while let Some((index, level)) = open.last().copied()
            && level >= heading.level
        {
            found[index].end = heading.part;
            open.pop();
        }
        let kind = document.parts().get(heading.part.0 as usize).map(|part| part.kind);
        if matches!(kind, Some(PartKind::Heading { .. })) {
            open.push((found.len(), heading.level));
            found.push(Foldable { summary: heading.part, end: last, folded: false, is_section: true });
        }
    }
    found.retain(|one| one.end.0 > one.summary.0 + 1);
    found.sort_by_key(|one| (one.summary, std::cmp::Reverse(one.end)));
    found
}

/// Where a part begins.
fn start(document: &Document, part: PartId) -> Position {
    Position(document.parts().get(part.0 as usize).map_or(0, |part| part.range.start))
}

/// Lines of the markdown that a fold hides.
fn lines(document: &Document, one: Foldable) -> u32 {
    let hidden = document.parts().get(one.summary.0 as usize + 1..one.end.0 as usize).unwrap_or_default();
    let mut shown = hidden.iter().filter(|part| part.kind != PartKind::Nothing);
    let Some(first) = shown.next() else { return 0 };
    let last = shown.next_back().unwrap_or(first);
    let (from, to) = (first.range.start, last.range.end.saturating_sub(1).max(first.range.start));
    document.line(Position(to)) + 1 - document.line(Position(from)).min(document.line(Position(to)))
}
