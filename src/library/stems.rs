//! The language of a text, and a word without its endings in that language.
//!
//! Knows only `tokens`; the only user of the stemmers. Words come folded, so accents are gone on
//! both sides of every comparison.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};

/// A language whose endings are known, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(u8);

/// Code (ISO 639-1), stemmer, and the commonest short words (folded) by which the language is told.
const LANGUAGES: [(&str, Algorithm, &str); 19] = [
    ("en", Algorithm::English, "the of and to in is that for it with as was on are be this by from or an"),
    (
        "de",
        Algorithm::German,
        "der die und das den von zu mit ist des sich nicht ein eine auf dem im fur auch es",
    ),
    ("fr", Algorithm::French, "le la les des et une est dans que pour pas qui sur du au plus par ce avec ne"),
    ("es", Algorithm::Spanish, "el los las que por una para con del se su como mas pero es lo al ya muy y"),
    (
        "it",
        Algorithm::Italian,
        "il che di per una non sono della con del dei gli alla piu anche le nel da si e",
    ),
    (
        "pt",
        Algorithm::Portuguese,
        "os que uma para nao com por mais dos das como mas ao ele seu sua ou no na em",
    ),
    ("nl", Algorithm::Dutch, "de het een van en dat niet op te zijn voor met die ook aan er maar om bij als"),
    (
        "sv",
        Algorithm::Swedish,
        "och att det som en pa ar av for med till den har inte om ett men var jag sig",
    ),
    ("da", Algorithm::Danish, "og at det en den til er som pa de med han af for ikke der var mig sig et"),
    (
        "no",
        Algorithm::Norwegian,
        "og det som en pa er av for med til den har ikke om et men var jeg seg vaere",
    ),
    (
        "fi",
        Algorithm::Finnish,
        "ja on ei se etta han ovat oli joka mutta kun niin myos kuin sen tai ole ovat ne nyt",
    ),
    (
        "hu",
        Algorithm::Hungarian,
        "az es hogy nem egy is meg csak van mar ha mint volt ez vagy de kell azt ki el",
    ),
    ("ro", Algorithm::Romanian, "si in de la nu pe cu este care un mai din ca pentru o sa au fost sunt dar"),
    (
        "tr",
        Algorithm::Turkish,
        "ve bir bu icin ile da de cok daha olarak gibi ne var kadar sonra olan en ise ya her",
    ),
    ("ru", Algorithm::Russian, ""),
    ("el", Algorithm::Greek, ""),
    ("ar", Algorithm::Arabic, ""),
    ("ta", Algorithm::Tamil, ""),
    ("hi", Algorithm::Hindi, ""),
];

/// Every short word as a number, with a bit for each language it is of; in order. Comparing each word of a text with
/// each of these took a fifth of an article's reading (2026-11-30).
static SHORT: LazyLock<Vec<(u64, u32)>> = LazyLock::new(|| {
    let mut all: BTreeMap<u64, u32> = BTreeMap::new();
    for (at, (_, _, words)) in LANGUAGES.iter().enumerate() {
        for word in words.split(' ').filter_map(short) {
            *all.entry(word).or_default() |= 1 << at;
        }
    }
    all.into_iter().collect()
});

/// A word of at most six bytes as a number.
fn short(word: &str) -> Option<u64> {
    let bytes = word.as_bytes();
    let number = || bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    (1..=6).contains(&bytes.len()).then(number)
}

/// Bytes of a text that are looked at to tell its language.
const LOOKED_AT: usize = 4 << 10;

impl Language {
    /// No language whose endings are known.
    pub const NONE: Self = Self(0);

