//! The append-only journal: every finished cell as soon as it is measured, so that nothing finished
//! is lost. It has the form of a records file, and holds what no records file holds yet.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use heapbook_model::{Machine, MachineId};

use super::file::{FORM, Head, Repeated, write_line};
use super::{Cell, Records, RecordsError};

/// The journal of one project, open for appending.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// The machines that a head line describes.
    machines: BTreeMap<MachineId, Machine>,
}

impl Journal {
    /// Opens the journal, or makes a new one, and returns the records that it holds. Of several
    /// records of a cell the last one counts, whatever the clock said.
    ///
    /// A last line that was cut off (the process was killed while it wrote) is dropped.
    ///
    /// # Errors
    /// When the file cannot be opened, or has another form.
    pub fn open(path: &Path) -> Result<(Self, Records), RecordsError> {
        let refused = RecordsError::writing(path);
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .read(true)
            .append(true)
            .open(path)
            .map_err(&refused)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(&refused)?;
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        file.set_len(whole as u64).map_err(&refused)?;
        let records = Records::parse(&text[..whole], path, Repeated::Replaces)?;
        let journal = Journal {
            path: path.to_owned(),
            file,
            machines: records.machines.clone(),
        };
        Ok((journal, records))
    }

    /// Appends a cell. When this returns, the cell has been handed to the disk.
    ///
    /// # Errors
    /// When the line cannot be written; the lines before it stay.
    pub fn append(&mut self, machine: &Machine, cell: &Cell) -> Result<(), RecordsError> {
        let mut write = || -> io::Result<()> {
            let mut text = Vec::new();
            if self
                .machines
                .insert(cell.key.machine.clone(), machine.clone())
                .is_none()
            {
                let head = Head {
                    form: FORM,
                    machines: Cow::Borrowed(&self.machines),
                };
                write_line(&mut text, &head)?;
            }
            write_line(&mut text, cell)?;
            self.file.write_all(&text)?;
            self.file.sync_data()
        };
        write().map_err(RecordsError::writing(&self.path))
    }

    /// Empties the journal: all that it held is in records files.
    ///
    /// # Errors
    /// When the file cannot be cut.
    pub fn clear(&mut self) -> Result<(), RecordsError> {
        self.machines.clear();
        self.file.set_len(0).map_err(RecordsError::writing(&self.path))
    }
}
