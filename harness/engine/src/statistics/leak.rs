//! Telling a leak from a cache that fills, and from warm-up.

use super::interval::sum_of_squares;
use super::student;
use super::{Confidence, Interval};
use heapbook_model::Bytes;

/// What repeated calls leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leak {
    /// Nothing is live after the last call that was not live before the first.
    Nothing,
    /// The first calls left something, later ones nothing: a cache that filled, or what is made once.
    Once(Bytes),
    /// Every later call leaves so many bytes: the median of the differences between successive calls.
    PerCall(Bytes),
}

/// Judges live bytes after each of several calls. The first half of the calls may warm up and fill caches; what the
/// second half does decides. Nothing for fewer than four calls.
///
/// The median is Theil and Sen's idea of a slope, kept to successive points: one call that makes room for many (a list
/// that grows by an eighth) does not pass for the slope of all.
pub fn judge_leak(live_after_calls: &[Bytes]) -> Option<Leak> {
    if live_after_calls.len() < 4 {
        return None;
    }
    let later = &live_after_calls[live_after_calls.len() / 2 - 1..];
    let mut left: Vec<i64> = later.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    left.sort_unstable();
    let median = left[left.len() / 2];
    let last = *live_after_calls.last()?;
    Some(match (median, last) {
        (1.., _) => Leak::PerCall(Bytes(median)),
        (_, Bytes(1..)) => Leak::Once(last),
        _ => Leak::Nothing,
    })
}

/// The mean that each later call leaves, with its interval; nothing for fewer than four calls.
///
/// The later half of the calls decides, as in [`judge_leak`]. The mean is the slope of a container that grows now and then, which the
/// median of single calls is not. The interval is Student's over calls: none is wider than 0 where each leaves the same.
fn leak_slope(live_after_calls: &[Bytes], confidence: Confidence) -> Option<Interval> {
    if live_after_calls.len() < 4 {
        return None;
    }
    let later = &live_after_calls[live_after_calls.len() / 2 - 1..];
    let left: Vec<f64> = later
        .windows(2)
        .map(|pair| (pair[1].0 - pair[0].0) as f64)
        .collect();
    let count = left.len() as f64;
    let mean = left.iter().sum::<f64>() / count;
    let error = (sum_of_squares(&left) / (count * (count - 1.0))).sqrt();
    let half = student::two_sided(confidence.share(), left.len() - 1) * error;
    Some(Interval {
        median: mean,
        low: mean - half,
        high: mean + half,
    })
}

/// What many calls leave behind, where there is time to be sure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Slope {
    /// Nothing stays.
    Nothing,
    /// The first calls left so many bytes, none after that call: a cache that filled, or what is made once.
    Filled {
        /// What stays.
        bytes: Bytes,
        /// The last call that added to it, from 1.
        after: usize,
    },
    /// Every call leaves about so many bytes.
    Leaks(Interval),
    /// Something stays, and the interval of the slope holds 0.
    CannotTell(Interval),
}

