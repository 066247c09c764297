//! The memory and lines passes, which run in parallel if the run allows it, and the resident passes
//! of users' programs.
//!
//! An exact figure is what one process did, whatever else the machine does; so these passes may
//! share the machine. What is resident is little moved by it, and is a range at best.

use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};
use std::thread;

use super::{Event, Observer, Runner, UnderWay, memory, picture};
use crate::plan::{Passes, PlannedCell};
use crate::record::Pass;
use heapbook_model::Language;

/// Runs the memory and lines passes of all cells, as many cells at a time as the runner has jobs;
/// with `largest`, the resident passes as well, at the largest size or where an account is
/// incomplete.
///
/// # Errors
/// Passes on the observer's error; the passes under way are finished first, and no others are
/// begun.
pub(super) fn measure<E>(
    runner: &Runner<'_>,
    passes: &Passes,
    largest: Option<bool>,
    cells: &mut [UnderWay<'_>],
    observe: Observer<'_, E>,
) -> Result<(), E> {
    let threads = runner.jobs.get().min(cells.len());
    let waiting = Mutex::new(cells.iter_mut());
    let next = || waiting.lock().ok()?.next();
    let (sender, begun) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(|| {
                let sender = sender;
                while let Some(cell) = next() {
                    let mut heard = Some(());
                    cell.timed(|cell| heard = measure_cell(runner, passes, largest, cell, &sender));
                    if heard.is_none() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        // The observer stays in this thread; once it refuses, the receiver is gone, and the
        // threads end.
        for (planned, pass) in begun {
            observe(Event::Began(planned, pass))?;
        }
        Ok(())
    })
}

/// Runs one cell's passes; `None` once nobody listens any more.
fn measure_cell<'g>(
    runner: &Runner<'_>,
    passes: &Passes,
    largest: Option<bool>,
    cell: &mut UnderWay<'g>,
    sender: &Sender<(&'g PlannedCell<'g>, Pass)>,
) -> Option<()> {
    if passes.memory > 0 {
        sender.send((cell.planned, Pass::Memory)).ok()?;
    }
    for process in 0..passes.memory {
        if !runner.is_interrupted() {
            cell.run_pass(Pass::Memory, process, |cell| {
                memory::measure(cell, process, passes, runner.launcher)
            });
        }
    }
    if passes.lines && !runner.is_interrupted() {
        sender.send((cell.planned, Pass::Lines)).ok()?;
        if cell.planned.subject.name().language == Language::Python {
            cell.run_pass(Pass::Lines, 0, |cell| {
                cell.record.lines = Some(runner.lines(cell.planned)?);
                Ok(())
            });
        }
    }
    if passes.pictures && cell.planned.subject.watch().is_some() && !runner.is_interrupted() {
        sender.send((cell.planned, Pass::Objects)).ok()?;
        cell.run_pass(Pass::Objects, 0, |cell| {
            cell.record.picture = picture::of(runner, cell.planned)?;
            Ok(())
        });
    }
    let seen_by_system = largest.is_some_and(|largest| largest || cell.is_incomplete());
    if passes.resident > 0 && seen_by_system && !runner.is_interrupted() {
        sender.send((cell.planned, Pass::Resident)).ok()?;
        runner.resident_pass(passes, cell);
    }
    Some(())
}
