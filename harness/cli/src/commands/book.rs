//! `heapbook book`: builds the book into `target/book`.

use anyhow::Context;
use clap::Args;

use crate::book;
use crate::output::say;
use crate::project::Root;
use crate::status::Status;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  heapbook book --open")]
pub(crate) struct BookOptions {
    /// Open the book in a browser
    #[arg(long)]
    open: bool,
}

/// Builds the book, says where it is, and opens it with `--open`.
pub(crate) fn run(root: &Root, options: &BookOptions) -> anyhow::Result<Status> {
    let index = book::build(&root.project()?)?;
    say!("The book: {}", index.display());
    if options.open {
        open::that(&index)
            .with_context(|| format!("cannot start a browser: open {} yourself", index.display()))?;
    }
    Ok(Status::Fine)
}
