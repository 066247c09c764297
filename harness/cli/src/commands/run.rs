//! `heapbook run`: measures what has no valid record.

use std::collections::BTreeMap;
use std::mem;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Parser;
use heapbook_engine::measure::{Event, Kept, RunStatus, measure_and_keep};
use heapbook_engine::plan::{Group, Plan, Selection, required_packages, unmatched_filters};
use heapbook_engine::project::{Project, Store};
use heapbook_engine::record::{Cell, Effort};
use heapbook_engine::runtime::{self, Environments, Interpreter, NEWEST, PlannedRuntime};
use heapbook_engine::scenario::{Corpus, Scenario};
use heapbook_engine::shard::Shard;

use crate::book;
use crate::options::{LimitOptions, PythonOptions};
use crate::output::{complain, complain_of, remark};
use crate::progress::Progress;
use crate::project::{Root, read_records_if_present, valid_corpus, warn_of_refused};
use crate::session::{Session, processors};
use crate::status::Status;

#[derive(Debug, Parser)]
#[command(
    after_help = "Examples:\n  heapbook run generators\n  heapbook run slices/python --quick\n  \
                        heapbook run --python python3.11 --python .venv/bin/python\n  \
                        heapbook run --shard 2/4 --output shard-2"
)]
pub(crate) struct RunOptions {
    /// Measure only cells whose `scenario/language.variant` contains one of these words
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// Measure less: the exact figures by one process a cell, and times, collections, resident
    /// sizes and what repeated calls leave only at the headline size of scenarios that ask for them
    #[arg(long)]
    quick: bool,
    /// Also measure cells that have a valid record
    #[arg(long)]
    remeasure: bool,
    #[command(flatten)]
    pythons: PythonOptions,
    /// Write to this folder in place of book/records/local, a file for each scenario
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitOptions,
    /// How many cells' memory passes run in parallel, at most as many as there are processors; time
    /// passes never do [default: 1; with --quick, as many as there are processors]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Measure one shard of the work, such as 2/4 for the second of four
    #[arg(long, value_name = "INDEX/COUNT")]
    shard: Option<Shard>,
}

impl RunOptions {
    fn selection(&self) -> Selection {
        Selection {
            filters: self.filters.clone(),
            effort: if self.quick { Effort::Quick } else { Effort::Full },
            remeasure: self.remeasure,
            headline_only: false,
        }
    }

    /// How many memory passes run in parallel: more than there are processors would only wait for
    /// one another, and share the memory.
    fn parallel(&self) -> NonZeroUsize {
        let usual = if self.quick {
            processors()
        } else {
            NonZeroUsize::MIN
        };
        self.jobs.unwrap_or(usual).min(processors())
    }
}

/// Measures, keeps every record, saves each scenario at its end, and shows what failed.
pub(crate) fn run(root: &Root, options: &RunOptions) -> anyhow::Result<Status> {
    let project = root.project()?;
    let (corpus, status) = valid_corpus(&project)?;
    Ok(status.max(measure(&project, corpus, options, &mut |_| {})?))
}

/// The same of a corpus. `lesson_ended` is called once a scenario is measured and saved and others
/// are to follow, while nothing is being measured.
pub(super) fn measure(
    project: &Project,
    mut corpus: Corpus,
    options: &RunOptions,
    lesson_ended: &mut dyn FnMut(&Progress),
) -> anyhow::Result<Status> {
    let packages = required_packages(&corpus, &options.filters);
    let mut interpreters = runtime::interpreters(&options.pythons.paths()?, &packages)?;
    warn_of_untried(&interpreters);
    let mut store = Store::open(project, options.output.as_deref())?;
    warn_of_refused(store.known());
    refuse_unmatched_filters(&corpus, &options.filters)?;
    if let Some(shard) = options.shard {
        let past = read_records_if_present(&project.reference())?;
        shard.narrow(&mut corpus, &options.filters, &past);
    }
    let jobs = options.parallel();
    let run = Run {
        options,
        session: Session::open_in(&project.scratch(), options.limits.limits(jobs))?,
        jobs,
        place: &book::order_of_lessons(project),
    };
    let environments = project.environments();
    let mut failed = Vec::new();
    for part in run.in_parts(corpus, &environments, &interpreters) {
        let packages = required_packages(&part, &options.filters);
        run.session.ended_at_once(|| {
            environments.equip(&mut interpreters, &packages, &mut |what| remark!("{what}"));
        });
        let runtimes = runtime::runtimes(interpreters.clone());
        let kept = run.measure(&part, &runtimes, &mut store, lesson_ended)?;
        failed.extend(kept.failed);
        if kept.status == RunStatus::Interrupted {
            complain!("Interrupted. Everything finished is kept; the next run goes on from here.");
            return Ok(Status::Interrupted);
        }
    }
    Ok(conclude(&failed))
}

/// What all parts of a run share.
struct Run<'a> {
    options: &'a RunOptions,
    session: Session,
    jobs: NonZeroUsize,
    /// Where a scenario's lesson stands in the book.
    place: &'a dyn Fn(&str) -> usize,
}

