//! Records files: JSON Lines, one file for each scenario. The first line is the head, each other
//! line a cell.
//!
//! Lines are parsed on all processors. A line that is damaged, or says what cannot be, is left out
//! and named; the rest of the file is read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use heapbook_model::{Machine, MachineId};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::records::{Records, RefusedLine};
use super::{Cell, sense};
use crate::files;

/// The number of the form that this harness writes and reads.
pub const FORM: u32 = 2;

/// How the name of a file begins while it is being written.
const UNFINISHED: &str = ".heapbook-";

/// How a head line begins.
const HEAD: &[u8] = b"{\"form\":";

/// The first line of a file. A journal has another one wherever the machine's description has
/// changed.
#[derive(Serialize, Deserialize)]
pub(super) struct Head<'a> {
    pub(super) form: u32,
    pub(super) machines: Cow<'a, BTreeMap<MachineId, Machine>>,
}

/// Why records cannot be read or written. Files are left as they are.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The file or folder cannot be read.
    #[error("cannot read records from {}: {reason}", .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// The file does not begin with a head line.
    #[error("{} is not a records file: expected a first line such as {{\"form\":{FORM},\"machines\":{{..}}}} ({reason}); restore it, or move it away to measure again", .path.display())]
    NoHead {
        /// The file.
        path: PathBuf,
        /// The parser's reason.
        reason: String,
    },
    /// The file was written by another version of Heapbook.
    #[error("{} has form {found}: this heapbook reads form {FORM}; use the heapbook that wrote it, or move the file away to measure again", .path.display())]
    OtherForm {
        /// The file.
        path: PathBuf,
        /// Its form.
        found: u32,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {reason}; check the permissions and the space on the disk", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
}

impl RecordsError {
    /// Says that this file or folder cannot be read.
    pub(super) fn reading(path: &Path) -> impl Fn(io::Error) -> RecordsError {
        |reason| RecordsError::Read {
            path: path.to_owned(),
            reason,
        }
    }

    /// Says that this file or folder cannot be written.
    pub(super) fn writing(path: &Path) -> impl Fn(io::Error) -> RecordsError {
        |reason| RecordsError::Write {
            path: path.to_owned(),
            reason,
        }
    }
}

/// What happens to a second record of one cell in the same file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeated {
    /// It is refused: each cell is published once.
    Refused,
    /// It replaces the earlier one: a journal is in the order of measuring.
    Replaces,
}

impl Records {
    /// Reads a records file, or all records files of a folder.
    ///
    /// # Errors
    /// When a file cannot be read, has no head, or has another form. Lines that are damaged are
    /// left out, and listed in [`Records::refused`].
    pub fn read(path: &Path) -> Result<Self, RecordsError> {
        let refused = RecordsError::reading(path);
        if !fs::metadata(path).map_err(&refused)?.is_dir() {
            // What the user names may be a pipe: `heapbook export <(zcat a.jsonl.gz)`.
            return Records::from_text(&fs::read(path).map_err(&refused)?, path);
        }
        let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut files: Vec<PathBuf> = entries
            .map_err(&refused)?
            .iter()
            .map(fs::DirEntry::path)
            .collect();
        files.retain(|file| file.extension() == Some(OsStr::new("jsonl")));
        files.sort_unstable();
        let read: Vec<Records> = files
            .par_iter()
            .map(|file| {
                let text = files::read(file).map_err(RecordsError::reading(file))?;
                Records::from_text(&text, file)
            })
            .collect::<Result<_, _>>()?;
        let mut all = Records::default();
        for (file, records) in files.iter().zip(read) {
            all.add(file, records);
        }
        Ok(all)
    }

