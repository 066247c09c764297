//! `heapbook preprocess`: mdBook's preprocessor, as a program. mdBook asks first whether the renderer is supported, and
//! then hands over the book as JSON.

use std::io;
use std::path::Path;

use anyhow::Context;
use heapbook_engine::project::Project;
use mdbook_preprocessor::Preprocessor;

use crate::arguments::{PreprocessOptions, PreprocessQuestion};
use crate::book::Expander;
use crate::status::Status;

/// Answers mdBook.
pub(crate) fn run(root: Option<&Path>, options: &PreprocessOptions) -> anyhow::Result<Status> {
    if let Some(PreprocessQuestion::Supports { renderer }) = &options.question {
        return Ok(if renderer == "html" {
            Status::Fine
        } else {
            Status::Finding
        });
    }
    let (context, book) = mdbook_preprocessor::parse_input(io::stdin())
        .context("standard input is no book: this command is called by mdBook, through book.toml")?;
    let project = Project::find(root.unwrap_or(&context.root))?;
    let expander = Expander::new(&project, &context.config)?;
    let book = expander.run(&context, book)?;
    serde_json::to_writer(io::stdout().lock(), &book).context("mdBook closed the pipe")?;
    Ok(Status::Fine)
}
