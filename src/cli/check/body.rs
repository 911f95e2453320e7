//! What is wrong in one article's text: its bytes, and the files and headings it names in vain.
//!
//! Never reads a file itself; what there is to link to is asked of `targets`.

use super::targets::Targets;
use crate::document::anchors::{folded, is_name, names};
use crate::document::shown::{PartId, Position, Shown, ShownText, Target};
use crate::document::{Document, Options};
use crate::error::{Problem, ProblemKind};
use crate::library::article::Article;
use crate::library::duplicates::Sketch;
use crate::library::entities::decode;
use crate::library::links::Leads;
use crate::library::links::scan::{Written, in_front_matter};
use crate::safe;
use crate::storage::disk::{self, Decoded};
use crate::text::SafeText;

/// What the text of an article gave.
#[derive(Default)]
pub(super) struct Gleaned {
    /// What is wrong with it.
    pub(super) problems: Vec<Problem>,
    /// The places in it that a link can name, ascending, once it was read.
    pub(super) anchors: Option<Box<[u64]>>,
    /// The places in articles that it names.
    pub(super) named: Vec<Named>,
    /// By which its text is compared with others.
    pub(super) sketch: Option<Sketch>,
}

/// A place in an article that a link names.
pub(super) struct Named {
    /// The article's index.
    pub(super) article: usize,
    /// The place.
    pub(super) anchor: u64,
    /// What to say where it is not there.
    pub(super) problem: Problem,
}

/// Reads the text of the article `index`, whose body begins at `body`.
pub(super) fn glean(
    targets: &Targets<'_>,
    article: &Article,
    index: usize,
    decoded: Decoded,
    body: u32,
) -> Gleaned {
    let sketch = Sketch::of(decoded.markdown.get(body as usize..).unwrap_or_default());
    let document = Document::parse(decoded.markdown, Position(body), &Options { title: None, whole: true });
    let mut gleaned =
        Gleaned { problems: decoded.problems, anchors: Some(anchors(&document)), named: Vec::new(), sketch };
    gleaned.problems.extend(document.problems().iter().cloned());
    let mut links = Links { targets, article, index, document: &document, gleaned: &mut gleaned };
    links.leading_image(body);
    links.of_front_matter(body);
    for (part, index) in document.parts().iter().zip(0..) {
        match document.show(PartId(index)) {
            Shown::Text(text) | Shown::Math(text) => links.of_text(&text, part.range.start),
            Shown::Table(table) => {
                // A large table's parts all carry its header.
                let header = table.header.iter().filter(|_| part.first);
                header
                    .chain(table.rows.iter().flatten())
                    .for_each(|cell| links.of_text(cell, part.range.start));
            }
            Shown::Image { target, mut alt } => {
                links.image(&target, part.range.start);
                // The link around it.
                alt.links.retain(|link| !matches!(link.target, Target::Image(_)));
                links.of_text(&alt, part.range.start);
            }
            Shown::Code { .. } | Shown::Rule | Shown::Nothing => {}
        }
    }
    gleaned
}

/// The line and column of a byte of the markdown, both from 1, the column in characters.
pub(super) fn line_and_column(markdown: &str, at: usize) -> (u32, u32) {
    let before = markdown.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
    (line as u32, 1 + before[line_start..].chars().count() as u32)
}

struct Links<'a> {
    targets: &'a Targets<'a>,
    article: &'a Article,
    index: usize,
    document: &'a Document,
    gleaned: &'a mut Gleaned,
}

