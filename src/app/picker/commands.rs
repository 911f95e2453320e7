//! Commands to pick by name: those of where one is first, then those of other places, each by a plain name.

use std::collections::HashSet;

use super::Shown;
use super::narrow::{narrow, narrow_loosely};
use crate::app::command::{About, COMMANDS, Command, Scope};
use crate::app::keys::Keys;
use crate::safe;
use crate::text::SafeText;

/// A command to pick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandItem {
    /// Which.
    pub command: Command,
    /// Its plain name.
    pub name: SafeText,
    /// What it does, and its keys: it is found by these too.
    also: SafeText,
    /// Whether it works where one is.
    pub is_here: bool,
}

/// The commands: those that count in these scopes or everywhere, then those of other places that are called
/// otherwise.
pub(super) fn items(scopes: &[Scope], keys: &Keys) -> Vec<CommandItem> {
    let is_here = |about: &About| scopes.contains(&about.scope) || about.scope == Scope::Everywhere;
    let item = |about: &'static About| {
        let also = safe!("{} {}", about.help, keys.line(about));
        CommandItem { command: about.command, name: plain(about), also, is_here: is_here(about) }
    };
    let others = COMMANDS.iter().filter(|about| about.command != Command::Palette);
    let (mut items, elsewhere): (Vec<CommandItem>, Vec<CommandItem>) =
        others.map(item).partition(|item| item.is_here);
    let mut names: HashSet<SafeText> = items.iter().map(|item| item.name.clone()).collect();
    items.extend(elsewhere.into_iter().filter(|item| names.insert(item.name.clone())));
    items
}

/// What a command is called where one reads it: as in settings, but in words, and without its place.
fn plain(about: &About) -> SafeText {
    let name = match about.command {
        Command::Back => "one step back",
        Command::Close => "back, then quit",
        _ => about.name,
    };
    let places = ["reader-", "picker-", "line-"];
    let name = places.iter().find_map(|place| name.strip_prefix(place)).unwrap_or(name);
    safe!("{}", name.replace('-', " "))
}

/// Those that the typed letters keep: by their names, then by what they do and their keys; those that work where
/// one is come first.
pub(super) fn kept(typed: &str, items: &[CommandItem]) -> Vec<Shown> {
    let mut shown = narrow_loosely(typed, items.iter().map(|item| item.name.as_str()));
    let by_name: HashSet<usize> = shown.iter().map(|shown| shown.item).collect();
    let also = narrow(typed, items.iter().map(|item| item.also.as_str()));
    shown.extend(
        also.into_iter()
            .filter(|shown| !by_name.contains(&shown.item))
            .map(|shown| Shown { matched: Vec::new(), ..shown }),
    );
    shown.sort_by_key(|shown| items.get(shown.item).is_none_or(|item| !item.is_here));
    shown
}

/// What the lit one does, and where, if not here.
pub(super) fn sentence(item: Option<&CommandItem>) -> SafeText {
    match item {
        None => safe!("No command has these letters; Backspace takes one back"),
        Some(item) if item.is_here => safe!("{}", item.command.about().help),
        Some(item) => {
            let about = item.command.about();
            safe!("{}. Works elsewhere: {}", about.help, about.scope.name())
        }
    }
}
