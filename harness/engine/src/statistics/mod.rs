//! Pure functions from raw samples to figures with their spread.
//!
//! Exact figures are not averaged: they are compared as they are ([`crate::record::Measured::Exact`]). Times are
//! summed up by medians, and their spread by a bootstrap that resamples processes first and samples within them
//! second: samples of one process share its address layout and hash seed, so they are not independent
//! (Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013, section 5).

mod bootstrap;
mod compare;
mod growth;
mod leak;
mod summary;

pub use bootstrap::{Interval, ratio_of_times, time_per_call};
pub use compare::{EQUAL_WITHIN, Outcome, compare};
pub use growth::exponent;
pub use leak::{Leak, judge_leak};
pub use summary::{median, median_absolute_deviation, quantile};
