//! The objects pass: what names refer to after each line of a small call.
//!
//! Looking at objects makes objects. So what a line made and gave back comes from another process
//! that makes the same call under the tracer of lines, and the two are put together step by step.

use heapbook_protocol::{
    ErrorKind, Failure, Instrument, LinesAnswer, ObjectsAnswer, Seen, StepFigures, call,
};

use super::Runner;
use crate::plan::PlannedCell;
use crate::record::{Picture, Step};
use heapbook_model::Bytes;

/// The picture of a cell's subject, at the size that its scenario asks for; `None` if it asks for
/// none.
pub(super) fn of(runner: &Runner<'_>, planned: &PlannedCell<'_>) -> Result<Option<Picture>, Failure> {
    let Some(n) = planned.subject.watch() else {
        return Ok(None);
    };
    let planned = PlannedCell { n, ..planned.clone() };
    let warm_up = planned.subject.warms_up();
    let lines = call::Lines { warm_up, steps: true };
    let lines = runner.ask_one(&planned, Instrument::Tracer, "lines", lines)?;
    let objects = call::Objects {
        warm_ups: lines.warm_ups,
    };
    let objects = runner.ask_one(&planned, Instrument::Ledger, "lines", objects)?;
    Ok(Some(Picture {
        n,
        total_steps: objects.total_steps,
        spare_bytes: lines.lines.spare_bytes,
        steps: put_together(&lines, objects)?,
    }))
}

/// The steps of one process with the bytes of the other's.
fn put_together(lines: &LinesAnswer, objects: ObjectsAnswer) -> Result<Vec<Step>, Failure> {
    let figures = &lines.steps;
    let ran = objects.steps.iter().filter_map(|seen| seen.line);
    let is_same = ran.zip(figures).all(|(line, figures)| line == figures.line)
        && objects.total_steps == figures.len() as u64 + 1;
    if !is_same || !lines.lines.settled {
        let message = "two calls of it ran other lines, so that its steps have no bytes of their own";
        return Err(Failure::new(ErrorKind::Unsupported, message.to_owned()));
    }
    let mut before = StepFigures::default();
    let mut figures = figures.iter();
    let step = |seen: Seen| {
        let now = match seen.line {
            Some(_) => figures.next().copied().unwrap_or(before),
            None => before,
        };
        let made = now.made_bytes.0 - before.made_bytes.0;
        let freed = made - (now.live_bytes.0 - before.live_bytes.0);
        before = now;
        Step {
            made_bytes: Bytes(made),
            freed_bytes: Bytes(freed),
            live_bytes: now.live_bytes,
            seen,
        }
    };
    Ok(objects.steps.into_iter().map(step).collect())
}
