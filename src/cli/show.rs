//! `longread show`: one article's body to standard output, through the reader's own layout.
//!
//! Never imports `app` or `ui`. Rows are written as they are laid out, some parts at a time, so memory
//! does not grow with the article beyond the article itself.

mod dress;

use std::io::{self, IsTerminal, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use super::single::Opened;
use super::{Exit, output, settings, single};
use crate::config::{RightToLeft, Settings};
use crate::document::Document;
use crate::document::highlight::Highlighter;
use crate::document::phrase;
use crate::document::shown::{Inline, PartId, Position};
use crate::error::Error;
use crate::layout::hyphens::Hyphens;
use crate::layout::{Known, Order, Role, Row, Setting, Width, lead_rows_in, part_rows_among, part_rows_in};
use crate::library::article::Article;
use crate::library::stems::Language;
use crate::safe;
use crate::storage::disk::Decoded;
use crate::text::{Markdown, SafeText};

use dress::{Beside, Dress, is_written, write_row};

/// The measure: the widest that running text becomes where nobody says otherwise.
const MEASURE: u16 = 76;
/// The width where there is neither `--width` nor a terminal.
const PIPE_WIDTH: u16 = 80;

/// The command's arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The file to show, or - for standard input.
    pub file: PathBuf,
    /// Columns of the text [default: the terminal's, up to the measure; 80 in a pipe].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub width: Option<u16>,
    /// Whether to colour the text.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// No escapes, and nothing made by longread but bullets, numbers, quote bars and table rules; the
    /// article's own line ends are kept.
    #[arg(long)]
    pub plain: bool,
    /// Begin with the article's title, date, source, tags and description.
    #[arg(long)]
    pub meta: bool,
}

impl Args {
    /// The arguments that show `file` as it would be shown unasked.
    pub fn of(file: PathBuf) -> Self {
        Self { file, width: None, color: Color::Auto, plain: false, meta: false }
    }
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// Where standard output is a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What standard output is.
#[derive(Clone, Copy, Debug)]
struct Output {
    is_terminal: bool,
    columns: Option<u16>,
}

impl Output {
    fn look() -> Self {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        let size = if is_terminal { rustix::termios::tcgetwinsize(&stdout).ok() } else { None };
        Self { is_terminal, columns: size.map(|size| size.ws_col).filter(|columns| *columns > 0) }
    }

    fn width(self, asked: Option<u16>) -> Width {
        let text = asked.or(self.columns.map(|columns| columns.min(MEASURE))).unwrap_or(PIPE_WIDTH);
        let room = if asked.is_some() { text } else { self.columns.unwrap_or(text).max(text) };
        Width { text, room }
    }

    fn dress(self, args: &Args) -> Dress {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = || std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
        match args.color {
            _ if args.plain => Dress::Plain,
            Color::Always => Dress::Coloured,
            Color::Auto if self.is_terminal && !set("NO_COLOR") && !dumb() => Dress::Coloured,
            Color::Auto | Color::Never => Dress::Bare,
        }
    }
}

/// Runs `show`.
///
/// # Errors
///
/// A file that cannot be read, output that cannot be written.
pub fn run(args: &Args) -> Result<Exit, Error> {
    print(args, [single::open(&args.file, args.meta)?])
}

/// Shows pages that are at hand one after the other, each with its title.
///
/// # Errors
///
/// Output that cannot be written.
pub fn pages(pages: impl Iterator<Item = &'static str>) -> Result<Exit, Error> {
    let page = |text: &'static str| {
        let decoded = Decoded { markdown: Markdown::from(text), problems: Vec::new() };
        single::read(Path::new("-"), &decoded, true)
    };
    print(&Args::of(PathBuf::from("-")), pages.map(page))
}

