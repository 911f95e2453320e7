//! A file's bytes → whether they could hold what is looked for: what need not be read any further.
//!
//! Knows `library`. Nothing is decoded or parsed here, and nothing allocated where a file is ASCII: most files hold
//! nothing of what is looked for, and a look at them may not cost more than reading them does. Errs on one side alone:
//! a file that is passed by holds nothing, as long as what is looked for stands in its markdown as one piece.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

use crate::library::fold::fold_into;
use crate::library::matcher::Wanted;
use crate::library::query::Text;
use crate::library::stems::Language;

/// Words of so many bytes and more are compared by their beginnings.
const LONG: usize = 90;

/// A file that is looked at, and what has been made of it for that.
pub(super) struct Glance<'a> {
    bytes: &'a [u8],
    /// What may stand for a title.
    name: &'a [u8],
    /// Its words that are not ASCII alone, folded.
    folded: Option<String>,
    /// Those of them in which more may be ASCII once they are.
    plainer: Option<String>,
}

impl<'a> Glance<'a> {
    /// A look at a file's `bytes`. What is UTF-16 has to be decoded first.
    pub(super) fn new(bytes: &'a [u8], path: &'a Path) -> Self {
        Self { bytes, name: name_of(path), folded: None, plainer: None }
    }

    /// The words of the file that are not ASCII alone, folded. In English they are few, and folding the whole
    /// would take longer than everything else.
    fn folded(&mut self) -> &str {
        let (bytes, name) = (self.bytes, self.name);
        self.folded.get_or_insert_with(|| fold_words([bytes, name], |_| true))
    }

    /// Those of them in which letters of ASCII may stand that are none yet, or stand together: a word of ASCII that
    /// is not in the file as it is can only be in one of these.
    fn plainer(&mut self) -> &str {
        let (bytes, name) = (self.bytes, self.name);
        self.plainer.get_or_insert_with(|| fold_words([bytes, name], may_become_plainer))
    }
}

/// Whether letters or digits of ASCII may come of what is not ASCII in `word`, or come together, when it is folded:
/// whether there are letters with accents, ligatures, wide forms, or what is dropped.
fn may_become_plainer(word: &[u8]) -> bool {
    let next = |at: usize, ranges: &[std::ops::RangeInclusive<u8>]| {
        word.get(at + 1).is_some_and(|next| ranges.iter().any(|range| range.contains(next)))
    };
    word.iter().enumerate().any(|(at, byte)| match byte {
        // U+00AD, U+00C0 to U+024F, U+0300 to U+036F
        0xc2 => next(at, &[0xad..=0xad]),
        0xc3..=0xc9 | 0xcc | 0xcd => true,
        // U+0640, U+064B to U+065F, U+0670
        0xd9 => next(at, &[0x80..=0x80, 0x8b..=0x9f, 0xb0..=0xb0]),
        // U+1E00 to U+1EFF
        0xe1 => next(at, &[0xb8..=0xbb]),
        // U+200B to U+200F; U+2060; the Kelvin and the Ångström sign
        0xe2 => match word.get(at + 1) {
            Some(0x80) => next(at + 1, &[0x8b..=0x8f]),
            Some(0x81) => next(at + 1, &[0xa0..=0xa0]),
            Some(0x84) => next(at + 1, &[0xaa..=0xab]),
            _ => false,
        },
        // U+FF01 to U+FF5E
        0xef => next(at, &[0xbc..=0xbd]),
        _ => false,
    })
}

/// The last two names of a path: the title of an article that has no other, or the host of a folder's index.
fn name_of(path: &Path) -> &[u8] {
    let path = path.as_os_str().as_encoded_bytes();
    let mut slashes = memchr::memrchr_iter(b'/', path);
    match (slashes.next(), slashes.next()) {
        (Some(_), Some(second)) => &path[second + 1..],
        _ => path,
    }
}

/// The words of two texts that are not ASCII alone and wanted, folded, a line each.
fn fold_words(texts: [&[u8]; 2], is_wanted: fn(&[u8]) -> bool) -> String {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    let mut folded = String::new();
    for bytes in texts {
        let mut at = 0;
        while let Some(found) = next_beyond_ascii(bytes, at) {
            let before = bytes[at..found].iter().rposition(|byte| !inside(byte));
            let behind = bytes[found..].iter().position(|byte| !inside(byte));
            let word = before.map_or(at, |end| at + end + 1)..behind.map_or(bytes.len(), |end| found + end);
            at = word.end;
            if is_wanted(&bytes[word.clone()]) {
                fold_into(&String::from_utf8_lossy(&bytes[word]), &mut folded);
                folded.push('\n');
            }
        }
    }
    folded
}

