//! Whether every exercise can be solved and needs solving: starters are right and over budget,
//! solutions within it.

use std::path::{Path, PathBuf};

use anyhow::bail;
use heapbook_engine::exercise::{Correctness, Judgement};
use heapbook_engine::project::Project;
use heapbook_engine::scenario::{Corpus, Exercise};
use heapbook_model::{Language, Measured};
use heapbook_report::display;

use super::Finding;
use crate::commands::exercise::{Judge, budget, exercises};
use crate::progress::waiting_for;

/// Measures starters beside solutions, those in Python with each interpreter.
pub(super) fn check(
    project: &Project,
    corpus: &Corpus,
    pythons: &[PathBuf],
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let exercises = exercises(project, corpus);
    let (Some(first), false) = (pythons.first(), exercises.is_empty()) else {
        return Ok(());
    };
    let mut judge = Judge::open(first.clone())?;
    for (index, python) in pythons.iter().enumerate() {
        judge.use_python(python.clone());
        // What is in Rust does not depend on the interpreter.
        let concerned = exercises
            .iter()
            .filter(|exercise| index == 0 || exercise.language == Language::Python);
        findings.extend(concerned.flat_map(|exercise| check_one(&mut judge, exercise)));
    }
    if judge.is_interrupted() {
        bail!("interrupted before all exercises were checked");
    }
    Ok(())
}

fn check_one(judge: &mut Judge, exercise: &Exercise) -> Vec<Finding> {
    let _waiting = waiting_for(&format!("the exercise {}", exercise.name()));
    let starter = exercise.starter();
    match judge.judge(exercise, &starter) {
        Ok(Some(judgement)) => mistakes(exercise, &judgement),
        Ok(None) => Vec::new(),
        Err(error) => vec![finding(
            exercise,
            &starter,
            format!("{error:#}"),
            "mend the exercise's files",
        )],
    }
}

/// What is wrong with starter and solution.
fn mistakes(exercise: &Exercise, judgement: &Judgement) -> Vec<Finding> {
    let shown = |figure: Option<Measured>| {
        figure.map_or_else(String::new, |figure| {
            display::measured(exercise.metric.unit(), figure)
        })
    };
    let mut found = Vec::new();
    let starter = match &judgement.result {
        Correctness::Failed(message) => Some((format!("it fails: {message}"), "mend it")),
        Correctness::Wrong { n, found, wanted } => Some((
            format!(
                "its result at n = {} is {found}, the solution's {wanted}",
                display::size(*n)
            ),
            "starter and solution must come to the same results, of a type that can be compared",
        )),
        Correctness::Right if judgement.within_budget => Some((
            format!(
                "the starter needs {}: within the budget already ({})",
                shown(judgement.figure),
                budget(exercise)
            ),
            "lower `at_most`, or let the starter need more",
        )),
        Correctness::Right => None,
    };
    found.extend(starter.map(|(message, help)| finding(exercise, &exercise.starter(), message, help)));
    if judgement.solution.is_some_and(|figure| !exercise.allows(figure)) {
        let message = format!(
            "the solution needs {}: not within its budget ({})",
            shown(judgement.solution),
            budget(exercise)
        );
        found.push(finding(
            exercise,
            &exercise.solution(),
            message,
            "mend the solution, or raise `at_most`",
        ));
    }
    found
}

fn finding(exercise: &Exercise, file: &Path, message: String, help: &str) -> Finding {
    let name = file.file_name().unwrap_or_default();
    let file = format!("scenarios/{}/{}", exercise.scenario(), name.display());
    Finding::error(file, message, help)
}
