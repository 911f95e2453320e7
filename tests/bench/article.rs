//! A made article for the benches: what real ones hold, in any amount.

use std::fmt::Write;
use std::sync::Arc;

use longread::document::shown::Position;
use longread::document::{Document, Options};

/// Markdown of about so many bytes.
pub(crate) fn markdown(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 2048);
    let mut section = 0;
    // Writing to a string cannot fail.
    while text.len() < bytes {
        section += 1;
        let _ = write!(text, "## Section {section}\n\n");
        for paragraph in 0..4 {
            let _ = write!(
                text,
                "Paragraph {paragraph} says **something** about [a bridge](https://example.org/{section}), \
                 with `code`, *emphasis* and a note[^n{section}]; it goes on for as long as paragraphs do, \
                 so that it takes a few rows of the text and is wrapped more than once on its way.\n\n"
            );
        }
        text.push_str("- one\n- two\n  - within two\n\n> Whoever counts decides.\n\n");
        text.push_str("| Network | Value |\n|:--|--:|\n| Arbitrum | 19.1 |\n| Base | 8.0 |\n\n");
        text.push_str("```rust\nfn wait(days: u32) -> Promise { Promise::new(days) }\n```\n\n");
        let _ = write!(text, "[^n{section}]: The note of section {section}.\n\n");
    }
    text
}

/// The document of a markdown.
pub(crate) fn document(markdown: &str) -> Arc<Document> {
    let options = Options { whole: true, title: None };
    Arc::new(Document::parse(markdown.into(), Position(0), &options))
}
