//! What the calls yield, besides an account.

use heapbook_model::{Bytes, Nanos};
use serde::{Deserialize, Serialize};

use crate::account::is_nothing;
use crate::{Account, SizeClass, Timeline};

/// The answer to a call that yields nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}

/// What timed calls took.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeAnswer {
    /// Wall-clock time of all calls.
    pub total_ns: Nanos,
    /// Processor time of the calling thread.
    pub cpu_ns: Nanos,
    /// How long, at least, the calling thread was ready to run within these calls and had no
    /// processor; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queued_ns: Option<Nanos>,
    /// Garbage collections meanwhile; absent where there is no collector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collections: Option<u64>,
}

/// What one call under the ledger came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryAnswer {
    /// Calls before the reported one.
    pub warm_ups: u32,
    /// Whether the last warm-up call and the reported one agreed; always true where none was asked
    /// for.
    pub settled: bool,
    /// The reported call's account.
    pub account: Account,
    /// The account of a user's program's first call in this process, if another one is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Account>,
    /// Its live bytes, if asked for.
    pub timeline: Option<Timeline>,
    /// Its blocks by size, if asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<SizeClass>,
}

/// What the garbage collector did during one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collections {
    /// Collections of each generation, the youngest first.
    pub generations: Vec<u64>,
    /// Objects collected.
    pub collected: u64,
    /// Objects found that could not be collected.
    pub uncollectable: u64,
    /// Time that all collections took.
    pub total_pause_ns: Nanos,
    /// The longest pauses, at most 64.
    pub pauses_ns: Vec<Nanos>,
}

/// What repeated calls leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaksAnswer {
    /// Live bytes after each call, its result dropped and a collection made, above those before the
    /// first.
    pub live_bytes: Vec<Bytes>,
    /// Resident bytes of what is mapped past every allocator that is seen, after each call, above
    /// those before the first; empty where there were none. What an allocator keeps is in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mapped_bytes: Vec<Bytes>,
    /// Bytes that were live after the results were dropped, and that only the collections freed:
    /// those of all calls together. Absent where no object was garbage.
    #[serde(default, skip_serializing_if = "is_no_byte")]
    pub collected_bytes: Bytes,
    /// By how much the resident size of the process grew over the calls; absent where the system
    /// does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resident_bytes: Option<Bytes>,
    /// Child processes that ran meanwhile, whose memory is in neither; absent where none did.
    #[serde(default, skip_serializing_if = "is_none")]
    pub children: u64,
}

fn is_no_byte(bytes: &Bytes) -> bool {
    bytes.0 == 0
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Where what repeated calls leave was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginsAnswer {
    /// How many calls it is of: fewer than were asked for where there was no time for them.
    pub calls: u32,
    /// Bytes that they left, of all lines together: also of those that are not named, and of what
    /// comes and goes.
    pub bytes: Bytes,
    /// The lines that grow, the largest first; those that have ended growing come last.
    pub origins: Vec<Origin>,
}

/// A line that made what stays: the program's own where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file, as the interpreter names it; empty where no line of Python's made it, since the
    /// program itself is C's.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// Bytes that all the calls left.
    pub bytes: Bytes,
    /// Blocks that they left.
    pub blocks: i64,
    /// The line's text.
    pub text: String,
    /// The library's line that made most of it, where the program's own called a library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Place>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, as the interpreter names it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// What one traced call came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinesAnswer {
    /// Calls before the reported one, in its process.
    pub warm_ups: u32,
    /// What the lines did.
    #[serde(flatten)]
    pub lines: Lines,
    /// The steps, if asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepFigures>,
    /// The first call of a user's program, if another one is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstCall>,
    /// Where the text of a user's program lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// A step of a traced call: a line has run, or what stands in it has yielded or returned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFigures {
    /// The line.
    pub line: u32,
    /// Bytes made since entry.
    pub made_bytes: Bytes,
    /// Bytes live above entry.
    pub live_bytes: Bytes,
}

/// What the lines of the first call did, all together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstCall {
    /// Bytes made.
    pub allocated_bytes: Bytes,
    /// Bytes live at return, above entry.
    pub net_bytes: Bytes,
}

/// Where the text lies of the code whose lines were traced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The file, as the interpreter names it.
    pub file: String,
    /// The code's first line, from 1.
    pub first_line: u32,
    /// The last line that has code.
    pub last_line: u32,
}

/// What a reader of a program's figures should know of its calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarksAnswer {
    /// Sentences.
    pub remarks: Vec<String>,
}

/// What each source line of a Python variant did in one traced call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// The lines that ran, by number.
    pub lines: Vec<LineFigures>,
    /// The first events in their order: a line, and the bytes live above entry after it.
    pub events: Vec<(u32, Bytes)>,
    /// How many events there were in all.
    pub total_events: u64,
    /// Bytes live at return, above entry.
    pub net_bytes: Bytes,
    /// Of these, bytes that the interpreter keeps spare and that are not in what the result holds.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub spare_bytes: Bytes,
    /// Whether two successive calls agreed before it was reported.
    pub settled: bool,
    /// Bytes that the lines made beyond those of a call that is not traced: the interpreter takes
    /// other ways while it reports lines, such as an exception to end a generator. Absent where
    /// there are none, or where calls differ so that nothing can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond_bytes: Option<Bytes>,
}

/// What one source line did, over all the times it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFigures {
    /// Its number in the file, from 1.
    pub line: u32,
    /// How often it ran.
    pub hits: u64,
    /// Bytes made while it ran.
    pub allocated_bytes: Bytes,
    /// Bytes given back while it ran.
    pub freed_bytes: Bytes,
    /// Bytes live above entry after it ran the last time.
    pub live_bytes: Bytes,
}

/// What the system saw of the first call in one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidentProcess {
    /// The peak of the resident size, above the size at entry.
    pub peak_bytes: Bytes,
    /// The resident size after the result was dropped and a collection, above the size at entry.
    pub after_bytes: Bytes,
    /// Page faults that needed no disk.
    pub minor_faults: u64,
    /// Page faults that needed the disk.
    pub major_faults: u64,
}

/// A result as a number, for comparing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestAnswer {
    /// A decimal number modulo 2^64; absent where the result of a user's program cannot be
    /// compared.
    pub digest: Option<String>,
    /// The number that results of other languages are compared by, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub across: Option<String>,
    /// Why there is no digest. Beside one: why a result with another digest may be equal even so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomparable: Option<String>,
    /// The result of a user's program as the language shows it, cut short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
}
