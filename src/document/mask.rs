//! What only looks like markup, put out of the parser's sight: prices, braces that are no attributes, tags of
//! templates. Byte for byte, so that every place stays what it is; what is shown is never read from here.
//!
//! Knows `math`'s eye for formulas, `templates`, `callouts` and `admonitions`.

use std::ops::Range;

use super::admonitions;
use super::callouts;
use super::math::spans;
use super::templates;

/// A text with bytes of it replaced; made only where there is something to replace.
#[derive(Clone, Debug, Default)]
pub(super) struct Mask(Option<Vec<u8>>);

impl Mask {
    /// The text that the parser is to be given in place of `text`, where it is another one.
    pub(super) fn finish(self) -> Option<String> {
        // Only whole ASCII characters are replaced, by others.
        String::from_utf8(self.0?).ok()
    }

    /// The text as it is so far.
    pub(super) fn bytes<'a>(&'a self, text: &'a str) -> &'a [u8] {
        self.0.as_deref().unwrap_or(text.as_bytes())
    }

    /// Puts `byte` at `at`, where an ASCII character stands.
    pub(super) fn put(&mut self, text: &str, at: usize, byte: u8) {
        let bytes = self.0.get_or_insert_with(|| text.as_bytes().to_vec());
        if let Some(old) = bytes.get_mut(at).filter(|old| old.is_ascii()) {
            *old = byte;
        }
    }
}

impl Mask {
    /// Puts `bytes` at the beginning of `range`, which holds whole characters, and blanks in the rest of it.
    pub(super) fn cover(&mut self, text: &str, range: Range<usize>, bytes: &[u8]) {
        let all = self.0.get_or_insert_with(|| text.as_bytes().to_vec());
        let Some(place) = all.get_mut(range) else { return };
        for (index, byte) in place.iter_mut().enumerate() {
            *byte = bytes.get(index).copied().unwrap_or(b' ');
        }
    }
}

/// In place of a `$`: a punctuation mark as that is (CommonMark 6.2 asks), but one that begins nothing.
const DOLLAR: u8 = b',';
/// In place of the last `}` of a heading.
const BRACE: u8 = b')';

/// For a stretch of blocks. Formulas count in headings only, which are read here; all else is read when it is
/// shown, and a price must not swallow the pictures and notes between it and the next one.
pub(super) fn blocks(text: &str) -> Mask {
    let mut mask = Mask::default();
    templates::hide_blocks(text, &mut mask);
    braces(text, &mut mask);
    containers(text, &mut mask);
    admonitions::hide(text, &mut mask);
    if memchr::memchr(b'$', text.as_bytes()).is_none() {
        return mask;
    }
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let range = at..at + line.len();
        at = range.end;
        if memchr::memchr(b'$', line.as_bytes()).is_none() || is_definition(line) {
            continue;
        }
        if is_heading(line, lines.peek().copied()) {
            dollars(text, range, &mut mask);
        } else {
            for at in memchr::memchr_iter(b'$', line.as_bytes()) {
                mask.put(text, range.start + at, DOLLAR);
            }
        }
    }
    mask
}

/// Makes blocks of their own of the lines that open and close containers (`:::`), whatever they stand in: the
/// first a declaration of HTML, the second a rule.
fn containers(text: &str, mask: &mut Mask) {
    let mut done = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), b":::") {
        if at < done {
            continue;
        }
        let begins = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |before| before + 1);
        done = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end);
        let line = text[at..done].trim_end();
        if !content(&text[begins..done]).starts_with(":::") || content(&text[begins..at]).trim() != "" {
            continue;
        }
        match callouts::fence(line) {
            None => {}
            Some(callouts::Fence::Close) => (at..at + line.len()).for_each(|at| mask.put(text, at, b'*')),
            Some(callouts::Fence::Open(_)) => {
                // Somewhere in the line is where it ends.
                let Some(end) = line.bytes().skip(3).position(|byte| byte.is_ascii()) else { continue };
                for (place, _) in line.bytes().enumerate().filter(|(_, byte)| *byte == b'>') {
                    mask.put(text, at + place, b'_');
                }
                for (place, byte) in b"<!A".iter().enumerate() {
                    mask.put(text, at + place, *byte);
                }
                mask.put(text, at + 3 + end, b'>');
            }
        }
    }
}

/// For one leaf of running text.
pub(super) fn leaf(text: &str) -> Mask {
    let mut mask = Mask::default();
    templates::hide(text, &mut mask);
    braces(text, &mut mask);
    dollars(text, 0..text.len(), &mut mask);
    mask
}

/// For a block of HTML.
pub(super) fn html(text: &str) -> Mask {
    let mut mask = Mask::default();
    templates::hide(text, &mut mask);
    mask
}

