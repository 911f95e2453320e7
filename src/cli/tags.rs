//! `longread tags`: the tags of a library with their counts, near-duplicates marked, and the labels of one's own.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::{Exit, json, outcome, output, walk};
use crate::error::Error;
use crate::library::tags::near_duplicates;
use crate::safe;
use crate::text::SafeText;

/// The arguments of `tags`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folders or files.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Count in the articles that this keeps.
    #[arg(short, long, value_name = "QUERY", allow_hyphen_values = true)]
    pub query: Option<String>,
    /// How to print them.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Take in hidden and git-ignored files.
    #[arg(long)]
    pub all: bool,
}

/// The forms of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned columns.
    Table,
    /// An array of objects.
    Json,
}

/// A tag as JSON; the fields and their order are the command's contract.
#[derive(Debug, PartialEq, Serialize)]
struct Item {
    tag: SafeText,
    count: u32,
    /// Tags that differ from it only a little.
    near: Vec<SafeText>,
    /// Whether it is a label of one's own: the record has it, and not the articles.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    own: bool,
}

/// Runs `tags`: [`Exit::Nothing`] where there is none.
///
/// # Errors
///
/// A query that cannot be read, paths that cannot be walked, output that cannot be written,
/// [`Error::NoArticles`].
pub fn run(args: &Args) -> Result<Exit, Error> {
    let query = walk::query(args.query.as_deref(), None)?;
    let walked = walk::walk(&args.paths, args.all)?;
    if walked.library.is_empty() {
        if args.format == Format::Json {
            // Whoever reads it is owed an array.
            output::print(|out| json::write_array(out, [(); 0]).map(|()| Exit::Nothing))?;
        }
        return Err(walked.nothing());
    }
    let library = &walked.library;
    walk::look_over(args.query.as_deref(), library)?;
    let kept = outcome::of(&walked, &walked.roots, args.all, &query)?;
    let states = walk::states(library);
    let counts = library.tags().count(&kept.set);
    let counted = library.tags().iter().zip(counts).filter(|(_, count)| *count > 0);
    let mut items: Vec<Item> = counted
        .map(|(name, count)| Item { tag: name.shown().as_ref().clone(), count, near: Vec::new(), own: false })
        .collect();
    mark_near(&mut items);
    items.extend(states.labels().filter_map(|(_, label)| {
        let count = kept.set.intersection_len(&label.articles) as u32;
        let tag = label.name.as_ref().clone();
        (count > 0).then_some(Item { tag, count, near: Vec::new(), own: true })
    }));
    items.sort_by_key(|item| (std::cmp::Reverse(item.count), item.tag.as_str().to_lowercase(), item.own));
    output::print(|out| {
        write(out, args.format, &items)?;
        Ok(if items.is_empty() { Exit::Nothing } else { Exit::Done })
    })
}

fn mark_near(items: &mut [Item]) {
    let tags: Vec<SafeText> = items.iter().map(|item| item.tag.clone()).collect();
    let names: Vec<&str> = tags.iter().map(SafeText::as_str).collect();
    for (item, near) in items.iter_mut().zip(near_duplicates(&names)) {
        item.near = near.into_iter().map(|index| tags[index].clone()).collect();
    }
}

fn write(out: &mut dyn Write, format: Format, items: &[Item]) -> io::Result<()> {
    match format {
        Format::Json => json::write_array(out, items),
        Format::Table => {
            let row = |item: &Item| {
                let near: Vec<&str> = item.near.iter().map(SafeText::as_str).collect();
                let near = if near.is_empty() { String::new() } else { format!("near: {}", near.join(", ")) };
                let tag = if item.own { safe!("+{}", item.tag) } else { item.tag.clone() };
                vec![safe!("{:>5}", item.count), tag, SafeText::line(&near)]
            };
            output::table(out, &items.iter().map(row).collect::<Vec<_>>(), output::columns())
        }
    }
}
