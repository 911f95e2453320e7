//! The card over an article's text: title, meta line, description, the picture's caption. The reader and
//! the preview begin with the same one.

use std::ops::Range;

use crate::app::library_screen::list::{day_in_words, minutes};
use crate::document::shown::{Inline, Position};
use crate::layout::picture::Pictures;
use crate::layout::wrap::wrap;
use crate::layout::{Piece, Role, Row, lead_rows};
use crate::library::article::{Article, Image};
use crate::safe;
use crate::text::SafeText;

/// Where the tags stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tags {
    /// At the end of the meta line.
    InLine,
    /// In a line of their own.
    Below,
}

/// The card's rows for a text column of so many columns, its picture as a caption.
pub fn card(article: &Article, tags: Tags, columns: u16) -> Vec<Row> {
    card_with(article, tags, columns, &Pictures::default())
}

/// The card's rows, with rows for its picture where that is drawn.
pub fn card_with(article: &Article, tags: Tags, columns: u16, pictures: &Pictures) -> Vec<Row> {
    let mut rows = lead_rows(&article.title, Role::Title, Inline::default(), Position(0), columns);
    let mut facts: Vec<SafeText> = Vec::new();
    facts.extend(article.date.map(day_in_words));
    facts.extend(article.source.as_ref().map(in_screen_order));
    if !article.authors.is_empty() {
        let authors: Vec<SafeText> = article.authors.iter().map(in_screen_order).collect();
        facts.push(safe!("{}", join(&authors, ", ")));
    }
    facts.push(minutes(article));
    let mut line = join(&facts, " · ");
    let mut links = Vec::new();
    if tags == Tags::Below {
        rows.extend(linked_rows(&line, &[], columns));
        line.clear();
    } else if !article.tags.is_empty() {
        line.push_str(" · ");
    }
    for (index, tag) in article.tags.iter().map(in_screen_order).enumerate() {
        if index > 0 {
            line.push_str("  ");
        }
        links.push(line.len()..line.len() + tag.as_str().len());
        line.push_str(tag.as_str());
    }
    if !line.is_empty() {
        rows.extend(linked_rows(&line, &links, columns));
    }
    if let Some(description) = &article.description {
        rows.push(Row::blank(Position(0)));
        rows.extend(lead_rows(description, Role::Description, Inline::default(), Position(0), columns));
    }
    if let Some(image) = &article.image {
        rows.extend(picture(image, columns, pictures));
    }
    rows
}

/// A line of text as the screen shows it: what is written from right to left is turned.
pub fn in_screen_order(text: &SafeText) -> SafeText {
    if text.as_str().is_ascii() {
        return text.clone();
    }
    let rows = lead_rows(text, Role::Text, Inline::default(), Position(0), u16::MAX);
    let pieces = rows.iter().flat_map(|row| &row.pieces).map(|piece| piece.text.as_str());
    safe!("{}", pieces.collect::<String>())
}

/// Rows of the meta line; the bytes `links` of it lead somewhere.
fn linked_rows(line: &str, links: &[Range<usize>], columns: u16) -> Vec<Row> {
    let line = safe!("{line}");
    let mut rows = Vec::new();
    wrap(line.as_str(), columns, &mut |range| {
        let mut row = Row::blank(Position(0));
        let mut at = range.start;
        let mut column = 0;
        let mut put = |bytes: Range<usize>, inline| {
            let text = line.safe().slice(bytes).to_text();
            if !text.is_empty() {
                let mut piece = Piece::generated(column, text, Role::Meta, Position(0));
                piece.inline |= inline;
                column = piece.end();
                row.pieces.push(piece);
            }
        };
        for link in links.iter().filter(|link| link.start < range.end && range.start < link.end) {
            let (start, end) = (link.start.max(range.start), link.end.min(range.end));
            put(at..start, Inline::empty());
            put(start..end, Inline::LINK);
            at = end;
        }
        put(at..range.end, Inline::empty());
        rows.push(row);
    });
    rows
}

/// The picture with its caption, or the caption in its place, as in the text; a blank row before.
fn picture(image: &Image, columns: u16, pictures: &Pictures) -> Vec<Row> {
    let drawn = pictures.rows(&image.target, 0, columns, Position(0));
    let alt = image.alt.as_ref().filter(|alt| !alt.is_empty());
    let words = match (alt, drawn.is_empty()) {
        (Some(alt), true) => caption(alt, columns),
        (Some(alt), false) => lead_rows(alt, Role::Caption, Inline::default(), Position(0), columns),
        (None, _) => Vec::new(),
    };
    if drawn.is_empty() && words.is_empty() {
        return Vec::new();
    }
    [vec![Row::blank(Position(0))], drawn, words].concat()
}

/// The caption in the picture's place, as captions in the text are.
fn caption(alt: &SafeText, columns: u16) -> Vec<Row> {
    const MARK: u16 = 2;
    if columns <= MARK * 4 {
        return lead_rows(alt, Role::Caption, Inline::default(), Position(0), columns);
    }
    let mut rows = lead_rows(alt, Role::Caption, Inline::default(), Position(0), columns - MARK);
    for piece in rows.iter_mut().flat_map(|row| &mut row.pieces) {
        piece.column += MARK;
    }
    if let Some(first) = rows.first_mut() {
        first.pieces.insert(0, Piece::generated(0, safe!("▣"), Role::Faint, Position(0)));
    }
    rows
}

fn join(parts: &[SafeText], between: &str) -> String {
    parts.iter().map(SafeText::as_str).collect::<Vec<_>>().join(between)
}
