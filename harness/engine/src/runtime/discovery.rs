//! The Pythons of this machine: on the search path, of pyenv and uv, and virtual environments
//! beside the current folder.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use heapbook_model::{Runtime, version_numbers};

use super::python::{Interpreter, PythonError, environment_of};

/// A Python that was found.
#[derive(Debug)]
pub struct Found {
    /// Where, as it was found first.
    pub path: PathBuf,
    /// What led there.
    pub source: Source,
    /// Other paths to the same interpreter.
    pub also: Vec<PathBuf>,
    /// Whether it is the `python3` that is measured where none is named.
    pub is_default: bool,
    /// The interpreter, or why it cannot be measured.
    pub answer: Result<Interpreter, PythonError>,
}

/// Where a Python was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// It was named.
    Named,
    /// A folder of `PATH`.
    Path,
    /// What uv has installed.
    Uv,
    /// What pyenv has installed.
    Pyenv,
    /// A virtual environment in the current folder.
    Environment,
}

impl Source {
    /// What led there, in a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Source::Named => "named",
            Source::Path => "on the PATH",
            Source::Uv => "uv",
            Source::Pyenv => "pyenv",
            Source::Environment => "in this folder",
        }
    }
}

impl Found {
    /// What it is, where that is known: of a Python that is refused as well.
    pub fn runtime(&self) -> Option<&Runtime> {
        match &self.answer {
            Ok(interpreter) => Some(&interpreter.runtime),
            Err(error) => error.refusal.runtime(),
        }
    }

    /// What tells it from others: the program and the environment that it belongs to. Where a
    /// program gives no answer, its name may be what it goes by.
    fn identity(&self) -> (PathBuf, Option<PathBuf>, String) {
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match &self.answer {
            Ok(interpreter) => {
                let environment = interpreter.environment().map(real);
                (real(&interpreter.executable), environment, String::new())
            }
            Err(error) => {
                let environment = environment_of(&self.path).map(real);
                (real(&self.path), environment, error.refusal.to_string())
            }
        }
    }
}

/// Every Python that is named or can be found, each once: in the order of [`Source`], and each of
/// them asked what it is.
pub fn found(named: &[PathBuf]) -> Vec<Found> {
    let default = on_the_path().find(|path| path.file_name() == Some(OsStr::new("python3")));
    let named = named.iter().map(|path| (Source::Named, path.clone()));
    let mut candidates: Vec<(Source, PathBuf)> = named.collect();
    candidates.extend(on_the_path().map(|path| (Source::Path, path)));
    candidates.extend(of_uv().map(|path| (Source::Uv, path)));
    candidates.extend(of_pyenv().map(|path| (Source::Pyenv, path)));
    candidates.extend(environments_here().map(|path| (Source::Environment, path)));
    let mut all: Vec<Found> = Vec::new();
    let mut places = BTreeMap::new();
    for one in asked(candidates, default.as_deref()) {
        let place = *places.entry(one.identity()).or_insert(all.len());
        match all.get_mut(place) {
            None => all.push(one),
            Some(known) => {
                known.is_default |= one.is_default;
                if known.path != one.path && !known.also.contains(&one.path) {
                    known.also.push(one.path);
                }
            }
        }
    }
    all
}

/// Of the Pythons that can be measured the newest of each version, such as 3.14; the first found
/// where several are as new. The oldest version comes first.
pub fn newest_of_each(found: Vec<Found>) -> Vec<Interpreter> {
    let mut newest: BTreeMap<Vec<u64>, Interpreter> = BTreeMap::new();
    let patch = |interpreter: &Interpreter| version_numbers(&interpreter.runtime.version);
    for interpreter in found.into_iter().filter_map(|found| found.answer.ok()) {
        let version = version_numbers(&interpreter.runtime.minor());
        let known = newest.get(&version);
        if known.is_none_or(|known| patch(known) < patch(&interpreter)) {
            newest.insert(version, interpreter);
        }
    }
    newest.into_values().collect()
}

/// Asks all of them at once: one that hangs is waited for as long as one that answers last.
fn asked(candidates: Vec<(Source, PathBuf)>, default: Option<&Path>) -> Vec<Found> {
    let ask = |(source, path): (Source, PathBuf)| Found {
        answer: Interpreter::find(&path, &[]),
        also: Vec::new(),
        is_default: default == Some(&path),
        source,
        path,
    };
    std::thread::scope(|scope| {
        let ask = &ask;
        let asking: Vec<_> = candidates
            .into_iter()
            .map(|candidate| scope.spawn(move || ask(candidate)))
            .collect();
        let answers = asking
            .into_iter()
            .map(|one| one.join().expect("no question panics"));
        answers.collect()
    })
}

