//! Marks inside running text that no specification knows and many articles use: `==mark==`,
//! `%%comment%%`, `[[wikilink|text]]`, `![[embed]]`, `:emoji:`, `^super^`, Liquid and Hugo tags, JSX.
//!
//! Knows `text`, `script`, `templates`, `components`, `html` and what `inline` takes for a picture's name. Finds them; `inline` shows them.

use std::ops::Range;

use crate::text::width;

use super::components;
use super::html;
use super::inline::is_picture;
use super::mask;
use super::script::{self, Script};
use super::templates;

/// What was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    /// `==`: what is between two of them is marked.
    Mark,
    /// `%%` whose partner stands behind other markup: what is between them is hidden.
    Comment,
    /// Something that shows nothing: a comment, a tag.
    Hidden,
    /// A wikilink: its page, and the bytes to show.
    Wiki {
        /// Bytes of the page's name.
        page: Range<usize>,
        /// Bytes of its text.
        text: Range<usize>,
        /// `![[..]]`
        embed: bool,
    },
    /// A character that a name stands for.
    Emoji(&'static str),
    /// `^[text]`, a note within the text: its bytes.
    Note(Range<usize>),
    /// `^text^` or `~text~`: the bytes to raise or lower.
    Script(Script, Range<usize>),
    /// A tag that stands for something to see: a short name for it.
    Label(String),
    /// A tag that stands for a picture.
    Picture {
        /// Its address.
        target: String,
        /// Its words, if it has any.
        text: String,
    },
    /// A tag that is only written about (`{{</* x */>}}`), as it would stand where it is used.
    Written(String),
}

/// The first extra of `text` at or after `from`, with the bytes it takes.
pub(super) fn next(text: &str, from: usize) -> Option<(Range<usize>, Extra)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        let found = match bytes[at] {
            b'=' => {
                let run = bytes[at..].iter().take_while(|byte| **byte == b'=').count();
                if run != 2 {
                    at += run;
                    continue;
                }
                Some((at + 2, Extra::Mark))
            }
            b'%' => comment(text, at),
            b'[' | b'!' => wiki(text, at),
            b':' => emoji(text, at),
            b'^' if bytes.get(at + 1) == Some(&b'[') => note(text, at),
            b'^' | b'~' => raised_or_lowered(text, at),
            b'{' => template(text, at),
            b'<' => jsx(text, at),
            _ => None,
        };
        if let Some((end, extra)) = found {
            return Some((at..end, extra));
        }
        at += 1;
    }
    None
}

/// Whether `text` holds any byte that may begin an extra.
pub(super) fn possible(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'=' | b'%' | b'[' | b':' | b'^' | b'~' | b'{' | b'<'))
}

/// Whether every statement of `text` imports or exports, as a block of MDX does.
pub(super) fn is_module(text: &str) -> bool {
    let mut open = 0_i64;
    let mut statement = String::new();
    for line in text.lines() {
        statement.push_str(line);
        statement.push(' ');
        for byte in line.bytes() {
            open += i64::from(b"([{".contains(&byte)) - i64::from(b")]}".contains(&byte));
        }
        if open <= 0 {
            if !is_module_line(&statement) {
                return false;
            }
            statement.clear();
        }
    }
    // An export may go on behind a blank line, which ends the paragraph.
    statement.is_empty() || is_module_line(&statement)
}

/// Whether `line` imports or exports, as a line of MDX does.
fn is_module_line(line: &str) -> bool {
    let quoted = line.contains(['"', '\'']);
    if let Some(rest) = line.strip_prefix("import ") {
        return quoted && (rest.contains(" from ") || rest.trim_start().starts_with(['"', '\'', '{']));
    }
    let Some(rest) = line.strip_prefix("export ") else { return false };
    let rest = rest.trim_start();
    if let Some(name) = rest.strip_prefix("default ") {
        let name = name.trim().trim_end_matches(';');
        let capital = name.starts_with(|c: char| c.is_ascii_uppercase());
        if capital && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return true;
        }
    }
    ["const ", "let ", "var ", "function ", "default ", "async ", "{", "* from", "type ", "class "]
        .iter()
        .any(|word| rest.starts_with(word))
        && rest.contains(['=', '{', '(', '"', '\'', ';'])
}

/// What an extra may hold at most: looking further for its end would cost the square of a hostile text.
const REACH: usize = 2048;

/// The text from `at` on, as far as an extra may reach.
fn reach(text: &str, at: usize) -> Option<&str> {
    let mut end = (at + REACH).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(at..end)
}

