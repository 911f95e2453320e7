//! Data goes one way: each folder of `src/` may import only what is listed here. Default-deny: a module
//! that nobody listed fails, and so does an import that nobody allowed.

use std::fs;
use std::path::{Path, PathBuf};

/// A stage, and what of this crate it may name.
const STAGES: &[(&str, &[&str])] = &[
    ("main", &["cli", "runtime", "error"]),
    (
        "lib",
        &[
            "text", "error", "config", "paths", "guide", "library", "storage", "document", "layout", "app",
            "ui", "runtime", "cli",
        ],
    ),
    ("text", &[]),
    ("error", &["text"]),
    ("config", &["paths", "text", "error"]),
    ("guide", &[]),
    ("paths", &["text", "error"]),
    ("library", &["text", "error"]),
    ("storage", &["library", "text", "error"]),
    ("document", &["text", "error"]),
    ("layout", &["document", "text"]),
    ("app", &["library", "document", "layout", "config", "text", "error"]),
    ("ui", &["app", "layout", "document", "library", "config", "text"]),
    (
        "runtime",
        &[
            "app", "ui", "cli", "storage", "library", "document", "layout", "config", "guide", "paths",
            "text", "error",
        ],
    ),
    ("cli", &["storage", "library", "document", "layout", "config", "guide", "paths", "text", "error"]),
];

/// Crates that only one stage may name, and words that a stage may not use.
const OWNED: &[(&str, &[&str])] = &[
    ("pulldown_cmark", &["document"]),
    ("syntect", &["document"]),
    ("two_face", &["document"]),
    ("gray_matter", &["library"]),
    ("tantivy", &["storage"]),
    ("frostem", &["library"]),
    ("hypher::", &["layout"]),
    ("serde_yaml", &["library"]),
    ("directories::", &["paths"]),
    ("std::fs", &["storage"]),
    ("crossterm::", &["runtime"]),
    ("std::thread", &["runtime", "cli", "storage"]),
    ("thread::spawn", &["runtime", "cli"]),
    ("std::env", &["runtime", "cli", "paths", "main"]),
    ("SystemTime", &["runtime", "cli", "storage"]),
    ("Instant::now", &["runtime", "cli", "storage", "main"]),
    ("std::net", &[]),
    ("Paragraph", &["document", "layout", "app", "ui", "cli"]),
    ("ratatui::widgets", &["runtime"]),
    ("set_symbol", &["ui"]),
    ("use image::", &["storage", "runtime"]),
    ("ratatui_image", &["runtime"]),
    ("base64", &["runtime"]),
    ("opener::", &["runtime"]),
];

fn sources() -> Vec<(String, PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("tests.rs")
                && !path.components().any(|part| part.as_os_str() == "tests")
            {
                found.push(path);
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&src, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let below = path.strip_prefix(&src).unwrap();
            let stage = below.components().next().unwrap().as_os_str().to_string_lossy();
            let stage = stage.trim_end_matches(".rs").to_owned();
            let text = code(&fs::read_to_string(&path).unwrap());
            (stage, below.to_path_buf(), text)
        })
        .collect()
}

/// The code of a file: without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every module of this crate that the code names after `crate::` or, in the binary, `longread::`.
fn named(text: &str, root: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices(root) {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &text[at + root.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let end = group.find("};").unwrap_or(group.len());
            let mut depth = 0;
            for piece in group[..end].split_inclusive([',', '{', '}']) {
                let name: String =
                    piece.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if depth == 0 && !name.is_empty() {
                    names.push(name);
                }
                depth += piece.matches('{').count();
                depth = depth.saturating_sub(piece.matches('}').count());
            }
        } else {
            names.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    names
}

#[test]
fn every_module_imports_only_what_its_stage_may_know() {
    for (stage, path, text) in sources() {
        let Some((_, allowed)) = STAGES.iter().find(|(name, _)| *name == stage) else {
            panic!("{}: the stage '{stage}' is not listed", path.display());
        };
        let root = if stage == "main" { "longread::" } else { "crate::" };
        for name in named(&text, root) {
            let is_stage = STAGES.iter().any(|(stage, _)| *stage == name);
            // `crate::safe!` and other items of the root are everybody's.
            if !is_stage || name == stage {
                continue;
            }
            assert!(allowed.contains(&name.as_str()), "{}: {stage} may not know {name}", path.display());
        }
    }
}

#[test]
fn what_belongs_to_one_stage_is_named_by_no_other() {
    for (stage, path, text) in sources() {
        for (word, owners) in OWNED {
            let uses = text.contains(word);
            assert!(
                !uses || owners.contains(&stage.as_str()),
                "{}: {stage} may not use {word}",
                path.display()
            );
        }
    }
}

#[test]
fn only_the_canvas_puts_characters_into_cells() {
    for (stage, path, text) in sources() {
        if stage == "ui" && !path.ends_with("canvas.rs") {
            for word in
                ["set_symbol", "set_string", "set_stringn", "set_line", "set_span", " Span::", " Line::"]
            {
                assert!(!text.contains(word), "{}: {word} goes past the canvas", path.display());
            }
        }
    }
}

#[test]
fn nothing_in_the_tree_can_open_a_network_connection() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    for name in [
        "reqwest",
        "hyper",
        "ureq",
        "curl",
        "tokio",
        "rustls",
        "openssl",
        "native-tls",
        "async-std",
        "socket2",
    ] {
        assert!(!lock.contains(&format!("name = \"{name}\"")), "{name} is in the tree");
    }
}

#[test]
fn a_file_has_a_header_and_is_not_a_mod_rs() {
    for (_, path, _) in sources() {
        assert!(!path.ends_with("mod.rs"), "{}", path.display());
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&path)).unwrap();
        assert!(text.starts_with("//!"), "{} has no header", path.display());
    }
}
