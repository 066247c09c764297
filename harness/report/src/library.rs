//! What a book may speak of: the scenarios, and the records of them.

use std::collections::BTreeSet;

use heapbook_engine::record::{Benches, Cell, CellError, Records, View};
use heapbook_engine::scenario::Scenario;
use heapbook_model::{Measured, version_numbers};

/// The page of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The scenario's slug.
    pub slug: String,
    /// Its address below the book's first page: `memory/del.html`.
    pub page: String,
    /// Its title, as the sidebar shows it.
    pub title: String,
}

/// What a reader has done of the exercises, by the exercises' names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Achieved {
    /// Those that were passed.
    pub passed: BTreeSet<String>,
    /// Those that lie in the reader's folder.
    pub started: BTreeSet<String>,
}

/// The scenarios and records that the directives of a book may name.
#[derive(Debug, Clone, Copy)]
pub struct Library<'a> {
    /// The scenarios.
    pub scenarios: &'a [Scenario],
    /// The records that the prose speaks of.
    pub reference: &'a Records,
    /// The reader's own records, which stand beside them.
    pub local: Option<&'a Records>,
    /// The tables of the benches.
    pub benches: &'a Benches,
    /// The Python version that the prose speaks of, `3.13`; the latest record of any unless it is
    /// given.
    pub headline_python: Option<&'a str>,
    /// The pages of the scenarios, in the book's order.
    pub lessons: &'a [Lesson],
    /// What the reader has done of the exercises.
    pub achieved: &'a Achieved,
}

/// Whose figures a reader looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Those that the book was published with.
    Book,
    /// Those that were measured on the reader's machine.
    Reader,
}

/// What a reader may choose to see: whose figures, and of which Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice<'a> {
    /// Whose figures.
    pub(crate) owner: Owner,
    /// The Python, such as `3.14`; `None` where no record says any.
    pub(crate) python: Option<&'a str>,
}

impl<'a> Library<'a> {
    /// A library of scenarios and reference records alone.
    pub fn new(scenarios: &'a [Scenario], reference: &'a Records) -> Self {
        static NONE: Benches = Benches::new();
        static NOTHING: Achieved = Achieved {
            passed: BTreeSet::new(),
            started: BTreeSet::new(),
        };
        Library {
            scenarios,
            reference,
            local: None,
            benches: &NONE,
            headline_python: None,
            lessons: &[],
            achieved: &NOTHING,
        }
    }

