//! What a person made in articles and what outlives the process, as plain data: places, reading state,
//! labels, bookmarks, notes, and the deeds that change them.
//!
//! Knows only `article`, `index`, `states` and `tags` of this folder, and `text`. Where it is kept is not its business.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::article::{ArticleKey, Date};
use super::index::Library;
use super::states::{Reading, State, States};
use super::tags::fold_tag;
use crate::text::SafeText;

/// Characters of shown text that a place keeps of each side.
pub const AROUND: usize = 64;

/// Somewhere in an article, so that it is found again in another run and after an edit: by its position where
/// the text is the same, else by its section and the text around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// A byte offset in the markdown.
    pub position: u32,
    /// Which of the rows that begin with it; before 0 are blank ones.
    #[serde(default)]
    pub row: i32,
    /// Slug of the section that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Up to [`AROUND`] characters of shown text before it.
    #[serde(default)]
    pub before: String,
    /// Up to [`AROUND`] characters of shown text from it on.
    #[serde(default)]
    pub after: String,
    /// Of the text that the position counts in.
    #[serde(default)]
    pub fingerprint: Fingerprint,
}

/// A number that is the same for the same words: what an article is recognised by under another name.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Fingerprint(pub i64);

impl Fingerprint {
    /// The fingerprint of an article's body (FNV-1a of its words); 0, which stands for none, where it has no
    /// word.
    pub fn of(body: &str) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let mut any = false;
        for word in body.split_ascii_whitespace() {
            word.bytes().for_each(&mut add);
            add(b' ');
            any = true;
        }
        if any { Self(hash.cast_signed() | 1) } else { Self(0) }
    }

    /// Whether it says anything.
    pub fn is_known(self) -> bool {
        self.0 != 0
    }
}

/// What is recorded of one article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Its file.
    pub file: PathBuf,
    /// What it is called.
    pub title: SafeText,
    /// How far it was read.
    pub reading: Reading,
    /// Whether it is starred.
    pub starred: bool,
    /// How much of it was read, in thousandths.
    pub progress: u16,
    /// For how many seconds it was read.
    pub spent: u32,
    /// When it was last opened, in seconds since the Unix epoch; 0 where it never was.
    pub opened: i64,
    /// The day of that, where one sits.
    pub opened_on: Option<Date>,
    /// When longread first saw it, in seconds since the Unix epoch.
    pub added: i64,
    /// Where one was in it.
    pub place: Option<Box<Place>>,
    /// A person's own tags.
    pub labels: Vec<SafeText>,
}

impl Entry {
    /// This and what is recorded of the same article under another name. Nothing that was made is lost; where
    /// one was is where one was last.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        if other.place.is_some() && (self.place.is_none() || other.opened > self.opened) {
            (self.place, self.progress) = (other.place, other.progress);
        }
        self.reading = self.reading.max(other.reading);
        self.starred |= other.starred;
        self.spent = self.spent.saturating_add(other.spent);
        self.added = self.added.min(other.added);
        self.opened_on = self.opened_on.max(other.opened_on);
        self.opened = self.opened.max(other.opened);
        for label in other.labels {
            if !self.labels.iter().any(|own| fold_tag(own.as_str()) == fold_tag(label.as_str())) {
                self.labels.push(label);
            }
        }
        self
    }

    /// What a query sees of it.
    pub fn state(&self) -> State {
        State {
            reading: self.reading,
            starred: self.starred,
            progress: u8::try_from(self.progress / 10).unwrap_or(100).min(100),
            added: self.added,
            opened: self.opened_on,
        }
    }
}

/// Where somebody was in a saved view when it was left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewState {
    /// The view's name.
    pub view: SafeText,
    /// The query as a line: the view's, in the order that was chosen.
    pub query: SafeText,
    /// The number of the root under which the article lies that was selected.
    pub root: u16,
    /// Its path below that.
    pub path: PathBuf,
    /// The row of the list that it was on.
    pub row: u16,
}

/// What is recorded of the articles of a library, by their identity.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    by_key: HashMap<ArticleKey, Entry>,
}

impl Entries {
    /// Those of the articles that lie under the roots of a library.
    pub fn of(library: &Library, entries: Vec<Entry>) -> Self {
        let keyed = entries.into_iter().filter_map(|entry| Some((library.key_of(&entry.file)?, entry)));
        Self { by_key: keyed.collect() }
    }

