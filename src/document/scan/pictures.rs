//! Pictures that have a line of the markdown for themselves, in a paragraph and in a block of HTML.
//!
//! Part of the scan. Each of them becomes a part of its own, and what stands before and behind it others; within a
//! line of words a picture stays its words. So does one from elsewhere that leads somewhere, or has others like it
//! beside it: those are badges, and never drawn.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::super::extras::{self, Extra};
use super::super::html;
use super::super::inline::is_picture;
use super::super::shown::PartKind;
use super::super::unit::Unit;
use super::leaves::Leaf;
use super::{How, Scan};

/// A picture outside emphasis and the like.
#[derive(Clone, Debug)]
struct Picture {
    /// Its bytes, with those of the link around it.
    range: Range<u32>,
    is_linked: bool,
    /// Whether it is of another place than the article's folders.
    is_remote: bool,
}

/// A line that begins and has not ended.
#[derive(Default)]
struct Line {
    start: Option<u32>,
    end: u32,
    /// Pictures before it.
    before: usize,
    /// Whether anything but pictures is in it.
    has_others: bool,
}

/// A line of nothing but pictures.
struct Own {
    /// Which of them.
    pictures: Range<usize>,
    /// Where what stands before it ends.
    before: u32,
    /// Where the next line begins.
    behind: u32,
}

/// A link that has begun.
struct Link {
    range: Range<u32>,
    /// How deep what is in it stands: 1, and 0 in one of HTML.
    depth: u32,
    pictures: u32,
    is_remote: bool,
    has_others: bool,
}

/// The pictures of a leaf and the lines that they stand on.
#[derive(Default)]
pub(super) struct Pictures {
    all: Vec<Picture>,
    own: Vec<Own>,
    link: Option<Link>,
    line: Line,
    /// Where the last line ended.
    line_end: u32,
    /// Whether any line holds anything else.
    has_others: bool,
}

impl Pictures {
    /// Takes in that `tag` begins at this depth.
    pub(super) fn begin(&mut self, tag: &Tag<'_>, range: &Range<u32>, depth: u32, markdown: &str) {
        if depth == 0 {
            self.reach(range, markdown);
        }
        match tag {
            Tag::Image { dest_url, .. } => self.picture(range, is_remote(dest_url), depth),
            Tag::Link { .. } if depth == 0 && self.link.is_none() => self.open(range.clone(), 1),
            _ => self.other(depth),
        }
    }

    /// Takes in that something ended, and this is the depth behind it.
    pub(super) fn end(&mut self, depth: u32) {
        if depth == 0 && self.link.as_ref().is_some_and(|link| link.depth == 1) {
            self.close(0);
        }
    }

    /// Takes in anything else.
    pub(super) fn see(&mut self, event: &Event<'_>, range: &Range<u32>, depth: u32, markdown: &str) {
        match event {
            Event::SoftBreak | Event::HardBreak => {
                if depth == 0 && self.link.is_none() {
                    self.end_line(range.start, markdown);
                }
                return;
            }
            _ if depth == 0 => self.reach(range, markdown),
            _ => {}
        }
        match event {
            Event::Text(text) if text.trim().is_empty() => {}
            Event::Text(_) => {
                let is_behind = self.all.last().is_some_and(|picture| picture.range.end == range.start);
                let written = || markdown.get(range.start as usize..range.end as usize);
                let is_attributes = is_behind
                    && written().is_some_and(|text| extras::attributes(text) == Some(text.trim_end().len()));
                if !is_attributes {
                    self.other(depth);
                }
            }
            Event::InlineHtml(raw) => match html::tag(raw) {
                Some(tag) if tag.name == html::Name::Br => {}
                Some(tag) if tag.name == html::Name::Img => {
                    let target = tag.attribute("src").unwrap_or_default();
                    self.picture(range, is_remote(&target), depth);
                }
                Some(tag) if tag.name == html::Name::A && depth == 0 => match (&self.link, tag.closing) {
                    (None, false) => self.open(range.clone(), 0),
                    (Some(link), true) if link.depth == 0 => self.close(range.end),
                    _ => self.other(depth),
                },
                None => {}
                _ => self.other(depth),
            },
            _ => self.other(depth),
        }
    }

    fn reach(&mut self, range: &Range<u32>, markdown: &str) {
        if self.line.start.is_none() {
            let before = (range.start as usize).checked_sub(1);
            let is_escaped = before.and_then(|at| markdown.as_bytes().get(at)) == Some(&b'\\');
            let start = range.start - u32::from(is_escaped);
            self.line.start = Some(start);
            if let Some(own) = self.own.last_mut().filter(|own| own.behind == u32::MAX) {
                own.behind = start;
            }
        }
        self.line.end = self.line.end.max(range.end);
    }

