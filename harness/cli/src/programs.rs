//! Programs as they are written on the command line: functions in files, and snippets.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use heapbook_engine::runtime::{Compiler, RustProgram};
use heapbook_engine::scenario::{Code, Program};
use heapbook_model::{Language, VariantName};

/// A function in a file, as `app.py:load` names it.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub(crate) file: PathBuf,
    pub(crate) name: String,
}

impl Function {
    /// Reads `FILE:FUNCTION`, where the file's name ends with that extension; `None` for another
    /// text.
    pub(crate) fn parse(text: &str, extension: &str) -> Option<Function> {
        let (file, name) = text.rsplit_once(':')?;
        let is_file = Path::new(file)
            .extension()
            .is_some_and(|found| found == extension);
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|letter| letter == '_' || letter.is_alphanumeric());
        (is_file && is_name).then(|| Function {
            file: PathBuf::from(file),
            name: name.to_owned(),
        })
    }

    /// The text of the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn text(&self) -> anyhow::Result<String> {
        let file = self.file.display();
        std::fs::read_to_string(&self.file)
            .with_context(|| format!("cannot read {file}: expected FILE:FUNCTION with an existing file"))
    }
}

/// Each under a name of its own.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    fn unique(&mut self, name: String, place: usize) -> String {
        if self.0.insert(name.clone()) {
            name
        } else {
            format!("{name}_{}", place + 1)
        }
    }
}

/// The programs in Python.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn python_programs(texts: &[String], setup: Option<&str>) -> anyhow::Result<Vec<Program>> {
    let mut names = Names::default();
    let program = |(place, text): (usize, &String)| {
        let (name, code, source) = match Function::parse(text, "py") {
            Some(function) => {
                let source = function.text()?;
                let code = Code::File {
                    file: function.file,
                    function: function.name.clone(),
                };
                (function.name, code, source)
            }
            None => {
                let code = Code::Snippet {
                    text: text.clone(),
                    setup: setup.map(str::to_owned),
                };
                (format!("snippet_{}", place + 1), code, text.clone())
            }
        };
        Ok(Program {
            name: VariantName::new(Language::Python, names.unique(name, place)),
            says: text.trim().to_owned(),
            code,
            text: source,
            warm_up: true,
        })
    };
    texts.iter().enumerate().map(program).collect()
}

/// The programs in Rust, compiled; so many others come before them.
///
/// # Errors
/// When a file cannot be read, or a program does not compile.
pub(crate) fn rust_programs(
    texts: &[String],
    compiler: &Compiler,
    before: usize,
) -> anyhow::Result<Vec<Program>> {
    let mut names = Names::default();
    let program = |(index, text): (usize, &String)| {
        let place = before + index;
        let (name, source, program) = match Function::parse(text, "rs") {
            Some(function) => {
                let source = function.text()?;
                let program = RustProgram::Function {
                    file: function.file,
                    name: function.name.clone(),
                };
                (function.name, source, program)
            }
            None => (
                format!("snippet_{}", place + 1),
                text.clone(),
                RustProgram::Snippet(text.clone()),
            ),
        };
        Ok(Program {
            name: VariantName::new(Language::Rust, names.unique(name, place)),
            says: text.trim().to_owned(),
            code: Code::Library {
                file: compiler.compile(&program)?,
            },
            text: source,
            warm_up: true,
        })
    };
    texts.iter().enumerate().map(program).collect()
}
