//! The articles' folders: walking them, reading them, never writing into them.
//!
//! Nothing is opened that is not a regular file: what a name leads to is looked at first, opened without
//! waiting, and looked at again.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "storage is where files are read")]

mod decode;
mod files;
mod names;
mod peek;
mod scope;
mod walk;

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Component, Path};
use std::thread;

pub use decode::Decoded;
pub use names::file_names;
pub use peek::holds_an_article;
pub use scope::Scope;
pub use walk::{FirstTitle, Found, Names, ToWatch, Walk, Watching, folder_of, is_markdown};

use crate::error::Error;
use crate::safe;
use crate::text::SafeText;
use decode::Returns;

/// Files over so many bytes are not read: positions are 32 bits, and text this long is no article.
pub const LARGEST: u64 = 1 << 30;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
}

/// Says whether `path` leads to a file or a folder. Opens nothing.
///
/// # Errors
///
/// [`Error::NotFound`], [`Error::Unreadable`], or [`Error::NotRegular`] for a pipe, socket or device.
pub fn what_is(path: &Path) -> Result<Kind, Error> {
    let metadata = std::fs::metadata(path).map_err(|error| of(path, &error))?;
    let kind = metadata.file_type();
    if kind.is_dir() {
        Ok(Kind::Folder)
    } else if kind.is_file() {
        Ok(Kind::File)
    } else {
        Err(Error::NotRegular { path: shown(path), what: name_of(kind) })
    }
}

/// What `path` leads to where that lies under `folder`, links followed. Opens nothing.
pub fn what_is_under(folder: &Path, path: &Path) -> Option<Kind> {
    let (folder, path) = (std::fs::canonicalize(folder).ok()?, std::fs::canonicalize(path).ok()?);
    path.starts_with(folder).then(|| what_is(&path).ok()).flatten()
}

/// The whole file, decoded.
///
/// # Errors
///
/// Those of [`what_is`], and [`Error::Binary`].
pub fn read_markdown(path: &Path) -> Result<Decoded, Error> {
    what_can_be_read(path)?;
    let (mut file, metadata) = open(path)?;
    let (bytes, returns) =
        read_from(&mut file, metadata.size(), LARGEST).map_err(|error| of(path, &error))?;
    decode::decode_seen(bytes, returns, true).ok_or_else(|| Error::Binary { path: shown(path) })
}

/// Gives the bytes of a whole file to `take`, with their number and the modification time as [`stamp`] has it, out of a
/// buffer that each thread keeps. The file was regular when it was last looked at; it is opened without waiting, and
/// looked at again.
///
/// # Errors
///
/// Those of [`what_is`].
pub fn look_at_bytes<T>(path: &Path, take: impl FnOnce(&[u8], (u64, i64)) -> T) -> Result<T, Error> {
    /// A buffer that once held more is not kept.
    const KEPT: usize = 1 << 20;
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    let (mut file, metadata) = open(path)?;
    let size = metadata.size() as usize;
    let mut buffer = BUFFER.take();
    if buffer.len() <= size {
        buffer.resize((size + 1).next_power_of_two(), 0);
    }
    let mut length = 0;
    // A read that fills what the file is said to hold is its last: one more would only say so.
    while length < size {
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(of(path, &error)),
        }
    }
    let taken = take(&buffer[..length], stamp_of(&metadata));
    if buffer.len() <= KEPT {
        BUFFER.set(buffer);
    }
    Ok(taken)
}

/// Decodes the bytes of a whole file; `None` where it is binary.
pub fn decoded(bytes: &[u8]) -> Option<Decoded> {
    decode::decode(bytes.to_vec(), true)
}

/// The file where it holds at most `small` bytes, and of a larger one the beginning: at most `max_bytes`, cut
/// after a blank line, else after a line, else at a blank, else between two characters. `true` where it is the
/// whole file.
///
/// # Errors
///
/// As [`read_markdown`].
pub fn read_head(path: &Path, small: usize, max_bytes: usize) -> Result<(Decoded, bool), Error> {
    what_can_be_read(path)?;
    let (mut decoded, whole) = read_beginning(path, small, max_bytes)?;
    if !whole {
        decoded.cut_at_a_boundary();
    }
    Ok((decoded, whole))
}

