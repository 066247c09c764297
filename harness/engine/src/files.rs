//! Reading the files of a project: what a name stands for may be a pipe, which nobody ever writes.

use std::fs::{self, FileType};
use std::io;
use std::path::Path;

/// The bytes of a file.
///
/// # Errors
/// When it cannot be read, or is something else, which is never opened.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    match not_a_file(fs::metadata(path)?.file_type()) {
        Some(what) => Err(io::Error::other(what)),
        None => fs::read(path),
    }
}

/// The text of a file, without the mark that some editors put first.
///
/// # Errors
/// As [`read`], and when it is not UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    let text = String::from_utf8(read(path)?);
    let mut text = text.map_err(|_| io::Error::other("it is not UTF-8 text"))?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// What stands in a file's place; nothing where it is one.
pub fn not_a_file(kind: FileType) -> Option<&'static str> {
    if kind.is_file() {
        None
    } else if kind.is_dir() {
        Some("it is a folder")
    } else {
        Some("it is a pipe, a socket or a device")
    }
}
