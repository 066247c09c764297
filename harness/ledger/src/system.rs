//! What the system sees of this process: resident memory and page faults, as Linux tells them below
//! `/proc/self`.
//!
//! These figures are pages, not requests, and never exact. Nothing is installed for them.

use std::fs;
use std::io::{Error, ErrorKind, Result};

const STATUS: &str = "/proc/self/status";
const CLEAR: &str = "/proc/self/clear_refs";
const STAT: &str = "/proc/self/stat";
/// What the kernel takes for "reset the peak of the resident size".
const RESET_PEAK: &str = "5";

/// The state of the process before a call.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    resident: i64,
    faults: Faults,
}

/// What a call did to the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtReturn {
    /// The peak of the resident size, above the size at entry.
    pub peak_bytes: i64,
    /// Page faults that needed no disk.
    pub minor_faults: u64,
    /// Page faults that needed the disk.
    pub major_faults: u64,
}

#[derive(Debug, Clone, Copy)]
struct Faults {
    minor: u64,
    major: u64,
}

impl Entry {
    /// Resets the peak and reads where the call begins.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn begin() -> Result<Self> {
        fs::write(CLEAR, RESET_PEAK).map_err(|error| unreadable(CLEAR, &error.to_string()))?;
        Ok(Entry {
            faults: Faults::read()?,
            resident: resident()?,
        })
    }

    /// What the call has done, its result still held.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn at_return(&self) -> Result<AtReturn> {
        let faults = Faults::read()?;
        Ok(AtReturn {
            peak_bytes: status("VmHWM:")? - self.resident,
            minor_faults: faults.minor - self.faults.minor,
            major_faults: faults.major - self.faults.major,
        })
    }

    /// The resident size now, above the size at entry.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn still_resident(&self) -> Result<i64> {
        Ok(resident()? - self.resident)
    }
}

/// The resident size of this process.
///
/// # Errors
/// Where the system does not tell.
pub fn resident() -> Result<i64> {
    status("VmRSS:")
}

impl Faults {
    /// The fields 10 and 12 of the process's line; its name, in parentheses, may itself hold
    /// blanks.
    fn read() -> Result<Self> {
        let line = fs::read_to_string(STAT).map_err(|error| unreadable(STAT, &error.to_string()))?;
        let after_name = line.rfind(')').map_or("", |end| &line[end + 1..]);
        let field = |number: usize| after_name.split_whitespace().nth(number - 3)?.parse().ok();
        match (field(10), field(12)) {
            (Some(minor), Some(major)) => Ok(Faults { minor, major }),
            _ => Err(unreadable(STAT, "its line has another form")),
        }
    }
}

/// A size from the kernel's table, in bytes.
fn status(name: &str) -> Result<i64> {
    let table = fs::read_to_string(STATUS).map_err(|error| unreadable(STATUS, &error.to_string()))?;
    let line = table.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<i64>().ok());
    kibibytes
        .map(|kibibytes| kibibytes * 1024)
        .ok_or_else(|| unreadable(STATUS, &format!("it does not tell {name}")))
}

fn unreadable(file: &str, reason: &str) -> Error {
    let message = format!("resident memory is seen on Linux alone, through {file}: {reason}");
    Error::new(ErrorKind::Unsupported, message)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn pages_that_are_touched_are_seen_and_counted() {
        let entry = Entry::begin().unwrap();
        let touched = std::hint::black_box(vec![1_u8; 64 << 20]);
        let seen = entry.at_return().unwrap();
        // How much stays is the allocator's affair; that the system tells it is what counts here.
        drop(touched);
        entry.still_resident().unwrap();
        assert!(seen.peak_bytes >= 60 << 20, "{seen:?}");
        assert!(seen.minor_faults > 0, "{seen:?}");
    }
}
