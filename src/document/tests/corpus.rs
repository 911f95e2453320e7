//! Real articles, where they are at hand: what holds for every document holds for them.

use std::path::{Path, PathBuf};

use super::parse;
use super::properties::{alone_as_in_the_whole, hold};

fn articles(folder: &Path, found: &mut Vec<PathBuf>) {
    #[expect(clippy::disallowed_methods, reason = "test data beside the project")]
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            articles(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md" || extension == "mdx") {
            found.push(path);
        }
    }
}

#[test]
fn real_articles_are_whole_and_in_order() {
    let mut found = Vec::new();
    articles(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), &mut found);
    if found.is_empty() {
        eprintln!("skipped: ../shared/corpus is not here");
    }
    for path in found {
        #[expect(clippy::disallowed_methods, reason = "test data beside the project")]
        let Ok(markdown) = std::fs::read_to_string(&path) else { continue };
        eprintln!("{}", path.display());
        let document = parse(&markdown);
        hold(&document);
        if !markdown.contains(":::") && !markdown.contains("[!") {
            alone_as_in_the_whole(&document);
        }
    }
}
