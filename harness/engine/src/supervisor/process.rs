//! A worker that is a child process: started in a group of its own, given a deadline, killed as
//! one.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use heapbook_protocol::call::Quit;
use heapbook_protocol::{Asked, BUILD, Body, ErrorKind, Failure, Reply, Request};
use rustix::process::Signal;
use serde_json::Value;

use super::group::Group;
#[cfg(target_os = "linux")]
use super::keeper;
use super::orphans;
use super::spawn::spawn;
use super::{Limits, Worker};

/// The longest line that an answer may be. A timeline of 256 points needs under 32 KiB.
const LONGEST_ANSWER: u64 = 4 << 20;

/// How many calls of the program one answer may take, each with the whole deadline: more than any
/// warm-up makes. A program that writes to the pipe by itself does not put off its end for ever.
const MOST_CALLS: u32 = 64;

/// How much of what a worker prints is kept for the record of its failure.
const KEPT_OUTPUT: usize = 4 << 10;

/// How often the child's state is looked at while its answer is awaited. An answer itself ends the
/// wait at once.
const LOOK: Duration = Duration::from_millis(20);

/// How long to wait between looks at a worker that is ending.
const STEP: Duration = Duration::from_millis(2);

/// How long a worker that was asked to quit may take before it is killed.
const FAREWELL: Duration = Duration::from_millis(500);

