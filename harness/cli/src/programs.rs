//! Programs as they are written on the command line: names in files and modules, scripts, and
//! snippets.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use heapbook_engine::runtime::{Compiler, RustProgram};
use heapbook_engine::scenario::{Code, Module, Program, is_keyword};
use heapbook_model::{Language, VariantName};

/// What Python's programs need before they can be called.
#[derive(Debug, Args)]
pub(crate) struct PreparationOptions {
    /// Python statements to run before the snippets at each size; they are not measured
    #[arg(long, value_name = "CODE")]
    setup: Option<String>,
    /// Folders to import from, with colons between them, such as . or "$PYTHONPATH"
    #[arg(long, value_name = "FOLDERS", value_delimiter = ':')]
    path: Vec<PathBuf>,
}

/// What a program's text is.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    /// `app.py:App.handle`, `app.rs:load`.
    InFile { file: PathBuf, name: String },
    /// `package.module:NAME`.
    InModule { module: String, name: String },
    /// `script.py`.
    Script(PathBuf),
    /// Any other text: expressions or statements.
    Snippet,
}

impl Target {
    /// Reads a program's text. A file's name ends as those of the language do.
    ///
    /// # Errors
    /// When the text names a file of that language, and nothing that could be in it.
    fn read(text: &str, language: Language) -> anyhow::Result<Target> {
        let text = text.trim();
        let is_file = |text: &str| {
            Path::new(text).extension() == Path::new(language.file()).extension() && !is_code(text)
        };
        if is_file(text) && language == Language::Python {
            return Ok(Target::Script(text.into()));
        }
        let Some((place, name)) = text.rsplit_once(':') else {
            return Ok(Target::Snippet);
        };
        let (place, name) = (place.to_owned(), name.to_owned());
        let is_name = match language {
            Language::Python => is_dotted(&name),
            Language::Rust => is_identifier(&name) && !is_keyword(language, &name),
        };
        if is_file(&place) && is_name {
            let file = place.into();
            return Ok(Target::InFile { file, name });
        }
        if language == Language::Python && is_dotted(&place) && is_name {
            return Ok(Target::InModule { module: place, name });
        }
        if let Some((file, _)) = text.split_once(':').filter(|(file, _)| is_file(file)) {
            let example = match language {
                Language::Python => "load, or a dotted one, such as App.handle; a call goes into --setup",
                Language::Rust => "load, and no keyword",
            };
            bail!(
                "invalid program `{}`: expected {file}:NAME with a name such as {example}",
                text.escape_debug()
            );
        }
        Ok(Target::Snippet)
    }
}

/// Whether the text has what stands in code, and hardly in the name of a file.
fn is_code(text: &str) -> bool {
    text.contains(|letter: char| letter.is_whitespace() || "()[]{}'\"=,".contains(letter))
}

fn is_identifier(text: &str) -> bool {
    let is_letter = |letter: char| letter == '_' || letter.is_alphanumeric();
    text.chars().all(is_letter) && !text.starts_with(|letter: char| letter.is_numeric()) && !text.is_empty()
}

/// Whether the text is names of Python with dots between them.
fn is_dotted(text: &str) -> bool {
    text.split('.')
        .all(|part| is_identifier(part) && !is_keyword(Language::Python, part))
}

fn text_of(file: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| {
        let file = file.display();
        format!("cannot read {file}: expected the name of an existing file, or FILE:NAME")
    })?;
    // Python's may be in another encoding, which is the interpreter's to read.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The programs in Python that are called with n.
///
/// # Errors
/// When a file cannot be read, or a program is a script.
pub(crate) fn python_programs(
    texts: &[String],
    preparation: &PreparationOptions,
) -> anyhow::Result<Vec<Program>> {
    programs(Language::Python, texts, 0, |text, target| {
        let path: Vec<PathBuf> = preparation.folders();
        Ok(match target {
            Target::InFile { file, name } => Code::Named {
                module: Module::File(file),
                name,
                path,
            },
            Target::InModule { module, name } => Code::Named {
                module: Module::Import(module),
                name,
                path,
            },
            Target::Script(file) => bail!(
                "{file} is a script: name a function in it, as {file}:NAME; `heapbook lines {file}` runs it whole",
                file = file.display()
            ),
            Target::Snippet => Code::Snippet {
                text: text.to_owned(),
                setup: preparation.setup.clone(),
                path,
            },
        })
    })
}

