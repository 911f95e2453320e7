//! How an article's text is set: what the settings say, and what its language allows.
//!
//! The one place where `library`'s languages meet `layout`'s hyphens.

use crate::document::Document;
use crate::layout::hyphens::Hyphens;
use crate::layout::{Order, Setting};
use crate::library::article::Article;
use crate::library::stems::Language;

/// How the text of an article is laid out.
pub fn setting(order: Order, hyphenate: bool, article: &Article, document: &Document) -> Setting {
    let hyphens = if hyphenate { hyphens(article, document) } else { Hyphens::NONE };
    Setting { order, hyphens, ..Setting::default() }
}

/// Those of the language that the article says, else of what its text seems to be in.
fn hyphens(article: &Article, document: &Document) -> Hyphens {
    match &article.lang {
        Some(tag) => Hyphens::of_tag(tag.as_str()),
        None => Hyphens::of_tag(Language::of_text(document.body_text()).tag()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::reader::tests::loaded;

    const ENGLISH: &str =
        "The length of a line is one of the things that a reader sees of a page, and it is told by it.";
    const GERMAN: &str =
        "Die Länge einer Zeile ist eines der Dinge, die ein Leser von der Seite sieht, und das ist gut.";

    fn check(lang: Option<&str>, body: &str, hyphenate: bool, expect: &str) {
        let front = lang.map(|lang| format!("---\nlang: {lang}\n---\n"));
        let loaded = loaded(&format!("{}{body}", front.unwrap_or_default()), None);
        let setting = setting(Order::Screen, hyphenate, &loaded.article, &loaded.document);
        assert_eq!(setting.hyphens, Hyphens::of_tag(expect), "{lang:?} {body}");
    }

    #[test]
    fn words_are_broken_as_the_article_says_or_else_as_its_text_seems() {
        check(None, ENGLISH, true, "en");
        check(None, GERMAN, true, "de");
        check(Some("pl-PL"), ENGLISH, true, "pl");
        check(Some("ja"), ENGLISH, true, "");
        check(None, "Paris, Berlin, London", true, "");
        check(Some("en"), ENGLISH, false, "");
        assert_ne!(Hyphens::of_tag("en"), Hyphens::of_tag("de"));
        assert!(Hyphens::of_tag("").is_none() && !Hyphens::of_tag("pl").is_none());
    }
}
