//! Obsidian's comments over several blocks: `%%` begins a paragraph, and a later one ends with it.
//!
//! Knows `shown`. A comment within one paragraph is `inline`'s. What no `%%` ends is no comment.

use super::pieces::{Outline, begins_line};
use super::scan::How;
use super::shown::{ContainerId, PartKind};

const MARK: &[u8] = b"%%";

/// Has every part of a comment show nothing, and takes its headings out of the contents. Looks at the whole
/// body, so that it cannot matter how that was cut into pieces.
pub(super) fn hide(markdown: &str, outline: &mut Outline) {
    let bytes = markdown.as_bytes();
    let mut marks = memchr::memmem::find_iter(bytes, MARK);
    if !marks.any(|at| begins_line(bytes, at)) {
        return;
    }
    let mut hidden: Vec<std::ops::Range<usize>> = Vec::new();
    let mut open = None;
    for (index, (part, how)) in outline.parts.iter().zip(&outline.hows).enumerate() {
        if *how != How::Inline || !matches!(part.kind, PartKind::Paragraph | PartKind::Nothing) {
            continue;
        }
        let text = bytes.get(part.range.start as usize..part.range.end as usize).unwrap_or_default();
        if memchr::memmem::find_iter(text, MARK).count() % 2 == 0 {
            continue;
        }
        match open {
            Some(first) if text.ends_with(MARK) => {
                hidden.push(first..index + 1);
                open = None;
            }
            None if text.starts_with(MARK) && part.container == ContainerId(0) => open = Some(index),
            _ => {}
        }
    }
    for range in &hidden {
        for part in outline.parts.get_mut(range.clone()).unwrap_or_default() {
            // Outside its list, so that no marker is left standing alone.
            (part.kind, part.container) = (PartKind::Nothing, ContainerId(0));
        }
    }
    outline.headings.retain(|heading| {
        let part = heading.part.0 as usize;
        let after = hidden.partition_point(|range| range.start <= part);
        after.checked_sub(1).and_then(|last| hidden.get(last)).is_none_or(|range| part >= range.end)
    });
}
