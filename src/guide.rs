//! The built-in guide: a small library that is also the manual, opened where there is nothing else to
//! read. Imports nothing.

/// The pages: path and markdown, in reading order. Their titles begin with their number, so that a list
/// by title is in that order too.
pub const PAGES: &[(&str, &str)] = &[
    ("1-a-first-walk.md", include_str!("guide/1-a-first-walk.md")),
    ("2-narrowing-by-tag.md", include_str!("guide/2-narrowing-by-tag.md")),
    ("3-narrowing-by-date.md", include_str!("guide/3-narrowing-by-date.md")),
    ("4-the-query-line.md", include_str!("guide/4-the-query-line.md")),
    ("5-reading.md", include_str!("guide/5-reading.md")),
    ("6-files-and-pipes.md", include_str!("guide/6-files-and-pipes.md")),
    ("7-front-matter.md", include_str!("guide/7-front-matter.md")),
    ("8-commands.md", include_str!("guide/8-commands.md")),
    ("9-settings-and-themes.md", include_str!("guide/9-settings-and-themes.md")),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The list of the guide is ordered by title, and stepping through it should be reading it through.
    #[test]
    fn pages_are_numbered_in_their_names_and_titles_in_reading_order() {
        for (number, (name, markdown)) in (1..=9).zip(PAGES) {
            assert!(name.starts_with(&format!("{number}-")), "{name}");
            assert!(markdown.starts_with(&format!("---\ntitle: {number}. ")), "{name}");
        }
        assert!(PAGES.len() <= 9, "a tenth title would come after the first");
    }
}
