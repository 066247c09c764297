//! Telling a leak from a cache that fills, from warm-up, and from what comes and goes.
//!
//! What counts is the floor: the fewest bytes that are live at a call or at any call after it. It
//! never falls, so what was given back again is not in it. Where it rises, by more than live bytes
//! ever fall back, is a rise ([`mod@rises`]).
//!
//! - `rises`: the floor, its rises, and containers that grow in steps
//! - `level`: from which call on nothing was added
//! - `kink`: where what a call leaves changes

mod kink;
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
const ENOUGH_RISES: usize = 6;

/// A last part of the calls in which a leak begins is at least one part in so many of them.
const LEAST_PART: usize = 5;

/// Each third of the calls that make a slope has one part in so many of its rises at least: half of
/// what would be even. A full cache's table may be made larger once more.
const LEAST_SHARE: usize = 6;

/// A slope has ended where nothing rose for so many times the longest pause before.
const ENDED: usize = 2;

/// Less than one part in so many is a crumb: of a usual rise, what falls back; of what falls back
/// at most, what does so first.
const CRUMBS: i64 = 4;

/// The last calls are one part in so many.
const LAST_PART: usize = 6;

/// The confidence with which noise must leave no room for a slope of a byte a call, and two slopes
/// must be two.
const CERTAIN: f64 = 0.9999;

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
        /// The call at which it was reached, from 1, but for the rest.
        after: usize,
        /// What calls after that one added; 0 where it is next to nothing.
        rest: Bytes,
        /// The last call that added something of it, from 1.
        last: usize,
    },
    /// Every later call leaves something.
    PerCall {
        /// What a call usually leaves: the median.
        usual: Bytes,
        /// The mean with its interval, in bytes; the low end is above 0. It is above `usual` where
        /// a container makes room for many now and then.
        mean: Interval,
        /// The call since which it is so much, from 1, where it was something else before; it is in
        /// the later half of the calls.
        since: Option<usize>,
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
/// again and again throughout the later half of the calls, or throughout a last part of them in
/// which calls leave more than before, or in the steps of a container that grows. Where what a call
/// leaves has changed, it is what calls leave since. It is acquitted where it was level for longer
/// than it grew, and for so long that a container's next step would have come; or where noise
/// leaves no room for a slope of a byte a call. Everything else cannot be told.
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
    if let Some(leak) = per_call(&live, half, noise, &rises) {
        return Some(leak);
    }
    if let Some(mean) = rises::steps(&rises, noise, live.len()) {
        return Some(Leak::InSteps { mean });
    }
    Some(level::level(&live, noise, &rises).unwrap_or_else(|doubt| {
        let mean = mean_with_interval(&live[half..], noise);
        let mean = Interval {
            low: mean.low.min(0.0),
            high: mean.high.max(0.0),
            ..mean
        };
        Leak::CannotTell { mean, doubt }
    }))
}

/// What each call leaves, if each of the later half does, or of a last part with more than before.
fn per_call(live: &[i64], half: usize, noise: i64, rises: &[Rise]) -> Option<Leak> {
    // What was added before anything was given back may have filled a ring: it says nothing of
    // whether more is added since.
    let gives_back = first_fall(live, half, noise, rises);
    let throughout = |from: usize| {
        let from = from.max(gives_back);
        rises_throughout(rises, from + 1, live.len()) && (noise == 0 || goes_on(&live[from..]))
    };
    let later = rises.iter().rev().take_while(|rise| rise.call > half + 1);
    if later.count() < ENOUGH_RISES.min(live.len() - half - 1) {
        return None;
    }
    // What comes before a change needs some calls, too.
    let quarter = half / 2;
    let last = kink::last_part(&live[quarter..]).map(|part| quarter + part);
    let last = last.filter(|from| *from > half && throughout(*from));
    let from = match last {
        Some(from) if throughout(half) || begins(live, half, from) => from,
        _ if throughout(half) => half,
        _ => return None,
    };
    let mean = mean_with_interval(&live[from..], noise);
    let mut left: Vec<i64> = live[from..].windows(2).map(|pair| pair[1] - pair[0]).collect();
    left.sort_unstable();
    (mean.low > 0.0).then(|| Leak::PerCall {
        usual: Bytes(left[left.len() / 2]),
        mean,
        // The first call that adds so much comes after the one that is live at the beginning.
        since: last.map(|from| from + 2),
    })
}

/// The call before the first of the later half that gave much back, counted from 0; where such
/// falls are crumbs beside what the floor rises by, the half itself.
fn first_fall(live: &[i64], half: usize, noise: i64, rises: &[Rise]) -> usize {
    let mut by: Vec<i64> = rises.iter().map(|rise| rise.bytes).collect();
    by.sort_unstable();
    let usual = by.get(by.len() / 2).copied().unwrap_or(0);
    if noise == 0 || noise * CRUMBS < usual {
        return half;
    }
    let mut highest = live[half];
    let fall = (half..live.len()).find(|&index| {
        highest = highest.max(live[index]);
        (highest - live[index]) * CRUMBS > noise
    });
    fall.map_or(half, |index| index - 1)
}

/// Whether the last calls of these still add their share, three quarters of it at least: what came
/// and went may hide that nothing is added since.
fn goes_on(live: &[i64]) -> bool {
    let last = (live.len() / LAST_PART).max(1);
    let before = live.len() - last;
    let mean = |live: &[i64]| live.iter().sum::<i64>() as f64 / live.len().max(1) as f64;
    // From the middle of the first part to that of the last, and from the part before to the last.
    let all = mean(&live[before..]) - mean(&live[..last]);
    let now = mean(&live[before..]) - mean(&live[before - last..before]);
    now * 4.0 * (LAST_PART - 1) as f64 >= all * 3.0
}

/// Whether calls leave more from there on than before, for long enough to be no cache of a few.
fn begins(live: &[i64], half: usize, from: usize) -> bool {
    let slope = |from: usize, to: usize| (live[to] - live[from]) as f64 / (to - from) as f64;
    let last = live.len() - 1;
    slope(from, last) > slope(half, from) && (last - from) * LEAST_PART >= live.len()
}

/// Whether the floor rises throughout the calls after one: often enough, in each third of them, no
/// more rarely than before, and until the end.
fn rises_throughout(rises: &[Rise], after: usize, calls: usize) -> bool {
    let at: Vec<usize> = rises
        .iter()
        .map(|rise| rise.call)
        .filter(|call| *call > after)
        .collect();
    let later = calls - after;
    if at.len() < ENOUGH_RISES.min(later) {
        return false;
    }
    let thirds = (0..3).all(|third| {
        let (from, to) = (after + later * third / 3, after + later * (third + 1) / 3);
        let within = at.iter().filter(|call| (from + 1..=to).contains(call));
        from == to || within.count() * LEAST_SHARE >= at.len()
    });
    let before = rises.len() - at.len();
    let as_often = at.len() * after * 2 >= before * later;
    let longest = at.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(1);
    thirds && as_often && calls - at[at.len() - 1] <= ENDED * longest
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
