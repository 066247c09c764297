//! `heapbook book`: builds the book into `target/book`.

use anyhow::Context;
use heapbook_engine::project::Project;

use crate::arguments::BookOptions;
use crate::book;
use crate::output::say;
use crate::status::Status;

/// Builds, says where, and opens it if asked to.
pub(crate) fn run(project: &Project, options: &BookOptions) -> anyhow::Result<Status> {
    let index = book::build(project)?;
    say!("The book: {}", index.display());
    if options.open {
        open::that(&index)
            .with_context(|| format!("no browser could be started; open {} yourself", index.display()))?;
    }
    Ok(Status::Fine)
}
