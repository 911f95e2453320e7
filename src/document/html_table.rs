//! Tables written as HTML: where in a block they stand, and their rows of cells.
//!
//! Knows `html`, `unit`, `inline` and `shown`. A pass over the tags and no tree: a table within a table, one that
//! never ends, text beside its cells or more of anything than a reader could want, and it is shown as other HTML is.

use std::ops::Range;

use super::html::{self, Token};
use super::inline::Builder;
use super::references::Footnotes;
use super::shown::{Alignment, Inline, ShownTable, ShownText};
use super::split::LEAF_BYTES;
use super::unit::Unit;

/// Most columns; pages that are laid out by tables have more cells than that in a row, or fewer than two.
const MOST_COLUMNS: usize = 64;
/// Most rows that a cell reaches over.
const MOST_SPAN: usize = 1024;

/// A cell as written: the bytes between its tags.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    inside: Range<usize>,
    is_head: bool,
    alignment: Alignment,
    columns: usize,
    rows: usize,
}

/// Whether a block of HTML may hold a table, by a glance at its bytes.
pub(super) fn may_be_in(html: &str) -> bool {
    let may_be = |at: usize| html::is_named(&html[at..], "table");
    memchr::memchr_iter(b'<', html.as_bytes()).any(may_be)
}

/// The tables in a block of HTML that are shown as such, without their captions, in order.
pub(super) fn tables(html: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // Where the table that is open began, and whether it is one without another in it.
    let mut open: Option<(usize, bool)> = None;
    let mut depth = 0_usize;
    for token in html::tokens(html) {
        let Token::Tag(range) = token else { continue };
        let raw = &html[range.clone()];
        let closes = raw.starts_with("</");
        if html::is_named(raw, "table") {
            if !closes {
                open = Some(open.map_or((range.start, true), |(start, _)| (start, false)));
                depth += 1;
                continue;
            }
            depth = depth.saturating_sub(1);
            if depth > 0 {
                continue;
            }
            if let Some((start, true)) = open.take() {
                let table = start..range.end;
                if table.len() <= LEAF_BYTES && rows(html, &table).is_some() {
                    found.push(table);
                }
            }
        } else if html::is_named(raw, "caption")
            && closes
            && let Some((start, true)) = &mut open
        {
            // What stands over a table is a paragraph before it.
            *start = range.end;
        }
    }
    found
}

/// The rows of the table in `range`; none where it is better shown as other HTML is.
fn rows(html: &str, range: &Range<usize>) -> Option<Vec<Vec<Cell>>> {
    let html = &html[..range.end];
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut is_row = false;
    let mut cell: Option<Cell> = None;
    let mut head = false;
    for token in html::tokens_from(html, range.start) {
        let tag = match token {
            Token::Text(text) if cell.is_none() && !html[text.clone()].trim().is_empty() => return None,
            Token::Text(_) => continue,
            Token::Tag(tag) => tag,
        };
        let raw = &html[tag.clone()];
        let closes = raw.starts_with("</");
        let named = |names: &[&str]| names.iter().any(|name| html::is_named(raw, name));
        let is_cell = named(&["td", "th"]);
        let ends = is_cell || named(&["tr", "thead", "tbody", "tfoot", "table"]);
        if ends && let Some(mut cell) = cell.take() {
            cell.inside.end = tag.start;
            rows.last_mut()?.push(cell);
        }
        if named(&["thead"]) {
            head = !closes;
        }
        if is_cell && !closes {
            if !is_row {
                rows.push(Vec::new());
                is_row = true;
            }
            let written = html::tag(raw)?;
            let span = |name: &str, most: usize| {
                let said = written.attribute(name).and_then(|span| span.trim().parse().ok());
                said.unwrap_or(1).clamp(1, most)
            };
            cell = Some(Cell {
                inside: tag.end..tag.end,
                is_head: head || html::is_named(raw, "th"),
                alignment: alignment(&written),
                columns: span("colspan", MOST_COLUMNS),
                rows: span("rowspan", MOST_SPAN),
            });
        } else if named(&["tr"]) {
            is_row = !closes;
            if is_row {
                rows.push(Vec::new());
            }
        } else if ends && !is_cell {
            is_row = false;
        }
    }
    rows.retain(|row| !row.is_empty());
    let widest = rows.iter().map(|row| row.iter().map(|cell| cell.columns).sum::<usize>()).max()?;
    let is_table = cell.is_none() && (2..=MOST_COLUMNS).contains(&widest);
    is_table.then_some(rows)
}

