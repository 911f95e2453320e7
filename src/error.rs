//! Errors of the world (typed, with a hint of what to do) and problems of articles (data).
//!
//! Knows only `text`. An [`Error`] ends a command; a [`Problem`] never hides an article.

use crate::text::SafeText;

/// What kind of fault a [`Problem`] is; its name is what `check --only` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Front matter that is not closed, too large, too deep or does not parse.
    FrontMatter,
    /// A key that stands twice; the last one wins.
    RepeatedKey,
    /// A field whose value has a type that it cannot have.
    Type,
    /// A date that is no calendar day.
    Date,
    /// Bytes that are not UTF-8, or stacked marks that were dropped.
    Encoding,
    /// An image that is named but not there.
    Image,
    /// A link to an article, a file or a heading that is not there.
    Link,
    /// An article without a title of its own.
    Title,
    /// An article without a date where others have one.
    Undated,
    /// Tags that differ only a little, or in their spelling.
    Tag,
    /// Articles with the same address, or nearly the same text.
    Duplicate,
    /// A file that was left out, and why.
    Skipped,
}

impl ProblemKind {
    /// Every kind, in the order of the help text.
    pub const ALL: [Self; 12] = [
        Self::FrontMatter,
        Self::RepeatedKey,
        Self::Type,
        Self::Date,
        Self::Encoding,
        Self::Image,
        Self::Link,
        Self::Title,
        Self::Undated,
        Self::Tag,
        Self::Duplicate,
        Self::Skipped,
    ];

    /// The name in reports and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FrontMatter => "front-matter",
            Self::RepeatedKey => "repeated-key",
            Self::Type => "type",
            Self::Date => "date",
            Self::Encoding => "encoding",
            Self::Image => "image",
            Self::Link => "link",
            Self::Title => "title",
            Self::Undated => "undated",
            Self::Tag => "tag",
            Self::Duplicate => "duplicate",
            Self::Skipped => "skipped",
        }
    }
}

/// A fault found in an article. Lines and columns are 1-based, columns in characters; 0 where a
/// fault has no single place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file.
    pub line: u32,
    /// Column in the line.
    pub column: u32,
    /// What kind of fault.
    pub kind: ProblemKind,
    /// What is wrong, in words.
    pub reason: SafeText,
}

/// Why a command cannot go on. The text says what and where; [`Error::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path on the command line that does not exist.
    #[error("{path}: no such file or folder")]
    NotFound {
        /// The path as given.
        path: SafeText,
    },
    /// A path that cannot be read.
    #[error("{path}: cannot be read: {cause}")]
    Unreadable {
        /// The path as given.
        path: SafeText,
        /// What the system said.
        cause: SafeText,
    },
    /// A file that is no text.
    #[error("{path}: is a binary file, not markdown")]
    Binary {
        /// The path as given.
        path: SafeText,
    },
    /// A folder where a file is to be read.
    #[error("{path}: is a folder, not a file")]
    Folder {
        /// The path as given.
        path: SafeText,
    },
    /// A path that is neither file nor folder (a pipe, socket or device).
    #[error("{path}: is a {what}, not a file or folder")]
    NotRegular {
        /// The path as given.
        path: SafeText,
        /// What it is.
        what: &'static str,
    },
    /// No article under the given paths.
    #[error("{path}: no article here")]
    NoArticles {
        /// The paths as given.
        path: SafeText,
    },
    /// A query that cannot be read.
    #[error("query, column {column}: {reason}")]
    Query {
        /// 1-based column, in characters.
        column: usize,
        /// What is wrong.
        reason: SafeText,
    },
    /// Arguments that do not go together.
    #[error("{reason}")]
    Usage {
        /// What is wrong.
        reason: SafeText,
    },
    /// Anything the system refused while reading or writing.
    #[error("{what}: {cause}")]
    System {
        /// What was being done.
        what: SafeText,
        /// What the system said.
        cause: SafeText,
    },
}

impl Error {
    /// What the reader can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "check the spelling, or give a folder of markdown files",
            Self::Unreadable { .. } => "check its permissions",
            Self::Binary { .. } => "give a markdown file, or a folder of them",
            Self::Folder { .. } => "give one of its files; 'longread list' lists its articles",
            Self::NotRegular { .. } => "give a markdown file, a folder, or - for standard input",
            Self::NoArticles { .. } => {
                "articles are .md, .markdown, .mkd, .mdown and .mdx files; --all takes in hidden and ignored ones"
            }
            Self::Query { .. } => "'longread --help' lists the terms of a query",
            Self::Usage { .. } => "see 'longread --help'",
            Self::System { .. } => "",
        }
    }

    /// The exit code: 1 where nothing was found (as grep), else 2.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::NoArticles { .. } => 1,
            _ => 2,
        }
    }
}
