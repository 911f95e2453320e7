//! The card over an article's text: title, meta line, description, the picture's caption. The reader and
//! the preview begin with the same one.

use std::borrow::Cow;
use std::ops::Range;

use crate::app::library_screen::list::{day_in_words, minutes};
use crate::document::phrase;
use crate::document::shown::{Inline, Position};
use crate::layout::picture::Pictures;
use crate::layout::wrap::wrap;
use crate::layout::{Order, Piece, Role, Row, lead_rows_in, lead_rows_marked, reads_right_to_left};
use crate::library::article::{Article, Image};
use crate::safe;
use crate::text::{Safe, SafeText};

/// Where the tags stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tags {
    /// At the end of the meta line.
    InLine,
    /// In a line of their own.
    Below,
}

/// Most rows of the title, the meta line, the description and the picture's caption: whatever stands in
/// an article's front matter, its text begins on the first screen or the second.
const MOST: Most = Most { title: 6, meta: 4, description: 12, caption: 3 };

/// Authors that are named where there are two more of them, or further ones.
const MOST_AUTHORS: usize = 3;

struct Most {
    title: u16,
    meta: u16,
    description: u16,
    caption: u16,
}

/// The card's rows for a text column of so many columns, its picture as a caption.
pub fn card(article: &Article, tags: Tags, columns: u16, order: Order) -> Vec<Row> {
    card_with(article, &[], tags, columns, order, &Pictures::default())
}

/// The card's rows, with a person's own labels behind the tags, and rows for its picture where that is drawn.
pub fn card_with(
    article: &Article,
    labels: &[SafeText],
    tags: Tags,
    columns: u16,
    order: Order,
    pictures: &Pictures,
) -> Vec<Row> {
    let mut rows = first_rows(&phrase::name(&article.title), Role::Title, columns, MOST.title, order);
    let is_rtl = order == Order::Screen && rows.iter().any(|row| row.rtl);
    let facts_from = rows.len();
    let mut facts: Vec<SafeText> = Vec::new();
    facts.extend(article.date.map(day_in_words));
    facts.extend(
        article.source.as_ref().map(|source| in_screen_order(&phrase::name(source), order).into_owned()),
    );
    if !article.authors.is_empty() {
        facts.push(names(&article.authors, order));
    }
    facts.push(minutes(article));
    let mut line = join(&facts, " · ");
    let mut links = Vec::new();
    if tags == Tags::Below {
        rows.extend(linked_rows(&line, &[], columns));
        line.clear();
    } else if !(article.tags.is_empty() && labels.is_empty()) {
        line.push_str(" · ");
    }
    for (index, tag) in article.tags.iter().map(|tag| in_screen_order(tag, order)).enumerate() {
        if index > 0 {
            line.push_str("  ");
        }
        links.push(line.len()..line.len() + tag.as_str().len());
        line.push_str(tag.as_str());
    }
    for (index, label) in labels.iter().map(|label| in_screen_order(label, order)).enumerate() {
        if index > 0 || !article.tags.is_empty() {
            line.push_str("  ");
        }
        line.push('+');
        line.push_str(label.as_str());
    }
    if !line.is_empty() {
        rows.extend(linked_rows(&line, &links, columns));
    }
    if is_rtl {
        // Under a title at the right edge.
        for row in &mut rows[facts_from..] {
            let spare = columns.saturating_sub(row.width());
            row.pieces.iter_mut().for_each(|piece| piece.column += spare);
        }
    }
    if let Some(description) = &article.description {
        rows.push(Row::blank(Position(0)));
        rows.extend(first_rows(
            &phrase::sentence(description),
            Role::Description,
            columns,
            MOST.description,
            order,
        ));
    }
    if let Some(image) = &article.image {
        rows.extend(picture(image, columns, order, pictures));
    }
    rows
}

/// The authors in a line; of many the first: minutes and tags are to be seen, too, and the metadata (`i`) have all.
fn names(authors: &[SafeText], order: Order) -> SafeText {
    let shown = if authors.len() > MOST_AUTHORS + 1 { MOST_AUTHORS } else { authors.len() };
    let named =
        authors.iter().take(shown).map(|author| in_screen_order(&phrase::name(author), order).into_owned());
    let line = join(&named.collect::<Vec<_>>(), ", ");
    match authors.len() - shown {
        0 => safe!("{line}"),
        more => safe!("{line} and {more} more"),
    }
}

