//! What a part shows: text, spans and the map back to the markdown. Pure data, made by `document`,
//! laid out by `layout`.

use std::num::NonZeroU32;
use std::ops::Range;

use crate::text::SafeText;

/// A byte offset in the markdown (the article's decoded text, front matter included): the only
/// coordinate of scroll, matches, links and headings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u32);

/// Index of a part in its document's flat list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(pub u32);

/// Index of a container in its document; 0 is the document itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerId(pub u32);

/// A leaf block, or a piece of a large one (at most about 32 KiB). Parts are in the order of the
/// markdown and never overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Bytes of the markdown.
    pub range: Range<u32>,
    /// What kind of leaf block it is.
    pub kind: PartKind,
    /// The innermost container that holds it.
    pub container: ContainerId,
    /// Whether it is the first part of its leaf block.
    pub first: bool,
    /// Whether it is the last part of its leaf block.
    pub last: bool,
}

/// The kinds of leaf block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A paragraph, or text of an item or cell that has no paragraph of its own.
    Paragraph,
    /// A heading, level 1 to 6 (CommonMark 4.2, 4.3).
    Heading {
        /// 1 to 6.
        level: u8,
    },
    /// Fenced or indented code (CommonMark 4.4, 4.5).
    Code,
    /// A table (GFM).
    Table,
    /// A thematic break (CommonMark 4.1).
    Rule,
    /// A paragraph that is nothing but one image.
    Image,
    /// Display math (`$$`), as a block of its own.
    Math,
    /// The term of a definition list, or the title line of a callout, or a summary of `<details>`.
    Term,
    /// A block whose markup shows nothing (a comment, a definition); takes no row.
    Nothing,
}

/// A container block: quote, list, item and their kin. Containers form a tree by `parent`, stored flat: each behind the
/// one around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// The container around it; the document's is itself.
    pub parent: ContainerId,
    /// What it is.
    pub kind: ContainerKind,
    /// Bytes of the markdown.
    pub range: Range<u32>,
}

/// The kinds of container block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerKind {
    /// The document itself.
    Document,
    /// A block quote (CommonMark 5.1).
    Quote,
    /// A GitHub alert, an Obsidian callout or a `:::` container. Its title is shown as the first `Term` part.
    Alert(AlertKind),
    /// A list (CommonMark 5.3).
    List {
        /// Whether its items are separated by blank lines.
        loose: bool,
    },
    /// A list item (CommonMark 5.2).
    Item {
        /// Its number in an ordered list.
        number: Option<ItemNumber>,
        /// Width of the widest marker of its list, so that numbers align ("10." is 3).
        marker_width: u8,
        /// Whether it is a task, and done.
        task: Option<bool>,
    },
    /// A footnote's text (GFM), with its number in order of first reference.
    Footnote {
        /// From 1.
        number: u32,
    },
    /// The definition under a term of a definition list.
    Definition,
    /// `<details>`: its summary is the first `Term` part.
    Details,
}

/// The number of an item in an ordered list (CommonMark 5.2). That there is none takes no room of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemNumber(NonZeroU32);

impl ItemNumber {
    /// That of an item; the largest there is for one that is larger.
    pub fn new(number: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(number))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0.get() - 1
    }
}

/// The families of alerts and callouts, by meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// `NOTE`, `info`, `todo`, `abstract` and whatever is not known.
    Note,
    /// `TIP`, `success`, `hint`.
    Tip,
    /// `IMPORTANT`, `question`, `example`.
    Important,
    /// `WARNING`, `attention`.
    Warning,
    /// `CAUTION`, `danger`, `failure`, `bug`.
    Caution,
}

