//! Answers a query: at once by what is known of the articles, and by their texts as soon as those are searched.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::jobs::Cancel;
use super::texts::{Ready, Texts};
use crate::app::effect::{Generation, Report};
use crate::cli::sections;
use crate::guide;
use crate::library::article::Date;
use crate::library::facets::run_with_facets;
use crate::library::hits::{Hits, TermHits};
use crate::library::index::Library;
use crate::library::marks::Entries;
use crate::library::matcher::Wanted;
use crate::library::query::similar::Similar;
use crate::library::query::{Query, Text};
use crate::library::tokens::is_short;
use crate::storage::finder::{Numbers, Reading, Search};
use crate::storage::text_index::TextIndex;
use crate::text::{Markdown, SafeText};

/// So many files are read before anything is shown: it takes no longer than a frame or two.
const AT_ONCE: usize = 128;
/// Words that stand so often take longer to find than a key may wait for its first answer: titles and names answer
/// first.
const LATE: u64 = 15_000;
/// What begins so often is not looked for while only a letter or two of it are there.
const HEAVY: u64 = 60_000;
/// When the first answer of a reading is worth showing, and how long the next is waited for.
const FIRST: Duration = Duration::from_millis(30);
const BETWEEN: Duration = Duration::from_millis(120);
/// What part of the time answers may take while files are read.
const SHARE: u32 = 5;

/// Most articles that are offered to be read on.
const CONTINUED: usize = 3;

/// A query over a snapshot.
pub(super) struct Asked {
    pub(super) generation: Generation,
    pub(super) library: Arc<Library>,
    pub(super) query: Query,
    /// While its last word is typed, so that it may be the beginning of one: the query in which it is whole.
    pub(super) whole: Option<Query>,
    /// Whether what is there several times is shown each time.
    pub(super) each_copy: bool,
    /// Front-matter keys whose values are counted too.
    pub(super) keys: Vec<SafeText>,
    /// What a person did with the articles.
    pub(super) entries: Arc<Entries>,
    pub(super) today: Date,
}

impl Asked {
    /// Answers by titles, descriptions and names alone.
    pub(super) fn by_metadata(&self, similar: &mut Similar, reading: Option<(usize, usize)>) -> Report {
        self.answer(similar, None, reading)
    }

    /// Answers, several times where files are to be read; false when nobody listens any more.
    pub(super) fn run(
        &self,
        similar: &mut Similar,
        texts: Option<&Texts>,
        cancel: &Cancel,
        send: &dyn Fn(Report) -> bool,
    ) -> bool {
        let ready =
            texts.filter(|_| !self.query.texts().is_empty()).and_then(|texts| texts.ready(&self.library));
        let wanted = self.texts(ready.as_ref());
        if wanted.is_empty() {
            return send(self.by_metadata(similar, None));
        }
        let reads_all = |text: &Text| matches!(text.within(), Text::Exact(_) | Text::Regex(_));
        let to_read = match &ready {
            Some(ready) if !wanted.iter().any(reads_all) => ready.numbers.unknown() as usize,
            _ => self.library.len(),
        };
        let takes_long = |ready: &Ready| {
            let weight = |text| Some(ready.index.weight(text, &Wanted::of(text)?));
            wanted.iter().filter_map(weight).sum::<u64>() > LATE
        };
        // Titles and names say nothing of headings.
        let is_told = wanted.iter().any(|text| !matches!(text, Text::Heading(_)));
        if to_read > AT_ONCE || (is_told && ready.as_ref().is_some_and(takes_long)) {
            let reading = (to_read > AT_ONCE).then_some((0, to_read));
            if !send(self.by_metadata(similar, reading)) {
                return false;
            }
        }
        if let Some(hits) =
            ready.as_ref().filter(|_| to_read == 0).and_then(|r| self.search_index(r, &wanted, cancel))
        {
            return cancel.is_cancelled() || send(self.answer(similar, Some(&hits), None));
        }
        let pages: Vec<Markdown>;
        let at_hand: Vec<(&std::path::Path, &Markdown)> = if self.is_guide() {
            pages = guide::PAGES.iter().map(|(_, text)| Markdown::from(*text)).collect();
            guide::PAGES.iter().map(|(path, _)| std::path::Path::new(*path)).zip(&pages).collect()
        } else {
            Vec::new()
        };
        let either = self.either();
        let search = |index| Search { at_hand: &at_hand, ..self.search(&either, &wanted, index) };
        let mut due = Instant::now() + FIRST;
        let mut listens = true;
        let mut grow = |reading: Reading, so_far: &dyn Fn() -> Hits| {
            let begun = Instant::now();
            if begun >= due && !cancel.is_cancelled() {
                listens &= send(self.answer(similar, Some(&so_far()), Some((reading.done, reading.all))));
                due = Instant::now() + BETWEEN.max(begun.elapsed() * SHARE);
            }
        };
        let stop = || cancel.is_cancelled();
        let index = ready.as_ref().map(|ready| (&*ready.index, &*ready.numbers));
        // Damage may hide until a word is looked up: then everything is read.
        let hits = search(index).run(&mut grow, &stop).or_else(|_| search(None).run(&mut grow, &stop));
        match hits {
            _ if !listens => false,
            _ if cancel.is_cancelled() => true,
            Ok(hits) => send(self.answer(similar, Some(&hits), None)),
            Err(_) => send(self.by_metadata(similar, None)),
        }
    }

