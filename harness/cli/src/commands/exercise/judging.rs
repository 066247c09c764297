//! Measuring an answer: interpreter or compiler, and the passes.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
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
    tools: BTreeMap<Language, Tool>,
}

impl Judge {
    /// Makes ready; `python` is the interpreter for exercises in Python.
    pub(in crate::commands) fn open(python: PathBuf) -> anyhow::Result<Self> {
        Ok(Judge {
            session: Session::open(Limits::default())?,
            python,
            tools: BTreeMap::new(),
        })
    }

    /// Goes on with another interpreter.
    pub(in crate::commands) fn use_python(&mut self, python: PathBuf) {
        self.tools.remove(&Language::Python);
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
        let tool = match self.tools.entry(exercise.language) {
            Entry::Occupied(found) => found.into_mut(),
            Entry::Vacant(place) => place.insert(match exercise.language {
                Language::Python => Tool::Interpreter(Interpreter::find(&self.python, &[])?),
                Language::Rust => Tool::Compiler(Compiler::find()?),
            }),
        };
        let runner = self.session.runner(processors());
        Ok(judge(&runner, exercise, answer, tool, self.session.limits)?)
    }

    /// Whether the user wants to end.
    pub(in crate::commands) fn is_interrupted(&self) -> bool {
        self.session.is_interrupted()
    }
}
