//! The command line: what can be asked for, and one file a subcommand.
//!
//! Knows every stage but `app` and `ui`. Whatever is printed is `SafeText` or JSON whose control
//! characters are escaped.

pub(crate) mod bodies;
pub mod check;
pub mod config;
pub mod doctor;
pub mod export;
mod files;
pub mod index;
mod item;
pub mod json;
pub mod list;
pub mod notes;
pub mod open;
mod outcome;
pub mod output;
pub mod search;
pub(crate) mod sections;
pub mod settings;
pub mod show;
pub mod single;
pub mod tags;
pub mod toc;
pub mod together;
pub mod walk;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::CommandFactory;

use crate::config::{Complaint, Settings};
use crate::error::Error;
use crate::guide;
use crate::paths::Paths;
use crate::storage::disk::{self, Kind};
use open::{Opening, World};

/// The whole command line.
#[derive(Debug, clap::Parser)]
#[command(name = "longread", version, about = "A reading room for folders of markdown articles")]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(
    after_help = "A folder named like a command is ./list. Without PATH: standard input if it is a pipe or \
file, else the configured library, else the current folder if it holds articles, else the guide.

A QUERY narrows and orders: words \"a phrase\" #tag -#tag tag:a,b #none since:2024-03 until:7d in:2024..2025 \
on:2024-03-09 source:x author:x title:x path:x lang:x KEY:x opened:7d updated:2024 is:unread \
is:reading is:read is:starred is:draft is:featured is:undated is:broken \
sort:-date sort:title sort:words sort:updated. Terms are AND; OR, ( ) and - as usual."
)]
pub struct Arguments {
    /// A command instead of the reading room.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Folders, a file, FILE.md#heading, FILE.md:42, or - for standard input.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Narrow and order what is opened, such as '#defi since:2024 -#nft'.
    #[arg(short, long, value_name = "QUERY", allow_hyphen_values = true)]
    pub query: Option<String>,
    /// Take in hidden and git-ignored files.
    #[arg(long)]
    pub all: bool,
}

/// The subcommands.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List articles.
    List(list::Args),
    /// Search the text of articles: ranked sections with snippets; the last argument is the query.
    Search(search::Args),
    /// Build the text index, or bring it up to date, and wait until it is.
    Index(index::Args),
    /// Print an article's body.
    Show(show::Args),
    /// Print an article's headings.
    Toc(toc::Args),
    /// Count tags, and mark those that differ only a little.
    Tags(tags::Args),
    /// Report what is wrong with articles; exit 1 if anything is.
    Check(check::Args),
    /// Write articles with their text as ndjson, for a search engine to load.
    Export(export::Args),
    /// Print bookmarks, highlights and notes with their articles; exit 1 where there is none.
    Notes(notes::Args),
    /// Show the settings, their defaults, or what is wrong with them.
    Config(config::Args),
    /// Say what longread finds around itself: terminal, folders, settings.
    Doctor,
    /// Print the folders of longread's own files.
    Paths,
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// How a command ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Nothing was found, or problems were (as grep has it).
    Nothing,
}

/// Runs a subcommand. `look_over` says what is wrong with those settings that only the reading room knows.
///
/// # Errors
///
/// Whatever ends the command; its exit code is [`Error::exit_code`].
pub fn run(command: &Command, look_over: &dyn Fn(&Settings) -> Vec<Complaint>) -> Result<Exit, Error> {
    match command {
        Command::List(args) => list::run(args),
        Command::Search(args) => search::run(args),
        Command::Index(args) => index::run(args),
        Command::Show(args) => show::run(args),
        Command::Toc(args) => toc::run(args),
        Command::Tags(args) => tags::run(args),
        Command::Check(args) => check::run(args),
        Command::Export(args) => export::run(args),
        Command::Notes(args) => notes::run(args),
        Command::Config(args) => config::run(args, look_over),
        Command::Doctor => doctor::run(),
        Command::Paths => doctor::paths(),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "longread", &mut script);
            output::print(|out| out.write_all(&script).map(|()| Exit::Done))
        }
        Command::Man => {
            output::print(|out| clap_mangen::Man::new(Arguments::command()).render(out).map(|()| Exit::Done))
        }
    }
}

/// What `arguments` (without a subcommand) open.
///
/// # Errors
///
/// Those of [`open::resolve`].
pub fn opening(arguments: &Arguments) -> Result<Opening, Error> {
    open::resolve(&arguments.paths, arguments.query.clone(), arguments.all, &Surroundings)
}

/// Prints what would have been opened, where standard output is no terminal: a library as the table of
/// `list`, an article as the text of `show`.
///
/// # Errors
///
/// Those of the command that it stands for.
pub fn print(opening: &Opening) -> Result<Exit, Error> {
    match opening {
        Opening::Library { roots, query, all } => list::run(&list::Args {
            paths: roots.clone(),
            query: query.clone(),
            sort: None,
            format: list::Format::Table,
            headings: false,
            words: false,
            limit: None,
            all: *all,
        }),
        Opening::File { path, .. } => show::run(&show::Args::of(path.clone())),
        Opening::StandardInput { .. } => show::run(&show::Args::of(PathBuf::from("-"))),
        Opening::Guide { .. } => show::pages(guide::PAGES.iter().map(|(_, page)| *page)),
    }
}

/// The world as it is.
struct Surroundings;

impl World for Surroundings {
    fn what_is(&self, path: &Path) -> Result<Kind, Error> {
        disk::what_is(path)
    }

    fn is_fed(&self) -> bool {
        let stdin = io::stdin();
        !stdin.is_terminal() && disk::is_pipe_or_file(&stdin)
    }

    fn library(&self) -> Vec<PathBuf> {
        // What is wrong with the settings is said where they are used, not here.
        settings::load(Paths::of_this_user().as_ref())
            .map(|(settings, _)| settings.library)
            .unwrap_or_default()
    }

    fn is_in_a_library(&self) -> bool {
        let Ok(here) = std::env::current_dir() else { return false };
        let home = Paths::of_this_user().map(|paths| paths.home);
        let is_common = here.parent().is_none() || home.as_deref() == Some(here.as_path());
        !is_common && disk::holds_an_article(&here, Duration::from_millis(50))
    }
}
