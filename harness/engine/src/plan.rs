//! Which cells are to be measured, and which records still stand.

use crate::record::{Cell, Effort, Records};
use crate::runtime::PlannedRuntime;
use crate::scenario::{Corpus, Scenario, Variant};
use crate::validity::Validity;
use heapbook_model::{CellKey, Language, Machine, MachineId, Runtime};

/// What to measure and on what.
#[derive(Debug, Clone)]
pub struct Request {
    /// Words that a cell's `scenario/variant` must contain, one of them at least; all cells where there are none.
    pub filters: Vec<String>,
    /// Quick or full.
    pub effort: Effort,
    /// Measure again what is fresh, too.
    pub again: bool,
    /// Only the headline sizes.
    pub headline_only: bool,
}

impl Request {
    /// The filters that match no variant of the corpus.
    pub fn names_nothing(&self, corpus: &Corpus) -> Vec<&str> {
        let matches = |filter: &&String| {
            let filter = std::slice::from_ref(*filter);
            let mut scenarios = corpus.scenarios.iter();
            scenarios.any(|scenario| {
                let mut variants = scenario.variants.iter();
                variants.any(|variant| is_wanted(filter, scenario, variant))
            })
        };
        let idle = self.filters.iter().filter(|filter| !matches(filter));
        idle.map(String::as_str).collect()
    }
}

/// The work of a run, in groups that are measured together.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The groups, in the corpus's order.
    pub groups: Vec<Group<'a>>,
    /// Records that still stand.
    pub fresh: Vec<Cell>,
    /// What is not measured here, and why.
    pub left_out: Vec<LeftOut>,
}

/// The cells of one scenario at one size: their time samples are interleaved.
#[derive(Debug)]
pub struct Group<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The size.
    pub n: u64,
    /// The cells to measure.
    pub cells: Vec<PlannedCell<'a>>,
    /// The digests of records that stand and are not measured again: all variants must give the same.
    pub standing: Vec<String>,
}

/// A cell to measure.
#[derive(Debug, Clone)]
pub struct PlannedCell<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The variant.
    pub variant: &'a Variant,
    /// The size.
    pub n: u64,
    /// The runtime; for Python with its executable.
    pub runtime: PlannedRuntime,
}

/// A variant that a runtime cannot run. It is not measured, which is no failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The scenario's slug.
    pub scenario: String,
    /// The variant's name.
    pub variant: String,
    /// The runtime, and what it lacks.
    pub reason: String,
}

impl PlannedCell<'_> {
    /// The key of its record on a machine.
    pub fn key(&self, machine: MachineId) -> CellKey {
        CellKey {
            scenario: self.scenario.slug.clone(),
            n: self.n,
            variant: self.variant.name.clone(),
            runtime: self.runtime.runtime().clone(),
            machine,
        }
    }

    /// Whether the size is the one that tables quote.
    pub fn is_headline(&self) -> bool {
        self.n == self.scenario.headline
    }
}

impl<'a> Plan<'a> {
    /// Makes the plan: every cell that the request names, less those whose records still stand.
    pub fn make(
        corpus: &'a Corpus,
        request: &Request,
        runtimes: &[PlannedRuntime],
        machine: &Machine,
        known: &Records,
    ) -> Self {
        let mut plan = Plan {
            groups: Vec::new(),
            fresh: Vec::new(),
            left_out: Vec::new(),
        };
        let machine = machine.id();
        for scenario in &corpus.scenarios {
            let runnable = plan.runnable(scenario, request, runtimes);
            let sizes = scenario.sizes.iter().copied();
            for n in sizes.filter(|&n| !request.headline_only || n == scenario.headline) {
                let mut group = Group {
                    scenario,
                    n,
                    cells: Vec::new(),
                    standing: Vec::new(),
                };
                for (variant, runtime) in &runnable {
                    let cell = PlannedCell {
                        scenario,
                        variant,
                        n,
                        runtime: runtime.clone(),
                    };
                    let key = cell.key(machine.clone());
                    let mut records = known.cells_of(&key.scenario, &key.variant, n);
                    let record = records.find(|record| record.key == key);
                    let validity = Validity::of(record, scenario, variant, request.effort);
                    match record.filter(|_| validity == Validity::Valid && !request.again) {
                        Some(record) => plan.fresh.push(record.clone()),
                        None => group.cells.push(cell),
                    }
                }
                if !group.cells.is_empty() {
                    group.standing = digests_beside(&group, &machine, known);
                    plan.groups.push(group);
                }
            }
        }
        plan
    }