/// The next byte from `at` on that is not ASCII.
fn next_beyond_ascii(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let whole: usize = rest.chunks(64).take_while(|chunk| chunk.is_ascii()).map(<[u8]>::len).sum();
    rest[whole..].iter().position(|byte| !byte.is_ascii()).map(|found| at + whole + found)
}

/// Says of a file's bytes whether they could hold a term.
pub(super) enum Filter {
    /// All of these words.
    Words(Vec<Word>),
    /// The words of an exact term, wherever the expression finds them.
    Exact(Regex),
    /// What the expression matches.
    Pattern(Regex),
    /// Every file has to be read.
    Any,
}

impl Filter {
    /// The filter for `text`, which asks for `wanted`.
    pub(super) fn of(text: &Text, wanted: &Wanted) -> Self {
        match (text.within(), wanted) {
            (_, Wanted::Words { words, begins, stems }) => {
                let last = words.len().saturating_sub(1);
                let word = |(at, (_, word)): (usize, &(u32, String))| {
                    let goes_on = *begins && at == last;
                    Word::new(
                        word,
                        match (*stems, goes_on) {
                            (true, false) => Ends::InAnyForm,
                            (true, true) => Ends::LaterOrInAnyForm,
                            (false, false) if word.len() < LONG => Ends::Here,
                            (false, _) => Ends::Later,
                        },
                    )
                };
                Self::Words(words.iter().enumerate().map(word).collect())
            }
            // The word alone is faster to find than the word with its edges.
            (Text::Exact(word), Wanted::Pattern(_)) => RegexBuilder::new(&regex::escape(word.as_str()))
                .case_insensitive(true)
                .build()
                .map_or(Self::Any, Self::Exact),
            (Text::Regex(pattern), Wanted::Pattern(_)) => {
                // A line of the markdown begins with what is not shown, and may end in other bytes.
                let edges = ["^", "$", r"\A", r"\z", r"\b", r"\B", r"\n"];
                let has_edges = edges.iter().any(|edge| pattern.as_str().contains(edge));
                let bytes = || RegexBuilder::new(pattern.as_str()).case_insensitive(true).build().ok();
                if has_edges { Self::Any } else { bytes().map_or(Self::Any, Self::Pattern) }
            }
            (_, Wanted::Pattern(_)) => Self::Any,
        }
    }

    /// Whether a file could hold the term.
    pub(super) fn may_hold(&self, glance: &mut Glance<'_>) -> bool {
        let edges = |regex: &Regex, bytes: &[u8]| {
            regex.find_iter(bytes).any(|found| may_begin(bytes, found.start()) && may_end(bytes, found.end()))
        };
        match self {
            Self::Words(words) => words.iter().all(|word| word.may_stand_in(glance)),
            Self::Exact(regex) => edges(regex, glance.bytes) || edges(regex, glance.name),
            Self::Pattern(regex) => {
                regex.is_match(glance.bytes)
                    || regex.is_match(glance.name)
                    // Bytes that are no text are shown as a character, which the expression may mean.
                    || std::str::from_utf8(glance.bytes).is_err()
                    || glance.bytes.contains(&0)
            }
            Self::Any => true,
        }
    }
}

/// How a word that is looked for may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// Not at all.
    Here,
    /// In any way.
    Later,
    /// As its other forms do, in any language.
    InAnyForm,
    /// In any way, or as its other forms do.
    LaterOrInAnyForm,
}

/// A folded word that is looked for.
pub(super) struct Word {
    /// Itself.
    folded: String,
    /// What it and its other forms begin with.
    begins: String,
    /// Finds that in what is folded.
    finder: Finder<'static>,
    ends: Ends,
    /// Finds that in files where nothing folds but the case of ASCII.
    plain: Option<Regex>,
    /// The word's stem in each language; empty where it has no other forms.
    stems: Vec<(Language, String)>,
    /// Which words are forms of it, as far as they were met: few words begin alike.
    forms: Mutex<HashMap<Vec<u8>, bool>>,
}

