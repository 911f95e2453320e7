//! Keys → commands: the defaults that stand beside each command, as chords of a keyboard.

use std::collections::HashMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::Edit;
use crate::app::command::{COMMANDS, Command, Scope};

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
        let mut commands = HashMap::new();
        for about in COMMANDS {
            for key in about.keys {
                if let Some(chord) = chord(key) {
                    commands.insert((about.scope, chord), about.command);
                }
            }
        }
        Self { commands }
    }
}

impl Keymap {
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
