//! By what names articles are linked to: titles, aliases, the ends of their paths, what sites call them.
//!
//! Knows `article`, `fold` and `index`. Keeps hashes of names alone, 16 bytes each: about 10 MB for
//! 100,000 articles (2026-11-22).

use std::path::Path;

use super::{is_alias, is_slug, without_extension};
use crate::library::article::{Article, Value};
use crate::library::fold::fold;
use crate::library::index::{Library, MetaKey, fold_key};

/// What sort of name is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// That of a wikilink: a title, an alias, or the end of a path.
    Name,
    /// The end of the path of a site's page.
    Page,
    /// A site's page by its last name alone, where only one article has that; of a path in one language, none
    /// that is of another.
    Only,
}

/// Every name, and whose it is.
#[derive(Debug, Default)]
pub struct Names {
    /// Hashes of names with the article's number, ascending.
    hashes: Vec<(u64, u32)>,
}

/// Where a name comes from; names of different sorts never meet.
#[derive(Clone, Copy, Debug)]
enum Sort {
    /// The end of a path without its extension.
    Path = 1,
    /// A title or an alias.
    Title,
    /// What a site makes of a path.
    Page,
    /// The last part of that.
    Last,
}

impl Names {
    /// The names of articles, which are counted in their order.
    pub fn of<'a>(articles: impl Iterator<Item = &'a Article>) -> Self {
        let mut names = Self::default();
        for (article, number) in articles.zip(0..) {
            names.add(number, article.title.as_str(), &article.place.path);
            for (key, value) in &article.meta {
                names.add_value(number, key.as_str(), value);
            }
        }
        names.sorted()
    }

    /// The names of a library's articles, by their ids.
    pub fn of_library(library: &Library) -> Self {
        let mut names = Self::default();
        library.visit(|id, row| names.add(id, row.title(), row.path()));
        for key in ["aliases", "alias", "slug", "permalink"] {
            for (id, value) in library.meta_key(&fold_key(key)).into_iter().flat_map(MetaKey::values) {
                names.add_value(id, key, &value);
            }
        }
        names.sorted()
    }

    /// The article that goes by a name: of several, one in the folder of `from`, else one that has it as its
    /// title and as its path, else the one with the shortest path, else the first.
    pub fn find<'a>(
        &self,
        kind: Kind,
        name: &str,
        from: &Path,
        path_of: impl Fn(u32) -> &'a Path,
    ) -> Option<u32> {
        let sorts: &[Sort] = match kind {
            Kind::Name => &[Sort::Title, Sort::Path],
            Kind::Page => &[Sort::Path, Sort::Page],
            Kind::Only => &[Sort::Path, Sort::Last],
        };
        let language = name.split_once('/').map(|(first, _)| first).filter(|first| is_language(first));
        let name = if kind == Kind::Only { name.rsplit('/').next().unwrap_or(name) } else { name };
        let mut having: Vec<u32> = sorts.iter().flat_map(|sort| self.having(*sort, name)).collect();
        having.sort_unstable();
        let both: Vec<u32> = having.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0]).collect();
        having.dedup();
        if kind == Kind::Only {
            let is_of_another = |language: &str, path: &Path| {
                let folders =
                    || path.parent().into_iter().flat_map(Path::iter).filter_map(|name| name.to_str());
                folders().any(is_language) && !folders().any(|folder| folder.eq_ignore_ascii_case(language))
            };
            let only = having.first().filter(|_| having.len() == 1)?;
            return language.is_none_or(|language| !is_of_another(language, path_of(*only))).then_some(*only);
        }
        having.into_iter().min_by_key(|id| {
            let path = path_of(*id);
            (path.parent() != from.parent(), both.binary_search(id).is_err(), path.components().count(), *id)
        })
    }

    fn having(&self, sort: Sort, name: &str) -> impl Iterator<Item = u32> {
        let hash = hash(sort, name);
        let first = self.hashes.partition_point(|(other, _)| *other < hash);
        self.hashes[first..].iter().take_while(move |(other, _)| *other == hash).map(|(_, id)| *id)
    }

    fn add(&mut self, id: u32, title: &str, path: &Path) {
        self.put(Sort::Title, title, id);
        let path = path.to_string_lossy();
        let bare = without_extension(&path);
        self.put_ends(Sort::Path, bare, id);
        let (folder, stem) = bare.rsplit_once('/').unwrap_or(("", bare));
        if ["index", "_index", "readme"].iter().any(|page| stem.eq_ignore_ascii_case(page)) {
            self.put_ends(Sort::Page, folder, id);
            self.put(Sort::Last, without_day(folder.rsplit('/').next().unwrap_or(folder)), id);
        } else if without_day(stem) != stem {
            self.put(Sort::Last, without_day(stem), id);
        }
    }

    fn add_value(&mut self, id: u32, key: &str, value: &Value) {
        let values = match value {
            Value::List(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        for value in values {
            let (Value::Text(text) | Value::Number(text)) = value else { continue };
            if is_alias(key) {
                self.put(Sort::Title, text.as_str(), id);
                // Hugo's aliases are addresses that the page had before.
                self.put(Sort::Page, text.as_str().trim_matches('/'), id);
            } else if is_slug(key) {
                let path = text.as_str().trim_matches('/');
                self.put(Sort::Page, path, id);
                self.put(Sort::Last, path.rsplit('/').next().unwrap_or(path), id);
            }
        }
    }

    /// A path, and what is left of it without its first folders.
    fn put_ends(&mut self, sort: Sort, path: &str, id: u32) {
        let mut rest = path;
        loop {
            self.put(sort, rest, id);
            match rest.split_once('/') {
                Some((_, below)) => rest = below,
                None => break,
            }
        }
    }

    fn put(&mut self, sort: Sort, name: &str, id: u32) {
        if !name.trim().is_empty() {
            self.hashes.push((hash(sort, name), id));
        }
    }

    fn sorted(mut self) -> Self {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.hashes.shrink_to_fit();
        self
    }
}

/// Whether a folder of a site may be that of a language: `en`, `pt-br`.
fn is_language(folder: &str) -> bool {
    let (language, country) = folder.split_once('-').unwrap_or((folder, "xx"));
    let is_code = |code: &str| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code(language) && is_code(country)
}

/// The name without a day that it begins with, as Jekyll has its posts: `2024-03-09-a-name`.
fn without_day(name: &str) -> &str {
    let is_day = name.get(..11).is_some_and(|day| {
        day.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 | 10 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    });
    if is_day { &name[11..] } else { name }
}

/// FNV-1a of the folded name, of one sort.
fn hash(sort: Sort, name: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in [sort as u8].into_iter().chain(fold(name.trim()).bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}
