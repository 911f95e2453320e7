//! The last resort: a head that does not parse, read line by line (`key: value`, `- item`). Cannot
//! fail; what no line says plainly is lost, and the caller has already said so in a problem.

use super::fence::{Format, lines};
use super::{Entry, Node};

/// Most entries and items kept of a head that does not parse.
const MOST: usize = 4096;

/// The entries that can be told line by line. Lines count from 1.
pub(super) fn read(head: &str, format: Format) -> Vec<Entry> {
    let lines: Vec<&str> = lines(head).collect();
    let mut entries: Vec<Entry> = Vec::new();
    // Which entry the table of TOML is that one is in; `Some(None)` where what is in it is lost.
    let mut table: Option<Option<usize>> = None;
    let (mut at, mut found) = (0, 0);
    while let Some(line) = lines.get(at).filter(|_| found < MOST) {
        at += 1;
        let number = at as u32;
        let text = line.trim();
        if text.starts_with('#') {
            continue;
        }
        if format == Format::Toml && text.starts_with('[') {
            table = Some(table_of(text).map(|name| {
                let node = Node::Map(Vec::new());
                entries.push(Entry { key: name.to_owned(), line: number, column: 1, node });
                entries.len() - 1
            }));
            found += 1;
            continue;
        }
        if let Some(item) = text.strip_prefix("- ").filter(|_| format == Format::Yaml) {
            let node = value(item.trim());
            match entries.last_mut().map(|entry| &mut entry.node) {
                Some(Node::List(list)) => list.push(node),
                Some(empty @ Node::Null) => *empty = Node::List(vec![node]),
                _ => continue,
            }
            found += 1;
            continue;
        }
        // A tab is no indent of YAML; before the first key it can only be meant as nothing.
        let line = if entries.is_empty() { line.trim_start_matches('\t') } else { line };
        let Some((key, rest)) = key_of(line, format) else { continue };
        let (node, taken) = long(rest, &lines[at..], format).unwrap_or_else(|| (value(rest), 0));
        at += taken;
        found += 1;
        let entry = Entry { key: key.to_owned(), line: number, column: 1, node };
        match table {
            None => entries.push(entry),
            Some(of) => {
                if let Some(Node::Map(own)) = of.and_then(|of| entries.get_mut(of)).map(|of| &mut of.node) {
                    own.push(entry);
                }
            }
        }
    }
    entries
}

/// The name of the table that a line of TOML begins, where it is one word.
fn table_of(line: &str) -> Option<&str> {
    let name = line.strip_prefix('[')?.split_once(']')?.0.trim();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    (!name.is_empty() && name.chars().all(is_word)).then_some(name)
}

/// A value that goes on in the lines below its key, and how many of them it takes.
fn long<'a>(written: &'a str, below: &[&'a str], format: Format) -> Option<(Node, usize)> {
    if written.starts_with('[') && !written.contains(']') {
        // Where another key comes first, nothing closes it, and it ends where it began.
        let is_over = |line: &&str| line.contains(']') || key_of(line, format).is_some();
        let last = below.iter().position(is_over)?;
        let closing = below[last].trim_start();
        let is_item = closing.starts_with([']', '"', '\'']) || key_of(closing, format).is_none();
        let is_closed = is_item && closing.contains(']');
        let pieces = std::iter::once(written).chain(below[..=last].iter().copied());
        let said = |line: &'a str| match line.split_once(" #") {
            Some((before, _)) if before.trim_end().ends_with([',', '[']) => before.trim(),
            _ => line.trim(),
        };
        let list: Vec<&str> = pieces.map(said).filter(|line| !line.starts_with('#')).collect();
        return is_closed.then(|| (value(list.join(" ").trim_end_matches(',')), last + 1));
    }
    if format == Format::Toml {
        let quotes = ["\"\"\"", "'''"].into_iter().find(|quotes| written.starts_with(quotes))?;
        let begun = &written[quotes.len()..];
        let last = below.iter().position(|line| line.contains(quotes)).filter(|_| !begun.contains(quotes))?;
        let end = below[last].split(quotes).next().unwrap_or_default();
        // A line end right behind the quotes does not count.
        let begun = Some(begun).filter(|begun| !begun.is_empty());
        let text: Vec<&str> = begun.into_iter().chain(below[..last].iter().copied()).chain([end]).collect();
        return Some((Node::Text(text.join("\n").trim_end().to_owned()), last + 1));
    }
    let mark = written.split(" #").next().unwrap_or_default().trim_end();
    let is_folded = mark.starts_with('>');
    let is_mark =
        mark.trim_start_matches(['>', '|']).bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-'));
    if format != Format::Yaml || !mark.starts_with(['>', '|']) || !is_mark {
        return None;
    }
    let is_in_it = |line: &&&str| line.trim().is_empty() || line.starts_with([' ', '\t']);
    let lines = &below[..below.iter().take_while(is_in_it).count()];
    let indent = |line: &str| line.len() - line.trim_start().len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min()?;
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let line = line.get(least..).unwrap_or_default().trim_end();
        if !is_folded {
            text.push_str(if at > 0 { "\n" } else { "" });
        } else if line.is_empty() {
            text.push('\n');
        } else if !text.is_empty() && !text.ends_with('\n') {
            text.push(' ');
        }
        text.push_str(line);
    }
    Some((Node::Text(text.trim_end().to_owned()), lines.len()))
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
        // A block scalar's mark without text.
        ">" | ">-" | ">+" | "|" | "|-" | "|+" => Node::Null,
        // A quote that is never closed is what is wrong, and no part of the text.
        _ => match text.strip_prefix('"').filter(|inside| !inside.contains('"')) {
            Some(inside) => Node::Text(inside.trim_start().to_owned()),
            None => Node::plain(text.to_owned()),
        },
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
