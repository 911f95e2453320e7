//! Front matter → an article's metadata. Field by field: a wrong type costs that field and gives a
//! problem. A key leaves `meta` only when a field took its value, so nothing that was written is lost.

use std::path::Path;

use super::{Article, ArticleKey, Date, Image, Place, TitleFrom, Value};
use crate::error::{Problem, ProblemKind};
use crate::library::date::{self, NoDate};
use crate::library::entities;
use crate::library::front_matter::{Entry, FrontMatter, Node, folded, folds_to};
use crate::library::tags::fold_tag;
use crate::safe;
use crate::text::SafeText;

/// Keys that hold the day of publication, most trusted first, as [`folded`] spells them.
const DATE_KEYS: [&str; 11] = [
    "date",
    "pubdate",
    "publishdate",
    "published",
    "publishedat",
    "created",
    "createdat",
    "updated",
    "lastmod",
    "modified",
    "ms.date",
];
const UPDATED_KEYS: [&str; 7] =
    ["updated", "lastmod", "modified", "lastmodified", "updatedat", "updateddate", "lastmodifiedat"];
const URL_KEYS: [&str; 7] = ["url", "canonical", "canonicalurl", "link", "sourceurl", "original", "source"];
/// Keys that hold the name of an author, as [`folded`] spells them.
const NAMES: [&str; 4] = ["name", "displayname", "label", "title"];
const DESCRIPTION_KEYS: [&str; 3] = ["description", "summary", "excerpt"];
const TAG_KEYS: [&str; 2] = ["tags", "tag"];
const AUTHOR_KEYS: [&str; 4] = ["authors", "author", "by", "byline"];
const LANG_KEYS: [&str; 2] = ["lang", "language"];
const IMAGE_KEYS: [&str; 8] =
    ["img", "image", "images", "cover", "heroimage", "thumbnail", "banner", "featureimage"];

/// Whether the front matter gives a title of its own, so that no heading is needed.
pub fn has_title(front: &FrontMatter) -> bool {
    title(front).is_some()
}

/// The language tag (BCP 47) that the front matter gives, as written.
pub fn lang(front: &FrontMatter) -> Option<SafeText> {
    let said = LANG_KEYS.iter().find_map(|key| entry(front, key)?.1.node.scalar());
    said.map(SafeText::line)
}

/// Lines of the file, from 1, in which the front matter begins what an article is described by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyLines {
    /// The title.
    pub title: Option<u32>,
    /// The description.
    pub description: Option<u32>,
    /// The tags.
    pub tags: Option<u32>,
    /// The source.
    pub source: Option<u32>,
    /// The authors.
    pub authors: Option<u32>,
}

impl KeyLines {
    /// Where `front` says these.
    pub fn of(front: &FrontMatter) -> Self {
        let first = |keys: &[&str]| {
            let says_something = |entry: &&Entry| {
                entry.node != Node::Null && entry.node.scalar().is_none_or(|text| !text.trim().is_empty())
            };
            let line = |key: &&str| Some(entry(front, key)?.1).filter(says_something).map(|entry| entry.line);
            keys.iter().find_map(line)
        };
        Self {
            title: title(front).and_then(|(index, _)| front.entries.get(index)).map(|entry| entry.line),
            description: first(&DESCRIPTION_KEYS),
            tags: first(&TAG_KEYS),
            source: first(&["source"]),
            authors: first(&AUTHOR_KEYS),
        }
    }
}

/// The article of a file at `place`, below the folder `root` (whose own name may be needed).
/// `heading` is the first level-1 heading, where one is known; `problems` are the file's so far.
pub fn assemble(
    place: Place,
    root: &Path,
    front: &FrontMatter,
    heading: Option<SafeText>,
    problems: Vec<Problem>,
) -> Article {
    let mut fields = Fields { taken: vec![false; front.entries.len()], front, problems };
    fields.problems.extend(front.problems.iter().cloned());
    let (title, title_from) = fields.title(heading, &place.path, root);
    let date = fields.date(&place.path, root);
    let updated = fields.updated();
    let tags = fields.tags();
    let authors = fields.authors();
    let description = DESCRIPTION_KEYS.iter().find_map(|key| fields.text(key));
    let (source, url) = fields.source();
    let image = fields.image();
    let draft = fields.draft(&place.path, root);
    let featured = ["feature", "featured"].iter().find_map(|key| fields.truth(key)).unwrap_or_default();
    let toc = fields.toc();
    let lang = LANG_KEYS.iter().find_map(|key| fields.text(key));
    let (taken, mut problems) = (fields.taken, fields.problems);
    let meta = front
        .entries
        .iter()
        .zip(taken)
        .filter(|(_, taken)| !taken)
        .map(|(entry, _)| (SafeText::line(&entry.key), value(&entry.node)))
        .collect();
    problems.sort_by_key(|problem| (problem.line, problem.column));
    Article {
        key: ArticleKey::of(place.root, &place.path),
        place,
        title,
        title_from,
        date,
        updated,
        tags,
        authors,
        description,
        source,
        url,
        image,
        draft,
        featured,
        toc,
        lang,
        meta,
        words: None,
        problems,
    }
}

