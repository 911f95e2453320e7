//! How text is compared in searches: case, accents and typographic marks folded away.
//!
//! Imports nothing of this crate. Folded text is for comparing only and is never shown. Tags fold
//! their case alone (see `tags`), since an accent tells tags apart.

use std::ops::Range;

/// Letters U+00C0 to U+024F (Latin-1 Supplement, Latin Extended-A and -B) in lower case without their
/// accents, one character each (from Unicode 15 NFKD; `ø đ ł ħ ŧ ð ı` taken as their base letters).
const LATIN: &str = "aaaaaaæceeeeiiiidnooooo×ouuuuyþßaaaaaaæceeeeiiiidnooooo÷ouuuuyþyaaaaaaccccccccdddd\
eeeeeeeeeegggggggghhhhiiiiiiiiiiĳĳjjkkkllllllllllnnnnnnnŋŋooooooœœrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs\
ƀɓƃƃƅƅɔƈƈɖɗƌƌƍǝəɛƒƒɠɣƕɩɨƙƙƚƛɯɲƞɵooƣƣƥƥʀƨƨʃƪƫƭƭʈuuʊʋƴƴƶƶʒƹƹƺƻƽƽƾƿǀǁǂǃǆǆǆǉǉǉǌǌǌaaiioouuuuuuuuuuǝaaaaææǥǥggkkoooo\
ʒʒjǳǳǳggƕƿnnaaææooaaaaeeeeiiiioooorrrruuuussttȝȝhhƞȡȣȣȥȥaaeeooooooooyyȴȵȶȷȸȹⱥȼȼƚⱦȿɀɂɂƀʉʌɇɇɉɉɋɋɍɍɏɏ";
/// Letters U+1E00 to U+1EFF (Latin Extended Additional: Vietnamese and others), the same.
const LATIN_ADDITIONAL: &str = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnn\
oooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyasẜẝßẟ\
aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyỻỻỽỽỿỿ";

/// `text` folded: lower case, Latin and Greek accents and all combining marks (U+0300 to U+036F)
/// and Arabic vowel signs dropped, wide and typographic forms as their plain ones, runs of blanks as one.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Appends [`fold`] of `text` to `out`.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() && !text.contains("  ") && !text.bytes().any(|byte| byte < b' ') {
        out.push_str(text);
        let from = out.len() - text.len();
        out[from..].make_ascii_lowercase();
        return;
    }
    let from = out.len();
    for character in text.chars() {
        match character {
            ' ' | '\t' | '\n' | '\r' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => {
                if !out[from..].ends_with(' ') {
                    out.push(' ');
                }
            }
            'A'..='Z' => out.push(character.to_ascii_lowercase()),
            '\0'..='\u{7f}' => out.push(character),
            _ => fold_character(character, out),
        }
    }
}

fn fold_character(character: char, out: &mut String) {
    let plain = match character {
        '\u{c0}'..='\u{24f}' => LATIN_TABLE[character as usize - 0xc0],
        '\u{1e00}'..='\u{1eff}' => LATIN_ADDITIONAL_TABLE[character as usize - 0x1e00],
        // Combining marks, Arabic vowel signs and the stroke that only lengthens, what is not seen.
        '\u{300}'..='\u{36f}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{640}'
        | '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}' => return,
        '\u{ff01}'..='\u{ff5e}' => char::from((character as u32 - 0xff01 + 0x21) as u8).to_ascii_lowercase(),
        '‘' | '’' | '‚' | '′' => '\'',
        '“' | '”' | '„' | '″' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        'ά' | 'Ά' | '\u{1f70}' | '\u{1f71}' => 'α',
        'έ' | 'Έ' | '\u{1f72}' | '\u{1f73}' => 'ε',
        'ή' | 'Ή' | '\u{1f74}' | '\u{1f75}' => 'η',
        'ί' | 'Ί' | 'ϊ' | 'ΐ' | 'Ϊ' | '\u{1f76}' | '\u{1f77}' => 'ι',
        'ό' | 'Ό' | '\u{1f78}' | '\u{1f79}' => 'ο',
        'ύ' | 'Ύ' | 'ϋ' | 'ΰ' | 'Ϋ' | '\u{1f7a}' | '\u{1f7b}' => 'υ',
        'ώ' | 'Ώ' | '\u{1f7c}' | '\u{1f7d}' => 'ω',
        'ς' => 'σ',
        'ё' | 'Ё' => 'е',
        other => {
            for lower in other.to_lowercase() {
                // The lower case of a capital may have a plainer form yet (`Ὸ`); it is its own lower case.
                if lower == other { out.push(lower) } else { fold_character(lower, out) }
            }
            return;
        }
    };
    match plain {
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'ß' | 'ẞ' => out.push_str("ss"),
        'þ' => out.push_str("th"),
        'ĳ' => out.push_str("ij"),
        'ǆ' | 'ǳ' => out.push_str("dz"),
        'ǉ' => out.push_str("lj"),
        'ǌ' => out.push_str("nj"),
        other => out.push(other),
    }
}

static LATIN_TABLE: std::sync::LazyLock<[char; 400]> = std::sync::LazyLock::new(|| table(LATIN));
static LATIN_ADDITIONAL_TABLE: std::sync::LazyLock<[char; 256]> =
    std::sync::LazyLock::new(|| table(LATIN_ADDITIONAL));

