//! `longread doctor` and `longread paths`: what longread finds around itself.

use std::io::{self, IsTerminal, Write};

use super::{Exit, output, settings};
use crate::error::Error;
use crate::paths::Paths;
use crate::safe;
use crate::storage::disk;
use crate::storage::record::{FILE, Record};
use crate::text::SafeText;

/// Prints the folders of longread's own files, one a line, as `name<TAB>path`.
///
/// # Errors
///
/// No home folder, output that cannot be written.
pub fn paths() -> Result<Exit, Error> {
    let paths = of_this_user()?;
    output::print(|out| {
        for (name, path) in named(&paths) {
            writeln!(out, "{name}\t{path}")?;
        }
        Ok(Exit::Done)
    })
}

/// Runs `doctor`.
///
/// # Errors
///
/// Output that cannot be written.
pub fn run() -> Result<Exit, Error> {
    let paths = Paths::of_this_user();
    let settings = settings::load(paths.as_ref());
    output::print(|out| {
        writeln!(out, "longread {}", env!("CARGO_PKG_VERSION"))?;
        terminal(out)?;
        match &paths {
            Some(paths) => {
                for (name, path) in named(paths) {
                    writeln!(out, "{name}: {path}")?;
                }
            }
            None => writeln!(out, "folders: no home folder is known, so nothing can be remembered")?,
        }
        let mut exit = Exit::Done;
        if let Some(paths) = &paths {
            match Record::read(&paths.data).and_then(|record| match record {
                Some(record) => Ok(Some(record.entries(&[])?.len())),
                None => Ok(None),
            }) {
                Ok(Some(count)) => writeln!(out, "record: {} known", articles(count))?,
                Ok(None) => writeln!(out, "record: none yet")?,
                Err(error) => {
                    exit = Exit::Nothing;
                    writeln!(out, "record: {}", safe!("{error}"))?;
                }
            }
            for file in Record::set_aside(&paths.data) {
                writeln!(out, "record, once damaged and set aside: {}", disk::shown(&file))?;
            }
        }
        match &settings {
            Ok((_, complaints)) if complaints.is_empty() => writeln!(out, "settings: fine")?,
            Ok((_, complaints)) => {
                exit = Exit::Nothing;
                for complaint in complaints {
                    writeln!(out, "settings, line {}: {}", complaint.line, complaint.reason)?;
                }
            }
            Err(error) => {
                exit = Exit::Nothing;
                writeln!(out, "settings: {}", safe!("{error}"))?;
            }
        }
        if let Ok((settings, _)) = &settings {
            for folder in &settings.library {
                let said = match disk::what_is(folder) {
                    Ok(_) => safe!("is there"),
                    Err(error) => {
                        exit = Exit::Nothing;
                        safe!("{error}")
                    }
                };
                writeln!(out, "library {}: {said}", disk::shown(folder))?;
            }
        }
        Ok(exit)
    })
}

fn articles(count: usize) -> SafeText {
    if count == 1 { safe!("1 article") } else { safe!("{} articles", crate::text::thousands(count)) }
}

fn of_this_user() -> Result<Paths, Error> {
    let cause = safe!("HOME is not set");
    Paths::of_this_user().ok_or_else(|| Error::System { what: safe!("no home folder is known"), cause })
}

fn named(paths: &Paths) -> [(&'static str, SafeText); 5] {
    [
        ("settings", disk::shown(&paths.settings)),
        ("cache", disk::shown(&paths.cache)),
        ("data", disk::shown(&paths.data)),
        ("record", disk::shown(&paths.data.join(FILE))),
        ("state", disk::shown(&paths.state)),
    ]
}

fn terminal(out: &mut dyn Write) -> io::Result<()> {
    for name in ["TERM", "COLORTERM", "NO_COLOR", "LANG"] {
        let value = std::env::var_os(name);
        let value = value.map_or_else(|| safe!("not set"), |value| SafeText::line(&value.to_string_lossy()));
        writeln!(out, "{name}: {value}")?;
    }
    let stdout = io::stdout();
    let size = if stdout.is_terminal() { rustix::termios::tcgetwinsize(&stdout).ok() } else { None };
    match size {
        Some(size) => writeln!(out, "terminal: {} columns, {} rows", size.ws_col, size.ws_row),
        None => writeln!(out, "terminal: standard output is none"),
    }
}
