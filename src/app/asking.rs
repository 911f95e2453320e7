//! A question that a line of text answers: the name of a label or bookmark, the words of a note.
//!
//! Knows geometry and what a deed is. What becomes of the answer is `record`'s business.

use std::path::PathBuf;

use tui_input::{Input, InputRequest};

use super::geometry::Area;
use super::library_screen::query_line::request;
use super::{Edit, View};
use crate::library::marks::{NewNote, Place};
use crate::safe;
use crate::text::SafeText;

/// Columns that it takes where there is room.
const WIDTH: u16 = 64;
/// Rows that it takes.
const HEIGHT: u16 = 7;
/// Most letters of an answer: longer ones are articles of their own.
const LONGEST: usize = 2000;

/// A question and its answer so far.
#[derive(Debug)]
pub struct Asking {
    /// What is asked.
    pub question: Question,
    input: Input,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// A label, for the selected article or for all that the query keeps.
    Label {
        /// The selected article's file, and its labels.
        selected: (PathBuf, Vec<SafeText>),
        /// How many articles the query keeps.
        kept: usize,
        /// Whether it is for all of those.
        all: bool,
        /// The labels that there are.
        known: Vec<SafeText>,
    },
    /// The name of a bookmark; without one it is called as its section.
    Bookmark(PathBuf, Box<Place>, SafeText),
    /// What is to be said of a highlight.
    Note(PathBuf, Box<NewNote>),
}

impl Asking {
    /// A question without an answer.
    pub fn new(question: Question) -> Self {
        Self { question, input: Input::default() }
    }

    /// What is asked.
    pub fn title(&self) -> SafeText {
        match &self.question {
            Question::Label { all: true, kept, .. } => {
                safe!("Label {} articles", crate::text::thousands(*kept))
            }
            Question::Label { .. } => safe!("Label this article"),
            Question::Bookmark(..) => safe!("Bookmark"),
            Question::Note(..) => safe!("Note"),
        }
    }

    /// What is said below the answer.
    pub fn sentence(&self) -> SafeText {
        match &self.question {
            Question::Label { selected: (_, own), known, all, .. } => {
                let typed = self.answer();
                if !all && own.iter().any(|label| label.as_str().eq_ignore_ascii_case(typed.as_str())) {
                    return safe!("Enter takes +{typed} away");
                }
                let begun = known.iter().filter(|label| begins(label, typed.as_str()));
                let names: Vec<String> = begun.map(|label| format!("+{label}")).collect();
                safe!("{}", names.join(" "))
            }
            Question::Bookmark(_, _, section) => safe!("Enter alone calls it \u{201c}{section}\u{201d}"),
            Question::Note(_, new) => safe!("on \u{201c}{}\u{201d}", new.quote),
        }
    }

    /// The keys of its last line.
    pub fn keys(&self) -> Vec<(&'static str, SafeText)> {
        let aim = match &self.question {
            Question::Label { all: true, .. } => Some(safe!("this article alone")),
            Question::Label { kept, .. } => Some(match kept {
                1 => safe!("the one that is kept"),
                _ => safe!("all {} that are kept", crate::text::thousands(*kept)),
            }),
            Question::Bookmark(..) | Question::Note(..) => None,
        };
        let enter = if aim.is_some() { safe!("label") } else { safe!("keep") };
        let keys = [Some(("Enter", enter)), aim.map(|aim| ("Tab", aim)), Some(("Esc", safe!("cancel")))];
        keys.into_iter().flatten().collect()
    }

    /// The answer so far, without blanks around it.
    pub fn answer(&self) -> SafeText {
        SafeText::line(self.input.value().trim().trim_start_matches(['+', '#']))
    }

    /// The answer as it is typed: raw, to be cleaned before it is shown.
    pub fn typed(&self) -> &str {
        self.input.value()
    }

    /// Letters before the cursor.
    pub fn cursor(&self) -> usize {
        self.input.visual_cursor()
    }

    /// `Tab`: labels all that the query keeps, or the selected one again.
    pub fn change_aim(&mut self) {
        if let Question::Label { all, .. } = &mut self.question {
            *all = !*all;
        }
    }

    /// Text for the answer.
    pub fn text(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.input.value().chars().count());
        for character in text.chars().filter(|character| !character.is_control()).take(room) {
            let _ = self.input.handle(InputRequest::InsertChar(character));
        }
    }

    /// An edit of the answer.
    pub fn edit(&mut self, edit: Edit) {
        let _ = self.input.handle(request(edit));
    }

    /// Where it lies on the screen.
    pub fn area(view: &View) -> Area {
        let whole = view.size.area();
        whole.centred(WIDTH.min(whole.width), HEIGHT.min(whole.height))
    }
}

fn begins(label: &SafeText, typed: &str) -> bool {
    label.as_str().to_lowercase().starts_with(&typed.to_lowercase())
}
