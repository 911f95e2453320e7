//! What a label says, without the names of icons and the tags in it, its entities decoded.
//!
//! Knows `html`, for tags and entities, and `label`'s ranges.

use std::ops::Range;

use super::super::html;
use super::label::trimmed;

/// Text with the bytes of the code that say it.
pub(super) struct Said {
    pub(super) text: String,
    /// The byte of the code that each byte of the text is from, and the end.
    from: Vec<usize>,
}

impl Said {
    /// What the code says at `bytes`; a label of an icon alone says the icon's name.
    pub(super) fn of(code: &str, bytes: Range<usize>) -> Self {
        let bytes = trimmed(code, bytes);
        let whole = code.get(bytes.clone()).unwrap_or_default();
        let mut said = Self { text: String::with_capacity(whole.len()), from: Vec::new() };
        let mut icon = None;
        let mut at = 0;
        while let Some(next) = whole[at..].chars().next() {
            let rest = &whole[at..];
            let begin = bytes.start + at;
            if let Some(length) = tag(rest) {
                at += length;
            } else if let Some((decoded, length)) = entity(rest) {
                said.push(&decoded, begin, false);
                at += length;
            } else if let Some(length) =
                self::icon(rest).filter(|_| !said.text.ends_with(char::is_alphanumeric))
            {
                icon = Some(at..at + length);
                at += length;
                if said.text.is_empty() || said.text.ends_with(' ') {
                    at += whole[at..].len() - whole[at..].trim_start().len();
                }
            } else {
                said.push(&rest[..next.len_utf8()], begin, true);
                at += next.len_utf8();
            }
        }
        said.from.truncate(said.text.trim_end().len());
        said.text.truncate(said.text.trim_end().len());
        if let Some(icon) = icon.filter(|_| said.text.is_empty()) {
            let name = whole[icon.clone()].rsplit("fa-").next().unwrap_or_default();
            said.push(name, bytes.start + icon.end - name.len(), true);
        }
        let end = said.from.last().map_or(bytes.end, |_| bytes.end);
        said.from.push(end);
        said
    }

    fn push(&mut self, text: &str, begin: usize, exact: bool) {
        self.from.extend((0..text.len()).map(|at| if exact { begin + at } else { begin }));
        self.text.push_str(text);
    }

    /// Bytes of the code that say a stretch of the text.
    pub(super) fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let at = |at: usize| self.from.get(at).copied().unwrap_or_default();
        at(range.start)..at(range.end).max(at(range.start))
    }
}

/// The length of a tag of HTML that `text` begins with.
fn tag(text: &str) -> Option<usize> {
    let end = text.strip_prefix('<')?.find('>')? + 2;
    let raw = &text[..end];
    (html::tag(raw).is_some() && html::vanishes(raw, &text[end..])).then_some(end)
}

/// The entity that `text` begins with: `&amp;`, or Mermaid's `#quot;` and `#35;`; what it stands for, and its length.
fn entity(text: &str) -> Option<(String, usize)> {
    if text.starts_with('&') {
        return html::entity(text).filter(|(decoded, _)| is_line(decoded));
    }
    let name = text.strip_prefix('#').and_then(entity_name)?;
    let number = name.bytes().all(|byte| byte.is_ascii_digit());
    let (decoded, _) = html::entity(&format!("&{}{name};", if number { "#" } else { "" }))?;
    is_line(&decoded).then_some((decoded, name.len() + 2))
}

/// The name of the entity that ends in a semicolon, behind its `#`.
pub(super) fn entity_name(text: &str) -> Option<&str> {
    let (name, _) = text.split_once(';')?;
    ((1..=8).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(name)
}

/// Whether a decoded entity can stand in a line of a drawing.
fn is_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// The length of the icon's name that `text` begins with: `fa:fa-car`, `fab:fa-github`.
fn icon(text: &str) -> Option<usize> {
    let set = text.find(':').filter(|at| (2..=4).contains(at))?;
    let name = text.starts_with("fa").then(|| text[set + 1..].strip_prefix("fa-")).flatten()?;
    let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
    let letters = text[..set].bytes().all(|byte| byte.is_ascii_lowercase());
    (letters && length > 0).then_some(set + 4 + length)
}