/// Judges live bytes after each of many calls by the mean that each later call leaves; nothing for fewer than four calls.
pub fn judge_slope(live_after_calls: &[Bytes], confidence: Confidence) -> Option<Slope> {
    let slope = leak_slope(live_after_calls, confidence)?;
    let last = *live_after_calls.last()?;
    Some(if last.0 <= 0 {
        Slope::Nothing
    } else if slope.low > 0.0 {
        Slope::Leaks(slope)
    } else if slope.median <= 0.0 {
        let filled = live_after_calls.iter().position(|live| *live == last);
        Slope::Filled {
            bytes: last,
            after: filled? + 1,
        }
    } else {
        Slope::CannotTell(slope)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn judged(live: &[i64]) -> Option<Leak> {
        judge_leak(&live.iter().copied().map(Bytes).collect::<Vec<_>>())
    }

    #[test]
    fn a_leak_is_told_from_a_cache_that_fills() {
        assert_eq!(judged(&[0; 10]), Some(Leak::Nothing));
        assert_eq!(judged(&[500; 10]), Some(Leak::Once(Bytes(500))));
        assert_eq!(
            judged(&[100, 200, 300, 400, 400, 400, 400, 400]),
            Some(Leak::Once(Bytes(400)))
        );
        let leak: Vec<i64> = (1..=10).map(|call| call * 1_000).collect();
        assert_eq!(judged(&leak), Some(Leak::PerCall(Bytes(1_000))));
    }

    #[test]
    fn a_list_that_grows_now_and_then_does_not_hide_the_slope() {
        let leak = [
            1_000, 2_000, 3_000, 4_000, 5_064, 6_064, 7_064, 8_064, 9_128, 10_128,
        ];
        assert_eq!(judged(&leak), Some(Leak::PerCall(Bytes(1_000))));
    }

    #[test]
    fn too_few_calls_say_nothing_and_less_than_before_is_no_leak() {
        assert_eq!(judged(&[1, 2, 3]), None);
        assert_eq!(judged(&[-50, -50, -50, -50]), Some(Leak::Nothing));
    }

    #[test]
    fn a_cache_that_fills_is_no_slope_and_says_when_it_was_full() {
        let judged = |live: &[i64]| {
            let live: Vec<Bytes> = live.iter().copied().map(Bytes).collect();
            judge_slope(&live, Confidence::QUOTED)
        };
        assert_eq!(judged(&[0; 8]), Some(Slope::Nothing));
        assert_eq!(
            judged(&[10, 20, 30, 30, 30, 30, 30, 30]),
            Some(Slope::Filled {
                bytes: Bytes(30),
                after: 3
            })
        );
        let Some(Slope::Leaks(slope)) = judged(&[10, 20, 30, 40, 50, 60]) else {
            panic!("a steady leak is one");
        };
        assert_eq!((slope.median, slope.low), (10.0, 10.0));
        assert!(matches!(
            judged(&[0, 0, 0, 0, 0, 0, 0, 50]),
            Some(Slope::CannotTell(_))
        ));
        assert_eq!(judged(&[1, 2, 3]), None);
    }

    #[test]
    fn the_slope_of_a_list_that_grows_now_and_then_is_its_mean() {
        // 8 bytes a call, and every eighth time room for eight more.
        let live: Vec<Bytes> = (1..=64).map(|call| Bytes(8 * call + 64 * (call / 8))).collect();
        let slope = leak_slope(&live, Confidence::QUOTED).unwrap();
        assert!(
            slope.low < 16.0 && 16.0 < slope.high && slope.low > 0.0,
            "{slope:?}"
        );
        let steady: Vec<Bytes> = (1..=20).map(|call| Bytes(100 * call)).collect();
        let slope = leak_slope(&steady, Confidence::QUOTED).unwrap();
        assert_eq!((slope.median, slope.low, slope.high), (100.0, 100.0, 100.0));
        assert_eq!(leak_slope(&steady[..3], Confidence::QUOTED), None);
    }

    proptest! {
        #[test]
        fn a_steady_leak_is_found_whatever_the_first_calls_leave(
            first in prop::collection::vec(0i64..100_000, 1..6),
            per_call in 1i64..10_000,
        ) {
            let mut live = first.clone();
            for call in 1..=first.len() as i64 + 3 {
                live.push(first[first.len() - 1] + per_call * call);
            }
            prop_assert_eq!(judged(&live), Some(Leak::PerCall(Bytes(per_call))));
        }

        #[test]
        fn what_fills_once_is_no_leak(first in prop::collection::vec(1i64..100_000, 1..6)) {
            let filled = first[first.len() - 1];
            let mut live = first.clone();
            live.extend(std::iter::repeat_n(filled, first.len() + 3));
            prop_assert_eq!(judged(&live), Some(Leak::Once(Bytes(filled))));
        }

        #[test]
        fn scaling_scales_the_leak_and_a_shift_leaves_its_slope(
            live in prop::collection::vec(-1_000i64..1_000, 4..12),
            scale in 2i64..50,
            shift in 1i64..1_000,
        ) {
            let scaled: Vec<i64> = live.iter().map(|bytes| bytes * scale).collect();
            let expected = judged(&live).map(|leak| match leak {
                Leak::PerCall(bytes) => Leak::PerCall(Bytes(bytes.0 * scale)),
                Leak::Once(bytes) => Leak::Once(Bytes(bytes.0 * scale)),
                Leak::Nothing => Leak::Nothing,
            });
            prop_assert_eq!(judged(&scaled), expected);
            let shifted: Vec<i64> = live.iter().map(|bytes| bytes + shift).collect();
            let slope = |leak| matches!(leak, Some(Leak::PerCall(_)));
            prop_assert_eq!(slope(judged(&live)), slope(judged(&shifted)));
        }
    }
}
