//! The settings of this user, read from their file.

use std::io::Write;

use crate::config::{Complaint, Settings, View};
use crate::error::Error;
use crate::library::query::Query;
use crate::paths::Paths;
use crate::safe;
use crate::storage::disk;

/// The settings of whoever runs the program, and what is wrong with them.
///
/// # Errors
///
/// As [`load`].
pub fn of_this_user() -> Result<(Settings, Vec<Complaint>), Error> {
    load(Paths::of_this_user().as_ref())
}

/// The settings, with what is wrong with them said on standard error.
///
/// # Errors
///
/// As [`load`].
pub fn load_and_complain() -> Result<Settings, Error> {
    let (settings, complaints) = of_this_user()?;
    let mut stderr = std::io::stderr().lock();
    for Complaint { line, reason } in complaints {
        // Where standard error is gone there is nobody left to tell.
        let _ = writeln!(stderr, "longread: settings, line {line}: {reason}");
    }
    Ok(settings)
}

/// The settings, and what is wrong with them. No file is no fault.
///
/// # Errors
///
/// A settings file that is there but cannot be read.
pub fn load(paths: Option<&Paths>) -> Result<(Settings, Vec<Complaint>), Error> {
    let Some(paths) = paths else { return Ok((Settings::default(), Vec::new())) };
    match disk::read_markdown(&paths.settings) {
        Ok(decoded) => Ok(Settings::parse(&decoded.markdown, &paths.home)),
        Err(Error::NotFound { .. }) => Ok((Settings::default(), Vec::new())),
        Err(error) => Err(error),
    }
}

/// The saved views with their queries, or with what is wrong with those.
pub fn views(settings: &Settings) -> Vec<(&View, Result<Query, Complaint>)> {
    let read = |view: &View| {
        Query::parse(&view.query).map_err(|error| {
            let (name, column) = (&view.name, error.column);
            let reason = safe!("the query of '{name}', column {column}: {}", error.message());
            Complaint { line: view.line, reason }
        })
    };
    settings.views.iter().map(|view| (view, read(view))).collect()
}

/// Whether addresses are to be links of the terminal (OSC 8): unless switched off, or where the terminal
/// is known to print what it does not understand.
pub fn has_hyperlinks(settings: &Settings) -> bool {
    let term = std::env::var_os("TERM").unwrap_or_default();
    settings.hyperlinks && !["", "dumb", "linux"].iter().any(|none| term == *none)
}
