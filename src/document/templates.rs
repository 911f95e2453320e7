//! Tags of Liquid and Hugo (`{% x %}`, `{{ x }}`, `{{< x >}}`): where they are, and what they say.
//!
//! Knows `mask` and `tags`. Their quotes, blanks and angle brackets are no markdown: hidden from the parser, a tag is one
//! word, on one line. Blocks of code between tags become fences, comments become HTML's.

use std::ops::Range;

use super::mask::{Mask, content};
use super::tags;

/// What a tag may hold at most: looking further for its end would cost the square of a hostile text.
const REACH: usize = 2048;
/// And a comment, which is one no further on.
const COMMENT_REACH: usize = 16 * REACH;
/// How each kind of tag begins and ends; the longer beginnings first.
const KINDS: [(&str, &str); 6] =
    [("{{/*", "*/}}"), ("{{<", ">}}"), ("{{%", "%}}"), ("{{", "}}"), ("{%", "%}"), ("{#", "#}")];
/// Tags that hold code up to their end (`endhighlight`, `/highlight`).
const CODE: [&str; 4] = ["highlight", "codeblock", "code-toggle", "code"];
/// What a tag's end says of the code between.
const FENCE: u8 = b'~';
/// Marks of the fence that stands for the beginning: more than code is likely to hold.
const FENCE_MARKS: usize = 6;

/// The tag at the beginning of `text`: its bytes, and those between its marks.
pub(super) fn tag(text: &str) -> Option<(usize, Range<usize>)> {
    let (open, close) = KINDS.into_iter().find(|(open, _)| text.starts_with(open))?;
    let mut reach = REACH.min(text.len());
    while !text.is_char_boundary(reach) {
        reach -= 1;
    }
    let inside = text.get(open.len()..reach)?;
    let length = inside.find(close)?;
    Some((open.len() + length + close.len(), open.len()..open.len() + length))
}

/// The words of a tag, without quotes and the marks of Liquid's blank control.
fn words(inside: &str) -> impl Iterator<Item = &str> {
    let inside = inside.trim_matches(|c: char| c.is_whitespace() || c == '-');
    inside.split(|c: char| c.is_whitespace() || matches!(c, '+' | '"' | '\'')).filter(|word| !word.is_empty())
}

/// The language of the code that begins behind the tag `line` is; empty where it says none. `None` where it is
/// no such tag.
pub(super) fn code_language(line: &str) -> Option<&str> {
    let line = line.trim();
    let (length, inside) = tag(line)?;
    // One that ends itself holds nothing.
    let ends_itself = line.starts_with("{{") && line[inside.clone()].trim_end().ends_with('/');
    if length != line.len() || !is_block(line) || ends_itself {
        return None;
    }
    let mut words = words(&line[inside]);
    let name = words.next()?;
    CODE.contains(&name).then(|| words.next().filter(|word| !word.contains('=')).unwrap_or_default())
}

/// Whether `line` is a tag at which code ends.
pub(super) fn ends_code(line: &str) -> bool {
    let line = line.trim();
    let Some((length, inside)) = tag(line) else { return false };
    let mut words = words(&line[inside]);
    let name = match words.next().unwrap_or_default() {
        "/" => words.next(),
        name => name.strip_prefix("end").or_else(|| name.strip_prefix('/')),
    };
    length == line.len() && name.is_some_and(|name| CODE.contains(&name))
}

/// Whether the tag is one that does something, and not `{{ a value }}`.
pub(super) fn is_block(tag: &str) -> bool {
    !tag.starts_with("{{") || tag.starts_with("{{<") || tag.starts_with("{{%")
}

/// Whether `text` begins with a comment of Liquid.
pub(super) fn begins_comment(text: &str) -> bool {
    let named = tag(text).map(|(_, inside)| words(&text[inside]).next() == Some("comment"));
    text.starts_with("{%") && named == Some(true)
}

