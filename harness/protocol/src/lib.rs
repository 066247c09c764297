//! What the engine and a worker say to each other: a line of JSON each way.
//!
//! - [`call`]: every call as a type that names its answer, and [`Request`], which is any of them
//! - [`Account`] and its neighbours: what a call yields, under the names that the wire and the
//!   records share
//! - [`Reply`] and [`Failure`]: how a call is answered, or why not
//! - [`host`]: the other wire, between a Rust worker and the library of a program that it loads
//!
//! Python's end, `worker.py`, spells the same names by hand; a test of the probe holds it to these
//! types.

mod account;
mod answer;
pub mod call;
pub mod host;
mod picture;
mod reply;

pub use account::{Account, Arenas, Domain, DomainFigures, SizeClass, Timeline, TimelinePoint, Unseen};
pub use answer::{
    Collections, DigestAnswer, Done, FirstCall, LeaksAnswer, LineFigures, Lines, LinesAnswer, MemoryAnswer,
    Origin, OriginsAnswer, Place, RemarksAnswer, ResidentProcess, Source, StepFigures, TimeAnswer,
};
pub use call::{Asked, Call, Code, Collect, Instrument, Module, Request, Workload};
pub use picture::{Name, Names, Object, ObjectsAnswer, Seen};
pub use reply::{Body, ErrorKind, Failure, Hello, Reply};

/// A digest of the sources that workers are made of. A worker's hello carries the one that it was
/// built with.
pub const BUILD: &str = env!("HEAPBOOK_BUILD");

/// What a program's library is compiled with, in a module of its own below the program: how its
/// worker reaches it.
pub const FRAME: &str = concat!(
    "mod host {\n",
    include_str!("host.rs"),
    "}\n",
    include_str!("frame.rs")
);

/// The argument that makes a program of the project Rust's worker.
pub const WORKER_ARGUMENT: &str = "__worker";
