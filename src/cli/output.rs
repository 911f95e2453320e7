//! Standard output for commands: buffered, quiet when the reader has gone.

use std::io::{self, BufWriter, IsTerminal, Write};

use crate::cli::Exit;
use crate::error::Error;
use crate::safe;
use crate::text::SafeText;

/// Columns of a table where there is no terminal to ask.
const COLUMNS: usize = 120;

/// Lets `write` write to standard output. A reader that has gone (`| head`) is no error.
///
/// # Errors
///
/// [`Error::System`] where it cannot be written to.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<Exit>) -> Result<Exit, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|exit| out.flush().map(|()| exit));
    match written {
        Ok(exit) => Ok(exit),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is left in the buffer has no reader either.
            let _ = out.into_parts();
            Ok(Exit::Done)
        }
        Err(error) => {
            let cause = SafeText::line(&error.to_string());
            let _ = out.into_parts();
            Err(Error::System { what: safe!("standard output"), cause })
        }
    }
}

/// The columns that standard output has; of no terminal, 120.
pub fn columns() -> usize {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return COLUMNS;
    }
    rustix::termios::tcgetwinsize(&stdout).map_or(0, |size| usize::from(size.ws_col)).max(20)
}

/// Writes rows as aligned columns, each cut to its share of `columns`; the last column is not padded.
///
/// # Errors
///
/// What writing gives.
pub fn table(out: &mut dyn Write, rows: &[Vec<SafeText>], columns: usize) -> io::Result<()> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut widths = vec![0; count];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    shrink(&mut widths, columns.saturating_sub(2 * count.saturating_sub(1)));
    for row in rows {
        let mut line = String::new();
        let last = row.iter().rposition(|cell| !cell.is_empty()).unwrap_or_default();
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate().take(last + 1) {
            let fitting = cell.safe().fit(*width);
            let cut = fitting.as_str().len() < cell.as_str().len();
            let shown = if cut { cell.safe().fit(width.saturating_sub(1)) } else { fitting };
            line.push_str(shown.as_str());
            line.push_str(if cut { "…" } else { "" });
            if index < last {
                let used = shown.width() + usize::from(cut);
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(used) + 2));
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Takes from the widest columns until all fit.
fn shrink(widths: &mut [usize], columns: usize) {
    let mut over = widths.iter().sum::<usize>().saturating_sub(columns);
    while over > 0 {
        let Some(widest) = widths.iter().copied().max().filter(|widest| *widest > 4) else { return };
        let next = widths.iter().copied().filter(|width| *width < widest).max().unwrap_or(4).max(4);
        let alike = widths.iter().filter(|width| **width == widest).count();
        let take = over.div_ceil(alike).min(widest - next).max(1);
        for width in widths.iter_mut().filter(|width| **width == widest) {
            let taken = take.min(over);
            *width -= taken;
            over -= taken;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rows: &[&[&str]], columns: usize) -> String {
        let rows: Vec<Vec<SafeText>> =
            rows.iter().map(|row| row.iter().map(|cell| SafeText::line(cell)).collect()).collect();
        let mut out = Vec::new();
        table(&mut out, &rows, columns).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_aligned_and_the_widest_gives_way() {
        insta::assert_snapshot!(shown(&[&["1", "跨链桥的故事", "a"], &["22", "A long title that is cut", ""]], 20), @"
        1   跨链桥的故事   a
        22  A long title…
        ");
    }

    proptest::proptest! {
        #[test]
        fn every_line_fits(cells in proptest::collection::vec(proptest::collection::vec("\\PC{0,40}", 1..5), 1..6), columns in 40_usize..120) {
            let rows: Vec<Vec<&str>> = cells.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
            for line in shown(&rows, columns).lines() {
                proptest::prop_assert!(crate::text::width(line) <= columns, "{line:?}");
            }
        }
    }
}