/// As [`read_head`], of what was a regular file just now, but cut between two characters.
fn read_beginning(path: &Path, small: usize, max_bytes: usize) -> Result<(Decoded, bool), Error> {
    let (mut file, metadata) = open(path)?;
    let size = metadata.size();
    let max_bytes = if size <= small as u64 { small } else { max_bytes };
    let (bytes, returns) = read_from(&mut file, size, max_bytes as u64).map_err(|error| of(path, &error))?;
    // A file that grows while it is read is met again when it is read whole.
    let whole = bytes.len() < max_bytes || bytes.len() as u64 == size;
    let decoded =
        decode::decode_seen(bytes, returns, whole).ok_or_else(|| Error::Binary { path: shown(path) })?;
    Ok((decoded, whole))
}

/// Standard input to its end, decoded.
///
/// # Errors
///
/// [`Error::System`] where it cannot be read, [`Error::Binary`].
pub fn read_standard_input() -> Result<Decoded, Error> {
    let mut bytes = Vec::new();
    let failed = |error: io::Error| Error::System { what: safe!("standard input"), cause: cause(&error) };
    io::stdin().lock().take(LARGEST).read_to_end(&mut bytes).map_err(failed)?;
    decode::decode(bytes, true).ok_or_else(|| Error::Binary { path: safe!("standard input") })
}

/// The path from the root of the file system on, links followed as far as there is something.
pub fn absolute(path: &Path) -> std::path::PathBuf {
    let mut above = path;
    loop {
        let there = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        if let Ok(whole) = std::fs::canonicalize(there) {
            return match path.strip_prefix(above) {
                Ok(gone) if !gone.as_os_str().is_empty() => whole.join(gone),
                _ => whole,
            };
        }
        // What `..` leads to where nothing is, nobody knows.
        match above.parent() {
            Some(parent) if above.file_name().is_some() => above = parent,
            _ => return path.to_path_buf(),
        }
    }
}

/// The path from the root of the file system on without `.` and `..`, links kept as far as that can be.
pub fn whole(path: &Path) -> std::path::PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    // What `..` leads to behind a link only the disk can tell.
    if whole.components().any(|part| part == Component::ParentDir) {
        absolute(&whole)
    } else {
        whole.components().collect()
    }
}

/// Bytes and modification time (nanoseconds since the Unix epoch) of what a path leads to.
pub fn stamp(path: &Path) -> Option<(u64, i64)> {
    std::fs::metadata(path).ok().map(|metadata| stamp_of(&metadata))
}

fn stamp_of(metadata: &std::fs::Metadata) -> (u64, i64) {
    (metadata.len(), time(metadata.mtime(), metadata.mtime_nsec()))
}

/// What the system says of a file that nobody has opened.
#[derive(Clone, Copy, Debug)]
struct Said {
    bytes: u64,
    /// When it was written (nanoseconds since the Unix epoch), as whoever wrote it wants it to be.
    modified: i64,
    /// When the system last changed anything about it: nobody can set that back.
    changed: i64,
}

impl Said {
    fn of(metadata: &std::fs::Metadata) -> Self {
        let (bytes, modified) = stamp_of(metadata);
        Self { bytes, modified, changed: time(metadata.ctime(), metadata.ctime_nsec()) }
    }
}

fn time(seconds: i64, nanoseconds: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
}

/// Whether there is a folder at `path`, and no link to one.
pub fn is_folder(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// What tells one state of a file from the next without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    file: (u64, u64),
    bytes: u64,
    modified: (i64, i64),
}

/// The state that a file is in now, if it is there.
pub fn state(path: &Path) -> Option<State> {
    let of = std::fs::metadata(path).ok()?;
    let (file, modified) = ((of.dev(), of.ino()), (of.mtime(), of.mtime_nsec()));
    Some(State { file, bytes: of.size(), modified })
}

/// Whether a stream (standard input) is a pipe, a socket or a regular file, and so has something to give.
pub fn is_pipe_or_file(stream: &impl std::os::fd::AsFd) -> bool {
    use rustix::fs::FileType;
    rustix::fs::fstat(stream).is_ok_and(|stat| {
        matches!(
            FileType::from_raw_mode(stat.st_mode),
            FileType::Fifo | FileType::Socket | FileType::RegularFile
        )
    })
}

/// A path as it may be shown.
pub fn shown(path: &Path) -> SafeText {
    SafeText::line(&path.to_string_lossy())
}

