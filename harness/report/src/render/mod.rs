//! The forms of a document: one renderer each. They alone make texts inert: what acts on a
//! terminal is shown as an escape in every form, markup is escaped where there is any.

mod data;
mod markdown;
mod terminal;

pub use data::{csv, json};
pub use markdown::markdown;
pub use terminal::terminal;