impl Word {
    fn new(word: &str, ends: Ends) -> Self {
        let stems: Vec<(Language, String)> = match ends {
            Ends::InAnyForm | Ends::LaterOrInAnyForm => {
                Language::all().map(|language| (language, language.stem(word).into_owned())).collect()
            }
            Ends::Here | Ends::Later => Vec::new(),
        };
        let begins = shared(word, &stems);
        // Where nothing is said of a word that is not ASCII, every file has to be read.
        let plain = (begins.is_ascii() && begins.is_empty() <= word.is_ascii()).then(|| {
            RegexBuilder::new(&regex::escape(begins)).case_insensitive(true).unicode(false).build().ok()
        });
        Self {
            folded: word.to_owned(),
            begins: begins.to_owned(),
            finder: Finder::new(begins).into_owned(),
            ends,
            plain: plain.flatten(),
            stems,
            forms: Mutex::default(),
        }
    }

    fn may_stand_in(&self, glance: &mut Glance<'_>) -> bool {
        match &self.plain {
            Some(plain) if self.finds(plain, glance.bytes) || self.finds(plain, glance.name) => true,
            Some(_) if self.begins.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                self.finder.find(glance.plainer().as_bytes()).is_some()
            }
            _ => self.finder.find(glance.folded().as_bytes()).is_some(),
        }
    }

    fn finds(&self, plain: &Regex, bytes: &[u8]) -> bool {
        plain.find_iter(bytes).any(|found| {
            may_begin(bytes, found.start())
                && match self.ends {
                    Ends::Here => may_end(bytes, found.end()),
                    Ends::Later => true,
                    Ends::InAnyForm | Ends::LaterOrInAnyForm => self.may_be_a_form(bytes, found.start()),
                }
        })
    }

    /// Whether the word that stands at `start` may be one of this word's forms.
    fn may_be_a_form(&self, bytes: &[u8], start: usize) -> bool {
        let rest = &bytes[start..];
        let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        if length >= LONG || may_go_on(after) {
            return true;
        }
        let forms = || self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(is_form) = forms().get(word) {
            return *is_form;
        }
        let folded = String::from_utf8_lossy(word).to_ascii_lowercase();
        let goes_on = self.ends == Ends::LaterOrInAnyForm && folded.starts_with(&self.folded);
        let is_form =
            goes_on || self.stems.iter().any(|(language, stem)| language.stem(&folded) == stem.as_str());
        forms().insert(word.to_owned(), is_form);
        is_form
    }
}

/// Whether what is shown may have a word that begins at `at`. Within a run of letters and digits only where that
/// begins with an escape, as `\n` in a quoted text of front matter.
fn may_begin(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].iter().rev().take(LONG);
    let inside = before.take_while(|byte| byte.is_ascii_alphanumeric()).count();
    inside == 0 || inside == LONG || matches!(bytes[..at - inside].last(), Some(b'\\' | 0x80..))
}

