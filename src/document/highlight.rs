//! Code → which of its bytes are keywords, strings, comments and their kin.
//!
//! The only user of `syntect` and `two_face`. Knows `shown`. Never a colour (a theme's work), never a thread
//! or a clock: it is slow (about 0.7 MB/s) and asks between two lines whether it should go on, so it
//! belongs on a worker, for what is seen.
//!
//! The grammars are read when the first code is highlighted, once a process. Lines over 2 KB stay plain: a
//! grammar's patterns are tried at every byte, and nobody reads such a line for its colours.

mod languages;
mod roles;

use std::collections::VecDeque;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use syntect::parsing::{BasicScopeStackOp, ParseState, ScopeStack, SyntaxReference, SyntaxSet};

use super::Document;
use super::shown::{PartId, Shown};
use languages::Writing;
use roles::{Meaning, Meanings};

/// A longer line stays plain, in bytes.
const LINE_BYTES: usize = 2 * 1024;
/// Bytes of one text after which the rest stays plain: twice the most that a part holds.
const TEXT_BYTES: usize = 64 * 1024;
/// Ends of parts that are remembered, so that the next part goes on from there.
const ENDS: usize = 16;

/// What a piece of code is. The theme maps it to a style; all that is none of these is plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HighlightRole {
    /// A word of the language itself.
    Keyword,
    /// Text in quotes.
    String,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// A function's name, where it is made or called; a command of a shell.
    Function,
    /// A type's name.
    Type,
    /// `true`, `null`, an escape in a string and their kin.
    Constant,
    /// The name of an element of HTML or XML.
    Tag,
    /// The name of an attribute or a key; an annotation.
    Attribute,
    /// An added line of a diff.
    Inserted,
    /// A removed line of a diff.
    Deleted,
    /// A heading of markup, or of a section of a diff.
    Heading,
}

impl HighlightRole {
    /// Every role.
    pub const ALL: [Self; 12] = [
        Self::Keyword,
        Self::String,
        Self::Number,
        Self::Comment,
        Self::Function,
        Self::Type,
        Self::Constant,
        Self::Tag,
        Self::Attribute,
        Self::Inserted,
        Self::Deleted,
        Self::Heading,
    ];
}

/// A run of code with one role. The runs of a text are in order, never empty and never overlap; what is
/// in none of them is plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Bytes of the shown text.
    pub range: Range<u32>,
    /// What it is.
    pub role: HighlightRole,
}

/// Highlights `code` of a language, named as in an info string; nothing for one that is not known. Where
/// `stop` says so, what follows stays plain.
pub fn highlight(language: &str, code: &str, stop: &dyn Fn() -> bool) -> Vec<Highlight> {
    let mut found = Vec::new();
    if let Some(mut reading) = Reading::new(language) {
        reading.go_on(code, stop, &mut found);
    }
    found
}

/// Whether there is a grammar for a language, named as in an info string.
pub fn is_known(language: &str) -> bool {
    languages::find(language).is_some()
}

/// Highlights the parts of one document. A part that continues a block goes on where the part before it
/// ended, if that was among the last ones highlighted here; else it is read as if the block began with it,
/// so a string or comment that was open at the cut may be missed.
#[derive(Debug, Default)]
pub struct Highlighter {
    ends: VecDeque<(PartId, Reading)>,
}

impl Highlighter {
    /// The highlights of a part: bytes of its shown text. Empty for what is no code in a known language;
    /// `None` where `stop` said so before the end.
    pub fn part(
        &mut self,
        document: &Document,
        part: PartId,
        stop: &dyn Fn() -> bool,
    ) -> Option<Vec<Highlight>> {
        let mut found = Vec::new();
        let Shown::Code { language: Some(language), text } = document.show(part) else { return Some(found) };
        let this = document.parts().get(part.0 as usize);
        let (is_first, is_last) = this.map_or((true, true), |part| (part.first, part.last));
        let before = part.0.checked_sub(1).filter(|_| !is_first);
        let before = before.and_then(|before| self.ends.iter().find(|(end, _)| end.0 == before));
        let reading = before.map(|(_, reading)| reading.clone());
        let Some(mut reading) = reading.or_else(|| Reading::new(language.as_str())) else {
            return Some(found);
        };
        reading.go_on(text.text.as_str(), stop, &mut found);
        if stop() {
            return None;
        }
        if !is_last {
            self.ends.retain(|(end, _)| *end != part);
            self.ends.push_back((part, reading));
            if self.ends.len() > ENDS {
                self.ends.pop_front();
            }
        }
        Some(found)
    }
}

