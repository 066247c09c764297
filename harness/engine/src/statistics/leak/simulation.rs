//! Programs whose truth is known, simulated: how often the judge is wrong. Random numbers have
//! fixed seeds: the same each time.

use fastrand::Rng;
use heapbook_model::Bytes;

use super::{Leak, judge_leak};

const CALLS: [usize; 3] = [60, 200, 2_000];
const EACH: u64 = 300;

/// Live bytes after each call, from what is added (or taken away) at it.
fn summed(calls: usize, mut added: impl FnMut(usize) -> i64) -> Vec<i64> {
    let mut live = 0;
    (1..=calls)
        .map(|call| {
            live += added(call);
            live
        })
        .collect()
}

/// The bytes of a list of pointers after so many were appended.
fn list(length: usize) -> i64 {
    let mut room = 0;
    while room < length {
        let size = room + 1;
        room = (size + (size >> 3) + 6) & !3;
    }
    8 * room as i64
}

/// The bytes of the table of a set of so many.
fn set(length: usize) -> i64 {
    let mut slots = 8;
    while length * 5 >= (slots - 1) * 3 {
        slots *= if length > 50_000 { 2 } else { 4 };
    }
    if slots == 8 { 0 } else { 16 * slots as i64 }
}

/// The bytes of a dict's table.
fn dict(length: usize) -> i64 {
    let mut slots: usize = 8;
    while length > slots * 2 / 3 {
        slots *= 2;
    }
    (slots + slots * 2 / 3 * 24) as i64
}

/// What no call leaves for good, in kinds; each settles before a third of the calls.
fn innocent(kind: u64, calls: usize, random: &mut Rng) -> Vec<i64> {
    let size = 1_i64 << random.u32(4..20);
    let noise = random.i64(1..60);
    let room = random.usize(1..calls / 8);
    let first = random.i64(-100_000..100_000);
    match kind {
        0 => vec![0; calls],
        1 => summed(calls, |call| if call <= room { size } else { 0 }),
        2 => (1..=calls).map(|_| first + random.i64(-noise..=noise)).collect(),
        3 => (1..=calls)
            .map(|call| size * call.min(room) as i64 + list(call.min(room)) + random.i64(0..=noise))
            .collect(),
        // A sawtooth: at least two of its teeth are seen.
        4 => {
            let tooth = random.usize(2..calls * 2 / 5);
            (1..=calls).map(|call| size * (call % tooth) as i64).collect()
        }
        // A ring of blocks of many sizes.
        5 => {
            let mut ring = std::collections::VecDeque::from(vec![0; room]);
            summed(calls, |_| {
                let block = random.i64(0..size);
                ring.push_back(block);
                block - ring.pop_front().unwrap_or(0)
            })
        }
        // Once, anywhere, and with noise in half of the cases.
        6 | 7 => {
            let at = random.usize(1..=calls);
            let noise = if kind == 6 { 0 } else { noise };
            (1..=calls)
                .map(|call| if call >= at { size } else { 0 } + random.i64(0..=noise))
                .collect()
        }
        // A cache of few keys that are drawn: the last of them comes late.
        8 => {
            let mut cached = vec![false; room.div_ceil(2)];
            let keys = cached.len();
            summed(calls, |_| {
                let is_new = !std::mem::replace(&mut cached[random.usize(..keys)], true);
                if is_new { size } else { 0 }
            })
        }
        // A buffer as large as the largest so far.
        9 => {
            let mut largest = 0;
            (0..calls)
                .map(|_| {
                    largest = random.i64(0..size).max(largest);
                    largest
                })
                .collect()
        }
        // A ring of names, which are a byte longer from some call on.
        10 => {
            let longer = random.usize(0..calls / 4);
            (1..=calls)
                .map(|call| {
                    let longer = call.saturating_sub(longer).min(room);
                    size * call.min(room) as i64 + longer as i64
                })
                .collect()
        }
        _ => {
            let room = room / 4;
            (1..=calls)
                .map(|call| dict(call.min(room)) + set(call.min(room)))
                .collect()
        }
    }
}

/// A few jumps, anywhere: of one size, or of many.
fn jumps(kind: u64, calls: usize, random: &mut Rng) -> Vec<i64> {
    let size = 1_i64 << random.u32(4..20);
    let times: Vec<usize> = (0..random.usize(2..6)).map(|_| random.usize(1..=calls)).collect();
    summed(calls, |call| {
        let times = times.iter().filter(|time| **time == call).count() as i64;
        times * if kind == 0 { size } else { random.i64(1..=size) }
    })
}

