//! The passes over all cells of a plan, one group after another.
//!
//! For each group (cells of one size): every cell's memory and lines passes, several cells at a
//! time, then the resident passes one by one, then the comparison of digests, then the time pass
//! over all cells together. A cell that fails is a record with its reason; the others go on.
//!
//! - `parallel`: the memory and lines passes, on several threads
//! - `memory`, `time`: one pass each
//! - `picture`: what names refer to in a small call, line by line
//! - `digests`: whether all variants gave the same result
//! - `programs`: plans of a user's programs, within limits
//! - `leaks`: what repeated calls of one program leave behind
//! - `keep`: a run whose records are kept
//! - `privacy`: no names of folders in records

mod digests;
mod keep;
mod leaks;
mod memory;
mod parallel;
mod picture;
mod privacy;
mod programs;
mod time;

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::figures::Metric;
use crate::plan::{Group, Passes, Plan, PlannedCell, Scope};
use crate::record::{Cell, CellError, ErrorKind, Lines, METHOD, Memory, Pass, ProgramRecord, Time};
use crate::runtime;
use crate::scenario::Subject;
use crate::supervisor::{Failure, Instrument, Launcher, Limits};
use heapbook_model::{Machine, Nanos, now};
use heapbook_protocol::{Call, call};

pub use heapbook_protocol::{LinesAnswer, Source};
pub use heapbook_protocol::{Origin, OriginsAnswer, Place};
pub use keep::{Kept, measure_and_keep};
pub use leaks::{Grown, LeakCalls, Leaks, Series};
pub use programs::Results;
use programs::{Need, fail_as_before};

/// A step of a run, for whoever shows progress or keeps records.
pub enum Event<'a> {
    /// A pass over a cell begins.
    Began(&'a PlannedCell<'a>, Pass),
    /// A cell is measured, or has failed: this is its record.
    Finished(&'a Cell),
    /// A size is left out, for a reason.
    LeftOut(u64, &'a str),
    /// All cells of a scenario are finished: the time to publish, since nothing is being timed.
    ScenarioEnded(&'a str),
}

/// A callback for each event; its error ends the run.
pub type Observer<'o, E> = &'o mut dyn FnMut(Event<'_>) -> Result<(), E>;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// All cells were measured.
    Completed,
    /// The interrupt flag was set; cells that were under way are not recorded.
    Interrupted,
}

/// Measures the cells of plans.
#[derive(Clone, Copy)]
pub struct Runner<'a> {
    /// Starts the workers.
    pub launcher: &'a dyn Launcher,
    /// The machine that cells name.
    pub machine: &'a Machine,
    /// Set by Ctrl-C: a run ends early.
    pub interrupted: &'a AtomicBool,
    /// How many cells' memory and lines passes run in parallel. Time and resident passes never do.
    pub jobs: NonZeroUsize,
}

/// A cell under way: what is planned, and its record so far.
struct UnderWay<'a> {
    planned: &'a PlannedCell<'a>,
    record: Cell,
}