/// Whether a file may be opened: a folder, a device or a pipe never is.
fn what_can_be_read(path: &Path) -> Result<(), Error> {
    if what_is(path)? == Kind::Folder {
        return Err(Error::Folder { path: shown(path) });
    }
    Ok(())
}

/// Opens what was a regular file just now, without ever waiting.
fn open(path: &Path) -> Result<(File, std::fs::Metadata), Error> {
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let file = File::options()
        .read(true)
        .custom_flags(flags.bits() as i32)
        .open(path)
        .map_err(|error| of(path, &error))?;
    // What the name leads to may have changed since it was looked at.
    let metadata = file.metadata().map_err(|error| of(path, &error))?;
    if !metadata.is_file() {
        return Err(Error::NotRegular { path: shown(path), what: name_of(metadata.file_type()) });
    }
    if metadata.size() > LARGEST {
        let cause = safe!("it is over 1 GiB");
        return Err(Error::Unreadable { path: shown(path), cause });
    }
    Ok((file, metadata))
}

/// What a file holds, and what is known of its returns.
fn read_from(file: &mut File, size: u64, most: u64) -> io::Result<(Vec<u8>, Returns)> {
    let size = size.min(most) as usize;
    let (mut bytes, returns) =
        if size < LARGE { (Vec::with_capacity(size + 1), Returns::Unknown) } else { halves(file, size)? };
    let read = bytes.len();
    file.seek(SeekFrom::Start(read as u64))?;
    file.take(most - read as u64).read_to_end(&mut bytes)?;
    let is_known = bytes.len() == read && read > 0;
    Ok((bytes, if is_known { returns } else { Returns::Unknown }))
}

/// Files from so many bytes on are read by two threads: half of the time goes into finding memory.
const LARGE: usize = 4 << 20;
/// Bytes that are read at a time: what is looked for in them right away is still at hand then. Looked for later, in 50 MB,
/// it takes 4 ms longer, and so a tenth of a millisecond (2026-12-01).
const AT_HAND: usize = 256 << 10;

/// The first `size` bytes of a file, its halves read at the same time; less where it has become shorter since.
fn halves(file: &File, size: usize) -> io::Result<(Vec<u8>, Returns)> {
    let mut bytes = vec![0; size];
    let (first, second) = bytes.split_at_mut(size / 2);
    let from = first.len();
    let (first, second) = thread::scope(|scope| {
        let begun =
            thread::Builder::new().name("read".into()).spawn_scoped(scope, || fill(file, second, from));
        let first = fill(file, first, 0);
        let second = match begun {
            Ok(begun) => begun.join().unwrap_or(Ok((0, Returns::None))),
            // What no thread was there for is read behind.
            Err(_) => Ok((0, Returns::None)),
        };
        (first, second)
    });
    let ((first, returns), (second, others)) = (first?, second?);
    bytes.truncate(if first < from { first } else { from + second });
    Ok((bytes, if others == Returns::None { returns } else { others }))
}

/// Fills `room` with what stands in the file from the byte `at` on; says how much of it, and whether it holds a return.
fn fill(file: &File, room: &mut [u8], at: usize) -> io::Result<(usize, Returns)> {
    let (mut filled, mut returns) = (0, Returns::None);
    while filled < room.len() {
        let next = room.len().min(filled + AT_HAND);
        match file.read_at(&mut room[filled..next], (at + filled) as u64) {
            Ok(0) => break,
            Ok(bytes) => {
                let read = &room[filled..filled + bytes];
                if returns == Returns::None && memchr::memchr(b'\r', read).is_some() {
                    returns = Returns::Unknown;
                }
                filled += bytes;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((filled, returns))
}

fn name_of(kind: std::fs::FileType) -> &'static str {
    if kind.is_fifo() {
        "named pipe"
    } else if kind.is_socket() {
        "socket"
    } else if kind.is_char_device() || kind.is_block_device() {
        "device"
    } else if kind.is_dir() {
        "folder"
    } else {
        "special file"
    }
}

fn of(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Error::NotFound { path: shown(path) },
        _ => Error::Unreadable { path: shown(path), cause: cause(error) },
    }
}

/// What the system said, without its number.
fn cause(error: &io::Error) -> SafeText {
    let text = error.to_string();
    SafeText::line(text.split(" (os error").next().unwrap_or(&text))
}

#[cfg(test)]
mod tests;
