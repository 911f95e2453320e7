//! Markdown → a flat list of parts, contents and link definitions; part → shown text, on demand.
//!
//! The only user of `pulldown-cmark`. Knows only `text`. Never does I/O, never asks for a width or a
//! colour, never recurses over content: nesting costs memory, not stack.

pub mod shown;
