//! What each directive gives: one line of HTML, so that it can stand in a list, a quotation or a
//! sentence, and so that no empty line within it ends a block of HTML early.

mod account;
pub(crate) mod bench;
pub(crate) mod choice;
pub(crate) mod claim;
pub(crate) mod claims;
pub(crate) mod collections;
pub(crate) mod compare;
pub(crate) mod courses;
pub(crate) mod differences;
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
pub(crate) mod progress;
mod provenance;
pub(crate) mod query;
pub(crate) mod question;
pub(crate) mod review;
pub(crate) mod rule;
pub(crate) mod sizes;
pub(crate) mod stated;
mod steps;
pub(crate) mod table;
pub(crate) mod timeline;
pub(crate) mod value;
pub(crate) mod versions;
pub(crate) mod watch;

use heapbook_engine::record::{Records, View};
use heapbook_engine::scenario::Scenario;

use crate::escape;
use crate::library::{Choice, Lesson, Library, Owner};

/// The chapter that fragments are made for.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    /// What the directives may speak of.
    pub(crate) library: &'a Library<'a>,
    /// What the reader may choose.
    pub(crate) choices: &'a [Choice<'a>],
    /// What the fragments show that follow the reader's choice.
    pub(crate) choice: Choice<'a>,
    /// The claims that the page shows one by one: the scenario's slug, and the claim's id.
    pub(crate) claims: Vec<(&'a str, &'a str)>,
    /// The scenarios whose figures follow the reader's choice.
    pub(crate) followed: Vec<&'a Scenario>,
    name: String,
    /// The way from the chapter's page to the book's first folder.
    to_root: String,
    /// How many identifiers were given.
    pub(crate) identifiers: usize,
}

impl<'a> Page<'a> {
    /// A chapter without fragments yet.
    pub(crate) fn new(chapter: &str, library: &'a Library<'a>, choices: &'a [Choice<'a>]) -> Self {
        let path = chapter.strip_suffix(".md").unwrap_or(chapter);
        let folder = path.rmatch_indices('/').nth(1);
        let stem = &path[folder.map_or(0, |(slash, _)| slash + 1)..];
        let (_, below) = path.rsplit_once("src/").unwrap_or(("", path));
        Page {
            library,
            choices,
            choice: choices[0],
            claims: Vec::new(),
            followed: Vec::new(),
            name: stem.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"),
            to_root: "../".repeat(below.matches('/').count()),
            identifiers: 0,
        }
    }

    /// Counts a scenario among those whose figures follow the reader's choice.
    pub(crate) fn follow(&mut self, scenario: &'a Scenario) {
        if !self.followed.iter().any(|other| other.slug == scenario.slug) {
            self.followed.push(scenario);
        }
    }

    /// The records of a scenario that the page shows: those of the book's Python that is named, or
    /// else those of the choice.
    pub(crate) fn view(&self, scenario: &Scenario, python: Option<&'a str>) -> View<'a> {
        match python {
            Some(_) => View::new(self.library.reference, python),
            None => self.library.view(scenario, self.choice),
        }
    }

    /// The records that the choice is made of.
    pub(crate) fn records(&self) -> &'a Records {
        match (self.choice.owner, self.library.local) {
            (Owner::Reader, Some(own)) => own,
            _ => self.library.reference,
        }
    }

    /// A link to a lesson, around words that are HTML.
    pub(crate) fn link_to(&self, lesson: &Lesson, words: &str) -> String {
        format!(
            "<a href=\"{}{}\">{words}</a>",
            self.to_root,
            escape::html(&lesson.page)
        )
    }

    /// A scenario's title, which leads to its lesson where there is one.
    pub(crate) fn title_of(&self, scenario: &Scenario) -> String {
        match self.library.lesson(scenario) {
            Some(lesson) => self.link_to(lesson, &escape::prose(&lesson.title)),
            None => escape::html(&scenario.title),
        }
    }

    /// An `id` that no other element of the chapter has. The chapter's folder and name are in it,
    /// because mdBook puts all chapters together on the page for printing.
    pub(crate) fn identifier(&mut self) -> String {
        self.identifiers += 1;
        format!("hb-{}-{}", self.name, self.identifiers)
    }
}
