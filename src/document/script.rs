//! Superscripts and subscripts in Unicode, where it has them.
//!
//! Imports nothing of this crate.

/// Raised or lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Raised.
    Super,
    /// Lowered.
    Sub,
}

/// `text` raised or lowered: in Unicode where every character has such a form, else `^(text)`, `_(text)`.
pub(super) fn text(text: &str, script: Script) -> String {
    if let Some(converted) = text.chars().map(|c| character(c, script)).collect() {
        return converted;
    }
    let mark = match script {
        Script::Super => '^',
        Script::Sub => '_',
    };
    format!("{mark}({text})")
}

/// As [`text`], for words: what stands in brackets is set off already, and a single word needs none.
pub(super) fn words(words: &str, script: Script) -> String {
    let is_in_brackets = [('[', ']'), ('(', ')')]
        .iter()
        .any(|(open, close)| words.starts_with(*open) && words.ends_with(*close));
    let raised = text(words, script);
    if !raised.starts_with(['^', '_']) {
        return raised;
    }
    if is_in_brackets {
        return words.to_owned();
    }
    let is_word = words.chars().all(char::is_alphanumeric);
    if is_word { raised.replace(['(', ')'], "") } else { raised }
}

/// Whether `character` is the raised or lowered form of another.
pub(super) fn is_script(character: char) -> bool {
    let other = |(plain, converted): &&(char, char)| plain != converted && *converted == character;
    SUPER.iter().find(other).is_some() || SUB.iter().find(other).is_some()
}

/// The raised or lowered form of one character.
pub(super) fn character(character: char, script: Script) -> Option<char> {
    let table = match script {
        Script::Super => SUPER,
        Script::Sub => SUB,
    };
    table.iter().find(|(plain, _)| *plain == character).map(|(_, converted)| *converted)
}

const SUPER: &[(char, char)] = &[
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('+', '⁺'),
    ('-', '⁻'),
    ('−', '⁻'),
    ('=', '⁼'),
    ('(', '⁽'),
    (')', '⁾'),
    ('a', 'ᵃ'),
    ('b', 'ᵇ'),
    ('c', 'ᶜ'),
    ('d', 'ᵈ'),
    ('e', 'ᵉ'),
    ('f', 'ᶠ'),
    ('g', 'ᵍ'),
    ('h', 'ʰ'),
    ('i', 'ⁱ'),
    ('j', 'ʲ'),
    ('k', 'ᵏ'),
    ('l', 'ˡ'),
    ('m', 'ᵐ'),
    ('n', 'ⁿ'),
    ('o', 'ᵒ'),
    ('p', 'ᵖ'),
    ('r', 'ʳ'),
    ('s', 'ˢ'),
    ('t', 'ᵗ'),
    ('u', 'ᵘ'),
    ('v', 'ᵛ'),
    ('w', 'ʷ'),
    ('x', 'ˣ'),
    ('y', 'ʸ'),
    ('z', 'ᶻ'),
    ('A', 'ᴬ'),
    ('B', 'ᴮ'),
    ('D', 'ᴰ'),
    ('E', 'ᴱ'),
    ('G', 'ᴳ'),
    ('H', 'ᴴ'),
    ('I', 'ᴵ'),
    ('J', 'ᴶ'),
    ('K', 'ᴷ'),
    ('L', 'ᴸ'),
    ('M', 'ᴹ'),
    ('N', 'ᴺ'),
    ('O', 'ᴼ'),
    ('P', 'ᴾ'),
    ('R', 'ᴿ'),
    ('T', 'ᵀ'),
    ('U', 'ᵁ'),
    ('V', 'ⱽ'),
    ('W', 'ᵂ'),
    ('α', 'ᵅ'),
    ('β', 'ᵝ'),
    ('γ', 'ᵞ'),
    ('δ', 'ᵟ'),
    ('θ', 'ᶿ'),
    ('φ', 'ᵠ'),
    ('χ', 'ᵡ'),
    ('′', '′'),
    ('*', '*'),
    ('∗', '*'),
    ('†', '†'),
    ('°', '°'),
    (' ', ' '),
];

const SUB: &[(char, char)] = &[
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('+', '₊'),
    ('-', '₋'),
    ('−', '₋'),
    ('=', '₌'),
    ('(', '₍'),
    (')', '₎'),
    ('a', 'ₐ'),
    ('e', 'ₑ'),
    ('h', 'ₕ'),
    ('i', 'ᵢ'),
    ('j', 'ⱼ'),
    ('k', 'ₖ'),
    ('l', 'ₗ'),
    ('m', 'ₘ'),
    ('n', 'ₙ'),
    ('o', 'ₒ'),
    ('p', 'ₚ'),
    ('r', 'ᵣ'),
    ('s', 'ₛ'),
    ('t', 'ₜ'),
    ('u', 'ᵤ'),
    ('v', 'ᵥ'),
    ('x', 'ₓ'),
    ('β', 'ᵦ'),
    ('γ', 'ᵧ'),
    ('ρ', 'ᵨ'),
    ('φ', 'ᵩ'),
    ('χ', 'ᵪ'),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(plain: &str, script: Script, expect: &str) {
        assert_eq!(text(plain, script), expect);
    }

    #[test]
    fn every_character_or_none() {
        check("2n", Script::Super, "²ⁿ");
        check("i+1", Script::Sub, "ᵢ₊₁");
        check("q2", Script::Super, "^(q2)");
        check("b", Script::Sub, "_(b)");
    }

    #[test]
    fn words_are_set_off_no_more_than_needed() {
        assert_eq!(words("2", Script::Super), "²");
        assert_eq!(words("[2]", Script::Super), "[2]");
        assert_eq!(words("word", Script::Sub), "_word");
        assert_eq!(words("a word", Script::Sub), "_(a word)");
    }
}