/// A node as the rest of the program sees it. Depth is bounded by the parsers (128).
fn value(node: &Node) -> Value {
    match node {
        Node::Null => Value::Null,
        Node::Bool(value, _) => Value::Bool(*value),
        Node::Number(text) => Value::Number(SafeText::line(text)),
        Node::Text(text) => Value::Text(SafeText::lines(text.trim_end())),
        Node::List(nodes) => Value::List(nodes.iter().map(value).collect()),
        Node::Map(entries) => {
            Value::Map(entries.iter().map(|e| (SafeText::line(&e.key), value(&e.node))).collect())
        }
    }
}

fn title(front: &FrontMatter) -> Option<(usize, SafeText)> {
    ["title", "linktitle"].iter().find_map(|key| {
        let (index, entry) = entry(front, key)?;
        let text = as_it_reads(entry.node.scalar()?);
        (!text.is_empty()).then_some((index, text))
    })
}

/// A value for people, in one line: what stands for a page has entities.
fn as_it_reads(written: &str) -> SafeText {
    SafeText::line(&entities::decode(written))
}

fn entry<'a>(front: &'a FrontMatter, key: &str) -> Option<(usize, &'a Entry)> {
    front.entries.iter().enumerate().find(|(_, entry)| folds_to(&entry.key, key))
}

/// The value of a map's first key among `keys`.
fn among<'a>(map: &'a [Entry], keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| map.iter().find(|entry| folds_to(&entry.key, key))?.node.scalar())
}

