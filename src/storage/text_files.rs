//! Searching by reading: the files of articles → the sections that hold a term.
//!
//! Knows `library`; how markdown is cut into sections is given to it. Most files are passed by after a look
//! at their bytes: what is searched for must stand in the markdown as one piece, so a word with markup in
//! its middle is only found by the text index.

mod filter;
mod meant;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::disk::{self, Walk};
use crate::error::Error;
use crate::library::article::{Article, KeyLines, Place, TitleFrom, assemble};
use crate::library::front_matter::{self, Head};
use crate::library::hits::{Part, SectionHit};
use crate::library::matcher::{Matcher, Wanted};
use crate::library::query::{Query, Text};
use crate::library::section::{ArticleText, ReadSection, ReadSections, Section, SectionPlace};
use crate::library::stems::Language;
use crate::text::Markdown;

use filter::{Filter, Glance, Plain};
pub use meant::Meant;

/// A file to be searched.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// What its hits are numbered by.
    pub number: u32,
    /// The folder of its root.
    pub root: &'a Path,
    /// Where it is below that.
    pub place: &'a Place,
    /// Its text, where that is at hand.
    pub markdown: Option<&'a Markdown>,
}

/// Asked now and then, also by several threads: whether nobody waits for an answer any more.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// The sections of each term, not yet weighed.
pub type Found = HashMap<Text, Vec<SectionHit>>;

/// Reads an article whole.
///
/// # Errors
///
/// Those of [`disk::read_markdown`].
pub fn read(root: &Path, place: &Place, sections: ReadSections) -> Result<ArticleText, Error> {
    let decoded = disk::read_markdown(&root.join(&place.path))?;
    Ok(taken_apart(root, place, decoded, sections))
}

/// An article of which some sections were read alone. It has no others; its title is that of its front matter.
#[derive(Debug)]
pub struct Apart {
    /// What of it was read; it has no sections.
    pub text: ArticleText,
    /// Those sections, in the order in which they were asked for.
    pub sections: Vec<Section>,
}

/// Reads the sections at `places` of an article alone. `None` where what they show hangs on the rest of it, as its title
/// does where its front matter has none; then it is to be read whole.
///
/// # Errors
///
/// Those of [`disk::read_markdown`].
pub fn read_apart(
    root: &Path,
    place: &Place,
    places: &[SectionPlace],
    section: ReadSection,
) -> Result<Option<Apart>, Error> {
    let disk::Decoded { markdown, problems } = disk::read_markdown(&root.join(&place.path))?;
    let Head::Read(front) = front_matter::read(&markdown, true) else { return Ok(None) };
    let read = places.iter().map(|place| section(&markdown, front.body, place));
    let Some(sections) = read.collect::<Option<Vec<Section>>>() else { return Ok(None) };
    let article = assemble(place.clone(), root, &front, None, problems);
    let is_titled = article.title_from == TitleFrom::Key;
    let text = ArticleText { article, markdown, sections: Vec::new(), lines: KeyLines::of(&front) };
    Ok(is_titled.then_some(Apart { text, sections }))
}

/// The text of an article, of which the whole file is at hand.
pub fn taken_apart(
    root: &Path,
    place: &Place,
    decoded: disk::Decoded,
    sections: ReadSections,
) -> ArticleText {
    let front = match front_matter::read(&decoded.markdown, true) {
        Head::Read(front) => front,
        // Not with a whole file.
        Head::More => front_matter::FrontMatter::default(),
    };
    let sections = sections(&decoded.markdown, front.body);
    let title = sections.iter().find(|section| section.level == 1 && !section.heading.is_empty());
    let heading = title.map(|section| section.heading.clone());
    let article = assemble(place.clone(), root, &front, heading, decoded.problems);
    ArticleText { article, markdown: decoded.markdown, sections, lines: KeyLines::of(&front) }
}

/// Does `work` for every number below `count`, on two threads or more, and collects what it gives.
pub fn each<T: Send>(count: usize, stop: Stop<'_>, work: &(dyn Fn(usize) -> Option<T> + Sync)) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        while !stop() {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                break;
            }
            done.extend(work(at));
        }
        done
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 12).min(count.max(1));
    if threads == 1 {
        return worker();
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        // A worker that panicked has lost its articles, not the others'.
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    })
}

