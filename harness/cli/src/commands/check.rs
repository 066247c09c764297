//! `heapbook check`: whether files, records, claims and pages are as they should be.

mod claims;
mod exercises;
mod pages;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use heapbook_engine::diagnosis::{self, FoldedAway};
use heapbook_engine::record::{Cell, Effort, Records, View};
use heapbook_engine::scenario::{Corpus, Scenario};
use heapbook_engine::validity::Validity;
use heapbook_report::document::Document;
use heapbook_report::render;
use serde::Serialize;

use crate::book::{Expander, Unread};
use crate::output::{self, counted};
use crate::project::{Root, corpus, show_diagnostics};
use crate::status::Status;

#[derive(Debug, Args)]
#[command(
    after_help = "A new scenario passes once it is measured and published, with the Python at hand: heapbook run NAME, \
                        heapbook publish NAME, heapbook check.\n\n\
                        Exit status: 0 fine or warnings alone, 1 a finding, 2 usage or environment.\n\n\
                        Examples:\n  heapbook check\n  heapbook check --complete --json"
)]
pub(crate) struct CheckOptions {
    /// Before a release: also call it an error if a scenario has no reference records, those of a
    /// Python that `book.toml` names are missing, or it has no page or nothing in one of the
    /// languages
    #[arg(long)]
    complete: bool,
    /// An interpreter to measure the exercises with; may be given several times
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    /// Not as it should be: the exit status says so.
    Error,
    /// Shown, and nothing more: a question, or what the reader's own machine says.
    Warning,
}

/// Something that is not as it should be, or that should be looked at.
#[derive(Debug, Serialize)]
struct Finding {
    severity: Severity,
    /// The file concerned, relative to the root.
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    message: String,
    help: String,
}

impl Finding {
    fn new(
        severity: Severity,
        file: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Finding {
            severity,
            file: file.into(),
            line: None,
            message: message.into(),
            help: help.into(),
        }
    }

    /// Something of a file that is not as it should be, and what to do.
    fn error(file: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Finding::new(Severity::Error, file, message, help)
    }

    /// The same, at a line of the file.
    fn at(self, line: impl Into<Option<usize>>) -> Self {
        let line = line.into();
        Finding { line, ..self }
    }
}

/// Checks everything, shows every finding, and says by the status whether there was one.
pub(crate) fn run(root: &Root, options: &CheckOptions) -> anyhow::Result<Status> {
    let project = &root.project()?;
    let corpus = corpus(project)?;
    let book = Unread::of(project)?;
    let expander = Expander::new(project, &book.config)?;
    let reference = &expander.reference;
    let view = View::preferring(reference, expander.headline_python.as_deref());

    let mut findings = Vec::new();
    check_refused(reference, Severity::Error, &mut findings);
    if let Some(local) = &expander.local {
        check_refused(local, Severity::Warning, &mut findings);
    }
    check_validity(&corpus, reference, options.complete, &mut findings);
    if options.complete {
        check_pythons(&corpus, reference, &expander.reference_pythons, &mut findings);
    }
    for scenario in &corpus.scenarios {
        check_doubts(scenario, &view, &mut findings);
        check_questions(scenario, view, &mut findings);
    }
    claims::check(&corpus, reference, expander.local.as_ref(), &mut findings);
    check_records(&corpus, reference, &mut findings);
    check_superseded(reference, &mut findings);
    let obstacles = book.obstacles();
    if obstacles.is_empty() {
        let book = book.read()?;
        pages::check(
            project,
            &corpus,
            &expander,
            &book,
            options.complete,
            &mut findings,
        );
    }
    let obstacles = obstacles.into_iter();
    findings.extend(obstacles.map(|one| Finding::error(one.file, one.message, one.help)));
    exercises::check(project, &corpus, &options.python, &mut findings)?;
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let errors = errors.count() + corpus.diagnostics.len();
    let warnings = findings.len() + corpus.diagnostics.len() - errors;
    show(corpus, findings, summary(errors, warnings), options.json)?;
    Ok(Status::finding_if(errors > 0))
}

/// The last line.
fn summary(errors: usize, warnings: usize) -> String {
    let (found, warned) = (counted(errors, "finding"), counted(warnings, "warning"));
    match (errors, warnings) {
        (0, 0) => "All is well.".to_owned(),
        (0, _) => format!("All is well, with {warned}."),
        (_, 0) => format!("{found}."),
        _ => format!("{found}, {warned}."),
    }
}

/// One finding for each variant whose reference records are not valid, for every Python that its
/// scenario was measured with; and one for each scenario without any, which is new.
fn check_validity(corpus: &Corpus, reference: &Records, complete: bool, findings: &mut Vec<Finding>) {
    for scenario in &corpus.scenarios {
        let slug = &scenario.slug;
        let help =
            format!("measure and publish: cargo heapbook run {slug}, then cargo heapbook publish {slug}");
        if reference.of(slug).is_empty() {
            let severity = if complete {
                Severity::Error
            } else {
                Severity::Warning
            };
            let message = format!("{slug}: it has no reference records yet");
            findings.push(Finding::new(severity, records_file(slug), message, help));
            continue;
        }
        for variant in &scenario.variants {
            let states = Validity::by_python(scenario, variant, reference, Effort::Full);
            for (python, state) in states.into_iter().filter(|(_, state)| *state != Validity::Valid) {
                let python = python.map_or(String::new(), |python| format!(" on Python {python}"));
                let message = format!("{slug}/{}: its records are {state}{python}", variant.name);
                findings.push(Finding::error(records_file(slug), message, help.clone()));
            }
        }
    }
}

