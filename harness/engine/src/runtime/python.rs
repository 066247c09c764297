//! Finding a Python interpreter and asking it what it is.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use heapbook_model::Runtime;

/// The oldest Python that the probe loads into.
pub const OLDEST: (u32, u32) = (3, 9);

/// Asks an interpreter what it is. Packages are named on its command line.
const DESCRIBE: &str = include_str!("describe.py");

/// A Python interpreter that can be measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpreter {
    /// The real executable: what the interpreter itself says, not a wrapper script that was named.
    pub executable: PathBuf,
    /// What it is.
    pub runtime: Runtime,
}

/// Why an interpreter cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    /// The program cannot be started.
    #[error("cannot start `{}` ({source}): install Python 3.9 or newer, or pass one with --python PATH", .path.display())]
    NotFound {
        /// The interpreter as the user named it.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The program starts, and is not Python, or not one that can be measured.
    #[error("`{}` {why} with --python PATH", .path.display())]
    Unusable {
        /// The interpreter as the user named it.
        path: PathBuf,
        /// What it is, and what to do.
        why: String,
    },
}

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
    /// If it cannot be started, is not CPython, is too old, or is free-threaded.
    pub fn find(path: &Path, packages: &[String]) -> Result<Self, PythonError> {
        let unusable = |why: String| PythonError::Unusable {
            path: path.to_owned(),
            why,
        };
        let mut command = Command::new(path);
        scrub_environment(&mut command);
        if packages.is_empty() {
            // Finding what is installed can take longer than all the rest.
            command.arg("-S");
        }
        let output = command
            .args(["-s", "-B", "-c", DESCRIBE])
            .args(packages)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .map_err(|source| PythonError::NotFound {
                path: path.to_owned(),
                source,
            })?;
        let described: Option<Description> = output
            .stdout
            .split(|&byte| byte == b'\n')
            .rev()
            .find_map(|line| serde_json::from_slice(line).ok());
        let Some(described) = described else {
            let why = "does not answer as a Python interpreter does: pass one";
            return Err(unusable(why.to_owned()));
        };
        let Runtime {
            implementation,
            version,
            ..
        } = &described.runtime;
        if implementation != "CPython" {
            return Err(unusable(format!(
                "is {implementation}, heapbook measures CPython's allocators only: pass a CPython"
            )));
        }
        if (described.major, described.minor) < OLDEST {
            return Err(unusable(format!(
                "is Python {version}, heapbook needs 3.9 or newer: install one, or pass one"
            )));
        }
        if described.free_threaded {
            let why = "is a free-threaded build, which does not load modules for the stable ABI: pass an ordinary build";
            return Err(unusable(why.to_owned()));
        }
        Ok(Interpreter {
            executable: OsString::from_vec(described.executable).into(),
            runtime: described.runtime,
        })
    }
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
