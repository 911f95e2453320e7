//! Tables (GFM): header, alignments and rows of cells.
//!
//! Knows `shown`. Never asks how wide anything is: that is layout's.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::inline::Builder;
use super::references::{Definitions, Footnotes};
use super::scan;
use super::shown::{Alignment, ShownTable, ShownText};
use super::unit::Unit;

/// The table that `unit` holds, header and delimiter row first.
pub(super) fn show(
    unit: &Unit<'_>,
    options: Options,
    definitions: &Definitions,
    footnotes: &Footnotes,
) -> ShownTable {
    let parser =
        Parser::new_with_broken_link_callback(unit.parsed(), options, Some(scan::resolver(definitions)));
    let mut table = ShownTable::default();
    let mut row: Vec<ShownText> = Vec::new();
    let mut cell: Option<Builder<'_>> = None;
    for (event, range) in parser.into_offset_iter() {
        if range.start < unit.lead {
            continue;
        }
        match event {
            Event::Start(Tag::Table(alignments)) => {
                table.alignments = alignments.into_iter().map(alignment).collect();
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => row.clear(),
            Event::Start(Tag::TableCell) => cell = Some(Builder::cell(unit, footnotes, range.end)),
            Event::End(TagEnd::TableCell) => row.extend(cell.take().map(Builder::finish)),
            Event::End(TagEnd::TableHead) => {
                row.resize_with(table.alignments.len(), ShownText::default);
                table.header = std::mem::take(&mut row);
            }
            Event::End(TagEnd::TableRow) => {
                row.resize_with(table.alignments.len(), ShownText::default);
                table.rows.push(std::mem::take(&mut row));
            }
            event => {
                if let Some(cell) = &mut cell {
                    cell.event(event, range);
                }
            }
        }
    }
    table
}

fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None => Alignment::Start,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::End,
    }
}
