//! What a query asks of the text of articles, and what it keeps by that alone.
//!
//! Knows `hits` of this folder. Other terms are `run`'s.

use roaring::RoaringBitmap;

use crate::library::hits::Hits;
use crate::library::index::fold_key;

use super::parse::begun_quotation;
use super::{Node, Query, SortKey, Term, Text};

impl Query {
    /// Every text term, each once: also what is left out, which has to be looked for like anything else.
    pub fn texts(&self) -> Vec<Text> {
        self.collect(true)
    }

    /// The text terms that order what is kept: those that are not left out.
    pub fn ranking_texts(&self) -> Vec<Text> {
        self.collect(false)
    }

    /// Whether there are text terms of which any will do (`OR`).
    pub fn takes_any_text(&self) -> bool {
        let holds_text = |node: &Node| Self { root: node.clone(), sort: None }.has_text();
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            match node {
                Node::Any(nodes) if nodes.iter().any(holds_text) => return true,
                Node::All(nodes) | Node::Any(nodes) => open.extend(nodes),
                Node::Not(_) | Node::Term(_) => {}
            }
        }
        false
    }

    /// The texts that nothing kept may hold.
    pub fn excluded_texts(&self) -> Vec<Text> {
        let excluded = |node: &Node| match node {
            Node::Not(inner) => match &**inner {
                Node::Term(Term::Text(text)) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        self.conjuncts().iter().filter_map(excluded).collect()
    }

    /// The query while the word `typed`, its last, or the last of a quotation that is only begun, may still go on: then
    /// every word counts that begins so. `None` where its last text is no such word.
    #[must_use]
    pub fn while_typing(&self, typed: &str) -> Option<Self> {
        let mut query = self.clone();
        let last = texts_mut(&mut query.root).into_iter().next()?;
        let (last, typed) = match last {
            Text::Heading(text) => {
                let (key, typed) = typed.split_once(':')?;
                (fold_key(key) == "heading").then_some((&mut **text, typed))?
            }
            text => (text, typed),
        };
        match last {
            Text::Word(word) if word.as_str() == typed => *last = Text::Prefix(word.clone()),
            Text::Phrase(phrase) if begun_quotation(typed).as_ref() == Some(phrase) => {
                *last = Text::Prefix(phrase.clone());
            }
            _ => return None,
        }
        Some(query)
    }

    /// What this query or `other` keeps, in the order of this one.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut either = self.clone();
        either.root = Node::Any(vec![either.root, other.root.clone()]);
        either
    }

    /// The query with other text terms.
    #[must_use]
    pub fn replaced(&self, other: &dyn Fn(&Text) -> Text) -> Self {
        let mut query = self.clone();
        for text in texts_mut(&mut query.root) {
            *text = other(text);
        }
        query
    }

    fn collect(&self, left_out: bool) -> Vec<Text> {
        let mut texts = Vec::new();
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            match node {
                Node::All(nodes) | Node::Any(nodes) => open.extend(nodes.iter().rev()),
                Node::Term(Term::Text(text)) if !texts.contains(text) => texts.push(text.clone()),
                Node::Not(node) if left_out => open.push(node),
                Node::Not(_) | Node::Term(_) => {}
            }
        }
        texts
    }

    /// Whether nothing but text is asked for, in the order of relevance: then the text alone answers.
    pub fn is_text_alone(&self) -> bool {
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            match node {
                Node::All(nodes) | Node::Any(nodes) => open.extend(nodes),
                Node::Not(node) => open.push(node),
                Node::Term(Term::Text(_)) => {}
                Node::Term(_) => return false,
            }
        }
        self.has_text() && self.order().key == SortKey::Relevance && !self.order().descending
    }

    /// What the query keeps of `all` by its text terms; every other term keeps everything.
    pub fn keep_by_text(&self, all: &RoaringBitmap, hits: &Hits) -> RoaringBitmap {
        keep(&self.root, all, hits)
    }

    /// Whether the query could keep an article, as far as `holds` can say of which text terms it may hold.
    /// `false` is certain, `true` is not.
    pub fn may_keep(&self, holds: &mut dyn FnMut(&Text) -> bool) -> bool {
        may_keep(&self.root, holds)
    }
}

/// The text terms, the last one first.
fn texts_mut(root: &mut Node) -> Vec<&mut Text> {
    let mut texts = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match node {
            Node::All(nodes) | Node::Any(nodes) => open.extend(nodes.iter_mut()),
            Node::Not(node) => open.push(node),
            Node::Term(Term::Text(text)) => texts.push(text),
            Node::Term(_) => {}
        }
    }
    texts
}

fn keep(node: &Node, all: &RoaringBitmap, hits: &Hits) -> RoaringBitmap {
    match node {
        Node::All(nodes) => {
            let mut kept: Option<RoaringBitmap> = None;
            for node in nodes {
                let next = keep(node, all, hits);
                kept = Some(match kept {
                    Some(kept) => kept & next,
                    None => next,
                });
            }
            kept.unwrap_or_else(|| all.clone())
        }
        Node::Any(nodes) => {
            nodes.iter().fold(RoaringBitmap::new(), |kept, node| kept | keep(node, all, hits))
        }
        Node::Not(node) => all - keep(node, all, hits),
        Node::Term(Term::Text(text)) => {
            hits.get(text).map(|found| found.articles.clone()).unwrap_or_default()
        }
        Node::Term(_) => all.clone(),
    }
}

fn may_keep(node: &Node, holds: &mut dyn FnMut(&Text) -> bool) -> bool {
    match node {
        Node::All(nodes) => nodes.iter().all(|node| may_keep(node, holds)),
        Node::Any(nodes) => nodes.iter().any(|node| may_keep(node, holds)),
        Node::Term(Term::Text(text)) => holds(text),
        Node::Not(_) | Node::Term(_) => true,
    }
}
