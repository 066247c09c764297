//! The time pass of a group: one live worker for each cell, and samples taken in turn.
//!
//! In every round each variant is sampled once, in an order drawn anew from a seed: what disturbs the machine for a
//! while disturbs all variants of that round, and their ratio little.

use super::{Event, Run, UnderWay, hash_seed, memory, seed};
use crate::plan::PlannedCell;
use crate::record::{Pass, TimeProcess};
use crate::scenario::Language;
use crate::units::Nanos;
use crate::worker::{Call, Failure, TimeAnswer, Worker};

/// The least that a sample takes, so that the clock's own step and cost vanish in it.
const SAMPLE: Nanos = Nanos(5_000_000);

/// A cell with its worker, during one process of the pass.
struct Live {
    /// The cell's place in its group.
    cell: usize,
    worker: Box<dyn Worker>,
    iterations: u64,
    samples: TimeProcess,
}

/// Takes the samples of one process of each cell that has not failed.
pub(super) fn measure<E>(
    cells: &mut [UnderWay<'_>],
    process: u32,
    rounds: u32,
    run: &Run<'_>,
    observe: &mut dyn FnMut(Event<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut live = Vec::new();
    for (index, cell) in cells
        .iter_mut()
        .enumerate()
        .filter(|(_, cell)| !cell.has_failed())
    {
        if run.is_interrupted() {
            return Ok(());
        }
        observe(Event::Began(cell.planned, Pass::Time))?;
        match start(cell, index, process, run) {
            Ok(started) => live.push(started),
            Err(failure) => cell.failed(Pass::Time, process, failure),
        }
    }
    let mut random = fastrand::Rng::with_seed(order_seed(cells.first(), process));
    for round in 0..rounds {
        random.shuffle(&mut live);
        let mut lost = Vec::new();
        for (place, one) in live.iter_mut().enumerate() {
            if run.is_interrupted() {
                return Ok(());
            }
            if let Err(failure) = sample(one, round) {
                cells[one.cell].failed(Pass::Time, process, failure);
                lost.push(place);
            }
        }
        for place in lost.into_iter().rev() {
            live.swap_remove(place);
        }
    }
    for one in live {
        cells[one.cell].time().processes.push(one.samples);
    }
    Ok(())
}

/// Starts a worker and finds out how many calls fill a sample. That also warms it up.
fn start(cell: &UnderWay<'_>, index: usize, process: u32, run: &Run<'_>) -> Result<Live, Failure> {
    let planned: &PlannedCell<'_> = cell.planned;
    let seed = hash_seed(planned, "time", process);
    let mut worker = run.launcher.launch(planned, Pass::Time, seed)?;
    // One process calibrates and the others follow, so that all samples of a cell are of one kind.
    let known = cell
        .record
        .time
        .as_ref()
        .and_then(|time| time.processes.first()?.iterations.first().copied());
    let iterations = match known {
        Some(iterations) => {
            call(&mut *worker, 1)?;
            iterations
        }
        None => calibrate(&mut *worker, planned)?,
    };
    let python = planned.variant.name.language == Language::Python;
    let samples = TimeProcess {
        hash_seed: python.then_some(seed),
        ..TimeProcess::default()
    };
    Ok(Live {
        cell: index,
        worker,
        iterations,
        samples,
    })
}

/// The number of calls that take [`SAMPLE`]. Without warm-up it is one: a second call would find the first one's traces.
fn calibrate(worker: &mut dyn Worker, planned: &PlannedCell<'_>) -> Result<u64, Failure> {
    let mut iterations = 1;
    if !planned.variant.warm_up {
        return Ok(iterations);
    }
    loop {
        let took = call(worker, iterations)?.total_ns;
        if took >= SAMPLE {
            return Ok(iterations);
        }
        // Aim a little above, so that a faster spell does not end below; at most a hundredfold at a time, since the
        // first calls of a process are slow and a clock may say 0.
        let aim = SAMPLE.0.saturating_mul(iterations).saturating_mul(6) / 5;
        iterations = (aim / took.0.max(1)).clamp(iterations + 1, iterations.saturating_mul(100));
    }
}

fn sample(live: &mut Live, round: u32) -> Result<(), Failure> {
    let answer = call(&mut *live.worker, live.iterations)?;
    live.samples.round.push(round);
    live.samples.iterations.push(live.iterations);
    live.samples.total_ns.push(answer.total_ns);
    live.samples.cpu_ns.push(answer.cpu_ns);
    Ok(())
}

fn call(worker: &mut dyn Worker, iterations: u64) -> Result<TimeAnswer, Failure> {
    memory::read(worker.call(&Call::Time { iterations })?)
}

/// The seed of a process's order: of what the group is, so that the order can be repeated.
fn order_seed(first: Option<&UnderWay<'_>>, process: u32) -> u64 {
    let Some(first) = first else { return 0 };
    seed(&[
        &first.planned.scenario.slug,
        &first.planned.n.to_string(),
        "order",
        &process.to_string(),
    ])
}
