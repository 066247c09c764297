//! Whether every exercise can be solved and needs solving: starters are right and over budget, solutions right and within it.

use std::path::PathBuf;

use heapbook_engine::exercise::{Correctness, Judgement};
use heapbook_engine::scenario::{Corpus, Exercise};
use heapbook_report::display;

use super::{Finding, Severity};
use crate::commands::exercise::{Judge, budget, exercises};

/// Measures starters and solutions.
pub(super) fn check(corpus: &Corpus, python: PathBuf, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let exercises = exercises(corpus);
    if exercises.is_empty() {
        return Ok(());
    }
    let mut judge = Judge::open(python)?;
    for exercise in exercises {
        for (file, is_solution) in [(exercise.starter(), false), (exercise.solution(), true)] {
            let mistake = match judge.judge(exercise, &file) {
                Ok(judgement) => mistake(exercise, &judgement, is_solution),
                Err(error) => Some((format!("{error:#}"), "mend the exercise's files".to_owned())),
            };
            findings.extend(mistake.map(|(message, help)| Finding {
                severity: Severity::Error,
                file: format!(
                    "scenarios/{}/{}",
                    exercise.scenario(),
                    file.file_name().unwrap_or_default().display()
                ),
                line: None,
                message,
                help,
            }));
        }
    }
    Ok(())
}

/// What is wrong, and what to do; nothing where all is as it should be.
fn mistake(exercise: &Exercise, judgement: &Judgement, is_solution: bool) -> Option<(String, String)> {
    let figure = judgement.figure.map_or_else(String::new, |figure| {
        display::measured(exercise.metric.unit(), figure)
    });
    match (&judgement.result, is_solution) {
        (Correctness::Failed(message), _) => Some((format!("it fails: {message}"), "mend it".to_owned())),
        (Correctness::Wrong { n, found, wanted }, _) => Some((
            format!(
                "its result at n = {} is {found}, the solution's {wanted}",
                display::size(*n)
            ),
            "starter and solution must come to the same results, of a type that can be compared".to_owned(),
        )),
        (Correctness::Right, true) if !judgement.within_budget => Some((
            format!(
                "the solution needs {figure}: not within its budget ({})",
                budget(exercise)
            ),
            "mend the solution, or raise `at_most`".to_owned(),
        )),
        (Correctness::Right, false) if judgement.within_budget => Some((
            format!(
                "the starter needs {figure}: within the budget already ({})",
                budget(exercise)
            ),
            "lower `at_most`, or let the starter need more".to_owned(),
        )),
        _ => None,
    }
}