/// Where an address with tags in it leads, as far as that is known: a page that is referred to, else what stands
/// beside the tags.
pub(super) fn address(written: &str) -> String {
    let mut out = String::new();
    let mut rest = written;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((length, inside)) = tag(rest) else {
            out.push('{');
            rest = &rest[1..];
            continue;
        };
        let mut words = words(&rest[inside]);
        if words.next().is_some_and(|name| matches!(name, "ref" | "relref" | "link" | "post_url")) {
            out.push_str(words.next().unwrap_or_default());
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// Hides what is no markdown in the tags of `text`, the running text of one leaf.
pub(super) fn hide(text: &str, mask: &mut Mask) {
    hide_in(text, false, mask);
}

/// As [`hide`], for blocks: what stands between tags for code becomes code.
pub(super) fn hide_blocks(text: &str, mask: &mut Mask) {
    hide_in(text, true, mask);
}

/// Where the first tag of the piece `range` of `markdown` begins that ends behind it, or whose comment or code does:
/// what stands from there on is not what it looks like in the piece alone.
pub(super) fn unended(markdown: &str, range: Range<usize>) -> Option<usize> {
    let piece = markdown.get(..range.end)?;
    let mut is_unended = false;
    for at in memchr::memchr_iter(b'{', &markdown.as_bytes()[range.clone()]).map(|at| range.start + at) {
        let rest = &markdown[at..];
        let ends_behind = |found: Option<usize>| found.is_some_and(|length| at + length > range.end);
        if rest.starts_with("{/*") {
            if ends_behind(comment_of_mdx(rest)) {
                return Some(at);
            }
            continue;
        }
        if !rest[1..].starts_with(['{', '%']) {
            continue;
        }
        let Some((length, _)) = tag(rest) else { continue };
        let is_comment = begins_comment(rest);
        if ends_behind(Some(length)) || (is_comment && ends_behind(comment(rest, length).map(|(_, end)| end)))
        {
            return Some(at);
        }
        let ends = line_end(markdown, at);
        let may_begin_code = !is_unended && code_language(markdown[at..ends].trim_end()).is_some();
        if may_begin_code && matches!(code_ends_behind(piece, ends.min(range.end)), Ends::Never) {
            if matches!(code_ends_behind(markdown, ends), Ends::Here) {
                return Some(at);
            }
            is_unended = true;
        }
    }
    None
}

fn hide_in(text: &str, blocks: bool, mask: &mut Mask) {
    let bytes = text.as_bytes();
    let mut in_code = false;
    // Whether no code ends from here on.
    let mut is_unended = false;
    let mut end = 0;
    for at in memchr::memchr_iter(b'{', bytes) {
        if at >= end && bytes[at..].starts_with(b"{/*") {
            end = hide_lines_of_mdx(text, at, mask).unwrap_or(end);
            continue;
        }
        if at < end || !matches!(bytes.get(at + 1), Some(b'{' | b'%')) {
            continue;
        }
        let begins = line_begin(text, at);
        let ends = line_end(text, at);
        let line = text[at..ends].trim_end();
        let alone = content(&text[begins..at]).trim().is_empty();
        let may_open = blocks
            && !in_code
            && !is_unended
            && alone
            && code_language(line).is_some()
            && !is_before_a_fence(text, ends);
        if may_open {
            match code_ends_behind(text, ends) {
                Ends::Here => in_code = true,
                Ends::Never => is_unended = true,
                Ends::WithAnother => {}
            }
        }
        if may_open && in_code {
            end = ends;
            for (index, place) in (at..at + line.len()).enumerate() {
                mask.put(text, place, if index < FENCE_MARKS { FENCE } else { b' ' });
            }
            continue;
        }
        if alone && in_code && ends_code(line) {
            in_code = false;
            end = ends;
            (at..at + line.len()).for_each(|place| mask.put(text, place, FENCE));
            continue;
        }
        let Some((length, _)) = tag(&text[at..]) else { continue };
        if blocks
            && alone
            && !in_code
            && let Some(lines) = block(text, at)
        {
            end = lines.end;
            declare(text, lines, mask);
            continue;
        }
        let whole = &text[at..at + length];
        if begins_comment(whole)
            && hide_comment(text, at, length, mask).is_some_and(|found| {
                end = found;
                true
            })
        {
            continue;
        }
        let several_lines = whole.contains('\n');
        let may = alone && is_block(whole);
        if several_lines && !(may && lines_belong(whole)) {
            continue;
        }
        if is_block(whole) || in_address(&mask.bytes(text)[begins..at]) {
            end = at + length;
            for place in (at + 2..end - 2).filter(|place| !keeps(bytes[*place])) {
                mask.put(text, place, b'+');
            }
        }
    }
}

/// The tags from the byte `at` on to the end of a line, where they are a block of their own: nothing stands beside
/// them, and they are no words of a sentence. One that is only written about is no tag, a comment no block.
fn block(text: &str, at: usize) -> Option<Range<usize>> {
    let first = tag(&text[at..])?;
    let whole = &text[at..at + first.0];
    let is_comment = whole.starts_with("{#") || begins_comment(whole);
    if !is_block(whole) || is_comment || text[at..][first.1].trim_start().starts_with("/*") {
        return None;
    }
    let before = &text[line_begin(text, at)..at];
    // Lines of a tag must stand as far in as it does, or they would end what it stands in.
    let is_within = |line: &str| {
        !line.trim().is_empty() && line.len() - line.trim_start_matches(' ').len() >= before.len()
    };
    let may_take_lines = before.len() < 4 && before.trim_matches(' ').is_empty();
    let mut end = at;
    loop {
        let (length, _) = tag(&text[end..]).filter(|_| is_block(&text[end..]))?;
        let lines = &text[end..end + length];
        if lines.contains('\n') && !(may_take_lines && lines.lines().skip(1).all(is_within)) {
            return None;
        }
        end += length;
        let behind = text[end..].trim_start_matches([' ', '\t', '\r']);
        if behind.is_empty() || behind.starts_with('\n') {
            break;
        }
        end = text.len() - behind.len();
    }
    tags::is_block(text, &(at..at + first.0)).then_some(at..end)
}

/// Puts a declaration of HTML, which is a block that ends with its `>`, in place of `range`.
pub(super) fn declare(text: &str, range: Range<usize>, mask: &mut Mask) {
    for (index, byte) in b"<!A".iter().enumerate() {
        mask.put(text, range.start + index, *byte);
    }
    let inside = range.start + 3..range.end - 1;
    for at in memchr::memchr_iter(b'>', &text.as_bytes()[inside.clone()]) {
        mask.put(text, inside.start + at, b'_');
    }
    mask.put(text, range.end - 1, b'>');
}

/// Where the code that a tag begins has its end.
enum Ends {
    Here,
    /// Another tag begins code before any ends.
    WithAnother,
    Never,
}

/// Whether code that begins at `from` ends: what is never ended holds none, or it would hold all that follows.
fn code_ends_behind(text: &str, from: usize) -> Ends {
    for at in memchr::memchr_iter(b'{', &text.as_bytes()[from..]).map(|at| from + at) {
        let is_alone = || content(&text[line_begin(text, at)..at]).trim().is_empty();
        if !matches!(text.as_bytes().get(at + 1), Some(b'{' | b'%')) || !is_alone() {
            continue;
        }
        let line = text[at..line_end(text, at)].trim_end();
        if ends_code(line) {
            return Ends::Here;
        }
        if code_language(line).is_some() {
            return Ends::WithAnother;
        }
    }
    Ends::Never
}

/// Whether the next line with anything in it behind the byte `at` opens a fence: what a tag says is code (as in
/// `{% code title="x" %}`) is some already.
fn is_before_a_fence(text: &str, at: usize) -> bool {
    let next = text[at..].lines().take(3).map(|line| content(line).trim()).find(|line| !line.is_empty());
    next.is_some_and(|line| line.starts_with("```") || line.starts_with("~~~"))
}

/// Where the line of `at` begins, as far back as a tag reaches.
fn line_begin(text: &str, at: usize) -> usize {
    let mut from = at.saturating_sub(REACH);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    memchr::memrchr(b'\n', &text.as_bytes()[from..at]).map_or(from, |before| from + before + 1)
}

/// Where the line of `at` ends, as far as a tag reaches.
fn line_end(text: &str, at: usize) -> usize {
    let mut to = text.len().min(at + REACH);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    memchr::memchr(b'\n', &text.as_bytes()[at..to]).map_or(to, |length| at + length)
}

/// Whether the lines of a tag are its own: none is blank or the mark of a block of code.
fn lines_belong(tag: &str) -> bool {
    tag.lines().skip(1).all(|line| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with("```") && !line.starts_with("~~~")
    })
}

/// What stays to be read in a hidden tag: names and paths. All else may be markup.
fn keeps(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'.' | b'/' | b'-' | b'_' | b'#')
}

