//! What each directive gives: one line of HTML, so that it can stand in a list, a quotation or a
//! sentence, and so that no empty line within it ends a block of HTML early.

mod account;
mod bench;
mod claim;
mod collections;
mod compare;
mod domains;
mod exercise;
mod fit;
mod grid;
mod layers;
mod leaks;
mod lines;
mod listing;
mod machine;
mod parts;
mod plot;
mod predict;
mod provenance;
mod query;
mod sizes;
mod stated;
mod steps;
mod table;
mod timeline;
mod value;

pub(crate) use bench::bench;
pub(crate) use claim::claim;
pub(crate) use collections::collections;
pub(crate) use compare::compare;
pub(crate) use domains::domains;
pub(crate) use exercise::exercise;
pub(crate) use fit::fit;
pub(crate) use layers::layers;
pub(crate) use leaks::leaks;
pub(crate) use lines::lines;
pub(crate) use listing::listing;
pub(crate) use machine::machine;
pub(crate) use plot::{describe_growth, growth_as_file, plot};
pub(crate) use predict::predict;
pub(crate) use query::Query;
pub(crate) use sizes::sizes;
pub(crate) use stated::stated;
pub(crate) use table::table;
pub(crate) use timeline::timeline;
pub(crate) use value::{ratio, value};

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
        let folder = path
            .rfind('/')
            .map_or(0, |name| path[..name].rfind('/').map_or(0, |slash| slash + 1));
        let stem = &path[folder..];
        let is_plain = |character: char| character.is_ascii_alphanumeric();
        Page {
            library,
            name: stem
                .chars()
                .map(|letter| if is_plain(letter) { letter } else { '-' })
                .collect(),
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