/// The grammars, read at the first call.
fn grammars() -> &'static SyntaxSet {
    static GRAMMARS: OnceLock<SyntaxSet> = OnceLock::new();
    GRAMMARS.get_or_init(two_face::syntax::extra_newlines)
}

/// Code being read: what the grammar knows after the last line.
#[derive(Clone, Debug)]
struct Reading {
    state: ParseState,
    scopes: ScopeStack,
    /// What each scope on the stack means, innermost last.
    meanings: Vec<Meaning>,
    writing: Writing,
    /// Whether the line before goes on in the next, in what is typed at a prompt.
    goes_on: bool,
    /// Whether the grammar failed: nothing more is read.
    is_broken: bool,
}

impl Reading {
    fn new(language: &str) -> Option<Self> {
        let (grammar, writing): (&SyntaxReference, Writing) = languages::find(language)?;
        Some(Self {
            state: ParseState::new(grammar),
            scopes: ScopeStack::new(),
            meanings: Vec::new(),
            writing,
            goes_on: false,
            is_broken: false,
        })
    }

    /// Reads the next lines.
    fn go_on(&mut self, code: &str, stop: &dyn Fn() -> bool, found: &mut Vec<Highlight>) {
        let mut start = 0;
        let mut read = 0;
        let mut line = String::new();
        let mut known = Meanings::default();
        for content in code.split('\n') {
            let skipped = self.prompt(content);
            if let Some(skipped) = skipped
                && content.len() <= LINE_BYTES
            {
                if read > TEXT_BYTES || self.is_broken || stop() {
                    return;
                }
                read += content.len();
                let typed = content.get(skipped..).unwrap_or_default();
                line.clear();
                line.push_str(typed);
                line.push('\n');
                self.line(&line, (start + skipped) as u32, &mut known, found);
            }
            start += content.len() + 1;
        }
    }

    /// Bytes of a line to pass over; `None` for a line that no one typed.
    fn prompt(&mut self, line: &str) -> Option<usize> {
        if self.writing == Writing::Plain {
            return Some(0);
        }
        let skipped = if self.goes_on {
            Some(0)
        } else {
            ["$ ", "# ", "% ", "> ", ">>> ", "... "]
                .iter()
                .find(|prompt| line.starts_with(**prompt))
                .map(|prompt| prompt.len())
        };
        self.goes_on = skipped.is_some() && line.ends_with('\\');
        skipped
    }

    /// Reads one line, its break included, that begins at the byte `start` of the text.
    fn line(&mut self, line: &str, start: u32, known: &mut Meanings, found: &mut Vec<Highlight>) {
        // A grammar is data of others, and its patterns meet text that nobody tried them on.
        let steps = catch_unwind(AssertUnwindSafe(|| self.state.parse_line(line, grammars())));
        let Ok(Ok(steps)) = steps else {
            self.is_broken = true;
            return;
        };
        let mut at = 0;
        for (next, step) in steps {
            self.emit(line, at..next, start, found);
            at = at.max(next);
            let meanings = &mut self.meanings;
            let applied = self.scopes.apply_with_hook(&step, |basic, _| match basic {
                BasicScopeStackOp::Push(scope) => meanings.push(known.of(scope)),
                BasicScopeStackOp::Pop => drop(meanings.pop()),
            });
            if applied.is_err() {
                self.is_broken = true;
                return;
            }
        }
        self.emit(line, at..line.len(), start, found);
    }

    /// Adds a stretch of a line that has one meaning.
    fn emit(&self, line: &str, stretch: Range<usize>, start: u32, found: &mut Vec<Highlight>) {
        let end = stretch.end.min(line.trim_end_matches('\n').len());
        let Some(text) = line.get(stretch.start..end) else { return };
        if text.trim().is_empty() {
            return;
        }
        let Some(role) = roles::role(&self.meanings, text) else { return };
        let range = start + stretch.start as u32..start + end as u32;
        match found.last_mut() {
            Some(last) if last.role == role && last.range.end == range.start => last.range.end = range.end,
            _ => found.push(Highlight { range, role }),
        }
    }
}

#[cfg(test)]
mod tests;
