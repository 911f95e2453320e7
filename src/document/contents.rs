//! Headings and their slugs.
//!
//! Knows `text` and `shown`. Slugs follow GitHub's algorithm (`github-slugger`), duplicates included.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::safe;
use crate::text::SafeText;

use super::inline::Builder;
use super::lines::breaks;
use super::pieces;
use super::references::{Definitions, Footnotes};
use super::scan;
use super::shown::{Heading, Slug};
use super::unit::Unit;

/// Text over so many bytes is never given to one parser.
const LARGE: usize = 1 << 20;

/// Every ATX and setext heading of the body that begins at `body`, also those in quotes and lists.
pub fn headings(markdown: &str, body: u32) -> Vec<Heading> {
    let outline = pieces::outline(markdown, body, &pieces::one_by_one);
    finish(markdown, outline.headings, outline.words)
}

/// The first level-1 heading outside quotes and lists. Stops as soon as it is found.
pub fn first_title(markdown: &str, body: u32) -> Option<SafeText> {
    let text = markdown.get(body as usize..)?;
    if text.len() > LARGE {
        let is_title = |heading: &scan::RawHeading| {
            heading.level == 1 && heading.top_level && !heading.text.trim().is_empty()
        };
        return pieces::find_heading(markdown, body, is_title).map(|heading| SafeText::line(&heading.text));
    }
    let mut definitions = Definitions::default();
    let mut unit = Unit::plain(markdown, body..markdown.len() as u32);
    unit.mask_blocks(false, false);
    let parser = Parser::new_ext(unit.parsed(), pieces::options(text));
    for (label, definition) in parser.reference_definitions().iter() {
        definitions.add(label, &definition.dest, "");
    }
    let footnotes = Footnotes::default();
    let mut depth = 0_u32;
    let mut builder: Option<Builder<'_>> = None;
    for (event, range) in parser.into_offset_iter() {
        match &event {
            Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::FootnoteDefinition(_)) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::FootnoteDefinition) => depth -= 1,
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if depth == 0 => {
                builder = Some(Builder::until(&unit, &footnotes, range.end));
                continue;
            }
            Event::End(TagEnd::Heading(_)) => {
                let title = builder.take().map(|builder| SafeText::line(builder.finish().text.as_str()));
                if title.as_ref().is_some_and(|title| !title.is_empty()) {
                    return title;
                }
            }
            _ => {}
        }
        if let Some(builder) = &mut builder {
            builder.event(event, range);
        }
    }
    None
}

/// Makes headings of what the scan found: slugs, lines, words. Their texts stay where they are: copied, those of 50 MB
/// left holes of 2 MB behind (2026-11-30).
pub(super) fn finish(markdown: &str, raw: Vec<scan::RawHeading>, words: u32) -> Vec<Heading> {
    let mut slugs = Slugs::with_room(raw.len());
    let mut line = 1;
    let mut counted = 0;
    let ends: Vec<u32> =
        raw.iter().skip(1).map(|next| next.words_before).chain(std::iter::once(words)).collect();
    let mut headings = Vec::with_capacity(raw.len());
    for (heading, end) in raw.into_iter().zip(ends) {
        let at = heading.position.0 as usize;
        line += breaks(markdown.as_bytes().get(counted..at).unwrap_or_default());
        counted = at;
        let unique = slugs.unique(&heading.text, heading.id.as_deref());
        let text = SafeText::of_line(heading.text);
        headings.push(Heading {
            level: heading.level,
            slug: kept(&unique, &text),
            text,
            position: heading.position,
            line,
            part: heading.part,
            words: end.saturating_sub(heading.words_before),
            top_level: heading.top_level,
        });
    }
    headings
}

/// What stands for a heading that says nothing where headings are listed.
static UNTITLED: LazyLock<SafeText> = LazyLock::new(|| safe!("(untitled)"));

impl Heading {
    /// What it is called where headings are listed: its text, or that it has none.
    pub fn name(&self) -> &SafeText {
        if self.text.is_empty() { &UNTITLED } else { &self.text }
    }

    /// Its slug.
    pub fn slug(&self) -> SafeText {
        match &self.slug {
            Slug::OfText(0) => SafeText::line(&slug(self.text.as_str())),
            Slug::OfText(number) => safe!("{}-{number}", slug(self.text.as_str())),
            Slug::Own(slug) => slug.clone(),
        }
    }
}