/// A truth value, quoted or not.
fn truth_of(node: &Node) -> Option<bool> {
    match node {
        Node::Bool(value, _) => Some(*value),
        Node::Text(text) | Node::Number(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

struct Fields<'a> {
    front: &'a FrontMatter,
    taken: Vec<bool>,
    problems: Vec<Problem>,
}

impl<'a> Fields<'a> {
    fn entry(&self, key: &str) -> Option<(usize, &'a Entry)> {
        entry(self.front, key)
    }

    fn problem(&mut self, entry: &Entry, kind: ProblemKind, reason: SafeText) {
        self.problems.push(Problem { line: entry.line, column: entry.column, kind, reason });
    }

    fn wrong_type(&mut self, entry: &Entry, wanted: &str) {
        let reason =
            safe!("'{}' should be {wanted}, but is {}", SafeText::line(&entry.key), entry.node.kind());
        self.problem(entry, ProblemKind::Type, reason);
    }

    /// The one-line text of a scalar; a list or map is a problem.
    fn text(&mut self, key: &str) -> Option<SafeText> {
        let (index, entry) = self.entry(key)?;
        match &entry.node {
            Node::Null => {
                self.taken[index] = true;
                None
            }
            Node::List(_) | Node::Map(_) => {
                self.wrong_type(entry, "text");
                None
            }
            node => {
                self.taken[index] = true;
                node.scalar().map(as_it_reads).filter(|text| !text.is_empty())
            }
        }
    }

    fn truth(&mut self, key: &str) -> Option<bool> {
        let (index, entry) = self.entry(key)?;
        if entry.node == Node::Null {
            self.taken[index] = true;
            return None;
        }
        let truth = truth_of(&entry.node);
        if truth.is_some() {
            self.taken[index] = true;
        } else {
            self.wrong_type(entry, "true or false");
        }
        truth
    }

    fn title(&mut self, heading: Option<SafeText>, path: &Path, root: &Path) -> (SafeText, TitleFrom) {
        for key in ["title", "linktitle"] {
            if let Some((_, entry)) = self.entry(key)
                && matches!(entry.node, Node::List(_) | Node::Map(_))
            {
                self.wrong_type(entry, "text");
            }
        }
        if let Some((index, text)) = title(self.front) {
            self.taken[index] = true;
            return (text, TitleFrom::Key);
        }
        if let Some(text) = heading.filter(|text| !text.is_empty()) {
            return (text, TitleFrom::Heading);
        }
        (name_of(path, root), TitleFrom::Name)
    }

    fn date(&mut self, path: &Path, root: &Path) -> Option<Date> {
        for key in DATE_KEYS {
            let Some((index, entry)) = self.entry(key) else { continue };
            if let Some(day) = self.day(key, entry) {
                self.taken[index] = true;
                return Some(day);
            }
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy());
        stem.and_then(|stem| date::at_start_of(&stem)).or_else(|| date::at_start_of(&folder_of(path, root)))
    }

    fn updated(&mut self) -> Option<Date> {
        UPDATED_KEYS.iter().find_map(|key| {
            let (index, entry) = self.entry(key)?;
            let day = date::parse(entry.node.scalar()?).ok()?;
            self.taken[index] = true;
            Some(day)
        })
    }

    fn day(&mut self, key: &str, entry: &Entry) -> Option<Date> {
        let text = match &entry.node {
            Node::Null => return None,
            // `published: false` says that it is a draft.
            node if key == "published" && truth_of(node).is_some() => return None,
            Node::Text(text) if text.trim().is_empty() => return None,
            Node::Text(text) | Node::Number(text) => text,
            Node::Bool(..) | Node::List(_) | Node::Map(_) => {
                self.wrong_type(entry, "a date");
                return None;
            }
        };
        match date::parse(text) {
            Ok(day) => Some(day),
            Err(fault) => {
                let text = SafeText::line(text);
                let text = text.safe().fit(60);
                let reason = match fault {
                    NoDate::Impossible => safe!("there is no such day: {text}"),
                    NoDate::Unknown => safe!("no date that is understood: {text}"),
                };
                self.problem(entry, ProblemKind::Date, reason);
                None
            }
        }
    }

    fn tags(&mut self) -> Vec<SafeText> {
        for key in TAG_KEYS {
            let Some((index, entry)) = self.entry(key) else { continue };
            let mut raw: Vec<&str> = Vec::new();
            match &entry.node {
                Node::Null => {}
                Node::List(nodes) => {
                    for node in nodes {
                        match node {
                            Node::Null => {}
                            Node::Map(map) => match among(map, &["label", "name", "title"]) {
                                Some(text) => raw.push(text),
                                None => self.wrong_type(entry, "a list of names"),
                            },
                            Node::List(_) => self.wrong_type(entry, "a list of names"),
                            scalar => raw.extend(scalar.scalar()),
                        }
                    }
                }
                Node::Map(map) => match among(map, &["label", "name", "title"]) {
                    Some(text) => raw.push(text),
                    None => self.wrong_type(entry, "a list or text"),
                },
                node => {
                    let text = node.scalar().unwrap_or_default();
                    match (text.contains(','), key) {
                        (true, _) => raw.extend(text.split(',')),
                        (false, "tags") => raw.extend(text.split_whitespace()),
                        (false, _) => raw.push(text),
                    }
                }
            }
            let mut seen = std::collections::HashSet::new();
            let tags: Vec<SafeText> = raw
                .into_iter()
                .map(|text| SafeText::line(as_it_reads(text).as_str().trim_start_matches('#')))
                .filter(|tag| !tag.is_empty() && seen.insert(fold_tag(tag.as_str())))
                .collect();
            if !tags.is_empty() || matches!(&entry.node, Node::Null | Node::List(_)) {
                self.taken[index] = true;
            }
            if !tags.is_empty() {
                return tags;
            }
        }
        Vec::new()
    }

    fn authors(&mut self) -> Vec<SafeText> {
        for key in AUTHOR_KEYS {
            let Some((index, entry)) = self.entry(key) else { continue };
            let mut raw: Vec<&str> = Vec::new();
            let nodes = match &entry.node {
                Node::List(nodes) => nodes.as_slice(),
                node => std::slice::from_ref(node),
            };
            for node in nodes {
                match node {
                    Node::Null => {}
                    Node::Map(map) => match among(map, &NAMES) {
                        Some(text) => raw.push(text),
                        // `authors: {jane: {...}, joe: {...}}`
                        None => raw.extend(map.iter().map(|entry| match &entry.node {
                            Node::Map(own) => among(own, &NAMES).unwrap_or(&entry.key),
                            _ => entry.key.as_str(),
                        })),
                    },
                    Node::List(_) => self.wrong_type(entry, "a list of names"),
                    scalar => raw.extend(scalar.scalar()),
                }
            }
            let mut authors: Vec<SafeText> = Vec::new();
            for text in raw.into_iter().map(as_it_reads).filter(|text| !text.is_empty()) {
                if !authors.contains(&text) {
                    authors.push(text);
                }
            }
            self.taken[index] = !authors.is_empty() || entry.node == Node::Null;
            if !authors.is_empty() {
                return authors;
            }
        }
        Vec::new()
    }

    fn source(&mut self) -> (Option<SafeText>, Option<String>) {
        let mut url = None;
        for key in URL_KEYS {
            let Some((index, entry)) = self.entry(key) else { continue };
            let is_text = matches!(&entry.node, Node::Text(_) | Node::Null);
            if !is_text && matches!(key, "url" | "canonical" | "canonicalurl") {
                self.wrong_type(entry, "an address");
            }
            let Some(text) = entry.node.scalar().map(str::trim).filter(|text| is_address(text)) else {
                continue;
            };
            url = Some(text.to_owned());
            self.taken[index] = true;
            break;
        }
        let source = self.text("source").map(|source| {
            if is_address(source.as_str()) { SafeText::line(host(source.as_str())) } else { source }
        });
        (source, url)
    }

    fn image(&mut self) -> Option<Image> {
        for key in IMAGE_KEYS {
            let Some((index, entry)) = self.entry(key) else { continue };
            let node = match &entry.node {
                Node::List(nodes) => nodes.first().unwrap_or(&Node::Null),
                node => node,
            };
            let (target, alt) = match node {
                Node::Null => continue,
                // A banner may be a notice (Starlight) and a cover a set of colours.
                Node::Bool(..) => {
                    if IMAGE_KEYS[..3].contains(&key) {
                        self.wrong_type(entry, "a path");
                    }
                    continue;
                }
                Node::Map(map) => {
                    let Some(target) = among(map, &["src", "url", "path", "file", "image", "source", "href"])
                    else {
                        if IMAGE_KEYS[..3].contains(&key) {
                            self.wrong_type(entry, "a path");
                        }
                        continue;
                    };
                    (target, among(map, &["alt", "alttext", "caption"]).map(as_it_reads))
                }
                Node::List(_) => {
                    self.wrong_type(entry, "a path");
                    continue;
                }
                scalar => (scalar.scalar().unwrap_or_default(), None),
            };
            let target = target.trim();
            if target.is_empty() {
                self.taken[index] = true;
                continue;
            }
            self.taken[index] = true;
            let alt = alt.filter(|alt| !alt.is_empty()).or_else(|| {
                ["alt", "imagealt", "imgalt", "coveralt", "heroimagealt"]
                    .iter()
                    .find_map(|key| self.text(key))
            });
            return Some(Image { target: target.to_owned(), alt });
        }
        None
    }

    fn draft(&mut self, path: &Path, root: &Path) -> bool {
        let draft = self.truth("draft").unwrap_or_default();
        let mut published = true;
        for key in ["published", "publish"] {
            // Where `published` is no truth value it is a date, and was looked at as one.
            if let Some((index, entry)) = self.entry(key)
                && let Some(truth) = truth_of(&entry.node)
            {
                self.taken[index] = true;
                published &= truth;
            }
        }
        let folders = root.iter().chain(path.parent().into_iter().flatten());
        draft || !published || folders.into_iter().any(|name| name == "_drafts")
    }

    fn toc(&mut self) -> Option<bool> {
        let (index, entry) = self.entry("toc")?;
        let toc = match &entry.node {
            Node::Map(map) => {
                let hidden =
                    map.iter().find(|e| matches!(folded(&e.key).as_str(), "hide" | "hidden" | "disable"));
                let shown =
                    map.iter().find(|e| matches!(folded(&e.key).as_str(), "enable" | "enabled" | "show"));
                let hidden = hidden.and_then(|e| truth_of(&e.node));
                let shown = shown.and_then(|e| truth_of(&e.node));
                return Some(shown.unwrap_or(!hidden.unwrap_or_default()));
            }
            _ => self.truth("toc"),
        };
        self.taken[index] |= toc.is_some();
        toc
    }
}

/// The name that stands for a file without a title: its stem, or its folder's name where the stem
/// says nothing.
fn name_of(path: &Path, root: &Path) -> SafeText {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    let general = matches!(stem.to_ascii_lowercase().as_str(), "index" | "_index" | "readme");
    let folder = if general { SafeText::line(&folder_of(path, root)) } else { SafeText::default() };
    if !folder.is_empty() {
        return folder;
    }
    let stem = SafeText::line(&stem);
    if stem.is_empty() { safe!("untitled") } else { stem }
}

/// The name of the folder that holds the file.
fn folder_of(path: &Path, root: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(root);
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is_address(text: &str) -> bool {
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        text.get(..scheme.len()).filter(|t| t.eq_ignore_ascii_case(scheme)).map(|_| &text[scheme.len()..])
    });
    rest.is_some_and(|rest| !host_of(rest).is_empty())
}

/// The host of an http(s) address, without a leading `www.`.
fn host(address: &str) -> &str {
    let host = host_of(address.split_once("://").map_or(address, |(_, rest)| rest));
    host.strip_prefix("www.").unwrap_or(host)
}

fn host_of(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() }
}

#[cfg(test)]
mod tests;