/// Whether what follows `before` on its line is part of a link's address or a tag's value.
fn in_address(before: &[u8]) -> bool {
    let word = before.iter().rposition(u8::is_ascii_whitespace).map_or(before, |at| &before[at + 1..]);
    let link = memchr::memmem::rfind(word, b"](").is_some_and(|at| !word[at..].contains(&b')'));
    let value = word
        .iter()
        .rposition(|byte| matches!(byte, b'"' | b'\''))
        .is_some_and(|at| at > 0 && word[at - 1] == b'=');
    let definition = before.trim_ascii_start().starts_with(b"[")
        && before[..before.len() - word.len()].trim_ascii_end().ends_with(b"]:");
    link || value || definition
}

/// Where the tag begins, and where it ends, that ends the comment of Liquid that `text` begins with; its own tag takes
/// `length` bytes.
fn comment(text: &str, length: usize) -> Option<(usize, usize)> {
    let reach = text.len().min(length + COMMENT_REACH);
    let found = memchr::memmem::find(text.as_bytes().get(length..reach)?, b"endcomment")? + length;
    let open = text[length..found].rfind("{%")? + length;
    Some((open, open + tag(&text[open..])?.0))
}

/// How many bytes the comment of MDX takes that `text` begins with, where it goes on for several lines.
fn comment_of_mdx(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let reach = text.len().min(COMMENT_REACH);
    let end = memchr::memmem::find(bytes.get(..reach)?, b"*/}")? + 3;
    // Its first and last marks may share a star.
    let is_one = end >= 7 && bytes[3].is_ascii() && memchr::memchr(b'\n', &bytes[..end]).is_some();
    is_one.then_some(end)
}

