//! What was found in the texts of the articles, as the list shows it: the section and the piece of it in which the
//! search words stand, for the rows in sight.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::LibraryScreen;
use crate::app::View;
use crate::app::effect::{Effect, ExcerptWanted, Generation};
use crate::app::geometry::library as areas;
use crate::app::sought::{Best, Words};
use crate::document::shown::Position;
use crate::library::article::{Article, ArticleKey};
use crate::library::excerpt::Excerpt;
use crate::library::hits::{Correction, Part};
use crate::library::marking::Marking;
use crate::library::query::{Outcome, Query};
use crate::library::stems::Language;

/// Excerpts that are kept beside those in sight.
const KEPT: usize = 1000;
/// Columns of the list beside an excerpt.
const BESIDE: u16 = 6;

/// What was found, and what of it is at hand.
#[derive(Debug, Default)]
pub struct Found {
    /// What the answer that is shown was asked for.
    query: Query,
    corrections: Vec<Correction>,
    marking: Arc<Marking>,
    /// Counts what is marked: an excerpt of an older one shows other marks.
    marks: u64,
    excerpts: HashMap<ArticleKey, Kept>,
    generation: Generation,
    /// What is on its way, and the section of each.
    asked: Vec<(ArticleKey, u32)>,
    /// Files that were read and that are to be read, while more is being found.
    pub reading: Option<(usize, usize)>,
    /// How far the text index is, in percent, while it is brought up to date.
    pub indexing: Option<u8>,
}

#[derive(Debug)]
struct Kept {
    section: u32,
    marks: u64,
    excerpt: Option<Excerpt>,
}

impl Found {
    /// Takes an answer to `query` in.
    pub(super) fn answer(&mut self, query: &Query, outcome: &Outcome, reading: Option<(usize, usize)>) {
        self.reading = reading;
        if *query != self.query || outcome.corrections != self.corrections {
            self.query = query.clone();
            self.corrections.clone_from(&outcome.corrections);
            self.marking = Arc::new(Marking::of(query, &outcome.corrections));
            self.marks += 1;
            self.asked.clear();
        }
        if outcome.best.is_empty() {
            self.excerpts.clear();
        }
    }

    /// What is marked in what was found.
    pub fn marking(&self) -> &Arc<Marking> {
        &self.marking
    }

    /// Words that were found nowhere and taken for others.
    pub fn corrections(&self) -> &[Correction] {
        &self.corrections
    }

    /// What is shown of an article, as far as it is at hand. While newer marks are on their way it may be what was
    /// shown of it before.
    pub fn excerpt(&self, article: ArticleKey) -> Option<&Excerpt> {
        self.excerpts.get(&article)?.excerpt.as_ref()
    }

    /// Whether what is at hand of an article is of this section, with the marks of now.
    fn is_fresh(&self, article: ArticleKey, section: u32) -> bool {
        self.excerpts.get(&article).is_some_and(|kept| kept.section == section && kept.marks == self.marks)
    }

    /// Takes excerpts in.
    pub(super) fn take(&mut self, generation: Generation, excerpts: Vec<(ArticleKey, Option<Excerpt>)>) {
        if generation != self.generation {
            return;
        }
        for (article, excerpt) in excerpts {
            let Some(at) = self.asked.iter().position(|(asked, _)| *asked == article) else { continue };
            let (_, section) = self.asked.swap_remove(at);
            self.excerpts.insert(article, Kept { section, marks: self.marks, excerpt });
        }
    }

    /// Forgets what is said of an article whose file has changed.
    pub(super) fn forget(&mut self, article: ArticleKey) {
        if let Some(kept) = self.excerpts.get_mut(&article) {
            kept.marks = 0;
        }
    }
}

impl LibraryScreen {
    /// What is shown of an article that was found by its text.
    pub fn excerpt_of(&self, index: usize) -> Option<&Excerpt> {
        let id = self.list.id(index)?;
        self.list.best_of(id)?;
        self.found.excerpt(self.library.row(id).key())
    }

    /// What was looked for in a text that is some `parts` of an article.
    pub fn marks_in(&self, article: &Article, parts: &[Part], text: &str) -> Vec<Range<usize>> {
        if self.found.marking.is_empty() {
            return Vec::new();
        }
        let told = self.found.excerpt(article.key).map(|excerpt| excerpt.language);
        let said = || article.lang.as_ref().map(|lang| Language::of_tag(lang.as_str()));
        self.found.marking.find_as(parts, text, told.or_else(said).unwrap_or_default())
    }

    /// What is lit in an article that is opened from the list, and where it is opened.
    pub fn found_in(&self, article: &Article) -> (Words, Option<Best>) {
        let id = self.library.find(article.key);
        let excerpt = id.and_then(|id| self.list.best_of(id)).and_then(|_| self.found.excerpt(article.key));
        let best = excerpt.filter(|excerpt| excerpt.has_marks()).and_then(|excerpt| match excerpt.part {
            Part::Description => Some(Best::Card),
            // A title is in sight in any place.
            Part::Title | Part::Names => None,
            Part::Body | Part::Heading => Some(Best::Text(Position(excerpt.position))),
        });
        let language = excerpt.map(|excerpt| excerpt.language);
        (Words { marking: Arc::clone(&self.found.marking), language }, best)
    }

    /// Asks for what is shown of the articles in sight.
    pub(super) fn ensure_excerpts(&mut self, view: &View, effects: &mut Vec<Effect>) {
        if !self.list.has_sections() {
            return;
        }
        let area = areas(view.size).list;
        let mut wanted = Vec::new();
        for index in self.list.in_sight(usize::from(area.height)) {
            let Some(best) = self.list.id(index).and_then(|id| self.list.best_of(id)) else { continue };
            let Some(article) = self.article_at(index) else { continue };
            if !self.found.is_fresh(article.key, best.section) {
                let source = self.source(&article);
                wanted.push(ExcerptWanted { article, source, section: best.section });
            }
        }
        let asked: Vec<(ArticleKey, u32)> =
            wanted.iter().map(|wanted| (wanted.article.key, wanted.section)).collect();
        if asked.iter().all(|asked| self.found.asked.contains(asked)) {
            return;
        }
        let found = &mut self.found;
        if found.excerpts.len() > KEPT {
            let marks = found.marks;
            found.excerpts.retain(|_, kept| kept.marks == marks);
            if found.excerpts.len() > KEPT {
                found.excerpts.clear();
            }
        }
        found.asked = asked;
        effects.push(Effect::Excerpts {
            generation: found.generation.raise(),
            wanted,
            marking: Arc::clone(&found.marking),
            length: usize::from(area.width.saturating_sub(BESIDE)).max(20),
        });
    }
}
