//! What one takes out of an article: a block of code as it is written, a reference to the section, the
//! place for an editor.

use super::Reader;
use super::following::Ask;
use super::page::Place;
use crate::app::effect::DocumentSource;
use crate::document::Document;
use crate::document::shown::{PartId, PartKind, Shown, ShownText};
use crate::safe;
use crate::text::SafeText;

impl Reader {
    /// Copies the code in sight; where there are several blocks, letters choose.
    pub(super) fn copy_code(&mut self, view: &crate::app::View) {
        let mut blocks: Vec<PartId> = Vec::new();
        for row in self.visible_rows().filter(|row| row.part.is_some() && !row.row.pieces.is_empty()) {
            if let Some(block) = self.code_block(row.anchor.part)
                && !blocks.contains(&block)
            {
                blocks.push(block);
            }
        }
        match blocks[..] {
            [] => self.notice = Some(safe!("There is no code in sight")),
            [block] => self.copy_block(block),
            _ => self.hint_code(view),
        }
    }

    /// The first part of the block of code that a part is of.
    pub(super) fn code_block(&self, part: PartId) -> Option<PartId> {
        let document = self.page.as_ref()?.document();
        let is_code = |index: &u32| {
            let part = document.parts().get(*index as usize);
            part.is_some_and(|part| matches!(part.kind, PartKind::Code))
        };
        let is_first = |index: &u32| document.parts().get(*index as usize).is_none_or(|part| part.first);
        (0..=part.0).rev().take_while(is_code).find(is_first).map(PartId)
    }

    pub(super) fn copy_block(&mut self, first: PartId) {
        let Some(document) = self.page.as_ref().map(super::Page::document) else { return };
        let code = code(document, first);
        self.ask(Ask::Copy(code));
    }

    /// A reference to the section: `[Title › Heading](path.md#slug)`.
    pub(super) fn copy_reference(&mut self) {
        let heading = self.status.section.and_then(|index| self.contents.entry(index));
        let heading = heading.and_then(|entry| {
            let document = self.page.as_ref()?.document();
            document.contents().iter().find(|heading| heading.position == entry.position)
        });
        let title = &self.article.title;
        let (text, slug) = match heading {
            Some(heading) => (format!("{title} › {}", heading.name()), heading.slug()),
            None => (title.to_string(), SafeText::default()),
        };
        let path = match (&self.source, self.listed) {
            (DocumentSource::Text { .. }, None) => String::new(),
            (DocumentSource::File(file), None) => file.to_string_lossy().into_owned(),
            (_, Some(_)) => self.article.place.path.to_string_lossy().into_owned(),
        };
        self.ask(Ask::Copy(reference(&text, &path, slug.as_str())));
    }

    /// Opens the editor at the line of the markdown that is on top of the screen.
    pub(super) fn edit_file(&mut self) {
        let DocumentSource::File(file) = &self.source else {
            self.notice = Some(safe!("This text is in no file that could be edited"));
            return;
        };
        let file = file.clone();
        let line = self.page.as_ref().map_or(1, |page| match page.place() {
            Place::Lead(_) => 1,
            Place::Text { position, .. } => page.document().line(position),
        });
        self.ask(Ask::Edit(file, line));
    }

    /// Opens the address that the article names as its own.
    pub(super) fn open_address(&mut self) {
        match &self.article.url {
            Some(url) => self.ask(Ask::Leave(url.clone())),
            None => self.notice = Some(safe!("This article names no address of its own")),
        }
    }
}

/// The code of a block whose first part this is, as it is written: tabs are kept, what no screen may be sent
/// is left out.
fn code(document: &Document, first: PartId) -> String {
    let mut out = String::new();
    let parts = document.parts().iter().enumerate().skip(first.0 as usize);
    let its = parts
        .enumerate()
        .take_while(|(nth, (_, part))| matches!(part.kind, PartKind::Code) && (*nth == 0 || !part.first));
    for (_, (index, _)) in its {
        if let Shown::Code { text, .. } = document.show(PartId(index as u32)) {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            lines(document, &text, &mut out);
        }
    }
    out
}

fn lines(document: &Document, text: &ShownText, out: &mut String) {
    let mut start = 0;
    for line in text.text.as_str().split_inclusive('\n') {
        let shown = line.trim_end_matches('\n');
        let written = written(document, text, start, shown.len());
        for (nth, piece) in written.unwrap_or(shown).split('\t').enumerate() {
            if nth > 0 {
                out.push('\t');
            }
            out.push_str(SafeText::lines(piece).as_str());
        }
        if line.ends_with('\n') {
            out.push('\n');
        }
        start += line.len();
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

/// The markdown of one shown line, where it stands there in one piece.
fn written<'a>(document: &'a Document, text: &ShownText, start: usize, length: usize) -> Option<&'a str> {
    let last = length.checked_sub(1)?;
    let from = text.map.source(start as u32).start;
    let to = text.map.source((start + last) as u32).end;
    let written = document.markdown().get(from as usize..to as usize)?;
    (!written.is_empty() && !written.contains(['\n', '\r'])).then_some(written)
}

/// A link of markdown; where there is no path, the words alone.
fn reference(text: &str, path: &str, slug: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in SafeText::line(text).as_str().chars() {
        if matches!(letter, '[' | ']' | '\\' | '`' | '*' | '_' | '<') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    if path.is_empty() {
        return escaped;
    }
    let mut target = SafeText::line(path).as_str().to_owned();
    // What would end the destination, or begin its fragment, is encoded (RFC 3986, 2.1).
    for (letter, encoded) in
        [("%", "%25"), ("#", "%23"), ("?", "%3F"), (" ", "%20"), ("(", "%28"), (")", "%29")]
    {
        target = target.replace(letter, encoded);
    }
    let hash = if slug.is_empty() { "" } else { "#" };
    format!("[{escaped}]({target}{hash}{slug})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Options;
    use crate::document::shown::Position;

    #[test]
    fn code_is_copied_as_it_is_written() {
        let check = |markdown: &str, expect: &str| {
            let document =
                Document::parse(markdown.into(), Position(0), &Options { title: None, whole: true });
            let at = markdown.find('\n').unwrap() + 1;
            assert_eq!(code(&document, document.part_at(Position(at as u32))), expect, "{markdown:?}");
        };
        check("```make\nall:\n\tcc  x.c\n\n\tls\n```\n", "all:\n\tcc  x.c\n\n\tls\n");
        check("> ```\n> a\n>   b\n> ```\n", "a\n  b\n");
        check("text\n\n    four\n      six\n", "");
        check("```\nx\u{1b}[31my\u{202e}z\n```\n", "x[31myz\n");
        let long = format!("```\n{}```\n", "\ta line of code\n".repeat(4_000));
        check(&long, &"\ta line of code\n".repeat(4_000));
    }

    #[test]
    fn a_reference_is_a_link_of_markdown() {
        assert_eq!(reference("A [b] › C*", "a/b c(1).md", "c"), "[A \\[b\\] › C\\*](a/b%20c%281%29.md#c)");
        assert_eq!(reference("A", "a.md", ""), "[A](a.md)");
        assert_eq!(reference("A", "", "x"), "A");
    }
}
