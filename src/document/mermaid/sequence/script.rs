//! The code of a sequence diagram → participants and steps.
//!
//! Follows Mermaid's syntax; what it does not know it refuses, so that no diagram is shown in part.

use std::ops::Range;

use super::super::canvas::Style;
use super::super::label::trimmed;
use super::super::said::entity_name;

/// Participants beyond which nothing is drawn.
const MOST_PEOPLE: usize = 24;
/// Steps beyond which nothing is drawn.
const MOST_STEPS: usize = 400;
/// Frames inside each other beyond which nothing is drawn.
const MOST_DEEP: usize = 6;

/// What ends a message's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    None,
    Arrow,
    Cross,
}

/// A message from one participant to another, or to itself.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) style: Style,
    /// What stands at `from`, and at `to`.
    pub(super) heads: [Head; 2],
    pub(super) words: Range<usize>,
    /// With `autonumber`.
    pub(super) number: Option<u32>,
}

/// Where a note stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
    Over,
}

/// One thing after another.
#[derive(Debug)]
pub(super) enum Step {
    Message(Message),
    Note {
        first: usize,
        last: usize,
        side: Side,
        words: Range<usize>,
    },
    /// A frame begins, and says why.
    Open(Range<usize>),
    /// A frame goes on under another condition.
    Turn(Range<usize>),
    Close,
}

impl Step {
    /// Bytes of the code that hold its words.
    pub(super) fn words(&self) -> Range<usize> {
        match self {
            Self::Message(message) => message.words.clone(),
            Self::Note { words, .. } | Self::Open(words) | Self::Turn(words) => words.clone(),
            Self::Close => 0..0,
        }
    }
}

/// What a sequence diagram says.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// Bytes of each participant's label.
    pub(super) people: Vec<Range<usize>>,
    pub(super) steps: Vec<Step>,
    /// Bytes of its title.
    pub(super) title: Option<Range<usize>>,
}

/// Reads a sequence diagram; `None` where anything in it is not understood.
pub(super) fn read(code: &str) -> Option<Script> {
    let mut reader =
        Reader { code, names: Vec::new(), script: Script::default(), open: Vec::new(), number: None };
    for (start, line) in super::super::lines(code).skip(1) {
        reader.line(start..start + line.len())?;
    }
    let whole = reader.open.is_empty() && !reader.script.people.is_empty();
    whole.then_some(reader.script)
}

