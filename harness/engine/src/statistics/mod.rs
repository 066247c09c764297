//! Pure functions from raw samples to figures with their spread.
//!
//! Exact figures are not averaged: they are compared as they are ([`crate::record::Measured::Exact`]). Times are
//! summed up by medians, and their spread by a bootstrap that resamples processes first and samples within them
//! second: samples of one process share its address layout and hash seed, so they are not independent
//! (Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013, section 5).

mod bootstrap;
mod compare;
mod confidence;
mod curve;
mod growth;
mod leak;
mod line;
mod summary;

pub use bootstrap::{Interval, ratio_of_times, ratio_of_times_at, time_per_call, time_per_call_at};
pub use compare::{EQUAL_WITHIN, Outcome, compare};
pub use confidence::Confidence;
pub use curve::Candidate;
pub use growth::{Growth, GrowthJudgement, judge_growth};
pub use leak::{Leak, judge_leak};
pub use line::{Line, fit_line, weighted_least_squares};
pub use summary::{median, median_absolute_deviation, quantile};
