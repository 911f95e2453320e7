//! The longread program: arguments, run, exit code.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use longread::cli::{self, Arguments, Exit};
use longread::error::Error;
use longread::{runtime, safe};

fn main() -> ExitCode {
    let started = Instant::now();
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Some(command) => cli::run(command, &|settings| {
            let (_, mut wrong) = runtime::keymap::own_keys(settings);
            wrong.extend(runtime::keymap::lost_keys(settings));
            wrong
        }),
        None => open(&arguments, started),
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
fn open(arguments: &Arguments, started: Instant) -> Result<Exit, Error> {
    let opening = cli::opening(arguments)?;
    if !std::io::stdout().is_terminal() || is_dumb() {
        return cli::print(&opening);
    }
    let (settings, complaints) = cli::settings::of_this_user()?;
    runtime::open::open(opening, &settings, &complaints, started)?;
    Ok(Exit::Done)
}

/// Whether the terminal can do no more than print lines: nobody says what it is, or that it is nothing.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb")
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
