//! The longread program.

fn main() {}
