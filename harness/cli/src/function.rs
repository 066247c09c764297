//! What `heapbook lines` and `heapbook leaks` share: one function of a file, ready to be called.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::slice;

use anyhow::bail;
use clap::Args;
use heapbook_engine::measure::Runner;
use heapbook_engine::plan::PlannedCell;
use heapbook_engine::record::ErrorKind;
use heapbook_engine::runtime::{Interpreter, PlannedRuntime};
use heapbook_engine::scenario::{Program, Subject};
use heapbook_engine::supervisor::Failure;
use heapbook_model::Language;
use heapbook_report::display;

use crate::options::LimitOptions;
use crate::output::complain;
use crate::programs::{Function, python_programs};
use crate::progress::waiting_for;
use crate::session::Session;
use crate::sizes::size;
use crate::status::Status;

/// The function, and how it is called.
#[derive(Debug, Args)]
pub(crate) struct FunctionOptions {
    /// The function, such as app.py:load; it is called with n, or with nothing if it takes nothing
    #[arg(value_name = "FILE:FUNCTION")]
    function: String,
    /// The size n
    #[arg(short = 'n', long = "size", value_name = "SIZE", default_value = "1000", value_parser = size, allow_hyphen_values = true)]
    n: u64,
    /// The interpreter to measure with
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,
    #[command(flatten)]
    limits: LimitOptions,
}

/// A function whose file was read, and what measures it.
pub(crate) struct ReadyFunction {
    pub(crate) function: Function,
    pub(crate) n: u64,
    /// The same as a program, with the file's text.
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
        let Some(function) = Function::parse(&self.function, Language::Python) else {
            bail!(
                "invalid function `{}`: expected FILE:FUNCTION, such as app.py:load",
                self.function
            );
        };
        Ok(ReadyFunction {
            program: python_programs(slice::from_ref(&self.function), None)?.remove(0),
            function,
            n: self.n,
            session: Session::open(self.limits.limits(NonZeroUsize::MIN))?,
            runtime: PlannedRuntime::Python(Interpreter::find(&self.python, &[])?),
        })
    }
}

impl ReadyFunction {
    /// The interpreter, in words.
    pub(crate) fn runtime(&self) -> String {
        self.runtime.runtime().to_string()
    }

    /// File, function, size and interpreter, in words.
    pub(crate) fn title(&self) -> String {
        format!(
            "{} at n = {}, {}",
            self.program.says,
            display::size(self.n),
            self.runtime()
        )
    }

    /// Measures the function. Its failure is shown, and is the status.
    pub(crate) fn measure<T>(
        &self,
        measure: impl FnOnce(&Runner<'_>, &PlannedCell<'_>) -> Result<T, Failure>,
    ) -> Result<T, Status> {
        let cell = PlannedCell {
            subject: Subject::Program(&self.program),
            n: self.n,
            runtime: self.runtime.clone(),
        };
        let waiting = waiting_for(&self.function.name);
        let measured = measure(&self.session.runner(NonZeroUsize::MIN), &cell);
        drop(waiting);
        measured.map_err(|failure| {
            if failure.kind == ErrorKind::Interrupted {
                complain!("Interrupted.");
                return Status::Interrupted;
            }
            complain!(
                "heapbook: {} failed:\n{}",
                self.function.name,
                failure.message.trim_end()
            );
            Status::Finding
        })
    }
}
