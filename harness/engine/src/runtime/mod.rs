//! What the cells run on: interpreters, the compiler, and the machine.

mod machine;
mod python;
mod rust;

pub use machine::this_machine;
pub use python::{Interpreter, OLDEST, PythonError};
pub use rust::compiler;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::plan::PlannedRuntime;
use crate::scenario::Corpus;

/// The interpreters that were named, each once and asked about every package that a scenario requires, and the compiler.
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
        if !runtimes.contains(&interpreter) {
            runtimes.push(interpreter);
        }
    }
    runtimes.push(PlannedRuntime::Rust(compiler()));
    Ok(runtimes)
}
