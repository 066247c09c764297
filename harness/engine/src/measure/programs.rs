//! Plans of a user's programs: a user waits for them, and nobody knows what they need.

use std::convert::Infallible;
use std::time::Duration;

use heapbook_model::VariantName;

use super::{Event, RunStatus, Runner, UnderWay};
use crate::plan::{Passes, Plan};
use crate::record::{Cell, CellError, Pass};
use crate::supervisor::{Failure, Limits, Pool};

/// A call that takes longer is measured in one process for each pass.
const LONG_CALL: Duration = Duration::from_millis(250);

/// The cells of a plan of programs.
#[derive(Debug, Default)]
pub struct Results {
    /// The records, by size and then in the programs' order.
    pub cells: Vec<Cell>,
    /// The sizes that were not measured, each with the reason.
    pub left_out: Vec<(u64, String)>,
}

impl Runner<'_> {
    /// Measures a plan of programs whose sizes rise, and collects the cells; `None` if
    /// interrupted.
    ///
    /// A size that would exceed the limits is left out, a program that failed is not run at larger
    /// sizes, and long calls are made in fewer processes. Workers are kept from size to size.
    pub fn results(
        &self,
        plan: &Plan<'_>,
        limits: Limits,
        observe: &mut dyn FnMut(&Event<'_>),
    ) -> Option<Results> {
        let pool = Pool::new(self.launcher);
        let runner = Runner {
            launcher: &pool,
            ..*self
        };
        let mut results = Results::default();
        let Ok(status) = runner.run_within(Some(limits), plan, &mut |event| {
            match &event {
                Event::Finished(cell) => results.cells.push((*cell).clone()),
                Event::LeftOut(n, reason) => results.left_out.push((*n, (*reason).to_owned())),
                Event::Began(..) | Event::ScenarioEnded(_) => {}
            }
            observe(&event);
            Ok::<(), Infallible>(())
        });
        for (program, instrument, failure) in pool.end() {
            results.failed(&program, instrument.into(), &failure);
        }
        (status == RunStatus::Completed).then_some(results)
    }
}

impl Results {
    /// Adds a failure that was known only after the records were made, to every cell of a program.
    fn failed(&mut self, program: &VariantName, pass: Pass, failure: &Failure) {
        let of_program = |cell: &&mut Cell| cell.key.variant == *program;
        for cell in self.cells.iter_mut().filter(of_program) {
            cell.errors.push(CellError {
                pass,
                process: 0,
                kind: failure.kind,
                message: failure.message.clone(),
            });
        }
    }
}

/// A program that failed at a smaller size is not run: it would hang, or use up all memory, once
/// more.
pub(super) fn fail_as_before(smaller: &[UnderWay<'_>], cells: &mut [UnderWay<'_>]) {
    for (cell, smaller) in cells.iter_mut().zip(smaller) {
        cell.record.errors.clone_from(&smaller.record.errors);
    }
}

/// What the most demanding program needs at a size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    n: u64,
    /// Bytes at the peak of a call.
    peak: f64,
    /// How long a call takes.
    call: Duration,
}

impl Need {
    /// As the memory passes of these cells saw it.
    pub(super) fn of(n: u64, cells: &[UnderWay<'_>]) -> Self {
        let peaks = cells.iter().filter_map(|cell| {
            let processes = &cell.record.memory.as_ref()?.processes;
            processes.iter().map(|process| process.account.peak_bytes.0).max()
        });
        // Where the first call of a process is measured, its start took most of the time.
        let warm = cells.iter().filter(|cell| cell.planned.subject.warms_up());
        let calls = warm.filter_map(|cell| {
            let took = Duration::from_nanos(cell.record.took_ns?.0);
            let processes = &cell.record.memory.as_ref()?.processes;
            // Each process also makes the measured call, and one for the digest.
            let made: u32 = processes.iter().map(|process| process.warm_ups + 2).sum();
            Some(took / made.max(1))
        });
        Need {
            n,
            peak: peaks.max().unwrap_or_default() as f64,
            call: calls.max().unwrap_or_default(),
        }
    }

    /// What is to be expected at another size, if the need grows with it.
    pub(super) fn at(self, n: u64) -> Self {
        let times = n as f64 / self.n.max(1) as f64;
        Need {
            n,
            peak: self.peak * times,
            call: self.call.mul_f64(times),
        }
    }

    /// Why it exceeds the limits, and what to do; `None` if it does not.
    pub(super) fn excess(self, limits: Limits) -> Option<String> {
        if self.peak > limits.memory_cap as f64 {
            let (peak, most) = (self.peak as u64, limits.memory_cap);
            Some(format!(
                "it would need about {peak} bytes, {most} are allowed; allow more with --memory-cap"
            ))
        } else if self.call > limits.deadline {
            let (call, most) = (self.call.as_secs(), limits.deadline.as_secs());
            Some(format!(
                "a call would take about {call} s, {most} s are allowed; allow more with --deadline"
            ))
        } else {
            None
        }
    }

    /// The passes that there is time for.
    pub(super) fn fit(self, passes: Passes) -> Passes {
        match self.call > LONG_CALL {
            true => passes.of_long_calls(),
            false => passes,
        }
    }
}
