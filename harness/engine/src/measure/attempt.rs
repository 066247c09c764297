//! Programs of anybody's, side by side over several sizes: fewer processes than a scenario gets, and the same passes.
//!
//! All memory passes come first, from the smallest size up, so that a size that would not fit is known before it is tried; then all
//! time passes. Workers may be kept between sizes (see [`crate::supervisor::Pool`]).

use std::convert::Infallible;
use std::time::Duration;

use super::{Amount, Event, Run, Sampling, UnderWay, alone, time};
use crate::plan::{Group, PlannedCell};
use crate::record::{Cell, CellError, Pass};
use crate::runtime::PlannedRuntime;
use crate::scenario::Scenario;
use crate::supervisor::Failure;
use heapbook_model::VariantName;

/// Memory processes of a cell whose calls are short.
const MEMORY_PROCESSES: u32 = 2;

/// A call that takes longer is measured in one process for each pass.
const LONG_CALL: Duration = Duration::from_millis(250);

/// What measuring programs came to.
#[derive(Debug, Default)]
pub struct Attempt {
    /// The records, by size and then in the programs' order.
    pub cells: Vec<Cell>,
    /// The sizes that were not measured, each with the reason.
    pub left_out: Vec<(u64, String)>,
}

impl Attempt {
    /// Adds a failure that was known only after the records were made, to every cell of a program.
    pub fn failed(&mut self, program: &VariantName, pass: Pass, failure: Failure) {
        for cell in self.cells.iter_mut().filter(|cell| cell.key.variant == *program) {
            cell.errors.push(CellError {
                pass,
                process: 0,
                kind: failure.kind,
                message: failure.message.clone(),
            });
        }
    }
}

/// What one cell may use.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Bytes of memory.
    pub memory_bytes: u64,
    /// How long one call may take.
    pub call: Duration,
}

impl Run<'_> {
    /// Measures each variant of a scenario of programs on each runtime of its language, at every size that fits.
    ///
    /// # Errors
    /// Passes on the observer's error, which ends the run.
    pub fn attempt<E>(
        &self,
        scenario: &Scenario,
        runtimes: &[PlannedRuntime],
        allowance: Allowance,
        observe: &mut dyn FnMut(Event<'_>) -> Result<(), E>,
    ) -> Result<Attempt, E> {
        let groups = groups(scenario, runtimes);
        let mut attempt = Attempt::default();
        let measured = self.memory_passes(&groups, allowance, &mut attempt.left_out, observe)?;
        for mut cells in measured {
            let sampling = amount(longest_call(&cells)).time;
            time::measure(&mut cells, &sampling, self, observe)?;
            for cell in cells {
                observe(Event::Finished(&cell.record))?;
                attempt.cells.push(cell.record);
            }
        }
        Ok(attempt)
    }

    /// The memory passes alone, of every size that fits.
    pub fn memory_of_programs(
        &self,
        scenario: &Scenario,
        runtimes: &[PlannedRuntime],
        allowance: Allowance,
    ) -> Attempt {
        let groups = groups(scenario, runtimes);
        let mut attempt = Attempt::default();
        let Ok(measured) = self.memory_passes(&groups, allowance, &mut attempt.left_out, &mut |_| {
            Ok::<(), Infallible>(())
        });
        attempt.cells = measured.into_iter().flatten().map(|cell| cell.record).collect();
        attempt
    }

    /// The memory passes of all sizes that fit, from the smallest up.
    fn memory_passes<'g, E>(
        &self,
        groups: &'g [Group<'g>],
        allowance: Allowance,
        left_out: &mut Vec<(u64, String)>,
        observe: &mut dyn FnMut(Event<'_>) -> Result<(), E>,
    ) -> Result<Vec<Vec<UnderWay<'g>>>, E> {
        let mut measured: Vec<Vec<UnderWay<'g>>> = Vec::new();
        for group in groups {
            if let Some(reason) = does_not_fit(&measured, group.n, allowance) {
                left_out.push((group.n, reason));
                continue;
            }
            let mut cells = self.begin_all(group);
            fail_as_before(&measured, &mut cells);
            let amount = amount(expected_call(&measured, group.n));
            alone::measure_side_by_side(self, &amount, &mut cells, observe)?;
            measured.push(cells);
        }
        Ok(measured)
    }
}

