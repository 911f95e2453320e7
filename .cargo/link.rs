//! How the program is linked: at a fixed address, where that is known to work.
//!
//! A position-independent program has 33,000 addresses to mend before `main`, and copies 160 pages of
//! tables to do so: 0.5 ms of the 2.8 that passed before the first text (2026-11-22). Stack, heap and
//! libraries stay where the system's randomness puts them. Only the program itself is linked so, not the
//! tests, and any linker that makes an ordinary Linux program can do it.

use std::env;

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn main() {
    println!("cargo::rerun-if-changed=.cargo/link.rs");
    let told = |name| env::var(name).unwrap_or_default();
    let is_linux = told("CARGO_CFG_TARGET_OS") == "linux" && told("CARGO_CFG_TARGET_ENV") == "gnu";
    let is_tried = matches!(told("CARGO_CFG_TARGET_ARCH").as_str(), "x86_64" | "aarch64");
    // Who asks for a static program says by `relocation-model` where it may lie.
    let is_static = told("CARGO_CFG_TARGET_FEATURE").split(',').any(|feature| feature == "crt-static");
    if is_linux && is_tried && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