/// Whether a word goes on with `c`. In languages without blanks it never does.
pub(super) fn in_word(c: Option<char>) -> bool {
    c.is_some_and(|c| {
        c == '_'
            || c.is_ascii_alphanumeric()
            || (c.is_alphanumeric() && width(c.encode_utf8(&mut [0; 4])) < 2)
    })
}

/// Where a comment that has begun before `text` ends: behind a `%%` with which no word begins.
pub(super) fn comment_end(text: &str) -> Option<usize> {
    let mut ends = memchr::memmem::find_iter(text.as_bytes(), b"%%").map(|at| at + 2);
    ends.find(|end| !in_word(text[*end..].chars().next()))
}

/// Whether a `==` in `text` ends what is marked before it.
pub(super) fn mark_ends(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(step) = memchr::memchr(b'=', &bytes[at..]) {
        let begins = at + step;
        let run = bytes[begins..].iter().take_while(|byte| **byte == b'=').count();
        at = begins + run;
        let before = text[..begins].chars().next_back();
        if run == 2 && before.is_some_and(|c| !c.is_whitespace()) && !in_word(text[at..].chars().next()) {
            return true;
        }
    }
    false
}

fn note(text: &str, at: usize) -> Option<(usize, Extra)> {
    let inside = reach(text, at + 2)?;
    let length = inside.find(']').filter(|length| !inside[..*length].contains(['[', '\n']))?;
    let hangs = text[..at].chars().next_back().is_some_and(|c| !c.is_whitespace());
    (hangs && length > 0).then_some((at + length + 3, Extra::Note(at + 2..at + 2 + length)))
}

fn comment(text: &str, at: usize) -> Option<(usize, Extra)> {
    let inside = reach(text, at)?.strip_prefix("%%")?;
    if in_word(text[..at].chars().next_back()) {
        return None;
    }
    Some(match comment_end(inside) {
        Some(end) => (at + end + 2, Extra::Hidden),
        None => (at + 2, Extra::Comment),
    })
}

/// Where a block says by what name a vault links to it: `^quote-of-the-day` behind a blank at its end. Only what
/// stands from the byte `from` on is looked at.
pub(super) fn block_id(block: &str, from: usize) -> Option<usize> {
    let block = block.trim_end();
    let at = from + block.get(from..)?.rfind('^')?;
    let id = &block[at + 1..];
    let is_id = id.len() > 1
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && id.bytes().any(|byte| byte.is_ascii_alphabetic());
    (is_id && block[..at].ends_with([' ', '\n'])).then_some(at)
}

fn wiki(text: &str, at: usize) -> Option<(usize, Extra)> {
    let rest = reach(text, at)?;
    let embed = rest.starts_with('!');
    let open = if embed { "![[" } else { "[[" };
    let inside = rest.strip_prefix(open)?;
    let length = inside.find("]]")?;
    let inside = &inside[..length];
    // `[[[x]]]` is no wikilink but brackets in brackets (CommonMark example 548).
    let nested = text[..at].ends_with('[') || rest[open.len() + length + 2..].starts_with(']');
    if inside.trim().is_empty() || inside.contains(['[', '\n']) || nested {
        return None;
    }
    let begin = at + open.len();
    let end = begin + length;
    // In a table the bar is escaped.
    let bar = inside.find('|');
    let page_end = bar.map_or(end, |bar| begin + bar);
    let page = begin..begin + text[begin..page_end].trim_end_matches('\\').len();
    if !embed && (in_word(text[..at].chars().next_back()) || !is_page(&text[page.clone()])) {
        return None;
    }
    let text_start = bar.map_or(begin, |bar| begin + bar + 1);
    // An embed's text is often only a size: its name says more.
    let size = embed && text[text_start..end].bytes().all(|byte| byte.is_ascii_digit() || byte == b'x');
    let shown = if size || text[text_start..end].trim().is_empty() { page.clone() } else { text_start..end };
    Some((end + 2, Extra::Wiki { page, text: shown, embed }))
}

/// Whether a page can be called `name`: what tests of shells, classes of characters, indices and attributes of
/// C++ have between two brackets is none.
fn is_page(name: &str) -> bool {
    const ATTRIBUTES: [&str; 6] =
        ["nodiscard", "noreturn", "maybe_unused", "fallthrough", "no_unique_address", "carries_dependency"];
    let name = name.trim();
    !(name.starts_with(['-', ':', '!', '$', '"'])
        || name.contains("::")
        || name.contains(['"', '='])
        || name.bytes().all(|byte| byte.is_ascii_digit())
        || ATTRIBUTES.contains(&name))
}

