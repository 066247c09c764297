//! Environments with the packages that scenarios require: one for each interpreter, made once.
//!
//! An interpreter that has the packages is used as it is, and so is a virtual environment, which is
//! its user's. For any other an environment is made of what `scenarios/requirements.txt` pins. It
//! is made beside its place and moved there when it is whole, so that none is half made.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::asking::{Ended, Silence, run};
use super::discovery::found;
use super::python::{Interpreter, Packages, scrub_environment};
use crate::files::read_text;
use heapbook_model::{Runtime, hex};

/// Where a project's environments are, below its root.
const FOLDER: &str = "target/heapbook/environments";

/// The versions of the packages, below a project's root.
const PINS: &str = "scenarios/requirements.txt";

/// How the name of an environment begins that is being made.
const UNFINISHED: &str = ".making-";

/// How long an environment may take to be made, where the network is slow.
const DEADLINE: Duration = Duration::from_secs(600);

/// The environments of a project.
#[derive(Debug)]
pub struct Environments {
    folder: PathBuf,
    pins: PathBuf,
}

impl Environments {
    /// Those of the project at `root`.
    pub fn of(root: &Path) -> Self {
        Environments {
            folder: root.join(FOLDER),
            pins: root.join(PINS),
        }
    }

    /// Gives each interpreter these packages, or the reason why it has not got them. Each
    /// environment that has to be made is told of before.
    pub fn equip(&self, interpreters: &mut [Interpreter], packages: &[String], tell: &mut dyn FnMut(&str)) {
        let all = interpreters.to_vec();
        for interpreter in interpreters {
            let Some(missing) = missing(interpreter, packages) else {
                continue;
            };
            interpreter.packages = match self.environment_of(interpreter, missing, packages, &all, tell) {
                Ok(environment) => {
                    interpreter.runtime.packages = environment.runtime.packages;
                    Packages::In(environment.executable)
                }
                Err(why) => Packages::Missing(why),
            };
        }
    }

    /// Whether [`Environments::equip`] would have to make an environment, which takes long.
    pub fn are_to_be_made(&self, interpreters: &[Interpreter], packages: &[String]) -> bool {
        let pins = read_text(&self.pins).unwrap_or_default();
        interpreters.iter().any(|interpreter| {
            missing(interpreter, packages).is_some()
                && interpreter.environment().is_none()
                && !python_in(&self.place_of(interpreter, &pins)).exists()
        })
    }

    /// Removes what a process that was killed has left. Nobody may be making an environment.
    pub(crate) fn remove_unfinished(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                // One that cannot be removed does no harm.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    fn environment_of(
        &self,
        base: &Interpreter,
        missing: &str,
        packages: &[String],
        others: &[Interpreter],
        tell: &mut dyn FnMut(&str),
    ) -> Result<Interpreter, String> {
        if base.environment().is_some() {
            let python = base.executable.display();
            return Err(format!(
                "a virtual environment is used as it is, so install it there: {python} -m pip install {missing}"
            ));
        }
        let pins = read_text(&self.pins).unwrap_or_default();
        if !packages.iter().all(|package| is_pinned(&pins, package)) {
            return Err(format!(
                "{PINS} does not pin it: add a line such as {missing}==1.0"
            ));
        }
        let place = self.place_of(base, &pins);
        let python = python_in(&place);
        if has_all(&python, packages).is_none() {
            let names = packages.join(" and ");
            tell(&format!(
                "Making an environment with {names} for {}, once.",
                base.runtime
            ));
            self.make(base, &place, others)?;
        }
        has_all(&python, packages).ok_or_else(|| format!("what {PINS} pins does not bring it: mend its line"))
    }

    /// Where the environment is of this build, with these packages.
    fn place_of(&self, base: &Interpreter, pins: &str) -> PathBuf {
        self.folder.join(name_of(base, pins))
    }

    /// Makes an environment beside its place, and moves it there when it is whole.
    fn make(&self, base: &Interpreter, place: &Path, others: &[Interpreter]) -> Result<(), String> {
        let refused = |error: std::io::Error| {
            format!(
                "cannot write below {}: {error}; check the permissions",
                self.folder.display()
            )
        };
        fs::create_dir_all(&self.folder).map_err(refused)?;
        let mut work = tempfile::Builder::new();
        let work = work
            .prefix(UNFINISHED)
            .tempdir_in(&self.folder)
            .map_err(refused)?;
        let python = python_in(work.path());
        let pip = match create(base, work.path(), &[]) {
            Ok(()) => python.clone(),
            // Debian leaves out what brings pip.
            Err(_) => {
                create(base, work.path(), &["--clear", "--without-pip"])?;
                self.pip_of_another(base, others)?
            }
        };
        self.install(&pip, &python)?;
        // One that does not work any more goes.
        let _ = fs::remove_dir_all(place);
        fs::rename(work.keep(), place).map_err(refused)
    }

