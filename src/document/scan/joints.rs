//! Lists that are cut between two of their items, so that a long one is scanned in pieces as all else is.
//!
//! Part of the scan. What comes before the cut decides two things of what comes behind it: the number of the next item,
//! and which marker goes on with the list. What is on either side decides a third of the other: one blank line between
//! items makes all of a list loose. So a cut keeps the number and the marker ([`Joint`]); the next piece is read behind
//! an item in place of those before it; and a piece that was tight in a list that is loose is scanned once more with
//! a blank line behind that item.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::super::shown::{ContainerId, ContainerKind};
use super::columns::marker;
use super::{Cut, List, Scan};

/// What of a list goes over a cut.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Joint {
    /// The bullet, or what stands behind the number.
    pub(in super::super) marker: u8,
    /// The number of the next item.
    pub(in super::super) next: Option<u32>,
    /// Whether the items that were seen are those of a loose list.
    pub(in super::super) loose: bool,
    /// Whether one of them holds a paragraph: a list is only shown as a loose one where there is any to set apart.
    pub(in super::super) holds_text: bool,
}

impl Joint {
    /// An item in place of those before the cut. It holds a paragraph, by which the parser says whether the list is
    /// loose.
    pub(super) fn lead(self) -> String {
        let number = if self.next.is_some() { "1" } else { "" };
        let blank = if self.loose { "\n" } else { "" };
        format!("{number}{} x\n{blank}", char::from(self.marker))
    }

    /// An item behind the one after the cut, that makes the list loose.
    pub(super) fn trail(self) -> String {
        format!("\n{}", Self { loose: false, ..self }.lead())
    }
}

/// What the blank lines of a list that stands in nothing else say of it, as long as no item holds a paragraph by which
/// the parser would.
#[derive(Clone, Copy)]
pub(super) struct Gaps {
    /// Up to where in the parser's text they were looked for.
    to: usize,
    /// Whether blank lines up to the next item may belong to what stands in this one.
    are_blurred: bool,
    /// Whether none was met of which it is not certain what it says.
    are_clear: bool,
}

impl Gaps {
    /// Of a list of which the parser says whether it is loose.
    pub(super) const UNASKED: Self = Self { to: usize::MAX, are_blurred: false, are_clear: true };

    /// Of a list that begins there.
    pub(super) fn from(start: usize) -> Self {
        Self { to: start, ..Self::UNASKED }
    }

    /// Takes in what an item of the list holds: blank lines of code between fences part nothing, those of HTML may or may
    /// not, and a note may be one itself.
    pub(super) fn see(&mut self, event: &Event<'_>, text: &str, range: &Range<usize>) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                let (any, _) = self.look(text, range.start);
                self.are_clear &= !any;
                if is_fenced_off(text.get(range.clone()).unwrap_or_default()) {
                    self.to = self.to.max(range.end);
                } else {
                    self.are_blurred = true;
                }
            }
            Event::Start(Tag::HtmlBlock) => self.are_blurred = true,
            Event::Start(Tag::FootnoteDefinition(_)) => self.are_clear = false,
            _ => {}
        }
    }

    /// Whether an item stands behind a blank line, which makes its list loose.
    fn part(&mut self, text: &str, item: usize) -> bool {
        let (any, last) = self.look(text, item);
        let parts = last && !self.are_blurred;
        self.are_clear &= parts || !any;
        self.are_blurred = false;
        parts
    }

    /// Looks on to a place: whether there are blank lines before it, and whether it stands right behind one.
    fn look(&mut self, text: &str, place: usize) -> (bool, bool) {
        let Some(passed) = text.get(self.to..place) else { return (false, false) };
        let begins_line = self.to == 0 || text.as_bytes().get(self.to - 1) == Some(&b'\n');
        self.to = place;
        let (mut any, mut last) = (false, false);
        for line in passed.split_inclusive('\n').skip(usize::from(!begins_line)) {
            // A quote's own blank line is one to the list in it, too.
            let is_blank =
                line.ends_with('\n') && line.bytes().all(|byte| byte.is_ascii_whitespace() || byte == b'>');
            last = is_blank && !line.contains('>');
            any |= is_blank;
        }
        (any, last)
    }
}

/// Whether the last line of code is a fence as long as that at its beginning.
fn is_fenced_off(code: &str) -> bool {
    let Some((opening, inside)) = code.split_once('\n') else { return false };
    let Some(mark) = opening.chars().next() else { return false };
    let fence = &opening[..opening.len() - opening.trim_start_matches(mark).len()];
    let last = inside.trim_end_matches(['\n', '\r']).rsplit('\n').next().unwrap_or_default().trim();
    last.starts_with(fence) && last.trim_start_matches(mark).is_empty()
}

