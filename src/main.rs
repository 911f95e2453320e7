//! The longread program: arguments, run, exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use longread::cli::{self, Arguments, Exit};
use longread::error::Error;
use longread::safe;

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|a| a != "list") {
        return match open() {
            Ok(_) => ExitCode::SUCCESS,
            Err(e) => {
                report(&e);
                ExitCode::from(2)
            }
        };
    }
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Some(command) => cli::run(command),
        None => open(),
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

/// Opens the reading room.
fn open() -> Result<Exit, Error> {
    let look = longread::runtime::open::Look { theme: None, measure: 76 };
    let path = std::env::args().nth(1).map(std::path::PathBuf::from).unwrap_or_default();
    if path.is_dir() {
        longread::runtime::open::library(look, vec![path], false, "", std::time::Instant::now())?;
    } else {
        longread::runtime::open::file(look, path, None, std::time::Instant::now())?;
    }
    Ok(Exit::Done)
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
