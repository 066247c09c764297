//! The passes that need no neighbours: memory and lines, side by side where the run allows it, and resident.
//!
//! An exact figure is what one process did, whatever else the machine does; so these passes may share the machine.
//! The resident pass asks the system, whose pages are shared, and keeps the machine to itself.

use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Instant;

use super::{Amount, Event, Run, UnderWay, lines, memory, resident};
use crate::plan::PlannedCell;
use crate::record::Pass;

/// Runs the memory and lines passes of all cells, so many cells at a time as the run allows.
///
/// # Errors
/// Passes on the observer's error; the passes under way are finished first, and no others are begun.
pub(super) fn measure_side_by_side<E>(
    run: &Run<'_>,
    amount: &Amount,
    cells: &mut [UnderWay<'_>],
    observe: &mut dyn FnMut(Event<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let threads = run.jobs.get().min(cells.len());
    let waiting = Mutex::new(cells.iter_mut());
    let next = || waiting.lock().ok()?.next();
    let (sender, begun) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(|| {
                let sender = sender;
                while let Some(cell) = next() {
                    if measure(run, amount, cell, &sender).is_none() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        // The observer stays in this thread; once it refuses, the receiver is gone, and the threads end.
        for (planned, pass) in begun {
            observe(Event::Began(planned, pass))?;
        }
        Ok(())
    })
}

/// Runs one cell's passes. Nothing once nobody listens any more.
fn measure<'g>(
    run: &Run<'_>,
    amount: &Amount,
    cell: &mut UnderWay<'g>,
    sender: &Sender<(&'g PlannedCell<'g>, Pass)>,
) -> Option<()> {
    let began = Instant::now();
    sender.send((cell.planned, Pass::Memory)).ok()?;
    for process in 0..amount.memory_processes {
        if !run.is_interrupted() {
            memory::measure(cell, process, run.launcher);
        }
    }
    if !run.is_interrupted() {
        sender.send((cell.planned, Pass::Lines)).ok()?;
        lines::measure(cell, run.launcher);
    }
    cell.took(began.elapsed());
    Some(())
}

/// Runs the resident passes, one after another.
///
/// # Errors
/// Passes on the observer's error.
pub(super) fn measure_resident<E>(
    run: &Run<'_>,
    amount: &Amount,
    cells: &mut [UnderWay<'_>],
    observe: &mut dyn FnMut(Event<'_>) -> Result<(), E>,
) -> Result<(), E> {
    for cell in cells {
        let began = Instant::now();
        observe(Event::Began(cell.planned, Pass::Resident))?;
        for process in 0..amount.memory_processes {
            if !run.is_interrupted() {
                resident::measure(cell, process, run.launcher);
            }
        }
        cell.took(began.elapsed());
    }
    Ok(())
}
