//! Everything that touches a disk. The only user of `std::fs`.
//!
//! Knows `library`, `text` and `error`; never `document`, a screen or the command line. One broken file
//! is one problem, one broken folder one skipped path; neither ends anything.

pub mod catalogue;
pub mod disk;
pub mod finder;
pub mod picture;
pub mod record;
pub mod text_files;
pub mod text_index;
pub mod watch;
