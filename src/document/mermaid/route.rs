//! A flowchart in layers → lines, boxes and frames on a canvas.
//!
//! Knows `layers` and `canvas`. Between two layers every line goes along, once across on a track of its own,
//! and along again. "Along" is the direction of the chart, "across" the other.

use std::ops::Range;

use super::canvas::{Canvas, DOWN, LEFT, RIGHT, Style, UP};
use super::flowchart::{Chart, Direction, End, Shape};
use super::label::{self, Line};
use super::layers::{Item, Kind, Layers, What, depth, is_down, kind, path};
use super::room;

/// Draws a chart, its labels in lines of at most `columns` columns; `None` where it cannot be drawn clearly.
pub(super) fn draw(chart: &Chart<'_>, columns: usize) -> Option<Canvas> {
    let mut layers = Layers::new(chart, columns)?;
    let mut frames = frames_across(chart, &mut layers)?;
    let nets = nets(chart, &mut layers)?;
    let plan = Plan::new(chart, &layers, &nets, &mut frames);
    if !is_clear(chart, &layers, &plan, &frames) {
        return None;
    }
    let across = frames.iter().map(|frame| frame.across.end);
    let across = across.chain(layers.items.iter().map(|item| item.at + item.across)).max()?;
    let (rows, columns) = if is_down(chart.direction) { (plan.along, across) } else { (across, plan.along) };
    let mut pen = Pen { canvas: Canvas::new(rows, columns)?, direction: chart.direction, along: plan.along };
    for frame in &frames {
        pen.frame(frame)?;
    }
    for (item, rows) in layers.items.iter().zip(&plan.items) {
        pen.item(chart, item, rows);
    }
    for net in &nets {
        pen.net(&layers, &plan, net);
    }
    pen.canvas.under(&super::title_lines(chart.code, super::title(chart.code).as_ref(), columns)?)
}

/// Lines that leave one place of a box: they part on one track.
struct Net {
    item: usize,
    kind: Kind,
    /// Cell across where it leaves.
    top: usize,
    /// Links with the cell across where each comes in.
    pins: Vec<(usize, usize)>,
    /// Its track between the layers; none where it goes straight.
    track: Option<usize>,
}

impl Net {
    fn reach(&self) -> Range<usize> {
        let cells = || self.pins.iter().map(|(_, at)| *at).chain(std::iter::once(self.top));
        cells().min().unwrap_or(0)..cells().max().unwrap_or(0) + 1
    }
}

/// The cell across of the `index`th of `count` places at an item's side.
fn port(item: &Item, index: usize, count: usize) -> usize {
    (item.at + (item.across.saturating_sub(1)) / 2 + 2 * index + 1).saturating_sub(count)
}

/// Finds where lines leave and come in, layer by layer: no line may come in where one of another box leaves.
fn nets(chart: &Chart<'_>, layers: &mut Layers) -> Option<Vec<Net>> {
    let mut all = Vec::new();
    for layer in 0..layers.order.len() {
        let mut nets: Vec<Net> = Vec::new();
        for item in &layers.order[layer] {
            let kinds = layers.kinds(chart, *item, true);
            for (index, kind) in kinds.iter().enumerate() {
                let top = port(&layers.items[*item], index, kinds.len());
                nets.push(Net { item: *item, kind: *kind, top, pins: Vec::new(), track: None });
            }
        }
        let mut taken: Vec<usize> = Vec::new();
        for item in layers.order.get(layer + 1).cloned().unwrap_or_default() {
            let kinds = layers.kinds(chart, item, false);
            for (index, wanted) in kinds.iter().enumerate() {
                let comes = |link: usize| {
                    let link = &layers.links[link];
                    link.lower == item && kind(chart, link, false) == *wanted
                };
                let links: Vec<usize> = (0..layers.links.len()).filter(|link| comes(*link)).collect();
                let from = |link: usize| {
                    let link = &layers.links[link];
                    let leaves = kind(chart, link, true);
                    nets.iter().position(|net| net.item == link.upper && net.kind == leaves)
                };
                let sources: Vec<usize> = links.iter().filter_map(|link| from(*link)).collect();
                let at = entry(&layers.items[item], (index, kinds.len()), &sources, &nets, &taken)?;
                taken.push(at);
                let moved = &mut layers.items[item];
                if !matches!(moved.what, What::Node(_)) {
                    moved.at = (moved.at + at).checked_sub(port(moved, 0, 1))?;
                }
                for (link, source) in links.iter().zip(&sources) {
                    nets[*source].pins.push((*link, at));
                }
            }
        }
        assign_tracks(&mut nets);
        all.append(&mut nets);
    }
    Some(all)
}