    /// The page of a scenario, where the book has one.
    pub(crate) fn lesson(&self, scenario: &Scenario) -> Option<&'a Lesson> {
        self.lessons.iter().find(|lesson| lesson.slug == scenario.slug)
    }

    /// The scenarios in the order of their pages; those without one at the end.
    pub(crate) fn in_order(&self) -> Vec<&'a Scenario> {
        let mut scenarios: Vec<&Scenario> = self.scenarios.iter().collect();
        let place = |scenario: &&Scenario| {
            let mut lessons = self.lessons.iter();
            lessons
                .position(|lesson| lesson.slug == scenario.slug)
                .unwrap_or(usize::MAX)
        };
        scenarios.sort_by_cached_key(place);
        scenarios
    }

    /// What a scenario's page is called; the scenario's own title where there is none.
    pub(crate) fn title(&self, scenario: &'a Scenario) -> &'a str {
        self.lesson(scenario)
            .map_or(&scenario.title, |lesson| &lesson.title)
    }

    /// The scenario of that slug.
    pub(crate) fn scenario(&self, slug: &str) -> Option<&'a Scenario> {
        self.scenarios.iter().find(|scenario| scenario.slug == slug)
    }

    /// The reference records of one Python; unless one is named, of the headline one, and of the
    /// newest that a scenario was measured with if it was not measured with that.
    pub(crate) fn reference_side(&self, python: Option<&'a str>) -> View<'a> {
        match python {
            Some(_) => View::new(self.reference, python),
            None => View::preferring(self.reference, self.headline_python),
        }
    }

    /// What a reader may choose, the headline Python of the book first: every Python that the book
    /// was published with, and each of them beside the reader's own records where there are any.
    /// Reads the key of every cell: a page has them already.
    pub(crate) fn choices(&self) -> Vec<Choice<'a>> {
        let all = self.scenarios.iter();
        let mut versions: Vec<&'a str> = all
            .flat_map(|scenario| self.reference.pythons(&scenario.slug))
            .map(minor)
            .collect();
        let is_headline = |version: &&str| Some(*version) == self.headline_python.map(minor);
        versions.sort_by_cached_key(|version| (!is_headline(version), version_numbers(version)));
        versions.dedup();
        let pythons = match versions.is_empty() {
            true => vec![None],
            false => versions.into_iter().map(Some).collect(),
        };
        let mut owners = vec![Owner::Book];
        if self.scenarios.iter().any(|scenario| self.has_own(scenario)) {
            owners.push(Owner::Reader);
        }
        let of = |owner| pythons.iter().map(move |&python| Choice { owner, python });
        owners.into_iter().flat_map(of).collect()
    }

    /// The records of a scenario that a choice shows. Where the reader has none of that Python,
    /// they are of the next of its patches, or else of the newest that they have.
    pub(crate) fn view(&self, scenario: &Scenario, choice: Choice<'a>) -> View<'a> {
        let book = View::preferring(self.reference, choice.python);
        match (choice.owner, self.local) {
            (Owner::Reader, Some(own)) => self
                .local_side(scenario, &book)
                .unwrap_or(View::preferring(own, choice.python)),
            _ => book,
        }
    }

    /// Whether the reader's own records hold anything of the scenario that is not published.
    pub(crate) fn has_own(&self, scenario: &Scenario) -> bool {
        let is_published = |cell: &Cell| {
            let published = self.reference.find(&cell.key);
            published
                .is_some_and(|other| other.measured_at == cell.measured_at && other.took_ns == cell.took_ns)
        };
        self.local
            .is_some_and(|own| !own.of(&scenario.slug).iter().all(is_published))
    }

    /// The reader's own records, where they hold anything of the scenario that is not published: of
    /// the Python that stands `beside` them, or of the next of its patches, or else of the newest.
    pub(crate) fn local_side(&self, scenario: &Scenario, beside: &View<'_>) -> Option<View<'a>> {
        let records = self.local.filter(|_| self.has_own(scenario))?;
        let slug = &scenario.slug;
        let beside = beside.python_version(slug);
        let newest_where = |fits: &dyn Fn(&str) -> bool| {
            View::of_newest_python_where(records, slug, |view| view.python_version(slug).is_some_and(fits))
        };
        let found = newest_where(&|version| Some(version) == beside)
            .or_else(|| newest_where(&|version| beside.is_some_and(|other| minor(other) == minor(version))))
            .or_else(|| newest_where(&|_| true));
        Some(found.unwrap_or(View::new(records, None)))
    }
}

/// A version up to its second number.
pub(crate) fn minor(version: &str) -> &str {
    let end = version.match_indices('.').nth(1);
    end.map_or(version, |(end, _)| &version[..end])
}

/// A figure and the cell that holds it, or why there is none.
pub(crate) type Reading<'a> = Result<(Measured, &'a Cell), Absent<'a>>;

/// Why a figure is not shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Absent<'a> {
    /// There is no cell, or a cell without this figure.
    NotMeasured,
    /// The cell failed.
    Failed(&'a CellError),
}

impl Absent<'_> {
    /// What is said in the place of the figure.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Absent::NotMeasured => "not measured",
            Absent::Failed(_) => "failed",
        }
    }
}

/// What a cell says of a figure, which `of` reads from it.
pub(crate) fn reading(cell: Option<&Cell>, of: impl Fn(&Cell) -> Option<Measured>) -> Reading<'_> {
    let cell = cell.ok_or(Absent::NotMeasured)?;
    match cell.errors.first() {
        Some(error) => Err(Absent::Failed(error)),
        None => Ok((of(cell).ok_or(Absent::NotMeasured)?, cell)),
    }
}
