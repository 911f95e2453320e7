//! The code of a flowchart → nodes, edges and groups.
//!
//! Knows `label`'s ranges only. Follows Mermaid's flowchart syntax; what it does not know it refuses, so that
//! no diagram is shown in part.

use std::collections::HashMap;
use std::ops::Range;

use super::canvas::Style;
use super::label::trimmed;

/// Nodes, and edges, beyond which nothing is drawn: no screen holds more, and ordering them costs the square.
const MOST: usize = 96;

/// Which way a flowchart runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// `TD`, `TB`
    Down,
    /// `BT`
    Up,
    /// `LR`
    Right,
    /// `RL`
    Left,
}

/// How a node's box looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shape {
    /// `[ ]`, and no brackets at all.
    #[default]
    Box,
    /// `( )`, `([ ])`, `(( ))`
    Round,
    /// `{ }`, `{{ }}`, `[/ /]` and its kin.
    Slanted,
    /// `[[ ]]`, `((( )))`
    Double,
    /// `[( )]`
    Store,
    /// `> ]`
    Flag,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// Bytes of the code that hold its label; its name where it has none.
    pub(super) label: Range<usize>,
    pub(super) shape: Shape,
    /// The innermost group that it is in.
    pub(super) group: Option<usize>,
    /// Bytes of the titles of the groups that it is in, where they have no frame.
    pub(super) within: Vec<Range<usize>>,
}

/// What stands at an edge's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// Nothing.
    #[default]
    Plain,
    /// `>`
    Arrow,
    /// `x`
    Cross,
    /// `o`
    Circle,
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) style: Style,
    /// What stands at `from`, and at `to`.
    pub(super) ends: [End; 2],
    /// Bytes of the code that hold its label.
    pub(super) label: Option<Range<usize>>,
}

/// A subgraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Bytes of the name that edges call it by.
    pub(super) name: Range<usize>,
    /// Bytes of its title.
    pub(super) title: Range<usize>,
    pub(super) parent: Option<usize>,
}

/// What a flowchart says.
#[derive(Clone, Debug)]
pub(super) struct Chart<'a> {
    pub(super) code: &'a str,
    pub(super) direction: Direction,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    pub(super) groups: Vec<Group>,
}

impl Chart<'_> {
    /// The chart in another direction.
    pub(super) fn turned(&self, direction: Direction) -> Self {
        Self { direction, ..self.clone() }
    }

    /// The chart without groups: what they are called stands in the boxes of their nodes. A group of none is a
    /// node itself.
    pub(super) fn dissolved(&self) -> Self {
        let mut chart = self.clone();
        let around = |group: Option<usize>| {
            std::iter::successors(group, |group| self.groups.get(*group)?.parent).collect::<Vec<_>>()
        };
        let mut used = vec![false; self.groups.len()];
        for node in &mut chart.nodes {
            for group in around(node.group.take()) {
                used[group] = true;
                let title = &self.groups[group].title;
                if *title != node.label {
                    node.within.push(title.clone());
                }
            }
        }
        for (index, group) in self.groups.iter().enumerate().rev().filter(|(index, _)| !used[*index]) {
            let is_around = |other: &usize| self.groups[*other].parent == Some(index);
            if !(0..self.groups.len()).any(|other| is_around(&other)) {
                let titles = around(group.parent).into_iter().map(|group| self.groups[group].title.clone());
                let (label, within) = (group.title.clone(), titles.collect());
                chart.nodes.push(Node { label, shape: Shape::Round, group: None, within });
            }
        }
        chart.groups.clear();
        chart
    }
}

/// Reads a flowchart; `None` where anything in it is not understood.
pub(super) fn parse(code: &str) -> Option<Chart<'_>> {
    let mut reader = Reader {
        chart: Chart {
            code,
            direction: Direction::Down,
            nodes: Vec::new(),
            edges: Vec::new(),
            groups: Vec::new(),
        },
        names: HashMap::new(),
        open: Vec::new(),
    };
    let mut begun = false;
    for (start, line) in super::lines(code) {
        let mut at = start;
        for statement in statements(line) {
            let range = trimmed(code, at..at + statement.len());
            at += statement.len() + 1;
            if range.is_empty() {
                continue;
            }
            if begun {
                reader.statement(range)?;
            } else {
                reader.chart.direction = head(&code[range])?;
                begun = true;
            }
        }
    }
    if !reader.open.is_empty() || (reader.chart.nodes.is_empty() && reader.chart.groups.is_empty()) {
        return None;
    }
    reader.groups_as_nodes();
    Some(reader.chart)
}

/// `flowchart LR`
fn head(line: &str) -> Option<Direction> {
    let mut words = line.split_whitespace();
    words.next()?;
    let direction = match words.next() {
        None | Some("TD" | "TB" | "v") => Direction::Down,
        Some("BT" | "^") => Direction::Up,
        Some("LR" | ">") => Direction::Right,
        Some("RL" | "<") => Direction::Left,
        Some(_) => return None,
    };
    words.next().is_none().then_some(direction)
}

