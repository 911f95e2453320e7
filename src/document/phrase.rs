//! Metadata as it reads: front matter is often written for a site that renders it, so its values hold
//! entities (`&ndash;`), wikilinks (`[[E. M. Forster]]`) and, in descriptions, inline markdown.
//!
//! Knows `text` and `html`. Only for showing: what is compared, counted and printed stays as written.

use std::borrow::Cow;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::text::SafeText;

use super::html;

/// A name or title as it reads: entities decoded (HTML 5), wikilinks by the text they show.
pub fn name(text: &SafeText) -> Cow<'_, SafeText> {
    let written = text.as_str();
    if !written.contains('&') && !written.contains("[[") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(SafeText::line(&html::decode(&without_wikilinks(written))))
}

/// A sentence or two as they read: as [`name`], and inline markdown by the text it shows (CommonMark §6).
pub fn sentence(text: &SafeText) -> Cow<'_, SafeText> {
    let written = text.as_str();
    if !written.contains(['*', '_', '`', '[', '<', '&']) {
        return Cow::Borrowed(text);
    }
    let written = without_wikilinks(written);
    let mut shown = String::with_capacity(written.len());
    for event in Parser::new(&written) {
        match event {
            // What begins like another block only looks like markdown.
            Event::Start(
                Tag::Heading { .. } | Tag::List(_) | Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::HtmlBlock,
            )
            | Event::Rule => return name(text),
            Event::Text(text) | Event::Code(text) => shown.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => shown.push(' '),
            _ => {}
        }
    }
    Cow::Owned(SafeText::line(shown.trim_end()))
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
    fn entities_read_as_what_they_stand_for() {
        check("CDC&#8217;s door &ndash; open", "CDC’s door – open", "CDC’s door – open");
        check("R&D, AT&T; &nosuch;", "R&D, AT&T; &nosuch;", "R&D, AT&T; &nosuch;");
    }

    #[test]
    fn a_wikilink_reads_as_its_text() {
        check("[[E. M. Forster]] and [[b|c]]", "E. M. Forster and c", "E. M. Forster and c");
        check("[[open", "[[open", "[[open");
    }

    #[test]
    fn only_sentences_lose_their_marks() {
        check("**A dash**&mdash;*so* `it` is", "**A dash**—*so* `it` is", "A dash—so it is");
        check("See [here](https://a.example)", "See [here](https://a.example)", "See here");
        check("snake_case_name, *args", "snake_case_name, *args", "snake_case_name, *args");
    }

    #[test]
    fn what_begins_like_a_block_stays_as_written() {
        check("* a star", "* a star", "* a star");
        check("# 1 *fan*", "# 1 *fan*", "# 1 *fan*");
    }

    #[test]
    fn no_control_character_comes_of_an_entity() {
        check("a&#27;[31mb", "a[31mb", "a[31mb");
    }
}
