//! `longread toc`: an article's headings, as indented text or as JSON.
//!
//! Never imports `app`, `ui` or `layout`: contents do not depend on a width.

use std::io::{self, Write};
use std::path::PathBuf;

use super::{Exit, json, output, single};
use crate::document::shown::Heading;
use crate::error::Error;
use crate::text::SafeText;

/// The command's arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The file, or - for standard input.
    pub file: PathBuf,
    /// How to print.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// How headings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A line each, indented by level.
    Text,
    /// An array of `{level, text, slug, line}`.
    Json,
}

/// One heading as JSON has it.
#[derive(serde::Serialize)]
struct Entry<'a> {
    level: u8,
    text: &'a str,
    slug: SafeText,
    line: u32,
}

/// Runs `toc`: [`Exit::Nothing`] where there is no heading.
///
/// # Errors
///
/// A file that cannot be read, output that cannot be written.
pub fn run(args: &Args) -> Result<Exit, Error> {
    let opened = single::open(&args.file, false)?;
    let contents = opened.document.contents();
    output::print(|out| {
        write_contents(contents, args.format, out)?;
        Ok(if contents.is_empty() { Exit::Nothing } else { Exit::Done })
    })
}

fn write_contents(headings: &[Heading], format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => headings.iter().try_for_each(|heading| {
            let indent = 2 * usize::from(heading.level.saturating_sub(1));
            writeln!(out, "{:indent$}{}", "", heading.name())
        }),
        Format::Json => json::write_array(
            out,
            headings.iter().map(|heading| Entry {
                level: heading.level,
                text: heading.text.as_str(),
                slug: heading.slug(),
                line: heading.line,
            }),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::shown::{PartId, Position, Slug};
    use crate::text::SafeText;

    fn heading(level: u8, text: &str, slug: &str, line: u32) -> Heading {
        Heading {
            level,
            text: SafeText::line(text),
            slug: Slug::Own(SafeText::line(slug)),
            position: Position(0),
            line,
            part: PartId(0),
            words: 0,
            top_level: true,
        }
    }

    fn check(headings: &[Heading], format: Format, expect: &str) {
        let mut out = Vec::new();
        write_contents(headings, format, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expect);
    }

    #[test]
    fn text_is_indented_by_level() {
        check(&[heading(1, "One", "one", 1), heading(3, "Two", "two", 5)], Format::Text, "One\n    Two\n");
    }

    #[test]
    fn a_heading_without_words_is_a_line_with_some_and_stays_empty_as_data() {
        let empty = [heading(2, "", "", 3)];
        check(&empty, Format::Text, "  (untitled)\n");
        check(&empty, Format::Json, "[\n{\"level\":2,\"text\":\"\",\"slug\":\"\",\"line\":3}\n]\n");
    }

    #[test]
    fn json_is_an_array_even_without_headings() {
        check(&[], Format::Json, "[\n]\n");
        check(
            &[heading(1, "A \"b\"", "a-b", 1), heading(2, "C", "c", 9)],
            Format::Json,
            "[\n{\"level\":1,\"text\":\"A \\\"b\\\"\",\"slug\":\"a-b\",\"line\":1},\n{\"level\":2,\"text\":\"C\",\"slug\":\"c\",\"line\":9}\n]\n",
        );
    }
}
