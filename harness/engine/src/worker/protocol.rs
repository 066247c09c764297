//! The words of the protocol: a line of JSON each way, answers carrying the request's id.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::record::{Arenas, Domain, DomainFigures, ErrorKind, Pass, Timeline};
use crate::scenario::Snippet;
use heapbook_model::{Bytes, Nanos};

/// A call to a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "call", rename_all = "lowercase")]
pub enum Call<'a> {
    /// Load the variant and run its set-up.
    Load(Load<'a>),
    /// Go on with another size: run the set-up for it.
    Size {
        /// The size.
        n: u64,
    },
    /// Call the variant so often and say how long it took.
    Time {
        /// How often.
        iterations: u64,
        /// The garbage collection that comes first, outside of what is timed.
        collect: Collect,
    },
    /// Make one measured call under the ledger.
    Memory {
        /// Whether to call until two successive calls agree.
        warm_up: bool,
        /// Whether to keep live bytes through the call.
        timeline: bool,
        /// Whether to count blocks by their size.
        histogram: bool,
    },
    /// Make one call outside every account and say what the garbage collector did in it.
    Collections,
    /// Make so many calls and say what is live after each.
    Leaks {
        /// How many.
        calls: u32,
    },
    /// Make so many calls, and say which lines made what they leave behind.
    Origins {
        /// How many.
        calls: u32,
        /// Whether as many come before, which fill what fills.
        warm_up: bool,
    },
    /// Make one call whose lines are traced.
    Lines,
    /// Make one call and ask the system what it saw.
    Resident,
    /// Make one call outside every account and say its result's digest.
    Digest,
    /// End.
    Quit,
}

/// A garbage collection before calls are timed. Rust's workers have nothing to collect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Collect {
    /// Of all generations.
    All,
    /// Of the younger generations, which is a hundred times cheaper: what the calls before left, and nothing older.
    Young,
    /// None: the calls go on where those before them ended.
    None,
}

/// What a worker is to load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Load<'a> {
    /// The pass that the process is for.
    pub pass: Pass,
    /// The scenario's slug.
    pub scenario: &'a str,
    /// The file that holds the functions; absent for a snippet.
    pub file: Option<PathBuf>,
    /// Code of the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<&'a Snippet>,
    /// Whether the program knows nothing of the harness: what lies beside its file can be imported, it need not take a size,
    /// and may return anything.
    pub foreign: bool,
    /// The variant's function.
    pub variant: &'a str,
    /// The set-up function.
    pub setup: Option<&'a str>,
    /// Whether set-up runs for each call.
    pub setup_each: bool,
    /// The digest function.
    pub digest: Option<&'a str>,
    /// The size.
    pub n: u64,
}

/// The answer to [`Call::Time`].
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeAnswer {
    /// Wall-clock time of all calls.
    pub total_ns: Nanos,
    /// Processor time of the calling thread.
    pub cpu_ns: Nanos,
    /// Garbage collections meanwhile; absent where there is no collector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collections: Option<u64>,
}

/// The answer to [`Call::Memory`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryAnswer {
    /// Calls before the reported one.
    pub warm_ups: u32,
    /// Whether two successive calls agreed.
    pub settled: bool,
    /// The reported call's account.
    pub figures: Figures,
    /// Its live bytes, if asked for.
    pub timeline: Option<Timeline>,
    /// Its blocks by size, if asked for: the class's largest size, blocks, and their bytes.
    #[serde(default)]
    pub sizes: Vec<(Bytes, u64, Bytes)>,
}

/// The answer to [`Call::Leaks`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaksAnswer {
    /// Live bytes after each call, its result dropped and a collection made, above those before the first.
    pub live_bytes: Vec<Bytes>,
}

/// The answer to [`Call::Origins`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginsAnswer {
    /// File, line, bytes and blocks that all the calls left, and the line's text; the largest first.
    pub origins: Vec<(String, u32, i64, i64, String)>,
}

/// The account of one call; see [`crate::record::MemoryProcess`] for the meaning of each figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the record documents each figure once")]
pub struct Figures {
    pub allocations: u64,
    pub reallocations: u64,
    #[serde(default)]
    pub grown: u64,
    #[serde(default)]
    pub shrunk: u64,
    pub frees: u64,
    pub allocated_bytes: Bytes,
    pub peak_bytes: Bytes,
    pub result_bytes: Bytes,
    pub retained_bytes: Bytes,
    pub retained_after_collection_bytes: Bytes,
    pub unknown_frees: u64,
    #[serde(default)]
    pub domains: BTreeMap<Domain, DomainFigures>,
    #[serde(default)]
    pub arenas: Option<Arenas>,
    #[serde(default)]
    pub ledger_bytes: Option<Bytes>,
}

/// The answer to [`Call::Digest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// A decimal number modulo 2^64; absent where a foreign program's result is nothing that can be compared.
    pub digest: Option<String>,
    /// A foreign program's result as the language shows it, cut short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
}

/// A call with its id, as it goes over the pipe.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) id: u64,
    #[serde(flatten)]
    pub(super) call: &'a Call<'a>,
}

/// A line from a worker.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) id: u64,
    #[serde(flatten)]
    pub(super) body: Body,
}

/// What a worker's line says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Body {
    /// The first line, unasked.
    Hello(Hello),
    /// The call's answer.
    Ok(serde_json::Value),
    /// The call failed.
    Error {
        /// What kind of failure.
        kind: ErrorKind,
        /// The reason.
        message: String,
    },
}

/// How a worker introduces itself.
#[derive(Debug, Deserialize)]
pub(super) struct Hello {
    /// The digest of the sources that the worker was built from.
    pub(super) build: String,
}