/// The programs that go by the name of a Python, in the order of the search path.
fn on_the_path() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    folders.into_iter().flat_map(|folder| {
        let named = |path: &PathBuf| path.file_name().is_some_and(is_name_of_python);
        within(&folder)
            .filter(named)
            .filter(|path| !path.is_dir())
            .collect::<Vec<_>>()
    })
}

/// `python3`, `python3.14`, `python3.14t`, `pypy3`, `pypy3.11`, `graalpy`.
fn is_name_of_python(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let version = name
        .strip_prefix("python3")
        .or_else(|| name.strip_prefix("pypy3"));
    name == "graalpy"
        || version.is_some_and(|version| {
            let minor = version.strip_prefix('.');
            let minor = minor.map(|minor| minor.strip_suffix('t').unwrap_or(minor));
            let is_number =
                |minor: &str| !minor.is_empty() && minor.bytes().all(|digit| digit.is_ascii_digit());
            version.is_empty() || minor.is_some_and(is_number)
        })
}

fn of_uv() -> impl Iterator<Item = PathBuf> {
    let named = env::var_os("UV_PYTHON_INSTALL_DIR").map(PathBuf::from);
    let data = || {
        let named = env::var_os("XDG_DATA_HOME").map(PathBuf::from);
        let data = named.filter(|path| path.is_absolute());
        data.or_else(|| Some(env::home_dir()?.join(".local/share")))
    };
    let folder = named.or_else(|| Some(data()?.join("uv/python")));
    folder
        .into_iter()
        .flat_map(|folder| programs_in(&folder, "bin/python3"))
}

fn of_pyenv() -> impl Iterator<Item = PathBuf> {
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(env::home_dir()?.join(".pyenv")));
    root.into_iter()
        .flat_map(|root| programs_in(&root.join("versions"), "bin/python"))
}

fn environments_here() -> impl Iterator<Item = PathBuf> {
    let here = env::current_dir().into_iter();
    here.flat_map(|here| within(&here).filter(|folder| folder.join("pyvenv.cfg").is_file()))
        .map(|folder| folder.join("bin/python"))
}

/// The programs of that path below each folder in a folder; links that lead nowhere too.
fn programs_in(folder: &Path, program: &str) -> Vec<PathBuf> {
    within(folder)
        .map(|folder| folder.join(program))
        .filter(|path| path.symlink_metadata().is_ok())
        .collect()
}

/// What a folder holds, in the order of names; nothing where it cannot be read.
fn within(folder: &Path) -> std::vec::IntoIter<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::Packages;
    use heapbook_model::Language;

    #[test]
    fn a_name_of_python_is_told_from_its_tools() {
        for name in [
            "python3",
            "python3.15",
            "python3.14t",
            "pypy3",
            "pypy3.11",
            "graalpy",
        ] {
            assert!(is_name_of_python(OsStr::new(name)), "{name}");
        }
        for name in [
            "python3-config",
            "python3.",
            "python3.x",
            "python2.7",
            "python3.11-config",
            "pypy",
        ] {
            assert!(!is_name_of_python(OsStr::new(name)), "{name}");
        }
    }

    fn found_at(path: &str, version: &str) -> Found {
        let runtime = Runtime {
            language: Language::Python,
            implementation: "CPython".to_owned(),
            version: version.to_owned(),
            build: String::new(),
            flags: String::new(),
            packages: BTreeMap::new(),
        };
        let executable = PathBuf::from(path);
        Found {
            path: executable.clone(),
            source: Source::Path,
            also: Vec::new(),
            is_default: false,
            answer: Ok(Interpreter {
                executable,
                runtime,
                packages: Packages::Own,
            }),
        }
    }

    #[test]
    fn of_each_version_the_newest_is_taken_and_of_equals_the_first() {
        let found = vec![
            found_at("/a", "3.14.2"),
            found_at("/b", "3.9.18"),
            found_at("/c", "3.14.10"),
            found_at("/d", "3.14.10"),
            found_at("/e", "3.15.0rc1"),
            found_at("/f", "3.15.0"),
        ];
        let taken: Vec<PathBuf> = newest_of_each(found)
            .into_iter()
            .map(|one| one.executable)
            .collect();
        assert_eq!(taken, ["/b", "/c", "/f"].map(PathBuf::from));
    }
}
