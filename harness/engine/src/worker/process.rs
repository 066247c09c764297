//! A worker that is a child process: started in a group of its own, given a deadline, killed as one.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::group::Group;
use super::orphans::Mark;
use super::protocol::{Answer, Body, Call, Request};
use super::spawn::spawn;
use super::{Failure, Limits, Worker};
use crate::record::ErrorKind;

/// The longest line that an answer may be. A timeline of 256 points needs under 32 KiB.
const LONGEST_ANSWER: u64 = 4 << 20;

/// How much of what a worker prints is kept for the record of its failure.
const KEPT_OUTPUT: usize = 4 << 10;

/// How often the child's state is looked at while its answer is awaited. An answer itself ends the wait at once.
const LOOK: Duration = Duration::from_millis(20);

/// How long to sleep between looks at a worker that is ending.
const STEP: Duration = Duration::from_millis(2);

/// How long a worker that was asked to quit may take before it is killed.
const FAREWELL: Duration = Duration::from_millis(500);

/// A worker in a child process.
pub(super) struct ProcessWorker {
    child: Child,
    group: Group,
    requests: Option<ChildStdin>,
    answers: Receiver<Vec<u8>>,
    output: Arc<Mutex<Vec<u8>>>,
    interrupted: Arc<AtomicBool>,
    limits: Limits,
    last_id: u64,
    ended: bool,
}

impl ProcessWorker {
    /// Starts the command and waits for its hello.
    pub(super) fn start(
        mut command: Command,
        limits: Limits,
        interrupted: Arc<AtomicBool>,
        build: &str,
    ) -> Result<Self, Failure> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        die_with_parent(&mut command);
        let mark = Mark::put_on(&mut command);
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = spawn(command)
            .map_err(|error| failure(ErrorKind::Start, format!("cannot start {program}: {error}")))?;
        let answers = read_answers(child.stdout.take().expect("standard output was piped"));
        let output = keep_output(child.stderr.take().expect("standard error was piped"));
        let requests = child.stdin.take();
        let mut worker = ProcessWorker {
            group: Group::of(&child, mark),
            child,
            requests,
            answers,
            output,
            interrupted,
            limits,
            last_id: 0,
            ended: false,
        };
        worker.check_hello(build)?;
        Ok(worker)
    }

    fn check_hello(&mut self, build: &str) -> Result<(), Failure> {
        let answer = self
            .answer()
            .map_err(|failed| failure(ErrorKind::Start, failed.message))?;
        match answer.body {
            Body::Hello(hello) if hello.build == build => Ok(()),
            Body::Hello(_) => Err(failure(
                ErrorKind::Start,
                "the probe was built from other sources than this program: run `cargo build --release` again",
            )),
            _ => Err(failure(ErrorKind::Garbage, "the worker's first line is no hello")),
        }
    }

    fn send(&mut self, call: &Call<'_>) -> Result<(), Failure> {
        self.last_id += 1;
        let mut line = serde_json::to_string(&Request {
            id: self.last_id,
            call,
        })
        .expect("a call is plain data");
        line.push('\n');
        let sent = self.requests.as_mut().map(|pipe| pipe.write_all(line.as_bytes()));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(self.how_it_ended()),
        }
    }

    /// Waits for one line, and for nothing longer than the deadline, the child's life and the run itself.
    fn answer(&mut self) -> Result<Answer, Failure> {
        let deadline = Instant::now() + self.limits.deadline;
        loop {
            let received = self.answers.recv_timeout(LOOK);
            self.check_memory()?;
            match received {
                Ok(line) => return parse(&line),
                Err(RecvTimeoutError::Disconnected) => return Err(self.how_it_ended()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(failure(ErrorKind::Hang, "the run was interrupted"));
            }
            if self.group.leader_has_ended() {
                // A child of the child may still hold the pipe open; what the worker itself wrote is read already,
                // or will be at once.
                return match self.answers.recv_timeout(LOOK) {
                    Ok(line) => parse(&line),
                    Err(_) => Err(self.how_it_ended()),
                };
            }
            if Instant::now() >= deadline {
                let seconds = self.limits.deadline.as_secs();
                return Err(self.with_output(
                    ErrorKind::Hang,
                    format!("no answer within {seconds} s; a longer deadline is set with --deadline"),
                ));
            }
        }
    }

    /// Refuses a worker that holds more memory than it may, and ends it before the machine runs out.
    fn check_memory(&mut self) -> Result<(), Failure> {
        let most = self.limits.memory_cap;
        let held = self.group.resident_bytes_if_due(most);
        let Some(held) = held.filter(|&held| held > most) else {
            return Ok(());
        };
        self.kill();
        Err(failure(
            ErrorKind::MemoryCap,
            format!(
                "the worker held {held} bytes of memory, {most} are allowed; \
                 measure smaller sizes, or allow more with --memory-cap"
            ),
        ))
    }

    /// What became of a child that gave no answer.
    fn how_it_ended(&mut self) -> Failure {
        self.wait_for_the_end(Instant::now() + FAREWELL);
        let reason = if self.group.leader_has_ended() {
            self.kill().map_or_else(|| "it ended".to_owned(), describe_status)
        } else {
            "it closed its pipe".to_owned()
        };
        self.with_output(ErrorKind::Crash, format!("the worker gave no answer: {reason}"))
    }

    /// Waits until the worker itself has ended, but no longer than that. Late answers are thrown away.
    fn wait_for_the_end(&self, until: Instant) {
        while !self.group.leader_has_ended() && Instant::now() < until {
            if self.answers.recv_timeout(STEP) == Err(RecvTimeoutError::Disconnected) {
                thread::sleep(STEP);
            }
        }
    }

    /// Processes that still live though the worker that started them has ended. Those that only need a moment to end by
    /// themselves (a helper process of Python's own `multiprocessing`) are given it.
    fn left_behind(&self) -> usize {
        let until = Instant::now() + FAREWELL;
        loop {
            let count = self.group.left_behind();
            if count == 0 || Instant::now() >= until {
                return count;
            }
            thread::sleep(STEP);
        }
    }

    fn with_output(&self, kind: ErrorKind, mut message: String) -> Failure {
        let output = self
            .output
            .lock()
            .map(|output| output.clone())
            .unwrap_or_default();
        let printed = String::from_utf8_lossy(&output);
        if !printed.trim().is_empty() {
            message.push_str("; it printed: ");
            message.push_str(printed.trim());
        }
        Failure { kind, message }
    }

    /// Ends the worker's whole group: a child that the workload left behind goes with it. Gives the worker's own end.
    fn kill(&mut self) -> Option<ExitStatus> {
        // The group is signalled while its leader is unreaped, so its number is still ours.
        self.group.kill();
        self.ended = true;
        self.child.wait().ok()
    }
}