/// A slug as a heading keeps it.
fn kept(unique: &str, text: &SafeText) -> Slug {
    let of_text = slug(text.as_str());
    let number = match unique.strip_prefix(&of_text) {
        Some("") => Some(0),
        Some(rest) => rest.strip_prefix('-').and_then(|number| number.parse().ok()),
        None => None,
    };
    match number {
        Some(0) if unique == of_text => Slug::OfText(0),
        Some(number @ 1..) if unique == format!("{of_text}-{number}") => Slug::OfText(number),
        _ => Slug::Own(SafeText::line(unique)),
    }
}

/// The slug of a heading's text, without regard to others: lower case, blanks as `-`, of the rest only
/// letters, marks, digits, `_` and `-`.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.trim().chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if character == ' ' {
            slug.push('-');
        } else if character.is_alphanumeric() || matches!(character, '-' | '_') || is_mark(character) {
            slug.extend(character.to_lowercase());
        }
    }
    slug
}

/// Combining marks that scripts need inside words, and joiners between them.
fn is_mark(character: char) -> bool {
    !character.is_ascii()
        && !character.is_control()
        && unicode_width::UnicodeWidthChar::width(character) == Some(0)
        && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}')
}

/// Slugs given so far in one document, by their hash: an article of 50 MB has 33,000. Should two have the same one,
/// of 64 bits, the later gets a number that it did not need.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    /// How many of a slug there are beside the first.
    given: HashMap<u64, u32>,
    hasher: RandomState,
}

impl Slugs {
    /// Room for the slugs of so many headings.
    fn with_room(headings: usize) -> Self {
        Self { given: HashMap::with_capacity(headings), hasher: RandomState::new() }
    }

    /// A slug that no heading of the document has yet; an explicit id is kept as it is.
    pub(super) fn unique(&mut self, text: &str, id: Option<&str>) -> String {
        if let Some(id) = id {
            self.given.entry(self.hasher.hash_one(id)).or_insert(0);
            return id.to_owned();
        }
        let wanted = slug(text);
        let key = self.hasher.hash_one(&wanted);
        let mut found = wanted.clone();
        let mut found_key = key;
        while self.given.contains_key(&found_key) {
            let count = self.given.entry(key).or_insert(0);
            *count += 1;
            found = format!("{wanted}-{count}");
            found_key = self.hasher.hash_one(&found);
        }
        self.given.insert(found_key, 0);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(slug(text), expect);
    }

    #[test]
    fn slugs_are_githubs() {
        check("What changed?", "what-changed");
        check("A & B — C", "a--b--c");
        check("`code` and_under-score 1.2", "code-and_under-score-12");
        check("跨链 桥", "跨链-桥");
        check("हिन्दी", "हिन्दी");
        check("🎉 Party", "-party");
    }

    #[test]
    fn repeated_headings_are_counted_and_never_meet() {
        let mut slugs = Slugs::default();
        let mut next = |text| slugs.unique(text, None);
        assert_eq!([next("A"), next("A"), next("A-1"), next("A")], ["a", "a-1", "a-1-1", "a-2"]);
    }

    #[test]
    fn a_slug_is_the_same_however_it_is_kept() {
        let text = "# A\n\n# A\n\n# A-1\n\n# A {#x-2}\n\n# A {#a-01}\n\n# 跨链 B\n\n# 跨链 B\n\n# &#8;A\n\n# !\n\n# !\n";
        let slugs: Vec<_> = headings(text, 0).iter().map(|heading| heading.slug().to_string()).collect();
        assert_eq!(slugs, ["a", "a-1", "a-1-1", "x-2", "a-01", "跨链-b", "跨链-b-1", "a-2", "", "-1"]);
    }

    #[test]
    fn an_id_is_the_slug() {
        let found = headings("# One {#first}\n\n# One\n", 0);
        let slugs: Vec<_> = found.iter().map(Heading::slug).collect();
        assert_eq!(slugs, ["first", "one"].map(SafeText::line));
        assert_eq!(found[0].text.as_str(), "One");
    }

    #[test]
    fn the_first_title_stands_outside_quotes_and_lists() {
        let title = |markdown| first_title(markdown, 0).map(|title| title.as_str().to_owned());
        assert_eq!(
            title("> # quoted\n\n- # listed\n\n## second\n\n# The *title*\n"),
            Some("The title".into())
        );
        assert_eq!(title("Setext\n===\n\n# later"), Some("Setext".into()));
        assert_eq!(title("```\n# code\n```\n"), None);
    }
}
