//! What `update` asks others to do, and what they report back. Pure data.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::reader::pictures::{Drawn, Payload, Request};
use super::sought::Sought;
use crate::document::Document;
use crate::document::changes::Changes;
use crate::document::highlight::Highlight;
use crate::document::shown::{PartId, Position, Target};
use crate::layout::picture::{Extent, Pixels};
use crate::library::article::{Article, ArticleKey};
use crate::library::excerpt::Excerpt;
use crate::library::facets::Facets;
use crate::library::index::Library;
use crate::library::links::Leads;
use crate::library::marking::Marking;
use crate::library::marks::{Deed, Entries, Entry, Marks, Place, Reached, ViewState};
use crate::library::query::{Outcome, Query};
use crate::text::{Markdown, SafeText};

/// Counts the requests of one slot. Raised by `update`; a report of an older one is dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(pub u64);

impl Generation {
    /// The next request's generation.
    #[must_use]
    pub fn raise(&mut self) -> Self {
        self.0 += 1;
        *self
    }
}

/// Which document a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The reader's.
    Reader,
    /// The preview's: its beginning is enough.
    Preview,
    /// The preview's, whole: what it is to show stands behind the beginning.
    WholePreview,
    /// That of an article which a link leads to: its beginning is enough.
    Peek,
}

/// Where a document is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentSource {
    /// A file.
    File(PathBuf),
    /// Text that is at hand: what was piped in, or a page of the built-in guide.
    Text {
        /// What it is called.
        name: SafeText,
        /// The markdown.
        markdown: Markdown,
    },
}

/// Where to open a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// The heading with this slug, or whose text it is.
    Heading(String),
    /// A line of the file, from 1.
    Line(u32),
    /// A position.
    Position(Position),
    /// Where one was in another run, if that is found again.
    Place(Box<Place>),
    /// What was searched for and found at a position: some of what stands before it is shown too.
    Match(Position),
}

/// Something that `update` wants done. Run by the runtime, off the loop where it can take time.
#[derive(Debug)]
pub enum Effect {
    /// Run the query over the library and count its facets.
    Query {
        /// This request.
        generation: Generation,
        /// What to look through.
        library: Arc<Library>,
        /// What to keep.
        query: Query,
        /// While its last word is typed, so that it may be the beginning of one: the query in which it is whole.
        whole: Option<Query>,
        /// Whether articles that are there several times are shown each time.
        each_copy: bool,
        /// Front-matter keys whose values are counted too.
        keys: Vec<SafeText>,
        /// What a person did with the articles.
        entries: Arc<Entries>,
    },
    /// Cut out what is shown of articles that were found.
    Excerpts {
        /// This request.
        generation: Generation,
        /// Of which, those that are wanted most first.
        wanted: Vec<ExcerptWanted>,
        /// What is marked.
        marking: Arc<Marking>,
        /// Characters of each, about.
        length: usize,
    },
    /// Ask the record, or have it keep something. All are done, one after the other.
    Record(Recording),
    /// Read and parse a document: first its head, then more of it, then the whole.
    Load {
        /// Which document.
        slot: Slot,
        /// This request.
        generation: Generation,
        /// Where it is.
        source: DocumentSource,
        /// What the library knows of it, if it does.
        article: Option<Arc<Article>>,
        /// The whole document as it was read before, whose file has changed.
        before: Option<Arc<Document>>,
        /// Whether its beginning is at hand, so that more of it is read at once.
        begun: bool,
    },
    /// Read, decode and draw pictures of an article. The newest request replaces older ones: it names all
    /// that is still wanted.
    Pictures {
        /// This request.
        generation: Generation,
        /// The article's file.
        article: PathBuf,
        /// Libraries that may hold it, and so bound what its pictures may be read from.
        roots: Vec<PathBuf>,
        /// What is wanted.
        request: Request,
    },
    /// Find out where links of the open article lead.
    Resolve {
        /// This request.
        generation: Generation,
        /// Whose links they are.
        standpoint: Standpoint,
        /// Libraries that may hold a lone file, and so bound what its links may reach.
        roots: Vec<PathBuf>,
        /// The links.
        targets: Vec<Target>,
    },
    /// Find what goes with the open article.
    Linked {
        /// This request.
        generation: Generation,
        /// Whose links they are.
        standpoint: Standpoint,
        /// Libraries that may hold a lone file.
        roots: Vec<PathBuf>,
        /// The open article.
        document: Arc<Document>,
        /// Whether related articles are wanted, and not links.
        related: bool,
    },
    /// Watch the file of the open article, also where no library holds it.
    Watch {
        /// The file.
        path: PathBuf,
        /// Its bytes and modification time (nanoseconds since the Unix epoch) when it was read: that it has
        /// become another since is told as well.
        read: (u64, i64),
    },
    /// Open a checked web or mail address outside.
    Open(String),
    /// Give the terminal to an editor at a line of a file, until it is left.
    Edit {
        /// The file.
        file: PathBuf,
        /// From 1.
        line: u32,
    },
    /// Put text on the clipboard, by way of the terminal (OSC 52); see [`super::clipboard::copy`].
    Copy(String),
    /// Send a picture to the terminal, before a frame refers to it.
    Send(Payload),
    /// Highlight code.
    Highlight {
        /// This request.
        generation: Generation,
        /// The document.
        document: Arc<Document>,
        /// Its parts to highlight, those that are wanted most first.
        parts: Vec<PartId>,
    },
    /// Find something in a document.
    Find {
        /// This request.
        generation: Generation,
        /// The document.
        document: Arc<Document>,
        /// What is looked for.
        sought: Arc<Sought>,
        /// The part to begin with.
        from: PartId,
    },
    /// Make ready what queries over a snapshot will need, while nobody waits for it: not while folders are looked
    /// through, which is more urgent and may bring another.
    Prepare(Weak<Library>),
    /// Drop what is shown no longer: that of a large library takes time.
    Discard(Discarded),
    /// Wake `update` with a tick when the clock reaches this time (since the start).
    WakeAt(Duration),
    /// Paint everything anew.
    Repaint,
    /// Give the terminal back and stop, until the shell continues us.
    Suspend,
    /// Leave.
    Quit,
}