/// Where lines of one kind come into an item: straight below where they left if that can be, else in the
/// middle, else as near to it as is free.
fn entry(
    item: &Item,
    (index, count): (usize, usize),
    sources: &[usize],
    nets: &[Net],
    taken: &[usize],
) -> Option<usize> {
    let middle = port(item, index, count);
    let (least, most) = match item.what {
        What::Node(_) => (item.at + 1, (item.at + item.across).saturating_sub(2)),
        What::Label | What::Bend => (middle.saturating_sub(1), middle + 1),
    };
    let straight = match sources {
        [one] if count == 1 => nets.get(*one).map(|net| net.top),
        _ => None,
    };
    let near = (0..=item.across).flat_map(|step| [middle.checked_sub(step), Some(middle + step)]).flatten();
    straight.into_iter().chain(near).find(|at| {
        let leaves = nets.iter().position(|net| net.top == *at);
        (least..=most).contains(at) && !taken.contains(at) && leaves.is_none_or(|net| sources.contains(&net))
    })
}

/// Gives each line that goes across a track on which it meets no other.
fn assign_tracks(nets: &mut [Net]) {
    let mut order: Vec<usize> =
        (0..nets.len()).filter(|net| nets[*net].pins.iter().any(|(_, at)| *at != nets[*net].top)).collect();
    order.sort_by_key(|net| (nets[*net].reach().len(), nets[*net].top));
    let mut tracks: Vec<Vec<Range<usize>>> = Vec::new();
    for net in order {
        let reach = nets[net].reach();
        let is_free = |track: &Vec<Range<usize>>| {
            track.iter().all(|other| reach.end < other.start || other.end < reach.start)
        };
        let track = tracks.iter().position(is_free).unwrap_or(tracks.len());
        if track == tracks.len() {
            tracks.push(Vec::new());
        }
        tracks[track].push(reach);
        nets[net].track = Some(track);
    }
}

/// A group's frame, its border included.
struct Frame {
    group: usize,
    /// Layers of its first and last member.
    layers: Range<usize>,
    along: Range<usize>,
    across: Range<usize>,
    title: Line,
}

/// Cells along between a frame's border and what is in it, the border included.
fn border(chart: &Chart<'_>) -> usize {
    if is_down(chart.direction) { 1 } else { 2 }
}

/// The frames of all groups across; moves everything so that none begins before the first cell.
fn frames_across(chart: &Chart<'_>, layers: &mut Layers) -> Option<Vec<Frame>> {
    let margin = if is_down(chart.direction) { 2 } else { 1 };
    let deepest = (0..chart.groups.len()).map(|group| depth(chart, Some(group))).max().unwrap_or(0);
    for item in &mut layers.items {
        item.at += deepest * margin;
    }
    let moved = room::make(chart, layers, margin)?;
    let mut frames = Vec::new();
    for (index, group) in chart.groups.iter().enumerate() {
        let within = |item: &&Item| path(chart, item.group).any(|group| group == index);
        let mut across: Option<Range<usize>> = None;
        let mut rows: Option<Range<usize>> = None;
        for item in layers.items.iter().filter(within) {
            let margin = margin * (depth(chart, item.group) + 1 - depth(chart, Some(index)));
            let reach = item.at - margin.min(item.at)..item.at + item.across + margin;
            across =
                Some(across.map_or(reach.clone(), |old| old.start.min(reach.start)..old.end.max(reach.end)));
            rows = Some(rows.map_or(item.layer..item.layer + 1, |old| {
                old.start.min(item.layer)..old.end.max(item.layer + 1)
            }));
        }
        let title = label::one_line(chart.code, &group.title)?;
        let mut across = across?;
        if is_down(chart.direction) {
            across.end = across.end.max(across.start + title.width() + 6);
        }
        frames.push(Frame { group: index, layers: rows?, along: 0..0, across, title });
    }
    if moved {
        let begins = frames.iter().map(|frame| frame.across.start);
        let spare = begins.chain(layers.items.iter().map(|item| item.at)).min().unwrap_or(0);
        layers.items.iter_mut().for_each(|item| item.at -= spare);
        for frame in &mut frames {
            frame.across = frame.across.start - spare..frame.across.end - spare;
        }
    }
    Some(frames)
}

