use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::error::{Problem, ProblemKind};
use crate::library::article::{Date, Image, Place, TitleFrom, Value};
use crate::library::index::Root;
use crate::safe;
use crate::text::SafeText;

#[test]
fn a_folder_comes_before_names_that_go_on_where_it_ends() {
    let mut paths = ["a-b/x.md", "a/z.md", "a.md", "b.md", "a/b/c.md"].map(Path::new);
    paths.sort_by(|one, other| by_path(one, other));
    assert_eq!(paths, ["a/b/c.md", "a/z.md", "a-b/x.md", "a.md", "b.md"].map(Path::new));
}

/// Two roots.
pub(crate) fn roots() -> Vec<Root> {
    ["one", "two"].map(|name| Root { path: name.into(), name: safe!("{name}") }).into()
}

fn any_text() -> impl Strategy<Value = SafeText> {
    "[a-cA-Cé跨 -]{1,4}".prop_map(|text| SafeText::line(&text)).prop_filter("text", |text| !text.is_empty())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        "[a-b\n跨]{0,4}".prop_map(|text| Value::Text(SafeText::lines(&text))),
        any::<i16>().prop_map(|number| Value::Number(safe!("{number}"))),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::List);
        prop_oneof![list, proptest::collection::vec((any_text(), inner), 0..3).prop_map(Value::Map)]
    })
}

fn any_date() -> impl Strategy<Value = Option<Date>> {
    let date = (2019..2022_i16, 1..=12_i8, 1..=28_i8).prop_map(|(y, m, d)| Date::constant(y, m, d));
    proptest::option::of(date)
}

/// Any article at one of a few places.
pub(crate) fn any_article() -> impl Strategy<Value = Article> {
    let place = (0..2_u16, "[ab]{1,2}(/[ab-])?", any::<u64>(), any::<i64>());
    let texts = || proptest::collection::vec(any_text(), 0..3);
    let some = || proptest::option::of(any_text());
    let dates = (any_date(), any_date());
    let lists = (texts(), texts(), proptest::collection::vec((any_text(), any_value()), 0..4));
    let maybe = (some(), some(), some(), some(), proptest::option::of("[a-z:/]{0,5}"));
    let rest = (any::<[bool; 3]>(), 0..3_usize, proptest::option::of(0..9_u32), any::<u32>(), any_text());
    (place, any_text(), dates, lists, maybe, rest).prop_map(|(place, title, dates, lists, maybe, rest)| {
        let (root, path, bytes, modified) = place;
        let path = PathBuf::from(path);
        let (draft, featured, other) = (rest.0[0], rest.0[1], rest.0[2]);
        let problem =
            Problem { line: rest.3, column: 3, kind: ProblemKind::ALL[rest.1 * 3], reason: rest.4.clone() };
        let image = maybe.4.clone().map(|target| Image { target, alt: maybe.3.clone() });
        Article {
            key: ArticleKey::of(root, &path),
            place: Place { root, path, bytes, modified },
            title,
            title_from: [TitleFrom::Key, TitleFrom::Heading, TitleFrom::Name][rest.1],
            date: dates.0,
            updated: dates.1,
            tags: lists.0,
            authors: lists.1,
            description: maybe.0,
            source: maybe.1,
            url: maybe.4,
            image,
            draft,
            featured,
            toc: featured.then_some(other),
            lang: maybe.2,
            meta: lists.2,
            words: rest.2,
            problems: if other { vec![problem] } else { Vec::new() },
        }
    })
}

/// Everything that can be asked of a library.
pub(crate) fn all_of(library: &Library) -> String {
    let names = |names: &crate::library::index::Names| {
        let name = |name: crate::library::index::Name<'_>| {
            format!("{} {:?} {:?}", name.folded(), name.shown(), name.set())
        };
        names.iter().map(name).collect::<Vec<_>>()
    };
    let cells = |id| {
        let all = [library.tags(), library.sources(), library.authors(), library.languages()];
        (all.map(|names| names.of(id).to_vec()), library.meta_keys().of(id).to_vec())
    };
    let ids = 0..library.len() as u32;
    format!(
        "{:#?}",
        (
            library.articles().collect::<Vec<_>>(),
            library.rows().map(|row| row.certainty()).collect::<Vec<_>>(),
            [library.tags(), library.sources(), library.authors(), library.languages()].map(names),
            names(library.meta_keys()),
            ids.clone().map(cells).collect::<Vec<_>>(),
            [library.undated(), library.untagged(), library.drafts(), library.featured(), library.broken()],
            (library.days(), library.by_date(true), library.by_date(false), library.by_title(false)),
            ids.map(|id| library.find(library.article(id).key)).collect::<Vec<_>>(),
        )
    )
}

fn change() -> impl Strategy<Value = Change> {
    let certainty = any::<([bool; 2], i64)>().prop_map(|([settled, complete], changed)| Certainty {
        settled,
        complete,
        changed,
    });
    (any_article(), certainty, 0..4).prop_map(|(article, certainty, kind)| {
        let Place { root, path, .. } = article.place.clone();
        if kind == 0 { Change::Gone { root, path } } else { Change::Article(Arc::new(article), certainty) }
    })
}

proptest! {
    #[test]
    fn changes_one_after_the_other_come_to_what_is_there_in_the_end(
        steps in proptest::collection::vec(proptest::collection::vec(change(), 0..6), 0..6),
    ) {
        let mut step_by_step = Library::empty(roots());
        let mut there = BTreeMap::new();
        for changes in steps {
            step_by_step = step_by_step.merged(changes.clone());
            for change in changes {
                let (root, path) = change.place();
                there.insert((root, path.to_owned()), change);
            }
        }
        let at_once = Library::empty(roots()).merged(there.values().cloned().collect());
        prop_assert_eq!(all_of(&step_by_step), all_of(&at_once));
        let articles: Vec<&Article> = there.values().filter_map(|change| match change {
            Change::Article(article, _) => Some(&**article),
            Change::Gone { .. } => None,
        }).collect();
        prop_assert_eq!(at_once.len(), articles.len());
        for article in articles {
            let id = at_once.at(article.place.root, &article.place.path);
            prop_assert_eq!(id.map(|id| at_once.article(id)), Some(Arc::new(article.clone())));
        }
    }
}

#[test]
fn blobs_that_nobody_needs_are_thrown_away_in_the_end() {
    let article = |text: &str| {
        let mut article = Library::new(roots(), Vec::new());
        let place = Place { root: 0, path: "a.md".into(), bytes: 1, modified: 1 };
        let front = crate::library::front_matter::FrontMatter::default();
        let mut made = crate::library::article::assemble(place, Path::new(""), &front, None, Vec::new());
        made.description = Some(safe!("{text}"));
        article = article.merged(vec![Change::Article(Arc::new(made.clone()), Certainty::default())]);
        assert_eq!(*article.article(0), made);
        made
    };
    let mut library = Library::empty(roots());
    for round in 0..40 {
        let article = article(&format!("{round}{}", "x".repeat(100_000)));
        library = library.merged(vec![Change::Article(Arc::new(article.clone()), Certainty::default())]);
        assert_eq!(*library.article(0), article);
    }
    assert!(library.rows.arena.len() < 1_400_000, "{}", library.rows.arena.len());
}
