//! Where longread keeps its own files, by the XDG base directory specification. The only user of
//! `directories`; opens nothing.

use std::path::{Path, PathBuf};

/// The folders of this user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The settings file.
    pub settings: PathBuf,
    /// What can be deleted at any moment: the catalogue, the text index.
    pub cache: PathBuf,
    /// What a person made: the reading record.
    pub data: PathBuf,
    /// Logs and history.
    pub state: PathBuf,
    /// The home folder.
    pub home: PathBuf,
}

impl Paths {
    /// The folders that the environment names; `None` where there is no home.
    pub fn of_this_user() -> Option<Self> {
        let project = directories::ProjectDirs::from("", "", "longread")?;
        let home = directories::BaseDirs::new()?.home_dir().to_owned();
        Some(Self {
            settings: project.config_dir().join("config.toml"),
            cache: project.cache_dir().to_owned(),
            data: project.data_dir().to_owned(),
            state: project.state_dir().unwrap_or_else(|| project.data_dir()).to_owned(),
            home,
        })
    }

    /// `path` with a leading `~` as the home folder.
    pub fn expand(home: &Path, path: &str) -> PathBuf {
        match path.strip_prefix('~') {
            Some("") => home.to_owned(),
            Some(rest) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
            _ => PathBuf::from(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_folder_only_where_it_stands_alone() {
        let check = |path: &str, full: &str| {
            assert_eq!(Paths::expand(Path::new("/home/a"), path), PathBuf::from(full), "{path:?}");
        };
        check("~", "/home/a");
        check("~/x", "/home/a/x");
        check("~b/x", "~b/x");
        check("/x/~", "/x/~");
    }
}