struct Reader<'a> {
    code: &'a str,
    names: Vec<&'a str>,
    script: Script,
    /// For each block that is open, whether it has a frame.
    open: Vec<bool>,
    number: Option<u32>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, range: Range<usize>) -> Option<()> {
        let range = trimmed(self.code, range);
        let text = self.code[range.clone()].trim_end_matches(';');
        // The last semicolon may be an entity's.
        let behind = &self.code[range.start + text.len()..range.end];
        let is_entity =
            text.rfind('#').is_some_and(|at| entity_name(&format!("{};", &text[at + 1..])).is_some());
        let kept = usize::from(is_entity && !behind.is_empty());
        let range = range.start..range.start + text.len() + kept;
        let text = &self.code[range.clone()];
        let word = text.split_whitespace().next()?;
        let rest = trimmed(self.code, range.start + word.len()..range.end);
        if self.script.steps.len() > MOST_STEPS || self.script.people.len() > MOST_PEOPLE {
            return None;
        }
        // A participant may be called "title".
        let rest_says = |arrow: &str| self.code[rest.clone()].starts_with(arrow);
        match word {
            "participant" | "actor" => self.participant(rest),
            "create" => {
                let word = self.code[rest.clone()].split_whitespace().next()?;
                self.participant(trimmed(self.code, rest.start + word.len()..rest.end))
            }
            "destroy" | "activate" | "deactivate" | "links" | "link" | "properties" | "accTitle:"
            | "accDescr:" => Some(()),
            "autonumber" if text == word => {
                self.number = Some(1);
                Some(())
            }
            "title" | "title:" if !["->", "--"].iter().any(|arrow| rest_says(arrow)) => {
                self.script.title = Some(rest);
                Some(())
            }
            "Note" | "note" => self.note(rest),
            "loop" | "alt" | "opt" | "par" | "critical" | "break" => {
                self.open.push(true);
                self.script.steps.push(Step::Open(range));
                (self.open.len() <= MOST_DEEP).then_some(())
            }
            "rect" | "box" => {
                self.open.push(false);
                (self.open.len() <= MOST_DEEP).then_some(())
            }
            "else" | "and" | "option" => {
                self.script.steps.push(Step::Turn(range));
                (self.open.last() == Some(&true)).then_some(())
            }
            "end" if text == word => {
                if self.open.pop()? {
                    self.script.steps.push(Step::Close);
                }
                Some(())
            }
            _ => self.message(range),
        }
    }

    /// `A`, `A as Alice`
    fn participant(&mut self, range: Range<usize>) -> Option<()> {
        let text = &self.code[range.clone()];
        if text.contains("@{") {
            return None;
        }
        let (name, label) = match text.find(" as ") {
            Some(at) => (text[..at].trim(), trimmed(self.code, range.start + at + 4..range.end)),
            None => (text, range),
        };
        let person = self.person(name, label.clone())?;
        self.script.people[person] = label;
        Some(())
    }

    fn person(&mut self, name: &'a str, label: Range<usize>) -> Option<usize> {
        if name.is_empty() || name.contains([':', ';', ',']) {
            return None;
        }
        Some(self.names.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.names.push(name);
            self.script.people.push(label);
            self.names.len() - 1
        }))
    }

    fn named(&mut self, range: Range<usize>) -> Option<usize> {
        let range = trimmed(self.code, range);
        self.person(&self.code[range.clone()], range)
    }

    /// `over A,B: text`, `left of A: text`
    fn note(&mut self, range: Range<usize>) -> Option<()> {
        let text = &self.code[range.clone()];
        let lower = text.to_ascii_lowercase();
        let (side, length) = [("over ", Side::Over), ("left of ", Side::Left), ("right of ", Side::Right)]
            .iter()
            .find(|(begin, _)| lower.starts_with(begin))
            .map(|(begin, side)| (*side, begin.len()))?;
        let colon = text.find(':')?;
        let who = range.start + length..range.start + colon.max(length);
        let words = trimmed(self.code, range.start + colon + 1..range.end);
        let people = match self.code[who.clone()].find(',') {
            Some(at) => [who.start..who.start + at, who.start + at + 1..who.end],
            None => [who.clone(), who],
        };
        let [first, last] = people;
        let (first, last) = (self.named(first)?, self.named(last)?);
        if side != Side::Over && first != last {
            return None;
        }
        self.script.steps.push(Step::Note { first: first.min(last), last: first.max(last), side, words });
        Some(())
    }

    /// `A->>B: text`
    fn message(&mut self, range: Range<usize>) -> Option<()> {
        use Head::{Arrow, Cross, None as Open};
        use Style::{Dotted, Solid};
        const ARROWS: [(&str, Style, [Head; 2]); 10] = [
            ("<<-->>", Dotted, [Arrow, Arrow]),
            ("<<->>", Solid, [Arrow, Arrow]),
            ("-->>", Dotted, [Open, Arrow]),
            ("->>", Solid, [Open, Arrow]),
            ("--x", Dotted, [Open, Cross]),
            ("-x", Solid, [Open, Cross]),
            ("--)", Dotted, [Open, Arrow]),
            ("-)", Solid, [Open, Arrow]),
            ("-->", Dotted, [Open, Open]),
            ("->", Solid, [Open, Open]),
        ];
        let text = &self.code[range.clone()];
        let colon = text.find(':').unwrap_or(text.len());
        let said = &text[..colon];
        let (at, (arrow, style, heads)) = said.char_indices().find_map(|(at, _)| {
            // A name may hold a hyphen: an arrow is the first that is one.
            ARROWS.iter().find(|(arrow, ..)| said[at..].starts_with(arrow)).map(|arrow| (at, arrow))
        })?;
        let behind = &said[at + arrow.len()..];
        let sign = behind.len() - behind.trim_start_matches([' ', '+', '-']).len();
        let from = self.named(range.start..range.start + at)?;
        let to = self.named(range.start + at + arrow.len() + sign..range.start + colon)?;
        let words = trimmed(self.code, (range.start + colon + 1).min(range.end)..range.end);
        let number = self.number;
        self.number = number.map(|number| number + 1);
        self.script.steps.push(Step::Message(Message {
            from,
            to,
            style: *style,
            heads: *heads,
            words,
            number,
        }));
        Some(())
    }
}
