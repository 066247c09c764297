//! The project that a command works on: where it is, its scenarios, and the mistakes in them.

use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use anyhow::Context;
use heapbook_engine::project::Project;
use heapbook_engine::record::Records;
use heapbook_engine::scenario::{Corpus, Diagnostic};
use heapbook_report::{visible, visible_line};

use crate::output::{complain_in_styles, complain_of};
use crate::status::Status;

/// Where to look for the project: at `--root`, or from the current folder upwards.
pub(crate) struct Root(pub(crate) Option<PathBuf>);

impl Root {
    /// The project.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn project(&self) -> anyhow::Result<Project> {
        let from = match &self.0 {
            Some(root) => root.clone(),
            None => std::env::current_dir().context("the current folder does not exist any more")?,
        };
        Ok(Project::find(&from)?)
    }
}

/// Reads records, and names each line that is left out.
pub(crate) fn read_records(path: &Path) -> anyhow::Result<Records> {
    let records = Records::read(path)?;
    warn_of_refused(&records);
    Ok(records)
}

/// The same; empty if there are none.
pub(crate) fn read_records_if_present(path: &Path) -> anyhow::Result<Records> {
    let records = Records::read_if_present(path)?.unwrap_or_default();
    warn_of_refused(&records);
    Ok(records)
}

/// Names the lines that were left out when records were read.
pub(crate) fn warn_of_refused(records: &Records) {
    for line in &records.refused {
        complain_of("warning: left out", line.to_string());
    }
}

/// The project's scenarios.
pub(crate) fn corpus(project: &Project) -> anyhow::Result<Corpus> {
    let folder = project.root.join("scenarios");
    Corpus::read(&project.root).with_context(|| format!("cannot read {}", folder.display()))
}

/// The project's valid scenarios. Mistakes in others are shown, and make the status a finding.
pub(crate) fn valid_corpus(project: &Project) -> anyhow::Result<(Corpus, Status)> {
    let corpus = corpus(project)?;
    show_diagnostics(&corpus.diagnostics);
    let status = Status::finding_if(!corpus.diagnostics.is_empty());
    Ok((corpus, status))
}

/// Shows each mistake with its file, its line, and what to write instead.
pub(crate) fn show_diagnostics(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let title = visible(&diagnostic.message);
        let title = Level::ERROR.primary_title(&*title);
        let file = visible_line(&diagnostic.file);
        let place: Element<'_> = match &diagnostic.place {
            Some(place) => Snippet::source(&place.text)
                .path(&*file)
                .annotation(AnnotationKind::Primary.span(place.span.clone()))
                .into(),
            None => Origin::path(&*file).into(),
        };
        let help = visible(&diagnostic.help);
        let help = Level::HELP.message(&*help);
        let report = [title.element(place).element(help)];
        complain_in_styles(&format!("{}\n\n", Renderer::styled().render(&report)));
    }
}

/// Writes a file, and makes its folder first.
pub(crate) fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    folder
        .and_then(|()| std::fs::write(file, text))
        .with_context(|| cannot_write(file))
}

/// Why a file could not be written, and what to look at.
pub(crate) fn cannot_write(file: &Path) -> String {
    format!(
        "cannot write {}: check the folder and its permissions",
        file.display()
    )
}

/// A file as it is shown: relative to the current folder if it lies within it.
pub(crate) fn shown(file: &Path) -> String {
    let folder = std::env::current_dir().ok();
    let within = folder.and_then(|folder| Some(file.strip_prefix(folder).ok()?.to_owned()));
    within.as_deref().unwrap_or(file).display().to_string()
}
