//! What goes to the clipboard: bounded, because terminals drop what is too long without a word.
//!
//! Knows only what effects are. Never touches the terminal.

use super::effect::Effect;
use crate::safe;
use crate::text::{SafeText, thousands};

/// Most characters that a terminal is sent for its clipboard, in base64 (OSC 52): xterm and tmux take
/// 100,000 and more.
pub const MOST: usize = 100_000;

/// Has `text` copied, and gives the words that say so; where it is too long for a terminal, those that
/// say that nothing was copied.
pub fn copy(text: String, effects: &mut Vec<Effect>) -> SafeText {
    if text.is_empty() {
        return safe!("There is nothing to copy");
    }
    if text.len().div_ceil(3) * 4 > MOST {
        let most = thousands(MOST / 4 * 3);
        return safe!(
            "Not copied: a terminal's clipboard takes {most} bytes, and this has {}",
            thousands(text.len())
        );
    }
    let said = match text.lines().count() {
        0 | 1 => safe!("Copied {}", SafeText::line(text.trim_end()).safe().fit(60).to_text()),
        lines => safe!("Copied {lines} lines"),
    };
    effects.push(Effect::Copy(text));
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str, copied: bool) {
        let mut effects = Vec::new();
        assert_eq!(copy(text.to_owned(), &mut effects).as_str(), expect);
        assert_eq!(matches!(&effects[..], [Effect::Copy(copy)] if copy == text), copied, "{effects:?}");
    }

    #[test]
    fn what_was_copied_is_said_and_what_is_too_long_is_not_copied() {
        check("", "There is nothing to copy", false);
        check("one\ntwo\n", "Copied 2 lines", true);
        check("https://a.org", "Copied https://a.org", true);
        check(&"a".repeat(75_000), &format!("Copied {}", "a".repeat(60)), true);
        let long = "Not copied: a terminal's clipboard takes 75,000 bytes, and this has 75,001";
        check(&"a".repeat(75_001), long, false);
    }
}
