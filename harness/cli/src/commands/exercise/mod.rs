//! `heapbook exercise`: programs to improve, in a folder of the reader's own.
//!
//! - `judging`: measuring an answer
//! - `watch`: judging at each save

mod judging;
mod watch;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use heapbook_engine::exercise::{Correctness, Judgement};
use heapbook_engine::project::Project;
use heapbook_engine::scenario::{Corpus, Exercise, Scenario};
use heapbook_report::document::{Column, Document, Table};
use heapbook_report::{display, render};

use crate::book;
use crate::output::{self, remark, say};
use crate::progress::waiting_for;
use crate::project::{Root, shown, valid_corpus};
use crate::status::Status;
use crate::workbook::{self, Workbook};
pub(super) use judging::Judge;

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct ExerciseOptions {
    #[command(subcommand)]
    command: ExerciseCommand,
    /// The interpreter to measure with
    #[arg(long, value_name = "PATH", default_value = "python3", global = true)]
    python: PathBuf,
}

const HELP: &str = "\
    An exercise is a correct program that needs too much memory. You edit a copy in a folder of your own; it passes when \
    its results are still right and it stays within the budget.\n\n\
    Exit status: 0 passed, 1 not passed, 2 usage or environment.\n\n\
    Examples:\n  heapbook exercise start\n  heapbook exercise check generators\n  heapbook exercise watch";

#[derive(Debug, Subcommand)]
enum ExerciseCommand {
    /// Copy the exercises into a folder of your own; files that exist are kept
    Start {
        /// The folder [default: workbook in the project]
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// List the exercises, and which are passed
    List,
    /// Measure your answers
    Check {
        /// An exercise, such as generators or slices/rust [default: all that were started]
        name: Option<String>,
    },
    /// Measure an answer each time you save it, until Ctrl-C
    Watch,
    /// Show the next hint
    Hint {
        /// The exercise [default: the first that is not passed]
        name: Option<String>,
    },
    /// Show one solution
    Solution {
        /// The exercise
        name: String,
    },
    /// Restore the starting program; your answer is kept beside it
    Reset {
        /// The exercise
        name: String,
    },
}

/// Runs the subcommand.
pub(crate) fn run(root: &Root, options: &ExerciseOptions) -> anyhow::Result<Status> {
    let project = &root.project()?;
    let (corpus, _) = valid_corpus(project)?;
    let exercises = exercises(project, &corpus);
    let mut workbook = match &options.command {
        ExerciseCommand::Start { folder } => Workbook::start(project, folder.clone(), &exercises)?,
        _ => Workbook::open(project)?,
    };
    match &options.command {
        ExerciseCommand::Start { .. } => begin(&workbook, &exercises),
        ExerciseCommand::List => list(&workbook, &exercises),
        ExerciseCommand::Check { name } => return check(&mut workbook, &exercises, name.as_deref(), options),
        ExerciseCommand::Watch => {
            let mut judge = Judge::open(options.python.clone())?;
            return watch::watch(&mut workbook, &exercises, &mut judge);
        }
        ExerciseCommand::Hint { name } => hint(&mut workbook, &exercises, name.as_deref())?,
        ExerciseCommand::Solution { name } => {
            let exercise = one_of(&exercises, name)?;
            output::answer(&workbook::read(&exercise.solution())?);
        }
        ExerciseCommand::Reset { name } => {
            let exercise = one_of(&exercises, name)?;
            let kept = workbook.reset(exercise)?;
            say!(
                "{} is as it was at the beginning.",
                shown(&workbook.file(exercise))
            );
            if let Some(kept) = kept {
                say!("Your answer is kept as {}.", shown(&kept));
            }
        }
    }
    Ok(Status::Fine)
}

/// Every exercise of the corpus, in the order of the book's lessons.
pub(super) fn exercises<'c>(project: &Project, corpus: &'c Corpus) -> Vec<&'c Exercise> {
    let place = book::order_of_lessons(project);
    let mut scenarios: Vec<&Scenario> = corpus.scenarios.iter().collect();
    scenarios.sort_by_key(|scenario| place(&scenario.slug));
    let exercises = scenarios.into_iter().flat_map(|scenario| &scenario.exercises);
    exercises.collect()
}

/// Says where the exercises are, and which comes first.
fn begin(workbook: &Workbook, exercises: &[&Exercise]) {
    say!("The exercises are in {}:", shown(workbook.folder()));
    list(workbook, exercises);
    if let Some(first) = exercises.iter().find(|exercise| !workbook.is_passed(exercise)) {
        say!("Begin with {}: {}", shown(&workbook.file(first)), first.task);
        say!(
            "Then: cargo heapbook exercise check {}, or leave `cargo heapbook exercise watch` running.",
            first.name()
        );
    }
}

fn list(workbook: &Workbook, exercises: &[&Exercise]) {
    let mut table = Table::new([Column::words("", ""); 3]);
    for exercise in exercises {
        table.push([
            exercise.name().into(),
            workbook.state(exercise).into(),
            budget(exercise).into(),
        ]);
    }
    output::write(&render::terminal(&table.into()));
}

/// The budget in words: `peak at n = 20,000 at most 4.00 KiB`.
pub(super) fn budget(exercise: &Exercise) -> String {
    format!(
        "{} at n = {} at most {}",
        exercise.metric.word(),
        display::size(exercise.n),
        display::quantity(exercise.metric.unit(), exercise.at_most as f64)
    )
}

