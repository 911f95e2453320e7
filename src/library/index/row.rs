//! One article in the index: a record of fixed size, and beside it the bytes of what has none.
//!
//! Knows only `article` and this folder's `arena` and `sum`. The bytes may come from a damaged file: reading them
//! gives what can be read and never fails. Texts are cleaned again where they become [`SafeText`].

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::Day;
use super::arena::Arena;
use super::sum::Sum;
use crate::error::{Problem, ProblemKind};
use crate::library::article::{Article, ArticleKey, Date, Image, Place, TitleFrom, Value};
use crate::safe;
use crate::text::SafeText;

/// Levels of lists and maps that a value may have: those of front matter are bounded by 128.
const DEPTH: u32 = 160;
/// [`Record::words`] where nobody has counted them.
pub(super) const UNCOUNTED: u32 = u32::MAX;

/// What every article has, in columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(super) struct Record {
    pub(super) modified: i64,
    /// As [`Certainty::changed`].
    pub(super) changed: i64,
    pub(super) bytes: u64,
    /// Where its blob is in the arena: path, title and the rest, one behind the other.
    pub(super) blob: u64,
    /// [`check`] of its path.
    pub(super) check: u64,
    pub(super) blob_len: u32,
    pub(super) path_len: u32,
    pub(super) title_len: u32,
    pub(super) words: u32,
    pub(super) updated: Day,
    pub(super) root: u16,
    pub(super) flags: u16,
}

impl Record {
    pub(super) const DRAFT: u16 = 1;
    pub(super) const FEATURED: u16 = 1 << 1;
    pub(super) const TOC_SAID: u16 = 1 << 2;
    pub(super) const TOC: u16 = 1 << 3;
    pub(super) const TITLE_OF_HEADING: u16 = 1 << 4;
    pub(super) const TITLE_OF_NAME: u16 = 1 << 5;
    pub(super) const BROKEN: u16 = 1 << 6;
    pub(super) const UNSETTLED: u16 = 1 << 7;
    pub(super) const CUT: u16 = 1 << 8;
    pub(super) const BODY_READ: u16 = 1 << 9;

    pub(super) fn has(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }
}

/// How sure it is that an article is what its file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certainty {
    /// The file had been left alone for a while when it was read: a later change shows in its time.
    pub settled: bool,
    /// No more of the file would change what is known: its title was found, or the file ended.
    pub complete: bool,
    /// When the system last changed anything about the file (`st_ctime`, nanoseconds since the Unix epoch). It tells of
    /// what keeps size and time of modification, as `touch -r` and `rsync -t` do.
    pub changed: i64,
}

impl Default for Certainty {
    fn default() -> Self {
        Self { settled: true, complete: true, changed: 0 }
    }
}

/// One article as the index has it: each value is read when it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub(super) record: &'a Record,
    pub(super) day: Day,
    pub(super) arena: &'a Arena,
}

