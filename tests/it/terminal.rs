//! The built program in a pseudo-terminal: a person's way through it, and every way out of it.
//!
//! Nothing sleeps for a guess: a test waits for what it wants to see, with a deadline.

use std::io::{Read, Write};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{MouseProtocolMode, Parser};

use super::screens::sample_folder;

/// How long anything may take on a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// A program in a terminal.
pub(crate) struct Terminal {
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    output: Receiver<Vec<u8>>,
    /// Has the thread that reads let go of the terminal once it has read something more.
    let_go: Arc<AtomicBool>,
    child: Box<dyn Child + Send + Sync>,
    screen: Parser,
    bytes: Vec<u8>,
    before: String,
    home: tempfile::TempDir,
}

impl Terminal {
    /// Starts the program with these arguments.
    pub(crate) fn open(arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_longread"));
        command.args(arguments);
        Self::start(command)
    }

    /// Starts the program with these arguments and these variables of its environment.
    pub(crate) fn open_with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_longread"));
        command.args(arguments);
        for (name, value) in variables {
            command.env(name, value);
        }
        Self::start(command)
    }

    /// Starts the program with these arguments in a folder.
    pub(crate) fn open_in(folder: &std::path::Path, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_longread"));
        command.args(arguments);
        command.cwd(folder);
        Self::start(command)
    }

    /// Starts the program with these arguments and this home folder.
    pub(crate) fn open_at(home: &std::path::Path, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_longread"));
        command.args(arguments);
        command.env("HOME", home);
        Self::start_with(command, tempfile::tempdir().unwrap())
    }

    /// Waits until the program has ended by itself.
    pub(crate) fn wait_for_end(&mut self) {
        self.child.wait().unwrap();
    }

    /// Starts the program with standard input from a pipe that `feed` (a shell command) writes.
    fn piped(feed: &str) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &format!("{feed} | {}", env!("CARGO_BIN_EXE_longread"))]);
        Self::start(command)
    }

    fn start(mut command: CommandBuilder) -> Self {
        let home = tempfile::tempdir().unwrap();
        command.env("HOME", home.path());
        Self::start_with(command, home)
    }

    fn start_with(mut command: CommandBuilder, home: tempfile::TempDir) -> Self {
        command.env("TERM", "xterm-256color");
        for name in ["XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "NO_COLOR"] {
            command.env_remove(name);
        }
        if command.get_cwd().is_none() {
            command.cwd(env!("CARGO_MANIFEST_DIR"));
        }
        let size = PtySize { rows: 40, cols: 140, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let before = settings(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, output) = mpsc::channel();
        let let_go = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&let_go);
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() || told.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        Self {
            master: Some(pair.master),
            keys: Some(keys),
            output,
            let_go,
            child,
            screen: Parser::new(40, 140, 0),
            bytes: Vec::new(),
            before,
            home,
        }
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn wait_until(&mut self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) -> &mut Self {
        let end = Instant::now() + DEADLINE;
        while !wanted(self.screen.screen()) {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => {
                    self.screen.process(&bytes);
                    self.bytes.extend(bytes);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("waited in vain for {what}:\n{}", self.screen.screen().contents())
                }
            }
        }
        self
    }

    pub(crate) fn wait_for(&mut self, text: &str) -> &mut Self {
        self.wait_until(text, |screen| screen.contents().contains(text))
    }

    pub(crate) fn type_keys(&mut self, keys: &str) -> &mut Self {
        let writer = self.keys.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
        self
    }

    /// What is on the screen.
    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// What the program writes within so long, in bytes, and the processor's ticks that it takes for it.
    pub(crate) fn costs(&mut self, time: Duration) -> (usize, u64) {
        let (before, end) = (self.ticks(), Instant::now() + time);
        let mut written = 0;
        while let Ok(bytes) = self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.screen.process(&bytes);
            written += bytes.len();
        }
        (written, self.ticks() - before)
    }

    fn ticks(&self) -> u64 {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", self.child.process_id().unwrap())).unwrap();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }

    fn signal(&mut self, name: &str) -> &mut Self {
        let id = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args([format!("-{name}"), id]).status().unwrap().success());
        self
    }

    /// Waits for the end of the program, and checks that the terminal is as it was found.
    fn ends_clean(&mut self) -> portable_pty::ExitStatus {
        let status = self.ends();
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
            self.screen.process(&bytes);
            self.bytes.extend(bytes);
        }
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "bracketed paste is off");
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
        assert_eq!(settings(&**self.master.as_ref().unwrap()), self.before, "termios");
        status
    }

    /// Waits for the end of the program.
    fn ends(&mut self) -> portable_pty::ExitStatus {
        let end = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "the program does not end");
            match self.output.recv_timeout(Duration::from_millis(10)) {
                Ok(bytes) => {
                    self.screen.process(&bytes);
                    self.bytes.extend(bytes);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => thread::yield_now(),
            }
        }
    }

    /// The letter that the system gives for the state of the process: `T` where it is stopped.
    fn wait_for_state(&mut self, wanted: char) {
        let stat = format!("/proc/{}/stat", self.child.process_id().unwrap());
        let end = Instant::now() + DEADLINE;
        loop {
            let text = std::fs::read_to_string(&stat).unwrap();
            let state = text.rsplit(") ").next().and_then(|rest| rest.chars().next());
            if state == Some(wanted) {
                return;
            }
            assert!(Instant::now() < end, "the state is {state:?}, not {wanted}");
            thread::yield_now();
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed leaves no process.
        let _ = self.child.kill();
    }
}

