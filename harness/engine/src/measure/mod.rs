//! The passes over all cells of a plan, one group after another.
//!
//! For each group (a scenario at one size): every cell's memory and lines passes, which may run side by side, then
//! its resident passes, then the comparison of digests, then the time pass over all cells together. A cell that fails
//! is a record with its reason; the others go on.

mod alone;
mod attempt;
mod digests;
mod inspection;
mod keep;
mod lines;
mod memory;
mod privacy;
mod resident;
mod time;

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::plan::{Group, Plan, PlannedCell};
use crate::record::{Cell, CellError, Conditions, Effort, METHOD, Memory, Pass, Time, Tried};
use crate::runtime;
use crate::scenario::Code;
use crate::supervisor::{Failure, Launcher};
use heapbook_model::{Machine, Nanos, now};

pub use attempt::{Allowance, Attempt};
pub use inspection::{LeftBehind, Origin, Patience};
pub use keep::{Kept, measure_and_keep};
pub use time::Sampling;

/// How much a run measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    /// Memory processes of each cell.
    pub memory_processes: u32,
    /// How the time is sampled.
    pub time: Sampling,
}

impl Amount {
    /// What quick and full mean for a group of that size.
    fn of(effort: Effort, is_headline: bool) -> Self {
        let time = Sampling::of(effort);
        Amount {
            memory_processes: match effort {
                Effort::Quick => 1,
                Effort::Full => 3,
            },
            time: match is_headline {
                true => time,
                false => time.beside_the_headline(),
            },
        }
    }
}

/// What happens in a run, for whoever shows it or keeps it.
pub enum Event<'a> {
    /// A pass over a cell begins.
    Began(&'a PlannedCell<'a>, Pass),
    /// A cell is measured, or has failed: this is its record.
    Finished(&'a Cell),
    /// All cells of a scenario are finished: the time to publish, since nothing is being timed.
    ScenarioEnded(&'a str),
}

/// What a run was stopped by, other than its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All cells were measured.
    Complete,
    /// The interrupt flag was set; cells that were under way are not recorded.
    Interrupted,
}

/// A run: what it needs besides the plan.
pub struct Run<'a> {
    /// Starts the workers.
    pub launcher: &'a dyn Launcher,
    /// The machine that cells name.
    pub machine: &'a Machine,
    /// Quick or full.
    pub effort: Effort,
    /// Says when the run is to end early.
    pub interrupted: &'a AtomicBool,
    /// How many cells' memory and lines passes run side by side. Time and resident passes always run alone.
    pub jobs: NonZeroUsize,
}

/// A cell under way: what is planned, and its record so far.
struct UnderWay<'a> {
    planned: &'a PlannedCell<'a>,
    record: Cell,
}

