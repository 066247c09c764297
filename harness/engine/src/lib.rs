//! From a scenario to what can be said of it: scenario, plan, worker, record, statistics, claim.
//!
//! The crate measures, keeps and decides. It prints nothing, knows no command line, and meets Python only as a
//! process. Its modules stand in the order of the work:
//!
//! - [`scenario`]: what is to be measured, read from `scenarios/<slug>/`
//! - [`runtime`]: the interpreters and the compiler at hand, and the machine
//! - [`plan`]: which cells are to be measured, and which are fresh
//! - [`shard`]: one machine's part of a run that is split over several
//! - [`worker`]: the child process that runs one pass of a cell, and both ends of the protocol
//! - [`measure`]: the passes over all cells of a plan
//! - [`record`]: what a cell yielded, and the files that keep it
//! - [`statistics`]: pure functions from samples to figures
//! - [`claim`]: statements that the records decide
//! - [`comparison`]: records of one run against those of another
//! - [`diagnosis`]: figures that look too good to be of the work that the source shows
//! - [`exercise`]: whether a reader's answer is right and within its budget
//! - [`freshness`]: whether a record still stands
//! - [`project`]: where everything lies, and the records that a run adds to
//! - [`units`]: quantities with their unit in the type

pub mod claim;
pub mod comparison;
pub mod diagnosis;
pub mod exercise;
pub mod freshness;
pub mod measure;
pub mod plan;
pub mod project;
pub mod record;
pub mod runtime;
#[cfg(test)]
mod sample;
pub mod scenario;
pub mod shard;
pub mod statistics;
pub mod units;
pub mod worker;
