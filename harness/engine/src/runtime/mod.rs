//! What the cells run on: interpreters, the compiler, and the machine.

mod asking;
mod compilation;
mod conditions;
mod discovery;
mod environments;
mod machine;
mod python;
mod rust;

pub use compilation::{CompileError, Compiler, RustProgram};
pub use conditions::conditions;
pub use discovery::{Found, Source, found, newest_of_each};
pub use environments::Environments;
pub use machine::this_machine;
pub use python::{Interpreter, NEWEST, OLDEST, Packages, PythonError, Refusal, scrub_environment};
pub use rust::compiler;

use std::path::PathBuf;

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

/// The interpreters that were named, each build once and asked about these packages.
///
/// # Errors
/// When one of them cannot be measured.
pub fn interpreters(named: &[PathBuf], packages: &[String]) -> Result<Vec<Interpreter>, PythonError> {
    let mut interpreters: Vec<Interpreter> = Vec::new();
    for path in named {
        let interpreter = Interpreter::find(path, packages)?;
        if !interpreters
            .iter()
            .any(|known| known.runtime == interpreter.runtime)
        {
            interpreters.push(interpreter);
        }
    }
    Ok(interpreters)
}

/// What cells can run on: these interpreters, and the compiler.
pub fn runtimes(interpreters: Vec<Interpreter>) -> Vec<PlannedRuntime> {
    let interpreters = interpreters.into_iter().map(PlannedRuntime::Python);
    interpreters.chain([PlannedRuntime::Rust(compiler())]).collect()
}
