//! Behaviour of the whole program.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails, and brings its own files"
)]

mod architecture;
mod command_line;
mod library_screen;
mod pickers;
mod screens;
mod search;
mod terminal;
