//! Keys, mouse and signals → events of the loop, each from a thread of its own.

use std::io::{self, IsTerminal, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crossterm::event as terminal_event;
use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use super::Event;
use super::terminal;

/// How long the input library looks for more of what began to come. It looks at nothing at all when this
/// is zero, and waits below a millisecond by spinning: with a whole one each key cost a core 1 ms, at the
/// very moment at which its frame is made (2026-11-22).
const MOMENT: Duration = Duration::from_micros(25);
/// How long the loop may take to leave after a signal, before the process leaves without it.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The thread that reads keys.
#[derive(Debug)]
pub struct Keys {
    gate: Arc<Gate>,
    /// Wakes the thread where it waits for a key.
    wake: PipeWriter,
}

/// Lets the thread that reads keys stand still.
#[derive(Debug, Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Whether it is to stand still.
    closed: bool,
    /// Whether it does, or is over.
    stands: bool,
}

impl Keys {
    /// Does something while nobody reads keys.
    pub fn without<T>(&self, run: impl FnOnce() -> T) -> T {
        let lock = || self.gate.state.lock().unwrap_or_else(PoisonError::into_inner);
        lock().closed = true;
        // Where nobody reads the pipe any more, the thread is over and reads no keys either.
        if (&self.wake).write_all(b".").is_ok() {
            let state = self.gate.changed.wait_while(lock(), |state| !state.stands);
            drop(state);
        }
        let result = run();
        lock().closed = false;
        self.gate.changed.notify_all();
        result
    }
}

impl Gate {
    /// Stands still as long as the gate is closed.
    fn pass(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.stands = true;
        self.changed.notify_all();
        let opened = self.changed.wait_while(state, |state| state.closed);
        opened.unwrap_or_else(PoisonError::into_inner).stands = false;
    }
}

/// Reads keys and mouse until the terminal is gone.
///
/// The terminal is polled here first, because the library's own poll spins for ever once it hangs up
/// (crossterm issue 793).
///
/// # Errors
/// Where the thread cannot be started.
pub fn read_keys(events: Sender<Event>) -> io::Result<Keys> {
    let (mut woken, wake) = io::pipe()?;
    let gate = Arc::new(Gate::default());
    let its = Arc::clone(&gate);
    thread::Builder::new().name("keys".into()).spawn(move || {
        let opened = (!io::stdin().is_terminal()).then(|| {
            rustix::fs::open(
                "/dev/tty",
                rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::CLOEXEC,
                rustix::fs::Mode::empty(),
            )
        });
        let opened: Option<OwnedFd> = opened.and_then(Result::ok);
        let stdin = io::stdin();
        let fd = opened.as_ref().map_or_else(|| stdin.as_fd(), OwnedFd::as_fd);
        while wait(fd, &mut woken, &its) && forward(&events) {}
        let _ = events.send(Event::Lost);
    })?;
    Ok(Keys { gate, wake })
}

/// Waits for input; false when the terminal hung up.
fn wait(fd: BorrowedFd<'_>, woken: &mut PipeReader, gate: &Gate) -> bool {
    loop {
        let pipe = woken.as_fd();
        let mut ready = [PollFd::new(&fd, PollFlags::IN), PollFd::new(&pipe, PollFlags::IN)];
        match poll(&mut ready, None) {
            Ok(_) => {
                let (seen, is_woken) = (ready[0].revents(), !ready[1].revents().is_empty());
                if is_woken {
                    // Whoever had the pipe is gone with the program.
                    if !matches!(woken.read(&mut [0]), Ok(1)) {
                        return false;
                    }
                    gate.pass();
                    continue;
                }
                let gone = seen.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
                return seen.contains(PollFlags::IN) && !gone;
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

/// Sends on all that can be read now; false when nobody listens or nothing can be read any more.
fn forward(events: &Sender<Event>) -> bool {
    // Should this thread be held up for all of the moment, nothing was looked at: what the library has read
    // but not handed out would wait for the next key. That does not happen twice in a row.
    let is_pending = || Ok::<_, io::Error>(terminal_event::poll(MOMENT)? || terminal_event::poll(MOMENT)?);
    loop {
        match is_pending() {
            Ok(true) => {}
            Ok(false) => return true,
            Err(_) => return false,
        }
        let Ok(input) = terminal_event::read() else { return false };
        // The size is asked for when SIGWINCH comes; this would be the same news twice.
        if matches!(input, terminal_event::Event::Resize(..)) {
            continue;
        }
        if events.send(Event::Input(input)).is_err() {
            return false;
        }
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
pub fn watch_signals(mut signals: Signals, events: Sender<Event>) -> io::Result<()> {
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
                    if events.send(Event::Signal(deadly)).is_ok() {
                        thread::sleep(PATIENCE);
                    }
                    terminal::restore();
                    let _ = signal_hook::low_level::emulate_default_handler(deadly);
                    return;
                }
            };
            if events.send(event).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}
