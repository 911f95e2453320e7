//! One folded text an article in one arena, searched at the speed of memory.

use memchr::memmem::Finder;

use crate::library::fold::{fold_into, is_word_end, is_word_start};

/// Where a match may begin and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edges {
    /// Anywhere.
    Anywhere,
    /// It begins where a word begins.
    WordStart,
    /// It begins and ends where words do.
    WholeWords,
}

/// Folded texts by id. None of them holds a line break, so that one search goes over all.
#[derive(Clone, Debug, Default)]
pub struct TextColumn {
    arena: String,
    /// Where each article's text ends; a line break follows.
    ends: Vec<usize>,
}

impl TextColumn {
    pub(super) fn new<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Self {
        let mut column = Self::default();
        for text in texts {
            fold_into(text.unwrap_or_default(), &mut column.arena);
            column.ends.push(column.arena.len());
            column.arena.push('\n');
        }
        column.arena.shrink_to_fit();
        column
    }

    /// The folded text of the article `id`.
    pub fn get(&self, id: u32) -> &str {
        let row = id as usize;
        let Some(end) = self.ends.get(row) else { return "" };
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
        &self.arena[start..*end]
    }

    /// Calls `hit` for every article whose text holds `needle` (folded) between `edges`, ascending,
    /// each once, and says whether it stands there as whole words.
    pub fn search(&self, needle: &str, edges: Edges, mut hit: impl FnMut(u32, bool)) {
        if needle.is_empty() || needle.contains('\n') {
            return;
        }
        let finder = Finder::new(needle);
        let (mut row, mut at) = (0, 0);
        while let Some(found) = finder.find(&self.arena.as_bytes()[at..]) {
            let found = at + found;
            while self.ends[row] < found {
                row += 1;
            }
            if let Some(whole) = text_matches(self.get(row as u32), &finder, needle, edges) {
                hit(row as u32, whole);
            }
            at = self.ends[row] + 1;
        }
    }
}

/// Whether `text` (folded) holds `needle` between `edges`, and then whether as whole words somewhere.
pub fn text_matches(text: &str, finder: &Finder<'_>, needle: &str, edges: Edges) -> Option<bool> {
    let mut best = None;
    let mut at = 0;
    // Overlapping: a match inside a word may hide one that begins a word.
    while let Some(found) = finder.find(&text.as_bytes()[at..]) {
        let start = at + found;
        at = start + text[start..].chars().next().map_or(1, char::len_utf8);
        let (starts, ends) = (is_word_start(text, start), is_word_end(text, start + needle.len()));
        if starts && ends {
            return Some(true);
        }
        let fits = match edges {
            Edges::Anywhere => true,
            Edges::WordStart => starts,
            Edges::WholeWords => false,
        };
        if fits {
            best = Some(false);
        }
    }
    best
}
