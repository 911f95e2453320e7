//! Settings text → settings, and what is wrong with it. Pure: the text is given to it.
//!
//! Knows `text`, `error` and `paths`. A wrong key costs that key.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use crate::paths::Paths;
use crate::safe;
use crate::text::SafeText;

/// The settings file as `longread config --default` prints it: every key with its default.
pub const DEFAULT: &str = r#"# longread settings. Every key may be left out.

# Folders that are opened when no path is given.
library = []

# Colours: "auto", "light" or "dark".
theme = "auto"

# Columns of the text, 40 to 100.
measure = 76

# Whether words are broken with a hyphen at the end of a line, by the patterns of the article's language:
# of `lang` in its front matter, else of what its text is seen to be in.
hyphenate = false

# Web and mail addresses as links of the terminal, where it can have them.
hyperlinks = true

# Who puts right-to-left text into visual order: "screen" (longread does) or "terminal"
# (for terminals that do it themselves).
right_to_left = "screen"

# How pictures in articles are drawn: "auto" (as the terminal tells), "off" (captions only),
# "halfblocks", "kitty", "sixel" or "iterm2".
pictures = "auto"

# Whether searches keep an index of the text of all articles in the cache folder, about a third of
# their size. Without it they read the files.
text_index = true

# Hosts whose addresses are opened in the browser without asking, such as "example.org".
allowed_hosts = []

# Front-matter keys whose values are facets beside tags, dates and sources, such as "category".
facets = []

# Keys of one's own, by the names that the palette (:) shows: a key or several, as the help (?) writes
# them. An empty list takes a command's keys away.
# [keys]
# hints = ["f", "Ctrl-j"]

# Saved views: a query under a name. A key from 1 to 9 brings it up in the library; V lists all.
# [[view]]
# name = "This month"
# key = 1
# query = "since:1m"
"#;

/// What views are.
const VIEWS: &str =
    "should be tables [[view]] with a name, a query, and no key or one of its own from 1 to 9";

/// What the settings file decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Folders that are opened when no path is given.
    pub library: Vec<PathBuf>,
    /// The theme.
    pub theme: Theme,
    /// Columns of the text, 40 to 100.
    pub measure: u16,
    /// Whether words are broken with a hyphen at the end of a line.
    pub hyphenate: bool,
    /// How pictures are drawn.
    pub pictures: Pictures,
    /// Whether web and mail addresses are links of the terminal (OSC 8).
    pub hyperlinks: bool,
    /// Who puts right-to-left text into visual order.
    pub right_to_left: RightToLeft,
    /// Whether searches keep an index of the text.
    pub text_index: bool,
    /// Hosts whose addresses are opened without asking, as written.
    pub allowed_hosts: Vec<String>,
    /// Front-matter keys whose values are facets from the start.
    pub facets: Vec<String>,
    /// Keys of one's own, in their order.
    pub keys: Vec<OwnKeys>,
    /// Queries under a name, in their order.
    pub views: Vec<View>,
}

/// Keys for a command, as written: whether there are such is said where commands are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnKeys {
    /// The command's name.
    pub command: SafeText,
    /// Its keys.
    pub keys: Vec<String>,
    /// The line of the settings, from 1.
    pub line: u32,
}

/// A query under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// What it is called.
    pub name: SafeText,
    /// The key that brings it up, 1 to 9.
    pub key: Option<u8>,
    /// The query line, as written.
    pub query: String,
    /// The line of the settings on which it begins, from 1.
    pub line: u32,
}

/// How pictures in articles are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pictures {
    /// As the environment tells that the terminal can.
    #[default]
    Auto,
    /// Not at all: their captions stand for them.
    Off,
    /// As half blocks.
    HalfBlocks,
    /// By Kitty's graphics protocol.
    Kitty,
    /// As sixels.
    Sixel,
    /// By the inline images of iTerm2.
    ITerm2,
}

impl Pictures {
    /// Every way, in the order of the help text.
    pub const ALL: [Self; 6] =
        [Self::Auto, Self::Off, Self::HalfBlocks, Self::Kitty, Self::Sixel, Self::ITerm2];

    /// Its name in the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Off => "off",
            Self::HalfBlocks => "halfblocks",
            Self::Kitty => "kitty",
            Self::Sixel => "sixel",
            Self::ITerm2 => "iterm2",
        }
    }
}

/// Who puts right-to-left text into visual order (UAX #9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RightToLeft {
    /// This program: what is sent stands as it is to be seen.
    #[default]
    Screen,
    /// The terminal: what is sent stands as it is read.
    Terminal,
}

impl RightToLeft {
    /// Its name in the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Terminal => "terminal",
        }
    }
}