fn print(args: &Args, articles: impl IntoIterator<Item = Opened>) -> Result<Exit, Error> {
    let standard = Output::look();
    let (width, dress) = (standard.width(args.width), standard.dress(args));
    let is_coloured = dress == Dress::Coloured;
    let settings = if standard.is_terminal || is_coloured {
        settings::load_and_complain()?
    } else {
        Settings::default()
    };
    let dress = if is_coloured && settings::has_hyperlinks(&settings) { Dress::Linked } else { dress };
    // Text in a pipe goes on to be searched or stored; only a screen wants it in its own order.
    let order = match settings.right_to_left {
        RightToLeft::Screen if standard.is_terminal => Order::Screen,
        RightToLeft::Screen | RightToLeft::Terminal => Order::Logical,
    };
    let setting = |opened: &Opened| {
        let hyphens =
            if settings.hyphenate && dress != Dress::Plain { hyphens(opened) } else { Hyphens::NONE };
        Setting { order, line_ends: dress.line_ends(), undrawn: dress == Dress::Plain, hyphens }
    };
    output::print(|out| {
        for (index, opened) in articles.into_iter().enumerate() {
            if index > 0 {
                out.write_all(b"\n\n")?;
            }
            if let Some(article) = &opened.article {
                let mut lines = String::new();
                for row in card(article, width, order) {
                    write_row(&row, dress, Beside::default(), &mut lines);
                }
                lines.push('\n');
                out.write_all(lines.as_bytes())?;
            }
            write_document(&opened.document, width, dress, setting(&opened), out)?;
        }
        Ok(Exit::Done)
    })
}

/// Where words of an article are broken: by the language that it says, else by what its text seems to be in.
fn hyphens(opened: &Opened) -> Hyphens {
    match &opened.lang {
        Some(tag) => Hyphens::of_tag(tag.as_str()),
        None => Hyphens::of_tag(Language::of_text(opened.document.body_text()).tag()),
    }
}

/// What stands over the body: title, one line of facts, description.
fn card(article: &Article, width: Width, order: Order) -> Vec<Row> {
    let mut facts = Vec::new();
    facts.extend(article.date.map(|date| date.strftime("%-d %B %Y").to_string()));
    facts.extend(article.source.as_ref().map(|source| phrase::name(source).to_string()));
    facts.push(format!("{} min", article.minutes()));
    let tags: Vec<&str> = article.tags.iter().map(SafeText::as_str).collect();
    facts.extend((!tags.is_empty()).then(|| tags.join(" ")));
    // Marks that keep a fact in one direction from reordering its neighbours (UAX #9, LRM).
    let apart = if facts.iter().all(|fact| fact.is_ascii()) { " · " } else { "\u{200e} · \u{200e}" };
    let facts = safe!("{}", facts.join(apart));
    let rows =
        |text: &SafeText, role| lead_rows_in(text, role, Inline::empty(), Position(0), width.text, order);
    let mut card = rows(&phrase::name(&article.title), Role::Title);
    card.extend(rows(&facts, Role::Meta));
    if let Some(description) = &article.description {
        card.push(Row::blank(Position(0)));
        card.extend(rows(&phrase::sentence(description), Role::Description));
    }
    card
}

/// Bytes of markdown that are written at a time, in whole parts: enough that handing them over costs nothing, few
/// enough that what is written and not yet out stays small.
const CHUNK: u32 = 32 << 10;
/// Chunks that each thread may be ahead of what is out.
const AHEAD: usize = 4;
/// Fewest bytes that are worth a second thread.
const MANY: usize = 4 * CHUNK as usize;

/// The parts of a document in chunks, in order.
fn chunks(document: &Document) -> impl Iterator<Item = Range<usize>> {
    let parts = document.parts();
    let mut at = 0;
    std::iter::from_fn(move || {
        let first = at;
        let most = parts.get(first)?.range.start.saturating_add(CHUNK);
        at += 1 + parts[first + 1..].iter().take_while(|part| part.range.end <= most).count();
        Some(first..at)
    })
}

