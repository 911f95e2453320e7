//! Two frames → the bytes that make the second of the first on a terminal: only what differs, in few bytes.
//!
//! Knows ratatui's cells and the frame's hyperlinks. Never writes to the terminal itself.
//!
//! A terminal takes a page as fast as its bytes come, so they are what a page down costs: colours are set
//! together and only where they change, the colour of text is left as it is on blanks, runs of blanks are
//! erased, and a few cells that stay the same are sent again where going over them would take more bytes
//! (3.3 KB a page of the reader instead of 6.1, 2026-11-22).

mod screen;

use std::io::Write;
use std::ops::Range;

use ratatui::style::{Color, Modifier};

pub(super) use screen::Screen;
use screen::{Colour, Kind, Look, Parts, Style, UNSEEN};

use crate::ui::hyperlinks::Hyperlink;

/// Cells that are sent again rather than gone over.
const GAP: u16 = 4;
/// Shortest run of blanks in the middle of a row that is erased rather than sent.
const RUN: u16 = 12;
/// Shortest run of blanks at the end of a row that is erased rather than sent.
const END_RUN: u16 = 4;
/// Longest text of a cell that is a cluster; a picture's is far longer.
const CLUSTER: usize = crate::text::CLUSTER_BYTES;

/// Appends to `out` what makes `next` of `shown`: the same screen before; or one erased in `ground`. Blank
/// cells are erased in their colour (ECMA-48 EL, ECH, with the background colour erase of xterm and its
/// kin); where a terminal may not do that, without `erases`, they are sent. Hyperlinks (OSC 8) are those of
/// `next`, in the order of the screen; none is left open, and the style is as it was: plain.
pub(super) fn write(
    shown: Option<&Screen>,
    next: &Screen,
    ground: Color,
    links: &[Hyperlink],
    erases: bool,
    out: &mut Vec<u8>,
) {
    let erased;
    let screen = if let Some(shown) = shown {
        shown
    } else {
        erased = Screen::erased(next.area().width, if erases { ground.into() } else { Colour::default() });
        &erased
    };
    let mut writer = Writer {
        next,
        links: &[],
        first_link: 0,
        erases,
        out,
        at: None,
        style: Style::default(),
        link: None,
    };
    let mut rest = 0;
    for y in 0..next.area().height {
        let before = Before { screen, looks: screen.row(if shown.is_some() { y } else { 0 }) };
        let of_row = links[rest..].iter().take_while(|link| link.row <= y).count();
        (writer.links, writer.first_link) = (&links[rest..rest + of_row], rest);
        rest += of_row;
        writer.row(y, next.row(y), &before);
    }
    writer.close();
    writer.set(Style::default());
}

/// What a row of the screen shows before.
struct Before<'a> {
    screen: &'a Screen,
    looks: &'a [Look],
}

impl Before<'_> {
    fn columns(&self, x: u16) -> u16 {
        self.looks.get(usize::from(x)).map_or(1, Look::columns)
    }

    /// Whether a cell of `next` in column `x` looks as it does now.
    fn is_same(&self, x: u16, next: &Screen, look: &Look) -> bool {
        self.looks.get(usize::from(x)).is_some_and(|old| next.is_same(look, self.screen, old))
    }
}

/// What to set for a cell where the style is `now`: on a blank, only what shows there.
fn wanted(now: Style, look: &Look) -> Style {
    if look.kind() == Kind::Blank {
        Style { bg: look.ground(), modifier: now.modifier.intersection(UNSEEN), ..now }
    } else {
        look.style()
    }
}

/// Whether terminals agree on the columns of a cluster: of a single character that is no emoji.
fn is_certain(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    characters.next().is_none_or(|first| first < '\u{1f000}') && characters.next().is_none()
}

struct Writer<'a> {
    next: &'a Screen,
    /// The hyperlinks of the row, and the index of the first of them.
    links: &'a [Hyperlink],
    first_link: usize,
    /// Whether what is erased has a colour.
    erases: bool,
    out: &'a mut Vec<u8>,
    /// The cell that is written next, where that is known.
    at: Option<(u16, u16)>,
    style: Style,
    /// Index of the hyperlink that is open.
    link: Option<usize>,
}

