//! The floor of live bytes, where it rises, and the steps of containers.

use crate::statistics::Interval;

/// A container that grows is given room for at most so many times what it held: CPython's sets of
/// up to 50,000 entries.
pub(super) const GREATEST_GROWTH: f64 = 4.0;

/// So much later than reckoned a step may come, as a share.
pub(super) const LATE: f64 = 1.15;

/// Each step must be so many times as high as the noise.
const ABOVE_NOISE: i64 = 4;

/// Slopes are alike where they differ by less than this share: CPython's set of up to 4 lies in the
/// object itself.
const ALIKE: f64 = 0.3;

/// So few steps must come ever later.
const FEWEST: usize = 3;

/// Steps come ever later where the next is later by this share at least: a list grows by an eighth.
const STEADY: f64 = 0.1;

/// By so little they may miss that of the full ones.
const EXACT: f64 = 0.02;

/// By so much they may miss that of the fresh ones: the table of a dict has an index beside its
/// entries, of wider numbers as it grows.
const NEARLY: f64 = 0.06;

/// A rise of the floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rise {
    /// At this call, from 1.
    pub call: usize,
    /// By so many bytes.
    pub bytes: i64,
}

/// Where the floor rises by more than the noise, above what was live before the first call. What
/// was given back at first lowers where it begins.
pub(super) fn rises(live: &[i64], noise: i64) -> Vec<Rise> {
    let mut floor = live.to_vec();
    for index in (1..floor.len()).rev() {
        floor[index - 1] = floor[index - 1].min(floor[index]);
    }
    let mut reached = floor.first().copied().unwrap_or(0).min(0);
    let mut rises = Vec::new();
    for (index, bytes) in floor.iter().enumerate() {
        if bytes - reached > noise {
            rises.push(Rise {
                call: index + 1,
                bytes: bytes - reached,
            });
            reached = *bytes;
        }
    }
    rises
}

/// What a call leaves of a container that grows in steps, the next of which is not overdue. `None`
/// where the last rises are not such steps, or are not far above the noise.
///
/// Just before each step a container is full, whatever share of its size a step makes it larger by:
/// what it takes then lies on a straight line, whose slope is what one call takes of it. Just after
/// each step it has as much room for each of what it keeps: what it takes lies on another straight
/// line. So it does where each step is of the same size.
pub(super) fn steps(rises: &[Rise], noise: i64, calls: usize) -> Option<Interval> {
    let full = Corner::full(rises);
    let agree = |count: usize| {
        let from = rises.len() - count;
        let (full, fresh) = (&full[from..], &Corner::fresh(&rises[from..]));
        let is_above_noise = rises[from..].iter().all(|rise| rise.bytes / ABOVE_NOISE >= noise);
        // Three of one size, equally far apart, may be chance.
        let is_enough = count > FEWEST || gap(full, 1) > gap(full, 0) * (1.0 + STEADY);
        let nearly = is_line(full, ALIKE) && is_line(fresh, NEARLY);
        is_above_noise && is_enough && (is_line(full, EXACT) || nearly)
    };
    let agrees = (FEWEST..=FEWEST + 1).any(|count| rises.len() >= count && agree(count));
    let ([.., before, last_full], [.., last]) = (&full[..], rises) else {
        return None;
    };
    let slope = last_full.slope_from(*before);
    let lasts = last.bytes as f64 / slope;
    // A cache that is full just when its table was made larger grew with each call, and no table
    // is made so much larger at once.
    if lasts > (last_full.call - before.call) * GREATEST_GROWTH * LATE {
        return None;
    }
    if !agrees || calls as f64 > last_full.call + lasts + 1.0 + (LATE - 1.0) * lasts {
        return None;
    }
    if last.bytes as f64 <= (last_full.bytes - before.bytes) * (1.0 + ALIKE) {
        return Some(Interval {
            median: slope,
            low: slope * (1.0 - ALIKE),
            high: slope * (1.0 + ALIKE),
        });
    }
    // Where the line begins nothing is kept yet.
    let empty = last_full.call - last_full.bytes / slope;
    let room = last_full.bytes + last.bytes as f64;
    Some(Interval {
        median: room / (calls as f64 - empty),
        low: slope,
        high: room / (last.call as f64 - empty),
    })
}

/// What a container takes at the corner of a step, above what was live before the first call.
#[derive(Debug, Clone, Copy)]
struct Corner {
    /// The call, from 1.
    call: f64,
    bytes: f64,
}

impl Corner {
    /// Before each step.
    fn full(rises: &[Rise]) -> Vec<Corner> {
        let mut bytes = 0;
        let full = rises.iter().map(|rise| {
            let call = rise.call as f64 - 1.0;
            let full = Corner {
                call,
                bytes: bytes as f64,
            };
            bytes += rise.bytes;
            full
        });
        full.collect()
    }

    /// After each step.
    fn fresh(rises: &[Rise]) -> Vec<Corner> {
        let mut bytes = 0;
        let fresh = rises.iter().map(|rise| {
            bytes += rise.bytes;
            Corner {
                call: rise.call as f64,
                bytes: bytes as f64,
            }
        });
        fresh.collect()
    }

    fn slope_from(self, before: Corner) -> f64 {
        (self.bytes - before.bytes) / (self.call - before.call)
    }
}

/// How many calls lie between a corner and the next.
fn gap(corners: &[Corner], index: usize) -> f64 {
    corners[index + 1].call - corners[index].call
}

/// Whether the slopes from each corner to the next are alike, and none comes much sooner after the
/// one before than that did. What fills comes ever more rarely, or by ever less.
fn is_line(corners: &[Corner], within: f64) -> bool {
    let slopes: Vec<f64> = corners
        .windows(2)
        .map(|pair| pair[1].slope_from(pair[0]))
        .collect();
    let alike = |one: f64, other: f64| (one - other).abs() <= within * one.max(other);
    let gaps = corners.windows(3).all(|three| {
        let (before, after) = (three[1].call - three[0].call, three[2].call - three[1].call);
        after >= before * (1.0 - ALIKE)
    });
    gaps && slopes.windows(2).all(|pair| alike(pair[0], pair[1]))
}
