//! longread: a reading room for folders of markdown articles, in the terminal.
//!
//! The modules in reading order; data goes one way:
//!
//! ```text
//! folder ─ storage ─▶ bytes ─ library ─▶ Library ─ query ─▶ ids ───┐
//! markdown ─ document ─▶ Document ─ layout ─▶ rows ────────────────┤
//! key, mouse, report ─ runtime ─▶ Action ─ app ─▶ state, Effect ───┴─ ui ─▶ frame
//! ```
//!
//! The invariants stand in `src/README.md`, each with the test that holds it.

pub mod text;

pub mod error;

pub mod paths;

pub mod config;

pub mod guide;

pub mod library;

pub mod storage;

pub mod document;

pub mod layout;

pub mod app;

pub mod ui;

pub mod runtime;

pub mod cli;