/// A line cut at semicolons outside quotes and brackets.
fn statements(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut depth, mut quoted) = (0, 0_i32, false);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'[' | b'(' | b'{' if !quoted => depth += 1,
            b']' | b')' | b'}' if !quoted => depth -= 1,
            b';' if !quoted && depth <= 0 && !ends_entity(&line[start..at]) => {
                found.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&line[start..]);
    found
}

/// Whether a semicolon behind `text` is that of an entity: `#35;`.
fn ends_entity(text: &str) -> bool {
    let name = text.rfind('#').map(|at| &text[at + 1..]);
    name.is_some_and(|name| (1..=8).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric()))
}

struct Reader<'a> {
    chart: Chart<'a>,
    names: HashMap<&'a str, usize>,
    open: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn statement(&mut self, range: Range<usize>) -> Option<()> {
        let code = self.chart.code;
        let text = &code[range.clone()];
        let word = text.split_whitespace().next().unwrap_or_default();
        match word {
            "classDef" | "class" | "style" | "linkStyle" | "click" | "accTitle:" | "accDescr:" => Some(()),
            "direction" if !self.open.is_empty() => Some(()),
            "end" if text == "end" => self.open.pop().map(|_| ()),
            "subgraph" => {
                let (name, title) = title(code, range.start + word.len()..range.end);
                if self.chart.groups.len() >= MOST || self.open.len() > 3 {
                    return None;
                }
                self.chart.groups.push(Group { name, title, parent: self.open.last().copied() });
                self.open.push(self.chart.groups.len() - 1);
                Some(())
            }
            _ => self.chain(range),
        }
    }

    /// An edge may lead to a subgraph as if it were a node: it leads to a box in it that bears its title.
    fn groups_as_nodes(&mut self) {
        let code = self.chart.code;
        for (index, group) in self.chart.groups.iter().enumerate() {
            let name = code.get(group.name.clone()).unwrap_or_default();
            let node = self.names.get(name).and_then(|node| self.chart.nodes.get_mut(*node));
            let Some(node) = node else { continue };
            if code.get(node.label.clone()) == Some(name) {
                (node.label, node.shape) = (group.title.clone(), Shape::Round);
            }
            node.group = Some(index);
        }
    }

    /// `A & B -->|label| C --> D`
    fn chain(&mut self, range: Range<usize>) -> Option<()> {
        let mut cursor = Cursor { code: self.chart.code, at: range.start, end: range.end };
        let mut before = self.nodes(&mut cursor)?;
        loop {
            cursor.blanks();
            if cursor.rest().is_empty() {
                return Some(());
            }
            let link = cursor.link()?;
            let after = self.nodes(&mut cursor)?;
            for from in &before {
                for to in &after {
                    if let Some((style, ends, label)) = &link {
                        let edge =
                            Edge { from: *from, to: *to, style: *style, ends: *ends, label: label.clone() };
                        self.chart.edges.push(edge);
                    }
                }
            }
            if self.chart.edges.len() > MOST {
                return None;
            }
            before = after;
        }
    }

    fn nodes(&mut self, cursor: &mut Cursor<'a>) -> Option<Vec<usize>> {
        let mut found = Vec::new();
        loop {
            found.push(self.node(cursor)?);
            cursor.blanks();
            if !cursor.take("&") || found.len() > MOST {
                return Some(found);
            }
        }
    }

    fn node(&mut self, cursor: &mut Cursor<'a>) -> Option<usize> {
        cursor.blanks();
        let name = cursor.name()?;
        let said = cursor.brackets()?;
        if cursor.take(":::") {
            cursor.name()?;
        }
        let named = &self.chart.code[name.clone()];
        let group = self.open.last().copied();
        let index = *self.names.entry(named).or_insert(self.chart.nodes.len());
        if index == self.chart.nodes.len() {
            self.chart.nodes.push(Node { label: name, shape: Shape::Box, group, within: Vec::new() });
        }
        let node = self.chart.nodes.get_mut(index)?;
        // A node belongs to the subgraph that names it, wherever it was named before.
        if group.is_some() {
            node.group = group;
        }
        if let Some((shape, label)) = said {
            (node.shape, node.label) = (shape, label);
        }
        (self.chart.nodes.len() <= MOST).then_some(index)
    }
}

/// `subgraph id [Title]`, `subgraph Title`, `subgraph "Title"`: its name and its title.
fn title(code: &str, range: Range<usize>) -> (Range<usize>, Range<usize>) {
    let range = trimmed(code, range);
    let text = &code[range.clone()];
    match text.find('[').filter(|_| text.ends_with(']')) {
        Some(open) => (
            trimmed(code, range.start..range.start + open),
            trimmed(code, range.start + open + 1..range.end - 1),
        ),
        None if text.len() > 2 && text.starts_with('"') && text.ends_with('"') => {
            (range.start + 1..range.end - 1, range)
        }
        None => (range.clone(), range),
    }
}

