//! From article to article: opens what a link leads to, and goes back and forward to where one was.
//!
//! Knows the reader and the library screen. What is read is an effect.

use std::path::Path;
use std::sync::Arc;

use super::effect::{At, DocumentSource, Effect, Generation, Goal, Slot};
use super::peek::Peek;
use super::picker::Picker;
use super::prompt::{self, Prompt};
use super::reader::Reader;
use super::reader::following::Ask;
use super::reader::links::Visit;
use super::reader::page::Place;
use super::{App, Overlay, clipboard};
use crate::library::article::{Article, ArticleKey, Place as FilePlace, assemble};
use crate::library::front_matter::FrontMatter;
use crate::library::links::web::Web;

/// What following links needs beside the reader.
#[derive(Debug, Default)]
pub struct Travel {
    /// The newest request for where links lead.
    pub generation: Generation,
    /// The newest request for what goes with the open article.
    pub linked: Generation,
    /// The article that the lit link leads to.
    pub peek: Peek,
    /// Hosts whose addresses are opened without asking, as [`crate::library::links::web::host`] writes them.
    pub allowed_hosts: Vec<String>,
}

/// Does what the reader asked for with the last action.
pub(super) fn take(app: &mut App, effects: &mut Vec<Effect>) {
    match app.reader.as_mut().and_then(Reader::take_ask) {
        Some(Ask::Open(goal, at)) => open(app, &goal, at, effects),
        Some(Ask::Return(visit, place)) => give_back(app, visit, place, effects),
        Some(Ask::Leave(address)) => leave(app, &address, effects),
        Some(Ask::Linked(document, related)) => {
            let Some(reader) = &app.reader else { return };
            app.overlay = Some(Overlay::Picker(Picker::linked(related)));
            effects.push(Effect::Linked {
                generation: app.travel.linked.raise(),
                standpoint: reader.standpoint(app.library.as_ref()),
                roots: Vec::new(),
                document,
                related,
            });
        }
        Some(Ask::Headings) => {
            let Some(reader) = &app.reader else { return };
            app.overlay = Some(Overlay::Picker(Picker::headings(reader.contents())));
        }
        Some(Ask::Copy(text)) => {
            let said = clipboard::copy(text, effects);
            app.say(said, effects);
        }
        Some(Ask::Edit(file, line)) => effects.push(Effect::Edit { file, line }),
        None => {}
    }
}

/// Has a look at the article that the lit link leads to, once one rests on it.
pub(super) fn look(app: &mut App, effects: &mut Vec<Effect>) {
    let lit = app.reader.as_ref().filter(|_| app.overlay.is_none()).and_then(Reader::lit_aim);
    let mut peek = std::mem::take(&mut app.travel.peek);
    peek.ensure(&app.view, lit, |goal| visit_of(app, goal).0.source, effects);
    app.travel.peek = peek;
}

/// Opens an address outside: after a question, unless its host is one of those that need none.
fn leave(app: &mut App, written: &str, effects: &mut Vec<Effect>) {
    match Web::of(written) {
        Ok(web) if web.is_allowed(&app.travel.allowed_hosts) => {
            effects.push(Effect::Open(web.address().to_owned()));
            app.say(prompt::opening(&web), effects);
        }
        Ok(web) => app.overlay = Some(Overlay::Prompt(Prompt::new(web))),
        Err(reason) => app.say(reason, effects),
    }
}

/// Opens an article that a link leads to, or that was picked, from the open one; at a place in it.
pub(super) fn open(app: &mut App, goal: &Goal, at: Option<At>, effects: &mut Vec<Effect>) {
    app.leave_article(effects);
    let Some(before) = app.reader.take() else { return };
    let (visit, is_listed) = visit_of(app, goal);
    let reader = load(app, visit, is_listed, effects).like(Some(&before)).come_from(before);
    app.reader = Some(reader.at(at));
}

/// Opens an article in which one was before, at the place where one was.
fn give_back(app: &mut App, visit: Visit, place: Place, effects: &mut Vec<Effect>) {
    app.leave_article(effects);
    let Some(before) = app.reader.take() else { return };
    let is_listed =
        app.library.as_ref().is_some_and(|library| library.library.find(visit.article.key).is_some());
    let reader = load(app, visit, is_listed, effects).like(Some(&before));
    app.reader = Some(reader.returned(before, place));
}

/// Has an article loaded, and gives the reader that waits for it.
fn load(app: &mut App, visit: Visit, is_listed: bool, effects: &mut Vec<Effect>) -> Reader {
    let Visit { source, article } = visit;
    let generation = app.newest.reader.raise();
    if let Some(library) = app.library.as_mut().filter(|_| is_listed) {
        library.select(&app.view, article.key, effects);
    }
    effects.push(Effect::Load {
        slot: Slot::Reader,
        begun: false,
        generation,
        source: source.clone(),
        article: is_listed.then(|| Arc::clone(&article)),
        before: None,
    });
    Reader::waiting(&app.view, source, &article)
}

/// What is known of an article that a link leads to, and whether the library holds it.
fn visit_of(app: &App, goal: &Goal) -> (Visit, bool) {
    let listed = app.library.as_ref().and_then(|screen| {
        let (root, path) = screen.below_root(&goal.file)?;
        let id = screen.library.find(ArticleKey::of(root, &path))?;
        let article = screen.library.article(id);
        Some(Visit { source: screen.source(&article), article })
    });
    if let Some(visit) = listed {
        return (visit, true);
    }
    let path = goal.file.file_name().map_or_else(|| goal.file.clone(), Into::into);
    let place = FilePlace { root: 0, path, bytes: 0, modified: 0 };
    let mut article: Article = assemble(place, Path::new(""), &FrontMatter::default(), None, Vec::new());
    article.key = ArticleKey::of(0, &goal.file);
    (Visit { source: DocumentSource::File(goal.file.clone()), article: Arc::new(article) }, false)
}
