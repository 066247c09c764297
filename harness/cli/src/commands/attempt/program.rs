//! What is to be measured, as it stands on the command line.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use heapbook_engine::scenario::{Code, Language, Program, Snippet, VariantName};

/// A function in a file, as `app.py:load` names it.
pub(crate) struct Function {
    pub(crate) file: PathBuf,
    pub(crate) name: String,
}

impl Function {
    /// Reads `FILE:FUNCTION`, where the file's name ends with that extension; nothing where it is no such text.
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

    /// The text of the file, which must hold the function.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn text(&self) -> anyhow::Result<String> {
        let file = self.file.display();
        std::fs::read_to_string(&self.file)
            .with_context(|| format!("cannot read {file}: name a file that is there, as FILE:FUNCTION"))
    }
}

/// The programs, each under a name of its own.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn python_programs(texts: &[String], setup: Option<&str>) -> anyhow::Result<Vec<Program>> {
    let mut names = BTreeSet::new();
    texts
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let (name, code, source) = match Function::parse(text, "py") {
                Some(function) => {
                    let source = function.text()?;
                    let name = function.name.clone();
                    let code = Code::File {
                        file: function.file,
                        function: function.name,
                    };
                    (name, code, source)
                }
                None => {
                    let snippet = Snippet {
                        text: text.clone(),
                        setup: setup.map(str::to_owned),
                    };
                    (
                        format!("snippet_{}", place + 1),
                        Code::Snippet(snippet),
                        text.clone(),
                    )
                }
            };
            let name = if names.insert(name.clone()) {
                name
            } else {
                format!("{name}_{}", place + 1)
            };
            Ok(Program {
                name: VariantName::new(Language::Python, name),
                says: text.trim().to_owned(),
                code,
                text: source,
                warm_up: true,
            })
        })
        .collect()
}