/// Whether what is shown may have a word that ends at `at`.
fn may_end(bytes: &[u8], at: usize) -> bool {
    !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether a word that is written as far as here may go on in what is shown: behind a mark, an entity, a tag or a link.
fn may_go_on(after: &[u8]) -> bool {
    match after.first() {
        Some(b'<' | b'&' | b'\\' | b'[' | b']' | b'{' | 0x80..) => true,
        Some(b'*' | b'~' | b'=' | b'^' | b'`' | b'+' | b'$' | b'%') => {
            let marks = |byte: &&u8| byte.is_ascii_punctuation();
            let next = after.get(after.iter().take_while(marks).count());
            next.is_some_and(|next| next.is_ascii_alphanumeric() || !next.is_ascii())
        }
        _ => false,
    }
}

/// What a word and all its other forms hold: they begin with it, but in Arabic, where articles stand before it.
fn shared<'a>(word: &'a str, stems: &'a [(Language, String)]) -> &'a str {
    let is_arabic = word.starts_with(|letter: char| ('\u{600}'..='\u{6ff}').contains(&letter));
    if let Some((arabic, stem)) = stems.iter().find(|(language, _)| is_arabic && language.tag() == "ar") {
        // No other language has forms of it.
        return Some(arabic.core(stem)).filter(|core| word.contains(core)).unwrap_or_default();
    }
    let mut length = word.len();
    for (language, stem) in stems {
        let same = word.bytes().zip(language.core(stem).bytes()).take_while(|(a, b)| a == b).count();
        length = length.min(same);
    }
    let end = (0..=length).rev().find(|at| word.is_char_boundary(*at)).unwrap_or_default();
    &word[..end]
}

/// A word of ASCII letters and digits, and what else the index takes for it.
pub(super) struct Plain {
    folded: String,
    /// The word joined to another one by what parts words for the index alone.
    joined: Regex,
}

impl Plain {
    /// `None` for what is not one such word.
    pub(super) fn of(text: &Text) -> Option<Self> {
        let Text::Exact(word) = text.within() else { return None };
        let word = word.as_str();
        let joined = format!("_{word}|{word}_");
        let joined = RegexBuilder::new(&joined).case_insensitive(true).unicode(false).build();
        let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Some(Self { folded: is_word.then(|| word.to_ascii_lowercase())?, joined: joined.ok()? })
    }

    /// Whether every place of the file where its folded word stands spells it so: no letter with an accent, no
    /// entity or escape within a word, no joint.
    pub(super) fn is_all_of_it(&self, glance: &mut Glance<'_>) -> bool {
        let bytes = glance.bytes;
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::library::fold::fold;

    fn may_hold(text: &Text, markdown: &str) -> bool {
        let filter = Filter::of(text, &Wanted::of(text).unwrap());
        filter.may_hold(&mut Glance::new(markdown.as_bytes(), Path::new("a.md")))
    }

    #[test]
    fn what_a_word_and_its_forms_begin_with_is_short_enough_for_all() {
        for (word, form) in
            [("happiness", "happy"), ("bridging", "bridge"), ("tries", "try"), ("brucken", "brucke")]
        {
            let begins = Word::new(word, Ends::InAnyForm).begins;
            assert!(form.starts_with(&begins), "{word}: {begins}");
        }
    }

    #[test]
    fn files_with_words_that_only_look_alike_are_passed_by() {
        let check = |text: &Text, markdown: &str, expect: bool| {
            assert_eq!(may_hold(text, markdown), expect, "{text:?} in {markdown:?}");
        };
        let (word, phrase) = (Text::Word(crate::safe!("bridge")), Text::Phrase(crate::safe!("art of")));
        for markdown in
            ["Bridging", "a_bridge", "**bridg**es", "bridg&eacute;", "br. Brïdge", r"\nbridge", "ébridge"]
        {
            check(&word, markdown, true);
        }
        for markdown in ["abridge", "bridgehead", "bridgehead** s", "brid ge", ""] {
            check(&word, markdown, false);
        }
        let arabic = Text::Word(crate::safe!("الكتاب"));
        check(&arabic, "كتاب", true);
        check(&arabic, "وبالكتاب", true);
        check(&arabic, "قلم", false);
        check(&phrase, "the art of", true);
        check(&phrase, "the start of", false);
        check(&phrase, "the artist of", false);
        check(&Text::Prefix(crate::safe!("brid")), "bridgehead", true);
        check(&Text::Prefix(crate::safe!("brid")), "abridged", false);
        check(&Text::Exact(crate::safe!("art")), "_art_", true);
        check(&Text::Exact(crate::safe!("art")), "artist", false);
        check(&Text::Regex(crate::safe!("a.t")), "artist", true);
        check(&Text::Regex(crate::safe!("x.t")), "artist", false);
    }

    #[test]
    fn a_name_that_stands_for_a_title_holds_words_too() {
        let text = Text::Word(crate::safe!("bridge"));
        let filter = Filter::of(&text, &Wanted::of(&text).unwrap());
        let holds = |path: &str| filter.may_hold(&mut Glance::new(b"", Path::new(path)));
        assert!(holds("/a/bridge/index.md") && holds("bridges.md") && holds("a/the-brïdge.md"));
        assert!(!holds("/bridge/of/index.md") && !holds("a/cartridge.md"));
    }

    #[test]
    fn what_may_become_plainer_is_known_by_its_bytes() {
        for character in '\u{80}'..=char::MAX {
            let folded = fold(&character.to_string());
            let is_plainer = folded.is_empty() || folded.contains(|c: char| c.is_ascii_alphanumeric());
            let is_seen = may_become_plainer(character.to_string().as_bytes());
            assert!(is_seen || !is_plainer, "{character:?} becomes {folded:?}");
        }
        assert!(!may_become_plainer("“don’t” — 跨链 мост".as_bytes()));
    }

    proptest! {
        #[test]
        fn no_file_that_holds_a_word_is_passed_by(text in "[abAÉéß\u{301}\u{200b}’— .Ж-跨链]{0,60}", word in "[abes跨ж]{1,3}") {
            let holds = fold(&text).contains(&word);
            let may_hold = Word::new(&word, Ends::Later).may_stand_in(&mut Glance::new(text.as_bytes(), Path::new("")));
            let begins = fold(&text).match_indices(&word).any(|(at, _)| crate::library::fold::is_word_start(&fold(&text), at));
            prop_assert!(may_hold || !(holds && begins));
        }
    }
}