/// Writes the rows of a whole document: those of a large one on two threads, each of which takes every
/// second chunk of parts; what they make goes out in order and as it comes.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn write_document(
    document: &Document,
    width: Width,
    dress: Dress,
    setting: Setting,
    out: &mut dyn Write,
) -> io::Result<()> {
    let begins = first_shown(document, width, dress, setting);
    let writer = || Writer { document, width, dress, setting, begins, memory: Memory::default() };
    // Colours of code go on from one part to the next, and code is read at a tenth of this speed.
    let is_alone =
        document.body_text().len() < MANY || thread::available_parallelism().map_or(1, usize::from) < 2;
    if is_alone || dress.is_coloured() {
        let mut writer = writer();
        let mut text = String::new();
        for parts in chunks(document) {
            writer.write(parts, &mut text);
            out.write_all(text.as_bytes())?;
            text.clear();
        }
        return Ok(());
    }
    thread::scope(|scope| {
        let writers: Vec<_> = (0..2)
            .map(|number| {
                let (sender, written) = mpsc::sync_channel(AHEAD);
                scope.spawn(move || {
                    let mut writer = writer();
                    for parts in chunks(document).skip(number).step_by(2) {
                        let mut text = String::with_capacity(2 * CHUNK as usize);
                        writer.write(parts, &mut text);
                        // Nobody listens any more: what is written goes nowhere.
                        if sender.send(text).is_err() {
                            return;
                        }
                    }
                });
                written
            })
            .collect();
        for number in (0..2).cycle() {
            let Some(Ok(text)) = writers.get(number).map(mpsc::Receiver::recv) else { break };
            out.write_all(text.as_bytes())?;
        }
        Ok(())
    })
}

/// The first part that shows a row: no blank row stands before it.
fn first_shown(document: &Document, width: Width, dress: Dress, setting: Setting) -> usize {
    let shows = |part: &usize| {
        let part = part_rows_in(document, PartId(*part as u32), width, setting);
        part.rows.iter().any(|row| is_written(row, dress))
    };
    (0..document.parts().len()).find(shows).unwrap_or_default()
}

/// Writes parts of one document.
struct Writer<'a> {
    document: &'a Document,
    width: Width,
    dress: Dress,
    setting: Setting,
    /// The first part that shows a row.
    begins: usize,
    memory: Memory,
}

/// What is known from the parts before.
#[derive(Debug, Default)]
struct Memory {
    highlighter: Highlighter,
    known: Known,
}