    /// What is recorded of an article.
    pub fn get(&self, key: ArticleKey) -> Option<&Entry> {
        self.by_key.get(&key)
    }

    /// Replaces what is recorded of an article; gives what was.
    pub fn set(&mut self, key: ArticleKey, entry: Entry) -> Option<Entry> {
        self.by_key.insert(key, entry)
    }

    /// Of how many articles something is recorded.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// All, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (ArticleKey, &Entry)> {
        self.by_key.iter().map(|(key, entry)| (*key, entry))
    }

    /// The articles of a snapshot that are begun and not finished, `most` of them, the last opened first.
    pub fn begun(&self, library: &Library, most: usize) -> Vec<u32> {
        let begun = self.iter().filter(|(_, entry)| entry.reading == Reading::Reading);
        let mut begun: Vec<(i64, u32)> =
            begun.filter_map(|(key, entry)| Some((entry.opened, library.find(key)?))).collect();
        begun.sort_by_key(|(opened, id)| (std::cmp::Reverse(*opened), *id));
        begun.into_iter().take(most).map(|(_, id)| id).collect()
    }

    /// The same as sets and columns of one snapshot.
    pub fn states(&self, library: &Library) -> States {
        let mut states = States::new(library, self.iter().map(|(key, entry)| (key, entry.state())));
        for (key, entry) in self.iter() {
            if let Some(id) = library.find(key) {
                entry.labels.iter().for_each(|label| states.label(id, label));
            }
        }
        states
    }
}

/// A named place in an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// By which it is taken back.
    pub id: i64,
    /// What it is called.
    pub name: SafeText,
    /// Where it is.
    pub place: Place,
    /// When it was made, in seconds since the Unix epoch.
    pub created: i64,
}

/// A highlight, with a note where somebody wrote one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// By which it is taken back.
    pub id: i64,
    /// Where it begins.
    pub begin: Place,
    /// Where it ends.
    pub end: Place,
    /// The text it is about.
    pub quote: SafeText,
    /// What was written.
    pub note: Option<SafeText>,
    /// When it was made, in seconds since the Unix epoch.
    pub created: i64,
}

/// Bookmarks, highlights and notes of one article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Its file.
    pub file: PathBuf,
    /// The bookmarks, in the order of their places.
    pub bookmarks: Vec<Bookmark>,
    /// The highlights and notes, likewise.
    pub notes: Vec<Note>,
}

/// Something that a person does, and can undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Says how far articles were read.
    Read(Vec<PathBuf>, Reading),
    /// Stars articles, or takes their stars.
    Star(Vec<PathBuf>, bool),
    /// Gives articles a label, or takes it.
    Label(Vec<PathBuf>, SafeText, bool),
    /// Sets a bookmark.
    Bookmark(PathBuf, Place, SafeText),
    /// Takes a bookmark.
    RemoveBookmark(PathBuf, i64),
    /// Highlights text, perhaps with a note.
    Note(PathBuf, Box<NewNote>),
    /// Takes a highlight with its note, if it has one.
    RemoveNote(PathBuf, i64, bool),
    /// Says something else of a highlight, or nothing any more.
    EditNote(PathBuf, i64, Option<SafeText>),
}

/// A highlight that is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNote {
    /// Where it begins.
    pub begin: Place,
    /// Where it ends.
    pub end: Place,
    /// The text it is about.
    pub quote: SafeText,
    /// What was written.
    pub note: Option<SafeText>,
}

impl Deed {
    /// The files whose articles it changes.
    pub fn files(&self) -> &[PathBuf] {
        match self {
            Self::Read(files, _) | Self::Star(files, _) | Self::Label(files, ..) => files,
            Self::Bookmark(file, ..)
            | Self::RemoveBookmark(file, _)
            | Self::Note(file, _)
            | Self::RemoveNote(file, ..)
            | Self::EditNote(file, ..) => std::slice::from_ref(file),
        }
    }

