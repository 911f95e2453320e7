//! What the text index holds of an article: a document a section, and in which fields.
//!
//! Knows `library`. The first section's document carries what is the whole article's.

use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{TantivyDocument, Term};

use crate::library::article::ArticleKey;
use crate::library::hits::Part;
use crate::library::section::ArticleText;
use crate::library::tokens::Tokens;

/// Raised with every change of the schema, the words, or what sections are.
pub(super) const VERSION: u32 = 5;

const TOKENIZER: &str = "longread";

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    title: Field,
    heading: Field,
    description: Field,
    names: Field,
    body: Field,
    /// The article's key, on every section: by it an article is deleted.
    pub(super) key: Field,
    /// The section's language.
    pub(super) language: Field,
    ordinal: Field,
    position: Field,
    slug: Field,
    article: Field,
    root: Field,
    path: Field,
    bytes: Field,
    modified: Field,
    date: Field,
}

/// Names of the columns, as they are read by.
pub(super) mod column {
    pub(in crate::storage::text_index) const ORDINAL: &str = "ordinal";
    pub(in crate::storage::text_index) const POSITION: &str = "position";
    /// One more than the number of the section's slug; 0 where it cannot be read alone.
    pub(in crate::storage::text_index) const SLUG: &str = "slug";
    pub(in crate::storage::text_index) const LANGUAGE: &str = "language";
    pub(in crate::storage::text_index) const ARTICLE: &str = "article";
    pub(in crate::storage::text_index) const ROOT: &str = "root";
    pub(in crate::storage::text_index) const PATH: &str = "path";
    pub(in crate::storage::text_index) const BYTES: &str = "bytes";
    pub(in crate::storage::text_index) const MODIFIED: &str = "modified";
    pub(in crate::storage::text_index) const DATE: &str = "date";
}

impl Fields {
    /// The schema and its fields.
    pub(super) fn new() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let words = TextFieldIndexing::default()
            .set_tokenizer(TOKENIZER)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = TextOptions::default().set_indexing_options(words);
        let indexed = NumericOptions::default().set_indexed();
        let fast = NumericOptions::default().set_fast();
        let fields = Self {
            title: schema.add_text_field("title", text.clone()),
            heading: schema.add_text_field("heading", text.clone()),
            description: schema.add_text_field("description", text.clone()),
            names: schema.add_text_field("names", text.clone()),
            body: schema.add_text_field("body", text),
            key: schema.add_u64_field("key", indexed.clone()),
            language: schema.add_u64_field(column::LANGUAGE, indexed.set_fast()),
            ordinal: schema.add_u64_field(column::ORDINAL, fast.clone()),
            position: schema.add_u64_field(column::POSITION, fast.clone()),
            slug: schema.add_u64_field(column::SLUG, fast.clone()),
            article: schema.add_u64_field(column::ARTICLE, fast.clone()),
            root: schema.add_u64_field(column::ROOT, fast.clone()),
            path: schema.add_bytes_field(column::PATH, BytesOptions::default().set_fast()),
            bytes: schema.add_u64_field(column::BYTES, fast.clone()),
            modified: schema.add_i64_field(column::MODIFIED, fast.clone()),
            date: schema.add_i64_field(column::DATE, fast),
        };
        (schema.build(), fields)
    }

    /// The field of a part.
    pub(super) fn of(self, part: Part) -> Field {
        match part {
            Part::Title => self.title,
            Part::Heading => self.heading,
            Part::Description => self.description,
            Part::Names => self.names,
            Part::Body => self.body,
        }
    }

    /// The term that every section of an article has.
    pub(super) fn key(self, key: ArticleKey) -> Term {
        Term::from_field_u64(self.key, key.0)
    }

    /// An article's documents, its first section's first.
    pub(super) fn documents(self, text: ArticleText) -> Vec<TantivyDocument> {
        let names = text.names();
        let language = text.language();
        let ArticleText { article, sections, .. } = text;
        let mut documents = Vec::with_capacity(sections.len());
        for (section, ordinal) in sections.into_iter().zip(0_u64..) {
            let mut document = TantivyDocument::default();
            document.add_u64(self.key, article.key.0);
            document.add_u64(self.ordinal, ordinal);
            document.add_u64(self.position, u64::from(section.position));
            document.add_u64(self.slug, section.slug_number.map_or(0, |number| u64::from(number) + 1));
            document.add_u64(self.language, u64::from(language.number()));
            if ordinal == 0 {
                document.add_text(self.title, article.title.as_str());
                if let Some(description) = &article.description {
                    document.add_text(self.description, description.as_str());
                }
                document.add_text(self.names, &names);
                document.add_u64(self.article, article.key.0);
                document.add_u64(self.root, u64::from(article.place.root));
                document.add_bytes(self.path, article.place.path.as_os_str().as_encoded_bytes());
                document.add_u64(self.bytes, article.place.bytes);
                document.add_i64(self.modified, article.place.modified);
                let days = article.date.map_or(i64::MIN, |date| {
                    i64::from(date.year()) * 512 + i64::from(date.month()) * 32 + i64::from(date.day())
                });
                document.add_i64(self.date, days);
            }
            if !section.heading.is_empty() {
                document.add_text(self.heading, section.heading.as_str());
            }
            document.add_text(self.body, section.text);
            documents.push(document);
        }
        documents
    }
}

/// The tokenizers of the index: ours alone.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(TOKENIZER, TextAnalyzer::from(Words::default()));
    manager
}

#[derive(Clone, Default)]
struct Words(Token);

struct Stream<'a> {
    tokens: Tokens<'a>,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        Stream { tokens: Tokens::new(text), token: &mut self.0 }
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some(next) = self.tokens.next(&mut self.token.text) else { return false };
        self.token.offset_from = next.range.start;
        self.token.offset_to = next.range.end;
        self.token.position = next.position as usize;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