bitflags::bitflags! {
    /// What a span of shown text is. The theme turns it into a style.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Inline: u16 {
        /// Strong emphasis.
        const STRONG = 1;
        /// Emphasis.
        const EMPHASIS = 1 << 1;
        /// Struck through.
        const STRIKE = 1 << 2;
        /// A code span or `<kbd>`.
        const CODE = 1 << 3;
        /// Text of a link.
        const LINK = 1 << 4;
        /// `<mark>` or `==text==`.
        const MARK = 1 << 5;
        /// Math turned into Unicode, or its source.
        const MATH = 1 << 6;
        /// A footnote's mark.
        const FOOTNOTE = 1 << 7;
        /// An image's alternative text.
        const IMAGE = 1 << 8;
        /// Made by the program (a bullet, a label): not in the markdown.
        const GENERATED = 1 << 9;
        /// Underlined (`<u>`, `<ins>`).
        const UNDERLINE = 1 << 10;
        /// Subordinate: shown dim.
        const FAINT = 1 << 11;
    }
}

/// A run of shown text with one meaning. Spans do not overlap and are in order; text outside any is plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Bytes of the shown text.
    pub range: Range<u32>,
    /// What it is.
    pub inline: Inline,
    /// Index into [`ShownText::links`], when it leads somewhere.
    pub link: Option<u32>,
}

/// Where a link, footnote mark or image leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Bytes of the shown text.
    pub range: Range<u32>,
    /// What it leads to.
    pub target: Target,
}

/// What a link leads to, as written: raw, never shown without being made [`SafeText`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A destination as written (decoded as CommonMark 6.3 says).
    Address(String),
    /// A wikilink's page, with its heading after `#`.
    Wiki(String),
    /// A footnote: from its mark to its text, and from its text's number back.
    Footnote(Position),
    /// An image file or address.
    Image(String),
}

/// The bullets of a list, of one within it, and of all deeper ones.
pub const BULLETS: [&str; 3] = ["•", "◦", "▪"];
/// What stands beside each row of a quote.
pub const QUOTE_BAR: &str = "┃";

/// Shown text with what its pieces are and where they came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownText {
    /// The text; `\n` is a hard break.
    pub text: SafeText,
    /// What its pieces are.
    pub spans: Vec<Span>,
    /// Where it leads.
    pub links: Vec<Link>,
    /// Where it came from.
    pub map: SourceMap,
}

/// The map from shown bytes to markdown bytes: runs in order, each either byte for byte or one construct.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    runs: Vec<Run>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    shown: u32,
    source: Range<u32>,
    /// Byte for byte: shown offset and source offset advance together. Otherwise every shown byte of
    /// the run came from the whole source range (an entity, math, emoji, a generated mark).
    exact: bool,
}

impl SourceMap {
    /// Says that shown text from `shown` (bytes) came from `source`; byte for byte when `exact`.
    /// Calls come in order of `shown`; adjoining exact runs are joined.
    pub fn push(&mut self, shown: u32, source: Range<u32>, exact: bool) {
        if let Some(last) = self.runs.last_mut() {
            let joins = last.exact
                && exact
                && last.source.end == source.start
                && last.source.end - last.source.start == shown - last.shown;
            if joins {
                last.source.end = source.end;
                return;
            }
            if last.shown == shown {
                *last = Run { shown, source, exact };
                return;
            }
        }
        self.runs.push(Run { shown, source, exact });
    }

    /// Forgets where everything from `shown` on came from.
    pub fn truncate(&mut self, shown: u32) {
        while let Some(last) = self.runs.last_mut() {
            if last.shown < shown {
                if last.exact {
                    last.source.end = last.source.end.min(last.source.start + (shown - last.shown));
                }
                break;
            }
            self.runs.pop();
        }
    }

    /// The map of a piece of the shown text, whose first byte becomes 0.
    #[must_use]
    pub fn slice(&self, shown: Range<u32>) -> Self {
        let first = self.runs.partition_point(|run| run.shown <= shown.start).saturating_sub(1);
        let mut slice = Self::default();
        for run in self.runs.iter().skip(first).take_while(|run| run.shown < shown.end) {
            let skipped = shown.start.saturating_sub(run.shown);
            let start =
                if run.exact { (run.source.start + skipped).min(run.source.end) } else { run.source.start };
            slice.push(run.shown.max(shown.start) - shown.start, start..run.source.end, run.exact);
        }
        let length = shown.end.saturating_sub(shown.start);
        slice.truncate(length);
        slice
    }

