//! Behaviour of the whole program.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test that cannot go on fails, and brings its own files"
)]

mod architecture;
mod command_line;
mod follow;
mod found;
mod library_screen;
mod live;
mod pickers;
mod record;
mod related;
mod rules;
mod screens;
mod search;
mod terminal;
