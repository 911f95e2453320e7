//! All that an article's front matter says, and what is wrong with it: a panel over the text.

use std::fmt::Write;

use crate::app::effect::DocumentSource;
use crate::app::geometry::Area;
use crate::error::Problem;
use crate::layout::wrap::wrap;
use crate::library::article::{Article, TitleFrom, Value};
use crate::safe;
use crate::text::{Safe, SafeText};

/// Widest the panel may be.
const WIDEST: u16 = 84;
/// Columns of the names.
const NAMES: u16 = 14;
/// Rows of the panel beside its lines: margin and heading above, margin and keys below.
const FRAME: u16 = 6;
/// Longest value that is shown whole, in bytes.
const LONGEST: usize = 4096;
/// Most fields that are shown.
const MOST: usize = 2000;

/// The panel.
#[derive(Debug)]
pub struct Metadata {
    fields: Vec<Field>,
    lines: Vec<Line>,
    width: u16,
    scroll: usize,
}

/// What stands in one line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The field's name, in its first line.
    pub name: SafeText,
    /// Its value, or a piece of it.
    pub value: SafeText,
    /// Whether it is a problem.
    pub is_problem: bool,
}

#[derive(Clone, Debug)]
struct Field {
    name: SafeText,
    value: SafeText,
    is_problem: bool,
}

impl Metadata {
    /// The panel of an article with a person's own `labels`; `problems` are those of its body.
    pub fn new(
        article: &Article,
        labels: &[SafeText],
        source: &DocumentSource,
        problems: &[Problem],
    ) -> Self {
        Self { fields: fields(article, labels, source, problems), lines: Vec::new(), width: 0, scroll: 0 }
    }

    /// Where it lies on a screen.
    pub fn area(&self, screen: Area) -> Area {
        let rows = u16::try_from(self.lines.len()).unwrap_or(u16::MAX).saturating_add(FRAME);
        screen.centred(Self::columns(screen), rows.min(screen.height.saturating_sub(2)))
    }

    /// Has its lines wrapped for a screen.
    pub fn ensure(&mut self, screen: Area) {
        let width = Self::columns(screen).saturating_sub(4);
        if width != self.width {
            self.width = width;
            self.lines = lines(&self.fields, width);
        }
        self.scroll(0, screen);
    }

    /// Rows that its lines take on a screen.
    pub fn height(&self, screen: Area) -> u16 {
        self.area(screen).height.saturating_sub(FRAME)
    }

    /// Scrolls.
    pub fn scroll(&mut self, by: isize, screen: Area) {
        let last = self.lines.len().saturating_sub(usize::from(self.height(screen)));
        self.scroll = self.scroll.saturating_add_signed(by).min(last);
    }

    /// The lines in sight.
    pub fn visible(&self, screen: Area) -> &[Line] {
        let end = (self.scroll + usize::from(self.height(screen))).min(self.lines.len());
        self.lines.get(self.scroll..end).unwrap_or_default()
    }

    /// Whether there is more than is in sight.
    pub fn scrolls(&self, screen: Area) -> bool {
        self.lines.len() > usize::from(self.height(screen))
    }

    fn columns(screen: Area) -> u16 {
        WIDEST.min(screen.width.saturating_sub(4))
    }
}

/// The column of the values for a panel with so many columns of text.
pub const fn value_column(width: u16) -> u16 {
    if width >= NAMES * 3 { NAMES } else { 0 }
}

fn lines(fields: &[Field], width: u16) -> Vec<Line> {
    let column = value_column(width);
    let mut lines = Vec::new();
    for field in fields {
        // Without room beside each other, the name stands over the value.
        let name_fits = column > 0 && field.name.width() < usize::from(column);
        let mut name = Some(field.name.clone()).filter(|name| !name.is_empty());
        if !name_fits && let Some(name) = name.take() {
            lines.push(Line { name, value: SafeText::default(), is_problem: field.is_problem });
        }
        wrap(field.value.as_str(), width.saturating_sub(column).max(1), &mut |range| {
            let value = field.value.safe().slice(range).to_text();
            lines.push(Line { name: name.take().unwrap_or_default(), value, is_problem: field.is_problem });
        });
    }
    lines
}

