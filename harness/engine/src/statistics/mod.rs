//! Pure functions from raw samples to figures with their spread.
//!
//! Exact figures are not averaged: they are compared as they are
//! ([`heapbook_model::Measured::Exact`]). Times are summed up by medians, and their spread by that
//! of processes: samples of one process share its address layout and hash seed, so they are not
//! independent (Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013, section
//! 5). Where many claims are decided at once, [`Confidence::shared_by`] widens each interval.

mod beside;
mod confidence;
mod curve;
mod growth;
mod interval;
mod leak;
mod line;
mod samples;
#[cfg(test)]
mod simulation;
mod spread;
mod stability;
mod student;
mod summary;
mod unpaired;

pub use beside::times_beside;
pub use confidence::Confidence;
pub use curve::Candidate;
pub use growth::{GrowthJudgement, judge_growth};
pub use interval::{precision_of_ratio, precision_of_time, ratio_of_times, time_per_call};
pub use leak::{Doubt, Leak, judge_leak};
pub use line::{Line, fit_line, weighted_least_squares};
pub(crate) use samples::{Clock, per_call, spent};
pub use spread::Interval;
pub use stability::{Disturbance, Stability};
pub use summary::{median, median_absolute_deviation, quantile};
pub use unpaired::{FEWEST_PROCESSES, ratio_of_runs};
