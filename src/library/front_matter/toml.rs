//! TOML front matter, with numbers and dates exactly as written.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Entry, Node, Parsed};

/// Reads the text between the fences.
pub(super) fn read(head: &str) -> Parsed {
    match DeTable::parse(head) {
        Ok(table) => Parsed::Entries(entries(head, table.get_ref())),
        Err(error) => {
            let (line, column) = error.span().map_or((1, 1), |span| place(head, span.start));
            Parsed::Broken { line, column, reason: crate::safe!("front matter: {}", error.message()) }
        }
    }
}

/// Line and column, from 1, of a byte of `text`.
pub(super) fn place(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.split('\n').count();
    (line as u32, before[start..].chars().count() as u32 + 1)
}

/// In the order of the text: the table itself is sorted by name. The parser bounds the depth (80).
fn entries(head: &str, table: &DeTable<'_>) -> Vec<Entry> {
    let mut sorted: Vec<_> = table.iter().collect();
    sorted.sort_by_key(|(key, _)| key.span().start);
    sorted
        .into_iter()
        .map(|(key, value)| {
            let (line, column) = place(head, key.span().start);
            Entry { key: key.get_ref().clone().into_owned(), line, column, node: node(head, value) }
        })
        .collect()
}

fn node(head: &str, value: &Spanned<DeValue<'_>>) -> Node {
    let written = || head.get(value.span()).unwrap_or_default().trim().to_owned();
    match value.get_ref() {
        DeValue::String(text) => Node::Text(text.clone().into_owned()),
        DeValue::Integer(_) | DeValue::Float(_) => Node::Number(written()),
        DeValue::Boolean(value) => Node::Bool(*value, written()),
        DeValue::Datetime(_) => Node::Text(written()),
        DeValue::Array(items) => Node::List(items.iter().map(|item| node(head, item)).collect()),
        DeValue::Table(table) => Node::Map(entries(head, table)),
    }
}