    /// The number of cells to measure.
    pub fn cells(&self) -> usize {
        self.groups.iter().map(|group| group.cells.len()).sum()
    }

    /// The variants that the request names, each with the runtimes that can run it.
    fn runnable(
        &mut self,
        scenario: &'a Scenario,
        request: &Request,
        runtimes: &[PlannedRuntime],
    ) -> Vec<(&'a Variant, PlannedRuntime)> {
        let mut runnable = Vec::new();
        for variant in &scenario.variants {
            if !is_wanted(&request.filters, scenario, variant) {
                continue;
            }
            for runtime in runtimes
                .iter()
                .filter(|runtime| runtime.runtime().language == variant.name.language)
            {
                match lacks(variant, runtime.runtime()) {
                    None => runnable.push((variant, narrowed(runtime, variant))),
                    Some(reason) => self.left_out.push(LeftOut {
                        scenario: scenario.slug.clone(),
                        variant: variant.name.to_string(),
                        reason,
                    }),
                }
            }
        }
        runnable
    }
}

/// Whether one of the filters names the variant, or there are none.
pub(crate) fn is_wanted(filters: &[String], scenario: &Scenario, variant: &Variant) -> bool {
    let name = format!("{}/{}", scenario.slug, variant.name);
    filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()))
}

/// What the runtime lacks that the variant needs.
fn lacks(variant: &Variant, runtime: &Runtime) -> Option<String> {
    if variant.name.language == Language::Rust {
        return None;
    }
    if let Some(versions) = &variant.python
        && !runtime
            .version
            .parse()
            .is_ok_and(|version: pep440_rs::Version| versions.contains(&version))
    {
        return Some(format!(
            "it is for Python {versions}, this is {}",
            runtime.version
        ));
    }
    let missing = variant
        .requires
        .iter()
        .find(|package| !runtime.packages.contains_key(*package))?;
    Some(format!("{runtime} has no package {missing}"))
}

/// The runtime with only the packages that the variant requires: others are no part of the cell's identity.
fn narrowed(runtime: &PlannedRuntime, variant: &Variant) -> PlannedRuntime {
    let mut runtime = runtime.clone();
    if let PlannedRuntime::Python(interpreter) = &mut runtime {
        interpreter
            .runtime
            .packages
            .retain(|package, _| variant.requires.contains(package));
    }
    runtime
}

/// The digests of the scenario's valid records at a group's size, of all runtimes, which are not
/// measured again: the group's cells must come to the same. Programs of a user may
/// differ and do not count.
fn digests_beside(group: &Group<'_>, machine: &MachineId, known: &Records) -> Vec<String> {
    let alike = group
        .scenario
        .variants
        .iter()
        .filter(|variant| variant.results_must_agree());
    let records = alike.flat_map(|variant| {
        let records = known.cells_of(&group.scenario.slug, &variant.name, group.n);
        records.filter(|cell| {
            let is_measured_again = group.cells.iter().any(|planned| {
                planned.variant.name == cell.key.variant && *planned.runtime.runtime() == cell.key.runtime
            });
            let validity = Validity::of(Some(*cell), group.scenario, variant, Effort::Quick);
            cell.key.machine == *machine && validity == Validity::Valid && !is_measured_again
        })
    });
    records.filter_map(|cell| cell.digest.clone()).collect()
}