    /// The runs in order: shown byte, markdown range, and whether it is byte for byte.
    pub fn runs(&self) -> impl Iterator<Item = (u32, Range<u32>, bool)> + '_ {
        self.runs.iter().map(|run| (run.shown, run.source.clone(), run.exact))
    }

    /// The markdown range that made the shown byte at `shown`.
    pub fn source(&self, shown: u32) -> Range<u32> {
        let index = self.runs.partition_point(|run| run.shown <= shown);
        let Some(run) = index.checked_sub(1).and_then(|index| self.runs.get(index)) else {
            let start = self.runs.first().map_or(0, |run| run.source.start);
            return start..start;
        };
        if run.exact {
            let at = (run.source.start + (shown - run.shown)).min(run.source.end);
            return at..(at + 1).min(run.source.end);
        }
        run.source.clone()
    }

    /// The markdown range that made the shown bytes `shown`.
    pub fn source_of(&self, shown: Range<u32>) -> Range<u32> {
        let start = self.source(shown.start);
        if shown.is_empty() {
            return start.start..start.start;
        }
        let end = self.source(shown.end - 1);
        start.start.min(end.start)..end.end.max(start.end)
    }

    /// The shown byte that the markdown byte `source` made, or the nearest one before it.
    pub fn shown(&self, source: u32) -> u32 {
        let mut best = 0;
        for run in &self.runs {
            if run.source.contains(&source) {
                return if run.exact { run.shown + (source - run.source.start) } else { run.shown };
            }
            if run.source.start <= source {
                let length = if run.exact { run.source.end - run.source.start } else { 0 };
                best = run.shown + length;
            }
        }
        best
    }
}

/// How a table's column is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// As the delimiter row leaves open: where the cell's text begins.
    #[default]
    Start,
    /// `:---`
    Left,
    /// `:---:`
    Center,
    /// `---:`
    End,
}

/// What a part shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Running text: paragraph, heading, term, raw text.
    Text(ShownText),
    /// Code: lines joined by `\n`, tabs expanded.
    Code {
        /// First word of the info string.
        language: Option<SafeText>,
        /// The code.
        text: ShownText,
    },
    /// A table. Every part of a large table carries the header again.
    Table(ShownTable),
    /// Display math, possibly of several rows.
    Math(ShownText),
    /// A picture's caption; the picture itself is drawn where the terminal can.
    Image {
        /// Destination as written: raw, never shown.
        target: String,
        /// Its alternative text, or the file's name.
        alt: ShownText,
    },
    /// A thematic break.
    Rule,
    /// Nothing at all.
    Nothing,
}

/// A table's cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownTable {
    /// One a column.
    pub alignments: Vec<Alignment>,
    /// The header's cells; as many as there are columns.
    pub header: Vec<ShownText>,
    /// The rows' cells; each as many as there are columns.
    pub rows: Vec<Vec<ShownText>>,
}

/// A heading in the contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its shown text, on one line.
    pub text: SafeText,
    /// What names it in addresses.
    pub slug: Slug,
    /// Where it begins.
    pub position: Position,
    /// Line of the file, from 1.
    pub line: u32,
    /// The part that shows it.
    pub part: PartId,
    /// Words from here to the next heading of any level.
    pub words: u32,
    /// Whether it stands outside quotes and lists, and so belongs to the contents pane.
    pub top_level: bool,
}

/// A heading's slug, as GitHub makes it, unique in the document (`what-changed`, `what-changed-1`). Nearly all follow
/// from the text, so that is not kept twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slug {
    /// The text's own, with a number where it is not 0.
    OfText(u32),
    /// An id, or whatever else.
    Own(SafeText),
}