impl Worker for ProcessWorker {
    fn call(&mut self, call: &Call<'_>) -> Result<serde_json::Value, Failure> {
        self.send(call)?;
        let answer = self.answer()?;
        if answer.id != self.last_id {
            return Err(failure(
                ErrorKind::Garbage,
                format!("an answer to request {} came unasked", answer.id),
            ));
        }
        match answer.body {
            Body::Ok(value) => Ok(value),
            Body::Error { kind, message } => Err(Failure { kind, message }),
            Body::Hello(_) => Err(failure(ErrorKind::Garbage, "a second hello")),
        }
    }

    fn process_number(&self) -> Option<u32> {
        Some(self.child.id())
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.ask_to_quit();
        // One that takes long to end is killed with what it started: only its own end tells what it left behind.
        let left = if self.group.leader_has_ended() {
            self.left_behind()
        } else {
            0
        };
        self.kill();
        match left {
            0 => Ok(()),
            count => Err(failure(
                ErrorKind::LeftBehind,
                format!(
                    "the variant left {count} processes running, which were killed; \
                     let it wait for every process that it starts"
                ),
            )),
        }
    }
}

impl Drop for ProcessWorker {
    fn drop(&mut self) {
        if !self.ended {
            self.ask_to_quit();
            self.kill();
        }
    }
}

impl ProcessWorker {
    /// Asked to quit, an interpreter ends cleanly, which is part of what is tested; one that does not is killed later.
    fn ask_to_quit(&mut self) {
        if self.send(&Call::Quit).is_ok() {
            self.wait_for_the_end(Instant::now() + FAREWELL);
        }
    }
}

fn failure(kind: ErrorKind, message: impl Into<String>) -> Failure {
    Failure {
        kind,
        message: message.into(),
    }
}

fn parse(line: &[u8]) -> Result<Answer, Failure> {
    serde_json::from_slice(line).map_err(|error| {
        let shown: String = String::from_utf8_lossy(line).chars().take(200).collect();
        failure(
            ErrorKind::Garbage,
            format!("no answer of the protocol ({error}): {}", shown.trim_end()),
        )
    })
}

fn describe_status(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it ended with status {code}"),
        (None, Some(signal)) => format!("it was killed by {}", signal_name(signal)),
        (None, None) => "it ended".to_owned(),
    }
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        libc::SIGSEGV => "SIGSEGV, a segmentation fault",
        libc::SIGABRT => "SIGABRT",
        libc::SIGBUS => "SIGBUS",
        libc::SIGILL => "SIGILL",
        libc::SIGFPE => "SIGFPE",
        libc::SIGKILL => "SIGKILL (out of memory?)",
        libc::SIGTERM => "SIGTERM",
        _ => return format!("signal {signal}"),
    };
    format!("signal {signal}, {name}")
}

/// Hands every line to the channel. An endless line is cut off, and then is no answer of the protocol.
fn read_answers(pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::sync_channel(16);
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        loop {
            let mut line = Vec::new();
            match pipe.by_ref().take(LONGEST_ANSWER).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) if sender.send(line).is_err() => return,
                Ok(_) => {}
            }
        }
    });
    receiver
}

/// Reads what the worker prints, so that it never blocks, and keeps the end of it.
fn keep_output(mut pipe: impl Read + Send + 'static) -> Arc<Mutex<Vec<u8>>> {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&kept);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = pipe.read(&mut buffer) {
            let Ok(mut kept) = shared.lock() else { return };
            kept.extend_from_slice(&buffer[..read]);
            let surplus = kept.len().saturating_sub(KEPT_OUTPUT);
            kept.drain(..surplus);
        }
    });
    kept
}

/// Has the kernel kill the child when the thread that started it ends, however it ends: see `spawn`.
#[cfg(target_os = "linux")]
fn die_with_parent(command: &mut Command) {
    let parent = std::process::id();
    let ask = move || {
        // SAFETY: `prctl` with these numbers takes no pointers, and `getppid` takes nothing; both are
        // async-signal-safe, as code between fork and exec must be.
        let (asked, now) = unsafe {
            (
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL),
                libc::getppid(),
            )
        };
        if asked != 0 || u32::try_from(now) != Ok(parent) {
            // The parent was gone before the kernel was asked: nobody is left to answer to.
            return Err(std::io::Error::last_os_error());
        }
        Ok(())
    };
    // SAFETY: the closure calls two async-signal-safe functions and allocates nothing.
    unsafe { command.pre_exec(ask) };
}

#[cfg(not(target_os = "linux"))]
fn die_with_parent(_command: &mut Command) {}
