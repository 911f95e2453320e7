//! The terminal: taken over, painted, and given back as it was found on every way out.
//!
//! Everything goes straight to the file descriptor of standard output in one write a frame, so that
//! giving the terminal back never waits for a lock that a stuck or panicked thread holds.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::geometry::Size;
use crate::app::reader::pictures::Payload;
use crate::layout::picture::Pixels;

/// Alternate screen, no cursor, mouse buttons with drag in SGR form, bracketed paste.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[H\x1b[2J";
/// All of it undone, in the opposite order, with any half-painted frame ended first.
const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[0m\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[2J\x1b[?25h\x1b[?1049l";
const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub struct Terminal {
    shown: Buffer,
    next: Buffer,
    cursor: Option<Position>,
    out: Vec<u8>,
}

impl Terminal {
    /// Takes the terminal over. What it switches on reaches the terminal with the first frame.
    ///
    /// # Errors
    /// Where there is no terminal that can be put into raw mode.
    pub fn enter() -> io::Result<Self> {
        crossterm::terminal::enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let Size { width, height } = size();
        let area = Rect::new(0, 0, width, height);
        Ok(Self { shown: Buffer::empty(area), next: Buffer::empty(area), cursor: None, out: ENTER.to_vec() })
    }

    /// The screen's size as last known.
    pub fn size(&self) -> Size {
        Size { width: self.next.area.width, height: self.next.area.height }
    }

    /// Takes a new size; the next frame is painted whole.
    pub fn resize(&mut self, size: Size) {
        let area = Rect::new(0, 0, size.width, size.height);
        self.next = Buffer::empty(area);
        self.repaint();
    }

    /// Has the next frame painted whole.
    pub fn repaint(&mut self) {
        self.shown = Buffer::empty(self.next.area);
        self.out.extend_from_slice(b"\x1b[0m\x1b[2J");
    }

    /// Has a picture sent before the next frame, which refers to it.
    pub fn send_first(&mut self, picture: &Payload) {
        self.out.extend_from_slice(picture.as_str().as_bytes());
    }

    /// Paints a frame with `paint`, which gives the cursor's cell, and sends what changed in one write.
    /// Nothing is sent where nothing changed.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Buffer) -> Option<Position>) -> io::Result<()> {
        self.next.reset();
        let cursor = paint(&mut self.next);
        let changes = self.shown.diff(&self.next);
        if changes.is_empty() && cursor == self.cursor && self.out.is_empty() {
            return Ok(());
        }
        let mut frame = Vec::with_capacity(self.out.len() + 64 + changes.len() * 4);
        frame.append(&mut self.out);
        frame.extend_from_slice(BEGIN_FRAME);
        if self.cursor.is_some() {
            frame.extend_from_slice(b"\x1b[?25l");
        }
        CrosstermBackend::new(&mut frame).draw(changes.into_iter())?;
        if let Some(Position { x, y }) = cursor {
            write!(frame, "\x1b[{};{}H\x1b[?25h", y + 1, x + 1)?;
        }
        frame.extend_from_slice(END_FRAME);
        std::mem::swap(&mut self.shown, &mut self.next);
        if self.next.area != self.shown.area {
            self.next = Buffer::empty(self.shown.area);
        }
        self.cursor = cursor;
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