impl Run<'_> {
    /// Measures every cell of the plan and tells `observe` of each.
    ///
    /// # Errors
    /// Passes on the observer's error, which ends the run: a record that cannot be kept must not be followed by others.
    pub fn measure<E>(
        &self,
        plan: &Plan<'_>,
        observe: &mut dyn FnMut(Event<'_>) -> Result<(), E>,
    ) -> Result<Ending, E> {
        for (index, group) in plan.groups.iter().enumerate() {
            let cells = self.measure_group(group, observe)?;
            if self.is_interrupted() {
                return Ok(Ending::Interrupted);
            }
            for cell in &cells {
                observe(Event::Finished(&cell.record))?;
            }
            let next = plan.groups.get(index + 1);
            if next.is_none_or(|next| next.scenario.slug != group.scenario.slug) {
                observe(Event::ScenarioEnded(&group.scenario.slug))?;
            }
        }
        Ok(Ending::Complete)
    }

    fn measure_group<'g, E>(
        &self,
        group: &'g Group<'g>,
        observe: &mut dyn FnMut(Event<'_>) -> Result<(), E>,
    ) -> Result<Vec<UnderWay<'g>>, E> {
        let is_headline = group.n == group.scenario.headline;
        let amount = Amount::of(self.effort, is_headline);
        let mut cells = self.begin_all(group);
        alone::measure_side_by_side(self, &amount, &mut cells, observe)?;
        // Most figures of the system's are quoted at the headline size, and a reader waits for a quick run.
        if is_headline || self.effort == Effort::Full {
            alone::measure_resident(self, &amount, &mut cells, observe)?;
        }
        digests::compare(&mut cells, &group.standing);
        let began = Instant::now();
        time::measure(&mut cells, &amount.time, self, observe)?;
        let share = began.elapsed() / cells.len().try_into().unwrap_or(u32::MAX);
        cells.iter_mut().for_each(|cell| cell.took(share));
        Ok(cells)
    }

    /// The time pass alone over one group, for what measures the method itself: the cells hold their times, or why there are none.
    pub fn time_group(&self, group: &Group<'_>, sampling: &Sampling) -> Vec<Cell> {
        let mut cells = self.begin_all(group);
        let Ok(()) = time::measure(&mut cells, sampling, self, &mut |_| Ok::<(), Infallible>(()));
        cells.into_iter().map(|cell| cell.record).collect()
    }

    fn begin_all<'g>(&self, group: &'g Group<'g>) -> Vec<UnderWay<'g>> {
        let scenario = group.scenario;
        let is_of_a_project = !scenario.directory().as_os_str().is_empty();
        let conditions = runtime::conditions(is_of_a_project.then(|| scenario.root()));
        let begin = |cell| self.begin(cell, conditions.clone());
        group.cells.iter().map(begin).collect()
    }

    fn begin<'g>(&self, planned: &'g PlannedCell<'g>, conditions: Conditions) -> UnderWay<'g> {
        let record = Cell {
            key: planned.key(self.machine.id()),
            measured_at: now(),
            harness: format!("{}+{}", env!("CARGO_PKG_VERSION"), heapbook_protocol::BUILD),
            source: planned.variant.source.clone(),
            method: METHOD,
            effort: self.effort,
            conditions: Some(conditions),
            tried: tried(planned),
            digest: None,
            memory: None,
            time: None,
            lines: None,
            resident: None,
            took_ns: None,
            errors: Vec::new(),
        };
        UnderWay { planned, record }
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

impl UnderWay<'_> {
    fn failed(&mut self, pass: Pass, process: u32, failure: Failure) {
        self.record.errors.push(CellError {
            pass,
            process,
            kind: failure.kind,
            message: privacy::without_folders(&failure.message, self.planned.scenario.root()),
        });
    }

    /// Adds to what the cell took.
    fn took(&mut self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let before = self.record.took_ns.unwrap_or_default();
        self.record.took_ns = Some(Nanos(before.0.saturating_add(nanos)));
    }

    fn has_failed(&self) -> bool {
        !self.record.errors.is_empty()
    }

    fn memory(&mut self) -> &mut Memory {
        self.record.memory.get_or_insert_with(|| Memory {
            processes: Vec::new(),
            timeline: None,
            sizes: Vec::new(),
            collections: None,
            live_after_calls: Vec::new(),
        })
    }

    fn time(&mut self) -> &mut Time {
        self.record.time.get_or_insert_default()
    }
}

/// What was tried, where the cell is of no scenario.
fn tried(planned: &PlannedCell<'_>) -> Option<Tried> {
    let variant = planned.variant;
    (variant.code != Code::Workload).then(|| Tried {
        code: variant.says.clone(),
        setup: match &variant.code {
            Code::Snippet(snippet) => snippet.setup.clone(),
            _ => None,
        },
        result: None,
    })
}

/// A seed that depends on what is measured alone, so that a run can be repeated in the same order.
fn seed(parts: &[&str]) -> u64 {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(parts.join("\n").as_bytes());
    u64::from_le_bytes(digest[..8].try_into().expect("a SHA-256 digest has 32 bytes"))
}

/// The hash seed of one process of a pass; Rust has none.
fn hash_seed(planned: &PlannedCell<'_>, pass: &str, process: u32) -> u32 {
    hash_seed_of(&[
        planned.scenario.slug.as_str(),
        &planned.variant.name.function,
        pass,
        &process.to_string(),
    ])
}

/// The hash seed that depends on these parts alone.
fn hash_seed_of(parts: &[&str]) -> u32 {
    // The lower half is as good as the whole; 0 would switch Python's hash randomisation off.
    (seed(parts) as u32).max(1)
}
