//! The terminal: taken over, painted, and given back as it was found on every way out.
//!
//! Everything goes straight to the file descriptor of standard output in one write a frame, so that
//! giving the terminal back never waits for a lock that a stuck or panicked thread holds.

mod frame;

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Color;

use frame::Screen;

use crate::app::geometry::Size;
use crate::app::reader::pictures::Payload;
use crate::layout::picture::Pixels;
use crate::ui::hyperlinks::Hyperlink;

/// Alternate screen, no cursor, mouse buttons and moves in SGR form (where a terminal knows no moves, drags),
/// bracketed paste.
const ENTER: &[u8] =
    b"\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?1002h\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[H\x1b[2J";
/// All of it undone, in the opposite order, with any half-painted frame ended first.
const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[0m\x1b[?2004l\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[2J\x1b[?25h\x1b[?1049l";
const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether another program has it, which we wait for.
static LENT: AtomicBool = AtomicBool::new(false);

/// Whether another program has the terminal, and with it the keys that would stop or interrupt us.
pub fn is_lent() -> bool {
    LENT.load(Ordering::SeqCst)
}

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub struct Terminal {
    size: Size,
    /// What is on the screen; `None` where that is not known and the next frame is painted whole.
    shown: Option<Screen>,
    /// A screen to be taken for the next one.
    spare: Screen,
    /// What frames are painted into.
    buffer: Buffer,
    /// Whether what is erased has the colour of the ground.
    erases: bool,
    /// The hyperlinks on screen, where the terminal is given any.
    links: Option<Vec<Hyperlink>>,
    cursor: Option<Position>,
    /// What has to reach the terminal before the next frame.
    out: Vec<u8>,
}

impl Terminal {
    /// Takes the terminal over. What it switches on reaches the terminal with the first frame. It is
    /// given hyperlinks (OSC 8) only `with_links`.
    ///
    /// # Errors
    /// Where there is no terminal that can be put into raw mode.
    pub fn enter(with_links: bool) -> io::Result<Self> {
        crossterm::terminal::enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        Ok(Self {
            size: size(),
            shown: None,
            spare: Screen::default(),
            buffer: Buffer::default(),
            links: with_links.then(Vec::new),
            erases: erases_in_colour(),
            cursor: None,
            out: ENTER.to_vec(),
        })
    }

    /// The screen's size as last known.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Takes a new size; the next frame is painted whole.
    pub fn resize(&mut self, size: Size) {
        self.size = size;
        self.repaint();
    }

    /// Has the next frame painted whole.
    pub fn repaint(&mut self) {
        self.shown = None;
    }

    /// Has a picture sent before the next frame, which refers to it.
    pub fn send_first(&mut self, picture: &Payload) {
        self.out.extend_from_slice(picture.as_str().as_bytes());
    }

    /// Puts text on the terminal's clipboard (xterm's OSC 52), with the next frame. tmux hands it on only
    /// where its own setting `set-clipboard` lets it, or wrapped where `allow-passthrough` does: it gets both.
    pub fn copy(&mut self, text: &str) {
        let wrapped = std::env::var_os("TMUX").is_some_and(|tmux| !tmux.is_empty());
        clipboard(text, wrapped, &mut self.out);
    }

    /// Paints a frame with `paint`, which fills every cell and gives the cursor's cell, and sends what
    /// changed in one write. Nothing is sent where nothing changed. A frame that is painted whole begins
    /// by erasing the screen in the colour `ground`, so that its blank cells need not be sent.
    /// `links` gives the frame's hyperlinks, in the order of the screen.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn draw(
        &mut self,
        ground: Color,
        paint: impl FnOnce(&mut Buffer) -> Option<Position>,
        links: impl FnOnce() -> Vec<Hyperlink>,
    ) -> io::Result<()> {
        let area = Rect::new(0, 0, self.size.width, self.size.height);
        if self.buffer.area != area {
            self.buffer = Buffer::empty(area);
        }
        let cursor = paint(&mut self.buffer);
        let mut next = std::mem::take(&mut self.spare);
        next.take(&self.buffer);
        let mut shown = self.shown.take().filter(|shown| shown.area() == area);
        if let Some(now) = &mut self.links {
            let before = std::mem::replace(now, links());
            if let Some(shown) = &mut shown {
                forget_changed(&before, now, shown);
            }
        }
        let mut changes = Vec::with_capacity(8192);
        let links = self.links.as_deref().unwrap_or_default();
        let erases = self.erases && (shown.is_some() || !is_light(ground));
        frame::write(shown.as_ref(), &next, ground, links, erases, &mut changes);
        let nothing_new = shown.is_some() && changes.is_empty() && cursor == self.cursor;
        if nothing_new && self.out.is_empty() {
            (self.shown, self.spare) = (shown, next);
            return Ok(());
        }
        let mut frame = std::mem::take(&mut self.out);
        frame.reserve(changes.len() + 128);
        frame.extend_from_slice(BEGIN_FRAME);
        if self.cursor.is_some() {
            frame.extend_from_slice(b"\x1b[?25l");
        }
        if shown.is_none() {
            erase(ground, &mut frame)?;
        }
        frame.append(&mut changes);
        if let Some(Position { x, y }) = cursor {
            write!(frame, "\x1b[{};{}H\x1b[?25h", y + 1, x + 1)?;
        }
        frame.extend_from_slice(END_FRAME);
        (self.shown, self.spare, self.cursor) = (Some(next), shown.unwrap_or_default(), cursor);
        send(&frame)
    }

    /// Gives the terminal back and stops this process, as Ctrl-Z does in a shell; takes the terminal
    /// again when the shell continues it.
    ///
    /// # Errors
    /// Where the terminal cannot be taken again.
    pub fn suspend(&mut self) -> io::Result<()> {
        restore();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        self.take()
    }

    /// Gives the terminal, and the keys that are typed on it, to another program as long as `run` takes.
    ///
    /// # Errors
    /// Where the terminal cannot be taken again.
    pub fn lend<T>(&mut self, run: impl FnOnce() -> T) -> io::Result<T> {
        restore();
        LENT.store(true, Ordering::SeqCst);
        let result = run();
        LENT.store(false, Ordering::SeqCst);
        self.take()?;
        Ok(result)
    }

    fn take(&mut self) -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        self.out = ENTER.to_vec();
        self.cursor = None;
        self.resize(size());
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Has the cells whose hyperlink is another one than before sent again, whatever they show.
fn forget_changed(before: &[Hyperlink], now: &[Hyperlink], shown: &mut Screen) {
    if before == now {
        return;
    }
    let is_in = |links: &[Hyperlink], link: &Hyperlink| {
        let key = (link.row, link.columns.start);
        links
            .binary_search_by_key(&key, |other| (other.row, other.columns.start))
            .is_ok_and(|at| links[at] == *link)
    };
    let gone = before.iter().filter(|link| !is_in(now, link));
    let new = now.iter().filter(|link| !is_in(before, link));
    for link in gone.chain(new) {
        for x in link.columns.clone() {
            shown.forget(x, link.row);
        }
    }
}

/// Gives the terminal back as it was found. Does nothing when it is not ours; can be called from any
/// thread, at any moment.
pub fn restore() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // A terminal that is gone needs nothing any more.
        let _ = send(LEAVE);
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

/// Has a panic in the main thread give the terminal back before its message is printed. A panic in a
/// worker says nothing here: its job reports it.
pub fn restore_on_panic() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() == Some("main") {
            restore();
            print(panic);
        }
    }));
}

/// The screen's size now; 80×24 where it is not known.
pub fn size() -> Size {
    match rustix::termios::tcgetwinsize(io::stdout().as_fd()) {
        Ok(size) => Size { width: size.ws_col, height: size.ws_row },
        Err(_) => Size { width: 80, height: 24 },
    }
}

/// Pixels of a cell, where the terminal tells them with its size.
pub fn cell() -> Option<Pixels> {
    let size = rustix::termios::tcgetwinsize(io::stdout().as_fd()).ok()?;
    let width = size.ws_xpixel.checked_div(size.ws_col)?;
    let height = size.ws_ypixel.checked_div(size.ws_row)?;
    // Some tell pixels that no font could have.
    let is_plausible = (4..=64).contains(&width) && (6..=128).contains(&height);
    is_plausible.then(|| Pixels { width: u32::from(width), height: u32::from(height) })
}

/// The sequence that puts text on the clipboard; for tmux once more, wrapped for the terminal around it.
fn clipboard(text: &str, in_tmux: bool, out: &mut Vec<u8>) {
    let encoded = BASE64.encode(text);
    let mut put = |parts: [&str; 3]| parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
    put(["\x1b]52;c;", &encoded, "\x07"]);
    if in_tmux {
        put(["\x1bPtmux;\x1b\x1b]52;c;", &encoded, "\x07\x1b\\"]);
    }
}

/// Whether the terminal erases in the colour of the ground. GNU screen does not (terminfo: no `bce`); tmux does,
/// under whatever name.
fn erases_in_colour() -> bool {
    let is_screen =
        std::env::var_os("TERM").is_some_and(|term| term.as_encoded_bytes().starts_with(b"screen"));
    !is_screen || std::env::var_os("TMUX").is_some_and(|tmux| !tmux.is_empty())
}

/// Whether a hole in the ground would be seen as a dark one: then a frame that is painted whole is sent with its
/// blanks.
fn is_light(ground: Color) -> bool {
    matches!(ground, Color::Rgb(red, green, blue) if red > 127 && green > 127 && blue > 127)
}

/// Erases the screen in a colour (ECMA-48 ED, with the background colour erase of xterm and its kin).
fn erase(ground: Color, frame: &mut Vec<u8>) -> io::Result<()> {
    match ground {
        Color::Rgb(r, g, b) => write!(frame, "\x1b[0;48;2;{r};{g};{b}m\x1b[2J\x1b[0m"),
        Color::Indexed(index) => write!(frame, "\x1b[0;48;5;{index}m\x1b[2J\x1b[0m"),
        _ => frame.write_all(b"\x1b[0m\x1b[2J"),
    }
}

/// Writes all of `bytes` to standard output, past its lock and buffer.
fn send(mut bytes: &[u8]) -> io::Result<()> {
    let stdout = io::stdout();
    while !bytes.is_empty() {
        match rustix::io::write(stdout.as_fd(), bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::AGAIN) => {
                let fd = stdout.as_fd();
                let mut ready = [rustix::event::PollFd::new(&fd, rustix::event::PollFlags::OUT)];
                rustix::event::poll(&mut ready, None)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    fn link(row: u16, columns: std::ops::Range<u16>, address: &str) -> Hyperlink {
        Hyperlink { row, columns, id: (0, 0), address: address.to_owned() }
    }

    /// The bytes that take the screen from one text with links to another.
    fn check(before: (&str, &[Hyperlink]), now: (&str, &[Hyperlink]), expect: &str) {
        let screen = |text: &str| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
            buffer.set_string(0, 0, text, Style::new());
            let mut screen = Screen::default();
            screen.take(&buffer);
            screen
        };
        let (mut shown, next) = (screen(before.0), screen(now.0));
        forget_changed(before.1, now.1, &mut shown);
        let mut frame = Vec::new();
        frame::write(Some(&shown), &next, Color::Reset, now.1, true, &mut frame);
        let frame = String::from_utf8(frame).unwrap();
        assert_eq!(frame.replace("\x1b\\", "ST").replace('\x1b', "ESC"), expect);
    }

    #[test]
    fn the_clipboard_gets_base64_and_tmux_what_it_hands_on() {
        let check = |in_tmux, expect: &str| {
            let mut out = Vec::new();
            clipboard("wörter\n", in_tmux, &mut out);
            assert_eq!(String::from_utf8(out).unwrap().replace('\x1b', "ESC").replace('\x07', "BEL"), expect);
        };
        check(false, "ESC]52;c;d8O2cnRlcgo=BEL");
        check(true, "ESC]52;c;d8O2cnRlcgo=BELESCPtmux;ESCESC]52;c;d8O2cnRlcgo=BELESC\\");
    }

    #[test]
    fn a_part_of_a_hyperlink_that_changes_is_that_hyperlink() {
        let links = [link(0, 4..8, "https://a.org")];
        check(
            ("see here now", &links),
            ("see hard now", &links),
            "ESC[1;6HESC]8;id=0-0;https://a.orgSTardESC]8;;ST",
        );
    }

    #[test]
    fn text_that_stays_is_sent_again_where_its_hyperlink_does_not() {
        let (one, other) = ([link(0, 4..8, "https://a.org")], [link(0, 4..8, "https://b.org")]);
        check(("see here", &one), ("see here", &one), "");
        check(("see here", &one), ("see here", &[]), "ESC[1;5Hhere");
        check(("see here", &one), ("see here", &other), "ESC[1;5HESC]8;id=0-0;https://b.orgSThereESC]8;;ST");
    }
}