impl Run<'_> {
    /// What is measured one after the other: where an environment has to be made, which takes long,
    /// the lessons before the first one that needs it can be read meanwhile. Who names lessons has
    /// them at once.
    fn in_parts(
        &self,
        mut corpus: Corpus,
        environments: &Environments,
        interpreters: &[Interpreter],
    ) -> Vec<Corpus> {
        let filters = &self.options.filters;
        let packages = required_packages(&corpus, filters);
        if !filters.is_empty() || !environments.are_to_be_made(interpreters, &packages) {
            return vec![corpus];
        }
        let needs = |scenario: &Scenario| {
            scenario
                .variants
                .iter()
                .any(|variant| !variant.requires.is_empty())
        };
        let needing = corpus.scenarios.iter().filter(|scenario| needs(scenario));
        let first = needing.map(|scenario| (self.place)(&scenario.slug)).min();
        let (before, rest) = mem::take(&mut corpus.scenarios)
            .into_iter()
            .partition(|scenario| first.is_some_and(|first| (self.place)(&scenario.slug) < first));
        let rest = Corpus {
            scenarios: rest,
            ..Corpus::default()
        };
        corpus.scenarios = before;
        let mut parts = vec![corpus, rest];
        parts.retain(|part| !part.scenarios.is_empty());
        parts
    }

    /// Measures a part, keeps every record and saves each scenario at its end.
    fn measure(
        &self,
        corpus: &Corpus,
        runtimes: &[PlannedRuntime],
        store: &mut Store,
        lesson_ended: &mut dyn FnMut(&Progress),
    ) -> anyhow::Result<Kept> {
        let selection = self.options.selection();
        let machine = runtime::this_machine();
        let mut plan = Plan::of_corpus(corpus, &selection, runtimes, &machine, store.known());
        plan.groups
            .sort_by_key(|group| (self.place)(group.scenario().unwrap_or_default()));
        store.try_to_write(plan.groups.iter().filter_map(Group::scenario))?;
        announce(&plan);
        let launcher = &self.session.launcher;
        let before = launcher.started();
        let runner = self.session.runner(self.jobs);
        let mut progress = Progress::new(plan.cells());
        let kept = measure_and_keep(&runner, &plan, store, &mut |event| {
            progress.show(event);
            if let Event::ScenarioEnded(_) = event
                && progress.goes_on()
            {
                lesson_ended(&progress);
            }
        });
        progress.end(launcher.started() - before);
        kept.context("the run has stopped; all cells that were finished before are kept")
    }
}

/// A filter that matches nothing is a slip of the pen, and no reason to do nothing in silence.
pub(super) fn refuse_unmatched_filters(corpus: &Corpus, filters: &[String]) -> anyhow::Result<()> {
    let unmatched = unmatched_filters(filters, corpus);
    if !unmatched.is_empty() {
        bail!(
            "no cell matches `{}`: `heapbook list` shows the names",
            unmatched.join("` or `")
        );
    }
    Ok(())
}

/// Names each interpreter that is newer than any that was tried.
fn warn_of_untried(interpreters: &[Interpreter]) {
    for interpreter in interpreters.iter().filter(|interpreter| interpreter.is_untried()) {
        let (major, minor) = NEWEST;
        remark!(
            "{} is not tried yet: {major}.{minor} is the newest that is.",
            interpreter.runtime
        );
    }
}

fn announce(plan: &Plan<'_>) {
    // A reason may be that of many variants.
    let mut reasons: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for left_out in &plan.left_out {
        let variants = reasons.entry((&left_out.scenario, &left_out.reason));
        variants.or_default().push(&left_out.variant);
    }
    for ((scenario, reason), variants) in reasons {
        remark!("not measured: {scenario}/{}: {reason}", variants.join(", "));
    }
    if !plan.pictures.is_empty() {
        let records = match plan.pictures.len() {
            1 => "1 valid record lacks".to_owned(),
            count => format!("{count} valid records lack"),
        };
        remark!("{records} a picture, which is made.");
    }
    match (plan.cells(), plan.valid.len()) {
        (0, 0) => remark!("There is nothing to measure here."),
        (0, valid) => remark!("All {valid} cells have a valid record; --remeasure measures them again."),
        (cells, 0) => remark!("{cells} cells to measure."),
        (cells, valid) => remark!("{cells} cells to measure, {valid} have a valid record."),
    }
}

/// Shows what failed, and gives the status that says so.
fn conclude(failed: &[Cell]) -> Status {
    if failed.is_empty() {
        return Status::Fine;
    }
    complain!("{} cells failed:", failed.len());
    failed.iter().for_each(show_failure);
    Status::Finding
}

/// A failed cell with its whole reason.
fn show_failure(cell: &Cell) {
    for error in &cell.errors {
        let label = format!("{} ({} pass):", cell.key, error.pass);
        complain_of(label, error.message.trim_end());
    }
}
