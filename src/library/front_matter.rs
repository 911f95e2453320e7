//! Front matter: the head of an article → its entries, where the body begins, and what is wrong.
//!
//! Reading cannot fail: what cannot be understood costs one entry, or the whole head, and gives a
//! problem. The only user of `gray_matter`, `serde_yaml`, toml and `serde_json`'s reader. Knows only `text`
//! and `error`. Nesting is bounded (64 brackets, 128 levels) before anything is parsed, so the
//! recursion of the parsers is bounded too.

mod fence;
mod flat;
mod json;
mod lines;
mod toml;
mod yaml;

use crate::error::{Problem, ProblemKind};
use crate::safe;
use crate::text::SafeText;

/// Front matter over so many bytes is refused with a problem and never parsed. A real one has 114 KB.
pub const LIMIT: usize = 1 << 20;

/// What the head of a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrontMatter {
    /// The entries in order; of a repeated key only the last.
    pub entries: Vec<Entry>,
    /// Where the body begins: bytes of the markdown.
    pub body: u32,
    /// What is wrong with the head, by line.
    pub problems: Vec<Problem>,
}

/// One key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as written.
    pub key: String,
    /// Line of the file, from 1.
    pub line: u32,
    /// Column in the line, from 1, in characters.
    pub column: u32,
    /// Its value.
    pub node: Node,
}

/// A value, with scalars exactly as written: raw, not yet safe to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Nothing.
    Null,
    /// A truth value, and how it is written.
    Bool(bool, String),
    /// A number as written.
    Number(String),
    /// Text, and every date as written.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in order.
    Map(Vec<Entry>),
}

/// The answer of [`read`].
#[derive(Clone, Debug, PartialEq)]
pub enum Head {
    /// The head is not over yet in the text given: more of the file is needed.
    More,
    /// The head is read.
    Read(FrontMatter),
}

/// What a format's reader makes of a head.
#[derive(Clone, Debug, PartialEq)]
enum Parsed {
    /// A map: front matter.
    Entries(Vec<Entry>),
    /// Well-formed, but no map: there is no front matter.
    NoMap,
    /// It does not parse. Line and column are of the head's own text, from 1; 0 where unknown.
    Broken { line: u32, column: u32, reason: SafeText },
}

/// Reads the front matter at the beginning of `markdown`. `whole` says that this is the whole file;
/// otherwise it is a beginning of it, and the answer may be [`Head::More`].
pub fn read(markdown: &str, whole: bool) -> Head {
    let cut = match fence::cut(markdown, whole) {
        fence::Cut::More => return Head::More,
        fence::Cut::None => return Head::Read(FrontMatter::default()),
        fence::Cut::Unclosed { line } => {
            let reason = safe!("front matter begins here and is never closed");
            return Head::Read(refused(0, line, reason));
        }
        fence::Cut::TooLarge { line, body } => {
            let reason = safe!("front matter over 1 MiB is not read");
            return Head::Read(refused(body, line, reason));
        }
        fence::Cut::Head(cut) => cut,
    };
    let body = u32::try_from(cut.body).unwrap_or(u32::MAX);
    if let Some(entries) = (cut.format == fence::Format::Yaml).then(|| flat::read(cut.text)).flatten() {
        return Head::Read(finish(entries, body, Vec::new(), cut.first_line));
    }
    if let Some((line, reason)) = fence::too_deep(cut.text) {
        let entries = match cut.format {
            fence::Format::Json => Vec::new(),
            format => lines::read(cut.text, format),
        };
        let problem = front_matter_problem(line, 1, reason, cut.first_line);
        return Head::Read(finish(entries, body, vec![problem], cut.first_line));
    }
    let parsed = match cut.format {
        fence::Format::Yaml => yaml::read(cut.text),
        fence::Format::Toml => toml::read(cut.text),
        fence::Format::Json => json::read(cut.text),
    };
    match parsed {
        Parsed::Entries(entries) => Head::Read(finish(entries, body, Vec::new(), cut.first_line)),
        Parsed::NoMap | Parsed::Broken { .. }
            if cut.format == fence::Format::Yaml && !lines::is_meant(cut.text) =>
        {
            // Text between two thematic breaks: nothing in it was ever meant as front matter.
            Head::Read(FrontMatter::default())
        }
        Parsed::NoMap if cut.format != fence::Format::Yaml => Head::Read(FrontMatter::default()),
        Parsed::NoMap => {
            let reason = safe!("front matter: no key and value in it; read line by line instead");
            let problem = front_matter_problem(1, 1, reason, cut.first_line);
            Head::Read(finish(lines::read(cut.text, cut.format), body, vec![problem], cut.first_line))
        }
        Parsed::Broken { line, column, reason } => {
            let reason = safe!("{reason}; read line by line instead");
            let entries = match cut.format {
                fence::Format::Json => json::line_by_line(cut.text),
                format => lines::read(cut.text, format),
            };
            let problem = front_matter_problem(line, column, reason, cut.first_line);
            Head::Read(finish(entries, body, vec![problem], cut.first_line))
        }
    }
}

