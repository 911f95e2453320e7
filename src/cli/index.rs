//! `longread index`: the text index, built or brought up to date while one waits.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::{Exit, output, sections, settings, walk};
use crate::error::Error;
use crate::paths::Paths;
use crate::safe;
use crate::storage::text_index::{self, Progress, Summary, Update};
use crate::text::thousands;

/// The arguments of `index`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folders or files.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Take in hidden and git-ignored files.
    #[arg(long)]
    pub all: bool,
}

/// Runs `index`.
///
/// # Errors
///
/// Paths that cannot be walked, a cache folder that cannot be written to, [`Error::NoArticles`].
pub fn run(args: &Args) -> Result<Exit, Error> {
    let settings = settings::load_and_complain()?;
    if !settings.text_index {
        return Err(Error::Usage { reason: safe!("the settings say text_index = false") });
    }
    let paths = Paths::of_this_user().ok_or_else(no_home)?;
    let roots = roots(&args.paths, settings.library);
    let walked = walk::walk(&roots, args.all)?;
    if walked.library.is_empty() {
        return Err(walked.nothing());
    }
    let begun = Instant::now();
    let folder = text_index::folder(&paths.cache, &roots, args.all);
    let update = Update {
        folder: &folder,
        roots: &walked.folders,
        library: &walked.library,
        sections: sections::read,
        between: text_index::BETWEEN,
        behind: false,
        proves: true,
    };
    let telling = Telling::new();
    let summary = update.run(&|| false, &|progress| telling.tell(progress), &|| ())?;
    telling.clear();
    let Some(summary) = summary else {
        return Err(Error::Usage {
            reason: safe!("another longread is writing this text index; wait for it"),
        });
    };
    output::print(|out| {
        write(out, &summary, begun.elapsed())?;
        Ok(Exit::Done)
    })
}

/// The roots that a command works on, as [`walk::walk`] has them: those given, else the configured library, else
/// the current folder.
pub(super) fn roots(given: &[PathBuf], library: Vec<PathBuf>) -> Vec<PathBuf> {
    match (given.is_empty(), library.is_empty()) {
        (false, _) => given.to_vec(),
        (true, false) => library,
        (true, true) => vec![PathBuf::from(".")],
    }
}

pub(super) fn no_home() -> Error {
    Error::System { what: safe!("the cache folder"), cause: safe!("there is no home folder to keep it in") }
}

fn write(out: &mut dyn Write, summary: &Summary, took: Duration) -> io::Result<()> {
    if summary.set_aside {
        writeln!(out, "The text index was damaged; it was set aside and built anew.")?;
    }
    let megabytes = |bytes: u64| safe!("{:.1} MB", bytes as f64 / 1e6);
    writeln!(
        out,
        "{} in the text index ({}): {} read ({}), {} forgotten, in {:.1} s",
        if summary.articles == 1 {
            safe!("1 article")
        } else {
            safe!("{} articles", thousands(summary.articles))
        },
        megabytes(summary.size),
        thousands(summary.read),
        megabytes(summary.bytes),
        thousands(summary.forgotten),
        took.as_secs_f64(),
    )?;
    if summary.unreadable > 0 {
        writeln!(out, "{} files could not be read", thousands(summary.unreadable))?;
    }
    Ok(())
}

/// Says on standard error how far it is, where that is a terminal.
struct Telling {
    last: Option<Mutex<Instant>>,
}

impl Telling {
    fn new() -> Self {
        Self { last: io::stderr().is_terminal().then(|| Mutex::new(Instant::now())) }
    }

    fn tell(&self, progress: Progress) {
        /// Often enough to be seen going on.
        const BETWEEN: Duration = Duration::from_millis(200);
        let Some(last) = &self.last else { return };
        // Whoever does not get it says nothing: another is about to.
        let Ok(mut last) = last.try_lock() else { return };
        if last.elapsed() >= BETWEEN {
            *last = Instant::now();
            let (done, all) = (thousands(progress.done), thousands(progress.all));
            let percent = progress.done * 100 / progress.all.max(1);
            // A terminal that is gone needs no progress.
            let _ = write!(io::stderr().lock(), "\r{done} of {all} articles, {percent} %\u{1b}[K");
        }
    }

    fn clear(&self) {
        if self.last.is_some() {
            let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}