    /// What was done, in words.
    pub fn words(&self) -> SafeText {
        let of = |count: usize| match count {
            1 => SafeText::default(),
            count => crate::safe!(" ({} articles)", crate::text::thousands(count)),
        };
        match self {
            Self::Read(files, Reading::Read) => crate::safe!("Marked read{}", of(files.len())),
            Self::Read(files, Reading::Unread) => crate::safe!("Marked unread{}", of(files.len())),
            Self::Read(files, Reading::Reading) => crate::safe!("Marked as begun{}", of(files.len())),
            Self::Star(files, true) => crate::safe!("Starred{}", of(files.len())),
            Self::Star(files, false) => crate::safe!("Star taken away{}", of(files.len())),
            Self::Label(files, label, true) => crate::safe!("Labelled +{label}{}", of(files.len())),
            Self::Label(files, label, false) => crate::safe!("Label +{label} taken away{}", of(files.len())),
            Self::Bookmark(_, _, name) => crate::safe!("Bookmark \u{201c}{name}\u{201d} set"),
            Self::RemoveBookmark(..) => crate::safe!("Bookmark taken away"),
            Self::Note(_, new) if new.note.is_some() => crate::safe!("Note kept"),
            Self::Note(..) => crate::safe!("Highlight kept"),
            Self::RemoveNote(_, _, true) => crate::safe!("Note taken away"),
            Self::RemoveNote(..) => crate::safe!("Highlight taken away"),
            Self::EditNote(_, _, Some(_)) => crate::safe!("Note kept"),
            Self::EditNote(..) => crate::safe!("Note taken away, its highlight kept"),
        }
    }
}

/// How far somebody is in an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Where.
    pub place: Place,
    /// How much was read, in thousandths.
    pub progress: u16,
    /// For how many more seconds.
    pub spent: u32,
    /// Whether that is enough to have begun it.
    pub begun: bool,
}

/// Words a minute above which nobody reads, however fast.
const FASTEST: u32 = 700;
/// Shortest time in which anything is read.
const LEAST_SECONDS: u32 = 2;

/// Seconds after which an article of so many words can have been read by one who has seen its end.
pub fn seconds_to_read(words: u32) -> u32 {
    (words.saturating_mul(60) / FASTEST).max(LEAST_SECONDS)
}

/// How far an article of so many words was read in so many seconds by one who is `progress` thousandths into
/// it and was `before` so far.
pub fn reading_after(before: Reading, progress: u16, seconds: u32, words: u32) -> Reading {
    match before {
        Reading::Read => Reading::Read,
        _ if progress >= 1000 && seconds >= seconds_to_read(words) => Reading::Read,
        Reading::Unread if seconds < LEAST_SECONDS => Reading::Unread,
        Reading::Unread | Reading::Reading => Reading::Reading,
    }
}

/// The file that `file` is called now, if it or a folder that it is in has another name.
pub fn renamed(file: &Path, names: &[(PathBuf, PathBuf)]) -> Option<PathBuf> {
    names.iter().find_map(|(from, to)| {
        let below = file.strip_prefix(from).ok()?;
        Some(if below.as_os_str().is_empty() { to.clone() } else { to.join(below) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_at_a_human_speed_is_read_and_anything_less_is_begun() {
        let check = |before, progress, seconds, words, after| {
            let seen = reading_after(before, progress, seconds, words);
            assert_eq!(seen, after, "{before:?}, {progress} thousandths in {seconds} s of {words} words");
        };
        check(Reading::Unread, 0, 0, 1000, Reading::Unread);
        check(Reading::Unread, 1000, 1, 10, Reading::Unread);
        check(Reading::Unread, 1000, 2, 10, Reading::Read);
        check(Reading::Unread, 1000, 20, 1000, Reading::Reading);
        check(Reading::Reading, 1000, 90, 1000, Reading::Read);
        check(Reading::Reading, 999, 9000, 1000, Reading::Reading);
        check(Reading::Read, 10, 0, 1000, Reading::Read);
        check(Reading::Unread, 1000, u32::MAX, u32::MAX, Reading::Read);
    }

    #[test]
    fn the_fingerprint_is_of_the_words_alone() {
        let check = |one: &str, two: &str, same: bool| {
            assert_eq!(Fingerprint::of(one) == Fingerprint::of(two), same, "{one:?} and {two:?}");
        };
        check("One two.\n\nThree", "  One\ttwo.\r\nThree\n", true);
        check("One two", "Onetwo", false);
        check("One two", "One Two", false);
        assert!(!Fingerprint::of(" \n").is_known());
        assert!(Fingerprint::of("a").is_known());
    }
}
