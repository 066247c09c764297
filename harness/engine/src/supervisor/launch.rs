//! Starting real workers: an interpreter with the probe, or this very program.

use std::env;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use heapbook_protocol::call::Load;
use heapbook_protocol::{ErrorKind, Failure, Instrument, Module, WORKER_ARGUMENT, Workload};
use tempfile::TempDir;

use super::process::ProcessWorker;
use super::{Launcher, Limits, Worker, at_the_same_addresses};
use crate::plan::PlannedCell;
use crate::runtime::{PlannedRuntime, scrub_environment};
use crate::scenario::{Code, Subject};

/// What cargo puts before and after a library's name.
const LIBRARY_PREFIX: &str = env!("HEAPBOOK_LIBRARY_PREFIX");
const LIBRARY_SUFFIX: &str = env!("HEAPBOOK_LIBRARY_SUFFIX");

/// The name that Python wants it to have.
const MODULE: &str = "heapbook_probe.abi3.so";

/// What the interpreter runs: it takes the probe's directory from the end of its arguments, puts it
/// in the place of the current directory on the search path, and takes it off again once the probe
/// is in.
const BOOTSTRAP: &str = "import sys; sys.path[0] = sys.argv.pop(); import heapbook_probe; sys.path.pop(0); heapbook_probe.serve()";

/// How the name of the directory begins that holds the probe during a run.
pub(crate) const PROBE_DIRECTORY: &str = "probe-";

/// Why no probe can be used.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// It is in none of the places where cargo leaves it.
    #[error("{file} is not beside this program ({searched}): run `cargo build --release` in the project")]
    Missing {
        /// The library.
        file: String,
        /// The directories that were searched.
        searched: String,
    },
    /// No temporary directory can be made for it.
    #[error("cannot make a temporary directory for the probe: {0}; check TMPDIR")]
    Temporary(#[from] std::io::Error),
}

/// The probe, made ready for an interpreter to import.
#[derive(Debug)]
pub struct Probe {
    /// Holds the probe under the name that Python wants; removed when this goes.
    module: TempDir,
    /// Where the probe itself lies.
    library: PathBuf,
    /// The library that shows the probe what is allocated past Python; absent where it is not
    /// built.
    preload: Option<PathBuf>,
}

impl Probe {
    /// Finds the probe beside this program. `folder` is where it is given its name, in a directory
    /// of its own that begins with `probe-`.
    ///
    /// # Errors
    /// When it is not where cargo leaves it, or no temporary directory can be made.
    pub fn find_for(folder: &Path) -> Result<Self, ProbeError> {
        let program = env::current_exe()?;
        let library = find_library(&program, "heapbook_probe")?;
        let module = tempfile::Builder::new()
            .prefix(PROBE_DIRECTORY)
            .tempdir_in(folder)?;
        // Elsewhere than with glibc the library would be empty.
        let interposes = cfg!(all(target_os = "linux", target_env = "gnu"));
        let preload = interposes
            .then(|| find_library(&program, "heapbook_preload"))
            .transpose()?;
        let probe = Probe {
            module,
            library,
            preload,
        };
        probe.restore()?;
        Ok(probe)
    }

    /// Puts the probe back where a program has removed it, or something else in its place: that is
    /// to cost the program's own cell.
    fn restore(&self) -> std::io::Result<()> {
        let place = self.module.path().join(MODULE);
        if std::fs::read_link(&place).is_ok_and(|named| named == self.library) {
            return Ok(());
        }
        std::fs::create_dir_all(self.module.path())?;
        // Where there is nothing to remove, nothing is in the way.
        let _ = std::fs::remove_dir_all(&place).or_else(|_| std::fs::remove_file(&place));
        match symlink(&self.library, &place) {
            // Another thread was quicker.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            made => made,
        }
    }

    /// The directory to put on an interpreter's search path.
    pub fn directory(&self) -> &Path {
        self.module.path()
    }

    /// Has an interpreter start with the library that shows the probe what is allocated past
    /// Python.
    pub fn preload_into(&self, command: &mut Command) {
        if let Some(library) = &self.preload {
            command.env("LD_PRELOAD", library);
        }
    }
}

/// Starts workers as child processes.
#[derive(Debug)]
pub struct ProcessLauncher {
    probe: Probe,
    program: PathBuf,
    limits: Limits,
    interrupted: Arc<AtomicBool>,
    started: AtomicU64,
}

impl ProcessLauncher {
    /// Finds the probe and makes ready. Once `interrupted` is set, every wait for an answer ends.
    ///
    /// # Errors
    /// When the probe is not where cargo leaves it, or no temporary directory can be made.
    pub fn new(limits: Limits, interrupted: Arc<AtomicBool>) -> Result<Self, ProbeError> {
        ProcessLauncher::with_probe(Probe::find_for(&env::temp_dir())?, limits, interrupted)
    }

    /// The same with a probe that was made ready elsewhere.
    ///
    /// # Errors
    /// When the system does not say where this program lies.
    pub fn with_probe(
        probe: Probe,
        limits: Limits,
        interrupted: Arc<AtomicBool>,
    ) -> Result<Self, ProbeError> {
        Ok(ProcessLauncher {
            probe,
            program: env::current_exe()?,
            limits,
            interrupted,
            started: AtomicU64::new(0),
        })
    }

    /// How many workers were started so far.
    pub fn started(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }

