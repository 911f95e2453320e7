//! What a picker says: its heading, its counts, what the next mark will do, and its keys.

use super::{HeadingItem, Kind, Picker, commands, keys};
use crate::app::effect::{Linked, Side};
use crate::app::library_screen::list::day_in_words;
use crate::app::library_screen::views::SavedView;
use crate::library::links::refusal;
use crate::library::query::{Mark, Query};
use crate::safe;
use crate::text::{SafeText, thousands};

impl Picker {
    /// Its heading.
    pub fn title(&self) -> &'static str {
        match self.kind {
            Kind::Tags(_) => "Tags",
            Kind::Dates(_) => "Dates",
            Kind::Commands(_) => "Commands",
            Kind::Keys(_) => "Facets",
            Kind::Views(_) => "Views",
            Kind::Headings(_) => "Contents",
            Kind::Linked { related: false, .. } => "Links",
            Kind::Linked { related: true, .. } => "Related",
            Kind::Places(_) => "Bookmarks and notes",
            Kind::Recent(_) => "Recent",
        }
    }

    /// "8 of 214".
    pub fn counted(&self) -> SafeText {
        match &self.kind {
            Kind::Dates(_) => SafeText::default(),
            Kind::Tags(items) => safe!("{} of {}", self.shown.len(), items.len()),
            Kind::Commands(items) => safe!("{} of {}", self.shown.len(), items.len()),
            Kind::Keys(items) => safe!("{} of {}", self.shown.len(), items.len()),
            Kind::Views(items) => safe!("{} of {}", self.shown.len(), items.len()),
            Kind::Headings(items) => safe!("{} of {}", self.shown.len(), items.len()),
            Kind::Linked { linked, related: true } => {
                safe!("{} of {}", self.shown.len(), linked.items.len())
            }
            Kind::Linked { linked, .. } => {
                let out = linked.items.iter().filter(|item| item.side == Side::Out).count();
                safe!("{out} from here, {} to here", linked.items.len() - out)
            }
            Kind::Places(items) => safe!("{} of {}", self.shown.len(), items.len()),
            Kind::Recent(items) => safe!("{} of {}", self.shown.len(), items.len()),
        }
    }

    /// One sentence that says what the next mark on the lit row will do.
    pub fn sentence(&self, query: &Query) -> SafeText {
        match &self.kind {
            Kind::Tags(items) => match self.lit().and_then(|shown| items.get(shown.item)) {
                None if items.is_empty() => safe!("No article here has a tag"),
                None => safe!("No tag has these letters; Backspace takes one back"),
                Some(tag) => match (tag.mark, tag.without, tag.count) {
                    (Mark::Included, Some(count), _) => {
                        safe!("Tab: {}, with #{} or without", articles(count), tag.name)
                    }
                    (Mark::Included, None, _) => safe!("Tab: no longer only those with #{}", tag.name),
                    (Mark::Excluded, _, 0) => safe!("S-Tab: #{} is no longer left out", tag.name),
                    (Mark::Excluded, _, 1) => safe!("S-Tab: 1 article comes back with #{}", tag.name),
                    (Mark::Excluded, _, count) => {
                        safe!("S-Tab: {} come back with #{}", articles(count), tag.name)
                    }
                    (Mark::None, ..) if tag.count == 0 && tag.beside.is_some() => {
                        let described = query.any_tag(&tag.name).describe(tag.beside.unwrap_or(0) as u64);
                        safe!("Ctrl-o: {described}; Tab: none, no article has both")
                    }
                    (Mark::None, ..) => {
                        safe!("Tab: {}", query.include_tag(&tag.name).describe(tag.count as u64))
                    }
                },
            },
            Kind::Keys(items) => keys::sentence(self.lit().and_then(|shown| items.get(shown.item))),
            Kind::Dates(dates) => dates.sentence(self.input.value()),
            Kind::Commands(items) => commands::sentence(self.lit().and_then(|shown| items.get(shown.item))),
            // The settings are their owner's file: they are shown how to write it, and it is left alone.
            Kind::Views(items) if items.is_empty() => {
                safe!("[[view]] in the settings: name = \"…\", key = 1, query = \"…\"")
            }
            Kind::Headings(items) => match self.lit() {
                None => safe!("No heading has these letters; Backspace takes one back"),
                Some(shown) => around(items, shown.item),
            },
            Kind::Linked { linked: Linked { progress: Some(progress), .. }, .. } => progress.clone(),
            Kind::Linked { linked, related } => {
                match self.lit().and_then(|shown| linked.items.get(shown.item)) {
                    None if !linked.items.is_empty() => safe!("Nothing here has these letters"),
                    None if *related => safe!("Nothing in this library is related to it"),
                    None => safe!("It links to nothing, and nothing here links to it"),
                    Some(item) => match (item.side, refusal(&item.leads)) {
                        (_, Some(reason)) => reason,
                        (Side::Out, None) => safe!("Linked from here"),
                        (Side::In, None) => safe!("Links here, from {}", item.detail),
                        (Side::Related, None) => safe!("Goes with it: {}", item.detail),
                        (Side::Copy, None) => safe!("A copy of it: {}", item.detail),
                    },
                }
            }
            Kind::Views(items) => match self.lit().and_then(|shown| items.get(shown.item)) {
                None => safe!("No view has these letters"),
                Some(SavedView { query: Ok(query), .. }) => safe!("{query}"),
                Some(SavedView { query: Err(reason), .. }) => reason.clone(),
            },
            Kind::Places(items) if items.is_empty() => {
                safe!("None yet: M sets a bookmark; v selects text, then h keeps it and n notes on it")
            }
            Kind::Places(items) => match self.lit().and_then(|shown| items.get(shown.item)) {
                None => safe!("None has these letters"),
                Some(place) => place.sentence(),
            },
            Kind::Recent(items) if items.is_empty() => safe!("None was opened yet"),
            Kind::Recent(items) => match self.lit().and_then(|shown| items.get(shown.item)) {
                None => safe!("None has these letters"),
                Some(recent) => {
                    recent.on.map_or_else(SafeText::default, |day| safe!("Opened on {}", day_in_words(day)))
                }
            },
        }
    }

    /// The keys of its last line.
    pub fn keys(&self) -> &'static [(&'static str, &'static str)] {
        match self.kind {
            Kind::Tags(_) => {
                &[("Tab", "and"), ("Ctrl-o", "or"), ("S-Tab", "not"), ("Enter", "only"), ("Esc", "done")]
            }
            Kind::Dates(_) => {
                &[("Tab", "from–to"), ("S-Tab", "exclude"), ("Enter", "only this"), ("Esc", "done")]
            }
            Kind::Commands(_) => &[("Enter", "run"), ("Esc", "cancel")],
            Kind::Keys(_) => &[("Tab", "facet"), ("Enter", "to its values"), ("Esc", "done")],
            Kind::Views(_) => &[("Enter", "bring up"), ("Esc", "cancel")],
            Kind::Linked { .. } => &[("Enter", "follow"), ("Esc", "close")],
            Kind::Headings(_) => &[("Enter", "jump"), ("Esc", "cancel")],
            Kind::Places(_) => {
                &[("Enter", "go there"), ("Tab", "note"), ("S-Tab", "take away"), ("Esc", "done")]
            }
            Kind::Recent(_) => &[("Enter", "read"), ("Esc", "cancel")],
        }
    }
}

/// "1 article", "41 articles".
pub(super) fn articles(count: usize) -> SafeText {
    if count == 1 { safe!("1 article") } else { safe!("{} articles", thousands(count)) }
}

/// The headings around one, outermost first.
fn around(items: &[HeadingItem], index: usize) -> SafeText {
    let Some((item, before)) = items.get(index).zip(items.get(..index)) else { return SafeText::default() };
    let mut depth = item.depth;
    let mut names = Vec::new();
    for other in before.iter().rev() {
        if other.depth < depth {
            depth = other.depth;
            names.push(other.text.as_str());
        }
    }
    names.reverse();
    if names.is_empty() { item.duration.clone() } else { safe!("in {}", names.join(" › ")) }
}
