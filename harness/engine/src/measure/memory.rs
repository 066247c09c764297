//! The memory pass of one cell: a process of its own, one measured call under the ledger.

use heapbook_protocol::call::{Collections, Digest, Leaks, Memory};
use heapbook_protocol::{DigestAnswer, ErrorKind, Failure, Instrument, MemoryAnswer};

use super::{UnderWay, hash_seed};
use crate::record::{MemoryProcess, Pass};
use crate::supervisor::{Launcher, Worker};
use heapbook_model::Language;

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
    let mut worker = launcher.launch(planned, Instrument::Ledger, seed)?;
    let in_detail = planned.is_headline() && process == 0;
    let call = Memory {
        warm_up: planned.variant.warm_up,
        timeline: in_detail,
        histogram: in_detail,
    };
    let answer = worker.ask(call)?;
    let digest = worker.ask(Digest {})?;
    let python = planned.variant.name.language == Language::Python;
    cell.memory().processes.push(MemoryProcess {
        hash_seed: python.then_some(seed),
        warm_ups: answer.warm_ups,
        settled: answer.settled,
        account: answer.account.clone(),
    });
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
    cell.memory().sizes = answer.sizes;
    if python {
        cell.memory().collections = Some(worker.ask(Collections {})?);
    }
    let leaks = worker.ask(Leaks { calls: LEAK_CALLS })?;
    cell.memory().live_after_calls = leaks.live_bytes;
    Ok(())
}

/// Keeps the digest, which must be the same in every process.
fn keep_digest(cell: &mut UnderWay<'_>, answer: DigestAnswer) -> Result<(), Failure> {
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
