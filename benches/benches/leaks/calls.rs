//! One program called by a worker of the engine's.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use heapbook_engine::plan::PlannedCell;
use heapbook_engine::runtime::{Interpreter, PlannedRuntime};
use heapbook_engine::scenario::{Code, Module, Program, Subject};
use heapbook_engine::supervisor::{Launcher, Limits, ProcessLauncher};
use heapbook_model::{Bytes, Language, VariantName};
use heapbook_protocol::{Instrument, call};
use tempfile::TempDir;

use crate::programs::Made;

/// What starts workers, and where programs lie.
pub(crate) struct Laboratory {
    pub(crate) python: Interpreter,
    launcher: ProcessLauncher,
    folder: TempDir,
}

impl Laboratory {
    pub(crate) fn new(python: Interpreter) -> Result<Self, Box<dyn Error>> {
        Ok(Laboratory {
            python,
            launcher: ProcessLauncher::new(Limits::default(), Arc::default())?,
            folder: tempfile::tempdir()?,
        })
    }

    /// Writes a program's file.
    pub(crate) fn file(&self, made: &Made) -> Result<PathBuf, Box<dyn Error>> {
        let file = self.folder.path().join("program.py");
        std::fs::write(&file, &made.text)?;
        Ok(file)
    }

    /// What is live after each of so many calls, made in batches as the command makes them.
    pub(crate) fn live(&self, made: &Made, calls: usize) -> Result<Vec<Bytes>, Box<dyn Error>> {
        let program = Program {
            name: VariantName {
                language: Language::Python,
                function: "call".to_owned(),
            },
            says: "program.py:call".to_owned(),
            code: Code::Named {
                module: Module::File(self.file(made)?),
                name: "call".to_owned(),
                path: Vec::new(),
            },
            text: made.text.clone(),
            warm_up: true,
        };
        let cell = PlannedCell {
            subject: Subject::Program(&program),
            n: 1,
            runtime: PlannedRuntime::Python(self.python.clone()),
        };
        let failed = |failure: heapbook_protocol::Failure| format!("{}\n{}", failure.message, made.text);
        let mut worker = self
            .launcher
            .launch(&cell, Instrument::Ledger, 1)
            .map_err(failed)?;
        let mut live: Vec<Bytes> = Vec::with_capacity(calls);
        while live.len() < calls {
            let batch = live.len().clamp(1, calls - live.len());
            let answer = worker
                .ask(call::Leaks {
                    calls: u32::try_from(batch)?,
                })
                .map_err(failed)?;
            let before = live.last().map_or(0, |bytes| bytes.0);
            live.extend(answer.live_bytes.iter().map(|bytes| Bytes(before + bytes.0)));
        }
        worker.finish().map_err(failed)?;
        Ok(live)
    }
}
