//! An exercise: a program that is right and needs too much, for the reader to mend.

use std::path::PathBuf;

use crate::figures::Metric;
use heapbook_model::{Language, Measured};

/// What a scenario asks of its readers in one language. Its files lie in the scenario's directory: `exercise` is what they start from,
/// `solution` is one that passes, `data` makes the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    /// The language.
    pub language: Language,
    /// What to do, for the reader.
    pub task: String,
    /// What is held to the budget.
    pub metric: Metric,
    /// The budget, in the metric's unit.
    pub at_most: i64,
    /// The size at which it holds.
    pub n: u64,
    /// One after another, each a little more.
    pub hints: Vec<String>,
    /// The scenario's slug.
    pub(super) scenario: String,
    /// The scenario's directory.
    pub(super) directory: PathBuf,
    /// What stands in the starter's file.
    pub(super) starter_text: String,
}

impl Exercise {
    /// Scenario and language, `slices/rust`: what the command line calls it.
    pub fn name(&self) -> String {
        format!("{}/{}", self.scenario, self.language)
    }

    /// The scenario's slug.
    pub fn scenario(&self) -> &str {
        &self.scenario
    }

    /// The name of the file that the reader edits.
    pub fn file(&self) -> String {
        format!("exercise.{}", self.extension())
    }

    /// What the reader starts from.
    pub fn starter(&self) -> PathBuf {
        self.directory.join(self.file())
    }

    /// What stands in it.
    pub fn starter_text(&self) -> &str {
        &self.starter_text
    }

    /// One solution.
    pub fn solution(&self) -> PathBuf {
        self.directory.join(format!("solution.{}", self.extension()))
    }

    /// What makes the input.
    pub fn data(&self) -> PathBuf {
        self.directory.join(format!("data.{}", self.extension()))
    }

    /// Whether a figure at the budget's size is within it.
    pub fn allows(&self, figure: Measured) -> bool {
        figure.high() <= self.at_most as f64
    }

    /// The sizes at which results must be right: the budget's, and a smaller one that the task does not name.
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
