//! Users' programs in Rust, compiled by the rustc at hand into libraries that a worker loads.
//!
//! A library brings no ledger: its allocator is the worker's, which it is handed when it is loaded,
//! so nothing but rustc and the standard library is needed. Libraries are kept by what they were
//! made from, and found again.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use heapbook_protocol::FRAME;
use sha2::{Digest, Sha256};

use heapbook_model::{Language, Runtime, hex};

/// The settings that decide what the compiler may leave out, as those of the corpus.
const OPT_LEVEL: &str = "3";

/// The compiler's other settings.
const SETTINGS: &str = "--edition=2024 --crate-type=cdylib --crate-name=program --cap-lints=allow \
    -Cstrip=symbols -Cpanic=unwind --error-format=human --color=never";

/// How many libraries are kept.
const KEPT: usize = 64;

/// The files within a library's folder.
const LIBRARY: &str = "program.so";
const SOURCES: &str = "sources";

/// A program in Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RustProgram {
    /// An expression, or statements that end with one, in `n: usize`.
    Snippet(String),
    /// A function of one number in a file.
    Function {
        /// The file.
        file: PathBuf,
        /// The function.
        name: String,
    },
    /// `solve` of one file, called with a reference to what `data` of another makes of n.
    Exercise {
        /// The file with `pub fn solve(data: &T) -> R`.
        solve: PathBuf,
        /// The file with `pub fn data(n: usize) -> T`.
        data: PathBuf,
    },
}