impl Links<'_> {
    /// The links of a text whose part begins at `begin`.
    fn of_text(&mut self, text: &ShownText, begin: u32) {
        for link in &text.links {
            // What shows nothing (a picture without words in a link) came from nowhere.
            let at = text.map.source(link.range.start).start.max(begin);
            let at = self.tag(&link.target, at, begin).unwrap_or(at);
            match &link.target {
                Target::Image(target) => self.image(target, at),
                Target::Address(target) => self.address(target, at),
                Target::Wiki(target) => self.wiki(target, at),
                Target::Footnote(_) => {}
            }
        }
    }

    /// The picture that the front matter names.
    fn leading_image(&mut self, body: u32) {
        let Some(image) = &self.article.image else { return };
        if let Some(missing) = self.no_image(&image.target) {
            let markdown = self.document.markdown();
            let at = markdown.get(..body as usize).and_then(|head| head.find(&image.target));
            let (line, column) = at.map_or((0, 0), |at| line_and_column(markdown, at));
            let reason = safe!("no such image: {missing}");
            self.gleaned.problems.push(Problem { line, column, kind: ProblemKind::Image, reason });
        }
    }

    /// The wikilinks of the front matter's texts: without quotation marks they are lists of YAML in lists.
    fn of_front_matter(&mut self, body: u32) {
        let head = self.document.markdown().get(..body as usize).unwrap_or_default();
        for (at, written) in in_front_matter(head) {
            if let Written::Wiki(page) = written
                && head[..at].ends_with(['"', '\''])
            {
                self.wiki(page, at as u32);
            }
        }
    }

    fn image(&mut self, target: &str, at: u32) {
        let Some(missing) = self.no_image(target) else { return };
        let start = self.start(at);
        let markdown = self.document.markdown();
        let is_wiki = markdown.get(start as usize..).is_some_and(|text| text.starts_with("![["));
        if !(is_wiki && self.targets.has_file_named(target)) {
            self.problem(start, ProblemKind::Image, safe!("no such image: {missing}"));
        }
    }

    /// What is said in place of a picture that is not there; `None` where it is, or nobody can tell.
    fn no_image(&self, target: &str) -> Option<SafeText> {
        match self.targets.local(target, self.article) {
            Leads::Missing(what) => Some(what),
            // No site makes a picture of a page's name.
            Leads::Unknown(what) if !target.contains(['{', '<', '$']) && !target.starts_with(['@', '~']) => {
                Some(what)
            }
            Leads::File(path) if self.targets.is_folder(&path, self.article) => {
                Some(safe!("{} is a folder", path.display()))
            }
            _ => None,
        }
    }

    fn address(&mut self, target: &str, at: u32) {
        let leads = self.targets.local(target, self.article);
        self.follow(leads, at, |missing| safe!("no such file to link to: {missing}"));
    }

    fn wiki(&mut self, target: &str, at: u32) {
        let leads = self.targets.wiki(target, self.article);
        self.follow(leads, at, |missing| safe!("no article has this title, alias or file name: {missing}"));
    }

    fn follow(&mut self, leads: Leads<usize>, at: u32, missing: impl FnOnce(&SafeText) -> SafeText) {
        match leads {
            Leads::Here(fragment) => self.heading(self.index, fragment.as_deref(), at),
            Leads::Article(article, fragment) => self.heading(article, fragment.as_deref(), at),
            Leads::Missing(what) => self.problem(self.start(at), ProblemKind::Link, missing(&what)),
            Leads::File(_) | Leads::Unknown(_) | Leads::Outside(_) | Leads::Web(_) | Leads::Refused(_) => {}
        }
    }

    /// Remembers that a heading of an article is named, until the headings of all are known.
    fn heading(&mut self, article: usize, fragment: Option<&str>, at: u32) {
        let Some(fragment) = fragment.filter(|fragment| is_name(fragment)) else { return };
        let Some(anchor) = anchor(fragment) else { return };
        let shown = SafeText::line(fragment);
        let what = if fragment.starts_with('^') { "block" } else { "heading" };
        let reason = if article == self.index {
            safe!("no such {what} here: #{shown}")
        } else {
            let file = disk::shown(self.targets.path_of(article));
            safe!("no such {what} in {file}: #{shown}")
        };
        let problem = self.placed(self.start(at), ProblemKind::Link, reason);
        self.gleaned.named.push(Named { article, anchor, problem });
    }

    fn problem(&mut self, at: u32, kind: ProblemKind, reason: SafeText) {
        let problem = self.placed(at, kind, reason);
        self.gleaned.problems.push(problem);
    }

    fn placed(&self, at: u32, kind: ProblemKind, reason: SafeText) -> Problem {
        let line = self.document.line(Position(at));
        let start = self.document.position_of_line(line).0;
        let before = self.document.markdown().get(start as usize..at as usize).unwrap_or_default();
        Problem { line, column: 1 + before.chars().count() as u32, kind, reason }
    }

    /// Where the tag of HTML begins that leads there, if it was one whose shown text begins at `at`: it stands before
    /// that, or the text is its own `alt`.
    fn tag(&self, target: &Target, at: u32, begin: u32) -> Option<u32> {
        let (name, target) = match target {
            Target::Image(target) => ("img", target),
            Target::Address(target) => ("a", target),
            Target::Wiki(_) | Target::Footnote(_) => return None,
        };
        if self.start(at) != at {
            return None;
        }
        let markdown = self.document.markdown();
        let mut end = (at as usize + 1).min(markdown.len());
        loop {
            let from = markdown.as_bytes().get(begin as usize..end)?;
            end = begin as usize + memchr::memrchr(b'<', from)?;
            let tag = &markdown[end..];
            let tag = &tag[..memchr::memchr(b'>', tag.as_bytes()).unwrap_or(tag.len())];
            let rest = tag.get(1..=name.len()).filter(|own| own.eq_ignore_ascii_case(name));
            let attributes = rest.and_then(|_| tag.get(1 + name.len()..)).unwrap_or_default();
            let leads_there = || decode(attributes).contains(target.as_str());
            if attributes.starts_with(|c: char| c.is_ascii_whitespace()) && leads_there() {
                return Some(end as u32);
            }
        }
    }

    /// Where the construct begins whose shown text begins at `at`: before its brackets and marks.
    fn start(&self, at: u32) -> u32 {
        let before = self.document.markdown().get(..at as usize).unwrap_or_default();
        let bare = before.trim_end_matches(['*', '_', '`', '~', '=']);
        let opened = bare.trim_end_matches('[');
        if opened.len() == bare.len() {
            return at;
        }
        // `[` of a link, `[[` of a wikilink, `![` of a picture; brackets before that are text.
        let brackets = (bare.len() - opened.len()).min(2);
        let start = bare.len() - brackets;
        let start = if brackets == 2 && !self.document.markdown()[start..].contains("]]") {
            start + 1
        } else {
            start
        };
        let is_image = before.get(..start).is_some_and(|text| text.ends_with('!'));
        (start - usize::from(is_image)) as u32
    }
}

