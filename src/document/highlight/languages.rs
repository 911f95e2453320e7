//! The word of an info string → the grammar for it.

use syntect::parsing::SyntaxReference;

use super::grammars;

/// How code is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// As it is.
    Plain,
    /// As a session at a prompt: what was typed, and what came back.
    Session,
}

/// Names in use that are neither a grammar's name nor an extension it lists.
const ALIASES: &[(&str, &str)] = &[
    ("astro", "html"),
    ("bibtex", "bib"),
    ("c++", "cpp"),
    ("cjs", "js"),
    ("csharp", "cs"),
    ("docker", "dockerfile"),
    ("dotenv", "env"),
    ("elisp", "lisp"),
    ("emacs-lisp", "lisp"),
    ("fsharp", "fs"),
    ("go-html-template", "html"),
    ("golang", "go"),
    ("gql", "graphql"),
    ("hcl", "tf"),
    ("ipython", "python"),
    ("javascriptreact", "js"),
    ("json5", "json"),
    ("jsonc", "json"),
    ("jsonl", "json"),
    ("jsx", "js"),
    ("ksh", "sh"),
    ("mjs", "js"),
    ("mts", "ts"),
    ("cts", "ts"),
    ("ndjson", "json"),
    ("node", "js"),
    ("nodejs", "js"),
    ("objc", "objective-c"),
    ("objectivec", "objective-c"),
    ("patch", "diff"),
    ("posh", "ps1"),
    ("proto3", "proto"),
    ("protobuf", "proto"),
    ("psql", "sql"),
    ("postgresql", "sql"),
    ("mysql", "sql"),
    ("sqlite", "sql"),
    ("pwsh", "ps1"),
    ("py3", "python"),
    ("python3", "python"),
    ("shell", "sh"),
    ("svg", "xml"),
    ("typescriptreact", "tsx"),
    ("vimscript", "viml"),
    ("wast", "lisp"),
    ("wat", "lisp"),
];

/// Names of sessions at a prompt, with the language that is typed there.
const SESSIONS: &[(&str, &str)] = &[
    ("console", "sh"),
    ("shell-session", "sh"),
    ("shellsession", "sh"),
    ("terminal", "sh"),
    ("sh-session", "sh"),
    ("bash-session", "sh"),
    ("pycon", "python"),
];

/// The grammar of a language, named as in an info string (`rs`, `Rust`, `language-rust`, `rust{1,3}`,
/// `src/main.rs`), and how the code is written down.
pub(super) fn find(name: &str) -> Option<(&'static SyntaxReference, Writing)> {
    let name = word(name);
    let of = |from: &[(&str, &'static str)]| {
        from.iter().find(|(alias, _)| *alias == name).map(|(_, language)| *language)
    };
    if let Some(language) = of(SESSIONS) {
        return Some((grammar(language)?, Writing::Session));
    }
    let named = grammar(of(ALIASES).unwrap_or(&name));
    let extension = || grammar(name.rsplit_once('.').map(|(_, extension)| extension)?);
    Some((named.or_else(extension)?, Writing::Plain))
}

fn grammar(name: &str) -> Option<&'static SyntaxReference> {
    let found = grammars().find_syntax_by_token(name)?;
    // A grammar in which nothing means anything is none.
    (!name.is_empty() && found.name != "Plain Text").then_some(found)
}

/// The name alone, in small letters: without the prefix that HTML has and the attributes that tools add.
fn word(name: &str) -> String {
    let name = name.trim_start_matches(['{', '.', ' ']);
    let name = name.strip_prefix("language-").or_else(|| name.strip_prefix("lang-")).unwrap_or(name);
    let end = name.find(['{', '}', ':', ',', ';', '(', '[', ' ', '\t', '=']).unwrap_or(name.len());
    name[..end].to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expect: Option<&str>) {
        assert_eq!(find(name).map(|(grammar, _)| grammar.name.as_str()), expect, "{name}");
    }

    #[test]
    fn languages_are_found_by_the_names_that_articles_use() {
        for (name, expect) in [
            ("rust", "Rust"),
            ("rs", "Rust"),
            ("Rust", "Rust"),
            ("rust,ignore", "Rust"),
            ("language-rust", "Rust"),
            ("rust{1,3", "Rust"),
            ("src/main.rs", "Rust"),
            ("js", "JavaScript (Babel)"),
            ("javascript", "JavaScript"),
            ("ts", "TypeScript"),
            ("tsx", "TypeScriptReact"),
            ("py", "Python"),
            ("sol", "Solidity"),
            ("astro", "HTML"),
            ("go-html-template", "HTML"),
            ("solidity", "Solidity"),
            ("vyper", "Vyper"),
            ("sh", "Bourne Again Shell (bash)"),
            ("console", "Bourne Again Shell (bash)"),
            ("yml", "YAML"),
            ("yaml", "YAML"),
            ("toml", "TOML"),
            ("json", "JSON"),
            ("diff", "Diff"),
            ("dockerfile", "Dockerfile"),
            ("c++", "C++"),
            ("c#", "C#"),
            ("go", "Go"),
            ("html", "HTML"),
            ("css", "CSS"),
        ] {
            check(name, Some(expect));
        }
    }

    #[test]
    fn a_language_that_nobody_knows_has_no_grammar() {
        for name in ["", "text", "txt", "plaintext", "mermaid", "no such language", "{", "."] {
            check(name, None);
        }
    }

    #[test]
    fn every_alias_leads_to_a_grammar() {
        let lost: Vec<_> =
            ALIASES.iter().chain(SESSIONS).filter(|(alias, _)| find(alias).is_none()).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }
}