impl Writer<'_> {
    fn write(&mut self, parts: Range<usize>, text: &mut String) {
        let Self { document, width, dress, setting, begins, memory } = self;
        for index in parts {
            let id = PartId(index as u32);
            let part = part_rows_among(document, id, *width, *setting, &mut memory.known);
            let highlights = if dress.is_coloured() {
                memory.highlighter.part(document, id, &|| false).unwrap_or_default()
            } else {
                Vec::new()
            };
            let mut blanks = if index > *begins { part.blank_before } else { 0 };
            for row in part.rows.iter().filter(|row| is_written(row, *dress)) {
                for _ in 0..std::mem::take(&mut blanks) {
                    write_row(&part.blank, *dress, Beside::default(), text);
                }
                let beside = Beside { links: &part.links, highlights: &highlights };
                write_row(row, *dress, beside, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Options;

    const ARTICLE: &str = "## Head\n\nSome **bold** [link](https://example.org) `code`.\n\n> said\n\n\
                           ```rust\nlet a = 1;\n```\n\n- [x] done\n- 日本\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n\
                           ![A cat](cat.png)\n\n---\n";

    fn shown(markdown: &str, dress: Dress) -> String {
        let document = Document::parse(markdown.into(), Position(0), &Options { whole: true, title: None });
        let mut out = Vec::new();
        let setting = Setting {
            order: Order::Logical,
            line_ends: dress.line_ends(),
            undrawn: dress == Dress::Plain,
            hyphens: Hyphens::NONE,
        };
        write_document(&document, Width { text: 40, room: 40 }, dress, setting, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn without_colour_there_is_no_escape_and_no_trailing_blank() {
        for dress in [Dress::Bare, Dress::Plain] {
            let text = shown(ARTICLE, dress);
            assert!(!text.contains('\x1b'), "{text}");
            assert!(text.lines().all(|line| !line.ends_with(' ')), "{text}");
        }
    }

    #[test]
    fn colour_adds_nothing_but_escapes() {
        let coloured = shown(ARTICLE, Dress::Coloured);
        let mut bare = String::new();
        for (index, piece) in coloured.split("\x1b[").enumerate() {
            bare.push_str(if index == 0 { piece } else { piece.split_once('m').unwrap().1 });
        }
        assert_eq!(bare, shown(ARTICLE, Dress::Bare));
        assert!(coloured.contains("\x1b[1mbold\x1b[0m"), "{coloured:?}");
        assert!(coloured.contains("\x1b[35mlet\x1b[0m a = \x1b[33m1\x1b[0m;"), "{coloured:?}");
    }

    #[test]
    fn addresses_of_the_web_are_links_of_the_terminal() {
        let text = shown("[a](https://x.org/&#27;b) [c](d.md) <e@f.org>\n", Dress::Linked);
        assert_eq!(
            text.replace("\x1b]8;;\x1b\\", "<END>").replace("\x1b\\", "<ST>").replace('\x1b', "<ESC>"),
            "<ESC>]8;;https://x.org/b<ST><ESC>[4;34ma<ESC>[0m<END> <ESC>[4;34mc<ESC>[0m \
             <ESC>]8;;mailto:e@f.org<ST><ESC>[4;34me@f.org<ESC>[0m<END>\n"
        );
    }

    #[test]
    fn plain_keeps_marks_of_structure_and_drops_labels() {
        insta::assert_snapshot!(shown(ARTICLE, Dress::Plain), @"
        Head

        Some bold link code.

         ┃  said

          let a = 1;

         ☑ done
         • 日本

         a   b
         ─────
         1   2

          A cat

                       ─────────
        ");
    }

    #[test]
    fn the_label_of_code_is_told_from_code_without_colour() {
        assert_eq!(shown("```sh\nls\n```\n", Dress::Bare), "  ── sh\n  ls\n");
        assert_eq!(shown("```sh\nls\n```\n", Dress::Plain), "  ls\n");
    }

    #[test]
    fn two_threads_write_what_one_writes() {
        let table = format!("| a | b |\n|---|---|\n{}\n", "| one | two words |\n".repeat(9_000));
        let markdown = format!("<!-- first -->\n\n{table}{}", format!("{ARTICLE}\n").repeat(200));
        let document =
            Document::parse(markdown.as_str().into(), Position(0), &Options { whole: true, title: None });
        let parts = document.parts().len();
        assert!(markdown.len() > MANY && chunks(&document).count() > 4, "{parts}");
        let (width, setting) = (Width { text: 40, room: 40 }, Setting::default());
        for dress in [Dress::Bare, Dress::Plain] {
            let mut two = Vec::new();
            write_document(&document, width, dress, setting, &mut two).unwrap();
            let begins = first_shown(&document, width, dress, setting);
            let memory = Memory::default();
            let mut one = String::new();
            Writer { document: &document, width, dress, setting, begins, memory }.write(0..parts, &mut one);
            assert_eq!(String::from_utf8(two).unwrap(), one);
        }
    }

    #[test]
    fn plain_keeps_the_lines_of_the_article_and_the_rest_fills_them() {
        assert_eq!(shown("one\n*two*\n", Dress::Plain), "one\ntwo\n");
        assert_eq!(shown("one\n*two*\n", Dress::Bare), "one two\n");
    }

    #[test]
    fn a_hostile_article_sends_no_control_byte() {
        let text = shown("a &#27;[31mred\n\n```&#27;x\n\u{1b}]0;t\u{7}\u{9b}\n```\n", Dress::Bare);
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    }
}
