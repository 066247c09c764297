//! How a call is answered, or why not.

use serde::{Deserialize, Serialize};

/// A line from a worker.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reply<T> {
    /// The request's; 0 in the hello.
    pub id: u64,
    /// What is said.
    #[serde(flatten)]
    pub body: Body<T>,
}

/// What a worker's line says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body<T> {
    /// The first line, unasked.
    Hello(Hello),
    /// The call's answer.
    Ok(T),
    /// The call failed.
    Error(Failure),
}

/// How a worker introduces itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct Hello {
    /// [`BUILD`](crate::BUILD) of the worker.
    pub build: String,
}

/// Why a worker gave no figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// The reason in words.
    pub message: String,
}

impl Failure {
    /// A failure of that kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Failure {
        Failure {
            kind,
            message: message.into(),
        }
    }
}

/// What kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The program raised an exception or panicked.
    Exception,
    /// The process ended before it answered.
    Crash,
    /// No answer before the deadline.
    Hang,
    /// The user interrupted the run; no record is kept of it.
    Interrupted,
    /// An answer that the protocol does not know.
    Garbage,
    /// A result that is not a whole number, without a digest function.
    NoDigest,
    /// A digest other than the scenario's other variants'.
    UnequalDigest,
    /// The worker could not be started.
    Start,
    /// The worker and its children held more memory than they may.
    MemoryCap,
    /// The program left processes running.
    LeftBehind,
    /// This system or runtime has no way to tell; no failure of the cell.
    Unsupported,
}
