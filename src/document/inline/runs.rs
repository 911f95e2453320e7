//! Runs of plain text: what wikilinks, marks, comments and braces in them mean.
//!
//! Part of the builder; knows what it knows.

use std::ops::Range;

use super::{Builder, Extra, Inline, Kind, Target, extras, in_text, is_picture, script};

impl Builder<'_> {
    pub(super) fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if !pending.is_empty() {
            let behind = self.unit.text.get(pending.clone()).filter(|_| pending.start == self.attributed);
            let hidden = behind.and_then(extras::attributes).unwrap_or(0);
            let pending = pending.start + hidden..pending.end;
            self.part_from_picture(pending.start);
            self.run(pending);
        }
    }

    /// Writes running text, and the extras in it.
    pub(super) fn run(&mut self, range: Range<usize>) {
        let unit = self.unit;
        let text = unit.text.get(range.clone()).unwrap_or_default();
        if !self.hushed && !extras::possible(text) {
            self.write_exact(range);
            return;
        }
        let base = range.start;
        let mut at = 0;
        if self.hushed {
            let Some(end) = extras::comment_end(text) else { return };
            at = end + self.blanks_to_skip(&text[end..]);
            self.hushed = false;
        }
        // What a backslash escapes is no mark; the parser leaves the backslash out.
        let escaped = at == 0 && base > 0 && unit.text.as_bytes().get(base - 1) == Some(&b'\\');
        let mut from = at + usize::from(escaped);
        while let Some((found, extra)) = extras::next(text, from) {
            self.write_exact(base + at..base + found.start);
            at = found.end;
            let bytes = base + found.start..base + found.end;
            let source = unit.source_range(&bytes);
            match extra {
                Extra::Mark => self.mark(bytes),
                Extra::Hidden => at += self.blanks_to_skip(&text[at..]),
                Extra::Comment if self.comment_ends_behind(bytes.end) => {
                    self.hushed = true;
                    return;
                }
                Extra::Comment => self.write_exact(bytes),
                Extra::Wiki { page, text: shown, embed } => {
                    let is_named = shown != page;
                    let page = text.get(page).unwrap_or_default().trim();
                    let (inline, target) = if embed && is_picture(page) {
                        (Inline::IMAGE, Target::Image(page.to_owned()))
                    } else {
                        (Inline::LINK, Target::Wiki(page.to_owned()))
                    };
                    self.push_open(Kind::Markdown, inline, Some(target), source.start);
                    let shown = base + shown.start..base + shown.end;
                    if is_named {
                        self.write_exact(shown);
                    } else {
                        self.write_page(shown);
                    }
                    self.pop_open(source.end);
                }
                Extra::Emoji(emoji) => self.write(emoji, &source),
                Extra::Script(script, inside) => {
                    let raised = script::text(text.get(inside).unwrap_or_default(), script);
                    self.write(&raised, &source);
                }
                Extra::Note(inside) => {
                    self.with(Inline::FAINT, |builder| {
                        builder.write(" (", &source);
                        builder.write_exact(base + inside.start..base + inside.end);
                        builder.write(")", &(source.end..source.end));
                    });
                }
                Extra::Written(tag) => self.write(&tag, &source),
                Extra::Picture { target, text } => self.picture(target, &text, &source),
                Extra::Label(label) => self.label(&label, &source, text.get(at..).unwrap_or_default()),
            }
            from = at;
        }
        let rest = base + at..range.end;
        // Each run but the last is passed by at once: a block may have very many.
        let is_last = rest.end >= unit.text.trim_end().len();
        let id = if is_last { extras::block_id(&unit.text, rest.start) } else { None }.unwrap_or(rest.end);
        self.write_exact(rest.start..id);
        self.with(Inline::FAINT, |builder| builder.write_exact(id..rest.end));
    }

    /// What a wikilink leads to: a page, or a heading or block on one.
    fn write_page(&mut self, page: Range<usize>) {
        let text = self.unit.text.as_ref();
        let mut at = page.start;
        for name in text.get(page.clone()).unwrap_or_default().split('#') {
            let bytes = at..at + name.len();
            at = bytes.end + 1;
            if !name.is_empty() && bytes.start > page.start + 1 {
                let source = self.unit.source_range(&(bytes.start - 1..bytes.start));
                self.write(" › ", &source);
            }
            self.write_exact(bytes);
        }
    }

    /// A name for something to see, apart from the words around it.
    pub(super) fn label(&mut self, label: &str, source: &Range<u32>, behind: &str) {
        let joined = |c: char| c.is_alphanumeric();
        if self.out.ends_with(joined) {
            self.write(" ", &(source.start..source.start));
        }
        self.with(Inline::FAINT, |builder| builder.write(label, source));
        if behind.starts_with(joined) {
            self.write(" ", &(source.end..source.end));
        }
    }

    /// Where something hidden stood between two blanks, one of them goes.
    pub(super) fn blanks_to_skip(&self, rest: &str) -> usize {
        let gap = self.out.is_empty() || self.out.ends_with([' ', '\n']);
        if gap { rest.len() - rest.trim_start_matches(' ').len() } else { 0 }
    }

    /// `==` begins a marked stretch where another one ends it, and else stands for itself.
    pub(super) fn mark(&mut self, bytes: Range<usize>) {
        let text = self.unit.text.as_ref();
        let before = text[..bytes.start].chars().next_back();
        let after = text[bytes.end..].chars().next();
        let quoted = matches!(before, Some('"' | '\'' | '(' | '“' | '‘')) && !in_text(after);
        if self.marked && before.is_some_and(|c| !c.is_whitespace()) && !extras::in_word(after) {
            self.marked = false;
        } else if !self.marked
            && after.is_some_and(|c| !c.is_whitespace())
            && !(extras::in_word(before) || quoted)
            && self.mark_ends_behind(bytes.end)
        {
            self.marked = true;
        } else {
            self.write_exact(bytes);
        }
    }

    pub(super) fn comment_ends_behind(&mut self, at: usize) -> bool {
        let ends =
            at < self.uncommented && self.unit.text.get(at..self.end).and_then(extras::comment_end).is_some();
        if !ends {
            self.uncommented = self.uncommented.min(at);
        }
        ends
    }

    pub(super) fn mark_ends_behind(&mut self, at: usize) -> bool {
        if at >= self.unmarked {
            return false;
        }
        // With what stands before it, because a mark ends behind no blank.
        let ends = self.unit.text.get(at..self.end).is_some_and(extras::mark_ends);
        if !ends {
            self.unmarked = at;
        }
        ends
    }

    pub(super) fn pop_open(&mut self, source_end: u32) {
        if let Some(open) = self.open.pop() {
            self.close(&open, source_end);
        }
    }
}
