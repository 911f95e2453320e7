//! Matrices, arrays, cases and aligned equations: cells in columns.
//!
//! Knows `laid` and `brackets`.

use super::brackets::tall;
use super::laid::Laid;
use super::{End, Parser};
use crate::text::width;

/// What stands between two columns, or around them.
struct Columns {
    /// Where each column's cells stand: `l`, `c` or `r`.
    sides: Vec<char>,
    /// Columns that a vertical bar stands before; their number is the bar behind the last.
    bars: Vec<usize>,
    gap: &'static str,
}

/// A row of cells, or a rule over the whole width.
enum Line {
    Cells(Vec<String>),
    Rule,
}

impl Parser<'_> {
    pub(super) fn environment(&mut self, out: &mut Laid) -> Option<()> {
        let name = self.raw()?.trim_end_matches('*').to_owned();
        let mut columns = Columns { sides: Vec::new(), bars: Vec::new(), gap: "  " };
        let brackets = match name.as_str() {
            "matrix" | "smallmatrix" => ["", ""],
            "aligned" | "align" | "alignat" | "alignedat" | "gather" | "gathered" | "equation" | "split"
            | "multline" | "eqnarray" => {
                if name == "alignedat" {
                    self.raw()?;
                }
                columns.gap = " ";
                ["", ""]
            }
            "array" => {
                columns.read(self.group()?)?;
                ["", ""]
            }
            "pmatrix" => ["(", ")"],
            "bmatrix" => ["[", "]"],
            "Bmatrix" => ["{", "}"],
            "vmatrix" => ["|", "|"],
            "Vmatrix" => ["‖", "‖"],
            "cases" => ["{", ""],
            _ => return None,
        };
        let was_display = std::mem::replace(&mut self.display, false);
        let lines = self.cells(&name)?;
        self.display = was_display;
        let bare = brackets[0].is_empty();
        if !self.display || self.script {
            let cells = lines.iter().filter_map(|line| match line {
                Line::Cells(cells) => Some(cells.join(if bare { " " } else { "  " })),
                Line::Rule => None,
            });
            let cells: Vec<String> = cells.collect();
            out.push(&format!("{}{}{}", brackets[0], cells.join("; "), brackets[1]));
            return Some(());
        }
        let inside = columns.lay_out(&lines);
        let mut laid = tall(brackets[0], &inside);
        laid.beside(&inside);
        laid.beside(&tall(brackets[1], &inside));
        out.beside(&laid);
        Some(())
    }

    /// The rows of an environment, up to its end.
    fn cells(&mut self, name: &str) -> Option<Vec<Line>> {
        let mut lines = Vec::new();
        let mut row: Vec<String> = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            while row.is_empty()
                && let Some(rule @ ("hline" | "hdashline")) = self.peek()
            {
                self.skip(1 + rule.len());
                self.rest = self.rest.trim_start();
                if !matches!(lines.last(), Some(Line::Rule)) {
                    lines.push(Line::Rule);
                }
            }
            let cell = self.sequence(&End::Cell)?;
            row.push(cell.line()?.trim().to_owned());
            if self.rest.starts_with('&') {
                self.skip(1);
                continue;
            }
            let cells = std::mem::take(&mut row);
            if cells.iter().any(|cell| !cell.is_empty()) {
                lines.push(Line::Cells(cells));
            }
            let command = self.peek()?;
            self.skip(1 + command.len());
            if command == "end" {
                return (self.raw()?.trim_end_matches('*') == name).then_some(lines);
            }
            if let Some(end) = self.rest.strip_prefix('[').and_then(|rest| rest.find(']')) {
                self.skip(end + 2);
            }
        }
    }
}

impl Columns {
    /// Takes in what an array says of its columns: `l`, `c`, `r`, `|`; what stands between them is left out.
    fn read(&mut self, mut rest: &str) -> Option<()> {
        while let Some(next) = rest.chars().next() {
            rest = &rest[next.len_utf8()..];
            match next {
                'l' | 'c' | 'r' => self.sides.push(next),
                '|' => {
                    if self.bars.last() != Some(&self.sides.len()) {
                        self.bars.push(self.sides.len());
                    }
                }
                '@' | '!' => rest = rest.trim_start().strip_prefix('{')?.split_once('}')?.1,
                next if next.is_whitespace() => {}
                _ => return None,
            }
        }
        Some(())
    }

    fn lay_out(&self, lines: &[Line]) -> Laid {
        let rows: Vec<&Vec<String>> = lines
            .iter()
            .filter_map(|line| match line {
                Line::Cells(cells) => Some(cells),
                Line::Rule => None,
            })
            .collect();
        let said = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        let count = said.max(self.bars.last().copied().unwrap_or(0));
        let cell = |row: &&Vec<String>, at: usize| row.get(at).map_or(0, |cell| width(cell));
        let wide = |at| rows.iter().map(|row| cell(row, at)).max().unwrap_or(0);
        let widths: Vec<usize> = (0..count).map(wide).collect();
        let last = lines.len().saturating_sub(1);
        let laid = lines.iter().enumerate().map(|(index, line)| match line {
            Line::Cells(cells) => self.row(&widths, cells),
            Line::Rule => self.rule(&widths, index == 0, index == last),
        });
        Laid { rows: laid.collect(), base: last / 2 }
    }

    fn row(&self, widths: &[usize], cells: &[String]) -> String {
        let mut row = String::new();
        for (at, wide) in widths.iter().enumerate() {
            row.push_str(match (self.bars.contains(&at), at) {
                (true, 0) => "│ ",
                (true, _) => " │ ",
                (false, 0) => "",
                (false, _) => self.gap,
            });
            let cell = cells.get(at).map_or("", String::as_str);
            let missing = wide.saturating_sub(width(cell));
            // In aligned equations what stands before a sign is set to the right, against it.
            let before = match self.sides.get(at) {
                Some('r') => missing,
                Some('c') => missing / 2,
                None if self.gap.len() == 1 && at % 2 == 0 => missing,
                _ => 0,
            };
            row.extend(std::iter::repeat_n(' ', before));
            row.push_str(cell);
            row.extend(std::iter::repeat_n(' ', missing - before));
        }
        if self.bars.contains(&widths.len()) {
            row.push_str(" │");
        }
        row
    }

    fn rule(&self, widths: &[usize], first: bool, last: bool) -> String {
        let joint = |joints: [&'static str; 3]| joints[if first { 0 } else { 1 + usize::from(last) }];
        let mut rule = String::new();
        for (at, wide) in widths.iter().enumerate() {
            rule.push_str(match (self.bars.contains(&at), at) {
                (true, 0) => joint(["┌─", "├─", "└─"]),
                (true, _) => joint(["─┬─", "─┼─", "─┴─"]),
                (false, 0) => "",
                (false, _) if self.gap.len() == 1 => "─",
                (false, _) => "──",
            });
            rule.push_str(&"─".repeat(*wide));
        }
        if self.bars.contains(&widths.len()) {
            rule.push_str(joint(["─┐", "─┤", "─┘"]));
        }
        rule
    }
}
