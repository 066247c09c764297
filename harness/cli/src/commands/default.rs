//! `heapbook` without a command: a quick run of everything, and the book.

use std::time::{Duration, Instant};

use clap::Parser;
use heapbook_engine::project::Project;
use heapbook_engine::supervisor::Limits;

use super::run::{self, RunOptions};
use crate::book;
use crate::output::remark;
use crate::progress::Progress;
use crate::project::{Root, valid_corpus};
use crate::status::Status;

/// What building the book again and again may take of the whole: one part in so many.
const SHARE: u32 = 10;

/// Measures quickly, builds the book from the first lesson on, and says where it is and what to do
/// next.
pub(crate) fn run(root: &Root) -> anyhow::Result<Status> {
    let project = root.project()?;
    let (corpus, status) = valid_corpus(&project)?;
    // Exact figures are the same in parallel, and each worker has the usual limit.
    let memory = Limits::default().memory_cap.to_string();
    let options = RunOptions::parse_from(["run", "--quick", "--memory-cap", &memory]);
    let mut growing = Growing::default();
    let measured = run::measure(&project, corpus, &options, &mut |progress| {
        growing.lesson_ended(&project, progress);
    })?;
    if measured == Status::Interrupted {
        return Ok(measured);
    }
    let index = book::build(&project)?;
    remark!("The book, with this machine's figures: {}", index.display());
    remark!("Next: read it live with `mdbook serve book`, measure fully with `cargo heapbook run`,");
    remark!("or run the scenarios under criterion with `cargo bench`.");
    Ok(status.max(measured))
}

/// The book while its lessons are being measured.
#[derive(Default)]
struct Growing {
    /// When it was last built, and what that took.
    built: Option<(Instant, Duration)>,
}

impl Growing {
    /// Builds the book with the figures so far: after the first lesson, and then as often as it
    /// does not hold the measuring up.
    fn lesson_ended(&mut self, project: &Project, progress: &Progress) {
        let is_due = |(last, took): (Instant, Duration)| last.elapsed() >= took * SHARE;
        if !self.built.is_none_or(is_due) {
            return;
        }
        let began = Instant::now();
        // What keeps it from being built is told at the end, when it is built once more.
        if let Ok(index) = book::build(project)
            && self.built.is_none()
        {
            progress.say(&format!("Read it meanwhile, and reload: {}", index.display()));
        }
        self.built = Some((Instant::now(), began.elapsed()));
    }
}