fn fields(
    article: &Article,
    labels: &[SafeText],
    source: &DocumentSource,
    problems: &[Problem],
) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut add = |name: &'static str, value: Option<SafeText>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            fields.push(Field { name: Safe::literal(name).to_text(), value, is_problem: false });
        }
    };
    let list = |values: &[SafeText]| {
        let values: Vec<&str> = values.iter().map(SafeText::as_str).collect();
        (!values.is_empty()).then(|| safe!("{}", values.join(", ")))
    };
    let yes = |is: bool| is.then(|| safe!("yes"));
    add(
        "title",
        Some(match article.title_from {
            TitleFrom::Key => article.title.clone(),
            TitleFrom::Heading => safe!("{} (the first heading)", article.title),
            TitleFrom::Name => safe!("{} (the file's name)", article.title),
        }),
    );
    add("date", article.date.map(|date| safe!("{date}")));
    add("updated", article.updated.map(|date| safe!("{date}")));
    add("tags", list(&article.tags));
    add("labels", list(&labels.iter().map(|label| safe!("+{label}")).collect::<Vec<_>>()));
    add("authors", list(&article.authors));
    add("description", article.description.clone());
    add("source", article.source.clone());
    add("url", article.url.as_ref().map(|url| SafeText::line(url)));
    if let Some(image) = &article.image {
        add("image", Some(SafeText::line(&image.target)));
        add("alt", image.alt.clone());
    }
    add("draft", yes(article.draft));
    add("featured", yes(article.featured));
    add("toc", article.toc.map(|toc| if toc { safe!("yes") } else { safe!("no") }));
    add("lang", article.lang.clone());
    let about = if article.minutes_are_estimated() { "about " } else { "" };
    let words = article.words.map(|words| match words {
        1 => safe!("1 word, {} min", article.minutes()),
        words => safe!("{} words, {} min", crate::text::thousands(words as usize), article.minutes()),
    });
    add("length", words.or_else(|| Some(safe!("{about}{} min", article.minutes()))));
    add(
        "file",
        Some(match source {
            DocumentSource::File(path) => safe!("{}", path.display()),
            DocumentSource::Text { name, .. } => name.clone(),
        }),
    );
    for (key, value) in &article.meta {
        flatten(key, value, &mut fields);
    }
    for (index, problem) in article.problems.iter().chain(problems).take(MOST).enumerate() {
        let name = if index == 0 { safe!("problems") } else { SafeText::default() };
        if index == 0 {
            fields.push(Field { name: SafeText::default(), value: SafeText::default(), is_problem: false });
        }
        let value = match (problem.line, problem.column) {
            (0, _) => problem.reason.clone(),
            (line, 0) => safe!("{line}: {}", problem.reason),
            (line, column) => safe!("{line}:{column}: {}", problem.reason),
        };
        fields.push(Field { name, value, is_problem: true });
    }
    fields
}

/// A key's value as fields: a map gives one field a key (`a.b`), a list of scalars stands in one line.
fn flatten(key: &SafeText, value: &Value, fields: &mut Vec<Field>) {
    let mut waiting = vec![(key.clone(), value)];
    while let Some((name, value)) = waiting.pop() {
        if fields.len() >= MOST {
            return;
        }
        let shown = match value {
            Value::Map(entries) if !entries.is_empty() => {
                waiting.extend(entries.iter().rev().map(|(key, value)| (safe!("{name}.{key}"), value)));
                continue;
            }
            Value::List(values) if values.iter().any(|value| scalar(value).is_none()) => {
                let numbered = values.iter().enumerate().rev();
                waiting.extend(numbered.map(|(index, value)| (safe!("{name}.{}", index + 1), value)));
                continue;
            }
            Value::List(values) => {
                let mut line = String::new();
                for value in values.iter().filter_map(scalar).take(LONGEST) {
                    let between = if line.is_empty() { "" } else { ", " };
                    // Writing to a string never fails.
                    let _ = write!(line, "{between}{value}");
                }
                safe!("{line}")
            }
            value => scalar(value).unwrap_or_default(),
        };
        let shown = if shown.is_empty() { safe!("–") } else { shown };
        let kept = shown.safe().fit(LONGEST);
        let value = if kept.as_str().len() < shown.as_str().len() { safe!("{kept}…") } else { shown };
        fields.push(Field { name, value, is_problem: false });
    }
}

/// A value that is neither list nor map.
fn scalar(value: &Value) -> Option<SafeText> {
    Some(match value {
        Value::Null => SafeText::default(),
        Value::Bool(true) => safe!("true"),
        Value::Bool(false) => safe!("false"),
        Value::Text(text) | Value::Number(text) => SafeText::line(text.as_str()),
        Value::List(values) if values.is_empty() => SafeText::default(),
        Value::Map(entries) if entries.is_empty() => SafeText::default(),
        Value::List(_) | Value::Map(_) => return None,
    })
}
