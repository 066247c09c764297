//! Measuring an answer: interpreter or compiler, and the passes.

use std::path::{Path, PathBuf};

use heapbook_engine::exercise::{Judgement, Tool, judge};
use heapbook_engine::runtime::{Compiler, Interpreter};
use heapbook_engine::scenario::Exercise;
use heapbook_engine::supervisor::Limits;
use heapbook_model::Language;

use crate::session::{Session, processors};

/// Judges answers, with tools that are looked for when they are first needed.
pub(in crate::commands) struct Judge {
    session: Session,
    python: PathBuf,
    tools: Vec<Tool>,
}

impl Judge {
    /// Makes ready; `python` is the interpreter for exercises in Python.
    pub(in crate::commands) fn open(python: PathBuf) -> anyhow::Result<Self> {
        Ok(Judge {
            session: Session::open(Limits::default())?,
            python,
            tools: Vec::new(),
        })
    }

    /// Goes on with another interpreter.
    pub(in crate::commands) fn use_python(&mut self, python: PathBuf) {
        self.tools.retain(|tool| tool.language() != Language::Python);
        self.python = python;
    }

    /// Judges the answer in a file; `None` if interrupted.
    ///
    /// # Errors
    /// When there is no interpreter or compiler for it, or the exercise's own files fail.
    pub(in crate::commands) fn judge(
        &mut self,
        exercise: &Exercise,
        answer: &Path,
    ) -> anyhow::Result<Option<Judgement>> {
        let place = self.tool_for(exercise.language)?;
        let runner = self.session.runner(processors());
        let tool = &self.tools[place];
        Ok(judge(&runner, exercise, answer, tool, self.session.limits)?)
    }

    /// Whether the user wants to end.
    pub(in crate::commands) fn is_interrupted(&self) -> bool {
        self.session.is_interrupted()
    }

    /// The index of a language's tool, which is looked for when it is first needed.
    fn tool_for(&mut self, language: Language) -> anyhow::Result<usize> {
        if let Some(place) = self.tools.iter().position(|tool| tool.language() == language) {
            return Ok(place);
        }
        self.tools.push(match language {
            Language::Python => Tool::Interpreter(Interpreter::find(&self.python, &[])?),
            Language::Rust => Tool::Compiler(Compiler::find()?),
        });
        Ok(self.tools.len() - 1)
    }
}