/// What is full only after most of the calls, in kinds, and may give back as much as it takes from
/// then on.
fn late(kind: u64, calls: usize, random: &mut Rng) -> Vec<i64> {
    let size = 1_i64 << random.u32(4..20);
    let room = random.usize(calls / 3..calls * 9 / 10);
    match kind {
        // A ring of blocks of many sizes, and the same with one block in a few calls.
        0 | 1 => {
            let every = if kind == 0 { 1 } else { random.usize(2..5) };
            // So many blocks at least take the place of another.
            let room = (room / every).min(calls / every - 8);
            let mut ring = std::collections::VecDeque::from(vec![0; room]);
            summed(calls, |call| {
                if !call.is_multiple_of(every) {
                    return 0;
                }
                let block = random.i64(0..size);
                ring.push_back(block);
                block - ring.pop_front().unwrap_or(0)
            })
        }
        // A cache, beside what comes and goes.
        2 => {
            let noise = random.i64(0..=size);
            (1..=calls)
                .map(|call| size * call.min(room) as i64 + random.i64(0..=noise))
                .collect()
        }
        // A list that is cleared.
        _ => (1..=calls).map(|call| size * (call % room) as i64).collect(),
    }
}

/// What calls leave for good, in kinds.
fn guilty(kind: u64, calls: usize, random: &mut Rng) -> Vec<i64> {
    let size = 1_i64 << random.u32(0..20);
    let noise = random.i64(1..60);
    let back = random.i64(0..10_000_000);
    match kind {
        0 => summed(calls, |_| size),
        1 => (1..=calls).map(|call| size * call as i64 - back).collect(),
        2 => (1..=calls).map(|call| size * call as i64 + list(call)).collect(),
        3 => (1..=calls)
            .map(|call| 60 * call as i64 + set(call) + dict(call))
            .collect(),
        // In every few calls, so many bytes for each of them.
        4 => {
            let every = random.usize(2..=calls / 20);
            let size = size * every as i64;
            summed(calls, |call| if call % every == 0 { size } else { 0 })
        }
        5 => (1..=calls)
            .map(|call| size * call as i64 + random.i64(-noise..=noise))
            .collect(),
        6 => (1..=calls).map(list).collect(),
        7 => (1..=calls).map(set).collect(),
        8 => (1..=calls).map(dict).collect(),
        _ => (1..=calls).map(|call| 528 * (call / 64) as i64).collect(),
    }
}

fn judged(live: &[i64]) -> Leak {
    let live: Vec<Bytes> = live.iter().copied().map(Bytes).collect();
    judge_leak(&live).expect("there are enough calls")
}

fn is_leak(leak: Leak) -> bool {
    matches!(leak, Leak::PerCall { .. } | Leak::InSteps { .. })
}

fn is_acquitted(leak: Leak) -> bool {
    matches!(leak, Leak::Nothing | Leak::Filled { .. })
}

/// For each kind, how many of [`EACH`] were called a leak, and how many were acquitted.
fn tally(kinds: u64, calls: usize, make: impl Fn(u64, usize, &mut Rng) -> Vec<i64>) -> Vec<(u64, u64)> {
    (0..kinds)
        .map(|kind| {
            let judged = (0..EACH).map(|seed| {
                let mut random = Rng::with_seed(seed * 100 + kind);
                judged(&make(kind, calls, &mut random))
            });
            judged.fold((0, 0), |(leaks, acquitted), leak| {
                (
                    leaks + u64::from(is_leak(leak)),
                    acquitted + u64::from(is_acquitted(leak)),
                )
            })
        })
        .collect()
}

#[test]
fn the_innocent_are_never_accused() {
    for calls in CALLS {
        let found = tally(12, calls, innocent);
        assert!(
            found.iter().all(|(leaks, _)| *leaks == 0),
            "{calls} calls: {found:?}"
        );
        // What is exactly level is acquitted.
        assert_eq!([found[0].1, found[1].1], [EACH; 2], "{calls} calls: {found:?}");
    }
}

#[test]
fn what_is_full_late_is_seldom_accused() {
    for calls in CALLS {
        let found = tally(4, calls, late);
        // A ring whose blocks happen to be larger each time looks as a leak does.
        let seldom = found.iter().all(|(leaks, _)| *leaks * 100 <= EACH);
        assert!(seldom, "{calls} calls: {found:?}");
        assert_eq!([found[2].0, found[3].0], [0; 2], "{calls} calls: {found:?}");
    }
}

#[test]
fn a_few_jumps_are_seldom_taken_for_steps_of_a_container() {
    for calls in CALLS {
        let found = tally(2, calls, jumps);
        // Some are as regular as a container's, by chance.
        let seldom = found.iter().all(|(leaks, _)| *leaks * 100 <= EACH);
        assert!(seldom, "{calls} calls: {found:?}");
    }
}

#[test]
fn no_leak_is_acquitted_and_the_steady_ones_are_found() {
    for calls in CALLS {
        let found = tally(10, calls, guilty);
        for (kind, (leaks, acquitted)) in found.iter().enumerate() {
            // Of a deque 60 calls see no block.
            assert!(
                *acquitted == 0 || (kind == 9 && calls == 60),
                "{calls} calls, {kind}: {found:?}"
            );
            assert!(*leaks == EACH || kind > 4, "{calls} calls, {kind}: {found:?}");
        }
    }
}
