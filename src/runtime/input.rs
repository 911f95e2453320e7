//! Keys and mouse, read by the loop itself, and signals, from a thread of their own → events of the loop.

use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event as terminal_event;
use crossterm::event::{Event as TerminalEvent, KeyCode, KeyModifiers};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use super::Event;
use super::outbox::{Inbox, Outbox};
use super::terminal;

/// How long the input library looks for more of what began to come. It looks at nothing at all when this
/// is zero, and waits below a millisecond by spinning.
const MOMENT: Duration = Duration::from_micros(25);
/// How long the loop may take to leave after a signal, before the process leaves without it.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What is typed, and what threads send.
#[derive(Debug)]
pub struct Input {
    inbox: Inbox,
    /// The terminal, where standard input is something else.
    terminal: Option<OwnedFd>,
    more: More,
}

/// Whether the input library has read more than it has given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum More {
    No,
    /// Only what came in the very moment in which it read. To look for that takes a good part of a frame, so it
    /// waits until there is nothing else to do.
    Hardly,
    Perhaps,
}

/// What can be waited for.
#[derive(Clone, Copy, Debug, Default)]
struct Ready {
    typed: bool,
    rang: bool,
    lost: bool,
}

impl Input {
    /// Listens to the terminal and to what comes into `inbox`.
    pub fn new(inbox: Inbox) -> Self {
        let opened = (!io::stdin().is_terminal()).then(|| {
            rustix::fs::open(
                "/dev/tty",
                rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::CLOEXEC,
                rustix::fs::Mode::empty(),
            )
        });
        Self { inbox, terminal: opened.and_then(Result::ok), more: More::No }
    }

    /// Gets ready to read, which the first key would else wait for.
    pub fn prepare(&mut self) {
        if matches!(terminal_event::poll(Duration::ZERO), Ok(true)) {
            self.more = More::Perhaps;
        }
    }

    /// The next event without waiting for one.
    pub fn take(&mut self) -> Option<Event> {
        self.rest(Duration::ZERO)
    }

    /// The next event, for which it waits no longer than this; the core is left to others meanwhile.
    pub fn rest(&mut self, most: Duration) -> Option<Event> {
        let read = |input: &mut Self| if input.more == More::Perhaps { input.read() } else { None };
        self.inbox.take().or_else(|| read(self)).or_else(|| match self.look(Some(most))? {
            Ready { lost: true, .. } => Some(Event::Lost),
            Ready { typed: true, .. } => self.read(),
            Ready { rang: true, .. } => {
                self.inbox.hear();
                self.inbox.take()
            }
            Ready { .. } => None,
        })
    }

    /// Waits for the next event; `None` when none came until then.
    pub fn wait(&mut self, until: Option<Instant>) -> Option<Event> {
        loop {
            let event = self.inbox.take();
            if let Some(event) = event.or_else(|| if self.more == More::No { None } else { self.read() }) {
                return Some(event);
            }
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            match self.look(left) {
                // A signal came, which has a thread of its own; or a ring, which may be for what was taken already.
                None => {}
                Some(Ready { lost: true, .. }) => return Some(Event::Lost),
                Some(Ready { rang: true, .. }) => self.inbox.hear(),
                Some(Ready { typed: true, .. }) => {
                    if let Some(event) = self.read() {
                        return Some(event);
                    }
                }
                Some(_) => return None,
            }
        }
    }

    /// Looks for so long whether anything can be read; `None` where a signal came between. The terminal is polled
    /// here and not by the library, whose own poll spins for ever once it hangs up (crossterm issue 793).
    fn look(&self, most: Option<Duration>) -> Option<Ready> {
        let (terminal, rings) = (self.terminal(), self.inbox.rings());
        let mut ready = [PollFd::new(&terminal, PollFlags::IN), PollFd::new(&rings, PollFlags::IN)];
        let most = most.and_then(|most| Timespec::try_from(most).ok());
        match poll(&mut ready, most.as_ref()) {
            Ok(_) => {
                let seen = ready[0].revents();
                let lost = seen.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
                let rang = !ready[1].revents().is_empty();
                Some(Ready { typed: seen.contains(PollFlags::IN), rang, lost })
            }
            Err(rustix::io::Errno::INTR) => None,
            Err(_) => Some(Ready { lost: true, ..Ready::default() }),
        }
    }

    fn terminal(&self) -> BorrowedFd<'_> {
        match &self.terminal {
            Some(terminal) => terminal.as_fd(),
            None => rustix::stdio::stdin(),
        }
    }

    /// Reads what is typed, where anything is; nothing where it means nothing.
    fn read(&mut self) -> Option<Event> {
        let came =
            if self.more == More::No { rustix::io::ioctl_fionread(self.terminal()).ok() } else { None };
        loop {
            // Should this thread be held up for all of the moment, nothing was looked at: what the library has
            // read but not handed out would wait for the next key. That does not happen twice in a row.
            match terminal_event::poll(MOMENT)
                .and_then(|is_there| Ok(is_there || terminal_event::poll(MOMENT)?))
            {
                Ok(true) => {}
                Ok(false) => {
                    self.more = More::No;
                    return None;
                }
                Err(_) => return Some(Event::Lost),
            }
            let Ok(event) = terminal_event::read() else { return Some(Event::Lost) };
            let length = bytes_of(&event);
            self.more = if length.is_some() && length == came { More::Hardly } else { More::Perhaps };
            // The size is asked for when SIGWINCH comes; this would be the same news twice.
            if !matches!(event, TerminalEvent::Resize(..)) {
                return Some(Event::Input(event));
            }
        }
    }
}

/// Bytes that a terminal sends for a key, where that is the same for all terminals.
fn bytes_of(event: &TerminalEvent) -> Option<u64> {
    let TerminalEvent::Key(key) = event else { return None };
    match key.code {
        KeyCode::Char(character) if KeyModifiers::SHIFT.contains(key.modifiers) => {
            Some(character.len_utf8() as u64)
        }
        _ if !key.modifiers.is_empty() => None,
        KeyCode::Enter | KeyCode::Tab | KeyCode::Backspace | KeyCode::Esc => Some(1),
        KeyCode::Up | KeyCode::Down | KeyCode::Left | KeyCode::Right => Some(3),
        KeyCode::PageUp | KeyCode::PageDown => Some(4),
        _ => None,
    }
}

/// Signals caught from now on; they are handed on once [`watch_signals`] runs.
///
/// # Errors
/// Where the system refuses.
pub fn catch_signals() -> io::Result<Signals> {
    Signals::new([SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH])
}

/// Hands signals to the loop. Should the loop be stuck, a deadly signal still gives the terminal back
/// and ends the process.
///
/// # Errors
/// Where the thread cannot be started.
pub fn watch_signals(mut signals: Signals, events: Outbox) -> io::Result<()> {
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let event = match signal {
                // Meant for the program that has the terminal; where that stops itself, so do we with it.
                SIGTSTP if terminal::is_lent() => {
                    let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
                    continue;
                }
                SIGINT | SIGCONT if terminal::is_lent() => continue,
                SIGWINCH => Event::Resized,
                SIGTSTP => Event::Stop,
                SIGCONT => Event::Continued,
                deadly => {
                    if events.send(Event::Signal(deadly)) {
                        thread::sleep(PATIENCE);
                    }
                    terminal::restore();
                    let _ = signal_hook::low_level::emulate_default_handler(deadly);
                    return;
                }
            };
            if !events.send(event) {
                return;
            }
        }
    })?;
    Ok(())
}