fn emoji(text: &str, at: usize) -> Option<(usize, Extra)> {
    let rest = text.get(at + 1..)?;
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-');
    // The longest name has 49 letters.
    let length = rest.bytes().take(60).take_while(|byte| name(*byte)).count();
    if length == 0 || rest.as_bytes().get(length) != Some(&b':') {
        return None;
    }
    let before = text[..at].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || c == ':') {
        return None;
    }
    let emoji = emojis::get_by_shortcode(&rest[..length])?;
    Some((at + length + 2, Extra::Emoji(emoji.as_str())))
}

/// `^text^` or `~text~` without blanks, hanging on a word, and short: `x^2+y^2` is not one.
fn raised_or_lowered(text: &str, at: usize) -> Option<(usize, Extra)> {
    let (mark, script) =
        if text.as_bytes().get(at) == Some(&b'^') { ('^', Script::Super) } else { ('~', Script::Sub) };
    let rest = reach(text, at + 1)?;
    let length = rest.find(mark).filter(|length| (1..=32).contains(length))?;
    let inside = &rest[..length];
    let after = rest[length + 1..].chars().next();
    // `x^2^3` is anything; `H~2~O` is water.
    let ends = script == Script::Sub || !after.is_some_and(char::is_alphanumeric);
    let good = ends
        && after != Some(mark)
        && inside.chars().all(|c| c != ' ' && script::character(c, script).is_some())
        && text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    good.then(|| (at + length + 2, Extra::Script(script, at + 1..at + 1 + length)))
}

/// `{% tag %}`, `{{< shortcode >}}`, `{{% shortcode %}}`, `{/* comment */}`, and kramdown's attributes `{: .a}`.
pub(super) fn template(text: &str, at: usize) -> Option<(usize, Extra)> {
    let rest = reach(text, at)?;
    if let Some(inside) = rest.strip_prefix("{/*") {
        return inside.find("*/}").map(|length| (at + length + 6, Extra::Hidden));
    }
    if let Some(inside) = rest.strip_prefix("{:") {
        let length = inside.find('}').filter(|length| {
            let inside = inside[..*length].trim();
            matches!(inside, "toc" | ".no_toc") || mask::is_attributes(inside)
        })?;
        return Some((at + length + 3, Extra::Hidden));
    }
    let (length, inside) = templates::tag(rest)?;
    if let Some(shown) = unescaped(&rest[..length], &rest[inside.clone()]) {
        return Some((at + length, Extra::Written(shown)));
    }
    let hidden = rest.starts_with("{#") || rest.starts_with("{{/*");
    let value = rest.starts_with("{{") && !rest.starts_with("{{<") && !rest.starts_with("{{%");
    if value && !hidden {
        return None;
    }
    let tag = rest[inside].trim_matches(['-', ' ', '/', '\n']);
    let said = || Some(picture(tag).unwrap_or(Extra::Label(label(tag)?)));
    Some((at + length, said().filter(|_| !hidden).unwrap_or(Extra::Hidden)))
}

/// The picture that a tag puts into the page.
fn picture(tag: &str) -> Option<Extra> {
    let name = tag.split_whitespace().next()?;
    let target = value(tag, "src=").filter(|target| is_picture(target))?.to_owned();
    let words = ["caption=", "alt=", "title="];
    let text = words.iter().find_map(|key| value(tag, key)).unwrap_or_default().to_owned();
    matches!(name, "figure" | "img" | "image").then_some(Extra::Picture { target, text })
}

/// Tags that put something into the page.
const EMBEDS: [&str; 14] = [
    "youtube",
    "vimeo",
    "tweet",
    "x",
    "gist",
    "instagram",
    "codepen",
    "figure",
    "img",
    "image",
    "video",
    "audio",
    "youtubeLite",
    "embed",
];

/// Whether a tag of this name puts something into the page.
pub(super) fn is_embed(name: &str) -> bool {
    EMBEDS.contains(&name)
}

/// What a tag that puts something into the page can be called: its caption, else its name and address.
fn label(tag: &str) -> Option<String> {
    let keys = ["caption=", "alt=", "title=", "text=", "summary=", "label="];
    if let Some(said) = keys.iter().find_map(|key| value(tag, key)) {
        return Some(said.to_owned());
    }
    let mut words = tag.split_whitespace();
    let name = words.next()?;
    if matches!(name, "tab" | "ref" | "relref") {
        let said = tag[name.len()..].trim_start();
        let quoted = said.strip_prefix(['"', '\'']).and_then(|said| said.split(['"', '\'']).next());
        let named = ["name=", "header="].iter().find_map(|key| value(tag, key));
        return quoted.or(named).filter(|said| !said.is_empty()).map(ToOwned::to_owned);
    }
    if !is_embed(name) {
        return None;
    }
    let argument = words.next().map_or("", |word| word.split_once('=').map_or(word, |(_, value)| value));
    Some(format!("{name} {}", argument.trim_matches(['"', '\''])).trim().to_owned())
}

