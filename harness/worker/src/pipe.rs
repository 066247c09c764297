//! The protocol's descriptors, out of the workload's reach.

use std::fs::File;
use std::io::{BufRead, BufReader, Result, Write};

use heapbook_protocol::{Asked, Body, Call, ErrorKind, Failure, Reply};
use rustix::io::fcntl_dupfd_cloexec;
use rustix::stdio::{dup2_stdin, dup2_stdout, stderr, stdin, stdout};

/// The two ends of the protocol, on descriptors that the workload cannot reach by number.
pub(crate) struct Pipe {
    requests: BufReader<File>,
    replies: File,
}

impl Pipe {
    /// Moves the pipe away from descriptors 0 and 1, and points these at `/dev/null` and at
    /// standard error.
    pub(crate) fn open() -> Result<Self> {
        let requests = fcntl_dupfd_cloexec(stdin(), 3)?;
        let replies = fcntl_dupfd_cloexec(stdout(), 3)?;
        dup2_stdin(File::open("/dev/null")?)?;
        dup2_stdout(stderr())?;
        Ok(Pipe {
            requests: BufReader::new(File::from(requests)),
            replies: File::from(replies),
        })
    }

    /// The next request, or `None` once the engine has closed the pipe.
    pub(crate) fn read(&mut self) -> Result<Option<Asked>> {
        let mut line = String::new();
        if self.requests.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&line)?))
    }

    pub(crate) fn write<T: serde::Serialize>(&mut self, id: u64, body: Body<T>) -> Result<()> {
        let mut line = serde_json::to_vec(&Reply { id, body })?;
        line.push(b'\n');
        self.replies.write_all(&line)
    }

    /// Answers a call with what it yields, or with the reason why it yields nothing.
    pub(crate) fn answer<C: Call>(
        &mut self,
        id: u64,
        result: std::result::Result<C::Answer, Failure>,
    ) -> Result<()> {
        self.write(id, result.map_or_else(Body::Error, Body::Ok))
    }

    /// Refuses a request.
    pub(crate) fn refuse(&mut self, id: u64, kind: ErrorKind, message: &str) -> Result<()> {
        self.write(id, Body::<()>::Error(Failure::new(kind, message)))
    }
}