/// A line of text as it is sent: where the screen's order is asked for, what is written from right to
/// left is turned.
pub fn in_screen_order(text: &SafeText, order: Order) -> Cow<'_, SafeText> {
    if order == Order::Logical || !reads_right_to_left(text.as_str()) {
        return Cow::Borrowed(text);
    }
    let rows = lead_rows_in(text, Role::Text, Inline::default(), Position(0), u16::MAX, order);
    let pieces = rows.iter().flat_map(|row| &row.pieces).map(|piece| piece.text.as_str());
    Cow::Owned(safe!("{}", pieces.collect::<String>()))
}

/// A text in one line of so many columns, as it is sent: what is left out is the end of what is read, on
/// whichever side of the screen that is.
pub fn one_line(text: &SafeText, columns: u16, order: Order) -> Cow<'_, SafeText> {
    let whole = in_screen_order(text, order);
    if whole.width() <= usize::from(columns) {
        return whole;
    }
    let kept = text.safe().fit(usize::from(columns.saturating_sub(1)));
    Cow::Owned(in_screen_order(&safe!("{}…", kept), order).into_owned())
}

/// As [`one_line`], in pieces from left to right, each with whether it is of the bytes `marked` of the text (in order).
pub fn marked_line(
    text: &SafeText,
    marked: &[Range<usize>],
    columns: u16,
    order: Order,
) -> Vec<(SafeText, bool)> {
    let (kept, end) = if text.width() <= usize::from(columns) {
        (Cow::Borrowed(text), text.as_str().len())
    } else {
        let kept = text.safe().fit(usize::from(columns.saturating_sub(1)));
        (Cow::Owned(safe!("{kept}…")), kept.as_str().len())
    };
    let marked = joined(marked, end);
    let is_turned = order == Order::Screen && reads_right_to_left(kept.as_str());
    if is_turned {
        let (role, inline) = (Role::Text, Inline::default());
        let rows = lead_rows_marked(&kept, &marked, role, inline, Position(0), u16::MAX, order);
        let pieces = rows.into_iter().flat_map(|row| row.pieces);
        return pieces.map(|piece| (piece.text, piece.inline.contains(Inline::MARK))).collect();
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    for range in marked {
        pieces.push((kept.safe().slice(at..range.start).to_text(), false));
        pieces.push((kept.safe().slice(range.clone()).to_text(), true));
        at = range.end;
    }
    pieces.push((kept.safe().slice(at..kept.as_str().len()).to_text(), false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

/// What of `ranges` (in order) lies before `end`, those that touch as one.
fn joined(ranges: &[Range<usize>], end: usize) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges.iter().map(|range| range.start..range.end.min(end)).filter(|range| !range.is_empty())
    {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

/// As much of a text as takes at most `most` rows, with `…` where something is left out.
pub fn beginning(text: Safe<'_>, columns: u16, most: u16) -> SafeText {
    // However long the text is, only what may be shown of it is looked at; twice, for blanks that hang
    // over the ends of rows.
    let looked_at = text.fit(usize::from(columns) * (usize::from(most) + 1) * 2);
    let mut rows = 0;
    let mut last = 0..0;
    wrap(looked_at.as_str(), columns, &mut |range| {
        rows += 1;
        if rows <= most {
            last = range;
        }
    });
    if rows <= most && looked_at == text {
        return text.to_text();
    }
    let above = looked_at.slice(0..last.start);
    let kept = looked_at.slice(last).fit(usize::from(columns.saturating_sub(1)));
    SafeText::lines(&[above.as_str(), kept.as_str().trim_end(), "…"].concat())
}

fn first_rows(text: &SafeText, role: Role, columns: u16, most: u16, order: Order) -> Vec<Row> {
    let text = beginning(text.safe(), columns, most);
    let mut rows = lead_rows_in(&text, role, Inline::default(), Position(0), columns, order);
    rows.truncate(usize::from(most));
    rows
}

/// Rows of the meta line; the bytes `links` of it lead somewhere.
fn linked_rows(line: &str, links: &[Range<usize>], columns: u16) -> Vec<Row> {
    let line = beginning(safe!("{line}").safe(), columns, MOST.meta);
    let mut rows = Vec::new();
    // A number stays with its unit: where rows end is asked of a twin of the line, as long as itself,
    // in which they are one word.
    let bound = line.as_str().replace(" min", "_min").replace(" h ", "_h ");
    wrap(&bound, columns, &mut |range| {
        let mut row = Row::blank(Position(0));
        let start = range.start;
        let mut at = start;
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
        // What parts two facts is not needed where a row's end does.
        let shown = line.as_str()[range].trim_end_matches([' ', '·']).len();
        put(at..(start + shown).max(at), Inline::empty());
        rows.push(row);
    });
    rows.truncate(usize::from(MOST.meta));
    rows
}

/// The picture with its caption, or the caption in its place, as in the text; a blank row before.
fn picture(image: &Image, columns: u16, order: Order, pictures: &Pictures) -> Vec<Row> {
    let drawn = pictures.rows(&image.target, 0, columns, Position(0));
    let alt = image.alt.as_ref().filter(|alt| !alt.is_empty());
    let words = match (alt, drawn.is_empty()) {
        (Some(alt), true) => caption(alt, columns, order),
        (Some(alt), false) => first_rows(alt, Role::Caption, columns, MOST.caption, order),
        (None, _) => Vec::new(),
    };
    if drawn.is_empty() && words.is_empty() {
        return Vec::new();
    }
    [vec![Row::blank(Position(0))], drawn, words].concat()
}

/// The caption in the picture's place, as captions in the text are.
fn caption(alt: &SafeText, columns: u16, order: Order) -> Vec<Row> {
    const MARK: u16 = 2;
    if columns <= MARK * 4 {
        return first_rows(alt, Role::Caption, columns, MOST.caption, order);
    }
    let mut rows = first_rows(alt, Role::Caption, columns - MARK, MOST.caption, order);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, columns: u16, most: u16, expect: &str) {
        let cut = beginning(safe!("{text}").safe(), columns, most);
        let mut rows = Vec::new();
        wrap(cut.as_str(), columns, &mut |range| rows.push(&cut.as_str()[range]));
        assert_eq!(rows.join("|"), expect);
    }

    #[test]
    fn text_that_fits_its_rows_stays_as_it_is() {
        check("one two", 10, 1, "one two");
        check("one two three", 8, 2, "one two|three");
        check("", 8, 2, "");
    }

    #[test]
    fn text_that_takes_more_rows_is_cut_at_the_end_of_the_last() {
        check("one two three", 8, 1, "one two…");
        check("one two three four five", 8, 2, "one two|three…");
        check("abcdefghijklmnop", 8, 1, "abcdefg…");
        check("跨链桥的承诺与现实", 8, 2, "跨链桥的|承诺与…");
        check("abc def", 1, 2, "a|…");
    }

    #[test]
    fn a_title_of_any_length_leaves_the_text_on_the_first_screen() {
        let long = "a word ".repeat(20_000);
        for columns in [1, 7, 40, 76] {
            let rows = first_rows(&safe!("{long}"), Role::Title, columns, MOST.title, Order::Screen);
            assert_eq!(rows.len(), usize::from(MOST.title), "{columns}");
            let last = rows.last().unwrap();
            assert!(last.text().ends_with('…') && last.width() <= columns, "{:?}", last.text());
        }
        assert_eq!(linked_rows(&long, &[], 40).len(), usize::from(MOST.meta));
        assert_eq!(caption(&safe!("{long}"), 40, Order::Screen).len(), usize::from(MOST.caption));
    }

    #[test]
    fn of_many_authors_the_first_are_named() {
        let check = |count: usize, expect: &str| {
            let authors: Vec<SafeText> = ["A", "B", "C", "D", "E", "F"].map(SafeText::line)[..count].to_vec();
            assert_eq!(names(&authors, Order::Screen).as_str(), expect);
        };
        check(1, "A");
        check(4, "A, B, C, D");
        check(5, "A, B, C and 2 more");
        check(6, "A, B, C and 3 more");
    }

    #[test]
    fn minutes_stay_with_their_number() {
        let rows = linked_rows("31 August 2018 · Alex · 3 min", &[], 26);
        assert_eq!(rows.iter().map(Row::text).collect::<Vec<_>>(), ["31 August 2018 · Alex", "3 min"]);
    }

    #[test]
    fn right_to_left_text_is_turned_only_for_a_screen_that_does_not_do_it() {
        let text = safe!("שלום abc");
        assert_eq!(*in_screen_order(&text, Order::Logical), text);
        assert_eq!(in_screen_order(&text, Order::Screen).as_str(), "abc םולש");
        assert_eq!(one_line(&text, 7, Order::Screen).as_str(), "…a םולש");
        assert_eq!(one_line(&text, 8, Order::Screen).as_str(), "abc םולש");
        assert_eq!(one_line(&safe!("plain"), 3, Order::Screen).as_str(), "pl…");
    }
}