    fn open(&mut self, range: Range<u32>, depth: u32) {
        self.link = Some(Link { range, depth, pictures: 0, is_remote: false, has_others: false });
    }

    /// Ends the link; one of HTML ends at the byte `end`.
    fn close(&mut self, end: u32) {
        let Some(link) = self.link.take() else { return };
        let range = link.range.start..link.range.end.max(end);
        if link.pictures == 1 && !link.has_others {
            self.all.push(Picture { range, is_linked: true, is_remote: link.is_remote });
        } else if link.has_others || link.pictures > 0 || link.depth > 0 {
            self.line.has_others = true;
        }
    }

    fn picture(&mut self, range: &Range<u32>, is_remote: bool, depth: u32) {
        match &mut self.link {
            Some(link) if link.depth == depth => {
                link.pictures += 1;
                link.is_remote |= is_remote;
            }
            None if depth == 0 => {
                self.all.push(Picture { range: range.clone(), is_linked: false, is_remote });
            }
            _ => self.other(depth),
        }
    }

    fn other(&mut self, depth: u32) {
        match &mut self.link {
            Some(link) if link.depth == depth => link.has_others = true,
            // The words of a picture are those of one.
            Some(_) => {}
            None => self.line.has_others |= depth == 0,
        }
    }

    /// Ends the line; the break behind it begins at `at`.
    fn end_line(&mut self, at: u32, markdown: &str) {
        let line = std::mem::take(&mut self.line);
        let start = line.start.unwrap_or(at);
        let mut has_others = line.has_others;
        let may_embed = matches!(markdown.as_bytes().get(start as usize), Some(b'!' | b'{'));
        if has_others && may_embed && self.all.len() == line.before {
            let written = markdown.get(start as usize..line.end as usize).unwrap_or_default();
            let embedded = embedded(written);
            has_others = embedded.is_empty();
            self.all.extend(embedded.into_iter().map(|range| Picture {
                range: start + range.start as u32..start + range.end as u32,
                is_linked: false,
                is_remote: false,
            }));
        }
        if !has_others && self.all.len() > line.before {
            let pictures = line.before..self.all.len();
            self.own.push(Own { pictures, before: self.line_end, behind: u32::MAX });
        }
        self.has_others |= has_others;
        self.line.before = self.all.len();
        // A line of nothing but its break does not end what stands before it: that would then end with a break, too.
        if line.start.is_some() {
            self.line_end = at;
        }
    }

    /// Ends the leaf. Says which bytes of `range` are pictures on lines of their own, if
    /// there are any, and which others are shown.
    fn finish(mut self, range: &Range<u32>, markdown: &str) -> Option<Vec<(bool, Range<u32>)>> {
        if self.link.take().is_some() {
            self.line.has_others = true;
        }
        self.end_line(range.end, markdown);
        let Self { all, own, has_others, .. } = self;
        if own.is_empty() {
            return None;
        }
        // Pictures and nothing else: each is a block of its own.
        let is_all = !has_others && all.iter().all(|picture| !picture.is_linked);
        let mut at = range.start;
        let mut found = Vec::new();
        for Own { pictures, before, behind } in own {
            let pictures = &all[pictures];
            if !is_all && !pictures.iter().all(|picture| is_set_off(picture, &all)) {
                continue;
            }
            found.push((false, at..before.clamp(at, range.end)));
            found.extend(pictures.iter().map(|picture| (true, picture.range.clone())));
            at = behind.min(range.end);
        }
        found.push((false, at..range.end));
        Some(found)
    }
}

/// Whether a picture on a line of its own, among `all` of its block, is one to look at.
fn is_set_off(picture: &Picture, all: &[Picture]) -> bool {
    let are_several = || all.iter().filter(|picture| picture.is_remote).nth(1).is_some();
    !picture.is_remote || !(picture.is_linked || are_several())
}

fn is_remote(target: &str) -> bool {
    target.contains("://") || target.starts_with("//")
}

/// The pictures that `line` embeds as notes of Obsidian and pages of Hugo do, where it holds nothing else.
fn embedded(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let line = line.trim_end();
    while at < line.len() {
        let rest = &line[at..];
        let length = if let Some(inside) = rest.strip_prefix("![[") {
            let Some(length) = inside.find("]]") else { return Vec::new() };
            if !is_picture(inside[..length].split('|').next().unwrap_or_default().trim()) {
                return Vec::new();
            }
            length + 5
        } else {
            match extras::template(rest, 0) {
                Some((length, Extra::Picture { .. })) => length,
                _ => return Vec::new(),
            }
        };
        found.push(at..at + length);
        at += length;
        at += line[at..].len() - line[at..].trim_start().len();
    }
    found
}