/// One finding for each Python that a scenario was to be published with, and was not. A scenario
/// without any records, and one that has no variant for that Python, are another matter.
fn check_pythons(corpus: &Corpus, reference: &Records, wanted: &[String], findings: &mut Vec<Finding>) {
    for scenario in &corpus.scenarios {
        let slug = &scenario.slug;
        let is_missing = |python: &&String| View::new(reference, Some(python)).python_version(slug).is_none();
        if reference.of(slug).is_empty() {
            continue;
        }
        let wanted = wanted.iter().filter(|python| scenario.runs_on(python));
        for python in wanted.filter(is_missing) {
            let message = format!("{slug}: it has no reference records of CPython {python}");
            let help = format!(
                "measure and publish: cargo heapbook run {slug} --python python{python}, then cargo heapbook publish {slug}"
            );
            findings.push(Finding::error(records_file(slug), message, help));
        }
    }
}

/// A warning for each Rust variant that the compiler may have folded away.
fn check_doubts(scenario: &Scenario, view: &View<'_>, findings: &mut Vec<Finding>) {
    for doubt in diagnosis::folded_away(scenario, view) {
        let (slug, question) = (&scenario.slug, FoldedAway::QUESTION);
        let message = format!("{slug}/{}: {question} {}", doubt.variant, doubt.reason());
        let file = records_file(slug);
        findings.push(Finding::new(Severity::Warning, file, message, FoldedAway::HELP));
    }
}

/// A warning for each question that nobody is asked, since the records cannot tell its answer.
fn check_questions(scenario: &Scenario, view: View<'_>, findings: &mut Vec<Finding>) {
    for question in heapbook_report::withdrawn(scenario, view) {
        let file = format!("scenarios/{}/scenario.toml", scenario.slug);
        let message = format!(
            "the question `{}` withdraws itself: the records cannot tell",
            question.key
        );
        let help =
            "ask about figures that lie further apart, or, in `why`, let one claim hold and all others fail";
        findings.push(Finding::new(Severity::Warning, file, message, help).at(question.line));
    }
}

/// Records that belong to nothing, and results that differ between variants.
fn check_records(corpus: &Corpus, reference: &Records, findings: &mut Vec<Finding>) {
    let mut digests: BTreeMap<(&str, u64), BTreeMap<&str, &Cell>> = BTreeMap::new();
    let judged = |cell: &&Cell| !corpus.invalid.contains(&cell.key.scenario);
    for cell in reference.cells().filter(judged) {
        let scenario = corpus.scenario(&cell.key.scenario);
        let variant = scenario.and_then(|scenario| scenario.variant(&cell.key.variant));
        let known_size = scenario.is_some_and(|scenario| scenario.sizes.contains(&cell.key.n));
        match variant {
            Some(_) if known_size => {
                if let Some(digest) = &cell.digest {
                    digests
                        .entry((&cell.key.scenario, cell.key.n))
                        .or_default()
                        .entry(digest)
                        .or_insert(cell);
                }
            }
            _ => findings.push(Finding::error(
                records_file(&cell.key.scenario),
                format!(
                    "{}/{} n={} is not a cell of the corpus",
                    cell.key.scenario, cell.key.variant, cell.key.n
                ),
                "publish the scenario again, remove its file if it is gone, or bring the variant back",
            )),
        }
    }
    for ((slug, n), found) in digests.into_iter().filter(|(_, found)| found.len() > 1) {
        let who = found.iter();
        let who: Vec<String> = who
            .map(|(digest, cell)| format!("{} has {digest}", cell.key.variant))
            .collect();
        let who = who.join(", ");
        findings.push(Finding::error(
            records_file(slug),
            format!("{slug} n={n}: variants differ in their results: {who}"),
            "make the variants return the same result",
        ));
    }
}

/// Records of an older method beside newer ones of the same cells: no page shows them, and
/// sentences that count records would.
fn check_superseded(reference: &Records, findings: &mut Vec<Finding>) {
    for slug in reference.scenarios() {
        let superseded = reference.superseded(slug).len();
        if superseded > 0 {
            findings.push(Finding::error(
                records_file(slug),
                format!("{superseded} records are of an older method, beside newer ones of the same cells"),
                format!("leave them out: cargo heapbook publish {slug}"),
            ));
        }
    }
}

/// Lines of records files that were left out: an error in the reference, a warning in the reader's
/// own.
fn check_refused(records: &Records, severity: Severity, findings: &mut Vec<Finding>) {
    findings.extend(records.refused.iter().map(|line| {
        let message = format!("the line is left out: {}", line.reason);
        let help = "restore the line, or remove it and publish the scenario again";
        Finding::new(severity, line.path.display().to_string(), message, help).at(line.line)
    }));
}

fn show(corpus: Corpus, findings: Vec<Finding>, summary: String, json: bool) -> anyhow::Result<()> {
    if json {
        let of_files = corpus.diagnostics.iter().map(|diagnostic| {
            Finding::error(&diagnostic.file, &diagnostic.message, &diagnostic.help).at(diagnostic.line())
        });
        let all: Vec<Finding> = of_files.chain(findings).collect();
        output::write(&render::json(&all)?);
        return Ok(());
    }
    show_diagnostics(&corpus.diagnostics);
    let mut document = Document::default();
    for finding in findings {
        let line = finding.line.map_or_else(String::new, |line| format!(":{line}"));
        let word = match finding.severity {
            Severity::Error => "",
            Severity::Warning => " warning:",
        };
        document.code(format!("{}{line}:{word}", finding.file), finding.message);
        document.line(format!("  help: {}", finding.help));
    }
    document.summary(summary);
    output::write(&render::terminal(&document));
    Ok(())
}

/// The reference records of a scenario.
fn records_file(slug: &str) -> String {
    format!("book/records/{slug}.jsonl")
}
