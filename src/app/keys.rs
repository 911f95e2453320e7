//! The keys of each command: those of the list, or a person's own.
//!
//! Knows the list of commands. What a key is on a keyboard is the runtime's matter.

use std::collections::HashMap;

use super::command::{About, COMMANDS, Command, Scope};
use crate::text::SafeText;

/// A person's own keys, where there are any.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    own: HashMap<Command, Vec<String>>,
}

impl Keys {
    /// With own keys for some commands; what they take from others is theirs.
    pub fn new(own: HashMap<Command, Vec<String>>) -> Self {
        Self { own }
    }

    /// The keys of a command, as text.
    pub fn of(&self, about: &About) -> Vec<&str> {
        if let Some(own) = self.own.get(&about.command) {
            return own.iter().map(String::as_str).collect();
        }
        let is_taken = |key: &str| {
            self.own.iter().any(|(command, keys)| {
                command.about().scope == about.scope && keys.iter().any(|own| own == key)
            })
        };
        about.keys.iter().copied().filter(|key| !is_taken(key)).collect()
    }

    /// Whether a command has keys of a person's own.
    pub fn is_own(&self, command: Command) -> bool {
        self.own.contains_key(&command)
    }

    /// The keys of a command, as a line.
    pub fn line(&self, about: &About) -> SafeText {
        crate::safe!("{}", self.of(about).join("  "))
    }

    /// A hint such as `[ ]` or `Enter`, written in default keys, in the keys that do the same now.
    pub fn hint(&self, written: &str, scopes: &[Scope]) -> SafeText {
        if self.own.is_empty() {
            return crate::safe!("{written}");
        }
        let now = |key: &str| -> String {
            let scopes = scopes.iter().copied().chain([Scope::Everywhere]);
            let mut having = scopes.filter_map(|scope| {
                COMMANDS.iter().find(|about| about.scope == scope && about.keys.contains(&key))
            });
            let Some(about) = having.next().filter(|about| self.own.contains_key(&about.command)) else {
                return key.to_owned();
            };
            self.of(about).first().map_or_else(|| ":".to_owned(), |own| (*own).to_owned())
        };
        crate::safe!("{}", written.split(' ').map(now).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        let own = [
            (Command::Hints, vec!["x".to_owned()]),
            (Command::PageDown, vec!["Ctrl-f".into(), "Space".into()]),
        ];
        Keys::new(own.into())
    }

    #[test]
    fn own_keys_stand_for_the_default_ones_and_take_them_from_others() {
        let own = Keys::new([(Command::Hints, vec!["e".to_owned()])].into());
        assert_eq!(own.of(Command::Hints.about()), ["e"]);
        assert_eq!(own.of(Command::Editor.about()), [] as [&str; 0]);
        assert_eq!(own.of(Command::Contents.about()), ["o"]);
        assert_eq!(keys().line(Command::PageDown.about()).as_str(), "Ctrl-f  Space");
    }

    #[test]
    fn hints_say_the_keys_that_do_it_now() {
        let scopes = [Scope::Reader];
        let check = |written: &str, expect: &str| assert_eq!(keys().hint(written, &scopes).as_str(), expect);
        check("f", "x");
        check("[ ]", "[ ]");
        check("Space", "Ctrl-f");
        check("letters", "letters");
    }
}
