//! The memory pass of one cell: a process of its own, one measured call under the ledger.

use serde_json::Value;

use super::{UnderWay, hash_seed};
use crate::record::{ErrorKind, MemoryProcess, Pass, SizeClass};
use crate::worker::{Call, Digest, Failure, Launcher, LeaksAnswer, MemoryAnswer, Worker};
use heapbook_model::{Bytes, Language};

/// Calls after which live bytes are read: enough to tell a leak from a cache that fills once.
const LEAK_CALLS: u32 = 10;

/// Measures the cell in one process, and puts the figures or the failure into its record.
pub(super) fn measure(cell: &mut UnderWay<'_>, process: u32, launcher: &dyn Launcher) {
    if cell.has_failed() {
        return;
    }
    if let Err(failure) = try_measure(cell, process, launcher) {
        cell.failed(Pass::Memory, process, failure);
    }
}

fn try_measure(cell: &mut UnderWay<'_>, process: u32, launcher: &dyn Launcher) -> Result<(), Failure> {
    let planned = cell.planned;
    let seed = hash_seed(planned, "memory", process);
    let mut worker = launcher.launch(planned, Pass::Memory, seed)?;
    let in_detail = planned.is_headline() && process == 0;
    let call = Call::Memory {
        warm_up: planned.variant.warm_up,
        timeline: in_detail,
        histogram: in_detail,
    };
    let answer: MemoryAnswer = read(worker.call(&call)?)?;
    let digest: Digest = read(worker.call(&Call::Digest)?)?;
    let python = planned.variant.name.language == Language::Python;
    cell.memory()
        .processes
        .push(recorded(&answer, python.then_some(seed)));
    if in_detail {
        keep_details(cell, answer, &mut *worker)?;
    }
    keep_digest(cell, digest)?;
    worker.finish()
}

/// What is kept of one process at the headline size: the timeline, sizes, collections, and what several calls leave.
fn keep_details(
    cell: &mut UnderWay<'_>,
    answer: MemoryAnswer,
    worker: &mut dyn Worker,
) -> Result<(), Failure> {
    let python = cell.planned.variant.name.language == Language::Python;
    cell.memory().timeline = answer.timeline;
    cell.memory().sizes = answer.sizes.into_iter().map(size_class).collect();
    if python {
        cell.memory().collections = Some(read(worker.call(&Call::Collections)?)?);
    }
    let leaks: LeaksAnswer = read(worker.call(&Call::Leaks { calls: LEAK_CALLS })?)?;
    cell.memory().live_after_calls = leaks.live_bytes;
    Ok(())
}

fn size_class((up_to_bytes, allocations, bytes): (Bytes, u64, Bytes)) -> SizeClass {
    SizeClass {
        up_to_bytes,
        allocations,
        bytes,
    }
}

/// Keeps the digest, which must be the same in every process.
fn keep_digest(cell: &mut UnderWay<'_>, answer: Digest) -> Result<(), Failure> {
    if let Some(tried) = &mut cell.record.tried {
        tried.result = answer.shown;
    }
    let Some(digest) = answer.digest else {
        return Ok(());
    };
    if cell.record.tried.is_some() {
        // The result of anybody's program may depend on chance, and then compares with nothing.
        let first = cell.memory().processes.len() == 1;
        cell.record.digest =
            Some(digest).filter(|digest| first || cell.record.digest.as_ref() == Some(digest));
        return Ok(());
    }
    match &cell.record.digest {
        Some(before) if *before != digest => Err(Failure {
            kind: ErrorKind::UnequalDigest,
            message: format!(
                "the digest is {digest} in this process and was {before} in the one before; \
                 a variant's result must not depend on hashes, time or chance"
            ),
        }),
        _ => {
            cell.record.digest = Some(digest);
            Ok(())
        }
    }
}

fn recorded(answer: &MemoryAnswer, hash_seed: Option<u32>) -> MemoryProcess {
    let figures = answer.figures.clone();
    MemoryProcess {
        hash_seed,
        warm_ups: answer.warm_ups,
        settled: answer.settled,
        allocations: figures.allocations,
        reallocations: figures.reallocations,
        grown: figures.grown,
        shrunk: figures.shrunk,
        frees: figures.frees,
        allocated_bytes: figures.allocated_bytes,
        peak_bytes: figures.peak_bytes,
        result_bytes: figures.result_bytes,
        retained_bytes: figures.retained_bytes,
        retained_after_collection_bytes: figures.retained_after_collection_bytes,
        unknown_frees: figures.unknown_frees,
        domains: figures.domains,
        arenas: figures.arenas,
        ledger_bytes: figures.ledger_bytes,
    }
}

/// Reads an answer's value; one of another form is garbage.
pub(super) fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| Failure {
        kind: ErrorKind::Garbage,
        message: format!("the worker's answer has another form than the call's: {error}"),
    })
}
