//! The one loop over what happens: input, reports of jobs, and the ticks that effects asked for.
//!
//! Knows everything, and nothing knows it but `main`. Paints before any thread is started; drains what
//! is pending before a frame; draws no frame without a change.

mod bodies;
mod excerpts;
mod finding;
mod gather;
pub mod input;
pub mod jobs;
pub mod keymap;
mod linked;
mod links;
mod load;
pub mod open;
pub mod outbox;
mod outside;
mod pictures;
mod querying;
mod record;
pub mod terminal;
mod texts;
mod watch;

use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{
    Event as TerminalEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind as Kind,
};
use ratatui::buffer::Buffer;

use crate::app::command::Command;
use crate::app::effect::{Effect, Report};
use crate::app::{Action, App, Mouse, MouseKind, is_seen, leaving, look_ahead, update};
use crate::ui;
use crate::ui::hyperlinks::hyperlinks;
use crate::ui::theme::Depth;
use input::Input;
use jobs::Jobs;
use keymap::{Keymap, Meaning};
use outbox::Outbox;
use terminal::Terminal;

/// What the loop waits for.
#[derive(Debug)]
pub enum Event {
    /// A key, the mouse, pasted text.
    Input(TerminalEvent),
    /// A job reports.
    Report(Report),
    /// The screen has a new size.
    Resized,
    /// Somebody asks us to stop (SIGTSTP).
    Stop,
    /// Somebody continued us (SIGCONT).
    Continued,
    /// A signal that ends the program.
    Signal(i32),
    /// The terminal is gone.
    Lost,
}

/// Why the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Asked for by a key.
    Quit,
    /// By a signal.
    Signal(i32),
    /// The terminal went away.
    Lost,
}

/// Lines that one turn of the wheel moves.
const WHEEL_LINES: i8 = 3;
/// How long all that nobody waits for waits once a frame is out, looking ahead as well as the jobs' work: whatever
/// draws the frame needs a core, too, and a scheduler that lets threads run until its next tick takes that from it
/// for up to 4 ms.
const BREATH: Duration = Duration::from_millis(2);

/// Runs the program over `app` until it is left. `begin` starts the work that goes on from the first
/// frame on; it is called once that frame is painted.
///
/// # Errors
/// Where there is no terminal, or the system refuses a thread.
pub fn run(
    mut app: App,
    with_links: bool,
    clock: Instant,
    begin: impl FnOnce(&Jobs) -> Vec<Effect>,
) -> io::Result<()> {
    let depth = depth();
    terminal::restore_on_panic();
    let signals = input::catch_signals()?;
    let mut terminal = Terminal::enter(with_links)?;
    let first = update(&mut app, Action::Resize(terminal.size()));
    terminal.draw(ui::ground(&app, depth), |frame| ui::paint(&app, depth, frame), || hyperlinks(&app))?;

    let keymap = Keymap::new(&app.keys);
    let (outbox, inbox) = outbox::channel()?;
    input::watch_signals(signals, outbox.clone())?;
    let input = Input::new(inbox);
    let jobs = Jobs::new(outbox);
    let mut pending = first;
    pending.extend(begin(&jobs));
    let (wakes, work, ahead) = (Vec::new(), Vec::new(), Vec::new());
    // The first answer to nothing at all draws what came of the effects so far.
    let mut turn =
        Turn { app, terminal, input, jobs, keymap, clock, wakes, work, ahead, due: None, is_stale: true };
    let ending = turn.perform(pending)?;
    turn.begin_work();
    turn.input.prepare();
    // Last, because the time zone is looked for in dozens of files: meanwhile jobs are begun.
    turn.app.view.today = jobs::today();
    let ending = match ending {
        Some(ending) => ending,
        None => turn.go_round(depth)?,
    };
    // However it ends, where one is in the article is kept.
    turn.work.extend(leaving(&mut turn.app));
    turn.begin_work();
    drop(turn);
    match ending {
        Ending::Quit => {}
        Ending::Signal(signal) => {
            terminal::restore();
            signal_hook::low_level::emulate_default_handler(signal)?;
        }
        // There is nobody to talk to any more; this is how a hangup ends a program.
        Ending::Lost => signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGHUP)?,
    }
    Ok(())
}