impl Writer<'_> {
    fn row(&mut self, y: u16, row: &[Look], before: &Before<'_>) {
        let next = self.next;
        let mut x = 0;
        // Columns before this one no longer show what they did, whatever cells say: half of a wide cluster
        // goes with its other half.
        let mut stale = 0;
        while let Some(look) = row.get(usize::from(x)) {
            let width = look.columns();
            if x >= stale && before.is_same(x, next, look) {
                x += width;
                continue;
            }
            for covered in x..x + width {
                stale = stale.max(covered + before.columns(covered));
            }
            match look.kind() {
                // A picture that the terminal draws by itself: all is sent with its first cell.
                Kind::Covered => x += width,
                Kind::Blank => x = self.blanks(x, y, row, before, &mut stale),
                _ => {
                    self.go_to(x, y, row);
                    self.put(x, y, look);
                    x += width;
                }
            }
        }
    }

    /// Sends a run of blanks from `x` on, as far as it differs; gives the column after it.
    fn blanks(&mut self, x: u16, y: u16, row: &[Look], before: &Before<'_>, stale: &mut u16) -> u16 {
        let Some(first) = row.get(usize::from(x)) else { return x + 1 };
        let link = self.link_at(x);
        let is_like =
            |writer: &Self, at: u16| row.get(usize::from(at)) == Some(first) && writer.link_at(at) == link;
        let (mut at, mut last, mut same) = (x, x, 0);
        // Where much stays as it is, going over it takes fewer bytes than sending it.
        while same <= GAP && is_like(self, at) {
            if at >= *stale && before.is_same(at, self.next, first) {
                same += 1;
            } else {
                *stale = (*stale).max(at + before.columns(at));
                (last, same) = (at, 0);
            }
            at += 1;
        }
        let changed = last + 1 - x;
        self.go_to(x, y, row);
        self.enter(link);
        self.set(wanted(self.style, first));
        let erases = self.erases || first.ground() == Colour::default();
        if erases && changed >= END_RUN && (at..row.len() as u16).all(|at| is_like(self, at)) {
            self.out.extend_from_slice(b"\x1b[K");
            return row.len() as u16;
        }
        if erases && changed >= RUN {
            self.sequence(changed, b'X');
        } else {
            self.out.extend(std::iter::repeat_n(b' ', usize::from(changed)));
            self.at = Some((last + 1, y));
        }
        last + 1
    }

    /// Sends one cell.
    fn put(&mut self, x: u16, y: u16, look: &Look) {
        self.enter(self.link_at(x));
        self.set(look.style());
        let width = look.columns();
        if look.is_byte() {
            self.out.push(look.byte());
            self.at = Some((x + width, y));
            return;
        }
        let from = self.out.len();
        self.next.send(look, self.out);
        let text = std::str::from_utf8(&self.out[from..]).unwrap_or_default();
        let is_known = is_certain(text) || (text.len() <= CLUSTER && look.kind() == Kind::Forced);
        self.at = is_known.then_some((x + width, y));
        if text.contains('\u{fe0f}') {
            // Where it turns out narrower than it is taken for, nothing of what was there is to stay.
            let text = self.out.split_off(from);
            self.sequence(width, b'X');
            self.out.extend_from_slice(&text);
        }
    }

    /// Goes to the column `x`. A few cells before it that stay the same are sent again instead.
    fn go_to(&mut self, x: u16, y: u16, row: &[Look]) {
        if let Some((from, at)) = self.at
            && at == y
            && from <= x
        {
            if from == x {
                return;
            }
            if x - from <= GAP && self.is_plain_run(from..x, row) {
                self.out.extend(row[usize::from(from)..usize::from(x)].iter().map(Look::byte));
                self.at = Some((x, y));
                return;
            }
            self.close();
            self.sequence(x - from, b'C');
        } else {
            self.close();
            self.out.extend_from_slice(b"\x1b[");
            number(y + 1, self.out);
            self.out.push(b';');
            number(x + 1, self.out);
            self.out.push(b'H');
        }
        self.at = Some((x, y));
    }

    /// Whether the cells can be sent as they are, without another style or hyperlink.
    fn is_plain_run(&self, columns: Range<u16>, row: &[Look]) -> bool {
        columns.into_iter().all(|x| {
            row.get(usize::from(x)).is_some_and(|look| {
                look.is_byte()
                    && matches!(look.kind(), Kind::Text | Kind::Blank)
                    && wanted(self.style, look) == self.style
                    && self.link_at(x) == self.link
            })
        })
    }

    /// `CSI count final`; one is not said.
    fn sequence(&mut self, count: u16, end: u8) {
        self.out.extend_from_slice(b"\x1b[");
        if count != 1 {
            number(count, self.out);
        }
        self.out.push(end);
    }

    /// Index of the hyperlink in a column of the row.
    fn link_at(&self, x: u16) -> Option<usize> {
        let at = self.links.iter().position(|link| link.columns.contains(&x))?;
        Some(self.first_link + at)
    }

    fn enter(&mut self, link: Option<usize>) {
        if link == self.link {
            return;
        }
        self.close();
        if let Some(Hyperlink { id: (part, number), address, .. }) =
            link.and_then(|link| self.links.get(link - self.first_link))
        {
            let _ = write!(self.out, "\x1b]8;id={part}-{number};{address}\x1b\\");
        }
        self.link = link;
    }

    fn close(&mut self) {
        if self.link.take().is_some() {
            self.out.extend_from_slice(b"\x1b]8;;\x1b\\");
        }
    }

    /// Sets the style with one sequence.
    fn set(&mut self, wanted: Style) {
        let now = std::mem::replace(&mut self.style, wanted);
        if now == wanted {
            return;
        }
        if wanted == Style::default() {
            self.out.extend_from_slice(b"\x1b[0m");
            return;
        }
        let mut codes = Codes { out: self.out, is_first: true };
        let gone = now.modifier.difference(wanted.modifier);
        let mut on = wanted.modifier.difference(now.modifier);
        for (modifiers, off, _) in MODIFIERS {
            if gone.intersects(*modifiers) {
                codes.push(*off);
                // Bold and dim end together.
                on |= wanted.modifier.intersection(*modifiers);
            }
        }
        for (modifiers, _, each) in MODIFIERS {
            for (modifier, code) in modifiers.iter().zip(*each) {
                if on.contains(modifier) {
                    codes.push(*code);
                }
            }
        }
        for (now, wanted, base) in
            [(now.fg, wanted.fg, 30), (now.bg, wanted.bg, 40), (now.underline, wanted.underline, 50)]
        {
            if now != wanted {
                codes.colour(wanted, base);
            }
        }
        self.out.push(b'm');
    }
}

