//! The worker's end for Rust: this program, started again, runs one variant.
//!
//! The measuring loops are generic over what set-up makes and what a variant returns, so the compiler writes one loop
//! for each variant, and nothing is boxed. A variant comes as a function pointer: the loop cannot see into it, so the
//! compiler cannot hoist its work out.

use std::env;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use heapbook_ledger::CountingAllocator;
use serde::Deserialize;
use serde_json::{Value, json};

use super::BUILD;
use super::protocol::{Digest, Figures, MemoryAnswer, TimeAnswer};
use crate::record::{ErrorKind, Pass, Timeline, TimelinePoint};
use crate::units::{Bytes, Nanos};

/// The argument that makes a program a worker.
pub(super) const ASKED: &str = "__worker";

/// Calls before the measured one, at most.
const MOST_WARM_UPS: u32 = 8;

/// Serves as a worker if this process was started as one, and then ends; otherwise does nothing.
///
/// It belongs at the beginning of `main`. `visit` shows the scenarios' variants to the visitor.
pub fn serve_if_asked(visit: impl Fn(&mut Visitor)) {
    if env::args_os().nth(1).is_none_or(|argument| argument != ASKED) {
        return;
    }
    let status = match serve(&visit) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    };
    // The engine reads the exit status of a worker that gives no answer.
    std::process::exit(i32::from(status == ExitCode::FAILURE));
}

/// A request as it arrives.
#[derive(Deserialize)]
struct Request {
    id: u64,
    #[serde(flatten)]
    call: Received,
}

#[derive(Deserialize)]
#[serde(tag = "call", rename_all = "lowercase")]
enum Received {
    Load {
        pass: Pass,
        scenario: String,
        variant: String,
        n: usize,
    },
    Time {
        iterations: u64,
    },
    Memory {
        warm_up: bool,
        timeline: bool,
    },
    Digest,
    Quit,
}

/// The two ends of the protocol, on descriptors that the workload cannot reach by number.
struct Pipe {
    requests: BufReader<File>,
    answers: File,
}

fn serve(visit: &dyn Fn(&mut Visitor)) -> std::io::Result<()> {
    let mut pipe = Pipe::open()?;
    panic::set_hook(Box::new(|_| {}));
    pipe.write(&json!({"id": 0, "hello": {"build": BUILD, "language": "rust"}}))?;
    let Some(request) = pipe.read()? else {
        return Ok(());
    };
    let Received::Load {
        pass,
        scenario,
        variant,
        n,
    } = request.call
    else {
        return pipe.refuse(request.id, ErrorKind::Garbage, "the first call must be `load`");
    };
    let mut visitor = Visitor {
        scenario,
        variant,
        n,
        pass,
        load: request.id,
        pipe: Some(pipe),
        outcome: Ok(()),
    };
    visit(&mut visitor);
    match visitor.pipe {
        Some(mut pipe) => {
            let name = format!("{}/rust.{}", visitor.scenario, visitor.variant);
            let message = format!("{name} is not in this program: run `cargo build --release` again");
            pipe.refuse(visitor.load, ErrorKind::Start, &message)
        }
        None => visitor.outcome,
    }
}

