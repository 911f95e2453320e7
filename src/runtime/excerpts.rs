//! Reads articles that were found and cuts out what is shown of them in the list.

use std::path::Path;

use super::jobs::Cancel;
use crate::app::effect::{DocumentSource, ExcerptWanted};
use crate::cli::sections;
use crate::library::article::ArticleKey;
use crate::library::excerpt::{Excerpt, excerpt, holds};
use crate::library::marking::Marking;
use crate::storage::{disk, text_files};

/// Characters that are left to say in how many other sections something was found.
const OTHERS: usize = 14;
/// Articles whose excerpts are made side by side and sent together.
const TOGETHER: usize = 8;

/// Gives the excerpts of `wanted` to `send`, some at a time; `None` for what holds nothing that could be shown.
/// False when nobody listens any more.
pub(super) fn answer(
    wanted: &[ExcerptWanted],
    marking: &Marking,
    length: usize,
    cancel: &Cancel,
    send: &dyn Fn(Vec<(ArticleKey, Option<Excerpt>)>) -> bool,
) -> bool {
    for some in wanted.chunks(TOGETHER) {
        let excerpt = |at: usize| {
            let wanted = some.get(at)?;
            Some((wanted.article.key, of(wanted, marking, length)))
        };
        let excerpts = text_files::each(some.len(), &|| cancel.is_cancelled(), &excerpt);
        if cancel.is_cancelled() {
            return true;
        }
        if !send(excerpts) {
            return false;
        }
    }
    true
}

fn of(wanted: &ExcerptWanted, marking: &Marking, length: usize) -> Option<Excerpt> {
    let decoded = match &wanted.source {
        // What cannot be read shows what is known of it.
        DocumentSource::File(path) => disk::read_markdown(path).ok()?,
        DocumentSource::Text { markdown, .. } => {
            disk::Decoded { markdown: markdown.clone(), problems: Vec::new() }
        }
    };
    let place = wanted.article.place.clone();
    let text = text_files::taken_apart(Path::new(""), &place, decoded, sections::read);
    let language = text.language();
    let best = text.sections.get(wanted.section as usize);
    let holding: Vec<_> = text.sections.iter().filter(|section| holds(section, marking, language)).collect();
    // The file may have changed since it was searched.
    let section = best
        .filter(|best| holding.iter().any(|section| std::ptr::eq(*section, *best)))
        .or(holding.first().copied())
        .or(best)?;
    let others = holding.len().saturating_sub(1);
    let length = if others > 0 { length.saturating_sub(OTHERS) } else { length };
    Some(Excerpt { others, ..excerpt(&text, section, marking, language, length) })
}