impl FrontMatter {
    /// The last entry whose key is `key`, which must be [`folded`].
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| folds_to(&entry.key, key))
    }
}

/// A key as keys are compared: without case, `-`, `_` or blanks.
pub fn folded(key: &str) -> String {
    folding(key).collect()
}

/// Whether `key`, as written, is the key `wanted`, which must be [`folded`].
pub fn folds_to(key: &str, wanted: &str) -> bool {
    // Asked some fifty times an article, and nearly always answered by the first byte: without this it was a
    // sixteenth of reading a library (2026-11-30).
    if key.is_ascii() {
        let own = key.bytes().filter(|byte| !matches!(byte, b'-' | b'_' | b' ' | b'\t'..=b'\r'));
        return own.map(|byte| byte.to_ascii_lowercase()).eq(wanted.bytes());
    }
    folding(key).eq(wanted.chars())
}

fn folding(key: &str) -> impl Iterator<Item = char> {
    key.chars().filter(|c| !matches!(c, '-' | '_') && !c.is_whitespace()).flat_map(char::to_lowercase)
}

impl Node {
    /// The text of a scalar as written; nothing for null, lists and maps.
    pub fn scalar(&self) -> Option<&str> {
        match self {
            Self::Bool(_, text) | Self::Number(text) | Self::Text(text) => Some(text),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// What kind of value it is, in words.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "empty",
            Self::Bool(..) => "a truth value",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// A plain (unquoted) scalar, resolved by the YAML 1.2 core schema as `serde_yaml` does.
    fn plain(text: String) -> Self {
        match text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Bool(true, text),
            "false" | "False" | "FALSE" => Self::Bool(false, text),
            number if looks_like_a_number(number) => Self::Number(text),
            _ => Self::Text(text),
        }
    }
}

fn looks_like_a_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let leading_zero =
        digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    !leading_zero
        && digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn refused(body: usize, line: u32, reason: SafeText) -> FrontMatter {
    let problem = Problem { line, column: 1, kind: ProblemKind::FrontMatter, reason };
    FrontMatter {
        entries: Vec::new(),
        body: u32::try_from(body).unwrap_or(u32::MAX),
        problems: vec![problem],
    }
}

/// `line` is of the head's own text; `first_line` is the line of the file where that text begins.
fn front_matter_problem(line: u32, column: u32, reason: SafeText, first_line: u32) -> Problem {
    let line = first_line + line.max(1) - 1;
    Problem { line, column: column.max(1), kind: ProblemKind::FrontMatter, reason }
}

/// Moves entries to the lines of the file and lets the last of a repeated key win.
fn finish(mut entries: Vec<Entry>, body: u32, mut problems: Vec<Problem>, first_line: u32) -> FrontMatter {
    move_down(&mut entries, first_line - 1);
    keep_last(&mut entries, folded, &mut problems);
    problems.sort_by_key(|problem| (problem.line, problem.column));
    FrontMatter { entries, body, problems }
}

/// Drops all but the last entry of each key, keys compared as `compared` has them, also in maps within (by how
/// they are written), with a problem for each. Depth is bounded by the parsers' own limit of 128.
fn keep_last(entries: &mut Vec<Entry>, compared: fn(&str) -> String, problems: &mut Vec<Problem>) {
    let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    let mut dropped = vec![false; entries.len()];
    for (index, entry) in entries.iter().enumerate() {
        if let Some(earlier) = seen.insert(compared(&entry.key), index) {
            let earlier_line = entries[earlier].line;
            // The same key spelled in two ways ("pub_date", "pubDate") is no fault where both say the same.
            if entries[earlier].key == entry.key || entries[earlier].node != entry.node {
                problems.push(Problem {
                    line: entry.line,
                    column: entry.column,
                    kind: ProblemKind::RepeatedKey,
                    reason: safe!(
                        "the key '{}' stands in line {earlier_line} already; the last one counts",
                        SafeText::line(&entry.key)
                    ),
                });
            }
            dropped[earlier] = true;
        }
    }
    let mut dropped = dropped.into_iter();
    entries.retain(|_| !dropped.next().unwrap_or_default());
    for entry in entries {
        keep_last_within(&mut entry.node, problems);
    }
}

fn keep_last_within(node: &mut Node, problems: &mut Vec<Problem>) {
    match node {
        Node::Map(entries) => keep_last(entries, str::to_owned, problems),
        Node::List(nodes) => nodes.iter_mut().for_each(|node| keep_last_within(node, problems)),
        _ => {}
    }
}

/// Depth is bounded by the parsers' own limit of 128.
fn move_down(entries: &mut [Entry], lines: u32) {
    for entry in entries {
        entry.line += lines;
        move_down_within(&mut entry.node, lines);
    }
}

fn move_down_within(node: &mut Node, lines: u32) {
    match node {
        Node::Map(entries) => move_down(entries, lines),
        Node::List(nodes) => nodes.iter_mut().for_each(|node| move_down_within(node, lines)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
