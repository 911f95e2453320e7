//! Room for the frames of groups: boxes that stand in a frame without being of its group are moved out.
//!
//! Knows `layers`.

use super::flowchart::Chart;
use super::label;
use super::layers::{Layers, What, depth, is_down, path};

/// Times that what stands in a frame is looked for: moving one may bring another into the way.
const SWEEPS: usize = 8;

/// Moves boxes and labels behind the frames that they are in the way of, `margin` being the cells across between a
/// frame's border and what is in it. Whether any were; what cannot be mended stays for the caller to see.
pub(super) fn make(chart: &Chart<'_>, layers: &mut Layers, margin: usize) -> Option<bool> {
    let mut any = false;
    for _ in 0..SWEEPS {
        let mut moved = false;
        for group in 0..chart.groups.len() {
            moved |= clear(chart, layers, group, margin)?;
        }
        if !moved {
            break;
        }
        any = true;
    }
    Some(any)
}

/// Whether anything stood in the frame of `group` and was moved.
fn clear(chart: &Chart<'_>, layers: &mut Layers, group: usize, margin: usize) -> Option<bool> {
    let is_member =
        |layers: &Layers, item: usize| path(chart, layers.items[item].group).any(|around| around == group);
    let members: Vec<usize> = (0..layers.items.len()).filter(|item| is_member(layers, *item)).collect();
    let beside = |layers: &Layers, item: usize| {
        margin * (depth(chart, layers.items[item].group) + 1 - depth(chart, Some(group)))
    };
    let start =
        members.iter().map(|item| layers.items[*item].at.saturating_sub(beside(layers, *item))).min()?;
    let end = members
        .iter()
        .map(|item| layers.items[*item].at + layers.items[*item].across + beside(layers, *item))
        .max()?;
    let title = label::one_line(chart.code, &chart.groups[group].title)?.width();
    let end = if is_down(chart.direction) { end.max(start + title + 6) } else { end };
    let first = members.iter().map(|item| layers.items[*item].layer).min()?;
    let last = members.iter().map(|item| layers.items[*item].layer).max()?;
    let mut moved = false;
    for layer in first..=last {
        let in_the_way = |layers: &Layers, item: usize| {
            let this = &layers.items[item];
            // One of another group would leave its own frame behind.
            let free = this.group.is_none_or(|own| path(chart, Some(group)).any(|around| around == own));
            free && this.what != What::Bend
                && !is_member(layers, item)
                && this.at < end
                && start < this.at + this.across
        };
        let order = layers.order[layer].clone();
        let (outside, mut stay): (Vec<usize>, Vec<usize>) =
            order.into_iter().partition(|item| in_the_way(layers, *item));
        if outside.is_empty() {
            continue;
        }
        moved = true;
        let behind = stay.iter().rposition(|item| layers.items[*item].at < end).map_or(0, |at| at + 1);
        layers.items[outside[0]].at = end + if is_down(chart.direction) { 2 } else { 1 };
        stay.splice(behind..behind, outside.iter().copied());
        for pair in stay[behind..].windows(2) {
            let before = &layers.items[pair[0]];
            let free = before.at + before.across + layers.gap(chart, pair[0], pair[1]);
            layers.items[pair[1]].at = layers.items[pair[1]].at.max(free);
        }
        layers.order[layer] = stay;
    }
    Some(moved)
}
