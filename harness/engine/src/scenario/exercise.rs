//! An exercise: a program with right results that exceeds a budget, for the reader to improve.

use std::path::PathBuf;

use crate::figures::Metric;
use heapbook_model::{Language, Measured};

/// A scenario's exercise in one language. Three files in the scenario's directory belong to it:
/// `exercise`, which the reader starts from, `solution`, which passes, and `data`, which makes the
/// input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    /// The language of the starter, and of the reader's answer.
    pub language: Language,
    /// What the reader is asked to do, in a sentence or two.
    pub task: String,
    /// The metric that has the budget.
    pub metric: Metric,
    /// The budget, in the metric's unit.
    pub at_most: i64,
    /// The size at which the budget is checked.
    pub n: u64,
    /// Hints, shown one after another; each gives away a little more.
    pub hints: Vec<String>,
    /// Why the solution needs less, and what it costs; shown once an answer has passed.
    pub why: String,
    /// The slug of its scenario.
    pub(super) scenario: String,
    /// The directory that its files lie in.
    pub(super) directory: PathBuf,
    /// The content of the starter file.
    pub(super) starter_text: String,
}

impl Exercise {
    /// Scenario and language, `slices/rust`: what the command line calls it.
    pub fn name(&self) -> String {
        format!("{}/{}", self.scenario, self.language)
    }

    /// The slug of the scenario that it belongs to.
    pub fn scenario(&self) -> &str {
        &self.scenario
    }

    /// The name of the file that the reader edits.
    pub fn file(&self) -> String {
        format!("exercise.{}", self.extension())
    }

    /// The path of the file that the reader starts from: right, and over the budget.
    pub fn starter(&self) -> PathBuf {
        self.directory.join(self.file())
    }

    /// The content of that file.
    pub fn starter_text(&self) -> &str {
        &self.starter_text
    }

    /// The path of a solution within the budget.
    pub fn solution(&self) -> PathBuf {
        self.directory.join(format!("solution.{}", self.extension()))
    }

    /// The path of the file that makes the input.
    pub fn data(&self) -> PathBuf {
        self.directory.join(format!("data.{}", self.extension()))
    }

    /// Whether a figure at the budget's size is within it. A lower bound never is.
    pub fn allows(&self, figure: Measured) -> bool {
        figure.high() <= self.at_most as f64
    }

    /// The sizes at which results must be right: the budget's, and a smaller one that the task does
    /// not name.
    pub fn sizes(&self) -> Vec<u64> {
        vec![self.n / 7 + 3, self.n]
    }

    fn extension(&self) -> &'static str {
        match self.language {
            Language::Python => "py",
            Language::Rust => "rs",
        }
    }
}
