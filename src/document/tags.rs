//! Tags that stand for a block: those of templates (`{{< note >}}`, `{% hint %}`) and components of MDX (`<Aside>`)
//! that open a callout or a fold, and those that end one.
//!
//! Knows `callouts`, `components`, `extras` and `templates`. Reads one tag at a time; `scan` makes containers of them.

use std::collections::HashMap;
use std::ops::Range;

use super::callouts::{self, Opening};
use super::extras;
use super::shown::ContainerKind;
use super::{components, templates};

/// Tags for callouts that say elsewhere of which family they are.
const CALLOUTS: [&str; 7] = ["admonition", "alert", "aside", "callout", "hint", "message", "notice"];
/// Tags for pictures, which have a line for themselves wherever they stand.
const PICTURES: [&str; 3] = ["figure", "image", "img"];
/// Tags for what is folded.
const FOLDS: [&str; 8] =
    ["accordion", "collapse", "collapsible", "details", "dropdown", "expand", "expandable", "spoiler"];
/// Tags of templates that are words of a sentence, also where they stand alone in their line.
const WORDS: [&str; 14] = [
    "abbr",
    "avatar",
    "badge",
    "data",
    "glossary_tooltip",
    "icon",
    "kbd",
    "link",
    "octicon",
    "param",
    "post_url",
    "ref",
    "relref",
    "skew",
];
/// Tags of Liquid that decide what is shown, and show nothing.
const DECIDING: [&str; 14] = [
    "assign",
    "capture",
    "case",
    "comment",
    "cycle",
    "else",
    "elsif",
    "for",
    "if",
    "ifversion",
    "increment",
    "raw",
    "unless",
    "when",
];
/// How far behind a tag its end is looked for.
const REACH: usize = 32 << 10;

/// How tags are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Written {
    /// `{% x %}`, ended by `{% endx %}`
    Liquid,
    /// `{{< x >}}` and `{{% x %}}`, ended by `{{< /x >}}`
    Shortcode,
    /// `<X>`, ended by `</X>`
    Component,
}

/// One tag.
#[derive(Clone, Debug)]
pub(super) struct Tag<'a> {
    text: &'a str,
    written: Written,
    /// Bytes of its name.
    name: Range<usize>,
    /// Whether it ends what another began.
    pub(super) closes: bool,
    /// Whether it ends itself (`<X />`).
    is_empty: bool,
    /// Bytes of what it says behind its name.
    said: Range<usize>,
}

/// A value that a tag has, and its name where it has one.
struct Value {
    key: Range<usize>,
    said: Range<usize>,
    is_quoted: bool,
}

/// Bytes of the tag that `text` begins with: a template's that does something, or a component's.
pub(super) fn length(text: &str) -> Option<usize> {
    if text.starts_with('<') {
        return components::tag_bytes(text);
    }
    templates::tag(text).map(|(length, _)| length).filter(|_| templates::is_block(text))
}