/// A program that failed at a smaller size is not tried again: it would hang, or eat up all memory, once more.
fn fail_as_before(measured: &[Vec<UnderWay<'_>>], cells: &mut [UnderWay<'_>]) {
    let Some(before) = measured.last() else { return };
    for (cell, before) in cells.iter_mut().zip(before) {
        cell.record.errors.clone_from(&before.record.errors);
    }
}

fn groups<'a>(scenario: &'a Scenario, runtimes: &[PlannedRuntime]) -> Vec<Group<'a>> {
    scenario
        .sizes
        .iter()
        .map(|&n| group(scenario, n, runtimes))
        .collect()
}

fn group<'a>(scenario: &'a Scenario, n: u64, runtimes: &[PlannedRuntime]) -> Group<'a> {
    let cells = scenario.variants.iter().flat_map(|variant| {
        let language = variant.name.language;
        let fitting = runtimes
            .iter()
            .filter(move |runtime| runtime.runtime().language == language);
        fitting.map(move |runtime| PlannedCell {
            scenario,
            variant,
            n,
            runtime: runtime.clone(),
        })
    });
    Group {
        scenario,
        n,
        cells: cells.collect(),
        standing: Vec::new(),
    }
}

/// How much is measured of a cell whose calls take about so long.
fn amount(call: Duration) -> Amount {
    if call > LONG_CALL {
        return Amount {
            memory_processes: 1,
            time: Sampling {
                least_processes: 1,
                most_processes: 1,
                rounds: 3,
                ..Sampling::brief()
            },
        };
    }
    Amount {
        memory_processes: MEMORY_PROCESSES,
        time: Sampling::brief(),
    }
}

/// The longest call of these cells, as far as their memory passes tell.
fn longest_call(cells: &[UnderWay<'_>]) -> Duration {
    let calls = cells.iter().filter_map(|cell| {
        let took = Duration::from_nanos(cell.record.took_ns?.0);
        let processes = &cell.record.memory.as_ref()?.processes;
        // Each process also makes the measured call, and one for the digest.
        let made: u32 = processes.iter().map(|process| process.warm_ups + 2).sum();
        Some(took / made.max(1))
    });
    calls.max().unwrap_or_default()
}

/// How long a call at size `n` will take, if time grows with the size.
fn expected_call(measured: &[Vec<UnderWay<'_>>], n: u64) -> Duration {
    let Some(last) = measured.last() else {
        return Duration::ZERO;
    };
    longest_call(last).mul_f64(times_larger(last, n))
}

fn times_larger(last: &[UnderWay<'_>], n: u64) -> f64 {
    let before = last.first().map_or(n, |cell| cell.planned.n);
    n as f64 / before.max(1) as f64
}

/// Why a size is not to be tried, if the figures of the size before say so.
fn does_not_fit(measured: &[Vec<UnderWay<'_>>], n: u64, allowance: Allowance) -> Option<String> {
    let last = measured.last()?;
    let peaks = last.iter().filter_map(|cell| {
        let processes = &cell.record.memory.as_ref()?.processes;
        processes.iter().map(|process| process.account.peak_bytes.0).max()
    });
    let peak = peaks.max().unwrap_or_default() as f64 * times_larger(last, n);
    let call = expected_call(measured, n);
    if peak > allowance.memory_bytes as f64 {
        let (peak, most) = (peak as u64, allowance.memory_bytes);
        Some(format!(
            "it would need about {peak} bytes, {most} are allowed; allow more with --memory-cap"
        ))
    } else if call > allowance.call {
        let (call, most) = (call.as_secs(), allowance.call.as_secs());
        Some(format!(
            "a call would take about {call} s, {most} s are allowed; allow more with --deadline"
        ))
    } else {
        None
    }
}
