//! Front-matter keys to pick from: their values are facets as sources and authors are.

use super::LibraryScreen;
use crate::library::query::Named;
use crate::safe;
use crate::text::SafeText;

/// A key to pick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyItem {
    /// What its values are.
    pub of: Named,
    /// What it is called.
    pub name: SafeText,
    /// How many articles have it.
    pub count: usize,
    /// Whether its values are a facet.
    pub is_facet: bool,
}

/// What the library has names of: sources, authors and languages first, then the keys that most articles have.
pub(super) fn items(library: &LibraryScreen) -> Vec<KeyItem> {
    let snapshot = &library.library;
    let known = [
        (Named::Source, snapshot.sources()),
        (Named::Author, snapshot.authors()),
        (Named::Language, snapshot.languages()),
    ];
    let known = known.into_iter().filter(|(_, names)| !names.is_empty()).map(|(of, names)| {
        let name = SafeText::line(of.key());
        KeyItem { of, name, count: names.iter().map(|name| name.count() as usize).sum(), is_facet: true }
    });
    let mut keys: Vec<KeyItem> = snapshot
        .meta_keys()
        .iter()
        .map(|key| {
            let name = SafeText::clone(key.shown());
            let of = Named::Key(name.clone());
            KeyItem { of, name, count: key.count() as usize, is_facet: false }
        })
        .collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.count));
    let mut items: Vec<KeyItem> = known.chain(keys).collect();
    mark(&mut items, library);
    items
}

/// Marks those that are facets now.
pub(super) fn mark(items: &mut [KeyItem], library: &LibraryScreen) {
    for item in items {
        if let Named::Key(key) = &item.of {
            item.is_facet = library.keys.iter().any(|other| other == key);
        }
    }
}

/// What the next key will do with one.
pub(super) fn sentence(item: Option<&KeyItem>) -> SafeText {
    match item {
        None => safe!("No key has these letters"),
        Some(KeyItem { of: Named::Key(_), is_facet: true, name, .. }) => {
            safe!("Tab: {name} is no longer a facet")
        }
        Some(KeyItem { of: Named::Key(_), name, .. }) => safe!("Tab: the values of {name} become a facet"),
        Some(item) => safe!("Enter: to the values of {}", item.name),
    }
}
