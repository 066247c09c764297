//! A records file: read with care, written whole or not at all.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cell, Cells, METHOD, reading, writing};
use heapbook_model::{Machine, MachineId, VariantName};

/// The version of the file's form that this harness writes.
pub const SCHEMA: u32 = 1;

/// The records of any number of machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Records {
    /// The version of this form.
    pub schema: u32,
    /// The machines that cells name.
    pub machines: BTreeMap<MachineId, Machine>,
    /// The cells.
    #[schemars(with = "Vec<Cell>")]
    pub cells: Cells,
}

/// Why a records file was refused. The file is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The file cannot be read.
    #[error("cannot read the records file {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is not whole, or is no records file.
    #[error("{} is damaged or no records file ({reason}); it was left as it is: restore it, or move it away to measure anew", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The parser's reason, with line and column.
        reason: String,
    },
    /// The file was written by a newer harness.
    #[error("{} has schema {found}, this heapbook reads up to {SCHEMA}; it was left as it is: update heapbook, or move the file away", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u64,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {source}; check the permissions and the space on the disk", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl Default for Records {
    fn default() -> Self {
        Records {
            schema: SCHEMA,
            machines: BTreeMap::new(),
            cells: Cells::default(),
        }
    }
}

impl Records {
    /// Reads a records file.
    ///
    /// # Errors
    /// When the file cannot be read, is damaged, or has a newer schema.
    pub fn read(path: &Path) -> Result<Self, RecordsError> {
        let refused = |source| RecordsError::Read {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(refused)?;
        match reading::read(file).map_err(refused)? {
            Some(records) => Ok(records),
            None => Records::parse(&fs::read_to_string(path).map_err(refused)?, path),
        }
    }

    /// Reads a records file, or gives empty records where there is none.
    ///
    /// # Errors
    /// As [`Records::read`], except for a file that is not there.
    pub fn read_if_present(path: &Path) -> Result<Option<Self>, RecordsError> {
        match Records::read(path) {
            Err(RecordsError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some),
        }
    }

    /// Reads records from text; `path` names them in errors.
    ///
    /// # Errors
    /// When the text is damaged or has a newer schema.
    pub fn parse(text: &str, path: &Path) -> Result<Self, RecordsError> {
        /// Read first, so that a newer form is told from a damaged one.
        #[derive(Deserialize)]
        struct Head {
            schema: u64,
        }
        let damaged = |error: serde_json::Error| RecordsError::Damaged {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let head: Head = serde_json::from_str(text).map_err(damaged)?;
        if head.schema > u64::from(SCHEMA) {
            return Err(RecordsError::Newer {
                path: path.to_owned(),
                found: head.schema,
            });
        }
        serde_json::from_str(text).map_err(damaged)
    }

    /// Writes the file beside its place and moves it there, so that no reader ever sees half of it.
    ///
    /// # Errors
    /// When the directory cannot be written or the disk is full; the old file then stands unchanged.
    pub fn write(&self, path: &Path) -> Result<(), RecordsError> {
        let failed = |source: io::Error| RecordsError::Write {
            path: path.to_owned(),
            source,
        };
        let directory = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .prefix(&leftover_prefix(path))
            .tempfile_in(directory)
            .map_err(failed)?;
        let mut buffer = BufWriter::with_capacity(1 << 20, file);
        self.write_to(&mut buffer).map_err(failed)?;
        let file = buffer.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        make_readable(file.path()).map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Removes what a process that was killed while it wrote this file left beside it. Nobody else may be writing it.
    pub fn remove_leftovers(path: &Path) {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let Ok(entries) = fs::read_dir(directory.unwrap_or(Path::new("."))) else {
            return;
        };
        let prefix = leftover_prefix(path);
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                // One that cannot be removed is in nobody's way.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// The file's text: one line a cell, so that a version control system shows which cells changed.
    pub fn to_json(&self) -> String {
        let mut text = Vec::new();
        self.write_to(&mut text).expect("memory takes everything");
        String::from_utf8(text).expect("JSON is UTF-8")
    }

    fn write_to(&self, writer: &mut impl Write) -> io::Result<()> {
        write!(writer, "{{\"schema\":{},\n\"machines\":{{", self.schema)?;
        for (index, (id, machine)) in self.machines.iter().enumerate() {
            writer.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *writer, id)?;
            writer.write_all(b":")?;
            serde_json::to_writer(&mut *writer, machine)?;
        }
        writer.write_all(b"\n},\n\"cells\":[")?;
        writing::write(&self.cells, writer)?;
        writer.write_all(b"\n]}\n")
    }

    /// Puts a cell in the place of the one it supersedes, or at the end.
    pub fn insert(&mut self, machine: &Machine, cell: Cell) {
        self.machines
            .entry(cell.key.machine.clone())
            .or_insert_with(|| machine.clone());
        self.cells.insert(cell);
    }

    /// The cells that no one will look at again: of an older method, where there is one of this method's of the same variant, size and
    /// runtime, on whatever machine.
    pub fn superseded(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| self.is_superseded(cell))
    }

    fn is_superseded(&self, cell: &Cell) -> bool {
        let newer = |other: &Cell| other.method == METHOD && other.key.runtime == cell.key.runtime;
        cell.method != METHOD
            && self
                .cells_of(&cell.key.scenario, &cell.key.variant, cell.key.n)
                .any(newer)
    }

    /// Leaves out the cells that are [superseded](Self::superseded), and the machines that no cell names any more.
    pub fn without_superseded(self) -> Records {
        if self.superseded().next().is_none() {
            return self;
        }
        let keep: Vec<bool> = self.cells.iter().map(|cell| !self.is_superseded(cell)).collect();
        let cells = self.cells.into_iter().zip(keep).filter(|(_, keep)| *keep);
        let cells: Cells = cells.map(|(cell, _)| cell).collect();
        let used: HashSet<&MachineId> = cells.iter().map(|cell| &cell.key.machine).collect();
        let machines = self
            .machines
            .into_iter()
            .filter(|(id, _)| used.contains(id))
            .collect();
        Records {
            machines,
            cells,
            ..self
        }
    }

    /// The cells of a variant at a size, on any runtime and machine.
    pub fn cells_of<'a, 'b>(
        &'a self,
        scenario: &'b str,
        variant: &'b VariantName,
        n: u64,
    ) -> impl Iterator<Item = &'a Cell> {
        self.cells.at(scenario, variant, n)
    }
}

/// How the name of a file begins that is written beside `path` until it is whole.
fn leftover_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!(".heapbook-{name}-")
}

/// Temporary files are private to their owner; a published file is read by others too.
#[cfg(unix)]
fn make_readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_path: &Path) -> io::Result<()> {
    Ok(())
}
