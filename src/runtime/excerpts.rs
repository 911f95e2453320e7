//! Reads articles that were found and cuts out what is shown of them in the list.

use std::path::Path;

use super::jobs::Cancel;
use crate::app::effect::{DocumentSource, ExcerptWanted};
use crate::cli::sections;
use crate::library::article::ArticleKey;
use crate::library::excerpt::{Excerpt, excerpt, find_any};
use crate::library::matcher::Matcher;
use crate::storage::{disk, text_files};

/// Articles whose excerpts are sent together.
const TOGETHER: usize = 4;

/// Gives the excerpts of `wanted` to `send`, some at a time; `None` for what holds nothing that could be shown.
/// False when nobody listens any more.
pub(super) fn answer(
    wanted: &[ExcerptWanted],
    matchers: &[Matcher],
    length: usize,
    cancel: &Cancel,
    send: &dyn Fn(Vec<(ArticleKey, Option<Excerpt>)>) -> bool,
) -> bool {
    for some in wanted.chunks(TOGETHER) {
        if cancel.is_cancelled() {
            return true;
        }
        let excerpts = some.iter().map(|wanted| (wanted.article.key, of(wanted, matchers, length)));
        if !send(excerpts.collect()) {
            return false;
        }
    }
    true
}

fn of(wanted: &ExcerptWanted, matchers: &[Matcher], length: usize) -> Option<Excerpt> {
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
    let holds =
        |section: &&crate::library::section::Section| !find_any(&section.text, matchers, language).is_empty();
    // The file may have changed since it was searched.
    let section = best.filter(holds).or_else(|| text.sections.iter().find(holds)).or(best)?;
    Some(excerpt(&text, section, matchers, language, length))
}