    fn command(&self, cell: &PlannedCell<'_>, instrument: Instrument, hash_seed: u32) -> Command {
        match &cell.runtime {
            PlannedRuntime::Python(interpreter) => {
                let mut command = Command::new(&interpreter.executable);
                scrub_environment(&mut command);
                command.env("PYTHONHASHSEED", hash_seed.to_string());
                if matches!(instrument, Instrument::Ledger | Instrument::Tracer) {
                    self.probe.preload_into(&mut command);
                }
                if is_without_packages(cell.subject) {
                    command.arg("-S");
                }
                command.args(["-s", "-B", "-c", BOOTSTRAP]);
                command.arg(self.probe.directory());
                command
            }
            PlannedRuntime::Rust(_) => {
                let mut command = Command::new(&self.program);
                command.arg(WORKER_ARGUMENT);
                command
            }
        }
    }
}

/// Whether the subject can do without the interpreter's `site` module, which finds installed
/// packages, runs what these want to be run at every start, and adds a few names for interactive
/// use. A short snippet takes less time than that, and a scenario's figures should not depend on
/// what else is installed: it names the packages that it requires.
fn is_without_packages(subject: Subject<'_>) -> bool {
    const NEEDS: &str = "import exit quit help copyright credits license";
    let needs = |text: &str| NEEDS.split(' ').any(|word| text.contains(word));
    match subject {
        Subject::Variant(_, variant) => variant.requires.is_empty(),
        Subject::Program(program) => match &program.code {
            Code::Snippet { text, setup, .. } => !needs(text) && !setup.as_deref().is_some_and(needs),
            Code::Named { .. } | Code::Script { .. } | Code::Library { .. } => false,
        },
    }
}

impl Launcher for ProcessLauncher {
    fn launch(
        &self,
        cell: &PlannedCell<'_>,
        instrument: Instrument,
        hash_seed: u32,
    ) -> Result<Box<dyn Worker>, Failure> {
        let load = Load {
            instrument,
            workload: workload(cell.subject)?,
            n: cell.n,
        };
        self.probe.restore().map_err(|error| {
            let folder = self.probe.directory().display();
            Failure::new(
                ErrorKind::Start,
                format!("cannot restore the probe in {folder}: {error}"),
            )
        })?;
        let mut command = self.command(cell, instrument, hash_seed);
        if instrument.counts_blocks() {
            at_the_same_addresses(&mut command);
        }
        self.started.fetch_add(1, Ordering::Relaxed);
        let worker = ProcessWorker::start(command, self.limits, Arc::clone(&self.interrupted))?;
        let mut worker: Box<dyn Worker> = Box::new(worker);
        worker
            .ask(load)
            .map_err(|failure| with_advice(failure, cell.subject))?;
        Ok(worker)
    }
}

/// Says what to do if a scenario imports a package that it does not name.
fn with_advice(mut failure: Failure, subject: Subject<'_>) -> Failure {
    let names_none = matches!(subject, Subject::Variant(_, variant) if variant.requires.is_empty());
    if names_none && failure.kind == ErrorKind::Exception && failure.message.contains("ModuleNotFoundError") {
        failure.message.push_str(
            "\nA scenario sees Python's own library, and the packages that `requires` in its scenario.toml names.",
        );
    }
    failure
}

/// A cell's subject as a worker loads it; files by their absolute path, since its folder differs.
fn workload(subject: Subject<'_>) -> Result<Workload, Failure> {
    let absolute = |file: &Path| {
        let refused = |why: &str| Failure::new(ErrorKind::Start, format!("{}: {why}", file.display()));
        let absolute = std::path::absolute(file).map_err(|error| refused(&error.to_string()))?;
        // A worker is told of files as JSON, which is text.
        match absolute.to_str() {
            Some(_) => Ok(absolute),
            None => Err(refused(&format!(
                "its path {} is not UTF-8: rename the folder or file, or move it elsewhere",
                absolute.display()
            ))),
        }
    };
    match subject {
        Subject::Variant(scenario, variant) => Ok(Workload::Variant {
            scenario: scenario.slug.clone(),
            file: absolute(&scenario.workload(variant.name.language))?,
            function: variant.name.function.clone(),
            setup: variant.setup.clone(),
            digest: variant.digest.clone(),
        }),
        Subject::Program(program) => {
            let mut code = program.code.clone();
            if let Code::Named {
                module: Module::File(file),
                ..
            }
            | Code::Script { file, .. }
            | Code::Library { file } = &mut code
            {
                *file = absolute(file)?;
            }
            if let Code::Named { path, .. } | Code::Snippet { path, .. } | Code::Script { path, .. } =
                &mut code
            {
                for folder in path {
                    *folder = absolute(folder)?;
                }
            }
            Ok(Workload::Program(code))
        }
    }
}

/// Looks where cargo leaves a dependency's dynamic library: in `deps` beside the program, or beside
/// the program if that is a test or bench in `deps` itself.
///
/// The copy directly in the profile's folder is not used: cargo refreshes it only for `cargo build
/// --package`.
fn find_library(program: &Path, name: &str) -> Result<PathBuf, ProbeError> {
    let file = format!("{LIBRARY_PREFIX}{name}{LIBRARY_SUFFIX}");
    let beside = program.parent().unwrap_or(Path::new("."));
    let mut searched = vec![beside.join("deps")];
    if beside.file_name().is_some_and(|name| name == "deps") {
        searched.push(beside.to_owned());
    }
    searched.push(PathBuf::from(env!("HEAPBOOK_DEPS")));
    let mut places = searched.iter().map(|directory| directory.join(&file));
    if let Some(found) = places.find(|path| path.is_file()) {
        return Ok(found);
    }
    let searched: Vec<String> = searched.iter().map(|path| path.display().to_string()).collect();
    Err(ProbeError::Missing {
        file,
        searched: searched.join(", "),
    })
}