/// Bytes of the attributes that pandoc puts behind a picture, a link or code (`{width=50% fig-alt="a b"}`), with
/// which `text` begins.
pub(super) fn attributes(text: &str) -> Option<usize> {
    let inside = reach(text, 0)?.strip_prefix('{')?;
    let mut quote = None;
    let mut plain = String::new();
    for (at, c) in inside.char_indices() {
        match (c, quote) {
            ('\n', _) => return None,
            (c, Some(mark)) => {
                if c == mark {
                    quote = None;
                }
            }
            ('"' | '\'', None) if plain.ends_with('=') => quote = Some(c),
            ('}', None) => return mask::is_attributes(&plain).then_some(at + 2),
            _ => plain.push(c),
        }
    }
    None
}

/// The tag of Hugo that `tag` writes about: it stands between `/*` and `*/`.
fn unescaped(tag: &str, inside: &str) -> Option<String> {
    let open = tag.get(..3).filter(|open| matches!(*open, "{{<" | "{{%"))?;
    let close = if open == "{{<" { ">}}" } else { "%}}" };
    let written = inside.trim().strip_prefix("/*")?.strip_suffix("*/")?;
    Some(format!("{open}{written}{close}"))
}

/// What stands behind `key` in a tag, where that is anything.
fn value<'a>(tag: &'a str, key: &str) -> Option<&'a str> {
    let begins_word =
        |at: &usize| tag[..*at].ends_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    let at = tag.match_indices(key).map(|(at, _)| at).find(begins_word)?;
    let value = &tag[at + key.len()..];
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => value[1..].split(quote).next(),
        None => value.split_whitespace().next(),
    };
    value.map(str::trim).filter(|value| !value.is_empty())
}

/// A JSX tag that HTML does not know as one, because its attributes hold braces.
fn jsx(text: &str, at: usize) -> Option<(usize, Extra)> {
    let rest = reach(text, at)?;
    let length = components::tag_bytes(rest).filter(|length| !rest[..*length].contains('\n'))?;
    let said = html::tag(&rest[..length]).and_then(|tag| tag.said());
    let extra = said.map_or(Extra::Hidden, Extra::Label);
    html::vanishes(&rest[..length], &text[at..]).then_some((at + length, extra))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: impl Into<Option<(Range<usize>, Extra)>>) {
        assert_eq!(next(text, 0), expect.into(), "{text:?}");
    }

    #[test]
    fn wikilinks_have_a_page_and_a_text() {
        check("a [[P]] b", Some((2..7, Extra::Wiki { page: 4..5, text: 4..5, embed: false })));
        check("[[P#h|T]]", Some((0..9, Extra::Wiki { page: 2..5, text: 6..7, embed: false })));
        check("![[i.png|300]]", Some((0..14, Extra::Wiki { page: 3..8, text: 3..8, embed: true })));
        check("[[]] [[ ]] [x](y)", None);
    }

    #[test]
    fn names_of_emoji_stand_alone() {
        check("go :rocket:", Some((3..11, Extra::Emoji("🚀"))));
        check("a:rocket: 10:30:20 :nope_nope:", None);
    }

    #[test]
    fn tags_of_templates_are_hidden_or_named() {
        check("{% raw %}", Some((0..9, Extra::Hidden)));
        check("{{< youtube id=\"abc\" >}}", Some((0..24, Extra::Label("youtube abc".into()))));
        check("{{< figure src=\"a\" caption=\"A tower\" >}}", Some((0..40, Extra::Label("A tower".into()))));
        check("{{ page.title }} {a}", None);
    }

    #[test]
    fn a_raised_text_is_short_and_hangs_on_a_word() {
        check("x^2^", Some((1..4, Extra::Script(Script::Super, 2..3))));
        check("x^2+y^2", None);
        check("^_^ and ^_^", None);
    }

    #[test]
    fn jsx_with_braces_is_a_tag() {
        check("<Tabs values={[1, '>']}>a", Some((0..24, Extra::Hidden)));
        check("a < B > c", None);
    }

    #[test]
    fn modules_are_told_from_sentences() {
        assert!(is_module_line("import Tabs from '@theme/Tabs';"));
        assert!(is_module_line("export const x = 1"));
        assert!(is_module_line("import './style.css'"));
        assert!(is_module_line("export default Layout"));
        assert!(!is_module_line("export default settings first"));
        assert!(is_module("import {\n  a,\n  b,\n} from 'c'\nexport const x = 1"));
        assert!(!is_module("import a from 'b'\nand text"));
        assert!(!is_module_line("import duties are high this year"));
        assert!(!is_module_line("export taxes were raised (again)"));
    }
}
