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
    /// Reads `FILE:FUNCTION`, where the file's name ends as the language's do; `None` for another
    /// text.
    pub(crate) fn parse(text: &str, language: Language) -> Option<Function> {
        let (file, name) = text.rsplit_once(':')?;
        let is_file = Path::new(file).extension() == Path::new(language.file()).extension();
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|letter| letter == '_' || letter.is_alphanumeric());
        (is_file && is_name).then(|| Function {
            file: PathBuf::from(file),
            name: name.to_owned(),
        })
    }

    fn text(&self) -> anyhow::Result<String> {
        let file = self.file.display();
        std::fs::read_to_string(&self.file)
            .with_context(|| format!("cannot read {file}: expected FILE:FUNCTION with an existing file"))
    }
}

/// The programs in Python.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn python_programs(texts: &[String], setup: Option<&str>) -> anyhow::Result<Vec<Program>> {
    programs(Language::Python, texts, 0, |text, function| {
        Ok(match function {
            Some(Function { file, name }) => Code::File { file, function: name },
            None => Code::Snippet {
                text: text.to_owned(),
                setup: setup.map(str::to_owned),
            },
        })
    })
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
    programs(Language::Rust, texts, before, |text, function| {
        let program = match function {
            Some(Function { file, name }) => RustProgram::Function { file, name },
            None => RustProgram::Snippet(text.to_owned()),
        };
        Ok(Code::Library {
            file: compiler.compile(&program)?,
        })
    })
}

/// Programs of one language, each under a name of its own. `code` is given a program's text, and
/// the function that it names, if it does.
fn programs(
    language: Language,
    texts: &[String],
    before: usize,
    code: impl Fn(&str, Option<Function>) -> anyhow::Result<Code>,
) -> anyhow::Result<Vec<Program>> {
    let mut names = BTreeSet::new();
    let program = |(place, says): (usize, &String)| {
        let function = Function::parse(says, language);
        let (mut name, text) = match &function {
            Some(function) => (function.name.clone(), function.text()?),
            None => (format!("snippet_{place}"), says.clone()),
        };
        if !names.insert(name.clone()) {
            name = format!("{name}_{place}");
        }
        Ok(Program {
            name: VariantName::new(language, name),
            says: says.trim().to_owned(),
            code: code(says, function)?,
            text,
            warm_up: true,
        })
    };
    (before + 1..).zip(texts).map(program).collect()
}
