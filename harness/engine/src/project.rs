//! The project's folder: where everything lies, and the records that a run adds to.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::record::{Cell, Journal, Records, RecordsError, place_to_write};
use crate::runtime::Environments;
use crate::supervisor::PROBE_DIRECTORY;
use heapbook_model::{CellKey, Machine};

/// A project: the folder that holds `scenarios/` and `book/`.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder.
    pub root: PathBuf,
}

/// Why a project or its records cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// No folder upwards holds a project.
    #[error("neither {} nor a folder above it holds `scenarios/` and `book/`: change into the project, or pass --root PATH", .from.display())]
    NotFound {
        /// Where the search began.
        from: PathBuf,
    },
    /// A folder cannot be made or written.
    #[error("cannot write below {}: {reason}; check the permissions", .path.display())]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// Another run holds the lock.
    #[error("another heapbook run is measuring here: wait for its end, or stop it")]
    Busy,
    /// A records file was refused.
    #[error(transparent)]
    Records(#[from] RecordsError),
}

impl Project {
    /// Finds the project by walking up from a folder.
    ///
    /// # Errors
    /// When no folder on the way holds `scenarios/` and `book/`.
    pub fn find(from: &Path) -> Result<Self, ProjectError> {
        let holds = |folder: &&Path| folder.join("scenarios").is_dir() && folder.join("book").is_dir();
        let absolute = std::path::absolute(from).unwrap_or_else(|_| from.to_owned());
        let root = absolute.ancestors().find(holds).map(Path::to_owned);
        root.map(|root| Project { root })
            .ok_or(ProjectError::NotFound { from: absolute })
    }

    /// The folder of the records that the book's prose speaks of.
    pub fn reference(&self) -> PathBuf {
        self.root.join("book/records")
    }

    /// The folder of the reader's own records.
    pub fn local(&self) -> PathBuf {
        self.root.join("book/records/local")
    }

    /// The tables of the benches, as published for the book.
    pub fn benches(&self) -> PathBuf {
        self.root.join("book/records/bench")
    }

    /// The environments with the packages that scenarios require.
    pub fn environments(&self) -> Environments {
        Environments::of(&self.root)
    }

    /// The harness's own folder below `target/`.
    pub fn scratch(&self) -> PathBuf {
        self.root.join("target/heapbook")
    }
}

/// The records that a run knows and adds to. Holds the lock: one run at a time.
#[derive(Debug)]
pub struct Store {
    /// Everything known on this machine.
    known: Records,
    journal: Journal,
    /// The records that are written, if they are not the local ones.
    output: Option<Records>,
    /// Where they are written: a folder with a file for each scenario.
    folder: PathBuf,
    /// The scenarios whose file is not up to date.
    unsaved: BTreeSet<String>,
    _lock: File,
}

impl Store {
    /// Opens the project's records for a run that writes to the folder `output`, or to the book's
    /// local records.
    ///
    /// Everything that could later keep a record from being written is tried here, before anything
    /// is measured.
    ///
    /// # Errors
    /// When a folder cannot be written, another run is under way, or a records file is of another
    /// form.
    pub fn open(project: &Project, output: Option<&Path>) -> Result<Self, ProjectError> {
        let scratch = project.scratch();
        fs::create_dir_all(&scratch).map_err(|source| not_writable(&scratch, source))?;
        let lock = lock(&scratch.join("lock"))?;
        let folder = output.map_or_else(|| project.local(), Path::to_owned);
        // With the lock held, these belong to no process that is alive.
        remove_leftovers(&scratch);
        project.environments().remove_unfinished();
        Records::remove_unfinished(&folder);
        let mut known = Records::read_if_present(&project.local())?.unwrap_or_default();
        let (journal, finished) = Journal::open(&scratch.join("journal.jsonl"))?;
        let mut unsaved: BTreeSet<String> = finished.scenarios().map(str::to_owned).collect();
        known.update(finished);
        let read = |folder| Ok(Records::read_if_present(folder)?.unwrap_or_default());
        let output = output.map(read).transpose().map_err(ProjectError::Records)?;
        unsaved.retain(|_| output.is_none());
        try_to_write_in(&folder)?;
        Ok(Store {
            known,
            journal,
            unsaved,
            output,
            folder,
            _lock: lock,
        })
    }

    /// Sees to it, before anything is measured, that the files of these scenarios can be written.
    ///
    /// # Errors
    /// When one of them is there and may not be changed, or is no file.
    pub fn try_to_write<'s>(&self, scenarios: impl Iterator<Item = &'s str>) -> Result<(), RecordsError> {
        for scenario in scenarios {
            let path = self.folder.join(format!("{scenario}.jsonl"));
            place_to_write(&path).map_err(|reason| RecordsError::Write { path, reason })?;
        }
        Ok(())
    }

    /// Everything known, saved or not.
    pub fn known(&self) -> &Records {
        &self.known
    }

    /// Keeps a finished cell: when this returns, it survives a crash.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn keep(&mut self, machine: &Machine, cell: Cell) -> Result<(), RecordsError> {
        self.journal.append(machine, &cell)?;
        self.unsaved.insert(cell.key.scenario.clone());
        let key = cell.key.clone();
        self.known.insert(machine, cell);
        self.show_known(machine, &key);
        Ok(())
    }

    /// Puts a known cell among those that are written, without measuring it again.
    pub fn show_known(&mut self, machine: &Machine, key: &CellKey) {
        if let (Some(records), Some(cell)) = (&mut self.output, self.known.find(key)) {
            self.unsaved.insert(key.scenario.clone());
            records.insert(machine, cell.clone());
        }
    }

    /// Writes a scenario's file: whoever reads it sees the old or the new one.
    ///
    /// # Errors
    /// When the file cannot be written; the journal has the cells all the same.
    pub fn save(&mut self, scenario: &str) -> Result<(), RecordsError> {
        let records = self.output.as_mut().unwrap_or(&mut self.known);
        let superseded = records.superseded(scenario);
        records.retain(|cell| !superseded.contains(&cell.key));
        records.write_scenario(&self.folder, scenario)?;
        self.unsaved.remove(scenario);
        Ok(())
    }

    /// Writes the files of all scenarios that are not up to date. The local records then hold all
    /// that the journal does, and it begins anew.
    ///
    /// # Errors
    /// As [`Store::save`].
    pub fn save_all(&mut self) -> Result<(), RecordsError> {
        while let Some(scenario) = self.unsaved.first().cloned() {
            self.save(&scenario)?;
        }
        if self.output.is_none() {
            self.journal.clear()?;
        }
        Ok(())
    }
}

/// Removes what a run that was killed has left: the probe's directory.
fn remove_leftovers(scratch: &Path) {
    for entry in fs::read_dir(scratch).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PROBE_DIRECTORY) {
            // One that cannot be removed does no harm.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn not_writable(path: &Path, reason: io::Error) -> ProjectError {
    ProjectError::NotWritable {
        path: path.to_owned(),
        reason,
    }
}

fn lock(path: &Path) -> Result<File, ProjectError> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|source| not_writable(path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ProjectError::Busy),
        Err(TryLockError::Error(source)) => Err(not_writable(path, source)),
    }
}

fn try_to_write_in(folder: &Path) -> Result<(), ProjectError> {
    fs::create_dir_all(folder).map_err(|source| not_writable(folder, source))?;
    tempfile::NamedTempFile::new_in(folder).map_err(|source| not_writable(folder, source))?;
    Ok(())
}
