//! Searching by reading: the files of articles → the sections that hold a term.
//!
//! Knows `library`; how markdown is cut into sections is given to it. Most files are passed by after a look
//! at their bytes: what is searched for must stand in the markdown as one piece, so a word with markup in
//! its middle is only found by the text index.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

use super::disk;
use crate::error::Error;
use crate::library::article::{Place, assemble};
use crate::library::fold::fold_into;
use crate::library::front_matter::{self, Head};
use crate::library::hits::{Part, SectionHit};
use crate::library::matcher::{Matcher, Wanted};
use crate::library::query::{Query, Text};
use crate::library::section::{ArticleText, ReadSections};
use crate::library::stems::{Language, common_beginning};
use crate::text::Markdown;

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
    ArticleText { article, markdown: decoded.markdown, sections }
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
    let terms: Vec<Searched> = texts.iter().filter_map(Searched::of).collect();
    let per_file = each(files.len(), stop, &|at| {
        let file = files.get(at)?;
        // What cannot be read holds nothing.
        let decoded = match file.markdown {
            Some(markdown) => disk::Decoded { markdown: markdown.clone(), problems: Vec::new() },
            None => disk::read_markdown(&file.root.join(&file.place.path)).ok()?,
        };
        let mut glance = Glance::new(&decoded.markdown);
        let mut holds = |text: &Text| match terms.iter().find(|term| term.text == text) {
            Some(term) => term.filter.may_hold(&mut glance),
            // Somebody else looks for it.
            None => true,
        };
        if query.is_some_and(|query| !query.may_keep(&mut holds)) || !texts.iter().any(&mut holds) {
            return None;
        }
        let text = taken_apart(file.root, file.place, decoded, sections);
        let found = hits_in(&text, file.number, &terms);
        (!found.is_empty()).then_some(found)
    });
    let mut all: Found = texts.iter().map(|text| (text.clone(), Vec::new())).collect();
    for (term, hit) in per_file.into_iter().flatten() {
        if let Some(hits) = terms.get(term).and_then(|term| all.get_mut(term.text)) {
            hits.push(hit);
        }
    }
    all
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
    let Some(term) = Searched::of(text) else { return Vec::new() };
    let plain = Plain::of(text);
    let per_file = each(files.len(), stop, &|at| {
        let file = files.get(at)?;
        // What cannot be read holds nothing.
        let decoded = disk::read_markdown(&file.root.join(&file.place.path)).ok()?;
        let mut glance = Glance::new(&decoded.markdown);
        if !term.filter.may_hold(&mut glance) {
            return None;
        }
        if plain.as_ref().is_some_and(|plain| plain.is_all_of_it(&mut glance)) {
            return Some(known(file.number));
        }
        let text = taken_apart(file.root, file.place, decoded, sections);
        Some(
            hits_in(&text, file.number, std::slice::from_ref(&term))
                .into_iter()
                .map(|(_, hit)| hit)
                .collect(),
        )
    });
    per_file.into_iter().flatten().collect()
}

/// A word of ASCII letters and digits, and what else the index takes for it.
struct Plain {
    folded: String,
    /// The word joined to another one by what parts words for the index alone.
    joined: Regex,
}

impl Plain {
    /// `None` for what is not one such word.
    fn of(text: &Text) -> Option<Self> {
        let Text::Exact(word) = text else { return None };
        let word = word.as_str();
        let joined = format!("_{word}|{word}_");
        let joined = RegexBuilder::new(&joined).case_insensitive(true).unicode(false).build();
        let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Some(Self { folded: is_word.then(|| word.to_ascii_lowercase())?, joined: joined.ok()? })
    }

