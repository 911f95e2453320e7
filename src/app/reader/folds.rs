//! Folding: callouts and `<details>` as the article has them, and sections by their headings.
//!
//! What was opened or closed by hand is kept by the position of the line that stays, which a resize and a
//! newer state of the document leave as it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reader;
use super::page::Place;
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
    /// Where one was before the text there was folded away, and what is at the top of the screen since.
    away: Option<(Place, Place)>,
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
        self.away = self.away.map(|(before, shown)| (moved.place(before), moved.place(shown)));
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
                self.keep_in_sight(&document);
            }
            _ => match self.foldable_here(&all) {
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

    /// How far one is where sections are folded, 0 to 1, by the place in the text: what is folded counts as what
    /// it is. The end was not reached while something is folded that was not read. `None` where nothing is.
    pub(super) fn progress_in_folds(&self) -> Option<f32> {
        let page = self.page.as_ref().filter(|_| self.folds.by_hand.values().any(|folded| *folded))?;
        let folds = page.folds();
        let is_folded = |part| matches!(folds.mark(part), Some(FoldMark::Folded(_))) && !folds.hides(part);
        let entries = (0..self.contents.len()).filter_map(|index| Some((index, self.contents.entry(index)?)));
        let mut folded = entries.filter(|(_, entry)| is_folded(entry.part)).peekable();
        folded.peek()?;
        let is_unread = folded.any(|(index, _)| !self.contents.is_read(index));
        if !is_unread && page.progress() >= 1.0 {
            return Some(1.0);
        }
        let Place::Text { position, .. } = page.place() else { return Some(0.0) };
        let document = page.document();
        let first = document.parts().first().map_or(0, |part| part.range.start);
        let length =
            u32::try_from(document.markdown().len()).unwrap_or(u32::MAX).saturating_sub(first).max(1);
        Some((position.0.saturating_sub(first) as f32 / length as f32).min(0.99))
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
        self.keep_in_sight(document);
    }

    /// Where what was at the top of the screen is folded away, the line that stays of it comes there; and what
    /// was there comes back when it is opened and nobody has moved since.
    fn keep_in_sight(&mut self, document: &Document) {
        let Some(page) = &mut self.page else { return };
        let place = page.place();
        let top = page.top().filter(|row| row.part.is_some()).map(|row| row.anchor.part);
        if let Some((before, shown)) = self.folds.away
            && shown == place
        {
            let is_hidden = |place| match place {
                Place::Text { position, .. } => page.folds().hides(document.part_at(position)),
                Place::Lead(_) => false,
            };
            if !is_hidden(before) {
                self.folds.away = None;
                page.show(before);
                return;
            }
            if !is_hidden(shown) {
                return;
            }
        }
        let Place::Text { position, .. } = place else { return };
        let part = document.part_at(position);
        if !page.folds().hides(part) && top.is_none_or(|top| !page.folds().hides(top)) {
            return;
        }
        let folds = page.folds();
        let is_around = |one: &&Foldable| one.summary < part && part < one.end && !folds.hides(one.summary);
        let Some(around) = foldables(document).iter().find(is_around).map(|one| one.summary) else { return };
        let before = match self.folds.away {
            Some((before, shown)) if shown == place => before,
            _ => place,
        };
        page.show(Place::Text { position: start(document, around), nth: 0 });
        self.folds.away = Some((before, page.place()));
        self.jumped = None;
        self.aimed = self.contents.at(around);
    }

    /// Whether what is at the top of the screen is there only because what was there is folded away.
    pub(super) fn is_at_fold(&self) -> bool {
        let shown = self.folds.away.map(|(_, shown)| shown);
        shown.is_some() && shown == self.page.as_ref().map(super::Page::place)
    }

    fn is_folded(&self, document: &Document, one: Foldable) -> bool {
        self.folds.by_hand.get(&start(document, one.summary)).copied().unwrap_or(one.folded)
    }

    /// What is folded by a key: the callout at the top of the screen or around it, else the section that is lit in
    /// the contents, else the first callout on screen.
    fn foldable_here(&self, all: &[Foldable]) -> Option<Foldable> {
        let mut rows = self.visible_rows().filter(|row| row.part.is_some() && !row.row.pieces.is_empty());
        let top = rows.next()?.anchor.part;
        let callouts = || all.iter().filter(|one| !one.is_section);
        let around = callouts().rfind(|one| one.summary <= top && top < one.end);
        let here =
            self.status.section.and_then(|index| self.contents.entry(index)).map_or(top, |entry| entry.part);
        let section = all.iter().rfind(|one| one.is_section && one.summary <= here && here < one.end);
        let on_screen = || {
            let parts: Vec<PartId> = self.visible_rows().map(|row| row.anchor.part).collect();
            callouts().find(|one| parts.contains(&one.summary))
        };
        around.or(section).or_else(on_screen).copied()
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