impl<'a> Row<'a> {
    fn blob(&self) -> &'a [u8] {
        self.arena.get(self.record.blob, self.record.blob_len)
    }

    /// Its identity.
    pub fn key(&self) -> ArticleKey {
        ArticleKey::of(self.root(), self.path())
    }

    /// Index into the library's roots.
    pub fn root(&self) -> u16 {
        self.record.root
    }

    /// Path below the root.
    pub fn path(&self) -> &'a Path {
        let bytes = self.arena.get(self.record.blob, self.record.path_len);
        Path::new(OsStr::from_bytes(bytes))
    }

    /// Its title: for comparing, not for showing.
    pub fn title(&self) -> &'a str {
        let start = self.record.blob.saturating_add(u64::from(self.record.path_len));
        std::str::from_utf8(self.arena.get(start, self.record.title_len)).unwrap_or_default()
    }

    /// Bytes of its file.
    pub fn bytes(&self) -> u64 {
        self.record.bytes
    }

    /// When its file was changed, in nanoseconds since the Unix epoch.
    pub fn modified(&self) -> i64 {
        self.record.modified
    }

    /// How sure it is that all this is what the file says.
    pub fn certainty(&self) -> Certainty {
        let flags = self.record;
        Certainty {
            settled: !flags.has(Record::UNSETTLED),
            complete: !flags.has(Record::CUT),
            changed: flags.changed,
        }
    }

    /// The day it was published.
    pub fn date(&self) -> Option<Date> {
        self.day.date()
    }

    /// The day it was last changed, as its front matter says.
    pub fn updated(&self) -> Option<Date> {
        self.record.updated.date()
    }

    /// Whether contents are wanted beside it, where it says so.
    pub fn toc(&self) -> Option<bool> {
        self.record.has(Record::TOC_SAID).then(|| self.record.has(Record::TOC))
    }

    /// Words in the body, once they were counted.
    pub fn words(&self) -> Option<u32> {
        (self.record.words != UNCOUNTED).then_some(self.record.words)
    }

    /// The texts that it may have: for comparing, not for showing.
    pub fn texts(&self) -> Texts<'a> {
        self.rest().map(|(texts, _)| texts).unwrap_or_default()
    }

    fn rest(&self) -> Option<(Texts<'a>, Reader<'a>)> {
        let skipped = self.record.path_len as usize + self.record.title_len as usize;
        let mut reader = Reader(self.blob().get(skipped..)?);
        Some((Texts::read(&mut reader)?, reader))
    }

    /// The front-matter keys without a meaning of their own, and their values.
    pub fn meta(&self) -> Vec<(SafeText, Value)> {
        let meta = self.rest().and_then(|(_, mut reader)| {
            reader.list()?;
            reader.list()?;
            reader.pairs(DEPTH)
        });
        meta.unwrap_or_default()
    }

    /// The whole article.
    pub fn article(&self) -> Article {
        let record = self.record;
        let path = self.path().to_owned();
        let mut article = Article {
            key: ArticleKey::of(record.root, &path),
            place: Place { root: record.root, path, bytes: record.bytes, modified: record.modified },
            title: safe!("{}", self.title()),
            title_from: match (record.has(Record::TITLE_OF_HEADING), record.has(Record::TITLE_OF_NAME)) {
                (true, _) => TitleFrom::Heading,
                (false, true) => TitleFrom::Name,
                (false, false) => TitleFrom::Key,
            },
            date: self.date(),
            updated: self.updated(),
            tags: Vec::new(),
            authors: Vec::new(),
            description: None,
            source: None,
            url: None,
            image: None,
            draft: record.has(Record::DRAFT),
            featured: record.has(Record::FEATURED),
            toc: self.toc(),
            lang: None,
            meta: Vec::new(),
            words: self.words(),
            problems: Vec::new(),
        };
        // Bytes that cannot be read are those of a damaged file: what could be read has to do.
        let _ = self.fill(&mut article);
        if article.title.is_empty() {
            article.title = safe!("{}", article.place.path.display());
        }
        article
    }

    fn fill(&self, article: &mut Article) -> Option<()> {
        let (texts, mut reader) = self.rest()?;
        let text = |text: Option<&str>| text.map(|text| safe!("{text}"));
        article.description = text(texts.description);
        article.source = text(texts.source);
        article.url = texts.url.map(str::to_owned);
        article.image = texts.image.map(|target| Image { target: target.to_owned(), alt: text(texts.alt) });
        article.lang = text(texts.lang);
        let texts = |list: Vec<&str>| list.into_iter().map(|text| safe!("{text}")).collect();
        article.tags = texts(reader.list()?);
        article.authors = texts(reader.list()?);
        article.meta = reader.pairs(DEPTH)?;
        let count = reader.number()?;
        for _ in 0..count {
            let (line, column, kind) = (reader.number()?, reader.number()?, reader.number()?);
            let kind = *ProblemKind::ALL.get(kind as usize)?;
            let reason = safe!("{}", reader.text()?);
            article.problems.push(Problem { line: line as u32, column: column as u32, kind, reason });
        }
        Some(())
    }
}

/// The texts that an article may have.
#[derive(Clone, Copy, Debug, Default)]
pub struct Texts<'a> {
    /// One or two sentences about it.
    pub description: Option<&'a str>,
    /// The publisher.
    pub source: Option<&'a str>,
    /// The address it came from.
    pub url: Option<&'a str>,
    /// Path or address of its picture.
    pub image: Option<&'a str>,
    /// Text in the place of the picture.
    pub alt: Option<&'a str>,
    /// Its language.
    pub lang: Option<&'a str>,
}

impl<'a> Texts<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        Some(Self {
            description: reader.maybe()?,
            source: reader.maybe()?,
            url: reader.maybe()?,
            image: reader.maybe()?,
            alt: reader.maybe()?,
            lang: reader.maybe()?,
        })
    }
}