fn table<const N: usize>(letters: &str) -> [char; N] {
    let mut table = ['?'; N];
    for (slot, letter) in table.iter_mut().zip(letters.chars()) {
        *slot = letter;
    }
    table
}

/// Where pieces of `text` stand that fold to `folded`, in order: the bytes of all characters that any of it came from.
pub fn find_folded(text: &str, folded: &str) -> Vec<Range<usize>> {
    if folded.is_empty() {
        return Vec::new();
    }
    let (mut whole, mut one) = (String::with_capacity(text.len()), String::new());
    // For each byte of what is folded, the character that it came from.
    let mut from: Vec<Range<usize>> = Vec::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        one.clear();
        fold_into(character.encode_utf8(&mut [0; 4]), &mut one);
        if one == " " && whole.ends_with(' ') {
            continue;
        }
        if one.is_empty() {
            // A mark belongs to what it stands on.
            if let Some(last) = from.last_mut() {
                last.end = at + character.len_utf8();
            }
        }
        whole.push_str(&one);
        from.resize(whole.len(), at..at + character.len_utf8());
    }
    let found = whole.match_indices(folded);
    let place = |(at, piece): (usize, &str)| Some(from.get(at)?.start..from.get(at + piece.len() - 1)?.end);
    let mut places: Vec<Range<usize>> = found.filter_map(place).collect();
    // One character may be folded to the piece twice.
    places.dedup();
    places
}

/// Whether a word can begin at byte `at` of the folded `text`: at the start, after anything that is
/// no letter or digit, and anywhere in scripts that write without blanks.
pub fn is_word_start(text: &str, at: usize) -> bool {
    let Some(next) = text[at..].chars().next() else { return false };
    match text[..at].chars().next_back() {
        None => true,
        Some(before) => !before.is_alphanumeric() || !next.is_alphanumeric() || is_unspaced(next),
    }
}

/// Whether a word can end at byte `at` of the folded `text`.
pub fn is_word_end(text: &str, at: usize) -> bool {
    let Some(last) = text[..at].chars().next_back() else { return false };
    match text[at..].chars().next() {
        None => true,
        Some(after) => !after.is_alphanumeric() || !last.is_alphanumeric() || is_unspaced(last),
    }
}

/// Letters of scripts that put no blank between words: Han, Kana, Thai, Lao, Khmer, Myanmar, Tibetan.
pub(super) fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(fold(text), expect, "{text:?}");
    }

    #[test]
    fn the_tables_have_a_letter_for_every_code_point() {
        assert_eq!(LATIN.chars().count(), 400);
        assert_eq!(LATIN_ADDITIONAL.chars().count(), 256);
    }

    #[test]
    fn case_and_accents_are_folded() {
        check("ÉCOLE Supérieure", "ecole superieure");
        check("e\u{301}cole", "ecole");
        check("Łódź, Straße, Œuvre", "lodz, strasse, oeuvre");
        check("Tiếng Việt", "tieng viet");
        check("ΆΝΘΡΩΠΟΣ άνθρωπος", "ανθρωποσ ανθρωποσ");
        check("Ёлка", "елка");
        check("القُرّاء كتـــاب", "القراء كتاب");
    }

    #[test]
    fn typography_is_folded_and_other_scripts_stay() {
        check("It’s “L2” – not", "it's \"l2\" - not");
        check("ＡＢＣ　１", "abc 1");
        check("跨链桥", "跨链桥");
        check("a  \u{a0} b", "a b");
    }

    #[test]
    fn a_folded_piece_is_found_in_what_it_came_from() {
        let check = |text: &str, piece: &str, expect: &[&str]| {
            let found: Vec<&str> = find_folded(text, piece).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expect, "{piece} in {text}");
        };
        check("Abridged bridges", "ridge", &["ridge", "ridge"]);
        check("E\u{301}cole, Straße", "ecole", &["E\u{301}cole"]);
        check("cafe\u{301}s", "cafe", &["cafe\u{301}"]);
        check("Straße", "s", &["S", "ß"]);
        check("Two \u{a0} blanks", "o b", &["o \u{a0} b"]);
        check("跨链桥", "链", &["链"]);
        check("any", "", &[]);
    }

    #[test]
    fn words_begin_and_end_where_a_reader_sees_them() {
        let text = fold("Cross-chain bridge 跨链桥");
        let at = |word: &str| text.find(word).unwrap();
        assert!(is_word_start(&text, at("chain")));
        assert!(!is_word_start(&text, at("ridge")));
        assert!(is_word_start(&text, at("链")));
        assert!(is_word_end(&text, at("bridge") + 6));
        assert!(!is_word_end(&text, at("bridge") + 3));
        assert!(is_word_end(&text, at("链桥")));
    }

    proptest! {
        #[test]
        fn what_is_found_folded_folds_to_what_was_looked_for(text in "[a-cA-CÀ-Ħß跨 \u{301}]{0,20}", piece in "[a-csh跨 ]{1,3}") {
            let found = find_folded(&text, &piece);
            prop_assert_eq!(found.is_empty(), !fold(&text).contains(&piece));
            for range in found {
                prop_assert!(fold(&text[range]).contains(&piece));
            }
        }

        #[test]
        fn folding_twice_is_folding_once(text in "\\PC*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
