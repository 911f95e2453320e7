//! YAML through `gray_matter` with an [`Engine`] of ours over `serde_yaml`.
//!
//! `serde_yaml` reads the head twice: once for its shape (what is a list, a map, a number), once along
//! that shape with every scalar taken as text, because reading `title: 0x10` as a number would lose how
//! it was written. Nodes and bytes are counted while they are made, so an alias bomb ends as an error.

use std::fmt;

use gray_matter::engine::Engine;
use gray_matter::{Matter, Pod};
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{Entry, Node, Parsed};
use crate::text::SafeText;

/// Most nodes that a head may have, aliases followed. A real one has a few thousand.
const NODES: usize = 50_000;
/// Most bytes of scalars, aliases followed: twice what the text itself can hold.
const BYTES: usize = 2 * super::LIMIT;

/// Reads the text between the fences. Lines and columns in the answer count from 1 in that text.
pub(super) fn read(head: &str) -> Parsed {
    // gray_matter trims what it cuts out, which would pull an indented first key out of line; the
    // comment line keeps it in place and costs one line in positions.
    let mut framed = String::with_capacity(head.len() + 16);
    framed.push_str("---\n#\n");
    for line in super::fence::lines(head) {
        framed.push_str(line);
        framed.push('\n');
    }
    framed.push_str("---\n");
    match Matter::<SerdeYaml>::new().parse::<Pod>(&framed) {
        Ok(parsed) => parsed.data.as_ref().and_then(decode).unwrap_or(Parsed::NoMap),
        Err(error) => Parsed::Broken { line: 0, column: 0, reason: crate::safe!("{error}") },
    }
}

/// The engine. `gray_matter`'s own value type has no order and no positions, so entries cross it as
/// nested arrays; see [`encode`].
struct SerdeYaml;

impl Engine for SerdeYaml {
    fn parse(content: &str) -> gray_matter::Result<Pod> {
        Ok(encode(parse(content)))
    }
}

fn parse(content: &str) -> Parsed {
    let broken = |error: &serde_yaml::Error| {
        let (line, column) = error.location().map_or((1, 1), |at| (at.line() as u32, at.column() as u32));
        let text = error.to_string();
        // The message's own position counts from the wrong line; ours is in the problem.
        let reason = text.split(" at line ").next().unwrap_or(&text);
        Parsed::Broken {
            line: line.saturating_sub(1),
            column,
            reason: crate::safe!("front matter: {reason}"),
        }
    };
    let budget = Budget::default();
    let shape = match ShapeOf(&budget).deserialize(serde_yaml::Deserializer::from_str(content)) {
        Ok(Shape::Map(shape)) => shape,
        Ok(Shape::Scalar(Kind::Null)) if no_words(content) => return Parsed::Entries(Vec::new()),
        Ok(_) => return Parsed::NoMap,
        Err(error) => return broken(&error),
    };
    let source = Source::new(content);
    let filled = Fill { shape: &Shape::Map(shape), source: &source };
    match filled.deserialize(serde_yaml::Deserializer::from_str(content)) {
        Ok(Node::Map(entries)) => Parsed::Entries(merged(entries)),
        Ok(_) => Parsed::NoMap,
        Err(error) => broken(&error),
    }
}

