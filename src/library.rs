//! What there is to read, as pure data: articles, their metadata, and the query that narrows them.
//!
//! Knows only `text` and `error`. Never touches the terminal, the clock, the disk, the environment or
//! threads: bytes and today's date are given to it.

pub mod article;
pub mod date;
pub mod duplicates;
pub mod entities;
pub mod excerpt;
pub mod facets;
pub mod fold;
pub mod front_matter;
pub mod hits;
pub mod index;
pub mod links;
pub mod marking;
pub mod marks;
pub mod matcher;
pub mod query;
pub mod related;
pub mod section;
pub mod snippet;
pub mod spelling;
pub mod states;
pub mod stems;
pub mod tags;
pub mod tokens;
