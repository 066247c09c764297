//! Which line runs, and what each has made, given back and left.

use std::sync::{Mutex, MutexGuard, PoisonError};

use heapbook_ledger::thread;
use heapbook_model::Bytes;
use heapbook_protocol::{LineFigures, Lines, StepFigures};
use pyo3::prelude::*;

use super::own_blocks;
use crate::hooks::LEDGER;

/// The events that are kept, from the first on.
const MOST_EVENTS: usize = 1024;
/// The frames of the variant's own code that are told apart; bytes of deeper ones go to the deepest
/// of these.
const MOST_FRAMES: usize = 1 << 16;
/// The variant's own code object among [`Tracer::codes`].
const VARIANT: usize = 0;

static TRACER: Mutex<Option<Tracer>> = Mutex::new(None);

/// The one tracer. Nobody waits for it: it is locked with the interpreter lock held, which is not
/// let go meanwhile.
pub(super) fn lock() -> MutexGuard<'static, Option<Tracer>> {
    TRACER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does something to the tracer, if there is one.
pub(super) fn tracing<R>(action: impl FnOnce(&mut Tracer) -> R) -> Option<R> {
    lock().as_mut().map(action)
}

/// A code object whose lines are told apart.
pub(super) struct Code {
    pub(super) object: Py<PyAny>,
    pub(super) first_line: u32,
    /// Offsets in ascending order, each with the line that begins there.
    pub(super) lines: Vec<(u32, u32)>,
}

impl Code {
    fn line_at(&self, offset: u32) -> u32 {
        let after = self.lines.partition_point(|(start, _)| *start <= offset);
        after
            .checked_sub(1)
            .map_or(self.first_line, |index| self.lines[index].1)
    }

    fn all_lines(&self) -> impl Iterator<Item = u32> {
        self.lines.iter().map(|(_, line)| *line).chain([self.first_line])
    }
}

/// What one line did.
#[derive(Clone, Default)]
struct Line {
    hits: u64,
    allocated_bytes: u64,
    freed_bytes: u64,
    live_bytes: i64,
}

/// A frame of the variant's own code that has begun and not come back yet.
struct Frame {
    code: usize,
    line: u32,
    /// A run of the line has begun: it is an event when it ends.
    running: bool,
}

/// Bytes since entry, without the interpreter's own.
#[derive(Clone, Copy, Default)]
struct Reading {
    allocated: u64,
    live: i64,
}

fn read() -> Reading {
    let (allocated, live) = LEDGER.flow();
    Reading {
        allocated: allocated.saturating_sub(own_blocks::concealed_bytes()),
        live,
    }
}

/// Charges lines with what happens while they run.
///
/// A *run* is one execution of a line, from the interpreter's event to the frame's next line,
/// return or yield. Every run is one hit and one event. What a generator does between its
/// resumption and its next line is charged to the line without being a run.
pub(super) struct Tracer {
    /// Whether the interpreter reports by `sys.monitoring`.
    pub(super) monitored: bool,
    codes: Vec<Code>,
    /// The thread that is traced, or 0.
    thread: usize,
    first_line: u32,
    lines: Vec<Line>,
    frames: Vec<Frame>,
    /// Frames beyond those there is room for.
    unseen: usize,
    /// The outermost frame has returned; its line is charged with what is still to be dropped.
    returned: bool,
    /// The line that is charged.
    current: u32,
    last: Reading,
    events: Vec<(u32, i64)>,
    /// The events, and besides the times that an inner frame yielded or returned in no run.
    steps: Vec<(u32, Reading)>,
    total_events: u64,
}

impl Tracer {
    pub(super) fn new(codes: Vec<Code>, monitored: bool) -> Self {
        let all = || codes.iter().flat_map(Code::all_lines);
        let first_line = all().min().unwrap_or(0);
        let lines = all().max().unwrap_or(0) - first_line + 1;
        Self {
            monitored,
            thread: 0,
            first_line,
            lines: vec![Line::default(); lines as usize],
            frames: Vec::with_capacity(MOST_FRAMES),
            unseen: 0,
            returned: false,
            current: first_line,
            last: Reading::default(),
            events: Vec::with_capacity(MOST_EVENTS),
            steps: Vec::with_capacity(MOST_EVENTS),
            total_events: 0,
            codes,
        }
    }

    /// Starts anew, in this thread.
    pub(super) fn enter(&mut self) {
        self.lines.fill(Line::default());
        self.frames.clear();
        self.unseen = 0;
        self.returned = false;
        self.current = self.codes[VARIANT].first_line;
        self.events.clear();
        self.steps.clear();
        self.total_events = 0;
        own_blocks::enter();
        self.last = read();
        self.thread = thread::identity();
    }

    /// Ends what still runs; events after this one are nobody's.
    pub(super) fn finish(&mut self) {
        self.charge();
        while let Some(frame) = self.frames.pop() {
            self.end_run(&frame);
        }
        self.thread = 0;
    }

