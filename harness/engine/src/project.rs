//! The project's folder: where everything lies, and the records that a run adds to.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::record::{Cell, JOURNAL_PREFIX, Journal, Records, RecordsError};
use crate::supervisor::PROBE_DIRECTORY;
use heapbook_model::Machine;

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
    #[error("cannot write below {}: {source}; check the permissions", .path.display())]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
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

    /// The records that the book's prose speaks of.
    pub fn reference(&self) -> PathBuf {
        self.root.join("book/records/reference.json")
    }

    /// The reader's own records, as published for the book.
    pub fn local(&self) -> PathBuf {
        self.root.join("book/records/local.json")
    }

    /// The tables of the benches, as published for the book.
    pub fn benches(&self) -> PathBuf {
        self.root.join("book/records/bench")
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
    /// What is published, if it is another file than the local records.
    output: Option<(PathBuf, Records)>,
    local: PathBuf,
    pace: Pace,
    _lock: File,
}

/// When records were last published, and how long it took.
#[derive(Debug, Default)]
struct Pace {
    last: Option<(Instant, Duration)>,
}

impl Pace {
    /// Publishing writes all records, so its cost grows with them: at most a twentieth of a run goes into it, and a run
    /// of many scenarios takes time in proportion to their number.
    fn is_due(&self) -> bool {
        self.last.is_none_or(|(at, took)| at.elapsed() >= took * 20)
    }
}

impl Store {
    /// Opens the project's records for a run that publishes to `output`, or to the book's local records.
    ///
    /// Everything that could later keep a record from being written is tried here, before anything is measured.
    ///
    /// # Errors
    /// When a folder cannot be written, another run is under way, or a records file is damaged or newer.
    pub fn open(project: &Project, output: Option<&Path>) -> Result<Self, ProjectError> {
        let scratch = project.scratch();
        fs::create_dir_all(&scratch).map_err(|source| not_writable(&scratch, source))?;
        let lock = lock(&scratch.join("lock"))?;
        // With the lock held, these belong to nobody that lives.
        remove_leftovers(&scratch, &project.local(), output);
        let mut known = Records::read_if_present(&project.local())?.unwrap_or_default();
        let journal = Journal::open(&scratch.join("journal.jsonl"), &mut known)?;
        let output = match output {
            None => None,
            Some(path) => Some((
                path.to_owned(),
                Records::read_if_present(path)?.unwrap_or_default(),
            )),
        };
        let local = project.local();
        let published = output.as_ref().map_or(local.as_path(), |(path, _)| path);
        try_to_write_beside(published)?;
        Ok(Store {
            known,
            journal,
            output,
            local,
            pace: Pace::default(),
            _lock: lock,
        })
    }

    /// Everything known, published or not.
    pub fn known(&self) -> &Records {
        &self.known
    }

    /// Keeps a finished cell: when this returns, it survives a crash.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn keep(&mut self, machine: &Machine, cell: Cell) -> Result<(), RecordsError> {
        self.journal.append(machine, &cell)?;
        self.show(machine, cell.clone());
        self.known.insert(machine, cell);
        Ok(())
    }

    /// Puts a cell among those that are published, without measuring it again.
    pub fn show(&mut self, machine: &Machine, cell: Cell) {
        if let Some((_, records)) = &mut self.output {
            records.insert(machine, cell);
        }
    }

    /// Publishes the records, whole: whoever reads the file sees the old or the new ones.
    ///
    /// # Errors
    /// When the file cannot be written; the journal has the cells all the same.
    pub fn publish(&mut self) -> Result<(), RecordsError> {
        let began = Instant::now();
        let (path, records) = match &mut self.output {
            Some((path, records)) => (&*path, records),
            None => (&self.local, &mut self.known),
        };
        *records = std::mem::take(records).without_superseded();
        records.write(path)?;
        self.pace.last = Some((Instant::now(), began.elapsed()));
        Ok(())
    }

    /// Publishes, unless that would take more than a small part of the run's time.
    ///
    /// # Errors
    /// As [`Store::publish`].
    pub fn publish_if_due(&mut self) -> Result<(), RecordsError> {
        if self.pace.is_due() {
            self.publish()
        } else {
            Ok(())
        }
    }
}

/// Removes what a run that was killed has left: the probe's directory, and files that were not whole yet.
fn remove_leftovers(scratch: &Path, local: &Path, output: Option<&Path>) {
    for entry in fs::read_dir(scratch).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // One that cannot be removed is in nobody's way.
        if name.starts_with(PROBE_DIRECTORY) {
            let _ = fs::remove_dir_all(entry.path());
        } else if name.starts_with(JOURNAL_PREFIX) {
            let _ = fs::remove_file(entry.path());
        }
    }
    Records::remove_leftovers(local);
    output.into_iter().for_each(Records::remove_leftovers);
}

fn not_writable(path: &Path, source: io::Error) -> ProjectError {
    ProjectError::NotWritable {
        path: path.to_owned(),
        source,
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

fn try_to_write_beside(path: &Path) -> Result<(), ProjectError> {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|source| not_writable(folder, source))?;
    tempfile::NamedTempFile::new_in(folder).map_err(|source| not_writable(folder, source))?;
    Ok(())
}