impl Scan<'_> {
    /// What a paragraph that has ended comes to: its pictures, and what stands around them.
    pub(super) fn pictures_and_text(&mut self, leaf: Leaf, range: Range<u32>) {
        let pieces = leaf.pictures.finish(&range, self.markdown);
        // A comment may begin before a picture and end behind it.
        let Some(pieces) = pieces.filter(|_| !self.slice(&range).contains("%%")) else {
            self.paragraph(range);
            return;
        };
        for (is_picture, piece) in pieces {
            if is_picture {
                self.part(PartKind::Image, How::Inline, piece);
            } else {
                let piece = self.trimmed(piece);
                if !piece.is_empty() {
                    self.paragraph(piece);
                }
            }
        }
    }

    /// The pictures of a block of HTML that have lines for themselves, and what stands around them, as parts. Says
    /// whether there are any.
    pub(super) fn html_with_pictures(&mut self, range: &Range<u32>) -> bool {
        let text = self.slice(range).as_bytes();
        if memchr::memmem::find(text, b"<img").or_else(|| memchr::memmem::find(text, b"<IMG")).is_none() {
            return false;
        }
        let mut unit = Unit::without_prefixes(self.markdown, range.clone(), &self.open_steps(), true);
        unit.mask_html();
        let pictures = in_html(unit.parsed());
        if pictures.is_empty() {
            return false;
        }
        let mut pieces = Vec::new();
        let mut behind = 0;
        for picture in pictures {
            pieces.push((false, behind..picture.start));
            behind = picture.end;
            pieces.push((true, picture));
        }
        pieces.push((false, behind..unit.text.len()));
        // From the first to the last letter, without the marks of containers between.
        let places = pieces.into_iter().filter_map(|(is_picture, piece)| {
            let text = &unit.text[piece.clone()];
            let start = piece.start + text.len() - text.trim_start().len();
            let end = piece.start + text.trim_end().len();
            (start < end).then(|| (is_picture, unit.source_range(&(start..end))))
        });
        let places: Vec<_> = places.collect();
        drop(unit);
        for (is_picture, range) in places {
            let contents = match html::contents(self.slice(&range)) {
                html::Contents::Text if is_picture => html::Contents::Image,
                contents => contents,
            };
            self.html_contents(PartKind::Paragraph, contents, range);
        }
        true
    }
}

/// The pictures of `html` that have lines for themselves.
fn in_html(html: &str) -> Vec<Range<usize>> {
    let mut pictures = Pictures::default();
    // Tags around that say how words look: what is in them is not cut.
    let mut depth = 0_u32;
    for token in html::tokens(html) {
        match token {
            html::Token::Text(range) => {
                for (index, line) in html[range.clone()].split('\n').enumerate() {
                    if index > 0 && pictures.link.is_none() {
                        pictures.end_line(range.start as u32, "");
                    }
                    if !line.trim().is_empty() {
                        pictures.other(0);
                    }
                }
            }
            html::Token::Tag(range) => {
                let raw = &html[range.clone()];
                let Some(tag) = html::tag(raw) else { continue };
                let place = range.start as u32..range.end as u32;
                match tag.name {
                    _ if tag.label().is_some() => pictures.other(0),
                    html::Name::Img if depth == 0 => {
                        let target = tag.attribute("src").unwrap_or_default();
                        pictures.picture(&place, is_remote(&target), 0);
                    }
                    html::Name::Img => pictures.other(0),
                    html::Name::A if tag.closing => pictures.close(place.end),
                    html::Name::A if pictures.link.is_none() => pictures.open(place, 0),
                    html::Name::A => {}
                    html::Name::Br | html::Name::Cell => pictures.end_line(place.start, ""),
                    name if name.is_block() => {
                        if pictures.link.is_none() {
                            pictures.end_line(place.start, "");
                        }
                    }
                    name if name.inline().is_some() && tag.closing => depth = depth.saturating_sub(1),
                    name if name.inline().is_some() => depth += u32::from(!tag.empty),
                    _ if html::vanishes(raw, &html[range.end..]) => {}
                    _ => pictures.other(0),
                }
            }
        }
    }
    if pictures.link.take().is_some() {
        pictures.line.has_others = true;
    }
    pictures.end_line(html.len() as u32, "");
    let Pictures { all, own, .. } = pictures;
    let lines = own.into_iter().map(|own| &all[own.pictures]);
    let set_off = lines.filter(|line| line.iter().all(|picture| is_set_off(picture, &all)));
    set_off.flatten().map(|picture| picture.range.start as usize..picture.range.end as usize).collect()
}
