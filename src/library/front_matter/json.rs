//! JSON front matter: one object at the beginning of the file.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Entry, Node, Parsed};

/// Reads the object. Its depth is bounded by `serde_json` (128).
pub(super) fn read(head: &str) -> Parsed {
    match serde_json::from_str::<Whole>(head) {
        Ok(Whole(Node::Map(mut entries))) => {
            for entry in &mut entries {
                (entry.line, entry.column) = place(head, &entry.key).unwrap_or((1, 1));
            }
            Parsed::Entries(entries)
        }
        Ok(_) => Parsed::NoMap,
        Err(error) => {
            let text = error.to_string();
            let reason = text.split(" at line ").next().unwrap_or(&text);
            Parsed::Broken {
                line: error.line() as u32,
                column: error.column() as u32,
                reason: crate::safe!("front matter: {reason}"),
            }
        }
    }
}

/// What can be read of an object that as a whole cannot: the lines on its own level that hold a key and its value.
pub(super) fn line_by_line(head: &str) -> Vec<Entry> {
    let mut depth = 0_usize;
    let mut entries = Vec::new();
    for (line, number) in super::fence::lines(head).zip(1..) {
        let text = line.trim().trim_end_matches(',');
        if depth == 1
            && let Ok(Whole(Node::Map(read))) = serde_json::from_str(&format!("{{{text}}}"))
        {
            let column = (line.len() - line.trim_start().len()) as u32 + 1;
            entries.extend(read.into_iter().map(|entry| Entry { line: number, column, ..entry }));
            continue;
        }
        let count = |brackets: [char; 2]| text.matches(brackets).count();
        depth = (depth + count(['{', '['])).saturating_sub(count(['}', ']']));
    }
    entries
}

/// Where the key stands; of a repeated key, the last place.
fn place(head: &str, key: &str) -> Option<(u32, u32)> {
    let quoted = serde_json::to_string(key).ok()?;
    let at = head
        .rmatch_indices(&quoted)
        .map(|(at, _)| at)
        .find(|at| head[at + quoted.len()..].trim_start().starts_with(':'))?;
    Some(super::toml::place(head, at))
}

struct Whole(Node);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor).map(Self)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value, value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(Whole(node)) = items.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, Whole(node))) = map.next_entry::<String, Whole>()? {
            entries.push(Entry { key, line: 1, column: 1, node });
        }
        Ok(Node::Map(entries))
    }
}
