//! Keys → commands: the defaults that stand beside each command, as chords of a keyboard.

use std::collections::HashMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::Edit;
use crate::app::command::{COMMANDS, Command, Scope};
use crate::app::keys::Keys;
use crate::config::{Complaint, OwnKeys, Settings};
use crate::safe;

/// One key with its modifiers. Shift is part of the character where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Chord {
    code: KeyCode,
    control: bool,
    alt: bool,
}

/// What a key means where one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A command.
    Command(Command),
    /// Text.
    Text(char),
    /// A move or deletion in a line.
    Edit(Edit),
}

/// Which key gives which command, by scope.
#[derive(Debug)]
pub struct Keymap {
    commands: HashMap<(Scope, Chord), Command>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::new(&Keys::default())
    }
}

/// The own keys of the settings, and what is wrong with them: a command or key that there is not, two
/// commands of one pane with one key, a letter where letters are text. What is wrong is left out.
pub fn own_keys(settings: &Settings) -> (Keys, Vec<Complaint>) {
    let mut own: HashMap<Command, Vec<String>> = HashMap::new();
    let mut taken: HashMap<(Scope, Chord), &'static str> = HashMap::new();
    let mut wrong = Vec::new();
    for OwnKeys { command, keys, line } in &settings.keys {
        let mut complain = |reason| wrong.push(Complaint { line: *line, reason });
        let Some(about) = COMMANDS.iter().find(|about| about.name == command.as_str()) else {
            complain(safe!("there is no command '{command}'; the palette (:) lists them all"));
            continue;
        };
        let mut kept = Vec::new();
        for key in keys {
            let Some(chord) = chord(key) else {
                complain(safe!(
                    "'{command}': no key is called '{key}'; keys are written so: f, Ctrl-d, Alt-Left, S-Tab, PgDn"
                ));
                continue;
            };
            let is_letter = matches!(chord.code, KeyCode::Char(_)) && !chord.control && !chord.alt;
            if is_letter && about.scope.takes_text() {
                complain(safe!("'{command}': '{key}' is text where this counts"));
            } else if let Some(other) =
                taken.insert((about.scope, chord), about.name).filter(|name| *name != about.name)
            {
                taken.insert((about.scope, chord), other);
                complain(safe!("'{command}': '{key}' is already the key of '{other}'"));
            } else {
                kept.push(key.clone());
            }
        }
        // Where nothing of it could be read, the default keys stay.
        if kept.len() == keys.len() || !kept.is_empty() {
            own.insert(about.command, kept);
        }
    }
    (Keys::new(own), wrong)
}

/// What the own keys of the settings take from commands that have none of their own there: which loses what.
pub fn lost_keys(settings: &Settings) -> Vec<Complaint> {
    let (keys, _) = own_keys(settings);
    let mut lost = Vec::new();
    for OwnKeys { command, line, .. } in &settings.keys {
        let Some(winner) = COMMANDS.iter().find(|about| about.name == command.as_str()) else { continue };
        for key in keys.of(winner) {
            let of_scope = COMMANDS.iter().filter(|about| about.scope == winner.scope);
            for loser in of_scope.filter(|about| about.command != winner.command && about.keys.contains(&key))
            {
                if keys.of(loser).contains(&key) || keys.is_own(loser.command) {
                    continue;
                }
                let rest = match keys.line(loser) {
                    rest if rest.is_empty() => safe!("which has none then"),
                    rest => safe!("which keeps {rest}"),
                };
                let reason = safe!("'{command}' takes '{key}' from '{}', {rest}", loser.name);
                lost.push(Complaint { line: *line, reason });
            }
        }
    }
    lost
}

impl Keymap {
    /// The keys of all commands.
    pub fn new(keys: &Keys) -> Self {
        let mut commands = HashMap::new();
        for about in COMMANDS {
            for key in keys.of(about) {
                if let Some(chord) = chord(key) {
                    commands.insert((about.scope, chord), about.command);
                }
            }
        }
        Self { commands }
    }