/// From where links are followed.
#[derive(Clone, Debug)]
pub struct Standpoint {
    /// The article's file; none for a page of the guide.
    pub file: Option<PathBuf>,
    /// The library on screen, where the article lies under one of its roots: with the root's number and
    /// the path below it.
    pub listed: Option<(Arc<Library>, u16, PathBuf)>,
}

/// An article that a link leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goal {
    /// Its file; of a page of the guide, its path.
    pub file: PathBuf,
    /// What it is called, as far as that is known without reading it.
    pub title: SafeText,
    /// Whether it surely has no such place as the link names.
    pub lacks: bool,
}

/// What the record is asked, or is to keep.
#[derive(Debug)]
pub enum Recording {
    /// What is recorded of the articles under these roots.
    Load(Vec<PathBuf>),
    /// Everything was looked at: articles that are recorded under names that are gone may be among these.
    FindMoved(Arc<Library>),
    /// These files may say something else now; at least one.
    Touched(Vec<PathBuf>),
    /// An article is open.
    Opened {
        /// Its file.
        file: PathBuf,
        /// Its metadata.
        article: Arc<Article>,
        /// All of it.
        document: Arc<Document>,
    },
    /// Somebody is so far in an article.
    Reached(PathBuf, Box<Reached>),
    /// Files and folders have other names now.
    Renamed(Vec<(PathBuf, PathBuf)>),
    /// Where somebody is in a saved view of the library with these roots.
    View(Vec<PathBuf>, ViewState),
    /// Which articles were opened last, at most so many.
    Recent(usize),
    /// Something that can be undone.
    Do(Deed),
    /// Take the last of those back.
    Undo,
}

/// What the record says.
#[derive(Debug, Default)]
pub struct Recorded {
    /// What is recorded of these articles now.
    pub entries: Vec<Entry>,
    /// The bookmarks and notes of one article.
    pub marks: Option<Marks>,
    /// The articles that were opened last, where that was asked.
    pub recent: Option<Vec<Entry>>,
    /// Where somebody was in the saved views of the library.
    pub views: Vec<ViewState>,
    /// Whether those entries are all of the library.
    pub all: bool,
    /// What is worth a word.
    pub said: Option<SafeText>,
}

/// An article of which a section was found.
#[derive(Clone, Debug, PartialEq)]
pub struct ExcerptWanted {
    /// The article.
    pub article: Arc<Article>,
    /// Where its text is.
    pub source: DocumentSource,
    /// The section's index.
    pub section: u32,
}

/// What goes with the open article, as far as it is known.
#[derive(Clone, Debug)]
pub struct Linked {
    /// In the order in which it is shown.
    pub items: Arc<[LinkedItem]>,
    /// How far the looking is, while it goes on.
    pub progress: Option<SafeText>,
}

/// Something that goes with the open article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedItem {
    /// A title, or a link's words.
    pub text: SafeText,
    /// What there is to say beside.
    pub detail: SafeText,
    /// How it goes with it.
    pub side: Side,
    /// Where it leads.
    pub leads: Leads<Goal>,
    /// Where in that article.
    pub at: Option<Position>,
}

/// How something goes with the open article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It links to it.
    Out,
    /// It is linked from it.
    In,
    /// It shares tags or words.
    Related,
    /// It is the same article once more.
    Copy,
}

