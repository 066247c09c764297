//! What the benches share that start this project's binary and other tools as whole commands.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use heapbook_engine::project::Project;
use heapbook_engine::runtime::Interpreter;
use serde::Serialize;

/// Runs a bench, and says what is wrong with it.
pub(crate) fn run(bench: fn() -> Result<(), Box<dyn Error>>) -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("heapbook: {error}");
            ExitCode::from(2)
        }
    }
}

/// Which interpreter, and how often.
pub(crate) struct Request {
    /// The interpreter that has the tools.
    pub(crate) python: PathBuf,
    /// Runs of each tool.
    pub(crate) rounds: u32,
}

impl Request {
    /// Reads `--python PATH` and `--rounds N`.
    pub(crate) fn of_arguments(rounds: u32) -> Result<Self, Box<dyn Error>> {
        let mut request = Request {
            python: PathBuf::from("python3"),
            rounds,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--python" => request.python = PathBuf::from(value()?),
                "--rounds" => {
                    request.rounds = value()?.parse().map_err(|error| format!("--rounds: {error}"))?;
                }
                // Cargo's own.
                "--bench" => {}
                other => return Err(format!("`{other}` is unknown: use --python PATH or --rounds N").into()),
            }
        }
        Ok(request)
    }

    /// The interpreter, asked which of the tools' packages it has.
    pub(crate) fn interpreter(&self, packages: &[&str]) -> Result<Interpreter, Box<dyn Error>> {
        let packages: Vec<String> = packages.iter().map(|package| (*package).to_owned()).collect();
        Ok(Interpreter::find(&self.python, &packages)?)
    }
}

/// The binary that `cargo build --release` leaves.
pub(crate) fn binary(project: &Project) -> Result<PathBuf, Box<dyn Error>> {
    let binary = project.root.join("target/release/heapbook");
    match binary.is_file() {
        true => Ok(binary),
        false => Err(format!(
            "{} is not there: run `cargo build --release` first",
            binary.display()
        )
        .into()),
    }
}

/// Runs a command to its end, and gives what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Writes what was measured below `target/`.
pub(crate) fn publish(
    project: &Project,
    name: &str,
    measured: &impl Serialize,
) -> Result<PathBuf, Box<dyn Error>> {
    let file = project.root.join("target").join(name);
    std::fs::write(&file, serde_json::to_string_pretty(measured)?)?;
    Ok(file)
}

/// Cargo starts benches in their package's folder: a script beside them.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new("benches").join(name)
}