/// Whether `line` begins as an item does that a list may be cut before: at the margin, with words, also in a list within
/// it, or with nothing at all. A row of dashes in it would make a heading of the line before it to whatever does not know
/// of the item.
pub(in super::super) fn may_be_cut_before(line: &[u8]) -> bool {
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_marker = match line.get(digits) {
        Some(b'-' | b'+' | b'*') => digits == 0,
        Some(b'.' | b')') => digits > 0,
        _ => false,
    };
    let is_word = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'-' | b'=' | b'|' | b':');
    let Some((marker, mut rest)) = line.get(digits..).and_then(<[u8]>::split_first) else { return false };
    if !is_marker {
        return false;
    }
    if matches!(rest, [] | [b'\n' | b'\r', ..]) {
        return *marker != b'-';
    }
    while let [b' ', b'-' | b'+' | b'*', inside @ ..] = rest {
        rest = inside;
    }
    matches!(rest, [b' ', word, ..] if is_word(word))
}

/// The byte that makes items of one list: the bullet at `at`, or what stands behind the number there.
fn mark(markdown: &str, at: u32) -> Option<u8> {
    let Range { end, .. } = marker(markdown, at);
    markdown.as_bytes().get((end as usize).checked_sub(1)?).copied()
}

impl Scan<'_> {
    /// Begins in the list that the last piece was cut in.
    pub(super) fn join(&mut self, joint: Joint) {
        let range = self.containers.first().map_or(0..0, |document| document.range.clone());
        self.container(ContainerKind::List { loose: false }, None, range);
        if let Some(id) = self.open.last() {
            self.lists.push(List { id: *id, next: joint.next, loose: false, holds_text: joint.holds_text });
        }
        self.gaps = Gaps::UNASKED;
    }

    /// The place before an item, which is at `place` in the parser's `text`, as one where the piece could end: of a list
    /// that is in nothing else, and of which was seen whether it is loose. An item at the margin begins as it does
    /// whatever it goes on with.
    pub(super) fn cut_before_item(&mut self, at: u32, text: &str, place: usize) -> Option<Cut> {
        let [_, open] = self.open[..] else { return None };
        let list = self.lists.last_mut().filter(|list| list.id == open)?;
        if !list.loose && !list.holds_text {
            list.loose = self.gaps.part(text, place);
            if !list.loose && !self.gaps.are_clear {
                return None;
            }
        }
        let (next, loose, holds_text) = (list.next, list.loose, list.holds_text);
        let line = self.markdown.as_bytes().get(at as usize..)?;
        let first = self.containers.get(open.0 as usize)?.range.start;
        let marker = mark(self.markdown, at)?;
        // Where another stands at its beginning, that is no item but something in place of which there is one.
        if at == first || !may_be_cut_before(line) || mark(self.markdown, first) != Some(marker) {
            return None;
        }
        self.end_leaf();
        self.cut_here(at, Some((open, Joint { marker, next, loose, holds_text })))
    }

    /// Takes in that a paragraph of the innermost item begins, which says of its list whether it is loose.
    pub(super) fn item_says(&mut self, loose: bool) {
        let Some(list) = self.lists.last_mut() else { return };
        let Some(item) = self.open.last().filter(|id| id.0 > list.id.0) else { return };
        let Some(container) = self.containers.get(item.0 as usize) else { return };
        if matches!(container.kind, ContainerKind::Item { .. }) && container.parent == list.id {
            list.loose |= loose;
            list.holds_text = true;
        }
    }

    /// Takes in what the parser says of the item that stands in place of those before the piece, and of its list, and
    /// where that ends.
    pub(super) fn item_in_place(&mut self, event: &Event<'_>, end: u32) {
        match event {
            Event::Start(Tag::List(_)) => {
                if let Some(list) = self.containers.get_mut(1) {
                    list.range.end = end;
                }
            }
            Event::Start(Tag::Paragraph) => {
                if let Some(list) = self.lists.first_mut() {
                    list.loose = true;
                }
                self.is_loose = true;
            }
            Event::End(TagEnd::List(_)) => self.event(event, end..end),
            _ => {}
        }
    }

    /// The list that stands last in the document itself.
    pub(super) fn last_list(&self) -> ContainerId {
        let last = self.containers.iter().rposition(|container| container.parent.0 == 0);
        ContainerId(last.unwrap_or_default() as u32)
    }

    /// Ends the list `id` at the cut.
    pub(super) fn leave(&mut self, id: ContainerId, joint: Joint, at: u32) {
        if let Some(list) = self.containers.get_mut(id.0 as usize) {
            list.kind = ContainerKind::List { loose: joint.loose && joint.holds_text };
            list.range.end = at;
        }
    }
}
