//! `heapbook preprocess`: mdBook's preprocessor, as a program. mdBook asks first whether the
//! renderer is supported, and then hands over the book as JSON.

use std::io;

use anyhow::Context;
use clap::{Args, Subcommand};
use heapbook_engine::project::Project;
use mdbook_preprocessor::Preprocessor;

use crate::book::Expander;
use crate::output;
use crate::project::Root;
use crate::status::Status;

#[derive(Debug, Args)]
pub(crate) struct PreprocessOptions {
    #[command(subcommand)]
    question: Option<PreprocessQuestion>,
}

#[derive(Debug, Subcommand)]
enum PreprocessQuestion {
    /// Whether a renderer is supported: exit status 0 if so
    Supports {
        /// The renderer's name
        renderer: String,
    },
}

/// Answers mdBook.
pub(crate) fn run(root: &Root, options: &PreprocessOptions) -> anyhow::Result<Status> {
    if let Some(PreprocessQuestion::Supports { renderer }) = &options.question {
        return Ok(Status::finding_if(renderer != "html"));
    }
    let (context, book) = mdbook_preprocessor::parse_input(io::stdin())
        .context("standard input is not a book: mdBook calls this command, by its book.toml")?;
    let project = Project::find(root.0.as_deref().unwrap_or(&context.root))?;
    let expander = Expander::new(&project, &context.config)?;
    let book = expander.run(&context, book)?;
    output::answer_json(&serde_json::to_string(&book).context("the book has no form in JSON")?);
    Ok(Status::Fine)
}