    /// The interpreter of an environment that has a pip of its own, of the pinned version.
    fn pip_of_another(&self, base: &Interpreter, others: &[Interpreter]) -> Result<PathBuf, String> {
        let pins = read_text(&self.pins).unwrap_or_default();
        let at_hand = found(&[]).into_iter().filter_map(|found| found.answer.ok());
        let candidates = others.iter().cloned().chain(at_hand);
        let candidates =
            candidates.filter(|other| other.environment().is_none() && other.executable != base.executable);
        for other in candidates {
            let place = self.place_of(&other, &pins);
            if has_all(&python_in(&place), &["pip".to_owned()]).is_some() {
                return Ok(python_in(&place));
            }
            let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
            if create(&other, scratch.path(), &[]).is_ok() {
                self.make(&other, &place, &[])?;
                return Ok(python_in(&place));
            }
        }
        Err(format!(
            "{} has no pip, and no other Python at hand has: install one that makes virtual environments",
            base.runtime
        ))
    }

    /// Installs what is pinned for an interpreter, with another's pip.
    fn install(&self, pip: &Path, python: &Path) -> Result<(), String> {
        let mut command = Command::new(pip);
        scrub_environment(&mut command);
        command.args(["-m", "pip"]);
        if pip != python {
            command.arg("--python").arg(python);
        }
        // No compiler is started, and what fails for want of a network fails soon.
        command.args("install --quiet --disable-pip-version-check --no-input --no-user".split(' '));
        command.args("--only-binary=:all: --retries=2 --timeout=15 --requirement".split(' '));
        finished(command.arg(&self.pins)).map_err(|why| {
            format!("pip could not install what {PINS} pins ({why}): connect to the network and run again")
        })
    }
}

/// Makes a virtual environment.
fn create(base: &Interpreter, folder: &Path, options: &[&str]) -> Result<(), String> {
    // Up to 3.13 an environment looks for Python's own library beside the name that made it, which
    // may be a link.
    let program = fs::canonicalize(&base.executable).unwrap_or_else(|_| base.executable.clone());
    let mut command = Command::new(program);
    scrub_environment(&mut command);
    finished(command.args(["-m", "venv"]).args(options).arg(folder))
        .map_err(|why| format!("{} cannot make a virtual environment ({why})", base.runtime))
}

/// Runs a command; what it complained of where it fails.
fn finished(command: &mut Command) -> Result<(), String> {
    match run(command, DEADLINE) {
        Ok(ended) if ended.status.success() => Ok(()),
        Ok(ended) => Err(first_error(&ended)),
        Err(Silence::NotStarted(error)) => Err(error.to_string()),
        Err(Silence::Ended(how)) => Err(how),
        Err(Silence::Deadline) => Err(format!("it took more than {} s", DEADLINE.as_secs())),
    }
}

/// Pip says first what it found, and last that this was not enough.
fn first_error(ended: &Ended) -> String {
    let mut lines = ended.complaints.lines();
    let error = lines.find_map(|line| line.strip_prefix("ERROR: "));
    error.map_or_else(|| ended.says(), |error| error.trim().to_owned())
}

/// The environment's interpreter, if it works and has these packages.
fn has_all(python: &Path, packages: &[String]) -> Option<Interpreter> {
    let found = Interpreter::find(python, packages).ok()?;
    missing(&found, packages).is_none().then_some(found)
}

/// The first of these packages that an interpreter has not got.
fn missing<'p>(interpreter: &Interpreter, packages: &'p [String]) -> Option<&'p String> {
    let has = |package| interpreter.runtime.packages.contains_key(package);
    packages.iter().find(|package| !has(*package))
}

fn python_in(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

/// Whether a line of a requirements file begins with the package's name.
fn is_pinned(pins: &str, package: &str) -> bool {
    let ends_name = |letter: char| !(letter.is_alphanumeric() || "-_.".contains(letter));
    let same = |name: &str| name.to_lowercase().replace(['_', '.'], "-");
    let mut names = pins.lines().map(|line| line.trim().split(ends_name).next());
    names.any(|name| name.is_some_and(|name| same(name) == same(package)))
}

/// A name for the environment of this build, with these packages.
fn name_of(base: &Interpreter, pins: &str) -> String {
    let Runtime {
        implementation,
        version,
        build,
        ..
    } = &base.runtime;
    let executable = fs::canonicalize(&base.executable);
    let executable = executable.as_deref().map_or(OsStr::new(""), Path::as_os_str);
    let digest = Sha256::new()
        .chain_update(executable.as_encoded_bytes())
        .chain_update(format!("\n{build}\n{pins}"));
    let implementation = implementation.to_lowercase();
    format!("{implementation}-{version}-{}", hex(&digest.finalize(), 8))
}

#[cfg(test)]
mod tests {
    use super::is_pinned;

    #[test]
    fn a_package_is_pinned_by_a_line_of_its_own() {
        let pins =
            "# numpy==1.0\nNumPy==2.5.5; python_version >= '3.12'\nzope.interface[test] == 7\n--no-index\n";
        for (package, expected) in [
            ("numpy", true),
            ("zope-interface", true),
            ("zope", false),
            ("num", false),
            ("no-index", false),
        ] {
            assert_eq!(is_pinned(pins, package), expected, "{package}");
        }
    }
}