fn check(
    workbook: &mut Workbook,
    exercises: &[&Exercise],
    name: Option<&str>,
    options: &ExerciseOptions,
) -> anyhow::Result<Status> {
    let wanted: Vec<&Exercise> = match name {
        Some(name) => named(exercises, name)?,
        None => exercises
            .iter()
            .copied()
            .filter(|exercise| workbook.file(exercise).is_file())
            .collect(),
    };
    if wanted.is_empty() {
        bail!(
            "no exercise was started in {}: start with cargo heapbook exercise start",
            shown(workbook.folder())
        );
    }
    let mut judge = Judge::open(options.python.clone())?;
    let mut status = Status::Fine;
    for exercise in wanted {
        status = status.max(judge_and_show(workbook, exercise, &mut judge)?);
    }
    if status == Status::Fine {
        tell_next(workbook, exercises);
    }
    Ok(status)
}

/// Measures an answer, shows what was found, and keeps that it passed.
fn judge_and_show(workbook: &mut Workbook, exercise: &Exercise, judge: &mut Judge) -> anyhow::Result<Status> {
    let file = workbook.file(exercise);
    if !file.is_file() {
        bail!(
            "cannot find {}: start with cargo heapbook exercise start",
            shown(&file)
        );
    }
    let waiting = waiting_for(&exercise.name());
    let judgement = judge.judge(exercise, &file)?;
    drop(waiting);
    let Some(judgement) = judgement else {
        return Ok(Status::Interrupted);
    };
    show(workbook, exercise, &judgement);
    if !judgement.passes() {
        return Ok(Status::Finding);
    }
    workbook.passed(exercise)?;
    Ok(Status::Fine)
}

fn show(workbook: &Workbook, exercise: &Exercise, judgement: &Judgement) {
    let figure = |figure| display::measured(exercise.metric.unit(), figure);
    let word = if judgement.passes() { "passed" } else { "not yet" };
    let mut document = Document::default();
    document.line(format!("{}: {word}", exercise.name()));
    match &judgement.result {
        Correctness::Right => document.line("  The results are right."),
        Correctness::Wrong { n, found, wanted } => document.line(format!(
            "  The result at n = {} is {found}, and should be {wanted}.",
            display::size(*n)
        )),
        Correctness::Failed(message) => document.code("  It failed:", message),
    }
    if let (Some(after), Some(before)) = (judgement.figure, judgement.before) {
        document.line(format!(
            "  {} at n = {}: {} before, {} now; the budget is {}.",
            exercise.metric.word(),
            display::size(exercise.n),
            figure(before),
            figure(after),
            display::quantity(exercise.metric.unit(), exercise.at_most as f64)
        ));
    }
    if let (true, Some(solution)) = (judgement.passes(), judgement.solution) {
        document.line(format!("  The best answer known needs {}.", figure(solution)));
    }
    output::write(&render::terminal(&document));
    if judgement.passes() {
        remark!("  {}", exercise.why);
    } else {
        remark!(
            "  {} · a hint: cargo heapbook exercise hint {}",
            shown(&workbook.file(exercise)),
            exercise.name()
        );
    }
}

/// Names the next exercise of the book that is not passed yet.
fn tell_next(workbook: &Workbook, exercises: &[&Exercise]) {
    match exercises.iter().find(|exercise| !workbook.is_passed(exercise)) {
        Some(next) => remark!("Next: {}. {}", shown(&workbook.file(next)), next.task),
        None => remark!("Every exercise is passed."),
    }
}

fn hint(workbook: &mut Workbook, exercises: &[&Exercise], name: Option<&str>) -> anyhow::Result<()> {
    let next = || {
        let mut open = exercises.iter().filter(|exercise| !workbook.is_passed(exercise));
        let first = open.next().copied();
        first.context("every exercise is passed: name one to see its hints")
    };
    let exercise = name.map_or_else(next, |name| one_of(exercises, name))?;
    let shown = workbook.next_hint(exercise)?;
    say!("{}: {}", exercise.name(), exercise.task);
    say!(
        "Hint {} of {}: {}",
        shown + 1,
        exercise.hints.len(),
        exercise.hints[shown]
    );
    if shown + 1 == exercise.hints.len() {
        remark!(
            "That was the last: cargo heapbook exercise solution {}",
            exercise.name()
        );
    }
    Ok(())
}

/// The exercises of a scenario, or the one of that whole name.
fn named<'a>(exercises: &[&'a Exercise], name: &str) -> anyhow::Result<Vec<&'a Exercise>> {
    let matches = |exercise: &&&Exercise| exercise.name() == name || exercise.scenario() == name;
    let found: Vec<&Exercise> = exercises.iter().filter(matches).copied().collect();
    if found.is_empty() {
        let known: Vec<String> = exercises.iter().map(|exercise| exercise.name()).collect();
        bail!("unknown exercise `{name}`: expected one of {}", known.join(", "));
    }
    Ok(found)
}

/// The one exercise of that name; Python's where a scenario has one in each language.
fn one_of<'a>(exercises: &[&'a Exercise], name: &str) -> anyhow::Result<&'a Exercise> {
    Ok(named(exercises, name)?[0])
}
