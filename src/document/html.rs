//! Raw HTML: taking tags and what is never shown apart from text.
//!
//! Knows `components`. Follows CommonMark 6.6 and, where a block is broken, what a browser does:
//! a tag that never ends hides the rest.

use std::ops::Range;

use crate::text::SafeText;

use super::components;

/// The tags that mean something to a reader; all others are dropped and their text kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// `a`
    A,
    /// `b`, `strong`
    Strong,
    /// `br`
    Br,
    /// `code`, `kbd`, `samp`, `tt`, `var`
    Code,
    /// `del`, `s`, `strike`
    Strike,
    /// `em`, `i`, `cite`, `dfn`
    Emphasis,
    /// `img`
    Img,
    /// `mark`
    Mark,
    /// `small`
    Small,
    /// `sub`
    Sub,
    /// `sup`
    Sup,
    /// `u`, `ins`
    Underline,
    /// `h1` to `h6`, `summary`, `dt`, `th`, `caption`: a block of strong text.
    StrongBlock,
    /// `li`
    Item,
    /// `td`, `th`
    Cell,
    /// `pre`, `textarea`
    Pre,
    /// `details`
    Details,
    /// Any other tag that begins a new line.
    Block,
    /// Any other tag.
    Other,
}

impl Name {
    fn of(name: &str) -> Self {
        match name {
            "a" => Self::A,
            "b" | "strong" => Self::Strong,
            "br" => Self::Br,
            "code" | "kbd" | "samp" | "tt" | "var" => Self::Code,
            "del" | "s" | "strike" => Self::Strike,
            "em" | "i" | "cite" | "dfn" => Self::Emphasis,
            "img" => Self::Img,
            "mark" => Self::Mark,
            "small" => Self::Small,
            "sub" => Self::Sub,
            "sup" => Self::Sup,
            "u" | "ins" => Self::Underline,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" | "dt" | "caption" => Self::StrongBlock,
            "li" => Self::Item,
            "td" | "th" => Self::Cell,
            "pre" | "textarea" => Self::Pre,
            "details" => Self::Details,
            "address" | "article" | "aside" | "blockquote" | "body" | "center" | "dd" | "dialog" | "dir"
            | "div" | "dl" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "head" | "header"
            | "hr" | "html" | "iframe" | "legend" | "main" | "menu" | "nav" | "ol" | "optgroup"
            | "option" | "p" | "section" | "table" | "tbody" | "tfoot" | "thead" | "title" | "tr" | "ul" => {
                Self::Block
            }
            _ => Self::Other,
        }
    }

    /// What text between its tags is, for the tags that may stand in a line.
    pub(super) fn inline(self) -> Option<super::shown::Inline> {
        use super::shown::Inline;
        Some(match self {
            Self::A => Inline::LINK,
            Self::Strong | Self::StrongBlock => Inline::STRONG,
            Self::Code => Inline::CODE,
            Self::Strike => Inline::STRIKE,
            Self::Emphasis => Inline::EMPHASIS,
            Self::Mark => Inline::MARK,
            Self::Small => Inline::FAINT,
            Self::Sub | Self::Sup => Inline::empty(),
            Self::Underline => Inline::UNDERLINE,
            Self::Br
            | Self::Img
            | Self::Item
            | Self::Cell
            | Self::Pre
            | Self::Details
            | Self::Block
            | Self::Other => {
                return None;
            }
        })
    }

    /// Whether it stands on lines of its own.
    pub(super) fn is_block(self) -> bool {
        matches!(self, Self::StrongBlock | Self::Item | Self::Pre | Self::Details | Self::Block)
    }
}

/// One tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'a> {
    /// What it is.
    pub(super) name: Name,
    /// Whether it closes (`</b>`).
    pub(super) closing: bool,
    /// Whether it is empty (`<b/>`).
    pub(super) empty: bool,
    /// Whether it is a component of MDX (`<Card>`).
    component: bool,
    /// Its name, where it puts something into the page that cannot be shown.
    embed: Option<&'static str>,
    attributes: &'a str,
}

