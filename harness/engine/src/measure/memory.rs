//! The memory pass of one cell: a process of its own, one measured call under the ledger.

use heapbook_protocol::call::{Collections, Digest, Leaks, Memory, Remarks};
use heapbook_protocol::{DigestAnswer, ErrorKind, Failure, Instrument};

use super::{UnderWay, hash_seed};
use crate::figures::Metric;
use crate::plan::Passes;
use crate::record::{MemoryProcess, ProgramRecord};
use crate::supervisor::{Launcher, Worker};
use heapbook_model::{Bytes, Language};

/// Calls after which live bytes are read: enough to tell a leak from a cache that fills once.
const LEAK_CALLS: u32 = 10;

/// Why a result has no digest that differs from process to process.
const DEPENDS: &str = "it depends on chance, hashes or addresses, and differs from process to process";

/// Measures the cell in one process, and puts the figures into its record. The first process also
/// gives what else the passes ask of it.
pub(super) fn measure(
    cell: &mut UnderWay<'_>,
    process: u32,
    passes: &Passes,
    launcher: &dyn Launcher,
) -> Result<(), Failure> {
    let planned = cell.planned;
    let seed = hash_seed(planned, "memory", process);
    let details = passes.details && process == 0;
    let repeated = details && cell.wants(passes, Metric::LeakedPerCall);
    let mut worker = launcher.launch(planned, Instrument::Ledger, seed)?;
    let call = Memory {
        warm_up: planned.subject.warms_up(),
        timeline: details,
        histogram: details,
    };
    let answer = worker.ask(call)?;
    let digest = passes.digest.then(|| worker.ask(Digest {})).transpose()?;
    let python = planned.subject.name().language == Language::Python;
    cell.memory().processes.push(MemoryProcess {
        count: 1,
        hash_seed: python.then_some(seed),
        warm_ups: answer.warm_ups,
        settled: answer.settled,
        first: answer.first.clone().map(Box::new),
        account: answer.account.clone(),
    });
    if details {
        cell.memory().timeline = answer.timeline;
        cell.memory().sizes = answer.sizes;
    }
    if details && python && cell.wants(passes, Metric::Collections) {
        cell.memory().collections = Some(worker.ask(Collections {})?);
    }
    if repeated && planned.subject.warms_up() {
        cell.memory().live_after_calls = left_by(&mut *worker)?;
    }
    if let Some(digest) = digest {
        keep_digest(cell, digest)?;
    }
    if let (true, Some(program)) = (python, &mut cell.record.program) {
        program.remarks = worker.ask(Remarks {})?.remarks;
    }
    worker.finish()?;
    if repeated && !planned.subject.warms_up() {
        let mut worker = launcher.launch(planned, Instrument::Ledger, seed)?;
        cell.memory().live_after_calls = left_by(&mut *worker)?;
        worker.finish()?;
    }
    Ok(())
}

/// Live bytes after each of several calls: of a process's first ones where nothing is warmed up,
/// since what the first one leaves is then what is to be seen.
fn left_by(worker: &mut dyn Worker) -> Result<Vec<Bytes>, Failure> {
    Ok(worker.ask(Leaks { calls: LEAK_CALLS })?.live_bytes)
}

/// Keeps the digest, which must be the same in every process of a variant; the result of a user's
/// program may depend on chance, and then compares with nothing.
fn keep_digest(cell: &mut UnderWay<'_>, answer: DigestAnswer) -> Result<(), Failure> {
    if let Some(program) = &mut cell.record.program {
        keep_result(program, &mut cell.record.digest, answer);
        return Ok(());
    }
    let Some(digest) = answer.digest else {
        return Ok(());
    };
    let before = cell.record.digest.replace(digest.clone());
    let Some(before) = before.filter(|before| *before != digest) else {
        return Ok(());
    };
    Err(Failure::new(
        ErrorKind::UnequalDigest,
        format!(
            "the digest is {digest} in this process and was {before} in the one before; \
             a variant's result must not depend on hashes, time or chance"
        ),
    ))
}

/// Keeps what the result of a user's program is compared by, which is nothing once two processes
/// differ.
fn keep_result(program: &mut ProgramRecord, kept: &mut Option<String>, answer: DigestAnswer) {
    let is_first = program.result.is_none();
    program.result = answer.shown;
    if !is_first && *kept != answer.digest {
        *kept = None;
        program.across = None;
        program.incomparable = Some(DEPENDS.to_owned());
    } else if is_first {
        *kept = answer.digest;
        program.across = answer.across;
        program.incomparable = answer.incomparable;
    }
}
