//! longread: a reading room for folders of markdown articles, in the terminal.

pub mod text;

pub mod error;

pub mod paths;

pub mod config;

pub mod library;

pub mod storage;

pub mod document;

pub mod layout;

pub mod cli;
