//! Telling a leak from a cache that fills, and from warm-up.

use heapbook_model::Bytes;

use super::spread::sum_of_squares;
use super::student;
use super::{Confidence, Interval};

/// Fewer calls than this say nothing.
const FEWEST_CALLS: usize = 4;

/// What repeated calls leave behind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Leak {
    /// Nothing is live after the last call that was not live before the first.
    Nothing,
    /// The first calls left something, later ones nothing: a cache that filled, or what is made
    /// once.
    Filled {
        /// What stays.
        bytes: Bytes,
        /// The last call that added to it, from 1.
        after: usize,
    },
    /// Every later call leaves something.
    PerCall {
        /// What a call usually leaves: the median.
        usual: Bytes,
        /// The mean with its interval, in bytes. It is above `usual` where a container makes room
        /// for many now and then.
        mean: Interval,
    },
    /// Something stays, and the interval of what a later call leaves holds 0.
    CannotTell {
        /// The mean with its interval, in bytes.
        mean: Interval,
    },
}

/// Judges live bytes after each of several calls. `None` for fewer than four calls.
///
/// The first half of the calls may warm up and fill caches; what each call of the second half
/// leaves decides. It is a leak where the interval of the mean lies above 0. The mean is the slope
/// of a container that grows now and then; its interval is Student's over calls with
/// [`Confidence::QUOTED`], and has no width where each call leaves the same. The median says what a
/// usual call leaves.
pub fn judge_leak(live_after_calls: &[Bytes]) -> Option<Leak> {
    if live_after_calls.len() < FEWEST_CALLS {
        return None;
    }
    let later = &live_after_calls[live_after_calls.len() / 2 - 1..];
    let mut left: Vec<i64> = later.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    left.sort_unstable();
    let mean = mean_with_interval(&left);
    let last = *live_after_calls.last()?;
    Some(if mean.low > 0.0 {
        let usual = Bytes(left[left.len() / 2]);
        Leak::PerCall { usual, mean }
    } else if last.0 <= 0 {
        Leak::Nothing
    } else if mean.median <= 0.0 {
        let filled = live_after_calls.iter().position(|live| *live == last)?;
        Leak::Filled {
            bytes: last,
            after: filled + 1,
        }
    } else {
        Leak::CannotTell { mean }
    })
}

fn mean_with_interval(left: &[i64]) -> Interval {
    let left: Vec<f64> = left.iter().map(|bytes| *bytes as f64).collect();
    let count = left.len() as f64;
    let mean = left.iter().sum::<f64>() / count;
    let error = (sum_of_squares(&left) / (count * (count - 1.0))).sqrt();
    let half = student::two_sided(Confidence::QUOTED.share(), left.len() - 1) * error;
    Interval {
        median: mean,
        low: mean - half,
        high: mean + half,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn judged(live: &[i64]) -> Option<Leak> {
        judge_leak(&live.iter().copied().map(Bytes).collect::<Vec<_>>())
    }

    fn exactly(bytes: i64) -> Option<Leak> {
        let value = bytes as f64;
        let mean = Interval {
            median: value,
            low: value,
            high: value,
        };
        Some(Leak::PerCall {
            usual: Bytes(bytes),
            mean,
        })
    }

    fn filled(bytes: i64, after: usize) -> Option<Leak> {
        let bytes = Bytes(bytes);
        Some(Leak::Filled { bytes, after })
    }

    #[test]
    fn a_leak_is_told_from_a_cache_that_fills() {
        assert_eq!(judged(&[0; 10]), Some(Leak::Nothing));
        assert_eq!(judged(&[500; 10]), filled(500, 1));
        assert_eq!(judged(&[100, 200, 300, 400, 400, 400, 400, 400]), filled(400, 4));
        let leak: Vec<i64> = (1..=10).map(|call| call * 1_000).collect();
        assert_eq!(judged(&leak), exactly(1_000));
    }

    #[test]
    fn too_few_calls_say_nothing_and_less_than_before_is_no_leak() {
        assert_eq!(judged(&[1, 2, 3]), None);
        assert_eq!(judged(&[-50, -50, -50, -50]), Some(Leak::Nothing));
        assert_eq!(judged(&[-50, -40, -30, -20, -10]), exactly(10));
    }

    #[test]
    fn a_list_that_grows_now_and_then_leaves_its_mean_and_usually_its_element() {
        let live = [
            1_000, 2_000, 3_000, 4_000, 5_064, 6_064, 7_064, 8_064, 9_128, 10_128,
        ];
        let Some(Leak::PerCall { usual, mean }) = judged(&live) else {
            panic!("a leak that is not even is one")
        };
        assert_eq!(usual, Bytes(1_000));
        assert!(mean.low < 1_012.8 && 1_012.8 < mean.high, "{mean:?}");
        // 8 bytes a call, and every eighth time room for eight more.
        let live: Vec<i64> = (1..=64).map(|call| 8 * call + 64 * (call / 8)).collect();
        let Some(Leak::PerCall { usual, mean }) = judged(&live) else {
            panic!("a leak that is not even is one")
        };
        assert_eq!(usual, Bytes(8));
        assert!(mean.low < 16.0 && 16.0 < mean.high, "{mean:?}");
    }

    #[test]
    fn one_late_block_leaves_the_question_open() {
        let found = judged(&[0, 0, 0, 0, 0, 0, 0, 50]);
        assert!(matches!(found, Some(Leak::CannotTell { .. })), "{found:?}");
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
            prop_assert_eq!(judged(&live), exactly(per_call));
        }

        #[test]
        fn what_fills_once_is_no_leak(first in prop::collection::vec(1i64..100_000, 1..6)) {
            let last = first[first.len() - 1];
            let mut live = first.clone();
            live.extend(std::iter::repeat_n(last, first.len() + 3));
            let after = live.iter().position(|bytes| *bytes == last).unwrap() + 1;
            prop_assert_eq!(judged(&live), filled(last, after));
        }

        #[test]
        fn scaling_scales_the_leak_and_a_shift_leaves_it(
            live in prop::collection::vec(-1_000i64..1_000, 4..12),
            scale in 2i64..50,
            shift in 1i64..1_000,
        ) {
            let usual = |live: &[i64]| match judged(live) {
                Some(Leak::PerCall { usual, .. }) => Some(usual.0),
                _ => None,
            };
            let scaled: Vec<i64> = live.iter().map(|bytes| bytes * scale).collect();
            prop_assert_eq!(usual(&scaled), usual(&live).map(|bytes| bytes * scale));
            let kind = |live: &[i64]| judged(live).map(|leak| std::mem::discriminant(&leak));
            prop_assert_eq!(kind(&scaled), kind(&live));
            let shifted: Vec<i64> = live.iter().map(|bytes| bytes + shift).collect();
            prop_assert_eq!(usual(&shifted), usual(&live));
        }

        #[test]
        fn the_mean_of_a_leak_is_above_0_and_within_what_calls_left(
            live in prop::collection::vec(0i64..100_000, 4..20),
        ) {
            if let Some(Leak::PerCall { mean, .. }) = judged(&live) {
                let left = live.windows(2).map(|pair| (pair[1] - pair[0]) as f64);
                let (least, most) = left.fold((f64::INFINITY, 0.0_f64), |(least, most), bytes| {
                    (least.min(bytes), most.max(bytes))
                });
                prop_assert!(0.0 < mean.low && mean.low <= mean.median && mean.median <= mean.high);
                prop_assert!(least <= mean.median && mean.median <= most);
            }
        }
    }
}