    /// Every language.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=LANGUAGES.len() as u8).map(Self)
    }

    /// Its number; 0 is none.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The language of a number; none for one that no language has.
    pub fn of_number(number: u64) -> Self {
        u8::try_from(number)
            .ok()
            .filter(|number| usize::from(*number) <= LANGUAGES.len())
            .map_or(Self::NONE, Self)
    }

    /// The language of a tag as articles write it (`de`, `de-AT`, `en_US`); none where it has no stemmer.
    pub fn of_tag(tag: &str) -> Self {
        let code = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let code = if code == "nb" || code == "nn" { "no" } else { code.as_str() };
        LANGUAGES.iter().position(|(known, ..)| *known == code).map_or(Self::NONE, |at| Self(at as u8 + 1))
    }

    /// Its tag; empty for none.
    pub fn tag(self) -> &'static str {
        let language = usize::from(self.0).checked_sub(1).and_then(|at| LANGUAGES.get(at));
        language.map_or("", |(tag, ..)| tag)
    }

    /// What the beginning of `text` seems to be written in: by its script, else by its short words.
    pub fn of_text(text: &str) -> Self {
        let end = (0..=LOOKED_AT.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        let text = &text[..end.unwrap_or_default()];
        // Most text, and none of the scripts below.
        if text.is_ascii() {
            return Self::of_short_words(text);
        }
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let of_script = |range: std::ops::RangeInclusive<char>| {
            2 * text.chars().filter(|c| range.contains(c)).count() > letters
        };
        if letters == 0 {
            return Self::NONE;
        }
        // Ukrainian and others have letters that Russian has not.
        if of_script('\u{400}'..='\u{4ff}') {
            return if text.contains(['і', 'ї', 'є', 'ў', 'ћ', 'ђ', 'ј']) {
                Self::NONE
            } else {
                Self::of_tag("ru")
            };
        }
        // Marathi, Nepali and others are written in the same letters and have other small words.
        if of_script('\u{900}'..='\u{97f}') {
            let is_hindi = [" है", " में", " के ", " और "].iter().any(|word| text.contains(word));
            return if is_hindi { Self::of_tag("hi") } else { Self::NONE };
        }
        for (script, tag) in
            [('\u{370}'..='\u{3ff}', "el"), ('\u{600}'..='\u{6ff}', "ar"), ('\u{b80}'..='\u{bff}', "ta")]
        {
            if of_script(script) {
                // Persian and Urdu write letters that Arabic has not.
                let other = tag == "ar" && text.contains(['پ', 'چ', 'گ', 'ک', 'ی']);
                return if other { Self::NONE } else { Self::of_tag(tag) };
            }
        }
        Self::of_short_words(text)
    }

    fn of_short_words(text: &str) -> Self {
        let mut counts = [0_u32; LANGUAGES.len()];
        let mut all = 0;
        let mut tokens = super::tokens::Tokens::new(text);
        let mut word = String::new();
        while tokens.next(&mut word).is_some() {
            all += 1;
            let mut languages = short(&word)
                .and_then(|word| SHORT.binary_search_by_key(&word, |(known, _)| *known).ok())
                .and_then(|at| SHORT.get(at))
                .map_or(0, |(_, languages)| *languages);
            while languages != 0 {
                if let Some(count) = counts.get_mut(languages.trailing_zeros() as usize) {
                    *count += 1;
                }
                languages &= languages - 1;
            }
        }
        let best = counts.iter().enumerate().max_by_key(|(_, count)| **count);
        let Some((at, &most)) = best else { return Self::NONE };
        let second =
            counts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, count)| *count).max();
        // Every tenth word of running text is one of these; a list of names has none.
        let clear = most >= 3 && most * 20 >= all && most > second.unwrap_or(0);
        if clear { Self(at as u8 + 1) } else { Self::NONE }
    }

    /// The stem of a folded word; the word itself in no language.
    pub fn stem(self, word: &str) -> Cow<'_, str> {
        let Some((_, algorithm, _)) = usize::from(self.0).checked_sub(1).and_then(|at| LANGUAGES.get(at))
        else {
            return Cow::Borrowed(word);
        };
        let word = if matches!(algorithm, Algorithm::Arabic) { without_joined_and(word) } else { word };
        Stemmer::new(*algorithm).stem(word)
    }

    /// What all words with the stem `stem` hold: they begin with it, but in Arabic.
    pub fn core(self, stem: &str) -> &str {
        if self != Self::of_tag("ar") {
            return common_beginning(stem);
        }
        let behind = stem.strip_prefix(ALEF).unwrap_or(stem);
        // The stemmer makes one of what carries a hamza, and endings begin with these.
        let weak = |(at, letter): (usize, char)| (at > 0 && "اويءؤئأإآى".contains(letter)).then_some(at);
        let core = behind.char_indices().find_map(weak).map_or(behind, |end| &behind[..end]);
        let longest = common_beginning(behind).len();
        core.get(..longest).unwrap_or(core)
    }

    /// What words with the stem `stem` begin with: in Arabic articles and small words are written in one with the
    /// word.
    pub fn beginnings(self, stem: &str) -> Vec<String> {
        let core = self.core(stem);
        if self != Self::of_tag("ar") || core.is_empty() {
            return vec![core.to_owned()];
        }
        let alefs: &[&str] = if stem.starts_with(ALEF) { &["ا", "أ", "إ", "آ"] } else { &[""] };
        let mut beginnings = Vec::with_capacity(ARABIC_OPENINGS.len() * alefs.len());
        for opening in ARABIC_OPENINGS {
            beginnings.extend(alefs.iter().map(|alef| format!("{opening}{alef}{core}")));
        }
        beginnings
    }
}

const ALEF: char = 'ا';

/// The article, alone and behind "and", "so", "with", "as" and "for", and these by themselves.
const ARABIC_OPENINGS: [&str; 14] =
    ["", "ال", "وال", "فال", "بال", "وبال", "كال", "لل", "ولل", "و", "ف", "ب", "ل", "ك"];

