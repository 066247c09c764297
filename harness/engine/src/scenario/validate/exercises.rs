//! The exercises of a scenario's file.

use std::path::Path;

use super::Check;
use crate::figures::Metric;
use crate::files::read_text;
use crate::scenario::file::ExerciseTable;
use crate::scenario::{Exercise, listing_of};
use heapbook_model::Language;

impl Check<'_> {
    pub(super) fn exercise(
        &mut self,
        slug: &str,
        language: Language,
        table: &ExerciseTable,
    ) -> Option<Exercise> {
        let metric = self.metric(&table.metric, |metric| metric.row().budget.is_some());
        self.require_words("task", &table.task, "say what to do, in a sentence or two");
        let has_hints = !table.hints.get_ref().is_empty();
        let help = "write at least one: hints = [\"...\"]";
        self.require(has_hints, &table.hints, "`hints` is empty", help);
        self.require_words(
            "why",
            &table.why,
            "say why the solution needs less, for who has passed",
        );
        let help = "write the size at which the budget holds, 10 or more";
        let is_enough = *table.n.get_ref() >= 10;
        self.require(is_enough, &table.n, "`n` is too small to tell", help);
        let mut exercise = Exercise {
            language,
            task: table.task.get_ref().trim().to_owned(),
            metric: metric.unwrap_or(Metric::Peak),
            at_most: *table.at_most.get_ref(),
            n: *table.n.get_ref(),
            hints: table.hints.get_ref().clone(),
            why: table.why.get_ref().trim().to_owned(),
            scenario: slug.to_owned(),
            directory: self.directory.to_owned(),
            starter_text: String::new(),
        };
        let starter = self.exercise_file(language, &exercise.starter(), "solve");
        self.exercise_file(language, &exercise.solution(), "solve");
        self.exercise_file(language, &exercise.data(), "data");
        exercise.starter_text = starter?;
        metric.map(|_| exercise)
    }

    /// The text of one of an exercise's files; a mistake where it does not hold the function.
    fn exercise_file(&mut self, language: Language, path: &Path, function: &str) -> Option<String> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let parameter = if function == "data" { "n" } else { "data" };
        let help = match language {
            Language::Python => format!("write `def {function}({parameter}):` into {name}"),
            Language::Rust if function == "data" => {
                format!("write `pub type Data = ...;` and `pub fn data(n: usize) -> Data` into {name}")
            }
            Language::Rust => format!("write `pub fn solve(data: &Data) -> ...` into {name}"),
        };
        let missing = match read_text(path) {
            Ok(text) if listing_of(&text, language, function).is_some() => return Some(text),
            Ok(_) => format!("{name} has no function `{function}`"),
            Err(error) => format!("{name} cannot be read: {error}"),
        };
        self.mistake_of_all(format!("[exercise.{language}]: {missing}"), help);
        None
    }
}
