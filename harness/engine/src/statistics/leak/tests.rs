//! Series of which the right verdict is known.

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
        since: None,
    })
}

fn filled(bytes: i64, after: usize) -> Option<Leak> {
    Some(Leak::Filled {
        bytes: Bytes(bytes),
        after,
        rest: Bytes(0),
        last: after,
    })
}

fn is_leak(judged: Option<Leak>) -> bool {
    matches!(judged, Some(Leak::PerCall { .. } | Leak::InSteps { .. }))
}

fn in_doubt(live: &[i64]) -> Option<Doubt> {
    match judged(live) {
        Some(Leak::CannotTell { doubt, mean }) => {
            assert!(mean.low <= 0.0 && 0.0 <= mean.high, "{mean:?}");
            Some(doubt)
        }
        _ => None,
    }
}

#[test]
fn a_leak_is_told_from_a_cache_that_fills() {
    assert_eq!(judged(&[0; 10]), Some(Leak::Nothing));
    assert_eq!(judged(&[500; 10]), filled(500, 1));
    let cache: Vec<i64> = (1..=10).map(|call| 100 * call.min(4)).collect();
    assert_eq!(judged(&cache), filled(400, 4));
    let leak: Vec<i64> = (1..=10).map(|call| call * 1_000).collect();
    assert_eq!(judged(&leak), exactly(1_000));
}

#[test]
fn nothing_is_full_that_was_not_level_for_longer_than_it_grew() {
    let cache: Vec<i64> = (1..=8).map(|call| 100 * call.min(4)).collect();
    assert_eq!(in_doubt(&cache), Some(Doubt::LevelSince(4)));
}

#[test]
fn too_few_calls_say_nothing_and_less_than_before_is_no_leak() {
    assert_eq!(judged(&[1, 2, 3]), None);
    assert_eq!(judged(&[-50, -50, -50, -50]), Some(Leak::Nothing));
    assert_eq!(judged(&[-50, -40, -30, -20, -10]), exactly(10));
}

#[test]
fn what_the_first_call_gave_back_does_not_hide_a_leak() {
    let live: Vec<i64> = (1..=1_000).map(|call| 166 * call - 1_000_000).collect();
    assert_eq!(judged(&live), exactly(166));
}

#[test]
fn a_list_that_grows_now_and_then_leaves_its_mean_and_usually_its_element() {
    let live = [
        1_000, 2_000, 3_000, 4_000, 5_064, 6_064, 7_064, 8_064, 9_128, 10_128,
    ];
    let Some(Leak::PerCall { usual, mean, .. }) = judged(&live) else {
        panic!("a leak that is not even is one")
    };
    assert_eq!(usual, Bytes(1_000));
    assert!(mean.low < 1_012.8 && 1_012.8 < mean.high, "{mean:?}");
    // 8 bytes a call, and every eighth time room for eight more.
    let live: Vec<i64> = (1..=64).map(|call| 8 * call + 64 * (call / 8)).collect();
    let Some(Leak::PerCall { usual, mean, .. }) = judged(&live) else {
        panic!("a leak that is not even is one")
    };
    assert_eq!(usual, Bytes(8));
    assert!(mean.low < 16.0 && 16.0 < mean.high, "{mean:?}");
}

#[test]
fn a_set_that_grows_by_four_is_a_leak_and_never_full() {
    // A table of 8 slots that lies in the set, then 32, 128, ... slots of 16 bytes.
    let steps = [5, 19, 77, 307, 1_229, 4_915];
    let set = |calls: usize| -> Vec<i64> {
        (1..=calls)
            .map(|call| match steps.iter().filter(|step| **step <= call).count() {
                0 => 0,
                made => 16 * 8 * 4_i64.pow(made as u32),
            })
            .collect()
    };
    for calls in [200, 308, 1_000, 1_228, 1_230, 5_000, 10_000, 19_660] {
        let Some(Leak::InSteps { mean }) = judged(&set(calls)) else {
            panic!("{calls} calls: {:?}", judged(&set(calls)))
        };
        // In the long run: 16 bytes for 0.15 to 0.6 of a slot.
        assert!(mean.low < 107.0 && 26.0 < mean.high, "{calls} calls: {mean:?}");
        assert!((26.0..=107.0).contains(&mean.median), "{calls} calls: {mean:?}");
    }
    for calls in 5..10_000 {
        let judged = judged(&set(calls));
        assert!(
            !matches!(judged, Some(Leak::Nothing | Leak::Filled { .. })),
            "{calls}: {judged:?}"
        );
    }
}

#[test]
fn a_table_made_larger_with_the_last_entry_of_a_cache_is_no_step_of_a_container() {
    for (room, table) in [(171, 4_096), (171, 9_000), (150, 30_000)] {
        for calls in [200, 220, 300] {
            let live: Vec<i64> = (1..=calls)
                .map(|call| 155 * call.min(room) + if call >= room { table } else { 0 })
                .collect();
            let judged = judged(&live);
            assert!(!is_leak(judged), "{room}, {calls}: {judged:?}");
        }
    }
}

#[test]
fn a_full_cache_whose_table_is_made_larger_once_more_is_no_leak() {
    for later in [5, 17, 30] {
        let live: Vec<i64> = (1..=200)
            .map(|call| 542 * call.min(154) + if call >= 154 + later { 4_616 } else { 0 })
            .collect();
        let judged = judged(&live);
        assert!(!is_leak(judged), "{later}: {judged:?}");
    }
}