    /// What the key means in these scopes, nearest first. Where text is taken, printable keys are text
    /// and the keys that edit a line come before those that count everywhere.
    pub fn meaning(&self, scopes: &[Scope], key: KeyEvent) -> Option<Meaning> {
        let chord = Chord {
            code: key.code,
            control: key.modifiers.contains(KeyModifiers::CONTROL),
            alt: key.modifiers.contains(KeyModifiers::ALT),
        };
        let takes_text = scopes.first().is_some_and(|scope| scope.takes_text());
        for scope in scopes {
            if let Some(command) = self.commands.get(&(*scope, chord)) {
                return Some(Meaning::Command(*command));
            }
        }
        if takes_text {
            if let KeyCode::Char(character) = key.code
                && !chord.control
                && !chord.alt
            {
                return Some(Meaning::Text(character));
            }
            if let Some(edit) = edit(chord) {
                return Some(Meaning::Edit(edit));
            }
        }
        self.commands.get(&(Scope::Everywhere, chord)).copied().map(Meaning::Command)
    }
}

/// The usual keys of a line of text (as in readline).
fn edit(chord: Chord) -> Option<Edit> {
    let word = chord.control || chord.alt;
    Some(match chord.code {
        KeyCode::Backspace if word => Edit::DeleteWord,
        KeyCode::Backspace => Edit::DeleteBefore,
        KeyCode::Delete => Edit::DeleteUnder,
        KeyCode::Left if word => Edit::WordLeft,
        KeyCode::Left => Edit::Left,
        KeyCode::Right if word => Edit::WordRight,
        KeyCode::Right => Edit::Right,
        KeyCode::Home => Edit::Start,
        KeyCode::End => Edit::End,
        KeyCode::Char('a') if chord.control => Edit::Start,
        KeyCode::Char('e') if chord.control => Edit::End,
        KeyCode::Char('b') if chord.control => Edit::Left,
        KeyCode::Char('f') if chord.control => Edit::Right,
        KeyCode::Char('b') if chord.alt => Edit::WordLeft,
        KeyCode::Char('f') if chord.alt => Edit::WordRight,
        KeyCode::Char('h') if chord.control => Edit::DeleteBefore,
        KeyCode::Char('w') if chord.control => Edit::DeleteWord,
        KeyCode::Char('u') if chord.control => Edit::DeleteToStart,
        KeyCode::Char('k') if chord.control => Edit::DeleteToEnd,
        _ => return None,
    })
}

/// The key that commands write so: `j`, `Ctrl-d`, `Alt-Left`, `S-Tab`, `PgDn`; `None` where no key is
/// called that.
pub fn key_event(text: &str) -> Option<KeyEvent> {
    let chord = chord(text)?;
    let mut modifiers = KeyModifiers::NONE;
    modifiers.set(KeyModifiers::CONTROL, chord.control);
    modifiers.set(KeyModifiers::ALT, chord.alt);
    Some(KeyEvent::new(chord.code, modifiers))
}

