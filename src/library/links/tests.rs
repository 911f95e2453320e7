//! Links of every convention over one small library of paths, and no disk.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::library::article::{Article, Place, assemble};
use crate::library::front_matter::{self, Head};

/// Articles by path and front matter, and other files.
struct Shelf {
    articles: Vec<Article>,
    names: Names,
    files: BTreeSet<PathBuf>,
}

impl Ground for Shelf {
    type Article = PathBuf;

    fn at(&self, path: &Path) -> Option<There<PathBuf>> {
        if self.articles.iter().any(|article| article.place.path == path) {
            return Some(There::Article(path.to_path_buf()));
        }
        self.files.contains(path).then_some(There::Other)
    }

    fn named(&self, kind: Kind, name: &str, from: &Path) -> Option<PathBuf> {
        let path = |id: u32| self.articles[id as usize].place.path.as_path();
        self.names.find(kind, name, from, path).map(|id| path(id).to_path_buf())
    }

    fn has_file_named(&self, path: &str) -> bool {
        self.files.iter().any(|file| file.file_name() == Path::new(path).file_name())
    }
}

fn shelf() -> Shelf {
    let article = |path: &str, front: &str| {
        let Head::Read(front) = front_matter::read(&format!("---\n{front}\n---\n"), true) else {
            panic!("{path}");
        };
        let place = Place { root: 0, path: path.into(), bytes: 0, modified: 0 };
        assemble(place, Path::new(""), &front, None, Vec::new())
    };
    let articles = vec![
        article("README.md", "title: All of it"),
        article("_posts/2024-03-09-a-day-out.md", "title: A day out"),
        article("a/one.md", "title: The First\naliases: [Uno, 'Number One']"),
        article("a/two words.md", "title: Second"),
        article("b/_index.md", "title: All of b"),
        article("b/one.md", "title: Another one\nslug: the-other"),
        article("b/three.markdown", "alias: drei"),
        article("content/guides/deep/index.md", "title: Deep"),
        article("fr/seul.md", "title: Seul"),
    ];
    let names = Names::of(articles.iter());
    let files = ["pictures/a.png", "LICENSE", "b/code.rs"].iter().map(PathBuf::from).collect();
    Shelf { articles, names, files }
}

fn words(leads: Leads<PathBuf>) -> String {
    let with = |what: String, fragment: Fragment| match fragment {
        Some(fragment) => format!("{what}#{fragment}"),
        None => what,
    };
    match leads {
        Leads::Here(fragment) => with("here".into(), fragment),
        Leads::Article(path, fragment) => with(path.display().to_string(), fragment),
        Leads::File(path) => format!("file {}", path.display()),
        Leads::Missing(what) => format!("missing {what}"),
        Leads::Unknown(_) => "unknown".into(),
        Leads::Outside(path) => format!("outside {}", path.display()),
        Leads::Web(address) => format!("web {address}"),
        Leads::Refused(scheme) => format!("refused {scheme}"),
    }
}

fn check(from: &str, cases: &[(&str, &str)]) {
    let shelf = shelf();
    for (written, expect) in cases {
        let found = match written.strip_prefix("[[") {
            Some(page) => wiki(&shelf, page.trim_end_matches(']'), Path::new(from)),
            None => address(&shelf, written, Path::new(from)),
        };
        assert_eq!(words(found), *expect, "{written} in {from}");
    }
}

