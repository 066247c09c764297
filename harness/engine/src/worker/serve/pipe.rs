//! The protocol's descriptors, out of the workload's reach.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::record::{ErrorKind, Pass};

/// A request as it arrives.
#[derive(Deserialize)]
pub(super) struct Request {
    pub(super) id: u64,
    #[serde(flatten)]
    pub(super) call: Received,
}

/// A call as it arrives; the fields that Python's side alone needs are left out.
#[derive(Deserialize)]
#[serde(tag = "call", rename_all = "lowercase")]
pub(super) enum Received {
    Load {
        pass: Pass,
        scenario: String,
        variant: String,
        n: usize,
        file: Option<PathBuf>,
        foreign: bool,
    },
    Size {
        n: usize,
    },
    Time {
        iterations: u64,
    },
    Memory {
        warm_up: bool,
        timeline: bool,
        histogram: bool,
    },
    Leaks {
        calls: u32,
    },
    Resident,
    Digest,
    Quit,
}

/// The two ends of the protocol, on descriptors that the workload cannot reach by number.
pub(super) struct Pipe {
    requests: BufReader<File>,
    answers: File,
}

impl Pipe {
    /// Moves the pipe away from descriptors 0 and 1, and points these at `/dev/null` and at standard error.
    pub(super) fn open() -> std::io::Result<Self> {
        let null = File::open("/dev/null")?;
        let requests = duplicate(0)?;
        let answers = duplicate(1)?;
        point(null.as_raw_fd(), 0)?;
        point(2, 1)?;
        Ok(Pipe {
            requests: BufReader::new(File::from(requests)),
            answers: File::from(answers),
        })
    }

    /// The next request, or nothing once the engine has closed the pipe.
    pub(super) fn read(&mut self) -> std::io::Result<Option<Request>> {
        let mut line = String::new();
        if self.requests.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&line)?))
    }

    pub(super) fn write(&mut self, value: &Value) -> std::io::Result<()> {
        let mut line = value.to_string();
        line.push('\n');
        self.answers.write_all(line.as_bytes())
    }

    /// Answers a request with a value, or with the reason why there is none.
    pub(super) fn answer(&mut self, id: u64, result: Result<Value, String>) -> std::io::Result<()> {
        match result {
            Ok(value) => self.write(&json!({"id": id, "ok": value})),
            Err(message) => self.refuse(id, ErrorKind::Exception, &message),
        }
    }

    /// Answers a request with an error.
    pub(super) fn refuse(&mut self, id: u64, kind: ErrorKind, message: &str) -> std::io::Result<()> {
        self.write(&json!({"id": id, "error": {"kind": kind, "message": message}}))
    }
}

fn duplicate(descriptor: i32) -> std::io::Result<OwnedFd> {
    // SAFETY: `fcntl` with F_DUPFD_CLOEXEC takes no pointers; a descriptor that is not open gives an error.
    let copy = unsafe { libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 3) };
    if copy < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: the kernel has just made this descriptor for us, so nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}

fn point(from: i32, to: i32) -> std::io::Result<()> {
    // SAFETY: `dup2` takes no pointers; descriptors 0 and 1 are owned by no Rust object here.
    if unsafe { libc::dup2(from, to) } < 0 {
        Err(std::io::Error::last_os_error())
    } else {
        Ok(())
    }
}
