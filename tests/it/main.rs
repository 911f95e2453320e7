//! Behaviour of the whole program.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests make files and stop at what is odd"
)]

mod command_line;
