//! What `heapbook lines` and `heapbook leaks` share: one function of a file, ready to be called.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use heapbook_engine::measure::Run;
use heapbook_engine::plan::PlannedCell;
use heapbook_engine::runtime::{Interpreter, PlannedRuntime};
use heapbook_engine::scenario::{Code, Program, Scenario};
use heapbook_engine::supervisor::Failure;
use heapbook_model::{Language, VariantName};

use super::try_programs::{Bounds, Function, size_of};
use crate::measuring::Workshop;
use crate::output::complain;
use crate::progress::Waiting;
use crate::status::Status;

/// The function, and how it is called.
#[derive(Debug, Args)]
pub(crate) struct Subject {
    /// The function, as app.py:load; it is called with n, or with nothing if it takes nothing
    #[arg(value_name = "FILE:FUNCTION")]
    function: String,
    /// The size n
    #[arg(short = 'n', long = "size", value_name = "SIZE", default_value = "1000", value_parser = size_of, allow_hyphen_values = true)]
    n: u64,
    /// The interpreter to measure with
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,
    #[command(flatten)]
    bounds: Bounds,
}

/// A function whose file was read.
pub(super) struct Ready {
    pub(super) function: Function,
    /// The file's text.
    pub(super) source: String,
    pub(super) n: u64,
    scenario: Scenario,
    runtime: PlannedRuntime,
    workshop: Workshop,
}

impl Subject {
    /// Reads the file and finds the interpreter.
    pub(super) fn ready(&self) -> anyhow::Result<Ready> {
        let Some(function) = Function::parse(&self.function, "py") else {
            bail!(
                "`{}` names no function: write FILE:FUNCTION, as app.py:load",
                self.function
            );
        };
        let source = function.text()?;
        let program = Program {
            name: VariantName::new(Language::Python, function.name.clone()),
            says: self.function.clone(),
            code: Code::File {
                file: function.file.clone(),
                function: function.name.clone(),
            },
            text: source.clone(),
            warm_up: true,
        };
        Ok(Ready {
            function,
            source,
            n: self.n,
            scenario: Scenario::of_programs("inspected", vec![self.n], vec![program]),
            runtime: PlannedRuntime::Python(Interpreter::find(&self.python, &[])?),
            workshop: Workshop::open(self.bounds.limits())?,
        })
    }
}

impl Ready {
    /// The interpreter, in words.
    pub(super) fn runtime(&self) -> String {
        self.runtime.runtime().to_string()
    }

    /// Has the engine look at the function. A failure of the function is shown, and is the status.
    pub(super) fn look<T>(
        &self,
        look: impl FnOnce(&Run<'_>, &PlannedCell<'_>) -> Result<T, Failure>,
    ) -> Result<T, Status> {
        let run = self.workshop.run(&self.workshop.launcher);
        let planned = PlannedCell {
            scenario: &self.scenario,
            variant: &self.scenario.variants[0],
            n: self.n,
            runtime: self.runtime.clone(),
        };
        let waiting = Waiting::for_what(&self.function.name);
        let looked = look(&run, &planned);
        drop(waiting);
        looked.map_err(|failure| {
            if self.workshop.is_interrupted() {
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
