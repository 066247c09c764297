//! The environment that an interpreter is started in.

use std::env;
use std::process::Command;

/// Removes every `PYTHON*` variable, so that the reader's settings neither change what is measured
/// nor reach the workload. (Python's `-I` would do that too, and ignore the hash seed with it.)
pub fn scrub(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
}