/// Cells along.
struct Plan {
    /// Of the whole.
    along: usize,
    /// Of each layer.
    layers: Vec<Range<usize>>,
    /// Of each item.
    items: Vec<Range<usize>>,
    /// The first track behind each layer.
    tracks: Vec<usize>,
    /// Cells from one track to the next.
    step: usize,
}

impl Plan {
    fn new(chart: &Chart<'_>, layers: &Layers, nets: &[Net], frames: &mut [Frame]) -> Self {
        let (step, border) = (if is_down(chart.direction) { 1 } else { 2 }, border(chart));
        let levels = |layer: usize, first: bool| {
            let here = |frame: &&Frame| {
                if first { frame.layers.start == layer } else { frame.layers.end == layer + 1 }
            };
            let deep = frames.iter().filter(here).map(|frame| {
                let around =
                    |other: &&Frame| path(chart, Some(frame.group)).any(|group| group == other.group);
                frames.iter().filter(here).filter(around).count()
            });
            deep.max().unwrap_or(0)
        };
        let marked = |layer: usize, end: usize| {
            let is = |link: &super::layers::Link| {
                let item = if end == 0 { link.upper } else { link.lower };
                layers.items[item].layer == layer && link.ends[end] != End::Plain
            };
            usize::from(layers.links.iter().any(is))
        };
        let mut plan = Self {
            along: 0,
            layers: Vec::new(),
            items: vec![0..0; layers.items.len()],
            tracks: Vec::new(),
            step,
        };
        let mut at = 0;
        for (layer, order) in layers.order.iter().enumerate() {
            at += border * levels(layer, true) + marked(layer, 1);
            let high = order.iter().map(|item| layers.items[*item].along).max().unwrap_or(0);
            plan.layers.push(at..at + high);
            for item in order {
                let own =
                    if layers.items[*item].what == What::Bend { high } else { layers.items[*item].along };
                let start = at + (high - own) / 2;
                plan.items[*item] = start..start + own;
            }
            at += high + marked(layer, 0) + border * levels(layer, false);
            let here = nets.iter().filter(|net| layers.items[net.item].layer == layer);
            let tracks = here.filter_map(|net| net.track).max().map_or(0, |last| last + 1);
            plan.tracks.push(at + step - 1);
            if layer + 1 < layers.order.len() {
                at += (step * tracks + step - 1).max(step);
            }
        }
        plan.along = at;
        for index in 0..frames.len() {
            let frame = &frames[index];
            let inside = |end: bool| {
                let edge = |other: &&Frame| {
                    let same = if end {
                        other.layers.end == frame.layers.end
                    } else {
                        other.layers.start == frame.layers.start
                    };
                    same && path(chart, Some(other.group)).any(|group| group == frame.group)
                };
                let deep =
                    |other: &Frame| depth(chart, Some(other.group)) + 1 - depth(chart, Some(frame.group));
                frames.iter().filter(edge).map(deep).max().unwrap_or(1)
            };
            let start = plan.layers[frame.layers.start].start
                - marked(frame.layers.start, 1)
                - border * inside(false);
            let last = frame.layers.end - 1;
            let end = plan.layers[last].end + marked(last, 0) + border * inside(true);
            frames[index].along = start..end;
        }
        plan
    }
}

