//! `heapbook` without a command: a quick pass over everything, and the book.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use heapbook_engine::project::Project;
use heapbook_engine::record::Effort;
use heapbook_engine::supervisor::Limits;

use super::{corpus, show_diagnostics};
use crate::book;
use crate::measuring::{self, Order};
use crate::output::remark;
use crate::status::Status;

/// Measures quickly, builds the book, says where it is and what to do next.
pub(crate) fn run(project: &Project) -> anyhow::Result<Status> {
    let order = Order {
        filters: Vec::new(),
        effort: Effort::Quick,
        again: false,
        pythons: vec![PathBuf::from("python3")],
        output: None,
        limits: Limits::default(),
        // Exact figures are the same side by side, and a reader waits.
        jobs: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        shard: None,
    };
    let corpus = corpus(project)?;
    let broken = !corpus.diagnostics.is_empty();
    show_diagnostics(&corpus.diagnostics);
    let status = measuring::measure(project, corpus, &order)?;
    if status == Status::Interrupted {
        return Ok(status);
    }
    let index = book::build(project)?;
    remark!("The book, with this machine's figures: {}", index.display());
    remark!("Next: read it live with `mdbook serve book`, measure fully with `cargo heapbook run`,");
    remark!("or run the scenarios under criterion with `cargo bench`.");
    Ok(if broken && status == Status::Fine {
        Status::Finding
    } else {
        status
    })
}
