//! `longread check`: every problem of a library, as `file:line:column: reason` or JSON.
//!
//! Each article is read once, on several threads; what needs all of them (headings of other articles,
//! copies) is kept as hashes until the last was read.

mod body;
mod metadata;
mod targets;

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;

use super::files::{absolute, file_of, openable};
use super::walk::Walked;
use super::{Exit, bodies, json, output, settings, walk};
use crate::error::{Error, Problem, ProblemKind};
use crate::library::article::Article;
use crate::library::duplicates::{Repeat, by_address, by_text};
use crate::paths::Paths;
use crate::safe;
use crate::storage::disk;
use crate::storage::picture::Reach;
use crate::text::SafeText;

use body::{Gleaned, glean, line_and_column};
use targets::Targets;

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
    #[arg(long, value_name = "KIND", value_parser = kinds())]
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
/// Paths that cannot be walked, output that cannot be written, [`Error::NoArticles`] where nothing was
/// skipped either.
pub fn run(args: &Args) -> Result<Exit, Error> {
    let walked = walk::walk(&args.paths, args.all)?;
    if walked.library.is_empty() && walked.skipped.is_empty() {
        return Err(walked.nothing());
    }
    let wanted = |kind: ProblemKind| args.only.is_empty() || args.only.contains(&kind);
    let mut findings = skipped(&walked);
    findings.extend(of_articles(&walked, args.all, wanted));
    findings.retain(|finding| wanted(finding.problem.kind));
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| (finding.problem.line, finding.problem.column);
        (&a.file, place(a)).cmp(&(&b.file, place(b)))
    });
    output::print(|out| {
        write(out, args.format, &findings)?;
        let is_clean = findings.is_empty() && !walked.library.is_empty();
        Ok(if is_clean { Exit::Done } else { Exit::Nothing })
    })
}

fn kinds() -> impl TypedValueParser<Value = ProblemKind> {
    PossibleValuesParser::new(ProblemKind::ALL.map(ProblemKind::name)).try_map(|name| {
        ProblemKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or("there is no such kind")
    })
}

fn write(out: &mut dyn Write, format: Format, findings: &[Finding]) -> io::Result<()> {
    // What is wrong with a file as a whole is said of its beginning.
    let place = |problem: &Problem| (problem.line.max(1), problem.column.max(1));
    match format {
        Format::Text => findings.iter().try_for_each(|Finding { file, problem, .. }| {
            let (line, column) = place(problem);
            writeln!(out, "{}:{line}:{column}: {}", openable(file), problem.reason)
        }),
        Format::Json => {
            let items = findings.iter().map(|Finding { file, path, problem }| {
                let (line, column) = place(problem);
                let file = disk::whole(file);
                Item {
                    file: file.to_string_lossy().into_owned(),
                    path: path.to_string_lossy().into_owned(),
                    line,
                    column,
                    kind: problem.kind.name(),
                    reason: &problem.reason,
                }
            });
            json::write_array(out, items)
        }
    }
}

fn skipped(walked: &Walked) -> Vec<Finding> {
    let finding = |(file, reason): &(PathBuf, SafeText)| {
        let below = walked.folders.iter().find_map(|folder| file.strip_prefix(folder).ok()).unwrap_or(file);
        let problem = whole(ProblemKind::Skipped, reason.clone());
        Finding { file: file.clone(), path: below.to_owned(), problem }
    };
    walked.skipped.iter().map(finding).collect()
}

/// A problem of a file as a whole.
fn whole(kind: ProblemKind, reason: SafeText) -> Problem {
    Problem { line: 0, column: 0, kind, reason }
}

fn of_articles(walked: &Walked, all: bool, wanted: impl Fn(ProblemKind) -> bool) -> Vec<Finding> {
    let articles: &[Arc<Article>] = &walked.library.articles().collect::<Vec<_>>();
    let mut problems: Vec<Vec<Problem>> = articles.iter().map(|article| article.problems.clone()).collect();
    let undated = metadata::undated(articles);
    for ((article, undated), problems) in articles.iter().zip(undated).zip(&mut problems) {
        problems.extend(metadata::untitled(article));
        let reason = || safe!("has no date, while most around it have one");
        problems.extend(undated.then(|| whole(ProblemKind::Undated, reason())));
    }
    let of_bodies = [
        ProblemKind::Encoding,
        ProblemKind::Image,
        ProblemKind::Link,
        ProblemKind::Tag,
        ProblemKind::Duplicate,
    ];
    if of_bodies.into_iter().any(wanted) {
        add_bodies(walked, articles, all, &mut problems);
    }
    let finding = |(article, problem): (&Article, Problem)| {
        let path = article.place.path.clone();
        Finding { file: file_of(&walked.folders, article), path, problem }
    };
    let of_each = articles.iter().zip(problems);
    of_each.flat_map(|(article, problems)| problems.into_iter().map(|p| finding((article, p)))).collect()
}