    /// What the index, which knows every article, finds for `wanted`; `None` where it cannot be read: damage may hide
    /// until a word is looked up. While a word is typed, what begins with it is
    /// looked for only where that is more than the word and its forms find: else nothing is kept for it.
    fn search_index(&self, ready: &Ready, wanted: &[Text], cancel: &Cancel) -> Option<Hits> {
        let stop = || cancel.is_cancelled();
        let either = self.either();
        let search = |texts: &[Text]| {
            let index = Some((&*ready.index, &*ready.numbers));
            self.search(&either, texts, index).run(&mut |_, _| {}, &stop).ok()
        };
        let of_whole = self.whole.as_ref().map(Query::texts).unwrap_or_default();
        let (of_whole, typed): (Vec<Text>, Vec<Text>) =
            wanted.iter().cloned().partition(|text| of_whole.is_empty() || of_whole.contains(text));
        let mut hits = search(&of_whole)?;
        let own = of_whole.iter().find(|text| !self.query.texts().contains(text));
        for text in typed {
            let word = own.and_then(|own| hits.get(own)).map(|found| &found.articles);
            let is_known = |number| {
                let id = ready.numbers.id(number);
                id.is_none_or(|id| word.is_some_and(|articles| articles.contains(id)))
            };
            let Some(asks) = Wanted::of(&text) else { continue };
            if word.is_none_or(roaring::RoaringBitmap::is_empty)
                || ready.index.begins_beyond(&text, &asks, &is_known).ok()?
            {
                hits.take_in(search(std::slice::from_ref(&text))?);
            } else {
                hits.insert(text, TermHits::default(), self.library.len() as u64);
            }
        }
        Some(hits)
    }

    /// What may answer: while a word is typed, the query with its beginning or with the word.
    fn either(&self) -> Query {
        self.whole.as_ref().map_or_else(|| self.query.clone(), |whole| self.query.or(whole))
    }

    /// A search for `texts` of a query in the files of the library.
    fn search<'a>(
        &'a self,
        query: &'a Query,
        texts: &'a [Text],
        index: Option<(&'a TextIndex, &'a Numbers)>,
    ) -> Search<'a> {
        Search { library: &self.library, query, texts, index, sections: sections::read, at_hand: &[] }
    }

    /// The text terms that are looked for. One letter or two that are being typed may begin too much of everything:
    /// then titles and names answer.
    fn texts(&self, ready: Option<&Ready>) -> Vec<Text> {
        let is_light = |text: &Text| {
            let weight = |ready: &Ready| Wanted::of(text).map(|wanted| ready.index.weight(text, &wanted));
            ready.and_then(weight).is_some_and(|weight| weight <= HEAVY)
        };
        let mut texts = self.query.texts();
        texts.retain(|text| match text {
            Text::Prefix(begun) if self.whole.is_some() && is_short(begun.as_str()) => is_light(text),
            _ => true,
        });
        if let (Some(whole), false) = (&self.whole, texts.is_empty()) {
            let own = whole.texts();
            texts.extend(own.into_iter().filter(|text| !self.query.texts().contains(text)));
        }
        texts
    }

    /// The query that answers: while a word is typed that in which it is whole, where nothing more begins with it
    /// than is found by the word and its forms.
    fn settled(&self, hits: Option<&Hits>) -> (&Query, bool) {
        let (Some(whole), Some(hits)) = (&self.whole, hits.filter(|hits| !hits.partial)) else {
            return (&self.query, false);
        };
        let (typed, of_whole) = (self.query.texts(), whole.texts());
        let begun = typed.iter().find(|text| !of_whole.contains(text)).and_then(|text| hits.get(text));
        let word = of_whole.iter().find(|text| !typed.contains(text)).and_then(|text| hits.get(text));
        match (begun, word) {
            (Some(begun), Some(word)) if begun.articles.is_subset(&word.articles) => (whole, true),
            _ => (&self.query, false),
        }
    }

    fn is_guide(&self) -> bool {
        self.library.roots().iter().all(|root| root.path.as_os_str().is_empty())
    }

    fn answer(&self, similar: &mut Similar, hits: Option<&Hits>, reading: Option<(usize, usize)>) -> Report {
        let states = &self.entries.states(&self.library);
        let (query, is_whole) = self.settled(hits);
        let (mut outcome, facets) =
            run_with_facets(&self.library, query, states, &self.keys, hits, self.today);
        // That a word was taken for another is worth saying where it is asked for, and that found anything.
        let is_typed = self.whole.is_some() && !is_whole;
        if outcome.ids.is_empty() || is_typed {
            let is_vain = outcome.ids.is_empty();
            outcome.corrections.retain(|correction| !is_vain && query.holds_words(&correction.written));
        }
        if !self.each_copy {
            outcome.fold_copies(&self.library);
        }
        outcome.similar = similar.find(&self.library, (query, hits), &outcome, states, self.today);
        if self.query.is_empty() {
            outcome.begun = self.entries.begun(&self.library, CONTINUED);
        }
        Report::Queried {
            generation: self.generation,
            library: Arc::clone(&self.library),
            outcome: Arc::new(outcome),
            facets: Arc::new(facets),
            reading,
            is_whole,
        }
    }
}
