//! From which call on nothing was added.

use heapbook_model::Bytes;

use super::rises::{GREATEST_GROWTH, LATE, Rise};
use super::{CERTAIN, Doubt, Leak, kink};
use crate::statistics::{Interval, student};

/// A stretch of calls is divided into so many blocks, whose means count as independent.
pub(super) const BLOCKS: usize = 10;

/// What was added last is a crumb, and no rest, where it is less than one part in so many of all
/// that stays.
const CRUMB: i64 = 1_000;

/// How far live bytes fall below what was live before, at most.
pub(super) fn deepest_fall(live: &[i64]) -> i64 {
    let mut highest = i64::MIN;
    let mut deepest = 0;
    for bytes in live {
        highest = highest.max(*bytes);
        deepest = deepest.max(highest - bytes);
    }
    deepest
}

/// The acquittal, or why there is none.
pub(super) fn level(live: &[i64], noise: i64, rises: &[Rise]) -> Result<Leak, Doubt> {
    let quiet = &live[live.len() * 2 / 3..];
    let lowest = quiet.iter().copied().min().unwrap_or(0);
    let reached = live.iter().position(|bytes| *bytes >= lowest).unwrap_or(0) + 1;
    let since = rises.last().map_or(reached, |rise| rise.call.max(reached));
    let even = noise == 0 || slope(&live[since - 1..], CERTAIN).high < 1.0;
    if since > 1 && !is_long_enough(rises, since, live.len()) {
        return Err(Doubt::LevelSince(since));
    }
    if !even {
        return Err(Doubt::Uneven);
    }
    if lowest <= 0 {
        return Ok(Leak::Nothing);
    }
    let mut quiet = quiet.to_vec();
    quiet.sort_unstable();
    let bytes = quiet[quiet.len() / 2];
    let after = kink::corner(live, reached);
    let rest = bytes - live[after - 1];
    let is_crumb = after == reached || rest < bytes / CRUMB;
    Ok(Leak::Filled {
        bytes: Bytes(bytes),
        after,
        rest: Bytes(if is_crumb { 0 } else { rest }),
        last: if is_crumb { after } else { reached },
    })
}

/// Whether it was level for longer than it grew, and a container's next step is overdue. Steps of a
/// container are each larger than the one before.
fn is_long_enough(rises: &[Rise], since: usize, calls: usize) -> bool {
    let ratio = match rises {
        [.., before, last] if last.bytes * 20 > before.bytes * 21 => last.call as f64 / before.call as f64,
        [.., _, _] => 1.0,
        _ => GREATEST_GROWTH,
    };
    let next = since as f64 * ratio.min(GREATEST_GROWTH) * LATE;
    calls > 2 * since && calls as f64 > next
}

/// The slope through the means of blocks of calls, in bytes a call.
pub(super) fn slope(live: &[i64], confidence: f64) -> Interval {
    let blocks = BLOCKS.min(live.len());
    let means: Vec<f64> = (0..blocks)
        .map(|block| {
            let block = &live[live.len() * block / blocks..live.len() * (block + 1) / blocks];
            block.iter().map(|bytes| *bytes as f64).sum::<f64>() / block.len() as f64
        })
        .collect();
    let centre = (blocks as f64 - 1.0) / 2.0;
    let mean = means.iter().sum::<f64>() / blocks as f64;
    let spread: f64 = (0..blocks).map(|block| (block as f64 - centre).powi(2)).sum();
    let along = |(block, value): (usize, &f64)| (block as f64 - centre) * (value - mean);
    let slope = means.iter().enumerate().map(along).sum::<f64>() / spread;
    let misses: f64 = (means.iter().enumerate())
        .map(|(block, value)| (value - mean - slope * (block as f64 - centre)).powi(2))
        .sum();
    let free = blocks.saturating_sub(2);
    let error = (misses / free.max(1) as f64 / spread).sqrt();
    let calls_a_block = live.len() as f64 / blocks as f64;
    let half = student::two_sided(confidence, free) * error;
    Interval {
        median: slope / calls_a_block,
        low: (slope - half) / calls_a_block,
        high: (slope + half) / calls_a_block,
    }
}
