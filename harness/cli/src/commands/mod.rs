//! One module a command.

pub(crate) mod book;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod exercise;
pub(crate) mod export;
pub(crate) mod inspect;
pub(crate) mod leaks;
pub(crate) mod lines;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod new;
pub(crate) mod preprocess;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod shell;
pub(crate) mod tour;
pub(crate) mod try_programs;

use std::path::Path;

use crate::output::complain;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use anyhow::Context;
use heapbook_engine::project::Project;
use heapbook_engine::scenario::{Corpus, Diagnostic};

/// The project at `root`, or the one around the current folder.
pub(crate) fn project(root: Option<&Path>) -> anyhow::Result<Project> {
    let from = match root {
        Some(root) => root.to_owned(),
        None => std::env::current_dir().context("the current folder is gone")?,
    };
    Ok(Project::find(&from)?)
}

/// The project's scenarios.
pub(crate) fn corpus(project: &Project) -> anyhow::Result<Corpus> {
    let folder = project.root.join("scenarios");
    Corpus::read(&project.root).with_context(|| format!("cannot read {}", folder.display()))
}

/// Shows each mistake with its file, its line, and what to write instead.
pub(crate) fn show_diagnostics(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let title = Level::ERROR.primary_title(&diagnostic.message);
        let place: Element<'_> = match &diagnostic.place {
            Some(place) => Snippet::source(&place.text)
                .path(&diagnostic.file)
                .annotation(AnnotationKind::Primary.span(place.span.clone()))
                .into(),
            None => Origin::path(&diagnostic.file).into(),
        };
        let help = Level::HELP.message(&diagnostic.help);
        let report = [title.element(place).element(help)];
        complain!("{}\n", Renderer::styled().render(&report));
    }
}

/// A file as it is shown: from the current folder, where it lies within it.
pub(crate) fn shown(file: &Path) -> String {
    let folder = std::env::current_dir().ok();
    let within = folder.and_then(|folder| Some(file.strip_prefix(folder).ok()?.to_owned()));
    within.as_deref().unwrap_or(file).display().to_string()
}