impl<'a> Tag<'a> {
    /// The tag that `text` is.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (written, inside) = if text.starts_with('<') {
            let length = components::tag_bytes(text)?;
            (Written::Component, 1..length - 1)
        } else {
            let (_, inside) = templates::tag(text).filter(|_| templates::is_block(text))?;
            let liquid = text.starts_with("{%");
            (if liquid { Written::Liquid } else { Written::Shortcode }, inside)
        };
        let body = text.get(inside.clone())?;
        let around = |c: char| c.is_whitespace() || (c == '-' && written == Written::Liquid);
        let mut start = inside.start + (body.len() - body.trim_start_matches(around).len());
        let mut end = (inside.start + body.trim_end_matches(around).len()).max(start);
        let is_empty = text[start..end].len() > 1 && text[start..end].ends_with('/');
        end -= usize::from(is_empty);
        let mut closes = text[start..end].starts_with('/');
        if closes {
            let behind = &text[start + 1..end];
            start += 1 + behind.len() - behind.trim_start().len();
        }
        let length = text[start..end].find(char::is_whitespace).unwrap_or(end - start);
        let mut name = start..start + length;
        if written == Written::Liquid && text[name.clone()].len() > 3 && text[name.clone()].starts_with("end")
        {
            closes = true;
            name.start += 3;
        }
        let said = name.end..end;
        (!name.is_empty()).then_some(Self { text, written, name, closes, is_empty, said })
    }

    /// What it is called.
    pub(super) fn name(&self) -> &'a str {
        self.text.get(self.name.clone()).unwrap_or_default()
    }

    /// Whether it is called so, in any case.
    fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(self.name()))
    }

    /// Whether it ends what the tag `other` has begun.
    pub(super) fn ends(&self, other: &Tag<'_>) -> bool {
        self.closes && !other.closes && self.written == other.written && self.name() == other.name()
    }

    /// The container that it opens, and the line over it; where it is for that and has an end.
    pub(super) fn opening(&self) -> Option<(ContainerKind, Opening)> {
        if self.closes || self.is_empty {
            return None;
        }
        let says_nothing = self.is_one_of(&CALLOUTS);
        let folds = self.is_one_of(&FOLDS);
        if !(says_nothing || folds || callouts::is_kind(self.name())) {
            return None;
        }
        let values = self.values();
        let of = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default();
        let named = |keys: &[&str]| {
            let is = |value: &&Value| {
                keys.contains(&of(&value.key)) && !value.said.is_empty() && !of(&value.said).starts_with('{')
            };
            values.iter().find(is).map(|value| value.said.clone())
        };
        let alone = || values.iter().filter(|value| value.key.is_empty());
        let mut name = self.name.clone();
        if says_nothing {
            let by_key = named(&["type", "style", "color", "kind", "variant", "severity", "status"]);
            let by_place =
                || alone().map(|value| value.said.clone()).find(|range| callouts::is_kind(of(range)));
            name = by_key.or_else(by_place).unwrap_or(name);
        }
        let title = named(&["title", "header", "heading", "summary", "name"]).or_else(|| {
            let titles = alone().filter(|value| value.is_quoted && value.said != name);
            titles.map(|value| value.said.clone()).find(|range| of(range).contains(char::is_alphabetic))
        });
        let kind = callouts::kind(of(&name));
        let title = title.unwrap_or(name.end..name.end);
        let container = if folds { ContainerKind::Details } else { ContainerKind::Alert(kind) };
        Some((container, Opening { kind, name, title }))
    }

    /// Whether a fold that it opens begins open.
    pub(super) fn is_open(&self) -> bool {
        let of = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default();
        self.values().iter().any(|value| match of(&value.key) {
            "open" | "defaultOpen" => of(&value.said) != "false",
            "closed" | "collapsed" => of(&value.said) == "false",
            _ => value.key.is_empty() && matches!(of(&value.said), "open" | "defaultOpen"),
        })
    }

    /// What it says behind its name.
    fn values(&self) -> Vec<Value> {
        let bytes = self.text.as_bytes();
        let end = self.said.end;
        let mut values = Vec::new();
        let mut at = self.said.start;
        while at < end {
            let is_word = |byte: u8| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'"' | b'\'');
            let length = bytes[at..end].iter().take_while(|byte| is_word(**byte)).count();
            let word = at..at + length;
            at = word.end;
            let has_key = length > 0 && bytes[at..end].starts_with(b"=");
            at += usize::from(has_key);
            let quote = bytes[at..end].first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
            let key = if has_key { word.clone() } else { at..at };
            if let Some(quote) = quote.filter(|_| has_key || length == 0) {
                let inside = at + 1;
                let length = memchr::memchr(quote, &bytes[inside..end]).unwrap_or(end - inside);
                values.push(Value { key, said: inside..inside + length, is_quoted: true });
                at = (inside + length + 1).min(end);
            } else if has_key {
                let length = bytes[at..end].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
                values.push(Value { key, said: at..at + length, is_quoted: false });
                at += length;
            } else if length > 0 {
                values.push(Value { key, said: word, is_quoted: false });
            } else {
                at += 1;
            }
        }
        values
    }
}

/// Whether the tag of a template at `range` of `text`, alone in its lines, is a block of its own and no word of the
/// sentence around it.
pub(super) fn is_block(text: &str, range: &Range<usize>) -> bool {
    let Some(tag) = text.get(range.clone()).and_then(Tag::read) else { return false };
    if tag.is_one_of(&PICTURES) && text[range.clone()].contains("src=") {
        return false;
    }
    let before = text[..range.start].trim_end_matches([' ', '\t', '>']);
    let above = before.strip_suffix('\n').map_or("", |before| before.rsplit('\n').next().unwrap_or_default());
    let mut behind = text[range.end..].lines().skip(1);
    let below = behind.next().unwrap_or_default();
    let is_text = |line: &str| {
        let line = super::mask::content(line).trim();
        !line.is_empty() && !line.starts_with(['{', '<', '#', ':'])
    };
    if tag.written == Written::Liquid && tag.is_one_of(&DECIDING) {
        // Between two items of a list it must not part them.
        let next = if below.trim().is_empty() { behind.next().unwrap_or_default() } else { below };
        return !is_item(next);
    }
    if tag.is_one_of(&WORDS) {
        return !is_text(above) && !is_text(below);
    }
    tag.closes
        || tag.written == Written::Liquid
        || !(is_text(above) && is_text(below))
        || tag.opening().is_some()
        || extras::is_embed(tag.name())
        || is_ended(&tag, text, range.end, REACH / 4)
}