/// An Arabic word without the "and" or "so" before its article, which the stemmer leaves.
fn without_joined_and(word: &str) -> &str {
    /// With fewer letters behind the article it is more often the word's own.
    const LEAST: usize = 3;
    let behind = word.strip_prefix(['و', 'ف']);
    let is_one = |rest: &&str| {
        ["ال", "لل", "بال"]
            .iter()
            .any(|article| rest.strip_prefix(article).is_some_and(|name| name.chars().count() >= LEAST))
    };
    behind.filter(is_one).unwrap_or(word)
}

/// What all words with the stem `stem` begin with: endings change a stem's last letter at most (`happi` is
/// the stem of `happy`), of a short one only an `i` (`tri` of `try`).
pub fn common_beginning(stem: &str) -> &str {
    let count = stem.chars().count();
    let kept = if count > 3 || stem.ends_with('i') { count - 1 } else { count };
    stem.char_indices().nth(kept).map_or(stem, |(at, _)| &stem[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_go_in_the_languages_that_are_known() {
        let check = |tag: &str, words: &[&str]| {
            let language = Language::of_tag(tag);
            let stems: Vec<_> = words.iter().map(|word| language.stem(word).into_owned()).collect();
            assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{tag}: {stems:?}");
        };
        check("en", &["bridge", "bridges", "bridged", "bridging"]);
        check("en-GB", &["happy", "happiness"]);
        check("de-AT", &["brucke", "brucken"]);
        check("ru", &["книга", "книги"]);
        check("ar", &["كتاب", "الكتاب", "والكتاب", "بالكتاب", "للكتاب", "فالكتاب", "وبالكتاب"]);
        check("ar", &["إسلام", "الإسلام", "اسلام"]);
        check("ar", &["والد"]);
        assert_ne!(Language::of_tag("ar").stem("والد"), Language::of_tag("ar").stem("د"));
        check("hi", &["किताब", "किताबें", "किताबों"]);
        check("hi", &["लड़का", "लड़के", "लड़कों"]);
        assert_eq!(Language::NONE.stem("bridges"), "bridges");
        assert_eq!(Language::of_tag("zh"), Language::NONE);
    }

    #[test]
    fn a_text_tells_its_language_or_none() {
        let check =
            |text: &str, tag: &str| assert_eq!(Language::of_text(text), Language::of_tag(tag), "{text:?}");
        check("The bridge was closed for the night, and it is not known when it opens.", "en");
        check("Die Brücke ist für die Nacht geschlossen, und es ist nicht bekannt, wann sie öffnet.", "de");
        check("Le pont est fermé pour la nuit, et on ne sait pas quand il ouvre.", "fr");
        check("Мост закрыт на ночь", "ru");
        check("Міст закрито на ніч, і ніхто не знає", "");
        check("القراءة البطيئة", "ar");
        check("यह किताब मेज़ पर है", "hi");
        check("हे पुस्तक टेबलावर आहे", "");
        check("跨链桥", "");
        check("Aave Uniswap Lido", "");
        check("", "");
    }

    #[test]
    fn forms_hold_the_core_of_their_stem_and_begin_as_is_said() {
        let check = |tag: &str, word: &str, forms: &[&str]| {
            let language = Language::of_tag(tag);
            let stem = language.stem(word);
            let core = language.core(&stem);
            assert!(!core.is_empty(), "{word}");
            for form in forms {
                assert_eq!(language.stem(form), stem, "{form}");
                assert!(form.contains(core), "{form} {core}");
                let beginnings = language.beginnings(&stem);
                assert!(beginnings.iter().any(|beginning| form.starts_with(beginning)), "{form} {core}");
            }
        };
        check("ar", "الكتاب", &["كتاب", "والكتاب", "بالكتاب", "للكتاب", "وكتاب"]);
        check("ar", "إسلام", &["الإسلام", "اسلام", "بالإسلام"]);
        check("ar", "سؤال", &["السؤال", "بسؤال"]);
        check("ar", "مدرسة", &["المدرسة", "المدرسات"]);
        check("en", "happy", &["happiness"]);
        check("hi", "किताब", &["किताबें", "किताबों"]);
    }

    #[test]
    fn words_with_one_stem_begin_alike() {
        for (one, other) in
            [("happy", "happiness"), ("bridge", "bridging"), ("run", "running"), ("try", "tries")]
        {
            let language = Language::of_tag("en");
            let stem = language.stem(one);
            assert_eq!(stem, language.stem(other));
            assert!(
                one.starts_with(common_beginning(&stem)) && other.starts_with(common_beginning(&stem)),
                "{one}"
            );
        }
    }
}