/// Which theme is painted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the environment says of the terminal's ground.
    #[default]
    Auto,
    /// Light text on a dark ground.
    Dark,
    /// Dark text on a light ground.
    Light,
}

impl Theme {
    /// Its name in the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }
}

/// What is wrong with a line of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Line of the file, from 1.
    pub line: u32,
    /// What is wrong, and what would be right.
    pub reason: SafeText,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            library: Vec::new(),
            theme: Theme::Auto,
            measure: 76,
            hyphenate: false,
            hyperlinks: true,
            right_to_left: RightToLeft::Screen,
            pictures: Pictures::Auto,
            text_index: true,
            allowed_hosts: Vec::new(),
            facets: Vec::new(),
            keys: Vec::new(),
            views: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads a settings file's text. `home` is what `~` stands for.
    pub fn parse(text: &str, home: &Path) -> (Self, Vec<Complaint>) {
        let mut settings = Self::default();
        let mut complaints = Vec::new();
        let line = |at: usize| text.get(..at).unwrap_or(text).split('\n').count() as u32;
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let reason = SafeText::line(error.message());
                complaints.push(Complaint { line: line(error.span().map_or(0, |span| span.start)), reason });
                return (settings, complaints);
            }
        };
        for (key, value) in table.get_ref() {
            let taken = match key.get_ref().as_ref() {
                "library" => paths(value.get_ref(), home)
                    .map(|library| settings.library = library)
                    .ok_or("should be a list of folders, such as [\"~/articles\"]"),
                "theme" => theme(value.get_ref())
                    .map(|theme| settings.theme = theme)
                    .ok_or("should be \"auto\", \"dark\" or \"light\""),
                "measure" => number(value.get_ref())
                    .filter(|measure| (40..=100).contains(measure))
                    .map(|measure| settings.measure = measure)
                    .ok_or("should be a number from 40 to 100"),
                "pictures" => pictures(value.get_ref())
                    .map(|pictures| settings.pictures = pictures)
                    .ok_or("should be \"auto\", \"off\", \"halfblocks\", \"kitty\", \"sixel\" or \"iterm2\""),
                "hyphenate" => truth(value.get_ref())
                    .map(|hyphenate| settings.hyphenate = hyphenate)
                    .ok_or("should be true or false"),
                "hyperlinks" => truth(value.get_ref())
                    .map(|hyperlinks| settings.hyperlinks = hyperlinks)
                    .ok_or("should be true or false"),
                "text_index" => truth(value.get_ref())
                    .map(|text_index| settings.text_index = text_index)
                    .ok_or("should be true or false"),
                "allowed_hosts" => texts(value.get_ref())
                    .map(|hosts| settings.allowed_hosts = hosts)
                    .ok_or("should be a list of hosts, such as [\"example.org\"]"),
                "facets" => texts(value.get_ref())
                    .map(|keys| settings.facets = keys)
                    .ok_or("should be a list of front-matter keys, such as [\"category\"]"),
                "right_to_left" => right_to_left(value.get_ref())
                    .map(|right_to_left| settings.right_to_left = right_to_left)
                    .ok_or("should be \"screen\" or \"terminal\""),
                "keys" => own_keys(value.get_ref(), &line).map(|keys| settings.keys = keys).ok_or(
                    "should be a table of commands, each with a key or a list of keys: hints = [\"f\"]",
                ),
                "view" => views(value.get_ref(), &line)
                    .map(|(views, wrong)| {
                        settings.views = views;
                        complaints.extend(wrong);
                    })
                    .ok_or(VIEWS),
                _ => Err("is no setting; 'longread config --default' lists them all"),
            };
            if let Err(reason) = taken {
                let key_text = SafeText::line(key.get_ref());
                complaints
                    .push(Complaint { line: line(key.span().start), reason: safe!("'{key_text}' {reason}") });
            }
        }
        complaints.sort_by_key(|complaint| complaint.line);
        (settings, complaints)
    }
}

fn paths(value: &DeValue<'_>, home: &Path) -> Option<Vec<PathBuf>> {
    let one = |value: &DeValue<'_>| text_of(value).map(|text| Paths::expand(home, text));
    match value {
        DeValue::Array(items) => items.iter().map(|item| one(item.get_ref())).collect(),
        other => one(other).map(|path| vec![path]),
    }
}

