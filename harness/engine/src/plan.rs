//! Which cells are to be measured, by which passes, and which records are still valid.
//!
//! - `passes`: which passes run over a cell, and how much of each

mod passes;

use std::collections::BTreeSet;

use crate::record::{Cell, Effort, Records};
use crate::runtime::{Packages, PlannedRuntime};
use crate::scenario::{Corpus, Program, Scenario, Subject, Variant};
use crate::validity::Validity;
use heapbook_model::{CellKey, Language, Machine, MachineId};

pub use passes::{Passes, Sampling, Scope};

/// Which of the corpus's cells to measure.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Words of which a cell's `scenario/variant` must contain at least one; all cells if there
    /// are none.
    pub filters: Vec<String>,
    /// Quick or full.
    pub effort: Effort,
    /// Whether cells with a valid record are measured, too.
    pub remeasure: bool,
    /// Only the headline sizes.
    pub headline_only: bool,
}

/// The filters that match no variant of the corpus.
pub fn unmatched_filters<'a>(filters: &'a [String], corpus: &Corpus) -> Vec<&'a str> {
    let matches = |filter: &&String| {
        let filter = std::slice::from_ref(*filter);
        let mut scenarios = corpus.scenarios.iter();
        scenarios.any(|scenario| {
            let mut variants = scenario.variants.iter();
            variants.any(|variant| is_wanted(filter, scenario, variant))
        })
    };
    let unmatched = filters.iter().filter(|filter| !matches(filter));
    unmatched.map(String::as_str).collect()
}

/// The packages that the variants in Python require which the filters select, each once.
pub fn required_packages(corpus: &Corpus, filters: &[String]) -> Vec<String> {
    let variants = corpus.scenarios.iter().flat_map(|scenario| {
        let variants = scenario.variants.iter();
        variants.filter(|variant| {
            variant.name.language == Language::Python && is_wanted(filters, scenario, variant)
        })
    });
    let packages: BTreeSet<&String> = variants.flat_map(|variant| &variant.requires).collect();
    packages.into_iter().cloned().collect()
}

/// Work for a runner, in groups that are measured together.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    /// The groups, in the order in which they are measured.
    pub groups: Vec<Group<'a>>,
    /// The cells whose records are still valid, and so are not measured.
    pub valid: Vec<CellKey>,
    /// Those of them that lack a picture, which is all that is made.
    pub pictures: Vec<(PlannedCell<'a>, Cell)>,
    /// What is not measured here, and why.
    pub left_out: Vec<LeftOut>,
}

/// Cells of one size whose time samples are interleaved, so that they can be compared.
#[derive(Debug)]
pub struct Group<'a> {
    /// The size.
    pub n: u64,
    /// The cells to measure: all of one scenario, or all of programs.
    pub cells: Vec<PlannedCell<'a>>,
    /// The passes over each of them.
    pub passes: Passes,
    /// The digests of valid records beside them: all variants must give the same.
    pub digests: Vec<String>,
}

/// A cell to measure.
#[derive(Debug, Clone)]
pub struct PlannedCell<'a> {
    /// The variant or program.
    pub subject: Subject<'a>,
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

impl<'a> Group<'a> {
    /// The scenario's slug, or `program`; `None` if there is no cell.
    pub fn scenario(&self) -> Option<&'a str> {
        Some(self.cells.first()?.subject.scenario())
    }
}

impl PlannedCell<'_> {
    /// The key of its record on a machine.
    pub fn key(&self, machine: MachineId) -> CellKey {
        CellKey {
            scenario: self.subject.scenario().to_owned(),
            n: self.n,
            variant: self.subject.name().clone(),
            runtime: self.runtime.runtime().clone(),
            machine,
        }
    }
}

impl<'a> Plan<'a> {
    /// Plans every cell of the corpus that is selected, without those whose records are valid.
    pub fn of_corpus(
        corpus: &'a Corpus,
        selection: &Selection,
        runtimes: &[PlannedRuntime],
        machine: &Machine,
        known: &Records,
    ) -> Self {
        let mut plan = Plan::default();
        let machine = machine.id();
        for scenario in &corpus.scenarios {
            let runnable = plan.runnable(scenario, selection, runtimes);
            let sizes = scenario.sizes.iter().copied();
            for n in sizes.filter(|&n| !selection.headline_only || n == scenario.headline) {
                let mut group = Group {
                    n,
                    cells: Vec::new(),
                    passes: Passes::of_scenario(selection.effort, scenario, n),
                    digests: Vec::new(),
                };
                for &(variant, ref runtime) in &runnable {
                    let cell = PlannedCell {
                        subject: Subject::Variant(scenario, variant),
                        n,
                        runtime: runtime.clone(),
                    };
                    let key = cell.key(machine.clone());
                    let record = known.find(&key);
                    let validity = Validity::of(record, scenario, variant, selection.effort);
                    match record.filter(|_| validity == Validity::Valid && !selection.remeasure) {
                        Some(record) => {
                            plan.valid.push(key);
                            if n == scenario.headline && lacks_picture(record, variant) {
                                plan.pictures.push((cell, record.clone()));
                            }
                        }
                        None => group.cells.push(cell),
                    }
                }
                if !group.cells.is_empty() {
                    group.digests = digests_beside(scenario, &group, &machine, known);
                    plan.groups.push(group);
                }
            }
        }
        plan
    }