fn alignment(tag: &html::Tag<'_>) -> Alignment {
    let style = tag.attribute("style").unwrap_or_default().to_ascii_lowercase();
    let by_style = style.split(';').find_map(|one| {
        let (name, value) = one.split_once(':')?;
        (name.trim() == "text-align").then(|| value.trim().to_owned())
    });
    match by_style.or_else(|| tag.attribute("align")).unwrap_or_default().to_ascii_lowercase().as_str() {
        "left" => Alignment::Left,
        "center" => Alignment::Center,
        "right" => Alignment::End,
        _ => Alignment::Start,
    }
}

/// The table that `unit` holds.
pub(super) fn show(unit: &Unit<'_>, footnotes: &Footnotes) -> ShownTable {
    let html = unit.parsed();
    let rows = rows(html, &(0..html.len())).unwrap_or_default();
    // Rows that the cell of a column still reaches over.
    let mut held = [0_usize; MOST_COLUMNS];
    let mut table = ShownTable::default();
    let mut columns = 0;
    for (index, cells) in rows.iter().enumerate() {
        let is_header = index == 0 && cells.iter().all(|cell| cell.is_head);
        let mut row: Vec<ShownText> = Vec::new();
        for cell in cells {
            while held.get(row.len()).is_some_and(|held| *held > 0) {
                held[row.len()] -= 1;
                row.push(ShownText::default());
            }
            if row.len() >= MOST_COLUMNS {
                break;
            }
            if index == 0 || (index == 1 && table.alignments.get(row.len()) == Some(&Alignment::Start)) {
                let at = row.len();
                table.alignments.resize((at + cell.columns).max(table.alignments.len()), Alignment::Start);
                table.alignments[at] = cell.alignment;
            }
            let look = if cell.is_head && !is_header { Inline::STRONG } else { Inline::empty() };
            let mut builder = Builder::until(unit, footnotes, unit.text.len());
            builder.with(look, |builder| builder.html_within(cell.inside.clone()));
            let reach = cell.columns.min(MOST_COLUMNS - row.len());
            held[row.len()..row.len() + reach].fill(cell.rows - 1);
            row.push(builder.finish());
            row.resize_with(row.len() + reach - 1, ShownText::default);
        }
        for held in held.iter_mut().skip(row.len()) {
            *held = held.saturating_sub(1);
        }
        columns = columns.max(row.len());
        if is_header {
            table.header = row;
        } else {
            table.rows.push(row);
        }
    }
    table.alignments.resize(columns, Alignment::Start);
    for row in table.rows.iter_mut().chain([&mut table.header]) {
        row.resize_with(columns, ShownText::default);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::shown::{PartId, PartKind, Position, Shown};
    use crate::document::{Document, Options};

    fn document(markdown: &str) -> Document {
        Document::parse(markdown.into(), Position(0), &Options { whole: true, ..Options::default() })
    }

    /// Each part: the text of one, or the rows of a table with its header first.
    fn shown(markdown: &str) -> Vec<String> {
        let document = document(markdown);
        let parts = 0..document.parts().len() as u32;
        parts
            .filter_map(|part| match document.show(PartId(part)) {
                Shown::Text(text) => Some(text.text.to_string()),
                Shown::Table(table) => {
                    let line = |row: &Vec<ShownText>| {
                        let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
                        cells.join("|")
                    };
                    let rows: Vec<String> =
                        [&table.header].into_iter().chain(&table.rows).map(line).collect();
                    Some(rows.join("/"))
                }
                _ => None,
            })
            .filter(|text| !text.is_empty())
            .collect()
    }

    fn check(markdown: &str, expect: &[&str]) {
        assert_eq!(shown(markdown), expect, "{markdown:?}");
    }

    #[test]
    fn rows_and_cells_are_what_their_tags_say() {
        check(
            "<table><tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td><b>2</b> &amp;</td></tr></table>",
            &["a|b/1|2 &"],
        );
        check("<table>\n<tr><td>1<td>2\n<tr><td>3<td>4\n</table>", &["|/1|2/3|4"]);
        check(
            "<TABLE border=1><THEAD><TR><TD>a</TD><TD>b</TD></TR></THEAD><TBODY><TR><TD>1</TD></TR></TBODY></TABLE>",
            &["a|b/1|"],
        );
        check("> <table><tr><td>1</td><td>2</td></tr>\n> <tr><td>3</td></tr></table>", &["|/1|2/3|"]);
    }

    #[test]
    fn cells_that_reach_over_others_leave_them_empty() {
        check(
            "<table><tr><td colspan=2>a<td>b<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5<tr><td>6</table>",
            &["||/a||b/1|2|3/|4|5/6||"],
        );
        check("<table><tr><td colspan=9999999999>a<td>b</table>", &["a │ b"]);
    }

    #[test]
    fn what_stands_around_a_table_stays() {
        check(
            "<div><p>Before</p>\n<table><caption>Over</caption><tr><td>1</td><td>2</td></tr></table>\n<p>After\n\
             <table><tr><td>3</td><td>4</td></tr></table></div>",
            &["Before\n\nOver", "|/1|2", "After", "|/3|4"],
        );
    }

    #[test]
    fn what_is_no_table_is_shown_as_text() {
        check("<table><tr><td>one</td></tr><tr><td>two</td></tr></table>", &["one\ntwo"]);
        check("<table><tr><td>1</td><td>2</td></tr>", &["1 │ 2"]);
        check("<table><tr>loose<td>1</td><td>2</td></tr></table>", &["loose │ 1 │ 2"]);
        check("<table><tr><td><table><tr><td>1<td>2</table></td><td>3</td></tr></table>", &["1 │ 2\n3"]);
        let row = "<tr><td>1</td><td>2</td></tr>\n";
        let huge = document(&format!("<table>{}</table>", row.repeat(LEAF_BYTES / row.len())));
        assert!(huge.parts().iter().all(|part| part.kind == PartKind::Paragraph));
        let deep = document(&"<table><tr><td>".repeat(50_000));
        assert!(deep.parts().iter().all(|part| part.kind != PartKind::Table));
    }

    #[test]
    fn columns_are_aligned_as_their_first_cells_say() {
        let document = document(
            "<table><tr><th>a<th align=right>b<th style='color:red; text-align: center'>c<tr><td>1<td>2<td>3</table>",
        );
        let Shown::Table(table) = document.show(PartId(0)) else { panic!("a table") };
        assert_eq!(table.alignments, [Alignment::Start, Alignment::End, Alignment::Center]);
    }

    #[test]
    fn every_word_leads_to_its_bytes() {
        let markdown = "# x\n\n> <table><tr><td>one</td>\n> <td>two &lt;</td></tr></table>\n";
        let document = document(markdown);
        let Shown::Table(table) = document.show(PartId(1)) else { panic!("a table") };
        for (cell, word) in table.rows[0].iter().zip(["one", "two"]) {
            let source = cell.map.source_of(0..3);
            assert_eq!(markdown.get(source.start as usize..source.end as usize), Some(word));
        }
    }
}