/// Whether every frame holds its members alone, and has room for its title.
fn is_clear(chart: &Chart<'_>, layers: &Layers, plan: &Plan, frames: &[Frame]) -> bool {
    let meet = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    let within = |frame: &Frame, group| path(chart, group).any(|around| around == frame.group);
    frames.iter().all(|frame| {
        let wide = if is_down(chart.direction) { frame.across.len() } else { frame.along.len() };
        let items = layers.items.iter().zip(&plan.items).all(|(item, along)| {
            item.what == What::Bend
                || within(frame, item.group)
                || !(meet(&frame.along, along) && meet(&frame.across, &(item.at..item.at + item.across)))
        });
        let others = frames.iter().all(|other| {
            within(frame, Some(other.group))
                || within(other, Some(frame.group))
                || !(meet(&frame.along, &other.along) && meet(&frame.across, &other.across))
        });
        items && others && wide >= frame.title.width() + 6
    })
}

/// Draws along and across on a canvas of rows and columns.
struct Pen {
    canvas: Canvas,
    direction: Direction,
    along: usize,
}

/// Ends of a line's piece: against the direction, with it, and to both sides.
const BACK: u8 = 1;
const FORTH: u8 = 2;
const BEFORE: u8 = 4;
const AFTER: u8 = 8;

impl Pen {
    /// Row and column of a cell.
    fn cell(&self, along: usize, across: usize) -> (usize, usize) {
        let turned = (self.along - 1).saturating_sub(along);
        match self.direction {
            Direction::Down => (along, across),
            Direction::Up => (turned, across),
            Direction::Right => (across, along),
            Direction::Left => (across, turned),
        }
    }

    /// Rows and columns of a stretch.
    fn area(&self, along: &Range<usize>, across: &Range<usize>) -> (Range<usize>, Range<usize>) {
        let turned = self.along.saturating_sub(along.end)..self.along.saturating_sub(along.start);
        match self.direction {
            Direction::Down => (along.clone(), across.clone()),
            Direction::Up => (turned, across.clone()),
            Direction::Right => (across.clone(), along.clone()),
            Direction::Left => (across.clone(), turned),
        }
    }

    fn line(&mut self, along: usize, across: usize, ends: u8, style: Style) {
        let (back, forth, before, after) = match self.direction {
            Direction::Down => (UP, DOWN, LEFT, RIGHT),
            Direction::Up => (DOWN, UP, LEFT, RIGHT),
            Direction::Right => (LEFT, RIGHT, UP, DOWN),
            Direction::Left => (RIGHT, LEFT, UP, DOWN),
        };
        let turn = |end: u8, to: u8| if ends & end == 0 { 0 } else { to };
        let ends = turn(BACK, back) | turn(FORTH, forth) | turn(BEFORE, before) | turn(AFTER, after);
        let (row, column) = self.cell(along, across);
        self.canvas.line(row, column, ends, style);
    }

    fn frame(&mut self, frame: &Frame) -> Option<()> {
        let (rows, columns) = self.area(&frame.along, &frame.across);
        self.canvas.frame(&rows, &columns, Style::Dotted, false);
        let wide = frame.title.width();
        self.canvas.mark(rows.start, columns.start + 2, ' ');
        self.canvas.label(rows.start, columns.start + 3, &frame.title);
        self.canvas.mark(rows.start, columns.start + 3 + wide, ' ');
        (columns.len() >= wide + 6).then_some(())
    }

    fn item(&mut self, chart: &Chart<'_>, item: &Item, along: &Range<usize>) {
        let (rows, columns) = self.area(along, &(item.at..item.at + item.across));
        let mut top = rows.start;
        if let What::Node(node) = item.what {
            let shape = chart.nodes.get(node).map(|node| node.shape).unwrap_or_default();
            self.canvas.frame(&rows, &columns, Style::Solid, shape != Shape::Round);
            self.dress(shape, &rows, &columns);
            top += (rows.len() - item.lines.len()) / 2;
        }
        for (index, line) in item.lines.iter().enumerate() {
            let spare = columns.len().saturating_sub(line.width());
            self.canvas.label(top + index, columns.start + spare / 2, line);
        }
    }

