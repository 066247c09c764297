//! Telling a leak from a cache that fills, and from warm-up.

use crate::units::Bytes;

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

#[cfg(test)]
mod tests {
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
}
