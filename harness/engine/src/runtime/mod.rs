//! What the cells run on: interpreters, the compiler, and the machine.

mod asking;
mod compilation;
mod conditions;
mod machine;
mod python;
mod rust;

pub use compilation::{CompileError, Compiler, RustProgram};
pub use conditions::conditions;
pub use machine::this_machine;
pub use python::{Interpreter, NEWEST, OLDEST, PythonError, Refusal, scrub_environment};
pub use rust::compiler;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::scenario::Corpus;
use heapbook_model::Runtime;

/// What a cell can run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedRuntime {
    /// An interpreter.
    Python(Interpreter),
    /// The compiler that built this binary, or a program's library.
    Rust(Runtime),
}

impl PlannedRuntime {
    /// The runtime as records describe it.
    pub fn runtime(&self) -> &Runtime {
        match self {
            PlannedRuntime::Python(interpreter) => &interpreter.runtime,
            PlannedRuntime::Rust(runtime) => runtime,
        }
    }

    /// The interpreter, of a Python.
    pub fn interpreter(&self) -> Option<&Interpreter> {
        match self {
            PlannedRuntime::Python(interpreter) => Some(interpreter),
            PlannedRuntime::Rust(_) => None,
        }
    }
}

/// The interpreters that were named, each build once and asked about every package that a scenario
/// requires, and the compiler.
///
/// # Errors
/// When one of the interpreters cannot be measured.
pub fn at_hand(corpus: &Corpus, pythons: &[PathBuf]) -> Result<Vec<PlannedRuntime>, PythonError> {
    let variants = corpus.scenarios.iter().flat_map(|scenario| &scenario.variants);
    let packages: BTreeSet<String> = variants
        .flat_map(|variant| variant.requires.iter().cloned())
        .collect();
    let packages: Vec<String> = packages.into_iter().collect();
    let mut runtimes = Vec::new();
    for path in pythons {
        let interpreter = PlannedRuntime::Python(Interpreter::find(path, &packages)?);
        if !runtimes
            .iter()
            .any(|known: &PlannedRuntime| known.runtime() == interpreter.runtime())
        {
            runtimes.push(interpreter);
        }
    }
    runtimes.push(PlannedRuntime::Rust(compiler()));
    Ok(runtimes)
}
