//! What is looked for in an article: what somebody typed, or the words of a query that found it.
//!
//! The one place where `library`'s words meet `document`'s finding.

use std::ops::Range;
use std::sync::Arc;

use super::reader::card::marked_line;
use crate::document::find::{Finder, Pattern};
use crate::document::shown::{Inline, PartId, PartKind, Position};
use crate::document::{Document, phrase};
use crate::layout::{Order, Piece, Role, Row, reads_right_to_left};
use crate::library::article::Article;
use crate::library::hits::Part;
use crate::library::marking::Marking;
use crate::library::stems::Language;
use crate::text::SafeText;

/// The words of a query that found an article.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// What finds them.
    pub marking: Arc<Marking>,
    /// What the article is written in, where the search has told.
    pub language: Option<Language>,
}

impl Words {
    /// Whether these find the same as `other`.
    pub fn are(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.marking, &other.marking) && self.language == other.language
    }
}

/// Where the best of what found an article stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Best {
    /// In the card over its text.
    Card,
    /// In its text.
    Text(Position),
}

impl Best {
    /// Where in the text.
    pub fn position(self) -> Option<Position> {
        if let Self::Text(position) = self { Some(position) } else { None }
    }
}

/// What is looked for.
#[derive(Clone, Debug)]
pub enum Sought {
    /// What was typed.
    Pattern(Pattern),
    /// Words, in any of their forms.
    Words(InArticle),
}

/// Words that are looked for in one article.
#[derive(Clone, Debug)]
pub struct InArticle {
    marking: Arc<Marking>,
    language: Language,
    /// Whether its title is shown in the place of a heading, which is not shown once more.
    is_titled_by_heading: bool,
}

impl Sought {
    /// The words of a query in an article whose language the search has told, or that says it (`lang`), or else
    /// tells it.
    pub fn words(words: &Words, lang: Option<&SafeText>, document: &Document) -> Self {
        let said = words.language.or_else(|| lang.map(|lang| Language::of_tag(lang.as_str())));
        let is_hidden = |part: PartId| {
            document.parts().get(part.0 as usize).is_some_and(|part| part.kind == PartKind::Nothing)
        };
        Self::Words(InArticle {
            marking: Arc::clone(&words.marking),
            language: said.unwrap_or_else(|| language_of(document)),
            is_titled_by_heading: document.contents().iter().any(|heading| is_hidden(heading.part)),
        })
    }

    /// The columns of a row of the card over the text of `article`, laid out in an `order`, in which one of a query's
    /// words stands: in what was searched of it, which is not all that is said there.
    pub fn in_card(&self, row: &Row, article: &Article, order: Order) -> Vec<Range<u16>> {
        let Self::Words(words) = self else { return Vec::new() };
        let parts: &[Part] =
            if words.is_titled_by_heading { &[Part::Title, Part::Heading] } else { &[Part::Title] };
        let mut columns = Vec::new();
        for piece in &row.pieces {
            match piece.role {
                Role::Title => words.in_piece(parts, piece, order, &mut columns),
                Role::Description => words.in_piece(&[Part::Description], piece, order, &mut columns),
                Role::Meta if piece.inline.contains(Inline::LINK) => {
                    words.in_piece(&[Part::Names], piece, order, &mut columns);
                }
                Role::Meta => words.in_names(piece, article, order, &mut columns),
                _ => {}
            }
        }
        columns
    }

    /// Adds where it stands in a part, in ranges of the markdown.
    pub fn in_part(&self, finder: &mut Finder<'_>, part: PartId, found: &mut Vec<Range<u32>>) {
        match self {
            Self::Pattern(pattern) => finder.pattern(part, pattern, found),
            Self::Words(InArticle { marking, language, .. }) => {
                let of = if finder.is_heading(part) { Part::Heading } else { Part::Body };
                if marking.looks_in(of) {
                    let seek = |text: &str, found: &mut Vec<Range<usize>>| {
                        found.extend(marking.find(of, text, *language));
                    };
                    finder.part(part, &seek, found);
                }
            }
        }
    }
}

impl InArticle {
    /// Adds the columns of a piece of a row in which one of the words stands, being some of `parts`.
    fn in_piece(&self, parts: &[Part], piece: &Piece, order: Order, columns: &mut Vec<Range<u16>>) {
        let mut clusters: Vec<_> = piece.clusters().collect();
        let shown = piece.text.as_str();
        if order == Order::Screen && reads_right_to_left(shown) {
            // A piece of such a run stands on the screen from its end to its beginning.
            clusters.reverse();
        }
        let mut read = String::with_capacity(shown.len());
        let mut ends = Vec::with_capacity(clusters.len());
        for (.., bytes) in &clusters {
            read.push_str(shown.get(bytes.start as usize..bytes.end as usize).unwrap_or_default());
            ends.push(read.len());
        }
        for found in self.marking.find_as(parts, &read, self.language) {
            let first = ends.partition_point(|end| *end <= found.start);
            let behind = ends.partition_point(|end| *end < found.end) + 1;
            let lit = clusters.get(first..behind.min(clusters.len())).unwrap_or_default().iter();
            let lit = lit.map(|(column, width, _)| *column..*column + *width);
            columns.extend(lit.reduce(|all, next| all.start.min(next.start)..all.end.max(next.end)));
        }
    }

    /// Adds the columns of a piece of the meta line in which one of the words stands in the source or an author.
    fn in_names(&self, piece: &Piece, article: &Article, order: Order, columns: &mut Vec<Range<u16>>) {
        for name in article.source.iter().chain(&article.authors).map(phrase::name) {
            let found = self.marking.find(Part::Names, name.as_str(), self.language);
            if found.is_empty() {
                continue;
            }
            let pieces = marked_line(&name, &found, u16::MAX, order);
            let shown: String = pieces.iter().map(|(piece, _)| piece.as_str()).collect();
            let Some(at) = piece.text.as_str().find(&shown) else { continue };
            let mut column = piece.column + piece.text.safe().slice(0..at).width() as u16;
            for (piece, is_marked) in pieces {
                let end = column + piece.width() as u16;
                columns.extend(is_marked.then_some(column..end));
                column = end;
            }
        }
    }
}

/// What a document's longest section seems to be written in, as a search tells it (`ArticleText::language`).
fn language_of(document: &Document) -> Language {
    /// Where sections are longer, the last of them counts.
    const LONG: usize = 4096;
    let markdown = document.markdown();
    let headings = document.contents().iter().filter(|heading| heading.top_level);
    let mut starts = vec![document.body().0 as usize];
    starts.extend(headings.map(|heading| heading.position.0 as usize));
    starts.push(markdown.len());
    let sections = starts.windows(2).filter_map(|two| markdown.get(two[0]..two[1]));
    sections.max_by_key(|section| section.len().min(LONG)).map_or(Language::NONE, Language::of_text)
}
