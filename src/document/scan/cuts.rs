//! Where a piece could end, and going back there.
//!
//! Part of the scan.

use super::super::shown::ContainerId;
use super::super::words::Words;
use super::columns::line_start;
use super::{Joint, Scan};

/// Where a piece could end: everything found before it.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    pub(super) at: u32,
    parts: usize,
    containers: usize,
    headings: usize,
    notes: usize,
    marks: usize,
    words: Words,
    /// The list that it cuts.
    pub(super) list: Option<(ContainerId, Joint)>,
}

/// Whether the line before the one that begins at `at` is blank.
pub(super) fn is_behind_blank(markdown: &str, at: u32) -> bool {
    let before = markdown.get(..at as usize).and_then(|before| before.strip_suffix('\n'));
    before.is_some_and(|before| before.trim_end_matches([' ', '\t', '\r']).ends_with('\n'))
}

impl Scan<'_> {
    /// The place before a top-level block as one where the piece could end, where it begins a line with a byte that
    /// `may_begin` takes.
    pub(super) fn cut_before(&mut self, at: u32, may_begin: impl Fn(&u8) -> bool) -> Option<Cut> {
        self.end_leaf();
        let may_begin = self.markdown.as_bytes().get(at as usize).is_some_and(may_begin);
        if self.open.len() > 1 || !may_begin { None } else { self.cut_here(at, None) }
    }

    /// The place `at`, in `list` and nothing else, as one where the piece could end.
    pub(super) fn cut_here(&self, at: u32, list: Option<(ContainerId, Joint)>) -> Option<Cut> {
        let begins_line = line_start(self.markdown, at) == at;
        if !begins_line || at == self.begin || at > self.sure {
            return None;
        }
        Some(Cut {
            list,
            at,
            parts: self.parts.len(),
            containers: self.containers.len(),
            headings: self.headings.len(),
            notes: self.notes.len(),
            marks: self.marks.len(),
            words: self.words,
        })
    }

    /// Forgets everything from the last possible cut on, and gives it: before a heading, or else before a
    /// paragraph, or else before an item.
    pub(super) fn back_to_the_last_cut(&mut self) -> Option<Cut> {
        let cut = self.cut.or(self.soft_cut).or(self.list_cut)?;
        self.leaf = None;
        self.parts.truncate(cut.parts);
        self.hows.truncate(cut.parts);
        self.containers.truncate(cut.containers);
        self.steps.truncate(cut.containers);
        self.headings.truncate(cut.headings);
        self.notes.truncate(cut.notes);
        self.marks.truncate(cut.marks);
        self.words = cut.words;
        if let Some((list, joint)) = cut.list {
            self.leave(list, joint, cut.at);
        }
        Some(cut)
    }
}