impl Tag<'_> {
    /// What a component says by itself: the label of a tab, the title of a card.
    pub(super) fn label(&self) -> Option<String> {
        if !self.component || self.closing {
            return None;
        }
        let said = |label: &String| !label.trim().is_empty() && !label.starts_with('{');
        self.attribute("label").filter(said).or_else(|| self.attribute("title").filter(said))
    }

    /// What an empty component says within a sentence: a badge's text, a picture's in other words. What is
    /// embedded is called by its title, else by its address.
    pub(super) fn said(&self) -> Option<String> {
        if let Some(embed) = self.embed.filter(|_| !self.closing) {
            let said = |text: &String| !text.trim().is_empty();
            let address = || self.attribute("src").filter(said).map(|address| format!("{embed} {address}"));
            return self.attribute("title").filter(said).or_else(address);
        }
        if !self.component || !self.empty || self.label().is_some() {
            return None;
        }
        let said = |text: &String| !text.trim().is_empty() && !text.starts_with('{');
        self.attribute("text").filter(said).or_else(|| self.attribute("alt").filter(said))
    }

    /// The value of an attribute, entities decoded.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/'))
                .unwrap_or(rest.len())
                .max(1);
            let end = (end..=rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
            let name = &rest[..end];
            rest = rest[end..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
                if let Some(quote) = quote {
                    let inside = &after[1..];
                    let end = inside.find(quote).unwrap_or(inside.len());
                    value = &inside[..end];
                    rest = inside.get(end + 1..).unwrap_or_default();
                } else {
                    let end = after.find(|c: char| c.is_ascii_whitespace()).unwrap_or(after.len());
                    value = &after[..end];
                    rest = &after[end..];
                }
            }
            if name.eq_ignore_ascii_case(wanted) {
                return Some(decode(value));
            }
        }
    }
}

/// The tag that `raw` is; nothing for comments and their kin.
pub(super) fn tag(raw: &str) -> Option<Tag<'_>> {
    let inside = raw.strip_prefix('<')?;
    let inside = inside.strip_suffix('>').unwrap_or(inside);
    let (closing, inside) = match inside.strip_prefix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let end = inside.find(is_name_end).unwrap_or(inside.len());
    let (name, attributes) = inside.split_at(end);
    let component = components::is_component(name);
    let embed = ["iframe", "video", "audio"].into_iter().find(|embed| embed.eq_ignore_ascii_case(name));
    let name = if name.len() <= 10 { Name::of(&name.to_ascii_lowercase()) } else { Name::Other };
    Some(Tag { name, closing, empty: attributes.ends_with('/'), component, embed, attributes })
}

/// Tags of HTML that say nothing to a reader by themselves.
const SILENT: [&str; 50] = [
    "abbr", "acronym", "area", "audio", "base", "basefont", "bdi", "bdo", "big", "blink", "button", "canvas",
    "col", "colgroup", "data", "datalist", "embed", "font", "frame", "frameset", "hgroup", "input", "label",
    "link", "map", "marquee", "meta", "meter", "nobr", "noscript", "object", "output", "param", "picture",
    "progress", "q", "rp", "rt", "rtc", "ruby", "script", "search", "select", "slot", "source", "span",
    "style", "svg", "time", "video",
];
/// As many more, rarely met.
const RARELY: [&str; 5] = ["template", "track", "wbr", "math", "nav"];

/// How far behind a tag its counterpart is looked for.
const REACH: usize = 8192;

/// Whether the tag `raw` shows nothing before `behind`: it is one of HTML's, or a component that has
/// attributes, is empty or ends there, not too far away. Any other name between angle brackets (`<T>`, `<branch>`) is words.
pub(super) fn vanishes(raw: &str, behind: &str) -> bool {
    let Some(tag) = tag(raw) else { return true };
    let name = raw.trim_start_matches(['<', '/']);
    let name = &name[..name.len() - name.trim_start_matches(|c: char| !is_name_end(c)).len()];
    let known = tag.name != Name::Other
        || SILENT.iter().chain(&RARELY).any(|silent| silent.eq_ignore_ascii_case(name));
    let counterpart = || {
        let near = behind.as_bytes().get(..REACH).unwrap_or(behind.as_bytes());
        memchr::memmem::find_iter(near, b"</")
            .any(|at| behind[at + 2..].strip_prefix(name).is_some_and(|rest| rest.starts_with(is_name_end)))
    };
    known || tag.closing || raw.ends_with("/>") || raw.contains(['{', '=']) || counterpart()
}