    /// What tells a box's shape from a plain one's.
    fn dress(&mut self, shape: Shape, rows: &Range<usize>, columns: &Range<usize>) {
        let (top, bottom, left, right) = (rows.start, rows.end - 1, columns.start, columns.end - 1);
        match shape {
            Shape::Box | Shape::Round => {}
            Shape::Slanted => {
                for (row, column, mark) in
                    [(top, left, '╱'), (top, right, '╲'), (bottom, left, '╲'), (bottom, right, '╱')]
                {
                    self.canvas.mark(row, column, mark);
                }
            }
            Shape::Double => {
                for row in top + 1..bottom {
                    self.canvas.mark(row, left, '║');
                    self.canvas.mark(row, right, '║');
                }
                for (row, column, mark) in
                    [(top, left, '╓'), (top, right, '╖'), (bottom, left, '╙'), (bottom, right, '╜')]
                {
                    self.canvas.mark(row, column, mark);
                }
            }
            Shape::Store => {
                for column in left + 1..right {
                    self.canvas.mark(top, column, '═');
                }
                self.canvas.mark(top, left, '╒');
                self.canvas.mark(top, right, '╕');
            }
            Shape::Flag => {
                for row in top + 1..bottom {
                    self.canvas.mark(row, left, '>');
                }
            }
        }
    }

    fn net(&mut self, layers: &Layers, plan: &Plan, net: &Net) {
        let style = net.kind.1;
        let item = &layers.items[net.item];
        let begin = plan.items[net.item].end;
        let layer = item.layer;
        let track = net.track.map(|track| plan.tracks[layer] + track * plan.step);
        if item.what == What::Bend {
            for along in plan.items[net.item].clone() {
                self.line(along, net.top, BACK | FORTH, style);
            }
        }
        if matches!(item.what, What::Node(_)) && net.kind.0 == End::Plain {
            self.line(begin - 1, net.top, FORTH, style);
        }
        let reach = net.reach();
        let ends = |at: usize| plan.items[layers.links[at].lower].start;
        if let Some(track) = track {
            for along in begin..track {
                self.line(along, net.top, BACK | FORTH, style);
            }
            for at in reach.clone() {
                let is_pin = net.pins.iter().any(|(_, pin)| *pin == at);
                let mut bits = if at > reach.start { BEFORE } else { 0 };
                bits |= if at + 1 < reach.end { AFTER } else { 0 };
                bits |= if is_pin { FORTH } else { 0 };
                bits |= if at == net.top { BACK } else { 0 };
                self.line(track, at, bits, style);
            }
        }
        for (link, at) in &net.pins {
            for along in track.map_or(begin, |track| track + 1)..ends(*link) {
                self.line(along, *at, BACK | FORTH, style);
            }
        }
        for (link, at) in &net.pins {
            let link_ends = layers.links[*link].ends;
            self.end(begin, net.top, link_ends[0], false);
            self.end(ends(*link) - 1, *at, link_ends[1], true);
        }
    }

    /// What stands at a line's end.
    fn end(&mut self, along: usize, across: usize, end: End, forth: bool) {
        const ARROWS: [char; 4] = ['▾', '▸', '▴', '◂'];
        let mark = match end {
            End::Plain => return,
            End::Cross => '×',
            End::Circle => '○',
            End::Arrow => {
                let way = match self.direction {
                    Direction::Down => 0,
                    Direction::Right => 1,
                    Direction::Up => 2,
                    Direction::Left => 3,
                };
                ARROWS[(way + if forth { 0 } else { 2 }) % 4]
            }
        };
        let (row, column) = self.cell(along, across);
        self.canvas.mark(row, column, mark);
    }
}