/// The loop's own state.
struct Turn {
    app: App,
    terminal: Terminal,
    input: Input,
    jobs: Jobs,
    keymap: Keymap,
    clock: Instant,
    wakes: Vec<Duration>,
    /// Effects for the jobs, once the next frame is out.
    work: Vec<Effect>,
    /// Effects for the jobs that nobody waits for, and when they are due.
    ahead: Vec<Effect>,
    due: Option<Instant>,
    /// Whether anything has happened since the last frame that may show. Moves of the mouse come in
    /// hundreds, and nearly all mean nothing.
    is_stale: bool,
}

impl Turn {
    /// Gives the jobs what no frame waits for, now that the frame is out.
    fn begin_work(&mut self) {
        self.jobs.run_all(std::mem::take(&mut self.work));
    }

    /// Looks ahead, and gives the jobs what nobody waits for.
    fn use_pause(&mut self) -> io::Result<Option<Ending>> {
        let effects = look_ahead(&mut self.app);
        let ending = self.perform(effects)?;
        self.ahead.append(&mut self.work);
        self.begin_ahead();
        Ok(ending)
    }

    fn begin_ahead(&mut self) {
        self.due = None;
        self.jobs.run_all(std::mem::take(&mut self.ahead));
    }

    fn go_round(&mut self, depth: Depth) -> io::Result<Ending> {
        loop {
            self.begin_work();
            let mut event = self.input.take().or_else(|| self.input.rest(BREATH));
            if event.is_none() {
                if let Some(ending) = self.use_pause()? {
                    return Ok(ending);
                }
                event = self.input.wait(self.wakes.iter().min().map(|wake| self.clock + *wake));
            } else if !self.ahead.is_empty() {
                // There may be no pause for long.
                let due = *self.due.get_or_insert_with(|| Instant::now() + BREATH);
                if due <= Instant::now() {
                    self.begin_ahead();
                }
            }
            // What is pending is taken together, so that a burst of keys costs one frame.
            loop {
                if let Some(ending) = self.handle(event)? {
                    return Ok(ending);
                }
                match self.input.take() {
                    Some(next) => event = Some(next),
                    None => break,
                }
            }
            if !std::mem::take(&mut self.is_stale) {
                continue;
            }
            let paint = |frame: &mut Buffer| ui::paint(&self.app, depth, frame);
            let links = || hyperlinks(&self.app);
            if self.terminal.draw(ui::ground(&self.app, depth), paint, links).is_err() {
                return Ok(Ending::Lost);
            }
        }
    }

    /// Takes one event, or a tick, in.
    fn handle(&mut self, event: Option<Event>) -> io::Result<Option<Ending>> {
        self.app.view.clock = self.clock.elapsed();
        // One may read past midnight.
        self.app.view.today = jobs::today();
        let now = self.app.view.clock;
        let action = match event {
            None => {
                self.wakes.retain(|wake| *wake > now);
                Action::Tick
            }
            Some(Event::Report(report)) => Action::Report(report),
            Some(Event::Resized) => {
                let size = terminal::size();
                self.terminal.resize(size);
                self.app.view.pictures.cell = terminal::cell();
                Action::Resize(size)
            }
            Some(Event::Stop) => Action::Command(Command::Suspend),
            Some(Event::Continued) => Action::Command(Command::Repaint),
            Some(Event::Signal(signal)) => return Ok(Some(Ending::Signal(signal))),
            Some(Event::Lost) => return Ok(Some(Ending::Lost)),
            Some(Event::Input(input)) => match action(&self.app, &self.keymap, input) {
                Some(action) => action,
                None => return Ok(None),
            },
        };
        self.is_stale |= is_seen(&self.app, &action);
        let effects = update(&mut self.app, action);
        self.perform(effects)
    }