#[test]
fn relative_paths_lead_to_files_with_or_without_their_extension() {
    check(
        "a/one.md",
        &[
            ("two%20words.md", "a/two words.md"),
            ("./two words", "a/two words.md"),
            ("../b/three.markdown#Part", "b/three.markdown#Part"),
            ("../b/three", "b/three.markdown"),
            ("../b/", "b/_index.md"),
            ("../b", "b/_index.md"),
            ("..", "README.md"),
            ("../b/one.html?x=1#y%20z", "b/one.md#y z"),
            ("../LICENSE", "file LICENSE"),
            ("../b/code.rs#L1", "file b/code.rs"),
            ("#part", "here#part"),
            ("#", "here"),
            ("", "unknown"),
            ("three.md", "missing three.md"),
            ("three", "unknown"),
            // From the page of `a/one.md`, which on a site is the folder `a/one/`.
            ("../../b/one", "b/one.md"),
            ("../../b/one.md", "outside ../b/one.md"),
            ("../../../etc/passwd", "outside ../../etc/passwd"),
            ("..%2f..%2f..%2fetc%2fpasswd", "outside ../../etc/passwd"),
            ("{{ page }}.md", "unknown"),
            ("@site/x.md", "unknown"),
            ("--option", "unknown"),
        ],
    );
}

#[test]
fn paths_of_a_site_are_looked_for_under_the_root_and_where_sites_keep_them() {
    check(
        "a/one.md",
        &[
            ("/b/three", "b/three.markdown"),
            ("/b/", "b/_index.md"),
            ("/", "README.md"),
            ("@/a/one.md", "a/one.md"),
            ("/guides/deep/", "content/guides/deep/index.md"),
            ("/en/2024/a-day-out.html", "_posts/2024-03-09-a-day-out.md"),
            ("/deep/#x", "content/guides/deep/index.md#x"),
            ("/posts/the-other", "b/one.md"),
            // One language is not another.
            ("/fr/guides/seul/", "fr/seul.md"),
            ("/guides/seul/", "fr/seul.md"),
            ("/en/guides/seul/", "unknown"),
            // Two articles are called so.
            ("/posts/one", "unknown"),
            ("/images/x.png", "missing /images/x.png"),
            ("/pictures/a.png", "file pictures/a.png"),
        ],
    );
}

#[test]
fn wikilinks_mean_titles_aliases_and_names_the_nearest_first() {
    check(
        "b/three.markdown",
        &[
            ("[[The First]]", "a/one.md"),
            ("[[the  FIRST#Some Part]]", "a/one.md#Some Part"),
            ("[[Note#]]", "missing Note"),
            ("[[uno]]", "a/one.md"),
            ("[[one]]", "b/one.md"),
            ("[[a/one.md]]", "a/one.md"),
            ("[[../a/one]]", "a/one.md"),
            ("[[Second#A#B]]", "a/two words.md#B"),
            ("[[#Here too]]", "here#Here too"),
            ("[[a.png]]", "file a.png"),
            ("[[nothing]]", "missing nothing"),
            ("[[drei\\]]", "b/three.markdown"),
            ("[[b]]", "b/_index.md"),
        ],
    );
    check("a/two words.md", &[("[[one]]", "a/one.md")]);
}

#[test]
fn only_the_web_and_mail_leave() {
    check(
        "a/one.md",
        &[
            ("https://e.org/x.md", "web https://e.org/x.md"),
            ("HTTP://e.org", "web HTTP://e.org"),
            ("//e.org/x", "web https://e.org/x"),
            ("mailto:a@b.c", "web mailto:a@b.c"),
            ("javascript:alert(1)", "refused javascript"),
            ("file:///etc/passwd", "refused file"),
            ("data:text/html,x", "refused data"),
            ("x-man-page:ls", "refused x-man-page"),
        ],
    );
}

proptest! {
    #[test]
    fn whatever_is_written_nothing_above_the_root_is_asked_for(written in "[./a-c%2eF#\\[\\]]{0,20}") {
        struct Asked;
        impl Ground for Asked {
            type Article = ();
            fn at(&self, path: &Path) -> Option<There<()>> {
                assert!(path.components().all(|part| matches!(part, Component::Normal(_))), "{path:?}");
                None
            }
            fn named(&self, _: Kind, _: &str, _: &Path) -> Option<()> {
                None
            }
            fn has_file_named(&self, _: &str) -> bool {
                false
            }
        }
        address(&Asked, &written, Path::new("a/b.md"));
        wiki(&Asked, &written, Path::new("a/b.md"));
    }
}