fn is_name_end(c: char) -> bool {
    !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | ':' | '_')
}

/// A stretch of an HTML block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Text, entities not yet decoded.
    Text(Range<usize>),
    /// A tag.
    Tag(Range<usize>),
}

/// The tags and texts of `html` in order. Comments, declarations, processing instructions, CDATA and the
/// insides of `script` and `style` are left out.
pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token> + '_ {
    tokens_from(html, 0)
}

/// As [`tokens`], from the byte `at` on.
pub(super) fn tokens_from(html: &str, at: usize) -> impl Iterator<Item = Token> + '_ {
    let mut at = at;
    std::iter::from_fn(move || {
        while at < html.len() {
            let start = at;
            let rest = &html[at..];
            let Some(open) = rest.find('<') else {
                at = html.len();
                return Some(Token::Text(start..at));
            };
            if open > 0 {
                at += open;
                return Some(Token::Text(start..at));
            }
            let next = rest.as_bytes().get(1).copied().unwrap_or(b' ');
            if let Some((_, end)) = HIDDEN.iter().find(|(begin, _)| rest.starts_with(begin)) {
                let inside = rest.find(end).map_or(rest.len(), |found| found + end.len());
                // `<!-->` and `<!--->` are whole comments (CommonMark 6.6).
                at += ["<!-->", "<!--->"]
                    .iter()
                    .find(|short| rest.starts_with(**short))
                    .map_or(inside, |short| short.len());
                continue;
            }
            if next.is_ascii_alphabetic() || next == b'/' {
                let end = tag_end(rest);
                at += end;
                let raw = &rest[..end];
                if !raw.ends_with('>') {
                    continue;
                }
                for closing in ["script", "style"] {
                    let name = raw.get(1..=closing.len()).unwrap_or_default();
                    let alone =
                        raw.as_bytes().get(closing.len() + 1).is_some_and(|b| !b.is_ascii_alphanumeric());
                    if name.eq_ignore_ascii_case(closing) && alone {
                        at += end_of(&html[at..], closing);
                    }
                }
                return Some(Token::Tag(start..start + end));
            }
            at += 1;
            at += html[at..].find('<').unwrap_or(html.len() - at);
            return Some(Token::Text(start..at));
        }
        None
    })
}

/// Whether the tag `raw`, opening or closing, has this name.
pub(super) fn is_named(raw: &str, wanted: &str) -> bool {
    let name = raw.trim_start_matches(['<', '/']);
    name.get(..wanted.len()).is_some_and(|name| name.eq_ignore_ascii_case(wanted))
        && !name[wanted.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
}

/// Whether `html` is one `<pre>` and nothing beside it.
pub(super) fn is_preformatted(html: &str) -> bool {
    let begins = html.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("<pre"));
    let close = "</pre>";
    let inside = html.len().checked_sub(close.len()).filter(|end| html.is_char_boundary(*end));
    begins
        && html.as_bytes().get(4).is_some_and(|byte| matches!(byte, b'>' | b' ' | b'\n' | b'\t'))
        && inside.is_some_and(|end| {
            html[end..].eq_ignore_ascii_case(close)
                && memchr::memmem::find(html[4..end].to_ascii_lowercase().as_bytes(), b"<pre").is_none()
                && memchr::memmem::find(html[4..end].to_ascii_lowercase().as_bytes(), b"</pre").is_none()
        })
}

/// The language that the class of a tag in `html` names (`language-rust`).
pub(super) fn language(html: &str) -> Option<SafeText> {
    let class = tokens(html).take(2).find_map(|token| match token {
        Token::Tag(range) => tag(&html[range])?.attribute("class"),
        Token::Text(_) => None,
    })?;
    let named = class.split_whitespace().find_map(|name| name.strip_prefix("language-"));
    named.map(SafeText::line).filter(|name| !name.is_empty())
}

