//! The forms of a document: one renderer each. They alone make texts inert: what acts on a
//! terminal is shown as an escape in every form, markup is escaped where there is any.

mod csv;
mod markdown;
mod terminal;

pub use csv::csv;
pub use markdown::markdown;
pub use terminal::{Rows, terminal};

/// A value as JSON, indented.
///
/// # Errors
/// When it has no form in JSON.
pub fn json(value: &impl serde::Serialize) -> serde_json::Result<String> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(crate::visible::visible_json(&text).into_owned() + "\n")
}
