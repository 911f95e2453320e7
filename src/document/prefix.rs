//! Cutting the marks of containers (quote bars, item indents) off the beginning of a line.
//!
//! Imports nothing of this crate. Follows CommonMark 5.1 and 5.2 to the column, tabs included, so that a
//! leaf taken out of its containers reads as it does inside them.

/// What a container demands at the beginning of each of its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A quote: up to three columns, `>`, one column.
    Quote,
    /// An item or its kin: so many columns.
    Indent(u16),
}

/// A line without its containers' marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stripped {
    /// Byte of the line where its content begins.
    pub(super) at: usize,
    /// Columns of a tab that was used only in part; they stand before the content.
    pub(super) owed: usize,
    /// Whether every container was there; if not, the line is a lazy continuation (CommonMark 5.1).
    pub(super) whole: bool,
}

/// Takes the marks of the containers `steps`, outermost first, off `line`.
pub(super) fn strip(line: &str, steps: &[Step]) -> Stripped {
    let (cursor, whole) = pass(line, steps);
    Stripped { at: cursor.at, owed: cursor.owed, whole }
}

/// The place in `line` after the marks of `steps`, and whether every container was there.
pub(super) fn pass<'a>(line: &'a str, steps: &[Step]) -> (Cursor<'a>, bool) {
    let mut cursor = Cursor::new(line);
    for step in steps {
        let before = cursor.clone();
        let matches = match step {
            Step::Quote => {
                cursor.spaces_up_to(3);
                cursor.quote_mark()
            }
            Step::Indent(columns) => {
                if cursor.at_end() {
                    break;
                }
                cursor.spaces_up_to(usize::from(*columns)) == usize::from(*columns) || cursor.at_end()
            }
        };
        if !matches {
            return (before, false);
        }
    }
    (cursor, true)
}

/// A place in a line, by byte and column.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    /// The next byte.
    pub(super) at: usize,
    /// Columns left of a tab already passed.
    pub(super) owed: usize,
    tab_stop_from: usize,
}

impl<'a> Cursor<'a> {
    /// At the beginning of `line`.
    pub(super) fn new(line: &'a str) -> Self {
        Self { bytes: line.as_bytes(), at: 0, owed: 0, tab_stop_from: 0 }
    }

    /// Goes over at most `columns` columns of blanks and tabs; says how many there were.
    pub(super) fn spaces_up_to(&mut self, columns: usize) -> usize {
        let from_tab = self.owed.min(columns);
        self.owed -= from_tab;
        let mut left = columns - from_tab;
        while left > 0 {
            match self.bytes.get(self.at) {
                Some(b' ') => {
                    self.at += 1;
                    left -= 1;
                }
                Some(b'\t') => {
                    let wide = 4 - (self.at - self.tab_stop_from) % 4;
                    self.at += 1;
                    self.tab_stop_from = self.at;
                    let used = wide.min(left);
                    left -= used;
                    self.owed = wide - used;
                }
                _ => break,
            }
        }
        columns - left
    }

    fn quote_mark(&mut self) -> bool {
        // As the parser does, a tab before the mark counts as the three columns it may have.
        if self.bytes.get(self.at) == Some(&b'>') {
            self.at += 1;
            self.spaces_up_to(1);
            return true;
        }
        false
    }

    fn at_end(&self) -> bool {
        matches!(self.bytes.get(self.at), None | Some(b'\n' | b'\r'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, steps: &[Step], content: &str, owed: usize, whole: bool) {
        let stripped = strip(line, steps);
        assert_eq!((&line[stripped.at..], stripped.owed, stripped.whole), (content, owed, whole), "{line:?}");
    }

    #[test]
    fn quote_bars_and_indents_come_off_in_order() {
        check("> a", &[Step::Quote], "a", 0, true);
        check("   >> a", &[Step::Quote, Step::Quote], "a", 0, true);
        check("  > a", &[Step::Indent(2), Step::Quote], "a", 0, true);
        check(">   a", &[Step::Quote, Step::Indent(2)], "a", 0, true);
    }

    #[test]
    fn a_lazy_line_keeps_what_it_has() {
        check("> b", &[Step::Quote, Step::Quote], "b", 0, false);
        check("b", &[Step::Indent(2)], "b", 0, false);
        check("    > b", &[Step::Quote], "    > b", 0, false);
    }

    #[test]
    fn a_tab_used_in_part_leaves_its_columns() {
        check(">\t\tfoo", &[Step::Quote], "\tfoo", 2, true);
        check("\tfoo", &[Step::Indent(2)], "foo", 2, true);
    }

    #[test]
    fn an_empty_line_belongs_to_every_item() {
        check("\n", &[Step::Indent(2), Step::Indent(3)], "\n", 0, true);
    }
}