/// The script that a text names, with what stands in `sys.argv` after it; `None` where it names
/// something else.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn script(
    text: &str,
    arguments: &[String],
    preparation: &PreparationOptions,
) -> anyhow::Result<Option<Program>> {
    let Target::Script(file) = Target::read(text, Language::Python)? else {
        return Ok(None);
    };
    Ok(Some(Program {
        name: VariantName::new(Language::Python, "script"),
        says: [text.trim()]
            .into_iter()
            .chain(arguments.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(" "),
        text: text_of(&file)?,
        code: Code::Script {
            file,
            arguments: arguments.to_vec(),
            path: preparation.folders(),
        },
        warm_up: false,
    }))
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
    programs(Language::Rust, texts, before, |text, target| {
        let program = match target {
            Target::InFile { file, name } => RustProgram::Function { file, name },
            _ => RustProgram::Snippet(text.to_owned()),
        };
        Ok(Code::Library {
            file: compiler.compile(&program)?,
        })
    })
}

/// Programs of one language, each under a name of its own. `code` is given a program's text, and
/// what that is.
fn programs(
    language: Language,
    texts: &[String],
    before: usize,
    code: impl Fn(&str, Target) -> anyhow::Result<Code>,
) -> anyhow::Result<Vec<Program>> {
    let mut names = BTreeSet::new();
    let program = |(place, says): (usize, &String)| {
        let target = Target::read(says, language)?;
        let (mut name, text) = match &target {
            Target::InFile { file, name } => (last_part(name), text_of(file)?),
            Target::InModule { name, .. } => (last_part(name), says.clone()),
            Target::Script(_) | Target::Snippet => (format!("snippet_{place}"), says.clone()),
        };
        if !names.insert(name.clone()) {
            name = format!("{name}_{place}");
        }
        Ok(Program {
            name: VariantName::new(language, name),
            says: says.trim().to_owned(),
            code: code(says, target)?,
            text,
            warm_up: true,
        })
    };
    (before + 1..).zip(texts).map(program).collect()
}

fn last_part(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_owned()
}

impl PreparationOptions {
    fn folders(&self) -> Vec<PathBuf> {
        let named = |folder: &&PathBuf| !folder.as_os_str().is_empty();
        self.path.iter().filter(named).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(text: &str) -> Target {
        Target::read(text, Language::Python).unwrap()
    }

    #[test]
    fn a_text_names_what_it_looks_like() {
        let in_file = |file: &str, name: &str| Target::InFile {
            file: file.into(),
            name: name.to_owned(),
        };
        let in_module = |module: &str, name: &str| Target::InModule {
            module: module.to_owned(),
            name: name.to_owned(),
        };
        assert_eq!(
            python("shop/cart.py:App.handle"),
            in_file("shop/cart.py", "App.handle")
        );
        assert_eq!(python("shop.cart:total"), in_module("shop.cart", "total"));
        assert_eq!(python("app:self"), in_module("app", "self"));
        assert_eq!(python("bin/script.py"), Target::Script("bin/script.py".into()));
        for snippet in [
            "lambda:n",
            "n",
            "{n: 1}",
            "x: int",
            "[1][:n]",
            "f(app.py)",
            "if n:pass",
        ] {
            assert_eq!(python(snippet), Target::Snippet, "{snippet}");
        }
        for wrong in [
            "app.py:",
            "app.py:3",
            "app.py:load(n)",
            "app.py:App.",
            "app.py:class",
        ] {
            let error = Target::read(wrong, Language::Python).unwrap_err().to_string();
            assert!(error.contains("expected app.py:NAME"), "{error}");
        }
    }

    #[test]
    fn rust_has_other_keywords() {
        let rust = |text| Target::read(text, Language::Rust);
        assert!(matches!(rust("app.rs:load").unwrap(), Target::InFile { .. }));
        assert_eq!(rust("a::b").unwrap(), Target::Snippet);
        assert!(
            rust("app.rs:self")
                .unwrap_err()
                .to_string()
                .contains("no keyword")
        );
    }
}