fn own_keys(value: &DeValue<'_>, line: &impl Fn(usize) -> u32) -> Option<Vec<OwnKeys>> {
    let DeValue::Table(table) = value else { return None };
    let mut own = Vec::new();
    for (command, keys) in table {
        let keys = match keys.get_ref() {
            DeValue::String(key) => vec![key.clone().into_owned()],
            list => texts(list)?,
        };
        own.push(OwnKeys {
            command: SafeText::line(command.get_ref()),
            keys,
            line: line(command.span().start),
        });
    }
    own.sort_by_key(|own| own.line);
    Some(own)
}

fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    let DeValue::Array(items) = value else { return None };
    items.iter().map(|item| text_of(item.get_ref()).map(str::to_owned)).collect()
}

/// The views, and what is wrong with each that is left out or loses its key.
fn views(value: &DeValue<'_>, line: &impl Fn(usize) -> u32) -> Option<(Vec<View>, Vec<Complaint>)> {
    let DeValue::Array(items) = value else { return None };
    let (mut views, mut complaints) = (Vec::<View>::new(), Vec::new());
    for item in items {
        let begin = line(item.span().start);
        let mut complain = |line, reason| complaints.push(Complaint { line, reason });
        let DeValue::Table(table) = item.get_ref() else {
            complain(begin, safe!("'view' {VIEWS}"));
            continue;
        };
        let text = |key: &str| text_of(table.get(key)?.get_ref());
        let Some(name) = text("name").map(SafeText::line).filter(|name| !name.is_empty()) else {
            complain(begin, safe!("a view has no 'name'; it is left out"));
            continue;
        };
        let Some(query) = text("query") else {
            complain(begin, safe!("the view '{name}' has no 'query'; it is left out"));
            continue;
        };
        let mut own = None;
        for (key, value) in table {
            let at = line(key.span().start);
            match key.get_ref().as_ref() {
                "name" | "query" => {}
                "key" => match digit(value.get_ref()) {
                    None => complain(at, safe!("'key' of the view '{name}' should be from 1 to 9")),
                    Some(digit) => match views.iter().find(|view| view.key == Some(digit)) {
                        Some(other) => {
                            complain(
                                at,
                                safe!("the key {digit} brings up the view '{}' already", other.name),
                            );
                        }
                        None => own = Some(digit),
                    },
                },
                other => complain(at, safe!("'{other}' is nothing that a view has: name, query, key")),
            }
        }
        views.push(View { name, key: own, query: query.to_owned(), line: begin });
    }
    Some((views, complaints))
}

/// A key from 1 to 9, as a number or as text.
fn digit(value: &DeValue<'_>) -> Option<u8> {
    let key = match value {
        DeValue::String(text) => text.parse().ok()?,
        other => u8::try_from(number(other)?).ok()?,
    };
    (1..=9).contains(&key).then_some(key)
}