/// A key as commands write it: `j`, `Ctrl-d`, `Alt-Left`, `S-Tab`, `PgDn`.
fn chord(text: &str) -> Option<Chord> {
    let (control, rest) = text.strip_prefix("Ctrl-").map_or((false, text), |rest| (true, rest));
    let (alt, rest) = rest.strip_prefix("Alt-").map_or((false, rest), |rest| (true, rest));
    let code = match rest {
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "PgDn" => KeyCode::PageDown,
        "PgUp" => KeyCode::PageUp,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "S-Tab" => KeyCode::BackTab,
        "Space" => KeyCode::Char(' '),
        "Backspace" => KeyCode::Backspace,
        "Del" => KeyCode::Delete,
        one => {
            let mut characters = one.chars();
            let character = characters.next()?;
            if characters.next().is_some() {
                return None;
            }
            KeyCode::Char(character)
        }
    };
    Some(Chord { code, control, alt })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scopes: &[Scope], key: KeyEvent, meaning: &Meaning) {
        assert_eq!(Keymap::default().meaning(scopes, key).as_ref(), Some(meaning), "{scopes:?} {key:?}");
    }

    fn plain(character: char) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE)
    }

    #[test]
    fn every_default_key_is_a_chord_and_none_counts_twice_in_one_scope() {
        let mut seen = HashMap::new();
        for about in COMMANDS {
            for key in about.keys {
                let chord = chord(key).unwrap_or_else(|| panic!("{}: {key}", about.name));
                let before = seen.insert((about.scope, chord), about.name);
                assert_eq!(before, None, "{key} in {:?}: {}", about.scope, about.name);
            }
        }
    }

    #[test]
    fn own_keys_count_and_what_is_wrong_with_them_is_said() {
        let text = "[keys]\nhints = [\"x\"]\nzen = \"x\"\nfly = \"y\"\neditor = [\"Hyper-e\"]\npicker-done = \"p\"\n";
        let (settings, complaints) = Settings::parse(text, std::path::Path::new("/"));
        assert!(complaints.is_empty());
        let (keys, wrong) = own_keys(&settings);
        let wrong: Vec<String> = wrong.iter().map(|one| format!("{}: {}", one.line, one.reason)).collect();
        assert_eq!(
            wrong,
            [
                "3: 'zen': 'x' is already the key of 'hints'",
                "4: there is no command 'fly'; the palette (:) lists them all",
                "5: 'editor': no key is called 'Hyper-e'; keys are written so: f, Ctrl-d, Alt-Left, S-Tab, PgDn",
                "6: 'picker-done': 'p' is text where this counts",
            ]
        );
        let keymap = Keymap::new(&keys);
        let check = |key: char, expect: Option<Command>| {
            let meaning = keymap.meaning(&[Scope::Reader], plain(key));
            assert_eq!(meaning, expect.map(Meaning::Command), "{key}");
        };
        check('x', Some(Command::Hints));
        check('f', None);
        check('Z', Some(Command::Zen));
        check('e', Some(Command::Editor));
    }

    #[test]
    fn which_command_loses_its_key_is_said() {
        let check = |text: &str, expect: &[&str]| {
            let (settings, _) = Settings::parse(text, std::path::Path::new("/"));
            let lost = lost_keys(&settings);
            let lost: Vec<String> = lost.iter().map(|one| format!("{}: {}", one.line, one.reason)).collect();
            assert_eq!(lost, expect, "{text}");
        };
        check("[keys]\nhints = \"e\"\n", &["2: 'hints' takes 'e' from 'editor', which has none then"]);
        check("[keys]\nhints = [\"f\", \"x\"]\n", &[]);
        check("[keys]\nhints = \"e\"\neditor = \"f\"\n", &[]);
    }

    #[test]
    fn a_pane_s_key_wins_over_everywhere() {
        check(&[Scope::Reader], plain('j'), &Meaning::Command(Command::Down));
        check(&[Scope::Reader], plain('-'), &Meaning::Command(Command::MeasureNarrower));
        check(&[Scope::Facets, Scope::Library], plain('-'), &Meaning::Command(Command::FacetExclude));
        check(&[Scope::Facets, Scope::Library], plain('t'), &Meaning::Command(Command::Tags));
    }

    #[test]
    fn letters_are_text_where_text_is_taken_and_control_c_still_quits() {
        check(&[Scope::Line], plain('q'), &Meaning::Text('q'));
        let control = |c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL);
        check(&[Scope::Line], control('c'), &Meaning::Command(Command::Quit));
        check(&[Scope::Line], control('u'), &Meaning::Edit(Edit::DeleteToStart));
        check(&[Scope::Picker], plain(' '), &Meaning::Text(' '));
    }
}
