//! Pictures of articles: where their files are, how large they say to be, their bytes.
//!
//! Never the network, and never a file outside what the article may reach: its library, or the root of a
//! lone file. Only regular files are opened, without waiting; sizes are read from the header before
//! anything else is. Never decodes: that is a job's work.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "storage is where files are read")]

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

use image::{ImageError, ImageReader, Limits};

/// Most bytes of a picture's file.
pub const MOST_BYTES: u64 = 20 << 20;
/// Most pixels of a picture.
pub const MOST_PIXELS: u64 = 40_000_000;
/// Most pixels of a side of a picture.
pub const MOST_SIDE: u32 = 16_384;
/// Most memory that decoding may take at once: 40 million pixels of four bytes, and some.
const MOST_MEMORY: u64 = 200 << 20;
/// What stands in the root of a site, a repository or a vault.
const ROOT_MARKS: [&str; 4] = [".git", ".obsidian", "hugo.toml", "_config.yml"];
/// Where sites keep the files that they serve from `/`.
const SERVED: [&str; 4] = ["", "public", "static", "assets"];

/// What an article's pictures may be read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    folder: PathBuf,
    root: PathBuf,
    is_chosen: bool,
}

/// A picture's file as its header tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The file, links followed.
    pub path: PathBuf,
    /// Modification time in nanoseconds since the Unix epoch.
    pub modified: i64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An address or anything else that is no path: nothing is looked for.
    NoPath,
    /// A file that the article may not reach.
    Outside,
    /// No such file.
    Missing,
    /// A folder, pipe, socket or device.
    NotRegular,
    /// The system refuses it.
    Unreadable,
    /// More than 20 MB.
    LargeFile,
    /// More pixels than are drawn.
    LargePicture,
    /// No PNG, JPEG, GIF or WebP.
    Unknown,
    /// Its data are damaged.
    Damaged,
}

impl Fault {
    /// The reason in words, after the caption; `None` where there is nothing to say.
    pub const fn reason(self) -> Option<&'static str> {
        Some(match self {
            Self::NoPath => return None,
            Self::Outside => "outside the library",
            Self::Missing => "no such file",
            Self::NotRegular => "not a file",
            Self::Unreadable => "cannot be read",
            Self::LargeFile => "over 20 MB",
            Self::LargePicture => "too many pixels",
            Self::Unknown => "no PNG, JPEG, GIF or WebP",
            Self::Damaged => "damaged",
        })
    }
}

impl Reach {
    /// What the article at `article` may reach: the innermost of `roots` that holds it, else the nearest
    /// folder above it that looks like a root, else its own folder.
    ///
    /// # Errors
    ///
    /// [`Fault::Missing`] where the article is no more.
    pub fn of(article: &Path, roots: &[PathBuf]) -> Result<Self, Fault> {
        let article = fs::canonicalize(article).map_err(|_| Fault::Missing)?;
        let folder = article.parent().ok_or(Fault::Missing)?.to_path_buf();
        let known = roots
            .iter()
            .filter_map(|root| fs::canonicalize(root).ok())
            .filter(|root| folder.starts_with(root))
            .max_by_key(|root| root.components().count());
        let marked = || {
            folder
                .ancestors()
                .find(|above| ROOT_MARKS.iter().any(|mark| fs::symlink_metadata(above.join(mark)).is_ok()))
        };
        let root = known.or_else(|| marked().map(Path::to_path_buf));
        let is_chosen = root.is_some();
        Ok(Self { root: root.unwrap_or_else(|| folder.clone()), folder, is_chosen })
    }

    /// The folder in which everything lies that the article may reach.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether somebody made that folder a root; otherwise it is only the article's own.
    pub fn is_chosen(&self) -> bool {
        self.is_chosen
    }

