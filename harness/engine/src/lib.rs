//! From a scenario to what can be said of it: scenario, plan, supervisor, record, statistics,
//! claim.
//!
//! The crate measures, keeps and decides. It prints nothing, knows no command line, and meets
//! Python only as a process. Modules import downwards only, which a test holds; from the bottom up:
//!
//! - [`files`]: reading what is a file, and nothing else
//! - [`record`]: what a cell yielded, and the files that keep it
//! - [`statistics`]: pure functions from samples to intervals, lines, growths and leaks
//! - [`figures`]: the table of metrics: how each is read from a cell, how two cells compare, and
//!   the course that memory takes
//! - [`merge`], [`comparison`]: records of several runs joined, or held against one another
//! - [`scenario`]: what is to be measured, and its claims, read from `scenarios/<slug>/`
//! - [`validity`]: the one rule that says whether a record still answers for its cell
//! - [`claim`]: what the records say of a scenario's claims
//! - [`diagnosis`]: figures that look too good to be of the work that the source shows
//! - [`runtime`]: the interpreters and the compiler at hand, and the machine
//! - [`plan`]: which cells are to be measured, and which records are still valid
//! - [`shard`]: one machine's part of a run that is split over several
//! - [`supervisor`]: starting, asking, limiting and ending the child process that runs one pass of
//!   a cell
//! - [`project`]: where everything lies, and the records that a run adds to
//! - [`measure`]: the passes over all cells of a plan
//! - [`publish`]: the reference records, made from full local ones
//! - [`exercise`]: whether a reader's answer is right and within its budget

pub mod claim;
pub mod comparison;
pub mod diagnosis;
pub mod exercise;
pub mod figures;
pub mod files;
pub mod measure;
pub mod merge;
pub mod plan;
pub mod project;
pub mod publish;
pub mod record;
pub mod runtime;
#[cfg(test)]
mod sample;
pub mod scenario;
pub mod shard;
pub mod statistics;
pub mod supervisor;
pub mod validity;
