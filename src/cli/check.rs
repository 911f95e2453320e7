//! `longread check`: every problem of a library, as `file:line:column: reason` or JSON.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::list::{folder_of, openable};
use super::{Exit, bodies, json, output, walk};
use crate::document::shown::{PartId, Position, Shown, ShownText, Target};
use crate::document::{Document, Options};
use crate::error::{Error, Problem, ProblemKind};
use crate::library::article::{Article, TitleFrom};
use crate::library::tags::near_duplicates;
use crate::safe;
use crate::storage::disk::{self, Decoded};
use crate::text::SafeText;

/// The arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folders or files.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to print them.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Problems of this kind alone; may be given more than once.
    #[arg(long, value_name = "KIND", value_parser = kind_of)]
    pub only: Vec<ProblemKind>,
    /// Take in hidden and git-ignored files.
    #[arg(long)]
    pub all: bool,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// `file:line:column: reason`, one a line.
    Text,
    /// An array of objects.
    Json,
}

/// A problem and the file it is in.
struct Finding {
    file: PathBuf,
    path: PathBuf,
    problem: Problem,
}

/// A finding as JSON; the fields and their order are the command's contract.
#[derive(Serialize)]
struct Item<'a> {
    file: String,
    path: String,
    line: u32,
    column: u32,
    kind: &'static str,
    reason: &'a SafeText,
}

/// Runs `check`.
///
/// # Errors
///
/// Paths that cannot be walked, output that cannot be written.
pub fn run(args: &Args) -> Result<Exit, Error> {
    let walked = walk::walk(&args.paths, args.all)?;
    let mut findings = Vec::new();
    for (path, reason) in &walked.skipped {
        let below = walked.folders.iter().find_map(|folder| path.strip_prefix(folder).ok()).unwrap_or(path);
        let problem = Problem { line: 0, column: 0, kind: ProblemKind::Skipped, reason: reason.clone() };
        findings.push(Finding { file: path.clone(), path: below.to_owned(), problem });
    }
    let articles: Vec<_> = walked.library.articles().collect();
    let bodies = bodies::read(&articles, &walked.folders, |article, decoded, body| {
        let root = folder_of(&walked.folders, article);
        let text = text_hash(decoded.markdown.get(body as usize..).unwrap_or_default());
        (in_body(article, root, decoded, body), text)
    });
    let (bodies, texts): (Vec<_>, Vec<_>) = bodies.into_iter().map(Option::unwrap_or_default).unzip();
    for (article, found) in articles.iter().zip(bodies) {
        let mut problems = article.problems.clone();
        problems.extend(of_metadata(article));
        for problem in found {
            let known =
                problem.kind == ProblemKind::Encoding && problems.iter().any(|p| p.kind == problem.kind);
            if !known {
                problems.push(problem);
            }
        }
        problems.sort_by_key(|problem| (problem.line, problem.column));
        findings.extend(problems.into_iter().map(|problem| finding(article, &walked.folders, problem)));
    }
    findings.extend(near_tags(&walked));
    let addresses = articles.iter().map(|article| article.url.as_deref());
    findings.extend(repeated(&walked.folders, &articles, addresses, "address"));
    findings.extend(repeated(&walked.folders, &articles, texts.into_iter(), "text"));
    findings.retain(|finding| args.only.is_empty() || args.only.contains(&finding.problem.kind));
    findings.sort_by(|a, b| (&a.file, a.problem.line).cmp(&(&b.file, b.problem.line)));
    output::print(|out| {
        write(out, args.format, &findings)?;
        Ok(if findings.is_empty() { Exit::Done } else { Exit::Nothing })
    })
}

fn kind_of(name: &str) -> Result<ProblemKind, String> {
    ProblemKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
        let names: Vec<_> = ProblemKind::ALL.iter().map(|kind| kind.name()).collect();
        format!("kinds are {}", names.join(", "))
    })
}

