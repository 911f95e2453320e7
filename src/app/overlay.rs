//! What lies over a screen: commands for it, and what an answer or a pick comes to.

use super::command::Command;
use super::effect::Effect;
use super::picker::Step;
use super::prompt::Answer;
use super::{App, Overlay, run, travel};
use crate::library::article::ArticleKey;

/// A command for what lies over the screen.
pub(super) fn run_in_overlay(app: &mut App, command: Command, effects: &mut Vec<Effect>) {
    match &mut app.overlay {
        Some(Overlay::Help(help)) => {
            if matches!(command, Command::Back | Command::Close | Command::Help) {
                app.overlay = None;
            } else {
                help.command(&app.view, command);
            }
        }
        Some(Overlay::Asking(_)) => app.answer(command, effects),
        Some(Overlay::Picker(picker)) => {
            let step = picker.command(&app.view, command, app.library.as_mut(), effects);
            follow(app, step, effects);
        }
        Some(Overlay::Prompt(prompt)) => {
            let answer = prompt.command(&app.view, command, effects);
            answered(app, answer, effects);
        }
        None => {}
    }
}

/// Does what an answer to a prompt came to.
pub(super) fn answered(app: &mut App, answer: Answer, effects: &mut Vec<Effect>) {
    if let Answer::Done(said) = answer {
        app.overlay = None;
        if let Some(said) = said {
            app.say(said, effects);
        }
    }
}

/// Does what a picker came to.
pub(super) fn follow(app: &mut App, step: Step, effects: &mut Vec<Effect>) {
    match step {
        Step::Stay => {}
        Step::Close => app.overlay = None,
        Step::Names(of) => {
            app.overlay = None;
            if let Some(library) = &mut app.library {
                library.go_to_names(&app.view, &of, effects);
            }
        }
        Step::Jump(index) => {
            app.overlay = None;
            if let Some(reader) = &mut app.reader {
                reader.jump_to_entry(index);
            }
        }
        Step::Follow(item) => {
            app.overlay = None;
            if let Some(reader) = &mut app.reader {
                reader.follow_linked(&item);
            }
        }
        Step::Run(command) => {
            app.overlay = None;
            run(app, command, effects);
        }
        Step::Go(position) => {
            app.overlay = None;
            if let Some(reader) = &mut app.reader {
                reader.go_to_position(position);
            }
        }
        Step::Read(goal) => {
            app.overlay = None;
            let article = app.library.as_ref().and_then(|screen| {
                let (root, path) = screen.below_root(&goal.file)?;
                screen.article_of(ArticleKey::of(root, &path))
            });
            match article {
                Some(article) => app.open(&article, effects),
                None => travel::open(app, &goal, None, effects),
            }
        }
        Step::Remove(mark) => app.remove(mark, effects),
        Step::Edit(id) => app.edit_note(id),
    }
}
