//! Starting real workers: an interpreter with the probe, or this very program.

use std::env;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tempfile::TempDir;

use super::process::ProcessWorker;
use super::serve::ASKED;
use super::{Call, Failure, Launcher, Limits, Load, Worker, environment};
use crate::plan::{PlannedCell, PlannedRuntime};
use crate::record::{ErrorKind, Pass};

/// The name that cargo gives the probe's library.
const LIBRARY: &str = concat!(
    env!("HEAPBOOK_LIBRARY_PREFIX"),
    "heapbook_probe",
    env!("HEAPBOOK_LIBRARY_SUFFIX")
);

/// The name that Python wants it to have.
const MODULE: &str = "heapbook_probe.abi3.so";

/// What the interpreter runs: it takes the probe's directory from the end of its arguments, puts it in the place
/// of the current directory on the search path, and takes it off again once the probe is in.
const BOOTSTRAP: &str = "import sys; sys.path[0] = sys.argv.pop(); import heapbook_probe; sys.path.pop(0); heapbook_probe.serve()";

/// Why no probe can be used.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// It is in none of the places where cargo leaves it.
    #[error(
        "the probe {LIBRARY} is not beside this program ({searched}): run `cargo build --release` in the project"
    )]
    Missing {
        /// The directories that were searched.
        searched: String,
    },
    /// No temporary directory can be made for it.
    #[error("cannot make a temporary directory for the probe: {0}; check TMPDIR")]
    Temporary(#[from] std::io::Error),
}

/// Starts workers as child processes.
#[derive(Debug)]
pub struct ProcessLauncher {
    /// Holds the probe under the name that Python wants; removed when the launcher goes.
    module: TempDir,
    program: PathBuf,
    limits: Limits,
    interrupted: Arc<AtomicBool>,
}

impl ProcessLauncher {
    /// Finds the probe and makes ready. Once `interrupted` is set, every wait for an answer ends.
    ///
    /// # Errors
    /// When the probe is not where cargo leaves it, or no temporary directory can be made.
    pub fn new(limits: Limits, interrupted: Arc<AtomicBool>) -> Result<Self, ProbeError> {
        let program = env::current_exe()?;
        let probe = find_probe(&program)?;
        let module = tempfile::Builder::new().prefix("heapbook-").tempdir()?;
        symlink(probe, module.path().join(MODULE))?;
        Ok(ProcessLauncher {
            module,
            program,
            limits,
            interrupted,
        })
    }

    fn command(&self, cell: &PlannedCell<'_>, hash_seed: u32) -> Command {
        match &cell.runtime {
            PlannedRuntime::Python(interpreter) => {
                let mut command = Command::new(&interpreter.executable);
                environment::scrub(&mut command);
                command.env("PYTHONHASHSEED", hash_seed.to_string());
                command
                    .args(["-s", "-B", "-c", BOOTSTRAP])
                    .arg(self.module.path());
                command
            }
            PlannedRuntime::Rust(_) => {
                let mut command = Command::new(&self.program);
                command.arg(ASKED);
                command
            }
        }
    }
}

impl Launcher for ProcessLauncher {
    fn launch(&self, cell: &PlannedCell<'_>, pass: Pass, hash_seed: u32) -> Result<Box<dyn Worker>, Failure> {
        let command = self.command(cell, hash_seed);
        let mut worker =
            ProcessWorker::start(command, self.limits, Arc::clone(&self.interrupted), super::BUILD)?;
        worker.call(&Call::Load(load(cell, pass)?))?;
        Ok(Box::new(worker))
    }
}

fn load<'a>(cell: &PlannedCell<'a>, pass: Pass) -> Result<Load<'a>, Failure> {
    let file = cell.scenario.workload(cell.variant.name.language);
    let file = std::path::absolute(&file).map_err(|error| Failure {
        kind: ErrorKind::Start,
        message: format!("{}: {error}", file.display()),
    })?;
    Ok(Load {
        pass,
        scenario: &cell.scenario.slug,
        file,
        variant: &cell.variant.name.function,
        setup: cell.variant.setup.as_deref(),
        setup_each: cell.variant.setup_each,
        digest: cell.variant.digest.as_deref(),
        n: cell.n,
    })
}

/// Looks where cargo leaves a dependency's dynamic library: in `deps` beside the program, or beside the program if
/// that is a test or bench in `deps` itself.
///
/// The copy directly in the profile's folder is not used: cargo refreshes it only for `cargo build --package`.
fn find_probe(program: &Path) -> Result<PathBuf, ProbeError> {
    let beside = program.parent().unwrap_or(Path::new("."));
    let mut searched = vec![beside.join("deps")];
    if beside.file_name().is_some_and(|name| name == "deps") {
        searched.push(beside.to_owned());
    }
    searched.push(PathBuf::from(env!("HEAPBOOK_DEPS")));
    let found = searched
        .iter()
        .map(|directory| directory.join(LIBRARY))
        .find(|path| path.is_file());
    found.ok_or_else(|| ProbeError::Missing {
        searched: searched
            .iter()
            .map(|path| path.display().to_string())
            .collect::<Vec<_>>()
            .join(", "),
    })
}
