//! Sections that were found → the rows that `longread search` prints.

use std::borrow::Borrow;
use std::ops::Range;
use std::path::Path;

use serde::Serialize;

use super::{Found, Source};
use crate::cli::files::openable;
use crate::cli::sections;
use crate::library::article::Place;
use crate::library::excerpt::{Excerpt, excerpt, excerpt_alone};
use crate::library::hits::{Part, Ranked};
use crate::library::marking::Marking;
use crate::library::section::{ArticleText, Section};
use crate::library::stems::Language;
use crate::storage::disk;
use crate::storage::text_files::{self, Apart};
use crate::storage::text_index::Known;
use crate::text::SafeText;

/// Characters of a snippet: two lines of text.
const SNIPPET: usize = 160;

/// A section that was found; as JSON, the command's contract.
#[derive(Serialize)]
pub(super) struct Row {
    path: String,
    file: String,
    pub(super) title: SafeText,
    pub(super) heading: Option<SafeText>,
    slug: Option<SafeText>,
    pub(super) line: u32,
    score: f32,
    pub(super) snippet: SafeText,
    pub(super) ranges: Vec<[usize; 2]>,
    /// As it opens from here.
    #[serde(skip)]
    pub(super) openable: String,
    /// What was looked for in the title.
    #[serde(skip)]
    pub(super) title_ranges: Vec<[usize; 2]>,
    /// Whether the snippet is the title, which is said over the sections.
    #[serde(skip)]
    pub(super) is_of_title: bool,
}

/// What is shown of a section.
pub(super) struct Drawn {
    section: u32,
    excerpt: Excerpt,
}

impl Drawn {
    /// What is shown of a section of `text`, where it has that.
    pub(super) fn new(
        text: &ArticleText,
        section: u32,
        marking: &Marking,
        language: Language,
    ) -> Option<Self> {
        let of = text.sections.get(section as usize)?;
        Some(Self { section, excerpt: excerpt(text, of, marking, language, SNIPPET) })
    }

    /// Whether it is worth showing beside other sections of its article: where a title or a name alone holds what was
    /// looked for, those stand for it.
    fn says_something(&self) -> bool {
        !(self.excerpt.is_bare && self.excerpt.heading.is_empty())
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let Excerpt { heading, slug, snippet, .. } = &self.excerpt;
        let texts = [heading, slug, &snippet.text].map(|text| text.as_str().len());
        size_of::<Self>() + texts.iter().sum::<usize>() + 16 * snippet.ranges.len()
    }
}

impl Found {
    /// The rows of some articles, each article's together; at most `most` of each.
    pub(super) fn rows(&self, some: &[Ranked], marking: &Marking, most: usize) -> Vec<Vec<Row>> {
        let (places, known) = (self.places(some), self.known(some));
        let mut rows = text_files::each(some.len(), &|| false, &|at| {
            let (ranked, place) = (some.get(at)?, places.get(at)?);
            let path = self.folders.get(usize::from(place.root))?.join(&place.path);
            let article = OfArticle { place, path: &path, score: ranked.score, marking, most };
            let rows = self.drawn_rows(ranked, article);
            let rows = rows.or_else(|| self.rows_apart(ranked, known.get(at)?.as_ref()?, article));
            Some((at, rows.or_else(|| self.read_rows(ranked, article))?))
        });
        rows.sort_by_key(|(at, _)| *at);
        rows.into_iter().map(|(_, rows)| rows).filter(|rows| !rows.is_empty()).collect()
    }

    /// What the index knows of the sections that were found in each article of `some`.
    fn known(&self, some: &[Ranked]) -> Vec<Option<Known>> {
        match &self.source {
            // What cannot be looked up is read.
            Source::Index(index) => index.known(some).unwrap_or_default(),
            Source::Library(_) => Vec::new(),
        }
    }

    /// The rows of an article of which everything was drawn when it was read.
    fn drawn_rows(&self, ranked: &Ranked, article: OfArticle<'_>) -> Option<Vec<Row>> {
        let drawn = self.drawn.get(&ranked.article)?;
        let Source::Library(library) = &self.source else { return None };
        let title = SafeText::line(library.row(ranked.article).title());
        let drawn = ranked
            .sections
            .iter()
            .map(|(section, score)| Some((drawn.iter().find(|drawn| drawn.section == *section)?, *score)));
        Some(article.rows(&title, drawn.collect::<Option<Vec<(&Drawn, f32)>>>()?))
    }