/// The name of a place, as it is compared.
fn anchor(name: &str) -> Option<u64> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for character in folded(name)?.chars() {
        hash = (hash ^ u64::from(character)).wrapping_mul(0x0100_0000_01b3);
    }
    Some(hash)
}

/// The places that a link can name.
fn anchors(document: &Document) -> Box<[u64]> {
    let mut anchors: Vec<u64> = names(document).iter().filter_map(|name| anchor(name)).collect();
    anchors.sort_unstable();
    anchors.dedup();
    anchors.into_boxed_slice()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use super::*;
    use crate::library::article::{Place, assemble};
    use crate::library::front_matter::{FrontMatter, Head, read};

    /// Every problem of the only article of a library, those of headings included.
    fn check(markdown: &str, expect: &[(u32, u32, &str)]) {
        let front = match read(markdown, true) {
            Head::Read(front) => front,
            Head::More => FrontMatter::default(),
        };
        let place = Place { root: 0, path: "a.md".into(), bytes: 0, modified: 0 };
        let article = Arc::new(assemble(place, Path::new("/nowhere"), &front, None, Vec::new()));
        let (articles, folders) = ([Arc::clone(&article)], [PathBuf::from("/nowhere")]);
        let targets = Targets::new(&folders, &[], &articles, false);
        let decoded = Decoded { markdown: markdown.into(), problems: Vec::new() };
        let gleaned = glean(&targets, &article, 0, decoded, front.body);
        let missing = gleaned
            .named
            .iter()
            .filter(|named| gleaned.anchors.as_ref().unwrap().binary_search(&named.anchor).is_err());
        let problems = gleaned.problems.iter().chain(missing.map(|named| &named.problem));
        let found: Vec<_> = problems.map(|p| (p.line, p.column, p.reason.as_str())).collect();
        assert_eq!(found, expect, "{markdown:?}");
    }

    #[test]
    fn a_link_is_named_where_it_begins() {
        check("a [b](gone.md) c\n", &[(1, 3, "no such file to link to: gone.md")]);
        check("é [**b**](gone.md)\n", &[(1, 3, "no such file to link to: gone.md")]);
        check("- x\n- > [b](gone.md)\n", &[(2, 5, "no such file to link to: gone.md")]);
        check("a ![b](x.png)\n", &[(1, 3, "no such image: x.png")]);
        check("| a |\n|---|\n| [b](c.md) |\n", &[(3, 3, "no such file to link to: c.md")]);
        check("---\nimage: 'x.png'\n---\n", &[(2, 9, "no such image: x.png")]);
        check(
            "---\nup: '[[a]]'\nrelated: [\"[[Gone|x]]\"]\nrows: [[1]]\n---\n",
            &[(3, 12, "no article has this title, alias or file name: Gone")],
        );
        check("a [[Gone]]\n", &[(1, 3, "no article has this title, alias or file name: Gone")]);
        check("![[x.png]]\n", &[(1, 1, "no such image: x.png")]);
        check("[one](a.md) `[b](gone.md)` <!-- [b](gone.md) -->\n", &[]);
    }

    #[test]
    fn a_link_of_html_is_named_where_its_tag_begins() {
        let (link, image) = ("no such file to link to: gone.md", "no such image: x.png");
        check("é <a href=\"gone.md\">b</a>\n", &[(1, 3, link)]);
        check("a <A\n class=x href='gone.md'>\n<b>b</b></A>\n", &[(1, 3, link)]);
        check("a <a href='gone.md'></a> b\n", &[(1, 3, link)]);
        check("a <img src='x.png' alt='words'> b\n", &[(1, 3, image)]);
        check(
            "<div>\n  <p>c <a href=\"gone.md\">b</a>\n  <img src=\"x.png\"></p>\n</div>\n",
            &[(2, 8, link), (3, 3, image)],
        );
        check("<a href='gone.md'><img src='x.png' alt=y></a> z\n", &[(1, 1, link), (1, 19, image)]);
        check("| a |\n|---|\n| <a href='gone.md'>b</a> |\n", &[(3, 3, link)]);
        check("<a href='a.md'>1</a> <a href='gone.md'>2</a> <a href='a.md'>3</a>\n", &[(1, 22, link)]);
        check("<a href='a.md'>1</a> [b](gone.md) <abbr title='gone.md'>c</abbr>\n", &[(1, 22, link)]);
        check("<a href='gone.md'>1</a> [b](gone.md)\n", &[(1, 1, link), (1, 25, link)]);
        check("x <a href='#a&amp;b'>b</a>\n", &[(1, 3, "no such heading here: #a&b")]);
    }

    #[test]
    fn a_heading_is_looked_for_by_slug_text_and_id() {
        let body = "# One: two\n\n## One two\n\n## C {#own}\n\n<a id=\"spot\"></a>\n\n";
        for target in
            ["#one-two", "#one-two-1", "#own", "#spot", "#One%3A%20two", "#top", "#", "#fn:1", "a.md#own"]
        {
            check(&format!("{body}[x]({target})\n"), &[]);
        }
        check(&format!("{body}[[#One: two]] [[a#own|x]] [[a#^block]]\n\nA block. ^block\n"), &[]);
        check(&format!("{body}[[a#^gone]] ^one\n"), &[(9, 1, "no such block here: #^gone")]);
        check(&format!("{body}x [x](#three)\n"), &[(9, 3, "no such heading here: #three")]);
        check(&format!("{body}[[a#Four]]\n"), &[(9, 1, "no such heading here: #Four")]);
    }
}
