//! What is looked for in an article: what somebody typed, or the words of a query that found it.
//!
//! The one place where `library`'s words meet `document`'s finding.

use std::iter;
use std::ops::Range;
use std::sync::Arc;

use crate::document::find::{Finder, Pattern};
use crate::document::shown::{Inline, PartId};
use crate::document::{Document, phrase};
use crate::layout::{Role, Row};
use crate::library::article::Article;
use crate::library::excerpt::find_any;
use crate::library::matcher::Matcher;
use crate::library::stems::Language;
use crate::text::SafeText;

/// The words of a query that found an article.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// What finds them.
    pub matchers: Arc<Vec<Matcher>>,
    /// What the article is written in, where the search has told.
    pub language: Option<Language>,
}

impl Words {
    /// Whether these find the same as `other`.
    pub fn are(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.matchers, &other.matchers) && self.language == other.language
    }
}

/// What is looked for.
#[derive(Clone, Debug)]
pub enum Sought {
    /// What was typed.
    Pattern(Pattern),
    /// Words, in any of their forms, in the article's language.
    Words(Arc<Vec<Matcher>>, Language),
}

impl Sought {
    /// The words of a query in an article whose language the search has told, or that says it (`lang`), or else
    /// tells it.
    pub fn words(words: &Words, lang: Option<&SafeText>, document: &Document) -> Self {
        let said = words.language.or_else(|| lang.map(|lang| Language::of_tag(lang.as_str())));
        let language = said.unwrap_or_else(|| language_of(document));
        Self::Words(Arc::clone(&words.matchers), language)
    }

    /// The columns of a row of the card over the text of `article` in which one of a query's words stands: in what
    /// was searched of it, which is not all that is said there.
    pub fn in_card(&self, row: &Row, article: &Article) -> Vec<Range<u16>> {
        let Self::Words(matchers, language) = self else { return Vec::new() };
        let mut columns = Vec::new();
        for piece in &row.pieces {
            let text = piece.text.as_str();
            let whole = iter::once(0..text.len());
            let searched: Vec<_> = match piece.role {
                Role::Title | Role::Description => whole.collect(),
                Role::Meta if piece.inline.contains(Inline::LINK) => whole.collect(),
                Role::Meta => names_in(text, article),
                _ => continue,
            };
            for range in searched {
                for found in find_any(text.get(range.clone()).unwrap_or_default(), matchers, *language) {
                    let found = (range.start + found.start) as u32..(range.start + found.end) as u32;
                    let lit =
                        piece.clusters().filter(|(.., at)| at.start < found.end && found.start < at.end);
                    let ends = lit.map(|(column, width, _)| (column, column + width));
                    columns.extend(ends.reduce(|all, next| (all.0, next.1)).map(|(start, end)| start..end));
                }
            }
        }
        columns
    }

    /// Adds where it stands in a part, in ranges of the markdown.
    pub fn in_part(&self, finder: &mut Finder<'_>, part: PartId, found: &mut Vec<Range<u32>>) {
        match self {
            Self::Pattern(pattern) => finder.pattern(part, pattern, found),
            Self::Words(matchers, language) => {
                finder.part(part, &|text, found| found.extend(find_any(text, matchers, *language)), found);
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

/// Where the source and the authors of an article stand in its meta line.
fn names_in(line: &str, article: &Article) -> Vec<Range<usize>> {
    let names = article.source.iter().chain(&article.authors).map(phrase::name);
    names
        .filter(|name| !name.is_empty())
        .filter_map(|name| line.find(name.as_str()).map(|at| at..at + name.as_str().len()))
        .collect()
}