    /// Which of the code objects this is, if its events are of interest.
    pub(super) fn find(&self, code: *mut pyo3::ffi::PyObject) -> Option<usize> {
        if self.thread != thread::identity() {
            return None;
        }
        self.codes
            .iter()
            .position(|candidate| candidate.object.as_ptr() == code)
    }

    /// The line at an offset into a code object.
    pub(super) fn line_at(&self, code: usize, offset: u32) -> u32 {
        self.codes[code].line_at(offset)
    }

    /// A line is about to run.
    pub(super) fn line(&mut self, code: usize, line: u32) {
        self.charge();
        if self.unseen > 0 {
            return;
        }
        self.drop_frames_above(code);
        let mut frame = self.frames.pop().unwrap_or(Frame {
            code,
            line,
            running: false,
        });
        self.end_run(&frame);
        frame.line = line;
        frame.running = self.entry(line).map(|entry| entry.hits += 1).is_some();
        self.frames.push(frame);
        self.current = line;
    }

    /// A frame begins, or goes on after a yield.
    pub(super) fn begin(&mut self, code: usize, line: u32) {
        self.charge();
        if self.returned && code == VARIANT {
            self.returned = false;
            if let Some(frame) = self.frames.pop() {
                self.end_run(&frame);
            }
        }
        if self.frames.len() == MOST_FRAMES {
            self.unseen += 1;
            return;
        }
        self.frames.push(Frame {
            code,
            line,
            running: false,
        });
        self.current = line;
    }

    /// The frame returns, yields, or is left by an exception.
    pub(super) fn end(&mut self, code: usize) {
        self.charge();
        if self.unseen > 0 {
            self.unseen -= 1;
            return;
        }
        self.drop_frames_above(code);
        if self.frames.len() < 2 {
            // Its locals are dropped after this event, by the line that returned.
            self.returned = true;
        } else if let Some(frame) = self.frames.pop() {
            if !frame.running {
                self.add_step(frame.line);
            }
            self.end_run(&frame);
            self.current = self.frames.last().map_or(self.current, |caller| caller.line);
        }
    }

    /// Forgets frames that ended without an event, if any ever does.
    fn drop_frames_above(&mut self, code: usize) {
        let Some(index) = self.frames.iter().rposition(|frame| frame.code == code) else {
            return;
        };
        while self.frames.len() > index + 1
            && let Some(frame) = self.frames.pop()
        {
            self.end_run(&frame);
        }
    }

    /// Charges the current line with what has happened since the last event.
    fn charge(&mut self) {
        let now = read();
        let allocated = now.allocated.saturating_sub(self.last.allocated);
        let freed = (allocated as i64 - (now.live - self.last.live)).max(0) as u64;
        self.last = now;
        if let Some(entry) = self.entry(self.current) {
            entry.allocated_bytes += allocated;
            entry.freed_bytes += freed;
            entry.live_bytes = now.live;
        }
    }

    fn end_run(&mut self, frame: &Frame) {
        if frame.running {
            self.total_events += 1;
            if self.events.len() < MOST_EVENTS {
                self.events.push((frame.line, self.last.live));
            }
            self.add_step(frame.line);
        }
    }

    fn add_step(&mut self, line: u32) {
        if self.steps.len() < MOST_EVENTS {
            self.steps.push((line, self.last));
        }
    }

    fn entry(&mut self, line: u32) -> Option<&mut Line> {
        let index = line.checked_sub(self.first_line)?;
        self.lines.get_mut(index as usize)
    }

    /// What had been made, and was live, after each step.
    pub(super) fn steps(&self) -> Vec<StepFigures> {
        let figures = |&(line, at): &(u32, Reading)| StepFigures {
            line,
            made_bytes: Bytes(at.allocated as i64),
            live_bytes: Bytes(at.live),
        };
        self.steps.iter().map(figures).collect()
    }

    /// What the lines did; whether that has settled is not known here.
    pub(super) fn answer(&self) -> Lines {
        let numbered = (self.first_line..).zip(&self.lines);
        let ran =
            numbered.filter(|(_, line)| line.hits > 0 || line.allocated_bytes > 0 || line.freed_bytes > 0);
        let lines = ran.map(|(number, line)| LineFigures {
            line: number,
            hits: line.hits,
            allocated_bytes: Bytes(line.allocated_bytes as i64),
            freed_bytes: Bytes(line.freed_bytes as i64),
            live_bytes: Bytes(line.live_bytes),
        });
        let events = self.events.iter();
        Lines {
            lines: lines.collect(),
            events: events.map(|&(line, live)| (line, Bytes(live))).collect(),
            total_events: self.total_events,
            net_bytes: Bytes(self.last.live),
            spare_bytes: Bytes(0),
            settled: false,
            beyond_bytes: None,
        }
    }
}
