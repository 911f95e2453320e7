use proptest::prelude::*;

use super::*;
use crate::library::article::Article;
use crate::library::index::merge::tests::{all_of, any_article, roots};
use crate::library::index::{Certainty, Change};

fn identity() -> Identity {
    Identity::new(&["/one".into(), "/two".into()], false)
}

fn library(articles: Vec<Article>) -> Library {
    let change = |article| Change::Article(Arc::new(article), Certainty::default());
    Library::empty(roots()).merged(articles.into_iter().map(change).collect())
}

fn file(library: &Library, partial: bool) -> Vec<u8> {
    let mut file = Vec::new();
    written(library, partial, &mut file);
    file
}

/// Writes the library's file.
fn written(library: &Library, partial: bool, file: &mut Vec<u8>) -> InFile {
    let stored: Result<InFile, ()> = library.store(&identity(), partial, |piece| {
        file.extend_from_slice(piece);
        Ok(())
    });
    stored.unwrap()
}

fn load(file: &[u8], identity: &Identity) -> Option<Stored> {
    let head = Head::read(file.first_chunk()?, file.len() as u64)?;
    let (columns, arena) = file[HEADER..].split_at(head.columns());
    let mut buffer = Buffer::zeroed(columns.len());
    buffer.bytes_mut().copy_from_slice(columns);
    let arena = arena.to_vec();
    head.load(buffer, identity, roots(), move |start, into| {
        let found = arena.get(start as usize..).and_then(|from| from.get(..into.len()));
        found.map(|found| into.copy_from_slice(found)).is_some()
    })
}

/// The same file with sums that say it is whole.
fn with_good_sums(file: &mut [u8]) {
    let mut header = Header::read_from_bytes(&file[..HEADER]).unwrap();
    let columns = header.columns as usize;
    let Some((columns, _)) = file[HEADER..].split_at_checked(columns) else { return };
    header.sum = 0;
    let mut sum = Sum::default();
    sum.add(header.as_bytes());
    sum.add(columns);
    header.sum = sum.finish();
    file[..HEADER].copy_from_slice(header.as_bytes());
}

fn articles() -> impl Strategy<Value = Vec<Article>> {
    proptest::collection::vec(any_article(), 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_is_stored_is_what_is_loaded(articles in articles(), partial: bool) {
        let library = library(articles);
        let file = file(&library, partial);
        let stored = load(&file, &identity()).unwrap();
        prop_assert_eq!(stored.partial, partial);
        prop_assert!(stored.library.is_whole());
        prop_assert_eq!(all_of(&stored.library), all_of(&library));
        prop_assert_eq!(super::tests::file(&stored.library, partial), file);
    }

    #[test]
    fn to_store_what_was_loaded_leaves_none_of_its_texts_in_memory(articles in articles()) {
        let library = library(articles);
        let file = file(&library, false);
        let stored = load(&file, &identity()).unwrap().library;
        prop_assert_eq!(super::tests::file(&stored, false), file);
        prop_assert_eq!(stored.rows.arena.in_memory(), 0);
    }

    #[test]
    fn a_library_whose_texts_are_in_a_file_is_the_same_and_grows_without_them(
        before in articles(),
        after in articles(),
        partial: bool,
    ) {
        let library = library(before);
        let mut file = Vec::new();
        let texts = written(&library, partial, &mut file);
        let behind = texts.behind();
        let resting = library.resting_on(texts, move |start, into| {
            into.copy_from_slice(&file[(behind + start) as usize..][..into.len()]);
            true
        });
        prop_assert_eq!(all_of(&resting.rested()), all_of(&library));
        let changes = || {
            let change = |article: &Article| Change::Article(Arc::new(article.clone()), Certainty::default());
            after.iter().map(change).collect::<Vec<_>>()
        };
        let grown = resting.merged(changes());
        prop_assert_eq!((resting.rows.arena.in_memory(), grown.rows.arena.in_memory()), (0, 0));
        prop_assert_eq!(all_of(&grown), all_of(&library.merged(changes())));
    }

    #[test]
    fn a_loaded_library_goes_on_as_any_other(before in articles(), after in articles()) {
        let library = library(before);
        let stored = load(&file(&library, false), &identity()).unwrap().library;
        let changes = || {
            let change = |article: &Article| Change::Article(Arc::new(article.clone()), Certainty::default());
            after.iter().map(change).collect::<Vec<_>>()
        };
        prop_assert_eq!(all_of(&stored.merged(changes())), all_of(&library.merged(changes())));
    }

    #[test]
    fn no_flipped_bit_goes_unseen(articles in articles(), at: proptest::sample::Index, bit in 0..8_u8) {
        let mut file = file(&library(articles), false);
        let at = at.index(file.len());
        file[at] ^= 1 << bit;
        prop_assert!(load(&file, &identity()).is_none_or(|stored| !stored.library.is_whole()));
    }

    #[test]
    fn no_beginning_of_a_file_is_taken_for_it(articles in articles(), at: proptest::sample::Index) {
        let file = file(&library(articles), false);
        prop_assert!(load(&file[..at.index(file.len())], &identity()).is_none());
    }

    #[test]
    fn no_bytes_with_good_sums_make_anything_read_where_nothing_is(
        articles in articles(),
        changes in proptest::collection::vec(
            (any::<proptest::sample::Index>(), prop_oneof![0..16_u32, any::<u32>(), Just(u32::MAX)]),
            1..3,
        ),
    ) {
        let mut file = file(&library(articles), false);
        // Numbers are what is looked up by; the header's come first.
        let words = file.len() / 4;
        for (at, value) in changes {
            let at = at.index(words) * 4;
            file[at..at + 4].copy_from_slice(&value.to_ne_bytes());
        }
        with_good_sums(&mut file);
        if let Some(stored) = load(&file, &identity()) {
            ask(&stored.library);
            ask(&stored.library.merged(Vec::new()));
        }
    }

    #[test]
    fn any_bytes_are_no_catalogue(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(load(&bytes, &identity()).is_none());
    }
}

/// Asks a library for everything.
fn ask(library: &Library) {
    use crate::library::facets::run_with_facets;
    use crate::library::query::Query;
    use crate::library::states::States;
    let _ = all_of(library);
    for query in
        ["", "a", "/a/", "#a", "b:a title:a path:a author:b", "since:2020 sort:updated", "sort:words"]
    {
        let query = Query::parse(query).unwrap();
        let _ =
            run_with_facets(library, &query, &States::default(), &[], None, jiff::civil::date(2020, 1, 1));
    }
}

#[test]
fn a_catalogue_of_other_roots_is_foreign() {
    let library = library(Vec::new());
    let file = file(&library, false);
    let other =
        |roots: &[&str], all| Identity::new(&roots.iter().map(PathBuf::from).collect::<Vec<_>>(), all);
    assert!(load(&file, &other(&["/one", "/two"], false)).is_some());
    for other in [other(&["/two", "/one"], false), other(&["/one"], false), other(&["/one", "/two"], true)] {
        assert_ne!(other.number(), identity().number());
        assert!(load(&file, &other).is_none(), "{other:?}");
    }
}

#[test]
fn an_older_form_is_not_read() {
    let mut file = file(&library(Vec::new()), false);
    let mut header = Header::read_from_bytes(&file[..HEADER]).unwrap();
    header.version -= 1;
    file[..HEADER].copy_from_slice(header.as_bytes());
    with_good_sums(&mut file);
    assert!(load(&file, &identity()).is_none());
}