/// Puts a comment of HTML in place of Liquid's, which begins at `at`; gives its end.
fn hide_comment(text: &str, at: usize, length: usize, mask: &mut Mask) -> Option<usize> {
    let inside = at + length;
    let (open, end) = comment(&text[at..], length)?;
    let (open, end) = (at + open, at + end);
    for (index, place) in (at..inside).enumerate() {
        mask.put(text, place, *b"<!--".get(index).unwrap_or(&b'x'));
    }
    for (index, place) in (open..end).rev().enumerate() {
        mask.put(text, place, *b">--".get(index).unwrap_or(&b'x'));
    }
    Some(end)
}

/// Puts a comment of HTML in place of one of MDX that goes on for several lines; gives its end. What is put may
/// not hold an end of its own.
fn hide_lines_of_mdx(text: &str, at: usize, mask: &mut Mask) -> Option<usize> {
    let bytes = text.as_bytes();
    let end = at + comment_of_mdx(&text[at..])?;
    let inside = bytes.get(at + 4..end - 3)?;
    for (index, byte) in b"<!--".iter().enumerate() {
        mask.put(text, at + index, *byte);
    }
    for place in memchr::memchr_iter(b'>', inside) {
        if place > 1 && inside[..place].ends_with(b"--") {
            mask.put(text, at + 4 + place, b'x');
        }
    }
    for (index, byte) in b"-->".iter().enumerate() {
        mask.put(text, end - 3 + index, *byte);
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let mut mask = Mask::default();
        hide_blocks(text, &mut mask);
        assert_eq!(mask.finish().as_deref().unwrap_or(text), expect, "{text:?}");
    }

    #[test]
    fn a_tag_is_one_word_to_the_parser() {
        check("[a]({{< ref \"b_c.md\" >}} \"t\") x", "[a]({{++ref++b_c.md+++}} \"t\") x");
        check("[a]({{ site.url }}/b) {{ x }}", "[a]({{+site.url+}}/b) {{ x }}");
        check("[a]: {{ site.url }}/x", "[a]: {{+site.url+}}/x");
        check("<a href=\"{{< ref \"x\" >}}\" b>", "<a href=\"{{++ref++x+++}}\" b>");
        check("{{< map\n  at=\"*\"\n>}}\nb", "<!A map\n  at=\"*\"\n_}>\nb");
        check("{{< a\n\n>}}", "{{< a\n\n>}}");
    }

    #[test]
    fn tags_around_code_are_fences_and_comments_are_comments() {
        check(
            "{% highlight ruby %}\na\n{% endhighlight %}\nb",
            "~~~~~~              \na\n~~~~~~~~~~~~~~~~~~\nb",
        );
        check("{% endhighlight %}", "<!Aendhighlight %>");
        // One that ends itself has no code behind it.
        check("{{< code-toggle config=x />}}\n*b*", "<!A code-toggle config=x /_}>\n*b*");
        check("{{< highlight go />}}\n*b*", "<!A highlight go /_}>\n*b*");
        // What nobody ends has none either.
        check("{{< highlight go >}}\n*b*", "<!A highlight go _}>\n*b*");
        check(
            "{% highlight a %}\n*b*\n{% highlight c %}\nd\n{% endhighlight %}",
            "<!Ahighlight a %>\n*b*\n~~~~~~           \nd\n~~~~~~~~~~~~~~~~~~",
        );
        check("{{< code-toggle >}}\na\n{{</ code-toggle >}}", "~~~~~~             \na\n~~~~~~~~~~~~~~~~~~~~");
        check("{{< highlight a >}}\na\n{{< / highlight >}}", "~~~~~~             \na\n~~~~~~~~~~~~~~~~~~~");
        check("{% comment %}\n*a*\n{% endcomment %}", "<!--xxxxxxxxx\n*a*\nxxxxxxxxxxxxx-->");
    }

    #[test]
    fn an_address_is_what_is_known_of_it() {
        for (written, expect) in [
            ("{{++ref++b.md++++}}", "b.md"),
            ("{{< relref \"b.md#c\" >}}", "b.md#c"),
            ("{{+site.url+}}/x", "/x"),
            ("{%+link+_posts/x.md+%}", "_posts/x.md"),
            ("a{b}", "a{b}"),
        ] {
            assert_eq!(address(written), expect, "{written:?}");
        }
    }
}
