//! The forms of a document: one renderer each. They alone make texts inert: what acts on a
//! terminal is shown as an escape in every form, markup is escaped where there is any.

mod csv;
mod markdown;
mod terminal;

pub use csv::csv;
pub use markdown::markdown;
pub use terminal::terminal;