/// Modifiers that one code ends, that code, and the one that begins each (in the order of their bits).
const MODIFIERS: &[(Modifier, u8, &[u8])] = &[
    (Modifier::BOLD.union(Modifier::DIM), 22, &[1, 2]),
    (Modifier::ITALIC, 23, &[3]),
    (Modifier::UNDERLINED, 24, &[4]),
    (Modifier::SLOW_BLINK.union(Modifier::RAPID_BLINK), 25, &[5, 6]),
    (Modifier::REVERSED, 27, &[7]),
    (Modifier::HIDDEN, 28, &[8]),
    (Modifier::CROSSED_OUT, 29, &[9]),
];

/// The parameters of a sequence that sets a style.
struct Codes<'a> {
    out: &'a mut Vec<u8>,
    is_first: bool,
}

impl Codes<'_> {
    fn push(&mut self, code: u8) {
        let before: &[u8] = if std::mem::take(&mut self.is_first) { b"\x1b[" } else { b";" };
        self.out.extend_from_slice(before);
        number(code.into(), self.out);
    }

    /// A colour whose codes begin at `base`: 30 for text, 40 for the ground, 50 for underlines.
    fn colour(&mut self, colour: Colour, base: u8) {
        match (colour.parts(), base) {
            (Parts::Default, _) => self.push(base + 9),
            (Parts::Rgb([red, green, blue]), _) => {
                for code in [base + 8, 2, red, green, blue] {
                    self.push(code);
                }
            }
            (Parts::Indexed(index), _) | (Parts::Named(index), 50) => {
                for code in [base + 8, 5, index] {
                    self.push(code);
                }
            }
            (Parts::Named(index @ ..8), _) => self.push(base + index),
            (Parts::Named(index), _) => self.push(base + 60 + index - 8),
        }
    }
}