    /// The folder of the article.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that `target` (as written in the article) means.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn locate(&self, target: &str) -> Result<PathBuf, Fault> {
        let path = target.split(['#', '?']).next().unwrap_or_default();
        let is_path = !path.is_empty()
            && !path.starts_with("//")
            && !path.contains('\0')
            && !path.split('/').next().unwrap_or_default().contains(':');
        if !is_path {
            return Err(Fault::NoPath);
        }
        let mut fault = Fault::Missing;
        for spelled in [path.to_owned(), crate::text::percent_decoded(path)] {
            let places: Vec<PathBuf> = match spelled.strip_prefix('/') {
                Some(below) => {
                    SERVED.iter().map(|served| self.root.join(served).join(relative(below))).collect()
                }
                None => vec![self.folder.join(&spelled)],
            };
            for place in places {
                match fs::canonicalize(&place) {
                    Ok(found) if found.starts_with(&self.root) => return Ok(found),
                    Ok(_) => fault = Fault::Outside,
                    Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                        fault = Fault::Unreadable;
                    }
                    Err(_) => {}
                }
            }
        }
        Err(fault)
    }

    /// What the header of the picture `target` says.
    ///
    /// # Errors
    ///
    /// Why there is no picture.
    pub fn header(&self, target: &str) -> Result<Header, Fault> {
        let path = self.locate(target)?;
        let (file, modified, _) = open(&path)?;
        let reader =
            ImageReader::new(BufReader::new(file)).with_guessed_format().map_err(|_| Fault::Unreadable)?;
        let (width, height) = size(reader)?;
        Ok(Header { path, modified, width, height })
    }

    /// The whole file of the picture `target`, whose header is within the bounds.
    ///
    /// # Errors
    ///
    /// Why there is no picture.
    pub fn read(&self, target: &str) -> Result<Vec<u8>, Fault> {
        let path = self.locate(target)?;
        let (file, _, bytes) = open(&path)?;
        let mut read = Vec::with_capacity(bytes as usize);
        file.take(MOST_BYTES + 1).read_to_end(&mut read).map_err(|_| Fault::Unreadable)?;
        if read.len() as u64 > MOST_BYTES {
            return Err(Fault::LargeFile);
        }
        let reader =
            ImageReader::new(io::Cursor::new(&read)).with_guessed_format().map_err(|_| Fault::Unreadable)?;
        size(reader)?;
        Ok(read)
    }
}

/// What a decoder may take.
pub fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

/// What a decoder's error means.
pub fn fault_of(error: &ImageError) -> Fault {
    match error {
        ImageError::Limits(_) => Fault::LargePicture,
        ImageError::Unsupported(_) => Fault::Unknown,
        ImageError::IoError(error) if error.kind() == io::ErrorKind::PermissionDenied => Fault::Unreadable,
        _ => Fault::Damaged,
    }
}

/// The size in the header, within the bounds.
fn size<R: io::BufRead + io::Seek>(mut reader: ImageReader<R>) -> Result<(u32, u32), Fault> {
    if reader.format().is_none() {
        return Err(Fault::Unknown);
    }
    reader.limits(limits());
    let (width, height) = reader.into_dimensions().map_err(|error| fault_of(&error))?;
    if width == 0 || height == 0 {
        return Err(Fault::Damaged);
    }
    let is_large =
        width > MOST_SIDE || height > MOST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS;
    if is_large { Err(Fault::LargePicture) } else { Ok((width, height)) }
}

/// Opens a regular file without ever waiting; gives its modification time and size with it.
fn open(path: &Path) -> Result<(File, i64, u64), Fault> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Fault::Missing,
        _ => Fault::Unreadable,
    };
    if !fs::symlink_metadata(path).map_err(fault)?.is_file() {
        return Err(Fault::NotRegular);
    }
    // The path has no link left to follow; what stands there now may be another thing than a moment ago.
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::NOFOLLOW;
    let file = File::options().read(true).custom_flags(flags.bits() as i32).open(path).map_err(fault)?;
    let metadata = file.metadata().map_err(fault)?;
    if !metadata.is_file() {
        return Err(Fault::NotRegular);
    }
    if metadata.size() > MOST_BYTES {
        return Err(Fault::LargeFile);
    }
    let modified = metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec());
    Ok((file, modified, metadata.size()))
}

/// A path that cannot leave where it is joined to by being absolute.
fn relative(path: &str) -> PathBuf {
    Path::new(path).components().filter(|part| !matches!(part, Component::RootDir)).collect()
}

#[cfg(test)]
pub(crate) mod tests;
