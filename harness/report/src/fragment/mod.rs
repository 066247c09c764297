//! What each directive gives: one line of HTML, so that it can stand in a list, a quotation or a
//! sentence, and so that no empty line within it ends a block of HTML early.

mod account;
pub(crate) mod bench;
pub(crate) mod claim;
pub(crate) mod collections;
pub(crate) mod compare;
pub(crate) mod domains;
pub(crate) mod exercise;
pub(crate) mod fit;
mod grid;
pub(crate) mod layers;
pub(crate) mod leaks;
pub(crate) mod lines;
pub(crate) mod listing;
pub(crate) mod machine;
mod parts;
pub(crate) mod plot;
pub(crate) mod predict;
mod provenance;
pub(crate) mod query;
pub(crate) mod question;
pub(crate) mod review;
pub(crate) mod sizes;
pub(crate) mod stated;
mod steps;
pub(crate) mod table;
pub(crate) mod timeline;
pub(crate) mod value;
pub(crate) mod versions;

use crate::library::Library;

/// The chapter that fragments are made for.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    /// What the directives may speak of.
    pub(crate) library: &'a Library<'a>,
    name: String,
    identifiers: usize,
}

impl<'a> Page<'a> {
    /// A chapter without fragments yet.
    pub(crate) fn new(chapter: &str, library: &'a Library<'a>) -> Self {
        let path = chapter.strip_suffix(".md").unwrap_or(chapter);
        let folder = path.rmatch_indices('/').nth(1);
        let stem = &path[folder.map_or(0, |(slash, _)| slash + 1)..];
        Page {
            library,
            name: stem.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"),
            identifiers: 0,
        }
    }

    /// An `id` that no other element of the chapter has. The chapter's folder and name are in it,
    /// because mdBook puts all chapters together on the page for printing.
    pub(crate) fn identifier(&mut self) -> String {
        self.identifiers += 1;
        format!("hb-{}-{}", self.name, self.identifiers)
    }
}
