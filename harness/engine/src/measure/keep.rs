//! A run whose records are kept: each cell goes to the journal as it ends, and each scenario is
//! saved at its end.

use super::{Event, RunStatus, Runner, picture};
use crate::plan::{Plan, PlannedCell};
use crate::project::Store;
use crate::record::{Cell, CellError, ErrorKind, Pass, RecordsError};

/// How a run ended whose records are kept.
#[derive(Debug)]
pub struct Kept {
    /// How it ended.
    pub status: RunStatus,
    /// The cells that failed; their records are kept too.
    pub failed: Vec<Cell>,
}

/// Measures every cell of the plan, keeps the records, and tells `observe` of each step.
///
/// Records that are valid are saved with the new ones. Nothing is saved while a time pass is under
/// way: a book that is being served would build itself anew beside the measurement.
///
/// # Errors
/// When a record cannot be kept or saved. What was kept before is safe.
pub fn measure_and_keep(
    runner: &Runner<'_>,
    plan: &Plan<'_>,
    store: &mut Store,
    observe: &mut dyn FnMut(&Event<'_>),
) -> Result<Kept, RecordsError> {
    for key in &plan.valid {
        store.show_known(runner.machine, key);
    }
    let mut failed = Vec::new();
    for (planned, cell) in &plan.pictures {
        if runner.is_interrupted() {
            break;
        }
        observe(&Event::Began(planned, Pass::Objects));
        match with_picture(runner, planned, cell.clone()) {
            Ok(cell) => store.keep(runner.machine, cell)?,
            Err(cell) => failed.extend(cell.map(|cell| *cell)),
        }
    }
    let status = runner.run(plan, &mut |event| {
        match &event {
            Event::Began(..) | Event::LeftOut(..) => {}
            Event::Finished(cell) => {
                store.keep(runner.machine, (*cell).clone())?;
                if !cell.errors.is_empty() {
                    failed.push((*cell).clone());
                }
            }
            Event::ScenarioEnded(scenario) => store.save(scenario)?,
        }
        observe(&event);
        Ok(())
    })?;
    store.save_all()?;
    Ok(Kept { status, failed })
}

/// A valid record with the picture that it lacked. Else the record as it is shown for the failure,
/// which is not kept: its other figures are as good as before. What an interpreter cannot tell is
/// no failure.
fn with_picture(
    runner: &Runner<'_>,
    planned: &PlannedCell<'_>,
    mut cell: Cell,
) -> Result<Cell, Option<Box<Cell>>> {
    match picture::of(runner, planned) {
        Ok(picture) => {
            cell.picture = picture;
            Ok(cell)
        }
        Err(failure) if failure.kind == ErrorKind::Unsupported => Err(None),
        Err(failure) => {
            cell.errors.push(CellError {
                pass: Pass::Objects,
                process: 0,
                kind: failure.kind,
                message: failure.message,
            });
            Err(Some(Box::new(cell)))
        }
    }
}
