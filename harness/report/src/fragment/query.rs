//! What a directive asks to be shown, and all that must be said below a drawing of it.

use heapbook_engine::figures::Metric;
use heapbook_engine::record::{Cell, Memory, View};
use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_model::{Measured, Unit};

use super::Page;
use super::parts::{code, failure, is_outdated, listed, missing, stale_badge};
use crate::display;
use crate::escape;
use crate::library::{Reading, reading};
use crate::plot::{self, Plot};
use crate::words::{Mistake, Words};

/// What a directive asks to be shown.
pub(crate) struct Query<'a> {
    /// The scenario.
    pub(crate) scenario: &'a Scenario,
    /// Its variants, in the order in which they are shown.
    pub(crate) variants: Vec<&'a Variant>,
    /// The sizes.
    pub(crate) sizes: Vec<u64>,
    /// The records.
    pub(crate) view: View<'a>,
    /// Whether the directive names the Python, which is then no matter of choice.
    pub(crate) names_python: bool,
}

impl<'a> Query<'a> {
    /// Reads a slug, `variants=`, `n=` and `python=`: all variants at the headline size, by the
    /// headline Python, unless others are named.
    pub(super) fn read(page: &Page<'a>, words: &mut Words<'a>) -> Result<Self, Mistake> {
        Query::new(page, words, Words::variants)
    }

    /// Reads a slug and one variant, and the same options.
    pub(super) fn read_variant(page: &Page<'a>, words: &mut Words<'a>) -> Result<Self, Mistake> {
        Query::new(page, words, |words, scenario| Ok(vec![words.variant(scenario)?]))
    }

    fn new(
        page: &Page<'a>,
        words: &mut Words<'a>,
        variants: impl Fn(&mut Words<'a>, &'a Scenario) -> Result<Vec<&'a Variant>, Mistake>,
    ) -> Result<Self, Mistake> {
        let scenario = words.scenario(page.library)?;
        let python = words.python()?;
        Ok(Query {
            scenario,
            variants: variants(words, scenario)?,
            sizes: vec![words.size(scenario)?],
            view: page.view(scenario, python),
            names_python: python.is_some(),
        })
    }

    /// The size, where one is shown.
    pub(super) fn n(&self) -> u64 {
        self.sizes[0]
    }

    /// The cell of a variant at the size.
    pub(super) fn cell(&self, variant: &Variant) -> Option<&'a Cell> {
        self.view.cell(&self.scenario.slug, &variant.name, self.n())
    }

    /// A variant's metric at the size.
    pub(super) fn reading(&self, variant: &Variant, metric: Metric) -> Reading<'a> {
        reading(self.cell(variant), |cell| metric.of(cell))
    }

    /// A plot of the scenario: `what` it shows, in words.
    pub(super) fn drawing(&self, page: &mut Page<'_>, what: &str, plot: &impl Plot) -> String {
        let title = format!("{what}: {}", self.scenario.title);
        plot::on_page(plot, &page.identifier(), &title)
    }

    /// A drawing with its caption, and what it could not show: `holds` says whether a cell that did
    /// not fail has what is drawn.
    pub(super) fn figure(
        &self,
        drawing: Option<String>,
        caption: &str,
        holds: impl Fn(&Cell) -> bool,
    ) -> String {
        let drawing = drawing.unwrap_or_else(|| format!("<p>{}</p>", missing(self.scenario)));
        format!(
            "<figure class=\"hb-figure\">{drawing}<figcaption>{caption}{}{}</figcaption></figure>",
            self.gaps(&holds),
            self.version()
        )
    }

    /// What error bars say where there is one to be seen, and what is known of the spread of exact
    /// figures where not.
    pub(super) fn spread(&self, metric: Metric, is_seen: bool) -> &'static str {
        match (metric.unit(), is_seen) {
            (Unit::Nanos, true) => return " Error bars are the 95 % interval of that median.",
            (Unit::Nanos, false) => return "",
            (_, true) => return " Error bars run from the lowest to the highest where processes differed.",
            (_, false) => {}
        }
        let cells = self.cells();
        let processes = |cell: &&Cell| cell.memory.as_ref().map_or(0, Memory::process_count);
        if cells
            .iter()
            .filter_map(|cell| metric.of(cell))
            .any(Measured::is_incomplete)
        {
            " A figure marked ≥ is a lower bound: what was mapped past malloc, or child processes took, is not in it."
        } else if cells
            .iter()
            .any(|cell| matches!(metric.of(cell), Some(Measured::Range { .. })))
        {
            ""
        } else if cells.iter().any(|cell| processes(cell) == 1) {
            " A quick run’s figures come from one process each, so no spread is known of them."
        } else {
            " All processes agreed exactly."
        }
    }

    /// The version, where the directive names it; else it stands at the top of the page.
    pub(super) fn version(&self) -> String {
        let version = self.view.python_version(&self.scenario.slug);
        let version = version.filter(|_| self.names_python);
        version.map_or_else(String::new, |version| {
            format!(" CPython {}.", escape::html(version))
        })
    }

    /// The cells that exist, failed ones included.
    pub(super) fn cells(&self) -> Vec<&'a Cell> {
        let places = self
            .variants
            .iter()
            .flat_map(|variant| self.sizes.iter().map(move |&n| (variant, n)));
        places
            .filter_map(|(variant, n)| self.view.cell(&self.scenario.slug, &variant.name, n))
            .collect()
    }

    /// What a drawing cannot show: figures that failed, are missing, or are of other code.
    fn gaps(&self, holds: &impl Fn(&Cell) -> bool) -> String {
        let (mut text, mut absent, mut old) = (String::new(), Vec::new(), Vec::new());
        for variant in &self.variants {
            let name = code(&variant.name.to_string());
            let (mut failed_at, mut absent_at, mut failed_by, mut is_old) =
                (Vec::new(), Vec::new(), None, false);
            for &n in &self.sizes {
                match self.view.cell(&self.scenario.slug, &variant.name, n) {
                    Some(cell) if !cell.errors.is_empty() => {
                        failed_at.push(n);
                        failed_by = failed_by.or(cell.errors.first());
                    }
                    Some(cell) if holds(cell) => is_old |= is_outdated(self.scenario, cell),
                    _ => absent_at.push(n),
                }
            }
            if let Some(error) = failed_by {
                text.push_str(&format!(" {name}{} {}.", self.at(&failed_at), failure(error)));
            }
            if !absent_at.is_empty() {
                absent.push(format!("{name}{}", self.at(&absent_at)));
            }
            if is_old {
                old.push(name);
            }
        }
        if !absent.is_empty() {
            text.push_str(&format!(" Not measured: {}.", listed(&absent)));
        }
        if !old.is_empty() {
            text.push_str(&format!(" {}: {}.", stale_badge(self.scenario), listed(&old)));
        }
        text
    }

    /// At which of the sizes shown, where it is not all of them.
    fn at(&self, some: &[u64]) -> String {
        if some.len() == self.sizes.len() {
            return String::new();
        }
        let sizes: Vec<String> = some.iter().map(|&n| display::size(n)).collect();
        format!(" at {}", listed(&sizes))
    }
}
