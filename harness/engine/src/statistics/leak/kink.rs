//! Where what a call leaves changes: what it leaves now is told, and no mean across the change.

use super::CERTAIN;
use crate::statistics::student;

/// A part of the calls has so many at least.
const FEWEST: i128 = 8;

/// Of what fills, calls after the corner add less than one part in so many of what calls before it
/// add.
const LESS: i128 = 10;

/// Where the last part of a stretch of calls begins, in which a call leaves more or less than
/// before; `None` where the stretch is one part.
///
/// The parts are told apart by Student's test on what each call adds, at the place where they
/// differ most, and the last of them is looked at again. The variance is that within both parts: a
/// short one in which nothing happened says nothing of how often something does. What a call
/// usually adds must differ, too: where containers are made larger one after the other, calls add
/// more for a while.
pub(super) fn last_part(live: &[i64]) -> Option<usize> {
    let mut from = 0;
    while let Some(change) = change(&live[from..]) {
        from += change;
    }
    (from > 0).then_some(from)
}

/// The place where what calls add differs most before and after, if it certainly does.
fn change(live: &[i64]) -> Option<usize> {
    let added: Vec<i128> = live
        .windows(2)
        .map(|pair| i128::from(pair[1]) - i128::from(pair[0]))
        .collect();
    let all = added.iter().copied().fold(Sums::default(), Sums::with);
    let mut before = Sums::default();
    let mut greatest = (0.0, 0);
    for (index, bytes) in added.iter().enumerate() {
        before = before.with(*bytes);
        let after = all.without(before);
        if before.count < FEWEST || after.count < FEWEST {
            continue;
        }
        let apart = apart(before, after);
        if apart > greatest.0 {
            greatest = (apart, index + 1);
        }
    }
    let (apart, place) = greatest;
    let freedom = added.len().saturating_sub(2);
    let is_certain = place > 0 && apart > student::two_sided(CERTAIN, freedom);
    (is_certain && differ_usually(&added[..place], &added[place..])).then_some(place)
}

/// Whether the median of each is none of the middle half of the other.
fn differ_usually(before: &[i128], after: &[i128]) -> bool {
    let [before, after] = [before, after].map(|added| {
        let mut added = added.to_vec();
        added.sort_unstable();
        [added.len() / 4, added.len() / 2, added.len() * 3 / 4].map(|place| added[place])
    });
    let outside = |[low, _, high]: [i128; 3], [_, middle, _]: [i128; 3]| middle < low || middle > high;
    outside(before, after) && outside(after, before)
}

/// Of whole numbers, so that nothing is rounded and no variance is what rounding left of it.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    count: i128,
    sum: i128,
    squares: i128,
}

impl Sums {
    fn with(self, value: i128) -> Self {
        Sums {
            count: self.count + 1,
            sum: self.sum + value,
            squares: self.squares + value * value,
        }
    }

    fn without(self, other: Self) -> Self {
        Sums {
            count: self.count - other.count,
            sum: self.sum - other.sum,
            squares: self.squares - other.squares,
        }
    }

    fn mean(self) -> f64 {
        self.sum as f64 / self.count as f64
    }

    /// The squares of what each misses the mean by, added up, times how many there are.
    fn misses(self) -> i128 {
        self.count * self.squares - self.sum * self.sum
    }
}

/// How many standard errors two means are apart.
fn apart(before: Sums, after: Sums) -> f64 {
    let apart = (before.mean() - after.mean()).abs();
    let misses = before.misses() as f64 / before.count as f64 + after.misses() as f64 / after.count as f64;
    let variance = misses / (before.count + after.count - 2) as f64;
    let error = (variance * (1.0 / before.count as f64 + 1.0 / after.count as f64)).sqrt();
    if apart > 0.0 { apart / error } else { 0.0 }
}

/// The call, from 1, after which calls add little of what stays: the corner between filling and
/// being full. It is where the bytes are farthest above the straight line from nothing, before the
/// first call, to the last call that added anything, if most of them were live by then and calls
/// after it add far less; else that call itself.
pub(super) fn corner(live: &[i64], last: usize) -> usize {
    let at = |call: usize| (i128::from(live[call - 1]), call as i128);
    let (stays, end) = at(last);
    let above = |call: &usize| {
        let (bytes, call) = at(*call);
        bytes * end - stays * call
    };
    let farthest = (1..=last).rev().max_by_key(above).unwrap_or(last);
    let (bytes, call) = at(farthest);
    let rest = stays - bytes;
    if bytes >= rest && rest * call * LESS <= bytes * (end - call) {
        farthest
    } else {
        last
    }
}
