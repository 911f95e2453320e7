//! What stands before lines of a text of HTML: bullets, numbers and the bars of quotes.
//!
//! Knows `document`'s plain types and `text`.

use std::ops::Range;

use super::super::row::{Piece, Role, columns};
use super::levels::LEAST_TEXT;
use crate::document::shown::{BULLETS, Inline, Position, QUOTE_BAR, ShownText};
use crate::safe;
use crate::text::{cluster_indices, cluster_width, width};

/// Bytes of what is generated before lines of a text of HTML: bullets, numbers and bars between blanks that do not
/// break, where they leave lines of `room` columns enough for text.
pub(super) fn of(text: &ShownText, room: u16) -> Vec<Range<usize>> {
    let whole = text.text.as_str();
    let most = usize::from(room.saturating_sub(LEAST_TEXT));
    let begins_line = |at: usize| at == 0 || whole.as_bytes().get(at - 1) == Some(&b'\n');
    let is_mark = |c: char| QUOTE_BAR.contains(c) || BULLETS.iter().any(|bullet| bullet.contains(c));
    let is_lead = |c: char| matches!(c, '\u{a0}' | '.') || c.is_ascii_digit() || is_mark(c);
    text.spans
        .iter()
        .map(|span| (span.range.start as usize..span.range.end as usize, span.inline))
        .filter(|(range, inline)| inline.contains(Inline::GENERATED) && begins_line(range.start))
        .filter_map(|(range, _)| {
            let span = whole.get(range.clone()).filter(|span| span.starts_with('\u{a0}'))?;
            let lead = &span[..span.find(|c| !is_lead(c)).unwrap_or(span.len())];
            let lead = &lead[..lead.rfind('\u{a0}')? + '\u{a0}'.len_utf8()];
            (width(lead) <= most).then_some(range.start..range.start + lead.len())
        })
        .collect()
}

/// Puts what stands before the row that begins at the byte `start`: what is generated before its line, and in
/// the line's later rows the bars of it. Says the column after it.
pub(super) fn put(text: &ShownText, leads: &[Range<usize>], start: usize, row: &mut Vec<Piece>) -> u16 {
    let whole = text.text.as_str();
    let before = leads.partition_point(|lead| lead.end <= start).checked_sub(1);
    let own = before.map(|before| &leads[before]).filter(|lead| !whole[lead.end..start].contains('\n'));
    let Some(lead) = own else { return 0 };
    let position = Position(text.map.source(lead.start as u32).start);
    let mut column = 0;
    for (at, cluster) in cluster_indices(&whole[lead.clone()]) {
        let (from, to) = (lead.start + at, lead.start + at + cluster.len());
        let role = match cluster {
            "\u{a0}" => None,
            QUOTE_BAR => Some(Role::QuoteBar),
            bullet if BULLETS.contains(&bullet) => Some(Role::Bullet),
            _ => Some(Role::Number),
        };
        let is_shown = lead.end == start || role == Some(Role::QuoteBar);
        if let Some(role) = role.filter(|_| is_shown) {
            let shown = text.text.safe().slice(from..to).to_text();
            match row.last_mut() {
                Some(last) if last.role == role && last.end() == column => {
                    last.text = safe!("{}{}", last.text, shown);
                }
                _ => row.push(Piece::generated(column, shown, role, position)),
            }
        }
        column += columns(cluster_width(cluster));
    }
    column
}
