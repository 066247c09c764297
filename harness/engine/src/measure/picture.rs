//! The objects pass: what names refer to after each line of a small call.
//!
//! Looking at objects makes objects. So what a line made and gave back comes from another process
//! that makes the same call under the tracer of lines, and the two are put together step by step.

use heapbook_protocol::{ErrorKind, Failure, Instrument, LinesAnswer, ObjectsAnswer, Seen, call};

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
    let lines = call::Lines { warm_up, made: true };
    let lines = runner.ask_one(&planned, Instrument::Tracer, "lines", lines)?;
    let objects = call::Objects { warm_up };
    let objects = runner.ask_one(&planned, Instrument::Ledger, "lines", objects)?;
    Ok(Some(Picture {
        n,
        total_steps: objects.total_steps,
        steps: put_together(&lines, objects)?,
    }))
}

/// The steps of one process with the bytes of the other's.
fn put_together(lines: &LinesAnswer, objects: ObjectsAnswer) -> Result<Vec<Step>, Failure> {
    let events = &lines.lines.events;
    let ran = objects.steps.iter().filter_map(|seen| seen.line);
    let is_same = ran.zip(events).all(|(line, (other, _))| line == *other)
        && objects.total_steps == lines.lines.total_events + 1;
    if !is_same || !lines.lines.settled {
        let message = "two calls of it ran other lines, so that its steps have no bytes of their own";
        return Err(Failure::new(ErrorKind::Unsupported, message.to_owned()));
    }
    let (mut made, mut live) = (0, 0);
    let mut figures = events.iter().zip(&lines.made);
    let step = |seen: Seen| {
        let (mut made_bytes, mut freed_bytes) = (0, 0);
        if seen.line.is_some()
            && let Some(((_, now_live), now_made)) = figures.next()
        {
            made_bytes = now_made.0 - made;
            freed_bytes = made_bytes - (now_live.0 - live);
            (made, live) = (now_made.0, now_live.0);
        }
        Step {
            made_bytes: Bytes(made_bytes),
            freed_bytes: Bytes(freed_bytes),
            live_bytes: Bytes(live),
            seen,
        }
    };
    Ok(objects.steps.into_iter().map(step).collect())
}
