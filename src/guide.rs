//! The built-in guide: a small library that is also the manual, opened where there is nothing else to
//! read. Imports nothing.

/// The pages: path and markdown.
pub const PAGES: &[(&str, &str)] = &[("1-a-first-walk.md", include_str!("guide/1-a-first-walk.md"))];
