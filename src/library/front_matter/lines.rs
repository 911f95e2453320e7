//! The last resort: a head that does not parse, read line by line (`key: value`, `- item`). Cannot
//! fail; what no line says plainly is lost, and the caller has already said so in a problem.

use super::fence::{Format, lines};
use super::{Entry, Node};

/// Most entries and items kept of a head that does not parse.
const MOST: usize = 4096;

/// The entries that can be told line by line. Lines count from 1.
pub(super) fn read(head: &str, format: Format) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut items = 0;
    for (index, line) in lines(head).enumerate() {
        if entries.len() + items >= MOST {
            break;
        }
        if format == Format::Toml && line.trim_start().starts_with('[') {
            break;
        }
        let text = line.trim();
        if text.starts_with('#') {
            continue;
        }
        if let Some(item) = text.strip_prefix("- ").filter(|_| format == Format::Yaml) {
            let node = value(item.trim());
            match entries.last_mut().map(|entry| &mut entry.node) {
                Some(Node::List(list)) => list.push(node),
                Some(empty @ Node::Null) => *empty = Node::List(vec![node]),
                _ => continue,
            }
            items += 1;
            continue;
        }
        // A tab is no indent of YAML; before the first key it can only be meant as nothing.
        let line = if entries.is_empty() { line.trim_start_matches('\t') } else { line };
        let Some((key, rest)) = key_of(line, format) else { continue };
        let node = value(rest);
        entries.push(Entry { key: key.to_owned(), line: index as u32 + 1, column: 1, node });
    }
    entries
}

/// Keys by which nearly every front matter is known.
const KNOWN: [&str; 11] = [
    "title",
    "date",
    "tags",
    "tag",
    "draft",
    "layout",
    "slug",
    "description",
    "author",
    "authors",
    "categories",
];

/// Whether the text between two fences was meant as front matter, though it is none: it begins with a key, or
/// one of its lines has a key that hardly anything else has.
pub(super) fn is_meant(head: &str) -> bool {
    let has_a_known_key = || {
        lines(head).any(|line| {
            let key = key_of(line.trim_start_matches('\t'), Format::Yaml).map(|(key, _)| key);
            key.is_some_and(|key| KNOWN.iter().any(|known| key.eq_ignore_ascii_case(known)))
        })
    };
    begins_with_a_key(head) || has_a_known_key()
}

/// Whether the first line that says anything is `key:` at the left edge: whoever wrote that meant
/// front matter, however broken the rest.
pub(super) fn begins_with_a_key(head: &str) -> bool {
    lines(head)
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .is_some_and(|line| key_of(line, Format::Yaml).is_some())
}

fn key_of(line: &str, format: Format) -> Option<(&str, &str)> {
    if line.starts_with([' ', '\t']) && format == Format::Yaml {
        return None;
    }
    let (key, rest) = if format == Format::Toml {
        line.split_once('=')?
    } else {
        let mut colons = line.match_indices(':').map(|(at, _)| at);
        let is_known = |at: &usize| KNOWN.iter().any(|known| line[..*at].eq_ignore_ascii_case(known));
        let colon = colons.find(|at| {
            line[at + 1..].is_empty() || line[at + 1..].starts_with([' ', '\t']) || is_known(at)
        })?;
        (&line[..colon], &line[colon + 1..])
    };
    let written = key.trim();
    let key = unquoted(written);
    let quoted = key.len() < written.len();
    let plausible = key.len() <= 64
        && key.split_whitespace().count() <= 3
        && key.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
        && !key.contains(['{', '}', '[', ']', '<', '>', '|', '`', '*', '(', ')', '"']);
    let plausible = plausible || (quoted && !key.is_empty());
    plausible.then(|| (key, rest.trim()))
}

fn value(text: &str) -> Node {
    // `[draft] A title` is no list, and `[a, b` one that is not closed.
    let is_list = |list: &&str| !list.starts_with('[') && !list.trim_end_matches(']').contains(']');
    if let Some(list) = text.strip_prefix('[').filter(is_list) {
        let list = list.strip_suffix(']').unwrap_or(list);
        let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
        return Node::List(items.take(MOST).map(scalar).collect());
    }
    scalar(text)
}

fn scalar(text: &str) -> Node {
    let bare = unquoted(text);
    if bare.len() < text.len() {
        return Node::Text(bare.to_owned());
    }
    let text = text.split_once(" #").map_or(text, |(before, _)| before).trim_end();
    match text {
        // A block scalar's mark: its text is on the lines below, which are not told apart here.
        ">" | ">-" | ">+" | "|" | "|-" | "|+" => Node::Null,
        _ => Node::plain(text.to_owned()),
    }
}

/// Text without the pair of quotes around it.
fn unquoted(text: &str) -> &str {
    let inside = |quote: char| {
        let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
        // In `"a" and "b"` they are no pair: the next one closes a word.
        let closes = |at: usize| {
            let (before, after) = (inside[..at].chars().next_back(), inside[at + 1..].chars().next());
            before.is_some_and(|before| !before.is_whitespace()) && after.is_some_and(char::is_whitespace)
        };
        (!inside.find(quote).is_some_and(closes)).then_some(inside)
    };
    ['"', '\''].into_iter().find_map(inside).unwrap_or(text)
}
