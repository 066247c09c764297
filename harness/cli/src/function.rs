//! What `heapbook lines` and `heapbook leaks` share: one program, ready to be called.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::slice;

use clap::Args;
use heapbook_engine::measure::Runner;
use heapbook_engine::plan::PlannedCell;
use heapbook_engine::record::ErrorKind;
use heapbook_engine::runtime::{Interpreter, PlannedRuntime};
use heapbook_engine::scenario::{Code, Module, Program, Subject};
use heapbook_engine::supervisor::Failure;
use heapbook_report::display;

use crate::options::LimitOptions;
use crate::output::{complain, complain_of};
use crate::programs::{PreparationOptions, python_programs, script};
use crate::progress::waiting_for;
use crate::session::Session;
use crate::sizes::size;
use crate::status::Status;

/// The program, and how it is called.
#[derive(Debug, Args)]
pub(crate) struct FunctionOptions {
    /// A function or method, such as app.py:load, app.py:App.handle or package.module:load, or a
    /// snippet of Python in n
    #[arg(value_name = "PROGRAM")]
    program: String,
    #[command(flatten)]
    preparation: PreparationOptions,
    /// The size n
    #[arg(short = 'n', long = "size", value_name = "SIZE", default_value = "1000", value_parser = size, allow_hyphen_values = true)]
    n: u64,
    /// The interpreter to measure with
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,
    #[command(flatten)]
    limits: LimitOptions,
}

/// A program whose file was read, and what measures it.
pub(crate) struct ReadyFunction {
    pub(crate) n: u64,
    pub(crate) program: Program,
    session: Session,
    runtime: PlannedRuntime,
}

impl FunctionOptions {
    /// Reads the file and finds the interpreter.
    ///
    /// # Errors
    /// When there is no such file or interpreter, or no worker can be started.
    pub(crate) fn ready(&self) -> anyhow::Result<ReadyFunction> {
        let mut programs = python_programs(slice::from_ref(&self.program), &self.preparation)?;
        self.with(programs.remove(0))
    }

    /// The same of a program that may be a script, which is run with arguments.
    ///
    /// # Errors
    /// As with [`FunctionOptions::ready`]; also when there are arguments for something else.
    pub(crate) fn ready_to_run(&self, arguments: &[String]) -> anyhow::Result<ReadyFunction> {
        match script(&self.program, arguments, &self.preparation)? {
            Some(program) => self.with(program),
            None if arguments.is_empty() => self.ready(),
            None => anyhow::bail!(
                "`{}` takes no arguments: they are for a script, as in script.py -- ARGUMENTS",
                self.program.escape_debug()
            ),
        }
    }

    fn with(&self, program: Program) -> anyhow::Result<ReadyFunction> {
        Ok(ReadyFunction {
            program,
            n: self.n,
            session: Session::open(self.limits.limits(NonZeroUsize::MIN))?,
            runtime: PlannedRuntime::Python(Interpreter::find(&self.python, &[])?),
        })
    }
}

impl ReadyFunction {
    /// What is called, as messages and JSON name it: a dotted name, or the text of a snippet.
    pub(crate) fn name(&self) -> &str {
        match &self.program.code {
            Code::Named { name, .. } => name,
            _ => &self.program.says,
        }
    }

    /// The file that it names, if it names one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.program.code {
            Code::Named {
                module: Module::File(file),
                ..
            }
            | Code::Script { file, .. } => Some(file),
            _ => None,
        }
    }

    /// Whether it is a script, which has no size.
    pub(crate) fn is_script(&self) -> bool {
        matches!(self.program.code, Code::Script { .. })
    }

    /// The interpreter, in words.
    pub(crate) fn runtime(&self) -> String {
        self.runtime.runtime().to_string()
    }

    /// Program, size and interpreter, in words.
    pub(crate) fn title(&self) -> String {
        let size = match self.is_script() {
            true => String::new(),
            false => format!(" at n = {}", display::size(self.n)),
        };
        format!("{}{size}, {}", self.program.says, self.runtime())
    }

    /// Measures the program. Its failure is shown, and is the status.
    pub(crate) fn measure<T>(
        &self,
        measure: impl FnOnce(&Runner<'_>, &PlannedCell<'_>) -> Result<T, Failure>,
    ) -> Result<T, Status> {
        let cell = PlannedCell {
            subject: Subject::Program(&self.program),
            n: self.n,
            runtime: self.runtime.clone(),
        };
        let waiting = waiting_for(self.name());
        let measured = measure(&self.session.runner(NonZeroUsize::MIN), &cell);
        drop(waiting);
        measured.map_err(|failure| {
            if failure.kind == ErrorKind::Interrupted {
                complain!("Interrupted.");
                return Status::Interrupted;
            }
            let label = format!("heapbook: {} failed:", self.name());
            complain_of(label, failure.message.trim_end());
            Status::Finding
        })
    }
}
