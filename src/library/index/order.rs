//! The orders of a library, and the folders and series that two of them are grouped by.
//!
//! Knows only `article`, `fold` and this folder. Each order but the newest first is made when it is first asked
//! for.

use std::path::Path;
use std::sync::OnceLock;

use super::{Day, Library, fold_key};
use crate::library::article::Value;
use crate::library::entities::decode;
use crate::library::fold::fold_into;
use crate::safe;
use crate::text::SafeText;

/// Folded front-matter key that says which series an article is of.
const SERIES: &str = "series";
/// Folded keys that say which place it has there, the surest first.
const PLACES: [&str; 6] = ["seriesorder", "seriespart", "part", "seriesweight", "weight", "order"];
/// Stems of files that speak for their folder, and so come first in it.
const FIRST: [&str; 3] = ["index", "_index", "readme"];

impl Library {
    /// All ids by date, undated last, ties by path.
    pub fn by_date(&self, newest_first: bool) -> &[u32] {
        if newest_first {
            return &self.rows.by_date;
        }
        let days = self.days();
        let day = |id: u32| Some(days[id as usize]).filter(|day| *day != Day::NONE);
        self.order(&self.lazy.by_date, false, day)
    }

    /// All ids by the day they were last changed (where none is written, by date), those with neither
    /// last, ties by path.
    pub fn by_updated(&self, newest_first: bool) -> &[u32] {
        self.order(&self.lazy.by_updated[usize::from(newest_first)], newest_first, |id| {
            let row = self.row(id);
            let day = if row.record.updated == Day::NONE { row.day } else { row.record.updated };
            (day != Day::NONE).then_some(day)
        })
    }

    /// All ids by words (estimated from the bytes where the body was not read), ties by path.
    pub fn by_words(&self, most_first: bool) -> &[u32] {
        self.order(&self.by_words[usize::from(most_first)], most_first, |id| {
            let row = self.row(id);
            Some(row.words().map_or(row.bytes() / 6, u64::from))
        })
    }

    /// All ids by folded title, ties by path.
    pub fn by_title(&self, last_first: bool) -> &[u32] {
        self.order(&self.lazy.by_title[usize::from(last_first)], last_first, |id| Some(self.titles().get(id)))
    }

    /// All ids by folder, then by the file's name: numbers by their value, what speaks for a folder first.
    pub fn by_folder(&self, last_first: bool) -> &[u32] {
        self.order(&self.lazy.by_folder[usize::from(last_first)], last_first, |id| {
            let row = self.row(id);
            let mut key = row.root().to_be_bytes().to_vec();
            let mut folded = String::new();
            let path = row.path();
            for folder in path.parent().into_iter().flat_map(Path::components) {
                natural(&folder.as_os_str().to_string_lossy(), &mut folded, &mut key);
                // Below every character: what lies in a folder comes before the folders in it.
                key.push(1);
            }
            // Two whose names differ in case alone stay apart.
            key.push(0);
            key.extend_from_slice(path.parent().unwrap_or(Path::new("")).as_os_str().as_encoded_bytes());
            key.push(0);
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            if !FIRST.contains(&stem.to_lowercase().as_str()) {
                natural(&stem, &mut folded, &mut key);
            }
            Some(key)
        })
    }

    /// The folder that the article `id` lies in, below its root; of those in the root itself the root's name.
    pub fn folder(&self, id: u32) -> SafeText {
        let row = self.row(id);
        let folder = row.path().parent().unwrap_or(Path::new(""));
        let root = self.roots().get(usize::from(row.root())).map(|root| &root.name);
        match (root, folder.as_os_str().is_empty()) {
            (Some(root), true) => root.clone(),
            (Some(root), false) if self.roots().len() > 1 => safe!("{root}/{}", folder.display()),
            _ => safe!("{}", folder.display()),
        }
    }

    /// Whether two articles lie in one folder.
    pub fn share_folder(&self, one: u32, other: u32) -> bool {
        let (one, other) = (self.row(one), self.row(other));
        one.root() == other.root() && one.path().parent() == other.path().parent()
    }

    /// All ids by series, then by their place in it, else the oldest first; those in none last.
    pub fn by_series(&self, last_first: bool) -> &[u32] {
        self.order(&self.lazy.by_series[usize::from(last_first)], last_first, |id| {
            let series = self.series_number(id)?;
            let place = self.place_in_series(id);
            Some((series, place.is_none(), place.unwrap_or_default(), self.days()[id as usize]))
        })
    }

    /// The series that the article `id` is of.
    pub fn series(&self, id: u32) -> Option<SafeText> {
        let names = self.meta_key(SERIES)?.names();
        let name = names.get(self.series_number(id)?)?.shown();
        // The key is kept as written, and this is for people.
        Some(SafeText::line(&decode(name.as_str())))
    }

    /// Whether any article is of a series.
    pub fn has_series(&self) -> bool {
        self.meta_keys().find(SERIES).is_some()
    }

    /// A number for the series of the article `id`; they ascend by name.
    pub fn series_number(&self, id: u32) -> Option<u32> {
        self.meta_key(SERIES)?.names().of(id).first().copied()
    }

    /// The place that an article says it has in its series, in thousandths.
    fn place_in_series(&self, id: u32) -> Option<i64> {
        let meta = self.row(id).meta();
        let number = |value: &Value| match value {
            Value::Number(text) | Value::Text(text) => {
                let number: f64 = text.as_str().trim().parse().ok()?;
                number.is_finite().then_some((number * 1000.0) as i64)
            }
            _ => None,
        };
        PLACES.iter().find_map(|place| {
            let (_, value) = meta.iter().find(|(key, _)| fold_key(key.as_str()) == *place)?;
            number(value)
        })
    }

    /// All ids by `key`, those without one last, ties by id, which is by path.
    fn order<'a, K: Ord>(
        &'a self,
        slot: &'a OnceLock<Vec<u32>>,
        descending: bool,
        key: impl Fn(u32) -> Option<K>,
    ) -> &'a [u32] {
        slot.get_or_init(|| {
            let (mut with, mut without) = (Vec::new(), Vec::new());
            for id in 0..self.len() as u32 {
                match key(id) {
                    Some(key) => with.push((key, id)),
                    None => without.push(id),
                }
            }
            with.sort_unstable_by(|(one, first), (other, second)| {
                let order = if descending { other.cmp(one) } else { one.cmp(other) };
                order.then_with(|| first.cmp(second))
            });
            with.into_iter().map(|(_, id)| id).chain(without).collect()
        })
    }
}

/// Appends `text` to a key so that keys compare as a reader would put them: case folded, runs of digits by
/// their value.
fn natural(text: &str, folded: &mut String, key: &mut Vec<u8>) {
    folded.clear();
    fold_into(text, folded);
    let mut rest = folded.as_bytes();
    while let Some(&byte) = rest.first() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            key.push(byte);
            rest = &rest[1..];
            continue;
        }
        let zeros = rest[..digits].iter().take_while(|byte| **byte == b'0').count().min(digits - 1);
        let number = &rest[zeros..digits];
        // A longer number is a larger one.
        key.extend([b'0', u8::try_from(number.len()).unwrap_or(u8::MAX)]);
        key.extend_from_slice(number);
        rest = &rest[digits..];
    }
}