/// Adds what only whole files tell.
fn add_bodies(walked: &Walked, articles: &[Arc<Article>], all: bool, problems: &mut [Vec<Problem>]) {
    let folders = absolute(&walked.folders);
    let lone = lone_roots(walked);
    let targets = Targets::new(&folders, &lone, articles, all);
    let near_tags = metadata::near_tags(articles);
    let by_address = by_address(articles.iter().map(|article| article.url.as_deref()));
    let make = |index: usize| -> Option<Gleaned> {
        let article = articles.get(index)?;
        let (decoded, body) = bodies::read(&file_of(&walked.folders, article)).ok()?;
        let head = decoded.markdown.get(..body as usize).unwrap_or_default().to_owned();
        let mut gleaned = glean(&targets, article, index, decoded, body);
        for tag in &article.tags {
            if let Some(reason) = near_tags.get(tag) {
                let problem = whole(ProblemKind::Tag, reason.clone());
                gleaned.problems.push(placed(problem, &head, "tag", tag.as_str()));
            }
        }
        if let Some(repeat) = by_address[index] {
            let other = disk::shown(targets.path_of(repeat.of));
            let problem = whole(ProblemKind::Duplicate, safe!("has the same address as {other}"));
            gleaned.problems.push(placed(problem, &head, "", article.url.as_deref().unwrap_or_default()));
        }
        Some(gleaned)
    };
    let mut gleaned: Vec<Gleaned> = Vec::with_capacity(articles.len());
    let reading = bodies::in_order(articles.len(), make, |_, made| {
        gleaned.push(made.flatten().unwrap_or_default());
        Ok(())
    });
    debug_assert!(reading.is_ok(), "nothing here is an error");
    let sketches: Vec<_> = gleaned.iter_mut().map(|gleaned| gleaned.sketch.take()).collect();
    for (index, repeat) in by_text(&sketches).into_iter().enumerate() {
        let Some(Repeat { of, is_exact }) = repeat else { continue };
        let other = disk::shown(targets.path_of(of));
        let nearly = if is_exact { "" } else { "nearly " };
        let reason = safe!("has {nearly}the same text as {other}");
        problems[index].push(whole(ProblemKind::Duplicate, reason));
    }
    for index in 0..gleaned.len() {
        for named in std::mem::take(&mut gleaned[index].named) {
            // Of an article that can no longer be read nobody knows the headings.
            let anchors = gleaned.get(named.article).and_then(|other| other.anchors.as_deref());
            if anchors.is_some_and(|anchors| anchors.binary_search(&named.anchor).is_err()) {
                problems[index].push(named.problem);
            }
        }
        for problem in std::mem::take(&mut gleaned[index].problems) {
            // The beginning was read before, and said what is wrong with its bytes.
            let is_known = problem.kind == ProblemKind::Encoding
                && problems[index].iter().any(|known| known.kind == ProblemKind::Encoding);
            if !is_known {
                problems[index].push(problem);
            }
        }
    }
}

/// For each root that is a file, the folder that its links may reach.
fn lone_roots(walked: &Walked) -> Vec<Option<PathBuf>> {
    let library = settings::load(Paths::of_this_user().as_ref()).map(|(settings, _)| settings.library);
    let mut known = library.unwrap_or_default();
    known.extend(
        walked
            .roots
            .iter()
            .zip(&walked.folders)
            .filter(|(root, folder)| root == folder)
            .map(|(root, _)| root.clone()),
    );
    let reach = |(root, folder): (&PathBuf, &PathBuf)| {
        let reach = (root != folder).then(|| Reach::of(root, &known).ok()).flatten()?;
        Some(reach.root().to_path_buf())
    };
    walked.roots.iter().zip(&walked.folders).map(reach).collect()
}

/// The problem where `text` stands in the front matter `head`, after a key that begins with `key`; of the
/// file as a whole where it is written otherwise.
fn placed(problem: Problem, head: &str, key: &str, text: &str) -> Problem {
    let from = if key.is_empty() { Some(0) } else { key_line(head, key) };
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/'));
    let found = from.and_then(|from| {
        head[from..].match_indices(text).map(|(at, _)| from + at).find(|at| {
            let (before, after) = (&head[..*at], &head[at + text.len()..]);
            text.is_empty() || !(is_letter(before.chars().next_back()) || is_letter(after.chars().next()))
        })
    });
    let (line, column) = found.map_or((0, 0), |at| line_and_column(head, at));
    Problem { line, column, ..problem }
}

/// The byte after the first key of a line that begins with `key`.
fn key_line(head: &str, key: &str) -> Option<usize> {
    let mut start = 0;
    for line in head.split_inclusive('\n') {
        let text = line.trim_start_matches([' ', '\t', '"', '\'', '{']);
        if text.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key)) {
            return Some(start + (line.len() - text.len()) + key.len());
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_where_it_is_written() {
        let check = |head: &str, tag: &str, expect: (u32, u32)| {
            let found = placed(whole(ProblemKind::Tag, safe!("x")), head, "tag", tag);
            assert_eq!((found.line, found.column), expect, "{head:?}");
        };
        check("---\ntitle: defi\ntags: [layer-2-defi, defi]\n---\n", "defi", (3, 22));
        check("---\nTags:\n  - é, défi\n  - defi\n---\n", "defi", (4, 5));
        check("---\ntag: 'defi'\n---\n", "defi", (2, 7));
        check("{ \"tags\": [\"defi\"] }\n", "defi", (1, 13));
        check("---\ntags: [x]\n---\n", "defi", (0, 0));
        check("", "defi", (0, 0));
    }
}