struct Cursor<'a> {
    code: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.code.get(self.at..self.end).unwrap_or_default()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// Letters, digits, `_`; `.` and `-` between them, where they begin no link.
    fn name(&mut self) -> Option<Range<usize>> {
        let rest = self.rest();
        let mut end = 0;
        for (at, character) in rest.char_indices() {
            let after = rest[at + character.len_utf8()..].chars().next();
            let within = match character {
                '_' => true,
                '-' | '.' => end > 0 && after.is_some_and(|c| c.is_alphanumeric() || c == '_'),
                c => c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace()),
            };
            if !within {
                break;
            }
            end = at + character.len_utf8();
        }
        let range = self.at..self.at + end;
        self.at += end;
        (end > 0 && &self.code[range.clone()] != "end").then_some(range)
    }

    /// The brackets behind a name: a shape, and the bytes of the label. Not understood is `None`.
    #[expect(clippy::option_option, reason = "no brackets are something else than brackets not understood")]
    fn brackets(&mut self) -> Option<Option<(Shape, Range<usize>)>> {
        const SHAPES: [(&str, &[&str], Shape); 14] = [
            ("(((", &[")))"], Shape::Double),
            ("((", &["))"], Shape::Round),
            ("([", &["])"], Shape::Round),
            ("(", &[")"], Shape::Round),
            ("[[", &["]]"], Shape::Double),
            ("[(", &[")]"], Shape::Store),
            ("[/", &["/]", "\\]"], Shape::Slanted),
            ("[\\", &["\\]", "/]"], Shape::Slanted),
            ("[", &["]"], Shape::Box),
            ("{{", &["}}"], Shape::Slanted),
            ("{", &["}"], Shape::Slanted),
            (">", &["]"], Shape::Flag),
            ("@{", &[], Shape::Box),
            ("@", &[], Shape::Box),
        ];
        let rest = self.rest();
        let Some((open, closes, shape)) = SHAPES.iter().find(|(open, ..)| rest.starts_with(open)) else {
            return Some(None);
        };
        let inside = &rest[open.len()..];
        let quoted = inside.trim_start().strip_prefix('"');
        let from = quoted.map_or(0, |text| inside.len() - text.len() + text.find('"').map_or(0, |at| at + 1));
        let (length, close) = closes
            .iter()
            .filter_map(|close| Some((from + inside[from..].find(close)?, close)))
            .min_by_key(|(length, _)| *length)?;
        let start = self.at + open.len();
        self.at = start + length + close.len();
        Some(Some((*shape, start..start + length)))
    }

    /// A link; `Some(None)` is one that is not seen (`~~~`), `None` what is no link.
    #[expect(clippy::type_complexity, reason = "read once, where it is taken apart")]
    fn link(&mut self) -> Option<Option<(Style, [End; 2], Option<Range<usize>>)>> {
        let first = match self.rest().as_bytes() {
            [b'<', ..] => End::Arrow,
            [b'x', b'-' | b'=', ..] => End::Cross,
            [b'o', b'-' | b'=', ..] => End::Circle,
            _ => End::Plain,
        };
        self.at += usize::from(first != End::Plain);
        let rest = self.rest();
        if rest.starts_with("~~~") {
            self.at += rest.len() - rest.trim_start_matches('~').len();
            return Some(None);
        }
        let (style, line) = [("--", Style::Solid), ("-.", Style::Dotted), ("==", Style::Thick)]
            .iter()
            .find(|(begin, _)| rest.starts_with(begin))
            .map(|(begin, style)| (*style, *begin))?;
        let body = |c: char| {
            if style == Style::Thick { c == '=' } else { c == '-' || (c == '.' && style == Style::Dotted) }
        };
        let run = rest.len() - rest.trim_start_matches(body).len();
        let whole = |run: usize| match style {
            Style::Dotted => rest[..run].ends_with('-') && run >= 3,
            _ => run >= 3,
        };
        let (last, taken) = end(&rest[run..]);
        if (last != End::Plain && (run > 2 || style != Style::Dotted)) || whole(run) {
            self.at += run + taken;
            self.blanks();
            let label = if self.take("|") {
                let length = self.rest().find('|')?;
                let range = self.at..self.at + length;
                self.at += length + 1;
                Some(range)
            } else {
                None
            };
            return Some(Some((style, [first, last], label)));
        }
        if run != line.len() {
            return None;
        }
        // `-- text -->`: the text goes on to where the line does.
        let text = &rest[run..];
        let (closing, length) = match style {
            Style::Solid => ("--", text.find("--")?),
            Style::Dotted => (".-", text.find(".-")?),
            Style::Thick => ("==", text.find("==")?),
        };
        let label = self.at + run..self.at + run + length;
        let behind = &text[length..];
        let run_behind = (behind.len() - behind.trim_start_matches(body).len()).max(closing.len());
        let (last, taken) = end(&behind[run_behind..]);
        self.at = label.end + run_behind + taken;
        Some(Some((style, [first, last], Some(label))))
    }
}

/// What ends a link, and its bytes.
fn end(text: &str) -> (End, usize) {
    match text.as_bytes() {
        [b'>', ..] => (End::Arrow, 1),
        [b'x', b' ' | b'|', ..] | [b'x'] => (End::Cross, 1),
        [b'o', b' ' | b'|', ..] | [b'o'] => (End::Circle, 1),
        _ => (End::Plain, 0),
    }
}
