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
    let letter = needle.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    // Overlapping: a match inside a word may hide one that begins a word.
    while let Some(found) = finder.find(&text.as_bytes()[at..]) {
        let start = at + found;
        at = start + text[start..].chars().next().map_or(1, char::len_utf8);
        // Most matches of a short needle are within words of plain letters.
        let within = letter && start > 0 && text.as_bytes()[start - 1].is_ascii_alphanumeric();
        if within && edges != Edges::Anywhere {
            continue;
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::library::fold::fold;

    fn found(texts: &[String], needle: &str, edges: Edges) -> Vec<(u32, bool)> {
        let column = TextColumn::new(texts.iter().map(|text| Some(text.as_str())));
        let mut found = Vec::new();
        column.search(needle, edges, |id, whole| found.push((id, whole)));
        found
    }

    #[test]
    fn a_match_inside_a_word_does_not_hide_one_that_begins_a_word() {
        let texts = ["xa-a-a".to_owned(), String::new(), "a-ab".to_owned()];
        assert_eq!(found(&texts, "a-a", Edges::WordStart), [(0, true), (2, false)]);
        assert_eq!(found(&texts, "", Edges::Anywhere), []);
    }

    proptest! {
        #[test]
        fn searching_the_arena_is_searching_each_text(
            texts in proptest::collection::vec("[aAbé跨 -]{0,9}", 0..8),
            needle in "[abe跨 -]{1,3}",
            kind in 0..3_usize,
        ) {
            let edges = [Edges::Anywhere, Edges::WordStart, Edges::WholeWords][kind];
            let mut expect = Vec::new();
            for (text, id) in texts.iter().map(|text| fold(text)).zip(0..) {
                let starts: Vec<usize> =
                    text.char_indices().map(|(at, _)| at).filter(|at| text[*at..].starts_with(&needle)).collect();
                let begins = |at: &usize| is_word_start(&text, *at);
                let whole = |at: &usize| begins(at) && is_word_end(&text, at + needle.len());
                let any_whole = starts.iter().any(whole);
                let kept = match edges {
                    Edges::Anywhere => !starts.is_empty(),
                    Edges::WordStart => starts.iter().any(begins),
                    Edges::WholeWords => any_whole,
                };
                if kept {
                    expect.push((id, any_whole));
                }
            }
            prop_assert_eq!(found(&texts, &needle, edges), expect);
        }
    }
}
