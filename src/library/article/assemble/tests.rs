use std::path::PathBuf;

use super::*;
use crate::library::front_matter::{Head, read};

fn article_at(path: &str, markdown: &str) -> Article {
    let Head::Read(front) = read(markdown, true) else { panic!("whole") };
    let place = Place { root: 0, path: PathBuf::from(path), bytes: markdown.len() as u64, modified: 0 };
    assemble(place, Path::new("/library/notes"), &front, None, Vec::new())
}

fn article(head: &str) -> Article {
    article_at("post.md", &format!("---\n{head}\n---\n"))
}

fn check_date(head: &str, date: Option<&str>) {
    assert_eq!(article(head).date.map(|date| date.to_string()).as_deref(), date, "{head:?}");
}

fn check_tags(head: &str, tags: &[&str]) {
    let article = article(head);
    assert_eq!(article.tags.iter().map(SafeText::as_str).collect::<Vec<_>>(), tags, "{head:?}");
}

fn check_title(path: &str, head: &str, title: &str) {
    assert_eq!(article_at(path, &format!("---\n{head}\n---\n")).title.as_str(), title, "{path:?} {head:?}");
}

fn reasons(article: &Article) -> Vec<String> {
    article.problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.kind.name())).collect()
}

#[test]
fn entities_are_what_they_stand_for_and_no_control_comes_of_them() {
    let article = article(
        "title: Tom &amp; Jerry &#x202e;&#27;[31m\ntags: [R&amp;D, R&D, '&#35;own']\nauthor: Smith &amp; Sons\n\
         source: News &amp; Co\ndescription: A &lt; B &copy;\nseries: One &amp; Two\nimg: {src: a&amp;b.png, alt: A &amp; B}",
    );
    assert_eq!(article.title.as_str(), "Tom & Jerry [31m");
    let strings = |texts: &[SafeText]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(strings(&article.tags), ["R&D", "own"]);
    assert_eq!(strings(&article.authors), ["Smith & Sons"]);
    assert_eq!(article.source.unwrap().as_str(), "News & Co");
    assert_eq!(article.description.unwrap().as_str(), "A < B ©");
    let image = article.image.unwrap();
    assert_eq!((image.target.as_str(), image.alt.unwrap().as_str()), ("a&amp;b.png", "A & B"));
    // Other keys are kept as written.
    assert!(matches!(&article.meta[0].1, Value::Text(text) if text.as_str() == "One &amp; Two"));
}

#[test]
fn a_title_is_text_whatever_it_looks_like() {
    check_title("a.md", "title: 1984", "1984");
    check_title("a.md", "title: yes", "yes");
    check_title("a.md", "title: True", "True");
    check_title("a.md", "Title: \"  two\\nlines  \"", "two lines");
    check_title("a.md", "title: ''\nlinkTitle: Other", "Other");
    check_title("a.md", "title: [1, 2]\nlink_title: Other", "Other");
}

#[test]
fn without_a_title_the_name_stands_in_and_general_names_give_way_to_their_folder() {
    check_title("one/some-post.md", "a: b", "some-post");
    check_title("one/index.md", "a: b", "one");
    check_title("one/_index.md", "a: b", "one");
    check_title("README.md", "a: b", "notes");
    check_title("one/.md", "title: [x]", ".md");
}

#[test]
fn the_first_key_that_holds_a_real_day_gives_the_date() {
    check_date("date: 2024-03-09", Some("2024-03-09"));
    check_date("pubDate: 9 Mar 2024", Some("2024-03-09"));
    check_date("publish_date: 2024-03-09T23:00:00-11:00", Some("2024-03-09"));
    check_date("ms.date: 05/31/2018", Some("2018-05-31"));
    check_date("lastmod: 2021-01-01\ndate: 2024-03-09", Some("2024-03-09"));
    check_date("date: 2024-13-45\ncreated: 2020-01-02", Some("2020-01-02"));
    check_date("date:\nupdated: 2020-01-02", Some("2020-01-02"));
    check_date("published: true\nmodified: 2020-01-02", Some("2020-01-02"));
    check_date("date: [2024-01-01]", None);
    check_date("created_at: 2020-01-02", Some("2020-01-02"));
}

#[test]
fn a_bad_date_is_a_problem_that_names_its_line() {
    assert_eq!(reasons(&article("a: b\ndate: 2024-13-45")), ["3:1 date"]);
    assert_eq!(reasons(&article("date: soon")), ["2:1 date"]);
    assert_eq!(reasons(&article("date: {a: 1}")), ["2:1 type"]);
    assert_eq!(reasons(&article("published: false\ndate: 2024-01-01")), [] as [&str; 0]);
}

#[test]
fn a_name_gives_the_date_that_no_key_gives() {
    let date = |path| article_at(path, "text").date.map(|date| date.to_string());
    assert_eq!(date("2013-05-06-jekyll.md").as_deref(), Some("2013-05-06"));
    assert_eq!(date("2013-05-06-jekyll/index.md").as_deref(), Some("2013-05-06"));
    assert_eq!(date("2013-05-06/deeper/index.md"), None);
    assert_eq!(date("2013-02-30-x.md"), None);
}