/// What `stty` would tell of the terminal.
fn settings(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

fn sample() -> Terminal {
    let mut terminal = Terminal::open(&[sample_folder().to_str().unwrap()]);
    terminal.wait_for("44 articles").wait_for("The November Fee Report");
    terminal
}

#[test]
fn one_opens_the_sample_filters_by_a_tag_reads_jumps_by_the_contents_and_quits() {
    let mut terminal = sample();
    terminal.type_keys("t").wait_for("26 of 26");
    terminal.type_keys("typo\t").wait_for("3 of 44");
    terminal
        .type_keys("\x1b")
        .wait_until("the picker is gone", |screen| !screen.contents().contains("Ctrl-o or"));
    // The preview shows title and contents too; only the reader says how much is left.
    terminal.type_keys("g\r").wait_for("min left");
    terminal.type_keys("o").wait_for("Contents").type_keys("jj\r");
    terminal.wait_until("the third heading is the section one is in", |screen| {
        screen.rows(0, 200).next().is_some_and(|head| head.contains("› ") && head.contains("Too short"))
    });
    terminal.type_keys("q").wait_for("3 of 44");
    terminal.type_keys("q");
    assert!(terminal.ends_clean().success());
    let left = std::fs::read_dir(sample_folder()).unwrap().count();
    assert_eq!(left, 5, "nothing is written into the articles' folder");
    assert!(terminal.home.path().exists());
}

#[test]
fn every_quit_key_leaves_the_terminal_as_it_was_found() {
    for keys in ["q", "Q", "\x03", "t\x03", "F#de\x03", "\rQ"] {
        let mut terminal = sample();
        terminal.type_keys(keys);
        assert!(terminal.ends_clean().success(), "{keys:?}");
    }
}

#[test]
fn every_signal_that_ends_it_leaves_the_terminal_as_it_was_found_and_says_which_it_was() {
    for signal in ["TERM", "HUP", "INT"] {
        let mut terminal = sample();
        let status = terminal.signal(signal).ends_clean();
        assert!(!status.success(), "{signal}: {status:?}");
    }
}

#[test]
fn a_terminal_that_goes_away_leaves_no_process() {
    let mut terminal = sample();
    terminal.let_go.store(true, Ordering::SeqCst);
    terminal.type_keys("j");
    while terminal.output.recv_timeout(DEADLINE).is_ok() {}
    (terminal.keys, terminal.master) = (None, None);
    terminal.ends();
}

#[test]
fn control_z_gives_the_terminal_back_and_the_screen_comes_again_when_continued() {
    let mut terminal = sample();
    let stopped = |terminal: &mut Terminal| {
        terminal.wait_until("the alternate screen is left", |screen| !screen.alternate_screen());
        terminal.wait_for_state('T');
        assert!(!terminal.screen.screen().hide_cursor());
        assert_eq!(settings(&**terminal.master.as_ref().unwrap()), terminal.before, "termios");
        terminal.signal("CONT");
        terminal.wait_until("the screen is back", vt100::Screen::alternate_screen);
        terminal.wait_for("The November Fee Report");
    };
    terminal.type_keys("\x1a");
    stopped(&mut terminal);
    terminal.signal("TSTP");
    stopped(&mut terminal);
    terminal.type_keys("j").wait_for("2 of 44").type_keys("q");
    assert!(terminal.ends_clean().success());
}

#[test]
fn keys_come_from_the_terminal_while_an_article_comes_through_a_pipe() {
    let mut terminal = Terminal::piped("printf '# Piped in\\n\\nSome words.\\n'");
    terminal.wait_for("Some words.");
    terminal.type_keys("q");
    assert!(terminal.ends_clean().success());
}

#[test]
fn keys_that_come_while_others_are_read_do_not_wait_for_the_next() {
    let mut terminal = Terminal::piped("seq -f 'Line %g' 1 900 | sed '1i ```text'");
    let last = |screen: &vt100::Screen| {
        let numbers =
            screen.rows(0, 200).filter_map(|row| row.rsplit_once("Line ")?.1.trim().parse::<u32>().ok());
        numbers.max().unwrap_or_default()
    };
    terminal.wait_for("Line 3");
    let begin = last(terminal.screen.screen());
    for round in 1..=20 {
        // One by one, so that some come in the moment in which another is read.
        for _ in 0..20 {
            terminal.type_keys("j");
        }
        terminal.wait_until("all lines are passed", |screen| last(screen) == begin + 20 * round);
    }
    terminal.type_keys("q");
    assert!(terminal.ends_clean().success());
}

#[test]
fn a_burst_of_sizes_ends_in_the_right_screen() {
    let mut terminal = sample();
    for (rows, cols) in [(1, 1), (5, 20), (60, 200), (2, 300), (24, 80)] {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        terminal.master.as_ref().unwrap().resize(size).unwrap();
    }
    terminal.screen = Parser::new(24, 80, 0);
    // What is on its way may be for the sizes before.
    terminal.type_keys("\x0c").wait_for("? all keys").wait_for("The November Fee Report");
    terminal.type_keys("q");
    assert!(terminal.ends().success());
}
