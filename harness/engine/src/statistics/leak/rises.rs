//! The floor of live bytes, where it rises, and the steps of containers.

use crate::statistics::Interval;

/// A container that grows is given room for at most so many times what it held: CPython's sets of
/// up to 50,000 entries.
pub(super) const GREATEST_GROWTH: f64 = 4.0;

/// So much later than reckoned a step may come, as a share.
pub(super) const LATE: f64 = 1.15;

/// Each step must be so many times as high as the noise.
const ABOVE_NOISE: i64 = 4;

/// Steps are alike where they differ by less than this share.
const ALIKE: f64 = 0.2;

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

/// What a call leaves of a container that grows in steps, the next of which is not overdue: by a
/// share of its size each time, or by blocks of one size. `None` where the last three rises are not
/// such steps, or are not far above the noise.
pub(super) fn steps(rises: &[Rise], noise: i64, calls: usize) -> Option<Interval> {
    let [.., first, second, third] = rises else {
        return None;
    };
    if [first, second, third]
        .iter()
        .any(|rise| rise.bytes / ABOVE_NOISE < noise)
    {
        return None;
    }
    let bytes = [first, second, third].map(|rise| rise.bytes as f64);
    let at = [first, second, third].map(|rise| rise.call as f64);
    let last = calls as f64;
    let alike = |one: f64, other: f64| (one - other).abs() <= ALIKE * one.max(other);
    let gaps = [at[1] - at[0], at[2] - at[1]];
    if alike(gaps[0], gaps[1]) && alike(bytes[0], bytes[1]) && alike(bytes[1], bytes[2]) {
        let mean = (bytes[1] + bytes[2]) / (at[2] - at[0]);
        let waited = last - at[2];
        return (waited <= gaps[1] * LATE && at[2] - at[0] > 2.0).then_some(Interval {
            median: mean,
            low: mean * (1.0 - ALIKE),
            high: mean * (1.0 + ALIKE),
        });
    }
    let ratio = at[2] / at[1];
    let grows = bytes[2] / bytes[1];
    let of_container = alike(at[1] / at[0], ratio)
        && ratio <= GREATEST_GROWTH * LATE
        && bytes[1] > bytes[0]
        && (ratio / 1.6..=ratio * 1.6).contains(&grows)
        && grows > 1.05;
    // It holds what all steps gave: a geometric series.
    let room = bytes[2] * grows / (grows - 1.0);
    (of_container && last <= at[2] * ratio * LATE).then_some(Interval {
        median: room / last,
        low: room / (at[2] * ratio * LATE),
        high: room / at[2],
    })
}