    /// Reads records, or returns `None` if there is no such file or folder.
    ///
    /// # Errors
    /// As [`Records::read`], except for a path that does not exist.
    pub fn read_if_present(path: &Path) -> Result<Option<Self>, RecordsError> {
        match Records::read(path) {
            Err(RecordsError::Read { reason, .. }) if reason.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some),
        }
    }

    /// Reads the text of a file; `path` names it in errors.
    ///
    /// # Errors
    /// As [`Records::read`].
    pub fn from_text(text: &[u8], path: &Path) -> Result<Self, RecordsError> {
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if let Err(error) = serde_json::from_slice::<Head<'_>>(first) {
            return Err(RecordsError::NoHead {
                path: path.to_owned(),
                reason: error.to_string(),
            });
        }
        Records::parse(text, path, Repeated::Refused)
    }

    /// Reads the lines of a file; `path` names it in errors.
    pub(super) fn parse(text: &[u8], path: &Path, repeated: Repeated) -> Result<Self, RecordsError> {
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        let numbered = lines.par_iter().enumerate().filter(|(_, line)| !line.is_empty());
        let parsed = numbered.map(|(index, line)| (index + 1, parse_line(line, index == 0)));
        let parsed: Vec<(usize, Result<Line, String>)> = parsed.collect();
        let mut records = Records::default();
        for (number, line) in parsed {
            let kept = match line {
                Ok(Line::Head(head)) if head.form != FORM => {
                    return Err(RecordsError::OtherForm {
                        path: path.to_owned(),
                        found: head.form,
                    });
                }
                Ok(Line::Head(head)) => {
                    records.machines.extend(head.machines.into_owned());
                    Ok(())
                }
                Ok(Line::Cell(cell)) => records.take(*cell, repeated),
                Err(reason) => Err(reason),
            };
            records.refused.extend(kept.err().map(|reason| RefusedLine {
                path: path.to_owned(),
                line: number,
                reason,
            }));
        }
        records.scenarios.values_mut().for_each(Vec::shrink_to_fit);
        Ok(records)
    }

    /// Takes a cell that was read, unless it is there already or its machine is not described.
    fn take(&mut self, cell: Cell, repeated: Repeated) -> Result<(), String> {
        if !self.machines.contains_key(&cell.key.machine) {
            return Err(format!(
                "{}: no head line before it describes the machine {}",
                cell.key, cell.key.machine.0
            ));
        }
        if repeated == Repeated::Refused && self.find(&cell.key).is_some() {
            return Err(format!("{}: the file holds this cell already", cell.key));
        }
        self.put(cell);
        Ok(())
    }

    /// Adds the records of another file. A cell that is there already is refused.
    fn add(&mut self, path: &Path, other: Records) {
        self.machines.extend(other.machines);
        self.refused.extend(other.refused);
        for (scenario, cells) in other.scenarios {
            match self.scenarios.entry(scenario) {
                // As a rule the file of a scenario is the only one.
                Entry::Vacant(place) => {
                    place.insert(cells);
                }
                Entry::Occupied(_) => self.add_cells(path, cells),
            }
        }
    }

    /// Adds cells to those of their scenario.
    fn add_cells(&mut self, path: &Path, cells: Vec<Cell>) {
        for cell in cells {
            if self.find(&cell.key).is_some() {
                let reason = format!("{}: another file of the folder holds this cell already", cell.key);
                self.refused.push(RefusedLine {
                    path: path.to_owned(),
                    line: 1,
                    reason,
                });
            } else {
                self.put(cell);
            }
        }
    }

    /// Writes the file of each scenario into a folder. Files of other scenarios stay as they are.
    ///
    /// # Errors
    /// When the folder cannot be written or the disk is full.
    pub fn write(&self, folder: &Path) -> Result<(), RecordsError> {
        fs::create_dir_all(folder).map_err(RecordsError::writing(folder))?;
        let scenarios: Vec<&str> = self.scenarios().collect();
        scenarios
            .into_par_iter()
            .try_for_each(|scenario| self.write_scenario(folder, scenario))
    }

    /// Writes the file of one scenario: beside its place, and then moved there, so that no reader
    /// ever sees half of it. Where the place is a link, that is what it leads to.
    ///
    /// # Errors
    /// When the folder cannot be written, the file is there and may not be changed, or the disk is
    /// full; the old file is unchanged.
    pub fn write_scenario(&self, folder: &Path, scenario: &str) -> Result<(), RecordsError> {
        let path = folder.join(format!("{scenario}.jsonl"));
        let write = || {
            let path = place_to_write(&path)?;
            let folder = path.parent().unwrap_or(folder);
            let prefix = format!("{UNFINISHED}{scenario}-");
            let file = tempfile::Builder::new().prefix(&prefix).tempfile_in(folder)?;
            let mut buffer = BufWriter::new(file);
            self.write_lines(&mut buffer, scenario)?;
            let file = buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            make_readable(file.path())?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(RecordsError::writing(&path))
    }

    /// The text of a file with all records.
    pub fn to_text(&self) -> String {
        let mut text = Vec::new();
        let head = Head {
            form: FORM,
            machines: Cow::Borrowed(&self.machines),
        };
        write_line(&mut text, &head).expect("memory takes everything");
        self.cells()
            .for_each(|cell| write_line(&mut text, cell).expect("memory takes everything"));
        String::from_utf8(text).expect("JSON is UTF-8")
    }

    fn write_lines(&self, writer: &mut impl Write, scenario: &str) -> io::Result<()> {
        let cells = self.of(scenario);
        let mut machines = self.machines.clone();
        machines.retain(|id, _| cells.iter().any(|cell| cell.key.machine == *id));
        let head = Head {
            form: FORM,
            machines: Cow::Owned(machines),
        };
        write_line(writer, &head)?;
        cells.iter().try_for_each(|cell| write_line(writer, cell))
    }

    /// Removes what a process left in a folder that was killed while it wrote. Nobody else may be
    /// writing there.
    pub fn remove_unfinished(folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                // One that cannot be removed does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// The file that a name leads to, which may be changed or made.
///
/// # Errors
/// When a link leads nowhere, or something that is no file, or may not be written, is in its place.
pub fn place_to_write(path: &Path) -> io::Result<PathBuf> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    let place = match fs::canonicalize(path) {
        Ok(place) => place,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_link => return Ok(path.to_owned()),
        Err(error) => return Err(error),
    };
    let found = fs::metadata(&place)?;
    if let Some(what) = files::not_a_file(found.file_type()) {
        return Err(io::Error::other(what));
    }
    // Moving another file there would ask for the folder's permissions alone.
    if found.permissions().readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it is read-only: make it writable, or name another folder with --output",
        ));
    }
    Ok(place)
}