/// What there is to see in a piece of HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contents {
    /// Neither text nor image.
    Nothing,
    /// Nothing but a rule.
    Rule,
    /// One image and no text.
    Image,
    /// Text, or several images.
    Text,
}

/// What there is to see in `html`.
pub(super) fn contents(html: &str) -> Contents {
    let mut images = 0;
    let mut nothing = Contents::Nothing;
    for token in tokens(html) {
        match token {
            Token::Text(range) if !html[range.clone()].trim().is_empty() => return Contents::Text,
            Token::Text(_) => {}
            Token::Tag(range) => match tag(&html[range.clone()]) {
                Some(tag) if tag.label().is_some() || tag.said().is_some() => return Contents::Text,
                Some(tag) if tag.name == Name::Img => images += 1,
                Some(_) if is_named(&html[range], "hr") => nothing = Contents::Rule,
                _ => {}
            },
        }
    }
    match images {
        0 => nothing,
        1 => Contents::Image,
        _ => Contents::Text,
    }
}

const HIDDEN: [(&str, &str); 4] = [("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"), ("<!", ">")];

/// Bytes of the tag at the beginning of `rest`; all of it when it never ends.
fn tag_end(rest: &str) -> usize {
    if let Some(end) = components::tag_bytes(rest) {
        return end;
    }
    let mut quote = None;
    let mut before = b' ';
    for (at, byte) in rest.bytes().enumerate() {
        match quote {
            Some(mark) if mark == byte => quote = None,
            None if byte == b'>' => return at + 1,
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    rest.len()
}

/// Bytes up to the closing tag of `name`, in any case; all when there is none.
fn end_of(rest: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(found) = rest[at..].find("</") {
        let start = at + found;
        if rest.get(start + 2..start + 2 + name.len()).is_some_and(|text| text.eq_ignore_ascii_case(name)) {
            return start;
        }
        at = start + 2;
    }
    rest.len()
}

/// Text with its entities decoded (HTML 5 names and numbers).
pub(super) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((decoded, length)) = entity(rest) {
            out.push_str(&decoded);
            rest = &rest[length..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// The entity at the beginning of `text`: what it stands for, and its length in bytes.
pub(super) fn entity(text: &str) -> Option<(String, usize)> {
    // The longest name of HTML 5 has 31 letters; the parser holds the table.
    let end = text.bytes().take(34).position(|byte| byte == b';')? + 1;
    let name = &text[..end];
    if !name.starts_with('&') || name[1..].contains(['&', '\n', ' ', '<']) {
        return None;
    }
    pulldown_cmark::Parser::new(name).find_map(|event| match event {
        pulldown_cmark::Event::Text(decoded) => Some((decoded.into_string(), end)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, texts: &[&str]) {
        let found: Vec<&str> = tokens(html)
            .filter_map(|token| match token {
                Token::Text(range) => Some(&html[range]),
                Token::Tag(_) => None,
            })
            .collect();
        assert_eq!(found, texts, "{html:?}");
    }

    #[test]
    fn tags_and_the_hidden_are_taken_out() {
        check("<p>a<b>c</b></p>", &["a", "c"]);
        check("<!-- x --><style>p{}</style>a<script>b</SCRIPT>c", &["a", "c"]);
        check("<?php echo '>'; ?>a<!DOCTYPE html>b<![CDATA[x]]>c", &["a", "b", "c"]);
        check("a < b && c > d", &["a ", "< b && c > d"]);
        check("<a title='>'>x", &["x"]);
        check("a<!-->b<!-- never ends", &["a", "b"]);
        check("a<div id=\"x", &["a"]);
    }

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        let image = tag("<img alt='A &amp; B' SRC=x.png data-x>").expect("a tag");
        assert_eq!(image.attribute("alt").as_deref(), Some("A & B"));
        assert_eq!(image.attribute("src").as_deref(), Some("x.png"));
        assert_eq!(image.attribute("data-x").as_deref(), Some(""));
        assert_eq!(image.attribute("title"), None);
    }

    #[test]
    fn entities_are_decoded_and_the_rest_left() {
        assert_eq!(decode("a &lt; b &amp;amp; &#x41; &nope; & c"), "a < b &amp; A &nope; & c");
    }
}
