//! Lines that open and close alerts: GitHub's and Obsidian's `[!note]`, and `:::note` containers.
//!
//! Knows `shown`. Reads one line; `scan` makes containers of it.

use std::ops::Range;

use super::shown::AlertKind;

/// The line that opens an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// Its family.
    pub(super) kind: AlertKind,
    /// Bytes of the kind as written.
    pub(super) name: Range<usize>,
    /// Bytes of the title; empty where there is none.
    pub(super) title: Range<usize>,
}

/// A line that begins with `:::`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fence {
    /// It opens a container.
    Open(Opening),
    /// It closes one.
    Close,
}

/// `[!note]`, `[!tip]- Title` (Obsidian), the first line in a quote.
pub(super) fn callout(line: &str) -> Option<Opening> {
    let inside = line.strip_prefix("[!")?;
    let end = inside.find(']').filter(|end| (1..=40).contains(end))?;
    let name = &inside[..end];
    if !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '|')) {
        return None;
    }
    let mut after = 2 + end + 1;
    if line[after..].starts_with(['(', '[', ':']) {
        return None;
    }
    after += usize::from(line[after..].starts_with(['+', '-']));
    // `[!note|wide]`: what follows the bar is about its look.
    let name_end = 2 + name.find('|').unwrap_or(end);
    Some(Opening {
        kind: kind(&line[2..name_end]),
        name: 2..name_end,
        title: trimmed(line, after..line.len()),
    })
}

/// Whether the alert that `line` opens can be folded (Obsidian's `[!note]-` and `[!note]+`, `???`
/// and `???+` of `MkDocs`, `:::details`), and
/// then whether it begins folded.
pub(super) fn folded(line: &str) -> Option<bool> {
    if let Some(inside) = line.strip_prefix("[!") {
        let (_, after) = inside.split_once(']')?;
        return match after.as_bytes().first() {
            Some(b'-') => Some(true),
            Some(b'+') => Some(false),
            _ => None,
        };
    }
    if line.starts_with("???") {
        return Some(!line.starts_with("???+"));
    }
    let Some(Fence::Open(opening)) = fence(line) else { return None };
    line.get(opening.name).is_some_and(|name| name.eq_ignore_ascii_case("details")).then_some(true)
}

/// `:::note[Title]`, `::: tip Title`, `::: {.warning}`, `:::`.
pub(super) fn fence(line: &str) -> Option<Fence> {
    let line = line.trim_end();
    let marks = line.bytes().take_while(|byte| *byte == b':').count();
    if marks < 3 {
        return None;
    }
    let rest = trimmed(line, marks..line.len());
    if rest.is_empty() {
        return Some(Fence::Close);
    }
    let lead = line[rest.clone()].len() - line[rest.clone()].trim_start_matches(['{', '.', ' ']).len();
    let start = rest.start + lead;
    let length = line[start..]
        .find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_'))
        .unwrap_or(line.len() - start);
    if length == 0 {
        return None;
    }
    let name = start..start + length;
    let after = &line[name.end..];
    let title = match after.strip_prefix('[').and_then(|inside| inside.rfind(']')) {
        Some(end) => name.end + 1..name.end + 1 + end,
        None if lead > 0 || after.starts_with(['{', '}']) => name.end..name.end,
        None => {
            let attributes = after.find('{').unwrap_or(after.len());
            trimmed(line, name.end..name.end + attributes)
        }
    };
    let title = trimmed(line, title);
    Some(Fence::Open(Opening { kind: kind(&line[name.clone()]), name, title }))
}

/// The title of an opening line, or its kind in words.
pub(super) fn label(line: &str, opening: &Opening) -> String {
    let name = line.get(opening.name.clone()).unwrap_or_default().replace(['-', '_'], " ").to_lowercase();
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn trimmed(line: &str, range: Range<usize>) -> Range<usize> {
    let text = &line[range.clone()];
    let start = range.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

/// Whether a callout may be called so: one of the families, or what is counted among notes.
pub(super) fn is_kind(name: &str) -> bool {
    let notes = ["note", "info", "abstract", "summary", "todo", "primary", "secondary"];
    kind(name) != AlertKind::Note || notes.iter().any(|note| note.eq_ignore_ascii_case(name))
}

/// The family that a name stands for.
pub(super) fn kind(name: &str) -> AlertKind {
    match name.to_lowercase().as_str() {
        "tip" | "success" | "hint" | "check" | "done" => AlertKind::Tip,
        "important" | "question" | "help" | "faq" | "example" => AlertKind::Important,
        "warning" | "attention" | "warn" => AlertKind::Warning,
        "caution" | "danger" | "error" | "failure" | "fail" | "missing" | "bug" => AlertKind::Caution,
        _ => AlertKind::Note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<(AlertKind, &str)>) {
        let opening = callout(line).or_else(|| match fence(line)? {
            Fence::Open(opening) => Some(opening),
            Fence::Close => None,
        });
        let found = opening.map(|opening| (opening.kind, &line[opening.title]));
        assert_eq!(found, expect, "{line:?}");
    }

    #[test]
    fn kinds_and_titles_are_read_in_every_spelling() {
        check("[!NOTE]", Some((AlertKind::Note, "")));
        check("[!tip]- Folded *title* ", Some((AlertKind::Tip, "Folded *title*")));
        check("[!bug|wide]+", Some((AlertKind::Caution, "")));
        check(":::note[A title]", Some((AlertKind::Note, "A title")));
        check("::: warning Mind this", Some((AlertKind::Warning, "Mind this")));
        check("::: {.danger #id}", Some((AlertKind::Caution, "")));
        check(":::tip{icon=x}", Some((AlertKind::Tip, "")));
    }

    #[test]
    fn links_and_text_are_no_alerts() {
        check("[!x](u)", None);
        check("[!x]: u", None);
        check("[!a*b]", None);
        check("::note", None);
        assert_eq!(fence(":::: "), Some(Fence::Close));
    }

    #[test]
    fn a_kind_is_said_in_words() {
        let line = "[!NOTE]";
        let opening = callout(line).expect("an alert");
        assert_eq!(label(line, &opening), "Note");
    }
}