    /// The rows of an article of which no more than what was found is read, where that is enough.
    fn rows_apart(&self, ranked: &Ranked, known: &Known, article: OfArticle<'_>) -> Option<Vec<Row>> {
        let folder = self.folders.get(usize::from(article.place.root))?;
        if !article.is_unchanged() {
            return None;
        }
        let read = text_files::read_apart(folder, article.place, &known.places, sections::read_one);
        let Apart { text, sections } = read.ok()??;
        let draw = |(section, (number, score)): (&Section, &(u32, f32))| {
            let excerpt = excerpt_alone(&text, section, article.marking, known.language, SNIPPET)?;
            Some((Drawn { section: *number, excerpt }, *score))
        };
        let drawn: Vec<(Drawn, f32)> =
            sections.iter().zip(&ranked.sections).map(draw).collect::<Option<_>>()?;
        Some(article.rows(&text.article.title, drawn))
    }

    /// The rows of an article that is read whole for that.
    fn read_rows(&self, ranked: &Ranked, article: OfArticle<'_>) -> Option<Vec<Row>> {
        let folder = self.folders.get(usize::from(article.place.root))?;
        let is_unchanged = article.is_unchanged();
        let text = text_files::read(folder, article.place, sections::read).ok()?;
        let language = text.language();
        let draw = |(section, score): &(u32, f32)| {
            let drawn = Drawn::new(&text, *section, article.marking, language)?;
            // What was said of a file that has changed since is looked for anew.
            (is_unchanged || drawn.excerpt.has_marks()).then_some((drawn, *score))
        };
        let drawn: Vec<(Drawn, f32)> = ranked.sections.iter().filter_map(draw).collect();
        Some(article.rows(&text.article.title, drawn))
    }
}

/// What the rows of an article share.
#[derive(Clone, Copy)]
struct OfArticle<'a> {
    place: &'a Place,
    path: &'a Path,
    score: f32,
    marking: &'a Marking,
    /// How many rows there are to be at most.
    most: usize,
}

impl OfArticle<'_> {
    /// Whether the file is as it was when it was searched.
    fn is_unchanged(self) -> bool {
        disk::stamp(self.path) == Some((self.place.bytes, self.place.modified))
    }

    /// The rows of what is shown of the article and worth it.
    fn rows<D: Borrow<Drawn>>(self, title: &SafeText, mut drawn: Vec<(D, f32)>) -> Vec<Row> {
        let is_alone = drawn.len() == 1;
        drawn.retain(|(drawn, _)| is_alone || drawn.borrow().says_something());
        let best = drawn.first().map_or(0.0, |(_, score)| *score);
        let scaled = Scaled { of_article: self.score, best };
        let row = |(drawn, score): &(D, f32)| Row::new(self, title, drawn.borrow(), scaled.score(*score));
        drawn.iter().take(self.most).map(row).collect()
    }
}

/// What scores are printed: an article's own for the best of its sections that are shown, so that articles stand in the
/// order of what is printed, and in proportion for the others.
#[derive(Clone, Copy)]
struct Scaled {
    of_article: f32,
    /// The score of that section.
    best: f32,
}

impl Scaled {
    fn score(self, section: f32) -> f32 {
        // Nothing is worth nothing, whatever of it is shown.
        if self.best > 0.0 { self.of_article * (section / self.best) } else { self.of_article }
    }
}

impl Row {
    fn new(of: OfArticle<'_>, title: &SafeText, drawn: &Drawn, score: f32) -> Self {
        let OfArticle { place, path, marking, .. } = of;
        let Excerpt { heading, slug, snippet, part, language, .. } = &drawn.excerpt;
        let pairs = |ranges: &[Range<usize>]| ranges.iter().map(|range| [range.start, range.end]).collect();
        let has_heading = !heading.is_empty();
        let file = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self {
            path: place.path.to_string_lossy().into_owned(),
            file: file.to_string_lossy().into_owned(),
            title: title.clone(),
            heading: has_heading.then(|| heading.clone()),
            slug: has_heading.then(|| slug.clone()),
            line: drawn.excerpt.line,
            score,
            ranges: pairs(&snippet.ranges),
            snippet: snippet.text.clone(),
            openable: openable(path),
            title_ranges: pairs(&marking.find(Part::Title, title.as_str(), *language)),
            is_of_title: *part == Part::Title,
        }
    }
}
