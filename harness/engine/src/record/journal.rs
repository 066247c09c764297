//! The append-only journal: every finished cell, a line each, so that nothing finished is ever lost.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Cell, Machine, Records, RecordsError};

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
    /// A last line that was cut off (the process was killed while it wrote) is dropped.
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
        let (mut whole, mut bytes) = (0, Vec::new());
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
        file.set_len(whole).map_err(refused)?;
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
