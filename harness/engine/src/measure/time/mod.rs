//! The time pass of a group: one live worker for each cell, and interleaved samples.
//!
//! In every round each variant is sampled once, a few calls at a time, in slices whose order is
//! drawn anew from a recorded seed: what disturbs the machine for a while disturbs all variants of
//! that round, and their ratio little. Then new processes follow, with another hash seed and
//! memory layout, until the intervals are narrow enough or the budget is spent.
//!
//! - `sampling`: when enough is sampled
//! - `live`: a worker that is being timed
//! - `slices`: the parts that a sample is made in
//! - `order`: the order in which a round takes its programs
//! - `processor`: keeping the workers of a round on one processor
//! - `noise`: what else the machine did meanwhile

mod live;
mod noise;
mod order;
mod processor;
mod sampling;
mod slices;

use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::{Event, Observer, Runner, UnderWay, seed};
use crate::plan::{PlannedCell, Sampling};
use crate::record::Pass;
use crate::supervisor::{Failure, Instrument, Worker};
use live::Live;
use noise::Noise;
use slices::SLICES;

/// Takes the samples of each cell that has not failed, process after process.
pub(super) fn measure<E>(
    cells: &mut [UnderWay<'_>],
    sampling: &Sampling,
    runner: &Runner<'_>,
    observe: Observer<'_, E>,
) -> Result<(), E> {
    let (mut process, began) = (0, Instant::now());
    let mut leaving = Vec::new();
    let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let number = u64::try_from(epoch.as_millis()).unwrap_or(u64::MAX);
    while one_process(cells, process, sampling, runner, &mut leaving, observe)? {
        process += 1;
        for time in cells.iter_mut().filter_map(|cell| cell.record.time.as_mut()) {
            time.sampling = Some(number);
        }
        if let Some(stopped) = sampling::stops(sampling, process, began.elapsed(), cells) {
            for cell in cells.iter_mut().filter(|cell| !cell.has_failed()) {
                cell.time().stopped = Some(stopped);
            }
            return Ok(());
        }
    }
    Ok(())
}

/// Takes the samples of one process of each cell; false if no cell is left, or the run was
/// interrupted. The workers of the process before are `leaving`; its own do afterwards.
fn one_process<E>(
    cells: &mut [UnderWay<'_>],
    process: u32,
    sampling: &Sampling,
    runner: &Runner<'_>,
    leaving: &mut Vec<Box<dyn Worker>>,
    observe: Observer<'_, E>,
) -> Result<bool, E> {
    let which = [sampling.repetition, process];
    let launched = launch_all(cells, which, runner, std::mem::take(leaving), observe)?;
    if runner.is_interrupted() {
        return Ok(false);
    }
    let mut live = Vec::new();
    for (index, launched) in launched {
        match launched.and_then(|worker| Live::start(worker, cells, index, which, sampling.sample)) {
            Ok(started) => live.push(started),
            Err(failure) => cells[index].failed(Pass::Time, process, failure),
        }
    }
    if process == 0 {
        live::make_alike(&mut live);
    }
    keep_together(&mut live, process);
    let workers = live.iter().filter_map(|one| one.worker.process_number());
    let noise = Noise::begin(workers.collect());
    if !take_rounds(cells, &mut live, process, sampling, runner) {
        return Ok(false);
    }
    let disturbed = noise.end();
    let any = !live.is_empty();
    for mut one in live {
        one.samples.stolen_ns = disturbed.stolen;
        one.samples.others_thousandths = disturbed.others_thousandths;
        let time = cells[one.cell].time();
        time.calls = one.iterations;
        let (samples, worker) = one.into_samples();
        time.processes.push(samples);
        leaving.push(worker);
    }
    Ok(any)
}

/// A cell's index in its group, and its worker or why it did not start.
type Launched = (usize, Result<Box<dyn Worker>, Failure>);

/// Starts a worker for each cell that has not failed, in parallel: nothing is timed yet. Those that
/// are `leaving` end meanwhile.
fn launch_all<E>(
    cells: &[UnderWay<'_>],
    which: [u32; 2],
    runner: &Runner<'_>,
    leaving: Vec<Box<dyn Worker>>,
    observe: Observer<'_, E>,
) -> Result<Vec<Launched>, E> {
    let whole = || cells.iter().enumerate().filter(|(_, cell)| !cell.has_failed());
    for (_, cell) in whole() {
        observe(Event::Began(cell.planned, Pass::Time))?;
    }
    Ok(thread::scope(|scope| {
        let starting: Vec<_> = whole()
            .map(|(index, cell)| {
                let planned: &PlannedCell<'_> = cell.planned;
                let launch = move || {
                    let seed = live::hash_seed(planned, which);
                    runner.launcher.launch(planned, Instrument::Clock, seed)
                };
                (index, scope.spawn(launch))
            })
            .collect();
        for worker in leaving {
            scope.spawn(move || drop(worker));
        }
        let joined = starting.into_iter().map(|(index, thread)| match thread.join() {
            Ok(launched) => (index, launched),
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    }))
}

/// Keeps all workers on one processor, another one for each process, if all of them do nothing but
/// compute.
fn keep_together(live: &mut [Live], process: u32) {
    let allowed = processor::allowed();
    let numbers: Option<Vec<u32>> = live.iter().map(|one| one.worker.process_number()).collect();
    let (Some(numbers), true) = (numbers, live.iter().all(|one| one.computes)) else {
        return;
    };
    if allowed.len() < 2 {
        return;
    }
    let processor = allowed[process as usize % allowed.len()];
    if processor::keep_on(&numbers, processor) {
        for one in live {
            one.samples.processor = Some(processor);
        }
    }
}

/// Samples every worker once a round; a worker that fails is left out from then on. False if the
/// run was interrupted.
fn take_rounds(
    cells: &mut [UnderWay<'_>],
    live: &mut Vec<Live>,
    process: u32,
    sampling: &Sampling,
    runner: &Runner<'_>,
) -> bool {
    let order_seed = order_seed(cells.first(), [sampling.repetition, process]);
    let mut random = fastrand::Rng::with_seed(order_seed.into());
    for one in live.iter_mut() {
        one.samples.order_seed = Some(order_seed);
    }
    for _ in 0..sampling.rounds {
        order::draw(live, |one| one.place, &mut random);
        for slice in 0..SLICES {
            if !take_slices(cells, live, process, slice, runner) {
                return false;
            }
            // A drift over the round then weighs on the last as much as on the first.
            live.reverse();
        }
        live.iter_mut().for_each(Live::keep_sample);
    }
    true
}

/// One slice of every worker; a worker that fails is left out from then on. False if the run was
/// interrupted.
fn take_slices(
    cells: &mut [UnderWay<'_>],
    live: &mut Vec<Live>,
    process: u32,
    slice: u32,
    runner: &Runner<'_>,
) -> bool {
    let mut interrupted = false;
    live.retain_mut(|one| {
        interrupted |= runner.is_interrupted();
        if interrupted {
            return true;
        }
        let Err(failure) = one.take_slice(slice) else {
            return true;
        };
        cells[one.cell].failed(Pass::Time, process, failure);
        false
    });
    !interrupted
}

/// The seed of a process's order: of what the group is, so that the order can be repeated.
fn order_seed(first: Option<&UnderWay<'_>>, [repetition, process]: [u32; 2]) -> u32 {
    let Some(first) = first else { return 0 };
    // The lower half is as good as the whole, and any reader of JSON keeps it exactly.
    seed(&[
        first.planned.subject.scenario(),
        &first.planned.n.to_string(),
        "order",
        &repetition.to_string(),
        &process.to_string(),
    ]) as u32
}
