//! Asking a program that may be anything: a wrapper, no interpreter at all, one that hangs.

use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// How much a program may print before its answer, and how much of its complaints is read.
const MOST_READ: u64 = 1 << 20;

/// Why a program gave no answer.
#[derive(Debug)]
pub(super) enum Silence {
    /// It cannot be started.
    NotStarted(io::Error),
    /// It ended before: with its status, and the last it complained of.
    Ended(String),
    /// It did neither in time.
    Deadline,
}

/// What a program left behind that was to do something and end.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    /// What it wrote to stderr.
    pub(super) complaints: String,
}

/// Starts a program, and gives what `read` makes of the first line of its output that it takes. The
/// program and all that it started are ended then.
pub(super) fn ask<A>(
    mut command: Command,
    deadline: Duration,
    read: impl Fn(&[u8]) -> Option<A> + Send + 'static,
) -> Result<A, Silence>
where
    A: Send + 'static,
{
    // A group of its own, so that what it starts can be ended with it.
    command.stdout(Stdio::piped()).process_group(0);
    let mut program = Program::start(&mut command, deadline)?;
    let stdout = program.child.stdout.take().map(|pipe| pipe.take(MOST_READ));
    let answer = beside(move || {
        let mut lines = BufReader::new(stdout?).split(b'\n').map_while(Result::ok);
        lines.find_map(|line| read(&line))
    });
    received(answer.recv_timeout(program.left()))?.ok_or_else(|| match program.end() {
        Ok(ended) => Silence::Ended(ended.says()),
        Err(silence) => silence,
    })
}

/// Runs a program to its end. Ctrl-C ends it as well.
pub(super) fn run(command: &mut Command, deadline: Duration) -> Result<Ended, Silence> {
    command.stdout(Stdio::null());
    Program::start(command, deadline)?.end()
}

impl Ended {
    /// How it ended, and its first words; a traceback says last what is wrong.
    pub(super) fn says(&self) -> String {
        let mut lines = self
            .complaints
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let words = match lines.next() {
            Some(first) if first.starts_with("Traceback") => lines.next_back(),
            first => first,
        };
        match words {
            Some(words) => format!("{}: {words}", self.status),
            None => self.status.to_string(),
        }
    }
}

/// A program that is ended with all that it started when this goes.
struct Program {
    child: Child,
    complaints: Receiver<String>,
    deadline: Instant,
}

impl Program {
    fn start(command: &mut Command, deadline: Duration) -> Result<Self, Silence> {
        let mut child = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(Silence::NotStarted)?;
        let stderr = child.stderr.take();
        Ok(Program {
            child,
            complaints: beside(move || stderr.map(text_of).unwrap_or_default()),
            deadline: Instant::now() + deadline,
        })
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Waits for its end, for as long as it may take.
    fn end(mut self) -> Result<Ended, Silence> {
        let complaints = received(self.complaints.recv_timeout(self.left()))?;
        while !self.has_ended() {
            if self.left().is_zero() {
                return Err(Silence::Deadline);
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.end_group();
        let status = self
            .child
            .wait()
            .map_err(|error| Silence::Ended(error.to_string()))?;
        Ok(Ended { status, complaints })
    }

    /// Whether it has ended. Its process stays, so that its number is nobody else's.
    fn has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        self.pid()
            .is_none_or(|pid| !matches!(waitid(WaitId::Pid(pid), options), Ok(None)))
    }

    /// Ends what still runs of it, and of all that it started.
    fn end_group(&self) {
        if let Some(pid) = self.pid() {
            // That there is none, or none left, is as well.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }

    fn pid(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.child.id()).ok()?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A program that was waited for has no process any more, and its group was ended before.
        if matches!(self.child.try_wait(), Ok(None)) {
            self.end_group();
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Does work that waits for a program in a thread of its own, which ends with the program.
fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (sender, result) = mpsc::channel();
    thread::spawn(move || {
        // Whoever asked may not wait any more.
        let _ = sender.send(work());
    });
    result
}

fn received<T>(result: Result<T, RecvTimeoutError>) -> Result<T, Silence> {
    result.map_err(|error| match error {
        RecvTimeoutError::Timeout => Silence::Deadline,
        RecvTimeoutError::Disconnected => Silence::Ended("it cannot be read".to_owned()),
    })
}

/// The beginning of what comes from a pipe, which is read to its end.
fn text_of(mut pipe: impl Read) -> String {
    let mut text = Vec::new();
    // What came before an error is as good as all.
    let _ = pipe.by_ref().take(MOST_READ).read_to_end(&mut text);
    let _ = io::copy(&mut pipe, &mut io::sink());
    String::from_utf8_lossy(&text).into_owned()
}
