//! What a book may speak of: the scenarios, and the records of them.

use heapbook_engine::figures::Metric;
use heapbook_engine::record::{Benches, Cell, CellError, Records, View};
use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_model::Measured;

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
}

impl<'a> Library<'a> {
    /// A library of scenarios and reference records alone.
    pub fn new(scenarios: &'a [Scenario], reference: &'a Records) -> Self {
        static NONE: Benches = Benches::new();
        Library {
            scenarios,
            reference,
            local: None,
            benches: &NONE,
            headline_python: None,
        }
    }

    /// The scenario of that slug.
    pub(crate) fn scenario(&self, slug: &str) -> Option<&'a Scenario> {
        self.scenarios.iter().find(|scenario| scenario.slug == slug)
    }

    /// The reference records of one Python; unless one is named, of the headline one, and of the
    /// newest that a scenario was measured with if it was not measured with that.
    pub(crate) fn reference_side(&self, python: Option<&'a str>) -> Side<'a> {
        Side {
            view: match python {
                Some(_) => View::new(self.reference, python),
                None => View::preferring(self.reference, self.headline_python),
            },
        }
    }

    /// The reader's own records, where they hold anything of the scenario.
    pub(crate) fn local_side(&self, scenario: &Scenario) -> Option<Side<'a>> {
        let records = self.local?;
        let newest = View::of_newest_python_where(records, &scenario.slug, |_| true);
        (!records.of(&scenario.slug).is_empty()).then(|| Side {
            view: newest.unwrap_or(View::new(records, None)),
        })
    }
}

/// One side of a comparison: the reference records, or the reader's own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    /// The records in view.
    pub(crate) view: View<'a>,
}

impl<'a> Side<'a> {
    /// The cell of a variant at a size.
    pub(crate) fn cell(&self, scenario: &Scenario, variant: &Variant, n: u64) -> Option<&'a Cell> {
        self.view.cell(&scenario.slug, &variant.name, n)
    }

    /// What the records say of a variant's metric at a size.
    pub(crate) fn reading(
        &self,
        scenario: &Scenario,
        variant: &Variant,
        n: u64,
        metric: Metric,
    ) -> Reading<'a> {
        let cell = self.cell(scenario, variant, n).ok_or(Absent::NotMeasured)?;
        reading(cell, metric)
    }
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

/// What a cell says of a metric.
pub(crate) fn reading(cell: &Cell, metric: Metric) -> Reading<'_> {
    match (cell.errors.first(), metric.of(cell)) {
        (Some(error), _) => Err(Absent::Failed(error)),
        (None, Some(measured)) => Ok((measured, cell)),
        (None, None) => Err(Absent::NotMeasured),
    }
}
