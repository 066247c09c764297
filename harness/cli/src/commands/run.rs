//! `heapbook run`: measures what is not measured yet.

use std::path::PathBuf;
use std::time::Duration;

use heapbook_engine::project::Project;
use heapbook_engine::record::Effort;
use heapbook_engine::supervisor::Limits;

use super::{corpus, show_diagnostics};
use crate::arguments::RunOptions;
use crate::measuring::{self, Order};
use crate::status::Status;

/// Measures, shows what failed, and says so by the status.
pub(crate) fn run(project: &Project, options: &RunOptions) -> anyhow::Result<Status> {
    let order = Order {
        filters: options.filters.clone(),
        effort: if options.quick {
            Effort::Quick
        } else {
            Effort::Full
        },
        again: options.fresh,
        pythons: if options.pythons.is_empty() {
            vec![PathBuf::from("python3")]
        } else {
            options.pythons.clone()
        },
        output: options.output.clone(),
        limits: limits(options),
        jobs: options.jobs,
        shard: options.shard,
    };
    let corpus = corpus(project)?;
    let broken = !corpus.diagnostics.is_empty();
    show_diagnostics(&corpus.diagnostics);
    let status = measuring::measure(project, corpus, &order)?;
    Ok(if broken && status == Status::Fine {
        Status::Finding
    } else {
        status
    })
}

/// What the options say, and the usual where they are silent. Workers that run side by side share the memory.
fn limits(options: &RunOptions) -> Limits {
    let usual = Limits::default();
    let share = usual.memory_cap / options.jobs.get() as u64;
    Limits {
        deadline: Duration::from_secs(options.deadline),
        memory_cap: options.memory_cap.unwrap_or(share),
    }
}