/// One line of a file.
enum Line {
    Head(Head<'static>),
    Cell(Box<Cell>),
}

/// Reads a line, or says why it is left out.
fn parse_line(line: &[u8], is_first: bool) -> Result<Line, String> {
    if is_first || line.starts_with(HEAD) {
        let head = serde_json::from_slice(line).map_err(|error| reason(&error))?;
        return Ok(Line::Head(head));
    }
    let mut cell: Cell = serde_json::from_slice(line).map_err(|error| match named(line) {
        Some(name) => format!("{name}: {}", reason(&error)),
        None => reason(&error),
    })?;
    sense::check(&cell).map_err(|reason| format!("{}: {reason}", cell.key))?;
    cell.shrink();
    Ok(Line::Cell(Box::new(cell)))
}

/// The parser's reason with the column: it knows nothing of the lines before.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(reason, _)| reason);
    format!("{reason} (column {})", error.column())
}

/// The cell that a line is about, if that much of it can be read.
fn named(line: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Name {
        scenario: String,
        variant: String,
        n: serde_json::Number,
    }
    let name: Name = serde_json::from_slice(line).ok()?;
    Some(format!("{}/{} n={}", name.scenario, name.variant, name.n))
}

/// Writes a value and the line's end.
pub(super) fn write_line(writer: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *writer, value)?;
    writer.write_all(b"\n")
}

/// Temporary files are private to their owner; records are read by others too.
#[cfg(unix)]
fn make_readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_path: &Path) -> io::Result<()> {
    Ok(())
}