/// A worker in a child process.
pub(super) struct ProcessWorker {
    child: Child,
    group: Group,
    requests: Option<ChildStdin>,
    replies: Receiver<Vec<u8>>,
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
    ) -> Result<Self, Failure> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        orphans::adopt_from_now_on();
        keeper::put_before(&mut command);
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = spawn(command)
            .map_err(|error| Failure::new(ErrorKind::Start, format!("cannot start {program}: {error}")))?;
        let replies = read_lines(child.stdout.take().expect("standard output was piped"));
        let output = keep_output(child.stderr.take().expect("standard error was piped"));
        let requests = child.stdin.take();
        let mut worker = ProcessWorker {
            group: Group::of(&child),
            child,
            requests,
            replies,
            output,
            interrupted,
            limits,
            last_id: 0,
            ended: false,
        };
        worker.check_hello()?;
        Ok(worker)
    }

    fn check_hello(&mut self) -> Result<(), Failure> {
        let reply = self
            .reply()
            .map_err(|failed| Failure::new(ErrorKind::Start, failed.message))?;
        match reply.body {
            Body::Hello(hello) if hello.build == BUILD => Ok(()),
            Body::Hello(_) => Err(Failure::new(
                ErrorKind::Start,
                "the probe was built from other sources than this program: run `cargo build --release` again",
            )),
            _ => Err(Failure::new(
                ErrorKind::Garbage,
                "the worker's first line is not a hello",
            )),
        }
    }

    fn send(&mut self, request: Request) -> Result<(), Failure> {
        self.last_id += 1;
        let id = self.last_id;
        let mut line = serde_json::to_string(&Asked { id, request }).expect("a call is plain data");
        line.push('\n');
        let sent = self.requests.as_mut().map(|pipe| pipe.write_all(line.as_bytes()));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(self.how_it_ended()),
        }
    }

    /// Waits for one line, and for nothing longer than the deadline, the child's life and the run
    /// itself.
    fn reply(&mut self) -> Result<Reply<Value>, Failure> {
        // One that is past the end of time never comes.
        let limit = self.limits.deadline;
        let due = || Instant::now().checked_add(limit);
        let mut deadline = due();
        let mut told = 0;
        loop {
            let received = self.replies.recv_timeout(LOOK);
            self.check_memory()?;
            match received {
                // One call of several has ended.
                Ok(line) if line == b"\n" => {
                    told += 1;
                    if told <= MOST_CALLS {
                        deadline = due();
                    }
                }
                Ok(line) => return parse(&line),
                Err(RecvTimeoutError::Disconnected) => return Err(self.how_it_ended()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(Failure::new(ErrorKind::Interrupted, "the run was interrupted"));
            }
            if self.group.worker_has_ended() {
                // A child of the child may still hold the pipe open; what the worker itself wrote
                // is read already, or will be at once.
                return match self.replies.recv_timeout(LOOK) {
                    Ok(line) => parse(&line),
                    Err(_) => Err(self.how_it_ended()),
                };
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                let seconds = self.limits.deadline.as_secs();
                return Err(self.with_output(
                    ErrorKind::Hang,
                    format!("no answer within {seconds} s; a longer deadline is set with --deadline"),
                ));
            }
        }
    }

    /// Refuses a worker that holds more memory than it may, and ends it before the machine runs
    /// out.
    fn check_memory(&mut self) -> Result<(), Failure> {
        let most = self.limits.memory_cap;
        let held = self.group.resident_bytes_if_due(most);
        let Some(held) = held.filter(|&held| held > most) else {
            return Ok(());
        };
        self.kill();
        Err(Failure::new(
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
        let reason = if self.group.worker_has_ended() {
            let status = self.kill();
            self.wait_for_output(Instant::now() + FAREWELL);
            status.map_or_else(|| "it ended".to_owned(), describe_status)
        } else {
            "it closed its pipe".to_owned()
        };
        self.with_output(ErrorKind::Crash, format!("the worker gave no answer: {reason}"))
    }

    /// Waits until all that a dead worker printed is read, but no longer than that: on a busy
    /// machine its last words would be missing from the failure.
    fn wait_for_output(&self, until: Instant) {
        // The thread that reads holds the other reference until the pipe ends.
        while Arc::strong_count(&self.output) > 1 && Instant::now() < until {
            thread::sleep(STEP);
        }
    }

    /// Waits until the worker itself has ended, but no longer than that. Late answers are thrown
    /// away.
    fn wait_for_the_end(&self, until: Instant) {
        while !self.group.worker_has_ended() && Instant::now() < until {
            while self.replies.try_recv().is_ok() {}
            self.group.await_worker(STEP);
        }
    }

    /// Processes that still live though the worker that started them has ended. Those that only
    /// need a moment to end by themselves (a helper process of Python's own `multiprocessing`) are
    /// given it.
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

    /// Asked to quit, an interpreter ends cleanly, which is part of what is tested; one that does
    /// not is killed later.
    fn ask_to_quit(&mut self) {
        if self.send(Quit {}.into()).is_ok() {
            self.wait_for_the_end(Instant::now() + FAREWELL);
        }
    }

    /// Ends the worker and all that it started: a child that the workload left behind goes with it.
    /// Gives the worker's own end.
    fn kill(&mut self) -> Option<ExitStatus> {
        self.group.kill();
        self.ended = true;
        self.child.wait().ok()
    }
}

impl Worker for ProcessWorker {
    fn call(&mut self, request: Request) -> Result<Value, Failure> {
        self.send(request)?;
        let reply = self.reply()?;
        if reply.id != self.last_id {
            let message = format!("an answer to request {} came unasked", reply.id);
            return Err(Failure::new(ErrorKind::Garbage, message));
        }
        match reply.body {
            Body::Ok(value) => Ok(value),
            Body::Error(failure) => Err(failure),
            Body::Hello(_) => Err(Failure::new(ErrorKind::Garbage, "a second hello")),
        }
    }

    fn process_number(&self) -> Option<u32> {
        Some(self.group.worker())
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.ask_to_quit();
        // One that takes long to end is killed with what it started: only its own end tells what it
        // left behind.
        let left = if self.group.worker_has_ended() {
            self.left_behind()
        } else {
            0
        };
        self.kill();
        match left {
            0 => Ok(()),
            count => Err(Failure::new(
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

fn parse(line: &[u8]) -> Result<Reply<Value>, Failure> {
    serde_json::from_slice(line).map_err(|error| {
        let shown: String = String::from_utf8_lossy(line).chars().take(200).collect();
        Failure::new(
            ErrorKind::Garbage,
            format!("not a line of the protocol ({error}): {}", shown.trim_end()),
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
    let name = match Signal::from_named_raw(signal) {
        Some(Signal::SEGV) => "SIGSEGV, a segmentation fault",
        Some(Signal::ABORT) => "SIGABRT",
        Some(Signal::BUS) => "SIGBUS",
        Some(Signal::ILL) => "SIGILL",
        Some(Signal::FPE) => "SIGFPE",
        Some(Signal::KILL) => "SIGKILL (out of memory?)",
        Some(Signal::TERM) => "SIGTERM",
        _ => return format!("signal {signal}"),
    };
    format!("signal {signal}, {name}")
}

/// Hands every line to the channel. An endless line is cut off, and then is not a line of the
/// protocol.
fn read_lines(pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
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

/// Nothing stands between elsewhere: what a worker starts outside of its group is not found.
#[cfg(not(target_os = "linux"))]
mod keeper {
    pub(super) fn put_before(_command: &mut std::process::Command) {}
}