    /// Whether every place of the file where its folded word stands spells it so: no letter with an accent, no
    /// entity or escape within a word, no joint.
    fn is_all_of_it(&self, glance: &mut Glance<'_>) -> bool {
        let bytes = glance.markdown.as_bytes();
        let inside =
            |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        let within_word = |at: usize| {
            let rest = &bytes[at + 1..];
            let length = rest.iter().take(32).position(|byte| *byte == b';');
            length.is_some_and(|length| inside(at.checked_sub(1)) || inside(Some(at + length + 2)))
        };
        !memchr::memchr_iter(b'&', bytes).any(within_word)
            && memchr::memchr_iter(b'\\', bytes)
                .all(|at| !matches!(bytes.get(at + 1), Some(b'u' | b'U' | b'x')))
            && !self.joined.is_match(bytes)
            && Finder::new(&self.folded).find(glance.folded().as_bytes()).is_none()
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

fn hits_in(text: &ArticleText, number: u32, terms: &[Searched<'_>]) -> Vec<(usize, SectionHit)> {
    let language = text.language();
    let names = text.names();
    let description = text.article.description.as_ref().map_or("", |text| text.as_str());
    let mut hits = Vec::new();
    for (at, term) in terms.iter().enumerate() {
        let only_headings = matches!(term.text, Text::Heading(_));
        let worth = |part: Part, content: &str| {
            let (found, length) = term.matcher.find(content, language);
            if found.is_empty() {
                return 0.0;
            }
            let length = if length == 0 { content.len() / 6 } else { length };
            part.worth(found.iter().map(|found| found.weight).sum(), length as f32)
        };
        for (section, ordinal) in text.sections.iter().zip(0..) {
            let mut score = worth(Part::Heading, section.heading.as_str());
            if ordinal == 0 {
                score += worth(Part::Title, text.article.title.as_str());
            }
            if !only_headings {
                score += worth(Part::Body, &section.text);
                if ordinal == 0 {
                    score += worth(Part::Description, description) + worth(Part::Names, &names);
                }
            }
            if score > 0.0 {
                hits.push((at, SectionHit { article: number, section: ordinal, score }));
            }
        }
    }
    hits
}

/// Says of a file's bytes whether they could hold a term.
enum Filter {
    /// All of these pieces.
    Pieces(Vec<Piece>),
    /// What the expression matches.
    Pattern(regex::Regex),
    /// Every file has to be read.
    Any,
}

/// A folded piece of text.
struct Piece {
    folded: String,
    /// Finds it in files where nothing folds but the case of ASCII.
    plain: Option<Regex>,
}

/// What has been made of a file to look at it.
struct Glance<'a> {
    markdown: &'a str,
    folded: Option<String>,
}

impl<'a> Glance<'a> {
    fn new(markdown: &'a str) -> Self {
        Self { markdown, folded: None }
    }

    /// The words of the file that are not ASCII alone, folded. In English they are few, and folding the whole
    /// would take longer than everything else.
    fn folded(&mut self) -> &str {
        let markdown = self.markdown;
        self.folded.get_or_insert_with(|| {
            let bytes = markdown.as_bytes();
            let inside = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
            let mut folded = String::new();
            let mut at = 0;
            while let Some(found) = next_beyond_ascii(bytes, at) {
                let start =
                    bytes[at..found].iter().rposition(|byte| !inside(byte)).map_or(at, |end| at + end + 1);
                let end = bytes[found..]
                    .iter()
                    .position(|byte| !inside(byte))
                    .map_or(bytes.len(), |end| found + end);
                fold_into(markdown.get(start..end).unwrap_or_default(), &mut folded);
                folded.push('\n');
                at = end;
            }
            folded
        })
    }
}

/// The next byte from `at` on that is not ASCII.
fn next_beyond_ascii(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let whole: usize = rest.chunks(64).take_while(|chunk| chunk.is_ascii()).map(<[u8]>::len).sum();
    rest[whole..].iter().position(|byte| !byte.is_ascii()).map(|found| at + whole + found)
}

impl Filter {
    fn of(text: &Text, wanted: &Wanted) -> Self {
        match (text, wanted) {
            (_, Wanted::Words { words, stems, .. }) => {
                let pieces =
                    words.iter().map(|(_, word)| Piece::new(if *stems { shared(word) } else { word }));
                Self::Pieces(pieces.collect())
            }
            // The word alone is faster to find than the word with its edges.
            (Text::Exact(word), Wanted::Pattern(_)) => {
                let pattern = format!("(?i){}", regex::escape(word.as_str()));
                regex::Regex::new(&pattern).map_or(Self::Any, Self::Pattern)
            }
            (Text::Regex(pattern), Wanted::Pattern(regex)) => {
                // A line of the markdown begins with what is not shown.
                let has_edges =
                    ["^", "$", r"\A", r"\z", r"\b", r"\B"].iter().any(|edge| pattern.as_str().contains(edge));
                if has_edges { Self::Any } else { Self::Pattern(regex.clone()) }
            }
            (_, Wanted::Pattern(_)) => Self::Any,
        }
    }

    fn may_hold(&self, glance: &mut Glance<'_>) -> bool {
        match self {
            Self::Pieces(pieces) => pieces.iter().all(|piece| piece.may_stand_in(glance)),
            Self::Pattern(regex) => regex.is_match(glance.markdown),
            Self::Any => true,
        }
    }
}

impl Piece {
    fn new(word: &str) -> Self {
        let plain = word.is_ascii().then(|| {
            RegexBuilder::new(&regex::escape(word)).case_insensitive(true).unicode(false).build().ok()
        });
        Self { folded: word.to_owned(), plain: plain.flatten() }
    }

    fn may_stand_in(&self, glance: &mut Glance<'_>) -> bool {
        match &self.plain {
            Some(plain) if plain.is_match(glance.markdown.as_bytes()) => true,
            _ => Finder::new(&self.folded).find(glance.folded().as_bytes()).is_some(),
        }
    }
}

/// What a word and all its other forms, in any language, begin with.
fn shared(word: &str) -> &str {
    let mut length = word.len();
    for language in Language::all() {
        let stem = language.stem(word);
        let beginning = common_beginning(&stem);
        let same = word.bytes().zip(beginning.bytes()).take_while(|(a, b)| a == b).count();
        length = length.min(same);
    }
    let end = (0..=length).rev().find(|at| word.is_char_boundary(*at)).unwrap_or_default();
    &word[..end]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::library::fold::fold;

    #[test]
    fn what_a_word_and_its_forms_begin_with_is_short_enough_for_all() {
        for (word, form) in
            [("happiness", "happy"), ("bridging", "bridge"), ("tries", "try"), ("brucken", "brucke")]
        {
            assert!(form.starts_with(shared(word)), "{word}: {}", shared(word));
        }
    }

    /// The sections of a text that hold a term.
    fn sections_with(markdown: &str, term: &Text) -> Vec<u32> {
        let decoded = disk::Decoded { markdown: markdown.into(), problems: Vec::new() };
        let place = Place { root: 0, path: "a.md".into(), bytes: 0, modified: 0 };
        let text = taken_apart(Path::new(""), &place, decoded, crate::cli::sections::read);
        let terms = [Searched::of(term).unwrap()];
        hits_in(&text, 0, &terms).into_iter().map(|(_, hit)| hit.section).collect()
    }

    proptest! {
        #[test]
        fn no_file_that_holds_a_word_is_passed_by(text in "[abAÉéß\u{301} .Ж-跨链]{0,60}", word in "[abes跨ж]{1,3}") {
            let holds = fold(&text).contains(&word);
            let may_hold = Piece::new(&word).may_stand_in(&mut Glance::new(&text));
            prop_assert!(may_hold || !holds);
        }

        #[test]
        fn where_a_file_spells_a_word_in_no_other_way_the_index_is_right(
            markdown in "(ab|AB|a|b|[_&;#* .é\u{301}\\\\-]|&#98;|\\n|\\n\\n# ){0,24}",
        ) {
            let exact = Text::Exact(crate::safe!("ab"));
            let folded = Text::Phrase(crate::safe!("ab"));
            let plain = Plain::of(&exact).unwrap();
            if plain.is_all_of_it(&mut Glance::new(&markdown)) {
                prop_assert_eq!(sections_with(&markdown, &exact), sections_with(&markdown, &folded));
            }
        }
    }
}
