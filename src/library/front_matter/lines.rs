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
        let Some((key, rest)) = key_of(line, format) else { continue };
        let node = value(rest);
        entries.push(Entry { key: key.to_owned(), line: index as u32 + 1, column: 1, node });
    }
    entries
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
        let colon = colons.find(|at| line[at + 1..].is_empty() || line[at + 1..].starts_with([' ', '\t']))?;
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
    if let Some(list) = text.strip_prefix('[').filter(|list| !list.starts_with('[')) {
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
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text)
}
