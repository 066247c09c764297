//! The append-only journal: every finished cell, a line each, so that nothing finished is ever lost.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Cell, Records, RecordsError};
use heapbook_model::{CellKey, Machine};

/// How the name of a file begins that is to take the journal's place.
pub(crate) const PREFIX: &str = ".heapbook-journal-";

/// One line of the journal: a cell with the machine it names, so that each line stands for itself.
#[derive(Deserialize)]
struct Line {
    machine: Machine,
    cell: Cell,
}

/// The same line, as it is written.
#[derive(Serialize)]
struct LineToWrite<'a> {
    machine: &'a Machine,
    cell: &'a Cell,
}

/// The journal of one project, open for appending.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Opens the journal, or makes a new one, and puts what it holds into `records`.
    ///
    /// A last line that was cut off (the process was killed while it wrote) is dropped. Where more than half of the file is lines whose
    /// cells were measured again later, it is written anew without them: the file grows with what is known, not with what was ever
    /// measured.
    ///
    /// # Errors
    /// When the file cannot be opened, or a line other than the last is no record.
    pub fn open(path: &Path, records: &mut Records) -> Result<Self, RecordsError> {
        let refused = |source| RecordsError::Write {
            path: path.to_owned(),
            source,
        };
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(path)
            .map_err(refused)?;
        let mut reader = BufReader::with_capacity(1 << 20, &mut file);
        let (mut whole, mut bytes) = (0_u64, Vec::new());
        let mut last_lines = LastLines::default();
        for number in 1.. {
            bytes.clear();
            let read = reader.read_until(b'\n', &mut bytes).map_err(refused)?;
            if !bytes.ends_with(b"\n") {
                break;
            }
            let line: Line = serde_json::from_slice(&bytes).map_err(|error| RecordsError::Damaged {
                path: path.to_owned(),
                reason: format!("line {number}: {error}"),
            })?;
            last_lines.note(&line.cell, whole..whole + read as u64);
            // The file may hold a later measurement, which somebody merged into it.
            if records
                .cells
                .find(&line.cell)
                .is_none_or(|known| known.measured_at <= line.cell.measured_at)
            {
                records.insert(&line.machine, line.cell);
            }
            whole += read as u64;
        }
        if last_lines.bytes * 2 < whole {
            file = last_lines.write_anew(path, &mut file).map_err(refused)?;
        } else {
            file.set_len(whole).map_err(refused)?;
        }
        file.seek(SeekFrom::End(0)).map_err(refused)?;
        Ok(Journal {
            path: path.to_owned(),
            file,
        })
    }

    /// Appends a cell. When this returns, the cell has been handed to the disk.
    ///
    /// # Errors
    /// When the line cannot be written; the lines before it stand.
    pub fn append(&mut self, machine: &Machine, cell: &Cell) -> Result<(), RecordsError> {
        let mut text =
            serde_json::to_string(&LineToWrite { machine, cell }).expect("a cell has only string keys");
        text.push('\n');
        let written: io::Result<()> = self
            .file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data());
        written.map_err(|source| RecordsError::Write {
            path: self.path.clone(),
            source,
        })
    }
}

/// The last line of each cell.
#[derive(Default)]
struct LastLines {
    /// Where it stands, by what makes a cell the same.
    places: BTreeMap<CellKey, Range<u64>>,
    /// The length of all of them.
    bytes: u64,
}

impl LastLines {
    fn note(&mut self, cell: &Cell, at: Range<u64>) {
        self.bytes += at.end - at.start;
        if let Some(before) = self.places.insert(cell.key.clone(), at) {
            self.bytes -= before.end - before.start;
        }
    }

    /// Writes these lines, in their order, beside the file and puts them in its place: whoever is killed meanwhile leaves the old one.
    fn write_anew(self, path: &Path, file: &mut File) -> io::Result<File> {
        let mut places: Vec<Range<u64>> = self.places.into_values().collect();
        places.sort_unstable_by_key(|place| place.start);
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut anew = tempfile::Builder::new().prefix(PREFIX).tempfile_in(folder)?;
        for place in places {
            file.seek(SeekFrom::Start(place.start))?;
            io::copy(&mut Read::by_ref(file).take(place.end - place.start), &mut anew)?;
        }
        anew.as_file().sync_all()?;
        Ok(anew.persist(path)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{cell, machine};

    #[test]
    fn what_was_measured_again_is_left_out_once_it_is_most_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let mut once = cell("python.a", 1_000, 7);
        let (mut again, machine) = (cell("python.a", 10, 7), machine("one"));
        let mut journal = Journal::open(&path, &mut Records::default()).unwrap();
        once.measured_at = "2026-01-01T00:00:00Z".to_owned();
        journal.append(&machine, &once).unwrap();
        for day in 1..10 {
            again.measured_at = format!("2026-01-{day:02}T00:00:00Z");
            journal.append(&machine, &again).unwrap();
        }
        drop(journal);
        let lines = || std::fs::read_to_string(&path).unwrap().lines().count();
        assert_eq!(lines(), 10);
        let mut records = Records::default();
        let mut journal = Journal::open(&path, &mut records).unwrap();
        assert_eq!(lines(), 2);
        assert_eq!(records.cells.to_vec(), [once, again.clone()]);
        // It goes on at the end of what is left.
        journal.append(&machine, &again).unwrap();
        assert_eq!(lines(), 3);
        let mut read = Records::default();
        Journal::open(&path, &mut read).unwrap();
        assert_eq!(read, records);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