    /// Plans each program at each size, on each runtime of its language.
    pub fn of_programs(
        programs: &'a [Program],
        sizes: &[u64],
        runtimes: &[PlannedRuntime],
        passes: Passes,
    ) -> Self {
        let group = |&n: &u64| {
            let cells = programs.iter().flat_map(|program| {
                let runtimes = of_language(runtimes, program.name.language);
                runtimes.map(move |runtime| PlannedCell {
                    subject: Subject::Program(program),
                    n,
                    runtime: runtime.clone(),
                })
            });
            Group {
                n,
                cells: cells.collect(),
                passes,
                digests: Vec::new(),
            }
        };
        Plan {
            groups: sizes.iter().map(group).collect(),
            ..Plan::default()
        }
    }

    /// The number of cells to measure.
    pub fn cells(&self) -> usize {
        self.groups.iter().map(|group| group.cells.len()).sum()
    }

    /// The variants that are selected, each with the runtimes that can run it.
    fn runnable(
        &mut self,
        scenario: &'a Scenario,
        selection: &Selection,
        runtimes: &[PlannedRuntime],
    ) -> Vec<(&'a Variant, PlannedRuntime)> {
        let mut runnable = Vec::new();
        for variant in &scenario.variants {
            if !is_wanted(&selection.filters, scenario, variant) {
                continue;
            }
            for runtime in of_language(runtimes, variant.name.language) {
                match lacks(variant, runtime) {
                    None => {
                        let runtime = narrowed(runtime, variant);
                        let is_known = |(other, known): &(&Variant, PlannedRuntime)| {
                            other.name == variant.name && known.runtime() == runtime.runtime()
                        };
                        // Two environments of one build are one runtime to a variant that needs
                        // none of their packages.
                        if !runnable.iter().any(is_known) {
                            runnable.push((variant, runtime));
                        }
                    }
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

fn of_language(runtimes: &[PlannedRuntime], language: Language) -> impl Iterator<Item = &PlannedRuntime> {
    let runtimes = runtimes.iter();
    runtimes.filter(move |runtime| runtime.runtime().language == language)
}

/// Whether the variant's record has no picture of the size that its scenario asks for.
fn lacks_picture(record: &Cell, variant: &Variant) -> bool {
    let made_at = record.picture.as_ref().map(|picture| picture.n);
    variant.watch.is_some() && made_at != variant.watch
}

/// Whether one of the filters names the variant, or there are none.
pub(crate) fn is_wanted(filters: &[String], scenario: &Scenario, variant: &Variant) -> bool {
    let name = Subject::Variant(scenario, variant).to_string();
    filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()))
}

/// What the runtime lacks that the variant needs.
fn lacks(variant: &Variant, planned: &PlannedRuntime) -> Option<String> {
    let runtime = planned.runtime();
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
    let why = match &planned.interpreter()?.packages {
        Packages::Missing(why) => format!(": {why}"),
        Packages::Own | Packages::In(_) => String::new(),
    };
    Some(format!("{runtime} has no package {missing}{why}"))
}

/// The runtime with only the packages that the variant requires: others are no part of the cell's
/// identity. The environment that has them runs it.
fn narrowed(runtime: &PlannedRuntime, variant: &Variant) -> PlannedRuntime {
    let mut runtime = runtime.clone();
    if let PlannedRuntime::Python(interpreter) = &mut runtime {
        interpreter
            .runtime
            .packages
            .retain(|package, _| variant.requires.contains(package));
        if let (Packages::In(python), false) = (&interpreter.packages, variant.requires.is_empty()) {
            interpreter.executable.clone_from(python);
        }
    }
    runtime
}

/// The digests of the scenario's valid records at a group's size, of all runtimes, which are not
/// measured again: the group's cells must come to the same.
fn digests_beside(
    scenario: &Scenario,
    group: &Group<'_>,
    machine: &MachineId,
    known: &Records,
) -> Vec<String> {
    let records = scenario.variants.iter().flat_map(|variant| {
        let records = known.at(&scenario.slug, &variant.name, group.n);
        records.filter(|cell| {
            let is_measured_again = group.cells.iter().any(|planned| {
                *planned.subject.name() == cell.key.variant && *planned.runtime.runtime() == cell.key.runtime
            });
            let validity = Validity::of(Some(*cell), scenario, variant, Effort::Quick);
            cell.key.machine == *machine && validity == Validity::Valid && !is_measured_again
        })
    });
    records.filter_map(|cell| cell.digest.clone()).collect()
}