#[test]
fn tags_come_as_lists_maps_and_text() {
    check_tags("tags: [Ethereum, '#DeFi', ethereum, ~, 2024, true]", &["Ethereum", "DeFi", "2024", "true"]);
    check_tags("tags:\n- label: a\n- name: b\n- title: c\n- other: d", &["a", "b", "c"]);
    check_tags("tags: a, b c,, d", &["a", "b c", "d"]);
    check_tags("tags: a b  c", &["a", "b", "c"]);
    check_tags("tag: layer 2", &["layer 2"]);
    check_tags("tag: a, b", &["a", "b"]);
    check_tags("tags: []\ntag: x", &["x"]);
    check_tags("tags: {a: 1}", &[]);
    check_tags("tags: [net/layer2, \"b\\nc\", \"\"]", &["net/layer2", "b c"]);
    check_tags("keywords: [a]\ncategories: [b]", &[]);
}

#[test]
fn source_and_url_come_from_the_first_address() {
    let check = |head: &str, source: Option<&str>, url: Option<&str>| {
        let article = article(head);
        assert_eq!(article.source.as_ref().map(SafeText::as_str), source, "{head:?}");
        assert_eq!(article.url.as_deref(), url, "{head:?}");
    };
    check("source: DeFiBank", Some("DeFiBank"), None);
    check("source: https://www.example.org/a?b", Some("example.org"), Some("https://www.example.org/a?b"));
    check("url: /local/path\nlink: http://e.org", None, Some("http://e.org"));
    check("source_url: https://u@e.org:80/x\nsource: E", Some("E"), Some("https://u@e.org:80/x"));
    check("url: 'https://'", None, None);
    check("url: 跨链跨链", None, None);
}

#[test]
fn draft_featured_and_toc_take_truth_in_every_spelling() {
    let check = |head: &str, draft: bool, featured: bool, toc: Option<bool>| {
        let article = article(head);
        assert_eq!((article.draft, article.featured, article.toc), (draft, featured, toc), "{head:?}");
    };
    check("draft: true\nfeature: 'true'\ntoc: \"false\"", true, true, Some(false));
    check("published: false\nfeatured: yes\ntoc: true", true, true, Some(true));
    check("publish: no\ntoc: {enable: false}", true, false, Some(false));
    check("published: 2024-01-01\ntoc: {depth: 2}", false, false, Some(true));
    assert!(article_at("blog/_drafts/x.md", "text").draft);
    assert_eq!(reasons(&article("draft: maybe")), ["2:1 type"]);
}

#[test]
fn images_and_their_text_come_as_text_list_and_map() {
    let check = |head: &str, target: &str, alt: Option<&str>| {
        let image = article(head).image.expect(head);
        assert_eq!(
            (image.target.as_str(), image.alt.as_ref().map(SafeText::as_str)),
            (target, alt),
            "{head:?}"
        );
    };
    check("img: /images/x.png\nalt: A picture", "/images/x.png", Some("A picture"));
    check("images: [a.png, b.png]", "a.png", None);
    check("cover: {image: c.png, alt: C}", "c.png", Some("C"));
    check("heroImage: {src: d.png}\nimage_alt: D", "d.png", Some("D"));
    check("feature_image: e.png", "e.png", None);
    assert_eq!(article("banner: {content: text}").image, None);
}

#[test]
fn authors_come_as_text_list_and_map() {
    let check = |head: &str, authors: &[&str]| {
        let article = article(head);
        assert_eq!(article.authors.iter().map(SafeText::as_str).collect::<Vec<_>>(), authors, "{head:?}");
    };
    check("author: King, Martin", &["King, Martin"]);
    check("authors: [A, {name: B}, A, ~]", &["A", "B"]);
    check("author: {name: C, email: c@e.org}", &["C"]);
    check("by:\n- D", &["D"]);
}

#[test]
fn other_keys_are_kept_in_order_and_those_that_fields_took_are_not() {
    let article =
        article("z: 1\ntitle: T\ntags: [a]\ncategories: [b]\na: {k: null}\ndate: soon\nstatus: \"x\\e[1m\"");
    let meta: Vec<_> = article.meta.iter().map(|(key, value)| format!("{key}={value:?}")).collect();
    insta::assert_snapshot!(meta.join("\n"), @r#"
    z=Number("1")
    categories=List([Text("b")])
    a=Map([("k", Null)])
    date=Text("soon")
    status=Text("x[1m")
    "#);
}

proptest::proptest! {
    #[test]
    fn an_article_always_has_a_title_and_tags_are_never_empty(
        head in "((title|tags|date|toc|author|source|img): ?(\\PC{0,12}|\\[\\PC{0,8}\\])\n){0,5}", path in "[a-z/.#]{1,12}"
    ) {
        let article = article_at(&path, &format!("---\n{head}---\n"));
        proptest::prop_assert!(!article.title.is_empty());
        proptest::prop_assert!(article.tags.iter().all(|tag| !tag.is_empty()));
    }
}
