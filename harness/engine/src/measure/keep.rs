//! A run whose records are kept: each cell goes to the journal as it ends, and is published between scenarios.

use super::{Ending, Event, Run};
use crate::plan::Plan;
use crate::project::Store;
use crate::record::{Cell, RecordsError};

/// What a kept run came to.
#[derive(Debug)]
pub struct Kept {
    /// How it ended.
    pub ending: Ending,
    /// The cells that failed; their records are kept too.
    pub failed: Vec<Cell>,
}

/// Measures every cell of the plan, keeps the records, and tells `observe` of each step.
///
/// Records that still stand are published with the new ones. Nothing is published while a time pass is under way: a
/// book that is being served would build itself anew beside the measurement.
///
/// # Errors
/// When a record cannot be kept or published. What was kept before is safe.
pub fn measure_and_keep(
    run: &Run<'_>,
    plan: &Plan<'_>,
    store: &mut Store,
    observe: &mut dyn FnMut(&Event<'_>),
) -> Result<Kept, RecordsError> {
    for cell in &plan.fresh {
        store.show(run.machine, cell.clone());
    }
    let mut failed = Vec::new();
    let ending = run.measure(plan, &mut |event| {
        match &event {
            Event::Began(..) => {}
            Event::Finished(cell) => {
                store.keep(run.machine, (*cell).clone())?;
                if !cell.errors.is_empty() {
                    failed.push((*cell).clone());
                }
            }
            Event::ScenarioEnded(_) => store.publish_if_due()?,
        }
        observe(&event);
        Ok(())
    })?;
    store.publish()?;
    Ok(Kept { ending, failed })
}