fn text_of<'a>(value: &'a DeValue<'_>) -> Option<&'a str> {
    match value {
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

fn theme(value: &DeValue<'_>) -> Option<Theme> {
    let name = text_of(value)?;
    [Theme::Auto, Theme::Dark, Theme::Light].into_iter().find(|theme| theme.name() == name)
}

fn pictures(value: &DeValue<'_>) -> Option<Pictures> {
    let name = text_of(value)?;
    Pictures::ALL.into_iter().find(|pictures| pictures.name() == name)
}

fn right_to_left(value: &DeValue<'_>) -> Option<RightToLeft> {
    let name = text_of(value)?;
    [RightToLeft::Screen, RightToLeft::Terminal].into_iter().find(|side| side.name() == name)
}

fn truth(value: &DeValue<'_>) -> Option<bool> {
    match value {
        DeValue::Boolean(truth) => Some(*truth),
        _ => None,
    }
}

fn number(value: &DeValue<'_>) -> Option<u16> {
    match value {
        DeValue::Integer(integer) => u16::from_str_radix(integer.as_str(), integer.radix()).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Settings, Vec<String>) {
        let (settings, complaints) = Settings::parse(text, Path::new("/home/a"));
        (settings, complaints.into_iter().map(|c| format!("{}: {}", c.line, c.reason)).collect())
    }

    #[test]
    fn the_default_text_is_the_default() {
        assert_eq!(parse(DEFAULT), (Settings::default(), Vec::new()));
        assert_eq!(parse(""), (Settings::default(), Vec::new()));
    }

    #[test]
    fn keys_are_read() {
        let (settings, complaints) = parse("library = [\"~/x\", \"/y\"]\nmeasure = 0x40\ntheme = \"dark\"");
        assert_eq!(complaints, [] as [&str; 0]);
        assert_eq!(settings.library, [PathBuf::from("/home/a/x"), PathBuf::from("/y")]);
        assert_eq!((settings.measure, settings.theme.name()), (64, "dark"));
        let (settings, complaints) =
            parse("hyperlinks = false\nright_to_left = \"terminal\"\ntext_index = false\nhyphenate = true");
        assert_eq!(complaints, [] as [&str; 0]);
        assert_eq!((settings.hyperlinks, settings.right_to_left), (false, RightToLeft::Terminal));
        assert!(!settings.text_index && settings.hyphenate);
    }

    #[test]
    fn own_keys_are_a_key_or_several_by_command() {
        let (settings, complaints) =
            parse("[keys]\nhints = \"x\"\ncontents = [\"o\", \"Ctrl-o\"]\nzen = []\n");
        assert_eq!(complaints, [] as [&str; 0]);
        let keys: Vec<_> =
            settings.keys.iter().map(|own| (own.command.as_str(), own.keys.join(" "), own.line)).collect();
        let expect =
            [("hints", "x".to_owned(), 2), ("contents", "o Ctrl-o".into(), 3), ("zen", String::new(), 4)];
        assert_eq!(keys, expect);
        let (settings, complaints) = parse("keys = 3\nallowed_hosts = [\"a.org\"]\n");
        assert_eq!((settings.allowed_hosts, complaints.len()), (vec!["a.org".to_owned()], 1));
    }

    #[test]
    fn views_are_tables_with_a_name_and_a_query() {
        let view = "[[view]]\nname = \"New\"\nquery = \"since:1m\"\n";
        let (settings, complaints) = parse(&format!("{view}key = 3\n{view}key = \"4\"\n{view}"));
        assert_eq!(complaints, [] as [&str; 0]);
        let views: Vec<_> = settings.views.iter().map(|view| (view.key, view.line)).collect();
        assert_eq!(views, [(Some(3), 1), (Some(4), 5), (None, 9)]);
        assert_eq!((settings.views[0].name.as_str(), settings.views[0].query.as_str()), ("New", "since:1m"));
        let (settings, complaints) = parse("view = 3\n");
        assert_eq!((settings.views.len(), complaints), (0, vec![format!("1: 'view' {VIEWS}")]));
    }

    #[test]
    fn what_is_wrong_with_a_view_costs_no_other_one() {
        let check = |second: &str, expect: &[(&str, Option<u8>)], complaint: &str| {
            let view = |name: &str| format!("[[view]]\nname = \"{name}\"\nquery = \"since:1m\"\n");
            let text = format!("{}key = 1\n[[view]]\n{second}{}", view("A"), view("C"));
            let (settings, complaints) = parse(&text);
            let views: Vec<_> = settings.views.iter().map(|view| (view.name.as_str(), view.key)).collect();
            assert_eq!((views.as_slice(), complaints), (expect, vec![complaint.to_owned()]), "{second}");
        };
        let others = [("A", Some(1)), ("C", None)];
        check("query = \"x\"\n", &others, "5: a view has no 'name'; it is left out");
        check("name = \" \"\nquery = \"x\"\n", &others, "5: a view has no 'name'; it is left out");
        check("name = \"B\"\n", &others, "5: the view 'B' has no 'query'; it is left out");
        let whole = "name = \"B\"\nquery = \"x\"\n";
        let all = [("A", Some(1)), ("B", None), ("C", None)];
        for key in ["0", "10", "\"x\""] {
            let complaint = "8: 'key' of the view 'B' should be from 1 to 9";
            check(&format!("{whole}key = {key}\n"), &all, complaint);
        }
        check(&format!("{whole}key = 1\n"), &all, "8: the key 1 brings up the view 'A' already");
        check(&format!("{whole}keys = 1\n"), &all, "8: 'keys' is nothing that a view has: name, query, key");
    }

    #[test]
    fn a_wrong_key_costs_that_key_and_names_its_line() {
        let (settings, complaints) = parse("measure = 200\n\nlibary = []\ntheme = 3\nlibrary = \"~\"");
        assert_eq!(
            complaints,
            [
                "1: 'measure' should be a number from 40 to 100",
                "3: 'libary' is no setting; 'longread config --default' lists them all",
                "4: 'theme' should be \"auto\", \"dark\" or \"light\"",
            ]
        );
        assert_eq!((settings.measure, settings.library), (76, vec![PathBuf::from("/home/a")]));
        let (_, complaints) = parse("hyperlinks = \"no\"\nright_to_left = \"left\"");
        assert_eq!(
            complaints,
            [
                "1: 'hyperlinks' should be true or false",
                "2: 'right_to_left' should be \"screen\" or \"terminal\"",
            ]
        );
        let (_, complaints) = parse("a = 1\nb = = 2\n");
        assert!(complaints[0].starts_with("2: "), "{complaints:?}");
    }
}