fn no_words(content: &str) -> bool {
    content.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// What a node is, without its text.
enum Shape {
    Scalar(Kind),
    List(Vec<Shape>),
    Map(Vec<Shape>),
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Null,
    Bool(bool),
    Number,
    Text,
}

#[derive(Default)]
struct Budget {
    nodes: std::cell::Cell<usize>,
    bytes: std::cell::Cell<usize>,
}

impl Budget {
    fn take<E: de::Error>(&self, bytes: usize) -> Result<(), E> {
        self.nodes.set(self.nodes.get() + 1);
        self.bytes.set(self.bytes.get() + bytes);
        if self.nodes.get() > NODES || self.bytes.get() > BYTES {
            return Err(E::custom("too many values once its aliases are followed"));
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct ShapeOf<'a>(&'a Budget);

impl<'de> DeserializeSeed<'de> for ShapeOf<'_> {
    type Value = Shape;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Shape, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ShapeOf<'_> {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Shape, E> {
        self.0.take(0).map(|()| Shape::Scalar(Kind::Null))
    }

    fn visit_none<E: de::Error>(self) -> Result<Shape, E> {
        self.visit_unit()
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Shape, E> {
        self.0.take(0).map(|()| Shape::Scalar(Kind::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Shape, E> {
        self.0.take(0).map(|()| Shape::Scalar(Kind::Number))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Shape, E> {
        self.visit_i64(0)
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<Shape, E> {
        self.visit_i64(0)
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<Shape, E> {
        self.visit_i64(0)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Shape, E> {
        self.visit_i64(0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Shape, E> {
        self.0.take(text.len()).map(|()| Shape::Scalar(Kind::Text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
        self.0.take(0)?;
        let mut shapes = Vec::new();
        while let Some(shape) = items.next_element_seed(self)? {
            shapes.push(shape);
        }
        Ok(Shape::List(shapes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        self.0.take(0)?;
        let mut shapes = Vec::new();
        while let Some(key) = map.next_key_seed(self)? {
            if !matches!(key, Shape::Scalar(_)) {
                // `{{date}}` is a map whose key is a map; most loaders refuse it, and as text it means more.
                return Err(de::Error::custom("a key must be text, not a list or a map"));
            }
            shapes.push(map.next_value_seed(self)?);
        }
        Ok(Shape::Map(shapes))
    }

    // A local tag (`!thing value`): the value counts, the tag does not.
    fn visit_enum<A: de::EnumAccess<'de>>(self, data: A) -> Result<Shape, A::Error> {
        use de::VariantAccess as _;
        let (_, value) = data.variant::<de::IgnoredAny>()?;
        value.newtype_variant_seed(self)
    }
}

/// The text being read, to turn a borrowed piece of it into line and column.
struct Source<'a> {
    text: &'a str,
    line_starts: Vec<usize>,
}

impl<'a> Source<'a> {
    fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, line_starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// Line and column, from 1, of a piece borrowed from the text; `None` for any other text.
    fn place(&self, piece: &str) -> Option<(u32, u32)> {
        let at = piece.as_ptr().addr().checked_sub(self.text.as_ptr().addr())?;
        let quoted = self.text.get(..at)?.ends_with(['"', '\'']);
        let at = at - usize::from(quoted);
        let line = self.line_starts.partition_point(|start| *start <= at);
        let start = self.line_starts.get(line.checked_sub(1)?)?;
        Some((line as u32, self.text.get(*start..at)?.chars().count() as u32 + 1))
    }
}

/// Reads a node of a known shape, every scalar as text.
struct Fill<'a> {
    shape: &'a Shape,
    source: &'a Source<'a>,
}

impl<'de> DeserializeSeed<'de> for Fill<'_> {
    type Value = Node;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        match self.shape {
            Shape::Scalar(kind) => {
                let (text, _) = deserializer.deserialize_str(TextOf(self.source))?;
                Ok(match kind {
                    Kind::Null => Node::Null,
                    Kind::Bool(value) => Node::Bool(*value, text),
                    Kind::Number => Node::Number(text),
                    Kind::Text => Node::Text(text),
                })
            }
            Shape::List(_) => deserializer.deserialize_seq(self),
            Shape::Map(_) => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Fill<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or a map")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let Shape::List(shapes) = self.shape else { return Err(de::Error::custom("no list")) };
        let mut nodes = Vec::with_capacity(shapes.len());
        for shape in shapes {
            let fill = Fill { shape, source: self.source };
            nodes.extend(items.next_element_seed(fill)?);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let Shape::Map(shapes) = self.shape else { return Err(de::Error::custom("no map")) };
        let mut entries: Vec<Entry> = Vec::with_capacity(shapes.len());
        for shape in shapes {
            let Some((key, place)) = map.next_key_seed(TextOf(self.source))? else { break };
            // A key with escapes is no piece of the text; it stands after the one before it.
            let before = entries.last().map_or((1, 1), |entry| (entry.line + 1, 1));
            let (line, column) = place.map_or(before, |(line, column)| (line.saturating_sub(1), column));
            let node = map.next_value_seed(Fill { shape, source: self.source })?;
            entries.push(Entry { key, line, column, node });
        }
        Ok(Node::Map(entries))
    }
}

/// A scalar's text and, where it is a piece of the source, its line and column.
#[derive(Clone, Copy)]
struct TextOf<'a>(&'a Source<'a>);

impl<'de> DeserializeSeed<'de> for TextOf<'_> {
    type Value = (String, Option<(u32, u32)>);

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for TextOf<'_> {
    type Value = (String, Option<(u32, u32)>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok((text.to_owned(), None))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok((text.to_owned(), self.0.place(text)))
    }
}

/// Applies `<<` (YAML 1.1 merge) at the top level: its entries come in where no other says the same.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    if entries.iter().all(|entry| entry.key != "<<") {
        return entries;
    }
    let mut own = Vec::with_capacity(entries.len());
    let mut others = Vec::new();
    for entry in entries {
        match entry.node {
            Node::Map(map) if entry.key == "<<" => others.extend(map),
            _ => own.push(entry),
        }
    }
    for other in others {
        if own.iter().all(|entry| entry.key != other.key) {
            own.push(other);
        }
    }
    own
}

/// Entries as arrays: `[key, line, column, node]`; nodes as `[kind, …]`; a fault as `[-1, line, column, reason]`.
fn encode(parsed: Parsed) -> Pod {
    match parsed {
        Parsed::Entries(entries) => Pod::Array(vec![Pod::Integer(1), entries_pod(entries)]),
        Parsed::NoMap => Pod::Array(vec![Pod::Integer(0)]),
        Parsed::Broken { line, column, reason } => Pod::Array(vec![
            Pod::Integer(-1),
            Pod::Integer(i64::from(line)),
            Pod::Integer(i64::from(column)),
            Pod::String(reason.as_str().to_owned()),
        ]),
    }
}

fn entries_pod(entries: Vec<Entry>) -> Pod {
    let pod = |entry: Entry| {
        Pod::Array(vec![
            Pod::String(entry.key),
            Pod::Integer(i64::from(entry.line)),
            Pod::Integer(i64::from(entry.column)),
            node_pod(entry.node),
        ])
    };
    Pod::Array(entries.into_iter().map(pod).collect())
}

fn node_pod(node: Node) -> Pod {
    match node {
        Node::Null => Pod::Null,
        Node::Text(text) => Pod::String(text),
        Node::Bool(value, text) => Pod::Array(vec![Pod::Boolean(value), Pod::String(text)]),
        Node::Number(text) => Pod::Array(vec![Pod::Integer(0), Pod::String(text)]),
        Node::List(nodes) => {
            Pod::Array(vec![Pod::Integer(1), Pod::Array(nodes.into_iter().map(node_pod).collect())])
        }
        Node::Map(entries) => Pod::Array(vec![Pod::Integer(2), entries_pod(entries)]),
    }
}

fn decode(pod: &Pod) -> Option<Parsed> {
    let Pod::Array(parts) = pod else { return None };
    match parts.as_slice() {
        [Pod::Integer(1), entries] => entries_of(entries).map(Parsed::Entries),
        [Pod::Integer(-1), Pod::Integer(line), Pod::Integer(column), Pod::String(reason)] => {
            Some(Parsed::Broken {
                line: number(*line),
                column: number(*column),
                reason: SafeText::line(reason),
            })
        }
        _ => None,
    }
}

fn number(value: i64) -> u32 {
    u32::try_from(value).unwrap_or_default()
}

fn entries_of(pod: &Pod) -> Option<Vec<Entry>> {
    let Pod::Array(entries) = pod else { return None };
    let entry = |pod: &Pod| {
        let Pod::Array(parts) = pod else { return None };
        let [Pod::String(key), Pod::Integer(line), Pod::Integer(column), node] = parts.as_slice() else {
            return None;
        };
        Some(Entry { key: key.clone(), line: number(*line), column: number(*column), node: node_of(node)? })
    };
    entries.iter().map(entry).collect()
}

fn node_of(pod: &Pod) -> Option<Node> {
    Some(match pod {
        Pod::Null => Node::Null,
        Pod::String(text) => Node::Text(text.clone()),
        Pod::Array(parts) => match parts.as_slice() {
            [Pod::Boolean(value), Pod::String(text)] => Node::Bool(*value, text.clone()),
            [Pod::Integer(0), Pod::String(text)] => Node::Number(text.clone()),
            [Pod::Integer(1), Pod::Array(nodes)] => {
                Node::List(nodes.iter().map(node_of).collect::<Option<_>>()?)
            }
            [Pod::Integer(2), entries] => Node::Map(entries_of(entries)?),
            _ => return None,
        },
        _ => return None,
    })
}
