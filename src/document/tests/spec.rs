//! The examples of the CommonMark and GFM specifications, where they are at hand.
//!
//! What parts show is compared with the visible text of the reference's HTML, word by word.

use super::super::html::{self, Token};
use super::super::shown::{PartId, Shown};
use super::{Document, parse};

/// The examples of a data file beside the project: number, markdown, HTML.
pub(super) fn examples(file: &str, extensions_only: bool) -> Option<Vec<(u64, String, String)>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/spec").join(file);
    #[expect(clippy::disallowed_methods, reason = "test data beside the project")]
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: ../shared/spec/{file} is not here");
        return None;
    };
    let data: serde_json::Value = serde_json::from_str(&text).expect("json");
    let examples = data["examples"].as_array().expect("examples").iter();
    Some(
        examples
            .filter(|example| !extensions_only || example["ext"].as_str() != Some(""))
            .map(|example| {
                let field = |name: &str| example[name].as_str().unwrap_or_default().to_owned();
                (example["example"].as_u64().unwrap_or(0), field("markdown"), field("html"))
            })
            .collect(),
    )
}

/// Words of everything that the document shows.
fn shown_words(document: &Document) -> String {
    let mut out = String::new();
    for index in 0..document.parts().len() as u32 {
        match document.show(PartId(index)) {
            Shown::Text(text) | Shown::Math(text) | Shown::Code { text, .. } => {
                out.push_str(text.text.as_str());
            }
            Shown::Image { alt, .. } => out.push_str(alt.text.as_str()),
            Shown::Table(table) => {
                for cell in std::iter::once(&table.header).chain(&table.rows).flatten() {
                    out.push_str(cell.text.as_str());
                    out.push('\n');
                }
            }
            Shown::Rule | Shown::Nothing => {}
        }
        out.push('\n');
    }
    normalise(&out)
}

fn visible_words(reference: &str) -> String {
    let mut out = String::new();
    for token in html::tokens(reference) {
        match token {
            Token::Text(range) => out.push_str(&html::decode(&reference[range])),
            Token::Tag(range) => {
                let Some(tag) = html::tag(&reference[range]) else { continue };
                if tag.name == html::Name::Img {
                    out.push_str(&tag.attribute("alt").unwrap_or_default());
                } else if tag.name.is_block() || matches!(tag.name, html::Name::Br | html::Name::Cell) {
                    out.push('\n');
                }
            }
        }
    }
    normalise(&out)
}

fn normalise(text: &str) -> String {
    let text = text.replace(['│', '\u{a0}'], " ");
    let lines = text.lines().map(|line| line.trim_start().trim_start_matches("• "));
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn failures(file: &str, extensions_only: bool) -> Option<(usize, Vec<u64>)> {
    let examples = examples(file, extensions_only)?;
    let mut failed = Vec::new();
    for (number, markdown, reference) in &examples {
        let (want, got) = (visible_words(reference), shown_words(&parse(&format!("\n{markdown}"))));
        if want != got {
            eprintln!("{file} {number}\n  markdown {markdown:?}\n  want {want:?}\n  got  {got:?}");
            failed.push(*number);
        }
    }
    Some((examples.len(), failed))
}

#[test]
fn the_examples_of_commonmark_read_as_the_reference() {
    let Some((count, failed)) = failures("commonmark-0.31.2.json", false) else { return };
    assert_eq!(count, 652);
    // 163: `<Warning>` is a component of MDX here, and what it encloses is markdown.
    // 590: `![[foo]]` embeds the page foo, as it does wherever people write it.
    assert_eq!(failed, [163, 590]);
}

#[test]
fn the_examples_of_gfm_read_as_the_reference() {
    let Some((count, failed)) = failures("gfm-0.29.json", true) else { return };
    assert_eq!(count, 24);
    // 653 shows the tags that GitHub's filter disables as text; here tags are never shown.
    assert_eq!(failed, [653]);
}