/// What is shown no longer.
#[derive(Debug, Default)]
pub struct Discarded {
    /// A snapshot.
    pub library: Arc<Library>,
    /// An answer to a query.
    pub outcome: Arc<Outcome>,
    /// Its counts.
    pub facets: Arc<Facets>,
}

/// A document that was loaded.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its metadata: from the library, or read from the file itself.
    pub article: Arc<Article>,
    /// The document, or the head of it.
    pub document: Arc<Document>,
    /// What is different from the document before, where it was read again.
    pub changes: Option<Arc<Changes>>,
}

/// What somebody reports to `update`.
#[derive(Debug)]
pub enum Report {
    /// A newer snapshot of the library.
    Library {
        /// The snapshot.
        library: Arc<Library>,
        /// How far the indexing is.
        progress: Progress,
    },
    /// The content of these files may have changed, or they are gone.
    Touched(Vec<PathBuf>),
    /// Files and folders that have another name now, each with it.
    Renamed(Vec<(PathBuf, PathBuf)>),
    /// What the record says.
    Recorded(Recorded),
    /// Something that is worth a word.
    Notice(SafeText),
    /// The answer to [`Effect::Query`].
    Queried {
        /// Whose answer.
        generation: Generation,
        /// The snapshot it was run over.
        library: Arc<Library>,
        /// What the query keeps.
        outcome: Arc<Outcome>,
        /// What there is, counted.
        facets: Arc<Facets>,
        /// Files that were read and that are to be read in all, where more is still being found.
        reading: Option<(usize, usize)>,
        /// Whether the query was answered in which the word that is typed is whole.
        is_whole: bool,
    },
    /// How far the text index is, in percent; `None` when it is up to date.
    Indexing(Option<u8>),
    /// A part of the answer to [`Effect::Excerpts`]; `None` for what cannot be read.
    Excerpts {
        /// Whose answer.
        generation: Generation,
        /// By article.
        excerpts: Vec<(ArticleKey, Option<Excerpt>)>,
    },
    /// An answer to [`Effect::Load`]: once for the head, once for the whole (unless the head is all).
    Loaded {
        /// Which document.
        slot: Slot,
        /// Whose answer.
        generation: Generation,
        /// The document, or why there is none, in words.
        result: Result<Loaded, SafeText>,
    },
    /// The answer to [`Effect::Resolve`].
    Resolved {
        /// Whose answer.
        generation: Generation,
        /// Where each link leads.
        found: Vec<(Target, Leads<Goal>)>,
    },
    /// An answer to [`Effect::Linked`]; the last one says no progress.
    Linked {
        /// Whose answer.
        generation: Generation,
        /// What is known by now.
        linked: Linked,
    },
    /// A part of the answer to [`Effect::Pictures`].
    Pictures {
        /// Whose answer.
        generation: Generation,
        /// The answer.
        answer: PictureAnswer,
    },
    /// A part of the answer to [`Effect::Find`].
    Found {
        /// Whose answer.
        generation: Generation,
        /// Where it stands, in order, in ranges of the markdown.
        matches: Vec<Range<u32>>,
        /// Whether that is all.
        done: bool,
    },
    /// An answer to [`Effect::Highlight`]: one for each part.
    Highlighted {
        /// Whose answer.
        generation: Generation,
        /// The part.
        part: PartId,
        /// What of its shown text is what; empty for code in no known language.
        highlights: Vec<Highlight>,
    },
}

/// What answers an [`Effect::Pictures`], piece by piece.
#[derive(Debug)]
pub enum PictureAnswer {
    /// How large pictures are, by their targets, or why they are not drawn.
    Sizes(Vec<(Arc<str>, PictureSize)>),
    /// A picture was drawn, or why it was not.
    Drawn {
        /// As written.
        target: Arc<str>,
        /// The file it was read from.
        file: PictureFile,
        /// Its columns and rows.
        extent: Extent,
        /// The picture.
        result: Result<Drawn, SafeText>,
    },
}

/// How large a picture in a file is, or why it is not drawn.
pub type PictureSize = Result<(PictureFile, Pixels), SafeText>;

/// A picture's file at a moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PictureFile {
    /// The file, links followed.
    pub path: PathBuf,
    /// Modification time in nanoseconds since the Unix epoch.
    pub modified: i64,
}

/// How far the indexing of the library is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Articles found so far.
    pub found: usize,
    /// Files and folders that were left out, each with its reason; at most the first few hundred.
    pub skipped: Vec<Skipped>,
    /// How many were left out in all.
    pub skipped_count: usize,
    /// Whether everything has been looked at, in this run or in one before.
    pub done: bool,
    /// Whether it was in this run.
    pub walked: bool,
    /// Whether what was known before this run is only what a run that was broken off had come to.
    pub goes_on: bool,
}

/// A file or folder that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its path, to be shown.
    pub path: SafeText,
    /// Why.
    pub reason: SafeText,
}