fn write(out: &mut dyn Write, format: Format, findings: &[Finding]) -> io::Result<()> {
    match format {
        Format::Text => findings.iter().try_for_each(|Finding { file, problem, .. }| {
            let (line, column) = (problem.line.max(1), problem.column.max(1));
            writeln!(out, "{}:{line}:{column}: {}", openable(file), problem.reason)
        }),
        Format::Json => {
            let items = findings.iter().map(|Finding { file, path, problem }| Item {
                file: std::path::absolute(file)
                    .unwrap_or_else(|_| file.clone())
                    .to_string_lossy()
                    .into_owned(),
                path: path.to_string_lossy().into_owned(),
                line: problem.line,
                column: problem.column,
                kind: problem.kind.name(),
                reason: &problem.reason,
            });
            json::write_array(out, items)
        }
    }
}

fn finding(article: &Article, folders: &[PathBuf], problem: Problem) -> Finding {
    let path = article.place.path.clone();
    Finding { file: folder_of(folders, article).join(&path), path, problem }
}

/// What its metadata lacks.
fn of_metadata(article: &Article) -> Vec<Problem> {
    let whole = |kind, reason| Problem { line: 0, column: 0, kind, reason };
    let mut problems = Vec::new();
    if article.title_from == TitleFrom::Name {
        problems.push(whole(ProblemKind::Title, safe!("has no title, neither as a key nor as a heading")));
    }
    if article.date.is_none() {
        problems.push(whole(ProblemKind::Undated, safe!("has no date")));
    }
    problems
}

/// What is wrong in the text: its bytes, and the files it names in vain.
fn in_body(article: &Article, root: &Path, decoded: Decoded, body: u32) -> Vec<Problem> {
    let mut problems = decoded.problems;
    let options = Options { title: Some(article.title.clone()), whole: true };
    let document = Document::parse(decoded.markdown, Position(body), &options);
    problems.extend(document.problems().iter().cloned());
    if let Some(image) = &article.image
        && let Some(missing) = missing(&image.target, root, &article.place.path)
    {
        let at = document.markdown().get(..body as usize).and_then(|head| head.find(&image.target));
        let line = at.map_or(0, |at| document.line(Position(at as u32)));
        let reason = safe!("no such image: {missing}");
        problems.push(Problem { line, column: u32::from(line > 0), kind: ProblemKind::Image, reason });
    }
    let mut look = |target: &Target, at: Position| {
        let (target, kind, what) = match target {
            Target::Image(target) => (target, ProblemKind::Image, "image"),
            Target::Address(target) => (target, ProblemKind::Link, "file to link to"),
            Target::Wiki(_) | Target::Footnote(_) => return,
        };
        if let Some(missing) = missing(target, root, &article.place.path) {
            let line = document.line(at);
            problems.push(Problem { line, column: 1, kind, reason: safe!("no such {what}: {missing}") });
        }
    };
    let in_text = |text: &ShownText, look: &mut dyn FnMut(&Target, Position)| {
        for link in &text.links {
            look(&link.target, Position(text.map.source(link.range.start).start));
        }
    };
    for (index, part) in document.parts().iter().enumerate() {
        match document.show(PartId(index as u32)) {
            Shown::Text(text) | Shown::Math(text) => in_text(&text, &mut look),
            Shown::Table(table) => {
                let cells = table.rows.iter().flatten();
                // A large table's parts all carry its header.
                let header = table.header.iter().filter(|_| part.first);
                header.chain(cells).for_each(|cell| in_text(cell, &mut look));
            }
            Shown::Image { target, .. } => look(&Target::Image(target), Position(part.range.start)),
            Shown::Code { .. } | Shown::Rule | Shown::Nothing => {}
        }
    }
    problems
}

