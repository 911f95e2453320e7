//! What is looked for in an article: what somebody typed, or the words of a query that found it.
//!
//! The one place where `library`'s words meet `document`'s finding.

use std::ops::Range;
use std::sync::Arc;

use crate::document::Document;
use crate::document::find::{Finder, Pattern};
use crate::document::shown::PartId;
use crate::library::excerpt::find_any;
use crate::library::matcher::Matcher;
use crate::library::stems::Language;
use crate::text::SafeText;

/// What is looked for.
#[derive(Clone, Debug)]
pub enum Sought {
    /// What was typed.
    Pattern(Pattern),
    /// Words, in any of their forms, in the article's language.
    Words(Arc<Vec<Matcher>>, Language),
}

impl Sought {
    /// The words of a query in an article that says its language (`lang`), or else tells it.
    pub fn words(matchers: &Arc<Vec<Matcher>>, lang: Option<&SafeText>, document: &Document) -> Self {
        let language = lang
            .map_or_else(|| Language::of_text(document.body_text()), |lang| Language::of_tag(lang.as_str()));
        Self::Words(Arc::clone(matchers), language)
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