#[test]
fn one_jump_is_no_slope_wherever_it_is() {
    for calls in [8, 10, 60, 200, 2_000] {
        for at in 0..calls {
            let live: Vec<i64> = (0..calls)
                .map(|call| if call < at { 0 } else { 50_000 })
                .collect();
            let judged = judged(&live);
            assert!(!is_leak(judged), "at {at} of {calls}: {judged:?}");
        }
    }
    assert_eq!(in_doubt(&[0, 0, 0, 0, 0, 0, 0, 50]), Some(Doubt::LevelSince(8)));
}

#[test]
fn a_cache_was_full_when_it_became_level_and_not_at_the_last_byte() {
    // 256 entries of two a call, and now and then a few bytes that go again.
    let live: Vec<i64> = (1..=1_200)
        .map(|call: i64| 50_000 * call.min(128) + if call % 171 == 0 { 24 } else { 0 })
        .collect();
    assert_eq!(judged(&live), filled(6_400_000, 128));
    // What stays of the last byte seen is no part of what filled.
    let live: Vec<i64> = (1..=1_200)
        .map(|call: i64| 50_000 * call.min(128) + if call >= 171 { 24 } else { 0 })
        .collect();
    assert_eq!(judged(&live), filled(6_400_024, 128));
}

#[test]
fn a_cache_was_full_at_its_corner_and_not_when_its_entries_were_a_byte_longer() {
    // 512 names of patterns, which are a digit longer from call 1,000 on; the table of the dict
    // that holds them is made anew at call 660.
    let live: Vec<i64> = (1..=6_000)
        .map(|call: i64| {
            let longer = (call - 999).clamp(0, 512);
            380 * call.min(512) + 17 * longer + if call >= 660 { 18_432 } else { 0 }
        })
        .collect();
    let Some(Leak::Filled {
        bytes,
        after,
        rest,
        last,
    }) = judged(&live)
    else {
        panic!("{:?}", judged(&live))
    };
    assert_eq!(
        (bytes.0, after, rest.0),
        (380 * 512 + 18_432 + 17 * 512, 512, 18_432 + 17 * 512)
    );
    assert_eq!(last, 1_511);
    // Two caches of one size of entries, of which one is smaller: what both are full at.
    let live: Vec<i64> = (1..=6_000)
        .map(|call: i64| 500 * (call.min(100) + call.min(1_000)))
        .collect();
    assert_eq!(judged(&live), filled(550_000, 1_000));
}

#[test]
fn what_a_call_leaves_now_is_told_and_no_mean_across_a_change() {
    for calls in [60, 200, 2_000_i64] {
        for tenths in [3, 4, 5, 6, 7, 8] {
            let change = calls * tenths / 10;
            for (before, after) in [(50_100, 100), (0, 100), (100, 50_000), (1_000, 900)] {
                let live: Vec<i64> = (1..=calls)
                    .map(|call| before * call.min(change) + after * (call - change).max(0))
                    .collect();
                let Some(Leak::PerCall { usual, mean, since }) = judged(&live) else {
                    panic!(
                        "{before} and {after} from {change} of {calls}: {:?}",
                        judged(&live)
                    )
                };
                let after = after as f64;
                assert_eq!(
                    (usual.0 as f64, mean.low, mean.high),
                    (after, after, after),
                    "{change} of {calls}"
                );
                let since_change = since.is_none_or(|call| call as i64 == change + 1);
                assert!(
                    since_change && since.is_some() == (tenths > 5),
                    "{since:?}, {change} of {calls}"
                );
            }
        }
    }
}

#[test]
fn containers_made_larger_one_after_the_other_are_no_change() {
    // Four lists get an object in turn, and are made larger in four calls in succession.
    for begins in 20..50 {
        let live: Vec<i64> = (1..=60)
            .map(|call: i64| 59 * call + 64 * (call - begins).clamp(0, 4))
            .collect();
        let Some(Leak::PerCall { since, .. }) = judged(&live) else {
            panic!("{begins}: {:?}", judged(&live))
        };
        assert_eq!(since, None, "{begins}");
    }
}

#[test]
fn a_leak_in_few_calls_is_found_by_many() {
    for (calls, every) in [(200, 20), (2_000, 100), (2_000, 200)] {
        let live: Vec<i64> = (1..=calls).map(|call| 5_000 * (call / every)).collect();
        let judged = judged(&live);
        let mean = match judged {
            Some(Leak::PerCall { mean, .. } | Leak::InSteps { mean }) => mean,
            _ => panic!("1 in {every} of {calls}: {judged:?}"),
        };
        let truth = 5_000.0 / every as f64;
        assert!(mean.low <= truth && truth <= mean.high, "{mean:?}");
    }
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
    fn what_fills_once_is_no_leak(left in prop::collection::vec(1i64..100_000, 1..6)) {
        let mut live: Vec<i64> = left
            .iter()
            .scan(0, |live, bytes| {
                *live += bytes;
                Some(*live)
            })
            .collect();
        let last = live[left.len() - 1];
        live.extend(std::iter::repeat_n(last, 2 * left.len() + 3));
        let Some(Leak::Filled { bytes, after, rest, .. }) = judged(&live) else {
            panic!("{:?}", judged(&live))
        };
        prop_assert_eq!(bytes, Bytes(last));
        // But for crumbs of a thousandth.
        prop_assert!((live[after - 1] + rest.0) * 1_000 >= last * 999, "{after} of {live:?}");
        prop_assert!(rest.0 * 2 <= last, "{after} of {live:?}");
        prop_assert!(after <= left.len());
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
