//! `heapbook pythons`: the Pythons of this machine, and which of them can be measured.

use std::path::PathBuf;

use clap::Args;
use heapbook_engine::runtime::{self, Found, Interpreter};
use heapbook_model::version_numbers;
use heapbook_report::document::{Column, Document, Table};
use serde_json::{Value, json};

use crate::output::{self, Form};
use crate::status::Status;

#[derive(Debug, Args)]
#[command(
    after_help = "Looks for python3, python3.X, pypy3 and graalpy on the PATH, for what uv and pyenv have installed, \
                        and for virtual environments in the current folder.\n\n\
                        Examples:\n  heapbook pythons\n  heapbook pythons --python ../app/.venv/bin/python --json\n  \
                        heapbook run --all-pythons"
)]
pub(crate) struct PythonsOptions {
    /// Another interpreter to look at; may be given several times
    #[arg(long = "python", value_name = "PATH")]
    pythons: Vec<PathBuf>,
    #[command(flatten)]
    form: Form,
}

/// Lists them, as text or as JSON. The status is a finding where none can be measured.
pub(crate) fn run(options: &PythonsOptions) -> anyhow::Result<Status> {
    let mut found = runtime::found(&options.pythons);
    // Oldest first; those that have said nothing come last.
    found.sort_by_key(|one| {
        let version = one.runtime().map(|runtime| version_numbers(&runtime.version));
        (version.is_none(), version)
    });
    let data = || -> Vec<Value> { found.iter().map(as_json).collect() };
    output::show(options.form, || document(&found), data)?;
    Ok(Status::finding_if(found.iter().all(|one| one.answer.is_err())))
}

fn document(found: &[Found]) -> Document {
    let heads = ["measured", "build", "where", "found"];
    let mut table = Table::new(heads.map(|head| Column::words(head, head)));
    let mut refused = Vec::new();
    for one in found {
        match &one.answer {
            Ok(interpreter) => table.push([
                version(interpreter).into(),
                interpreter.runtime.build.as_str().into(),
                one.path.display().to_string().into(),
                how(one, interpreter).into(),
            ]),
            Err(error) => refused.push(error),
        }
    }
    let mut document = Document::from(table);
    for error in &refused {
        document.code("refused:", error.to_string());
    }
    if refused.len() == found.len() {
        document.line("No Python was found that can be measured: install CPython 3.11 or newer.");
    }
    document
}

/// What it is, and whether it is newer than any that was tried.
fn version(interpreter: &Interpreter) -> String {
    match interpreter.is_untried() {
        true => format!("{} (not tried)", interpreter.runtime),
        false => interpreter.runtime.to_string(),
    }
}

/// How it was found, and what else is to be known of it.
fn how(found: &Found, interpreter: &Interpreter) -> String {
    let mut words = vec![found.source.words().to_owned()];
    if found.is_default {
        words.push("the default".to_owned());
    }
    if interpreter.environment().is_some() {
        words.push("a virtual environment".to_owned());
    }
    if !found.also.is_empty() {
        let also = found.also.iter().map(|path| path.display().to_string());
        words.push(format!("also {}", also.collect::<Vec<_>>().join(", ")));
    }
    words.join("; ")
}

fn as_json(found: &Found) -> Value {
    let runtime = found.runtime();
    let interpreter = found.answer.as_ref().ok();
    json!({
        "path": found.path.to_string_lossy(),
        "also": found.also.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
        "found": found.source.words(),
        "default": found.is_default,
        "implementation": runtime.map(|runtime| &runtime.implementation),
        "version": runtime.map(|runtime| &runtime.version),
        "build": runtime.map(|runtime| &runtime.build),
        "executable": interpreter.map(|one| one.executable.to_string_lossy()),
        "environment": interpreter.and_then(Interpreter::environment).map(|folder| folder.to_string_lossy()),
        "tried": interpreter.map(|one| !one.is_untried()),
        "measured": interpreter.is_some(),
        "refused": found.answer.as_ref().err().map(ToString::to_string),
    })
}