impl Pipe {
    /// Moves the pipe away from descriptors 0 and 1, and points these at `/dev/null` and at standard error.
    fn open() -> std::io::Result<Self> {
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
    fn read(&mut self) -> std::io::Result<Option<Request>> {
        let mut line = String::new();
        if self.requests.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&line)?))
    }

    fn write(&mut self, value: &Value) -> std::io::Result<()> {
        let mut line = value.to_string();
        line.push('\n');
        self.answers.write_all(line.as_bytes())
    }

    fn answer(&mut self, id: u64, result: Result<Value, String>) -> std::io::Result<()> {
        match result {
            Ok(value) => self.write(&json!({"id": id, "ok": value})),
            Err(message) => self.refuse(id, ErrorKind::Exception, &message),
        }
    }

    fn refuse(&mut self, id: u64, kind: ErrorKind, message: &str) -> std::io::Result<()> {
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

/// Is shown every Rust variant of the corpus, and runs the one that it was asked for.
pub struct Visitor {
    scenario: String,
    variant: String,
    n: usize,
    pass: Pass,
    load: u64,
    /// Taken by the variant that is found.
    pipe: Option<Pipe>,
    outcome: std::io::Result<()>,
}

impl Visitor {
    /// Shows a variant that is handed a reference to what set-up made once.
    pub fn variant<S>(
        &mut self,
        scenario: &str,
        variant: &str,
        setup: fn(usize) -> S,
        run: fn(&S, &mut Sink),
    ) {
        let n = self.n;
        self.serve(scenario, variant, || {
            let input = setup(n);
            move |iterations: u64, sink: &mut Sink| {
                sink.span(|sink| {
                    for _ in 0..iterations {
                        run(black_box(&input), sink);
                    }
                });
            }
        });
    }

    /// Shows a variant that is handed what set-up made for this very call.
    pub fn variant_each<S>(
        &mut self,
        scenario: &str,
        variant: &str,
        setup: fn(usize) -> S,
        run: fn(S, &mut Sink),
    ) {
        let n = self.n;
        self.serve(scenario, variant, || {
            move |iterations: u64, sink: &mut Sink| {
                for _ in 0..iterations {
                    let input = black_box(setup(n));
                    sink.span(|sink| run(input, sink));
                }
            }
        });
    }

    /// Serves all further requests with this variant, if it is the one that was asked for. `make` runs its set-up.
    fn serve<C: FnMut(u64, &mut Sink)>(&mut self, scenario: &str, variant: &str, make: impl FnOnce() -> C) {
        if self.scenario != scenario || self.variant != variant {
            return;
        }
        let Some(mut pipe) = self.pipe.take() else { return };
        let made = guarded(make);
        self.outcome = match made {
            Err(message) => pipe.refuse(self.load, ErrorKind::Exception, &message),
            Ok(mut calls) => {
                let ready = pipe.answer(self.load, Ok(json!({})));
                ready.and_then(|()| answer_all(&mut pipe, self.pass, &mut calls))
            }
        };
    }
}

/// Answers requests until the last.
fn answer_all(pipe: &mut Pipe, pass: Pass, calls: &mut impl FnMut(u64, &mut Sink)) -> std::io::Result<()> {
    while let Some(Request { id, call }) = pipe.read()? {
        let result = match (call, pass) {
            (Received::Time { iterations }, Pass::Time) => guarded(|| time(iterations, calls)),
            (Received::Memory { warm_up, timeline }, Pass::Memory) => {
                guarded(|| memory(warm_up, timeline, calls))
            }
            (Received::Digest, _) => guarded(|| digest(calls)),
            (Received::Quit, _) => return pipe.answer(id, Ok(json!({}))),
            _ => {
                pipe.refuse(
                    id,
                    ErrorKind::Garbage,
                    "this call does not belong to the process's pass",
                )?;
                continue;
            }
        };
        pipe.answer(id, result)?;
    }
    Ok(())
}

/// Runs the workload's code; a panic is an answer, not the worker's end.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        format!("the variant panicked: {}", text.unwrap_or("no message"))
    })
}

fn time(iterations: u64, calls: &mut impl FnMut(u64, &mut Sink)) -> Value {
    let mut sink = Sink::new(Wanted::Time { total: 0, cpu: 0 });
    calls(iterations, &mut sink);
    let Wanted::Time { total, cpu } = sink.wanted else {
        unreachable!("a sink keeps its kind")
    };
    json!(TimeAnswer {
        total_ns: Nanos(total),
        cpu_ns: Nanos(cpu)
    })
}

/// Calls until two successive calls agree, and reports the last.
fn memory(warm_up: bool, timeline: bool, calls: &mut impl FnMut(u64, &mut Sink)) -> Value {
    let mut one_call = || {
        let mut sink = Sink::new(Wanted::Memory {
            timeline,
            at_return: None,
            after: None,
        });
        calls(1, &mut sink);
        let Wanted::Memory {
            after: Some(after), ..
        } = sink.wanted
        else {
            unreachable!("the span of every call is closed")
        };
        after
    };
    let mut last = one_call();
    let mut warm_ups = 0;
    let mut settled = !warm_up;
    while !settled && warm_ups < MOST_WARM_UPS {
        let next = one_call();
        warm_ups += 1;
        settled = next.0.agrees_with(&last.0);
        last = next;
    }
    let (figures, timeline) = last;
    json!(MemoryAnswer {
        warm_ups,
        settled,
        figures,
        timeline
    })
}

