//! Where the boxes of a flowchart stand: layers along its direction, an order and a place across it.
//!
//! Knows `flowchart` and `label`. Follows Sugiyama: cycles are turned, edges cut at every layer they pass, the
//! order found by barycentres, places by the nearest that keep the order. All is bounded by the parser's bounds.

use super::flowchart::{Chart, Direction, Edge, End};
use super::label::{self, Line};

/// Boxes, labels and bends together beyond which nothing is drawn.
const MOST_ITEMS: usize = 600;
/// Times that the order is improved.
const SWEEPS: usize = 8;

/// What stands in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A node of the chart.
    Node(usize),
    /// An edge's label.
    Label,
    /// An edge that passes.
    Bend,
}

/// One thing in a layer. "Along" is the direction of the chart, "across" the other.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) what: What,
    pub(super) lines: Vec<Line>,
    pub(super) layer: usize,
    pub(super) group: Option<usize>,
    /// Cells along, and across.
    pub(super) along: usize,
    pub(super) across: usize,
    /// First cell across.
    pub(super) at: usize,
}

/// A piece of an edge from one layer to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// Items.
    pub(super) upper: usize,
    pub(super) lower: usize,
    /// The edge that it is a piece of.
    pub(super) edge: usize,
    /// What stands at the upper end, and at the lower.
    pub(super) ends: [End; 2],
}

/// A flowchart in layers.
pub(super) struct Layers {
    pub(super) items: Vec<Item>,
    pub(super) links: Vec<Link>,
    /// Items of each layer, in order across.
    pub(super) order: Vec<Vec<usize>>,
}

impl Layers {
    /// Puts the chart into layers, labels in lines of at most `columns` columns.
    pub(super) fn new(chart: &Chart<'_>, columns: usize) -> Option<Self> {
        let (ranks, turned) = ranks(chart);
        let mut used: Vec<usize> = ranks.clone();
        let edges = || chart.edges.iter().enumerate().filter(|(_, edge)| edge.from != edge.to);
        let ends_of = |index: usize, edge: &Edge| {
            if turned[index] {
                (edge.to, edge.from, [edge.ends[1], edge.ends[0]])
            } else {
                (edge.from, edge.to, edge.ends)
            }
        };
        for (index, edge) in edges().filter(|(_, edge)| edge.label.is_some()) {
            used.push(ranks[ends_of(index, edge).0] + 1);
        }
        used.sort_unstable();
        used.dedup();
        let layer = |rank: usize| used.binary_search(&rank).unwrap_or_else(|at| at);
        let mut layers = Self { items: Vec::new(), links: Vec::new(), order: vec![Vec::new(); used.len()] };
        for (index, node) in chart.nodes.iter().enumerate() {
            let mut lines = label::lines(chart.code, &node.label, columns)?;
            for group in &node.within {
                let mut title = label::lines(chart.code, group, columns)?;
                title.first_mut()?.text.insert(0, '(');
                title.last_mut()?.text.push(')');
                lines.append(&mut title);
            }
            for edge in chart.edges.iter().filter(|edge| edge.from == index && edge.to == index) {
                // An edge to where it began has no room between boxes; a line in the box says it.
                let bytes = edge.label.clone().unwrap_or(node.label.end..node.label.end);
                let mut again = Line { text: "↺ ".to_owned(), bytes: bytes.clone() };
                let said = label::lines(chart.code, &bytes, usize::MAX)?;
                for line in &said {
                    again.text.push_str(&line.text);
                }
                again.text.truncate(again.text.trim_end().len());
                lines.push(again);
            }
            layers.items.push(Item {
                what: What::Node(index),
                lines,
                layer: layer(ranks[index]),
                group: node.group,
                along: 0,
                across: 0,
                at: 0,
            });
        }
        for (index, edge) in edges() {
            let (from, to, ends) = ends_of(index, edge);
            let group = common(chart, chart.nodes[from].group, chart.nodes[to].group);
            let label_layer = edge.label.as_ref().map(|_| layer(ranks[from] + 1));
            let (first, last) = (layer(ranks[from]), layer(ranks[to]));
            let mut upper = from;
            for at in first + 1..=last {
                let lower = if at == last {
                    to
                } else {
                    let (what, lines) = match &edge.label {
                        Some(label) if label_layer == Some(at) => {
                            (What::Label, label::lines(chart.code, label, columns)?)
                        }
                        _ => (What::Bend, Vec::new()),
                    };
                    layers.items.push(Item { what, lines, layer: at, group, along: 0, across: 0, at: 0 });
                    layers.items.len() - 1
                };
                let ends = [
                    if upper == from { ends[0] } else { End::Plain },
                    if lower == to { ends[1] } else { End::Plain },
                ];
                layers.links.push(Link { upper, lower, edge: index, ends });
                upper = lower;
            }
            if layers.items.len() > MOST_ITEMS {
                return None;
            }
        }
        layers.measure(chart);
        layers.arrange(chart);
        layers.place(chart);
        Some(layers)
    }

