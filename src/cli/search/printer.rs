//! The rows of `longread search` → text, JSON or lines of JSON.

use std::io::{self, IsTerminal, Write};

use super::rows::Row;
use super::{Format, json};
use crate::cli::Exit;

/// Writes rows in one of the forms.
pub(super) struct Printer<'a> {
    out: &'a mut dyn Write,
    format: Format,
    /// Whether anything was written.
    any: bool,
    dress: Dress,
}

/// Escape sequences, all empty where there is no terminal to understand them.
#[derive(Clone, Copy)]
struct Dress {
    title: &'static str,
    path: &'static str,
    mark: &'static str,
    end: &'static str,
}

impl Dress {
    const BARE: Self = Self { title: "", path: "", mark: "", end: "" };
    const COLOURED: Self =
        Self { title: "\u{1b}[1m", path: "\u{1b}[2m", mark: "\u{1b}[1;33m", end: "\u{1b}[0m" };

    fn of_standard_output() -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let coloured = io::stdout().is_terminal() && !set("NO_COLOR") && !is_dumb;
        if coloured { Self::COLOURED } else { Self::BARE }
    }
}

impl<'a> Printer<'a> {
    pub(super) fn new(out: &'a mut dyn Write, format: Format) -> Self {
        Self { out, format, any: false, dress: Dress::of_standard_output() }
    }

    pub(super) fn article(&mut self, rows: &[Row]) -> io::Result<()> {
        match self.format {
            Format::Text => self.text(rows)?,
            Format::Json => {
                for (index, row) in rows.iter().enumerate() {
                    self.out.write_all(if index == 0 && !self.any { b"[\n" } else { b",\n" })?;
                    json::write(self.out, row)?;
                }
            }
            Format::Ndjson => {
                for row in rows {
                    json::write(self.out, row)?;
                    self.out.write_all(b"\n")?;
                }
            }
        }
        self.any |= !rows.is_empty();
        Ok(())
    }

    fn text(&mut self, rows: &[Row]) -> io::Result<()> {
        let Some(first) = rows.first() else { return Ok(()) };
        let Dress { title, path, end, .. } = self.dress;
        if self.any {
            writeln!(self.out)?;
        }
        write!(self.out, "{title}")?;
        self.marked(first.title.as_str(), &first.title_ranges, title)?;
        writeln!(self.out, "{end}")?;
        for row in rows {
            let heading = row.heading.as_ref().map_or(String::new(), |heading| format!(" {heading}"));
            writeln!(self.out, "{path}{}:{}:{end}{heading}", row.openable, row.line)?;
            if !row.snippet.is_empty() && !row.is_of_title {
                write!(self.out, "    ")?;
                self.marked(row.snippet.as_str(), &row.ranges, "")?;
                writeln!(self.out)?;
            }
        }
        // What is found first is read first, however much there is.
        self.out.flush()
    }

    /// A text with its marks, after each of which its own look begins `again`.
    fn marked(&mut self, text: &str, ranges: &[[usize; 2]], again: &str) -> io::Result<()> {
        let Dress { mark, end, .. } = self.dress;
        let mut from = 0;
        for [start, stop] in ranges {
            let start = from.max(*start);
            let before = text.get(from..start).unwrap_or_default();
            let marked = text.get(start..*stop).unwrap_or_default();
            write!(self.out, "{before}{mark}{marked}{end}{again}")?;
            from = from.max(*stop);
        }
        write!(self.out, "{}", text.get(from..).unwrap_or_default())
    }

    pub(super) fn finish(self) -> io::Result<Exit> {
        if self.format == Format::Json {
            self.out.write_all(if self.any { b"\n]\n" } else { b"[\n\n]\n" })?;
        }
        Ok(if self.any { Exit::Done } else { Exit::Nothing })
    }
}
