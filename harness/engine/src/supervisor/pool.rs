//! Workers that are kept between the sizes of one program, so that a handful of starts serve a
//! whole table.
//!
//! A worker serves one program, one instrument and one hash seed all its life; from one size to
//! the next it only runs the set-up again. A scenario is measured in processes of its own all the
//! same: there nothing of one size may be left in another's caches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use heapbook_protocol::call::Size;
use heapbook_protocol::{Failure, Instrument, Request};
use serde_json::Value;

use super::{Launcher, Worker};
use crate::plan::PlannedCell;
use heapbook_model::VariantName;

/// What a kept worker can be used for again: its variant, interpreter, instrument and hash seed.
type Use = (VariantName, String, Instrument, u32);

/// The workers that wait for their next size.
type Idle = Arc<Mutex<HashMap<Use, Box<dyn Worker>>>>;

/// Starts workers by another launcher, and keeps them.
pub struct Pool<'a> {
    launcher: &'a dyn Launcher,
    idle: Idle,
}

impl<'a> Pool<'a> {
    /// A pool of workers that this launcher starts.
    pub fn new(launcher: &'a dyn Launcher) -> Self {
        Pool {
            launcher,
            idle: Idle::default(),
        }
    }

    /// Ends every worker.
    ///
    /// # Errors
    /// The failures of those that left processes behind, each with its variant and instrument.
    pub fn end(self) -> Vec<(VariantName, Instrument, Failure)> {
        let idle = std::mem::take(&mut *lock(&self.idle));
        // Each takes a while to end.
        thread::scope(|scope| {
            let ending = idle.into_iter().map(|((name, _, instrument, _), mut worker)| {
                scope.spawn(move || Some((name, instrument, worker.finish().err()?)))
            });
            let ending: Vec<_> = ending.collect();
            let failed = ending.into_iter().filter_map(|thread| match thread.join() {
                Ok(failed) => failed,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            failed.collect()
        })
    }
}

impl Launcher for Pool<'_> {
    fn launch(
        &self,
        cell: &PlannedCell<'_>,
        instrument: Instrument,
        hash_seed: u32,
    ) -> Result<Box<dyn Worker>, Failure> {
        if !cell.subject.warms_up() {
            // The call that is measured is the first of its process.
            return self.launcher.launch(cell, instrument, hash_seed);
        }
        let purpose = (
            cell.subject.name().clone(),
            cell.runtime.runtime().to_string(),
            instrument,
            hash_seed,
        );
        let kept = lock(&self.idle).remove(&purpose);
        let worker = match kept {
            Some(mut worker) => {
                worker.ask(Size { n: cell.n })?;
                worker
            }
            None => self.launcher.launch(cell, instrument, hash_seed)?,
        };
        Ok(Box::new(Pooled {
            worker: Some(worker),
            purpose,
            idle: Arc::clone(&self.idle),
        }))
    }
}

/// A worker of the pool, to which it returns when it is dropped, unless it has failed.
struct Pooled {
    /// Absent once it has failed.
    worker: Option<Box<dyn Worker>>,
    purpose: Use,
    idle: Idle,
}

impl Worker for Pooled {
    fn call(&mut self, request: Request) -> Result<Value, Failure> {
        let worker = self
            .worker
            .as_mut()
            .expect("a worker that failed once is not asked again");
        let answer = worker.call(request);
        if answer.is_err() {
            self.worker = None;
        }
        answer
    }

    fn process_number(&self) -> Option<u32> {
        self.worker.as_ref()?.process_number()
    }

    /// What it left behind shows when the pool ends.
    fn finish(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            lock(&self.idle).insert(self.purpose.clone(), worker);
        }
    }
}

/// A thread that panicked while it held the lock left the map whole: it is only ever given or
/// deprived of an entry.
fn lock(idle: &Idle) -> std::sync::MutexGuard<'_, HashMap<Use, Box<dyn Worker>>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