    /// Shows everything anew on a terminal that others have had.
    fn come_back(&mut self) {
        if let Some(reader) = &mut self.app.reader {
            reader.forget_pictures();
        }
        let effects = update(&mut self.app, Action::Resize(self.terminal.size()));
        self.jobs.run_all(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<Option<Ending>> {
        for effect in effects {
            match effect {
                Effect::Quit => return Ok(Some(Ending::Quit)),
                Effect::Repaint => self.terminal.repaint(),
                Effect::Suspend => {
                    self.terminal.suspend()?;
                    self.come_back();
                }
                Effect::Edit { file, line } => {
                    let edited = self.terminal.lend(|| outside::edit(&file, line))?;
                    self.come_back();
                    let action = match edited {
                        Ok(()) => Action::Command(Command::Reload),
                        Err(reason) => Action::Report(Report::Notice(reason)),
                    };
                    let effects = update(&mut self.app, action);
                    self.jobs.run_all(effects);
                }
                Effect::WakeAt(at) => self.wakes.push(at),
                Effect::Copy(text) => self.terminal.copy(&text),
                Effect::Send(picture) => self.terminal.send_first(&picture),
                // Only the look of what is on screen already comes of these.
                Effect::Highlight { .. }
                | Effect::Resolve { .. }
                | Effect::Prepare(_)
                | Effect::Discard(_) => {
                    self.ahead.push(effect);
                }
                job => self.work.push(job),
            }
        }
        Ok(None)
    }
}

/// What the terminal's input means to `app` where it is now, if anything.
pub fn action(app: &App, keymap: &Keymap, input: TerminalEvent) -> Option<Action> {
    match input {
        TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => {
            match keymap.meaning(app.scopes(), key)? {
                Meaning::Command(command) => Some(Action::Command(command)),
                Meaning::Text(character) => Some(Action::Text(character.into())),
                Meaning::Edit(edit) => Some(Action::Edit(edit)),
            }
        }
        TerminalEvent::Paste(text) if app.scopes().first().is_some_and(|scope| scope.takes_text()) => {
            Some(Action::Text(text))
        }
        // Most moves of the mouse change nothing.
        TerminalEvent::Mouse(event)
            if event.kind == Kind::Moved && !app.would_hover(event.column, event.row) =>
        {
            None
        }
        TerminalEvent::Mouse(event) => mouse(event).map(Action::Mouse),
        _ => None,
    }
}

fn mouse(event: MouseEvent) -> Option<Mouse> {
    let kind = match event.kind {
        Kind::Down(MouseButton::Left) => MouseKind::Press,
        Kind::Down(MouseButton::Right) => MouseKind::Secondary,
        Kind::Down(MouseButton::Middle) => MouseKind::Middle,
        Kind::Moved => MouseKind::Move,
        Kind::Drag(MouseButton::Left) => MouseKind::Drag,
        Kind::Up(MouseButton::Left) => MouseKind::Release,
        Kind::ScrollDown => MouseKind::Wheel(WHEEL_LINES),
        Kind::ScrollUp => MouseKind::Wheel(-WHEEL_LINES),
        _ => return None,
    };
    Some(Mouse { kind, column: event.column, row: event.row })
}

/// How many colours the terminal shows, as its environment says; it is not asked.
pub(crate) fn depth() -> Depth {
    let variable = |name| std::env::var(name).unwrap_or_default();
    if !variable("NO_COLOR").is_empty() {
        return Depth::None;
    }
    let term = variable("TERM");
    match variable("COLORTERM").as_str() {
        "truecolor" | "24bit" => Depth::True,
        _ if term.ends_with("-direct") => Depth::True,
        _ if term.contains("256") => Depth::Indexed,
        _ if term.is_empty() || term == "dumb" => Depth::None,
        _ => Depth::Sixteen,
    }
}

/// Sends a job's report into the loop; false when nobody listens any more.
pub(crate) fn report(events: &Outbox, report: Report) -> bool {
    events.send(Event::Report(report))
}
