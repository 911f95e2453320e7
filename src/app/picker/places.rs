//! Places to go to from a picker: bookmarks and notes of the open article, and articles that were read lately.

use crate::app::effect::Goal;
use crate::app::library_screen::LibraryScreen;
use crate::document::shown::Position;
use crate::library::article::Date;
use crate::library::marks::Entry;
use crate::text::SafeText;

/// Most recent articles that are offered.
pub const MOST_RECENT: usize = 200;

/// A bookmark, highlight or note of the open article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceItem {
    /// Which of them.
    pub mark: Mark,
    /// The bookmark's name, or the highlighted text.
    pub name: SafeText,
    /// What was written about it.
    pub note: Option<SafeText>,
    /// Where it is; `None` where its text is not found any more.
    pub position: Option<Position>,
}

/// Which mark something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The bookmark with this number.
    Bookmark(i64),
    /// The highlight with this number.
    Note(i64),
}

impl PlaceItem {
    /// What it is, in a word.
    pub fn kind(&self) -> &'static str {
        match (self.mark, &self.note, self.position) {
            (_, _, None) => "orphaned",
            (Mark::Bookmark(_), ..) => "bookmark",
            (Mark::Note(_), Some(_), _) => "note",
            (Mark::Note(_), None, _) => "highlight",
        }
    }

    /// What is said of it while it is lit.
    pub fn sentence(&self) -> SafeText {
        match (&self.note, self.position) {
            (Some(note), Some(_)) => note.clone(),
            (Some(note), None) => crate::safe!("Its text is gone; it says: {note}"),
            (None, None) => crate::safe!("Its text is not in the article any more; it is kept"),
            (None, Some(_)) => SafeText::default(),
        }
    }
}

/// An article that was opened lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// Which.
    pub goal: Goal,
    /// When.
    pub on: Option<Date>,
}

/// The articles of the library that were opened, the last one first.
pub fn recent(library: &LibraryScreen) -> Vec<Recent> {
    let opened = library.entries().iter().filter(|(_, entry)| entry.opened > 0);
    let mut opened: Vec<_> = opened.map(|(key, entry)| (entry.opened, key, entry.opened_on)).collect();
    opened.sort_unstable_by_key(|(opened, key, _)| (std::cmp::Reverse(*opened), *key));
    let known = opened.into_iter().filter_map(|(_, key, on)| {
        let id = library.library.find(key)?;
        let title = library.library.article(id).title.clone();
        Some(Recent { goal: Goal { file: library.library.file(id), title, lacks: false }, on })
    });
    known.take(MOST_RECENT).collect()
}

/// Articles that were opened, wherever they are, in their order.
pub fn recent_of(entries: Vec<Entry>) -> Vec<Recent> {
    let recent = |entry: Entry| Recent {
        goal: Goal { file: entry.file, title: entry.title, lacks: false },
        on: entry.opened_on,
    };
    entries.into_iter().map(recent).collect()
}
