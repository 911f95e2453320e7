//! What the reading room opens: the PATH arguments → an [`Opening`]. Looks at the world only through
//! [`World`], so every rule is tested without a disk.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::safe;
use crate::storage::disk::Kind;

/// What to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// A library of folders and files.
    Library {
        /// The paths as given.
        roots: Vec<PathBuf>,
        /// The query line to begin with.
        query: Option<String>,
        /// Whether hidden and git-ignored files are taken in.
        all: bool,
    },
    /// One file, in the reader.
    File {
        /// The file.
        path: PathBuf,
        /// Where in it.
        at: Option<At>,
        /// What to search for in it.
        query: Option<String>,
    },
    /// Standard input, in the reader.
    StandardInput {
        /// What to search for in it.
        query: Option<String>,
    },
    /// The built-in guide.
    Guide {
        /// The query line to begin with.
        query: Option<String>,
    },
}

/// A place in a file, as written on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// `FILE.md#heading`: a heading's slug.
    Heading(String),
    /// `FILE.md:42`: a line, from 1.
    Line(u32),
}

/// What has to be known of the world to decide.
pub trait World {
    /// Whether a path leads to a file or a folder.
    ///
    /// # Errors
    ///
    /// Why it leads to neither.
    fn what_is(&self, path: &Path) -> Result<Kind, Error>;
    /// Whether standard input is a pipe or a file.
    fn is_fed(&self) -> bool;
    /// The folders of the settings.
    fn library(&self) -> Vec<PathBuf>;
    /// Whether the current folder may be opened unasked: it or a direct subfolder holds an article,
    /// and it is neither home nor `/`.
    fn is_in_a_library(&self) -> bool;
}

/// Decides what to open. An existing path wins over `#heading` and `:line`.
///
/// # Errors
///
/// The first path that leads nowhere, or arguments that do not go together.
pub fn resolve(
    paths: &[PathBuf],
    query: Option<String>,
    all: bool,
    world: &dyn World,
) -> Result<Opening, Error> {
    let library = |roots: Vec<PathBuf>, query| Opening::Library { roots, query, all };
    match paths {
        [] if world.is_fed() => Ok(Opening::StandardInput { query }),
        [] => match world.library() {
            roots if !roots.is_empty() => Ok(library(roots, query)),
            _ if world.is_in_a_library() => Ok(library(vec![PathBuf::from(".")], query)),
            _ => Ok(Opening::Guide { query }),
        },
        [path] if path.as_os_str() == "-" => Ok(Opening::StandardInput { query }),
        [path] => match world.what_is(path) {
            Ok(Kind::Folder) => Ok(library(paths.to_vec(), query)),
            Ok(Kind::File) => Ok(Opening::File { path: path.clone(), at: None, query }),
            Err(error @ Error::NotFound { .. }) => {
                let (path, at) = place(path, world).ok_or(error)?;
                Ok(Opening::File { path, at: Some(at), query })
            }
            Err(error) => Err(error),
        },
        _ => {
            for path in paths {
                if path.as_os_str() == "-" {
                    let reason = safe!("standard input (-) is read alone, without other paths");
                    return Err(Error::Usage { reason });
                }
                world.what_is(path)?;
            }
            Ok(library(paths.to_vec(), query))
        }
    }
}

/// `FILE#heading` or `FILE:line`, where FILE is a file.
fn place(path: &Path, world: &dyn World) -> Option<(PathBuf, At)> {
    let text = path.to_str()?;
    let is_file = |file: &str| matches!(world.what_is(Path::new(file)), Ok(Kind::File));
    if let Some((file, digits)) = text.rsplit_once(':')
        && let Ok(line) = digits.parse::<u32>()
        && is_file(file)
    {
        return Some((PathBuf::from(file), At::Line(line.max(1))));
    }
    let at = text.match_indices('#').map(|(at, _)| at).find(|at| is_file(&text[..*at]))?;
    Some((PathBuf::from(&text[..at]), At::Heading(text[at + 1..].to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Small {
        files: Vec<&'static str>,
        folders: Vec<&'static str>,
        fed: bool,
        library: Vec<PathBuf>,
        here: bool,
    }

    impl World for Small {
        fn what_is(&self, path: &Path) -> Result<Kind, Error> {
            let text = path.to_str().unwrap();
            if self.files.contains(&text) {
                Ok(Kind::File)
            } else if self.folders.contains(&text) {
                Ok(Kind::Folder)
            } else {
                Err(Error::NotFound { path: safe!("{text}") })
            }
        }
        fn is_fed(&self) -> bool {
            self.fed
        }
        fn library(&self) -> Vec<PathBuf> {
            self.library.clone()
        }
        fn is_in_a_library(&self) -> bool {
            self.here
        }
    }

    fn world() -> Small {
        Small { files: vec!["a.md", "b#c.md", "d.md:7"], folders: vec!["notes", "more"], ..Small::default() }
    }

    fn check(world: &Small, paths: &[&str], opening: &Opening) {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        assert_eq!(&resolve(&paths, None, false, world).unwrap(), opening, "{paths:?}");
    }

    fn library(roots: &[&str]) -> Opening {
        Opening::Library { roots: roots.iter().map(PathBuf::from).collect(), query: None, all: false }
    }

    fn file(path: &str, at: Option<At>) -> Opening {
        Opening::File { path: PathBuf::from(path), at, query: None }
    }

    #[test]
    fn one_file_is_read_and_folders_or_several_paths_are_a_library() {
        check(&world(), &["a.md"], &file("a.md", None));
        check(&world(), &["notes"], &library(&["notes"]));
        check(&world(), &["notes", "a.md"], &library(&["notes", "a.md"]));
        check(&world(), &["-"], &Opening::StandardInput { query: None });
    }

    #[test]
    fn a_file_may_be_followed_by_a_heading_or_a_line_and_a_path_that_exists_wins() {
        check(&world(), &["a.md#what-it-is"], &file("a.md", Some(At::Heading("what-it-is".into()))));
        check(&world(), &["a.md:42"], &file("a.md", Some(At::Line(42))));
        check(&world(), &["b#c.md"], &file("b#c.md", None));
        check(&world(), &["b#c.md#x#y"], &file("b#c.md", Some(At::Heading("x#y".into()))));
        check(&world(), &["d.md:7"], &file("d.md:7", None));
        check(&world(), &["a.md:0"], &file("a.md", Some(At::Line(1))));
    }

    #[test]
    fn what_leads_nowhere_is_an_error() {
        for paths in [
            &["none.md"][..],
            &["none.md#x"],
            &["notes#x"],
            &["notes:3"],
            &["notes", "none"],
            &["notes", "-"],
        ] {
            let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
            assert!(resolve(&paths, None, false, &world()).is_err(), "{paths:?}");
        }
    }

    #[test]
    fn without_a_path_input_settings_and_the_current_folder_are_looked_at_in_this_order() {
        let mut world = Small { fed: true, library: vec!["notes".into()], here: true, ..world() };
        check(&world, &[], &Opening::StandardInput { query: None });
        world.fed = false;
        check(&world, &[], &library(&["notes"]));
        world.library.clear();
        check(&world, &[], &library(&["."]));
        world.here = false;
        check(&world, &[], &Opening::Guide { query: None });
    }
}