impl Runner<'_> {
    /// Measures every cell of the plan and tells `observe` of each.
    ///
    /// # Errors
    /// Passes on the observer's error, which ends the run: a record that cannot be kept must not
    /// be followed by others.
    pub fn run<E>(&self, plan: &Plan<'_>, observe: Observer<'_, E>) -> Result<RunStatus, E> {
        self.run_within(None, plan, observe)
    }

    /// Measures group after group. With limits, a size is left out if the sizes before say that it
    /// would exceed them.
    fn run_within<E>(
        &self,
        limits: Option<Limits>,
        plan: &Plan<'_>,
        observe: Observer<'_, E>,
    ) -> Result<RunStatus, E> {
        let mut before: Option<(Need, Vec<UnderWay<'_>>)> = None;
        for (index, group) in plan.groups.iter().enumerate() {
            let mut cells = self.begin_all(group);
            let mut passes = group.passes;
            if let (Some(limits), Some((need, smaller))) = (limits, &before) {
                let expected = need.at(group.n);
                if let Some(reason) = expected.excess(limits) {
                    observe(Event::LeftOut(group.n, &reason))?;
                    continue;
                }
                fail_as_before(smaller, &mut cells);
                passes = expected.fit(passes);
            }
            let is_last = index + 1 == plan.groups.len();
            self.exact_passes(&passes, limits.map(|_| is_last), &mut cells, observe)?;
            let need = Need::of(group.n, &cells);
            digests::compare(&mut cells, &group.digests);
            if limits.is_some() {
                passes = need.fit(passes);
            }
            self.time_pass(&passes, &mut cells, observe)?;
            if self.is_interrupted() {
                return Ok(RunStatus::Interrupted);
            }
            for cell in &cells {
                observe(Event::Finished(&cell.record))?;
            }
            let next = plan.groups.get(index + 1);
            if next.and_then(Group::scenario) != group.scenario() {
                observe(Event::ScenarioEnded(group.scenario().unwrap_or_default()))?;
            }
            before = Some((need, cells));
        }
        Ok(RunStatus::Completed)
    }

    /// The passes that yield bytes and counts. `largest` says of users' programs whether this is
    /// the last size: their resident passes run beside the memory passes, at that size and wherever
    /// an account is incomplete.
    fn exact_passes<E>(
        &self,
        passes: &Passes,
        largest: Option<bool>,
        cells: &mut [UnderWay<'_>],
        observe: Observer<'_, E>,
    ) -> Result<(), E> {
        parallel::measure(self, passes, largest, cells, observe)?;
        let apart = largest.is_none() && passes.resident > 0;
        let is_wanted = |cell: &&mut UnderWay<'_>| {
            let metrics = [Metric::Resident, Metric::ResidentAfter];
            apart && metrics.iter().any(|&metric| cell.wants(passes, metric))
        };
        for cell in cells.iter_mut().filter(is_wanted) {
            observe(Event::Began(cell.planned, Pass::Resident))?;
            cell.timed(|cell| self.resident_pass(passes, cell));
        }
        Ok(())
    }

    /// Every process of a cell's resident pass.
    fn resident_pass(&self, passes: &Passes, cell: &mut UnderWay<'_>) {
        for process in 0..passes.resident {
            if !self.is_interrupted() {
                cell.run_pass(Pass::Resident, process, |cell| self.resident(cell, process));
            }
        }
    }

    fn time_pass<E>(
        &self,
        passes: &Passes,
        cells: &mut [UnderWay<'_>],
        observe: Observer<'_, E>,
    ) -> Result<(), E> {
        // Cells are compared with one another, so all are timed or none.
        let is_wanted = cells.iter().any(|cell| cell.wants(passes, Metric::Time));
        let Some(sampling) = passes.time.filter(|_| is_wanted) else {
            return Ok(());
        };
        let began = Instant::now();
        time::measure(cells, &sampling, self, observe)?;
        let share = began.elapsed() / cells.len().try_into().unwrap_or(u32::MAX);
        cells.iter_mut().for_each(|cell| cell.took(share));
        Ok(())
    }

    /// What each line of a Python variant did in one traced call.
    fn lines(&self, planned: &PlannedCell<'_>) -> Result<Lines, Failure> {
        let call = call::Lines {
            warm_up: true,
            steps: false,
        };
        let answer = self.ask_one(planned, Instrument::Tracer, "lines", call)?;
        Ok(answer.lines)
    }

    /// What each line of a user's program did in one traced call, and what is to be said of its
    /// calls.
    ///
    /// # Errors
    /// When the program fails, or its interpreter cannot be traced.
    pub fn lines_of_program(&self, planned: &PlannedCell<'_>) -> Result<(LinesAnswer, Vec<String>), Failure> {
        let seed = hash_seed(planned, "lines", 0);
        let mut worker = self.launcher.launch(planned, Instrument::Tracer, seed)?;
        let answer = worker.ask(call::Lines {
            warm_up: planned.subject.warms_up(),
            steps: false,
        })?;
        let remarks = worker.ask(call::Remarks {})?.remarks;
        worker.finish()?;
        Ok((answer, remarks))
    }

    /// Asks one thing of a worker that ends with it.
    fn ask_one<C: Call>(
        &self,
        planned: &PlannedCell<'_>,
        instrument: Instrument,
        pass: &str,
        call: C,
    ) -> Result<C::Answer, Failure> {
        let seed = hash_seed(planned, pass, 0);
        let mut worker = self.launcher.launch(planned, instrument, seed)?;
        let answer = worker.ask(call)?;
        worker.finish()?;
        Ok(answer)
    }

    /// The first call in a fresh process with nothing installed, as the system sees it.
    fn resident(&self, cell: &mut UnderWay<'_>, process: u32) -> Result<(), Failure> {
        let seed = hash_seed(cell.planned, "resident", process);
        let mut worker = self.launcher.launch(cell.planned, Instrument::System, seed)?;
        let seen = worker.ask(call::Resident {})?;
        cell.record.resident.get_or_insert_default().processes.push(seen);
        Ok(())
    }

    fn begin_all<'g>(&self, group: &'g Group<'g>) -> Vec<UnderWay<'g>> {
        let project = group.cells.first().and_then(|cell| cell.subject.project());
        let conditions = runtime::conditions(project);
        let begin = |planned: &'g PlannedCell<'g>| {
            let record = Cell {
                key: planned.key(self.machine.id()),
                measured_at: now(),
                harness: format!("{}+{}", env!("CARGO_PKG_VERSION"), heapbook_protocol::BUILD),
                source: planned.subject.source(),
                method: METHOD,
                effort: group.passes.effort,
                conditions: Some(conditions.clone()),
                program: program_record(planned.subject),
                digest: None,
                memory: None,
                time: None,
                lines: None,
                picture: None,
                resident: None,
                took_ns: None,
                errors: Vec::new(),
            };
            UnderWay { planned, record }
        };
        group.cells.iter().map(begin).collect()
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

impl UnderWay<'_> {
    fn failed(&mut self, pass: Pass, process: u32, failure: Failure) {
        let root = self.planned.subject.project().unwrap_or(Path::new("."));
        self.record.errors.push(CellError {
            pass,
            process,
            kind: failure.kind,
            message: privacy::without_folders(&failure.message, root),
        });
    }

    /// Does a process of a pass, unless the cell has failed. Its failure goes into the record, but
    /// for what a system or an interpreter cannot tell: that says nothing of the program, and the
    /// figure is left out.
    fn run_pass(&mut self, pass: Pass, process: u32, work: impl FnOnce(&mut Self) -> Result<(), Failure>) {
        if self.has_failed() {
            return;
        }
        match work(self) {
            Err(failure) if failure.kind != ErrorKind::Unsupported => self.failed(pass, process, failure),
            _ => {}
        }
    }

    /// Does a part of the measuring, and adds its time to what the cell took.
    fn timed(&mut self, work: impl FnOnce(&mut Self)) {
        let began = Instant::now();
        work(self);
        self.took(began.elapsed());
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

    /// Whether memory was taken that the account lacks.
    fn is_incomplete(&self) -> bool {
        let processes = self.record.memory.iter().flat_map(|memory| &memory.processes);
        processes
            .into_iter()
            .any(|process| process.account.is_incomplete())
    }

    /// Whether a figure is to be taken that costs a pass or calls of its own.
    fn wants(&self, passes: &Passes, metric: Metric) -> bool {
        let PlannedCell { subject, n, .. } = self.planned;
        passes.scope == Scope::All || subject.takes(metric, *n, passes.effort)
    }

    fn memory(&mut self) -> &mut Memory {
        self.record.memory.get_or_insert_default()
    }

    fn time(&mut self) -> &mut Time {
        self.record.time.get_or_insert_default()
    }
}

/// What the record of a user's program says of it.
fn program_record(subject: Subject<'_>) -> Option<ProgramRecord> {
    match subject {
        Subject::Variant(..) => None,
        Subject::Program(program) => Some(ProgramRecord {
            code: program.says.clone(),
            setup: program.setup().map(str::to_owned),
            result: None,
            remarks: Vec::new(),
            across: None,
            incomparable: None,
        }),
    }
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
        planned.subject.scenario(),
        &planned.subject.name().function,
        pass,
        &process.to_string(),
    ])
}

/// The hash seed that depends on these parts alone.
fn hash_seed_of(parts: &[&str]) -> u32 {
    // The lower half is as good as the whole; 0 would switch Python's hash randomisation off.
    (seed(parts) as u32).max(1)
}
