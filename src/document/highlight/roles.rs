//! A grammar's scopes → roles. Scopes are dotted names, the general part first, as Sublime Text's guide
//! to scope naming has them; grammars nest them.

use std::collections::HashMap;
use std::sync::OnceLock;

use syntect::parsing::Scope;

use super::HighlightRole;

/// What a scope says about the text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing: the scope around it counts.
    Nothing,
    /// Plain, whatever is around it: other code within a string.
    Plain,
    /// An operator: a keyword where it is a word.
    Operator,
    /// A key of a mapping, also where it is written as a string.
    Key,
    /// It has this role.
    Role(HighlightRole),
}

use HighlightRole::{
    Attribute, Comment, Constant, Deleted, Function, Heading, Inserted, Keyword, Number, String, Tag, Type,
};
use Meaning::{Key, Nothing, Operator, Plain, Role};

/// Beginnings of scopes and what they mean; the longest one counts.
const SCOPES: &[(&str, Meaning)] = &[
    ("source", Plain),
    ("text", Plain),
    ("meta.interpolation", Plain),
    ("meta.template.expression", Plain),
    ("meta.string.interpolation", Plain),
    ("meta.mapping.key", Key),
    ("comment", Role(Comment)),
    ("string", Role(String)),
    ("constant", Role(Constant)),
    ("constant.numeric", Role(Number)),
    ("keyword", Role(Keyword)),
    ("keyword.operator", Operator),
    ("keyword.operator.word", Role(Keyword)),
    ("storage", Role(Keyword)),
    ("punctuation.definition.annotation", Role(Attribute)),
    ("variable.annotation", Role(Attribute)),
    ("variable.function", Role(Function)),
    ("variable.language", Role(Keyword)),
    ("entity.name", Role(Type)),
    ("entity.name.function", Role(Function)),
    ("entity.name.constant", Role(Constant)),
    ("entity.name.label", Nothing),
    ("entity.name.tag", Role(Tag)),
    ("entity.name.tag.yaml", Role(Attribute)),
    ("entity.name.tag.toml", Role(Attribute)),
    ("entity.name.section", Role(Heading)),
    ("entity.other.inherited-class", Role(Type)),
    ("entity.other.attribute-name", Role(Attribute)),
    ("support.function", Role(Function)),
    ("support.macro", Role(Function)),
    ("support.constant", Role(Constant)),
    ("support.type", Role(Type)),
    ("support.type.property-name", Role(Attribute)),
    ("support.class", Role(Type)),
    ("markup.heading", Role(Heading)),
    ("markup.inserted", Role(Inserted)),
    ("markup.deleted", Role(Deleted)),
    ("markup.raw", Role(String)),
    ("markup.quote", Role(Comment)),
    ("markup.underline.link", Role(String)),
    ("meta.diff.header", Role(Heading)),
    ("meta.diff.range", Role(Attribute)),
];

/// Looks meanings up and remembers them: a text has few scopes and many uses of each.
#[derive(Debug, Default)]
pub(super) struct Meanings {
    known: HashMap<Scope, Meaning>,
}

impl Meanings {
    /// What a scope means.
    pub(super) fn of(&mut self, scope: Scope) -> Meaning {
        *self.known.entry(scope).or_insert_with(|| look_up(scope))
    }
}

fn look_up(scope: Scope) -> Meaning {
    static TABLE: OnceLock<Vec<(Scope, Meaning)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        SCOPES.iter().filter_map(|(name, meaning)| Some((Scope::new(name).ok()?, *meaning))).collect()
    });
    table
        .iter()
        .filter(|(general, _)| general.is_prefix_of(scope))
        .max_by_key(|(general, _)| general.len())
        .map_or(Nothing, |(_, meaning)| *meaning)
}

/// The role of `text` in these scopes, the innermost last; `None` for plain text.
pub(super) fn role(meanings: &[Meaning], text: &str) -> Option<HighlightRole> {
    let (at, innermost) = meanings.iter().enumerate().rfind(|(_, meaning)| **meaning != Nothing)?;
    match innermost {
        Role(String) if meanings[..at].iter().rfind(|meaning| **meaning != Nothing) == Some(&Key) => {
            Some(Attribute)
        }
        // Some grammars call operators keywords.
        Role(Keyword) => text.contains(char::is_alphanumeric).then_some(Keyword),
        Role(role) => Some(*role),
        Operator => text.starts_with(char::is_alphabetic).then_some(Keyword),
        Key | Plain | Nothing => None,
    }
}