/// Whether `line` begins an item of a list.
fn is_item(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t', '>']);
    let behind = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let marks: &[char] = if behind.len() < line.len() { &['.', ')'] } else { &['-', '*', '+'] };
    behind.strip_prefix(marks).is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// Whether a tag ends `tag` in the next `reach` bytes of `text` from `from` on.
fn is_ended(tag: &Tag<'_>, text: &str, from: usize, reach: usize) -> bool {
    end_behind(tag, text, from, from + reach).is_some()
}

/// Where a tag in `text` ends `tag`, between the bytes `from` and `to`.
fn end_behind(tag: &Tag<'_>, text: &str, from: usize, to: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let name = tag.name().as_bytes();
    memchr::memmem::find_iter(bytes.get(from..to.min(bytes.len()))?, name).map(|at| from + at).find(|at| {
        let goes_on = bytes
            .get(at + name.len())
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/'));
        let before = bytes[from..*at].trim_ascii_end();
        !goes_on
            && match tag.written {
                Written::Component => before.ends_with(b"</"),
                Written::Shortcode => before.strip_suffix(b"/").is_some_and(|before| {
                    let before = before.trim_ascii_end();
                    before.ends_with(b"{{<") || before.ends_with(b"{{%")
                }),
                Written::Liquid => before.strip_suffix(b"end").is_some_and(|before| {
                    let before = before.trim_ascii_end();
                    before.strip_suffix(b"-").unwrap_or(before).ends_with(b"{%")
                }),
            }
    })
}

/// Where tags end what others have begun, as far as that was looked for.
#[derive(Default)]
pub(super) struct Ends(HashMap<(Written, String), Looked>);

struct Looked {
    /// Up to where there is none.
    clear: usize,
    /// The first one behind that, where it was found.
    next: Option<usize>,
}

impl Ends {
    /// Whether what `tag` begins, which reaches up to the byte `from` of `text`, has an end not too far behind.
    pub(super) fn has(&mut self, tag: &Tag<'_>, text: &str, from: usize) -> bool {
        let looked = self.0.entry((tag.written, tag.name().to_owned()));
        let looked = looked.or_insert(Looked { clear: from, next: None });
        let to = from + REACH;
        if looked.next.is_none_or(|next| next < from) {
            looked.next = None;
            let start = looked.clear.max(from);
            if start < to {
                // An end that lies across the two is found by the next look.
                looked.next = end_behind(tag, text, start, to);
                looked.clear = looked.next.unwrap_or(to.saturating_sub(64).max(start));
            }
        }
        looked.next.is_some_and(|next| next < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::shown::AlertKind;

    fn check(text: &str, expect: Option<&(ContainerKind, &str, &str)>) {
        let opening = Tag::read(text).and_then(|tag| tag.opening());
        let found = opening.map(|(kind, opening)| (kind, &text[opening.name], &text[opening.title]));
        assert_eq!(found.as_ref(), expect, "{text:?}");
    }

    #[test]
    fn callouts_and_folds_are_read_in_every_spelling() {
        let alert = |kind, name, title| (ContainerKind::Alert(kind), name, title);
        check(
            "{{% alert title=\"Heads up\" color=\"warning\" %}}",
            Some(&alert(AlertKind::Warning, "warning", "Heads up")),
        );
        check("{{< notice tip \"A title\" >}}", Some(&alert(AlertKind::Tip, "tip", "A title")));
        check("{{< alert \"danger\" >}}", Some(&alert(AlertKind::Caution, "danger", "")));
        check("{{< note >}}", Some(&alert(AlertKind::Note, "note", "")));
        check("{{%note%}}", Some(&alert(AlertKind::Note, "note", "")));
        check("{%- hint style=\"info\" -%}", Some(&alert(AlertKind::Note, "info", "")));
        check("<Aside type=\"caution\" title={x}>", Some(&alert(AlertKind::Caution, "caution", "")));
        check("{{< details \"More\" >}}", Some(&(ContainerKind::Details, "details", "More")));
        check("<Accordion title='A \"b\"'>", Some(&(ContainerKind::Details, "Accordion", "A \"b\"")));
        for other in
            ["{{< note />}}", "<Aside />", "{{< /note >}}", "{% endnote %}", "</Aside>", "{{ note }}"]
        {
            check(other, None);
        }
        check("{{< figure src=\"note\" >}}", None);
        check("{{<>}}", None);
    }

    #[test]
    fn a_tag_ends_the_one_of_its_name() {
        let mut ends = Ends::default();
        let text = "{{< note >}} {{< note >}} {{</ note >}} {% note %} {{< tip >}} {{< /tips >}}";
        let mut has = |at: usize| {
            let (length, _) = templates::tag(&text[at..]).expect("a tag");
            ends.has(&Tag::read(&text[at..at + length]).expect("a tag"), text, at + length)
        };
        assert_eq!([has(0), has(13), has(40), has(51)], [true, true, false, false]);
    }
}
