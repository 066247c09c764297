//! Telling a leak from a cache that fills, from warm-up, and from what comes and goes.
//!
//! What counts is the floor: the fewest bytes that are live at a call or at any call after it. It
//! never falls, so what was given back again is not in it. Where it rises, by more than live bytes
//! ever fall back, is a rise ([`mod@rises`]).
//!
//! - `rises`: the floor, its rises, and containers that grow in steps
//! - `level`: from which call on nothing was added

mod level;
mod rises;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use heapbook_model::Bytes;

use super::spread::sum_of_squares;
use super::student;
use super::{Confidence, Interval};
use rises::{Rise, rises};

/// Fewer calls than this say nothing.
const FEWEST_CALLS: usize = 4;

/// So many rises in the later half of the calls are a slope, where they are spread over it.
const ENOUGH_RISES: usize = 5;

/// A slope has ended where nothing rose for so many times the longest pause before.
const ENDED: usize = 2;

/// What repeated calls leave behind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Leak {
    /// Nothing is live after the last calls that was not live before the first.
    Nothing,
    /// The first calls left something, later ones nothing, and those were more: a cache that
    /// filled, or what is made once.
    Filled {
        /// What stays.
        bytes: Bytes,
        /// The call at which it was reached, from 1.
        after: usize,
    },
    /// Every later call leaves something.
    PerCall {
        /// What a call usually leaves: the median.
        usual: Bytes,
        /// The mean with its interval, in bytes; the low end is above 0. It is above `usual` where
        /// a container makes room for many now and then.
        mean: Interval,
    },
    /// A container grows, each time by a share of its size, and was not full at the last call.
    InSteps {
        /// The mean in bytes; the interval is that between two steps, at its least and its most.
        mean: Interval,
    },
    /// Something was added that may be a leak or not.
    CannotTell {
        /// The mean with its interval, in bytes; the interval holds 0.
        mean: Interval,
        /// Why.
        doubt: Doubt,
    },
}

/// Why calls do not say whether they leak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// What is live goes up and down by more than a leak would show in.
    Uneven,
    /// Nothing was added after this call, and it is not long ago.
    LevelSince(usize),
}

/// Judges live bytes after each of several calls. `None` for fewer than four calls.
///
/// The slope is looked at first, whatever was given back before: it is a leak where the floor rises
/// again and again throughout the later half of the calls, or in the steps of a container that
/// grows. It is acquitted where it was level for longer than it grew, and for so long that a
/// container's next step would have come; or where noise leaves no room for a slope of a byte a
/// call. Everything else cannot be told.
///
/// The interval of a mean is Student's with [`Confidence::QUOTED`], over calls where live bytes
/// never fall, else over blocks of calls; it has no width where each call leaves the same.
pub fn judge_leak(live_after_calls: &[Bytes]) -> Option<Leak> {
    if live_after_calls.len() < FEWEST_CALLS {
        return None;
    }
    let live: Vec<i64> = live_after_calls.iter().map(|bytes| bytes.0).collect();
    let half = live.len() / 2 - 1;
    let noise = level::deepest_fall(&live[half..]);
    let rises = rises(&live, noise);
    let mean = mean_with_interval(&live[half..], noise);
    if rises_throughout(&rises, half + 1, live.len()) && mean.low > 0.0 {
        let mut left: Vec<i64> = live[half..].windows(2).map(|pair| pair[1] - pair[0]).collect();
        left.sort_unstable();
        let usual = Bytes(left[left.len() / 2]);
        return Some(Leak::PerCall { usual, mean });
    }
    if let Some(mean) = rises::steps(&rises, noise, live.len()) {
        return Some(Leak::InSteps { mean });
    }
    let level = level::level(&live, noise, &rises);
    Some(match level {
        Ok(leak) => leak,
        Err(doubt) => Leak::CannotTell {
            mean: Interval {
                low: mean.low.min(0.0),
                high: mean.high.max(0.0),
                ..mean
            },
            doubt,
        },
    })
}

/// Whether the floor rises throughout the calls after the first `half`: often enough, in each third
/// of them, no more rarely than before, and until the end.
fn rises_throughout(rises: &[Rise], half: usize, calls: usize) -> bool {
    let at: Vec<usize> = rises
        .iter()
        .map(|rise| rise.call)
        .filter(|call| *call > half)
        .collect();
    let later = calls - half;
    if at.len() < ENOUGH_RISES.min(later) {
        return false;
    }
    let thirds = (0..3).all(|third| {
        let (from, to) = (half + later * third / 3, half + later * (third + 1) / 3);
        from == to || at.iter().any(|call| (from + 1..=to).contains(call))
    });
    let before = rises.len() - at.len();
    let longest = at.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(1);
    thirds && at.len() * 2 >= before && calls - at[at.len() - 1] <= ENDED * longest
}

/// The mean that a call leaves, with its interval.
fn mean_with_interval(live: &[i64], noise: i64) -> Interval {
    if noise > 0 && live.len() > 2 * level::BLOCKS {
        return level::slope(live, Confidence::QUOTED.share());
    }
    let left: Vec<f64> = live.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
    let count = left.len() as f64;
    let mean = left.iter().sum::<f64>() / count;
    let error = (sum_of_squares(&left) / (count * (count - 1.0))).sqrt();
    let half = student::two_sided(Confidence::QUOTED.share(), left.len() - 1) * error;
    let least = left.iter().copied().fold(f64::INFINITY, f64::min);
    Interval {
        median: mean,
        // Where every call leaves something, so does the mean.
        low: if least > 0.0 {
            (mean - half).max(least)
        } else {
            mean - half
        },
        high: mean + half,
    }
}
