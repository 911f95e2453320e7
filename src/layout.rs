//! layout
pub mod heights;
pub mod row;
pub mod wrap;
