//! How the program is linked: whole, at a fixed address, with the functions of its first screen side by side, and
//! with a heap that gives back what is free, where that is known to work.
//!
//! A position-independent program has 33,000 addresses to mend before `main`, and copies 160 pages of
//! tables to do so: 0.5 ms of the 2.8 that passed before the first text (2026-11-22). Stack, heap and
//! libraries stay where the system's randomness puts them. Only the program itself is linked so, not the
//! tests, and any linker that makes an ordinary Linux program can do it.
//!
//! The release program holds what it needs of the C library itself, where the compiler has the archives for it
//! (`libc6-dev` brings them; a distribution without is linked to the shared ones as ever). To find, map and mend three
//! libraries took 1.2 ms of the 3.8 before the first text, in a run in which less took 2.3 (2026-11-30).
//!
//! The 2 MB of functions that run before one reads are spread over 12, and what lies beside them comes into
//! memory with them: 7.5 MB of code for the smallest article, and 3.5 where they lie together (2026-11-30).
//! Only lld takes such an order.
//!
//! The C library of Linux keeps free memory by rules that suit long-lived servers; `heap.c` sets them before anything
//! runs. A first look at 100,000 articles then takes 124 MB at most instead of 164 and leaves 66 instead of 141, and
//! building their text index 229 and 128 instead of 337 and 323 (2026-11-30).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The functions, those of the smallest article first; made by the script `.cargo/first-screen`.
const ORDER: &str = ".cargo/first-screen.order";
/// The shared libraries of a Rust program on Linux with glibc, and the archives that hold the same.
const STATIC: [(&str, &str); 7] = [
    ("gcc_s", "gcc_eh"),
    ("c", "c"),
    ("m", "m"),
    ("rt", "rt"),
    ("pthread", "pthread"),
    ("util", "util"),
    ("dl", "dl"),
];
/// What sets the heap.
const HEAP: &str = ".cargo/heap.c";

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn main() {
    println!("cargo::rerun-if-changed=.cargo/link.rs");
    let told = |name| env::var(name).unwrap_or_default();
    let is_linux = told("CARGO_CFG_TARGET_OS") == "linux" && told("CARGO_CFG_TARGET_ENV") == "gnu";
    let is_tried = matches!(told("CARGO_CFG_TARGET_ARCH").as_str(), "x86_64" | "aarch64");
    // Who asks for a static program says by `relocation-model` where it may lie.
    let is_static = told("CARGO_CFG_TARGET_FEATURE").split(',').any(|feature| feature == "crt-static");
    let is_ours = is_linux && told("PROFILE") == "release" && links_with_lld();
    if is_linux && is_tried && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        if is_ours && let Some(folder) = static_libraries() {
            println!("cargo::rustc-link-arg-bins=-static");
            println!("cargo::rustc-link-arg-bins=-L{}", folder.display());
        }
    }
    println!("cargo::rerun-if-changed={HEAP}");
    if is_linux {
        // Where there is no C compiler, which the record needs too, the heap is as it always is.
        let made = cc::Build::new().file(HEAP).cargo_metadata(false).try_compile_intermediates();
        for object in made.unwrap_or_default() {
            println!("cargo::rustc-link-arg-bins={}", object.display());
        }
    }
    println!("cargo::rerun-if-changed={ORDER}");
    let order = Path::new(&told("CARGO_MANIFEST_DIR")).join(ORDER);
    if is_ours && order.is_file() {
        println!("cargo::rustc-link-arg-bins=-Wl,--symbol-ordering-file={}", order.display());
        println!("cargo::rustc-link-arg-bins=-Wl,--no-warn-symbol-ordering");
    }
}

/// A folder in which the names of the shared libraries that a Rust program asks for stand for the static ones: scripts
/// of the linker. `None` where the C compiler has not got them all.
#[expect(
    clippy::disallowed_methods,
    reason = "a build script writes to its folder; the program never runs this"
)]
fn static_libraries() -> Option<PathBuf> {
    let folder = Path::new(&env::var_os("OUT_DIR")?).join("static");
    fs::create_dir_all(&folder).ok()?;
    let compiler = cc::Build::new().try_get_compiler().ok()?;
    for (shared, archive) in STATIC {
        let answer = compiler.to_command().arg(format!("-print-file-name=lib{archive}.a")).output().ok()?;
        let path = String::from_utf8(answer.stdout).ok()?;
        // What it does not know it gives back as it was asked, a name without a folder.
        let path = Path::new(path.trim());
        if !path.is_absolute() || !path.is_file() {
            return None;
        }
        fs::write(folder.join(format!("lib{shared}.so")), format!("INPUT(\"{}\")\n", path.display())).ok()?;
    }
    Some(folder)
}

/// Whether the compiler links with the lld that it brings, as it does on x86-64 since 1.90 where nobody asks for
/// another linker.
fn links_with_lld() -> bool {
    let told = |name| env::var(name).unwrap_or_default();
    let is_asked = told("CARGO_ENCODED_RUSTFLAGS").contains("link") || !told("RUSTC_LINKER").is_empty();
    if is_asked || told("CARGO_CFG_TARGET_ARCH") != "x86_64" || told("HOST") != told("TARGET") {
        return false;
    }
    let asked = Command::new(told("RUSTC")).args(["--print", "sysroot"]).output();
    let sysroot = asked.ok().and_then(|answer| String::from_utf8(answer.stdout).ok()).unwrap_or_default();
    let lld: PathBuf = [sysroot.trim(), "lib/rustlib", &told("HOST"), "bin/gcc-ld/ld.lld"].iter().collect();
    lld.is_file()
}
