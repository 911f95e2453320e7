//! The longread program: arguments, run, exit code.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use longread::cli::open::Opening;
use longread::cli::{self, Arguments, Exit};
use longread::error::Error;
use longread::safe;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Some(command) => cli::run(command),
        None => open(&arguments),
    };
    match outcome {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Nothing) => ExitCode::from(1),
        Err(error) => {
            report(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// Opens the reading room; where nobody could read in it, prints instead.
fn open(arguments: &Arguments) -> Result<Exit, Error> {
    let opening = cli::opening(arguments)?;
    if std::io::stdout().is_terminal() { read(opening) } else { cli::print(&opening) }
}

/// The one place where the interactive program begins.
fn read(_opening: Opening) -> Result<Exit, Error> {
    Err(Error::Usage { reason: safe!("the reading room is not in this build; 'longread list' is") })
}

/// Says what went wrong and what to do about it.
fn report(error: &Error) {
    let mut stderr = std::io::stderr().lock();
    // Where standard error is gone too there is nobody left to tell.
    let _ = writeln!(stderr, "longread: {}", safe!("{error}"));
    if !error.hint().is_empty() {
        let _ = writeln!(stderr, "{}", error.hint());
    }
}