    /// Kinds of line that leave an item at its lower side, or come in at its upper: each needs its own place.
    pub(super) fn kinds(&self, chart: &Chart<'_>, item: usize, lower: bool) -> Vec<Kind> {
        let at = |link: &&Link| if lower { link.upper == item } else { link.lower == item };
        let mut kinds: Vec<Kind> =
            self.links.iter().filter(at).map(|link| kind(chart, link, lower)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    fn measure(&mut self, chart: &Chart<'_>) {
        let down = is_down(chart.direction);
        for index in 0..self.items.len() {
            let kinds = self.kinds(chart, index, true).len().max(self.kinds(chart, index, false).len());
            let item = &mut self.items[index];
            let (high, wide) = (item.lines.len(), label::widest(&item.lines));
            let (high, wide) = match item.what {
                What::Node(_) => (high + 2, (wide + 4).max(7)),
                What::Label => (high, wide + 2),
                What::Bend => (1, 1),
            };
            (item.along, item.across) = if down { (high, wide) } else { (wide, high) };
            if matches!(item.what, What::Node(_)) {
                item.across = item.across.max(1 + 2 * kinds);
            }
        }
    }

    /// Finds an order in which few lines cross; members of a group stay beside each other.
    fn arrange(&mut self, chart: &Chart<'_>) {
        for index in 0..self.items.len() {
            self.order[self.items[index].layer].push(index);
        }
        let mut best = (self.crossings(), self.order.clone());
        for sweep in 0..SWEEPS {
            let down = sweep % 2 == 0;
            let places = self.places();
            let groups = group_places(chart, &self.items, &places);
            let count = self.order.len();
            for step in 0..count {
                let layer = if down { step } else { count - 1 - step };
                let places = self.places();
                let mut keyed: Vec<(f64, f64, usize)> = self.order[layer]
                    .iter()
                    .map(|item| {
                        let near = self.links.iter().filter_map(|link| match down {
                            true if link.lower == *item => Some(places[link.upper]),
                            false if link.upper == *item => Some(places[link.lower]),
                            _ => None,
                        });
                        let own = mean(near).unwrap_or(places[*item]);
                        let outermost = outermost(chart, self.items[*item].group);
                        (outermost.map_or(own, |group| groups[group]), own, *item)
                    })
                    .collect();
                keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
                self.order[layer] = keyed.into_iter().map(|(_, _, item)| item).collect();
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.order.clone());
            }
        }
        self.order = best.1;
    }

    /// Each item's place in its layer, between 0 and 1.
    fn places(&self) -> Vec<f64> {
        let mut places = vec![0.0; self.items.len()];
        for layer in &self.order {
            for (at, item) in layer.iter().enumerate() {
                places[*item] = (at as f64 + 0.5) / layer.len() as f64;
            }
        }
        places
    }

    fn crossings(&self) -> usize {
        let places = self.places();
        let mut count = 0;
        let mut by_layer: Vec<Vec<(f64, f64)>> = vec![Vec::new(); self.order.len()];
        for link in &self.links {
            by_layer[self.items[link.upper].layer].push((places[link.upper], places[link.lower]));
        }
        for links in &by_layer {
            for (index, a) in links.iter().enumerate() {
                count += links[index + 1..].iter().filter(|b| (a.0 - b.0) * (a.1 - b.1) < 0.0).count();
            }
        }
        count
    }

    /// Gives each item its cells across: near what it is linked with, in order, with room between.
    fn place(&mut self, chart: &Chart<'_>) {
        let mut centres = vec![0.0; self.items.len()];
        for layer in &self.order {
            let mut at = 0.0;
            for item in layer {
                centres[*item] = at + self.items[*item].across as f64 / 2.0;
                at += (self.items[*item].across + 4) as f64;
            }
        }
        for sweep in 0..2 * SWEEPS {
            let down = sweep % 2 == 0;
            for step in 0..self.order.len() {
                let layer = if down { step } else { self.order.len() - 1 - step };
                let order = self.order[layer].clone();
                // In the last sweeps both sides count, so that a parent stands over the middle of its children.
                let wanted: Vec<f64> = order
                    .iter()
                    .map(|item| {
                        let both = sweep + 2 >= 2 * SWEEPS;
                        let near = self.links.iter().filter_map(|link| match () {
                            () if link.lower == *item && (down || both) => Some(centres[link.upper]),
                            () if link.upper == *item && (!down || both) => Some(centres[link.lower]),
                            () => None,
                        });
                        mean(near).unwrap_or(centres[*item])
                    })
                    .collect();
                self.nearest(chart, &order, &wanted, &mut centres);
            }
        }
        let left = |item: usize, centres: &[f64], items: &[Item]| {
            (centres[item] - items[item].across as f64 / 2.0).round()
        };
        let least =
            (0..self.items.len()).map(|item| left(item, &centres, &self.items)).fold(f64::MAX, f64::min);
        for item in 0..self.items.len() {
            self.items[item].at = (left(item, &centres, &self.items) - least) as usize;
        }
        // Rounding may have taken a cell of the room between two.
        for order in self.order.clone() {
            for pair in order.windows(2) {
                let free =
                    self.items[pair[0]].at + self.items[pair[0]].across + self.gap(chart, pair[0], pair[1]);
                self.items[pair[1]].at = self.items[pair[1]].at.max(free);
            }
        }
    }

    /// The places nearest to `wanted` that keep the order and the gaps: neighbours that want the same room
    /// move as one block, to the mean of what they want.
    fn nearest(&self, chart: &Chart<'_>, order: &[usize], wanted: &[f64], centres: &mut [f64]) {
        let mut offsets = Vec::with_capacity(order.len());
        let mut offset = 0.0;
        for (index, item) in order.iter().enumerate() {
            if let Some(before) = index.checked_sub(1).map(|before| order[before]) {
                let half = (self.items[before].across + self.items[*item].across) as f64 / 2.0;
                offset += half + self.gap(chart, before, *item) as f64;
            }
            offsets.push(offset);
        }
        let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
        for (index, item) in order.iter().enumerate() {
            let weight = if self.items[*item].what == What::Bend { 4.0 } else { 1.0 };
            blocks.push(((wanted[index] - offsets[index]) * weight, weight, 1));
            while let [.., before, last] = blocks.as_slice()
                && before.0 / before.1 >= last.0 / last.1
            {
                let joined = (before.0 + last.0, before.1 + last.1, before.2 + last.2);
                blocks.truncate(blocks.len() - 2);
                blocks.push(joined);
            }
        }
        let mut index = 0;
        for (sum, weight, count) in blocks {
            for _ in 0..count {
                centres[order[index]] = sum / weight + offsets[index];
                index += 1;
            }
        }
    }

    /// Empty cells between two neighbours of a layer, the borders of groups included.
    pub(super) fn gap(&self, chart: &Chart<'_>, a: usize, b: usize) -> usize {
        let (a, b) = (&self.items[a], &self.items[b]);
        let shared = depth(chart, common(chart, a.group, b.group));
        let borders = depth(chart, a.group) + depth(chart, b.group) - 2 * shared;
        if is_down(chart.direction) { 3 + 2 * borders } else { 1 + borders }
    }
}

/// What tells lines apart that leave one box: each kind has its own place at the border.
pub(super) type Kind = (End, super::canvas::Style);

/// The kind of a link at its upper end (`lower` side of a box), or at its lower end.
pub(super) fn kind(chart: &Chart<'_>, link: &Link, at_upper: bool) -> Kind {
    (link.ends[usize::from(!at_upper)], chart.edges[link.edge].style)
}

/// Whether the chart runs down or up.
pub(super) fn is_down(direction: Direction) -> bool {
    matches!(direction, Direction::Down | Direction::Up)
}

/// How many groups are around: 0 outside all.
pub(super) fn depth(chart: &Chart<'_>, group: Option<usize>) -> usize {
    path(chart, group).count()
}

/// The group and those around it, from the innermost.
pub(super) fn path<'a>(chart: &'a Chart<'_>, group: Option<usize>) -> impl Iterator<Item = usize> + 'a {
    std::iter::successors(group, |group| chart.groups.get(*group)?.parent)
}

fn outermost(chart: &Chart<'_>, group: Option<usize>) -> Option<usize> {
    path(chart, group).last()
}

/// The innermost group that holds both.
fn common(chart: &Chart<'_>, a: Option<usize>, b: Option<usize>) -> Option<usize> {
    path(chart, a).find(|group| path(chart, b).any(|other| other == *group))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// Where each outermost group stands on the whole, between 0 and 1.
fn group_places(chart: &Chart<'_>, items: &[Item], places: &[f64]) -> Vec<f64> {
    (0..chart.groups.len())
        .map(|group| {
            let members =
                items.iter().zip(places).filter(|(item, _)| outermost(chart, item.group) == Some(group));
            mean(members.map(|(_, place)| *place)).unwrap_or(0.5)
        })
        .collect()
}

/// Each node's rank (even: the odd ones are for labels), and which edges are turned so that none leads back.
fn ranks(chart: &Chart<'_>) -> (Vec<usize>, Vec<bool>) {
    let count = chart.nodes.len();
    let mut leaving: Vec<Vec<(usize, usize)>> = vec![Vec::new(); count];
    for (index, edge) in chart.edges.iter().enumerate().filter(|(_, edge)| edge.from != edge.to) {
        leaving[edge.from].push((edge.to, index));
    }
    let mut turned = vec![false; chart.edges.len()];
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0_u8; count];
    let mut done = Vec::with_capacity(count);
    for root in 0..count {
        if state[root] != 0 {
            continue;
        }
        state[root] = 1;
        let mut way = vec![(root, 0)];
        while let Some((node, next)) = way.last_mut() {
            if let Some((to, edge)) = leaving[*node].get(*next) {
                *next += 1;
                match state[*to] {
                    0 => {
                        state[*to] = 1;
                        way.push((*to, 0));
                    }
                    1 => turned[*edge] = true,
                    _ => {}
                }
            } else {
                state[*node] = 2;
                done.push(*node);
                way.pop();
            }
        }
    }
    let ordered: Vec<(usize, usize)> = chart
        .edges
        .iter()
        .zip(&turned)
        .filter(|(edge, _)| edge.from != edge.to)
        .map(|(edge, turned)| if *turned { (edge.to, edge.from) } else { (edge.from, edge.to) })
        .collect();
    // With those turned, each edge leads from a node that is done later to one that is done earlier.
    let mut ranks = vec![0_usize; count];
    for node in done.iter().rev() {
        for (from, to) in ordered.iter().filter(|(from, _)| from == node) {
            ranks[*to] = ranks[*to].max(ranks[*from] + 2);
        }
    }
    // What nothing leads to stands just before what it leads to.
    for node in &done {
        if ordered.iter().all(|(_, to)| to != node)
            && let Some(least) =
                ordered.iter().filter(|(from, _)| from == node).map(|(_, to)| ranks[*to]).min()
        {
            ranks[*node] = usize::saturating_sub(least, 2);
        }
    }
    (ranks, turned)
}
