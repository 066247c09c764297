//! `{{#stated}}`: a figure that was not measured, since it is a fact of a language, a format or a
//! system that the page gives a source for.

use super::Page;
use crate::escape;
use crate::words::{Mistake, Words};

/// The words as they stand. What it does is to say that nobody forgot to measure: `heapbook check`
/// refuses figures that are typed in.
pub(crate) fn stated<'a>(_page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let first = words.next("the figure")?;
    let figure = [&[first], &words.rest()[..]].concat().join(" ");
    Ok(escape::html(&figure))
}