/// Writes a number in decimal. A page has some thousand of them, which is too many for the machinery of `write!`.
fn number(mut number: u16, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 5];
    let mut begins = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        begins -= 1;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[begins..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style as CellStyle;

    use super::screen::style_of;
    use super::*;

    const GROUND: Color = Color::Rgb(1, 2, 3);

    fn link(row: u16, columns: Range<u16>, address: &str) -> Hyperlink {
        Hyperlink { row, columns, id: (0, 0), address: address.to_owned() }
    }

    fn screen_of(buffer: &Buffer) -> Screen {
        let mut screen = Screen::default();
        screen.take(buffer);
        screen
    }

    fn frame(columns: u16, rows: &[&[(&str, CellStyle)]]) -> Screen {
        screen_of(&buffer(columns, rows))
    }

    fn buffer(columns: u16, rows: &[&[(&str, CellStyle)]]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows.len() as u16));
        for (y, pieces) in (0..).zip(rows) {
            let mut x = 0;
            for (text, style) in *pieces {
                (x, _) = buffer.set_stringn(x, y, text, 24, *style);
            }
        }
        buffer
    }

    /// The bytes that make the second row of the first.
    fn check(before: &[(&str, CellStyle)], now: &[(&str, CellStyle)], expect: &str) {
        let mut out = Vec::new();
        write(Some(&frame(24, &[before])), &frame(24, &[now]), GROUND, &[], true, &mut out);
        let bytes = String::from_utf8(out).unwrap();
        assert_eq!(bytes.replace("\x1b[", "<").replace('\x1b', "ESC"), expect);
    }

    #[test]
    fn a_number_is_written_with_the_digits_it_has() {
        for value in [0, 7, 10, 99, 100, 255, 1_000, 9_999, 10_000, u16::MAX] {
            let mut out = Vec::new();
            number(value, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }

    const PLAIN: CellStyle = CellStyle::new();

    #[test]
    fn what_is_on_screen_is_not_sent() {
        check(&[("the same", PLAIN)], &[("the same", PLAIN)], "");
        let grey = PLAIN.fg(Color::Gray);
        check(&[("a", PLAIN), ("   ", grey), ("b", PLAIN)], &[("a   b", PLAIN)], "");
    }

    #[test]
    fn a_few_cells_are_sent_again_and_many_are_gone_over() {
        check(&[("one two", PLAIN)], &[("ine twa", PLAIN)], "<1;1Hi<5Ca");
        check(&[("one two", PLAIN)], &[("ine tao", PLAIN)], "<1;1Hine ta");
    }

    #[test]
    fn blanks_are_erased_where_that_is_shorter() {
        check(&[("some words", PLAIN)], &[("some", PLAIN)], "<1;6H<K");
        check(&[("a long line of words x", PLAIN)], &[("a                    x", PLAIN)], "<1;3H<18X");
        check(&[("one two three", PLAIN)], &[("one     three", PLAIN)], "<1;5H   ");
    }

    #[test]
    fn blanks_are_sent_where_what_is_erased_may_have_no_colour() {
        let grey = PLAIN.bg(Color::Indexed(250));
        let mut out = Vec::new();
        write(None, &frame(24, &[&[("a", grey), (&" ".repeat(23), grey)]]), GROUND, &[], false, &mut out);
        let sent = String::from_utf8(out).unwrap();
        assert!(sent.contains(&format!("a{}", " ".repeat(23))) && !sent.contains('K'), "{sent:?}");
    }

    #[test]
    fn a_style_is_set_at_once_and_blanks_keep_it() {
        let (bold, red) = (PLAIN.add_modifier(Modifier::BOLD).fg(Color::Rgb(9, 8, 7)), PLAIN.fg(Color::Red));
        let struck = bold.add_modifier(Modifier::DIM | Modifier::CROSSED_OUT);
        check(&[], &[("a", bold), (" ", PLAIN), ("b", bold)], "<1;1H<1;38;2;9;8;7ma b<0m");
        check(
            &[],
            &[("a", struck), ("b", bold), ("c", red)],
            "<1;1H<1;2;9;38;2;9;8;7ma<22;29;1mb<22;31mc<0m",
        );
        check(&[], &[("a", PLAIN.fg(Color::Indexed(77)).bg(Color::LightRed))], "<1;1H<38;5;77;101ma<0m");
    }

    #[test]
    fn a_blank_that_shows_its_style_is_sent_with_it() {
        let line = PLAIN.add_modifier(Modifier::UNDERLINED);
        check(&[], &[("a ", line), (" b", PLAIN)], "<1;1H<4ma <C<0mb");
    }

    #[test]
    fn half_a_wide_cluster_goes_with_the_other_half() {
        check(&[("跨b", PLAIN)], &[("a b", PLAIN)], "<1;1Ha ");
        check(&[("a跨c", PLAIN)], &[("跨 c", PLAIN)], "<1;1H跨 ");
        check(&[("跨链", PLAIN)], &[("跨桥", PLAIN)], "<1;3H桥");
    }

    #[test]
    fn after_a_cluster_of_doubtful_width_the_place_is_said() {
        check(&[], &[("❤\u{fe0f}x", PLAIN)], "<1;1H<2X❤\u{fe0f}<1;3Hx");
        check(&[], &[("😀x跨y", PLAIN)], "<1;1H😀<1;3Hx跨y");
    }

    /// As [`check`], with hyperlinks.
    fn check_links(now: &str, links: &[Hyperlink], expect: &str) {
        let mut out = Vec::new();
        write(Some(&frame(24, &[&[]])), &frame(24, &[&[(now, PLAIN)]]), GROUND, links, true, &mut out);
        let bytes = String::from_utf8(out).unwrap();
        assert_eq!(bytes.replace("\x1b\\", "ST").replace('\x1b', "ESC"), expect);
    }

    #[test]
    fn a_hyperlink_is_closed_after_its_cells() {
        let links = [link(0, 4..8, "https://a.org")];
        check_links("see here now", &links, "ESC[1;1Hsee ESC]8;id=0-0;https://a.orgSThereESC]8;;STESC[Cnow");
    }

    /// What a terminal shows: for each cell its text, ground, and what else is seen there.
    fn screen(parser: &vt100::Parser, columns: u16, rows: u16) -> Vec<String> {
        let cells = (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x)));
        cells
            .map(|(y, x)| {
                let Some(cell) = parser.screen().cell(y, x) else { return String::new() };
                let (text, ground, line) = (cell.contents(), cell.bgcolor(), cell.underline());
                let blank = text.is_empty() || text == " ";
                if blank && !cell.inverse() {
                    return format!("{ground:?} {line}");
                }
                let (colour, turned) = (cell.fgcolor(), cell.inverse());
                format!("{text} {ground:?} {line} {colour:?} {turned} {} {}", cell.bold(), cell.italic())
            })
            .collect()
    }

    fn style() -> impl Strategy<Value = CellStyle> {
        let colours = [Color::Reset, Color::Red, Color::LightBlue, Color::Indexed(99), GROUND];
        let colours = prop::sample::select(colours.to_vec());
        let modifiers = [Modifier::empty(), Modifier::BOLD, Modifier::UNDERLINED, Modifier::REVERSED];
        let modifiers = prop::sample::select(modifiers.to_vec());
        (colours.clone(), colours, modifiers)
            .prop_map(|(fg, bg, modifier)| CellStyle::new().fg(fg).bg(bg).add_modifier(modifier))
    }

    fn row() -> impl Strategy<Value = Vec<(String, CellStyle)>> {
        let text = prop_oneof!["[a-c]{1,6}", " {1,20}", "[跨链桥]{1,3}", "[a é跨]{1,8}"];
        prop::collection::vec((text, style()), 0..5)
    }

    fn made(rows: &[Vec<(String, CellStyle)>]) -> Buffer {
        let rows: Vec<Vec<(&str, CellStyle)>> = rows
            .iter()
            .map(|row| row.iter().map(|(text, style)| (text.as_str(), *style)).collect())
            .collect();
        buffer(24, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn a_terminal_shows_the_frame_whatever_it_showed_before(
            first in prop::collection::vec(row(), 3),
            second in prop::collection::vec(row(), 3),
        ) {
            let (first, second) = (made(&first), made(&second));
            let mut changed = vt100::Parser::new(3, 24, 0);
            let mut out = b"\x1b[48;2;1;2;3m\x1b[2J\x1b[0m".to_vec();
            let (was, is) = (screen_of(&first), screen_of(&second));
            write(None, &was, GROUND, &[], true, &mut out);
            write(Some(&was), &is, GROUND, &[], true, &mut out);
            changed.process(&out);
            // The same frame, each cell sent by itself.
            let mut whole = vt100::Parser::new(3, 24, 0);
            for y in 0..3 {
                let mut x = 0;
                while x < 24 {
                    let cell = &second[(x, y)];
                    let mut out = format!("\x1b[{};{}H\x1b[0m", y + 1, x + 1).into_bytes();
                    let mut writer = Writer { next: &is, links: &[], first_link: 0, erases: true, out: &mut out, at: None, style: Style::default(), link: None };
                    writer.set(style_of(cell));
                    out.extend_from_slice(cell.symbol().as_bytes());
                    whole.process(&out);
                    x += is.row(y)[usize::from(x)].columns();
                }
            }
            prop_assert_eq!(screen(&changed, 24, 3), screen(&whole, 24, 3));
        }
    }
}
