//! `heapbook` without a command: a quick run of everything, and the book.

use clap::Parser;
use heapbook_engine::supervisor::Limits;

use super::run::{self, RunOptions};
use crate::book;
use crate::output::remark;
use crate::project::Root;
use crate::session::processors;
use crate::status::Status;

/// Measures quickly, builds the book, and says where it is and what to do next.
pub(crate) fn run(root: &Root) -> anyhow::Result<Status> {
    // Exact figures are the same in parallel, and a reader waits; each worker has the usual limit.
    let (jobs, memory) = (processors().to_string(), Limits::default().memory_cap.to_string());
    let options = RunOptions::parse_from(["run", "--quick", "--jobs", &jobs, "--memory-cap", &memory]);
    let status = run::run(root, &options)?;
    if status == Status::Interrupted {
        return Ok(status);
    }
    let index = book::build(&root.project()?)?;
    remark!("The book, with this machine's figures: {}", index.display());
    remark!("Next: read it live with `mdbook serve book`, measure fully with `cargo heapbook run`,");
    remark!("or run the scenarios under criterion with `cargo bench`.");
    Ok(status)
}
