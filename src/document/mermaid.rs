//! Mermaid diagrams in text: flowcharts and sequence diagrams as boxes and lines.
//!
//! Knows `text` and `shown`. Draws from the code as it is shown, so that what a diagram says has passed the
//! same cleaning and leads to the same bytes of the markdown. What it does not understand whole, what is
//! wider than the room and what is larger than any diagram made to be read it leaves to be shown as code.
//!
//! The crate `mermaid-text` 0.57 was weighed and not taken (2026-11-22): of 400 nodes with 800 edges it made
//! nothing within 30 s, it knows no `--x` in sequences, runs lines through its own frames, and brings a clock.

mod canvas;
mod flowchart;
mod label;
mod layers;
mod room;
mod route;
mod said;
mod sequence;

use std::ops::Range;

use crate::safe;
use crate::text::SafeText;

use super::shown::ShownText;

use canvas::Canvas;
use flowchart::{Chart, Direction};
use label::Line;

/// Bytes of code beyond which nothing is drawn.
const MOST_BYTES: usize = 16 * 1024;
/// Columns of a label's lines, widest first: a diagram that does not fit is tried again with narrower ones.
const LABEL_COLUMNS: [usize; 3] = [28, 18, 12];

/// Whether code of this language is a diagram.
pub(super) fn is_mermaid(language: &str) -> bool {
    language.eq_ignore_ascii_case("mermaid")
}

/// What the code of a diagram is called where it is shown as code: "mermaid · pie".
pub(super) fn label(code: &str) -> SafeText {
    let kind = first_word(code);
    let plain = kind.len() <= 24 && kind.starts_with(|c: char| c.is_ascii_alphabetic());
    if !plain || !kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return safe!("mermaid");
    }
    let kind =
        if kind == "graph" { "flowchart" } else { kind.trim_end_matches("-beta").trim_end_matches("-v2") };
    let mut words = String::new();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    safe!("mermaid · {words}")
}

/// The diagram of `code` in at most `room` columns; `None` where it is to be shown as code.
pub(super) fn draw(code: &ShownText, room: u16) -> Option<ShownText> {
    let text = code.text.as_str();
    if text.len() > MOST_BYTES {
        return None;
    }
    let room = usize::from(room);
    let kind = first_word(text);
    let fits = |canvas: Option<Canvas>| canvas.filter(|canvas| canvas.width() <= room)?.finish(code);
    if kind == "sequenceDiagram" {
        return LABEL_COLUMNS.iter().find_map(|columns| fits(sequence::draw(text, *columns)));
    }
    if !matches!(kind, "graph" | "flowchart") {
        return None;
    }
    let chart = flowchart::parse(text)?;
    // Where frames cannot be drawn clearly, what they say stands in the boxes.
    let plain = (!chart.groups.is_empty()).then(|| chart.dissolved());
    let as_written =
        |chart: &Chart<'_>| LABEL_COLUMNS.iter().find_map(|columns| fits(route::draw(chart, *columns)));
    // Across, a chart takes its whole length; down, there is always room for that.
    let down = |chart: &Chart<'_>| as_written(&chart.turned(Direction::Down));
    let drawn = as_written(&chart).or_else(|| down(&chart));
    drawn.or_else(|| plain.and_then(|chart| as_written(&chart).or_else(|| down(&chart))))
}

/// Bytes of the title that the settings between two `---` give.
fn title(code: &str) -> Option<Range<usize>> {
    let mut at = 0;
    let mut settings = false;
    for line in code.split('\n') {
        let start = at;
        at += line.len() + 1;
        match line.trim() {
            "" if !settings => {}
            "---" if !settings => settings = true,
            _ if !settings => return None,
            "---" => return None,
            _ => {
                if let Some(said) = line.strip_prefix("title:") {
                    let range = label::trimmed(code, start + line.len() - said.len()..start + line.len());
                    return (!range.is_empty()).then_some(range);
                }
            }
        }
    }
    None
}

/// The lines of a title over a diagram of so many columns; none without a title.
fn title_lines(code: &str, title: Option<&Range<usize>>, columns: usize) -> Option<Vec<Line>> {
    title.map_or(Some(Vec::new()), |title| label::lines(code, title, columns.max(LABEL_COLUMNS[2])))
}

/// The lines of a diagram that say something, with the byte each begins at: no comments, directives or
/// settings between two `---`.
fn lines(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let mut settings = None;
    code.split('\n').filter_map(move |line| {
        let start = at;
        at += line.len() + 1;
        let said = line.trim();
        if settings == Some(true) || (settings.is_none() && said == "---") {
            settings = Some(settings.is_none() || said != "---");
            return None;
        }
        if said.is_empty() || said.starts_with("%%") {
            return None;
        }
        settings = Some(false);
        Some((start + (line.len() - line.trim_start().len()), said))
    })
}

fn first_word(code: &str) -> &str {
    let line = lines(code).next().map_or("", |(_, line)| line);
    line.split([' ', '\t', ';', ':']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
