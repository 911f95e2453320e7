//! The settings of this user, read from their file.

use crate::config::{Complaint, Settings};
use crate::error::Error;
use crate::paths::Paths;
use crate::storage::disk;

/// The settings of whoever runs the program.
///
/// # Errors
///
/// As [`load`].
pub fn of_this_user() -> Result<(Settings, Vec<Complaint>), Error> {
    load(Paths::of_this_user().as_ref())
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
