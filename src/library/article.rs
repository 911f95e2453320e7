//! One article's metadata, as the rest of the program sees it.

mod assemble;

use std::path::{Path, PathBuf};

use crate::error::Problem;
use crate::text::SafeText;

pub use assemble::{KeyLines, assemble, has_title, lang};

/// A calendar day as written in an article; no zone ever shifts it.
pub type Date = jiff::civil::Date;

/// An article's identity within one run: a hash of its root and path. Selection, history and state
/// hold this, never a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArticleKey(pub u64);

/// Where an article's file is and what it weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index into the library's roots.
    pub root: u16,
    /// Path below the root, in the system's bytes.
    pub path: PathBuf,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Modification time in nanoseconds since the Unix epoch.
    pub modified: i64,
}

/// An article's metadata: one markdown file, without its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Its identity.
    pub key: ArticleKey,
    /// Where it is.
    pub place: Place,
    /// Its title; never empty.
    pub title: SafeText,
    /// Where the title came from.
    pub title_from: TitleFrom,
    /// The day it was published.
    pub date: Option<Date>,
    /// The day it was last changed, as its front matter says.
    pub updated: Option<Date>,
    /// Tags as first spelled, without `#`, none twice.
    pub tags: Vec<SafeText>,
    /// Authors as written.
    pub authors: Vec<SafeText>,
    /// One or two sentences about it.
    pub description: Option<SafeText>,
    /// The publisher as written, or the host of its address.
    pub source: Option<SafeText>,
    /// The http(s) address it came from: raw, never shown without being cleaned.
    pub url: Option<String>,
    /// Its leading picture.
    pub image: Option<Image>,
    /// Whether it is marked as a draft.
    pub draft: bool,
    /// Whether it is featured.
    pub featured: bool,
    /// Whether contents are wanted beside it, where it says so.
    pub toc: Option<bool>,
    /// Language tag (BCP 47) as written in `lang` or `language`.
    pub lang: Option<SafeText>,
    /// The other front-matter keys, as written and in order.
    pub meta: Vec<(SafeText, Value)>,
    /// Words in the body, once it was read whole.
    pub words: Option<u32>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Where an article's title came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TitleFrom {
    /// Front matter.
    Key,
    /// The first level-1 heading.
    Heading,
    /// The file's or folder's name.
    Name,
}

/// An article's leading picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Path or address as written: raw, never shown.
    pub target: String,
    /// Text in its place.
    pub alt: Option<SafeText>,
}

/// A front-matter value of a key that longread gives no meaning of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// Text, and every number or date exactly as written.
    Text(SafeText),
    /// A number as written.
    Number(SafeText),
    /// A list.
    List(Vec<Value>),
    /// A map, in order.
    Map(Vec<(SafeText, Value)>),
}

impl Value {
    /// The values that stand in it under a dotted path of keys (`b.c` in `{b: {c: 1}}`), keys compared as
    /// `compared` has them; of the maps of a list, those of each.
    pub fn within(&self, path: &str, compared: fn(&str) -> String) -> Vec<&Self> {
        let mut values = vec![self];
        for key in path.split('.') {
            let maps = values.into_iter().flat_map(|value| match value {
                Self::List(values) => values.as_slice(),
                value => std::slice::from_ref(value),
            });
            let own = maps.filter_map(|value| if let Self::Map(pairs) = value { Some(pairs) } else { None });
            let of_key = own.flatten().filter(|(own, _)| compared(own.as_str()) == key);
            values = of_key.map(|(_, value)| value).collect();
        }
        values
    }
}

impl serde::Serialize for Value {
    /// As JSON has it: numbers that fit stay numbers, all else is text as written.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Text(text) => text.serialize(serializer),
            Self::Number(text) => {
                let text = text.as_str();
                if let Ok(number) = text.parse::<i64>() {
                    serializer.serialize_i64(number)
                } else if let Ok(number) = text.parse::<u64>() {
                    serializer.serialize_u64(number)
                } else if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
                    serializer.serialize_f64(number)
                } else {
                    serializer.serialize_str(text)
                }
            }
            Self::List(values) => serializer.collect_seq(values),
            Self::Map(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl Article {
    /// Minutes to read at 230 words a minute: from the words where they are known, else estimated from
    /// the bytes. Always at least 1.
    pub fn minutes(&self) -> u32 {
        let words = self.words.unwrap_or_else(|| u32::try_from(self.place.bytes / 6).unwrap_or(u32::MAX));
        minutes(words)
    }

    /// Whether [`Article::minutes`] is an estimate, shown with `~`.
    pub fn minutes_are_estimated(&self) -> bool {
        self.words.is_none()
    }
}

/// Minutes that so many words take to read, at least 1.
pub fn minutes(words: u32) -> u32 {
    words.div_ceil(230).max(1)
}

impl ArticleKey {
    /// The identity of the article at `path` below the root `root` (FNV-1a of both).
    pub fn of(root: u16, path: &Path) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in root.to_le_bytes().iter().chain(path.as_os_str().as_encoded_bytes()) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(hash)
    }
}
