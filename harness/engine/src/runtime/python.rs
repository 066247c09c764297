//! What a Python interpreter says it is, and whether it can be measured.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use super::asking::{Silence, ask};
use heapbook_model::{Runtime, version_numbers};

/// The oldest Python that the probe loads into.
pub const OLDEST: (u32, u32) = (3, 11);

/// The newest Python that was tried. A newer one loads the probe as well, and nobody has looked
/// whether all figures are right there.
pub const NEWEST: (u32, u32) = (3, 15);

/// Asks an interpreter what it is. Packages are named on its command line.
const DESCRIBE: &str = include_str!("describe.py");

/// How long an interpreter may take to say what it is: one on a slow network file system takes
/// seconds.
const DEADLINE: Duration = Duration::from_secs(10);

/// A Python interpreter that can be measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpreter {
    /// The real executable: what the interpreter itself says, not a wrapper script that was named.
    pub executable: PathBuf,
    /// What it is.
    pub runtime: Runtime,
    /// Where the packages are that it was asked about.
    pub packages: Packages,
}

/// Where the packages are that scenarios require.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packages {
    /// The interpreter has them itself, as far as it has them.
    Own,
    /// The interpreter of an environment has them, which was made for this one.
    In(PathBuf),
    /// They could not be had, and why.
    Missing(String),
}

/// Why an interpreter cannot be measured.
#[derive(Debug, thiserror::Error)]
#[error("`{}` {refusal}", .path.display())]
pub struct PythonError {
    /// The interpreter as the user named it.
    pub path: PathBuf,
    /// What it is, and what to do.
    pub refusal: Refusal,
}

/// What is wrong with an interpreter, as the rest of a sentence that begins with its name.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The program cannot be started.
    #[error("cannot be started ({0}): {ADVICE}")]
    NotStarted(io::Error),
    /// The program ends, and has not said what it is.
    #[error("does not answer as a Python interpreter does ({0}): {ADVICE}")]
    NoAnswer(String),
    /// The program goes on, and has not said what it is.
    #[error("has not said within {} s what it is: {ADVICE}", DEADLINE.as_secs())]
    Hangs,
    /// It is Python, and not CPython.
    #[error("is {0}, and heapbook measures CPython's allocators only: {ADVICE}")]
    NotCPython(Box<Runtime>),
    /// The probe does not load into it.
    #[error("is {0}, which is too old: {ADVICE}")]
    TooOld(Box<Runtime>),
    /// It does not load modules for the stable ABI.
    #[error("is a free-threaded build of {0}, which heapbook cannot measure: {ADVICE}")]
    FreeThreaded(Box<Runtime>),
}

impl Refusal {
    /// What the interpreter is, where it has said so.
    pub fn runtime(&self) -> Option<&Runtime> {
        match self {
            Refusal::NotStarted(_) | Refusal::NoAnswer(_) | Refusal::Hangs => None,
            Refusal::NotCPython(runtime) | Refusal::TooOld(runtime) | Refusal::FreeThreaded(runtime) => {
                Some(runtime)
            }
        }
    }
}

/// What helps against every refusal.
const ADVICE: &str = "install an ordinary CPython, 3.11 or newer, or pass one with --python PATH";

/// What `describe.py` prints.
#[derive(Debug, Deserialize)]
struct Description {
    /// The bytes of its path.
    executable: Vec<u8>,
    major: u32,
    minor: u32,
    free_threaded: bool,
    #[serde(flatten)]
    runtime: Runtime,
}

impl Interpreter {
    /// Asks the interpreter at `path` (or of that name on the search path) what it is, and which
    /// versions of `packages` it has.
    ///
    /// # Errors
    /// If it cannot be started, does not answer, is not CPython, is too old, or is free-threaded.
    pub fn find(path: &Path, packages: &[String]) -> Result<Self, PythonError> {
        let refused = |refusal| PythonError {
            path: path.to_owned(),
            refusal,
        };
        describe(path, packages)
            .and_then(Description::measurable)
            .map_err(refused)
    }

    /// The folder of the virtual environment that it belongs to.
    pub fn environment(&self) -> Option<&Path> {
        environment_of(&self.executable)
    }

    /// Whether it is newer than any that was tried.
    pub fn is_untried(&self) -> bool {
        let newest = [NEWEST.0, NEWEST.1].map(u64::from);
        version_numbers(&self.runtime.minor())[..] > newest[..]
    }
}

fn describe(path: &Path, packages: &[String]) -> Result<Description, Refusal> {
    let mut command = Command::new(path);
    scrub_environment(&mut command);
    if packages.is_empty() {
        // Finding what is installed can take longer than all the rest.
        command.arg("-S");
    }
    command.args(["-s", "-B", "-c", DESCRIBE]).args(packages);
    // A wrapper may print what it likes before.
    ask(command, DEADLINE, |line| serde_json::from_slice(line).ok()).map_err(|silence| match silence {
        Silence::NotStarted(error) => Refusal::NotStarted(error),
        Silence::Ended(how) => Refusal::NoAnswer(how),
        Silence::Deadline => Refusal::Hangs,
    })
}

impl Description {
    fn measurable(self) -> Result<Interpreter, Refusal> {
        let runtime = Box::new(self.runtime);
        if runtime.implementation != "CPython" {
            return Err(Refusal::NotCPython(runtime));
        }
        if (self.major, self.minor) < OLDEST {
            return Err(Refusal::TooOld(runtime));
        }
        if self.free_threaded {
            return Err(Refusal::FreeThreaded(runtime));
        }
        Ok(Interpreter {
            executable: OsString::from_vec(self.executable).into(),
            runtime: *runtime,
            packages: Packages::Own,
        })
    }
}

/// The folder of the virtual environment that a program belongs to.
pub(super) fn environment_of(program: &Path) -> Option<&Path> {
    let mut folders = program.ancestors().skip(1).take(2);
    folders.find(|folder| folder.join("pyvenv.cfg").is_file())
}

/// Removes every `PYTHON*` variable, so that the reader's settings neither change what is measured
/// nor reach the workload. (Python's `-I` would do that too, and ignore the hash seed with it.)
pub fn scrub_environment(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
}
