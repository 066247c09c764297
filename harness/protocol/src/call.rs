//! The calls, each with its answer.

use std::path::PathBuf;

use heapbook_model::Nanos;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{
    Collections as CollectionsAnswer, DigestAnswer, Done, LeaksAnswer, LinesAnswer, MemoryAnswer,
    ObjectsAnswer, OriginsAnswer, RemarksAnswer, ResidentProcess, TimeAnswer,
};

/// A call to a worker.
pub trait Call: Into<Request> {
    /// What it is called on the wire.
    const NAME: &'static str;
    /// What the worker gives back.
    type Answer: Serialize + DeserializeOwned;
}

macro_rules! calls {
    ($($call:ident = $name:literal -> $answer:ty;)+) => {
        /// Any call.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "call")]
        #[allow(missing_docs, reason = "each call documents itself")]
        pub enum Request {
            $(#[serde(rename = $name)] $call($call),)+
        }

        /// The names of all calls.
        pub const NAMES: &[&str] = &[$($name),+];

        $(
            impl Call for $call {
                const NAME: &'static str = $name;
                type Answer = $answer;
            }

            impl From<$call> for Request {
                fn from(call: $call) -> Request {
                    Request::$call(call)
                }
            }
        )+
    };
}

calls! {
    Load = "load" -> Done;
    Size = "size" -> Done;
    Time = "time" -> TimeAnswer;
    Memory = "memory" -> MemoryAnswer;
    Collections = "collections" -> CollectionsAnswer;
    Leaks = "leaks" -> LeaksAnswer;
    Origins = "origins" -> OriginsAnswer;
    Lines = "lines" -> LinesAnswer;
    Objects = "objects" -> ObjectsAnswer;
    Remarks = "remarks" -> RemarksAnswer;
    Resident = "resident" -> ResidentProcess;
    Digest = "digest" -> DigestAnswer;
    Quit = "quit" -> Done;
}

/// A request as it goes over the pipe.
#[derive(Debug, Serialize, Deserialize)]
pub struct Asked {
    /// Comes back with the reply.
    pub id: u64,
    /// The call.
    #[serde(flatten)]
    pub request: Request,
}

/// Load a program and run its set-up. The first call, and made once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// What the process measures with.
    pub instrument: Instrument,
    /// What to load.
    pub workload: Workload,
    /// The size.
    pub n: u64,
}

/// What a worker measures with, for all its life: it decides what is installed in the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Instrument {
    /// The clock: nothing is installed. Answers [`Time`].
    Clock,
    /// The ledger. Answers [`Memory`], [`Collections`], [`Leaks`] and [`Objects`].
    Ledger,
    /// The ledger, and a tracer of the source's lines. Answers [`Lines`].
    Tracer,
    /// Python's own `tracemalloc`, from before the workload is loaded. Answers [`Origins`].
    Tracemalloc,
    /// What the system tells of the process: nothing is installed. Answers [`Resident`].
    System,
}

impl Instrument {
    /// Whether it counts blocks, so that its figures are the same in every run. A clock is to meet
    /// the layouts that processes have, and the system's sizes depend on them.
    pub fn counts_blocks(self) -> bool {
        matches!(
            self,
            Instrument::Ledger | Instrument::Tracer | Instrument::Tracemalloc
        )
    }
}

/// What a worker loads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Workload {
    /// A variant of a scenario.
    Variant {
        /// The scenario's slug.
        scenario: String,
        /// Its workload file; Rust's is in the worker already.
        file: PathBuf,
        /// The variant's function.
        function: String,
        /// The set-up function, whose result is handed over in place of `n`.
        setup: Option<String>,
        /// The digest function; without one the result is the digest.
        digest: Option<String>,
    },
    /// A program of the user's, which knows nothing of the harness.
    Program(Code),
}

/// Where the code of a user's program lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Code {
    /// What a name means in a module of Python's. It need not take a size, and may return anything.
    Named {
        /// The module.
        module: Module,
        /// The name in it, with dots between its parts: `App.handle`.
        name: String,
        /// Folders to import from, before the interpreter's own.
        path: Vec<PathBuf>,
    },
    /// On the command line, in Python.
    Snippet {
        /// Expressions or statements of Python in `n`. The value of the last one, if it has one, is
        /// the result.
        text: String,
        /// Statements that are run before it at each size, outside every measurement; their names
        /// are the snippet's globals.
        setup: Option<String>,
        /// Folders to import from, before the interpreter's own.
        path: Vec<PathBuf>,
    },
    /// A file of Python's that each call runs from its first line to its last, as `__main__`.
    Script {
        /// The file.
        file: PathBuf,
        /// What stands in `sys.argv` after the file.
        arguments: Vec<String>,
        /// Folders to import from, before the interpreter's own.
        path: Vec<PathBuf>,
    },
    /// In a dynamic library that was compiled from Rust with [`FRAME`](crate::FRAME).
    Library {
        /// The library.
        file: PathBuf,
    },
}

/// A module of Python's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Module {
    /// A file. Where it belongs to a package, it is imported as the package's module; else what
    /// lies beside it can be imported.
    File(PathBuf),
    /// What `import` knows by this name. The current folder is searched, too.
    Import(String),
}

/// Go on with another size: run the set-up for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// The size.
    pub n: u64,
}

/// Call the program so often and say how long it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    /// How often.
    pub iterations: u64,
    /// The garbage collection that comes first, outside of what is timed.
    pub collect: Collect,
}

/// A garbage collection before calls are timed. Rust's workers have nothing to collect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Collect {
    /// Of all generations.
    All,
    /// Of the younger generations, which is a hundred times cheaper: what the calls before left,
    /// and nothing older.
    Young,
    /// None: the calls go on where those before them ended.
    None,
}

/// Make one measured call under the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Whether to call until two successive calls agree.
    pub warm_up: bool,
    /// Whether to keep live bytes through the call.
    pub timeline: bool,
    /// Whether to count blocks by their size.
    pub histogram: bool,
}

/// Make one call outside every account and say what the garbage collector did in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collections {}

/// Make so many calls and say what is live after each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaks {
    /// How many.
    pub calls: u32,
}

/// Make so many calls, and say which lines made what they leave behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origins {
    /// How many come before, which fill what fills.
    pub warm_up: u32,
    /// How many, after those.
    pub calls: u32,
    /// How long they may take: half of it is for the warm-up. Looking at what lives comes on top.
    pub within_ns: Nanos,
}

/// Make one call whose lines are traced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// Whether to call until two successive calls agree.
    pub warm_up: bool,
    /// Whether to say what was made and live after each step.
    pub steps: bool,
}

/// Make one call, and say after each of its lines what its names refer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objects {
    /// How many calls come before it: as many as before the call whose lines were traced, since
    /// what a call makes may depend on those before.
    pub warm_ups: u32,
}

/// Say what a reader of a user's program's figures should know of its calls so far: what it was
/// given, and what was run to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remarks {}

/// Make one call and ask the system what it saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resident {}

/// Make one call outside every account and digest its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {}

/// End.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quit {}