/// For a table: no formula goes on in the next cell.
pub(super) fn cells(text: &str) -> Mask {
    let mut mask = Mask::default();
    templates::hide(text, &mut mask);
    let bytes = text.as_bytes();
    if memchr::memchr(b'$', bytes).is_none() {
        return mask;
    }
    let mut start = 0;
    for at in 0..=bytes.len() {
        let ends = match bytes.get(at) {
            Some(b'|') => at == 0 || bytes[at - 1] != b'\\',
            Some(b'\n') | None => true,
            Some(_) => false,
        };
        if ends {
            dollars(text, start..at, &mut mask);
            start = at + 1;
        }
    }
    mask
}

/// Hides every `$` of `range` that belongs to no formula.
fn dollars(text: &str, range: Range<usize>, mask: &mut Mask) {
    let piece = text.get(range.clone()).unwrap_or_default();
    if memchr::memchr(b'$', piece.as_bytes()).is_none() {
        return;
    }
    for at in spans::stray(piece) {
        mask.put(text, range.start + at, DOLLAR);
    }
}

/// What a line says behind the marks of its containers.
pub(super) fn content(line: &str) -> &str {
    let inside = line.trim_start_matches([' ', '\t', '>']);
    let marker = inside.trim_start_matches(|c: char| c.is_ascii_digit());
    match marker.strip_prefix(['-', '+', '*', '.', ')']) {
        Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start_matches([' ', '\t', '>']),
        _ => inside,
    }
}

fn is_heading(line: &str, next: Option<&str>) -> bool {
    let text = content(line);
    let marks = text.bytes().take_while(|byte| *byte == b'#').count();
    let atx = (1..=6).contains(&marks) && text[marks..].starts_with([' ', '\t']);
    let underline = next.map_or("", |next| content(next).trim());
    let setext = !underline.is_empty()
        && (underline.bytes().all(|byte| byte == b'=') || underline.bytes().all(|byte| byte == b'-'));
    atx || setext
}

/// Whether `line` is the definition of a link, whose address is taken from what the parser sees.
fn is_definition(line: &str) -> bool {
    let text = content(line);
    text.starts_with('[') && !text.starts_with("[^") && text.contains("]:")
}

/// Hides the last brace of each heading that ends with braces which are no attributes: the parser would drop them.
fn braces(text: &str, mask: &mut Mask) {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'}', bytes) {
        if mask.bytes(text).get(at) != Some(&b'}') {
            continue;
        }
        let behind = &bytes[at + 1..];
        let blank = behind.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        if !matches!(behind.get(blank), None | Some(b'\n')) {
            continue;
        }
        let begins = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |before| before + 1);
        let next = at + 1 + blank + 1;
        let end = memchr::memchr(b'\n', bytes.get(next..).unwrap_or_default())
            .map_or(bytes.len(), |end| next + end);
        if !is_heading(&text[begins..=at], text.get(next..end)) {
            continue;
        }
        let line = &text[begins..at];
        let Some(open) = line.rfind('{') else { continue };
        let stands_alone = line[..open].ends_with([' ', '\t']);
        if !(stands_alone && is_attributes(&line[open + 1..])) {
            mask.put(text, at, BRACE);
        }
    }
}

/// Whether what stands between two braces is attributes: `#id`, `.class`, `key=value`; also pandoc's `-` and
/// the colon of kramdown.
pub(super) fn is_attributes(inside: &str) -> bool {
    let inside = inside.strip_prefix(':').unwrap_or(inside);
    let name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
    };
    let mut words = 0;
    let good = inside.split_whitespace().all(|word| {
        words += 1;
        if let Some(rest) = word.strip_prefix(['#', '.']) {
            return name(rest);
        }
        word == "-" || word.split_once('=').is_some_and(|(key, _)| name(key))
    });
    good && words > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let seen = leaf(text).finish();
        assert_eq!(seen.as_deref().unwrap_or(text), expect, "{text:?}");
    }

    #[test]
    fn only_attributes_are_taken_from_a_heading() {
        check("## GET /users/{id}", "## GET /users/{id)");
        check("## Template {name}", "## Template {name)");
        check("# Set {1, 2}\n", "# Set {1, 2)\n");
        check("## \\{x}", "## \\{x)");
        check("# A {#id .class key=value}", "# A {#id .class key=value}");
        check("# A {-}\r\n", "# A {-}\r\n");
        check("# A{#id}", "# A{#id)");
        check("A {b}\n---\n", "A {b)\n---\n");
        check("> - ## {b}\n", "> - ## {b)\n");
        check("$$\n\\frac{a}{b}\n$$\n", "$$\n\\frac{a}{b}\n$$\n");
        check("[a](https://host/{id}\n\"title\")", "[a](https://host/{id}\n\"title\")");
    }

    #[test]
    fn blocks_hide_every_dollar_outside_headings() {
        let seen = |text: &str| blocks(text).finish().unwrap_or_else(|| text.to_owned());
        assert_eq!(seen("# $x$ $5\n\n$x$ ![$5](a)\n"), "# $x$ ,5\n\n,x, ![,5](a)\n");
        assert_eq!(seen("[a]: /$1\n> - ## $x$\n$y$\n===\n"), "[a]: /$1\n> - ## $x$\n$y$\n===\n");
    }
}