fn digest(calls: &mut impl FnMut(u64, &mut Sink)) -> Value {
    let mut sink = Sink::new(Wanted::Digest(None));
    calls(1, &mut sink);
    let Wanted::Digest(Some(digest)) = sink.wanted else {
        unreachable!("every variant hands its result to the sink")
    };
    json!(Digest {
        digest: digest.to_string()
    })
}

impl Figures {
    /// Whether two successive calls agree, so that nothing is left to warm up.
    fn agrees_with(&self, other: &Figures) -> bool {
        (self.allocations, self.allocated_bytes, self.peak_bytes)
            == (other.allocations, other.allocated_bytes, other.peak_bytes)
    }
}

/// Takes a variant's result, does with it what the pass wants, and drops it.
pub struct Sink {
    wanted: Wanted,
}

enum Wanted {
    Time {
        total: u64,
        cpu: u64,
    },
    Memory {
        timeline: bool,
        at_return: Option<heapbook_ledger::Figures>,
        after: Option<(Figures, Option<Timeline>)>,
    },
    Digest(Option<u64>),
}

impl Sink {
    fn new(wanted: Wanted) -> Self {
        Sink { wanted }
    }

    /// Accepts the result of one call.
    #[inline]
    pub fn accept<R>(&mut self, result: R, digest: impl FnOnce(&R) -> u64) {
        let result = black_box(result);
        match &mut self.wanted {
            Wanted::Time { .. } => {}
            Wanted::Memory { at_return, .. } => {
                *at_return = Some(CountingAllocator::figures());
                CountingAllocator::end_timeline();
            }
            Wanted::Digest(found) => *found = Some(digest(&result)),
        }
        drop(result);
    }

    /// Runs the measured part, between two readings.
    fn span(&mut self, work: impl FnOnce(&mut Self)) {
        match self.wanted {
            Wanted::Time { .. } => {
                let (wall, cpu) = (clock(libc::CLOCK_MONOTONIC), clock(libc::CLOCK_THREAD_CPUTIME_ID));
                work(self);
                let (wall_end, cpu_end) =
                    (clock(libc::CLOCK_MONOTONIC), clock(libc::CLOCK_THREAD_CPUTIME_ID));
                if let Wanted::Time { total, cpu: spent } = &mut self.wanted {
                    *total += wall_end - wall;
                    *spent += cpu_end - cpu;
                }
            }
            Wanted::Memory { timeline, .. } => {
                CountingAllocator::enter(timeline);
                work(self);
                let dropped = CountingAllocator::figures();
                CountingAllocator::stop();
                let points = timeline.then(CountingAllocator::timeline);
                if let Wanted::Memory {
                    at_return: Some(at_return),
                    after,
                    ..
                } = &mut self.wanted
                {
                    *after = Some((account(at_return, &dropped), points.map(Timeline::from)));
                }
            }
            Wanted::Digest(_) => work(self),
        }
    }
}

/// Nanoseconds of a clock.
fn clock(id: libc::clockid_t) -> u64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a timespec of our own; both clocks exist on every system this builds for.
    unsafe { libc::clock_gettime(id, &mut now) };
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}

/// The account of one call, from the reading at its return and the reading after its result was dropped.
fn account(at_return: &heapbook_ledger::Figures, dropped: &heapbook_ledger::Figures) -> Figures {
    Figures {
        allocations: at_return.allocations,
        reallocations: at_return.reallocations,
        frees: at_return.frees,
        allocated_bytes: Bytes(at_return.allocated_bytes.try_into().unwrap_or(i64::MAX)),
        peak_bytes: Bytes(at_return.peak_bytes),
        result_bytes: Bytes(at_return.live_bytes),
        retained_bytes: Bytes(dropped.live_bytes),
        // There is no collector that could give back more.
        retained_after_collection_bytes: Bytes(dropped.live_bytes),
        unknown_frees: at_return.unknown_frees,
    }
}

impl From<heapbook_ledger::Timeline> for Timeline {
    fn from(timeline: heapbook_ledger::Timeline) -> Self {
        let point = |point: &heapbook_ledger::Point| TimelinePoint {
            low: Bytes(point.low),
            high: Bytes(point.high),
            end: Bytes(point.end),
        };
        Timeline {
            events: timeline.events,
            events_per_point: timeline.events_per_point,
            points: timeline.points.iter().map(point).collect(),
        }
    }
}
