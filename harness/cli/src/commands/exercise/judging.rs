//! Measuring an answer: interpreter or compiler, and the passes.

use std::path::{Path, PathBuf};

use heapbook_engine::exercise::{Judgement, judge};
use heapbook_engine::runtime::{Compiler, Interpreter, PlannedRuntime};
use heapbook_engine::scenario::{Exercise, Language};
use heapbook_engine::worker::{Limits, Pool};

use crate::measuring::Workshop;

/// Judges answers, with tools that are looked for when they are first needed.
pub(in crate::commands) struct Judge {
    workshop: Workshop,
    python: PathBuf,
    runtimes: Vec<PlannedRuntime>,
}

impl Judge {
    /// Makes ready; `python` is the interpreter for exercises in Python.
    pub(in crate::commands) fn open(python: PathBuf) -> anyhow::Result<Self> {
        Ok(Judge {
            workshop: Workshop::open(Limits::default())?,
            python,
            runtimes: Vec::new(),
        })
    }

    /// Judges the answer in a file.
    ///
    /// # Errors
    /// When there is no interpreter or compiler for it, or the exercise's own files fail.
    pub(in crate::commands) fn judge(
        &mut self,
        exercise: &Exercise,
        answer: &Path,
    ) -> anyhow::Result<Judgement> {
        let runtime = self.runtime(exercise.language)?;
        let pool = Pool::new(&self.workshop.launcher);
        let judgement = judge(
            &self.workshop.run(&pool),
            exercise,
            answer,
            &runtime,
            self.workshop.allowance(),
        );
        pool.end();
        Ok(judgement?)
    }

    /// Whether the user wants to end.
    pub(super) fn is_interrupted(&self) -> bool {
        self.workshop.is_interrupted()
    }

    fn runtime(&mut self, language: Language) -> anyhow::Result<PlannedRuntime> {
        if let Some(known) = self
            .runtimes
            .iter()
            .find(|known| known.runtime().language == language)
        {
            return Ok(known.clone());
        }
        let found = match language {
            Language::Python => PlannedRuntime::Python(Interpreter::find(&self.python, &[])?),
            Language::Rust => PlannedRuntime::Rust(Compiler::find()?.runtime),
        };
        self.runtimes.push(found.clone());
        Ok(found)
    }
}