/// Appends the blob of `article` to `out` and gives its record, whose blob begins where `out` ended, behind
/// `base` bytes of others.
pub(super) fn write(article: &Article, certainty: Certainty, base: u64, out: &mut Vec<u8>) -> Record {
    let from = out.len();
    let path = article.place.path.as_os_str().as_bytes();
    out.extend_from_slice(path);
    let title = article.title.as_str();
    out.extend_from_slice(title.as_bytes());
    let image = article.image.as_ref();
    put_maybe(article.description.as_ref().map(SafeText::as_str), out);
    put_maybe(article.source.as_ref().map(SafeText::as_str), out);
    put_maybe(article.url.as_deref(), out);
    put_maybe(image.map(|image| image.target.as_str()), out);
    put_maybe(image.and_then(|image| image.alt.as_ref()).map(SafeText::as_str), out);
    put_maybe(article.lang.as_ref().map(SafeText::as_str), out);
    for texts in [&article.tags, &article.authors] {
        put_number(texts.len() as u64, out);
        for text in texts {
            put_text(text.as_str(), out);
        }
    }
    put_pairs(&article.meta, out);
    put_number(article.problems.len() as u64, out);
    for problem in &article.problems {
        let kind = ProblemKind::ALL.iter().position(|kind| *kind == problem.kind).unwrap_or_default();
        put_number(problem.line.into(), out);
        put_number(problem.column.into(), out);
        put_number(kind as u64, out);
        put_text(problem.reason.as_str(), out);
    }
    let mut flags = 0;
    for (flag, is) in [
        (Record::DRAFT, article.draft),
        (Record::FEATURED, article.featured),
        (Record::TOC_SAID, article.toc.is_some()),
        (Record::TOC, article.toc == Some(true)),
        (Record::TITLE_OF_HEADING, article.title_from == TitleFrom::Heading),
        (Record::TITLE_OF_NAME, article.title_from == TitleFrom::Name),
        (Record::BROKEN, !article.problems.is_empty()),
        (Record::UNSETTLED, !certainty.settled),
        (Record::CUT, !certainty.complete),
    ] {
        flags |= if is { flag } else { 0 };
    }
    Record {
        modified: article.place.modified,
        changed: certainty.changed,
        bytes: article.place.bytes,
        blob: base + from as u64,
        check: check(path),
        blob_len: (out.len() - from) as u32,
        path_len: path.len() as u32,
        title_len: title.len() as u32,
        words: article.words.unwrap_or(UNCOUNTED),
        updated: article.updated.map_or(Day::NONE, Day::of),
        root: article.place.root,
        flags,
    }
}

/// A sum over a path that has nothing to do with the one in its `ArticleKey`: where both are as expected the
/// path is, and it need not be looked at, which would read all pages of a catalogue.
pub(super) fn check(path: &[u8]) -> u64 {
    Sum::of(path)
}

/// A number as LEB128: seven bits a byte, least first.
fn put_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_text(text: &str, out: &mut Vec<u8>) {
    put_number(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

/// A text that may be missing: one more than its length, or 0.
fn put_maybe(text: Option<&str>, out: &mut Vec<u8>) {
    match text {
        None => out.push(0),
        Some(text) => {
            put_number(text.len() as u64 + 1, out);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

fn put_pairs(pairs: &[(SafeText, Value)], out: &mut Vec<u8>) {
    put_number(pairs.len() as u64, out);
    for (name, value) in pairs {
        put_text(name.as_str(), out);
        put_value(value, out);
    }
}

/// Depth is bounded by the readers of front matter.
fn put_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(0),
        Value::Bool(false) => out.push(1),
        Value::Bool(true) => out.push(2),
        Value::Text(text) => {
            out.push(3);
            put_text(text.as_str(), out);
        }
        Value::Number(text) => {
            out.push(4);
            put_text(text.as_str(), out);
        }
        Value::List(values) => {
            out.push(5);
            put_number(values.len() as u64, out);
            for value in values {
                put_value(value, out);
            }
        }
        Value::Map(pairs) => {
            out.push(6);
            put_pairs(pairs, out);
        }
    }
}

/// Reads a blob from its beginning on; `None` where it does not hold what is asked for.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, len: u64) -> Option<&'a str> {
        let (text, rest) = self.0.split_at_checked(usize::try_from(len).ok()?)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let len = self.number()?;
        self.take(len)
    }

    #[expect(clippy::option_option, reason = "a text that is missing is not one that cannot be read")]
    fn maybe(&mut self) -> Option<Option<&'a str>> {
        match self.number()?.checked_sub(1) {
            None => Some(None),
            Some(len) => self.take(len).map(Some),
        }
    }

    fn list(&mut self) -> Option<Vec<&'a str>> {
        // Not collected by its count, which may be anything.
        (0..self.number()?).map(|_| self.text()).collect()
    }

    fn pairs(&mut self, depth: u32) -> Option<Vec<(SafeText, Value)>> {
        let pair = |reader: &mut Self| Some((safe!("{}", reader.text()?), reader.value(depth)?));
        (0..self.number()?).map(|_| pair(self)).collect()
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        let (&kind, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(match kind {
            0 => Value::Null,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::Text(SafeText::lines(self.text()?)),
            4 => Value::Number(safe!("{}", self.text()?)),
            5 => {
                let depth = depth.checked_sub(1)?;
                Value::List((0..self.number()?).map(|_| self.value(depth)).collect::<Option<_>>()?)
            }
            6 => Value::Map(self.pairs(depth.checked_sub(1)?)?),
            _ => return None,
        })
    }
}
