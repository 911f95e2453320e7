//! A question that a line of text answers: the name of a label or bookmark, the words of a note.
//!
//! Knows geometry and what a deed is. What becomes of the answer is `record`'s business.

use std::ops::Range;
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
/// Most rows of an answer.
const MOST_ROWS: u16 = 12;
/// Columns around a note's words: the panel's margins, and what stands before them.
const MARGIN: u16 = 12;
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
    /// What is to be said of the highlight with this number from now on; its text.
    EditNote(PathBuf, i64, SafeText),
}

impl Asking {
    /// A question without an answer.
    pub fn new(question: Question) -> Self {
        Self { question, input: Input::default() }
    }

    /// A question with an answer that is there already, to be changed.
    pub fn with(question: Question, answer: &SafeText) -> Self {
        Self { question, input: Input::new(answer.as_str().to_owned()) }
    }

    /// What is asked.
    pub fn title(&self) -> SafeText {
        match &self.question {
            Question::Label { all: true, kept, .. } => {
                safe!("Label {} articles", crate::text::thousands(*kept))
            }
            Question::Label { .. } => safe!("Label this article"),
            Question::Bookmark(..) => safe!("Bookmark"),
            Question::Note(..) | Question::EditNote(..) => safe!("Note"),
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
            Question::EditNote(_, _, quote) => safe!("on \u{201c}{quote}\u{201d}"),
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
            Question::Bookmark(..) | Question::Note(..) | Question::EditNote(..) => None,
        };
        let enter = if aim.is_some() { safe!("label") } else { safe!("keep") };
        let keys = [Some(("Enter", enter)), aim.map(|aim| ("Tab", aim)), Some(("Esc", safe!("cancel")))];
        keys.into_iter().flatten().collect()
    }

    /// The answer so far, without blanks around it.
    pub fn answer(&self) -> SafeText {
        let answer = self.input.value().trim();
        SafeText::line(match self.question {
            // As labels are often written.
            Question::Label { .. } => answer.trim_start_matches(['+', '#']),
            _ => answer,
        })
    }

    /// The answer as it is typed: raw, to be cleaned before it is shown.
    pub fn typed(&self) -> &str {
        self.input.value()
    }

    /// Columns before the cursor.
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
        // What is pasted may have lines; an answer is one.
        let text = text.replace(['\r', '\n', '\t'], " ");
        for character in text.chars().filter(|character| !character.is_control()).take(room) {
            let _ = self.input.handle(InputRequest::InsertChar(character));
        }
    }

    /// Letters of the answer before the cursor.
    pub fn letters_before(&self) -> usize {
        self.input.cursor()
    }

    /// An edit of the answer.
    pub fn edit(&mut self, edit: Edit) {
        let _ = self.input.handle(request(edit));
    }

    /// Where it lies on the screen.
    pub fn area(&self, view: &View) -> Area {
        let whole = view.size.area();
        let width = WIDTH.min(whole.width);
        let height = HEIGHT.saturating_add(self.rows(width).saturating_sub(1));
        whole.centred(width, height.min(whole.height))
    }

    /// Rows of the answer in a panel of so many columns: a note is seen whole, other answers are one line.
    pub fn rows(&self, width: u16) -> u16 {
        u16::try_from(self.lines(width).len()).unwrap_or(MOST_ROWS).clamp(1, MOST_ROWS)
    }

    /// The answer in its rows, as letters of what is typed.
    pub fn lines(&self, width: u16) -> Vec<Range<usize>> {
        let letters: Vec<char> = self.typed().chars().collect();
        if !matches!(self.question, Question::Note(..) | Question::EditNote(..)) {
            return std::iter::once(0..letters.len()).collect();
        }
        // Beside the title, and a column for the cursor.
        let room = usize::from(width.saturating_sub(MARGIN)).max(8);
        let mut lines = Vec::new();
        let (mut start, mut columns, mut blank) = (0, 0, None);
        for (at, letter) in letters.iter().enumerate() {
            columns += columns_of(*letter);
            if columns > room {
                let end = blank.filter(|blank| *blank > start).unwrap_or(at);
                lines.push(start..end);
                start = end;
                columns = letters[start..=at].iter().map(|letter| columns_of(*letter)).sum();
                blank = None;
            }
            if *letter == ' ' {
                blank = Some(at + 1);
            }
        }
        lines.push(start..letters.len());
        lines
    }
}

fn columns_of(letter: char) -> usize {
    crate::text::width(letter.encode_utf8(&mut [0; 4]))
}

fn begins(label: &SafeText, typed: &str) -> bool {
    label.as_str().to_lowercase().starts_with(&typed.to_lowercase())
}
