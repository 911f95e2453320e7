//! Metadata as it reads: front matter is often written for a site that renders it, so its values hold wikilinks
//! (`[[E. M. Forster]]`) and, in descriptions, inline markdown. Entities were decoded when it was read.
//!
//! Knows `text`. Only for showing: what is compared, counted and printed stays as written.

use std::borrow::Cow;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::text::SafeText;

/// A name or title as it reads: wikilinks by the text they show.
pub fn name(text: &SafeText) -> Cow<'_, SafeText> {
    let written = text.as_str();
    if !written.contains("[[") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(SafeText::line(&without_wikilinks(written)))
}

/// A sentence or two as they read: as [`name`], and inline markdown by the text it shows (CommonMark §6).
pub fn sentence(text: &SafeText) -> Cow<'_, SafeText> {
    let written = text.as_str();
    if !written.contains(['*', '_', '`', '[', '<']) {
        return Cow::Borrowed(text);
    }
    // What is left of entities is meant.
    let written = without_wikilinks(written).replace('&', "&amp;");
    let mut shown = String::with_capacity(written.len());
    for event in Parser::new(&written) {
        match event {
            // What begins like another block only looks like markdown.
            Event::Start(
                Tag::Heading { .. } | Tag::List(_) | Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::HtmlBlock,
            )
            | Event::Rule => return name(text),
            Event::Text(text) => shown.push_str(&text),
            Event::Code(text) => shown.push_str(&text.replace("&amp;", "&")),
            Event::InlineHtml(tag) if !is_markup(&tag, &written) => {
                shown.push_str(&tag.replace("&amp;", "&"));
            }
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => shown.push(' '),
            _ => {}
        }
    }
    Cow::Owned(SafeText::line(shown.trim_end()))
}

/// Whether a tag in a sentence is markup: it stands alone by its nature or has its other half there. `&lt;b&gt;` is a
/// tag's name, and decoded.
fn is_markup(tag: &str, written: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    let has = |half: &str| {
        written.match_indices(half).any(|(at, _)| {
            let behind = &written[at + half.len()..];
            behind.starts_with(name) && !behind[name.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
        })
    };
    let is_alone = ["br", "img", "wbr", "hr", ""].iter().any(|known| name.eq_ignore_ascii_case(known));
    is_alone || tag.ends_with("/>") || has(if tag.starts_with("</") { "<" } else { "</" })
}

/// `[[target]]` and `[[target|text]]` by the text they show, wherever both brackets close.
fn without_wikilinks(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, link)) = rest.split_once("[[") {
        let Some((inside, after)) = link.split_once("]]") else { break };
        out.push_str(before);
        out.push_str(inside.rsplit_once('|').map_or(inside, |(_, shown)| shown));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, as_name: &str, as_sentence: &str) {
        let text = SafeText::line(written);
        assert_eq!(name(&text).as_str(), as_name);
        assert_eq!(sentence(&text).as_str(), as_sentence);
    }

    #[test]
    fn what_was_decoded_is_decoded_no_further() {
        check("&amp; *is* `&amp;`", "&amp; *is* `&amp;`", "&amp; is &amp;");
        check("R&D, *AT&T;* &nosuch;", "R&D, *AT&T;* &nosuch;", "R&D, AT&T; &nosuch;");
    }

    #[test]
    fn tags_that_mark_up_are_dropped_and_those_that_are_meant_are_not() {
        check("<b>Bold</b><br>new", "<b>Bold</b><br>new", "Boldnew");
        check(
            "how <b> and <base href=\"a&b\"> work",
            "how <b> and <base href=\"a&b\"> work",
            "how <b> and <base href=\"a&b\"> work",
        );
    }

    #[test]
    fn a_wikilink_reads_as_its_text() {
        check("[[E. M. Forster]] and [[b|c]]", "E. M. Forster and c", "E. M. Forster and c");
        check("[[open", "[[open", "[[open");
    }

    #[test]
    fn only_sentences_lose_their_marks() {
        check("**A dash**—*so* `it` is", "**A dash**—*so* `it` is", "A dash—so it is");
        check("See [here](https://a.example)", "See [here](https://a.example)", "See here");
        check("snake_case_name, *args", "snake_case_name, *args", "snake_case_name, *args");
    }

    #[test]
    fn what_begins_like_a_block_stays_as_written() {
        check("* a star", "* a star", "* a star");
        check("# 1 *fan*", "# 1 *fan*", "# 1 *fan*");
    }
}
