//! The command line: what can be asked for, and one file a subcommand.
//!
//! Knows every stage but `app` and `ui`. Whatever is printed is [`SafeText`] or JSON whose control
//! characters are escaped.

pub mod json;
pub mod list;
pub mod open;
pub mod output;
pub mod show;
pub mod single;
pub mod toc;
pub mod walk;

use std::path::PathBuf;

use crate::error::Error;

/// The whole command line.
#[derive(Debug, clap::Parser)]
#[command(name = "longread", version, about = "A reading room for folders of markdown articles")]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Arguments {
    /// A command instead of the reading room.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Folders, a file, FILE.md#heading, FILE.md:42, or - for standard input.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// The subcommands.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Lists articles.
    List(list::Args),
    /// Shows an article's body.
    Show(show::Args),
    /// Lists an article's headings.
    Toc(toc::Args),
}

/// How a command ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Nothing was found, or problems were (as grep has it).
    Nothing,
}

/// Runs a subcommand.
///
/// # Errors
///
/// Whatever ends the command; its exit code is [`Error::exit_code`].
pub fn run(command: &Command) -> Result<Exit, Error> {
    match command {
        Command::List(args) => list::run(args),
        Command::Show(args) => show::run(args),
        Command::Toc(args) => toc::run(args),
    }
}
