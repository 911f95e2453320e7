//! Behaviour of the whole program.

mod command_line;