/// The local path in `target`, shown, where nothing is there. Site-absolute paths are looked for under
/// the root and the folders that sites keep such files in. Addresses, anchors and templates are not
/// looked at, nor links to pages that a site makes.
fn missing(target: &str, root: &Path, article: &Path) -> Option<SafeText> {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let is_local = !path.is_empty()
        && !target.starts_with("//")
        && !target.contains(['{', '<', '$'])
        && !path.split('/').next().unwrap_or_default().contains(':');
    // A site makes pages without an extension, and .html ones, from anything.
    let extension = Path::new(path).extension();
    if !is_local || path.ends_with('/') || extension.is_none_or(|extension| extension == "html") {
        return None;
    }
    let is_there = |path: &str| {
        if let Some(below) = path.strip_prefix('/') {
            ["", "public", "static", "assets"]
                .iter()
                .any(|folder| disk::what_is(&root.join(folder).join(below)).is_ok())
        } else {
            let folder = root.join(article.parent().unwrap_or(Path::new("")));
            disk::what_is(&folder.join(path)).is_ok()
        }
    };
    let there = is_there(path) || is_there(&crate::text::percent_decoded(path));
    (!there).then(|| SafeText::line(path))
}

/// Tags that differ only a little from one that more articles have (of equals, the later by name).
fn near_tags(walked: &walk::Walked) -> Vec<Finding> {
    let library = &walked.library;
    let tags: Vec<_> = library.tags().iter().collect();
    let names: Vec<&str> = tags.iter().map(|tag| tag.folded()).collect();
    let mut findings = Vec::new();
    for (index, near) in near_duplicates(&names).into_iter().enumerate() {
        let own = (tags[index].count(), std::cmp::Reverse(index));
        let Some(better) =
            near.into_iter().max_by_key(|other| (tags[*other].count(), std::cmp::Reverse(*other)))
        else {
            continue;
        };
        let count = tags[better].count();
        if own > (count, std::cmp::Reverse(better)) {
            continue;
        }
        let reason = safe!(
            "the tag '{}' is nearly '{}', which {count} have",
            tags[index].shown(),
            tags[better].shown()
        );
        for id in tags[index].set() {
            let problem = Problem { line: 0, column: 0, kind: ProblemKind::Tag, reason: reason.clone() };
            findings.push(finding(&library.article(id), &walked.folders, problem));
        }
    }
    findings
}

/// Articles that have a key (their address, their text) in common with one before them.
fn repeated<K: Eq + Hash>(
    folders: &[PathBuf],
    articles: &[Arc<Article>],
    keys: impl Iterator<Item = Option<K>>,
    what: &str,
) -> Vec<Finding> {
    let mut first: HashMap<K, &Article> = HashMap::new();
    let mut findings = Vec::new();
    for (article, key) in articles.iter().zip(keys) {
        let Some(key) = key else { continue };
        match first.entry(key) {
            Entry::Vacant(free) => {
                free.insert(article);
            }
            Entry::Occupied(other) => {
                let reason = safe!("has the same {what} as {}", disk::shown(&other.get().place.path));
                let problem = Problem { line: 0, column: 0, kind: ProblemKind::Duplicate, reason };
                findings.push(finding(article, folders, problem));
            }
        }
    }
    findings
}

/// What tells a text from others; short ones are alike without being copies.
fn text_hash(body: &str) -> Option<u64> {
    let body = body.trim();
    (body.len() >= 256).then(|| {
        let mut hasher = std::hash::DefaultHasher::new();
        body.hash(&mut hasher);
        hasher.finish()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_files_are_looked_for() {
        let check = |target: &str, is_missing: bool| {
            assert_eq!(
                missing(target, Path::new("/nowhere"), Path::new("a/b.md")).is_some(),
                is_missing,
                "{target:?}"
            );
        };
        for target in [
            "https://e.org/x.png",
            "mailto:a@b.c",
            "#part",
            "//e.org/x.png",
            "page",
            "page/",
            "{{x}}.png",
            "data:x.png",
        ] {
            check(target, false);
        }
        for target in ["x.png", "/images/x.png", "../c.md#part", "a%20b.md", "c.md?x"] {
            check(target, true);
        }
    }
}