/// Why a program cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// No compiler can be started.
    #[error(
        "cannot start `{rustc}`: {source}; programs in Rust need a compiler: install one from https://rustup.rs, or set RUSTC"
    )]
    NoCompiler {
        /// What was tried.
        rustc: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The compiler refuses the program.
    #[error("{program} does not compile:\n{message}")]
    Refused {
        /// The program as the user wrote it.
        program: String,
        /// What the compiler says.
        message: String,
    },
    /// The folder for compiled programs cannot be used.
    #[error("cannot keep compiled programs in {}: {source}; set XDG_CACHE_HOME to a folder that can be written", .folder.display())]
    Cache {
        /// The folder.
        folder: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// A compiler, and the folder that keeps what it made.
#[derive(Debug)]
pub struct Compiler {
    rustc: OsString,
    folder: PathBuf,
    /// Its name and version, for records.
    pub runtime: Runtime,
}

impl Compiler {
    /// Finds the compiler that `RUSTC` names, or `rustc`, and the user's folder for what can be
    /// made anew.
    ///
    /// # Errors
    /// When no compiler can be started, or the folder cannot be made.
    pub fn find() -> Result<Self, CompileError> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
        let asked = Command::new(&rustc).arg("-vV").output();
        let output = asked.map_err(|source| no_compiler(&rustc, source))?;
        let folder = cache();
        fs::create_dir_all(&folder).map_err(|source| CompileError::Cache {
            folder: folder.clone(),
            source,
        })?;
        Ok(Compiler {
            rustc,
            folder,
            runtime: described(&String::from_utf8_lossy(&output.stdout)),
        })
    }

    /// The program's library: one that was made of the same sources by the same compiler, or a new
    /// one.
    ///
    /// # Errors
    /// When the program does not compile, or nothing can be written.
    pub fn compile(&self, program: &RustProgram) -> Result<PathBuf, CompileError> {
        let files = program.files();
        let entry = self.folder.join(self.key(&files));
        let library = entry.join(LIBRARY);
        if sources_stand(&entry) && library.is_file() {
            return Ok(library);
        }
        self.make(program, &files, &entry)?;
        self.remove_oldest();
        Ok(library)
    }

    /// A digest of the compiler and of every file that is written for it; [`SOURCES`] answers for
    /// those that are the user's own.
    fn key(&self, files: &[(&str, String)]) -> String {
        let Runtime {
            version,
            build,
            flags,
            ..
        } = &self.runtime;
        let mut digest = Sha256::new();
        digest.update(format!("{version}\n{build}\n{flags}\n"));
        for (name, text) in files {
            // The length keeps the end of one file apart from the beginning of the next.
            digest.update(format!("{name} {}\n{text}", text.len()));
        }
        hex(&digest.finalize(), 24)
    }

    /// Compiles beside the entry's place, and moves what is whole there.
    fn make(
        &self,
        program: &RustProgram,
        files: &[(&str, String)],
        entry: &Path,
    ) -> Result<(), CompileError> {
        let refused = |source| CompileError::Cache {
            folder: self.folder.clone(),
            source,
        };
        let work = tempfile::Builder::new()
            .prefix(".making-")
            .tempdir_in(&self.folder)
            .map_err(refused)?;
        for (name, text) in files {
            fs::write(work.path().join(name), text).map_err(refused)?;
        }
        let output = Command::new(&self.rustc)
            .args(SETTINGS.split(' '))
            .arg(format!("-Copt-level={OPT_LEVEL}"))
            .args([&format!("--emit=link={LIBRARY},dep-info=program.d"), "program.rs"])
            .current_dir(work.path())
            .output()
            .map_err(|source| no_compiler(&self.rustc, source))?;
        if !output.status.success() {
            return Err(CompileError::Refused {
                program: program.says(),
                message: String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
            });
        }
        let sources = digests_of(&sources_of(work.path()).map_err(refused)?);
        let listed = serde_json::to_string(&sources).expect("names are text");
        fs::write(work.path().join(SOURCES), listed).map_err(refused)?;
        // One that was made of other sources goes; another process may have made the same
        // meanwhile.
        let _ = fs::remove_dir_all(entry);
        let made = work.keep();
        if fs::rename(&made, entry).is_err() {
            let _ = fs::remove_dir_all(&made);
        }
        Ok(())
    }

    /// Keeps the newest libraries only.
    fn remove_oldest(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut aged: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        aged.sort_unstable();
        let surplus = aged.len().saturating_sub(KEPT);
        for (_, path) in aged.into_iter().take(surplus) {
            // One that cannot be removed is in nobody's way.
            let _ = fs::remove_dir_all(path);
        }
    }
}

impl RustProgram {
    /// The program as the user wrote it.
    fn says(&self) -> String {
        match self {
            RustProgram::Snippet(text) => format!("`{}`", text.trim()),
            RustProgram::Function { file, name } => format!("{}:{name}", file.display()),
            RustProgram::Exercise { solve, .. } => solve.display().to_string(),
        }
    }

    /// The files that are written for the compiler: a snippet has its own, so that messages count
    /// its lines from the user's first.
    fn files(&self) -> Vec<(&'static str, String)> {
        let mut files = vec![("program.rs", self.text())];
        if let RustProgram::Snippet(snippet) = self {
            files.push(("snippet.rs", format!("{{\n{snippet}\n}}")));
        }
        files
    }

    /// The crate's root: the program, and the frame that lets a worker call it.
    fn text(&self) -> String {
        let included = |file: &Path| {
            let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
            format!("include!({:?});", absolute.display().to_string())
        };
        let size = "fn heapbook_input(n: usize) -> usize { n }";
        let program = "fn heapbook_program(n: &usize) -> impl std::fmt::Debug + use<>";
        let own = match self {
            RustProgram::Snippet(_) => {
                format!("{size}\n{program} {{ let n = *n; include!(\"snippet.rs\") }}")
            }
            RustProgram::Function { file, name } => {
                format!("{}\n{size}\n{program} {{ {name}(*n as _) }}", included(file))
            }
            RustProgram::Exercise { solve, data } => format!(
                "mod data {{ {} }}\nmod solution {{ #[allow(unused_imports)] use super::data::*; {} }}\n\
                 use data::data as heapbook_input;\n\
                 fn heapbook_program(data: &data::Data) -> impl std::fmt::Debug + use<> {{ solution::solve(data) }}",
                included(data),
                included(solve)
            ),
        };
        format!("{own}\nmod heapbook {{\n{FRAME}}}\n")
    }
}

fn no_compiler(rustc: &OsStr, source: io::Error) -> CompileError {
    CompileError::NoCompiler {
        rustc: rustc.to_string_lossy().into_owned(),
        source,
    }
}

fn cache() -> PathBuf {
    let named = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let home = || std::env::home_dir().map(|home| home.join(".cache"));
    named
        .or_else(home)
        .unwrap_or_else(std::env::temp_dir)
        .join("heapbook/rust")
}

/// A compiler by what `rustc -vV` says.
fn described(verbose: &str) -> Runtime {
    let value = |key: &str| {
        let found = verbose.lines().find_map(|line| line.strip_prefix(key));
        found.unwrap_or("unknown").trim().to_owned()
    };
    let commit: String = value("commit-hash:").chars().take(12).collect();
    Runtime {
        language: Language::Rust,
        implementation: "rustc".to_owned(),
        version: value("release:"),
        build: format!("{}, opt-level {OPT_LEVEL}", value("host:")),
        flags: format!("commit {commit}, LLVM {}", value("LLVM version:")),
        packages: BTreeMap::new(),
    }
}

/// The files that a library was made from, as the compiler lists them, except those made for it.
fn sources_of(folder: &Path) -> io::Result<Vec<String>> {
    let listed = fs::read_to_string(folder.join("program.d"))?;
    // The rules without prerequisites: one for each source, so that make does not mind when it is
    // gone.
    let names = listed.lines().filter_map(|line| line.strip_suffix(':'));
    let unescaped = names.map(|name| name.replace("\\ ", " "));
    Ok(unescaped.filter(|name| Path::new(name).is_absolute()).collect())
}

fn digests_of(sources: &[String]) -> BTreeMap<String, String> {
    let digest = |name: &String| Some((name.clone(), hex(&Sha256::digest(fs::read(name).ok()?), 32)));
    sources.iter().filter_map(digest).collect()
}

/// Whether every file that an entry was made from is as it was.
fn sources_stand(entry: &Path) -> bool {
    let Ok(text) = fs::read_to_string(entry.join(SOURCES)) else {
        return false;
    };
    let kept: BTreeMap<String, String> = serde_json::from_str(&text).unwrap_or_default();
    let names: Vec<String> = kept.keys().cloned().collect();
    digests_of(&names) == kept
}