/// Looks for `texts` in `files`; those that `query` could not keep are passed by.
pub fn search(
    files: &[File<'_>],
    query: Option<&Query>,
    texts: &[Text],
    sections: ReadSections,
    stop: Stop<'_>,
) -> Found {
    let sought = Sought::new(query, texts);
    let per_file = each(files.len(), stop, &|at| {
        let file = files.get(at)?;
        let path = file.root.join(&file.place.path);
        let text = match file.markdown {
            Some(markdown) => {
                let holds = sought.may_be_in(markdown.as_bytes(), &path);
                holds.then(|| disk::Decoded { markdown: markdown.clone(), problems: Vec::new() })
            }
            // What cannot be read holds nothing.
            None => disk::look_at_bytes(&path, |bytes, _| sought.decoded(bytes, &path)).ok()?,
        };
        let text = taken_apart(file.root, file.place, text?, sections);
        let found = hits_in(&text, text.language(), file.number, &sought.terms);
        (!found.is_empty()).then_some(found)
    });
    sought.by_text(per_file.into_iter().flatten())
}

/// Makes of an article that holds something, of its language and of where, what is worth keeping beside that.
pub type Keep<'a, K> = &'a (dyn Fn(&ArticleText, Language, &[(usize, SectionHit)]) -> K + Sync);

/// What a sweep through folders has found.
#[derive(Debug)]
pub struct Swept<K> {
    /// The articles in which anything was found, in the order of their roots and paths, and what was kept of each.
    pub articles: Vec<(Article, K)>,
    /// Where that stands, by their indices.
    pub found: Found,
    /// How many articles were looked at.
    pub count: u64,
}

/// Looks for `texts` in every article that `walk` meets, while it walks. Where no more than the texts is asked for,
/// this takes half the time of looking at every file's size and time first. `keep` is given each article that holds
/// any, with the places of `texts` and where they stand: to read it a second time takes as long as the first.
pub fn sweep<K: Send>(
    walk: &Walk,
    query: &Query,
    texts: &[Text],
    sections: ReadSections,
    keep: Keep<'_, K>,
) -> Swept<K> {
    let sought = Sought::new(Some(query), texts);
    let folders = walk.folders();
    let (count, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    walk.names(&AtomicBool::new(false), &|root, path| {
        let folder = folders.get(usize::from(root)).map_or(Path::new("."), PathBuf::as_path);
        let looked_at = disk::look_at_bytes(path, |bytes, stamp| (sought.decoded(bytes, path), stamp));
        // What cannot be read holds nothing.
        let Ok((decoded, (bytes, modified))) = looked_at else { return };
        count.fetch_add(1, Ordering::Relaxed);
        let Some(decoded) = decoded else { return };
        let below = path.strip_prefix(folder).unwrap_or(path).to_owned();
        let text = taken_apart(folder, &Place { root, path: below, bytes, modified }, decoded, sections);
        let language = text.language();
        let hits = hits_in(&text, language, 0, &sought.terms);
        if !hits.is_empty() {
            let kept = keep(&text, language, &hits);
            found.lock().unwrap_or_else(PoisonError::into_inner).push((text.article, kept, hits));
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let place = |article: &Article| (article.place.root, article.place.path.clone());
    found.sort_by_cached_key(|(article, ..)| place(article));
    let mut articles = Vec::with_capacity(found.len());
    let numbered = found.into_iter().zip(0..).flat_map(|((article, kept, hits), number)| {
        articles.push((article, kept));
        hits.into_iter().map(move |(term, hit)| (term, SectionHit { article: number, ..hit }))
    });
    let found = sought.by_text(numbered);
    Swept { articles, found, count: count.into_inner() as u64 }
}

/// Looks for an exact term in files of which an index has said where its words stand in any spelling (`known`, by the
/// file's number). Most files spell them in no other way, and are not cut into sections again: that takes fifty
/// times as long as looking at their bytes.
pub fn search_exact(
    files: &[File<'_>],
    text: &Text,
    known: &(dyn Fn(u32) -> Vec<SectionHit> + Sync),
    sections: ReadSections,
    stop: Stop<'_>,
) -> Vec<SectionHit> {
    let sought = Sought::new(None, std::slice::from_ref(text));
    let plain = Plain::of(text);
    let per_file = each(files.len(), stop, &|at| {
        let file = files.get(at)?;
        let path = file.root.join(&file.place.path);
        let looked_at = disk::look_at_bytes(&path, |bytes, _| {
            let is_all = |plain: &Plain| {
                sought.may_be_in(bytes, &path) && plain.is_all_of_it(&mut Glance::new(bytes, &path))
            };
            if plain.as_ref().is_some_and(is_all) {
                return Some(None);
            }
            sought.decoded(bytes, &path).map(Some)
        });
        // What cannot be read holds nothing.
        let Some(decoded) = looked_at.ok()?? else { return Some(known(file.number)) };
        let text = taken_apart(file.root, file.place, decoded, sections);
        Some(
            hits_in(&text, text.language(), file.number, &sought.terms)
                .into_iter()
                .map(|(_, hit)| hit)
                .collect(),
        )
    });
    per_file.into_iter().flatten().collect()
}

/// What is looked for, made ready to be looked for in many files.
struct Sought<'a> {
    query: Option<&'a Query>,
    texts: &'a [Text],
    terms: Vec<Searched<'a>>,
}

impl<'a> Sought<'a> {
    fn new(query: Option<&'a Query>, texts: &'a [Text]) -> Self {
        Self { query, texts, terms: texts.iter().filter_map(Searched::of).collect() }
    }

    /// Whether the file could hold enough of it for the query to keep it.
    fn may_be_in(&self, bytes: &[u8], path: &Path) -> bool {
        let mut glance = Glance::new(bytes, path);
        let mut holds = |text: &Text| match self.terms.iter().find(|term| term.text == text) {
            Some(term) => term.filter.may_hold(&mut glance),
            // Somebody else looks for it.
            None => true,
        };
        self.query.is_none_or(|query| query.may_keep(&mut holds)) && self.texts.iter().any(&mut holds)
    }

    /// The text of a file that could hold it.
    fn decoded(&self, bytes: &[u8], path: &Path) -> Option<disk::Decoded> {
        // UTF-16.
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return disk::decoded(bytes).filter(|text| self.may_be_in(text.markdown.as_bytes(), path));
        }
        self.may_be_in(bytes, path).then(|| disk::decoded(bytes)).flatten()
    }

    fn by_text(&self, hits: impl Iterator<Item = (usize, SectionHit)>) -> Found {
        let mut all: Found = self.texts.iter().map(|text| (text.clone(), Vec::new())).collect();
        for (term, hit) in hits {
            if let Some(hits) = self.terms.get(term).and_then(|term| all.get_mut(term.text)) {
                hits.push(hit);
            }
        }
        all
    }
}

struct Searched<'a> {
    text: &'a Text,
    matcher: Matcher,
    filter: Filter,
}

impl<'a> Searched<'a> {
    fn of(text: &'a Text) -> Option<Self> {
        let wanted = Wanted::of(text)?;
        let filter = Filter::of(text, &wanted);
        Some(Self { text, matcher: Matcher::new(wanted), filter })
    }
}

fn hits_in(
    text: &ArticleText,
    language: Language,
    number: u32,
    terms: &[Searched<'_>],
) -> Vec<(usize, SectionHit)> {
    let names = text.names();
    let description = text.article.description.as_ref().map_or("", |text| text.as_str());
    let mut hits = Vec::new();
    for (at, term) in terms.iter().enumerate() {
        let parts = term.text.parts();
        let worth = |part: Part, content: &str, exact: &mut bool| {
            let (found, length) = term.matcher.find(content, language);
            if found.is_empty() {
                return 0.0;
            }
            *exact |= found.iter().any(|found| found.weight >= 1.0);
            let length = if length == 0 { content.len() / 6 } else { length };
            part.worth(found.iter().map(|found| found.weight).sum(), length as f32)
        };
        for (section, ordinal) in text.sections.iter().zip(0..) {
            let mut exact = false;
            let mut add = |part: Part, content: &str| worth(part, content, &mut exact);
            let mut score = add(Part::Heading, section.heading.as_str());
            if parts.contains(&Part::Body) {
                score += add(Part::Body, &section.text);
                if ordinal == 0 {
                    score += add(Part::Title, text.article.title.as_str());
                    score += add(Part::Description, description) + add(Part::Names, &names);
                }
            }
            if score > 0.0 {
                hits.push((at, SectionHit { article: number, section: ordinal, score, exact }));
            }
        }
    }
    hits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The sections of a text that hold a term.
    fn sections_with(markdown: &str, term: &Text) -> Vec<u32> {
        let decoded = disk::Decoded { markdown: markdown.into(), problems: Vec::new() };
        let place = Place { root: 0, path: "a.md".into(), bytes: 0, modified: 0 };
        let text = taken_apart(Path::new(""), &place, decoded, crate::cli::sections::read);
        let terms = [Searched::of(term).unwrap()];
        hits_in(&text, text.language(), 0, &terms).into_iter().map(|(_, hit)| hit.section).collect()
    }

    proptest! {
        #[test]
        fn no_article_is_passed_by_that_holds_a_form_of_the_word_in_one_piece(
            body in "(happ|happy|iness|Happier|head|é|\u{ad}|[*_~`&;<>\\[\\](){}%$=^#:. -]|&shy;|\\\\n|<b>|\n|\n\n# ){0,20}",
        ) {
            let markdown = format!("---\nlang: en\n---\n{body}");
            for word in [Text::Word(crate::safe!("happy")), Text::Phrase(crate::safe!("happy")), Text::Exact(crate::safe!("happy"))] {
                let (piece, texts) = (if matches!(word, Text::Word(_)) { "happ" } else { "happy" }, [word]);
                let sought = Sought::new(None, &texts);
                let is_in_one_piece = body.to_lowercase().contains(piece);
                let holds = !sections_with(&markdown, &texts[0]).is_empty();
                prop_assert!(!(is_in_one_piece && holds) || sought.may_be_in(markdown.as_bytes(), Path::new("a.md")));
            }
        }

        #[test]
        fn where_a_file_spells_a_word_in_no_other_way_the_index_is_right(
            markdown in "(ab|AB|a|b|[_&;#* .é\u{301}\\\\-]|&#98;|\\n|\\n\\n# ){0,24}",
        ) {
            let exact = Text::Exact(crate::safe!("ab"));
            let folded = Text::Phrase(crate::safe!("ab"));
            let plain = Plain::of(&exact).unwrap();
            if plain.is_all_of_it(&mut Glance::new(markdown.as_bytes(), Path::new("a.md"))) {
                prop_assert_eq!(sections_with(&markdown, &exact), sections_with(&markdown, &folded));
            }
        }
    }
}
